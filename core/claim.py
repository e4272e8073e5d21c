"""The question: one visit with its costs, the person's year so far and what is known of the enrolment."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from core.messages import Fault, message
from core.money import grouped, share
from core.vocabulary import Benefit, Care, Level, Population, Transfer


class ChronicTotals(NamedTuple):
    """A year's totals of one disease (fen): counted toward its amount or limit, paid, deducted."""

    in_scope: int = 0
    paid: int = 0
    deductible: int = 0


NO_CHRONIC: Mapping[int, ChronicTotals] = MappingProxyType({})


class YearToDate(NamedTuple):
    """A person's totals of one year (fen; ``admissions`` is a count). A total of nothing recorded is zero.

    ``chronic`` is by disease number of 2019-21, annex 1 (101 and up: a region's own), ``special`` by that of
    annex 2. ``carried_common`` is last year's common outpatient limit that was not used. The totals are not
    checked against each other.
    """

    admissions: int = 0
    in_scope: int = 0
    basic_paid: int = 0
    critical_burden: int = 0
    critical_paid: int = 0
    special_outpatient_deductible: int = 0
    common_outpatient_paid: int = 0
    common_outpatient_deductible: int = 0
    assistance_deductible: int = 0
    assistance_paid: int = 0
    chronic: Mapping[int, ChronicTotals] = NO_CHRONIC
    special: Mapping[int, ChronicTotals] = NO_CHRONIC
    carried_common: int = 0

    @property
    def outpatient_paid(self) -> int:
        """The fund's payments for common and chronic outpatient care together (fen)."""
        return self.common_outpatient_paid + sum(disease.paid for disease in self.chronic.values())


NOTHING_YET = YearToDate()
BY_DISEASE = ("chronic", "special")
MONEY_TOTALS = tuple(name for name in YearToDate._fields if name not in {"admissions", *BY_DISEASE})


NO_OTHER_YEARS: Mapping[int, YearToDate] = MappingProxyType({})


class BasicSettlement(NamedTuple):
    """A basic-insurance settlement made elsewhere (fen). Both together are at most the in-scope cost."""

    fund_paid: int
    deductible: int = 0


class Enrolment(NamedTuple):
    """A person's enrolment as 2025-12-31, five, counts it.

    ``consecutive_years``, ``zero_claim_years`` and ``gap_years`` are whole years; ``fraud_amounts`` (fen) are
    the incidents that no critical-illness payment has cleared yet.
    """

    consecutive_years: int = 0
    zero_claim_years: int = 0
    gap_years: int = 0
    fraud_amounts: tuple[int, ...] = ()


NO_ENROLMENT = Enrolment()


class Claim(NamedTuple):
    """One visit to be settled. Amounts are fen.

    ``total`` >= ``eligible`` >= ``category_b`` >= 0. ``over_limit`` is at most ``total - eligible``.
    ``hospital_part`` is what the hospital bears, at most what the funds leave of ``total``.
    ``category_b_amount`` is the amount that ``category_b`` is a percentage of (None: the self-pay was given).
    ``admitted`` <= ``discharged`` <= ``settled``.
    ``chain_paid`` is the deductibles that a chain of transfers upward already paid (None unless ``transfer``
    is UP), ``chain_stays`` how many of the chain's stays the year's admissions hold. ``special_disease``
    (1 to 41) and ``disease`` (1 to 18) are numbers of 2019-21's annexes, 101 to 105 those of the region's own
    diseases (None: the benefit has none). ``case`` is the region's code of a case paid by its price.
    ``basic_settlement`` None: basic insurance is settled here.
    ``other_years`` holds the totals of each other year that the stay touches.
    """

    benefit: Benefit
    level: Level
    admitted: date
    discharged: date
    settled: date
    total: int
    eligible: int
    over_limit: int = 0
    category_b: int = 0
    population: Population = Population.ORDINARY
    transfer: Transfer = Transfer.NONE
    chain_paid: int | None = None
    major_disease: bool = False
    special_disease: int | None = None
    specific_item: bool = False
    two_disease_drugs: bool = False
    disease: int | None = None
    disease_rank: int = 1
    basic_settlement: BasicSettlement | None = None
    year_to_date: YearToDate = NOTHING_YET
    other_years: Mapping[int, YearToDate] = NO_OTHER_YEARS
    enrolment: Enrolment = NO_ENROLMENT
    hospital_part: int = 0
    care: Care = Care.LOCAL
    case: str | None = None
    chain_stays: int = 1
    category_b_amount: int | None = None

    @property
    def in_scope(self) -> int:
        """The eligible cost less Category B self-pay (fen), before a share paid first for care elsewhere."""
        return self.eligible - self.category_b

    @property
    def by_case(self) -> bool:
        """True where the visit is paid by the price of a case, and not settled elsewhere."""
        return (
            self.major_disease
            and self.case is not None
            and self.basic_settlement is None
            and self.benefit.pooled
        )


