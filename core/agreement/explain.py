"""The kinds of a difference: which one thing of ours, or which two, make every amount equal."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

from core.agreement.basic_changes import (
    Neighbour,
    band_changes,
    deductible_changes,
    level_changes,
    searched_totals,
    totals_changes,
)
from core.agreement.bill_changes import bill_changes
from core.agreement.later_changes import (
    assistance_changes,
    category_changes,
    critical_changes,
    rounded_once,
    searched_assistance,
    searched_burden,
    searched_deductible,
)
from core.agreement.trial import BASIC, Case, OneChange, Target, Trials
from core.agreement.variants import Variants

Way = tuple[OneChange, ...]
"""Changes that together make every amount equal: one, or two."""

_MOST = 2
_FIRSTS: Final = 8
UNSURE: Final = ("band_totals", "critical_totals", "deductible_transfer")
"""Kinds that need a sum of another settlement: told beside a second kind only where nothing else does."""
_PAYERS: Final = ("hifp_pay", "hifmi_pay", "maf_pay")

ORDER: Final = (
    "settled_twice", "refund_one_side", "several_rows", "non_fund_row", "fund_code", "own_pay", "over_limit",
    "elsewhere", "category_b", "hospital_part", "deductible_number", "level", "deductible_level",
    "deductible_waived", "deductible_transfer", "category", "critical_tilt", "band_axis", "rate_year",
    "annual_limit", "rounding", "critical_origin", "critical_deductible", "critical_cap", "assistance",
    "band_totals", "critical_totals", "month",
)  # fmt: skip
"""The kinds, the likelier first where nothing else tells them apart."""


class Explainer:
    """Finds ways for the rows of a run; the policies that it tries are kept from row to row."""

    def __init__(self) -> None:
        self._variants = Variants()

    def ways(
        self, case: Case, target: Target, shifted: Target, other: int, neighbours: tuple[Neighbour, ...]
    ) -> list[Way]:
        """Return each way of the fewest changes from our case to the target, empty where there is none.

        ``shifted`` is the target without what its sum of funds holds that is no fund (the same where it holds
        nothing else), ``other`` (fen) what funds paid that no settlement of ours knows.
        """
        start: Way = ()
        if shifted != target:
            start = (OneChange("non_fund_row", "", case),)
        ways: list[Way] = []
        for moved in _moved(shifted, other):
            ways += self._to(case, moved, (*start, OneChange("fund_code", "", case)), ())
        ways = ways or self._to(case, shifted, start, neighbours)
        if not ways and not start:
            own = Trials(shifted).amounts(case)
            ways = [
                way
                for moved in _merged(shifted, own)
                for way in self._to(case, moved, (OneChange("fund_code", "", case),), ())
                if len(way) == 1
            ]
        return ways

    def _to(self, case: Case, target: Target, used: Way, neighbours: tuple[Neighbour, ...]) -> list[Way]:
        """Return the ways to a target that go on from changes already made."""
        trials = Trials(target)
        found: list[Way] = []
        pending: list[tuple[Way, Case]] = []
        for bill in bill_changes(case, trials, self._variants):
            way = (*used, *bill)
            last = bill[-1].case if bill else case
            if len(way) > _MOST:
                continue
            if trials.agrees(last):
                found.append(way)
            else:
                pending.append((way, last))
        if found:
            return [way for way in found if way]
        for way, start in pending:
            if len(way) < _MOST:
                found += [(*way, change) for change in self._single(start, trials, neighbours, bool(way))]
        if found:
            return found
        for way, start in pending:
            if not way:
                found += self._pairs(start, trials, neighbours)
        return found

    # ---- one change

    def _single(
        self, case: Case, trials: Trials, neighbours: tuple[Neighbour, ...], beside: bool
    ) -> list[OneChange]:
        """Return each single change that makes all equal. ``beside``: another one is made already."""
        named = [
            change
            for change in self._named(case, trials, neighbours)
            if not trials.spent and trials.agrees(change.case)
        ]
        firm = [change for change in named if not change.loose]
        if beside and any(change.kind not in UNSURE for change in firm):
            return [change for change in firm if change.kind not in UNSURE]
        searched = [
            change
            for change in self._searched(case, trials)
            if not (beside and (firm or _free(change))) and trials.agrees(change.case)
        ]
        return [*firm, *(change for change in named if change.loose and not beside), *searched]

    def _named(self, case: Case, trials: Trials, neighbours: tuple[Neighbour, ...]) -> Iterator[OneChange]:
        """Yield the changes that the first differing layer may come from, no sum of the row among them."""
        amounts = trials.amounts(case)
        if not trials.matches(amounts, *BASIC):
            yield from self._basic(case, trials, neighbours, amounts)
            return
        if not trials.matches(amounts, "hifmi_pay"):
            yield from category_changes(case)
            yield from critical_changes(case, trials, self._variants, neighbours)
            yield from searched_deductible(case, trials, self._variants)
            if rounded_once(case, trials):
                # what later layers make of the fen follows from it
                yield OneChange("rounding", "critical", case)
            return
        if not trials.matches(amounts, "maf_pay"):
            yield from category_changes(case)
            yield from assistance_changes(case, self._variants)

    def _basic(
        self,
        case: Case,
        trials: Trials,
        neighbours: tuple[Neighbour, ...],
        amounts: dict[str, int | None],
    ) -> Iterator[OneChange]:
        yield from level_changes(case)
        stated = "act_pay_dedc" in trials.target
        fits = trials.matches(amounts, "act_pay_dedc")
        if not fits or not stated:
            yield from deductible_changes(case, trials, self._variants, neighbours)
        if fits:
            yield from band_changes(case, trials, self._variants, neighbours)
        elif case.claim.benefit.pooled:
            yield from totals_changes(case, neighbours, "band_totals")

    def _searched(self, case: Case, trials: Trials) -> Iterator[OneChange]:
        """Yield the changes by a sum that is worked out of the row alone."""
        amounts = trials.amounts(case)
        if not case.claim.benefit.pooled or not trials.matches(amounts, "act_pay_dedc"):
            return
        if not trials.matches(amounts, "hifp_pay"):
            yield from searched_totals(case, trials)
        elif not trials.matches(amounts, "hifmi_pay"):
            yield from searched_burden(case, trials)
        elif not trials.matches(amounts, "maf_pay"):
            yield from searched_assistance(case, trials, self._variants)

    # ---- two changes

    def _pairs(self, case: Case, trials: Trials, neighbours: tuple[Neighbour, ...]) -> list[Way]:
        """Return each pair of changes that makes every amount equal, no loose one among them."""
        amounts = trials.amounts(case)
        if trials.matches(amounts, *BASIC):
            firsts: Iterable[OneChange] = chain(
                category_changes(case), critical_changes(case, trials, self._variants, neighbours)
            )
            return self._further(firsts, trials, neighbours)
        settled = [(change, trials.amounts(change.case)) for change in self._firm(case, trials, neighbours)]
        basic = [change for change, amounts in settled if trials.matches(amounts, *BASIC)]
        if basic:
            return self._further(basic[:_FIRSTS], trials, neighbours)
        deductible = [
            change
            for change, amounts in settled
            if trials.matches(amounts, "act_pay_dedc") and not trials.matches(amounts, "hifp_pay")
        ]
        return [
            (first, second)
            for first in deductible[:_FIRSTS]
            for second in band_changes(first.case, trials, self._variants, neighbours)
            if first.kind != second.kind and not trials.spent and trials.agrees(second.case)
        ]

    def _firm(self, case: Case, trials: Trials, neighbours: tuple[Neighbour, ...]) -> list[OneChange]:
        return [
            change
            for change in self._basic(case, trials, neighbours, trials.amounts(case))
            if not change.loose
        ]

    def _further(
        self, firsts: Iterable[OneChange], trials: Trials, neighbours: tuple[Neighbour, ...]
    ) -> list[Way]:
        """Return the pairs of some first changes with a second one in the layer that still differs."""
        found: list[Way] = []
        for first in firsts:
            if first.loose or trials.spent:
                continue
            amounts = trials.amounts(first.case)
            if not trials.matches(amounts, *BASIC):
                continue
            for second in self._named(first.case, trials, neighbours):
                if second.loose or second.kind == first.kind or trials.spent:
                    continue
                if trials.agrees(second.case) and not _is_there(found, first, second):
                    found.append((first, second))
        return found


def _is_there(found: list[Way], first: OneChange, second: OneChange) -> bool:
    """Return whether two changes were found already, in the other order."""
    keys = {first.key, second.key}
    return any({change.key for change in way} == keys for way in found)


def _free(change: OneChange) -> bool:
    """Return whether a change needs a sum that is no whole yuan."""
    return change.loose and isinstance(change.value, int) and change.value % 100 != 0


def _moved(target: Target, other: int) -> Iterator[dict[str, int]]:
    """Yield the target with what unknown funds paid given to each payer that we know."""
    if other <= 0:
        return
    for name in ("hifmi_pay", "maf_pay", "hifp_pay"):
        if name in target:
            yield {**target, name: target[name] + other}


def _merged(target: Target, own: dict[str, int | None]) -> Iterator[dict[str, int]]:
    """Yield the target with a payer's whole sum, which stands under another payer there, put back."""
    for short in _PAYERS:
        for long in _PAYERS:
            lent = own[short]
            if short == long or short not in target or long not in target or not lent:
                continue
            if target[short] == 0 and target[long] >= lent:
                yield {**target, short: lent, long: target[long] - lent}


def kinds_of(way: Way) -> list[str]:
    """Return the kinds of a way, each once."""
    return list(dict.fromkeys(change.kind for change in way))


def likelier(way: Way, shared: int) -> tuple[object, ...]:
    """Return what ways are ordered by: no loose sum, few changes, shared by many rows, the usual kinds."""
    loose = sum(change.loose for change in way)
    return (loose, len(way), -shared, sum(ORDER.index(change.kind) for change in way))
