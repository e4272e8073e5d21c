"""The diseases of 2019-21's annexes as a patient stands with them: what counts, is used and is left."""

from datetime import date
from typing import NamedTuple

from core.claim import ChronicTotals, Claim, YearToDate
from core.policy.documents import ChronicOutpatient, SpecialOutpatient
from core.policy.in_force import InForce
from core.policy.select import Policy
from core.vocabulary import Benefit


class ChronicStanding(NamedTuple):
    """A chronic disease and a patient's year with it (fen).

    ``amount`` is what counts in the year and ``counted`` what has; ``limit`` is what the fund pays of it at
    most, ``paid`` what it has paid. ``left`` is what it may still pay: of the disease's limit and of the
    limit on all outpatient care, the smaller rest.
    """

    number: int
    name: str
    amount: int
    counted: int
    limit: int
    paid: int
    left: int


class SpecialDisease(NamedTuple):
    """A special outpatient disease; ``elsewhere``: the document that settles it, empty for 2019-21."""

    number: int
    name: str
    elsewhere: str


def name_of(policy: Policy, claim: Claim) -> str:
    """The name of the disease that a visit is for, as its document has it; empty where it is for none."""
    day = claim.discharged
    if claim.benefit is Benefit.CHRONIC_OUTPATIENT and claim.disease is not None:
        return _chronic(policy, day).section.diseases.rows[claim.disease - 1].name
    if claim.benefit is Benefit.SPECIAL_OUTPATIENT and claim.special_disease is not None:
        return _special(policy, day).section.diseases.names[claim.special_disease - 1]
    return ""


def chronic(policy: Policy, day: date, rank: int, year: YearToDate) -> tuple[ChronicStanding, ...]:
    """The chronic diseases as they stand on a day, each as if it were the patient's ``rank``-th."""
    found = _chronic(policy, day)
    rest = found.section.combined_limit.yuan - year.outpatient_paid
    standings = []
    for number, row in enumerate(found.section.diseases.rows, 1):
        amount = policy.chronic_amount(found, number, rank)
        totals = year.chronic.get(number, ChronicTotals())
        left = max(0, min(amount.fund_limit - totals.paid, rest))
        standings.append(
            ChronicStanding(
                number, row.name, amount.yuan, totals.in_scope, amount.fund_limit, totals.paid, left
            )
        )
    return tuple(standings)


def special(policy: Policy, day: date) -> tuple[SpecialDisease, ...]:
    """The special outpatient diseases."""
    found = _special(policy, day)
    elsewhere = found.section.elsewhere
    return tuple(
        SpecialDisease(number, name, elsewhere.document if number in elsewhere.diseases else "")
        for number, name in enumerate(found.section.diseases.names, 1)
    )


def pooled_left(policy: Policy, day: date, year: YearToDate) -> tuple[int, int]:
    """The annual limit (fen) that special outpatient care shares with inpatient care, and what is left."""
    found = policy.documents.in_force("pooled", day) or policy.documents.first("pooled")
    limit: int = found.section.annual_limit.yuan
    return limit, max(0, limit - year.basic_paid)


def _chronic(policy: Policy, day: date) -> InForce[ChronicOutpatient]:
    return policy.documents.in_force("chronic_outpatient", day) or policy.documents.first(
        "chronic_outpatient"
    )


def _special(policy: Policy, day: date) -> InForce[SpecialOutpatient]:
    return policy.documents.in_force("special_outpatient", day) or policy.documents.first(
        "special_outpatient"
    )
