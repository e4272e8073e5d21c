"""One report on the screen: every cell leads to the entries that it sums."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from core.masking import masked_id, masked_name
from core.messages import Message
from core.money import grouped
from core.reports.report_cells import ReportCell, as_written
from core.reports.report_form import PARTS_OF, is_number, summed
from core.tables.results import Yuan
from desktop.presenters.page import LEAVE, MANUAL, NEXT_PATIENT, KeyAction
from desktop.presenters.page_states import ListRow, PageState
from desktop.presenters.plain_page import PlainPage
from desktop.presenters.reports.spans import DaySpan
from desktop.presenters.states import Notice
from desktop.presenters.working import WorkingPage
from desktop.session import Session

if TYPE_CHECKING:
    from core.ledger.booked import Booked
    from core.reports.report_files import Report

_PIECE: Final = 200
"""So many rows are put into words at a time."""

_MASKED: Final = {"name": masked_name, "id": masked_id}


class Summed(NamedTuple):
    """A cell that sums entries: its heading, what it shows, its column's measure and the entries."""

    heading: str
    text: str
    show: str
    entries: "Sequence[Booked]"


class ReportDoors(NamedTuple):
    """The ways on from a report.

    ``turn`` makes the one before (-1) or after (1), ``save`` takes a file's ending.
    """

    summed: "Callable[[Summed], object]"
    person: Callable[[str], object]
    plot: "Callable[[Report], object]"
    turn: Callable[[int], object]
    save: Callable[[str], object]
    stop: Callable[[], object]


class ReportPage(WorkingPage, PlainPage):
    """A report's rows and sums, a cell at a time."""

    name = "report"
    whole = False

    def __init__(
        self, session: Session, show: Callable[[], None], report: "Report", doors: ReportDoors
    ) -> None:
        super().__init__(session, show)
        self._doors = doors
        self.end = doors.stop
        self.take(report)

    def take(self, report: "Report") -> None:
        """Show a report of the same kind, from its first cell on."""
        self.report = report
        self._rows: tuple[ListRow, ...] = ()
        self._chosen = "0:0"
        self.more()
        self.focus("list")

    @property
    def span(self) -> DaySpan:
        """The days of the report."""
        return DaySpan(self.report.first, self.report.last)

    def usable(self, action: KeyAction) -> bool:
        """Return True where a key can be used: nothing is worked on, and there is what it is about."""
        if action is self.keys["F10"]:
            return not self.busy and bool(self.report.behind)
        return not self.busy or action.act is None

    def more(self) -> None:
        """Put the next rows into words."""
        report, at = self.report, len(self._rows)
        rows = [self._row(number) for number in range(at, min(at + _PIECE, len(report.rows)))]
        sums = at + len(rows) == len(report.rows) and any(cell is not None for cell in report.sums)
        if rows and sums:
            rows.append(self._row(len(report.rows)))
        self._rows = (*self._rows, *rows)
        if at:
            self._show()

    def _row(self, number: int) -> ListRow:
        """Return a row in words; the one after the last is that of the sums."""
        report = self.report
        last = number == len(report.rows)
        texts = [self._text(at, cell) for at, cell in enumerate(report.sums if last else report.rows[number])]
        if last and not texts[0]:
            texts[0] = self._words.text("report.sum")
        return ListRow(str(number), tuple(texts), strong=last)

    def _text(self, column: int, cell: ReportCell) -> str:
        show = self.report.form.columns[column].show
        if show in _MASKED and not self.whole and isinstance(cell, str):
            return _MASKED[show](cell)
        written = as_written(cell, self._words)
        if isinstance(written, Yuan):
            return grouped(written.fen)
        return "" if written is None else str(written)

    def turn_whole(self) -> None:
        """Show names and numbers whole, or hide them again."""
        self.whole = not self.whole
        self._read_again()

    def _read_again(self) -> None:
        """Put the rows that were read into words again."""
        read, self._rows = len(self._rows), ()
        while len(self._rows) < read:
            self.more()
        self._show()

    def spoken_anew(self) -> None:
        """Take another language for the rows, too."""
        super().spoken_anew()
        self._read_again()

    def picked(self, value: str) -> None:
        """Choose a cell."""
        self._chosen = value

    def opened(self, value: str) -> None:
        """Enter on a cell: show the entries that it sums, or the person that its line is about."""
        row, column = (int(part) for part in value.split(":"))
        report = self.report
        if report.people:
            self._doors.person(report.people[row])
        elif report.of_entries and row < len(report.rows):
            self._doors.person(report.behind[row].days[0].patient)
        elif report.behind:
            at = report.form.columns[column]
            text = self._rows[row].texts
            heading = report.headings(self._words.language)[column]
            named = "" if at.show in report.form.group else f"{text[0]} · "
            entries = summed(at.show, report.behind[row])
            show = PARTS_OF.get(at.show, at.show)
            self._doors.summed(Summed(f"{named}{heading}", text[column], show, entries))

    def open_plot(self) -> None:
        """Show the report as bars."""
        self._doors.plot(self.report)

    def turn_back(self) -> None:
        """Make the same report of the days before."""
        self._doors.turn(-1)

    def turn_on(self) -> None:
        """Make the same report of the days after."""
        self._doors.turn(1)

    def save_pdf(self) -> None:
        """Save the report on paper's pages."""
        self._doors.save(".pdf")

    def save_workbook(self) -> None:
        """Save the report for a spreadsheet."""
        self._doors.save(".xlsx")

    def save_text(self) -> None:
        """Save the report as a text table."""
        self._doors.save(".csv")

    keys = {
        **MANUAL,
        **NEXT_PATIENT,
        "PgUp": KeyAction("window.key.report.PgUp", turn_back),
        "PgDn": KeyAction("window.key.report.PgDn", turn_on),
        "F10": KeyAction("window.key.report.F10", open_plot),
        "Ctrl+N": KeyAction("window.key.Ctrl+N", turn_whole),
        "F9": KeyAction("window.key.report.F9", save_pdf),
        "Shift+F12": KeyAction("window.key.report.Shift+F12", save_workbook),
        "Ctrl+E": KeyAction("window.key.report.Ctrl+E", save_text),
        **LEAVE,
    }

    def blame(self, fault: Message) -> None:
        """Say why there is no other report."""
        self.done(fault)

    def saved(self, fault: Message | None, file: str) -> None:
        """Say where the report lies, or why it could not be saved."""
        if fault is None:
            self.done(self._words.text("window.saved_file", file=file), "done")
        else:
            self.done(fault)

    def drawn(self) -> PageState:
        """Return the page."""
        report, words = self.report, self._words
        title = words.text(
            "window.report.title",
            title=report.title(words.language),
            first=report.first.isoformat(),
            last=report.last.isoformat(),
        )
        if report.desk:
            title = f"{title}　{words(report.desk.said)}"
        state = PageState(
            title,
            words.text(
                "window.report.about_people" if report.people or report.of_entries else "window.report.about"
            ),
            columns=tuple(report.headings(words.language)),
            numbers=frozenset(at for at, each in enumerate(report.form.columns) if is_number(each.show)),
            rows=self._rows,
            chosen=self._chosen,
            empty=words.text("report.nothing"),
            paged=report.of_entries or bool(report.people),
            turns=True,
            by_cell=True,
        )
        return state if report.rows else state._replace(notice=Notice(state.empty))
