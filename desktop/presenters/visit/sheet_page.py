"""A sheet whose code a reader has read: the figures on it beside those that are worked out again here."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from core.exchange import sheet_code
from core.messages import Message, message, term
from core.money import grouped
from desktop.presenters.page import LEAVE, MANUAL
from desktop.presenters.page_states import ListRow, PageState
from desktop.presenters.plain_page import PlainPage
from desktop.presenters.states import Notice
from desktop.session import Session

if TYPE_CHECKING:
    from core.counter import Counter
    from core.ledger.entries import Patient

_COLUMNS = ("item", "on_sheet", "here")


class SheetPage(PlainPage):
    """The sheet agrees, differs, or cannot be worked out. ``opens`` shows its patient."""

    name = "sheet"
    keys = {**MANUAL, **LEAVE}

    def __init__(
        self,
        session: Session,
        show: Callable[[], None],
        coded: sheet_code.Coded,
        opens: "Callable[[Patient], None]",
    ) -> None:
        super().__init__(session, show)
        self._coded = coded
        self._opens = opens
        self._checked = sheet_code.check(coded, session.opened.reader)
        self._patient = _patient(session.opened, coded)
        self.spoken_anew()
        self.focus("list")

    def spoken_anew(self) -> None:
        """Say the outcome again."""
        super().spoken_anew()
        first, agrees = self._sentences()[0], self._checked.agrees
        if agrees and self._coded.entry is not None and self._patient is None:
            # the figures are right, and nobody posted them here: another ledger's sheet, or a made-up one
            first, agrees = message("window.sheet.only_figures", number=self._coded.entry), False
        self.notice = Notice(self._words(first), "done" if agrees else "wrong")

    def _sentences(self) -> list[Message]:
        why = self._checked.why
        if why is not None and why.id == "sheet.pack_unknown":  # its words speak of the console
            return [Message("window.sheet.pack_unknown", why.params), *self._checked.changed]
        return sheet_code.said(self._checked)

    def opened(self, _value: str) -> None:
        """Enter: show the patient, where the entry is in this ledger."""
        if self._patient is not None:
            self._opens(self._patient)

    def drawn(self) -> PageState:
        """Return the page."""
        words, coded, settlement = self._words, self._coded, self._checked.settlement
        here = settlement.amounts._asdict() if settlement else {}
        rows = tuple(
            ListRow(name, (words(term("amount", name)), self._fen(fen), self._fen(here.get(name))))
            for name, fen in coded.amounts.items()
        )
        if coded.entry is None:
            whose = message("window.sheet.estimate")
        else:
            where = "window.sheet.entry_here" if self._patient else "window.sheet.entry_elsewhere"
            whose = message(where, number=coded.entry)
            entry = self._session.opened.ledger.journal.entry(coded.entry) if self._patient else None
            if entry is not None and entry.reversed_by is not None:
                whose = message("window.sheet.entry_reversed", number=coded.entry, by=entry.reversed_by)
        return PageState(
            words.text("window.sheet.title"),
            words.text("window.sheet.about"),
            columns=tuple(words.text(f"window.sheet.{name}") for name in _COLUMNS),
            numbers=frozenset({1, 2}),
            rows=rows,
            lines=(words(whose), *map(words, self._sentences())),
        )

    def _fen(self, fen: int | None) -> str:
        return "—" if fen is None else grouped(fen)


def _patient(counter: "Counter", coded: sheet_code.Coded) -> "Patient | None":
    """Return the patient of the sheet's entry, None where it is not in this ledger.

    Another ledger's entry of the same number has other figures.
    """
    entry = counter.ledger.journal.entry(coded.entry) if coded.entry is not None else None
    if entry is None or entry.settlement is None:
        return None
    same = sheet_code.fingerprint(entry.settlement) == coded.result
    return counter.ledger.patients.get(entry.patient) if same else None
