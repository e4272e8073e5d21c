"""What may be otherwise in the later layers: category, tilt, deductible, origin, cap, totals, assistance."""

from collections.abc import Iterator
from typing import Final

from core.agreement.basic_changes import NO_LIMIT, Neighbour, searched, totals_changes, year_changes
from core.agreement.trial import Case, OneChange, Trials, interval, roundest
from core.agreement.variants import Variants
from core.claim import NO_ENROLMENT
from core.money import ONE_PERCENT, WHOLE, grouped, percent, share
from core.vocabulary import BandOrigin, CapOn, Population

_MOST_DEDUCTIBLE: Final = 100_000_00
_MOST_TOTAL: Final = 10**11


def category_changes(case: Case) -> Iterator[OneChange]:
    """Yield the case in each other category."""
    for population in Population:
        if population is not case.claim.population:
            yield OneChange("category", population.value, case.claimed(population=population))


def critical_changes(
    case: Case, trials: Trials, variants: Variants, neighbours: tuple[Neighbour, ...]
) -> Iterator[OneChange]:
    """Yield the case with other terms of critical illness. Nothing here is a sum worked out of the row."""
    year = case.day.year
    policy = variants.critical_tilt(case.policy, case.day, case.claim.population)
    if policy is not None:
        yield OneChange("critical_tilt", case.claim.population.value, case._replace(policy=policy))
    yield from year_changes(case)
    stated = case.policy.region.critical_illness.get(year)
    origin = BandOrigin.ZERO if stated is None or stated.band_origin is None else stated.band_origin
    other = next(each for each in BandOrigin if each is not origin)
    moved = variants.critical(case.policy, year, band_origin=other)
    yield OneChange("critical_origin", other.value, case._replace(policy=moved))
    yield from _caps(case, trials, variants)
    yield from totals_changes(case, neighbours, "critical_totals")


def _caps(case: Case, trials: Trials, variants: Variants) -> Iterator[OneChange]:
    """Yield the case with another cap: not moved, on the other quantity, none, where it stops."""
    if case.claim.enrolment != NO_ENROLMENT:
        yield OneChange("critical_cap", "original", case.claimed(enrolment=NO_ENROLMENT))
    stated = case.policy.region.critical_illness.get(case.day.year)
    on = CapOn.PAYMENT if stated is None or stated.cap_on is None else stated.cap_on
    other = next(each for each in CapOn if each is not on)
    policy = variants.critical(case.policy, case.day.year, cap_on=other)
    yield OneChange("critical_cap", other.value, case._replace(policy=policy))
    plain = case.claimed(enrolment=NO_ENROLMENT)
    paid = trials.target.get("hifmi_pay")
    stops = None if paid is None else case.year.critical_paid + paid
    caps = (NO_LIMIT,) if stops is None or stops <= 0 or stops % 100 else (NO_LIMIT, stops)
    for fen in caps:
        capped = variants.critical_cap(case.policy, case.day, fen)
        if capped is not None:
            told: int | str = "none" if fen == NO_LIMIT else fen
            yield OneChange("critical_cap", told, plain._replace(policy=capped), loose=fen != NO_LIMIT)


