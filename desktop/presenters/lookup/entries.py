"""Looking through the ledger: a day's entries with what they come to, and a search by any mark.

A list holds only the pages that somebody has scrolled to: the ledger may have a million entries.
"""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from core.messages import Message, message, term
from core.money import grouped
from desktop.presenters import typed
from desktop.presenters.counter import form
from desktop.presenters.lookup.masked import ENTRY, LINES, SEARCHES, WHOLE, Doors, MaskedPage
from desktop.presenters.lookup.patient import kind_text
from desktop.presenters.lookup.people import People
from desktop.presenters.page import LEAVE, MANUAL, NEXT_PATIENT, KeyAction
from desktop.presenters.states import ListRow, Notice, Option, PageState
from desktop.session import Session

if TYPE_CHECKING:
    from core.ledger.entries import Entry
    from core.ledger.search import Found, Wanted

PAGE: Final = 100
_COUNTED: Final = 1_000
"""Up to so many entries are counted; beyond that it is only said that there are more."""

_COLUMNS: Final = ("number", "recorded", "name", "kind", "benefit", "total", "patient_pays", "operator")


class ListedEntries(MaskedPage):
    """What both pages have: a list of entries that grows as it is scrolled."""

    def __init__(self, session: Session, show: Callable[[], None], doors: Doors) -> None:
        super().__init__(session, show, doors)
        self._today = session.today()
        self._wanted: Wanted | None = None
        self._found: list[Found] = []
        self._rows: tuple[ListRow, ...] = ()
        self._more = False
        self._chosen = ""

    @property
    def entry(self) -> "Entry | None":
        """The entry that a key would print or reverse."""
        return self._counter.ledger.journal.entry(int(self._chosen)) if self._chosen else None

    def turn_whole(self) -> None:
        """Show names and numbers whole, or hidden again, in the rows read so far too."""
        self.whole = not self.whole
        self._rows = tuple(map(self._row, self._found))
        self._show()

    def _look(self, wanted: "Wanted | None") -> None:
        """Shows the first page of what is wanted; None: nothing can be."""
        self._wanted, self._found, self._rows, self._chosen = wanted, [], (), ""
        self._more = wanted is not None
        if self._more:
            self._read()
            self._chosen = self._rows[0].value if self._rows else ""

    def _read(self) -> None:
        assert self._wanted is not None
        after = self._found[-1] if self._found else None
        page = self._counter.ledger.search.entries(self._wanted, after, PAGE)
        self._found += page
        self._rows = (*self._rows, *map(self._row, page))
        self._more = len(page) == PAGE

    def more(self) -> None:
        """The list was scrolled to its end: the next page."""
        if self._more:
            self._read()
            self._show()

    def picked(self, value: str) -> None:
        """A row was reached by the arrows."""
        self._chosen = value

    def opened(self, value: str) -> None:
        """Enter on an entry shows its patient."""
        found = next((one for one in self._found if str(one.number) == value), None)
        patient = self._counter.ledger.patients.get(found.patient) if found is not None else None
        if patient is not None:
            self._doors.patient(patient)

    def again(self) -> None:
        """Back from what was done with an entry: read again, where it was left."""
        chosen = self._chosen
        self._look(self._wanted)
        if any(row.value == chosen for row in self._rows):
            self._chosen = chosen
        self.focus("list" if self._rows else self.order[0])

    def spoken_anew(self) -> None:
        """Another language: the rows read so far, too."""
        super().spoken_anew()
        self._rows = tuple(map(self._row, self._found))

    def _row(self, found: "Found") -> ListRow:
        from core.clock import BEIJING

        words = self._words
        texts = (
            str(found.number),
            f"{found.recorded.astimezone(BEIJING):%Y-%m-%d %H:%M}",
            self._name(found.name) if found.name else words.text("window.entries.forgotten"),
            kind_text(words, found.kind.value, found.reverses, found.reversed_by),
            words(term("benefit", found.benefit)) if found.benefit else "",
            "" if found.total is None else grouped(found.total),
            "" if found.pays is None else grouped(found.pays),
            found.operator,
        )
        return ListRow(str(found.number), texts, found.reversed_by is not None)

    def _with_list(self, page: PageState) -> PageState:
        return page._replace(
            columns=tuple(self._words.text(f"window.column.{name}") for name in _COLUMNS),
            numbers=frozenset({5, 6}),
            rows=tuple(self._rows),
            paged=True,
            chosen=self._chosen,
        )


