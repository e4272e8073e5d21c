"""The diseases of 2019-21's annexes with a patient's year: how much counts, is used and is left."""

from datetime import date
from typing import NamedTuple

from core.claim import ChronicTotals, Claim, YearToDate
from core.policy.documents import ChronicOutpatient, SpecialOutpatient
from core.policy.in_force import InForce
from core.policy.select import Policy
from core.vocabulary import Benefit


class ChronicStanding(NamedTuple):
    """A chronic disease and a patient's year with it (fen).

    ``amount`` is the cost that may count in the year, ``counted`` the cost that has counted. ``limit`` is the
    most that the fund pays of it, ``paid`` what the fund has paid. ``left`` is what the fund may still pay:
    the smaller rest of the disease's limit and of the limit on all outpatient care.
    """

    number: int
    name: str
    amount: int
    counted: int
    limit: int
    paid: int
    left: int


class SpecialDisease(NamedTuple):
    """A special outpatient disease. ``elsewhere`` is the document that settles it, empty for 2019-21."""

    number: int
    name: str
    elsewhere: str


def name_of(policy: Policy, claim: Claim) -> str:
    """Return the name of a visit's disease as its document has it; empty where it is for none."""
    day = claim.discharged
    if claim.benefit is Benefit.CHRONIC_OUTPATIENT and claim.disease is not None:
        return _chronic(policy, day).section.diseases.rows[claim.disease - 1].name
    if claim.benefit is Benefit.SPECIAL_OUTPATIENT and claim.special_disease is not None:
        return _special(policy, day).section.diseases.names[claim.special_disease - 1]
    return ""


def chronic(policy: Policy, day: date, rank: int, year: YearToDate) -> tuple[ChronicStanding, ...]:
    """Return the chronic diseases as they stand on a day, each as if it were the patient's ``rank``-th."""
    rule = _chronic(policy, day)
    rest = rule.section.combined_limit.yuan - year.outpatient_paid
    standings = []
    for number, row in enumerate(rule.section.diseases.rows, 1):
        amount = policy.chronic_amount(rule, number, rank)
        totals = year.chronic.get(number, ChronicTotals())
        left = max(0, min(amount.fund_limit - totals.paid, rest))
        standings.append(
            ChronicStanding(
                number, row.name, amount.yuan, totals.in_scope, amount.fund_limit, totals.paid, left
            )
        )
    return tuple(standings)


def special(policy: Policy, day: date) -> tuple[SpecialDisease, ...]:
    """Return the special outpatient diseases in the order of the annex."""
    rule = _special(policy, day)
    elsewhere = rule.section.elsewhere
    return tuple(
        SpecialDisease(number, name, elsewhere.document if number in elsewhere.diseases else "")
        for number, name in enumerate(rule.section.diseases.names, 1)
    )


def pooled_left(policy: Policy, day: date, year: YearToDate) -> tuple[int, int]:
    """Return the annual limit (fen) that special outpatient care shares with inpatient care, and its rest."""
    pooled = policy.documents.in_force("pooled", day) or policy.documents.first("pooled")
    limit: int = pooled.section.annual_limit.yuan
    return limit, max(0, limit - year.basic_paid)


def _chronic(policy: Policy, day: date) -> InForce[ChronicOutpatient]:
    return policy.documents.in_force("chronic_outpatient", day) or policy.documents.first(
        "chronic_outpatient"
    )


def _special(policy: Policy, day: date) -> InForce[SpecialOutpatient]:
    return policy.documents.in_force("special_outpatient", day) or policy.documents.first(
        "special_outpatient"
    )
