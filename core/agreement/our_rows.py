"""Our side: requests of a file, settled first, or the ledger's entries."""

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final, NamedTuple

from core.agreement.each_person import each_person
from core.agreement.trial import Case, with_share
from core.counter import Counter
from core.counter.counter import read_posted
from core.exchange.jsontext import NotAnObject, read_object
from core.exchange.request import RequestReader
from core.files import read_bounded, why_failed
from core.ledger.entries import Entry, EntryKind, Facts, Identifier, Patient
from core.messages import Fault, Message
from core.settlement import Settlement
from core.tables import batch
from core.tables.claim_rows import ClaimRow, Supplied
from core.tables.names import Names
from core.tables.settling import Worked, by_person, work_out
from core.tables.values import identifier
from core.tables.watch import Watch

_BESIDE: Final = ("setl_id", "mdtrt_id", "patient", "key", "facts")
"""What a line may hold beside a request's fields."""
_LARGEST: Final = 200_000_000
"""The most bytes of a file of requests: a county's year has less."""


class OurRow(NamedTuple):
    """A settlement of ours.

    ``number`` is the line's, or the entry's in a ledger (``entry``, None for a file's), ``called`` what
    people know it by. ``people`` are numbers that name the person. ``case`` is what was settled, None where
    it cannot be read any more. ``reversed``: an entry that was taken back.
    """

    number: int
    entry: int | None
    keys: tuple[str, ...]
    people: tuple[str, ...]
    name: str
    day: date
    settled: date
    case: Case | None
    settlement: Settlement
    called: str
    reversed: bool = False

    @property
    def total(self) -> int:
        """The whole bill (fen)."""
        return self.settlement.amounts.medfee_sumamt

    def printed(self) -> dict[str, int | None]:
        """Return the amounts (fen) as the platform prints them, None where one is not known."""
        amounts: dict[str, int | None] = self.settlement.amounts._asdict()
        return amounts if self.case is None else with_share(amounts, self.case.claim)


class Ours(NamedTuple):
    """Our rows, and the rows or lines that were refused: number and faults of each."""

    rows: list[OurRow]
    refused: list[tuple[int, list[Fault]]]


def read_ours(
    file: Path, names: Names, reader: RequestReader, supplied: Supplied, watch: Watch
) -> Ours | Message:
    """Return the requests of a file, settled, or why it cannot be read. Raises Cancelled."""
    if file.suffix.lower() in (".jsonl", ".json"):
        rows = _lines(file, supplied)
        if isinstance(rows, Message):
            return rows
    else:
        table = batch.read_table(file, names, supplied, watch)
        if isinstance(table, Message):
            return table
        rows = table.rows
    ours = Ours([], [])
    for count, (row, worked) in enumerate(work_out(_groups(rows), reader)):
        watch.tell("settling", count, len(rows))
        if isinstance(worked, Worked):
            ours.rows.append(_settled(row, worked))
        else:
            ours.refused.append((row.number, worked))
    ours.rows.sort(key=lambda row: row.number)
    ours.refused.sort(key=lambda refused: refused[0])
    return ours


def _groups(rows: list[ClaimRow]) -> list[list[ClaimRow]]:
    """Return each person's rows in order; a row that states its totals stands alone."""
    alone = [[row] for row in rows if "year_to_date" in row.request]
    return [*alone, *by_person([row for row in rows if "year_to_date" not in row.request])]


def _settled(row: ClaimRow, worked: Worked) -> OurRow:
    claim = worked.claim
    return OurRow(
        row.number,
        None,
        tuple(row.keys[name] for name in ("setl_id", "mdtrt_id") if name in row.keys),
        tuple(
            dict.fromkeys(
                filter(
                    None,
                    (row.person.id if row.person else "", row.keys.get("certno"), row.keys.get("psn_no")),
                )
            )
        ),
        row.name,
        claim.discharged,
        claim.settled,
        Case(worked.policy, claim, claim.discharged, claim.year_to_date),
        worked.settlement,
        str(row.number),
    )


