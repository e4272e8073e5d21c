"""A receipt typed from paper: what the insurer's sheet says, kept without a name, to measure a region."""

from collections.abc import Callable
from typing import Any, Final

from core.agreement.paper_receipts import (
    AMOUNTS,
    BEFORE,
    KeptReceipt,
    PaperReceipt,
    drop_paper,
    keep_paper,
    kept_papers,
    same_papers,
    sign_of,
)
from core.messages import Fault, Message, message, term
from core.money import grouped
from core.vocabulary import Benefit, Level, Population
from desktop.presenters import typed
from desktop.presenters.page import LEAVE, MANUAL, KeyAction
from desktop.presenters.page_states import ListRow, PageState
from desktop.presenters.plain_page import PlainPage
from desktop.presenters.states import Cell, Notice, Question
from desktop.session import Session

_CHOICES: Final[dict[str, dict[int, Level | Benefit | Population]]] = {
    "level": dict(enumerate(Level)),
    "benefit": dict(enumerate(Benefit, 1)),
    "population": dict(enumerate(Population, 1)),
}
"""The values of a cell by the numbers that are typed, as at the counter."""
_BEFORE: Final = tuple(f"before_{name}" for name in BEFORE)
_COLUMNS: Final = ("number", "day", "level", "scope", "deductible", "basic")
_STAY: Final = ("level", "benefit", "population")
"""Cells that the next receipt begins with: a pile of sheets is alike in them."""