class DayPage(ListedEntries):
    """What was recorded on one day, and what it came to."""

    name = "day"
    order = ("day",)
    short = frozenset(order)

    def __init__(self, session: Session, show: Callable[[], None], doors: Doors) -> None:
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
        """Enter in the day shows it."""
        found = typed.day(self.texts.get("day", ""), self._today)
        if isinstance(found, date):
            self._go(found)
        else:
            self.faults["day"] = self._words(found or message("window.fault.day"))
            self.focus("day")
        self._show()

    def turn(self, by: int) -> None:
        """Page up or down: the nearest day before or after on which something was recorded."""
        found = self._counter.day_with_entries(self.day, before=by < 0)
        if found is None:
            which = "window.day.no_earlier" if by < 0 else "window.day.no_later"
            self.notice = Notice(self._words.text(which))
        else:
            self.notice = None
            self._go(found)
        self._show()

    def turn_back(self) -> None:
        """Turn to the nearest day before on which something was recorded."""
        self.turn(-1)

    def turn_on(self) -> None:
        """Turn to the nearest day after on which something was recorded."""
        self.turn(1)

    def again(self) -> None:
        """Back from what was done with an entry."""
        chosen = self._chosen
        self._go(self.day)
        if any(row.value == chosen for row in self._rows):
            self._chosen = chosen

    def drawn(self) -> PageState:
        """The page."""
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
        """A line a benefit, and what they come to together."""
        words = self._words
        lines = [
            words.text(
                "window.day.line",
                what=words(term("benefit", one.benefit)),
                posted=one.posted,
                reversed=one.reversed,
                total=grouped(one.total),
                fund=grouped(one.fund),
                pays=grouped(one.pays),
            )
            for one in self._sums
        ]
        if len(lines) > 1:
            lines.append(
                words.text(
                    "window.day.line",
                    what=words.text("window.day.together"),
                    posted=sum(one.posted for one in self._sums),
                    reversed=sum(one.reversed for one in self._sums),
                    total=grouped(sum(one.total for one in self._sums)),
                    fund=grouped(sum(one.fund for one in self._sums)),
                    pays=grouped(sum(one.pays for one in self._sums)),
                )
            )
        return tuple(lines)

    keys = {
        **MANUAL,
        **NEXT_PATIENT,
        "PgUp": KeyAction("window.key.day.PgUp", turn_back),
        "PgDn": KeyAction("window.key.day.PgDn", turn_on),
        "F6": ENTRY["F6"],
        **WHOLE,
        "F9": ENTRY["F9"],
        "Ctrl+F": SEARCHES["Ctrl+F"],
        **LEAVE,
        **LINES,
    }


_STANDING: Final = {"": None, "all": None, "stands": True, "reversed": False}


class EntriesPage(ListedEntries):
    """A search over all entries, which follows every keystroke."""

    name = "entries"
    order = ("number", "patient", "first", "last", "amount", "operator", "benefit", "standing")
    takes_ids = "patient"
    keys = {
        **MANUAL,
        **NEXT_PATIENT,
        "F6": ENTRY["F6"],
        **WHOLE,
        "F9": ENTRY["F9"],
        "Ctrl+D": SEARCHES["Ctrl+D"],
        **LEAVE,
        **LINES,
    }

    def __init__(self, session: Session, show: Callable[[], None], doors: Doors, people: People) -> None:
        super().__init__(session, show, doors)
        self._people = people
        self._patient = ""
        self.texts |= {"standing": "all", "benefit": "all"}
        self._search()
        self.focus("number")

    def changed(self, _name: str) -> None:
        """The list follows every keystroke."""
        self._search()

    def enter(self, name: str) -> None:
        """Enter: to the next cell, after the last into the list."""
        found = self._read_cell(name)
        if isinstance(found, Message):
            self.faults[name] = self._words(found)
            self.focus(name)
        elif name == self.order[-1]:
            self.focus("list")
        else:
            if isinstance(found, date):
                self.texts[name] = found.isoformat()
            self.focus(self.order[self.order.index(name) + 1])
        self._show()

    def _read_cell(self, name: str) -> Any:
        text = self.texts.get(name, "")
        if name == "number":
            return typed.count(text)
        if name in ("first", "last"):
            return typed.day(text, self._today)
        if name == "amount":
            return typed.amount(text)
        return typed.tidy(text)

    def _search(self) -> None:
        """What the cells ask for; one that cannot be read finds nothing."""
        from core.counter import span_of
        from core.ledger.search import Wanted

        values = {name: self._read_cell(name) for name in self.order}
        self._patient = ""
        if values["patient"]:
            self._patient = next(iter(self._people.search(values["patient"], 1)), "")
        unreadable = any(isinstance(value, Message) for value in values.values())
        if unreadable or (values["patient"] and not self._patient):
            self._look(None)
            return
        benefit = values["benefit"]
        self._look(
            Wanted(
                number=values["number"],
                start=span_of(values["first"])[0] if values["first"] else None,
                end=span_of(values["last"])[1] if values["last"] else None,
                patient=self._patient,
                operator=values["operator"],
                benefit="" if benefit == "all" else benefit,
                amount=values["amount"],
                standing=_STANDING[values["standing"]],
            )
        )

    def drawn(self) -> PageState:
        """The page."""
        words = self._words
        options = {
            "benefit": (("all", "0"), *form.CHOICES["benefit"]),
            "standing": (("all", "0"), ("stands", "1"), ("reversed", "2")),
        }
        cells = {
            name: self._cell(
                name,
                f"window.entries.{name}",
                tuple(
                    Option(value, key, words.text(f"window.entries.{value}"))
                    for value, key in options.get(name, ())
                ),
                self._hint(name),
            )
            for name in self.order
        }
        page = PageState(
            words.text("window.entries.title"),
            words.text("window.entries.about"),
            cells,
            ((words.text("window.entries.what"), self.order),),
            empty=words.text("window.entries.nothing"),
            narrow=True,
            lines=(self._count(),) if self._rows else (),
        )
        return self._with_list(page)

    def _hint(self, name: str) -> str:
        """Whom the patient's cell means; the year of a day; what a sum comes to."""
        text = self.texts.get(name, "")
        if name == "patient" and self._patient:
            patient = self._counter.ledger.patients.get(self._patient)
            return self._name(patient.name) if patient else ""
        found = self._read_cell(name)
        if isinstance(found, date) and text != found.isoformat():
            return found.isoformat()
        return ""

    def _count(self) -> str:
        assert self._wanted is not None
        found = self._counter.ledger.search.count(self._wanted, _COUNTED + 1)
        if found > _COUNTED:
            return self._words.text("window.entries.many", number=_COUNTED)
        return self._words.text("window.entries.count", number=found)
