"""The entries that a cell of a report sums."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from core.clock import BEIJING
from core.ledger.entries import EntryKind
from core.messages import term
from core.money import grouped
from core.reports.report_form import Span, is_measure
from core.reports.summing import cell_of
from desktop.presenters.lookup.masked import ENTRY, WHOLE, LookupDoors, MaskedPage
from desktop.presenters.lookup.patient import kind_text
from desktop.presenters.page import LEAVE, MANUAL, NEXT_PATIENT
from desktop.presenters.page_states import ListRow, PageState
from desktop.session import Session

if TYPE_CHECKING:
    from core.ledger.booked import Booked
    from core.ledger.entries import Entry

_COLUMNS: Final = ("number", "recorded", "name", "kind", "benefit", "operator", "total")
_PIECE: Final = 200


class SummedPage(MaskedPage):
    """Entries with what each adds to a cell; Enter shows the patient of one.

    ``heading`` names the cell and ``text`` is what it shows; ``show`` is its column's measure.
    """

    name = "summed"
    keys = {**MANUAL, **NEXT_PATIENT, **ENTRY, **WHOLE, **LEAVE}

    def __init__(
        self,
        session: Session,
        show: Callable[[], None],
        doors: LookupDoors,
        cell: tuple[str, str, str, "Sequence[Booked]"],
    ) -> None:
        super().__init__(session, show, doors)
        self._heading, self._text, self._measure, self._entries = cell
        self._adds = is_measure(self._measure)
        self._rows: tuple[ListRow, ...] = ()
        self.more()
        self._chosen = self._rows[0].value if self._rows else ""
        self.focus("list")

    @property
    def entry(self) -> "Entry | None":
        """The entry that a key would print or reverse, None where there is none."""
        return self._counter.ledger.journal.entry(int(self._chosen)) if self._chosen else None

    def more(self) -> None:
        """Put the next entries into words."""
        at = len(self._rows)
        self._rows = (*self._rows, *map(self._row, self._entries[at : at + _PIECE]))
        if at:
            self._show()

    def turn_whole(self) -> None:
        """Show names whole, or hide them again, in the rows that were read."""
        self.whole = not self.whole
        self._read_again()

    def spoken_anew(self) -> None:
        """Take another language for the rows that were read."""
        super().spoken_anew()
        self._read_again()

    def _read_again(self) -> None:
        self._rows = tuple(map(self._row, self._entries[: len(self._rows)]))
        self._show()

    def picked(self, value: str) -> None:
        """Choose an entry."""
        self._chosen = value

    def opened(self, value: str) -> None:
        """Enter on an entry: show its patient."""
        entry = self._counter.ledger.journal.entry(int(value))
        patient = None if entry is None else self._counter.ledger.patients.get(entry.patient)
        if patient is not None:
            self._doors.patient(patient)

    def _row(self, entry: "Booked") -> ListRow:
        words = self._words
        total = 0 if entry.amounts is None else entry.amounts.medfee_sumamt or 0
        texts = [
            self._counter.ledger.called(entry.number),
            f"{entry.recorded.astimezone(BEIJING):%Y-%m-%d %H:%M}",
            self._name(entry.name) if entry.name else words.text("window.entries.forgotten"),
            kind_text(
                words, entry.kind.value, entry.reverses, entry.reversed_by, self._counter.ledger.called
            ),
            words(term("benefit", entry.benefit)) if entry.benefit else "",
            entry.operator,
            grouped(-total if entry.kind is EntryKind.REVERSED else total),
        ]
        if self._adds:
            added = cell_of(self._measure, Span([entry], [entry]))
            texts.append(added if isinstance(added, str) else _written(added))
        return ListRow(str(entry.number), tuple(texts), entry.reversed_by is not None)

    def drawn(self) -> PageState:
        """Return the page."""
        words = self._words
        columns = [words.text(f"window.column.{name}") for name in _COLUMNS]
        if self._adds:
            columns.append(words.text("window.summed.adds"))
        line = words.text(
            "window.summed.sum", heading=self._heading, sum=self._text, entries=len(self._entries)
        )
        return PageState(
            words.text("window.summed.title", heading=self._heading),
            words.text("window.summed.about"),
            columns=tuple(columns),
            numbers=frozenset({6, 7}),
            rows=self._rows,
            chosen=self._chosen,
            empty=words.text("report.nothing"),
            lines=(line,),
            paged=True,
        )


def _written(cell: object) -> str:
    """Return a sum's cell as it is read: an amount, or a count."""
    fen = getattr(cell, "fen", None)
    return grouped(fen) if isinstance(fen, int) else "" if cell is None else str(cell)
