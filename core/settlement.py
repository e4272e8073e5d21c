"""The answer: amounts, the patient's part, the steps with their clauses, and the missing figures."""

from typing import Final, NamedTuple

from core.bands import Line
from core.claim import YearToDate
from core.messages import Message
from core.vocabulary import Payer, Status

REGION_SECTIONS: Final = frozenset(
    {
        "inpatient",
        "special_outpatient",
        "common_outpatient",
        "chronic_outpatient",
        "critical_illness",
        "medical_assistance",
        "case_payment",
        "carry_over",
        "elsewhere",
    }
)
"""What the path of a cell in a region's pack begins with; no clause of a document does."""


class Source(NamedTuple):
    """The place of a figure: a document's number (or a region pack's stated source) and the clause."""

    document: str
    clause: str

    @property
    def of_region(self) -> bool:
        """Whether the clause is the path of a cell in a region's pack, whatever codes stand in it."""
        return self.clause.partition(".")[0] in REGION_SECTIONS


class Step(NamedTuple):
    """One line of the working.

    ``amount`` is fen (None: a fact without an amount). ``base`` (fen) times ``rate`` (`core.money`) is the
    amount where both are given. ``payer`` bears the line (None: an intermediate figure).
    """

    stage: str
    label: Message
    amount: int | None
    source: Source
    payer: Payer | None = None
    base: int | None = None
    rate: int | None = None


class Note(NamedTuple):
    """A remark beside the figures. ``source`` None: no document speaks of it."""

    text: Message
    source: Source | None = None


class MissingFigure(NamedTuple):
    """A figure that no document or region pack gives: its dotted path, and the clause that leaves it open."""

    path: str
    source: Source | None = None


class Amounts(NamedTuple):
    """The amounts by the national platform's names (fen). None: a figure that the amount needs is missing."""

    medfee_sumamt: int
    fulamt_ownpay_amt: int
    overlmt_selfpay: int
    preselfpay_amt: int
    inscp_scp_amt: int | None
    act_pay_dedc: int | None
    hifp_pay: int | None
    hifmi_pay: int | None
    maf_pay: int | None
    fund_pay_sumamt: int | None
    psn_part_amt: int | None
    hosp_part_amt: int | None = 0


class PatientParts(NamedTuple):
    """The parts of the patient's payment (fen).

    What the two later layers and the hospital bear is negative. ``not_covered`` is negative where the price
    of a case reaches beyond the in-scope cost.
    """

    out_of_catalogue: int
    over_price_limit: int
    category_b: int
    not_covered: int
    deductible: int
    coinsurance: int
    over_annual_limit: int
    critical_illness: int
    assistance: int
    elsewhere: int = 0
    hospital: int = 0


class CriticalOutcome(NamedTuple):
    """The deductible and the cap (fen; None: there is none) that critical illness was worked out by.

    The two flags say what the payment used up: the bonus for years without a claim, and fraud's incidents.
    """

    deductible: int
    cap: int | None
    zero_claim_bonus_used: bool
    fraud_cleared: bool


class Settlement(NamedTuple):
    """The split of one bill by one year's rules.

    ``patient_parts`` and ``year_to_date`` None: the settlement is incomplete. ``critical`` None: critical
    illness was not worked out.
    """

    year: int
    missing: tuple[MissingFigure, ...]
    amounts: Amounts
    patient_parts: PatientParts | None
    basic_bands: tuple[Line, ...]
    critical_bands: tuple[Line, ...]
    critical: CriticalOutcome | None
    steps: tuple[Step, ...]
    notes: tuple[Note, ...]
    year_to_date: YearToDate | None
    alternatives: tuple["Alternative", ...] = ()

    @property
    def status(self) -> Status:
        """The status: complete when no figure is missing."""
        return Status.INCOMPLETE if self.missing else Status.COMPLETE


class Alternative(NamedTuple):
    """The same visit by another year's rules. ``better``: complete, and the patient pays less by it."""

    settlement: Settlement
    better: bool
