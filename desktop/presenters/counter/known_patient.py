"""A repeat patient: who is on file under the form's number, and the cells that are known of them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from core.money import plain
from desktop.presenters.counter import form, identity_cells

if TYPE_CHECKING:
    from core.claim import Claim
    from core.counter import Counter
    from core.ledger.accounts import EnrolmentRow
    from core.ledger.entries import Entry, Overlapped, Patient
    from core.ledger.journal import VisitMarks


class KnownPatient:
    """The patient on file, None for somebody new, and the enrolment account that the form was filled from.

    ``last`` is the latest visit that stands, None without one; it is read with `visit_cells`.
    """

    def __init__(self) -> None:
        self.patient: Patient | None = None
        self.enrolment: EnrolmentRow | None = None
        self.last: Entry | None = None
        self.twin: Patient | None = None
        """Somebody on file whose number is one slip of the hand away from that of somebody new."""
        self._asked = ("", "")
        self._twin_of = ""
        self._overlapped: tuple[tuple[str, VisitMarks, int], Overlapped] | None = None

    def overlapped(
        self, counter: "Counter | None", claim: "Claim", leave_out: int = 0
    ) -> "Overlapped | None":
        """Return the standing entries of the same stay, or of one that overlaps it; None without a patient.

        Asked once for each stay. ``leave_out`` is the number of an entry that is to be replaced, 0 for none.
        """
        if self.patient is None or counter is None:
            return None
        from core.ledger.journal import VisitMarks  # the window is painted first

        marks = VisitMarks(claim.benefit, claim.admitted, claim.discharged, claim.total, claim.eligible)
        asked = self.patient.key, marks, leave_out
        if self._overlapped is None or self._overlapped[0] != asked:
            self._overlapped = asked, counter.ledger.journal.overlaps(self.patient.key, marks, leave_out)
        return self._overlapped[1]

    def look_for_twin(self, counter: "Counter | None") -> None:
        """Find the twin of a number that was left and that nobody on file has; once for each number."""
        number = self._asked[1]
        if counter is None or number == self._twin_of:
            return
        from core.identity import near  # the window is painted first

        self._twin_of = number
        others = () if self.patient is not None else near(number)
        self.twin = next(filter(None, map(counter.ledger.patients.find, others)), None)

    def look_up(self, counter: "Counter | None", id_type: str, number: str) -> None:
        """Find the patient of a number, where it is not the one that was looked up last."""
        asked = (id_type, number)
        if counter is not None and asked != self._asked:
            self._asked = asked
            self.patient = counter.find(number) if number else None
            self.last = None
            if number != self._twin_of:
                self.twin = None

    def look_again(self) -> None:
        """Let the next `look_up` ask the ledger in any case."""
        self._asked = ("", "")
        self._twin_of = ""
        self._overlapped = None

    def read_enrolment(self, counter: "Counter | None") -> None:
        """Read the patient's enrolment account again."""
        if self.patient is not None and counter is not None:
            self.enrolment = counter.ledger.accounts.current(self.patient.key)

    def visit_cells(self, counter: "Counter") -> dict[str, str]:
        """Return the cells that are as they were at the patient's last visit; none of somebody new."""
        if self.patient is None:
            return {}
        known = {"name": self.patient.name}
        for identifier in self.patient.identifiers:
            if identifier.id == self._asked[1]:
                known["id_type"] = identity_cells.cells_of(identifier)["id_type"]
        self.last = counter.ledger.journal.last_visit(self.patient.key)
        return known if self.last is None else known | _visit_of(self.last.request)

    def identity_cells(self) -> dict[str, str]:
        """Return the cells of a newborn's identity that was looked up, none of any other number."""
        numbers = () if self.patient is None else self.patient.identifiers
        cells = (identity_cells.cells_of(each) for each in numbers if each.id == self._asked[1])
        return next((each for each in cells if identity_cells.is_newborn(each)), {})

    def last_cells(self) -> dict[str, str]:
        """Return benefit, level and category of the latest visit, empty where it states none."""
        return {} if self.last is None else _visit_of(self.last.request)

    def stands(self, cell: str, text: str) -> bool:
        """Return True where a text is what stood in a cell at the patient's last visit."""
        return self.last is not None and bool(text) and _visit_of(self.last.request).get(cell) == text

    def enrolment_cells(self, counter: "Counter | None", year: int) -> dict[str, str]:
        """Read the enrolment account and return its cells as they count in a year.

        A patient without an account has the enrolment of the last visit. The cells of somebody new are empty.
        """
        self.enrolment = None
        known = dict.fromkeys(form.ENROLMENT, "")
        if self.patient is None or counter is None:
            return known
        self.enrolment = counter.ledger.accounts.current(self.patient.key)
        if self.enrolment:
            enrolment = self.enrolment.account.enrolment(year)
            counts = {name: getattr(enrolment, name) for name in form.ENROLMENT[:3]}
            known |= {name: str(count) for name, count in counts.items() if count}
            known["fraud_amounts"] = " ".join(plain(fen) for fen in enrolment.fraud_amounts)
            return known
        last = counter.ledger.journal.last_visit(self.patient.key)
        return known if last is None else known | _enrolment_of(last.request)


def _visit_of(request: Mapping[str, Any]) -> dict[str, str]:
    """Return the cells of a posted request that the next visit probably shares."""
    return {
        "benefit": str(request.get("benefit", "")),
        "level": str(request.get("hospital_level", "")),
        "population": str(request.get("population", "")),
    }


def _enrolment_of(request: Mapping[str, Any]) -> dict[str, str]:
    """Return the enrolment cells of a posted request."""
    enrolment = request.get("enrolment") or {}
    return {name: str(enrolment[name]) for name in form.ENROLMENT[:3] if name in enrolment}
