"""Shift+F3: the forms that are put aside, earliest first; Enter brings one back to the counter."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from core.messages import term
from desktop.presenters.lookup.masked import WHOLE, LookupDoors, MaskedPage
from desktop.presenters.page import LEAVE, MANUAL, NEXT_PATIENT, KeyAction
from desktop.presenters.page_states import ListRow, PageState
from desktop.presenters.states import Question
from desktop.presenters.typed import masked
from desktop.session import Session

if TYPE_CHECKING:
    from core.ledger.drafts import Aside
    from core.ledger.entries import Entry

_DESK: Final = "counter"
_COLUMNS: Final = ("name", "id", "benefit", "total", "put_aside", "since")


class AsidePage(MaskedPage):
    """The list of forms put aside."""

    name = "aside"

    def __init__(self, session: Session, show: Callable[[], None], doors: LookupDoors) -> None:
        super().__init__(session, show, doors)
        self._read()
        self.focus("list")

    def _read(self) -> None:
        from core.counter.put_aside import posted_since

        self._forms: list[Aside] = self._counter.ledger.drafts.aside(_DESK)
        self._posted: dict[int, Entry | None] = {
            each.number: posted_since(self._counter, each) for each in self._forms
        }
        kept = {str(each.number) for each in self._forms}
        chosen = getattr(self, "_chosen", "")
        self._chosen: str = chosen if chosen in kept else next((str(each.number) for each in self._forms), "")

    def again(self) -> None:
        """Come back from another page: the list may be another one."""
        self._read()
        super().again()

    def picked(self, value: str) -> None:
        """Choose the row that the arrows reached."""
        self._chosen = value

    def opened(self, value: str) -> None:
        """Enter: bring the form back to the counter."""
        number = int(value)
        self._doors.take_back(number, self._posted.get(number))

    def _ask_drop(self) -> None:
        form = next((each for each in self._forms if str(each.number) == self._chosen), None)
        if form is not None and not self.question:
            asked = self._words.text("window.aside.ask_drop", name=self._who(form))
            yes, no = self._words.text("window.aside.yes_drop"), self._words.text("window.ask.no")
            self.question = Question(asked, (("Y", yes, "drop"), ("N", no, "no")))
            self._show()

    def answer(self, meaning: str) -> None:
        """Y: forget the chosen form."""
        self.question = None
        if meaning == "drop" and self._chosen:
            self._counter.ledger.drafts.clear(_DESK, int(self._chosen))
            self._read()
        self.focus("list")
        self._show()

    def _who(self, form: "Aside") -> str:
        name = form.form.get("name", "").strip()
        return self._name(name) if name else self._words.text("window.aside.nameless")

    def _row(self, form: "Aside") -> ListRow:
        from core.clock import BEIJING

        words, texts, posted = self._words, form.form, self._posted[form.number]
        number, benefit = texts.get("id", "").strip(), texts.get("benefit", "")
        shown = (
            self._who(form),
            number if self.whole else masked(number),
            words(term("benefit", benefit)) if benefit else "",
            texts.get("total", ""),
            f"{form.recorded.astimezone(BEIJING):%m-%d %H:%M}" if form.recorded else "",
            ""
            if posted is None
            else words.text("window.entry_number", number=self._counter.ledger.called(posted.number)),
        )
        return ListRow(str(form.number), shown, posted is not None)

    def drawn(self) -> PageState:
        """Return the page."""
        words = self._words
        return PageState(
            words.text("window.aside.title"),
            words.text("window.aside.about"),
            columns=tuple(words.text(f"window.column.{name}") for name in _COLUMNS),
            numbers=frozenset({3}),
            rows=tuple(map(self._row, self._forms)),
            chosen=self._chosen,
            empty=words.text("window.aside.empty"),
            lines=(words.text("window.aside.count", number=len(self._forms)),) if self._forms else (),
        )

    keys = {
        **MANUAL,
        **NEXT_PATIENT,
        "F6": KeyAction("window.key.aside.F6", _ask_drop),
        **WHOLE,
        **LEAVE,
    }
