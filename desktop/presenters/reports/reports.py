"""The office's reports: what days, whose entries, and which kind."""

from collections.abc import Callable
from datetime import date
from typing import Final

from core.messages import Message, message
from core.reports.making import ReportAsked
from core.reports.report_form import KINDS, NEAR_LIMITS, ReportForm, form_of
from desktop.presenters import typed
from desktop.presenters.desk_cell import DESK, DeskCell
from desktop.presenters.page import LEAVE, MANUAL, NEXT_PATIENT, CellPage
from desktop.presenters.page_states import ListRow, PageState
from desktop.presenters.plain_page import PlainPage
from desktop.presenters.reports.spans import PERIODS, DaySpan, span_of_period
from desktop.presenters.states import Cell, Option
from desktop.presenters.working import WorkingPage
from desktop.session import Session

_DAYS: Final = ("first", "last")
_SHARE: Final = "80"


class ReportsPage(WorkingPage, PlainPage):
    """The kinds of reports. ``make`` begins one, which opens its own page once it is there."""

    name = "reports"
    order: tuple[str, ...] = ("period", *_DAYS, "operator", "share")
    short = frozenset({"first", "last", "share"})
    keeps = True
    keys = {**MANUAL, **NEXT_PATIENT, **LEAVE}

    def __init__(
        self,
        session: Session,
        show: Callable[[], None],
        make: Callable[[ReportAsked], object],
        stop: Callable[[], object],
    ) -> None:
        super().__init__(session, show)
        self.end = stop
        self._make = make
        self._today = session.today()
        self._chosen = KINDS[0]
        self._desk = DeskCell(session.opened)
        self.order = (*self.order[:-1], *self._desk.names, self.order[-1])
        self.texts |= {"period": PERIODS[0], "share": _SHARE}
        self._fill_days()
        self.focus("list")

    def _fill_days(self) -> None:
        span = span_of_period(self.texts["period"], self._today)
        self.texts |= {"first": span.first.isoformat(), "last": span.last.isoformat()}

    def changed(self, name: str) -> None:
        """Fill in the days of a period; days that are typed are no period."""
        if name == "period" and self.texts["period"] != "days":
            for day in _DAYS:
                self.faults.pop(day, None)
            self._fill_days()
        elif name in _DAYS:
            self.texts["period"] = "days"

    def chosen(self, name: str, value: str) -> None:
        """Take a period; unless its days are to be typed, go on to the kinds."""
        self.typed(name, value)
        self.focus("first" if value == "days" else "list")
        self._show()

    def enter(self, name: str) -> None:
        """Go on to the next cell, unless this one is wrong; after the last one into the list."""
        value = self._read(name)
        if not self._accept(name, value):
            return
        if name in ("last", self.order[-1]):
            self.focus("list")
            self._show()
        else:
            CellPage.enter(self, name)

    def _read(self, name: str) -> date | int | str | Message:
        """Return a cell's value, or what is wrong with it."""
        text = self.texts.get(name, "")
        if name in _DAYS:
            return typed.recent_day(text, self._today) or message("window.fault.day")
        if name == "share":
            share = typed.count(text)
            wrong = not isinstance(share, int) or not 1 <= share <= 100
            return message("report.fault.share") if wrong or share is None else share
        if name == DESK and text.strip():
            scope = self._desk.scope(text)
            return scope if isinstance(scope, Message) else scope.code
        return typed.tidy(text)

    def picked(self, value: str) -> None:
        """Choose a kind."""
        self._chosen = value

    def opened(self, value: str) -> None:
        """Enter on a kind: make the report of these days."""
        self._chosen = value
        values = {name: self._read(name) for name in self.order}
        wrong = {name: each for name, each in values.items() if isinstance(each, Message)}
        if value != NEAR_LIMITS:
            wrong.pop("share", None)
        if wrong:
            self.faults |= {name: self._words(each) for name, each in wrong.items()}
            self.focus(next(iter(wrong)))
            self._show()
            return
        first, last, share = values["first"], values["last"], values["share"]
        assert isinstance(first, date)
        assert isinstance(last, date)
        asked = ReportAsked(value, first, last, str(values["operator"]), desk=str(values.get(DESK, "")))
        self._make(asked._replace(share=share) if isinstance(share, int) else asked)

    def blame(self, fault: Message) -> None:
        """Say why there is no report; what is wrong about the days is said at the last one."""
        if fault.id == "report.fault.days":
            self.faults["last"] = self._words(fault)
            self.focus("last")
        self.done(fault)

    def turned(self, span: DaySpan) -> None:
        """Take over the days to which a report was turned."""
        self.texts |= {"first": span.first.isoformat(), "last": span.last.isoformat()}
        same = (each for each in PERIODS[:-1] if span_of_period(each, self._today) == span)
        self.texts["period"] = next(same, "days")

    def drawn(self) -> PageState:
        """Return the page."""
        words = self._words
        return PageState(
            words.text("window.reports.title"),
            words.text("window.reports.about"),
            {name: self._drawn_cell(name) for name in self.order},
            ((words.text("window.reports.what"), self.order),),
            tuple(words.text(f"window.reports.column.{name}") for name in ("kind", "says")),
            rows=tuple(self._row(kind) for kind in KINDS),
            chosen=self._chosen,
            narrow=True,
        )

    def _drawn_cell(self, name: str) -> Cell:
        words = self._words
        options: tuple[Option, ...] = ()
        if name == "period":
            options = tuple(
                Option(each, str(at), words.text(f"window.reports.{each}"))
                for at, each in enumerate(PERIODS, 1)
            )
        elif name == DESK and (desks := self._desk.options(words)):
            options = (Option("", "0", words.text("window.reports.desk_usual")), *desks)
        hint = words.text(f"window.reports.{name}_hint") if name in ("operator", DESK, "share") else ""
        if name == DESK and not options:
            hint = f"{hint}\n{self._desk.hint(words)}"
        return self._cell(name, f"window.reports.{name}", options, hint)

    def _row(self, kind: str) -> ListRow:
        """Return a kind by its form's title; a hospital's own form may have another one than ours."""
        form, words = form_of(kind), self._words
        if isinstance(form, Message):
            return ListRow(kind, (kind, words(form)), faded=True)
        return ListRow(kind, (title_of(form, words.language), words.text(f"window.reports.says.{kind}")))


def title_of(form: ReportForm, language: str) -> str:
    """Return a form's title in a language."""
    return form.title.get(language, form.title["zh"])
