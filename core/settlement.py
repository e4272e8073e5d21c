"""What is answered: amounts, the patient's part, the steps with their clauses, and what is missing."""

from dataclasses import dataclass
from typing import NamedTuple

from core.bands import Line
from core.claim import YearToDate
from core.messages import Message
from core.vocabulary import Payer, Status


class Source(NamedTuple):
    """Where a figure stands: a document's number (or a region pack's stated source) and the clause."""

    document: str
    clause: str


class Step(NamedTuple):
    """One line of how it was worked out.

    ``amount`` is fen (None: a fact without an amount). ``base`` (fen) times ``rate`` (`core.money`) is the
    amount where both are given. ``payer`` bears the line, None where it is an intermediate figure.
    """

    stage: str
    label: Message
    amount: int | None
    source: Source
    payer: Payer | None = None
    base: int | None = None
    rate: int | None = None


class Note(NamedTuple):
    """Something to know beside the figures; ``source`` is None where no document speaks of it."""

    text: Message
    source: Source | None = None


class MissingFigure(NamedTuple):
    """A figure that no document or region pack gives: its dotted path, and who leaves it open."""

    path: str
    source: Source | None = None


class Amounts(NamedTuple):
    """The amounts by the national platform's names (fen). None: a figure that it needs is missing."""

    medfee_sumamt: int
    fulamt_ownpay_amt: int
    overlmt_selfpay: int
    preselfpay_amt: int
    inscp_scp_amt: int
    act_pay_dedc: int | None
    hifp_pay: int | None
    hifmi_pay: int | None
    maf_pay: int | None
    fund_pay_sumamt: int | None
    psn_part_amt: int | None


class PatientParts(NamedTuple):
    """What the patient's payment is made of (fen); the two payments of other layers are negative."""

    out_of_catalogue: int
    over_price_limit: int
    category_b: int
    not_covered: int
    deductible: int
    coinsurance: int
    over_annual_limit: int
    critical_illness: int
    assistance: int


class CriticalOutcome(NamedTuple):
    """The terms that critical illness was worked out by: fen; ``cap`` None where there is none."""

    deductible: int
    cap: int | None
    zero_claim_bonus_used: bool
    fraud_cleared: bool


@dataclass(frozen=True, slots=True)
class Settlement:
    """The split of one bill by one year's rules.

    ``patient_parts``, ``year_to_date`` are None where it is incomplete; ``critical`` where critical illness
    was not worked out.
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
        """Complete when no figure is missing."""
        return Status.INCOMPLETE if self.missing else Status.COMPLETE


class Alternative(NamedTuple):
    """The same visit by another year's rules; ``better``: complete, and it leaves the patient less."""

    settlement: Settlement
    better: bool
