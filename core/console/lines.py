"""The lines of a file or of standard input, and one JSON object over several of them, each with a bound."""

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import BinaryIO, Final

from core.exchange.jsontext import LONGEST

_AT_ONCE: Final = 32_768
"""The bytes that are read together: some hundred requests with their packs by name."""


def arrivals(stream: BinaryIO) -> Iterator[list[bytes]]:
    """Yield the lines as they come: those that are there together, without waiting for more. Raises OSError.

    A line that is too long for any request is cut one byte beyond that.
    """
    begun = b""
    while text := stream.read1(_AT_ONCE):  # type: ignore[attr-defined]
        ended, mark, rest = text.rpartition(b"\n")
        if mark:
            lines = BytesIO(begun + ended + mark).readlines()
            lines[0] = lines[0][: LONGEST + 1]  # the others came in one piece, which is shorter
            yield lines
            begun = rest
        elif len(begun) <= LONGEST:
            begun = (begun + text)[: LONGEST + 1]
    if begun:
        yield [begun]


def lines_of(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the lines one by one, as `arrivals` has them. Raises OSError."""
    for lines in arrivals(stream):
        yield from lines


def joined(lines: Iterable[bytes]) -> bytes:
    """Return some lines as one text, cut where it is too long for any request."""
    text = bytearray()
    for line in lines:
        text += line
        if len(text) > LONGEST:
            break
    return bytes(text)
