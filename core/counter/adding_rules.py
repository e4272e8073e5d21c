"""Rule packets, and keys that sign them, taken at a desk in use as a supervisor's act."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.counter import rules_on_record
from core.counter.counter import Counter
from core.files import kept_beside
from core.ledger.errors import UNSURE, LedgerUnavailable
from core.ledger.operators import Role
from core.ledger.trail import ActKind
from core.messages import Fault
from core.places import home
from core.policy import packets
from core.policy.packets import Packet

if TYPE_CHECKING:
    from core.policy.packfile import Origin


def inspect_packet(
    counter: Counter, content: bytes, folder: Path
) -> tuple[Packet, tuple[packets.Change, ...]] | list[Fault]:
    """Return a packet that may be added to a desk's ``folder``, with what it changes; or why it may not.

    One that is no newer than what its issuer's acts brought is refused, whatever lies in the folder.
    """
    rules, record = counter.reader, counter.on_record
    believed, numbers = rules_on_record.believed_keys(record), {} if record is None else record.numbers
    return packets.inspect(content, folder, rules.documents, rules.regions, believed, numbers)


def add_packet(counter: Counter, packet: Packet, operator: str) -> list[Fault]:
    """Let a supervisor add a packet that was inspected; the caller reads the rules again.

    One commit decides: before it nothing of the packet is in force, and after it everything is, by the act
    itself. What cuts the files off then is mended at the next opening, in practice by adding it
    again. Raises LedgerUnavailable, and OSError where the packet cannot be laid down; nothing is added then.
    """
    ledger = counter.ledger
    try:
        with ledger.transaction():
            refused = counter.refusal(operator, Role.SUPERVISOR)
            if refused:
                return refused
            before = rules_on_record.found_on_file()
            packets.ask(packet, home())
            detail = rules_on_record.noted_packet(packet, before, counter.reader)
            ledger.trail.note(ActKind.REGION_CHANGED, packet.header.issuer, operator, **detail)
    except Exception as error:
        if not _perhaps_done(error):
            packets.take_back(packet, home())
        raise
    # in real use the act itself has them in force; in practice the files have
    with suppress(OSError) if counter.on_record is not None else nullcontext():
        packets.add(packet, home())
    return []


def trust_key(counter: Counter, public: str, operator: str, folder: Path) -> list[Fault]:
    """Let a supervisor trust a key: packets that it signed are taken from now on. ``folder`` is the desk's.

    Where the act fails, the key's file goes again unless it lay there before. Raises LedgerUnavailable and
    OSError.
    """

    def change() -> list[Fault]:
        packets.trust(public, folder)
        return []

    known = packets.key_id(public) in packets.trusted(folder / packets.KEYS)
    try:
        return counter.change_region("".join(packets.fingerprint(public)), operator, change)
    except Exception as error:
        if not known and not _perhaps_done(error):
            packets.distrust(public, folder)
        raise


def enter_pack(
    counter: Counter,
    about: str,
    folder: Path,
    pack: Mapping[str, Any],
    operator: str,
    notes: "Mapping[str, Origin] | None" = None,
    base: Path | None = None,
) -> list[Fault]:
    """Let a supervisor enter a region's figures into a folder, as `save_pack`. ``about``: the pack's name.

    Where the act fails, what lay in their file before lies there again. Raises LedgerUnavailable, and OSError
    where the folder cannot be written.
    """
    from core.policy.packfile import save_pack  # its writer of TOML is slow to import

    undo: list[Callable[[], object]] = []
    with ExitStack() as held:

        def keep(file: Path) -> None:
            undo.append(held.enter_context(kept_beside(file)))

        def change() -> list[Fault]:
            saved = save_pack(folder, pack, counter.reader.documents, notes, base, keep)
            return saved if isinstance(saved, list) else []

        try:
            return counter.change_region(about, operator, change)
        except Exception as error:
            if not _perhaps_done(error):
                with suppress(OSError):
                    for put_back in undo:
                        put_back()
            raise


def _perhaps_done(error: Exception) -> bool:
    """Return whether an act may have been committed: what it left is for the next opening, which sees."""
    return isinstance(error, LedgerUnavailable) and error.said.id == UNSURE
