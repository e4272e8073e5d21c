"""The key of an encrypted ledger: in the system's key store, or sealed for each operator beside the ledger.

The key is random and never leaves this file's hands unsealed but to the key store. Sealed means AES-GCM under
Argon2id of an operator's passphrase, or of the recovery code, which is shown once and kept nowhere.
"""

import base64
import json
import os
import secrets
import sqlite3
import unicodedata
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

from argon2.exceptions import Argon2Error
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.files import read_bounded, write_whole
from core.ledger.connection import KEYS, TIMEOUT
from core.ledger.errors import LedgerUnavailable, unavailable
from core.ledger.operators import MOST_WRONG, bytes_of, spellings
from core.ledger.record import canonical, digest
from core.ledger.sqlite import SqliteError, code_of, connect
from core.messages import Fault, message

SERVICE: Final = "mingzhang"
COST: Final = {"time_cost": 3, "memory_cost": 65536, "parallelism": 4}
"""The cost of a try: 64 MiB and some 50 ms. It stands beside what was sealed by it."""

_MOST_MEMORY: Final = 131072
"""The most memory that a try may take, whatever the file says (KiB)."""

_MOST_WORK: Final = 4 * COST["time_cost"] * COST["memory_cost"]
_MOST_LANES: Final = 16

_LARGEST: Final = 1_000_000
"""The most bytes of a keys file; an operator takes 400."""

_KEY, _SALT, _NONCE, _CODE = 32, 16, 12, 20
_RECOVERY: Final = "recovery"
_COMING: Final = "coming"
"""The part that is sealed by new passphrases while the list of operators may still have the old ones."""

_CHECK: Final = "check"
"""The part that holds the file's own digest; a file of the first version has none."""

_UNREADABLE: Final = (ValueError, LookupError, TypeError, OverflowError, Argon2Error)


class KeyStore(Protocol):
    """A system's key store: the part of `keyring` that is needed."""

    def get_password(self, service: str, name: str) -> str | None:
        """Return what is kept under a name, None where nothing is."""

    def set_password(self, service: str, name: str, password: str) -> None:
        """Keep something under a name."""


class NewKey(NamedTuple):
    """A new key, the recovery code, and whether the system's key store keeps the key."""

    key: bytes
    recovery_code: str
    in_store: bool


class Unlocked(NamedTuple):
    """A key, and how many wrong passphrases came before the right one."""

    key: bytes
    wrong: int


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


