"""The walk through the guided form: from cell to cell, from section to section, to a cell's origin."""

from abc import abstractmethod
from collections.abc import Callable

from desktop.presenters.page import CellPage
from desktop.presenters.rules.pack_layout import row_of
from desktop.presenters.rules.pack_shape import SECTIONS, PackRow, origin_name, origin_path
from desktop.session import Session


class SectionPage(CellPage):
    """A form in sections. Enter walks through its cells, the page keys through its sections."""

    def __init__(self, session: Session, show: Callable[[], None]) -> None:
        super().__init__(session, show)
        self._section = SECTIONS[0]
        self._copied = ""

    @property
    @abstractmethod
    def _rows(self) -> tuple[PackRow, ...]:
        """The lines of the section that is open."""

    @abstractmethod
    def _settle(self, name: str) -> None:
        """Finish a cell that is left."""

    @property
    def order(self) -> tuple[str, ...]:  # type: ignore[override]
        """The section's cells as Enter walks them."""
        return tuple(name for row in self._rows for name in row.names)

    def enter(self, name: str) -> None:
        """Enter: go to the next cell, from the last one to the next section."""
        if self.question:
            return
        self._settle(name)
        row = row_of(self._rows, name)
        if row is not None and origin_path(name):
            self._copied = self.texts.get(name, "") or self._copied
            name = row.names[-1]
        if name == self.order[-1] and self._section != SECTIONS[-1]:
            self._turn_to(1)
        else:
            self._step(name, 1)

    def back(self, name: str) -> None:
        """Shift and Enter: go to the cell before, from the first one into the list of versions."""
        self._settle(name)
        row = row_of(self._rows, name)
        if row is not None and origin_path(name):
            self.focus(row.names[0])
        elif self._section == SECTIONS[0] and name == self.order[0]:
            self.focus("list")
        else:
            self._step(name, -1)
        self._show()

    def help_anchors(self) -> list[str]:
        """The place in the manual of the section that is open."""
        return [f"{self.name}.{self._section}"]

    def turn_back(self) -> None:
        """PgUp: show the section before."""
        self._settle(self.at)
        self._turn_to(-1)

    def turn_on(self) -> None:
        """PgDn: show the next section."""
        self._settle(self.at)
        self._turn_to(1)

    def section(self, value: str) -> None:
        """Show the section that was chosen."""
        if value in SECTIONS and value != self._section:
            self._settle(self.at)
            self._turn_to(SECTIONS.index(value) - SECTIONS.index(self._section))

    def _turn_to(self, by: int) -> None:
        at = SECTIONS.index(self._section) + by
        self._section = SECTIONS[max(0, min(at, len(SECTIONS) - 1))]
        self.focus("list" if self._section == SECTIONS[0] else self.order[0])
        self._show()

    def to_origin(self) -> None:
        """F8: go from a cell to where it was copied from, or back."""
        row = row_of(self._rows, self.at)
        if row is not None:
            self.focus(row.names[0] if origin_path(self.at) else origin_name(row.origin))
            self._show()

    def copy_origin(self) -> None:
        """Shift+F8: put the last place in the section, else the one typed last, into this line too."""
        row = row_of(self._rows, self.at)
        if row is None:
            return
        place = self._copied
        for other in self._rows:
            place = self.texts.get(origin_name(other.origin), "") or place
        if place:
            self.typed(origin_name(row.origin), place)
            self.enter(row.names[-1])
