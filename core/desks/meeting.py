"""People of several ledgers met by their identifiers, never by a name alone; the forgotten stay forgotten."""

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from core.desks import conflicts, people
from core.desks.conflicts import Conflict, ConflictKind
from core.desks.people import TravellingPerson
from core.ledger import foreign, joins, seals, trail
from core.ledger.erasing import Erased
from core.ledger.ledger import Ledger
from core.ledger.record import OWN
from core.ledger.trail import AT, ActKind, AuditAct
from core.messages import message
from core.names import fold
from core.words import words

TAKEN_IN: Final = "taken_in"
"""The name under which the detail of an act that follows another ledger's says so."""

FOLLOWED: Final = (ActKind.ERASED, ActKind.JOINED, ActKind.SEPARATED)
"""The acts of other ledgers that are followed here."""

_ENROL: Final = """INSERT INTO enrolments (patient, account, day, recorded, operator, cause, entry)
    SELECT :patient, :account, :day, :recorded, :operator, :cause, :entry
    WHERE NOT EXISTS (SELECT 1 FROM enrolments WHERE patient = :patient AND account = :account
        AND day = :day AND recorded = :recorded AND cause = :cause)"""


Acts = Sequence[tuple[int, AuditAct]]
"""Acts of other ledgers, each with its number here, in the order in which they came in."""


