"""The audit trail: read and filtered, printed and saved; what an act changed, figure by figure.

The list holds only the pages that somebody has scrolled to: a trail may have a hundred thousand acts.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from core.clock import BEIJING
from core.counter import span_of
from core.counter.paper_claims import line_name
from core.counter.personal_data import note_trail_given_out
from core.counter.rules_on_record import FIGURES, RULES
from core.ledger import joins
from core.ledger.trail import AT, PIN_SEAL, SEAL, ActKind, AuditAct, WantedActs
from core.messages import Fault, Message, message, term
from core.names import likeness
from core.words import Words
from desktop.presenters import typed
from desktop.presenters.desk.desk_page import DeskPage
from desktop.presenters.page import LEAVE, MANUAL, KeyAction
from desktop.presenters.page_states import ListRow, PageState
from desktop.presenters.states import Notice
from desktop.session import Session

PAGE: Final = 100
MOST_GIVEN_OUT: Final = 5_000
"""The most acts that are printed or saved at once; more than that nobody reads."""

_COLUMNS: Final = ("number", "when", "act", "about", "operator", "detail")
_FIGURES: Final = ("pack", "cell", "old_figure", "new_figure")
_SHORT, _KEY_LENGTH = 12, 32
_HIDDEN: Final = frozenset(
    {SEAL, PIN_SEAL, RULES, AT, "taken_in", "acts", "hash", "hashes", "key", "names", "restored", "since"}
)
"""What of an act's details says nothing to a reader: seals, hashes, keys."""

_LINES: Final = frozenset({"kind", "reason", "source"})
"""The details of a claim on paper that are lines of its form."""

_TERMS: Final = frozenset({"level", "benefit", "population", "role"})


class ActSheet(NamedTuple):
    """A list of acts in words, as it is printed and saved.

    ``about`` says what was looked for, ``counted`` how many were found.
    """

    title: str
    about: str
    counted: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class TrailDoors(NamedTuple):
    """The ways on from the trail: an act whole, and a list on paper or in a file."""

    act: Callable[[AuditAct], object]
    print_list: Callable[[ActSheet], Notice]
    save: Callable[[ActSheet], Notice]


class CellWords(NamedTuple):
    """How a region's cell (by its path) and its value are said."""

    cell: Callable[[Words, str], str]
    value: Callable[[Words, str, str], str]


