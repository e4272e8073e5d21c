"""The same claims by other engines. `columns_peers.py ENGINE IN.npy OUT.npy RUNS` prints its best seconds.

Each is written as its own manual would have it, with whole numbers of fen. It runs in an environment of its
own, which `columns.py` makes; OpenFisca-Core and ttsim are no part of the program.
"""

import sys
import time
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

import numpy as np

IN = ("total", "eligible", "category_b", "years", "admissions", "cost", "paid", "burden", "critical_paid")
OUT = ("deductible", "basic", "critical", "funds", "patient", *(f"after_{name}" for name in IN[4:]))
BANDS = ((0, 3_000_000, 70), (3_000_000, 6_000_000, 75), (6_000_000, 10**15, 80))
CRITICAL = ((0, 10_000_000, 60), (10_000_000, 20_000_000, 70), (20_000_000, 10**15, 80))


class _Bill(NamedTuple):
    total: Decimal
    eligible: Decimal
    category_b: Decimal
    years: int
    admissions: int
    cost: Decimal
    paid: Decimal
    burden: Decimal
    critical_paid: Decimal


CENT = Decimal("0.01")


def _banded(start: Decimal, end: Decimal, bands: Any) -> Decimal:
    paid = Decimal(0)
    for low, high, rate in bands:
        part = min(end, Decimal(high) / 100) - max(start, Decimal(low) / 100)
        if part > 0:
            paid += (part * rate / 100).quantize(CENT, ROUND_HALF_UP)
    return paid


def decimals(columns: Any) -> Callable[[], Any]:
    """A plain program with Decimal, one bill after the other."""

    def run() -> Any:
        rows = []
        for row in zip(*(column.tolist() for column in columns), strict=True):
            yuan = [Decimal(fen) / 100 for fen in row]
            bill = _Bill(*yuan[:3], row[3], row[4], *yuan[5:])
            scope = bill.eligible - bill.category_b
            deductible = min(scope, Decimal(400 if not bill.admissions else 300))
            basic = _banded(bill.cost + deductible, bill.cost + scope, BANDS)
            basic = min(basic, max(Decimal(0), Decimal(200_000) - bill.paid))
            after = bill.burden + scope - basic
            critical = _banded(max(bill.burden, Decimal(10_000)), after, CRITICAL)
            cap = 400_000 + 4_000 * Decimal(min(20, max(0, bill.years - 4)))
            critical = min(critical, max(Decimal(0), cap - bill.critical_paid))
            funds = basic + critical
            rows.append(
                (
                    *(deductible, basic, critical, funds, bill.total - funds),
                    *(bill.admissions + 1, bill.cost + scope, bill.paid + basic, after),
                    bill.critical_paid + critical,
                )
            )
        return rows

    return run


def of_decimals(rows: Any) -> Any:
    """The rows of the plain program as columns of fen."""
    whole = [[int(v * (1 if k == 5 else 100)) for k, v in enumerate(row)] for row in rows]
    return np.array(whole, np.int64).T


def _sql_bands(start: str, end: str, bands: Any) -> str:
    return " + ".join(
        f"(greatest(0, least({end}, {high}) - greatest({start}, {low})) * {rate} + 50) // 100"
        for low, high, rate in bands
    )


