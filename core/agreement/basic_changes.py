"""What may be otherwise in the basic layer: the deductible, the level, the bands, the limit, the rounding."""

from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple

from core.agreement.trial import Case, OneChange, Trials, interval, roundest
from core.agreement.variants import Variants
from core.claim import BasicSettlement, YearToDate
from core.money import WHOLE, share
from core.policy.regions import at_level
from core.vocabulary import (
    BandAxis,
    Benefit,
    DeductiblePeriod,
    Level,
    Transfer,
    TransferDown,
    TransferUp,
)

NO_LIMIT: Final = 10**12
_MOST_TOTAL: Final = 10**11
_YEARS: Final = (-1, -2, -3, 1)
_LEVELS: Final = (Level.LEVEL_1, Level.LEVEL_2, Level.LEVEL_3)
_ROOMS: Final = {
    Benefit.SPECIAL_OUTPATIENT: "special_outpatient",
    Benefit.DAY_SURGERY: "special_outpatient",
    Benefit.COMMON_OUTPATIENT: "common_outpatient",
}
_USED: Final = {
    "special_outpatient": "special_outpatient_deductible",
    "common_outpatient": "common_outpatient_deductible",
}


class Neighbour(NamedTuple):
    """Another settlement of the same person in the year, on either side (fen).

    ``ours``: our totals may hold it. It may be what their totals lack, or have beyond ours. ``whole`` are the
    totals before the row as the platform itself states them; ``added`` is then how far they differ from ours.
    ``deductible`` is None where it is not stated. ``most`` is the most that it may have added where it does
    not state all of that, ``added`` the least.
    """

    ours: bool
    added: YearToDate
    deductible: int | None = None
    whole: YearToDate | None = None
    most: YearToDate | None = None


def level_changes(case: Case) -> Iterator[OneChange]:
    """Yield the case at each other level; a village clinic, which often settles as level 1, comes last."""
    for level in (*_LEVELS, Level.VILLAGE_CLINIC):
        if level is not case.claim.level:
            yield OneChange("level", level.value, case.claimed(level=level))


def deductible_changes(
    case: Case, trials: Trials, variants: Variants, neighbours: tuple[Neighbour, ...]
) -> Iterator[OneChange]:
    """Yield the case with each deductible that it could have by the region's own figures."""
    if case.claim.benefit is Benefit.INPATIENT:
        yield from _inpatient(case, trials, variants, neighbours)
    elif case.claim.benefit is Benefit.CHRONIC_OUTPATIENT:
        policy = variants.room(case.policy, "chronic_outpatient", deductible=0)
        yield OneChange("deductible_waived", 0, case._replace(policy=policy))
        yield OneChange("deductible_number", 1, case.stood(chronic={}))
    else:
        yield from _visit(case, variants, _ROOMS[case.claim.benefit])


def _inpatient(
    case: Case, trials: Trials, variants: Variants, neighbours: tuple[Neighbour, ...]
) -> Iterator[OneChange]:
    table = case.policy.region.inpatient.deductible
    level, figures = at_level(table, case.claim.level)
    if table is None or figures is None:
        return

    def with_figure(fen: int, base: Case = case) -> Case:
        return base._replace(policy=variants.level_cell(base.policy, "inpatient", level, (fen,)))

    number = case.year.admissions
    own = figures[min(number, len(figures) - 1)]
    for place, figure in enumerate(figures, 1):
        if figure != own:
            yield OneChange("deductible_number", place, with_figure(figure))
    pack: set[int] = set(figures)
    for other in _LEVELS:
        others = getattr(table, other)
        if others is not None and other is not level:
            pack.update(others)
            yield OneChange(
                "deductible_level", other.value, with_figure(others[min(number, len(others) - 1)])
            )
    plain = case.claimed(transfer=Transfer.NONE, chain_paid=None)
    if case.claim.transfer is not Transfer.DOWN:
        yield OneChange("deductible_waived", 0, with_figure(0, plain))
    yield from _transfers(case, plain, variants)
    elsewhere = {each.deductible for each in neighbours if each.deductible is not None}
    for paid in sorted((pack | elsewhere) - {0, case.claim.chain_paid}):
        moved = case.claimed(transfer=Transfer.UP, chain_paid=paid)
        yield OneChange("deductible_transfer", paid, moved)
    stated = trials.target.get("act_pay_dedc")
    if stated is not None and 0 < stated < own and (own - stated) % 100 == 0:
        moved = case.claimed(transfer=Transfer.UP, chain_paid=own - stated)
        yield OneChange("deductible_transfer", own - stated, moved, loose=True)


