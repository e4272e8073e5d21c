"""Pages that list people: names and numbers with their middle hidden, until a key asks for them."""

from typing import TYPE_CHECKING

from desktop.presenters.page import PlainPage
from desktop.presenters.typed import masked, masked_name

if TYPE_CHECKING:
    from core.ledger.entries import Patient


class MaskedPage(PlainPage):
    """F8 shows names and numbers whole, or hides them again; a page opens with them hidden."""

    whole = False
    keeps = True

    def press(self, key: str) -> bool:
        """F8: show names and numbers whole, or hide them; False for another key."""
        if key != "F8":
            return super().press(key)
        self.whole = not self.whole
        self._show()
        return True

    def _name(self, name: str) -> str:
        return name if self.whole else masked_name(name)

    def _numbers(self, patient: "Patient") -> str:
        return "  ".join(each.id if self.whole else masked(each.id) for each in patient.identifiers)