def _lines(file: Path, supplied: Supplied) -> list[ClaimRow] | Message:
    """Return the lines of a file as rows."""
    try:
        content = read_bounded(file, _LARGEST)
    except OSError as error:
        return why_failed(error, str(file))
    return [
        _line(number, line, supplied)
        for number, line in enumerate(content.splitlines(), 1)
        if line.strip() and line.strip() != b"\xef\xbb\xbf"
    ]


def _line(number: int, line: bytes, supplied: Supplied) -> ClaimRow:
    try:
        tables, faults = read_object(line)
    except NotAnObject as refused:
        fault = Fault("request", refused.said)
        return ClaimRow(number, [], {}, [fault], None, "", None, {})
    inner = tables.get("request")
    request: dict[str, Any] = dict(inner) if isinstance(inner, dict) else dict(tables)
    beside = {name: request.pop(name, tables.get(name)) for name in _BESIDE}
    if supplied.region is not None:
        request.setdefault("region", supplied.region)
    facts = beside["facts"] if isinstance(beside["facts"], dict) else {}
    keys = {
        name: text
        for name in ("setl_id", "mdtrt_id", "psn_no")
        if (text := _identifier(beside.get(name) or facts.get(name)))
    }
    patient = beside["patient"] if isinstance(beside["patient"], dict) else {}
    id_ = _identifier(patient.get("id"))
    person = Identifier(str(patient.get("id_type", "01")), id_) if id_ else None
    stated = request.get("discharged")
    try:
        day = date.fromisoformat(stated) if isinstance(stated, str) else None
    except ValueError:
        day = None
    name = patient.get("name")
    return ClaimRow(number, [], request, faults, person, name if isinstance(name, str) else "", day, keys)


def _identifier(value: object) -> str:
    text = identifier(value) if isinstance(value, str) else None
    return text if isinstance(text, str) else ""


# ---- a ledger's entries


def entries_of(counter: Counter, month: str | None, watch: Watch) -> Iterator[OurRow]:
    """Yield the settlements of a ledger: those of a month of discharge or settlement, or all of them.

    Reversed ones are among them. Raises LedgerUnavailable and Cancelled.
    """
    for patient, entries in each_person(counter, "settling", watch):
        for row in _rows(counter, patient, entries):
            if month is None or month in (f"{row.day:%Y-%m}", f"{row.settled:%Y-%m}"):
                yield row


def entries_of_person(counter: Counter, patient: Patient) -> list[OurRow]:
    """Return a person's settlements in a ledger, reversed ones among them. Raises LedgerUnavailable."""
    return list(_rows(counter, patient, counter.ledger.journal.entries(patient.key)))


def _rows(counter: Counter, patient: Patient, entries: Iterable[Entry]) -> Iterator[OurRow]:
    people = tuple(each.id for each in patient.identifiers)
    for entry in entries:
        row = _entry(counter, entry, people, patient.name)
        if row is not None:
            yield row


def _entry(counter: Counter, entry: Entry, people: tuple[str, ...], name: str) -> OurRow | None:
    if entry.kind is not EntryKind.POSTED or entry.settlement is None:
        return None
    record = counter.ledger.journal.record(entry.number)
    asked = read_posted(counter.reader, record)
    case, settled = None, entry.day
    if not isinstance(asked, list):
        claim = asked.claim
        settled = claim.settled
        other = entry.year != claim.discharged.year
        year = claim.other_years.get(entry.year, claim.year_to_date) if other else claim.year_to_date
        case = Case(asked.policy, claim, entry.day, year)
    facts = counter.ledger.journal.facts(entry.number) or Facts()
    return OurRow(
        entry.number,
        entry.number,
        tuple(dict.fromkeys(filter(None, (facts.setl_id, facts.mdtrt_id, entry.key)))),
        people,
        name,
        entry.day,
        settled,
        case,
        entry.settlement,
        counter.ledger.called(entry.number),
        entry.reversed_by is not None,
    )
