"""The base of the pages that enter something about a patient: every cell is read at once."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from core.messages import Message, message
from desktop.presenters.plain_page import AboutOne

if TYPE_CHECKING:
    from core.ledger.entries import PatientGiven


class EnteredPage(AboutOne):
    """A page about one patient's year whose cells are entered together."""

    def _values(self) -> dict[str, Any]:
        """Return the values of all cells; None where nothing is typed, a message where it cannot be read."""
        return {name: self._read(name) for name in self.order}

    def _blame_values(self, values: dict[str, Any], required: Collection[str]) -> None:
        """Say under each cell that it cannot be read, or that it is required and empty."""
        for name, value in values.items():
            if isinstance(value, Message):
                self.faults[name] = self._words(value)
            elif value is None and name in required:
                self.faults[name] = self._words(message("fault.required"))

    def _focus_fault(self) -> bool:
        """Put the focus into the first cell at fault; return whether there is one."""
        wrong = next((name for name in self.order if name in self.faults), "")
        if wrong:
            self.focus(wrong)
        return bool(wrong)

    def _patient(self, values: dict[str, Any]) -> "PatientGiven":
        """Return the patient as typed."""
        from core.ledger.entries import Identifier, PatientGiven  # loaded with the counter

        return PatientGiven((Identifier(self._id_type, values["id"]),), values["name"])
