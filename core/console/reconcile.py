"""`mingzhang-cli reconcile`: the insurer's results beside ours, row by row, to the fen."""

import argparse
import gc
import re
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any, Final

from core.agreement import report, stated_totals
from core.agreement.our_rows import Ours, entries_of, read_ours
from core.agreement.reconcile import Reconciled, held
from core.agreement.theirs import Theirs, read_theirs
from core.console import output, rules
from core.console.ledger.streams import add_opening_arguments, at_standing
from core.console.naming import add_platform_arguments, take_platform, watching
from core.console.output import DONE, FAULT_FOUND, refuse, unavailable, write
from core.counter import Counter
from core.exchange.answer import refusal
from core.exchange.answer import totals as totals_answer
from core.exchange.request import RequestReader
from core.files import why_failed
from core.ledger.operators import Role
from core.messages import Fault, Message, message
from core.money import plain
from core.tables.claim_rows import Supplied
from core.tables.watch import Watch
from core.tables.writing import Draft
from core.words import Words

_MONTH: Final = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])", re.ASCII)
_NOBODY: Final = "reconcile"


def add_arguments(parser: argparse.ArgumentParser, words: Words) -> None:
    """Add the arguments of the command to its parser."""
    parser.add_argument(
        "--theirs",
        metavar="FILE",
        type=Path,
        nargs="+",
        required=True,
        help=words.text("console.reconcile_theirs"),
    )
    side = parser.add_mutually_exclusive_group(required=True)
    side.add_argument("--db", metavar="PATH", type=Path, help=words.text("console.ledger.db"))
    side.add_argument("--ours", metavar="FILE", type=Path, help=words.text("console.reconcile_ours"))
    parser.add_argument("--month", metavar="YYYY-MM", help=words.text("console.reconcile_month"))
    parser.add_argument("--out", metavar="OUT", type=Path, help=words.text("console.reconcile_out"))
    parser.add_argument("--region", metavar="ID", help=words.text("console.batch_region"))
    parser.add_argument(
        "--year", metavar="Y", type=int, choices=range(2000, 2100), help=words.text("console.batch_year")
    )
    parser.add_argument("--take-over", action="store_true", help=words.text("console.reconcile_take_over"))
    add_platform_arguments(parser, words)
    add_opening_arguments(parser, words)
    parser.set_defaults(command="reconcile")


def run(args: argparse.Namespace, words: Words) -> int:
    """Hold the insurer's files against ours and print what came of it; return the exit status."""
    fault = _fault(args)
    if fault is not None:
        return refuse([fault], words)
    gc.disable()  # rows hold no circles, and looking for some among thousands takes a tenth of the time
    try:
        return _run(args, words)
    finally:
        gc.enable()


def _run(args: argparse.Namespace, words: Words) -> int:
    watch = watching()
    known = take_platform(args)
    if isinstance(known, Fault):
        return unavailable(known, words)
    names, codes = known
    theirs = read_theirs(args.theirs, names, watch)
    if isinstance(theirs, Fault):
        return unavailable(theirs, words)
    sides = _Sides(args, theirs, codes, words, watch)
    if args.db is None:
        return rules.with_rules(args, words, partial(_with_file, sides, names))
    return at_standing(args, words, partial(_with_ledger, sides))


def _fault(args: argparse.Namespace) -> Fault | None:
    if args.month is not None and not _MONTH.fullmatch(args.month):
        return Fault("month", message("agreement.month_form"))
    if args.take_over and args.db is None:
        return Fault("db", message("fault.required"))
    if args.out is not None and args.out.suffix.lower() != ".xlsx":
        return Fault("out", message("tables.out_ending", endings=".xlsx"))
    return None


