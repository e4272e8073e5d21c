"""What is known of a visit beside its figures: numbers and circumstances that no figure depends on."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from desktop.presenters import typed
from desktop.presenters.fact_texts import FACTS, FLAGS, NUMBERS, stated, texts_of
from desktop.presenters.page import LEAVE, MANUAL, KeyAction
from desktop.presenters.page_states import PageState
from desktop.presenters.plain_page import PlainPage
from desktop.presenters.states import Notice, Option
from desktop.session import Session

if TYPE_CHECKING:
    from core.ledger.entries import Entry

_UNSAID: Final = "unsaid"
_ANSWERS: Final = ((_UNSAID, "0"), ("yes", "1"), ("no", "2"))


class FactsPage(PlainPage):
    """Ctrl+W at the counter. ``known`` are the texts so far; ``keep`` takes a cell's new text at once."""

    name = "facts"
    order = FACTS
    takes_codes = frozenset(NUMBERS)
    keeps = True
    keys: Mapping[str, KeyAction] = {**MANUAL, **LEAVE}

    def __init__(
        self,
        session: Session,
        show: Callable[[], None],
        known: Mapping[str, str],
        keep: Callable[[str, str], object],
    ) -> None:
        super().__init__(session, show)
        self.texts = {name: known.get(name, "") for name in NUMBERS}
        self.texts |= {name: known.get(name) or _UNSAID for name in FLAGS}
        self._keep = keep
        self.focus(self.order[0])

    def changed(self, name: str) -> None:
        """Keep a cell's new text with the form."""
        self._keep(name, self._facts()[name])

    def _facts(self) -> dict[str, str]:
        """Return the texts as they are kept; an answer that nobody gave is empty."""
        texts = {name: typed.tidy(self.texts.get(name, "")) for name in self.order}
        return {name: "" if text == _UNSAID else text for name, text in texts.items()}

    def enter(self, name: str) -> None:
        """Go on from a sound cell; stay on the last one."""
        self.texts[name] = typed.tidy(self.texts.get(name, ""))
        self._find_faults()
        if name in self.faults:
            self.focus(name)
            self._show()
        else:
            super().enter(name)

    def _find_faults(self) -> None:
        """Say under each cell what the ledger would not take."""
        from core.counter import visit_facts

        _, faults = visit_facts.read_facts(stated(self._facts()))
        self.faults = {_cell_of(fault.field): self._words(fault.message) for fault in faults}

    def drawn(self) -> PageState:
        """Return the page."""
        words = self._words
        options = [Option(value, key, words.text(f"window.facts.{value}")) for value, key in _ANSWERS]
        cells = {name: self._cell(name, f"window.fact.{name}") for name in NUMBERS}
        cells |= {name: self._cell(name, f"window.fact.{name}", options) for name in FLAGS}
        return PageState(
            self._title(),
            words.text("window.facts.about"),
            cells,
            (
                (words.text("window.facts.numbers"), NUMBERS),
                (words.text("window.facts.flags"), FLAGS),
            ),
            narrow=True,
        )

    def _title(self) -> str:
        return self._words.text("window.facts.title")


class EntryFactsPage(FactsPage):
    """Ctrl+W on an entry: what is known of it, and more of it with F12, which is an act in the trail.

    ``saved`` takes each text that is known then.
    """

    keeps = False

    def __init__(
        self,
        session: Session,
        show: Callable[[], None],
        entry: "Entry",
        saved: Callable[[str, str], object] | None = None,
    ) -> None:
        from core.counter import visit_facts

        self._entry = entry
        self._saved = saved or _nothing
        self._stood = texts_of(visit_facts.stated(session.opened.ledger, entry.number))
        super().__init__(session, show, self._stood, _nothing)

    def save(self) -> None:
        """F12: keep what was changed."""
        from core.counter import visit_facts

        counter = self._session.opened
        changed = {name: text for name, text in self._facts().items() if text != self._stood.get(name, "")}
        emptied = [name for name, text in changed.items() if not text]
        self.faults = {name: self._words.text("window.facts.emptied") for name in emptied}
        if emptied:
            self.focus(emptied[0])
        elif not changed:
            self.notice = Notice(self._words.text("window.facts.unchanged"))
        else:
            faults = visit_facts.add(
                counter, self._entry.number, stated(changed), operator=self._session.settings.signer
            )
            if faults:
                self._blame(faults, _cell_of)
            else:
                self._stood = texts_of(visit_facts.stated(counter.ledger, self._entry.number))
                said = self._words.text(
                    "window.facts.saved", number=self._session.opened.ledger.called(self._entry.number)
                )
                self.notice = Notice(said, "done")
                for name, text in self._stood.items():
                    self._saved(name, text)
        self._show()

    keys: Mapping[str, KeyAction] = {**MANUAL, "F12": KeyAction("window.key.facts.F12", save), **LEAVE}

    def _title(self) -> str:
        return self._words.text(
            "window.facts.title_of", number=self._session.opened.ledger.called(self._entry.number)
        )


def _cell_of(field: str) -> str:
    return field.removeprefix("facts.")


def _nothing(_name: str, _text: str) -> None:
    """Keep nothing before F12."""
