"""The page of a fund's year: its claims against its plan, scenarios, the figure that meets a budget."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from core.exchange.fund import FIRST_YEAR, LAST_YEAR
from core.jobs.model_values import ChartTold, ModelWritten, ModelYear, TableTold, WriteModel, YearTold
from core.jobs.values import DeskLedger
from core.messages import Fault, message
from desktop.presenters import typed
from desktop.presenters.page import LEAVE, MANUAL, NEXT_PATIENT, KeyAction
from desktop.presenters.page_states import ListRow, PageState
from desktop.presenters.states import Notice, Option
from desktop.presenters.work_page import Work, WorkPage

if TYPE_CHECKING:
    from desktop.session import Session

_SOURCES: Final = ("people", "ledger", "tables")
_MONTHS: Final = 12
_AMOUNTS: Final = ("carried", "last_year")
_BETWEEN: Final = ";"
_MANY: Final = 7
_CELL_OF: Final = {"claims": "files", "set": "sets"}
"""The cells of faults that have another name."""


class ModelActs(NamedTuple):
    """What the page has done outside: dialogs for files, a folder for the results, the charts."""

    choose: Callable[[bool], list[str]]
    ledger: Callable[[], DeskLedger]
    unused: Callable[[str], Path]
    show: Callable[[tuple[ChartTold, ...]], object]
    open_file: Callable[[Path], bool]
    announce: Callable[[Notice], object]


class ModelPage(WorkPage):
    """A year of the fund of this desk's region, worked out beside the window."""

    name = "model"
    order = (
        *("year", "source", "population", "files", "through", "budget", "carried", "last_year"),
        *("sets", "solve"),
    )
    short = frozenset({"year", "through"})
    long = frozenset({"population", "files", "budget", "sets", "solve"})

    def __init__(self, session: "Session", show: Callable[[], None], work: Work, acts: ModelActs) -> None:
        super().__init__(session, show, work, acts.announce)
        self._acts = acts
        self._tables: tuple[TableTold, ...] = ()
        self._charts: tuple[ChartTold, ...] = ()
        self._notes: tuple[str, ...] = ()
        self._place = 0
        self.texts |= {"year": str(session.today().year), "source": _SOURCES[0]}
        self.focus("year")

    def changed(self, name: str) -> None:
        """Show nothing of a year that was worked out from other cells."""
        del name
        self._tables, self._charts, self._notes, self._place = (), (), (), 0

    def cell_of(self, field: str) -> str:
        """Return the cell that a fault belongs to; one of a figure that is missing belongs to none."""
        return _CELL_OF.get(field, field)

    def choose(self) -> None:
        """F3: choose tables of claims, or in their cells a file of the insured or of the budget."""
        at = self.at if self.at in ("population", "budget") else "files"
        chosen = self._acts.choose(at == "files")
        if chosen:
            self.typed(at, _BETWEEN.join(chosen))

    def run_year(self) -> None:
        """F12: work the year out."""
        job = self._job()
        if isinstance(job, Fault):
            self.refuse(job)
            return

        def done(told: YearTold) -> None:
            self._tables, self._charts, self._notes, self._place = told.tables, told.charts, told.notes, 0
            self.focus("list")

        self.run(job, done)

    def _job(self) -> ModelYear | Fault:
        year = typed.count(self.texts.get("year", ""))
        if not isinstance(year, int) or not FIRST_YEAR <= year <= LAST_YEAR:
            return Fault("year", message("fault.number_between", first=FIRST_YEAR, last=LAST_YEAR))
        through = typed.count(self.texts.get("through", ""))
        if through is not None and not (isinstance(through, int) and 1 <= through <= _MONTHS):
            return Fault("through", message("fault.number_between", first=1, last=_MONTHS))
        source, files = self.texts["source"], self._parts("files")
        if source == "tables" and not files:
            return Fault("files", message("fault.required"))
        return ModelYear(
            self._acts.ledger(),
            self._words.language,
            year,
            self._session.settings.region,
            source,
            self._text("population"),
            tuple(map(Path, files)),
            self._text("budget"),
            tuple(self._parts("sets")),
            self._text("solve"),
            self._text("carried"),
            self._text("last_year"),
            through,
        )

    def _text(self, name: str) -> str:
        return self.texts.get(name, "").strip()

    def _parts(self, name: str) -> list[str]:
        parts = self.texts.get(name, "").replace("；", _BETWEEN).split(_BETWEEN)
        return [part.strip() for part in parts if part.strip()]

    # ---- what came of it

    def _there(self) -> bool:
        """Return whether a year is shown, and say what to do where none is."""
        if not self._tables:
            self.tell(message("window.model.run_first"), "wrong")
        return bool(self._tables)

    def _turn_table(self, by: int) -> None:
        if self._tables:
            self._place = (self._place + by) % len(self._tables)
            self.focus("list")
            self._show()

    def turn_back(self) -> None:
        """PgUp: the table before."""
        self._turn_table(-1)

    def turn_on(self) -> None:
        """PgDn: the next table."""
        self._turn_table(1)

    def open_charts(self) -> None:
        """F10: show the charts."""
        if self._there():
            self._acts.show(self._charts)

    def save(self) -> None:
        """F9: write report, workbook and charts into a folder of the documents."""
        if not self._there():
            return
        year = self._text("year")
        out = self._acts.unused(self._words.text("window.model.folder", year=year))

        def done(written: ModelWritten) -> None:
            self.tell(self._words.text("window.saved_file", file=str(out)))
            self._acts.open_file(written.files[0])

        self.run(WriteModel(out, self._words.language), done)

    keys = {
        **MANUAL,
        **NEXT_PATIENT,
        "PgUp": KeyAction("window.key.model.PgUp", turn_back),
        "PgDn": KeyAction("window.key.model.PgDn", turn_on),
        "F3": KeyAction("window.key.model.F3", choose),
        "F12": KeyAction("window.key.model.F12", run_year),
        "F10": KeyAction("window.key.model.F10", open_charts),
        "F9": KeyAction("window.key.model.F9", save),
        **LEAVE,
    }

    def drawn(self) -> PageState:
        """Return the page."""
        words, table = self._words, self._tables[self._place] if self._tables else None
        sources = tuple(
            Option(each, str(at), words.text(f"window.model.source.{each}"))
            for at, each in enumerate(_SOURCES, 1)
        )
        lines: tuple[str, ...] = ()
        if table is not None:
            named = words.text(
                "window.model.table", title=table.title, at=self._place + 1, of=len(self._tables)
            )
            lines = (named, *self._notes)
        return PageState(
            words.text("window.model.title"),
            words.text("window.model.about"),
            {
                name: self._cell(
                    name,
                    f"window.model.{name}",
                    sources if name == "source" else (),
                    number=name in _AMOUNTS,
                )
                for name in self.order
            },
            (("", self.order),),
            columns=tuple(words.text(f"model.head.{name}") for name in ("figure", "value", "clause"))
            if table is None
            else _in_lines(table.headings),
            numbers=frozenset() if table is None else table.numbers,
            rows=()
            if table is None
            else tuple(ListRow(str(at), texts) for at, texts in enumerate(table.rows)),
            empty=words.text("window.model.nothing"),
            narrow=True,
            turns=True,
            lines=lines,
        )


def _in_lines(headings: tuple[str, ...]) -> tuple[str, ...]:
    """Return headings, each word on a line of its own where a table has many: figures need the room."""
    return tuple(each.replace(" ", "\n") for each in headings) if len(headings) > _MANY else headings
