"""The same stay twice, or one inside another: told before it is posted, refused to a clerk in real use."""

from core.claim import Claim
from core.counter.counter import Counter
from core.ledger.entries import Patient
from core.ledger.journal import STAYS, VisitMarks
from core.ledger.operators import Role
from core.messages import Fault, message


def overlaps(counter: Counter, claim: Claim, patient: Patient | None, leave_out: int = 0) -> tuple[int, ...]:
    """Return the numbers of a person's standing entries whose stay is the same as a claim's or overlaps it.

    A stay that begins on the day on which another ends follows it. Visits without a stay are the same where
    benefit, days, total and eligible cost are. ``patient`` None: nobody on file. ``leave_out`` is the number
    of an entry not to be told.
    """
    if patient is None:
        return ()
    marks = VisitMarks(claim.benefit, claim.admitted, claim.discharged, claim.total, claim.eligible)
    return tuple(counter.ledger.journal.overlaps(patient.key, marks, leave_out))


def refusal(
    counter: Counter, claim: Claim, standing: tuple[int, ...], operator: str, reason: str
) -> list[Fault]:
    """Return why a stay that overlaps standing entries may not be posted, empty where it may.

    A guarded ledger asks for a supervisor and a reason; a plain one only tells.
    """
    if not standing or claim.benefit not in STAYS or not counter.operators.guarded():
        return []
    refused = counter.refusal(operator, Role.SUPERVISOR)
    if reason and not refused:
        return []
    entries = "、".join(map(str, standing))
    return [Fault("reason", message("ledger.overlap_refused", entries=entries)), *refused]
