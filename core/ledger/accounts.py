"""Patients' enrolment accounts: every state that one has had, with the day, who entered it and why.

The latest row is what holds. The rows are a person's data and no entries: they stand outside the chain of
these, under the person's seal.
Everything here runs inside the ledger's transaction or snapshot of the caller.
"""

import json
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from core.enrolment import Account
from core.ledger.connection import damaged
from core.ledger.entries import Entry
from core.ledger.ledger import Ledger
from core.ledger.record import UNREADABLE, canonical


class Cause(StrEnum):
    """Why an account changed: somebody entered it, or an entry was posted or reversed."""

    ENTERED = "entered"
    POSTED = "posted"
    REVERSED = "reversed"


class EnrolmentRow(NamedTuple):
    """A state of a patient's account. ``day`` is the one it was stated for, ``recorded`` is UTC; ``entry`` is
    the number of the entry that changed it, None where somebody entered it.
    """

    account: Account
    day: date
    recorded: datetime
    operator: str
    cause: Cause
    entry: int | None


def history(ledger: Ledger, patient: str) -> list[EnrolmentRow]:
    """Every state of a patient's account, the earliest first."""
    with ledger.snapshot():
        rows = ledger.db.execute(
            """SELECT account, day, recorded, operator, cause, entry FROM enrolments
            WHERE patient = ? ORDER BY number""",
            [patient],
        ).fetchall()
    try:
        return [_row(*row) for row in rows]
    except UNREADABLE as error:
        raise damaged(ledger.path) from error


def current(ledger: Ledger, patient: str) -> EnrolmentRow | None:
    """A patient's account as it stands, None where nobody has entered one."""
    rows = history(ledger, patient)
    return rows[-1] if rows else None


def enter(ledger: Ledger, patient: str, account: Account, day: date, operator: str) -> EnrolmentRow:
    """Sets a patient's account as somebody states it."""
    return _append(ledger, patient, account, day, operator, Cause.ENTERED, None)


def carry(ledger: Ledger, entry: Entry) -> None:
    """Carries forward what a posted entry used up or cleared; nothing without an account."""
    found = current(ledger, entry.patient)
    if found is None or entry.settlement is None:
        return
    after = found.account.after(entry.settlement)
    if after != found.account:
        _append(ledger, entry.patient, after, entry.day, entry.operator, Cause.POSTED, entry.number)


def take_back(ledger: Ledger, reversal: Entry) -> None:
    """Undoes what the reversed entry changed; a state that somebody has entered since stands."""
    rows = history(ledger, reversal.patient)
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
        now = now._replace(bonus_used_in=_still_used(ledger, reversal.patient))
    if now != rows[-1].account:
        _append(
            ledger, reversal.patient, now, reversal.day, reversal.operator, Cause.REVERSED, reversal.number
        )


def _still_used(ledger: Ledger, patient: str) -> int | None:
    """The first year in which an entry that stands used up the bonus."""
    years = [
        entry.year
        for entry in ledger.entries(patient)
        if entry.reversed_by is None
        and entry.settlement is not None
        and entry.settlement.critical is not None
        and entry.settlement.critical.zero_claim_bonus_used
    ]
    return min(years, default=None)


def _append(
    ledger: Ledger, patient: str, account: Account, day: date, operator: str, cause: Cause, entry: int | None
) -> EnrolmentRow:
    recorded = ledger.now()
    text = canonical(account._asdict())
    ledger.db.execute(
        """INSERT INTO enrolments (patient, account, day, recorded, operator, cause, entry)
        VALUES (?, ?, ?, ?, ?, ?, ?)""",
        [patient, text, day.isoformat(), recorded.isoformat(timespec="milliseconds"), operator, cause, entry],
    )
    ledger.note_person(patient, operator)
    return EnrolmentRow(account, day, recorded, operator, cause, entry)


def _row(text: str, day: str, recorded: str, operator: str, cause: str, entry: int | None) -> EnrolmentRow:
    raw: dict[str, Any] = json.loads(text)
    account = Account(**{**raw, "fraud_amounts": tuple(raw["fraud_amounts"])})
    return EnrolmentRow(
        account, date.fromisoformat(day), datetime.fromisoformat(recorded), operator, Cause(cause), entry
    )
