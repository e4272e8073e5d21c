"""Two keys at a stick: what lies in its folder for this ledger taken in, and its own handed over."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from core.clock import BEIJING
from core.counter.counter import Counter
from core.desks import known_ledgers, packet, stick, trusting
from core.desks.known_ledgers import HeldChain
from core.desks.stick import TakenIn
from core.desks.trusting import Introduced
from core.ledger.foreign import short
from core.messages import Fault, Message, message


class MetFiles(NamedTuple):
    """What came of the files of a folder: what was taken in, and file names with why they were refused."""

    taken: list[TakenIn]
    refused: list[tuple[str, Message]]


def hand_over(counter: Counter, folder: Path, operator: str) -> list[Path] | list[Fault]:
    """Write a file for each ledger that is trusted, with what it lacked by its last word.

    A plain ledger that trusts nobody writes one for anybody. Raises LedgerUnavailable.
    """
    known = known_ledgers.known_ledgers(counter.ledger.db)
    trusted = [each for each in known if each.trust and each.public_key]
    own, now = counter.ledger.short_id, counter.ledger.now().astimezone(BEIJING)
    written: list[Path] = []
    for receiver in [each.id for each in trusted] or [""]:
        to = f"-{short(receiver)}" if receiver else ""
        file = folder / f"{own}{to}-{now:%Y%m%d-%H%M%S}{packet.SUFFIX}"
        done = stick.hand_over(counter, file, receiver=receiver, operator=operator, since=True)
        if isinstance(done, list):
            return done
        written.append(file)
    return written


def take_in(
    counter: Counter, folder: Path, operator: str, heard: Callable[[int], object]
) -> MetFiles | list[Fault]:
    """Take in every file of a folder that is for this ledger, in the order of their names.

    ``heard`` is as `stick.take_in` takes it; files that were whole before it raises stay taken in.
    Raises LedgerUnavailable.
    """
    files = _files(folder)
    if files is None:
        return [Fault("place", message("ledger.folder_missing", folder=str(folder)))]
    met, own = MetFiles([], []), trusting.own(counter)
    for file in files:
        found = trusting.introduced(file)
        if isinstance(found, Introduced) and (found.id == own.id or not _is_for(file, own)):
            continue
        done = stick.take_in(counter, file, operator=operator, heard=heard)
        if isinstance(done, list):
            met.refused.append((file.name, done[0].message))
        else:
            met.taken.append(done)
    return met


def stranger(counter: Counter, folder: Path, compared: str) -> Path | None:
    """Return a file of a folder whose ledger has a fingerprint, as somebody typed it; None: there is none."""
    typed = "".join(compared.split()).upper()
    for file in _files(folder) or ():
        found = trusting.introduced(file)
        known = isinstance(found, Introduced) and found.id != counter.ledger.id
        if isinstance(found, Introduced) and known and "".join(found.fingerprint.split()) == typed:
            return file
    return None


def _files(folder: Path) -> list[Path] | None:
    try:
        return sorted(file for file in folder.iterdir() if file.name.endswith(packet.SUFFIX))
    except OSError:
        return None


def _is_for(file: Path, own: Introduced) -> bool:
    try:
        read = packet.read(file)
    except OSError:
        return True  # the taking in says why it cannot be read
    return isinstance(read, Message) or read.header.to in ("", own.fingerprint)


class HeadsOf(NamedTuple):
    """How far a ledger goes, for the receipt on paper: its short id, and the end of both chains."""

    ledger: str
    entries: HeldChain
    acts: HeldChain


def heads(counter: Counter) -> list[HeadsOf]:
    """List how far this ledger and each that it has met goes here, this one first."""
    ledger = counter.ledger
    with ledger.snapshot():
        holds = known_ledgers.holdings_of(ledger.db)
        ids = [ledger.id, *(each.id for each in known_ledgers.known_ledgers(ledger.db) if each.number)]
    return [HeadsOf(short(id_), holds.entries(id_), holds.acts(id_)) for id_ in ids]
