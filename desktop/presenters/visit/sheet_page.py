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
    from core.ledger.entries import Entry, Patient

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
        self._entry = _entry(session.opened, coded)
        self.spoken_anew()
        self.focus("list")

    def spoken_anew(self) -> None:
        """Say the outcome again."""
        super().spoken_anew()
        holds, gone = self._checked.agrees, self._taken_back()
        if holds and gone is None and self._coded.entry is not None and self._entry is None:
            # the figures are right, and nobody posted them here: another ledger's sheet, or a made-up one
            gone = message("window.sheet.only_figures", number=self._coded.entry)
        holds = holds and gone is None
        self.notice = Notice(self._words(gone or self._sentences()[0]), "done" if holds else "wrong")

    def _taken_back(self) -> Message | None:
        """Return by which entry the sheet's was reversed, and which stands in its place; None: it stands."""
        entry = self._entry
        if entry is None or entry.reversed_by is None:
            return None
        ledger = self._session.opened.ledger
        numbers = {"number": ledger.called(entry.number), "by": ledger.called(entry.reversed_by)}
        now = ledger.journal.replaced_by(entry.number)
        if now is None:
            return message("window.sheet.entry_reversed", **numbers)
        return message("window.sheet.entry_replaced", **numbers, now=ledger.called(now))

    def _sentences(self) -> list[Message]:
        why = self._checked.why
        if why is not None and why.id == "sheet.pack_unknown":  # its words speak of the console
            return [Message("window.sheet.pack_unknown", why.params), *self._checked.changed]
        return sheet_code.said(self._checked)

    def opened(self, _value: str) -> None:
        """Enter: show the patient, where the entry is in this ledger."""
        if self._entry is not None:
            patient = self._session.opened.ledger.patients.get(self._entry.patient)
            if patient is not None:
                self._opens(patient)

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
            where = "window.sheet.entry_here" if self._entry else "window.sheet.entry_elsewhere"
            whose = message(where, number=coded.entry)
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


def _entry(counter: "Counter", coded: sheet_code.Coded) -> "Entry | None":
    """Return the sheet's entry, None where it is not in this ledger.

    Another ledger's entry of the same number has other figures.
    """
    entry = counter.ledger.journal.entry(coded.entry) if coded.entry is not None else None
    if entry is None or entry.settlement is None:
        return None
    return entry if sheet_code.fingerprint(entry.settlement) == coded.result else None
