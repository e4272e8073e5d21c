"""Patients of a ledger: found, recognised, noted and forgotten."""

import secrets
from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from core.ledger import privacy, seals
from core.ledger.connection import Connection, damaged
from core.ledger.entries import Identifier, Patient, PatientGiven
from core.ledger.record import UNREADABLE
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
            row = self._db.execute("SELECT name FROM patients WHERE key = ?", [key]).fetchone()
            if row is None:
                return None
            identifiers = self._db.execute(
                "SELECT id_type, id FROM identifiers WHERE patient = ? ORDER BY rowid", [key]
            ).fetchall()
            return Patient(key, row[0], tuple(Identifier(*each) for each in identifiers))

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

        Identifiers of two patients are a fault, and so is another name than the one on file.
        """
        with self._connection.snapshot():
            keys = {
                row[0]
                for each in given.identifiers
                for row in self._db.execute("SELECT patient FROM identifiers WHERE id = ?", [each.id])
            }
            if len(keys) > 1:
                return [Fault("patient.id", message("ledger.two_patients"))]
            if not keys:
                return None
            known = self._known(keys.pop())
        if given.name and known.name and fold(given.name) != fold(known.name):
            return [Fault("patient.name", message("ledger.other_name", name=known.name))]
        return known

    def note(self, known: Patient | None, given: PatientGiven, operator: str) -> str:
        """Note a new patient, or add to a known one, inside a transaction; return the patient's key."""
        changed = known is None
        if known is None:
            known = Patient(secrets.token_hex(16), given.name, ())
            self._db.execute(
                "INSERT INTO patients (key, name, salt) VALUES (?, ?, ?)",
                [known.key, known.name, seals.new_salt()],
            )
        elif given.name and not known.name:
            changed = True
            self._db.execute("UPDATE patients SET name = ? WHERE key = ?", [given.name, known.key])
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

    def all_about(self, patient: str) -> dict[str, Any]:
        """Return everything that is kept of a patient, entries whole, as JSON values."""
        with self._connection.snapshot():
            try:
                return privacy.all_about(self._db, patient)
            except UNREADABLE as error:
                raise damaged(self._connection.path) from error

    def forget(self, patients: Collection[str], operator: str) -> None:
        """Remove who some patients (keys) are, inside a transaction."""
        for patient in patients:
            privacy.forget(self._db, patient)
            self._seal(patient, operator)

    def untouched_since(self, moment: datetime) -> list[str]:
        """List the keys of patients still known who have no entry from a moment (UTC) on."""
        with self._connection.snapshot():
            return privacy.untouched_since(self._db, moment)

    def _known(self, key: str) -> Patient:
        patient = self.get(key)
        if patient is None:
            raise damaged(self._connection.path)
        return patient

    def _seal(self, patient: str, operator: str) -> None:
        seals.note(self._db, self._connection.now(), patient, operator)
