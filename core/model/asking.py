"""A year as somebody asks for it in texts, and its claims from wherever they are said to lie."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from core.counter import Counter
from core.exchange.fund import FIRST_YEAR, LAST_YEAR
from core.exchange.request import RequestReader
from core.messages import Fault, Message, message, reason_of
from core.model.alike import first_alike
from core.model.blocks import ClaimSource, Policies
from core.model.budget_file import read_budget
from core.model.columns import ColumnsRefused
from core.model.levers import Scenario, scenario_of
from core.model.machines import THIS_MACHINE, Machines
from core.model.modelling import Modelled, YearAsked, model, rows_fault
from core.model.parquet_columns import understood
from core.model.parquet_files import ParquetUnreadable
from core.model.people import insured
from core.model.plan import MONTHS, MOST_DIGITS, Plan
from core.model.taken import Claims, MonthsAsked, claims_of_ledger, claims_of_tables, differing
from core.money import parse_yuan
from core.tables.claim_rows import Supplied
from core.tables.names import Names
from core.tables.watch import Watch

_TOLD: Final = 5
"""The most rows of which it is told why there is no claim."""


class YearTexts(NamedTuple):
    """What is asked, as it was written. Empty or None: nothing was.

    ``population`` is ``N:SEED`` or a file. ``claims`` are tables. ``budget`` is a file or an amount in yuan,
    ``sets`` are scenarios, ``carried`` and ``last_year`` amounts in yuan. ``months`` is how many months of
    the year the claims are of. ``ledger``: the claims are a ledger's entries.
    """

    year: int
    regions: tuple[str, ...]
    population: str | None = None
    claims: tuple[Path, ...] = ()
    ledger: bool = False
    budget: str | None = None
    sets: tuple[str, ...] = ()
    solve: str = ""
    months: int | None = None
    carried: str | None = None
    last_year: str | None = None


def asked_of(texts: YearTexts, watch: Watch) -> YearAsked | list[Fault]:
    """Return what is asked, or everything that is wrong with it. Raises Cancelled."""
    faults = _numbers(texts)
    scenarios: list[Scenario] = []
    for text in texts.sets:
        scenario = scenario_of(text)
        if isinstance(scenario, Message):
            faults.append(Fault("set", scenario))
        else:
            scenarios.append(scenario)
    carried = _amount(texts.carried, "carried", faults)
    last_year = _amount(texts.last_year, "last_year", faults)
    plan, budget = _budget(texts, faults, watch)
    if texts.ledger and texts.claims:
        faults.append(Fault("claims", message("model.fault.one_source")))
    again = first_alike(texts.claims, watch)
    if again is not None:
        faults.append(Fault("claims", message("model.fault.file_twice", name=again[1], other=again[0])))
    twice = next((each for at, each in enumerate(texts.regions) if each in texts.regions[:at]), None)
    if twice is not None:
        faults.append(Fault("region", message("model.fault.region_twice", region=twice)))
    if faults:
        return faults
    drawn = not texts.ledger and not texts.claims
    months = MONTHS if texts.months is None and drawn else texts.months
    return YearAsked(
        texts.year, tuple(scenarios), plan, budget, texts.solve, carried, last_year, months=months
    )


def _amount(text: str | None, name: str, faults: list[Fault]) -> int | None:
    parsed = parse_yuan(text, MOST_DIGITS) if text else None
    if isinstance(parsed, Message):
        faults.append(Fault(name, parsed))
        return None
    return parsed


def _numbers(texts: YearTexts) -> list[Fault]:
    faults = []
    if not FIRST_YEAR <= texts.year <= LAST_YEAR:
        faults.append(Fault("year", message("fault.number_between", first=FIRST_YEAR, last=LAST_YEAR)))
    if texts.months is not None and not 1 <= texts.months <= MONTHS:
        faults.append(Fault("through", message("fault.number_between", first=1, last=MONTHS)))
    return faults


def _budget(texts: YearTexts, faults: list[Fault], watch: Watch) -> tuple[Plan | None, int | None]:
    """Return the plan of a budget's file, or the year's amount (fen); both None where none is stated."""
    text = texts.budget
    if not text:
        return None, None
    if Path(text).is_file():
        read = read_budget(Path(text), texts.year, watch)
        if isinstance(read, Fault):
            faults.append(read)
            return None, None
        return read, None
    parsed = parse_yuan(text, MOST_DIGITS)
    if isinstance(parsed, Message):
        faults.append(Fault("budget", message("model.fault.budget_form", text=text)))
        return None, None
    if not parsed:
        faults.append(Fault("budget", message("model.fault.budget_zero")))
        return None, None
    return None, parsed


def modelled(
    texts: YearTexts,
    asked: YearAsked,
    reader: RequestReader,
    names: Names,
    watch: Watch,
    counter: Counter | None = None,
    machines: Machines = THIS_MACHINE,
) -> Modelled | list[Fault]:
    """Return a year from its people, its tables or (``counter``) a ledger, or why there is none.

    Raises LedgerUnavailable, Cancelled and, of a cluster, ClusterFailed.
    """
    who = insured(texts.population, texts.year, names, watch)
    if isinstance(who, Fault):
        return [who]
    documents = reader.documents
    if counter is None and not texts.claims:
        source = who.drawn(texts.regions, reader, texts.year, machines, asked.last_month)
        found = source if isinstance(source, list) else model(source, asked, documents, watch)
        return found if isinstance(found, list) else found._replace(assumed=who.assumed)
    if counter is None and any(map(is_parquet, texts.claims)):
        return _of_parquet(texts, asked, reader, names, who.counted, watch, machines)
    span = MonthsAsked(texts.year, asked.last_month)
    if counter is not None:
        claims = claims_of_ledger(counter, span, who.counted, watch)
    else:
        taken = claims_of_tables(
            texts.claims, names, reader, _supplied(texts.regions, texts.year), span, who.counted, watch
        )
        if isinstance(taken, Fault):
            return [taken]
        claims = taken
    if not claims.booked:
        return _none_taken(claims, texts.year)
    found = model(claims.source, asked, documents, watch)
    if isinstance(found, list):
        return found
    return found._replace(claims=claims, differing=differing(claims, watch))


def _of_parquet(
    texts: YearTexts,
    asked: YearAsked,
    reader: RequestReader,
    names: Names,
    people: int | None,
    watch: Watch,
    machines: Machines,
) -> Modelled | list[Fault]:
    """Return a year from the claims of Parquet files, or why there is none. Raises Cancelled."""
    if not all(map(is_parquet, texts.claims)):
        return [Fault("claims", message("model.fault.parquet_alone"))]
    paths, policies = [str(path) for path in texts.claims], Policies()
    region = texts.regions[0] if texts.regions else None
    try:
        columns, distinct = machines.columns(paths), partial(machines.distinct, paths)
        plan = understood(columns, distinct, names, reader, region, texts.year, policies)
        if isinstance(plan, Fault):
            return [plan]
        plan = plan._replace(months=asked.last_month)
        source = ClaimSource(machines.parquet(paths, plan), policies, people, plan.hospitals)
        found = model(source, asked, reader.documents, watch)
    except ParquetUnreadable as error:
        return [Fault("claims", message("model.fault.parquet", why=reason_of(error)))]
    except ColumnsRefused as refused:
        return [rows_fault(each) for each in refused.faults]
    if isinstance(found, Modelled) and not found.year.claims:
        return [_no_claims(texts.year)]
    return found


def is_parquet(path: Path) -> bool:
    """Return whether claims lie in a Parquet file, or in a folder of them."""
    return path.suffix.lower() == ".parquet" or path.is_dir()


def _none_taken(claims: Claims, year: int) -> list[Fault]:
    """Return that there are no claims, and why the first rows of tables are none."""
    rows = [
        message("model.fault.table_row", name=each.file, row=each.row, why=each.why)
        for each in claims.left_out[:_TOLD]
        if each.file
    ]
    if not rows:
        return [_no_claims(year)]
    first = message("model.fault.no_claims_as", year=str(year), why=rows[0])
    return [Fault("claims", said) for said in (first, *rows[1:])]


def _no_claims(year: int) -> Fault:
    return Fault("claims", message("model.fault.no_claims", year=str(year)))


def _supplied(regions: Sequence[str], year: int) -> Supplied:
    return Supplied(regions[0] if regions else None, year)
