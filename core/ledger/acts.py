"""The audit trail of an open ledger: acts noted and read.

`core.ledger.trail` writes and checks the chain; this file is the part of a ledger that hands it out.
"""

from typing import Any

from core.ledger import signatures, trail
from core.ledger.connection import Connection, damaged
from core.ledger.errors import LedgerUnavailable
from core.ledger.record import UNREADABLE
from core.ledger.signatures import Signer
from core.ledger.trail import ActKind, AuditAct, WantedActs
from core.messages import message


class AuditTrail:
    """The acts of an open ledger, in a chain of their own beside the entries."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._db = connection.db

    def note(self, act: ActKind, about: str, operator: str, **detail: Any) -> None:
        """Add an act, inside the transaction that changes what the act is about.

        Raises LedgerUnavailable where it needs the key of whoever is signed in, which no longer counts.
        """
        signer = self._connection.signer
        sign = signatures.signing(signer, act, operator)
        if signer is not None and sign is not None and act is not ActKind.HEAD_KEY:
            self._check(signer)
        trail.note(self._db, self._connection.now(), act, about, operator, detail, sign=sign)

    def _check(self, signer: Signer) -> None:
        try:
            known = signatures.counts(self._db, self._connection.ledger_id(), signer)
        except UNREADABLE as error:
            raise damaged(self._connection.path) from error
        if not known:
            raise LedgerUnavailable(message("ledger.signing.unknown", name=signer.name))

    def acts(self) -> list[AuditAct]:
        """List every act in order. Raises LedgerUnavailable where one cannot be read."""
        with self._connection.snapshot():
            try:
                return trail.read(self._db)
            except UNREADABLE as error:
                raise damaged(self._connection.path) from error

    def found(self, wanted: WantedActs, before: int | None, most: int) -> list[AuditAct]:
        """List what somebody looks for, the latest first, below a number, so many. Raises as `acts` does."""
        with self._connection.snapshot():
            try:
                return trail.find(self._db, wanted, before, most)
            except UNREADABLE as error:
                raise damaged(self._connection.path) from error

    def count(self, wanted: WantedActs) -> int:
        """Count what somebody looks for."""
        with self._connection.snapshot():
            return trail.count(self._db, wanted)

    def of_kind(self, *kinds: ActKind, row: int = 0) -> list[AuditAct]:
        """List the acts of some kinds in order; of the ledger with a row here. Raises as `acts` does."""
        with self._connection.snapshot():
            try:
                return [act for act, _ in trail.read_with_hashes(self._db, *kinds, row=row)]
            except UNREADABLE as error:
                raise damaged(self._connection.path) from error

    def unsigned(self) -> frozenset[int]:
        """Return the numbers of the acts that need a signature and lack it. Raises as `acts` does."""
        with self._connection.snapshot():
            try:
                faults = signatures.read(self._db, self._connection.ledger_id()).faults
            except UNREADABLE as error:
                raise damaged(self._connection.path) from error
        return frozenset(act.number for act in faults)

    def printed(self, number: int, operator: str) -> int:
        """Note a printed copy of an entry that is there; return which copy it is, from 1 on."""
        with self._connection.transaction():
            copy = self.copies(number) + 1
            self.note(ActKind.PRINTED, str(number), operator, copy=copy)
        return copy

    def copies(self, number: int) -> int:
        """Return how many copies of an entry were printed."""
        with self._connection.snapshot():
            return trail.how_many(self._db, ActKind.PRINTED, str(number))
