"""`mingzhang-cli batch`: a table of claims in, the same table with its results out (interface, section 4)."""

import argparse
import gc
from functools import partial
from pathlib import Path
from typing import Final

from core.console import output, rules
from core.console.ledger.streams import add_opening_arguments, at_counter, is_plain
from core.console.naming import add_naming_arguments, take_names, watching
from core.console.output import DONE, refuse, unavailable, write
from core.counter import Counter
from core.exchange.request import RequestReader
from core.files import why_failed
from core.ledger.errors import LedgerUnavailable
from core.ledger.operators import Role
from core.messages import Fault, Message, message
from core.tables import batch
from core.tables.batch import Table
from core.tables.claim_rows import Supplied
from core.tables.names import known_names
from core.tables.posting import Terms
from core.tables.settling import POSTED, REFUSED, Answers, Grounds
from core.tables.watch import Watch
from core.tables.writing import Draft
from core.vocabulary import Status
from core.words import Words

_MOST_FAULTS: Final = 100
_NOBODY: Final = "batch"
"""The operator of a plain ledger where none was named."""


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
    add_naming_arguments(parser, words)
    parser.add_argument("--post", action="store_true", help=words.text("console.batch_post"))
    parser.add_argument("--reason", metavar="TEXT", default="", help=words.text("console.ledger.reason"))
    parser.add_argument("--db", metavar="PATH", type=Path, help=words.text("console.ledger.db"))
    add_opening_arguments(parser, words)
    parser.set_defaults(command="batch")


def run(args: argparse.Namespace, words: Words) -> int:
    """Settle a table, post it where that is asked for, and write its results; return the exit status."""
    if args.post and args.db is None:
        return refuse([Fault("db", message("fault.required"))], words)
    gc.disable()  # rows hold no circles, and looking for some among twenty thousand takes a tenth of the time
    try:
        return _run(args, words)
    finally:
        gc.enable()


def _run(args: argparse.Namespace, words: Words) -> int:
    watch = watching()
    table = _read(args, watch)
    if isinstance(table, Fault):
        return unavailable(table, words)
    try:
        if not args.post:
            return rules.with_rules(args, words, partial(_settle, table, watch))
        args.plain = args.plain or is_plain(args.db)
        return at_counter(args, words, lambda counter: _post(args, table, counter, words, watch))
    except LedgerUnavailable as error:
        return unavailable(Fault("ledger", error.said), words)


def _settle(table: Table, watch: Watch, args: argparse.Namespace, reader: RequestReader, words: Words) -> int:
    grounds = Grounds()
    answers = batch.settle_table(table, reader, grounds, watch)
    try:
        with Draft(args.out) as draft:
            draft.write(batch.results_of(table, answers, grounds, words), words, watch)
            draft.keep()
    except OSError as error:
        return unavailable(_unwritable(args.out, error), words)
    return _report(args, table, answers, words)


def _post(args: argparse.Namespace, table: Table, counter: Counter, words: Words, watch: Watch) -> int:
    """Post what is complete, all or none, and write the results."""
    operator = args.who or _NOBODY
    refused = counter.refusal(operator, Role.CLERK)
    if refused:
        return refuse(refused, words)
    terms = Terms(counter, operator, Grounds(), args.reason)
    try:
        answers, fault = batch.post_table(table, terms, args.out, words, watch)
    except OSError as error:
        fault = _unwritable(args.out, error)
    if fault is not None:
        return unavailable(fault, words)
    return _report(args, table, answers, words)


def _read(args: argparse.Namespace, watch: Watch) -> Table | Fault:
    """Return the table that the arguments name, or why there is none."""
    names = known_names()
    wrong = take_names(args, names)
    if wrong is not None:
        return wrong
    fault = batch.place_fault(args.file, args.out)
    if fault is not None:
        return fault
    table = batch.read_table(args.file, names, Supplied(args.region, args.year), watch)
    return Fault("file", table) if isinstance(table, Message) else table


def _unwritable(out: Path, error: OSError) -> Fault:
    return Fault("out", why_failed(error, str(out), "tables.out_unwritable"))


def _report(args: argparse.Namespace, table: Table, answers: Answers, words: Words) -> int:
    """Print what became of a table and return the exit status."""
    counts = batch.counts_of(answers)
    faults = batch.faults_of(table, answers)[:_MOST_FAULTS]
    left_out = [
        *([0, words.text("tables.other_sheet", name=name)] for name in table.other_sheets),
        *([row, said] for row, said in table.left_out),
    ]
    write(
        {
            "rows": len(table.rows),
            "complete": counts.get(Status.COMPLETE.value, 0),
            "incomplete": counts.get(Status.INCOMPLETE.value, 0),
            "refused": counts.get(REFUSED, 0),
            **({"posted": counts.get(POSTED, 0)} if args.post else {}),
            "left_out": left_out,
            "faults": [{**fault._asdict(), "message": words(fault.message)} for fault in faults],
            "out": str(args.out),
        }
    )
    return output.REFUSED if counts.get(REFUSED, 0) else DONE
