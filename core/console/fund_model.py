"""`mingzhang-cli fund model`: a year of a fund by the rules of a patient (interface, section 7)."""

import argparse
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Final

from core.console import rules
from core.console.commands import Add
from core.console.naming import watching
from core.console.output import DONE, refuse, unavailable, write
from core.exchange.request import RequestReader
from core.files import why_failed
from core.messages import Fault, Message, message
from core.money import parse_yuan
from core.vocabulary import Population
from core.words import Words

if TYPE_CHECKING:
    from core.counter import Counter
    from core.model.modelling import Modelled, YearAsked
    from core.tables.names import Names
    from core.tables.watch import Watch

_EXTRA: Final = ("numpy", "numba", "polars", "matplotlib")
_ENGINES: Final = ("local", "spark")


def add_parser(add: Add, words: Words) -> None:
    """Add `fund model` to the commands of `fund`."""
    parser = add("model", words.text("console.fund_model"), run)
    text = words.text
    parser.add_argument(
        "--year",
        metavar="Y",
        type=int,
        choices=range(2016, 2100),
        required=True,
        help=text("console.model_year"),
    )
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
    parser.add_argument(
        "--through", metavar="MONTH", type=int, choices=range(1, 13), help=text("console.model_through")
    )
    parser.add_argument("--carried", metavar="YUAN", help=text("console.model_carried"))
    parser.add_argument("--last-year", metavar="YUAN", help=text("console.fund_last_year"))
    parser.add_argument("--rows", metavar="FILE", type=Path, help=text("console.model_rows"))
    parser.add_argument("--out", metavar="DIR", type=Path, required=True, help=text("console.model_out"))
    parser.add_argument("--engine", choices=_ENGINES, default=_ENGINES[0], help=text("console.model_engine"))
    _add_opening(parser, words)
    parser.set_defaults(command="fund model")


def _add_opening(parser: argparse.ArgumentParser, words: Words) -> None:
    from core.console.ledger.streams import add_opening_arguments

    add_opening_arguments(parser, words)


def run(args: argparse.Namespace, words: Words) -> int:
    """Work a year out, print it and write its files; return the exit status."""
    absent = [name for name in _EXTRA if find_spec(name) is None]
    if absent:
        return unavailable(Fault("model", message("model.fault.extra", names=", ".join(absent))), words)
    return _run(args, words)


def _run(args: argparse.Namespace, words: Words) -> int:
    from core.ledger.errors import LedgerUnavailable

    started, watch = monotonic(), watching()
    asked = _asked(args, watch)
    if isinstance(asked, list):
        return refuse(asked, words)
    names = _names(args)
    if isinstance(names, Fault):
        return unavailable(names, words)
    work = _Work(args, words, watch, asked, names, started)
    try:
        if args.db is None:
            return rules.with_rules(args, words, partial(_with_rules, work))
        from core.console.ledger.streams import at_counter, is_plain

        args.plain = args.plain or is_plain(args.db)
        return at_counter(args, words, work.with_ledger)
    except LedgerUnavailable as error:
        return unavailable(Fault("ledger", error.said), words)


def _with_rules(work: "_Work", _args: argparse.Namespace, reader: RequestReader, _words: Words) -> int:
    return work.with_rules(reader)


