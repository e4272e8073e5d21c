"""The console, `mingzhang-cli`: the same core as the window, for other programs, scripts and tests."""

import argparse
import os
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from core import VERSION
from core.console import fund, ledger, packs, settle, sheet
from core.exchange.answer import refusal
from core.exchange.jsontext import write_line
from core.exchange.request import RequestReader
from core.messages import Fault, Message, message
from core.places import user_documents, user_regions
from core.policy.shelf import DOCUMENTS, REGIONS, load_documents, load_regions
from core.words import DEFAULT_LANGUAGE, Words, languages, words

UNAVAILABLE = 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command and answers with its exit status; see the interface for what each prints."""
    _streams()
    args = _parser(arguments).parse_args(arguments)
    said = words(args.language)
    try:
        status: int = args.run(args, said)
        sys.stdout.flush()
    except BrokenPipeError:
        # whoever read the answers has gone; nothing is left to say, also not at exit
        _say_no_more()
        return 1
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        if error.filename is not None:
            return _unavailable("file", "fault.file_unreadable", str(error.filename), said)
        # the disk on which the answers go is full, or the like
        made = _refusal("output", message("console.no_output", found=str(error.strerror or error)), said)
        _say_no_more()
        sys.stderr.write(made)
        return UNAVAILABLE
    return status


def _say_no_more() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _streams() -> None:
    """Words are UTF-8. A stream that was closed is replaced, and no file takes its number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123  until the end
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", newline="\n")


def _parser(arguments: Sequence[str] | None) -> argparse.ArgumentParser:
    said = _help_words(sys.argv[1:] if arguments is None else arguments)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--language", choices=languages(), default=DEFAULT_LANGUAGE, help=said.text("console.language")
    )
    common.add_argument(
        "--regions",
        metavar="DIR",
        type=Path,
        action="append",
        default=[],
        help=said.text("console.regions"),
    )
    parser = argparse.ArgumentParser("mingzhang-cli", description=said.text("console.about"))
    parser.add_argument("--version", action="version", version=f"mingzhang {VERSION}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    settling = commands.add_parser("settle", parents=[common], help=said.text("console.settle"))
    settling.add_argument("file", nargs="?", metavar="FILE", help=said.text("console.file"))
    settling.set_defaults(run=_with_rules, work=settle.run)
    checking = commands.add_parser("check-sheet", parents=[common], help=said.text("console.check_sheet"))
    sheet.add_arguments(checking, said)
    checking.set_defaults(run=_with_rules, work=sheet.run)
    ledger.add_parser(commands, common, said)
    fund.add_parser(commands, common, said)
    packs.add_parser(commands, common, said)
    return parser


def _help_words(arguments: Sequence[str]) -> Words:
    """The words of the help, before the arguments are understood."""
    for before, value in pairwise(arguments):
        if before == "--language" and value in languages():
            return words(value)
    return words()


def _with_rules(args: argparse.Namespace, said: Words) -> int:
    """Runs a command that needs the documents and packs on file, and perhaps a file of its own."""
    documents = load_documents(DOCUMENTS, user_documents())
    for folder in args.regions:
        if not folder.is_dir():
            return _unavailable("region", "fault.folder_missing", str(folder), said)
    regions, bad = load_regions(documents, (REGIONS, user_regions(), *args.regions))
    for pack in bad:
        for fault in pack.faults:
            sys.stderr.write(f"{pack.file}: {fault.field}: {said(fault.message)}\n")
    try:
        status: int = args.work(args, RequestReader(documents, regions), said)
    except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
        return _unavailable("file", "fault.file_unreadable", str(error.filename), said)
    return status


def _unavailable(field: str, id_: str, name: str, said: Words) -> int:
    sys.stdout.write(_refusal(field, message(id_, name=name), said))
    return UNAVAILABLE


def _refusal(field: str, why: Message, said: Words) -> str:
    return write_line({**refusal([Fault(field, why)], said), "status": "unavailable"}) + "\n"
