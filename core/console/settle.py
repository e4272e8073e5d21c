"""`mingzhang-cli settle`: JSON Lines in, JSON Lines out (interface, section 1)."""

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from core.console.lines import lines_of
from core.console.output import DONE, refuse, write_text
from core.exchange.answer import answer
from core.exchange.request import RequestReader
from core.settle import settle
from core.words import Words

_WHITE_SPACE = b" \t\r\n\x0b\x0c\xef\xbb\xbf"
"""The white space of ASCII, and the byte order mark that some editors put at the beginning of a file."""


def run(args: argparse.Namespace, reader: RequestReader, words: Words) -> int:
    """Answer every request of a file or of standard input. Raises OSError where the file cannot be read."""
    if args.file is None:
        return _settle_lines(lines_of(sys.stdin.buffer), reader, words)
    with Path(args.file).open("rb") as opened:
        return _settle_lines(lines_of(opened), reader, words)


def _settle_lines(lines: Iterable[bytes], reader: RequestReader, words: Words) -> int:
    """Answer line by line and return the exit status: `REFUSED` if any line was refused."""
    return max((_settle_line(line, reader, words) for line in filled(lines)), default=DONE)


def _settle_line(line: bytes, reader: RequestReader, words: Words) -> int:
    asked = reader.read(line)
    if isinstance(asked, list):
        return refuse(asked, words)
    write_text(answer(settle(asked.policy, asked.claim), words))
    return DONE


def filled(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the lines that hold more than white space."""
    return (line for line in lines if line.strip(_WHITE_SPACE))
