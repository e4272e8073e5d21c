"""A report as bars: who bears the cost by month, level, benefit, category or operator."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from core.clock import BEIJING
from core.ledger.entries import EntryKind
from core.messages import message, term
from core.money import grouped
from core.vocabulary import Benefit, Level, Payer, Population
from desktop.presenters.page import LEAVE, MANUAL, NEXT_PATIENT
from desktop.presenters.page_states import ListRow, PageState
from desktop.presenters.plain_page import PlainPage
from desktop.presenters.reports.report import Summed
from desktop.presenters.result_states import Share
from desktop.presenters.states import Option
from desktop.session import Session

if TYPE_CHECKING:
    from core.ledger.booked import Booked
    from core.reports.report_files import Report

CUTS: Final = ("month", "level", "benefit", "category", "operator")
"""What the bars are by."""

_ORDER: Final[Mapping[str, tuple[str, ...]]] = {
    "level": tuple(Level),
    "benefit": tuple(Benefit),
    "category": tuple(Population),
}
_LAYERS: Final = {
    "hifp_pay": Payer.BASIC,
    "hifmi_pay": Payer.CRITICAL_ILLNESS,
    "maf_pay": Payer.ASSISTANCE,
    "hosp_part_amt": Payer.HOSPITAL,
    "psn_part_amt": Payer.PATIENT,
}
"""The amounts of a bar, each with its payer."""

_TOTAL: Final = "medfee_sumamt"


class PlotPage(PlainPage):
    """The bars of a report's entries; ``open_entries`` shows those behind one."""

    name = "plot"
    order = ("cut",)
    keeps = True
    keys = {**MANUAL, **NEXT_PATIENT, **LEAVE}

    def __init__(
        self,
        session: Session,
        show: Callable[[], None],
        report: "Report",
        open_entries: Callable[[Summed], object],
    ) -> None:
        super().__init__(session, show)
        self._report = report
        self._entries = [each for each in report.behind[-1].days if each.amounts is not None]
        self._open = open_entries
        self._chosen = "0"
        self.texts["cut"] = self._first_cut()
        self._groups = self._grouped()
        self.focus("cut")

    def _first_cut(self) -> str:
        """Return what the report itself is summed by, months where it has more than one or nothing else."""
        of_report = self._report.form.group[:1]
        return of_report[0] if of_report and of_report[0] in CUTS else CUTS[0]

    def _grouped(self) -> "list[tuple[str, list[Booked]]]":
        """Return the entries of each bar, in the order of the vocabulary or the calendar."""
        cut = self.texts["cut"]
        groups: dict[str, list[Booked]] = {}
        for entry in self._entries:
            groups.setdefault(_value(cut, entry), []).append(entry)
        order = _ORDER.get(cut, ())
        return sorted(
            groups.items(), key=lambda each: (order.index(each[0]) if each[0] in order else -1, each[0])
        )

    def changed(self, _name: str) -> None:
        """Sum the entries up by something else."""
        self._groups, self._chosen = self._grouped(), "0"

    def enter(self, _name: str) -> None:
        """Go into the list."""
        self.focus("list")
        self._show()

    def picked(self, value: str) -> None:
        """Choose a bar."""
        self._chosen = value

    def opened(self, value: str) -> None:
        """Enter on a bar: show the entries that it sums."""
        at = int(value)
        label, entries = (
            self._groups[at] if at < len(self._groups) else (self._words.text("report.sum"), self._entries)
        )
        label = self._label(label) if at < len(self._groups) else label
        heading = self._words.text("window.plot.total")
        text = grouped(_net(_TOTAL, entries))
        self._open(Summed(f"{label} · {heading}", text, f"net_{_TOTAL}", entries))

    def drawn(self) -> PageState:
        """Return the page."""
        words = self._words
        cuts = tuple(
            Option(each, str(at), words.text(f"window.plot.{each}")) for at, each in enumerate(CUTS, 1)
        )
        layers = [name for name in _LAYERS if name != "hosp_part_amt" or _net(name, self._entries)]
        rows = [
            self._row(str(at), self._label(value), each, layers) for at, (value, each) in self._numbered()
        ]
        if len(rows) > 1:
            whole = self._row(str(len(rows)), words.text("report.sum"), self._entries, layers)
            rows.append(whole._replace(strong=True))
        names = ("entries", "total", *(f"payer.{_LAYERS[name].value}" for name in layers), "shares")
        columns = (words.text(f"window.plot.{self.texts['cut']}"), *(self._heading(name) for name in names))
        report = self._report
        return PageState(
            words.text(
                "window.report.title",
                title=words.text("window.plot.title"),
                first=report.first.isoformat(),
                last=report.last.isoformat(),
            ),
            words.text("window.plot.about"),
            {"cut": self._cell("cut", "window.plot.by", cuts)},
            (("", self.order),),
            columns,
            frozenset(range(1, len(columns) - 1)),
            tuple(rows),
            self._chosen,
            empty=words.text("report.nothing"),
            plot=True,
        )

    def _numbered(self) -> "enumerate[tuple[str, list[Booked]]]":
        return enumerate(self._groups)

    def _heading(self, name: str) -> str:
        words = self._words
        if name.startswith("payer."):
            return words(term("payer", name.removeprefix("payer.")))
        return words.text(f"window.plot.{name}")

    def _label(self, value: str) -> str:
        cut, words = self.texts["cut"], self._words
        if cut in _ORDER and value:
            return words(message(f"{ {'category': 'population'}.get(cut, cut) }.{value}"))
        return value or "—"

    def _row(self, value: str, label: str, entries: "list[Booked]", layers: list[str]) -> ListRow:
        """Return a bar with its sums: net, and no shorter than nothing where more was taken back."""
        counted = sum(1 if each.kind is EntryKind.POSTED else -1 for each in entries)
        sums = {name: _net(name, entries) for name in (_TOTAL, *layers)}
        shares = tuple(
            Share(
                _LAYERS[name].value,
                self._heading(f"payer.{_LAYERS[name].value}"),
                grouped(sums[name]),
                sums[name],
            )
            for name in layers
            if sums[name] > 0
        )
        texts = (label, str(counted), *(grouped(fen) for fen in sums.values()), "")
        return ListRow(value, texts, shares=shares)


def _value(cut: str, entry: "Booked") -> str:
    if cut == "month":
        return f"{entry.recorded.astimezone(BEIJING):%Y-%m}"
    return str(getattr(entry, cut))


def _net(name: str, entries: "list[Booked]") -> int:
    """Return what was posted less what was taken back (fen)."""
    return sum(
        (1 if each.kind is EntryKind.POSTED else -1) * (getattr(each.amounts, name) or 0) for each in entries
    )
