"""`mingzhang-cli fund model`: a year of a fund by the rules of a patient (interface, section 7)."""

import argparse
import os
import shutil
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Final

from core.console import rules
from core.console.commands import Add
from core.console.naming import watching
from core.console.output import DONE, number_given, refuse, unavailable, word_given, write
from core.exchange.fund import FIRST_YEAR, LAST_YEAR
from core.exchange.request import RequestReader
from core.files import why_failed
from core.messages import Fault, message
from core.vocabulary import Population
from core.words import Words

if TYPE_CHECKING:
    from core.counter import Counter
    from core.model.asking import YearTexts
    from core.model.machines import Machines
    from core.model.modelling import Modelled
    from core.tables.names import Names
    from core.tables.watch import Watch

_ENGINES: Final = ("local", "spark")
_NUMBERS: Final = (
    ("year", FIRST_YEAR, LAST_YEAR),
    ("through", 1, 12),
    ("partitions", 1, 1_000_000),
)
"""The arguments that are whole numbers, each from its least to its most."""
_ROWS: Final = {"local": (".parquet", ".csv"), "spark": (".parquet",)}


def add_parser(add: Add, words: Words) -> None:
    """Add `fund model` to the commands of `fund`."""
    parser = add("model", words.text("console.fund_model"), run)
    text = words.text
    parser.add_argument("--year", metavar="Y", required=True, help=text("console.model_year"))
    parser.add_argument("--region", metavar="ID", nargs="+", required=True, help=text("console.model_region"))
    parser.add_argument(
        "--population",
        metavar="FILE|N:SEED",
        action="append",
        default=[],
        help=text("console.model_population"),
    )
    parser.add_argument(
        "--claims", metavar="FILE", type=Path, nargs="+", action="extend", help=text("console.model_claims")
    )
    parser.add_argument("--columns", metavar="MAP", type=Path, help=text("console.batch_columns"))
    parser.add_argument("--db", metavar="PATH", type=Path, help=text("console.ledger.db"))
    parser.add_argument("--budget", metavar="FILE|YUAN", help=text("console.model_budget"))
    parser.add_argument("--solve", metavar="PATH", default="", help=text("console.model_solve"))
    parser.add_argument(
        "--set", metavar="PATH=VALUE", action="append", default=[], help=text("console.model_set")
    )
    parser.add_argument("--through", metavar="MONTH", help=text("console.model_through"))
    parser.add_argument("--carried", metavar="YUAN", help=text("console.model_carried"))
    parser.add_argument("--last-year", metavar="YUAN", help=text("console.fund_last_year"))
    parser.add_argument("--rows", metavar="FILE", type=Path, help=text("console.model_rows"))
    engines = f"{{{','.join(_ENGINES)}}}"
    parser.add_argument("--engine", metavar=engines, default="local", help=text("console.model_engine"))
    parser.add_argument("--master", metavar="URL", default="", help=text("console.model_master"))
    parser.add_argument("--partitions", metavar="N", help=text("console.model_partitions"))
    parser.add_argument("--out", metavar="DIR", type=Path, required=True, help=text("console.model_out"))
    _add_opening(parser, words)
    parser.set_defaults(command="fund model")


def _add_opening(parser: argparse.ArgumentParser, words: Words) -> None:
    from core.console.ledger.streams import add_opening_arguments

    add_opening_arguments(parser, words)


def run(args: argparse.Namespace, words: Words) -> int:
    """Work a year out, print it and write its files; return the exit status."""
    from core.jobs.model_jobs import SPARK, extra_missing

    wrong = _take_numbers(args)
    if wrong:
        return refuse(wrong, words)
    lacking = extra_missing()
    if lacking is not None:
        return unavailable(Fault("model", lacking), words)
    if args.engine == "local":
        return _run(args, words)
    lacking = extra_missing(SPARK)
    if lacking is not None:
        return unavailable(Fault("engine", lacking), words)
    if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        return unavailable(Fault("engine", message("model.fault.java")), words)
    return _on_spark(args, words)


