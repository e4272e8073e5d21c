"""`report`: what the ledger comes to over any period, by forms that are data (interface, section 4)."""

import argparse
from pathlib import Path

from core.console.ledger.day import add_desk_arguments, day_of
from core.console.ledger.streams import at_counter
from core.console.naming import watching
from core.console.output import DONE, refuse, unavailable, write
from core.counter import Counter
from core.messages import Fault, message
from core.reports.making import ReportAsked, faults_of, keep_report, make_report
from core.reports.report_files import ENDINGS
from core.words import Words


def add_arguments(parser: argparse.ArgumentParser, words: Words) -> None:
    """Add the arguments of the command to its parser."""
    text = words.text
    parser.add_argument("kind", metavar="KIND", help=text("console.ledger.report_kind"))
    for name, place in (("from", "first"), ("to", "last")):
        help_ = text(f"console.ledger.report_{name}")
        parser.add_argument(f"--{name}", metavar="DAY", dest=place, required=True, help=help_)
    parser.add_argument("--out", metavar="FILE", type=Path, help=text("console.ledger.report_out"))
    parser.add_argument("--operator", metavar="WHO", default="", help=text("console.ledger.report_of"))
    add_desk_arguments(parser, words)
    parser.add_argument(
        "--share", metavar="PERCENT", type=int, default=80, help=text("console.ledger.report_share")
    )


def report(args: argparse.Namespace, words: Words) -> int:
    """Print a report, and write it into a file where one is asked for."""
    first, last = day_of(args.first), day_of(args.last)
    faults = [
        Fault(field, message("ledger.day_form"))
        for field, day in (("from", first), ("to", last))
        if day is None
    ]
    if args.out is not None and args.out.suffix.lower() not in ENDINGS:
        faults.append(Fault("out", message("report.fault.ending", endings=" ".join(ENDINGS))))
    if first is None or last is None:
        return refuse(faults, words)
    asked = ReportAsked(args.kind, first, last, args.operator, args.share, args.desk)
    faults += faults_of(asked)
    if faults:
        return refuse(faults, words)

    watch = watching()

    def made(counter: Counter) -> int:
        found = make_report(counter, asked, watch)
        if isinstance(found, list):
            return refuse(found, words)
        fault = None if args.out is None else keep_report(found, args.out, words, watch)
        if fault is not None:
            return unavailable(fault, words)
        write(found.as_json())
        return DONE

    return at_counter(args, words, made)