def duckdb_sql(columns: Any) -> Callable[[], Any]:
    """One statement of SQL, written by hand, over columns that DuckDB reads in place."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("set threads to 2")
    table = dict(zip(IN, columns, strict=True))
    connection.register("claims", table)
    connection.execute("create table bills as select * from claims")
    statement = f"""
        with one as (select *, eligible - category_b as scope,
                least(eligible - category_b, case when admissions <= 0 then 40000 else 30000 end)
                as deductible from bills),
        two as (select *, least({_sql_bands("cost + deductible", "cost + scope", BANDS)},
                greatest(0, 20000000 - paid)) as basic from one),
        three as (select *, burden + scope - basic as after_burden from two),
        four as (select *, least({_sql_bands("greatest(burden, 1000000)", "after_burden", CRITICAL)},
                greatest(0, 40000000 + 400000 * least(20, greatest(0, years - 4)) - critical_paid))
                as critical from three)
        select deductible, basic, critical, basic + critical as funds, total - basic - critical as patient,
            admissions + 1 as after_admissions, cost + scope as after_cost, paid + basic as after_paid,
            after_burden, critical_paid + critical as after_critical_paid from four"""
    return lambda: connection.execute(statement).fetchnumpy()


def of_table(found: Any) -> Any:
    """A table by names as columns."""
    return np.array([np.asarray(found[name]).astype(np.int64) for name in OUT])


def _bands(start: Any, end: Any, bands: Any) -> Any:
    paid = 0
    for low, high, rate in bands:
        part = np.maximum(0, np.minimum(end, high) - np.maximum(start, low))
        paid = paid + (part * rate + 50) // 100
    return paid


def openfisca(columns: Any) -> Callable[[], Any]:
    """A country package of OpenFisca-Core with the same rules, a variable a figure, exact whole numbers."""
    from openfisca_core.entities import build_entity
    from openfisca_core.periods import DateUnit
    from openfisca_core.simulations import SimulationBuilder
    from openfisca_core.taxbenefitsystems import TaxBenefitSystem
    from openfisca_core.variables import Variable

    person = build_entity("person", "persons", "A bill", is_person=True)
    system = TaxBenefitSystem([person])
    formulas = _formulas()
    for name in (*IN, "scope", *OUT):
        body: dict[str, Any] = {
            "value_type": int,
            "entity": person,
            "definition_period": DateUnit.YEAR,
            "label": name,
        }
        if name in formulas:
            body["formula"] = _as_formula(formulas[name])
        system.add_variable(type(name, (Variable,), body))
        system.variables[name].dtype = np.int64

    def run() -> Any:
        simulation = SimulationBuilder().build_default_simulation(system, len(columns[0]))
        for name, column in zip(IN, columns, strict=True):
            simulation.get_holder(name).put_in_cache(column, simulation_period)
        return {name: simulation.calculate(name, "2026") for name in OUT}

    from openfisca_core.periods import period

    simulation_period = period("2026")
    return run


def _as_formula(function: Callable[..., Any]) -> Any:
    names = function.__code__.co_varnames[: function.__code__.co_argcount]

    def formula(person: Any, period: Any) -> Any:
        return function(*(person(name, period) for name in names))

    return formula


def _formulas() -> dict[str, Callable[..., Any]]:
    def scope(eligible: Any, category_b: Any) -> Any:
        return eligible - category_b

    def deductible(scope: Any, admissions: Any) -> Any:
        return np.minimum(scope, np.where(admissions <= 0, 40_000, 30_000))

    def basic(scope: Any, deductible: Any, cost: Any, paid: Any) -> Any:
        return np.minimum(_bands(cost + deductible, cost + scope, BANDS), np.maximum(0, 20_000_000 - paid))

    def after_burden(burden: Any, scope: Any, basic: Any) -> Any:
        return burden + scope - basic

    def critical(burden: Any, after_burden: Any, years: Any, critical_paid: Any) -> Any:
        cap = 40_000_000 + 400_000 * np.minimum(20, np.maximum(0, years - 4))
        by_bands = _bands(np.maximum(burden, 1_000_000), after_burden, CRITICAL)
        return np.minimum(by_bands, np.maximum(0, cap - critical_paid))

    def funds(basic: Any, critical: Any) -> Any:
        return basic + critical

    def patient(total: Any, funds: Any) -> Any:
        return total - funds

    def after_admissions(admissions: Any) -> Any:
        return admissions + 1

    def after_cost(cost: Any, scope: Any) -> Any:
        return cost + scope

    def after_paid(paid: Any, basic: Any) -> Any:
        return paid + basic

    def after_critical_paid(critical_paid: Any, critical: Any) -> Any:
        return critical_paid + critical

    return dict(locals())


def ttsim(columns: Any) -> Callable[[], Any]:
    """The same functions in ttsim's environment of policy functions, with NumPy behind it."""
    from ttsim import InputData, MainTarget, TTTargets, main
    from ttsim.tt import TTSIMUnit, policy_function, policy_input
    from ttsim.tt.units import Currency, UnitSystem
    from ttsim.typing import IntColumn

    none, environment = TTSIMUnit.DIMENSIONLESS, {}
    for name in ("p_id", *IN):

        def given() -> int: ...

        given.__name__ = name
        environment[name] = policy_input(unit=none)(given)
    for name, function in _formulas().items():
        names = function.__code__.co_varnames[: function.__code__.co_argcount]
        function.__annotations__ = dict.fromkeys((*names, "return"), IntColumn)
        make = policy_function(vectorization_strategy="not_required", unit=none, verify_units=False)
        environment[name] = make(function)
    table = dict(zip(IN, columns, strict=True))
    rows = {("p_id",): np.arange(len(columns[0])), **{(name,): column for name, column in table.items()}}
    compiled = main(
        main_target=MainTarget.tt_function,
        policy_environment=environment,
        input_data=InputData.flat(rows),
        tt_targets=TTTargets(tree=dict.fromkeys(OUT)),
        unit_system=UnitSystem(currencies={"CNY": Currency(statutory_from="0001-01-01")}),
        data_currency="CNY",
        policy_date_str="2026-06-01",
        evaluation_date_str="2026-06-01",
        backend="numpy",
        rounding=False,
        include_fail_nodes=False,
        include_warn_nodes=False,
    )
    return lambda: compiled(table)


ENGINES: dict[str, tuple[Callable[[Any], Callable[[], Any]], Callable[[Any], Any]]] = {
    "decimal": (decimals, of_decimals),
    "duckdb": (duckdb_sql, of_table),
    "openfisca": (openfisca, of_table),
    "ttsim": (ttsim, of_table),
}


def main() -> None:
    """Runs one engine over a file of columns, checks nothing, writes its answer and prints its best time."""
    engine, source, target, runs = sys.argv[1:]
    prepare, read = ENGINES[engine]
    run = prepare(np.load(source))
    best = float("inf")
    for _ in range(int(runs)):
        start = time.perf_counter()
        found = run()
        best = min(best, time.perf_counter() - start)
    np.save(target, read(found))
    print(best)


if __name__ == "__main__":
    main()
