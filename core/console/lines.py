"""The lines of a file or of standard input, and one JSON object over several of them, each with a bound."""

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from core.exchange.jsontext import LONGEST


def lines_of(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the lines. One that is too long for any request is cut one byte beyond that. Raises OSError."""
    while line := stream.readline(LONGEST + 1):
        yield line
        while len(line) > LONGEST and not line.endswith(b"\n"):
            line = stream.readline(LONGEST + 1)


def joined(lines: Iterable[bytes]) -> bytes:
    """Return some lines as one text, cut where it is too long for any request."""
    text = bytearray()
    for line in lines:
        text += line
        if len(text) > LONGEST:
            break
    return bytes(text)