class Meeting:
    """The persons of one taking in, inside its transaction.

    ``people`` counts those of whom something new is known; ``touched`` are keys whose person is another one
    now; ``found`` are names that contradict one another.
    """

    def __init__(self, ledger: Ledger, operator: str, rows: foreign.Rows) -> None:
        self._ledger = ledger
        self._db = ledger.db
        self._operator = operator
        self._rows = rows
        self._fresh: set[str] = set()
        self._why = words()(message("desks.with_packet"))
        self._erased = Erased(self._db)
        self.people = 0
        self.touched: set[str] = set()
        self.found: list[Conflict] = []

    def keep_rows(self, patients: Iterable[str]) -> None:
        """Make room for persons (keys) of entries that came in; who they are may follow."""
        for key in sorted(patients):
            if not self._db.execute("SELECT 1 FROM patients WHERE key = ?", [key]).fetchone():
                self._db.execute("INSERT INTO patients (key, name, person) VALUES (?, '', ?)", [key, key])
                self._fresh.add(key)

    def take(self, person: TravellingPerson) -> None:
        """Take in what is known of a person (key), unless the person was forgotten here."""
        key = person.key
        self.keep_rows([key])
        name, salt = self._db.execute("SELECT name, salt FROM patients WHERE key = ?", [key]).fetchone()
        if not salt and key not in self._fresh:
            return
        numbers = [id_ for _, id_ in person.identifiers]
        erasing = self._erased.of_person(key, numbers)
        if erasing is not None:
            self._erase([key], numbers, erasing.ledger, erasing.moment)
            return
        changed = key in self._fresh
        if changed:
            self._fresh.discard(key)
            self._db.execute(
                "UPDATE patients SET name = ?, salt = ?, own_key = ? WHERE key = ?",
                [person.name, seals.new_salt(), person.own_key, key],
            )
            name = person.name
        elif person.name and not name:
            changed = True
            self._db.execute("UPDATE patients SET name = ? WHERE key = ?", [person.name, key])
        owners, more = self._identifiers(person)
        people.keep_facts(self._db, self._rows, person)
        changed = self._enrolments(person) or more or changed
        if changed:
            self.people += 1
            self._seal(key)
        for owner in owners:
            self._join(owner, key)
        self._names(person)

    def forget(self, acts: Acts, learned: Collection[str]) -> None:
        """Forget whom other ledgers have erased, before anybody of the same numbers comes.

        ``acts`` are those that came in; ``learned`` the ledgers (ids) the key of whose marks
        came in.
        """
        telling = {*learned}
        for number, act in acts:
            if act.act is not ActKind.ERASED:
                continue
            telling.add(self._rows.ids[number // OWN])
            self._forget({act.about, *act.detail.get("keys", ())}, self._rows.ids[number // OWN], act.moment)
        for key, erasing in sorted(self._erased.still_here(sorted(telling)).items()):
            self._forget({key}, erasing.ledger, erasing.moment)

    def follow(self, acts: Acts) -> None:
        """Follow acts of other ledgers on joins and their taking back."""
        for _, act in acts:
            if act.act is not ActKind.ERASED:
                self._follow_join(act)
        for key in sorted(self._fresh):  # nothing is known of who it is, and nothing will be
            self._seal(key)

    def _identifiers(self, person: TravellingPerson) -> tuple[list[str], bool]:
        """Keep a person's identifiers; return whose (keys) some are already, and whether any is new."""
        owners, more = [], False
        for id_type, given in person.identifiers:
            id_ = self._erased.without_mother(id_type, given, person.key)
            row = self._db.execute("SELECT patient FROM identifiers WHERE id = ?", [id_]).fetchone()
            if row is None:
                more = True
                self._db.execute(
                    "INSERT INTO identifiers (id, id_type, patient) VALUES (?, ?, ?)",
                    [id_, id_type, person.key],
                )
            elif row[0] != person.key:
                owners.append(row[0])
        return owners, more

    def _enrolments(self, person: TravellingPerson) -> bool:
        before = self._db.total_changes
        for account, day, recorded, operator, cause, entry in person.enrolments:
            here = None if entry is None else self._rows.here(*entry)
            there = here and self._db.execute("SELECT 1 FROM entries WHERE number = ?", [here]).fetchone()
            values = {"patient": person.key, "account": account, "day": day, "recorded": recorded}
            values |= {"operator": operator, "cause": cause, "entry": here if there else None}
            self._db.execute(_ENROL, values)
        return bool(self._db.total_changes > before)

    def _join(self, one: str, other: str, at: str = "") -> None:
        """Make two keys one person, unless they are; or somebody has taken that back, later than ``at``."""
        patients = self._ledger.patients
        first, second = patients.get(one), patients.get(other)
        if first is None or second is None or first.person == second.person:
            return
        if self._last(one, other, ActKind.SEPARATED) > at:
            return
        self.touched |= {*patients.join(one, other, self._operator, self._why)}

    def _follow_join(self, act: AuditAct) -> None:
        one, other = act.about, act.detail[joins.WITH]
        at = act.recorded.isoformat(timespec="milliseconds")
        if act.act is ActKind.JOINED:
            self._join(one, other, at)
        elif self._last(one, other, ActKind.JOINED) <= at and self._ledger.patients.get(one) is not None:
            concerned = self._ledger.patients.separate(one, other, self._operator, self._why)
            self.touched |= {*(concerned or ())}

    def _last(self, one: str, other: str, kind: ActKind) -> str:
        """Return the moment (UTC, ISO) at which two keys were last joined or separated here, else empty."""
        moments = [
            act.recorded.isoformat(timespec="milliseconds")
            for about, with_ in ((one, other), (other, one))
            for act in trail.read_about(self._db, about, kind)
            if act.detail[joins.WITH] == with_
        ]
        return max(moments, default="")

    def _names(self, person: TravellingPerson) -> None:
        """Hold a name that came against the one that leads: a later correction stands, else they conflict."""
        known = self._ledger.patients.get(person.key)
        if known is None or not (known.name and person.name) or fold(known.name) == fold(person.name):
            return
        here = people.renamed_at(self._db, person.key)
        if person.renamed > here:
            for key in {known.person, person.key}:
                self._db.execute("UPDATE patients SET name = ? WHERE key = ?", [person.name, key])
                self._seal(key)
            self._ledger.trail.note(
                ActKind.RENAMED, known.person, self._operator, reason=self._why, **{AT: person.renamed}
            )
        elif not here:
            self.found.append(conflicts.of(ConflictKind.NAMES, [known.person, person.key], []))

    def _forget(self, keys: set[str], ledger: str, moment: str) -> None:
        """Forget whom another ledger was told to forget, with every key of the person."""
        self.keep_rows(keys)
        every = sorted({own for key in keys for own in joins.keys_of(self._db, key)})
        known = [
            key
            for key in every
            if self._db.execute("SELECT 1 FROM patients WHERE key = ? AND salt <> ''", [key]).fetchone()
        ]
        if known:
            self._erase([*known, *(key for key in every if key not in known)], [], ledger, moment)

    def _erase(self, keys: list[str], numbers: Sequence[str], ledger: str, moment: str) -> None:
        """Forget persons, by an act of this ledger that the one which still knows them meets."""
        told = {TAKEN_IN: ledger, AT: moment}
        self._ledger.patients.erase(keys, self._operator, numbers, **told)
        self._fresh.difference_update(keys)

    def _seal(self, key: str) -> None:
        seals.note(self._db, self._ledger.now(), key, self._operator)
