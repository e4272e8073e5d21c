"""`mingzhang-cli batch`: a table of claims in, the same table with its results out (interface, section 4)."""

import argparse
import sys
from pathlib import Path
from typing import Any, Final

from core.console.output import DONE, REFUSED, unavailable, write
from core.exchange.request import RequestReader
from core.messages import Fault, Message, message
from core.tables import batch
from core.tables.batch import Table
from core.tables.claim_rows import Supplied
from core.tables.names import Names, add_map, known_names
from core.tables.settling import Grounds
from core.tables.watch import Watch
from core.vocabulary import Population, Status
from core.words import Words

_MOST_FAULTS: Final = 100


def add_arguments(parser: argparse.ArgumentParser, words: Words) -> None:
    """Add the arguments of the command to its parser."""
    parser.add_argument("file", metavar="IN", type=Path, help=words.text("console.batch_in"))
    parser.add_argument(
        "--out", metavar="OUT", type=Path, required=True, help=words.text("console.batch_out")
    )
    parser.add_argument("--region", metavar="ID", help=words.text("console.batch_region"))
    parser.add_argument(
        "--year", metavar="Y", type=int, choices=range(2000, 2100), help=words.text("console.batch_year")
    )
    parser.add_argument("--columns", metavar="MAP", type=Path, help=words.text("console.batch_columns"))
    parser.add_argument(
        "--population",
        metavar="WORD=VALUE",
        action="append",
        default=[],
        help=words.text("console.batch_population"),
    )


def run(args: argparse.Namespace, reader: RequestReader, words: Words) -> int:
    """Settle a table and write its results; return the exit status."""
    watch = Watch(_tell if sys.stderr.isatty() else None)
    table = _read(args, watch)
    if isinstance(table, Fault):
        return unavailable(table, words)
    grounds = Grounds()
    answers = batch.settle_table(table, reader, grounds, watch)
    results = batch.results_of(table, answers, grounds, words)
    try:
        with batch.written(args.out, results, words, watch):
            pass
    except OSError:
        return unavailable(_unwritable(args.out), words)
    return report(args.out, table, answers, words)


def _read(args: argparse.Namespace, watch: Watch) -> Table | Fault:
    """Return the table that the arguments name, or why there is none."""
    names = known_names()
    if args.columns is not None:
        wrong = add_map(names, args.columns)
        if wrong is not None:
            return Fault("columns", wrong)
    for answered in args.population:
        if not _take_population(names, answered):
            choices = " / ".join(Population)
            return Fault("population", message("tables.population_form", given=answered, choices=choices))
    fault = batch.place_fault(args.file, args.out)
    if fault is not None:
        return fault
    table = batch.read_table(args.file, names, Supplied(args.region, args.year), watch)
    return Fault("file", table) if isinstance(table, Message) else table


def _take_population(names: Names, answered: str) -> bool:
    """Take the answer to what a word of the population's column stands for; return whether it is one."""
    word, sign, value = answered.rpartition("=")
    if not sign or not word or value not in list(Population):
        return False
    for column in ("population", *(each for each, fills in names.fills.items() if fills == "population")):
        names.add_words(column, [word], value)
    return True


def _unwritable(out: Path) -> Fault:
    return Fault("out", message("tables.out_unwritable", name=str(out)))


def report(out: Path, table: Table, answers: dict[int, Any], words: Words) -> int:
    """Print what became of a table and return the exit status."""
    counts = batch.counts_of(answers)
    faults = batch.faults_of(table, answers)[:_MOST_FAULTS]
    left_out = [
        *([0, words.text("tables.other_sheet", name=name)] for name in table.other_sheets),
        *([row, said] for row, said in table.left_out),
    ]
    write(
        {
            "rows": len(answers),
            "complete": counts.get(Status.COMPLETE.value, 0),
            "incomplete": counts.get(Status.INCOMPLETE.value, 0),
            "refused": counts.get("refused", 0),
            "left_out": left_out,
            "faults": [{**fault._asdict(), "message": words(fault.message)} for fault in faults],
            "out": str(out),
        }
    )
    return REFUSED if counts.get("refused", 0) else DONE


def _tell(stage: str, done: int, of: int) -> None:
    """Say on standard error how far the work is."""
    sys.stderr.write(f"\r{stage} {done}{f'/{of}' if of else ''} ")
    sys.stderr.flush()
