"""`mingzhang-cli settle`: JSON Lines in, JSON Lines out (interface, section 1)."""

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, TextIO

from core.exchange.answer import answer, refusal
from core.exchange.jsontext import write_line
from core.exchange.request import RequestReader
from core.settle import settle
from core.words import Words

DONE, REFUSED = 0, 2


def run(args: argparse.Namespace, reader: RequestReader, words: Words) -> int:
    """Answers every request of a file or of standard input. Raises OSError where the file cannot be read."""
    if args.file is None:
        return settle_lines(sys.stdin.buffer, sys.stdout, reader, words)
    with Path(args.file).open("rb") as lines:
        return settle_lines(lines, sys.stdout, reader, words)


def settle_lines(lines: BinaryIO, out: TextIO, reader: RequestReader, words: Words) -> int:
    """Answers line by line, flushing each; `REFUSED` where any line was."""
    status = DONE
    for line in filled(lines):
        asked = reader.read(line)
        if isinstance(asked, list):
            status = REFUSED
            made = refusal(asked, words)
        else:
            made = answer(settle(asked.policy, asked.claim), words)
        out.write(write_line(made) + "\n")
        out.flush()
    return status


def filled(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The lines that hold more than white space."""
    return (line for line in lines if line.strip(_WHITE_SPACE))


_WHITE_SPACE = b" \t\r\n\x0b\x0c\xef\xbb\xbf"