FIRST_YEAR_OF_INCENTIVES = 2025
"""Years without a claim and out of insurance count from here (2025-12-31, five)."""


def disagreements(
    *,
    admitted: date | None = None,
    discharged: date | None = None,
    settled: date | None = None,
    total: int | None = None,
    eligible: int | None = None,
    over_limit: int | None = None,
    category_b: int | None = None,
    category_b_field: str = "category_b_selfpay",
    basic_settlement: BasicSettlement | None = None,
    enrolment: Enrolment | None = None,
    elsewhere_rate: int = 0,
) -> list[Fault]:
    """Return a fault for every relation that the values entered so far break.

    Amounts are fen. None: the value is not entered, or not readable. ``basic_settlement`` and ``enrolment``
    are given only where the benefit uses them. ``elsewhere_rate`` is the share paid first for care elsewhere
    (0: none, or not known). A fault that only follows from another one is not told.
    """
    faults = _days_disagree(admitted, discharged, settled)
    if eligible is not None:
        faults += _costs_disagree(total, eligible, over_limit)
        faults += _scope_disagrees(eligible, category_b, category_b_field, basic_settlement, elsewhere_rate)
    if enrolment and discharged:
        faults += _years_disagree(enrolment, discharged.year)
    return faults


def _days_disagree(admitted: date | None, discharged: date | None, settled: date | None) -> list[Fault]:
    faults = []
    if admitted and discharged and discharged < admitted:
        faults.append(Fault("discharged", message("fault.discharged_before_admitted")))
    if discharged and settled and settled < discharged:
        faults.append(Fault("settled", message("fault.settled_before_discharged")))
    return faults


def _costs_disagree(total: int | None, eligible: int, over_limit: int | None) -> list[Fault]:
    if total is not None and total < eligible:
        return [Fault("total", message("fault.total_below_eligible", eligible=grouped(eligible)))]
    outside = (eligible if total is None else total) - eligible
    if over_limit is not None and over_limit > outside:
        return [Fault("over_limit", message("fault.over_limit_above_rest", rest=grouped(outside)))]
    return []


def _scope_disagrees(
    eligible: int,
    category_b: int | None,
    category_b_field: str,
    basic_settlement: BasicSettlement | None,
    elsewhere_rate: int,
) -> list[Fault]:
    if category_b is None:
        return []
    if category_b > eligible:
        above = message("fault.category_b_above_eligible", eligible=grouped(eligible))
        return [Fault(category_b_field, above)]
    in_scope = eligible - category_b
    in_scope -= share(in_scope, elsewhere_rate)
    if basic_settlement and basic_settlement.fund_paid + basic_settlement.deductible > in_scope:
        above = message("fault.basic_above_scope", in_scope=grouped(in_scope))
        return [Fault("basic_settlement", above)]
    return []


def _years_disagree(enrolment: Enrolment, year: int) -> list[Fault]:
    if year <= FIRST_YEAR_OF_INCENTIVES:
        return []
    most = year - FIRST_YEAR_OF_INCENTIVES
    return [
        Fault(
            f"enrolment.{name}",
            message("fault.years_since_2025", most=most, first=str(FIRST_YEAR_OF_INCENTIVES)),
        )
        for name in ("zero_claim_years", "gap_years")
        if getattr(enrolment, name) > most
    ]
