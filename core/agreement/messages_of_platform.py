"""Messages of the platform as files hold them: 2303, 2304, 2305, 2206 to 2208, 5203, 5206 and 100001.

An answer may stand in its envelope, or be only its output, one object or a list, with its request beside it
or without. A key is known by its name, however its parts are joined.
"""

import codecs
import errno
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, NamedTuple

from core.agreement.codes import Codes
from core.agreement.result_row import FundRow, Item, Reader, Refused, ResultFault, ResultRow, signed
from core.files import read_bounded
from core.messages import Message, message
from core.tables.names import Names
from core.tables.values import identifier, plain_name
from core.tables.watch import Watch

_MOST: Final = 64 * 2**20
"""The longest file (bytes): a year of a county's messages."""

_MOST_VALUES: Final = 4_000_000
"""The most values of one, by what stands between them."""

_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DEEPEST: Final = 40
_BEGIN: Final = re.compile(r'\{|\[(?=\s*[\[{"])')
"""Where JSON begins among words; those of a log may stand in square brackets."""
_WRITTEN_OUT: Final = ("output", "data", "input", "setlinfo", "setldetail", "result", "body")
"""Keys whose value may be a text that holds JSON."""
_LONGEST_NUMBER: Final = 40
_SETTLEMENT: Final = frozenset({"setlid", "mdtrtid", "medfeesumamt", "medfee"})


_OF_WHAT: Final = ("cumtypecode", "insutype")
_RESIDENTS: Final = "39"
"""How the kinds of residents' insurance begin."""
_YEAR: Final = re.compile("[12][0-9]{3}", re.ASCII)


class TotalsStated(NamedTuple):
    """A person's totals as the platform states them (5206): codes and amounts (fen), and whose they are.

    ``person`` is empty where neither answer nor request names one. ``month`` is ``202603`` or empty, ``day``
    that on which the platform answered, None where the file does not say.
    """

    file: str
    number: int
    person: str
    year: int | None
    month: str
    day: date | None
    stated: tuple[tuple[str, int], ...]


class _RowOfTotals(NamedTuple):
    """One row of totals: its year, None where it states none, its month, code and amount (fen)."""

    year: int | None
    month: str
    code: str
    fen: int


class Messages(NamedTuple):
    """What a file of messages holds: settlements, policy items by settlement, totals, and faults."""

    rows: list[ResultRow]
    items: dict[str, list[Item]]
    totals: list[TotalsStated]
    faults: list[ResultFault]


class _Pairs(dict[str, Any]):
    """A JSON object that keeps every value of a key that stands twice."""

    pairs: list[tuple[str, Any]]


def _object(pairs: list[tuple[str, Any]]) -> _Pairs:
    made = _Pairs(pairs)
    made.pairs = pairs
    return made


def _decimal(text: str) -> Decimal | str:
    """Return a number exactly, or as its text where nobody means it: too long, or of a huge exponent."""
    if len(text) > _LONGEST_NUMBER:
        return text
    try:
        number = Decimal(text)
    except ArithmeticError:
        return text
    return number if abs(number.adjusted()) <= _LONGEST_NUMBER else text


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=_decimal, parse_int=_decimal, parse_constant=str
)


def read_messages(file: Path, names: Names, watch: Watch) -> Messages | Message:
    """Return what a file of messages holds, or why it cannot be read. Raises Cancelled."""
    watch.tell("reading", 0, 0)
    try:
        content = read_bounded(file, _MOST)
    except OSError as error:
        large = error.errno == errno.EFBIG
        return message("tables.too_large") if large else message("fault.file_unreadable", name=str(file))
    if sum(map(content.count, (b",", b"[", b"{"))) > _MOST_VALUES:  # each takes far more memory than a byte
        return message("tables.too_large")
    for encoding in ("utf-16", "utf-8-sig", "gb18030") if content[:2] in _MARKS else ("utf-8-sig", "gb18030"):
        try:
            return read_text(content.decode(encoding), file.name, names, watch)
        except UnicodeDecodeError:
            continue
    return message("agreement.not_json", name=file.name)


def read_text(text: str, file: str, names: Names, watch: Watch) -> Messages | Message:
    """Return what a text holds: JSON values, alone, one a line, or among other words. ``file`` names it.

    Raises Cancelled.
    """
    value = _value_of(text)
    if value is None:
        return message("agreement.not_json", name=file)
    collector = _Collector(file, names, watch)
    try:
        collector.take(value, None, 0)
    except RecursionError:
        return message("agreement.not_json", name=file)
    found = collector.found
    if not (found.rows or found.items or found.totals or found.faults):
        return message("agreement.no_message", name=file)
    return found


