"""`mingzhang-cli measure`: a region's empty cells, found from the insurer's own results."""

import argparse
import gc
from pathlib import Path
from typing import Final

from core.agreement import measured_pack, stated_totals
from core.agreement.measure import measure
from core.agreement.meeting import learned
from core.agreement.receipts import receipts_of
from core.agreement.theirs import read_theirs
from core.clock import BEIJING
from core.console.naming import add_platform_arguments, take_platform, watching
from core.console.output import DONE, refuse, unavailable, write
from core.exchange.request import RequestReader
from core.files import why_failed
from core.ledger.connection import utc_now
from core.messages import Fault, Message, message
from core.policy.regions import RegionPack
from core.policy.select import Policy
from core.policy.shelf import tables_of
from core.policy.soundness import read_pack
from core.words import Words

_YEARS: Final = range(2016, 2100)


def add_arguments(parser: argparse.ArgumentParser, words: Words) -> None:
    """Add the arguments of the command to its parser."""
    parser.add_argument(
        "files", metavar="FILE", type=Path, nargs="+", help=words.text("console.measure_files")
    )
    parser.add_argument(
        "--region", metavar="ID|PACK", required=True, help=words.text("console.measure_region")
    )
    parser.add_argument(
        "--year",
        metavar="Y",
        type=int,
        required=True,
        choices=_YEARS,
        help=words.text("console.measure_year"),
    )
    parser.add_argument("--out", metavar="PACK", type=Path, help=words.text("console.measure_out"))
    add_platform_arguments(parser, words)


def run(args: argparse.Namespace, reader: RequestReader, words: Words) -> int:
    """Measure a region and print what was found; return the exit status."""
    gc.disable()  # what is tried holds no circles, and looking for some among thousands takes half a second
    try:
        return _run(args, reader, words)
    finally:
        gc.enable()


def _run(args: argparse.Namespace, reader: RequestReader, words: Words) -> int:
    known = take_platform(args)
    if isinstance(known, Fault):
        return unavailable(known, words)
    names, codes = known
    pack = _pack(args, reader)
    if isinstance(pack, list):
        return refuse(pack, words)
    policy = Policy(reader.documents, pack)
    watch = watching()
    theirs = read_theirs(args.files, names, watch)
    if isinstance(theirs, Fault):
        return unavailable(theirs, words)
    people = learned(theirs.rows, ())
    today = utc_now().astimezone(BEIJING).date()
    stated, _ = stated_totals.attribute(theirs.totals, theirs.rows, people, codes, args.patient, today)
    receipts, unusable = receipts_of(theirs, policy, codes, args.year, stated)
    if not receipts:
        return refuse([Fault("files", message("agreement.no_receipt", year=str(args.year)))], words)
    measured = measure(receipts, args.year, watch)
    printed = measured_pack.as_json(measured, unusable, pack, words)
    if args.out is not None:
        try:
            written = measured_pack.write_pack(args.out, measured, policy, words)
        except OSError as error:
            return unavailable(Fault("out", why_failed(error, str(args.out), "tables.out_unwritable")), words)
        if isinstance(written, list):
            return refuse(written, words)
        printed["out"] = str(args.out)
    write(printed)
    return DONE


def _pack(args: argparse.Namespace, reader: RequestReader) -> RegionPack | list[Fault]:
    """Return the pack that is to be measured: of a file, or the latest on file that holds in the year."""
    if args.region.endswith(".toml"):
        raw = tables_of(Path(args.region))
        return [Fault("region", raw)] if isinstance(raw, Message) else read_pack(raw, reader.documents)
    versions = reader.regions.versions(args.region)
    holding = [pack for pack in versions if pack.effective.year <= args.year]
    if holding:
        return holding[-1]
    return reader.regions.unknown(args.region) or [Fault("region", message("agreement.no_pack"))]
