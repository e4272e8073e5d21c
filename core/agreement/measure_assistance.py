"""Medical assistance, measured: percentage, deductible and annual limit of each category."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from core.agreement.receipts import Receipt
from core.agreement.trial import Case, interval
from core.agreement.variants import Variants
from core.agreement.voting import ENOUGH, Bound, Cell, Verdict, vote
from core.money import ONE_PERCENT, WHOLE
from core.tables.watch import Watch
from core.vocabulary import BandOrigin, Population

_MOST: Final = 100_000_00
_MOST_STEPS: Final = 40


def assistance_cells(receipts: Sequence[Receipt], year: int, origin: str, watch: Watch) -> list[Cell]:
    """Return what receipts say of assistance, by category; ``origin`` is that of critical illness's bands.

    Raises Cancelled.
    """
    return _Run(receipts, year, watch).assistance(origin)


class _Run:
    """One run over some receipts."""

    def __init__(self, receipts: Sequence[Receipt], year: int, watch: Watch) -> None:
        self._watch = watch
        self._receipts = receipts
        self._year = year
        self._variants = Variants()

    def _assisted(self, receipt: Receipt, rate: int, deductible: int, limit: int | None) -> int | None:
        """Return what assistance pays of a receipt by a rate, a deductible and a limit (fen)."""
        self._watch.tell("comparing", 0, 0)
        case = receipt.after_basic()
        population = case.claim.population
        policy = self._variants.assistance(
            case.policy, population, percent=rate, deductible=deductible, annual_limit=limit
        )
        used = min(deductible, receipt.assistance_base)
        amounts = case._replace(policy=policy).stood(assistance_deductible=used).settled().amounts
        return amounts.maf_pay if amounts.hifmi_pay == receipt.paid("hifmi_pay") else None

    def assistance(self, origin: str) -> list[Cell]:
        """Return what receipts say of assistance, by category: percentage, deductible, annual limit."""
        by_category: dict[Population, list[Receipt]] = defaultdict(list)
        pooled = [each for each in self._receipts if each.benefit.pooled]
        for each in pooled:
            critical = each.paid("hifmi_pay")
            untold = each.paid("maf_pay") is None or "assistance_base" in each.unstated
            if critical is None or untold or each.row.unknown_category:
                continue
            settled = self._with_critical(each, critical, origin)
            by_category[each.case.claim.population].append(settled)
        cells = []
        for category, receipts in by_category.items():
            paid = [each for each in receipts if each.paid("maf_pay")]
            if paid:
                cells += self._assistance_of(category.value, paid)
        return cells

    def _with_critical(self, receipt: Receipt, paid: int, origin: str) -> Receipt:
        """Return a receipt whose critical-illness payment comes out as made, so that assistance can."""
        case: Case = receipt.after_basic()

        def with_deductible(fen: int) -> Case:
            policy = self._variants.critical(
                case.policy, self._year, band_origin=BandOrigin(origin), deductible=fen
            )
            return receipt.case._replace(policy=policy)

        def payment(fen: int) -> int | None:
            self._watch.tell("comparing", 0, 0)
            return receipt._replace(case=with_deductible(fen)).after_basic().settled().amounts.hifmi_pay

        found = interval(payment, paid, 0, _MOST, rising=False)
        return receipt if found is None else receipt._replace(case=with_deductible(found[0]))

    def _assistance_of(self, category: str, paid: Sequence[Receipt]) -> list[Cell]:
        """Return the cells of a category, whole percentages first, then tenths of one."""
        best = self._best_rate(paid, ONE_PERCENT)
        if best is None or best[0] < max(ENOUGH, len(paid) // 2 + 1):
            finer = self._best_rate(paid, ONE_PERCENT // 10)
            best = finer if best is None or (finer is not None and finer[0] > best[0]) else best
        if best is None:
            return []
        _, rate, verdict = best
        deductible = verdict.value if verdict.value is not None else verdict.low
        return self._assistance_cells(category, paid, rate, deductible, verdict)

    def _best_rate(self, paid: Sequence[Receipt], step: int) -> tuple[int, int, Verdict] | None:
        """Return how many receipts agree on a rate, the rate, and what they say of the deductible beside it.

        The rate is no less than what each receipt was paid of its whole base; a few may be wrong.
        """
        least = sorted(self._least_rate(each, step) for each in paid)
        start = least[-1 - len(least) // 5]
        best: tuple[int, int, Verdict] | None = None
        for steps in range(start, min(WHOLE // step, start + _MOST_STEPS) + 1):
            bounds = [b for each in paid if (b := self._assisted_bound(each, steps * step)) is not None]
            verdict = vote(bounds)
            value = verdict.value if verdict.value is not None else verdict.low
            agreeing = sum(bound.holds(value) for bound in bounds)
            if best is None or agreeing > best[0]:
                best = agreeing, steps * step, verdict
            if agreeing == len(paid) or (len(verdict.by) >= ENOUGH and 3 * agreeing >= 2 * len(paid)):
                break
        return best

    def _least_rate(self, receipt: Receipt, step: int) -> int:
        """Return the least rate, in steps, that brings a receipt's payment about without a deductible."""
        low, high = 0, WHOLE // step
        while low < high:
            middle = (low + high) // 2
            found = self._assisted(receipt, middle * step, 0, None)
            if found is None or found < _paid(receipt):
                low = middle + 1
            else:
                high = middle
        return low

    def _assistance_cells(
        self, category: str, paid: Sequence[Receipt], rate: int, deductible: int, verdict: Verdict
    ) -> list[Cell]:
        agree, stopped, against = [], [], []
        for each in paid:
            unlimited = self._assisted(each, rate, deductible, None)
            if unlimited == _paid(each):
                agree.append(each.id)
            elif unlimited is not None and unlimited > _paid(each):
                stopped.append(each)
            else:
                against.append(each.id)
        going_on = [each for each in paid if each not in stopped]
        limit = vote([*map(_stop, stopped), *map(_no_stop, going_on)])
        by = tuple(agree)
        certain = len(by) >= ENOUGH
        percent = Verdict(rate, by, tuple(against), certain, rate, rate)
        cells = [Cell(f"medical_assistance.percent.{category}", (percent,), percent=True)]
        if deductible:
            cells.append(
                Cell(
                    f"medical_assistance.deductible.{category}",
                    (Verdict(deductible, by, tuple(against), certain and bool(verdict.by), 0, None),),
                )
            )
        cells.append(Cell(f"medical_assistance.annual_limit.{category}", (limit,)))
        return cells

    def _assisted_bound(self, receipt: Receipt, rate: int) -> Bound | None:
        found = interval(
            lambda fen: self._assisted(receipt, rate, fen, None),
            _paid(receipt),
            0,
            _MOST // 10,
            rising=False,
        )
        if found is None:
            return None
        return Bound(receipt.id, found[0], None if found[1] >= _MOST // 10 else found[1])


def _paid(receipt: Receipt) -> int:
    """Return what assistance paid of a receipt that says it (fen)."""
    paid = receipt.paid("maf_pay")
    assert paid is not None
    return paid


def _stop(receipt: Receipt) -> Bound:
    """Return the limit that stopped a payment; no more than its least where an earlier one is not stated."""
    if "assistance_paid" in receipt.unstated:
        return _no_stop(receipt)
    paid = receipt.case.year.assistance_paid + _paid(receipt)
    return Bound(receipt.id, paid, paid)


def _no_stop(receipt: Receipt) -> Bound:
    return Bound(receipt.id, receipt.case.year.assistance_paid + _paid(receipt), None)
