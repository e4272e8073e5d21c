"""The file that a stick carries: signed by the ledger that hands over, sealed to the one that takes in.

A line of JSON tells whose it is and for whom; what follows is one sealed block: the signature, and under it
the packed lines. Whoever alters a byte, or cuts the file off, makes it one that nobody opens.
"""

import json
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from core.desks.ledger_keys import (
    SIGNATURE,
    LedgerKeys,
    ephemeral_for,
    fingerprint,
    is_public,
    is_signed,
    lock,
)
from core.files import read_bounded, write_whole
from core.ledger.record import UNREADABLE, canonical
from core.messages import Message, message

SUFFIX: Final = ".packet"
"""The end of the name of a file that the program names by itself."""

_MARK: Final = b"MINGZHANG HAND-OVER 1\n"
_LONGEST_HEADER: Final = 2_000
_LARGEST: Final = 1 << 30
"""The largest file that is read, and the most that one holds unpacked (bytes)."""

_PIECE: Final = 1 << 20


class PacketHead(NamedTuple):
    """The open part of a packet: the id and the public keys of the ledger that made it, and for whom it is.

    ``to`` is the fingerprint of the receiver's public keys; empty where it is sealed to nobody.
    """

    ledger: str
    public: str
    to: str


class Sealed(NamedTuple):
    """A packet as it was read, before it is opened."""

    header: PacketHead
    open_part: bytes
    ephemeral: bytes
    block: bytes


def write(file: Path, keys: LedgerKeys, ledger: str, receiver: str, lines: Iterable[bytes]) -> None:
    """Write a packet. ``receiver``: the public keys of who may open it, empty for anybody. Raises OSError."""
    packer = zlib.compressobj(3)
    packed = b"".join([*(packer.compress(line + b"\n") for line in lines), packer.flush()])
    half, key = ephemeral_for(receiver) if receiver else (b"", b"")
    header = {
        "from": ledger,
        "key": keys.public,
        "to": fingerprint(receiver) if receiver else "",
        "ephemeral": half.hex(),
    }
    open_part = _MARK + canonical(header).encode() + b"\n"
    block = keys.sign(open_part + packed) + packed
    write_whole(file, open_part + (lock(key, block, open_part) if receiver else block))


def read(file: Path) -> Sealed | Message:
    """Read a packet as far as it is open, or return what is wrong with it. Raises as `read_bounded`."""
    text = read_bounded(file, _LARGEST)
    no_packet = message("desks.no_packet", name=file.name)
    if not text.startswith(_MARK):
        return no_packet
    end = text.find(b"\n", len(_MARK), _LONGEST_HEADER)
    try:
        raw: Any = json.loads(text[len(_MARK) : end])
        header = PacketHead(*(str(raw[name]) for name in ("from", "key", "to")))
        half = bytes.fromhex(raw["ephemeral"])
    except UNREADABLE:
        return no_packet
    if not is_public(header.public) or bool(header.to) != bool(half):
        return no_packet
    return Sealed(header, text[: end + 1], half, text[end + 1 :])


def opened(sealed: Sealed, keys: LedgerKeys, name: str) -> Iterator[bytes] | Message:
    """Return the lines of a packet, or why it cannot be opened: altered, cut off, or sealed to another."""
    header, block = sealed.header, sealed.block
    if header.to:
        if header.to != fingerprint(keys.public):
            return message("desks.sealed_to_another", name=name, to=header.to)
        unsealed = keys.unseal(sealed.ephemeral, block, sealed.open_part)
        if unsealed is None:
            return message("desks.altered", name=name)
        block = unsealed
    signature, packed = block[:SIGNATURE], block[SIGNATURE:]
    if not is_signed(header.public, sealed.open_part + packed, signature):
        return message("desks.altered", name=name)
    return _lines(packed)


def _lines(packed: bytes) -> Iterator[bytes]:
    """Yield the lines, a piece unpacked at a time. Raises ValueError where they are more than is bearable."""
    unpacker, rest, total = zlib.decompressobj(), b"", 0
    waiting = packed
    while waiting or not unpacker.eof:
        piece = unpacker.decompress(waiting, _PIECE)
        waiting = unpacker.unconsumed_tail
        total += len(piece)
        if total > _LARGEST or not (piece or waiting or unpacker.eof):
            raise ValueError
        *whole, rest = (rest + piece).split(b"\n")
        yield from whole
        if unpacker.eof:
            break
    if rest:
        raise ValueError
