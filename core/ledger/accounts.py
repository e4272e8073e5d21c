"""Patients' enrolment accounts: every state that one has had, with the day, who entered it and why.

The latest row holds. The rows are a person's data and no entries: they stand outside the chain of entries,
under the person's seal. Whatever adds a row runs inside the caller's transaction.
"""

import json
from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from core.enrolment import Account
from core.ledger import joins, seals
from core.ledger.connection import Connection, damaged
from core.ledger.entries import Entry
from core.ledger.journal import Journal
from core.ledger.record import UNREADABLE, canonical


class Cause(StrEnum):
    """The cause of an account's change: somebody entered it, or an entry was posted or reversed."""

    ENTERED = "entered"
    POSTED = "posted"
    REVERSED = "reversed"


class EnrolmentRow(NamedTuple):
    """A state of a patient's account.

    ``day`` is the day that it was stated for; ``recorded`` is UTC. ``entry`` is the number of the entry that
    changed the account, None where somebody entered it.
    """

    account: Account
    day: date
    recorded: datetime
    operator: str
    cause: Cause
    entry: int | None


class Accounts:
    """The enrolment accounts of an open ledger's patients (keys)."""

    def __init__(self, connection: Connection, journal: Journal) -> None:
        self._connection = connection
        self._db = connection.db
        self._journal = journal

    def history(self, patient: str) -> list[EnrolmentRow]:
        """List every state of a person's account, the earliest first; ``patient`` is any of the keys."""
        with self._connection.snapshot():
            rows = self._db.execute(
                f"""SELECT account, day, recorded, operator, cause, entry FROM enrolments
                WHERE patient IN ({joins.KEYS}) ORDER BY number""",  # noqa: S608  ours
                {"patient": patient},
            ).fetchall()
        try:
            return [_row(*row) for row in rows]
        except UNREADABLE as error:
            raise damaged(self._connection.path) from error

    def current(self, patient: str) -> EnrolmentRow | None:
        """Return a patient's account as it stands, None where nobody has entered one."""
        rows = self.history(patient)
        return rows[-1] if rows else None

    def enter(self, patient: str, account: Account, day: date, operator: str) -> EnrolmentRow:
        """Set a patient's account as somebody states it."""
        return self._append(patient, account, day, operator, Cause.ENTERED, None)

    def carry(self, entry: Entry) -> None:
        """Carry forward what a posted entry used up or cleared, where the patient has an account.

        An entry that is settled again changes nothing of what somebody has stated since it was first posted.
        """
        rows = self.history(entry.patient)
        if not rows or entry.settlement is None:
            return
        posted = self._first_posted(entry)
        if posted is not entry and any(
            row.cause is Cause.ENTERED and row.recorded > posted.recorded for row in rows
        ):
            return
        before = rows[-1].account
        after = before.after(entry.settlement)
        if after != before:
            self._append(entry.patient, after, entry.day, entry.operator, Cause.POSTED, entry.number)

    def _first_posted(self, entry: Entry) -> Entry:
        """Return the entry that was settled again to become this one; itself where none was."""
        while entry.replaces is not None:
            replaced = self._journal.entry(entry.replaces)
            if replaced is None:
                return entry
            entry = replaced
        return entry

    def take_back(self, reversal: Entry) -> None:
        """Undo what the reversed entry changed, unless somebody has entered a state since."""
        rows = self.history(reversal.patient)
        at = next(
            (
                index
                for index, row in enumerate(rows)
                if row.cause is Cause.POSTED and row.entry == reversal.reverses
            ),
            None,
        )
        if not at or any(row.cause is Cause.ENTERED for row in rows[at:]):
            return
        before, after, now = rows[at - 1].account, rows[at].account, rows[-1].account
        if before.fraud_amounts != after.fraud_amounts:
            now = now._replace(fraud_amounts=before.fraud_amounts + now.fraud_amounts)
        if before.bonus_used_in != after.bonus_used_in:
            now = now._replace(bonus_used_in=self._still_used(reversal.patient, rows, at))
        if now != rows[-1].account:
            self._append(
                reversal.patient, now, reversal.day, reversal.operator, Cause.REVERSED, reversal.number
            )

    def _still_used(self, patient: str, rows: Sequence[EnrolmentRow], at: int) -> int | None:
        """Return the year that used up the bonus without the change at ``at``, None: it is not used.

        Somebody's last statement before it stands, with the entries since that used the bonus and stand.
        """
        stated = max((i for i, row in enumerate(rows[:at]) if row.cause is Cause.ENTERED), default=None)
        since = None if stated is None else rows[stated].recorded
        if stated is not None and rows[stated].account.bonus_used_in is not None:
            return rows[stated].account.bonus_used_in
        years = [
            entry.year
            for entry in self._journal.entries(patient)
            if entry.reversed_by is None
            and (since is None or entry.recorded > since)
            and entry.settlement is not None
            and entry.settlement.critical is not None
            and entry.settlement.critical.zero_claim_bonus_used
        ]
        return min(years, default=None)

    def _append(
        self, patient: str, account: Account, day: date, operator: str, cause: Cause, entry: int | None
    ) -> EnrolmentRow:
        recorded = self._connection.now()
        text = canonical(account._asdict())
        self._db.execute(
            """INSERT INTO enrolments (patient, account, day, recorded, operator, cause, entry)
            VALUES (?, ?, ?, ?, ?, ?, ?)""",
            [
                patient,
                text,
                day.isoformat(),
                recorded.isoformat(timespec="milliseconds"),
                operator,
                cause,
                entry,
            ],
        )
        seals.note(self._db, self._connection.now(), patient, operator)
        return EnrolmentRow(account, day, recorded, operator, cause, entry)


def _row(text: str, day: str, recorded: str, operator: str, cause: str, entry: int | None) -> EnrolmentRow:
    raw: dict[str, Any] = json.loads(text)
    account = Account(**{**raw, "fraud_amounts": tuple(raw["fraud_amounts"])})
    return EnrolmentRow(
        account, date.fromisoformat(day), datetime.fromisoformat(recorded), operator, Cause(cause), entry
    )
