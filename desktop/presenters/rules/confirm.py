"""The rules that lay at a desk before its trail kept rules, with their figures: confirmed once."""

from collections.abc import Callable, Iterator

from core.counter.rules_on_record import RulesFound
from core.ledger.errors import KnownError
from core.messages import Fault
from core.policy.packets import figures_of
from desktop.presenters.page import LEAVE, MANUAL, KeyAction
from desktop.presenters.page_states import ListRow, PageState
from desktop.presenters.plain_page import PlainPage
from desktop.presenters.rules.packet_words import cell_words, value_words
from desktop.presenters.states import Notice, Question
from desktop.session import Session


class ConfirmPage(PlainPage):
    """The figures of every pack and document found, and the keys of issuers that would be trusted.

    ``find`` looks for them; ``confirm`` puts those that are shown on record, and no others.
    """

    name = "rules"

    def __init__(
        self,
        session: Session,
        show: Callable[[], None],
        find: Callable[[], RulesFound | None],
        confirm: Callable[[RulesFound], list[Fault]],
    ) -> None:
        super().__init__(session, show)
        self._find = find
        self._found = find()
        self._confirm = confirm
        self.focus("list")

    def save(self) -> None:
        """F12: ask, where there is something to confirm."""
        words = self._words
        if self._found is not None:
            count = len(self._found.packs) + len(self._found.documents)
            asked = words.text("window.rules.ask", count=count)
            yes, no = ("Y", words.text("window.rules.yes"), "yes"), ("N", words.text("window.ask.no"), "no")
            self.question = Question(asked, (yes, no))
        self._show()

    keys = {**MANUAL, "F12": KeyAction("window.key.rules.F12", save), **LEAVE}

    def answer(self, meaning: str) -> None:
        """Y: confirm them."""
        self.question = None
        if meaning == "yes" and self._found is not None:
            words = self._words
            try:
                faults = self._confirm(self._found)
            except KnownError as error:
                self.notice = Notice(words(error.said), "wrong")
            else:
                if faults:
                    self._found = self._find()
                    self.notice = Notice(words(faults[0].message), "wrong")
                else:
                    self._found = None
                    self.notice = Notice(words.text("window.rules.done"), "done")
        self._show()

    def drawn(self) -> PageState:
        """Return the page."""
        words = self._words
        return PageState(
            words.text("window.rules.title"),
            words.text("window.rules.about"),
            columns=tuple(words.text(f"window.column.{name}") for name in ("region", "figure", "value")),
            rows=tuple(ListRow(str(at), texts) for at, texts in enumerate(self._rows())),
            empty=words.text("window.rules.nothing"),
        )

    def _rows(self) -> Iterator[tuple[str, ...]]:
        words = self._words
        for document in self._found.documents if self._found else ():
            name = f"{document.number} {document.effective.isoformat()}"
            yield from ((name, path, value) for path, value in figures_of(document).items())
        for pack in self._found.packs if self._found else ():
            name = f"{pack.name} {pack.effective.isoformat()}"
            for path, value in figures_of(pack).items():
                yield name, cell_words(words, path), value_words(words, path, value)
        for key in self._found.keys if self._found else ():
            yield words.text("window.rules.key"), words.text("window.rules.fingerprint"), _grouped(key)


def _grouped(fingerprint: str) -> str:
    """Return a key's fingerprint in groups of four, as it stands on the issuer's paper."""
    return " ".join(fingerprint[at : at + 4] for at in range(0, len(fingerprint), 4))
