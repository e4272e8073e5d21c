"""The console's commands: the command line read, a command run, and what cannot be used told."""

import argparse
import errno
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Final

from core import VERSION
from core.console.collecting import collect_again
from core.console.command_line import CommandLine, NotUnderstood
from core.console.commands import Commands
from core.console.output import UNAVAILABLE, refuse, remark, unavailable
from core.console.signs import SIGNS
from core.files import guard_process, why_failed
from core.messages import Fault, message
from core.places import NoHome
from core.policy.shelf import BadDocument
from core.words import DEFAULT_LANGUAGE, Words, languages
from core.words import words as words_of

_READER_GONE: Final = 1


def run(arguments: Sequence[str] | None) -> int:
    """Run a command and return its exit status. The manual beside this file says what each command prints."""
    _open_streams()
    guard_process()
    args = _arguments(arguments)
    words = words_of(args.language)
    SIGNS.take_words(partial(_sign, words))
    if not sys.stdout:
        return _speechless(words, os.strerror(errno.EBADF))
    try:
        collect_again()
        status = _answered(args, words)
        sys.stdout.flush()
    except BrokenPipeError:
        # whoever read the answers has gone; nothing is left to say
        _say_no_more()
        return _READER_GONE
    except OSError as error:
        _say_no_more()
        return _speechless(words, error.strerror)
    return status


def _sign(words: Words, stage: str, done: int, of: int, seconds: float) -> str:
    """Return what a terminal shows while a command works."""
    known = "done_of" if of else "done" if done else "stage" if stage else "begun"
    at = words.text(f"window.job.{stage}") if stage else ""
    return words.text(f"console.sign.{known}", stage=at, done=done, of=of, seconds=f"{seconds:.1f}")


def _open_streams() -> None:
    """Open standard input and error where they are closed, if only to lead nowhere, and write UTF-8."""
    for name, mode in (("stdin", "r"), ("stderr", "w")):
        if not getattr(sys, name):
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # a file's name may hold what is not Unicode
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


def _say_no_more() -> None:
    """Lead standard output nowhere, so that writing the rest cannot fail at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _speechless(words: Words, reason: str | None) -> int:
    """Tell standard error that standard input or output cannot be used; the answer has no other way."""
    remark(words.text("fault.stream", reason=reason or ""))
    return UNAVAILABLE


def _answered(args: argparse.Namespace, words: Words) -> int:
    """Run a command and say which file it cannot use. Raises OSError where a standard stream fails."""
    try:
        status: int = args.run(args, words)
    except BadDocument as error:
        for fault in error.faults:
            remark(f"{error.file}: {fault.field}: {words(fault.message)}")
        unusable = message("fault.document_unusable", name=str(error.file))
        return unavailable(Fault("document", unusable), words)
    except MemoryError:
        return unavailable(Fault("memory", message("fault.no_memory")), words)
    except NoHome:
        return unavailable(Fault("home", message("fault.no_home")), words)
    except OSError as error:
        if error.filename is None:  # no file: a stream
            raise
        return unavailable(Fault("file", why_failed(error, str(error.filename))), words)
    return status


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return what the arguments ask for; where they are not understood, what says so."""
    given = sys.argv[1:] if arguments is None else arguments
    language = _language(given)
    try:
        return _parser(given, words_of(language)).parse_args(given)
    except NotUnderstood as wrong:
        faults = wrong.faults
        return argparse.Namespace(language=language, run=lambda _args, words: refuse(faults, words))


def _parser(given: Sequence[str], words: Words) -> argparse.ArgumentParser:
    """Return the parser of the command that is asked for, else of all: each loads rooms of its own."""
    common = _common_arguments(words)
    parser = CommandLine("mingzhang-cli", description=words.text("console.about"))
    parser.add_argument("--version", action="version", version=f"mingzhang {VERSION}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    asked = given[0] if given else ""
    for name in [asked] if asked in _COMMANDS else _COMMANDS:
        _COMMANDS[name](commands, common, words)
    return parser


def _add_settle(commands: Commands, common: argparse.ArgumentParser, words: Words) -> None:
    from core.console import settle

    parser = commands.add_parser("settle", parents=[common], help=words.text("console.settle"))
    parser.add_argument("file", nargs="?", metavar="FILE", help=words.text("console.file"))
    parser.set_defaults(run=_with_rules, work=settle.run)


def _add_check_sheet(commands: Commands, common: argparse.ArgumentParser, words: Words) -> None:
    from core.console import sheet

    parser = commands.add_parser("check-sheet", parents=[common], help=words.text("console.check_sheet"))
    sheet.add_arguments(parser, words)
    parser.set_defaults(run=_with_rules, work=sheet.run)


def _add_batch(commands: Commands, common: argparse.ArgumentParser, words: Words) -> None:
    from core.console import batch

    parser = commands.add_parser("batch", parents=[common], help=words.text("console.batch"))
    batch.add_arguments(parser, words)
    parser.set_defaults(run=batch.run)


def _add_reconcile(commands: Commands, common: argparse.ArgumentParser, words: Words) -> None:
    from core.console import reconcile

    parser = commands.add_parser("reconcile", parents=[common], help=words.text("console.reconcile"))
    reconcile.add_arguments(parser, words)
    parser.set_defaults(run=reconcile.run)


def _add_measure(commands: Commands, common: argparse.ArgumentParser, words: Words) -> None:
    from core.console import measure

    parser = commands.add_parser("measure", parents=[common], help=words.text("console.measure"))
    measure.add_arguments(parser, words)
    parser.set_defaults(run=_with_rules, work=measure.run)


def _add_ledger(commands: Commands, common: argparse.ArgumentParser, words: Words) -> None:
    from core.console import ledger

    ledger.add_parser(commands, common, words)


def _add_fund(commands: Commands, common: argparse.ArgumentParser, words: Words) -> None:
    from core.console import fund

    fund.add_parser(commands, common, words)


def _add_packs(commands: Commands, common: argparse.ArgumentParser, words: Words) -> None:
    from core.console import packs

    packs.add_parser(commands, common, words)


def _add_statement(commands: Commands, common: argparse.ArgumentParser, words: Words) -> None:
    from core.console import statement

    statement.add_parser(commands, common, words)


_COMMANDS: Final[Mapping[str, Callable[[Commands, argparse.ArgumentParser, Words], None]]] = {
    "settle": _add_settle,
    "check-sheet": _add_check_sheet,
    "batch": _add_batch,
    "reconcile": _add_reconcile,
    "measure": _add_measure,
    "ledger": _add_ledger,
    "fund": _add_fund,
    "packs": _add_packs,
    "statement": _add_statement,
}
"""The commands, each with what adds it to the parser."""


def _common_arguments(words: Words) -> argparse.ArgumentParser:
    """Return the arguments that every command takes."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--language", choices=languages(), default=DEFAULT_LANGUAGE, help=words.text("console.language")
    )
    common.add_argument(
        "--regions",
        metavar="DIR",
        type=Path,
        action="append",
        default=[],
        help=words.text("console.regions"),
    )
    return common


def _language(arguments: Sequence[str]) -> str:
    """Return the language of the help. The parser that understands the arguments is built with its words."""
    for before, value in pairwise(["", *arguments]):
        name, _, after = value.partition("=")
        asked = value if before == "--language" else after if name == "--language" else ""
        if asked in languages():
            return asked
    return DEFAULT_LANGUAGE


def _with_rules(args: argparse.Namespace, words: Words) -> int:
    """Run a command that needs the documents and packs on file. Raises BadDocument and OSError."""
    from core.console import rules

    return rules.with_rules(args, words, args.work)
