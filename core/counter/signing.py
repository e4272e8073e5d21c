"""Who is at a desk, for the trail: the signing of days by whoever has the rights, and look-ups counted."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Final

from core.clock import BEIJING
from core.ledger import head_key
from core.ledger.errors import LATER
from core.ledger.head_key import HeadKey
from core.ledger.ledger import Ledger
from core.ledger.operators import Operator, Role
from core.ledger.trail import ActKind
from core.messages import Message

MOST_COUNTED: Final = 50
"""So many look-ups are noted at once: the count of a desk that loses its power lacks no more."""


class Signing:
    """The head key of whoever is signed in, where they have one.

    ``said`` is what the sign-in found of the signatures, None where nothing has to be told. ``second`` are
    further folders for what is signed.
    """

    def __init__(self, ledger: Ledger, second: Sequence[Path] = ()) -> None:
        self._ledger = ledger
        self._second = tuple(second)
        self._key: HeadKey | None = None
        self.said: Message | None = None

    @property
    def may_sign(self) -> bool:
        """True where somebody is in whose key signs."""
        return self._key is not None

    def enter(self, operator: Operator, pin: str) -> None:
        """Unseal the key of whoever has signed in, and sign the days before. Raises LedgerUnavailable."""
        if operator.role.may(Role.SUPERVISOR):
            self._key, self.said = head_key.enter(self._ledger, operator.name, pin, self._second)

    def sign_day(self) -> None:
        """Sign the day as it stands, once; where the ledger fails that, it is signed at the next sign-in."""
        key, self._key = self._key, None
        if key is not None:
            with suppress(*LATER):
                key.sign_days(today=True)

    def go_on(self, before: "Signing", ledger: Ledger) -> None:
        """Sign in a ledger that was closed and opened again, with the key that was unsealed before."""
        self._key, self.said = before._key, before.said
        signer = before._ledger.connection.signer
        if self._key is not None:
            self._key.go_on(ledger)
        ledger.connection.signer = signer

    def leave(self) -> None:
        """Sign nothing any more."""
        self._key = self.said = None
        self._ledger.connection.signer = None

    def follow(self, changed: Operator, pin: str | None) -> None:
        """Let a head key go with its holder's new PIN, inside the transaction that changes an operator.

        Of whoever lost place or rights, or got a PIN of another's, it is dropped.
        """
        if pin is not None and self._key is not None and self._key.name == changed.name:
            self._key.seal_to(pin)
        elif pin is not None or not (changed.active and changed.role.may(Role.SUPERVISOR)):
            head_key.forget(self._ledger, changed.name)


class LookUps:
    """The look-ups of persons by whoever is signed in: counted by day, noted in the trail."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._day: date | None = None
        self._last = ""
        self._persons: set[str] = set()
        self._count = 0

    def seen(self, patient: str, operator: Operator | None) -> None:
        """Count that an operator looked at a person (key); the same one again counts once in a row."""
        if operator is None or patient == self._last:
            return
        day = self._ledger.now().astimezone(BEIJING).date()
        if self._count >= MOST_COUNTED or day != self._day:
            self.note(operator)
        self._day, self._last = day, patient
        self._persons.add(patient)
        self._count += 1

    def note(self, operator: Operator | None) -> None:
        """Put on record what was counted; where the ledger fails that, it is lost and nothing else."""
        if self._count and operator is not None:
            detail = {"lookups": self._count, "persons": len(self._persons)}
            with suppress(*LATER), self._ledger.transaction():
                self._ledger.trail.note(ActKind.LOOKED_UP, str(self._day), operator.name, **detail)
        self._last, self._count = "", 0
        self._persons.clear()
