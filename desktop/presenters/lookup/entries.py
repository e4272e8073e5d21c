"""Lists of entries: the base of them, and a search by any mark.

A list holds only the pages that somebody has scrolled to: the ledger may have a million entries.
"""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from core.ledger.desk_scope import EVERY, several
from core.messages import Message, term
from core.money import grouped
from core.vocabulary import Benefit
from desktop.presenters import typed
from desktop.presenters.desk_cell import DESK, DeskCell
from desktop.presenters.lookup.entry_list import EntryList, entry_list
from desktop.presenters.lookup.masked import ENTRY, SEARCHES, WHOLE, LookupDoors, MaskedPage
from desktop.presenters.lookup.patient import kind_text
from desktop.presenters.lookup.people import People
from desktop.presenters.page import LEAVE, MANUAL, NEXT_PATIENT, KeyAction
from desktop.presenters.page_states import ListRow, PageState
from desktop.presenters.states import Notice, Option
from desktop.session import Session

if TYPE_CHECKING:
    from core.ledger.entries import Entry
    from core.ledger.search import Found, FoundSums, Wanted

PAGE: Final = 100
COUNTED: Final = 10_000
"""The most entries that are counted and summed up; of more it is only said that there are more."""

PRINTED: Final = 1_000
"""The most entries of a list that is printed: some thirty pages."""

_MOST_PERSONS: Final = 20
"""So many people who may be meant have their entries listed; of more the clerk has to write more."""

_COLUMNS: Final = ("number", "recorded", "name", "kind", "benefit", "total", "patient_pays", "operator")
_OPTIONS: Final = {
    "benefit": (("all", "0"), *((benefit, str(number)) for number, benefit in enumerate(Benefit, 1))),
    "standing": (("all", "0"), ("stands", "1"), ("reversed", "2")),
}
"""The values of a cell with the digits that choose them."""


class ListedEntries(MaskedPage):
    """A list of entries that grows as it is scrolled. ``opens`` shows the patient of a key."""

    def __init__(self, session: Session, show: Callable[[], None], doors: LookupDoors) -> None:
        super().__init__(session, show, doors)
        self._today = session.today()
        self._wanted: Wanted | None = None
        self._found: list[Found] = []
        self._rows: tuple[ListRow, ...] = ()
        self._more = False
        self._chosen = ""

    @property
    def entry(self) -> "Entry | None":
        """The entry that a key would print or reverse, None where the list is empty."""
        return self._counter.ledger.journal.entry(int(self._chosen)) if self._chosen else None

    def turn_whole(self) -> None:
        """Show names and numbers whole, or hide them, in the rows that were read, too."""
        self.whole = not self.whole
        self._rows = tuple(map(self._row, self._found))
        self._show()

    def _look(self, wanted: "Wanted | None") -> None:
        """Show the first page of what is wanted; None shows nothing."""
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
        """Read the next page: the list was scrolled to its end."""
        if self._more:
            self._read()
            self._show()

    def picked(self, value: str) -> None:
        """Choose the row that the arrows reached."""
        self._chosen = value

    def opened(self, value: str) -> None:
        """Enter on an entry: show its patient."""
        entry = next((each for each in self._found if str(each.number) == value), None)
        patient = self._counter.ledger.patients.get(entry.patient) if entry is not None else None
        if patient is not None:
            self._doors.patient(patient)

    def again(self) -> None:
        """Come back from an entry: read the list again and choose the same one."""
        chosen = self._chosen
        self._look(self._wanted)
        if any(row.value == chosen for row in self._rows):
            self._chosen = chosen
        self.focus("list" if self._rows else self.order[0])

    def spoken_anew(self) -> None:
        """Take another language for the rows that were read, too."""
        super().spoken_anew()
        self._rows = tuple(map(self._row, self._found))

    def _row(self, entry: "Found") -> ListRow:
        from core.clock import BEIJING

        words = self._words
        texts = (
            self._counter.ledger.called(entry.number),
            f"{entry.recorded.astimezone(BEIJING):%Y-%m-%d %H:%M}",
            self._name(entry.name) if entry.name else words.text("window.entries.forgotten"),
            kind_text(
                words, entry.kind.value, entry.reverses, entry.reversed_by, self._counter.ledger.called
            ),
            words(term("benefit", entry.benefit)) if entry.benefit else "",
            "" if entry.total is None else grouped(entry.total),
            "" if entry.pays is None else grouped(entry.pays),
            entry.operator,
        )
        return ListRow(str(entry.number), texts, entry.reversed_by is not None)

    def _with_list(self, page: PageState) -> PageState:
        return page._replace(
            columns=tuple(self._words.text(f"window.column.{name}") for name in _COLUMNS),
            numbers=frozenset({5, 6}),
            rows=tuple(self._rows),
            paged=True,
            chosen=self._chosen,
        )


