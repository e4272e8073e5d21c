"""Taking in what other ledgers hand over: chains proved, people met, totals folded; all of it or nothing.

Everything runs inside one transaction. What it comes to does not depend on the order in which packets come,
nor on how often.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import Any, Final, NamedTuple

from core.desks import conflicts, known_ledgers, meeting, people
from core.desks.chains import Chain, ChainLink, Fork, NotTaken, Part
from core.desks.conflicts import Conflict, ConflictKind
from core.desks.in_order import InOrder
from core.desks.people import TravellingPerson
from core.ledger import additions, erasing, foreign, heads, joins, summaries, trail
from core.ledger.entries import EntryKind
from core.ledger.journal import STAYS
from core.ledger.ledger import Ledger
from core.ledger.record import OWN
from core.ledger.trail import AuditAct
from core.messages import message

_FOLLOW: Final = """UPDATE sqlite_sequence
    SET seq = (SELECT coalesce(max(number), 0) FROM {0} WHERE number < ?) WHERE name = ?"""
_STAMP_BEFORE: Final = "SELECT max(stamp) FROM summaries WHERE number >= ? AND number < ?"
_AGAIN: Final = """SELECT counter.number, counter.reverses FROM summaries AS counter
    LEFT JOIN summaries AS settled ON settled.number = counter.reverses
    WHERE counter.kind = 'reversed' AND settled.number IS NULL"""
_MARKS: Final = """SELECT patient, benefit, admitted, day, medfee_sumamt,
        medfee_sumamt - fulamt_ownpay_amt - overlmt_selfpay
    FROM summaries WHERE number = ? AND kind = 'posted' AND reversed_by IS NULL"""
_LEDGERS_OF: Final = f"""SELECT count(DISTINCT number >> 40) FROM summaries INDEXED BY summaries_by_patient
    WHERE patient IN ({joins.KEYS})"""  # noqa: S608  ours
_SAME_STAYS: Final = f"""SELECT number, patient FROM summaries INDEXED BY summaries_by_patient
    WHERE patient IN ({joins.KEYS}) AND kind = 'posted'
    AND reversed_by IS NULL AND number <> :number AND number >> 40 <> :row
    AND ((:stay AND benefit IN ('inpatient', 'day_surgery')
            AND ((admitted = :admitted AND day = :day) OR (admitted < :day AND :admitted < day)))
        OR (benefit = :benefit AND admitted = :admitted AND day = :day AND medfee_sumamt = :total
            AND medfee_sumamt - fulamt_ownpay_amt - overlmt_selfpay = :eligible))"""  # noqa: S608  ours


class HeldBack(NamedTuple):
    """An entry that lies more than a day ahead of the clock, with which a ledger's chain is held back."""

    ledger: str
    number: int


class Arrived(NamedTuple):
    """What came of taking in: so many entries that are new, so many that were known, so many persons.

    ``conflicts`` are those that nobody has been told of yet; ``held`` the chains that are held back.
    ``touched`` are keys of persons whose entries or joins changed; ``in_order`` those of them of whom only
    entries came that know all before them.
    """

    new: int
    known: int
    people: int
    conflicts: list[Conflict]
    held: list[HeldBack]
    touched: frozenset[str]
    in_order: frozenset[str]


