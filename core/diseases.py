"""The diseases of 2019-21's annexes with a patient's year: how much counts, is used and is left."""

from datetime import date
from typing import NamedTuple

from core.claim import ChronicTotals, Claim, YearToDate
from core.money import share
from core.policy.documents import ChronicOutpatient, SpecialOutpatient
from core.policy.in_force import Documents, InForce
from core.policy.regions import FIRST_LOCAL, LAST_LOCAL
from core.policy.select import Policy
from core.policy.terms import ChronicAmount, ChronicTerms
from core.rules.outpatient import still_payable
from core.vocabulary import Benefit


def numbers_listed(documents: Documents) -> dict[str, int]:
    """Return the last number of each annex, and the first and the last of a region's own diseases."""
    return {
        "chronic": len(documents.first("chronic_outpatient").section.diseases.rows),
        "local_first": FIRST_LOCAL,
        "local_last": LAST_LOCAL,
        "special": len(documents.first("special_outpatient").section.diseases.names),
    }


def is_listed(documents: Documents, benefit: Benefit, number: int | None) -> bool:
    """Return whether a visit of a benefit can be of a disease by its number; None: it states none.

    A chronic visit has to state one; any other benefit but special outpatient care has none.
    """
    if benefit not in (Benefit.CHRONIC_OUTPATIENT, Benefit.SPECIAL_OUTPATIENT) or number is None:
        return benefit is not Benefit.CHRONIC_OUTPATIENT
    listed = numbers_listed(documents)
    if benefit is Benefit.SPECIAL_OUTPATIENT:
        return 1 <= number <= listed["special"]
    return 1 <= number <= listed["chronic"] or listed["local_first"] <= number <= listed["local_last"]


def disease_field(benefit: Benefit) -> str:
    """Return the field in which a visit of a benefit states its disease."""
    return "special_disease" if benefit.special else "disease"


class ChronicStanding(NamedTuple):
    """A chronic disease and a patient's year with it (fen).

    ``amount`` is the cost that may count in the year, ``counted`` the cost that has counted. ``limit`` is the
    most that the fund pays of it, ``paid`` what the fund has paid. ``left`` is what the fund can still pay in
    the year after the deductible and within the cost that counts. None: the region has not stated the amount.
    """

    number: int
    name: str
    amount: int | None
    counted: int
    limit: int | None
    paid: int
    left: int | None


class SpecialDisease(NamedTuple):
    """A special outpatient disease. ``elsewhere`` is the document that settles it, empty for 2019-21."""

    number: int
    name: str
    elsewhere: str


def name_of(policy: Policy, claim: Claim) -> str:
    """Return the name of a visit's disease as document or region have it; empty where it is for none."""
    day = claim.discharged
    if claim.benefit is Benefit.CHRONIC_OUTPATIENT and claim.disease is not None:
        if claim.disease >= FIRST_LOCAL:
            local = policy.region.chronic_outpatient.local_disease(claim.disease)
            return local.name if local else ""
        return _chronic(policy, day).section.diseases.rows[claim.disease - 1].name
    if claim.benefit is Benefit.SPECIAL_OUTPATIENT and claim.special_disease is not None:
        return _special(policy, day).section.diseases.names[claim.special_disease - 1]
    return ""


def chronic(policy: Policy, day: date, rank: int, year: YearToDate) -> tuple[ChronicStanding, ...]:
    """Return the chronic diseases as they stand on a day, each as if it were the patient's ``rank``-th.

    Before a document was in force the earliest one's amounts stand. Where the deductible is not known
    ``left`` is what they leave before one.
    """
    rule = _chronic(policy, day)
    rest = rule.section.combined_limit.yuan - year.outpatient_paid
    named = [(number, row.name) for number, row in enumerate(rule.section.diseases.rows, 1)]
    named += [(row.number, row.name) for row in policy.region.chronic_outpatient.local]
    standings = []
    for number, name in named:
        amount = policy.chronic_amount(rule, number, rank)
        counts, limit = (
            (amount.yuan, amount.fund_limit) if isinstance(amount, ChronicAmount) else (None, None)
        )
        totals = year.chronic.get(number, ChronicTotals())
        terms = policy.chronic(day, number, rank)
        left: int | None = None
        if isinstance(terms, ChronicTerms):
            left = still_payable(terms, year)
        elif counts is not None and limit is not None:
            uncounted = share(max(0, counts - totals.in_scope), rule.section.rate.percent)
            left = max(0, min(limit - totals.paid, uncounted, rest))
        standings.append(ChronicStanding(number, name, counts, totals.in_scope, limit, totals.paid, left))
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