_STANDING: Final = {"": None, "all": None, "stands": True, "reversed": False}


class EntriesPage(ListedEntries):
    """A search over all entries; it follows every keystroke."""

    name = "entries"
    order: tuple[str, ...] = (
        *("number", "patient", "first", "last", "amount", "operator"),
        *("benefit", "standing", "fact"),
    )
    takes_ids = "patient"
    takes_codes = frozenset({"fact"})

    def __init__(
        self, session: Session, show: Callable[[], None], doors: LookupDoors, people: People
    ) -> None:
        super().__init__(session, show, doors)
        self._people = people
        self._persons: list[str] = []
        self._desk = DeskCell(self._counter)
        self.order = (*self.order[:-1], *self._desk.names, self.order[-1])
        self._sums: tuple[Wanted, FoundSums] | None = None
        every = EVERY if self._desk.options(self._words) else ""  # a cell that is typed begins empty
        self.texts |= {"standing": "all", "benefit": "all", DESK: every}
        self._search()
        self.focus("number")

    def changed(self, _name: str) -> None:
        """Search anew at every keystroke."""
        self._search()

    def enter(self, name: str) -> None:
        """Enter: go to the next cell, after the last one into the list."""
        value = self._read_cell(name)
        if isinstance(value, Message):
            self.faults[name] = self._words(value)
            self.focus(name)
        elif name == self.order[-1]:
            self.focus("list")
        else:
            if isinstance(value, date):
                self.texts[name] = value.isoformat()
            self.focus(self.order[self.order.index(name) + 1])
        self._show()

    def _read_cell(self, name: str) -> Any:
        """Return a cell's value, None or empty where nothing is typed, a message where it cannot be read."""
        text = self.texts.get(name, "")
        if name == "number":
            return typed.count(text)
        if name in ("first", "last"):
            return typed.recent_day(text, self._today)
        if name == "amount":
            return typed.amount(text)
        if name == DESK:
            return self._desk.scope(text or EVERY)
        return typed.tidy(text)

    def _search(self) -> None:
        """Find what the cells ask for; one that cannot be read finds nothing."""
        from core.counter import span_of
        from core.ledger.search import Wanted

        values = {name: self._read_cell(name) for name in self.order}
        self._persons = []
        if values["patient"]:
            self._persons = self._people.search(values["patient"], _MOST_PERSONS + 1)
        unreadable = any(isinstance(value, Message) for value in values.values())
        nobody = values["patient"] and not 0 < len(self._persons) <= _MOST_PERSONS
        if unreadable or nobody:
            self._look(None)
            return
        benefit = values["benefit"]
        self._look(
            Wanted(
                number=values["number"],
                start=span_of(values["first"])[0] if values["first"] else None,
                end=span_of(values["last"])[1] if values["last"] else None,
                patient=self._persons[0] if self._persons else "",
                others=tuple(self._persons[1:]),
                operator=values["operator"],
                benefit="" if benefit == "all" else benefit,
                amount=values["amount"],
                standing=_STANDING[values["standing"]],
                fact=values["fact"],
                desk=values.get(DESK),
            )
        )

    def drawn(self) -> PageState:
        """Return the page."""
        words = self._words
        cells = {
            name: self._cell(name, f"window.entries.{name}", self._options(name), self._hint(name))
            for name in self.order
        }
        page = PageState(
            words.text("window.entries.title"),
            words.text("window.entries.about"),
            cells,
            ((words.text("window.entries.what"), self.order),),
            empty=words.text("window.entries.nothing"),
            narrow=True,
            lines=tuple(line for line in (self._count() if self._rows else "", self._whose()) if line),
        )
        return self._with_list(page)

    def _options(self, name: str) -> tuple[Option, ...]:
        """Return the values to choose from with their digits; none of a cell that is typed."""
        if name == DESK:
            return self._desk.options(self._words)
        return tuple(
            Option(value, key, self._words.text(f"window.entries.{value}"))
            for value, key in _OPTIONS.get(name, ())
        )

    def _hint(self, name: str) -> str:
        """Return whom the patient's cell means, or the day that a short one means; else nothing."""
        text = self.texts.get(name, "")
        if name == "patient" and len(self._persons) > _MOST_PERSONS:
            return self._words.text("window.entries.too_many_persons", most=_MOST_PERSONS)
        if name == "patient" and self._persons:
            patient = self._counter.ledger.patients.get(self._persons[0])
            shown = self._name(patient.name) if patient else ""
            number = len(self._persons)
            several = number > 1
            return self._words.text("window.entries.persons", number=number) if several else shown
        if name == DESK:
            return self._desk.hint(self._words)
        value = self._read_cell(name)
        if isinstance(value, date) and text != value.isoformat():
            return value.isoformat()
        return ""

    def _count(self) -> str:
        """Return the line over the list: how many, and their sums."""
        sums = self._summed()
        if sums.entries > COUNTED:
            return self._words.text("window.entries.many", number=COUNTED)
        return self._words.text(
            "window.entries.count",
            number=sums.entries,
            posted=sums.posted,
            reversed=sums.reversed,
            total=grouped(sums.total),
            fund=grouped(sums.fund),
            pays=grouped(sums.pays),
        )

    def _whose(self) -> str:
        """Return whose entries these are, and how many cannot be seen here; nothing where all are here."""
        desk = None if self._wanted is None else self._wanted.desk
        scope = None if desk is None else several(self._counter.ledger.db, desk)
        if scope is None or (scope.row is None and not scope.withheld):
            return ""
        return self._words(scope.said)

    def _summed(self) -> "FoundSums":
        """Return the sums of what is wanted, counted once for each list that was read."""
        assert self._wanted is not None
        if self._sums is None or self._sums[0] is not self._wanted:
            self._sums = self._wanted, self._counter.ledger.search.found_sums(self._wanted, COUNTED + 1)
        return self._sums[1]

    def _print_list(self) -> None:
        """F9: print every entry that was found, with the sums."""
        self._hand_out(PRINTED, self._doors.print_list)

    def _save_list(self) -> None:
        """Shift+F12: write them as a spreadsheet."""
        self._hand_out(COUNTED, self._doors.save_list)

    def _hand_out(self, most: int, give: "Callable[[EntryList], Notice]") -> None:
        """Give the list out; too long a one, and whole names without the right to them, say why not."""
        from core.counter.personal_data import list_given_out

        words, wanted = self._words, self._wanted
        if wanted is None or not self._rows:
            self.say(Notice(words.text("window.entries.nothing"), "wrong"))
            return
        sums = self._summed()
        if sums.entries > most:
            self.say(Notice(words.text("window.entries.too_long", most=most), "wrong"))
            return
        refused = list_given_out(self._counter, sums.entries) if self.whole else []
        if refused:
            self.say(Notice(words(refused[0].message), "wrong"))
            return
        found = self._counter.ledger.search.entries(wanted, None, most)
        listed = entry_list(
            words,
            self._asked(),
            self._count(),
            found,
            sums,
            whole=self.whole,
            called=self._counter.ledger.called,
        )
        self.say(give(listed))

    def _asked(self) -> str:
        """Return what was searched for in words, empty where all entries were."""
        said = []
        for name in self.order:
            text = self.texts.get(name, "").strip()
            if not text or text == "all" or name == DESK:
                continue
            shown = self._words.text(f"window.entries.{text}") if name in _OPTIONS else text
            if name == "patient" and not self.whole:
                shown = self._hint(name)
            said.append(f"{self._words.text(f'window.entries.{name}')} {shown}")
        return " · ".join((*said, *filter(None, [self._whose()])))

    keys = {
        **MANUAL,
        **NEXT_PATIENT,
        "F6": ENTRY["F6"],
        **WHOLE,
        "F9": KeyAction("window.key.entries.F9", _print_list),
        "Shift+F12": KeyAction("window.key.Shift+F12", _save_list),
        "Ctrl+W": ENTRY["Ctrl+W"],
        "Ctrl+D": SEARCHES["Ctrl+D"],
        **LEAVE,
    }
