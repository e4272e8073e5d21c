"""`mingzhang-cli ledger`: the ledger for other programs, scripts and tests (interface, section 3).

Every outcome is one JSON object on a line of its own; a posting's is printed when it is on the disk.
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Final

from core.console.commands import Commands, Run
from core.console.ledger import copies, day, desks, entries, operators, personal, persons, report, serving
from core.console.ledger.streams import Unreadable, add_opening_arguments, patient_given
from core.console.output import refuse, remark, unavailable
from core.ledger import renewal
from core.ledger.errors import LedgerUnavailable, ServerAway
from core.ledger.operators import Role
from core.messages import Fault, message
from core.words import Words, languages

_COMMANDS: Final[dict[str, Run]] = {
    "post": entries.post,
    "opening": entries.opening,
    "year-to-date": entries.year_to_date,
    "reverse": entries.reverse,
    "entries": entries.list_entries,
    "facts": persons.add_facts,
    "rename": persons.rename,
    "join": persons.join,
    "separate": persons.separate,
    "printed": entries.printed,
    "day-end": day.day_end,
    "report": report.report,
    "export": personal.export,
    "erase": personal.erase,
    "purge": personal.purge,
    "verify": day.verify,
    "backup-into": copies.back_up_into_folder,
    "backups": copies.list_backups,
    "set-up": operators.set_up,
    "recover": operators.recover,
    "recovery-code": operators.new_code,
    "operators": operators.list_operators,
    "acts": operators.list_acts,
    "operator": operators.change_operator,
    "backup": copies.back_up_to_file,
    "restore": copies.restore_from_file,
    "hand-over": desks.hand_over,
    "take-in": desks.take_in,
    "ledgers": desks.list_ledgers,
    "trust": desks.trust,
    "close": desks.close,
    "conflicts": desks.list_conflicts,
    "server-set-up": serving.set_up,
    "server-join": serving.join,
    "sync": serving.sync,
}

_GUARDED: Final = {"set-up", "recover", "recovery-code", "operators", "operator", "acts"}
"""The commands that a ledger without operators refuses."""

_BEGINNING: Final = {
    *("post", "opening", "set-up", "restore", "take-in", "ledgers", "trust"),
    *("server-set-up", "server-join", "sync"),
}
"""The commands that may be the first of a ledger; any other one finds nothing in a new one."""

_Add = Callable[[str], argparse.ArgumentParser]


def run(args: argparse.Namespace, words: Words) -> int:
    """Run a command of the ledger and return its exit status. Raises OSError if standard output fails."""

    def renewing(done: int, entries: int) -> None:
        said = message("ledger.migrating", done=str(done), entries=str(entries))
        remark(words(said))

    renewal.listen(renewing)
    stood = args.command in _BEGINNING or args.db.exists()
    try:
        if args.command in _GUARDED and args.plain:
            return refuse([Fault("plain", message("ledger.not_plain"))], words)
        status = _COMMANDS[args.command](args, words)
        if not stood and args.db.exists():  # nothing was found there, and nobody may have meant that place
            remark(words(message("ledger.begun", name=str(args.db))))
        return status
    except ServerAway as error:
        return unavailable(Fault("server", error.said), words)
    except LedgerUnavailable as error:
        return unavailable(Fault("ledger", error.said), words)
    except Unreadable:
        name = "-" if args.file is None else str(args.file)
        return unavailable(Fault("file", message("fault.file_unreadable", name=name)), words)


def add_parser(commands: Commands, common: argparse.ArgumentParser, words: Words) -> None:
    """Add `ledger` and its commands to the console's."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "ledger", parents=[common], help=words.text("console.ledger")
    )
    parser.add_argument(
        "--db", metavar="PATH", type=Path, required=True, help=words.text("console.ledger.db")
    )
    add_opening_arguments(parser, words)
    parser.set_defaults(run=run)
    inner = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")

    again = argparse.ArgumentParser(add_help=False)  # what stands before the command's name holds without it
    again.add_argument(
        "--language", choices=languages(), default=argparse.SUPPRESS, help=words.text("console.language")
    )

    def add(name: str) -> argparse.ArgumentParser:
        about = words.text(f"console.ledger.{name.replace('-', '_')}")
        parser: argparse.ArgumentParser = inner.add_parser(name, parents=[again], help=about)
        return parser

    _add_entry_commands(add, words)
    _add_person_commands(add, words)
    report.add_arguments(add("report"), words)
    verify = add("verify")
    verify.add_argument(
        "--head", metavar="[acts:]N:HASH", action="append", default=[], help=words.text("console.ledger.head")
    )
    verify.add_argument(
        "--second",
        metavar="FOLDER",
        type=Path,
        action="append",
        default=[],
        help=words.text("console.ledger.signed"),
    )
    _add_folder_commands(add, words)
    _add_operator_commands(add, words)
    desks.add_arguments(add, words)
    serving.add_arguments(add)
    for copying in (add("backup"), add("restore")):
        copying.add_argument("file", metavar="FILE", type=Path)


