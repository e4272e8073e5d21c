"""The JSON object that `post` or `opening` reads, as strict cells, with every fault of it by its field."""

from collections.abc import Callable
from typing import Any, Generic, NamedTuple, TypeVar

from core.exchange.jsontext import NotAnObject, read_object, within
from core.ledger.entries import Identifier, PatientGiven
from core.messages import Fault
from core.policy.cells import Count, Day, StrictModel
from core.policy.faults import sound_part


class PatientCells(StrictModel):
    """A patient, as other programs name one."""

    id_type: str
    id: str
    name: str = ""

    def given(self) -> PatientGiven:
        """Return the patient in the form that the counter takes."""
        return PatientGiven((Identifier(self.id_type, self.id),), self.name)


class PostCells(StrictModel):
    """The cells of a posting. ``rule_year`` None: settle by the year of discharge."""

    key: str
    patient: PatientCells
    operator: str
    request: dict[str, Any]
    rule_year: Count | None = None


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
