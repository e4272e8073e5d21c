"""The details of a month's account (3202): a text file, TAB between, no header, alone or in a zip.

Up go `setl_id`, `mdtrt_id`, `psn_no`, total, funds, account, refund flag; back come `psn_no`, `mdtrt_id`,
`setl_id`, `msgid`, the answer, the refund flag, a memo, and the three amounts. The answer to the
account itself (3201) is a message: each account that it answers is a row without a settlement.
"""

import codecs
import io
import json
import zipfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple

from core.agreement.result_row import ResultFault, ResultRow
from core.files import read_bounded, why_failed
from core.messages import Message, message
from core.money import MOST_DIGITS, parse_yuan
from core.tables.reading.limits import MOST_ROWS
from core.tables.watch import Watch
from core.zips import NO_ZIP

_UP, _BACK = 7, 10
_NOTHING: Final = frozenset({"", "null", "NULL"})
_MOST: Final = 32 * 2**20
"""The most bytes of a detail file, unpacked: some hundred for each of the most rows."""

_DEEPEST: Final = 20

_PLAIN: Final = MOST_DIGITS + len(".00")
"""The most characters of an amount that is written plainly."""
SUMS: Final = ("medfee_sumamt", "fund_pay_sumamt", "acct_pay")
"""The sums of a row and of an account, in the order of the file."""


class Answered(NamedTuple):
    """The centre's answer to a row: code and memo. Both are empty in a file that goes up."""

    code: str
    memo: str


class Details(NamedTuple):
    """The rows of a detail file with the centre's answers, and the lines that cannot be read."""

    rows: list[ResultRow]
    answers: list[Answered]
    faults: list[ResultFault]


def is_details(file: Path) -> bool:
    """Return whether a file's name is one of a detail file: a text, or a zip."""
    return file.suffix.lower() in (".txt", ".zip")


def read_details(file: Path, watch: Watch) -> Details | Message:
    """Return the rows of a detail file, or why it cannot be read. Raises Cancelled."""
    watch.tell("reading", 0, 0)
    try:
        packed = read_bounded(file, _MOST)
    except OSError as error:
        return why_failed(error, str(file))
    content = _unpacked(packed, file.name) if file.suffix.lower() == ".zip" else packed
    if isinstance(content, Message):
        return content
    if file.suffix.lower() == ".json":
        return _accounts_answered(content, file.name)
    found = Details([], [], [])
    try:
        lines = list(islice(io.BytesIO(content.removeprefix(codecs.BOM_UTF8)), MOST_ROWS + 1))
        if len(lines) > MOST_ROWS:
            return message("tables.too_long", most=MOST_ROWS)
        for number, text in enumerate(watch.each("reading", lines), 1):
            line = text.decode()
            if line.strip():
                _take(file.name, number, line.removesuffix("\n").rstrip("\r"), found)
    except UnicodeDecodeError:
        return message("agreement.details_encoding", name=file.name)
    if not found.rows and not any(fault.column != "row" for fault in found.faults):
        return message("agreement.no_details", name=file.name)
    return found


def _accounts_answered(content: bytes, name: str) -> Details | Message:
    """Return the answers of a message to accounts (3201), or why there are none."""
    try:
        answers = list(_answers_in(json.loads(content.decode("utf-8-sig")), 0))
    except (ValueError, RecursionError):
        answers = []
    if not answers:
        return message("agreement.no_details", name=name)
    return Details([ResultRow(name, number) for number in range(1, len(answers) + 1)], answers, [])


def _answers_in(value: Any, depth: int) -> Iterator[Answered]:
    """Yield each account's answer; of a message that says no more than that it failed, why it did."""
    if depth > _DEEPEST:
        raise RecursionError
    if isinstance(value, list):
        for each in value:
            yield from _answers_in(each, depth + 1)
    elif isinstance(value, dict):
        if "stmt_rslt" in value:
            yield Answered(_said(value["stmt_rslt"]), _said(value.get("stmt_rslt_dscr")))
            return
        inner = [each for each in value.values() if isinstance(each, dict | list)]
        yield from _answers_in(inner, depth + 1)
        failed = _said(value.get("infcode", "0")) not in ("", "0")
        if failed and not any(inner):
            yield Answered(_said(value["infcode"]), _said(value.get("err_msg")))


def _said(value: object) -> str:
    return "" if value is None else str(value).strip()


def _unpacked(packed: bytes, name: str) -> bytes | Message:
    """Return the one part of a zip, or why there is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            parts = [part for part in archive.infolist() if not part.is_dir()]
            if len(parts) != 1:
                return message("agreement.zip_parts", name=name)
            if parts[0].flag_bits & 1:
                return message("tables.locked")
            if parts[0].compress_type not in (
                zipfile.ZIP_STORED,
                zipfile.ZIP_DEFLATED,
            ):  # the others are slow
                return message("agreement.zip_damaged", name=name)
            with archive.open(parts[0]) as opened:
                content = opened.read(_MOST + 1)
    except (*NO_ZIP, OSError):
        return message("agreement.zip_damaged", name=name)
    return message("tables.too_large") if len(content) > _MOST else content


def _take(file: str, number: int, line: str, found: Details) -> None:
    """Take one line."""
    columns = line.count("\t") + 1
    stated = ["" if cell in _NOTHING else cell for cell in line.split("\t", _BACK)]
    if columns == _UP:
        setl_id, mdtrt_id, psn_no, *sums, flag = stated
        msgid, answer = "", Answered("", "")
    elif columns == _BACK:
        psn_no, mdtrt_id, setl_id, msgid, code, flag, memo, *sums = stated
        answer = Answered(code, memo)
    else:
        found.faults.append(
            ResultFault(file, number, "row", message("agreement.details_columns", found=columns))
        )
        return
    if flag not in ("", "0", "1") and not sums[0].startswith("-"):
        unknown = message("tables.word_unknown", word=flag, choices="0, 1")
        found.faults.append(ResultFault(file, number, "refd_setl_flag", unknown))
        return
    amounts = {}
    for name, written in zip(SUMS, sums, strict=True):
        if not written:
            continue
        fen = _fen(written)
        if fen is None:
            found.faults.append(ResultFault(file, number, name, message("fault.amount.form")))
            return
        amounts[name] = fen
    found.answers.append(answer)
    found.rows.append(
        ResultRow(
            file=file,
            number=number,
            setl_id=setl_id,
            mdtrt_id=mdtrt_id,
            msgid=msgid,
            people=(psn_no,) if psn_no else (),
            psn_no=psn_no,
            amounts=amounts,
            refund=flag == "1",
        )
    )


def _fen(written: str) -> int | None:
    """Return an amount of a detail file, which has two decimals as a rule; None where it is none."""
    if written[-3:-2] == "." and len(written) <= _PLAIN:
        digits = written[:-3] + written[-2:]
        if digits.isdigit() and digits.isascii() and len(digits) > 2:
            return int(digits)
    fen = parse_yuan(written.removeprefix("-"))
    if isinstance(fen, Message):
        return None
    return -fen if written.startswith("-") else fen


def detail_line(row: ResultRow) -> str:
    """Return a row as a line that goes up, its line feed included."""
    sums = (_written(row.amounts.get(name)) for name in SUMS)
    cells = (row.setl_id, row.mdtrt_id, row.psn_no, *sums, "1" if row.refund or row.negative else "0")
    return "\t".join(cell or "null" for cell in cells) + "\n"


def _written(fen: int | None) -> str:
    if fen is None:
        return ""
    sign, whole = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{whole // 100}.{whole % 100:02d}"
