"""The ledger's file, the lines that a command reads, and the secrets that no command line may hold."""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from core.console import rules
from core.console.ledger.beside_server import beside
from core.console.lines import lines_of
from core.console.output import refuse, remark, unavailable
from core.console.signs import SIGNS
from core.counter import Counter, open_counter, open_guarded
from core.counter import closing as closing_desk
from core.ledger.connection import KEYS
from core.ledger.errors import LedgerUnavailable
from core.ledger.heads import gone_on_elsewhere
from core.ledger.keys_file import KeyStore, system_store
from core.ledger.ledger import Ledger
from core.messages import Fault, message
from core.words import Words

_VARIABLES: Final = ("MINGZHANG_PIN", "MINGZHANG_NEW_PIN", "MINGZHANG_RECOVERY_CODE")
_LONGEST_SECRETS: Final = 10_000
_WITHOUT_PIN: Final = "recover"
"""The command that needs no PIN: it is for an operator who has lost it."""

_SQLITE: Final = b"SQLite format 3\0"
"""How a plain ledger's file begins."""


class Unreadable(Exception):
    """The file or standard input that a command reads cannot be read to its end."""


class Secrets(NamedTuple):
    """An operator's PIN, a new PIN and the recovery code; empty where not given."""

    pin: str
    new_pin: str
    code: str


# ---- the ledger's file


def add_opening_arguments(parser: argparse.ArgumentParser, words: Words) -> None:
    """Add the arguments that say how the ledger is opened, and by whom."""
    parser.add_argument("--plain", action="store_true", help=words.text("console.ledger.plain"))
    parser.add_argument("--operator", metavar="WHO", dest="who", help=words.text("console.ledger.who"))
    parser.add_argument("--pin-fd", metavar="N", help=words.text("console.ledger.pin_fd"))
    parser.add_argument("--portable", action="store_true", help=words.text("console.ledger.portable"))
    parser.add_argument("--server", metavar="DSN", help=words.text("console.ledger.server"))


def at_counter(args: argparse.Namespace, words: Words, work: Callable[[Counter], int]) -> int:
    """Open the ledger with the rules on file, do the work and return its exit status.

    Where the ledger is guarded the operator signs in. Raises LedgerUnavailable.
    """
    missing = rules.missing_folder(args.regions)
    if missing is not None:
        return unavailable(missing, words)

    def told(counter: Counter) -> int:
        rules.tell_bad_packs(counter.bad_packs, words)
        return beside(args, counter, words, work)

    return at_opened(_open(args), words, told)


def at_standing(args: argparse.Namespace, words: Words, work: Callable[[Counter], int]) -> int:
    """Do the work of another command at a ledger that stands, and return the exit status.

    It begins none: at a path that was mistyped the answer would be nothing, of nobody.
    """
    if getattr(args, "server", None) is None and not args.db.exists():
        return unavailable(Fault("ledger", message("ledger.gone", name=str(args.db))), words)
    args.plain = args.plain or is_plain(args.db)
    try:
        return at_counter(args, words, work)
    except LedgerUnavailable as error:
        return unavailable(Fault("ledger", error.said), words)


def is_plain(db: Path) -> bool:
    """Return whether a ledger is a plain one, or will be: where there is none, no secret was given."""
    if db.with_name(db.name + KEYS).exists():
        return False
    return _begins_as_plain(db) if db.exists() else "MINGZHANG_PIN" not in os.environ


def _begins_as_plain(db: Path) -> bool:
    """Tell whether a file begins as a plain ledger does; a pipe, which may never begin, does not."""
    if not db.is_file():
        return False
    try:
        with db.open("rb") as file:
            return file.read(len(_SQLITE)) == _SQLITE
    except OSError:
        return False


def at_opened(opened: Counter | list[Fault], words: Words, work: Callable[[Counter], int]) -> int:
    """Do the work at an opened ledger, close it and return the exit status; refuse if it did not open.

    A new key that is due is given when it is closed; standard error tells of it, and what it waits for.
    """
    if isinstance(opened, list):
        return refuse(opened, words)
    try:
        other = gone_on_elsewhere(opened.ledger.connection)
        if other is not None:
            remark(words(other))
        status = work(opened)
    except BaseException:
        opened.close()
        raise
    waits = closing_desk.close(opened, lambda done, pages: _told_of_key(done, pages, words))
    if waits is not None:
        remark(words(waits))
    return status


