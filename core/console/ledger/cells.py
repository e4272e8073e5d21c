"""The JSON object that `post` or `opening` reads, as strict cells, with every fault of it by its field."""

from collections.abc import Callable
from typing import Any, Generic, NamedTuple, TypeVar

from core.counter.input_text import newborn_id
from core.exchange.jsontext import NotAnObject, read_object, within
from core.ledger.entries import NEWBORN, UNKNOWN, Identifier, PatientGiven
from core.messages import Fault, Message, message
from core.policy.cells import Count, Day, StrictModel
from core.policy.faults import sound_part


class PatientCells(StrictModel):
    """A patient, as other programs name one.

    A newborn without a number (``id_type`` 990201) has ``mother`` (an identifier), ``born`` and ``child``
    (1, 2 …) in place of ``id``; somebody without any (``id_type`` unknown) has no ``id`` the first time.
    """

    id_type: str
    id: str = ""
    name: str = ""
    mother: str = ""
    born: Day | None = None
    child: Count | None = None

    def given(self) -> PatientGiven | list[Fault]:
        """Return the patient in the form that the counter takes, or what is wrong."""
        if self.id or self.id_type not in (NEWBORN, UNKNOWN):
            spare = {"mother": self.mother, "born": self.born, "child": self.child}
            faults = [
                Fault(f"patient.{name}", message("ledger.newborn_only"))
                for name, value in spare.items()
                if value not in ("", None)
            ]
            return faults or PatientGiven((Identifier(self.id_type, self.id),), self.name)
        if self.id_type == UNKNOWN:
            return PatientGiven((), self.name, unnumbered=True)
        if not self.mother or self.born is None or not self.child:
            wanted = {"mother": self.mother, "born": self.born, "child": self.child}
            return [
                Fault(f"patient.{name}", message("fault.required"))
                for name, value in wanted.items()
                if not value
            ]
        number = newborn_id(self.mother, self.born, self.child)
        if isinstance(number, Message):
            return [Fault("patient.mother", number)]
        return PatientGiven((Identifier(NEWBORN, number),), self.name)


class FactsCells(StrictModel):
    """What is known of a visit beside its figures."""

    setl_id: str | None = None
    mdtrt_id: str | None = None
    psn_no: str | None = None
    receipt: str | None = None
    injury: bool | None = None
    third_party: bool | None = None
    filed: bool | None = None


class PostCells(StrictModel):
    """The cells of a posting. ``rule_year`` None: settle by the year of discharge."""

    key: str
    patient: PatientCells
    operator: str
    request: dict[str, Any]
    rule_year: Count | None = None
    facts: FactsCells | None = None


class OpeningCells(StrictModel):
    """The cells of a year's totals as the insurer's platform states them on the day ``as_of``."""

    key: str
    patient: PatientCells
    operator: str
    year: Count
    as_of: Day
    totals: dict[str, Any]


Cells = TypeVar("Cells", bound=StrictModel)


class CellsRead(NamedTuple, Generic[Cells]):
    """An object that was read: its cells, its tables as they stand in the text, and its faults.

    ``cells`` None: too little of the object is sound to make any.
    """

    cells: Cells | None
    tables: dict[str, Any]
    faults: list[Fault]

    def inner_faults(self, read: Callable[[dict[str, Any], list[Fault]], object]) -> list[Fault]:
        """Return the faults that ``read`` finds in the request as well, so that all are told at once."""
        request = self.tables.get("request")
        if not isinstance(request, dict):
            return []
        asked = read(request, list(self.faults))
        return [fault for fault in asked if fault not in self.faults] if isinstance(asked, list) else []


def read_cells(model: type[Cells], text: bytes, inner: str = "") -> CellsRead[Cells]:
    """Read one JSON object as cells of a model.

    A fault inside the field ``inner`` is named as `settle` names it, without that field in front.
    """
    try:
        tables, faults = read_object(text)
    except NotAnObject as refused:
        return CellsRead(None, {}, [Fault("request", refused.said)])
    already = {fault.field for fault in faults}
    cells, formal = sound_part(model, tables, {})
    faults += [fault for fault in formal if not within(fault.field, already)]
    if inner:
        faults = [Fault(fault.field.removeprefix(f"{inner}."), fault.message) for fault in faults]
    return CellsRead(cells, tables, faults)
