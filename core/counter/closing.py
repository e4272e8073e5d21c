"""Closing a desk, and the new key that its ledger gets where one is due."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from core.counter.counter import Counter
from core.counter.opening import open_counter
from core.ledger import key_renewal
from core.ledger.errors import LedgerUnavailable
from core.ledger.key_renewal import Progress, tell
from core.ledger.keys import Keys
from core.messages import Message, message

DUE: Final = "ledger.key_due"
"""The message of a new key that waits for nothing but the closing."""


def key_waits(counter: Counter) -> Message | None:
    """Return why the ledger still has a key that it should not have any more, None where it has not.

    Raises LedgerUnavailable.
    """
    if counter.keys is None or not key_renewal.is_due(counter.ledger):
        return None
    return key_renewal.obstacle(counter.ledger, counter.keys) or message(DUE)


def close(counter: Counter, progress: Progress = tell) -> Message | None:
    """Close the ledger, and give it a new key where one is due; return why it has not got it.

    That takes a while, which ``progress`` tells; the ledger is closed in either case.
    """
    keys, ledger, by = counter.keys, counter.ledger, counter.operator
    try:
        due = keys is not None and by is not None and key_renewal.is_due(ledger)
    except (LedgerUnavailable, MemoryError):  # damaged: whoever reads the rows tells more
        due = False
    finally:
        counter.close()
    if not due or keys is None or by is None or ledger.key is None:
        return None
    outcome = _renewed(ledger.path, ledger.key, keys, by.name, progress)
    return outcome if isinstance(outcome, Message) else None


def may_renew(counter: Counter) -> bool:
    """Tell whether a new key is due and waits for the closing alone; False where that cannot be read."""
    try:
        waits = key_waits(counter)
    except LedgerUnavailable:
        return False
    return waits is not None and waits.id == DUE


def may_renew_at_once(counter: Counter) -> bool:
    """Tell whether it is also given without anybody waiting long. Raises LedgerUnavailable."""
    return may_renew(counter) and key_renewal.seconds_needed(counter.ledger.path) < key_renewal.AT_ONCE


def renew_at_once(
    counter: Counter, region_folders: Sequence[Path], progress: Progress = tell
) -> tuple[Counter, Message | None]:
    """Give a ledger a new key, as `may_renew_at_once`; its operator stays at the desk.

    Return the desk, which was opened again, and why its ledger has not got the key, None where it has. Raises
    as `open_counter` does.
    """
    keys, ledger, by = counter.keys, counter.ledger, counter.operator
    assert keys is not None
    assert by is not None
    assert ledger.key is not None
    counter.close()
    outcome = _renewed(ledger.path, ledger.key, keys, by.name, progress)
    key = ledger.key if isinstance(outcome, Message) else outcome
    opened = open_counter(ledger.path, region_folders, key, keys)
    opened.operator = by
    opened.signing.go_on(counter.signing, opened.ledger)
    return opened, outcome if isinstance(outcome, Message) else None


def _renewed(ledger: Path, key: bytes, keys: Keys, by: str, progress: Progress) -> bytes | Message:
    try:
        return key_renewal.renew(ledger, key, keys, by, progress)
    except LedgerUnavailable as error:
        return message("ledger.key_failed", why=error.said)
    except MemoryError:  # what was done before the closing was done and told
        return message("ledger.key_failed", why=message("fault.no_memory"))