class TrailPage(DeskPage):
    """The acts that were looked for, the latest first."""

    name = "trail"
    labels = "window.trail"
    order = ("from", "to", "who", "kind", "person")
    short = frozenset({"from", "to"})

    def __init__(self, session: Session, show: Callable[[], None], doors: TrailDoors) -> None:
        super().__init__(session, show)
        self._counter = session.opened
        self._today = session.today()
        self._doors = doors
        self._wanted = WantedActs()
        self._found: list[AuditAct] = []
        self._rows: tuple[ListRow, ...] = ()
        self._count, self._more, self._chosen = 0, False, ""
        self._look()
        self.focus("list" if self._rows else "from")

    # ---- what is looked for

    def enter(self, name: str) -> None:
        """Enter in a cell: show the acts that all cells ask for."""
        if self.question:
            return
        self.faults = {}
        wanted = self._read()
        if self.faults:
            self.focus(next(each for each in self.order if each in self.faults))
        else:
            self._wanted = wanted
            self._look()
            self.notice = None if self._rows else Notice(self._words.text("window.trail.none"))
            self.focus("list" if self._rows else name)
        self._show()

    def _read(self) -> WantedActs:
        first, last, person = self._day("from"), self._day("to"), self._about()
        return WantedActs(
            start=span_of(first)[0] if first else None,
            end=span_of(last)[1] if last else None,
            operators=self._operators(),
            kinds=self._kinds(),
            about=None if person is None else person[:1],
            entries=() if person is None else person[1:],
        )

    def _day(self, name: str) -> date | None:
        text = self.texts.get(name, "").strip()
        day = typed.recent_day(text, self._today) if text else None
        if isinstance(day, date):
            self.texts[name] = day.isoformat()
            return day
        if text:
            self.faults[name] = self._words(day if isinstance(day, Message) else message("window.fault.day"))
        return None

    def _operators(self) -> tuple[str, ...] | None:
        text = likeness(self.texts.get("who", ""))
        if not text:
            return None
        known = tuple(each.name for each in self._counter.operators.all() if text in likeness(each.name))
        if not known:
            self.faults["who"] = self._words.text("window.trail.no_operator")
        return known

    def _kinds(self) -> tuple[ActKind, ...] | None:
        text = likeness(self.texts.get("kind", ""))
        if not text:
            return None
        named = tuple(kind for kind in ActKind if text in likeness(self._words.text(f"window.act.{kind}")))
        if not named:
            self.faults["kind"] = self._words.text("window.trail.no_kind")
        return named

    def _about(self) -> tuple[str, ...] | None:
        """Return what acts about a person are about: the person's keys and entries."""
        text = self.texts.get("person", "").strip()
        if not text:
            return None
        patient = self._counter.find(text)
        if patient is None:
            self.faults["person"] = self._words.text("ledger.no_patient")
            return ()
        entries = self._counter.ledger.journal.entries(patient.key)
        return (patient.key, *(str(entry.number) for entry in entries))

    def _look(self) -> None:
        self._found, self._rows, self._chosen = [], (), ""
        self._count = self.attempt(lambda: self._counter.ledger.trail.count(self._wanted)) or 0
        self._more = self._count > 0
        self._read_on()
        self._chosen = self._rows[0].value if self._rows else ""

    def _read_on(self) -> None:
        if not self._more:
            return
        before = self._found[-1].number if self._found else None
        page = self.attempt(lambda: self._counter.ledger.trail.found(self._wanted, before, PAGE)) or []
        self._found += page
        self._rows = (*self._rows, *(ListRow(row[0], row) for row in self._texts(page)))
        self._more = len(page) == PAGE

    def more(self) -> None:
        """Read the next page: the list was scrolled to its end."""
        if self._more:
            self._read_on()
            self._show()

    # ---- the list

    def picked(self, value: str) -> None:
        """Choose the row that the arrows reached."""
        self._chosen = value

    def opened(self, value: str) -> None:
        """Enter on an act: show it whole."""
        act = next((each for each in self._found if str(each.number) == value), None)
        if act is not None:
            self._doors.act(act)

    def again(self) -> None:
        """Come back from an act."""
        self.focus("list" if self._rows else self.order[0])

    def spoken_anew(self) -> None:
        """Take another language for the rows that were read, too."""
        super().spoken_anew()
        self._rows = tuple(ListRow(row[0], row) for row in self._texts(self._found))

    def _texts(self, acts: Sequence[AuditAct]) -> Iterator[tuple[str, ...]]:
        return (act_texts(act, self._words) for act in acts)

    # ---- given out

    def _given_out(self, way: Callable[[ActSheet], Notice]) -> None:
        if not self._count:
            self.tell(message("window.nothing_to_print"), "wrong")
            return
        if self._count > MOST_GIVEN_OUT:
            self.tell(message("window.trail.too_many", most=str(MOST_GIVEN_OUT)), "wrong")
            return
        sheet = self.attempt(self._sheet)
        if isinstance(sheet, list):
            self.refuse(*sheet)
        elif sheet is not None:
            self.notice = way(sheet)
            self._show()

    def _sheet(self) -> ActSheet | list[Fault]:
        """Return the whole list in words; that it is given out is an act itself."""
        counter, words = self._counter, self._words
        acts = counter.ledger.trail.found(self._wanted, None, MOST_GIVEN_OUT)
        refused = note_trail_given_out(counter, self._count)
        columns = tuple(words.text(f"window.column.{name}") for name in _COLUMNS)
        title = words.text("window.trail.title")
        return refused or ActSheet(title, self._said(), self._counted(), columns, tuple(self._texts(acts)))

    def _said(self) -> str:
        words = self._words
        asked = [
            f"{words.text(f'window.trail.{name}')} {self.texts[name].strip()}"
            for name in self.order
            if self.texts.get(name, "").strip() and name != "person"
        ]
        return "　".join(asked)

    def _counted(self) -> str:
        return self._words.text("window.trail.count", count=str(self._count))

    def _print(self) -> None:
        self._given_out(self._doors.print_list)

    def _save(self) -> None:
        self._given_out(self._doors.save)

    keys = {
        **MANUAL,
        "F9": KeyAction("window.key.trail.F9", _print),
        "Shift+F12": KeyAction("window.key.Shift+F12", _save),
        **LEAVE,
    }

    def drawn(self) -> PageState:
        """Return the page."""
        words = self._words
        return PageState(
            words.text("window.trail.title"),
            words.text("window.trail.about"),
            self.cells(),
            (("", self.order),),
            columns=tuple(words.text(f"window.column.{name}") for name in _COLUMNS),
            rows=self._rows,
            chosen=self._chosen,
            empty=words.text("window.trail.nothing"),
            paged=True,
            lines=(self._counted(),),
        )


