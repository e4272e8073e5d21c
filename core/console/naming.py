"""What a hospital says of its files on the command line: names of columns, words of values, codes."""

import argparse
from pathlib import Path

from core.agreement.codes import Codes, add_codes, known_codes, result_names
from core.console.signs import SIGNS
from core.messages import Fault, message
from core.tables.names import Names, add_map
from core.tables.watch import Watch
from core.vocabulary import Population
from core.words import Words


def add_naming_arguments(parser: argparse.ArgumentParser, words: Words) -> None:
    """Add the arguments that name columns and words."""
    parser.add_argument("--columns", metavar="MAP", type=Path, help=words.text("console.batch_columns"))
    parser.add_argument(
        "--population",
        metavar="WORD=VALUE",
        action="append",
        default=[],
        help=words.text("console.batch_population"),
    )


def take_names(args: argparse.Namespace, names: Names) -> Fault | None:
    """Take the names and words that the arguments give; return what is wrong, None where nothing is."""
    if args.columns is not None:
        wrong = add_map(names, args.columns)
        if wrong is not None:
            return Fault("columns", wrong)
    for answered in args.population:
        if not _take_population(names, answered):
            choices = " / ".join(Population)
            return Fault("population", message("tables.population_form", given=answered, choices=choices))
    return None


def add_platform_arguments(parser: argparse.ArgumentParser, words: Words) -> None:
    """Add the arguments about the insurer's files: names and words, codes, and whose totals they state."""
    parser.add_argument("--patient", metavar="ID", help=words.text("console.reconcile_patient"))
    parser.add_argument("--codes", metavar="CODES", type=Path, help=words.text("console.reconcile_codes"))
    add_naming_arguments(parser, words)


def take_codes(args: argparse.Namespace) -> Codes | Fault:
    """Return the platform's codes with those that the arguments add, or what is wrong with them."""
    codes = known_codes()
    wrong = None if args.codes is None else add_codes(codes, args.codes)
    return codes if wrong is None else Fault("codes", wrong)


def take_platform(args: argparse.Namespace) -> tuple[Names, Codes] | Fault:
    """Return names of results and codes with those that the arguments add, or what is wrong with them."""
    codes, names = take_codes(args), result_names()
    if isinstance(codes, Fault):
        return codes
    wrong = take_names(args, names)
    return (names, codes) if wrong is None else wrong


def watching() -> Watch:
    """Return a watch from which the signs on standard error know how far the work is."""
    return Watch(SIGNS.tell)


def _take_population(names: Names, answered: str) -> bool:
    """Take the answer to what a word of the population's column stands for; return whether it is one."""
    word, sign, value = answered.rpartition("=")
    if not sign or not word or value not in list(Population):
        return False
    names.answer_word("population", word, value)
    return True
