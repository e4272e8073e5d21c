"""Handing over to another ledger and taking in from one, by a file that a stick carries."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from core.counter.counter import Counter
from core.desks import affected as affected_entries
from core.desks import conflicts, known_ledgers, packet, people
from core.desks.arriving import Arrived, Arriving, HeldBack
from core.desks.chains import Fork, NotTaken
from core.desks.conflicts import Conflict, ConflictKind
from core.desks.known_ledgers import Holdings, KnownLedger, Trust
from core.desks.leaving import For, Leaving
from core.desks.ledger_keys import fingerprint, is_public, is_signed, keys_of
from core.files import FileDrafts, read_bounded, why_failed, write_whole
from core.ledger import foreign
from core.ledger.entries import Affected
from core.ledger.errors import LATER
from core.ledger.operators import Role
from core.ledger.record import UNREADABLE, canonical
from core.ledger.trail import ActKind
from core.messages import Fault, Message, message

RECEIPT: Final = ".receipt"
"""The end of the name of a receipt, beside the file that was taken in."""

FILE, RECEIVER = "file", "for"
"""The fields that faults name."""

_LARGEST_RECEIPT: Final = 1 << 24


class HandedOver(NamedTuple):
    """What was handed over: so many records, to whom (the fingerprint; empty: sealed to nobody)."""

    records: int
    to: str


class TakenIn(NamedTuple):
    """What was taken in, as the contract prints it; ``receipt`` is the file written for the other ledger.

    ``receipt`` is None where it could not be written. ``ledger`` is whose packet it was.
    """

    ledger: str
    new: int
    known: int
    people: int
    conflicts: list[Conflict]
    affected: list[Affected]
    held: list[HeldBack]
    receipt: Path | None


# ---- handing over


def hand_over(
    counter: Counter,
    file: Path,
    *,
    receiver: str = "",
    receipt: Path | None = None,
    operator: str,
    since: bool = False,
) -> HandedOver | list[Fault]:
    """Write what another ledger does not have yet; it is on the disk when this returns.

    ``receiver``: its public keys, its id or the beginning of it; empty: the only one that is trusted, or, of
    a plain ledger, anybody. ``receipt``: what the receiver said that it holds; None: everything is written,
    or, with ``since``, what it lacked by its last word. Raises LedgerUnavailable.
    """
    refused = counter.refusal(operator, Role.CLERK)
    if refused:
        return refused
    ledger, holds = counter.ledger, Holdings({})
    to = _receiver(counter, receiver)
    if isinstance(to, Message):
        return [Fault(RECEIVER, to)]
    if since and to is not None:
        holds = to.holds()
    if receipt is not None:
        read = read_receipt(receipt)
        if isinstance(read, Message):
            return [Fault("receipt", read)]
        if to is not None and to.id and to.id != read.ledger:
            return [Fault("receipt", message("desks.receipt_of_another", name=receipt.name))]
        holds = read.holds
        to = to or known_ledgers.find(ledger.db, read.ledger)
    return _written(counter, file, to, holds, operator)


def _written(
    counter: Counter, file: Path, to: KnownLedger | None, holds: Holdings, operator: str
) -> HandedOver | list[Fault]:
    ledger, public = counter.ledger, "" if to is None else to.public_key
    keys = keys_of(ledger)
    sees = Trust.OWN_PATIENTS if to is not None and to.trust is Trust.OWN_PATIENTS else Trust.EVERYTHING
    try:
        with FileDrafts() as drafts:
            part = drafts.part(file)
            with ledger.transaction():
                people.give_own_keys(ledger.db)
                leaving = Leaving(ledger, For("" if to is None else to.id, sees, holds))
                packet.write(part, keys, ledger.id, public, leaving.lines())
                told = {"to": "" if to is None else to.id, "records": leaving.sent}
                ledger.trail.note(ActKind.PACKET_MADE, file.name, operator, **told)
            drafts.keep()  # a packet that the trail does not know would be worse than an act without one
    except OSError as error:
        return [Fault(FILE, why_failed(error, str(file), "desks.not_written"))]
    return HandedOver(leaving.sent, fingerprint(public) if public else "")


def _receiver(counter: Counter, given: str) -> KnownLedger | Message | None:
    """Return whom something is for, None: anybody; or why that cannot be told."""
    known = known_ledgers.known_ledgers(counter.ledger.db)
    if not given:
        trusted = [each for each in known if each.trust and each.public_key]
        if len(trusted) == 1:
            return trusted[0]
        return message("desks.say_for_whom") if counter.operators.guarded() else None
    text = given.strip().lower()
    if is_public(text):
        found = [each for each in known if each.public_key == text]
        if not found and not counter.operators.guarded():
            return KnownLedger(0, "", "", text, Trust.EVERYTHING, False, 0, "", 0, "")
    else:
        found = [each for each in known if each.id.startswith(text.replace("-", ""))]
    if len(found) == 1 and found[0].closed:
        return message("desks.closed", ledger=found[0].short_id)
    found = [each for each in found if each.public_key and not each.closed]
    if len(found) != 1:
        return message("desks.receiver_unknown", given=given)
    if counter.operators.guarded() and not found[0].trust:
        return message("desks.not_trusted", ledger=found[0].short_id)
    return found[0]


# ---- taking in


def _unheard(_line: int) -> None:
    """Let nobody know how far it is."""


def take_in(
    counter: Counter, file: Path, *, operator: str, heard: Callable[[int], object] = _unheard
) -> TakenIn | list[Fault]:
    """Take in what another ledger has handed over, whole or not at all, as often as anybody likes.

    It is on the disk when this returns. ``heard`` is told the lines that were read; what it raises ends the
    taking in, and nothing of it is left. Raises LedgerUnavailable.
    """
    refused = counter.refusal(operator, Role.CLERK)
    if refused:
        return refused
    try:
        read = packet.read(file)
    except OSError as error:
        return [Fault(FILE, why_failed(error, str(file)))]
    if isinstance(read, Message):
        return [Fault(FILE, read)]
    ledger, header = counter.ledger, read.header
    refusal = _stranger(counter, header)
    lines = refusal or packet.opened(read, keys_of(ledger), file.name)
    if isinstance(lines, Message):
        return [Fault(FILE, lines)]
    altered = [Fault(FILE, message("desks.altered", name=file.name))]
    try:
        with ledger.transaction():
            arrived, holds = _arrived(counter, header, _counted(lines, heard), operator)
            affected = affected_entries.of_those(counter, arrived.touched, arrived.in_order)
            affected_entries.note(ledger, affected)
            told = {"new": arrived.new, "known": arrived.known, "people": arrived.people}
            ledger.trail.note(ActKind.PACKET_TAKEN, header.ledger, operator, **told)
            known_ledgers.keep_receipt(ledger.db, header.ledger, holds)
    except NotTaken as said:
        return [Fault(FILE, said.said)]
    except Fork as fork:
        return [Fault(FILE, _forked(counter, fork, operator))]
    except UNREADABLE:
        return altered
    return TakenIn(header.ledger, *arrived[:4], affected, arrived.held, write_receipt(counter, file))


def _counted(lines: Iterator[bytes], heard: Callable[[int], object]) -> Iterator[bytes]:
    for number, line in enumerate(lines):
        heard(number)
        yield line


def _arrived(
    counter: Counter, header: packet.PacketHead, lines: Iterator[bytes], operator: str
) -> tuple[Arrived, Holdings]:
    kind, _, text = next(lines).partition(b"\t")
    if kind != b"M":
        raise ValueError
    manifest: dict[str, Any] = json.loads(text)
    known_ledgers.note(counter.ledger.db, header.ledger, "", header.public)
    parts = (line.split(b"\t", 3) for line in lines)
    return Arriving(counter.ledger, operator).take(manifest, parts), Holdings.read(manifest["holds"])


def _stranger(counter: Counter, header: packet.PacketHead) -> Message | None:
    """Return why a packet of a ledger is not taken in by this one; None where it is."""
    if header.ledger == counter.ledger.id:
        return message("desks.own_packet")
    known = known_ledgers.find(counter.ledger.db, header.ledger)
    told = {"ledger": foreign.short(header.ledger), "fingerprint": fingerprint(header.public)}
    if known is not None and known.closed:
        return message("desks.closed", ledger=known.short_id)
    if known is not None and known.public_key and known.public_key != header.public:
        return message("desks.other_key", **told)
    if counter.operators.guarded() and (known is None or not known.trust):
        return message("desks.stranger", **told)
    return None


def _forked(counter: Counter, fork: Fork, operator: str) -> Message:
    """Note that a ledger's chain forks, which a supervisor settles; return what is said of it."""
    with counter.ledger.transaction():
        found = conflicts.of(ConflictKind.FORK, [], [(fork.ledger, fork.number)])
        conflicts.note(counter.ledger, [found], operator)
    return message("desks.forked", ledger=foreign.short(fork.ledger), number=str(fork.number))


