"""A day's end: one query, the same figures on the screen, on paper and in the file."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from core.ledger.desk_scope import HERE
from core.masking import masked_name
from core.messages import Fault, Message, message, term
from core.money import grouped, plain
from core.settlement import Amounts
from desktop.presenters import typed
from desktop.presenters.desk.desk_page import DeskPage
from desktop.presenters.desk_cell import DESK, DeskCell
from desktop.presenters.page import LEAVE, MANUAL, KeyAction
from desktop.presenters.page_states import ListRow, PageState
from desktop.presenters.states import Cell, Notice
from desktop.session import Session

if TYPE_CHECKING:
    from core.ledger.day_end import DayEnd

_PAYERS: Final = ("medfee_sumamt", "hifp_pay", "hifmi_pay", "maf_pay", "hosp_part_amt", "psn_part_amt")
_COLUMNS: Final = (
    "operator",
    "benefit",
    "posted",
    "reversed",
    "total",
    "basic",
    "critical",
    "assistance",
    "hospital",
    "pays",
)
_FORMULA: Final = ("=", "+", "-", "@", "\t")
"""Characters at the beginning of a cell that a spreadsheet takes for a formula."""


class DaySheet(NamedTuple):
    """A day's end in words: ``rows`` as shown, ``plain`` as in a file (yuan without separators).

    ``desk`` is whose it is, ``code`` the same in a file's name, empty of this desk's own; both are empty
    where no other is known.
    """

    day: date
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    plain: tuple[tuple[str, ...], ...]
    lines: tuple[str, ...]
    desk: str = ""
    code: str = ""


class DayEndPage(DeskPage):
    """A day's end. ``print_sheet`` and ``export`` take the day as it stands on the screen."""

    name = "day_end"
    labels = "window.day_end"
    order: tuple[str, ...] = ("day",)
    short = frozenset(order)

    def __init__(
        self,
        session: Session,
        show: Callable[[], None],
        print_sheet: "Callable[[DayEnd, date], Notice]",
        export: Callable[[DaySheet], Notice],
    ) -> None:
        super().__init__(session, show)
        self._counter = session.opened
        self._today = today = session.today()
        self._day: date | None = today
        self._desk = DeskCell(self._counter)
        self.order = (*self.order, *self._desk.names)
        self.choices = {DESK: self._desk.options(self._words)}
        self.texts |= {"day": today.isoformat(), DESK: self._desk.own}
        self._hand_out, self._export = print_sheet, export
        self._left: list[int] = []
        self._found = self._read()
        self.focus("day")

    def _read(self) -> "DayEnd | None":
        from core.counter import reversing

        day = self._day
        self._left = [] if day is None else self.attempt(lambda: reversing.to_check(self._counter, day)) or []
        desk = self._desk.scope(self.texts[DESK] or HERE)
        if isinstance(desk, Message):
            self.faults[DESK] = self._words(desk)
            return None
        return None if day is None else self.attempt(lambda: self._counter.day_end(day, desk))

    def spoken_anew(self) -> None:
        """Take another language for the desks, too."""
        super().spoken_anew()
        self.choices = {DESK: self._desk.options(self._words)}

    def changed(self, _name: str) -> None:
        """Read the day that is typed, of the desk that is chosen."""
        day = typed.recent_day(self.texts.get("day", ""), self._today)
        self._day = day if isinstance(day, date) else None
        if isinstance(day, Message):
            self.faults["day"] = self._words(day)
        self._found = self._read()

    def cells(self) -> dict[str, Cell]:
        """Return the cells, that of the desk with what can be typed."""
        made = super().cells()
        if DESK in made:
            made[DESK] = made[DESK]._replace(hint=self._desk.hint(self._words))
        return made

    def _print(self) -> None:
        if self._found is None or self._day is None:
            self._no_day()
            return
        self.notice = self._hand_out(self._found, self._day)
        self._show()

    def _write(self) -> None:
        sheet = self.sheet
        if sheet is None:
            self._no_day()
            return
        self.notice = self._export(sheet)
        self._show()

    def _no_day(self) -> None:
        desk = self._desk.scope(self.texts[DESK] or HERE)
        if isinstance(desk, Message):
            self.refuse(Fault(DESK, desk))
        else:
            self.refuse(Fault("day", message("window.fault.day")))

    keys = {
        **MANUAL,
        "F9": KeyAction("window.key.day_end.F9", _print),
        "Shift+F12": KeyAction("window.key.Shift+F12", _write),
        **LEAVE,
    }

    @property
    def sheet(self) -> DaySheet | None:
        """The day in words, None where no day stands in the cell."""
        if self._found is None or self._day is None:
            return None
        words, sums = self._words, self._found
        payers, columns = _payers(sums.total)
        shown, in_file = [], []
        for line in sums.lines:
            head = (line.operator, words(term("benefit", line.benefit)), str(line.posted), str(line.reversed))
            shown.append((*head, *_texts(line.amounts, payers, grouped)))
            in_file.append((harmless(line.operator), *head[1:], *_texts(line.amounts, payers, plain)))
        posted = str(sum(line.posted for line in sums.lines))
        back = str(sum(line.reversed for line in sums.lines))
        total = (words.text("window.day_end.sum"), "", posted, back)
        head_of_chain = message("window.day_end.head", entry=str(sums.entry), fingerprint=sums.fingerprint)
        acts = message(
            "window.day_end.acts",
            act=str(sums.act),
            fingerprint=sums.act_fingerprint,
            ledger=sums.ledger,
        )
        how = words.text("window.day_end.how")
        own = (*self._to_check(), words(head_of_chain), words(acts))
        told = sums.unsigned and not sums.of_another
        unsigned = [words.text("window.unsigned_days", count=str(sums.unsigned))] if told else []
        return DaySheet(
            self._day,
            tuple(words.text(f"window.column.{name}") for name in columns),
            (*shown, (*total, *_texts(sums.total, payers, grouped))),
            (*in_file, (*total, *_texts(sums.total, payers, plain))),
            (*([] if sums.of_another else own), *self._others(sums), how, *unsigned),
            words(sums.desk.said) if sums.desk else "",
            sums.desk.code if sums.desk and sums.desk.row != 0 else "",
        )

    def _others(self, sums: "DayEnd") -> tuple[str, ...]:
        """Return a line for the head of each other ledger."""
        return tuple(
            self._words.text(
                "window.day_end.other",
                ledger=each.ledger,
                entry=str(each.entry),
                fingerprint=each.fingerprint,
            )
            for each in sums.others
        )

    def _to_check(self) -> tuple[str, ...]:
        """Return the line of the entries that the day's reversals leave to be checked, none without any."""
        if not self._left:
            return ()
        entries = self._words.text("window.comma").join(map(self._counter.ledger.called, self._left))
        return (self._words.text("window.day_end.to_check", entries=entries),)

    def drawn(self) -> PageState:
        """Return the page."""
        words, sheet = self._words, self.sheet
        rows = sheet.rows if sheet is not None and self._found is not None and self._found.lines else ()
        usual = [name for name in _COLUMNS if name != "hospital"]
        columns = sheet.columns if sheet else tuple(words.text(f"window.column.{name}") for name in usual)
        return PageState(
            words.text("window.day_end.title"),
            words.text("window.day_end.about"),
            self.cells(),
            (("", self.order),),
            columns,
            frozenset(range(2, len(columns))),
            tuple(ListRow(str(at), row, strong=at == len(rows) - 1) for at, row in enumerate(rows)),
            empty=words.text("window.day_end.nothing"),
            lines=(*self._waiting(), *(sheet.lines if sheet else ())),
        )

    def _waiting(self) -> tuple[str, ...]:
        """Return a line about the forms that are still put aside, of today alone; none without any."""
        if self._day != self._today:
            return ()
        forms = self._counter.ledger.drafts.aside("counter")
        if not forms:
            return ()
        names = [masked_name(one.form.get("name", "").strip()) or "—" for one in forms]
        listed = self._words.text("window.comma").join(names)
        return (self._words.text("window.day_end.aside", number=len(forms), names=listed),)


def _payers(total: Amounts) -> tuple[list[str], list[str]]:
    """Return the amounts that are shown and all columns; the hospital's only where it bore something."""
    if total.hosp_part_amt:
        return list(_PAYERS), list(_COLUMNS)
    payers = [name for name in _PAYERS if name != "hosp_part_amt"]
    return payers, [name for name in _COLUMNS if name != "hospital"]


def _texts(amounts: Amounts, payers: Sequence[str], write: Callable[[int], str]) -> tuple[str, ...]:
    return tuple(write(getattr(amounts, name) or 0) for name in payers)


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
