"""How a secret is put under another one: a passphrase, a public key, or a key.

A holder of the file's key (an operator, or the recovery code) has a pair of keys. The private one is sealed
by a passphrase under Argon2id; the file's key is put under the public one. So the file gets a new key while
nobody has to type a passphrase, and a passphrase that changes brings a new pair: what was kept of the old
pair opens nothing that is sealed from then on.
"""

import hashlib
import hmac
import os
from collections.abc import Mapping
from typing import Any, Final

from argon2.exceptions import Argon2Error
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.files import guard_memory
from core.ledger.operators import bytes_of, spellings

KEY: Final = 32
"""The length of every key (bytes)."""

PUBLIC: Final = "public"
"""The part of a holder that one of the first version does not have."""

COST: Final = {"time_cost": 3, "memory_cost": 65536, "parallelism": 4}
"""The cost of a try: 64 MiB and some 50 ms. It stands beside what was sealed by it."""

UNREADABLE: Final = (
    *(ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError),
    Argon2Error,
)
"""What reading raises that is not of the form written here."""

_MOST_MEMORY: Final = 131072
"""The most memory that a try may take, whatever the file says (KiB)."""

_MOST_WORK: Final = 4 * COST["time_cost"] * COST["memory_cost"]
_MOST_LANES: Final = 16
_SALT, _NONCE = 16, 12

Sealed = dict[str, Any]


def seal(content: bytes, secret: str, purpose: str, cost: Mapping[str, int]) -> Sealed:
    """Seal something by a passphrase; it opens for the same purpose alone."""
    salt = os.urandom(_SALT)
    under = _stretched(spellings(secret)[0], salt, cost)
    return {"salt": salt.hex(), **lock(content, under, purpose), "cost": dict(cost)}


def unseal(sealed: Sealed, secret: str, purpose: str) -> bytes | None:
    """Return what was sealed, None for another passphrase. Raises one of UNREADABLE."""
    if not _is_bearable(sealed["cost"]):
        raise ValueError
    return unlock(sealed, _stretched(secret, bytes.fromhex(sealed["salt"]), sealed["cost"]), purpose)


def lock(content: bytes, key: bytes, purpose: str) -> Sealed:
    """Put something under a key."""
    nonce = os.urandom(_NONCE)
    return {"nonce": nonce.hex(), "sealed": AESGCM(key).encrypt(nonce, content, bytes_of(purpose)).hex()}


def unlock(locked: Sealed, key: bytes, purpose: str) -> bytes | None:
    """Return what was put under a key, None for another key. Raises one of UNREADABLE."""
    nonce, content = bytes.fromhex(locked["nonce"]), bytes.fromhex(locked["sealed"])
    try:
        return AESGCM(key).decrypt(nonce, content, bytes_of(purpose))
    except InvalidTag:
        return None


def holder(key: bytes, id_: str, name: str, secret: str, cost: Mapping[str, int]) -> Sealed:
    """Make a holder of the file's key: a new pair, whose private half a passphrase opens."""
    pair = X25519PrivateKey.generate()
    public = pair.public_key().public_bytes_raw().hex()
    return {
        **seal(pair.private_bytes_raw(), secret, f"private {name}", cost),
        PUBLIC: public,
        **handed(key, id_, name, public),
    }


def handed(key: bytes, id_: str, name: str, public: str) -> Sealed:
    """Return what hands a key over to a holder: the key under the public half, and a mark made by the key."""
    pair = X25519PrivateKey.generate()
    ephemeral = pair.public_key().public_bytes_raw()
    under = _shared(pair, ephemeral, bytes.fromhex(public))
    box = {"ephemeral": ephemeral.hex(), **lock(key, under, f"{id_} {name}")}
    return {"key": box, "mark": mark(key, id_, name, public)}


def mark(key: bytes, id_: str, name: str, public: str) -> str:
    """Return what only whoever has a key can say of a holder's public half."""
    return hmac.new(key, bytes_of(f"{id_} {name} {public}"), hashlib.sha256).hexdigest()


def is_marked(key: bytes, id_: str, name: str, held: Sealed) -> bool:
    """Tell whether a holder's public half was put there by somebody who had the key."""
    public, found = held.get(PUBLIC), held.get("mark")
    return (
        isinstance(public, str)
        and isinstance(found, str)
        and hmac.compare_digest(found.encode(), mark(key, id_, name, public).encode())
    )


def key_of(held: Sealed, id_: str, name: str, secret: str) -> bytes | None:
    """Return the key that a holder's passphrase opens, None for another one. Raises one of UNREADABLE."""
    if PUBLIC not in held:
        return unseal(held, secret, f"{id_} {name}")
    private = unseal(held, secret, f"private {name}")
    if private is None:
        return None
    box = held["key"]
    own = X25519PrivateKey.from_private_bytes(private)
    ephemeral = bytes.fromhex(box["ephemeral"])
    key = unlock(
        box, _shared(own, ephemeral, own.public_key().public_bytes_raw(), ephemeral), f"{id_} {name}"
    )
    if key is None:
        raise ValueError  # the box is somebody else's
    return key


def _shared(pair: X25519PrivateKey, ephemeral: bytes, public: bytes, other: bytes | None = None) -> bytes:
    shared = pair.exchange(X25519PublicKey.from_public_bytes(other or public))
    return hashlib.sha256(b"mingzhang file key" + ephemeral + public + shared).digest()


def _is_bearable(cost: object) -> bool:
    """Tell whether a try costs no more than four of ours: whoever can write the file chooses its cost."""
    if not isinstance(cost, dict) or cost.keys() != COST.keys():
        return False
    if not all(type(each) is int and each > 0 for each in cost.values()):
        return False
    memory, work = cost["memory_cost"], cost["time_cost"] * cost["memory_cost"]
    return bool(memory <= _MOST_MEMORY and work <= _MOST_WORK and cost["parallelism"] <= _MOST_LANES)


def _stretched(secret: str, salt: bytes, cost: Mapping[str, int]) -> bytes:
    guard_memory()
    return hash_secret_raw(bytes_of(secret), salt, **cost, hash_len=KEY, type=Type.ID)
