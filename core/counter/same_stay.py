"""The same stay twice, or one inside another: told before it is posted, refused to a clerk in real use."""

from core.claim import Claim
from core.counter.counter import Counter
from core.ledger.entries import Overlapped, Patient
from core.ledger.journal import STAYS, VisitMarks
from core.ledger.operators import Role
from core.messages import Fault, message


def overlaps(
    counter: Counter, claim: Claim, patient: Patient | None, before: int | None = None
) -> Overlapped:
    """Return a person's standing entries whose stay is the same as a claim's or overlaps it.

    A stay that begins on the day on which another ends follows it. Visits without a stay are the same where
    benefit, days, total and eligible cost are. ``patient`` None: nobody on file. ``before``: only entries
    whose stamp is below this one, None for all.
    """
    if patient is None:
        return Overlapped()
    marks = VisitMarks(claim.benefit, claim.admitted, claim.discharged, claim.total, claim.eligible)
    journal = counter.ledger.journal
    if before is None:
        return journal.overlaps(patient.key, marks)
    return journal.overlaps(patient.key, marks, before=before)


def refusal(counter: Counter, claim: Claim, standing: Overlapped, operator: str, reason: str) -> list[Fault]:
    """Return why a stay that overlaps standing entries may not be posted, empty where it may.

    A guarded ledger asks for a supervisor and a reason; a plain one only tells.
    """
    if not standing.numbers or claim.benefit not in STAYS or not counter.operators.guarded():
        return []
    refused = counter.refusal(operator, Role.SUPERVISOR)
    if reason and not refused:
        return []
    return [Fault("reason", message("ledger.overlap_refused", entries=standing.told)), *refused]