class ActPage(DeskPage):
    """One act whole; of a change of a region's figures every cell, the old figure and the new one."""

    name = "act"

    keys = {**MANUAL, **LEAVE}

    def __init__(self, session: Session, show: Callable[[], None], act: AuditAct, cells: CellWords) -> None:
        super().__init__(session, show)
        self._act, self._cell_words = act, cells
        self.focus("list")

    def _figures(self) -> Iterator[ListRow]:
        words, cells = self._words, self._cell_words
        changed: dict[str, Any] = self._act.detail.get(FIGURES, {})
        for pack, rows in changed.items():
            for path, old, new in rows:
                values = (cells.value(words, path, str(value or "")) for value in (old, new))
                yield ListRow(f"{pack} {path}", (pack, cells.cell(words, path), *values))

    def drawn(self) -> PageState:
        """Return the page."""
        words = self._words
        number, when, kind, about, operator, detail = act_texts(self._act, words)
        signed = "window.trail.signed" if self._act.signature else "window.trail.not_signed"
        lines = [f"{when}　{operator}　{about}", detail, words.text(signed)]
        return PageState(
            words.text("window.act_page.title", number=number, act=kind),
            words.text("window.act_page.about"),
            columns=tuple(words.text(f"window.column.{name}") for name in _FIGURES),
            rows=tuple(self._figures()),
            empty=words.text("window.act_page.nothing"),
            lines=tuple(filter(None, lines)),
        )


def act_texts(act: AuditAct, words: Words) -> tuple[str, ...]:
    """Return an act's texts by column; of a patient's key, which is random, the beginning."""
    when = f"{act.recorded.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"
    is_key = len(act.about) == _KEY_LENGTH and not act.about.strip("0123456789abcdef")
    about = f"{act.about[:_SHORT]}…" if is_key else act.about
    detail = " ".join(_details(act, words))
    return str(act.number), when, words.text(f"window.act.{act.act.value}"), about, act.operator, detail


def _details(act: AuditAct, words: Words) -> Iterator[str]:
    """Yield the details of an act in words; seals and hashes are left out."""
    for name, value in act.detail.items():
        if name == "active" and value is False:
            yield words.text("window.operators.standing.inactive")
        if name in _HIDDEN or name == joins.WITH or value in (None, False, ""):
            continue
        if name == FIGURES:
            cells = sum(len(rows) for rows in value.values())
            yield words.text("window.detail.cells", value=str(cells))
        elif name == "active":
            yield words.text("window.operators.standing.active")
        elif isinstance(value, dict | list):  # amounts of a receipt, which its own page shows
            continue
        else:
            yield from _detail(act, name, value, words)


def _detail(act: AuditAct, name: str, value: Any, words: Words) -> Iterator[str]:
    if name == "kinds":
        yield from (words(term("agreement.kind", kind)) for kind in str(value).split())
    elif name == "state":
        yield words(term("agreement.state", str(value)))
    elif name in _LINES and act.act is ActKind.CLAIM_TAKEN:
        yield words.text(f"window.detail.{name}", value=line_name(name, str(value), words.language))
    elif name in _TERMS:
        yield words(term(name, str(value)))
    elif value is True:
        yield words.text(f"window.detail.{name}")
    else:
        yield words.text(f"window.detail.{name}", value=str(value))