def _take_numbers(args: argparse.Namespace) -> list[Fault]:
    """Take the texts of arguments for the whole numbers that they are; return what is wrong with them."""
    faults: list[Fault] = []
    for name, first, last in _NUMBERS:
        setattr(args, name, number_given(getattr(args, name), name, first, last, faults))
    word_given(args.engine, "engine", _ENGINES, faults)
    return faults


def _on_spark(args: argparse.Namespace, words: Words) -> int:
    """Work a year out on a cluster; return the exit status."""
    from core.model.asking import is_parquet

    if args.db is not None or not all(map(is_parquet, args.claims or ())):
        return refuse([Fault("engine", message("model.fault.spark_source"))], words)

    from core.model.spark import LOCAL, ClusterFailed, SparkMachines, session

    try:
        with session(args.master or LOCAL) as spark:
            return _run(args, words, SparkMachines(spark, args.partitions))
    except ClusterFailed as error:
        return unavailable(Fault("engine", message("model.fault.cluster", why=str(error))), words)


def _run(args: argparse.Namespace, words: Words, machines: "Machines | None" = None) -> int:
    from core.console.ledger.streams import at_standing
    from core.model.asking import asked_of

    started, watch = monotonic(), watching()
    names = _names(args)
    if isinstance(names, Fault):
        return refuse([names], words)
    endings = _ROWS[args.engine]
    if args.rows is not None and args.rows.suffix.lower() not in endings:
        return refuse([Fault("rows", message("tables.out_ending", endings=" ".join(endings)))], words)
    if args.rows is not None and any(_is_same(args.rows, given) for given in args.claims or ()):
        return refuse([Fault("rows", message("tables.out_is_in"))], words)
    texts = _texts(args)
    asked = asked_of(texts, watch)
    if isinstance(asked, list):
        return refuse(asked, words)

    def work(reader: RequestReader, counter: "Counter | None" = None) -> int:
        from core.model.asking import modelled
        from core.model.machines import THIS_MACHINE

        found = modelled(texts, asked, reader, names, watch, counter, machines or THIS_MACHINE)
        return (
            refuse(found, words) if isinstance(found, list) else _finish(args, words, watch, found, started)
        )

    if args.db is None:
        return rules.with_rules(args, words, lambda _args, reader, _words: work(reader))
    return at_standing(args, words, lambda counter: work(counter.reader, counter))


def _texts(args: argparse.Namespace) -> "YearTexts":
    from core.model.asking import YearTexts

    return YearTexts(
        args.year,
        tuple(args.region),
        args.population,
        tuple(args.claims or ()),
        args.db is not None,
        args.budget,
        tuple(args.set),
        args.solve,
        args.through,
        args.carried,
        args.last_year,
    )


def _names(args: argparse.Namespace) -> "Names | Fault":
    """Return the names of columns and words, and take the words that ``--population`` answers out of it."""
    from core.console.naming import take_names
    from core.tables.names import known_names

    names = known_names()
    answers = [each for each in args.population if each.rpartition("=")[2] in list(Population)]
    sizes = [each for each in args.population if each not in answers]
    if len(sizes) > 1:
        return Fault("population", message("model.fault.population_twice"))
    wrong = take_names(argparse.Namespace(columns=args.columns, population=answers), names)
    args.population = sizes[0] if sizes else None
    return names if wrong is None else wrong


def _is_same(out: Path, given: Path) -> bool:
    """Return whether claims would be written over those that are read, or into their folder."""
    try:
        return any(place.exists() and place.samefile(given) for place in (out, out.parent))
    except OSError:
        return False


def _not_written(args: argparse.Namespace) -> str:
    return str(args.out) if args.rows is None else f"{args.out}, {args.rows}"


def _finish(
    args: argparse.Namespace, words: Words, watch: "Watch", modelled: "Modelled", started: float
) -> int:
    """Write the files and print the year; return the exit status."""
    from core.model.telling import modelled_json
    from core.model.writing import write_year

    try:
        files = write_year(modelled, args.out, words, watch, args.rows)
    except OSError as error:
        return unavailable(
            Fault("out", why_failed(error, _not_written(args), "tables.out_unwritable")), words
        )
    form = modelled_json(modelled, words)
    seconds = round(monotonic() - started, 1)
    write({**form, "files": [str(file) for file in files], "seconds": seconds})
    return DONE
