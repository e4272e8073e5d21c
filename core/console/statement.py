"""`mingzhang-cli statement …`: a month's account with the insurer, and what of it has to be put right."""

import argparse
import gc
import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final

from core.agreement import statement
from core.agreement.codes import result_names
from core.agreement.details import is_details, read_details
from core.agreement.ledger_account import rows_of_ledger
from core.agreement.result_row import ResultRow
from core.agreement.theirs import Theirs, read_theirs
from core.console.commands import Commands, add_group
from core.console.ledger.streams import add_opening_arguments, at_standing
from core.console.naming import take_codes, watching
from core.console.output import DONE, FAULT_FOUND, refuse, unavailable, write
from core.counter import Counter
from core.files import why_failed
from core.messages import Fault, Message, message
from core.money import plain
from core.words import Words

_MONTH: Final = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])", re.ASCII)
_MOST_LISTED: Final = 1_000


def add_parser(commands: Commands, common: argparse.ArgumentParser, words: Words) -> None:
    """Add `statement` and its commands to the console's."""
    add = add_group(commands, common, "statement", words.text("console.statement"))
    writing = add("write", words.text("console.statement_write"), partial(_unwatched, _write))
    writing.add_argument(
        "files", metavar="FILE", type=Path, nargs="*", help=words.text("console.measure_files")
    )
    writing.add_argument("--db", metavar="PATH", type=Path, help=words.text("console.statement_db"))
    add_opening_arguments(writing, words)
    writing.add_argument(
        "--month", metavar="YYYY-MM", required=True, help=words.text("console.statement_month")
    )
    writing.add_argument(
        "--out", metavar="OUT", type=Path, required=True, help=words.text("console.statement_out")
    )
    writing.add_argument("--centre", metavar="CODE", default="", help=words.text("console.statement_centre"))
    reading = add("check", words.text("console.statement_check"), partial(_unwatched, _check))
    reading.add_argument("answer", metavar="ANSWER", type=Path, help=words.text("console.statement_answer"))
    reading.add_argument(
        "--sent", metavar="FILE", type=Path, nargs="+", default=[], help=words.text("console.statement_sent")
    )
    reading.add_argument("--codes", metavar="CODES", type=Path, help=words.text("console.reconcile_codes"))


def _unwatched(
    work: Callable[[argparse.Namespace, Words], int], args: argparse.Namespace, words: Words
) -> int:
    """Do a command's work; rows hold no circles, and looking for some among a hundred thousand takes long."""
    gc.disable()
    try:
        return work(args, words)
    finally:
        gc.enable()


def _read(files: list[Path]) -> Theirs | Fault:
    return read_theirs(files, result_names(), watching())


def _write(args: argparse.Namespace, words: Words) -> int:
    """Write a month's details and print its accounts."""
    if not _MONTH.fullmatch(args.month):
        return refuse([Fault("month", message("agreement.month_form"))], words)
    if not is_details(args.out):
        return refuse([Fault("out", message("tables.out_ending", endings=".zip .txt"))], words)
    if (args.db is None) == (not args.files):
        return refuse([Fault("files", message("agreement.files_or_ledger"))], words)
    if args.db is not None:

        def from_ledger(counter: Counter) -> int:
            with counter.ledger.snapshot():
                rows = list(rows_of_ledger(counter, watching()))
            return _written(args, Theirs(rows, {}, [], [], [], []), words)

        return at_standing(args, words, from_ledger)
    theirs = _read(args.files)
    if isinstance(theirs, Fault):
        return unavailable(theirs, words)
    return _written(args, theirs, words)


def _written(args: argparse.Namespace, theirs: Theirs, words: Words) -> int:
    rows, undated = statement.month_of_rows(theirs.rows, args.month, watching())
    if not rows:
        return refuse([Fault("month", message("agreement.no_month", month=args.month))], words)
    year, month = map(int, args.month.split("-"))
    begin, end = date(year, month, 1), date(year, month, monthrange(year, month)[1])
    try:
        statement.write_details(args.out, rows, watching())
    except OSError as error:
        return unavailable(Fault("out", why_failed(error, str(args.out), "tables.out_unwritable")), words)
    write(
        {
            "rows": len(rows),
            "accounts": [each.request(begin, end, args.centre) for each in statement.accounts(rows)],
            "lacking": [{**_place(row), "field": name} for row, name in statement.lacking(rows)],
            "undated": list(map(_place, undated)),
            "faults": [
                {"file": each.file, "row": each.row, "column": each.column, "message": words(each.message)}
                for each in theirs.faults
            ],
            "out": str(args.out),
        }
    )
    return DONE


def _check(args: argparse.Namespace, words: Words) -> int:
    """Print what of the centre's answer has to be put right."""
    codes = take_codes(args)
    if isinstance(codes, Fault):
        return unavailable(codes, words)
    answer = read_details(args.answer, watching())
    if isinstance(answer, Message):
        return unavailable(Fault("answer", answer), words)
    sent: Theirs | Fault = _read(args.sent)
    if isinstance(sent, Fault):
        return unavailable(Fault("sent", sent.message), words)
    answered = list(zip(answer.rows, answer.answers, strict=True))
    found = statement.to_put_right(sent.rows, answered, codes, watching())
    write(
        {
            "sent": sum(row.settles for row in sent.rows),
            "answered": len(answered),
            "to_put_right": [_told(each, words) for each in found[:_MOST_LISTED]],
            "more": max(0, len(found) - _MOST_LISTED),
            "faults": [
                {"file": each.file, "row": each.row, "column": each.column, "message": words(each.message)}
                for each in (*answer.faults, *sent.faults)
            ],
        }
    )
    return FAULT_FOUND if found or answer.faults else DONE


def _place(row: ResultRow) -> dict[str, Any]:
    called = {"called": row.called} if row.called else {}
    return {"file": row.file, "row": row.number, **called, "setl_id": row.setl_id or None}


def _told(each: statement.ToPutRight, words: Words) -> dict[str, Any]:
    row = each.theirs or each.ours
    assert row is not None
    return {
        **_place(row),
        "mdtrt_id": row.mdtrt_id or None,
        "psn_no": row.psn_no or None,
        "msgid": row.msgid or None,
        "refund": row.negative or row.refund,
        "answer": None if each.answer is None else each.answer.code,
        "memo": None if each.answer is None else each.answer.memo or None,
        "amounts": {
            name: [None if fen is None else plain(fen) for fen in pair]
            for name, pair in each.amounts().items()
        },
        "reason": each.reason,
        "why": words.text(f"agreement.right.{each.reason}"),
    }