class _Sides:
    """What the command has read so far, and how it goes on."""

    def __init__(
        self, args: argparse.Namespace, theirs: Theirs, codes: Any, words: Words, watch: Watch
    ) -> None:
        self.args = args
        self.theirs = theirs
        self.codes = codes
        self.words = words
        self.watch = watch

    def reconciled(self, ours: Ours) -> tuple[Reconciled, dict[str, Any], list[stated_totals.Attributed]]:
        """Return what came of it, as it is printed, and the totals that the platform states."""
        args = self.args
        found, stated, nobody = held(ours.rows, self.theirs, self.codes, args.month, self.watch, args.patient)
        printed = report.as_json(found, self.words)
        printed["refused"] = report.faults_of(ours.refused, self.theirs.faults, self.words)
        printed["left_out"] = [list(each) for each in self.theirs.left_out]
        printed["left_out"] += [
            [file, row, f"{heading}: {self.words.text('agreement.unread')}"]
            for file, row, heading in self.theirs.unread
        ]
        printed["unattributed"] = report.nobody(nobody)
        return found, printed, stated

    def finish(
        self,
        found: Reconciled,
        printed: dict[str, Any],
        take: Callable[[], list[dict[str, Any]]] | None = None,
    ) -> int:
        """Write the workbook, take over what is asked for, print what came of it; return the exit status.

        ``take`` takes the platform's totals over, None where that is not asked for. The workbook is on the
        disk before, and takes its name after.
        """
        out, taken = self.args.out, False
        try:
            with nullcontext() if out is None else Draft(out) as draft:
                if draft is not None:
                    draft.write_sheets(report.sheets(found, printed["refused"], self.words))
                if take is not None:
                    printed["taken_over"] = take()
                    taken = any("entry" in each for each in printed["taken_over"])
                if draft is not None:
                    draft.keep()
                    printed["out"] = str(out)
        except OSError as error:
            why = why_failed(error, str(out), "tables.out_unwritable")
            fault = Fault("out", message("tables.posted_not_kept", why=why) if taken else why)
            return unavailable(fault, self.words)
        write(printed)
        if printed["refused"]:
            return output.REFUSED
        return DONE if found.agreed else FAULT_FOUND


def _with_file(
    sides: _Sides, names: Any, args: argparse.Namespace, reader: RequestReader, words: Words
) -> int:
    ours = read_ours(args.ours, names, reader, Supplied(args.region, args.year), sides.watch)
    if isinstance(ours, Message):
        return unavailable(Fault("ours", ours), words)
    found, printed, stated = sides.reconciled(ours)
    if stated:
        printed["totals"] = [_stated(each) for each in stated]
    return sides.finish(found, printed)


def _with_ledger(sides: _Sides, counter: Counter) -> int:
    args, words = sides.args, sides.words
    operator = args.who or _NOBODY
    if args.take_over:
        refused = counter.refusal(operator, Role.CLERK)
        if refused:
            return refuse(refused, words)
    with counter.ledger.snapshot():
        ours = Ours(list(entries_of(counter, args.month, sides.watch)), [])
    found, printed, stated = sides.reconciled(ours)
    if stated:
        printed["totals"] = [
            {**_stated(each), "ours": totals_answer(stated_totals.beside_ours(counter, each))}
            for each in stated
        ]
    if not args.take_over:
        return sides.finish(found, printed)

    def take() -> list[dict[str, Any]]:
        with counter.ledger.transaction():  # all of them or none
            return [_taken(counter, each, operator, words) for each in stated]

    return sides.finish(found, printed, take)


def _stated(each: stated_totals.Attributed) -> dict[str, Any]:
    """Return totals as the platform states them, the codes that nobody knows among them."""
    return {
        "patient": each.people[0],
        "year": each.year,
        "as_of": each.day.isoformat(),
        "theirs": {
            name: value if name == "admissions" else plain(value) for name, value in each.stated.items()
        },
        "unknown": {code: plain(fen) for code, fen in each.unknown},
    }


def _taken(counter: Counter, each: stated_totals.Attributed, operator: str, words: Words) -> dict[str, Any]:
    taken = stated_totals.take_over(counter, each, operator)
    told = {**_stated(each), "ours": totals_answer(taken.ours)}
    if isinstance(taken.opened, list):
        return {**told, **refusal(taken.opened, words)}
    return {
        **told,
        "entry": taken.opened.entry.number,
        "repeated": taken.opened.repeated,
        "year_to_date": totals_answer(taken.opened.entry.after),
        "no_longer_counted": [entry.number for entry in taken.later],
        "no_longer_counted_called": [counter.ledger.called(entry.number) for entry in taken.later],
    }
