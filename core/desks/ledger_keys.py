"""The keys of a ledger itself: it signs what it hands over, and opens what is sealed to it.

They lie in the ledger's own file, whose key keeps them: whoever is signed in hands over in the ledger's name.
"""

import hashlib
import os
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.ledger.ledger import Ledger

NAME: Final = "ledger"
"""The name under which they stand among the sealed keys."""

NONCE: Final = 12
"""The length of a nonce (bytes)."""

SIGNATURE: Final = 64
"""The length of a signature (bytes)."""

_HALF = 32
_READ: Final = "SELECT sealed FROM sealed_keys WHERE name = ? AND epoch = ? AND holder = ''"
_WRITE: Final = """INSERT OR REPLACE INTO sealed_keys (name, epoch, holder, public_key, sealed)
    VALUES (?, ?, '', ?, ?)"""


class LedgerKeys(NamedTuple):
    """A ledger's secret (32 bytes), which its pair for signing and its pair for sealing come from."""

    secret: bytes

    @property
    def public(self) -> str:
        """Return what others know of it: both public keys, in hexadecimal (128 characters)."""
        return self._signing().public_key().public_bytes_raw().hex() + _public(self._box()).hex()

    def sign(self, content: bytes) -> bytes:
        """Return the signature of something (64 bytes)."""
        return self._signing().sign(content)

    def unseal(self, ephemeral: bytes, sealed: bytes, about: bytes) -> bytes | None:
        """Return what was sealed to this ledger, None where it was sealed to another or altered."""
        own = self._box()
        shared = own.exchange(X25519PublicKey.from_public_bytes(ephemeral))
        return unlock(_under(ephemeral, _public(own), shared), sealed, about)

    def _signing(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self._derived(b"sign"))

    def _box(self) -> X25519PrivateKey:
        return X25519PrivateKey.from_private_bytes(self._derived(b"seal"))

    def _derived(self, purpose: bytes) -> bytes:
        return hashlib.sha256(b"mingzhang ledger " + purpose + self.secret).digest()


def keys_of(ledger: Ledger) -> LedgerKeys:
    """Return a ledger's keys, which are made at the first use. Raises LedgerUnavailable."""
    secret = kept_secret(ledger, NAME, 1)
    if secret is None:
        with ledger.transaction():
            secret = kept_secret(ledger, NAME, 1)
            if secret is None:
                secret = os.urandom(_HALF)
                keep_secret(ledger, NAME, 1, secret, LedgerKeys(secret).public)
    return LedgerKeys(secret)


def kept_secret(ledger: Ledger, name: str, epoch: int) -> bytes | None:
    """Return a secret that the ledger keeps for itself, None where it has none of that name."""
    with ledger.snapshot():
        row = ledger.db.execute(_READ, [name, epoch]).fetchone()
    return None if row is None else bytes.fromhex(row[0])


def keep_secret(ledger: Ledger, name: str, epoch: int, secret: bytes, public: str = "") -> None:
    """Keep a secret of the ledger's own, inside a transaction."""
    ledger.db.execute(_WRITE, [name, epoch, public, secret.hex()])


def fingerprint(public: str) -> str:
    """Return what two people compare of a ledger's public keys: 32 hexadecimal digits in fours."""
    found = hashlib.sha256(bytes.fromhex(public)).hexdigest()[:32].upper()
    return " ".join(found[place : place + 4] for place in range(0, 32, 4))


def is_public(text: str) -> bool:
    """Tell whether a text is a ledger's public keys."""
    try:
        return len(bytes.fromhex(text)) == 2 * _HALF and text == text.lower()
    except ValueError:
        return False


def is_signed(public: str, content: bytes, signature: bytes) -> bool:
    """Tell whether a ledger has signed something."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)[:_HALF]).verify(signature, content)
    except (InvalidSignature, ValueError):
        return False
    return True


def ephemeral_for(public: str) -> tuple[bytes, bytes]:
    """Return a new public half and the key that whoever holds a ledger's secret comes to by it."""
    pair = X25519PrivateKey.generate()
    theirs, half = bytes.fromhex(public)[_HALF:], _public(pair)
    return half, _under(half, theirs, pair.exchange(X25519PublicKey.from_public_bytes(theirs)))


def lock(key: bytes, content: bytes, about: bytes) -> bytes:
    """Put something under a key (32 bytes); ``about`` is not hidden, and opens it alone."""
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, content, about)


def unlock(key: bytes, locked: bytes, about: bytes) -> bytes | None:
    """Return what was put under a key, None for another key or what was altered."""
    try:
        return AESGCM(key).decrypt(locked[:NONCE], locked[NONCE:], about)
    except (InvalidTag, ValueError):
        return None


def _public(pair: X25519PrivateKey) -> bytes:
    return pair.public_key().public_bytes_raw()


def _under(ephemeral: bytes, public: bytes, shared: bytes) -> bytes:
    return hashlib.sha256(b"mingzhang packet key" + ephemeral + public + shared).digest()
