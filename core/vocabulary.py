"""The field's words: what may be chosen, and the national platform's names of the amounts.

The terms in each language stand in the catalogue under the ids that `core.messages.term` makes of these
values; nothing else in the program spells them.
"""

from enum import StrEnum
from typing import Final


class Benefit(StrEnum):
    """What a visit is settled as (待遇)."""

    INPATIENT = "inpatient"
    SPECIAL_OUTPATIENT = "special_outpatient"
    DAY_SURGERY = "day_surgery"
    COMMON_OUTPATIENT = "common_outpatient"
    CHRONIC_OUTPATIENT = "chronic_outpatient"

    @property
    def pooled(self) -> bool:
        """Whether it shares the annual pooled limit and counts for critical illness and assistance."""
        return self in _POOLED

    @property
    def special(self) -> bool:
        """Special outpatient care, which day surgery counts as (2019-21, two, (two), 3)."""
        return self is Benefit.SPECIAL_OUTPATIENT or self is Benefit.DAY_SURGERY


_POOLED: Final = (Benefit.INPATIENT, Benefit.SPECIAL_OUTPATIENT, Benefit.DAY_SURGERY)


class Level(StrEnum):
    """A hospital's level (医疗机构级别), as `dedc_hosp_lv` divides them."""

    VILLAGE_CLINIC = "village_clinic"
    LEVEL_1 = "level_1"
    LEVEL_2 = "level_2"
    LEVEL_3 = "level_3"


class Population(StrEnum):
    """A patient's population category (人员类别)."""

    ORDINARY = "ordinary"
    LOW_INCOME = "low_income"
    RURAL_DESTITUTE = "rural_destitute"
    URBAN_DESTITUTE = "urban_destitute"
    ORPHAN = "orphan"
    REGISTERED_POOR = "registered_poor"
    RELAPSE_RISK = "relapse_risk"


class Transfer(StrEnum):
    """Whether the stay follows a transfer (转诊), and which way."""

    NONE = "none"
    DOWN = "down"
    UP = "up"


class BandAxis(StrEnum):
    """What the reimbursement bands are measured along."""

    ANNUAL_COST = "annual_cost"
    ADMISSION_COST = "admission_cost"
    ANNUAL_FUND = "annual_fund"


class BandOrigin(StrEnum):
    """Where the critical-illness bands are measured from."""

    ZERO = "zero"
    DEDUCTIBLE = "deductible"


class DeductiblePeriod(StrEnum):
    """Whether an outpatient deductible is charged once a year or at each visit."""

    YEAR = "year"
    VISIT = "visit"


class DeductibleCounts(StrEnum):
    """Whether a chronic disease's deductible uses up the disease's annual amount."""

    INSIDE = "inside"
    OUTSIDE = "outside"


class Payer(StrEnum):
    """Who bears a line of the bill."""

    BASIC = "basic"
    CRITICAL_ILLNESS = "critical_illness"
    ASSISTANCE = "assistance"
    PATIENT = "patient"


class Status(StrEnum):
    """Whether a settlement has every figure that it needs."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
