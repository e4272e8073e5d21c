"""`mingzhang-cli check-sheet`: the text of a sheet's code, worked out again offline."""

import argparse
import sys
from pathlib import Path
from typing import Any

from core.exchange import sheet_code
from core.exchange.answer import refusal
from core.exchange.jsontext import write_line
from core.exchange.request import RequestReader
from core.exchange.sheet_code import Checked
from core.messages import Fault, Message
from core.money import plain
from core.words import Words

AGREES, DIFFERS, UNREADABLE = 0, 1, 2


def add_arguments(parser: argparse.ArgumentParser, said: Words) -> None:
    """Adds what the command takes."""
    parser.add_argument("text", nargs="?", metavar="TEXT|FILE", help=said.text("console.check_sheet_text"))


def run(args: argparse.Namespace, reader: RequestReader, said: Words) -> int:
    """Checks one sheet and answers with the exit status. Raises OSError where the file cannot be read."""
    coded = sheet_code.decode(_text(args.text))
    if isinstance(coded, Message):
        _print({**refusal([Fault("text", coded)], said), "status": "unreadable"})
        return UNREADABLE
    checked = sheet_code.check(coded, reader)
    _print(_answer(checked, said))
    return AGREES if checked.agrees else DIFFERS


def _text(given: str | None) -> str:
    """The code's text: as given, from a file, or from standard input."""
    if given is None:
        return sys.stdin.buffer.read().decode("utf-8", "replace")
    if not given.strip() or (given.strip().upper().startswith("MZ") and ":" in given[:8]):
        return given
    return Path(given).read_text(encoding="utf-8-sig", errors="replace")


def _answer(checked: Checked, said: Words) -> dict[str, Any]:
    coded = checked.coded
    status = "agrees" if checked.agrees else "differs" if checked.settlement else "unknown"
    return {
        "status": status,
        "message": " ".join(said(one) for one in sheet_code.said(checked)),
        "entry": coded.entry,
        "request": coded.request,
        "rule_year": coded.rule_year,
        "pack": {"id": coded.pack[0], "effective": coded.pack[1]},
        "amounts": _amounts(checked.settlement.amounts._asdict()) if checked.settlement else None,
        "sheet_amounts": _amounts(coded.amounts),
        "differences": [
            {"field": each.name, **_amounts({"sheet": each.sheet, "here": each.here})}
            for each in checked.differences
        ],
        "changed": [said(one) for one in checked.changed],
        "result": coded.result,
    }


def _amounts(found: dict[str, int | None]) -> dict[str, str | None]:
    return {name: None if fen is None else plain(fen) for name, fen in found.items()}


def _print(made: dict[str, Any]) -> None:
    sys.stdout.write(write_line(made) + "\n")