def _asked(args: argparse.Namespace, watch: "Watch") -> "YearAsked | list[Fault]":
    """Return what is asked of the year, or everything that is wrong with it."""
    from core.model.budget_file import read_budget
    from core.model.levers import scenario_of
    from core.model.modelling import YearAsked

    faults: list[Fault] = []
    scenarios = []
    for text in args.set:
        scenario = scenario_of(text)
        if isinstance(scenario, Message):
            faults.append(Fault("set", scenario))
        else:
            scenarios.append(scenario)
    amounts = {name: _amount(getattr(args, name), name, faults) for name in ("carried", "last_year")}
    plan, budget = None, None
    if args.budget is not None and Path(args.budget).is_file():
        read = read_budget(Path(args.budget), watch)
        if isinstance(read, Fault):
            faults.append(read)
        else:
            plan = read
    elif args.budget is not None:
        parsed = parse_yuan(args.budget)
        if isinstance(parsed, Message):
            faults.append(Fault("budget", message("model.fault.budget_form", text=args.budget)))
        else:
            budget = parsed
    if args.db is not None and args.claims:
        faults.append(Fault("claims", message("model.fault.one_source")))
    if args.rows is not None and args.rows.suffix.lower() not in (".parquet", ".csv"):
        faults.append(Fault("rows", message("tables.out_ending", endings=".parquet .csv")))
    if faults:
        return faults
    taken = args.db is not None or bool(args.claims)
    months = args.through if args.through is not None or taken else 12
    return YearAsked(args.year, tuple(scenarios), plan, budget, args.solve, months=months, **amounts)


def _amount(text: str | None, name: str, faults: list[Fault]) -> int | None:
    parsed = None if text is None else parse_yuan(text)
    if isinstance(parsed, Message):
        faults.append(Fault(name, parsed))
        return None
    return parsed


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


class _Work:
    """What the command was asked for, and how it goes on once the rules are read."""

    def __init__(
        self,
        args: argparse.Namespace,
        words: Words,
        watch: "Watch",
        asked: "YearAsked",
        names: "Names",
        started: float,
    ) -> None:
        self._args = args
        self._words = words
        self._watch = watch
        self._asked = asked
        self._names = names
        self._started = started

    def with_rules(self, reader: RequestReader) -> int:
        """Model the year of a population that is drawn, or of tables of claims."""
        from core.model.modelling import model
        from core.model.people import insured
        from core.model.taken import claims_of_tables
        from core.tables.claim_rows import Supplied

        args, year = self._args, self._args.year
        who = insured(args.population, year, self._names, self._watch)
        if isinstance(who, Fault):
            return refuse([who], self._words)
        if not args.claims:
            source = who.drawn(args.region, reader, year)
            if isinstance(source, list):
                return refuse(source, self._words)
            found = model(source, self._asked, reader.documents, self._watch)
            return self._finish(found if isinstance(found, list) else found._replace(assumed=who.assumed))
        supplied = Supplied(args.region[0], year)
        claims = claims_of_tables(args.claims, self._names, reader, supplied, year, who.counted, self._watch)
        if isinstance(claims, Fault):
            return unavailable(claims, self._words)
        found = model(claims.source, self._asked, reader.documents, self._watch)
        return self._finish(found if isinstance(found, list) else found._replace(claims=claims))

    def with_ledger(self, counter: "Counter") -> int:
        """Model the year of a ledger's entries."""
        from core.model.modelling import model
        from core.model.people import insured
        from core.model.taken import claims_of_ledger

        who = insured(self._args.population, self._args.year, self._names, self._watch)
        if isinstance(who, Fault):
            return refuse([who], self._words)
        claims = claims_of_ledger(counter, self._args.year, who.counted, self._watch)
        found = model(claims.source, self._asked, counter.reader.documents, self._watch)
        return self._finish(found if isinstance(found, list) else found._replace(claims=claims))

    def _finish(self, modelled: "Modelled | list[Fault]") -> int:
        """Write the files and print the year; return the exit status."""
        from core.model.rows_out import write_rows
        from core.model.telling import modelled_json
        from core.model.writing import write_year

        if isinstance(modelled, list):
            return refuse(modelled, self._words)
        place = self._args.rows or self._args.out
        try:
            files = write_year(modelled, self._args.out, self._words, self._watch)
            if self._args.rows is not None:
                write_rows(modelled.source, self._args.rows, self._watch)
                files.append(self._args.rows)
        except OSError as error:
            return unavailable(
                Fault("out", why_failed(error, str(place), "tables.out_unwritable")), self._words
            )
        form = modelled_json(modelled, self._words)
        write(
            {**form, "files": [str(file) for file in files], "seconds": round(monotonic() - self._started, 1)}
        )
        return DONE