class Keys:
    """The keys file beside a ledger. Every method raises LedgerUnavailable where the file cannot be used."""

    def __init__(self, ledger: Path, store: KeyStore | None = None) -> None:
        self.path = keys_file(ledger.absolute())
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

    def make(self, operator: str, passphrase: str) -> NewKey:
        """Make a key: the store keeps it, or without one it is sealed for the first operator."""
        key, id_ = secrets.token_bytes(_KEY), secrets.token_hex(16)
        held: dict[str, Any] = {"version": 1, "id": id_, "in_store": self._keep(id_, key)}
        held |= {"operators": {}, "wrong": {}}
        code = _new_code()
        held[_RECOVERY] = _seal(key, plain_code(code), f"{id_} {_RECOVERY}")
        if self.exist():  # what it opens may come back
            self.path.rename(self.path.with_name(f"{self.path.name}-{secrets.token_hex(4)}"))
        if not held["in_store"]:
            held["operators"][operator] = _seal(key, passphrase, f"{id_} operator {operator}")
        self._write(held)
        return NewKey(key, code, held["in_store"])

    def unlock(self, operator: str, passphrase: str) -> Unlocked | list[Fault]:
        """Return the key, from the store or by an operator's passphrase, or faults.

        A wrong passphrase is counted.
        """
        held = self._read()
        if held["in_store"]:
            kept = self._kept(held["id"])
            if kept is None:
                return [Fault("operator", message("ledger.key_not_here"))]
            return Unlocked(kept, 0)
        with self.alone():  # a try that is not counted before the next one begins would be one too many
            return self._unsealed(self._read(), operator, passphrase)

    def _unsealed(self, held: dict[str, Any], operator: str, passphrase: str) -> Unlocked | list[Fault]:
        wrong = held["wrong"].get(operator, 0)
        if wrong >= MOST_WRONG:
            return [Fault("operator", message("ledger.locked_out", name=operator))]
        seals = [held[name].get(operator) for name in ("operators", _COMING) if name in held]
        key = None
        for sealed in [each for each in seals if each] or [held[_RECOVERY]]:  # who is not known takes as long
            for typed in spellings(passphrase):
                key = key or self._opened(sealed, typed, f"{held['id']} operator {operator}")
        if key is not None:
            if wrong:
                held["wrong"].pop(operator)
                self._write(held)
            return Unlocked(key, wrong)
        known = any(seals)
        if known:
            held["wrong"][operator] = wrong + 1
            self._write(held)
        locked = known and wrong + 1 >= MOST_WRONG
        refusal = message("ledger.locked_out", name=operator) if locked else message("ledger.wrong_pin")
        return [Fault("operator", refusal)]

    def recover(self, code: str) -> bytes | list[Fault]:
        """Return the key by the recovery code, or faults.

        Where a store kept the key, the store of this machine keeps it from now on.
        """
        held = self._read()
        key = self._opened(held[_RECOVERY], plain_code(code), f"{held['id']} {_RECOVERY}")
        if key is None:
            return [Fault("recovery_code", message("ledger.wrong_code"))]
        if held["in_store"] and not self._keep(held["id"], key):
            with self._changed() as now:
                now["in_store"] = False
        return key

    def prepare(self, operator: str, passphrase: str, key: bytes) -> None:
        """Let an operator open the ledger by a new passphrase as well, where no store keeps the key.

        Until `confirm`, both open it, and the list of operators says which of the two holds.
        """
        if self.sealed():
            with self._changed() as held:
                coming = held.setdefault(_COMING, {})
                coming[operator] = _seal(key, passphrase, f"{held['id']} operator {operator}")

    def confirm(self, operator: str) -> int:
        """Let an operator open the ledger by the new passphrase alone, and lift a lock.

        Return how many wrong passphrases had been counted until then.
        """
        if operator not in self._read().get(_COMING, {}):
            return 0
        with self._changed() as held:
            held["operators"][operator] = held[_COMING].pop(operator)
            wrong: int = held["wrong"].pop(operator, 0)
        return wrong

    def end_change(self, operator: str, passphrase: str, key: bytes) -> None:
        """Bring a change to its end that was cut off: the passphrase that proved right holds alone."""
        if operator in self._read().get(_COMING, {}):
            self.prepare(operator, passphrase, key)
            self.confirm(operator)

    def forget(self, operator: str) -> None:
        """Let an operator open the ledger no more."""
        held = self._read()
        if operator in held["operators"] or operator in held.get(_COMING, {}):
            with self._changed() as held:
                held["operators"].pop(operator, None)
                held.get(_COMING, {}).pop(operator, None)

    def open_for(self, operator: str) -> bool:
        """Tell whether there is something that lets an operator open the ledger."""
        held = self._read()
        return held["in_store"] or operator in held["operators"] or operator in held.get(_COMING, {})

    def new_code(self, key: bytes) -> str:
        """Make a new recovery code; the one before it is of no use any more."""
        code = _new_code()
        with self._changed() as held:
            held[_RECOVERY] = _seal(key, plain_code(code), f"{held['id']} {_RECOVERY}")
        return code

    def sealed(self) -> bool:
        """Tell whether passphrases open the ledger, as no store keeps the key."""
        return not self._read()["in_store"]

    def _keep(self, id_: str, key: bytes) -> bool:
        """Put a key into the store; tell whether the store gives it back."""
        if self._store is None:
            return False
        from keyring.errors import KeyringError

        try:
            self._store.set_password(SERVICE, id_, key.hex())
            return self._store.get_password(SERVICE, id_) == key.hex()
        except (KeyringError, RuntimeError, OSError):
            return False

    def _kept(self, id_: str) -> bytes | None:
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
        return key if len(key) == _KEY else None

    def _opened(self, sealed: dict[str, Any], secret: str, purpose: str) -> bytes | None:
        try:
            return _open(sealed, secret, purpose)
        except _UNREADABLE:
            raise self._bad() from None

    def _bad(self) -> LedgerUnavailable:
        return LedgerUnavailable(message("ledger.bad_keys", name=str(self.path)))

    @contextmanager
    def _changed(self) -> Iterator[dict[str, Any]]:
        """Yield what the file holds, to be changed; it is written when the block ends."""
        with self.alone():
            held = self._read()
            yield held
            self._write(held)

    def _read(self) -> dict[str, Any]:
        try:
            held: dict[str, Any] = json.loads(read_bounded(self.path, _LARGEST))
            check = held.pop(_CHECK, None)
            if held["version"] != 1 or not {"id", "in_store", "operators", "wrong", _RECOVERY} <= held.keys():
                raise ValueError
            if check not in (None, digest(canonical(held))) or not _is_sound(held):
                raise ValueError
        except FileNotFoundError:
            raise LedgerUnavailable(message("ledger.no_keys", name=str(self.path))) from None
        except OSError as error:
            raise unavailable(error, self.path) from error
        except (*_UNREADABLE, AttributeError):
            raise self._bad() from None
        return held

    def _write(self, held: dict[str, Any]) -> None:
        try:
            whole = {**held, _CHECK: digest(canonical(held))}
            write_whole(self.path, json.dumps(whole, ensure_ascii=False, indent=1).encode())
        except OSError as error:
            raise unavailable(error, self.path) from error


