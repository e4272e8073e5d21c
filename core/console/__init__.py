"""The console, `mingzhang-cli`: the same core as the window, for other programs, scripts and tests."""

import argparse
import errno
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
from core.messages import Fault, message
from core.places import user_documents, user_regions
from core.policy.shelf import DOCUMENTS, REGIONS, BadDocument, load_documents, load_regions
from core.words import DEFAULT_LANGUAGE, Words, languages, words

UNAVAILABLE = 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command and answers with its exit status; see the interface for what each prints."""
    _open_streams()
    args = _parser(arguments).parse_args(arguments)
    said = words(args.language)
    if not sys.stdout:
        return _speechless(said, os.strerror(errno.EBADF))
    try:
        status = _answered(args, said)
        sys.stdout.flush()
    except BrokenPipeError:
        # whoever read the answers has gone; nothing is left to say
        _say_no_more()
        return 1
    except OSError as error:
        _say_no_more()
        return _speechless(said, error.strerror)
    except KeyboardInterrupt:
        return 130
    return status


def _open_streams() -> None:
    """Standard error and input are there, if only to lead nowhere, and what is said is UTF-8."""
    for name, mode in (("stdin", "r"), ("stderr", "w")):
        if not getattr(sys, name):
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # a file's name may hold what is not Unicode
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


def _say_no_more() -> None:
    """What is still to be written goes nowhere, also at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _speechless(said: Words, reason: str | None) -> int:
    """Standard input or output itself cannot be used: there is nowhere to answer but here."""
    sys.stderr.write(said.text("fault.stream", reason=reason or "") + "\n")
    return UNAVAILABLE


def _answered(args: argparse.Namespace, said: Words) -> int:
    """Runs a command; a file that it cannot use is said. Raises OSError where a standard stream fails."""
    try:
        status: int = args.run(args, said)
    except BadDocument as error:
        for fault in error.faults:
            sys.stderr.write(f"{error.file}: {fault.field}: {said(fault.message)}\n")
        return _unavailable("document", "fault.document_unusable", str(error.file), said)
    except OSError as error:
        if error.filename is None:
            raise
        return _unavailable("file", "fault.file_unreadable", str(error.filename), said)
    return status


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
    """Runs a command that needs the documents and packs on file."""
    documents = load_documents(DOCUMENTS, user_documents())
    for folder in args.regions:
        if not folder.is_dir():
            return _unavailable("region", "fault.folder_missing", str(folder), said)
    regions, bad = load_regions(documents, (REGIONS, user_regions(), *args.regions))
    for pack in bad:
        for fault in pack.faults:
            sys.stderr.write(f"{pack.file}: {fault.field}: {said(fault.message)}\n")
    status: int = args.work(args, RequestReader(documents, regions), said)
    return status


def _unavailable(field: str, id_: str, name: str, said: Words) -> int:
    made = {**refusal([Fault(field, message(id_, name=name))], said), "status": "unavailable"}
    sys.stdout.write(write_line(made) + "\n")
    return UNAVAILABLE
