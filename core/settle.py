"""A claim through its layers: basic insurance, critical illness, medical assistance; then what is left.

`settle` is the one pure function in the middle. The rule in force on the day of discharge applies. A stay or
a settlement that touches another year is worked out by that year's rules as well.
"""

from datetime import date

from core.claim import FIRST_YEAR_OF_INCENTIVES, NOTHING_YET, Claim, Enrolment, YearToDate
from core.layers import bill
from core.layers.basic import basic as work_out_basic
from core.layers.later import assistance as work_out_assistance
from core.layers.later import critical as work_out_critical
from core.layers.visit import visit as enter
from core.messages import Fault, message
from core.money import grouped
from core.policy.select import Policy
from core.settlement import Alternative, Note, Settlement, Step
from core.vocabulary import Payer, Status


def settle(policy: Policy, claim: Claim) -> Settlement:
    """Split a claim, and split it again by the rules of each other year that it touches.

    ``claim`` must be sound (`core.claim.disagreements` finds nothing) and the policy's pack effective on the
    day of discharge. A missing figure raises nothing: the answer names it.
    """
    own = settle_by(policy, claim, claim.discharged, claim.year_to_date)
    if not claim.benefit.pooled:
        return own
    others = sorted({claim.admitted.year, claim.settled.year} - {claim.discharged.year})
    if not others:
        return own
    alternatives = []
    notes = own.notes
    for year in others:
        other = settle_by_year(policy, claim, year)
        alternatives.append(Alternative(other, _better(other, own)))
        notes += (_year_end_note(policy, claim, year),)
    return own._replace(notes=notes, alternatives=tuple(alternatives))


def settle_by_year(policy: Policy, claim: Claim, year: int) -> Settlement:
    """Split a claim by the rules and totals of another year that the stay or the settlement touches."""
    if year == claim.discharged.year:
        return settle_by(policy, claim, claim.discharged, claim.year_to_date)
    stood = claim._replace(enrolment=enrolment_in(claim, year))
    return settle_by(policy, stood, day_within(claim, year), claim.other_years.get(year, NOTHING_YET))


def enrolment_in(claim: Claim, year: int) -> Enrolment:
    """Return the enrolment as it stood in another year.

    Before the year of discharge each year of difference takes one from the consecutive years. Years without a
    claim and years out of insurance are at most those since they count.
    """
    given, most = claim.enrolment, max(0, year - FIRST_YEAR_OF_INCENTIVES)
    earlier = max(0, claim.discharged.year - year)
    return Enrolment(
        max(0, given.consecutive_years - earlier),
        min(given.zero_claim_years, most),
        min(given.gap_years, most),
        given.fraud_amounts,
    )


def day_within(claim: Claim, year: int) -> date:
    """Return the day whose rules stand for another year.

    For a year before the discharge it is the year's last day, for a year after it the day of settlement.
    """
    return date(year, 12, 31) if year < claim.discharged.year else claim.settled


def _better(other: Settlement, own: Settlement) -> bool:
    """Return whether the other year is complete, and this one is not or leaves the patient more."""
    if other.status is not Status.COMPLETE or own.status is not Status.COMPLETE:
        return other.status is Status.COMPLETE
    other_part, own_part = other.amounts.psn_part_amt, own.amounts.psn_part_amt
    assert other_part is not None
    assert own_part is not None
    return other_part < own_part


def _year_end_note(policy: Policy, claim: Claim, year: int) -> Note:
    pair = {year, claim.discharged.year}
    for day in (claim.discharged, day_within(claim, year)):
        rule = policy.critical_rule(day)
        favour = rule.section.more_favourable_year if rule else None
        if rule and favour and set(favour.years) == pair:
            return Note(message("note.more_favourable_year", year=str(year)), rule.source(favour.clause))
    return Note(message("note.other_year", year=str(year)))


def settle_by(policy: Policy, claim: Claim, day: date, year: YearToDate) -> Settlement:
    """Split a claim by the rules in force on a day, on the totals of that day's year."""
    day = policy.documents.since(day)
    visit = enter(policy, claim, day, year)
    basic = work_out_basic(visit)
    critical = work_out_critical(visit, basic)
    assistance = work_out_assistance(visit, basic, critical.paid)
    amounts = bill.amounts(visit, basic, critical, assistance)
    missing = visit.missing + basic.missing + critical.missing
    parts = after = None
    if not missing:
        parts = bill.patient_parts(visit, basic, critical, assistance, amounts.hosp_part_amt or 0)
        after = bill.year_after(visit, basic, critical, assistance)
    steps = [*bill.bill_steps(visit), *basic.steps, *critical.steps, *assistance.steps]
    if amounts.psn_part_amt is not None:
        scope = policy.scope_source(day, claim.benefit)
        if amounts.hosp_part_amt and not claim.by_case:
            label = message("step.hospital_part")
            steps.append(Step("patient", label, amounts.hosp_part_amt, scope, Payer.HOSPITAL))
        steps.append(Step("patient", message("step.patient_pays"), amounts.psn_part_amt, scope))
    notes = (
        *basic.notes,
        *critical.notes,
        *assistance.notes,
        *policy.open_points(day, claim.benefit, claim.population),
    )
    return Settlement(
        day.year,
        missing,
        amounts,
        parts,
        tuple(line for line in basic.lines if line.base),
        tuple(line for line in critical.lines if line.base),
        critical.outcome,
        tuple(steps),
        notes,
        after,
    )


def hospital_faults(claim: Claim, settlement: Settlement) -> list[Fault]:
    """Return the fault of a hospital's part above what the funds leave of the bill, nothing where it is not.

    A payment that is missing counts as nothing. The part is not used where a case is paid by its price.
    """
    no_prices = any(figure.path.startswith("basic.") for figure in settlement.missing)
    if not claim.hospital_part or (claim.by_case and not no_prices):
        return []
    amounts = settlement.amounts
    left = claim.total - sum(paid or 0 for paid in (amounts.hifp_pay, amounts.hifmi_pay, amounts.maf_pay))
    if claim.hospital_part <= left:
        return []
    return [Fault("hospital_part", message("fault.hospital_above_rest", rest=grouped(left)))]
