"""The outcome of a reading: what the visit comes to, or everything that is wrong with it."""

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from core.messages import Fault, Message, message
from core.money import grouped
from core.vocabulary import Benefit
from desktop.presenters.counter import form

if TYPE_CHECKING:
    from core.counter import Counter, WorkedOut
    from core.ledger.entries import Entry, Patient
    from desktop.presenters.counter.reading import Reading

_NO_FAULTS: Final[Mapping[str, Message]] = MappingProxyType({})


class Outcome(NamedTuple):
    """A visit worked out, or its faults by cell.

    ``worked`` is None while something is missing or wrong. ``region_fault`` is a fault of no cell: the
    region has no rules for the visit, for example.
    """

    worked: "WorkedOut | None" = None
    faults: Mapping[str, Message] = _NO_FAULTS
    region_fault: Message | None = None

    def blamed(self, faults: Sequence[Fault], texts: Mapping[str, str]) -> "Outcome":
        """Return the outcome with more faults, each at its cell; a cell keeps the fault that it has."""
        by_cell, region_fault = dict(self.faults), self.region_fault
        for fault in faults:
            cell = form.cell_of(fault.field)
            if cell == "category_b" and not texts.get(cell):
                cell = "category_b_total"
            if cell in form.ALL_CELLS:
                by_cell.setdefault(cell, fault.message)
            else:
                region_fault = fault.message
        return Outcome(self.worked, by_cell, region_fault)


def work_out(
    reading: "Reading",
    counter: "Counter | None",
    region: str,
    patient: "Patient | None",
    leave_out: Collection[int] = (),
) -> Outcome:
    """Work a reading out on the totals of a known patient, as far as it is sound and complete.

    ``leave_out``: numbers of entries whose place the visit is to take.
    While cells are missing, those that are there are held against each other.
    """
    outcome = Outcome(faults=reading.faults)
    values, shown = reading.values, reading.shown
    if counter is not None and not reading.faults and values.keys() >= set(reading.needed):
        asked = form.request(values, shown, region, reading.lines_sum)
        from core.counter import posting  # the window is painted first

        worked = posting.work_out(counter, asked, patient, leave_out)
        return outcome.blamed(worked, reading.texts) if isinstance(worked, list) else Outcome(worked)
    given = {name: value for name, value in values.items() if name in shown}
    if len(given) > len(form.DEFAULTS):
        return outcome.blamed(_contradictions(given), reading.texts)
    return outcome


def posted_already(entry: "Entry") -> Message:
    """Return what is said of a form that has its entry, which may have been reversed since."""
    if entry.reversed_by is None:
        return message("window.already_posted", number=entry.number)
    return message("window.posted_and_reversed", number=entry.number, by=entry.reversed_by)


def reworked(before: Outcome, after: Outcome) -> Message | None:
    """Return what to say where the same form comes to another sum than before, None where it does not."""
    if before.worked is None or after.worked is None:
        return None
    sums = [each.worked.settlement.amounts.psn_part_amt for each in (before, after) if each.worked]
    if None in sums or sums[0] == sums[1]:
        return None
    return message("window.reworked", before=grouped(sums[0] or 0), now=grouped(sums[1] or 0))


def _contradictions(values: Mapping[str, Any]) -> list[Fault]:
    """Return the faults of cells that cannot be true together."""
    from core.claim import disagreements  # the window is painted first

    pooled = Benefit(values["benefit"]).pooled if "benefit" in values else True
    return disagreements(
        admitted=values.get("admitted") if pooled else None,
        discharged=values.get("discharged"),
        settled=values.get("settled"),
        total=values.get("total"),
        eligible=values.get("eligible"),
        category_b=values.get("category_b"),
    )
