"""The parts of a bill that differ: own pay, over the limit, first share, care elsewhere, hospital."""

from collections.abc import Iterator

from core.agreement.trial import Case, OneChange, Target, Trials
from core.agreement.variants import Variants
from core.claim import Claim
from core.money import ONE_PERCENT, WHOLE, share
from core.vocabulary import Care

_MOST_PERCENT = 50


def bill_changes(case: Case, trials: Trials, variants: Variants) -> Iterator[tuple[OneChange, ...]]:
    """Yield each way to bring our bill to the one that the platform states; one of no changes if it is.

    What differs is stated, so that no sum is looked for. A way of more than two changes is none.
    """
    target = trials.target
    if target.get("medfee_sumamt", case.claim.total) != case.claim.total:
        return
    changes = _outside_scope(case, target)
    if changes is None:
        return
    start = changes[-1].case if changes else case
    for first in _first_shares(start, trials, variants):
        way = (*changes, *first)
        last = way[-1].case if way else case
        hospital = target.get("hosp_part_amt")
        if hospital is not None and hospital != last.claim.hospital_part and not last.claim.by_case:
            if not 0 <= hospital <= last.claim.total:
                continue
            way = (*way, OneChange("hospital_part", hospital, last.claimed(hospital_part=hospital)))
        if len(way) <= 2:
            yield way


def _outside_scope(case: Case, target: Target) -> tuple[OneChange, ...] | None:
    """Return the changes of own pay and of what lies over the limit, None where they cannot be."""
    claim = case.claim
    own_before = claim.total - claim.eligible - claim.over_limit
    own = target.get("fulamt_ownpay_amt")
    over = target.get("overlmt_selfpay", claim.over_limit)
    if own is None:
        own = _own_that_follows(claim, target, over)
    if own < 0 or over < 0 or own + over > claim.total:
        return None
    if own == own_before and over == claim.over_limit:
        return ()
    if over != claim.over_limit and (own == own_before or own + over == own_before + claim.over_limit):
        changed = _billed(case, own, over)
        return None if changed is None else (OneChange("over_limit", over, changed),)
    if over == claim.over_limit:
        changed = _billed(case, own, over)
        return None if changed is None else (OneChange("own_pay", own, changed),)
    first = _billed(case, own, claim.over_limit)
    second = _billed(case, own, over)
    if first is None or second is None:
        return None
    return OneChange("own_pay", own, first), OneChange("over_limit", over, second)


def _own_that_follows(claim: Claim, target: Target, over: int) -> int:
    """Return own pay as it follows from the stated parts, else ours (fen)."""
    scope, first = target.get("inscp_scp_amt"), target.get("preselfpay_amt")
    if scope is None or first is None:
        return claim.total - claim.eligible - claim.over_limit
    return claim.total - over - scope - first


def _billed(case: Case, own: int, over: int) -> Case | None:
    """Return the case with another own pay and another part over the limit (fen)."""
    eligible = case.claim.total - own - over
    if eligible < case.claim.category_b:
        return None
    return case.claimed(eligible=eligible, over_limit=over)


def _first_shares(case: Case, trials: Trials, variants: Variants) -> Iterator[tuple[OneChange, ...]]:
    """Yield the ways to come to the first share that is stated: as it is, care elsewhere, Category B."""
    amounts = trials.amounts(case)
    if trials.matches(amounts, "preselfpay_amt", "inscp_scp_amt"):
        yield ()
        return
    stated = trials.target.get("preselfpay_amt")
    if stated is None:
        scope = trials.target.get("inscp_scp_amt")
        if scope is None:
            return
        stated = case.claim.eligible - scope
    if not 0 <= stated <= case.claim.eligible:
        return
    ways = [*_elsewhere(case, variants, stated)]
    category_b = _category_b(case, stated)
    if category_b is not None:
        ways.insert(0 if _is_a_share_of_b(case.claim, category_b.case.claim) else len(ways), category_b)
    for change in ways:
        if trials.matches(trials.amounts(change.case), "preselfpay_amt", "inscp_scp_amt"):
            yield (change,)


def _is_a_share_of_b(claim: Claim, changed: Claim) -> bool:
    """Return whether the first share was taken or not, or is a whole percentage of the known amount."""
    if not changed.category_b:
        return True
    amount = claim.category_b_amount
    return amount is not None and any(
        share(amount, percent * ONE_PERCENT) == changed.category_b for percent in range(1, 101)
    )


def _category_b(case: Case, stated: int) -> OneChange | None:
    """Return the case with another first share of Category B, care as it is."""
    base, fen = case.claim.eligible, stated
    terms = None if case.claim.care is Care.LOCAL else case.policy.elsewhere(case.claim.care)
    rate = getattr(terms, "rate", 0)
    if rate:
        low, high = 0, stated
        while low < high:  # what is paid first rises with it
            middle = (low + high) // 2
            if middle + share(base - middle, rate) < stated:
                low = middle + 1
            else:
                high = middle
        fen = low
    if fen == case.claim.category_b or fen > base:
        return None
    return OneChange("category_b", fen, case.claimed(category_b=fen, category_b_amount=None))


def _elsewhere(case: Case, variants: Variants, stated: int) -> Iterator[OneChange]:
    """Yield the case as care at another place: by the region's shares, else by a whole percentage."""
    base = case.claim.eligible - case.claim.category_b
    for care in Care:
        if care is case.claim.care:
            continue
        rate = 0 if care is Care.LOCAL else getattr(case.policy.elsewhere(care), "rate", None)
        if rate is not None and case.claim.category_b + share(base, rate) == stated:
            yield OneChange("elsewhere", care.value, case.claimed(care=care))
    region = case.policy.region.elsewhere
    if region.referred_percent is not None or region.unreferred_percent is not None or not base:
        return
    percent = round((stated - case.claim.category_b) * WHOLE / base / ONE_PERCENT)
    if 1 <= percent <= _MOST_PERCENT and share(base, percent * ONE_PERCENT) == stated - case.claim.category_b:
        policy = variants.room(case.policy, "elsewhere", referred_percent=percent * ONE_PERCENT)
        changed = case.claimed(care=Care.ELSEWHERE_REFERRED)._replace(policy=policy)
        yield OneChange("elsewhere", f"{percent}%", changed)
