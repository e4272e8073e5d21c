"""A settlement tried again with one thing changed, and held against what the platform states."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from core.agreement.result_row import AMOUNTS, ResultRow
from core.claim import Claim, YearToDate
from core.policy.select import Policy
from core.settle import settle_by
from core.settlement import Settlement

BASIC: Final = ("act_pay_dedc", "hifp_pay")
"""The amounts of the first layer."""


class Case(NamedTuple):
    """A claim with all that it is settled by: the policy, the day of the rules, and that year's totals."""

    policy: Policy
    claim: Claim
    day: date
    year: YearToDate

    def settled(self) -> Settlement:
        """Return the case settled by the program's own rules."""
        return settle_by(self.policy, self.claim, self.day, self.year)

    def claimed(self, **cells: Any) -> "Case":
        """Return the case with cells of its claim changed."""
        return self._replace(claim=self.claim._replace(**cells))

    def stood(self, **totals: Any) -> "Case":
        """Return the case with totals before it changed."""
        return self._replace(year=self.year._replace(**totals))


def counts_category_b(case: Case) -> bool | None:
    """Return whether a year's critical illness counts the first share, None where nobody says."""
    rule = case.policy.critical_rule(case.day)
    if rule is not None:
        return rule.section.scope.counts_category_b
    stated = case.policy.region.critical_illness.get(case.day.year)
    return None if stated is None else stated.counts_category_b


class OneChange(NamedTuple):
    """One thing that may be otherwise: its kind, what it would be, and the case with it.

    ``value`` tells two changes of a kind apart and is what a reader is told: an amount (fen) as an ``int``,
    anything else as text. ``loose``: the value was worked out from this row alone, a sum that nothing else
    states.
    """

    kind: str
    value: int | str
    case: Case
    loose: bool = False

    @property
    def key(self) -> tuple[str, int | str]:
        """What other rows may share."""
        return (self.kind, "" if self.loose else self.value)


Target = Mapping[str, int]
"""The amounts that the platform states (fen), each by its name; what it does not state is not there."""


def target_of(row: ResultRow) -> dict[str, int]:
    """Return the amounts of a row as ours are compared with them.

    The share paid first for care elsewhere belongs to the first one, where it has a column of its own. What
    funds and patient leave of the bill is the hospital's, where nothing else is said of it.
    """
    target = {name: row.amounts[name] for name in AMOUNTS if name in row.amounts}
    share = row.amounts.get("elsewhere_pay")
    parts = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt", "medfee_sumamt")
    if share and all(name in target for name in parts):
        *each, total = (target[name] for name in parts)
        if sum(each) == total - share:
            target["preselfpay_amt"] += share
    payers = ("medfee_sumamt", "fund_pay_sumamt", "psn_part_amt")
    if "hosp_part_amt" not in target and all(name in target for name in payers):
        total, funds, patient = (target[name] for name in payers)
        target["hosp_part_amt"] = total - funds - patient
    return target


def amounts_of_case(case: Case, settlement: Settlement) -> dict[str, int | None]:
    """Return our amounts as the platform prints them: its first share holds that for care elsewhere."""
    amounts: dict[str, int | None] = settlement.amounts._asdict()
    return with_share(amounts, case.claim)


def with_share(amounts: dict[str, int | None], claim: Claim) -> dict[str, int | None]:
    """Add the share paid first for care elsewhere to the first share."""
    scope, first = amounts["inscp_scp_amt"], amounts["preselfpay_amt"]
    if scope is not None and first is not None:
        amounts["preselfpay_amt"] = first + claim.in_scope - scope
    return amounts


def differing(amounts: Mapping[str, int | None], target: Target) -> dict[str, tuple[int | None, int]]:
    """Return each amount that differs: ours (None: not known) and theirs (fen)."""
    return {name: (amounts[name], stated) for name, stated in target.items() if amounts[name] != stated}


class Trials:
    """Settles cases for one row and counts how often, so that no row takes for ever.

    ``agrees`` says whether every stated amount comes out, ``matches`` whether some do.
    """

    MOST: Final = 900

    def __init__(self, target: Target) -> None:
        self.target = target
        self.count = 0

    @property
    def spent(self) -> bool:
        """True where enough was tried."""
        return self.count >= self.MOST

    def amounts(self, case: Case) -> dict[str, int | None]:
        """Return the amounts of a case as the platform prints them."""
        self.count += 1
        return amounts_of_case(case, case.settled())

    def agrees(self, case: Case) -> bool:
        """Return whether every amount that the platform states comes out."""
        amounts = self.amounts(case)
        return all(amounts[name] == stated for name, stated in self.target.items())

    def matches(self, amounts: Mapping[str, int | None], *names: str) -> bool:
        """Return whether some amounts are as the platform states them, where it does."""
        return all(name not in self.target or amounts[name] == self.target[name] for name in names)


def interval(
    value: Callable[[int], int | None], wanted: int, low: int, high: int, rising: bool
) -> tuple[int, int] | None:
    """Return the first and the last argument between two that give what is wanted; None where none does.

    ``value`` must rise (or fall) all the way, standing still where it likes. A missing figure gives None.
    """

    def reached(argument: int, beyond: bool) -> bool:
        """Return whether the value has reached (or passed) what is wanted; a missing figure never has."""
        found = value(argument)
        if found is None:
            return True
        if beyond:
            return found > wanted if rising else found < wanted
        return found >= wanted if rising else found <= wanted

    def first(start: int, end: int, beyond: bool) -> int:
        """Return the first argument from ``start`` on that has reached it, ``end`` where none before has."""
        while start < end:
            middle = (start + end) // 2
            if reached(middle, beyond):
                end = middle
            else:
                start = middle + 1
        return start

    begin = first(low, high + 1, False)
    if begin > high or value(begin) != wanted:
        return None
    if not reached(high, True):
        return begin, high
    step = 1
    while begin + step < high and not reached(begin + step, True):
        step *= 2
    return begin, first(begin + step // 2, min(begin + step, high), True) - 1


_ROUND: Final = (100_000, 10_000, 1_000, 100)
"""Thousand, hundred, ten yuan, one yuan (fen), the roundest first."""


def roundest(found: tuple[int, int], least: int = 100) -> int | None:
    """Return the roundest amount of whole yuan within an interval (fen), None where none lies in it.

    ``least`` is the smallest unit that is looked for (fen).
    """
    begin, end = found
    for unit in _ROUND:
        if unit < least:
            return None
        amount = -(-begin // unit) * unit
        if amount <= end:
            return amount
    return None
