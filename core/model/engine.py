"""Settle columns: every claim by the rules of one patient, each patient's year in order.

`settle_columns` is the whole of it for one set of policies. `settle_scenarios` is the same claims by several
sets, and `sum_scenarios` keeps only sums of them, so that it needs no room for the rows.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from core.messages import message
from core.missing import say
from core.model.checking import check
from core.model.columns import (
    RESULTS,
    ClaimColumns,
    Column,
    ColumnFault,
    ColumnsRefused,
    ResultColumns,
    TotalsColumns,
    columns_of,
)
from core.model.driving import Driver, Loop, LoopPlan, plan, print_loop, slot_of, slotted
from core.model.kernels import loop_function
from core.model.kinds import Kinds, kinds_of
from core.model.visits import Recorded, RowKind, recorded
from core.money import grouped
from core.policy.select import Policy

_FEWEST_ROWS: Final = 20_000
"""Rows that are worth a thread of their own."""


def settle_columns(
    claims: ClaimColumns,
    policies: Sequence[Policy],
    wanted: Sequence[str] = RESULTS,
    totals: TotalsColumns | None = None,
    *,
    free: bool = False,
    out: Mapping[str, Column] | None = None,
) -> ResultColumns:
    """Settle every claim by the rules in force on its day of discharge.

    ``policies`` are those that the claims' ``policy`` names, ``wanted`` the columns of `RESULTS` to return,
    ``totals`` those of each patient's year before its first claim (None: nothing yet). ``free``: the rows
    have nothing to do with each other, and each has totals of its own. ``out`` are arrays to write the
    results to. Raises ColumnsRefused where a row cannot be settled, or where a figure that it needs is
    missing.
    """
    return Settling(claims, [policies], totals, free=free).settle(policies, wanted, out)


def settle_scenarios(
    claims: ClaimColumns,
    scenarios: Sequence[Sequence[Policy]],
    wanted: Sequence[str] = RESULTS,
    totals: TotalsColumns | None = None,
) -> Iterator[ResultColumns]:
    """Settle the same claims by each scenario's policies, one result after the other.

    A result is to be used before the next one is asked for: the next is written over it.
    """
    settling = Settling(claims, scenarios, totals)
    out = {name: np.empty(claims.rows, np.int64) for name in wanted}
    for policies in scenarios:
        yield settling.settle(policies, wanted, out)


def sum_scenarios(
    claims: ClaimColumns,
    scenarios: Sequence[Sequence[Policy]],
    cell: Column,
    cells: int,
    wanted: Sequence[str],
    totals: TotalsColumns | None = None,
) -> NDArray[np.int64]:
    """Settle the same claims by each scenario's policies and add the results up by cell.

    ``cell`` is the place of each claim's sum, from 0 up to ``cells`` (such as month x level). The answer is
    an array of scenarios x cells x ``wanted`` (fen).
    """
    sums = np.zeros((len(scenarios), cells, len(wanted)), np.int64)
    for place, results in enumerate(settle_scenarios(claims, scenarios, wanted, totals)):
        for position, name in enumerate(wanted):
            sums[place, :, position] = _sum_by(cell, cells, results[name])
    return sums


def _sum_by(cell: Column, cells: int, amounts: Column) -> NDArray[np.int64]:
    """Add up whole numbers by cell, exactly: in halves, each of which a double holds."""
    low = np.bincount(cell, weights=amounts & 0xFFFFFF, minlength=cells).astype(np.int64)
    high = np.bincount(cell, weights=amounts >> 24, minlength=cells).astype(np.int64)
    return (high << 24) + low


class Settling:
    """Claims that were checked and sorted into kinds, to be settled by one set of policies after another."""

    def __init__(
        self,
        claims: ClaimColumns,
        scenarios: Sequence[Sequence[Policy]],
        totals: TotalsColumns | None = None,
        *,
        free: bool = False,
    ) -> None:
        check(claims, min(len(policies) for policies in scenarios), totals)
        self.claims = claims
        self.kinds: Kinds = kinds_of(claims, [policy for policies in scenarios for policy in policies])
        self._totals = {} if totals is None else columns_of(totals)
        self._by_disease = None if totals is None else totals.by_disease
        self._loop = Loop.CARRIED
        if free:
            self._loop = Loop.ONE_KIND if len(self.kinds.all) == 1 else Loop.FREE

    def settle(
        self, policies: Sequence[Policy], wanted: Sequence[str], out: Mapping[str, Column] | None = None
    ) -> ResultColumns:
        """Settle the claims by a set of policies (`settle_columns`)."""
        results = dict(out) if out is not None else {}
        checked = self._given_hospital_parts()
        for name in (*wanted, *(("hosp_part_amt", "fund_pay_sumamt") if checked else ())):
            if name not in results:
                results[name] = np.empty(self.claims.rows, np.int64)
        if self.claims.rows:
            self._run(self._recorded(policies), results)
        if checked:
            self._check_hospital_parts(results)
        return ResultColumns({name: results[name] for name in wanted})

    def _recorded(self, policies: Sequence[Policy]) -> list[Recorded]:
        kinds = [recorded(policies[kind.policy], kind) for kind in self.kinds.all]
        faults: dict[str, ColumnFault] = {}
        for place, one in enumerate(kinds):
            row, rows = int(self.kinds.first[place]), int(self.kinds.rows[place])
            for figure in one.missing:
                known = faults.get(figure.path, ColumnFault(row, figure.path, say(figure), 0))
                fault = ColumnFault(min(row, known.row), figure.path, known.message, known.rows + rows)
                faults[figure.path] = fault
        if faults:
            raise ColumnsRefused(tuple(faults.values()))
        return kinds

    def _run(self, kinds: Sequence[Recorded], results: Mapping[str, Column]) -> None:
        made = plan(kinds, tuple(results))
        columns = columns_of(self.claims)
        given = [name for name, value in columns.items() if isinstance(value, np.ndarray)]
        driver = print_loop(
            made, tuple(results), given, self._totals, self._loop, self._by_disease is not None
        )
        stages = {way.stage.name: way.stage for ways in made.ways for way in ways}
        call = loop_function(driver, stages)
        arguments = self._arguments(made, driver, results)
        parts = self._parts()
        call(0, 0, *arguments)  # compiled once, before the threads share it
        if len(parts) == 1:
            call(*parts[0], *arguments)
            return
        with ThreadPoolExecutor(len(parts)) as threads:
            for done in [threads.submit(call, low, high, *arguments) for low, high in parts]:
                done.result()

    def _arguments(self, made: LoopPlan, driver: Driver, results: Mapping[str, Column]) -> list[Any]:
        kinds, claims = self.kinds, self.claims
        year_of = np.array([kind.day.year for kind in kinds.all], np.int64)
        slots = np.array([_slots(kind) for kind in kinds.all], np.int64)
        fixed = [claims.patient, kinds.of_row, year_of, slots, made.way_of, made.first_figure, made.figures]
        if driver.taken_in and self._by_disease is not None:
            fixed.append(slotted(self._by_disease))
        columns: dict[str, Any] = {**columns_of(claims), "fraud": claims.fraud}
        totals = [np.broadcast_to(self._totals[name], claims.rows) for name in driver.totals]
        return [
            *fixed,
            *(np.ascontiguousarray(columns[name]) for name in driver.columns),
            *(int(columns[name]) for name in driver.single),
            *(np.ascontiguousarray(one) for one in totals),
            *(results[name] for name in driver.results),
        ]

    def _parts(self) -> list[tuple[int, int]]:
        """Return ranges of rows, one a thread, none of which parts a patient's rows."""
        rows, patient = self.claims.rows, self.claims.patient
        threads = max(1, min(os.cpu_count() or 1, rows // _FEWEST_ROWS))
        cuts = [0]
        for thread in range(1, threads):
            cut = max(rows * thread // threads, cuts[-1])
            while self._loop is Loop.CARRIED and 0 < cut < rows and patient[cut] == patient[cut - 1]:
                cut += 1
            cuts.append(cut)
        return [(low, high) for low, high in zip(cuts, [*cuts[1:], rows], strict=True) if low < high]

    def _given_hospital_parts(self) -> bool:
        return bool(np.any(self.claims.hospital_part))

    def _check_hospital_parts(self, results: Mapping[str, Column]) -> None:
        """Refuse a hospital's part above what the funds leave; a case's price takes its place unasked."""
        by_case = np.array([_by_case(kind) for kind in self.kinds.all])[self.kinds.of_row]
        wrong = (self.claims.hospital_part > results["hosp_part_amt"]) & ~by_case
        if np.any(wrong):
            row = int(np.argmax(wrong))
            left = grouped(int(self.claims.total[row] - results["fund_pay_sumamt"][row]))
            why = message("fault.hospital_above_rest", rest=left)
            raise ColumnsRefused((ColumnFault(row, "hospital_part", why, int(np.count_nonzero(wrong))),))


def _slots(kind: RowKind) -> tuple[int, int]:
    return slot_of(kind.disease or 1), kind.special_disease or 0


def _by_case(kind: RowKind) -> bool:
    return kind.major_disease and kind.case is not None and not kind.basic_given and kind.benefit.pooled
