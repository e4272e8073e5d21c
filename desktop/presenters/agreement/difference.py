"""One difference: both sides beside each other, band by band, the clause, and what became of it."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from core.agreement.judging import DifferenceState, judge, judged
from core.jobs.agreement_values import BandBeside, DifferenceTold
from core.messages import Fault, message, term
from core.money import grouped, percent
from core.words import Words
from desktop.presenters import figures
from desktop.presenters.agreement.lists import kinds_text
from desktop.presenters.page import LEAVE, MANUAL, KeyAction
from desktop.presenters.page_states import ListRow, PageState
from desktop.presenters.plain_page import PlainPage
from desktop.presenters.states import Notice, Option

if TYPE_CHECKING:
    from core.ledger.entries import Entry
    from desktop.session import Session

_HEADS: Final = ("what", "ours", "theirs", "apart", "would")


class DifferencePage(PlainPage):
    """A difference among those of a list. ``reverse`` opens the page that reverses our entry."""

    name = "difference"
    order = ("state", "note")
    long = frozenset({"note"})

    def __init__(
        self,
        session: "Session",
        show: Callable[[], None],
        listed: tuple[DifferenceTold, ...],
        at: int,
        reverse: "Callable[[Entry], object]",
    ) -> None:
        super().__init__(session, show)
        self._listed, self._at, self._reverse = listed, at, reverse
        self._go(at)

    @property
    def told(self) -> DifferenceTold:
        """The difference that is shown."""
        return self._listed[self._at]

    def _go(self, at: int) -> None:
        self._at = at
        self._known = judged(self._session.opened).get(self.told.difference.key)
        state = DifferenceState.OPEN if self._known is None else self._known.state
        self.texts = {"state": state.value, "note": "" if self._known is None else self._known.note}
        self.faults, self.notice, self._touched = {}, None, False
        self.focus("state")

    def _turn_to(self, by: int) -> None:
        if 0 <= self._at + by < len(self._listed):
            self._go(self._at + by)
        else:
            which = "window.difference.first" if by < 0 else "window.difference.last"
            self.notice = Notice(self._words.text(which))
        self._show()

    def turn_back(self) -> None:
        """PgUp: go to the difference before."""
        self._turn_to(-1)

    def turn_on(self) -> None:
        """PgDn: go to the next difference."""
        self._turn_to(1)

    def save(self) -> None:
        """F12: keep the state and the note."""
        session = self._session
        state = DifferenceState(self.texts["state"])
        faults = judge(
            session.opened, self.told.difference, state, self.texts["note"], session.settings.signer
        )
        if faults:
            self.faults = {}
            self._blame(faults, lambda field: "note" if field == "reason" else field)
        else:
            self._go(self._at)
            self.notice = Notice(self._words.text("window.difference.kept"), "done")
        self._show()

    def settle_again(self) -> None:
        """F6: reverse our entry and enter it again."""
        number = self.told.entry
        entry = None if number is None else self._session.opened.ledger.journal.entry(number)
        if entry is None:
            id_ = "window.difference.no_entry" if self.told.file else "window.difference.no_entry_kept"
            self._blame([Fault("", message(id_))], lambda field: field)
            self._show()
        else:
            self._reverse(entry)

    keys = {
        **MANUAL,
        "F6": KeyAction("window.key.difference.F6", settle_again),
        "F12": KeyAction("window.key.difference.F12", save),
        "PgUp": KeyAction("window.key.difference.PgUp", turn_back),
        "PgDn": KeyAction("window.key.difference.PgDn", turn_on),
        **LEAVE,
    }

    def drawn(self) -> PageState:
        """Return the page."""
        words, told = self._words, self.told
        states = [
            Option(state.value, str(number), words(term("agreement.state", state.value)))
            for number, state in enumerate(DifferenceState, 1)
        ]
        known = self._known
        by = (
            ""
            if known is None
            else words.text("window.difference.judged", operator=known.operator, day=known.day)
        )
        return PageState(
            words.text("window.difference.title", kind=kinds_text(told.difference.kinds, words)),
            _about(told, words),
            {
                "state": self._cell("state", "window.difference.state", states, hint=by),
                "note": self._cell("note", "window.difference.note"),
            },
            (("", self.order),),
            columns=tuple(words.text(f"window.column.{name}") for name in _HEADS),
            numbers=frozenset(range(1, len(_HEADS))),
            rows=tuple(_rows(told, words)),
            narrow=True,
            turns=True,
            lines=tuple(_lines(told, words)),
        )


def _about(told: DifferenceTold, words: Words) -> str:
    setl_id = told.difference.setl_id or "—"
    if not told.file:
        month = told.difference.month or "—"
        return words.text("window.difference.about_before", month=month, setl_id=setl_id)
    return words.text(
        "window.difference.about", file=told.file, row=told.row, setl_id=setl_id, day=told.day or "—"
    )


def _lines(told: DifferenceTold, words: Words) -> Iterator[str]:
    yield words(told.why)
    if told.clause is not None:
        yield words.text("window.difference.clause", source=figures.short_source(told.clause, words))
    if told.others:
        ways = words.text("window.semicolon").join(kinds_text(way, words) for way in told.others[:3])
        yield words.text("window.difference.or", kinds=ways)


def _rows(told: DifferenceTold, words: Words) -> Iterator[ListRow]:
    for each in told.amounts:
        if not each.ours and not each.theirs:
            continue  # nothing on either side, or not stated
        apart = None if each.theirs is None or each.ours is None else each.theirs - each.ours
        would = told.would.get(each.name)
        yield ListRow(
            each.name,
            (
                words.text(f"amount.{each.name}"),
                _yuan(each.ours),
                _yuan(each.theirs),
                _yuan(apart) if apart else "",
                _yuan(would) if would != each.ours else "",
            ),
            faded=not apart and each.theirs is not None,
        )
    for number, band in enumerate(told.bands):
        yield _band(number, band, words)


def _band(at: int, band: BandBeside, words: Words) -> ListRow:
    """Return a band's row: what lies in it beside its name, what is paid of it on either side."""
    label = words.text(f"window.difference.band.{band.kind}", number=band.number)
    ours = theirs = None
    if band.ours is not None:
        base, rate, ours = band.ours
        label += f" {grouped(base)} × {percent(rate)}%"
    if band.theirs is not None:
        _, whole, theirs = band.theirs
        if band.ours is None or whole != band.ours[0]:
            label += words.text("window.difference.their_base", base=grouped(whole))
    apart = None if ours is None or theirs is None else theirs - ours
    texts = (label, _yuan(ours), _yuan(theirs), _yuan(apart) if apart else "", "")
    return ListRow(f"band{at}", texts, faded=apart == 0)


def _yuan(fen: int | None) -> str:
    return "" if fen is None else grouped(fen)
