"""`mingzhang-cli settle`: JSON Lines in, JSON Lines out (interface, section 1)."""

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from core.console.lines import arrivals
from core.console.output import DONE, refuse, write_text
from core.console.signs import SIGNS
from core.exchange.answer import answer
from core.exchange.request import RequestReader
from core.messages import Fault
from core.settle import settle
from core.words import Words

_WHITE_SPACE = b" \t\r\n\x0b\x0c\xef\xbb\xbf"
"""The white space of ASCII, and the byte order mark that some editors put at the beginning of a file."""


def run(args: argparse.Namespace, reader: RequestReader, words: Words) -> int:
    """Answer every request of a file or of standard input. Raises OSError where the file cannot be read."""
    if args.file is None:
        with SIGNS.while_typed():
            return _settle_lines(arrivals(sys.stdin.buffer), reader, words)
    with Path(args.file).open("rb") as opened:
        return _settle_lines(arrivals(opened), reader, words)


def _settle_lines(arrived: Iterable[list[bytes]], reader: RequestReader, words: Words) -> int:
    """Answer lines as they come and return the exit status: `REFUSED` if any line was refused."""
    return max((_settle_together(filled(lines), reader, words) for lines in arrived), default=DONE)


def _settle_together(lines: Iterable[bytes], reader: RequestReader, words: Words) -> int:
    """Answer lines that came together: all are read, then all settled.

    A processor that does one thing at a time finds its code and data near by, and takes a fifth less for it.
    """
    asked = reader.read_each(lines)
    settled = [one if isinstance(one, list) else settle(one.policy, one.claim) for one in asked]
    answers = [one if isinstance(one, list) else answer(one, words) for one in settled]
    return max((_told(one, words) for one in answers), default=DONE)


def _told(one: str | list[Fault], words: Words) -> int:
    """Print an answer, or the faults that a line was refused for, and return the exit status."""
    if isinstance(one, list):
        return refuse(one, words)
    write_text(one)
    return DONE


def filled(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the lines that hold more than white space."""
    return (line for line in lines if line.strip(_WHITE_SPACE))
