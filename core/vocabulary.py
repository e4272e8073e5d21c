"""The field's words: the values that may be chosen.

The terms in each language stand in the catalogue, under the ids that `core.messages.term` makes of these
values. Nothing else in the program spells them.
"""

from enum import StrEnum
from typing import Final


class Benefit(StrEnum):
    """The benefit that a visit is settled as (待遇)."""

    INPATIENT = "inpatient"
    SPECIAL_OUTPATIENT = "special_outpatient"
    DAY_SURGERY = "day_surgery"
    COMMON_OUTPATIENT = "common_outpatient"
    CHRONIC_OUTPATIENT = "chronic_outpatient"

    @property
    def pooled(self) -> bool:
        """True where it shares the annual pooled limit and counts for critical illness and assistance."""
        return self in _POOLED

    @property
    def special(self) -> bool:
        """True for special outpatient care. Day surgery counts as such (2019-21, two, (two), 3)."""
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
    """The transfer (转诊) that a stay follows, and its direction."""

    NONE = "none"
    DOWN = "down"
    UP = "up"


class Care(StrEnum):
    """The place of care: at home, or outside the pooling region with a referral or without one."""

    LOCAL = "local"
    ELSEWHERE_REFERRED = "elsewhere_referred"
    ELSEWHERE_UNREFERRED = "elsewhere_unreferred"


class TransferUp(StrEnum):
    """The reading of a transfer up: the next admission of the year, or one stay with those before it."""

    NEXT_ADMISSION = "next_admission"
    SAME_STAY = "same_stay"


class TransferDown(StrEnum):
    """The levels at which a transfer down takes the deductible away: any, or primary care alone."""

    ANY_LEVEL = "any_level"
    PRIMARY_ONLY = "primary_only"


class CapOn(StrEnum):
    """The quantity that the critical-illness cap limits: the year's payments, or the year's burden."""

    PAYMENT = "payment"
    COST = "cost"


class BandAxis(StrEnum):
    """The axis that the reimbursement bands are measured along."""

    ANNUAL_COST = "annual_cost"
    ADMISSION_COST = "admission_cost"
    ANNUAL_FUND = "annual_fund"


class BandOrigin(StrEnum):
    """The point that the critical-illness bands are measured from."""

    ZERO = "zero"
    DEDUCTIBLE = "deductible"


class DeductiblePeriod(StrEnum):
    """The period of an outpatient deductible: charged once a year or at each visit."""

    YEAR = "year"
    VISIT = "visit"


class DeductibleCounts(StrEnum):
    """The place of a chronic disease's deductible: inside the disease's annual amount, or outside."""

    INSIDE = "inside"
    OUTSIDE = "outside"


class Payer(StrEnum):
    """The payer of a line of the bill."""

    BASIC = "basic"
    CRITICAL_ILLNESS = "critical_illness"
    ASSISTANCE = "assistance"
    HOSPITAL = "hospital"
    PATIENT = "patient"


class Status(StrEnum):
    """The status of a settlement: complete where it has every figure that it needs."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"


NEWBORN: Final = "990201"
"""The kind of a newborn's identity, by the national platform (`psn_cert_type`): a birth certificate."""

UNKNOWN: Final = "unknown"
"""The kind of the number that the program gives somebody who has none."""

MARK: Final = "-"
"""The mark between the parts of a newborn's identity."""