def _add_entry_commands(add: _Add, words: Words) -> None:
    post = add("post")
    post.add_argument("--lines", action="store_true", help=words.text("console.ledger.lines"))
    post.add_argument("--reason", metavar="TEXT", default="", help=words.text("console.ledger.reason"))
    facts = add("facts")
    facts.add_argument("number", metavar="N")
    facts.add_argument("--operator", metavar="WHO")
    for reading in (post, add("opening"), facts):
        reading.add_argument("file", nargs="?", metavar="FILE", help=words.text("console.file"))
    year = add("year-to-date")
    _add_patient(year, words)
    year.add_argument("--year", metavar="Y", required=True)
    reverse = add("reverse")
    reverse.add_argument("number", metavar="N")
    reverse.add_argument("--reason", metavar="TEXT", required=True)
    reverse.add_argument("--operator", metavar="WHO")
    reverse.add_argument("--resettle", action="store_true", help=words.text("console.ledger.resettle"))
    listing = add("entries")
    _add_patient(listing, words)
    day.add_desk_arguments(listing, words)
    printed = add("printed")
    printed.add_argument("number", metavar="N")
    printed.add_argument("--operator", metavar="WHO")


def _add_patient(command: argparse.ArgumentParser, words: Words) -> None:
    """Add the patient, whom others see on the command line, or who comes by standard input."""
    about = words.text("console.ledger.patient")
    command.add_argument("--patient", metavar="ID|-", type=patient_given, required=True, help=about)


def _add_person_commands(add: _Add, words: Words) -> None:
    ending = add("day-end")
    ending.add_argument("--day", metavar="D", required=True)
    day.add_desk_arguments(ending, words)
    for personal_data in (add("export"), add("erase")):
        _add_patient(personal_data, words)
    for correcting in (add("rename"), add("join"), add("separate")):
        _add_patient(correcting, words)
        correcting.add_argument("--reason", metavar="TEXT", required=True)
        correcting.add_argument("--operator", metavar="WHO")
        if correcting.prog.endswith("rename"):
            correcting.add_argument("--name", metavar="NAME", required=True)
        else:
            correcting.add_argument("--with", metavar="ID", dest="other", required=True)
    purge = add("purge")
    purge.add_argument("--months", metavar="N", type=int, required=True)
    purge.add_argument("--count", action="store_true", help=words.text("console.ledger.purge_count"))


def _add_folder_commands(add: _Add, words: Words) -> None:
    daily = add("backup-into")
    daily.add_argument("folder", metavar="FOLDER", type=Path)
    daily.add_argument("--second", metavar="FOLDER", type=Path, help=words.text("console.ledger.second"))
    daily.add_argument("--if-due", action="store_true", help=words.text("console.ledger.if_due"))
    add("backups").add_argument("folder", metavar="FOLDER", type=Path)


def _add_operator_commands(add: _Add, words: Words) -> None:
    for guarded in ("set-up", "recover", "recovery-code", "operators", "acts"):
        add(guarded)
    changing = add("operator")
    changing.add_argument("name", metavar="WHO")
    changing.add_argument("--role", choices=[role.value for role in Role])
    changing.add_argument("--add", action="store_true", help=words.text("console.ledger.operator_add"))
    changing.add_argument("--active", choices=["yes", "no"])
    changing.add_argument("--new-pin", action="store_true", help=words.text("console.ledger.new_pin"))