def _is_sound(held: dict[str, Any]) -> bool:
    """Tell whether everything is of its kind; what is sealed is checked when it is opened."""
    sealed = [*held["operators"].values(), *held.get(_COMING, {}).values()]
    wrong = held["wrong"].values()
    return all(isinstance(each, dict) for each in sealed) and all(isinstance(tries, int) for tries in wrong)


def _seal(key: bytes, secret: str, purpose: str) -> dict[str, Any]:
    salt, nonce = os.urandom(_SALT), os.urandom(_NONCE)
    secret = spellings(secret)[0]
    sealed = AESGCM(_stretched(secret, salt, COST)).encrypt(nonce, key, bytes_of(purpose))
    return {"salt": salt.hex(), "nonce": nonce.hex(), "sealed": sealed.hex(), "cost": dict(COST)}


def _open(sealed: dict[str, Any], secret: str, purpose: str) -> bytes | None:
    try:
        if not _is_bearable(sealed["cost"]):
            raise ValueError
        stretched = _stretched(secret, bytes.fromhex(sealed["salt"]), sealed["cost"])
        content = bytes.fromhex(sealed["sealed"])
        return AESGCM(stretched).decrypt(bytes.fromhex(sealed["nonce"]), content, bytes_of(purpose))
    except InvalidTag:
        return None


def _is_bearable(cost: object) -> bool:
    """Tell whether a try costs no more than four of ours: whoever can write the file chooses its cost."""
    if not isinstance(cost, dict) or cost.keys() != COST.keys():
        return False
    if not all(type(each) is int and each > 0 for each in cost.values()):
        return False
    memory, work = cost["memory_cost"], cost["time_cost"] * cost["memory_cost"]
    return bool(memory <= _MOST_MEMORY and work <= _MOST_WORK and cost["parallelism"] <= _MOST_LANES)


def _stretched(secret: str, salt: bytes, cost: dict[str, int]) -> bytes:
    return hash_secret_raw(bytes_of(secret), salt, **cost, hash_len=_KEY, type=Type.ID)


def _new_code() -> str:
    """Make a recovery code: 160 random bits in groups of four that can be read aloud."""
    text = base64.b32encode(secrets.token_bytes(_CODE)).decode()
    return "-".join(text[place : place + 4] for place in range(0, len(text), 4))


def plain_code(code: str) -> str:
    """Return a code without what typing may change: small letters, spaces, digits that look like letters."""
    code = unicodedata.normalize("NFKC", code)
    return "".join(filter(str.isalnum, code.upper())).translate(str.maketrans("018", "OIB"))