class ReceiptPage(PlainPage):
    """F12 keeps a receipt and begins the next one; ``region`` is whose receipts they are."""

    name = "receipt"
    order = (*_CHOICES, "day", *AMOUNTS, "disease", "person", "stay", *_BEFORE, "bands")
    short = frozenset({"day", "stay", "disease", *_CHOICES})

    def __init__(self, session: Session, show: Callable[[], None], region: str) -> None:
        super().__init__(session, show)
        self._counter, self._region = session.opened, region
        self._today = session.today()
        self.texts |= {"level": "2", "benefit": "1", "population": "1"}
        self._kept: list[KeptReceipt] = []
        self._chosen = ""
        self._look()
        self.focus(self.order[0])

    def _look(self) -> None:
        self._kept = kept_papers(self._counter, self._region)
        if self._chosen not in {str(each.number) for each in self._kept}:
            self._chosen = str(self._kept[-1].number) if self._kept else ""

    def enter(self, name: str) -> None:
        """Go on to the next cell, unless this one is wrong; after the last one keep the receipt."""
        if self.question:
            return
        value = self._read(name)
        if not self._accept(name, value):
            return
        if name == self.order[-1]:
            self.save()
        else:
            super().enter(name)

    def picked(self, value: str) -> None:
        """Choose a receipt."""
        self._chosen = value

    def _read(self, name: str) -> Any:
        """Return a cell's value, None where nothing is typed, a message where it cannot be read."""
        text = self.texts.get(name, "")
        if name in AMOUNTS or name in _BEFORE:
            return typed.amount(text)
        if name == "day":
            return typed.past_day(text, self._today) or message("window.fault.day")
        if name in _CHOICES:
            number, values = typed.count(text), _CHOICES[name]
            if not isinstance(number, int) or number not in values:
                return message("fault.number_between", first=min(values), last=max(values))
            return values[number]
        if name in ("stay", "disease"):
            number = typed.count(text)
            return message("fault.number_from", first=1) if number == 0 else number
        if name == "bands":
            bands = typed.amounts(text)
            return bands if isinstance(bands, Message) else tuple(bands)
        return sign_of(text)

    def _receipt(self) -> PaperReceipt | list[Fault]:
        values = {name: self._read(name) for name in self.order}
        faults = [Fault(name, each) for name, each in values.items() if isinstance(each, Message)]
        if faults:
            return faults
        return PaperReceipt(
            values["level"],
            values["benefit"],
            values["population"],
            values["day"],
            {name: values[name] for name in AMOUNTS if values[name] is not None},
            values["person"],
            values["stay"] or 0,
            {name.removeprefix("before_"): values[name] for name in _BEFORE if values[name] is not None},
            values["bands"],
            values["disease"] or 0,
        )

    def save(self) -> None:
        """F12: keep the receipt, and begin the next one; one that stands already is asked about."""
        receipt, words = self._receipt(), self._words
        same = [] if isinstance(receipt, list) else same_papers(self._counter, self._region, receipt)
        if same:
            asked = words.text("window.receipt.ask_same", number=same[-1])
            no = ("N", words.text("window.ask.no"), "no")
            self.question = Question(asked, (("Y", words.text("window.receipt.keep"), "keep"), no))
            self._show()
        else:
            self._save(receipt)

    def _save(self, receipt: PaperReceipt | list[Fault]) -> None:
        kept: int | list[Fault] = receipt if isinstance(receipt, list) else self._keep(receipt)
        self.faults = {}
        if isinstance(kept, list):
            self._blame(kept, lambda field: field)
        else:
            self.texts = {name: self.texts[name] for name in _STAY}
            self._touched = False
            self._look()
            self._chosen = str(kept)
            self.notice = Notice(self._words.text("window.receipt.kept", number=kept), "done")
            self.focus("level")
        self._show()

    def _keep(self, receipt: PaperReceipt) -> int | list[Fault]:
        operator = self._session.settings.signer
        return keep_paper(self._counter, operator, self._region, receipt)

    def ask_drop(self) -> None:
        """F6: ask whether the chosen receipt is to be taken out."""
        words = self._words
        if not self._chosen:
            self.say(Notice(words.text("window.receipt.none"), "wrong"))
            return
        asked = words.text("window.receipt.ask_drop", number=self._chosen)
        no = ("N", words.text("window.ask.no"), "no")
        self.question = Question(asked, (("Y", words.text("window.receipt.drop"), "drop"), no))
        self._show()

    def answer(self, meaning: str) -> None:
        """Y: take the chosen receipt out of what is measured, or keep one that stands already."""
        self.question = None
        if meaning == "keep":
            self._save(self._receipt())
            return
        if meaning == "drop":
            operator = self._session.settings.signer
            faults = drop_paper(self._counter, operator, int(self._chosen))
            done = self._words.text("window.receipt.dropped", number=self._chosen)
            text = self._words(faults[0].message) if faults else done
            self.notice = Notice(text, "wrong" if faults else "done")
            self._look()
        self._show()

    keys = {
        **MANUAL,
        "F6": KeyAction("window.key.receipt.F6", ask_drop),
        "F12": KeyAction("window.key.receipt.F12", save),
        **LEAVE,
    }

    def drawn(self) -> PageState:
        """Return the page."""
        words = self._words
        return PageState(
            words.text("window.receipt.title"),
            words.text("window.receipt.about"),
            {name: self._drawn_cell(name) for name in self.order},
            (("", self.order),),
            tuple(words.text(f"window.receipt.column.{name}") for name in _COLUMNS),
            frozenset({3, 4, 5}),
            tuple(self._row(each) for each in reversed(self._kept)),
            self._chosen,
            empty=words.text("window.receipt.nothing"),
            narrow=True,
        )

    def _drawn_cell(self, name: str) -> Cell:
        words = self._words
        label = f"amount.{name}" if name in AMOUNTS else f"window.receipt.{name}"
        hinted = name in ("person", "stay", "bands")
        hint = words.text(f"window.receipt.{name}_hint") if hinted else ""
        if name in _CHOICES:
            value = self._read(name)
            hint = "  ".join(f"{at}\u00a0{words(term(name, each))}" for at, each in _CHOICES[name].items())
            if not isinstance(value, Message) and self._focused != name:
                hint = words(term(name, value))
        return self._cell(name, label, hint=hint, number=name in AMOUNTS or name in _BEFORE)

    def _row(self, kept: KeptReceipt) -> ListRow:
        words, receipt = self._words, kept.receipt
        texts = (
            f"#{kept.number}",
            receipt.day.isoformat(),
            words(term("level", receipt.level)),
            *(
                grouped(receipt.amounts[name]) if name in receipt.amounts else ""
                for name in ("inscp_scp_amt", "act_pay_dedc", "hifp_pay")
            ),
        )
        return ListRow(str(kept.number), texts)
