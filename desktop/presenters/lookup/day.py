"""The entries of one day with their totals."""

from collections.abc import Callable
from datetime import date

from core.messages import message, term
from core.money import grouped
from desktop.presenters import typed
from desktop.presenters.lookup.entries import ListedEntries
from desktop.presenters.lookup.masked import ENTRY, SEARCHES, WHOLE, LookupDoors
from desktop.presenters.page import LEAVE, MANUAL, NEXT_PATIENT, KeyAction
from desktop.presenters.page_states import PageState
from desktop.presenters.states import Notice
from desktop.session import Session


class DayPage(ListedEntries):
    """The entries that were recorded on one day, and their totals."""

    name = "day"
    order = ("day",)
    short = frozenset(order)

    def __init__(self, session: Session, show: Callable[[], None], doors: LookupDoors) -> None:
        super().__init__(session, show, doors)
        self._go(self._today)

    def _go(self, day: date) -> None:
        from core.counter import span_of
        from core.ledger.search import Wanted

        self.day = day
        self.texts["day"] = day.isoformat()
        start, end = span_of(day)
        self._look(Wanted(start=start, end=end))
        self._sums = self._counter.day_sums(day)
        self.focus("list" if self._rows else "day")

    def enter(self, _name: str) -> None:
        """Enter: show the typed day."""
        day = typed.recent_day(self.texts.get("day", ""), self._today)
        if isinstance(day, date):
            self._go(day)
        else:
            self.faults["day"] = self._words(day or message("window.fault.day"))
            self.focus("day")
        self._show()

    def turn(self, by: int) -> None:
        """PgUp or PgDn: go to the nearest day before or after on which something was recorded."""
        day = self._counter.day_with_entries(self.day, before=by < 0)
        if day is None:
            which = "window.day.no_earlier" if by < 0 else "window.day.no_later"
            self.notice = Notice(self._words.text(which))
        else:
            self.notice = None
            self._go(day)
        self._show()

    def turn_back(self) -> None:
        """Turn to the nearest day before on which something was recorded."""
        self.turn(-1)

    def turn_on(self) -> None:
        """Turn to the nearest day after on which something was recorded."""
        self.turn(1)

    def again(self) -> None:
        """Come back from an entry: read the day again and choose the same one."""
        chosen = self._chosen
        self._go(self.day)
        if any(row.value == chosen for row in self._rows):
            self._chosen = chosen

    def drawn(self) -> PageState:
        """Return the page."""
        words = self._words
        weekday = words.text(f"window.weekday.{self.day.weekday()}")
        page = PageState(
            words.text("window.day.title", day=self.day.isoformat(), weekday=weekday),
            words.text("window.day.about"),
            {"day": self._cell("day", "window.day.day")},
            (("", ("day",)),),
            turns=True,
            empty=words.text("window.day.nothing"),
            lines=self._lines(),
        )
        return self._with_list(page)

    def _lines(self) -> tuple[str, ...]:
        """Return a line of totals for each benefit, and one for all together where there are several."""
        words, sums = self._words, self._sums
        lines = [
            self._line(words(term("benefit", of.benefit)), of.posted, of.reversed, of.total, of.fund, of.pays)
            for of in sums
        ]
        if len(lines) > 1:
            counts = sum(of.posted for of in sums), sum(of.reversed for of in sums)
            fen = sum(of.total for of in sums), sum(of.fund for of in sums), sum(of.pays for of in sums)
            lines.append(self._line(words.text("window.day.together"), *counts, *fen))
        return tuple(lines)

    def _line(self, what: str, posted: int, back: int, total: int, fund: int, pays: int) -> str:
        return self._words.text(
            "window.day.line",
            what=what,
            posted=posted,
            reversed=back,
            total=grouped(total),
            fund=grouped(fund),
            pays=grouped(pays),
        )

    keys = {
        **MANUAL,
        **NEXT_PATIENT,
        "PgUp": KeyAction("window.key.day.PgUp", turn_back),
        "PgDn": KeyAction("window.key.day.PgDn", turn_on),
        "F6": ENTRY["F6"],
        **WHOLE,
        "F9": ENTRY["F9"],
        "Ctrl+W": ENTRY["Ctrl+W"],
        "Ctrl+F": SEARCHES["Ctrl+F"],
        **LEAVE,
    }
