"""A month's account with the insurer: its totals (3201), its details (3202), and what has to be put right."""

import zipfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final, NamedTuple

from core.agreement.codes import Codes
from core.agreement.details import SUMS, Answered, detail_line
from core.agreement.meeting import learned, once_each
from core.agreement.result_row import ResultRow
from core.files import FileDrafts
from core.money import plain
from core.tables.watch import Watch

RESIDENTS: Final = "390"
"""The kind of insurance (`insutype`) that residents have."""
_FIRST: Final = (1980, 1, 1, 0, 0, 0)
"""The moment of a file within a zip, so that the same rows make the same file."""
_NEEDED: Final = ("setl_id", "mdtrt_id", "psn_no")


class MonthAccount(NamedTuple):
    """One account of 3201: a kind of clearing, settlements or refunds, their number and sums.

    Sums are fen; None where no row states that amount.
    """

    clr_type: str
    refund: bool
    rows: int
    sums: dict[str, int | None]

    def request(self, begin: date, end: date, centre: str) -> dict[str, Any]:
        """Return the account as 3201 asks it."""
        return {
            "insutype": RESIDENTS,
            "clr_type": self.clr_type,
            "setl_optins": centre,
            "stmt_begndate": begin.isoformat(),
            "stmt_enddate": end.isoformat(),
            **{name: None if fen is None else plain(fen) for name, fen in self.sums.items()},
            "fixmedins_setl_cnt": self.rows,
            "refd_setl_flag": "1" if self.refund else "0",
        }


def month_of_rows(
    rows: Sequence[ResultRow], month: str, watch: Watch
) -> tuple[list[ResultRow], list[ResultRow]]:
    """Return the settlements and refunds of a month by the time of settlement, and rows that state none.

    A settlement that several files state stands once; a refund is a row of its own beside the settlement.
    Raises Cancelled.
    """
    people = learned(rows, ())
    single = [row for row in once_each(rows, people, watch).rows if not row.preliminary]
    undated = [row for row in single if row.settled is None]
    return [row for row in single if row.month == month], undated


def accounts(rows: Iterable[ResultRow]) -> list[MonthAccount]:
    """Return the accounts of some rows, by kind of clearing, refunds apart."""
    found: dict[tuple[str, bool], list[ResultRow]] = defaultdict(list)
    for row in rows:
        kind = "21" if row.benefit == "inpatient" else "11"
        found[kind, row.negative or row.refund].append(row)
    return [
        MonthAccount(kind, refund, len(each), {name: _sum(each, name) for name in SUMS})
        for (kind, refund), each in sorted(found.items())
    ]


def _sum(rows: Sequence[ResultRow], name: str) -> int | None:
    stated = [row.amounts[name] for row in rows if name in row.amounts]
    return sum(stated) if stated else None


def write_details(out: Path, rows: Sequence[ResultRow], watch: Watch) -> None:
    """Write the details of a month: a text, or a zip with one. Raises OSError and Cancelled."""
    text = "".join(map(detail_line, watch.each("writing", rows))).encode()
    with FileDrafts() as drafts:
        part = drafts.part(out)
        if out.suffix.lower() == ".zip":
            _write_zip(part, f"{out.stem}.txt", text)
        else:
            part.write_bytes(text)
        drafts.keep()


def _write_zip(part: Path, name: str, text: bytes) -> None:
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        only = zipfile.ZipInfo(name, _FIRST)
        only.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(only, text)


def lacking(rows: Iterable[ResultRow]) -> list[tuple[ResultRow, str]]:
    """Return the rows that cannot be told apart at the centre, with the first field that they lack."""
    found = []
    for row in rows:
        missing = next((name for name in _NEEDED if not getattr(row, name)), None)
        if missing is not None:
            found.append((row, missing))
    return found


class ToPutRight(NamedTuple):
    """A row of an account that the centre does not agree to, or that only one side has.

    ``theirs`` is the centre's row with its answer, ``ours`` the one that went up; None: not there.
    """

    reason: str
    theirs: ResultRow | None
    answer: Answered | None
    ours: ResultRow | None

    def amounts(self) -> dict[str, tuple[int | None, int | None]]:
        """Return the sums in which the two sides differ: ours and theirs (fen; None: not there).

        A sum that one of two rows does not state says nothing.
        """
        if self.ours is not None and self.theirs is not None and self.ours.amounts == self.theirs.amounts:
            return {}
        sides = (self.ours, self.theirs)
        found = {}
        for name in SUMS:
            own, stated = (None if row is None else row.amounts.get(name) for row in sides)
            if own != stated and (None in sides or None not in (own, stated)):
                found[name] = (own, stated)
        return found


def to_put_right(
    sent: Sequence[ResultRow], answered: Sequence[tuple[ResultRow, Answered]], codes: Codes, watch: Watch
) -> list[ToPutRight]:
    """Return what has to be put right, by what the centre answered to the rows that went up.

    Rows meet by settlement and flag, else by the sender's number, else by person, flag and total where one
    row alone fits. A code that is not known is told as such; a row that went up and came not back as well.
    The answer to an account (3201) is told where the centre does not agree to it. Raises Cancelled.
    """
    by_id: dict[object, list[ResultRow]] = defaultdict(list)
    for row in watch.each("reconciling", sent):
        for key in _keys(row):
            by_id[key].append(row)
    found, back = [], set()
    for row, answer in watch.each("reconciling", answered):
        if not row.settles:  # the answer to an account
            agreed = codes.agrees(answer.code)
            if not agreed:
                reason = "unknown_code" if agreed is None else "account"
                found.append(ToPutRight(reason, row, answer, None))
            continue
        own = next((each[0] for key in _keys(row) if len(each := by_id.get(key, [])) == 1), None)
        if own is not None:
            back.add(id(own))
        agrees = codes.agrees(answer.code)
        right = ToPutRight("differs", row, answer, own)
        if agrees and (own is not None or not sent) and not right.amounts():
            continue
        if agrees and not sent:
            continue
        reason = "amounts" if agrees else "differs"
        if agrees is None:
            reason = "unknown_code"
        elif own is None and sent:
            reason = "not_ours"
        found.append(right._replace(reason=reason))
    if any(row.settles for row, _ in answered):
        found += [
            ToPutRight("no_answer", None, None, row) for row in sent if row.settles and id(row) not in back
        ]
    return found


def _keys(row: ResultRow) -> list[object]:
    total = row.amounts.get("medfee_sumamt")
    flag = row.refund or (total is not None and total < 0)
    keys: list[object] = [("setl_id", row.setl_id, flag)] if row.setl_id else []
    if row.msgid:
        keys.append(("msgid", row.msgid, flag))
    if total is not None and not (row.setl_id and row.msgid):
        keys += [("person", person, flag, total) for person in row.people]
    return keys
