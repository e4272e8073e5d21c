"""The year's totals as the platform states them (5206): whose they are, and ours beside them."""

import itertools
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple, cast

from core.agreement.codes import Codes
from core.agreement.meeting import People
from core.agreement.messages_of_platform import TotalsStated
from core.agreement.result_row import ResultRow
from core.claim import NOTHING_YET, YearToDate
from core.counter import Counter, posting
from core.exchange.answer import totals as totals_answer
from core.ledger.entries import Entry, EntryKind, Identifier, Patient, PatientGiven, Posted
from core.ledger.operators import Role
from core.messages import Fault

_RESIDENT: Final = (15, 18)


class Attributed(NamedTuple):
    """The totals of one person and year as the platform states them on a day.

    ``stated`` holds what the codes mean (fen; ``admissions`` is a count), ``unknown`` the codes that nothing
    here knows, with their amounts. ``people`` are the person's numbers, ``name`` is empty where none has it.
    """

    people: tuple[str, ...]
    name: str
    year: int
    day: date
    stated: Mapping[str, int]
    unknown: tuple[tuple[str, int], ...]

    def totals(self, ours: YearToDate) -> YearToDate:
        """Return the year's totals with what the platform states; what it does not state stays ours."""
        return ours._replace(**cast("dict[str, Any]", self.stated))


def attribute(
    found: Sequence[TotalsStated],
    rows: Sequence[ResultRow],
    people: People,
    codes: Codes,
    patient: str | None,
    today: date,
) -> tuple[list[Attributed], list[TotalsStated]]:
    """Return the totals with the persons whom they are of, and those of nobody.

    ``patient`` is whom an answer without a request is of. The latest of a person and year stands.
    """
    latest: dict[tuple[str, int], Attributed] = {}
    nobody = []
    for totals in found:
        number = totals.person or patient or ""
        if not number:
            nobody.append(totals)
            continue
        person = people.person(number)
        own = [row for row in rows if row.people and people.of(row.people) == person]
        numbers = dict.fromkeys((number, *(each for row in own for each in row.people)))
        day = _day(totals, own) or today
        stated, unknown = _meant(totals, codes)
        name = next((row.name for row in own if row.name), "")
        one = Attributed(tuple(numbers), name, totals.year or day.year, day, stated, unknown)
        before = latest.get((person, one.year))
        if before is None or before.day <= one.day:
            latest[person, one.year] = one
    return list(latest.values()), nobody


def _day(totals: TotalsStated, rows: Sequence[ResultRow]) -> date | None:
    """Return the day that totals stand for: that of the answer, else the month's latest settlement."""
    if totals.day is not None:
        return totals.day
    month = f"{totals.month[:4]}-{totals.month[4:6]}" if len(totals.month) == 6 else ""
    days = [row.settled.date() for row in rows if row.settled is not None and row.month == month]
    return max(days, default=None)


def _meant(totals: TotalsStated, codes: Codes) -> tuple[dict[str, int], tuple[tuple[str, int], ...]]:
    stated: dict[str, int] = {}
    unknown = []
    for code, fen in totals.stated:
        name = codes.total(code)
        if name is None or name not in YearToDate._fields:
            unknown.append((code, fen))
        else:
            stated[name] = fen // 100 if name == "admissions" else fen
    return stated, tuple(unknown)


def before_settlement(found: Sequence[Attributed], people: People, row: ResultRow) -> Attributed | None:
    """Return the totals before a settlement: its person's of its year, asked for on its day; None without."""
    if not row.people or row.settled is None:
        return None
    settled: datetime = row.settled
    year = (row.discharged or settled).year
    return next(
        (
            each
            for each in found
            if people.person(each.people[0]) == people.of(row.people)
            and (each.day, each.year) == (settled.date(), year)
        ),
        None,
    )


# ---- taken over


class TakenOver(NamedTuple):
    """Totals written as an opening, or why they were not. ``later`` entries do not count in them."""

    attributed: Attributed
    ours: YearToDate
    opened: Posted | list[Fault]
    later: tuple[Entry, ...]


def beside_ours(counter: Counter, attributed: Attributed) -> YearToDate:
    """Return our ledger's totals of the person and year. Raises LedgerUnavailable."""
    known = known_patient(counter, attributed)
    return counter.totals(known, attributed.year) if known is not None else NOTHING_YET


def known_patient(counter: Counter, attributed: Attributed) -> Patient | None:
    """Return the ledger's patient with one of the person's numbers, None where nobody has any."""
    return next(filter(None, map(counter.ledger.patients.find, attributed.people)), None)


def named(counter: Counter, attributed: Attributed) -> Attributed:
    """Return totals with the person's name, which the ledger may know. Raises LedgerUnavailable."""
    known = None if attributed.name else known_patient(counter, attributed)
    return attributed if known is None else attributed._replace(name=known.name)


def later_entries(counter: Counter, attributed: Attributed) -> tuple[Entry, ...]:
    """Return our standing settlements from the day of the totals on, which would not count in them.

    Where the totals were taken over before, what came after that opening does count. Raises
    LedgerUnavailable.
    """
    known = known_patient(counter, attributed)
    opened = _opening(counter, attributed)[1]
    entries = () if known is None else counter.ledger.journal.entries(known.key, attributed.year)
    posted = (entry for entry in entries if entry.kind is EntryKind.POSTED and entry.reversed_by is None)
    return tuple(
        entry
        for entry in posted
        if entry.day >= attributed.day and (opened is None or entry.place < opened.place)
    )


def _opening(counter: Counter, attributed: Attributed) -> tuple[str, Entry | None]:
    """Return the key that totals are taken over by, and the standing opening that it brought before.

    An opening that was reversed since is none: the same totals may be taken over again.
    """
    first = f"take-over:{attributed.people[0]}:{attributed.year}:{attributed.day.isoformat()}"
    for count in itertools.count(1):
        key = first if count == 1 else f"{first}:{count}"
        entry = counter.ledger.journal.entry_by_key(key)
        if entry is None or entry.reversed_by is None:
            return key, entry
    raise AssertionError("there is always another key")


def take_over(counter: Counter, attributed: Attributed, operator: str) -> TakenOver:
    """Write a person's totals as an opening of the year. Raises LedgerUnavailable."""
    known = known_patient(counter, attributed)
    ours = counter.totals(known, attributed.year) if known is not None else NOTHING_YET
    later = later_entries(counter, attributed)
    identifiers = tuple(map(_identifier, attributed.people)) if known is None else known.identifiers[:1]
    stated: dict[str, Any] = totals_answer(attributed.totals(ours))
    key, before = _opening(counter, attributed)
    if before is not None and attributed.totals(before.after) == before.after:  # whatever ours are by now
        refused = counter.refusal(operator, Role.CLERK)
        return TakenOver(attributed, ours, refused or Posted(before, True), later)
    opened = posting.open_year(
        counter,
        key=key,
        patient=PatientGiven(identifiers, "" if known is not None else attributed.name),
        operator=operator,
        year=attributed.year,
        as_of=attributed.day,
        totals=stated,
    )
    return TakenOver(attributed, ours, opened, later)


def _identifier(number: str) -> Identifier:
    """Return a number as the ledger keeps it: a resident's card by its form, else another document."""
    resident = len(number) in _RESIDENT and number[:-1].isdigit()
    return Identifier("01" if resident else "99", number)
