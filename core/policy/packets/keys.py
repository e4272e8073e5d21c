"""The keys of those who issue packets, and the public ones that a desk trusts."""

import errno
import hashlib
import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Final

from core.files import read_bounded, write_whole
from core.messages import Message, message

KEYS: Final = "keys"
"""The folder of a desk for the public keys that it trusts."""

LARGEST_KEY: Final = 10_000
"""The most bytes of a file with a key."""

_HEX: Final = re.compile(r"[0-9a-f]{64}")


def new_key() -> tuple[bytes, str]:
    """Make a new key of an issuer. Return the secret key as PEM and the public one as hexadecimal text."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = Ed25519PrivateKey.generate()
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return secret, key.public_key().public_bytes_raw().hex()


def write_new_key(file: Path) -> tuple[str, Path]:
    """Make a new key in two files; return the public key as text and its file, beside the secret one.

    Raises FileExistsError: a file that is there is never written over. Raises OSError.
    """
    secret, public = new_key()
    beside = file.with_suffix(".pub")
    for each in (file, beside):
        if each.exists():
            raise FileExistsError(errno.EEXIST, "", str(each))
    begun: list[Path] = []
    try:
        for each, content in ((file, secret), (beside, f"{public}\n".encode())):
            handle = os.open(each, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            begun.append(each)
            with os.fdopen(handle, "wb") as out:
                out.write(content)
                out.flush()
                os.fsync(handle)
    except BaseException:  # half a pair would be in the way of the next try
        for each in begun:
            with suppress(OSError):
                each.unlink()
        raise
    return public, beside


def key_id(public: str) -> str:
    """Return the short name of a public key: 16 hexadecimal digits."""
    return hashlib.sha256(bytes.fromhex(public)).hexdigest()[:16]


def fingerprint(public: str) -> tuple[str, ...]:
    """Return what a person compares of a public key: eight groups of four hexadecimal digits, 128 bits.

    The first four groups are the key's short name. Neither half can be made to fit by trying keys.
    """
    digits = hashlib.sha256(bytes.fromhex(public)).hexdigest()[:32]
    return tuple(digits[at : at + 4] for at in range(0, 32, 4))


def is_public(text: str) -> bool:
    """Return whether a text has the form of a public key: 64 hexadecimal digits in lower case."""
    return _HEX.fullmatch(text) is not None


def read_public(text: str) -> str | Message:
    """Return the public key in a file's text, or the message that it is none."""
    key = text.strip().lower()
    return key if is_public(key) else message("packs.not_a_key")


def trust(public: str, home: Path) -> str:
    """Take packets of this key at a desk from now on. Return the key's short name. Raises OSError."""
    file = _file_of(public, home)
    file.parent.mkdir(parents=True, exist_ok=True)
    write_whole(file, f"{public}\n".encode("ascii"))
    return file.stem


def distrust(public: str, home: Path) -> None:
    """Keep a key no longer. Where its file cannot go it stays, without a word: no act has it believed."""
    with suppress(OSError):
        _file_of(public, home).unlink(missing_ok=True)


def _file_of(public: str, home: Path) -> Path:
    return home / KEYS / f"{key_id(public)}.pub"


def trusted(folder: Path) -> dict[str, str]:
    """Return the public keys in a folder by their short names. A file that holds no key is passed over."""
    keys = {}
    for file in sorted(folder.glob("*.pub")):
        try:
            key = read_public(read_bounded(file, LARGEST_KEY).decode("ascii"))
        except (OSError, ValueError):
            continue
        if isinstance(key, str):
            keys[key_id(key)] = key
    return keys