def _transfers(case: Case, plain: Case, variants: Variants) -> Iterator[OneChange]:
    """Yield the case without its transfer, and by the other readings of one."""
    claim, pack = case.claim, case.policy.region.inpatient
    if claim.transfer is not Transfer.NONE:
        yield OneChange("deductible_transfer", "none", plain)
    if claim.transfer is Transfer.UP:
        other = next(each for each in TransferUp if each is not pack.transfer_up)
        policy = variants.room(case.policy, "inpatient", transfer_up=other)
        yield OneChange("deductible_transfer", other.value, case._replace(policy=policy))
    if claim.transfer is Transfer.DOWN:
        down = next(each for each in TransferDown if each is not pack.transfer_down)
        policy = variants.room(case.policy, "inpatient", transfer_down=down)
        yield OneChange("deductible_transfer", down.value, case._replace(policy=policy))


def _visit(case: Case, variants: Variants, room: str) -> Iterator[OneChange]:
    """Yield another deductible of an outpatient visit or a day surgery."""
    pack = getattr(case.policy.region, room)
    level, own = at_level(pack.deductible, case.claim.level)
    if pack.deductible is None:
        return

    def with_figure(fen: int) -> Case:
        return case._replace(policy=variants.level_cell(case.policy, room, level, fen))

    used = getattr(case.year, _USED[room])
    other = next(each for each in DeductiblePeriod if each is not pack.deductible_period)
    policy = variants.room(case.policy, room, deductible_period=other)
    yield OneChange("deductible_number", other.value, case._replace(policy=policy))
    if used:
        yield OneChange("deductible_number", 1, case.stood(**{_USED[room]: 0}))
    for each in _LEVELS:
        figure = getattr(pack.deductible, each)
        if figure is not None and each is not level and figure != own:
            yield OneChange("deductible_level", each.value, with_figure(figure))
    yield OneChange("deductible_waived", 0, with_figure(0))


def band_changes(
    case: Case, trials: Trials, variants: Variants, neighbours: tuple[Neighbour, ...]
) -> Iterator[OneChange]:
    """Yield the case with other bands, another year's rule, another limit, other totals, other rounding.

    Nothing here is a sum that is worked out of the row.
    """
    pooled = case.claim.benefit.pooled
    if pooled:
        for axis in BandAxis:
            if axis is not case.policy.region.inpatient.band_axis:
                policy = variants.room(case.policy, "inpatient", band_axis=axis)
                yield OneChange("band_axis", axis.value, case._replace(policy=policy))
    yield from year_changes(case)
    yield from _limits(case, trials, variants)
    yield from _roundings(case, trials)
    if pooled:
        yield from totals_changes(case, neighbours, "band_totals")


def year_changes(case: Case) -> Iterator[OneChange]:
    """Yield the case by each other year's rules, on the totals as they are."""
    for years in _YEARS:
        year = case.day.year + years
        day = date(year, case.day.month, min(case.day.day, 28))
        yield OneChange("rate_year", str(year), case._replace(day=day))


def totals_changes(case: Case, neighbours: tuple[Neighbour, ...], kind: str) -> Iterator[OneChange]:
    """Yield the case on totals that lack another settlement of the person, or have one more."""
    for neighbour in neighbours:
        changed = neighbour.whole
        if changed is None:
            added = neighbour.added
            changed = _without(case.year, added) if neighbour.ours else _with(case.year, added)
        if changed is not None and _is_settled(case, neighbour):
            sign = -1 if neighbour.ours else 1
            burden = kind == "critical_totals"
            fen = neighbour.added.critical_burden if burden else neighbour.added.in_scope
            yield OneChange(kind, sign * fen, case._replace(year=changed))
    field = "critical_burden" if kind == "critical_totals" else "in_scope"
    before = getattr(case.year, field)
    if before:
        yield OneChange(kind, -before, case.stood(**{field: 0}))


_SUMS: Final = (
    "admissions", "in_scope", "basic_paid", "critical_burden", "critical_paid", "assistance_deductible",
    "assistance_paid",
)  # fmt: skip


def _is_settled(case: Case, neighbour: Neighbour) -> bool:
    """Return whether what another settlement does not state makes no difference to the case."""
    if neighbour.most is None:
        return True
    ends = (_with(case.year, added) for added in (neighbour.added, neighbour.most))
    least, most = (case._replace(year=year).settled().amounts for year in ends)
    return least == most