def _told_of_key(done: int, pages: int, words: Words) -> None:
    remark(words(message("ledger.key_changing", done=str(done), pages=str(pages))))


def at_ledger(
    args: argparse.Namespace, words: Words, work: Callable[[Ledger], int], heads: bool = True
) -> int:
    """Open the ledger for work that needs no rules, and return the exit status. Raises LedgerUnavailable.

    A plain ledger opens without reading the documents, and where ``heads`` is false wherever its heads are; a
    guarded one opens by sign-in at the counter.
    """
    if args.plain and getattr(args, "server", None) is None:
        with closing(Ledger(args.db, heads=heads)) as ledger:
            return work(ledger)
    return at_counter(args, words, lambda counter: work(counter.ledger))


def _open(args: argparse.Namespace) -> Counter | list[Fault]:
    if args.plain:
        return open_counter(args.db, args.regions)
    check_has_keys(args.db)
    given = secrets_of(args)
    if isinstance(given, list):
        return given
    return open_guarded(args.db, args.who, given.pin, args.regions, key_store(args))


def check_has_keys(db: Path) -> None:
    """Raise LedgerUnavailable where there is a file without the keys that lie beside every guarded ledger.

    Such a ledger's file looks like chance, so that only its keys tell it from any other file.
    """
    keys = db.with_name(db.name + KEYS)
    if not db.exists() or keys.exists() or _begins_as_plain(db):
        return
    if db.is_file():
        raise LedgerUnavailable(message("ledger.no_ledger_or_keys", name=str(db), keys=keys.name))
    raise LedgerUnavailable(message("ledger.is_folder" if db.is_dir() else "ledger.not_a_file", name=str(db)))


def patient_given(text: str) -> str:
    """Return a patient's identifier as an argument has it; ``-`` is the first line of standard input.

    Whoever works on the machine sees what other programs were started with.
    """
    if text != "-":
        return text
    with SIGNS.while_typed():
        return sys.stdin.buffer.readline(_LONGEST_SECRETS).decode("utf-8-sig", "replace").strip()


# ---- the secrets


def secrets_of(args: argparse.Namespace) -> Secrets | list[Fault]:
    """Return the secrets that the operator gives, or the faults of what is not given."""
    try:
        with SIGNS.while_typed():
            given = _read_secrets(args)
    except (OSError, ValueError, TypeError, OverflowError):  # no descriptor at all
        return [Fault("pin", message("ledger.pin_unreadable"))]
    faults = [] if args.who else [Fault("operator", message("ledger.sign_in_first"))]
    if not given.pin and args.command != _WITHOUT_PIN:
        faults.append(Fault("pin", message("ledger.pin_missing")))
    return faults or given


def code_given(args: argparse.Namespace) -> str:
    """Return the recovery code that somebody gives, of whatever ledger or server; empty where none is."""
    try:
        return _read_secrets(args).code
    except (OSError, ValueError, TypeError, OverflowError):
        return ""


def _read_secrets(args: argparse.Namespace) -> Secrets:
    """Read the secrets from the lines of a file descriptor, or from the environment."""
    if args.pin_fd is not None:
        # a descriptor has no path; it stays open, as it may be one of the standard ones
        with open(int(args.pin_fd), encoding="utf-8-sig", closefd=False) as lines:
            read = [*lines.read(_LONGEST_SECRETS).splitlines(), "", "", ""]
        return Secrets(*read[:3])
    return Secrets(*(os.environ.get(name, "") for name in _VARIABLES))


def key_store(args: argparse.Namespace) -> KeyStore | None:
    """Return the system's key store; None where there is none or `--portable` is given."""
    return None if args.portable else system_store()


# ---- the lines


def reading(args: argparse.Namespace, work: Callable[[Iterator[bytes]], int]) -> int:
    """Do the work on the lines of the command's file or of standard input. Raises Unreadable."""
    if args.file is None:
        with SIGNS.while_typed():
            return work(_lines(sys.stdin.buffer))
    try:
        opened = Path(args.file).open("rb")  # noqa: SIM115  closed below; only opening it may fail so
    except (OSError, ValueError):
        raise Unreadable from None
    with opened:
        return work(_lines(opened))


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the lines. Raises Unreadable where reading them fails, not where the work on them does."""
    try:
        yield from lines_of(stream)
    except OSError:
        raise Unreadable from None
