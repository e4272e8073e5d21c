"""`mingzhang-cli check-sheet`: the text of a sheet's code, worked out again offline."""

import argparse
import sys
from pathlib import Path
from typing import Any

from core.console.output import DONE, FAULT_FOUND, REFUSED, write
from core.console.signs import SIGNS
from core.exchange import sheet_code
from core.exchange.answer import amounts_of, refusal
from core.exchange.request import RequestReader
from core.exchange.sheet_code import Checked
from core.files import read_bounded
from core.messages import Fault, Message
from core.words import Words

_LARGEST = 100_000
"""The most bytes of a text that is read; a code has some hundreds."""


def add_arguments(parser: argparse.ArgumentParser, words: Words) -> None:
    """Add the arguments of the command to its parser."""
    parser.add_argument("text", nargs="?", metavar="TEXT|FILE", help=words.text("console.check_sheet_text"))


def run(args: argparse.Namespace, reader: RequestReader, words: Words) -> int:
    """Check one sheet and return the exit status. Raises OSError where the file cannot be read."""
    coded = sheet_code.decode(_text(args.text))
    if isinstance(coded, Message):
        write({**refusal([Fault("text", coded)], words), "status": "unreadable"})
        return REFUSED
    checked = sheet_code.check(coded, reader)
    write(_answer(checked, words))
    return DONE if checked.agrees else FAULT_FOUND


def _text(given: str | None) -> str:
    """Return the code's text: as given, from the file of that name, or from standard input."""
    if given is None:
        with SIGNS.while_typed():
            return sys.stdin.buffer.read(_LARGEST).decode("utf-8-sig", "replace")
    code = sheet_code.bare_text(given)
    if not code or (code.startswith("MZ") and ":" in code[:8]):
        return given
    return read_bounded(Path(given), _LARGEST).decode("utf-8-sig", "replace")


def _answer(checked: Checked, words: Words) -> dict[str, Any]:
    coded, settlement = checked.coded, checked.settlement
    status = "agrees" if checked.agrees else "differs" if settlement else "unknown"
    return {
        "status": status,
        "message": " ".join(words(sentence) for sentence in sheet_code.said(checked)),
        "entry": coded.entry,
        "request": coded.request,
        "rule_year": coded.rule_year,
        "pack": {"id": coded.pack[0], "effective": coded.pack[1]},
        "amounts": amounts_of(settlement.amounts._asdict()) if settlement else None,
        "sheet_amounts": amounts_of(coded.amounts),
        "differences": [
            {"field": each.name, **amounts_of({"sheet": each.sheet, "here": each.here})}
            for each in checked.differences
        ],
        "changed": [words(sentence) for sentence in checked.changed],
        "result": coded.result,
    }