def _value_of(text: str) -> Any:
    """Return the JSON value of a text, or a list of several; None where it holds none.

    Somebody may copy a message out of a log with the words around it, without its outer braces, or as a text
    within another one, whose quotes and ends of lines are then written with a backslash.
    """
    bare = text.strip().lstrip("\ufeff")
    shapes = [bare, f"{{{bare.rstrip(',')}}}"] if bare.startswith('"') else [bare]
    for shape in shapes:
        with suppress(ValueError, RecursionError):
            value = _DECODER.decode(shape)
            # a number that nobody means is its own text: only what was written within quotes is read again
            return _value_of(value) if isinstance(value, str) and value != shape else value
    with suppress(ValueError, RecursionError):
        return [_DECODER.decode(line) for line in bare.splitlines() if line.strip()]
    return _among_words(bare) or _among_words(_written_out(bare)) or None


def _written_out(text: str) -> str:
    """Return a text within another one as it was before its quotes and ends of lines were written so."""
    begins, ends = text.find("{"), text.rfind("}") + 1
    if text[begins : begins + 2] == "{\\":
        with suppress(ValueError):
            return str(json.loads(f'"{text[begins:ends]}"', strict=False))
    return text.replace('\\"', '"')


def _among_words(text: str) -> list[Any]:
    """Return the JSON values that stand among other words, none where one of them is not whole."""
    found: list[Any] = []
    at = 0
    while begin := _BEGIN.search(text, at):
        try:
            value, at = _DECODER.raw_decode(text, begin.start())
        except (ValueError, RecursionError):
            return []
        if value:
            found.append(value)
    return found