def searched_deductible(case: Case, trials: Trials, variants: Variants) -> Iterator[OneChange]:
    """Yield the case with the deductible of critical illness, in whole yuan, that makes its payment so."""
    paid = trials.target.get("hifmi_pay")
    if paid is None:
        return

    def with_deductible(fen: int) -> Case:
        policy = variants.critical_deductible(case.policy, case.day, fen)
        return case if policy is None else case._replace(policy=policy)

    def payment(yuan: int) -> int | None:
        return trials.amounts(with_deductible(yuan * 100))["hifmi_pay"]

    found = interval(payment, paid, 0, _MOST_DEDUCTIBLE // 100, rising=False)
    if found is not None and not found[0]:  # the burden before passed it already: any lower one does
        yield OneChange(
            "critical_deductible", f"≤ {grouped(found[1] * 100)}", with_deductible(found[1] * 100)
        )
    elif found is not None:
        fen = roundest((found[0] * 100, found[1] * 100))
        if fen is not None:
            yield OneChange("critical_deductible", fen, with_deductible(fen))


def searched_burden(case: Case, trials: Trials) -> Iterator[OneChange]:
    """Yield the case on the burden before it that makes the payment of critical illness what is stated."""
    paid = trials.target.get("hifmi_pay")
    if paid is None:
        return
    found = interval(
        lambda fen: trials.amounts(case.stood(critical_burden=fen))["hifmi_pay"],
        paid,
        0,
        _MOST_TOTAL,
        rising=True,
    )
    if found is not None:
        yield searched(case, "critical_totals", "critical_burden", found)


def assistance_changes(case: Case, variants: Variants) -> Iterator[OneChange]:
    """Yield the case with other figures of assistance: none, no deductible, a new one, no limit."""
    population = case.claim.population
    pack = case.policy.region.medical_assistance
    if pack is None:
        return
    listed = population in pack.percent or population in pack.bands
    if listed:
        none = variants.assistance(case.policy, population, percent=None, bands=None)
        yield OneChange("assistance", "none", case._replace(policy=none))
        waived = variants.assistance(case.policy, population, deductible=0)
        yield OneChange("assistance", "no_deductible", case._replace(policy=waived))
        open_ended = variants.assistance(case.policy, population, annual_limit=None)
        yield OneChange("assistance", "no_limit", case._replace(policy=open_ended))
    if case.year.assistance_deductible:
        yield OneChange("assistance", "deductible_anew", case.stood(assistance_deductible=0))
    if case.year.assistance_paid:
        yield OneChange("assistance", "limit_anew", case.stood(assistance_paid=0))
    if listed and population in pack.later_stays_percent:
        stays = variants.assistance(case.policy, population, later_stays_percent=None)
        yield OneChange("assistance", "first_stay", case._replace(policy=stays))


def searched_assistance(case: Case, trials: Trials, variants: Variants) -> Iterator[OneChange]:
    """Yield the case with a figure of assistance, a whole percentage or whole yuan, that makes it so."""
    paid, population = trials.target.get("maf_pay"), case.claim.population
    if paid is None or not case.claim.benefit.pooled:
        return

    def with_figure(**figures: int | None) -> Case:
        return case._replace(policy=variants.assistance(case.policy, population, **figures))

    def by_percent(whole: int) -> int | None:
        return trials.amounts(with_figure(percent=whole * ONE_PERCENT, bands=None))["maf_pay"]

    found = interval(by_percent, paid, 0, 100, rising=True)
    if found is not None:
        rate = found[0] * ONE_PERCENT
        yield OneChange("assistance", f"{percent(rate)}%", with_figure(percent=rate, bands=None))

    def by_deductible(yuan: int) -> int | None:
        return trials.amounts(with_figure(deductible=yuan * 100))["maf_pay"]

    found = interval(by_deductible, paid, 0, _MOST_DEDUCTIBLE // 100, rising=False)
    if found is not None:
        fen = roundest((found[0] * 100, found[1] * 100))
        if fen is not None:
            yield OneChange("assistance", fen, with_figure(deductible=fen), loose=True)
    stops = case.year.assistance_paid + paid
    if stops > 0 and stops % 100 == 0:
        yield OneChange("assistance", stops, with_figure(annual_limit=stops), loose=True)


def rounded_once(case: Case, trials: Trials) -> bool:
    """Return whether critical illness, rounded once over its bands, is as stated, and all else too.

    Only for a payment that no cap stopped; a later layer takes up the fen.
    """
    stated = trials.target.get("hifmi_pay")
    settlement = case.settled()
    own, lines = settlement.amounts.hifmi_pay, settlement.critical_bands
    if stated is None or own is None or not 0 < abs(own - stated) <= len(lines):
        return False
    if own != sum(line.paid for line in lines):
        return False
    whole = sum(line.base * line.rate for line in lines)
    if stated not in (share(whole, 1), whole // WHOLE):
        return False
    amounts, by = trials.amounts(case), stated - own
    rest = {name: amount for name, amount in amounts.items() if name not in _AFTER}
    maf = trials.target.get("maf_pay", amounts["maf_pay"])
    fits = amounts["maf_pay"] is not None and maf is not None and abs(amounts["maf_pay"] - maf) <= abs(by)
    return fits and all(trials.target.get(name, amount) == amount for name, amount in rest.items())


_AFTER: Final = ("hifmi_pay", "maf_pay", "fund_pay_sumamt", "psn_part_amt")
