"""The insurer's result beside the split at the counter: typed from the sheet, or pasted as a message."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from core.messages import Message, term
from core.money import grouped
from core.words import Words
from desktop.presenters import typed
from desktop.presenters.figures import short_source
from desktop.presenters.page import LEAVE, MANUAL, NEXT_PATIENT, KeyAction
from desktop.presenters.page_states import ListRow, PageState
from desktop.presenters.plain_page import PlainPage
from desktop.presenters.states import Cell, Notice
from desktop.presenters.working import WorkingPage
from desktop.session import Session

if TYPE_CHECKING:
    from core.agreement.one_visit import Compared
    from core.agreement.result_row import ResultRow

_ORDER: Final = ("act_pay_dedc", "hifp_pay", "hifmi_pay", "maf_pay", "psn_part_amt")
_COLUMNS: Final = ("amount_name", "ours", "theirs", "apart")


class PlatformPage(WorkingPage, PlainPage):
    """``compare`` holds a row of theirs against the visit; None where there is no visit to hold it against.

    ``clipboard`` answers the text on the clipboard.
    """

    name = "platform"
    order = _ORDER
    keeps = True

    def __init__(
        self,
        session: Session,
        show: Callable[[], None],
        compare: "Callable[[ResultRow], object] | None",
        clipboard: Callable[[], str],
        stop: Callable[[], object],
    ) -> None:
        super().__init__(session, show)
        self._compare, self._clipboard, self.end = compare, clipboard, stop
        self._found: Compared | None = None
        if compare is None:
            self.notice = Notice(self._words.text("window.platform.no_visit"), "wrong")
        self.focus(self.order[0])

    def usable(self, action: KeyAction) -> bool:
        """Return True where a key can be used: there is a visit, and nothing is worked on."""
        return action.act is None or (self._compare is not None and not self.busy)

    def changed(self, name: str) -> None:
        """Forget the answer to other figures; a message that is pasted into a cell is taken as one."""
        self._found = None
        text = self.texts[name]
        if "{" in text:
            self.texts[name] = ""
            self._take(text)

    def enter(self, name: str) -> None:
        """Go on to the next figure; after the last one compare."""
        if name == self.order[-1]:
            self.compare()
        else:
            super().enter(name)

    def compare(self) -> None:
        """F12: hold the figures that were typed against the visit."""
        if self._compare is None:
            return
        from core.agreement.one_visit import typed_row

        amounts = {name: typed.amount(self.texts.get(name, "")) for name in self.order}
        wrong = {name: self._words(fen) for name, fen in amounts.items() if isinstance(fen, Message)}
        stated = {name: fen for name, fen in amounts.items() if isinstance(fen, int)}
        if wrong or not stated:
            self.faults = wrong or {self.order[0]: self._words.text("window.platform.nothing_typed")}
            self.focus(next(iter(self.faults)))
            self._show()
            return
        self._compare(typed_row(stated))

    def paste(self) -> None:
        """F3: take the message on the clipboard."""
        self._take(self._clipboard())

    def _take(self, text: str) -> None:
        if self._compare is None:
            return
        from core.agreement.one_visit import pasted_row

        row = pasted_row(text)
        if isinstance(row, Message):
            self.say(Notice(self._words(row), "wrong"))
            return
        for name in self.order:
            self.texts[name] = grouped(row.amounts[name]) if name in row.amounts else ""
        self.faults = {}
        self._compare(row)

    keys = {
        **MANUAL,
        **NEXT_PATIENT,
        "F3": KeyAction("window.key.platform.F3", paste),
        "F12": KeyAction("window.key.platform.F12", compare),
        **LEAVE,
    }

    def compared(self, found: "Compared | Message") -> None:
        """Take what came of it, or why nothing did."""
        if isinstance(found, Message):
            self.done(found)
            return
        self._found = found
        self.focus("list")
        self.done(None)

    def drawn(self) -> PageState:
        """Return the page."""
        words, found = self._words, self._found
        return PageState(
            words.text("window.platform.title"),
            words.text("window.platform.about"),
            {name: self._amount_cell(name) for name in self.order},
            ((words.text("window.platform.sheet"), self.order),),
            tuple(words.text(f"window.platform.column.{name}") for name in _COLUMNS),
            frozenset({1, 2, 3}),
            () if found is None else tuple(_rows(found, words)),
            empty=words.text("window.platform.empty"),
            narrow=True,
            lines=() if found is None else verdict(found, words),
        )

    def _amount_cell(self, name: str) -> Cell:
        return self._cell(name, f"amount.{name}", number=True)


def verdict(found: "Compared", words: Words) -> tuple[str, ...]:
    """Say in a few lines whether both sides agree, what kind the difference is, why, and what else may be."""
    stranger = (words.text("window.platform.stranger"),) if found.stranger else ()
    day = found.other_day
    other = (words.text("window.platform.other_day", day=day.isoformat()),) if day is not None else ()
    return (*stranger, *other, *_verdict(found, words))


def _verdict(found: "Compared", words: Words) -> tuple[str, ...]:
    if found.check is not None:
        name = words(term("agreement.check", found.check.check))
        return (words.text("window.platform.contradicts", check=name, by=grouped(abs(found.check.by))),)
    if found.equal:
        return (words.text("window.platform.equal"),)
    comma = words.text("window.comma")
    lines = [words.text("window.platform.unexplained")]
    if found.kinds:
        kinds = comma.join(words(term("agreement.kind", kind)) for kind in found.kinds)
        lines = [words.text("window.platform.kind", kinds=kinds)]
    if found.why is not None:
        lines.append(words(found.why))
    if found.clause is not None:
        source = short_source(found.clause, words)
        lines.append(words.text("window.platform.clause", source=source))
    if found.or_:
        ways = words.text("window.semicolon").join(
            comma.join(words(term("agreement.kind", kind)) for kind in way) for way in found.or_
        )
        lines.append(words.text("window.platform.or", ways=ways))
    return tuple(lines)


def _rows(found: "Compared", words: Words) -> list[ListRow]:
    rows = []
    for each in found.amounts:
        apart = None if each.ours is None or each.theirs is None else each.theirs - each.ours
        rows.append(
            ListRow(
                each.name,
                (
                    words.text(f"amount.{each.name}"),
                    _shown(each.ours, words),
                    _stated(each.theirs),
                    _apart(apart),
                ),
                faded=each.theirs is None,
                strong=bool(apart),
            )
        )
    for at, band in enumerate(found.bands):
        apart = band.theirs - (band.ours or 0)
        texts = (f"{band.name} {band.code}".strip(), _stated(band.ours), grouped(band.theirs), _apart(apart))
        rows.append(ListRow(f"band {at}", texts, strong=bool(apart)))
    return rows


def _shown(fen: int | None, words: Words) -> str:
    return words.text("window.cannot_tell") if fen is None else grouped(fen)


def _stated(fen: int | None) -> str:
    return "" if fen is None else grouped(fen)


def _apart(fen: int | None) -> str:
    return "" if not fen else ("+" if fen > 0 else "−") + grouped(abs(fen))