class Arriving:
    """One taking in, inside a transaction of the ledger; ``operator`` is who does it."""

    def __init__(self, ledger: Ledger, operator: str) -> None:
        self._ledger = ledger
        self._id = ledger.id
        self._ledgers: dict[str, known_ledgers.KnownLedger] = {}
        self._db = ledger.db
        self._operator = operator
        self._now = summaries.milliseconds(ledger.now())
        self._new: list[int] = []
        self._filled: list[int] = []
        self._acts: list[tuple[int, AuditAct]] = []
        self._known = 0
        self._held: list[HeldBack] = []
        self._found: list[Conflict] = []
        self._keys: list[tuple[str, int]] = []
        self._rows = foreign.Rows({}, {})
        self._waiting: list[tuple[int, int]] = []
        self._latest: dict[int, tuple[int, int]] = {}
        self._reversals: list[tuple[dict[str, Any], int]] = []
        self._patients: set[str] = set()
        self._in_order = InOrder(self._db)
        self._marks: list[summaries.Row] = []
        self._seen = 0

    def take(self, manifest: dict[str, Any], lines: Iterator[list[bytes]]) -> Arrived:
        """Take in what a manifest and its lines hold. Raises NotTaken, Fork, and one of `UNREADABLE`."""
        self._db.execute("PRAGMA defer_foreign_keys = ON")
        told = manifest["chains"]
        learned = self._introduced(told)
        self._rows = rows = foreign.rows_of(self._db)
        self._waiting = self._db.execute(_AGAIN).fetchall()
        persons = self._chains(told, lines, rows)
        for table in ("entries", "acts"):
            self._db.execute(_FOLLOW.format(table), [OWN, table])
        self._sum_up()
        met = meeting.Meeting(self._ledger, self._operator, rows)
        withheld = len(self._new) + len(self._filled) > self._seen
        met.keep_rows(self._patients | ({foreign.NOBODY} if withheld else set()))
        met.forget(self._acts, learned)
        for person in persons:
            met.take(person)
        met.follow(self._acts)
        persons_keys = {key: joins.keys_of(self._db, key) for key in self._patients | met.touched}
        keys = {key for own in persons_keys.values() for key in own}
        alone = {key for key, own in persons_keys.items() if own == [key]} - met.touched
        totals = self._in_order.totals(alone)
        in_order = frozenset(key for key, _ in totals)
        additions.keep_totals(self._db, totals)
        self._ledger.journal.refold(sorted(keys - in_order))
        self._found += met.found
        self._conflicts_of_entries()
        new = conflicts.note(self._ledger, self._found, self._operator)
        entries = len(self._new) + len(self._filled)
        return Arrived(entries, self._known, met.people, new, self._held, frozenset(keys), in_order)

    def _introduced(self, told: list[dict[str, Any]]) -> list[str]:
        """Note the ledgers of a manifest; return those (ids) the key of whose marks is new here."""
        learned, marks = [], erasing.keys_known(self._db)
        known = {each.id: each for each in known_ledgers.known_ledgers(self._db)}
        for each in told:
            id_, own = each["ledger"], known.get(each["ledger"])
            if id_ == self._id:
                continue
            if own is None or (each["name"] and not own.name) or (each["key"] and not own.public_key):
                known[id_] = known_ledgers.note(self._db, id_, each["name"], each["key"])
            if each.get("erasing") and not (id_ in marks and marks[id_].hex() == each["erasing"]):
                learned += [id_] * erasing.learn(self._db, id_, each["erasing"])
        self._ledgers = known
        return learned

    def _chains(
        self, told: list[dict[str, Any]], lines: Iterator[list[bytes]], rows: foreign.Rows
    ) -> list[TravellingPerson]:
        """Take in every chain, in the order of the manifest; return the persons that come after them."""
        persons: list[TravellingPerson] = []
        for (kind, place), group in groupby(lines, key=lambda line: (line[0].upper(), _place(line))):
            if kind == b"P":
                persons += [_person(line) for line in group]
                continue
            each, chain = told[place], "entries" if kind == b"E" else "acts"
            self._chain(each, chain, rows, map(_link, group))
        return persons

    def _chain(
        self, told: dict[str, Any], chain: str, rows: foreign.Rows, links: Iterator[ChainLink]
    ) -> None:
        id_ = told["ledger"]
        if id_ == self._id:
            self._own(chain, Part(*told[chain]))
            return
        known = self._ledgers.get(id_)
        if known is None or known.closed:
            raise NotTaken(message("desks.closed", ledger=foreign.short(id_)))
        see = self._see if chain == "entries" else self._see_act
        coming = Chain(self._db, chain, id_, rows.rows[id_], self._now, see)
        coming.take(Part(*told[chain]), links)
        if chain == "acts":
            return
        if coming.new:
            at = [coming.new[-1] % OWN, coming.hash, id_]
            self._db.execute("UPDATE ledgers SET number = ?, hash = ? WHERE id = ?", at)
        self._new += coming.new
        self._filled += coming.filled
        self._known += coming.known
        self._keys += coming.keys
        if coming.held is not None:
            self._held.append(HeldBack(id_, coming.held))

    def _own(self, chain: str, part: Part) -> None:
        """Hold what another ledger has of this one against what is here: it may have gone back in time."""
        if heads.hash_at(self._ledger.connection.db, chain, part.last) != part.last_hash:
            raise Fork(self._id, part.last)

    def _see(self, number: int, record: dict[str, Any]) -> None:
        """Make the summary of an entry that came in; what reverses another one waits until all are in."""
        row = number // OWN
        last, before = self._latest.get(row, (0, 0))
        before = before if number == last + 1 or "stamp" in record else self._stamp_before(number)
        here = foreign.as_here(record, self._rows.ids[row], self._rows)
        recorded = datetime.fromisoformat(record["recorded"])
        stamp = record.get("stamp", summaries.next_stamp(recorded, before))
        self._latest[row] = (number, stamp)
        self._patients.add(record["patient"])
        self._in_order.saw(self._rows.ids[row], number % OWN, stamp, record)
        self._seen += 1
        if record["kind"] == EntryKind.REVERSED:
            self._reversals.append((here, before))
        else:
            self._marks.append(summaries.row_of(here, before))

    def _see_act(self, number: int, record: dict[str, Any]) -> None:
        if record["act"] in meeting.FOLLOWED:
            self._acts.append((number, trail.act_of(record)))

    def _sum_up(self) -> None:
        """Make the summaries of what reverses others, and anew of what reverses a record once withheld."""
        for row, (_, stamp) in self._latest.items():
            self._db.execute("UPDATE ledgers SET stamp = max(stamp, ?) WHERE row = ?", [stamp, row])
        summaries.add(self._db, self._marks)
        for counter, target in self._waiting:
            if self._db.execute("SELECT 1 FROM summaries WHERE number = ?", [target]).fetchone():
                record = foreign.record_at(self._db, counter)
                assert record is not None
                self._db.execute("DELETE FROM summaries WHERE number = ?", [counter])
                here = foreign.as_here(record, self._rows.ids[counter // OWN], self._rows)
                self._reversals.append((here, self._stamp_before(counter)))
        for here, stamp in self._reversals:
            self._sum_up_reversal(here, stamp)

    def _stamp_before(self, number: int) -> int:
        (stamp,) = self._db.execute(_STAMP_BEFORE, [number // OWN * OWN, number]).fetchone()
        return stamp or 0

    def _sum_up_reversal(self, here: dict[str, Any], stamp: int) -> None:
        """Make the summary of a reversal; a second one of the same entry is a conflict, and counts once."""
        target = here["reverses"]
        settled = None if target is None else foreign.record_at(self._db, target)
        row = self._db.execute("SELECT reversed_by FROM summaries WHERE number = ?", [target]).fetchone()
        if row is not None and row[0] not in (None, here["number"]):
            self._conflict(ConflictKind.REVERSAL, [here["patient"]], row[0], here["number"])
        summaries.add(self._db, [summaries.row_of(here, stamp, settled)])

    def _conflicts_of_entries(self) -> None:
        """Find the keys and the stays that two ledgers have posted."""
        for key, number in self._keys:
            rows = self._db.execute(
                "SELECT number, patient FROM entries WHERE key = ? OR number = ? ORDER BY key IS NULL",
                [key, number],
            ).fetchall()
            persons = {str(patient) for _, patient in rows}
            self._conflict(ConflictKind.KEY, [*persons], rows[0][0], number)
        several = {patient for patient in self._patients if self._of_several(patient)}
        for number in (*self._new, *self._filled) if several else ():
            for other, patient in self._same_stays(number, several):
                self._conflict(ConflictKind.STAY, [patient], other, number)

    def _of_several(self, patient: str) -> bool:
        """Tell whether a person has entries of several ledgers."""
        (ledgers,) = self._db.execute(_LEDGERS_OF, {"patient": patient}).fetchone()
        return bool(ledgers > 1)

    def _same_stays(self, number: int, several: set[str]) -> list[tuple[int, str]]:
        """Return the standing entries of other ledgers whose stay is that of an entry, or overlaps it."""
        marks = self._db.execute(_MARKS, [number]).fetchone()
        if marks is None or marks[0] not in several:
            return []
        names = ("patient", "benefit", "admitted", "day", "total", "eligible")
        values = dict(zip(names, marks, strict=True))
        values |= {"number": number, "row": number // OWN, "stay": values["benefit"] in STAYS}
        return self._db.execute(_SAME_STAYS, values).fetchall()

    def _conflict(self, kind: ConflictKind, persons: list[str], *numbers: int) -> None:
        ids = dict(self._db.execute("SELECT row, id FROM ledgers").fetchall())
        entries = [(ids[number // OWN], number % OWN) for number in numbers]
        self._found.append(conflicts.of(kind, persons, entries))


def _place(line: list[bytes]) -> int:
    return -1 if line[0] == b"P" else int(line[1])


def _link(line: list[bytes]) -> ChainLink:
    kind, _, number, text = line
    record = text.decode() if kind.isupper() else ""
    return ChainLink(int(number), record, "" if record else text.decode())


def _person(line: list[bytes]) -> TravellingPerson:
    told = json.loads(line[1])
    person = people.unsealed(told["key"], told["own_key"], bytes.fromhex(told["sealed"]))
    if person is None:
        raise ValueError
    return person
