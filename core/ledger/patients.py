"""Patients of a ledger: found, recognised, noted and forgotten."""

import secrets
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, Final

from core.ledger import erasing, joins, privacy, seals, trail
from core.ledger.connection import Connection, damaged
from core.ledger.entries import PERSONAL_NUMBER, Identifier, NewPerson, Patient, PatientGiven
from core.ledger.record import UNREADABLE
from core.ledger.trail import ActKind
from core.messages import Fault, message
from core.names import fold

_LAST_CHARACTER: Final = "\U0010ffff"


class Patients:
    """The patients of an open ledger. Every method raises LedgerUnavailable where the file cannot be used."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._db = connection.db

    def find(self, identifier: str) -> Patient | None:
        """Return the patient with an identifier of any kind, None where nobody has it."""
        with self._connection.snapshot():
            row = self._db.execute("SELECT patient FROM identifiers WHERE id = ?", [identifier]).fetchone()
            return None if row is None else self.get(row[0])

    def get(self, key: str) -> Patient | None:
        """Return the patient with a key of this ledger, None where it has no such key."""
        with self._connection.snapshot():
            row = self._db.execute(
                """SELECT leading.name, leading.key FROM patients AS known
                JOIN patients AS leading ON leading.key = known.person WHERE known.key = ?""",
                [key],
            ).fetchone()
            if row is None:
                return None
            identifiers = self._db.execute(
                f"SELECT id_type, id FROM identifiers WHERE patient IN ({joins.KEYS}) ORDER BY rowid",  # noqa: S608
                {"patient": key},
            ).fetchall()
            return Patient(key, row[0], tuple(Identifier(*each) for each in identifiers), row[1])

    def parts(self, key: str) -> list[Patient]:
        """List the keys of a person, the leading one first, each with the name and the numbers of its own."""
        with self._connection.snapshot():
            rows = self._db.execute(
                f"""SELECT key, name, person FROM patients WHERE key IN ({joins.KEYS})
                ORDER BY key <> person, rowid""",  # noqa: S608  ours
                {"patient": key},
            ).fetchall()
            numbers = "SELECT id_type, id FROM identifiers WHERE patient = ? ORDER BY rowid"
            return [
                Patient(
                    own, name, tuple(Identifier(*each) for each in self._db.execute(numbers, [own])), person
                )
                for own, name, person in rows
            ]

    def joins(self, key: str) -> list[joins.Join]:
        """List the joins of a person's keys, in the order in which they were made."""
        with self._connection.snapshot():
            return joins.of_person(self._db, key)

    def search(self, text: str, most: int) -> list[Patient]:
        """List patients one of whose identifiers, or whose name, begins with a text."""
        beginning = [text, text + _LAST_CHARACTER, most]
        with self._connection.snapshot():
            # each query reads in the order of its index: nothing is sorted, however many begin so
            rows = self._db.execute(
                "SELECT patient FROM identifiers WHERE id >= ? AND id < ? ORDER BY id LIMIT ?",
                beginning,
            ).fetchall()
            rows += self._db.execute(
                "SELECT key FROM patients WHERE name >= ? AND name < ? ORDER BY name LIMIT ?", beginning
            ).fetchall()
            return [self._known(key) for key in dict.fromkeys(row[0] for row in rows)][:most]

    def recognise(self, given: PatientGiven) -> Patient | list[Fault] | None:
        """Return the patient whom the identifiers name, None where nobody has them yet, or faults.

        The first identifier says who it is. A further one that is another patient's is a fault, also where
        nobody has the first one yet and the name is the same: whether two are one, somebody says by a join.
        Another name than the one on file is a fault, too.
        """
        document, further = (None, given.identifiers) if given.unnumbered else _parted(given.identifiers)
        with self._connection.snapshot():
            known = None if document is None else self.find(document.id)
            for each in further:
                other = self.find(each.id)
                if other is None or (known is not None and other.person == known.person):
                    continue
                field = f"facts.{each.id_type}" if each.id_type == PERSONAL_NUMBER else "patient.id"
                said = "ledger.number_of_another" if known is None else "ledger.two_patients"
                return [Fault(field, message(said))]
        if known is not None and given.name and known.name and fold(given.name) != fold(known.name):
            return [Fault("patient.name", message("ledger.other_name", name=known.name))]
        return known

    def note(self, known: Patient | None, given: PatientGiven, operator: str) -> str:
        """Note a new patient, or add to a known one, inside a transaction; return the patient's key."""
        changed = known is None
        if known is None:
            key = secrets.token_hex(16)
            known = Patient(key, given.name, (), key)
            self._db.execute(
                "INSERT INTO patients (key, name, salt, person) VALUES (?, ?, ?, ?)",
                [key, known.name, seals.new_salt(), key],
            )
        elif given.name and not known.name:
            changed = True
            self._db.execute("UPDATE patients SET name = ? WHERE key = ?", [given.name, known.person])
            if known.person != known.key:
                self._seal(known.person, operator)
        on_file = {each.id for each in known.identifiers}
        for each in given.identifiers:
            if each.id not in on_file:
                on_file.add(each.id)
                changed = True
                self._db.execute(
                    "INSERT INTO identifiers (id, id_type, patient) VALUES (?, ?, ?)",
                    [each.id, each.id_type, known.key],
                )
        if changed:
            self._seal(known.key, operator)
        return known.key

    def as_noted(self, key: str) -> NewPerson:
        """Return a person (key) who was noted for trial, to be noted again just so."""
        salt, name = self._db.execute("SELECT salt, name FROM patients WHERE key = ?", [key]).fetchone()
        return NewPerson(key, salt, name, self._known(key).identifiers)

    def add_new(self, people: Sequence[NewPerson], operator: str) -> None:
        """Note some new persons, inside a transaction."""
        self._db.executemany(
            "INSERT INTO patients (key, name, salt, person) VALUES (?, ?, ?, ?)",
            [(each.key, each.name, each.salt, each.key) for each in people],
        )
        self._db.executemany(
            "INSERT INTO identifiers (id, id_type, patient) VALUES (?, ?, ?)",
            [(number.id, number.id_type, each.key) for each in people for number in each.identifiers],
        )
        seals.note_new(self._db, self._connection.now(), people, operator)

    def rename(self, patient: str, name: str, operator: str, reason: str) -> None:
        """Correct the name of a person (any key), inside a transaction; an act says so and why."""
        (leader,) = self._db.execute("SELECT person FROM patients WHERE key = ?", [patient]).fetchone()
        for key in {leader, patient}:
            self._db.execute("UPDATE patients SET name = ? WHERE key = ?", [name, key])
            self._seal(key, operator)
        self._act(ActKind.RENAMED, leader, operator, reason=reason)

    def join(self, one: str, other: str, operator: str, reason: str) -> list[str]:
        """Join two persons (keys) who are one, inside a transaction; return every key of the person.

        The first one's name leads. An act says so and why.
        """
        concerned = joins.change(self._db, one, other, joined=True)
        self._act(ActKind.JOINED, one, operator, reason=reason, **{joins.WITH: other})
        return concerned or []

    def separate(self, one: str, other: str, operator: str, reason: str) -> list[str] | None:
        """Take the join of two keys back, inside a transaction; return every key concerned.

        None where the two were not joined with each other. An act says so and why.
        """
        concerned = joins.change(self._db, one, other, joined=False)
        if concerned is not None:
            self._act(ActKind.SEPARATED, one, operator, reason=reason, **{joins.WITH: other})
        return concerned

    def all_about(self, patient: str) -> dict[str, Any]:
        """Return everything that is kept of a person, entries whole, as JSON values."""
        with self._connection.snapshot():
            try:
                return privacy.all_about(self._db, patient)
            except UNREADABLE as error:
                raise damaged(self._connection.path) from error

    def forget(self, patients: Collection[str], operator: str) -> None:
        """Remove who some persons (keys) are, with all their keys, inside a transaction."""
        for patient in patients:
            for key in joins.keys_of(self._db, patient):
                for child in privacy.children_of(self._db, key):
                    privacy.forget_mother(self._db, key, child)
                    self._seal(child, operator)
                privacy.forget(self._db, key)
                self._seal(key, operator)

    def erase(self, keys: Sequence[str], operator: str, more: Collection[str] = (), **detail: str) -> None:
        """Forget persons, named by all their keys, inside a transaction.

        The act holds marks of their identifiers, and of ``more`` that were theirs: no older file or row of
        another ledger brings them back.
        """
        marks = erasing.marks_of(self._db, keys, more)
        persons = {own.person: own.key for own in map(self.get, keys) if own is not None}
        self.forget(sorted(persons.values()), operator)
        found = {"keys": list(keys), erasing.MARKS: marks, **detail}
        trail.note(self._db, self._connection.now(), ActKind.ERASED, keys[0], operator, found)

    def untouched_since(self, moment: datetime, day: date) -> list[str]:
        """List the keys of persons still known without an entry from a moment (UTC) and its day on."""
        with self._connection.snapshot():
            return privacy.untouched_since(self._db, moment, day)

    def _known(self, key: str) -> Patient:
        patient = self.get(key)
        if patient is None:
            raise damaged(self._connection.path)
        return patient

    def _seal(self, patient: str, operator: str) -> None:
        seals.note(self._db, self._connection.now(), patient, operator)

    def _act(self, act: ActKind, about: str, operator: str, **detail: str) -> None:
        trail.note(self._db, self._connection.now(), act, about, operator, detail)


def _parted(identifiers: tuple[Identifier, ...]) -> tuple[Identifier | None, tuple[Identifier, ...]]:
    """Return the identifier that says who somebody is, None without any, and the further ones."""
    return (identifiers[0], identifiers[1:]) if identifiers else (None, ())
