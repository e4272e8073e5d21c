"""Which other ledgers are trusted, by an administrator who compared a fingerprint; and who settles what."""

from pathlib import Path
from typing import NamedTuple

from core.counter.counter import Counter
from core.desks import conflicts, known_ledgers, packet, stick
from core.desks.conflicts import Conflict
from core.desks.known_ledgers import KnownLedger, Trust
from core.desks.ledger_keys import fingerprint, keys_of
from core.files import why_failed
from core.ledger import foreign
from core.ledger.free_text import take
from core.ledger.operators import Role
from core.ledger.trail import ActKind
from core.messages import Fault, Message, message


class Introduced(NamedTuple):
    """A ledger that a file introduces: its id, its public keys, and the fingerprint to be compared."""

    id: str
    public: str

    @property
    def short_id(self) -> str:
        """Return the beginning of its id, for papers and sentences."""
        return foreign.short(self.id)

    @property
    def fingerprint(self) -> str:
        """Return what two people compare."""
        return fingerprint(self.public)


def own(counter: Counter) -> Introduced:
    """Return this ledger as others are to know it. Raises LedgerUnavailable."""
    return Introduced(counter.ledger.id, keys_of(counter.ledger).public)


def introduced(file: Path) -> Introduced | Message:
    """Return the ledger that made a hand-over file or a receipt, or why that cannot be told."""
    if file.name.endswith(stick.RECEIPT):
        receipt = stick.read_receipt(file)
        return receipt if isinstance(receipt, Message) else Introduced(receipt.ledger, receipt.public)
    try:
        read = packet.read(file)
    except OSError as error:
        return why_failed(error, str(file))
    return read if isinstance(read, Message) else Introduced(read.header.ledger, read.header.public)


def trust(
    counter: Counter, file: Path, compared: str, *, sees: Trust, name: str = "", operator: str
) -> KnownLedger | list[Fault]:
    """Trust the ledger that made a file, for an administrator who states the fingerprint (``compared``).

    ``sees``: whether it sees everything or only its own patients. It is on the disk when this returns.
    """
    faults: list[Fault] = []
    name = take("name", name, faults) if name.strip() else ""
    found = introduced(file)
    if isinstance(found, Message):
        return [*faults, Fault("file", found)]
    if "".join(compared.split()).upper() != "".join(found.fingerprint.split()):
        told = message("desks.other_fingerprint", fingerprint=found.fingerprint)
        return [*faults, Fault("fingerprint", told)]
    if faults:
        return faults
    ledger = counter.ledger
    with ledger.transaction():
        refused = counter.refusal(operator, Role.ADMINISTRATOR)
        known = known_ledgers.find(ledger.db, found.id)
        if not refused and found.id == ledger.id:
            refused = [Fault("file", message("desks.own_packet"))]
        if not refused and known is not None and known.closed:
            refused = [Fault("file", message("desks.closed", ledger=known.short_id))]
        if refused:
            return refused
        known_ledgers.note(ledger.db, found.id, name, found.public)
        known_ledgers.introduce(ledger.db, found.id, found.public, name)
        known_ledgers.set_trust(ledger.db, found.id, sees)
        detail = {"fingerprint": found.fingerprint, "sees": sees.name.lower()}
        ledger.trail.note(ActKind.LEDGER_TRUSTED, found.id, operator, **detail)
        known = known_ledgers.find(ledger.db, found.id)
    assert known is not None
    return known


def close(counter: Counter, given: str, *, operator: str) -> KnownLedger | list[Fault]:
    """Close a ledger that was lost, for an administrator: nothing more of it is taken in."""
    ledger = counter.ledger
    with ledger.transaction():
        refused = counter.refusal(operator, Role.ADMINISTRATOR)
        if refused:
            return refused
        text = given.strip().lower().replace("-", "")
        found = [each for each in known_ledgers.known_ledgers(ledger.db) if text and each.id.startswith(text)]
        if len(found) != 1:
            return [Fault("ledger", message("desks.receiver_unknown", given=given))]
        known_ledgers.close(ledger.db, found[0].id)
        ledger.trail.note(ActKind.LEDGER_CLOSED, found[0].id, operator)
    return found[0]._replace(closed=True, trust=Trust.NONE)


def settle(counter: Counter, id_: str, *, reason: str, operator: str) -> Conflict | list[Fault]:
    """Settle a conflict, for a supervisor who says why. What is to be changed is changed before."""
    faults: list[Fault] = []
    reason = take("reason", reason, faults)
    ledger = counter.ledger
    with ledger.transaction():
        faults = faults or counter.refusal(operator, Role.SUPERVISOR)
        found = next((each for each in conflicts.open_ones(ledger) if each.id == id_), None)
        if not faults and found is None:
            faults = [Fault("conflict", message("desks.no_conflict", id=id_))]
        if faults or found is None:
            return faults
        conflicts.settle(ledger, found, operator, reason)
    return found._replace(settled=reason)