def _with(year: YearToDate, added: YearToDate) -> YearToDate:
    return year._replace(**{name: getattr(year, name) + getattr(added, name) for name in _SUMS})


def _without(year: YearToDate, lacking: YearToDate) -> YearToDate | None:
    """Return totals that lack a settlement, None where they cannot hold it."""
    left = {name: getattr(year, name) - getattr(lacking, name) for name in _SUMS}
    return None if min(left.values()) < 0 else year._replace(**left)


def _limits(case: Case, trials: Trials, variants: Variants) -> Iterator[OneChange]:
    """Yield the case with another limit of the year: none, or one that its payment stops at."""
    paid = trials.target.get("hifp_pay")
    benefit, year = case.claim.benefit, case.year
    if benefit.pooled:
        stops = None if paid is None else year.basic_paid + paid
        for fen in _possible(stops):
            policy = variants.pooled_limit(case.policy, case.day, fen)
            if policy is not None:
                yield OneChange("annual_limit", _told(fen), case._replace(policy=policy))
        return
    if benefit is Benefit.COMMON_OUTPATIENT:
        stops = None if paid is None else year.common_outpatient_paid + paid
        for fen in dict.fromkeys((70_000, 100_000, *_possible(stops))):
            if fen != case.policy.region.common_outpatient.annual_limit:
                policy = variants.room(case.policy, "common_outpatient", annual_limit=fen)
                yield OneChange("annual_limit", _told(fen), case._replace(policy=policy))
    section = "common_outpatient" if benefit is Benefit.COMMON_OUTPATIENT else "chronic_outpatient"
    stops = None if paid is None else year.outpatient_paid + paid
    for fen in _possible(stops):
        combined = variants.combined_limit(case.policy, section, case.day, fen)
        if combined is not None:
            yield OneChange("annual_limit", _told(fen), case._replace(policy=combined))


def _possible(stops: int | None) -> tuple[int, ...]:
    return (NO_LIMIT,) if stops is None or stops <= 0 or stops % 100 else (NO_LIMIT, stops)


def _told(fen: int) -> int | str:
    return "none" if fen == NO_LIMIT else fen


def _roundings(case: Case, trials: Trials) -> Iterator[OneChange]:
    """Yield the case with its basic payment rounded otherwise: once, or down, or each line down.

    The other layers then go on from the payment as if it had been made elsewhere.
    """
    paid = trials.target.get("hifp_pay")
    if paid is None or not case.claim.benefit.pooled or case.claim.by_case:
        return
    settlement = case.settled()
    own, deductible = settlement.amounts.hifp_pay, settlement.amounts.act_pay_dedc
    lines = settlement.basic_bands
    if own is None or deductible is None or not 0 < abs(own - paid) <= len(lines):
        return
    whole = sum(line.base * line.rate for line in lines)
    if own != sum(line.paid for line in lines):  # a limit was met: its figure rules
        return
    ways = {
        "once": share(whole, 1),
        "once_down": whole // WHOLE,
        "lines_down": sum(line.base * line.rate // WHOLE for line in lines),
    }
    for way, fen in ways.items():
        if fen == paid:
            given = BasicSettlement(fen, deductible)
            yield OneChange("rounding", way, case._replace(claim=case.claim._replace(basic_settlement=given)))


def searched_totals(case: Case, trials: Trials) -> Iterator[OneChange]:
    """Yield the case on the sum of costs before it that makes the basic payment what is stated.

    Whole yuan where there are some, else the sum itself.
    """
    paid = trials.target.get("hifp_pay")
    axis = case.policy.region.inpatient.band_axis
    if paid is None or not case.claim.benefit.pooled or axis is not BandAxis.ANNUAL_COST:
        return
    found = interval(
        lambda fen: trials.amounts(case.stood(in_scope=fen))["hifp_pay"], paid, 0, _MOST_TOTAL, rising=True
    )
    if found is not None:
        yield searched(case, "band_totals", "in_scope", found)


def searched(case: Case, kind: str, field: str, found: tuple[int, int]) -> OneChange:
    """Return a change of totals by a sum that was searched: the roundest within an interval (fen)."""
    before = getattr(case.year, field)
    begin, end = found[0] - before, found[1] - before
    if begin > 0:
        moved = roundest((begin, end))
    else:
        less = roundest((-end, -begin))
        moved = None if less is None else -less
    if moved is None:
        moved = begin if begin > 0 else end
    return OneChange(kind, moved, case.stood(**{field: before + moved}), loose=True)