class _Collector:
    """Walks through a value and takes what it knows."""

    def __init__(self, file: str, names: Names, watch: Watch) -> None:
        self._file = file
        self._watch = watch
        self._names = names
        self._reader = Reader(names)
        self.found = Messages([], {}, [], [])
        self._number = 0
        self._answered: date | None = None

    def take(self, value: Any, asked: Any, depth: int) -> None:
        """Take a value. ``asked`` is the request that stands beside it or around it, None without one."""
        if depth > _DEEPEST:
            raise RecursionError
        if isinstance(value, list):
            for each in value:
                self.take(each, asked, depth + 1)
            return
        if not isinstance(value, _Pairs):
            return
        self._watch.tell("reading", self._number, 0)
        keys = {plain_name(key): each for key, each in value.pairs}
        for key in _WRITTEN_OUT:
            written = keys.get(key)
            if isinstance(written, str) and written.lstrip()[:1] in ("{", "["):
                with suppress(ValueError, RecursionError):
                    keys[key] = _DECODER.decode(written)
        asked = keys.get("input", asked)
        self._answered = _day_of(keys) or self._answered
        if "setlinfo" in keys:
            infos = keys["setlinfo"] if isinstance(keys["setlinfo"], list) else [keys["setlinfo"]]
            for info in infos:
                self._settlement(info, keys.get("setldetail") if len(infos) == 1 else None, asked)
        elif "cuminfo" in keys:
            self._totals(keys["cuminfo"], asked)
        elif "politemcode" in keys:
            self._item(keys)
        elif keys.keys() & _SETTLEMENT and "medfeesumamt" in keys:
            self._settlement(value, keys.get("setldetail"), asked)
        else:
            for key, each in keys.items():
                if key != "input" and isinstance(each, _Pairs | list):
                    self.take(each, asked, depth + 1)

    def _settlement(self, info: Any, details: Any, asked: Any) -> None:
        self._number += 1
        if not isinstance(info, _Pairs):
            return
        fields: dict[str, list[Any]] = {}
        for key, value in info.pairs:
            field = self._names.field(plain_name(key))
            if field is not None:
                fields.setdefault(field, []).append(value)
        try:
            row = self._reader.row(self._file, self._number, lambda field: fields.get(field, ()))
            funds = tuple(self._funds(details))
        except Refused as refused:
            self.found.faults.append(ResultFault(self._file, self._number, refused.column, refused.fault))
            return
        numbers = {plain_name(key): value for key, value in info.pairs}
        sender = identifier(numbers.get("medinssetlid")) if not row.msgid else row.msgid
        self.found.rows.append(
            row._replace(
                # `medins_setl_id` is the sender's own number in a message, and no settlement
                setl_id=_text(numbers.get("setlid")),
                msgid=sender if isinstance(sender, str) else "",
                funds=funds,
                preliminary=not _text(numbers.get("setlid")) and row.settled is None,
                people=row.people or _people(asked),
            )
        )

    def _funds(self, details: Any) -> Iterator[FundRow]:
        for each in details if isinstance(details, list) else ():
            if not isinstance(each, _Pairs):
                continue
            keys = {plain_name(key): value for key, value in each.pairs}
            paid = signed(keys.get("fundpayamt"))
            if isinstance(paid, Message):
                raise Refused("fund_payamt", paid)
            if paid is not None:
                yield FundRow(_text(keys.get("fundpaytype")), _text(keys.get("fundpaytypename")), paid)

    def _item(self, keys: dict[str, Any]) -> None:
        whole, fund = signed(keys.get("politempaysum")), signed(keys.get("fundpayamt"))
        if isinstance(whole, int):
            item = Item(
                _text(keys.get("politemcode")),
                _text(keys.get("politemname")),
                whole,
                fund if isinstance(fund, int) else 0,
            )
            self.found.items.setdefault(_text(keys.get("setlid")), []).append(item)

    def _totals(self, cuminfo: Any, asked: Any) -> None:
        """Note the totals of each year that an answer states: of every code those of its latest month."""
        self._number += 1
        rows = list(self._rows_of_totals(cuminfo))
        stated_years = {row.year for row in rows if row.year is not None}
        years: dict[int | None, dict[str, _RowOfTotals]] = {}
        for row in sorted(rows, key=lambda row: row.year is not None):  # what states its year stands before
            year = row.year if row.year is not None else self._year_meant(row.month, stated_years)
            of_year = years.setdefault(year, {})
            if row.code not in of_year or row.month >= of_year[row.code].month:
                of_year[row.code] = row
        person = (_people(asked) or ("",))[0]
        for of, codes in (years or {None: {}}).items():
            month = max((row.month for row in codes.values()), default="")
            stated = tuple((code, row.fen) for code, row in codes.items())
            told = TotalsStated(self._file, self._number, person, of, month, self._answered, stated)
            self.found.totals.append(told)

    def _rows_of_totals(self, cuminfo: Any) -> Iterator[_RowOfTotals]:
        for each in cuminfo if isinstance(cuminfo, list) else [cuminfo]:
            if not isinstance(each, _Pairs):
                continue
            keys = {plain_name(key): value for key, value in each.pairs}
            fen, code, insurance = signed(keys.get("cum")), *map(_text, map(keys.get, _OF_WHAT))
            year = _text(keys.get("year"))
            if not isinstance(fen, int):
                continue
            if insurance and not insurance.startswith(_RESIDENTS):
                code = f"{insurance} {code}"  # another insurance's code means something else: it is shown
            of = int(year) if _YEAR.fullmatch(year) else None
            yield _RowOfTotals(of, _text(keys.get("cumym")), code, fen)

    def _year_meant(self, month: str, stated: set[int]) -> int | None:
        """Return the year of a row that states none: its month's, else that of the day of the answer.

        Without either it is the latest that the answer states, None where it states none.
        """
        if _YEAR.fullmatch(month[:4]):
            return int(month[:4])
        return self._answered.year if self._answered is not None else max(stated, default=None)


def _day_of(keys: Mapping[str, Any]) -> date | None:
    """Return the day of an answer's envelope, None where there is none."""
    for key in ("respondtime", "refmsgtime", "inftime"):
        digits = "".join(filter(str.isdigit, _text(keys.get(key))))[:8]
        with suppress(ValueError):
            return date.fromisoformat(digits)
    return None


def _people(asked: Any) -> tuple[str, ...]:
    """Return the numbers of a person that a request names."""
    if isinstance(asked, list):
        return next(filter(None, map(_people, asked)), ())
    if not isinstance(asked, _Pairs):
        return ()
    keys = {plain_name(key): value for key, value in asked.pairs}
    own = tuple(filter(None, (_text(keys.get(key)) for key in ("certno", "psnno"))))
    return own or next(filter(None, (_people(each) for each in keys.values())), ())


def _text(value: Any) -> str:
    return "" if value is None or isinstance(value, _Pairs | list) else str(value).strip()


def items_fault(items: list[Item], total: int, codes: Codes) -> int:
    """Return by how much the policy items of a settlement miss its total (fen), 0 where they make it up."""
    parts = ("own", "over_limit", "first", "deductible", "band", "over_annual_limit")
    stated = [item for item in items if codes.item(item.code) in parts]
    missing = {"own", "first", "deductible"} - {codes.item(item.code) for item in stated}
    return 0 if missing or not stated else sum(item.whole for item in stated) - total
