"""The file beside an encrypted ledger that holds its sealed keys, and the system's key store.

It is written whole or not at all, by one process at a time, and has a digest of its own.
"""

import errno
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final, Protocol

from core.files import read_bounded, write_whole
from core.ledger import sealing
from core.ledger.connection import KEYS, TIMEOUT
from core.ledger.errors import LedgerUnavailable, unavailable
from core.ledger.record import canonical, digest
from core.ledger.sealing import UNREADABLE, Sealed
from core.ledger.sqlite import SqliteError, code_of, connect
from core.messages import message

SERVICE: Final = "mingzhang"

_LARGEST: Final = 1_000_000
"""The most bytes of a keys file; an operator takes 900."""

VERSION: Final = 2
"""In version 1 a passphrase opens the file's key itself; it becomes a holder at the next sign-in."""

RECOVERY: Final = "recovery"
COMING: Final = "coming"
"""The part that is sealed by new passphrases while the list of operators may still have the old ones."""

NEXT: Final = "next"
"""The part that hands the next key over while the file may still have the one before it."""

EARLIER: Final = "earlier"
"""The part that holds the keys of earlier times, each under the key of today, for the backups of then."""

PAUSED: Final = "paused"
"""The part that says until when somebody may not try again."""

_CHECK: Final = "check"
"""The part that holds the file's own digest; a file of the first version has none."""

_PARTS: Final = {"id", "in_store", "operators", "wrong", RECOVERY}

Held = dict[str, Any]
"""What a keys file holds."""


_NO_KEYS: Final = frozenset({errno.ENODEV, errno.EFBIG, errno.EISDIR})
"""The errors of a pipe or a device, of a file that is too large and of a folder, none of which holds keys."""


class KeyStore(Protocol):
    """A system's key store: the part of `keyring` that is needed."""

    def get_password(self, service: str, name: str) -> str | None:
        """Return what is kept under a name, None where nothing is."""

    def set_password(self, service: str, name: str, password: str) -> None:
        """Keep something under a name."""


def system_store() -> KeyStore | None:
    """Return the system's key store, None where there is none that works."""
    import keyring
    from keyring.errors import KeyringError

    try:
        backend = keyring.get_keyring()
        return backend if backend.priority >= 1 else None
    except (KeyringError, RuntimeError):
        return None


def keys_file(ledger: Path) -> Path:
    """Return the path of the file beside a ledger that holds its sealed keys."""
    return ledger.with_name(ledger.name + KEYS)


class KeysFile:
    """A keys file. Every method raises LedgerUnavailable where it cannot be used."""

    def __init__(self, ledger: Path, store: KeyStore | None = None) -> None:
        self.ledger = ledger.absolute()
        self.path = keys_file(self.ledger)
        self._store = store
        self._alone = False

    def exist(self) -> bool:
        """Tell whether there is such a file."""
        return self.path.exists()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep everybody else from changing the file until the block ends.

        The lock is SQLite's, which goes with the process that has it. Where none can be had, on a stick that
        cannot be written, the file cannot be changed either.
        """
        if self._alone:
            yield
            return
        lock = self.path.with_name(self.path.name + ".lock")
        try:
            held = connect(lock, timeout=TIMEOUT, isolation_level=None)
        except SqliteError:
            yield
            return
        with closing(held):
            try:
                held.execute("PRAGMA journal_mode = MEMORY")
                held.execute("BEGIN EXCLUSIVE")
            except SqliteError as error:
                if code_of(error) == sqlite3.SQLITE_BUSY:
                    raise unavailable(error, self.path) from error
            self._alone = True
            try:
                yield
            finally:
                self._alone = False

    def keep(self, id_: str, key: bytes) -> bool:
        """Put a key into the store; tell whether the store gives it back."""
        if self._store is None:
            return False
        from keyring.errors import KeyringError

        try:
            self._store.set_password(SERVICE, id_, key.hex())
            return self._store.get_password(SERVICE, id_) == key.hex()
        except (KeyringError, RuntimeError, OSError):
            return False

    def kept(self, id_: str) -> bytes | None:
        """Return the key as the store has it, None where it has none."""
        if self._store is None:
            return None
        from keyring.errors import KeyringError

        try:
            kept = self._store.get_password(SERVICE, id_)
        except (KeyringError, RuntimeError, OSError) as error:  # locked, and nobody unlocked it
            raise LedgerUnavailable(message("ledger.store_closed")) from error
        try:
            key = bytes.fromhex(kept or "")
        except ValueError:
            return None
        return key if len(key) == sealing.KEY else None

    def key_of(self, sealed: Sealed, id_: str, name: str, secret: str) -> bytes | None:
        """Return the key that a holder's passphrase or code opens, None for another one."""
        try:
            return sealing.key_of(sealed, id_, name, secret)
        except UNREADABLE:
            raise self.bad() from None

    def bad(self) -> LedgerUnavailable:
        """Make the error of a file that holds what this program did not write."""
        return LedgerUnavailable(message("ledger.bad_keys", name=str(self.path)))

    @contextmanager
    def changed(self) -> Iterator[Held]:
        """Yield what the file holds, to be changed; it is written when the block ends."""
        with self.alone():
            held = self.read()
            yield held
            self.write(held)

    def read(self) -> Held:
        """Return what the file holds."""
        try:
            held: Held = json.loads(read_bounded(self.path, _LARGEST))
            check = held.pop(_CHECK, None)
            if held["version"] not in (1, VERSION) or not held.keys() >= _PARTS:
                raise ValueError
            if check not in (None, digest(canonical(held))) or not _is_sound(held):
                raise ValueError
        except FileNotFoundError:
            raise LedgerUnavailable(message("ledger.no_keys", name=str(self.path))) from None
        except OSError as error:
            if error.errno in _NO_KEYS:
                raise self.bad() from None
            raise unavailable(error, self.path) from error
        except UNREADABLE:
            raise self.bad() from None
        return held

    def write(self, held: Held) -> None:
        """Write what the file is to hold, as one of today's version."""
        try:
            held["version"] = VERSION
            whole = {**held, _CHECK: digest(canonical(held))}
            write_whole(self.path, json.dumps(whole, ensure_ascii=False, indent=1).encode())
        except OSError as error:
            raise unavailable(error, self.path) from error


def _is_sound(held: Held) -> bool:
    """Tell whether everything is of its kind; what is sealed is checked when it is opened."""
    wrong, paused = held["wrong"].values(), held.get(PAUSED, {}).values()
    return (
        _hands_over(held)
        and all(type(each) is int for each in wrong)
        and all(isinstance(each, str) for each in paused)
        and (
            NEXT not in held
            or ({"operators", COMING, EARLIER} <= held[NEXT].keys() and _hands_over(held[NEXT]))
        )
    )


def _hands_over(held: Held) -> bool:
    """Tell whether a key's id, its place, its holders and the earlier keys are each of their kind."""
    parts = [held["operators"], held.get(COMING, {}), held.get(EARLIER, {})]
    sealed = [held[RECOVERY], *(each for part in parts for each in part.values())]
    return (
        isinstance(held["id"], str)
        and type(held["in_store"]) is bool
        and all(isinstance(each, dict) for each in sealed)
    )