# ---- receipts


class HoldingsTold(NamedTuple):
    """What a ledger says that it holds: the ledger's id, its public keys, and its holdings."""

    ledger: str
    public: str
    holds: Holdings


def write_receipt(counter: Counter, file: Path) -> Path | None:
    """Write what this ledger holds beside a file that it took in; None where nothing can be written there."""
    ledger, receipt = counter.ledger, file.with_name(file.name + RECEIPT)
    try:
        with ledger.snapshot():
            holds = known_ledgers.holdings_of(ledger.db)
        keys = keys_of(ledger)
        content = canonical({"ledger": ledger.id, "key": keys.public, "holds": holds.form()})
        signed = {"content": content, "signature": keys.sign(content.encode()).hex()}
        write_whole(receipt, canonical(signed).encode())
    except (OSError, *LATER):  # what was handed over is taken in all the same
        return None
    return receipt


def read_receipt(file: Path) -> HoldingsTold | Message:
    """Return what a receipt says, or why it is none."""
    try:
        raw = json.loads(read_bounded(file, _LARGEST_RECEIPT))
        content = json.loads(raw["content"])
        receipt = HoldingsTold(str(content["ledger"]), str(content["key"]), Holdings.read(content["holds"]))
        signature = bytes.fromhex(raw["signature"])
        sound = is_public(receipt.public) and is_signed(receipt.public, raw["content"].encode(), signature)
    except OSError as error:
        return why_failed(error, str(file))
    except UNREADABLE:
        sound = False
    return receipt if sound else message("desks.no_receipt", name=file.name)
