"""The reversal of an entry: all that would change is on the page before anything is saved."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from core.messages import Fault, Message
from core.money import grouped
from desktop.presenters.page import LEAVE, MANUAL, KeyAction
from desktop.presenters.page_states import ListRow, PageState
from desktop.presenters.plain_page import PlainPage
from desktop.presenters.states import Notice, Option, Question, done
from desktop.session import Session

if TYPE_CHECKING:
    from core.ledger.entries import Affected, Entry, Patient, Resettled
    from core.settlement import Amounts


_AGAIN = (("no", "0"), ("yes", "1"))


class ReversalPage(PlainPage):
    """F6. ``done``: the entry has been reversed, or cannot be.

    ``enter_again`` takes what stood to the counter, with the reason that was typed.
    Where later entries are affected a choice asks whether to settle them again at once.
    """

    name = "reversal"
    order: tuple[str, ...] = ("reason",)

    def __init__(
        self,
        session: Session,
        show: Callable[[], None],
        entry: "Entry",
        enter_again: "Callable[[Patient, Entry, str], object]",
    ) -> None:
        from core.counter import reversing

        super().__init__(session, show)
        self._counter = session.opened
        self._enter_again = enter_again
        self.entry = entry
        self.done = False
        self._affected: list[Affected] = []
        self._again: tuple[Resettled, ...] = ()
        self._refused: Message | None = None
        for affected in reversing.would_change(self._counter, entry.number):
            if isinstance(affected, Fault):
                self.done, self._refused = True, affected.message
            else:
                self._affected.append(affected)
        self._claims = {
            again: () if self.done else reversing.claims_told(self._counter, entry, self._affected, again)
            for again in (False, True)
        }
        if self._affected:
            self.order = ("reason", "resettle")
            self.texts["resettle"] = "no"
        self.spoken_anew()
        self.focus("reason")

    def spoken_anew(self) -> None:
        """Say again why the entry cannot be reversed."""
        super().spoken_anew()
        if self._refused is not None:
            self.notice = Notice(self._words(self._refused), "wrong")

    def chosen(self, name: str, value: str) -> None:
        """Take a choice; nothing is asked yet."""
        self.typed(name, value)

    def enter(self, name: str) -> None:
        """Enter: go to the next cell; in the last one ask, and answer nothing."""
        if name == self.order[-1]:
            self.save()
        else:
            super().enter(name)

    @property
    def _resettles(self) -> bool:
        return self.texts.get("resettle") == "yes"

    @property
    def unsaved(self) -> bool:
        """True where something was typed and not saved."""
        return not self.done and super().unsaved

    def save(self) -> None:
        """F12: ask, once there is a reason."""
        words = self._words
        if self.done or self.question:
            return
        if not self.texts.get("reason", "").strip():
            self.faults["reason"] = words.text("window.reversal.needs_reason")
            self.focus("reason")
        else:
            number = self._counter.ledger.called(self.entry.number)
            asked = "window.ask.reverse_again" if self._resettles else "window.ask.reverse"
            self.question = Question(
                words.text(asked, number=number, affected=len(self._affected)),
                (
                    ("Y", words.text("window.ask.reverse_yes"), "reverse"),
                    ("N", words.text("window.ask.no"), "no"),
                ),
            )
        self._show()

    def enter_again(self) -> None:
        """F6: take all that stood to the counter, to be changed there; posting it reverses this entry."""
        words, reason = self._words, self.texts.get("reason", "").strip()
        patient = self._counter.ledger.patients.get(self.entry.patient)
        if self.done or self.question:
            return
        if self.entry.settlement is None or patient is None:
            self.say(Notice(words.text("window.correction.no_visit"), "wrong"))
        elif not reason:
            self.faults["reason"] = words.text("window.reversal.needs_reason")
            self.focus("reason")
            self._show()
        else:
            self._enter_again(patient, self.entry, reason)

    keys = {
        **MANUAL,
        "F6": KeyAction("window.key.reversal.F6", enter_again),
        "F12": KeyAction("window.key.reversal.F12", save),
        **LEAVE,
    }

    def answer(self, meaning: str) -> None:
        """Y: reverse."""
        self.question = None
        self.focus("reason")
        if meaning == "reverse":
            from core.counter import identifiers, reversing

            reversal = self._session.on_patient(
                identifiers.of_entry(self._counter, self.entry.number),
                lambda: reversing.reverse(
                    self._counter,
                    self.entry.number,
                    reason=self.texts["reason"].strip(),
                    operator=self._session.settings.signer,
                    resettle=self._resettles,
                ),
            )
            if isinstance(reversal, list):
                self._blame(reversal, str)
            else:
                self.done, self._again = True, reversal.resettled
                self.notice = done(self._outcome(reversal.entry.number), map(self._words, reversal.notes))
        self._show()

    def _outcome(self, by: int) -> str:
        """Say which entry reversed this one, and which entries took the place of later ones."""
        words, again, number = self._words, self._again, self._counter.ledger.called(self.entry.number)
        if not again:
            return words.text("window.reversed", number=number, by=by)
        comma = words.text("window.comma")
        return words.text(
            "window.reversed_again",
            number=number,
            by=by,
            before=comma.join(self._counter.ledger.called(one.before.number) for one in again),
            now=comma.join(str(one.entry.number) for one in again),
        )

    def drawn(self) -> PageState:
        """Return the page."""
        words, rows = self._words, self._rows()
        options = [Option(value, key, words.text(f"window.reversal.{value}")) for value, key in _AGAIN]
        cells = {"reason": self._cell("reason", "window.reversal.reason")}
        if self._affected:
            cells["resettle"] = self._cell(
                "resettle", "window.reversal.resettle", options, words.text("window.reversal.resettle_how")
            )
        entry, pays = self.entry, ""
        if entry.settlement is not None and entry.settlement.amounts.psn_part_amt is not None:
            pays = grouped(entry.settlement.amounts.psn_part_amt)
        patient = self._counter.ledger.patients.get(entry.patient)
        return PageState(
            words.text("window.reversal.title", number=self._counter.ledger.called(entry.number)),
            words.text(
                "window.reversal.about",
                name=patient.name if patient else "",
                day=entry.day.isoformat(),
                amount=pays or "—",
            ),
            cells,
            (("", self.order),),
            tuple(words.text(f"window.column.{name}") for name in ("number", "day", "before", "after")),
            frozenset({2, 3}),
            rows,
            empty=words.text("window.reversal.nothing_affected"),
            lines=self._lines(len(rows)),
        )

    def _lines(self, rows: int) -> tuple[str, ...]:
        """Return what is said over the list: what became of the entries, and what has to be typed anew."""
        from core.counter.typed_on import by_note

        words = self._words
        state = "settled_again" if self._again else "left_as_is" if self.done else "affected"
        comma = words.text("window.comma")
        replaced = {one.before.number: one.entry.number for one in self._again}
        notes = [
            words.text(
                "window.reversal.retype",
                entries=comma.join(
                    self._counter.ledger.called(replaced.get(number, number)) for number in numbers
                ),
                note=note,
            )
            for note, numbers in by_note(self._affected)
        ]
        claims = () if self.done else map(words, self._claims[self._resettles])
        told = (*notes, *claims)
        return (words.text(f"window.reversal.{state}", number=rows), *told) if rows else told

    def _rows(self) -> tuple[ListRow, ...]:
        """Return what later entries would come to; once settled again, each with the one in its place."""
        if self._again:
            return tuple(
                self._row(one.before, _amounts(one.before), _amounts(one.entry), one.entry.number)
                for one in self._again
            )
        return tuple(self._row(one.entry, one.before, one.now.amounts) for one in self._affected)

    def _row(
        self, entry: "Entry", before: "Amounts | None", now: "Amounts | None", by: int | None = None
    ) -> ListRow:
        number = str(entry.number)
        called = self._counter.ledger.called(entry.number)
        shown = called if by is None else f"{called} → {by}"
        return ListRow(number, (shown, entry.day.isoformat(), self._pays(before), self._pays(now)))

    def _pays(self, amounts: "Amounts | None") -> str:
        fen = amounts.psn_part_amt if amounts else None
        return self._words.text("window.cannot_tell") if fen is None else grouped(fen)


def _amounts(entry: "Entry") -> "Amounts | None":
    return entry.settlement.amounts if entry.settlement else None
