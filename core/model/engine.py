"""Settle columns: every claim by the rules of one patient, each patient's year in order.

`settle_columns` is the whole of it for one set of policies. `settle_scenarios` is the same claims by several
sets, and `sum_scenarios` keeps only sums of them, so that it needs no room for the rows.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from core.claim import NOTHING_YET, BasicSettlement, Claim, Enrolment
from core.missing import say
from core.model.columns import (
    AFTER,
    AMOUNTS,
    CRITICAL,
    NOT_GIVEN,
    PARTS,
    RESULTS,
    TOTALS,
    WORDS,
    ClaimColumns,
    Column,
    ColumnFault,
    ColumnsRefused,
    ResultColumns,
    TotalsColumns,
)
from core.policy.select import Policy
from core.settle import settle_by
from core.settlement import Settlement

EPOCH: Final = date(1970, 1, 1)


def settle_columns(
    claims: ClaimColumns,
    policies: Sequence[Policy],
    wanted: Sequence[str] = RESULTS,
    totals: TotalsColumns | None = None,
) -> ResultColumns:
    """Settle every claim by the rules in force on its day of discharge.

    ``policies`` are those that the claims' ``policy`` names, ``wanted`` the columns of `RESULTS` to return,
    ``totals`` those of each patient's year before its first claim (None: nothing yet). Raises ColumnsRefused
    where a row cannot be settled, or where a figure that it needs is missing.
    """
    results = {name: np.zeros(claims.rows, np.int64) for name in wanted}
    patient, year_of = None, None
    year = NOTHING_YET
    columns = {name: claims.column(name) for name in ClaimColumns.__slots__ if name not in ("fraud", "cases")}
    for row in range(claims.rows):
        claim = _claim(claims, columns, row)
        if (int(columns["patient"][row]), claim.discharged.year) != (patient, year_of):
            patient, year_of = int(columns["patient"][row]), claim.discharged.year
            year = NOTHING_YET
            if totals is not None:
                before: dict[str, Any] = {name: _at(getattr(totals, name), row) for name in TOTALS}
                year = year._replace(**before)
        settlement = settle_by(policies[int(columns["policy"][row])], claim, claim.discharged, year)
        if settlement.year_to_date is None:
            faults = (ColumnFault(row, figure.path, say(figure)) for figure in settlement.missing)
            raise ColumnsRefused(tuple(faults))
        year = settlement.year_to_date
        for name in wanted:
            results[name][row] = _result(settlement, name)
    return ResultColumns(results)


def settle_scenarios(
    claims: ClaimColumns,
    scenarios: Sequence[Sequence[Policy]],
    wanted: Sequence[str] = RESULTS,
    totals: TotalsColumns | None = None,
) -> Iterator[ResultColumns]:
    """Settle the same claims by each scenario's policies, one result after the other.

    A result is to be used before the next one is asked for: the next is written over it.
    """
    for policies in scenarios:
        yield settle_columns(claims, policies, wanted, totals)


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
            np.add.at(sums[place, :, position], cell, results[name])
    return sums


def _at(value: Column | int, row: int) -> int:
    return int(value[row]) if isinstance(value, np.ndarray) else value


def _claim(claims: ClaimColumns, columns: dict[str, Column], row: int) -> Claim:
    cells: dict[str, Any] = {name: int(column[row]) for name, column in columns.items()}
    for name, words in WORDS.items():
        cells[name] = list(words)[cells[name]]
    day = EPOCH + timedelta(days=cells.pop("day"))
    for name in ("patient", "policy"):
        cells.pop(name)
    for name in ("chain_paid", "special_disease", "disease"):
        cells[name] = None if cells[name] == NOT_GIVEN else cells[name]
    for name in ("major_disease", "specific_item", "two_disease_drugs"):
        cells[name] = bool(cells[name])
    cells["case"] = None if cells["case"] == NOT_GIVEN else claims.cases[cells["case"]]
    paid, deductible = cells.pop("basic_fund_paid"), cells.pop("basic_deductible")
    fraud: tuple[int, ...] = ()
    if claims.fraud is not None:
        fraud = tuple(int(one) for one in claims.fraud[row] if one != NOT_GIVEN)
    years = [cells.pop(f"{name}_years") for name in ("consecutive", "zero_claim", "gap")]
    enrolment = Enrolment(years[0], years[1], years[2], fraud)
    return Claim(
        admitted=day,
        discharged=day,
        settled=day,
        basic_settlement=None if paid == NOT_GIVEN else BasicSettlement(paid, deductible),
        enrolment=enrolment,
        **cells,
    )


def _result(settlement: Settlement, name: str) -> int:
    parts, after, outcome = settlement.patient_parts, settlement.year_to_date, settlement.critical
    assert parts is not None
    assert after is not None
    if name in AMOUNTS:
        value = getattr(settlement.amounts, name)
    elif name in PARTS:
        value = getattr(parts, name.removeprefix("part."))
    elif name in AFTER:
        value = getattr(after, name.removeprefix("after."))
    else:
        assert name in CRITICAL
        value = None if outcome is None else getattr(outcome, name.removeprefix("critical_"))
    return NOT_GIVEN if value is None else int(value)
