"""What the ledger knows of a form that was put aside: whether its visit or its patient was posted since."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from core.ledger.drafts import Aside
from core.ledger.entries import MARK, NEWBORN, Entry

if TYPE_CHECKING:
    from core.counter.counter import Counter


def posted_since(counter: "Counter", aside: Aside) -> Entry | None:
    """Return the entry of the form itself, else the patient's latest standing one that was posted since.

    None where the patient has not been posted since the form was put aside. Raises a `KnownError` where the
    ledger cannot be read.
    """
    journal = counter.ledger.journal
    own = journal.entry_by_key(aside.form.get("key", ""))
    number = _number_in(aside.form)
    patient = counter.find(number) if number else None
    if own is not None or patient is None or aside.recorded is None:
        return own
    since = [
        entry
        for entry in journal.entries(patient.key)
        if entry.settlement is not None
        and entry.reversed_by is None
        and entry.reverses is None
        and entry.recorded >= aside.recorded
    ]
    return since[-1] if since else None


def _number_in(form: Mapping[str, str]) -> str:
    """Return the number that a form is for; a newborn's is the mother's with the birth and the child's."""
    number = form.get("id", "").strip().upper()
    if form.get("id_type") != NEWBORN or not number:
        return number
    return MARK.join((number, form.get("born", "").replace("-", ""), form.get("child", "")))
