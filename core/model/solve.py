"""The least whole yuan of a figure that keeps a year's spending within a budget, found exactly."""

from collections.abc import Sequence
from functools import partial
from typing import Final, NamedTuple

import numpy as np

from core.messages import Fault, message
from core.model.blocks import Block, ClaimSource
from core.model.columns import Column
from core.model.engine import sum_scenarios
from core.model.levers import Lever, with_levers
from core.model.tally import AMOUNTS
from core.money import MOST_DIGITS
from core.policy.select import Policy
from core.tables.watch import Watch

_AT_ONCE: Final = 4
"""The values that are tried in one pass over the claims."""
_NEAR: Final = 3
"""So many values below the answer are settled as well, as rounding may bend a line that falls."""
_FINER: Final = 64
_HARDEST: Final = (0, 10**MOST_DIGITS - 1)
"""The least and the most yuan that a sum may be: a figure that takes both is no percentage and no choice."""
_LAYERS: Final = {"critical_illness": "hifmi_pay", "medical_assistance": "maf_pay"}
CRITICAL_FUND: Final = "critical"
_FUNDS: Final = {"hifp_pay": "basic", "hifmi_pay": CRITICAL_FUND, "maf_pay": "assistance"}


class Solved(NamedTuple):
    """The least whole yuan of a figure with which the year is within the budget (fen).

    ``fund`` is whose spending is meant: ``basic``, ``critical`` or ``assistance``. ``spent`` is the year's
    with the figure, ``below`` with one yuan less (None: the figure is 0), ``above`` with one yuan more (fen).
    """

    path: str
    yuan: int
    fund: str
    budget: int
    spent: int
    below: int | None
    above: int


def fund_of(path: str) -> str:
    """Return whose spending a figure decides: that of its own layer."""
    return _FUNDS[_LAYERS.get(path.partition(".")[0], "hifp_pay")]


def path_fault(source: ClaimSource, path: str, year: int) -> Fault | None:
    """Return why a figure cannot be sought, None where it can: it has to be a sum in yuan."""
    tried = _policies(source, path, 1, year)
    if isinstance(tried, Fault):
        return tried if tried.message.id == "model.fault.path" else _no_sum(path)
    every = [_policies(source, path, yuan, year) for yuan in _HARDEST]
    return _no_sum(path) if any(isinstance(each, Fault) for each in every) else None


def _no_sum(path: str) -> Fault:
    return Fault("solve", message("model.fault.no_sum", path=path))


def solve(source: ClaimSource, path: str, budget: int, year: int, watch: Watch) -> Solved | Fault:
    """Return the least whole yuan of a figure that keeps its layer's spending within a budget (fen).

    More of a deductible never costs its layer more, so that narrowing down finds the figure; the answer, and
    some yuan below it, are then settled and looked at. A fault tells that the figure cannot be put in, that
    more of it costs more (a cap), or that none keeps the budget. Raises ColumnsRefused and Cancelled.
    """
    fault = path_fault(source, path, year)
    if fault is not None:
        return fault
    spending = _Spending(source, path, year, watch)
    most = _most(source, watch)
    nothing, everything = spending.of([0])[0], spending.of([most])[0]
    if nothing < everything:
        return Fault("solve", message("model.fault.rises", path=path))
    if everything > budget:
        return Fault("solve", message("model.fault.no_figure", path=path))
    least = _least(spending, budget, most)
    spending.of(_below(least))
    while within := [value for value in _below(least) if spending.of([value])[0] <= budget]:
        least = within[0]
    below = None if least == 0 else spending.of([least - 1])[0]
    spent, above = spending.of([least, least + 1])
    return Solved(path, least, fund_of(path), budget, spent, below, above)


def _below(yuan: int) -> list[int]:
    return list(range(max(0, yuan - _NEAR), yuan))


def _least(spending: "_Spending", budget: int, most: int) -> int:
    """Narrow down to the first value within the budget; ``most`` is within it, or 0 is.

    Each pass tries the middle, and some values about where a straight line would meet the budget.
    """
    low, high = 0, most
    over, under = spending.of([low, high])
    if over <= budget:
        return 0
    while high - low > 1:
        meets = low + (high - low) * (over - budget) // max(1, over - under)
        around = (high - low) // _FINER + 1
        tried = {meets - around, meets, meets + around, (low + high) // 2}
        values = sorted({min(max(value, low + 1), high - 1) for value in tried})
        for value, spent in zip(values, spending.of(values), strict=True):
            if spent <= budget:
                high, under = value, spent
                break
            low, over = value, spent
    return high


class _Spending:
    """A layer's spending of the year by the value of one figure; each value is settled once."""

    def __init__(self, source: ClaimSource, path: str, year: int, watch: Watch) -> None:
        self._source = source
        self._path = path
        self._year = year
        self._watch = watch
        self._amount = _LAYERS.get(path.partition(".")[0], "hifp_pay")
        self._known: dict[int, int] = {}

    def of(self, values: Sequence[int]) -> list[int]:
        """Return the spending (fen) with each of some values (yuan)."""
        new = [value for value in values if value not in self._known]
        for first in range(0, len(new), _AT_ONCE):
            self._settle(new[first : first + _AT_ONCE])
        return [self._known[value] for value in values]

    def _settle(self, values: Sequence[int]) -> None:
        scenarios = []
        for value in values:
            policies = _policies(self._source, self._path, value, self._year)
            assert not isinstance(policies, Fault)
            scenarios.append(policies)
        sums = np.zeros(len(values), np.int64)
        for part in self._source.engine.each(partial(_spent, scenarios, self._amount), self._watch):
            sums += part
        self._known.update(zip(values, map(int, sums), strict=True))


def _policies(source: ClaimSource, path: str, yuan: int, year: int) -> list[Policy] | Fault:
    """Return a source's policies with another value of a figure, or why it cannot be put in."""
    changed = []
    for policy in source.policies.all:
        other = with_levers(policy, (Lever(path, str(yuan)),), year)
        if isinstance(other, Fault):
            return other._replace(field="solve")
        changed.append(other)
    return changed


def _spent(scenarios: Sequence[Sequence[Policy]], amount: str, block: Block) -> Column:
    """Return what a block's claims come to in each scenario (fen)."""
    cell = np.zeros(block.claims.rows, np.int64)
    sums = sum_scenarios(block.claims, scenarios, cell, 1, AMOUNTS, block.totals)
    spent: Column = sums[:, 0, AMOUNTS.index(amount)]  # the loop of the tally: no other one is compiled
    return spent


def _most(source: ClaimSource, watch: Watch) -> int:
    """Return a sum in yuan that no patient's year reaches."""
    return max(source.engine.each(_most_of, watch), default=0) // 100 + 2


def _most_of(block: Block) -> int:
    patient = block.claims.patient
    if not len(patient):
        return 0
    first = np.flatnonzero(np.append(True, patient[1:] != patient[:-1]))
    return int(np.add.reduceat(block.claims.eligible, first).max())
