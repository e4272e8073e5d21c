"""What a hospital says of its tables on the command line: names of columns, and words of values."""

import argparse
from pathlib import Path

from core.messages import Fault, message
from core.tables.names import Names, add_map
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


def _take_population(names: Names, answered: str) -> bool:
    """Take the answer to what a word of the population's column stands for; return whether it is one."""
    word, sign, value = answered.rpartition("=")
    if not sign or not word or value not in list(Population):
        return False
    for column in ("population", *(each for each, fills in names.fills.items() if fills == "population")):
        names.add_words(column, [word], value)
    return True
