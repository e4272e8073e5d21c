"""A claim entered from its papers: its bill, why it comes on paper, what was handed in, what is left."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from core.messages import Fault, Message, message
from core.money import grouped
from desktop.presenters import typed
from desktop.presenters.page import LEAVE, MANUAL, NEXT_PATIENT, KeyAction
from desktop.presenters.page_states import ListRow, PageState
from desktop.presenters.plain_page import PlainPage
from desktop.presenters.states import Cell, Notice, Question
from desktop.session import Session

if TYPE_CHECKING:
    from core.counter.paper_claims import ClaimLine, PaperClaim
    from core.ledger.entries import Entry

_PICKED: Final = ("kind", "reason", "source")
"""Cells that take the number of a line of the data."""


class PaperClaimPage(PlainPage):
    """The claim of a posted entry; F12 puts it on record, F9 prints what the patient takes along.

    ``entry`` is None where the counter shows no posted entry.
    """

    name = "claim"
    order = ("bill", "kind", "reason", "source", "already")
    short = frozenset({"kind", "reason", "source"})
    takes_codes = frozenset({"bill"})

    def __init__(
        self,
        session: Session,
        show: Callable[[], None],
        entry: "Entry | None",
        print_receipt: "Callable[[Entry, PaperClaim], Notice]",
    ) -> None:
        super().__init__(session, show)
        from core.counter import paper_claims

        self._claims, self._counter = paper_claims, session.opened
        self._entry, self._print = entry, print_receipt
        lines = paper_claims.claim_lines()
        self._lines = None if isinstance(lines, Message) else lines
        self._handed: set[str] = set()
        self._chosen = ""
        self._taken: PaperClaim | None = None
        self.texts |= dict.fromkeys(_PICKED, "1")
        if isinstance(lines, Message):
            self.notice = Notice(self._words(lines), "wrong")
        elif entry is None or entry.settlement is None or entry.reversed_by is not None:
            self._entry = None
            self.notice = Notice(self._words.text("window.claim.no_entry"), "wrong")
        else:
            self._handed = {paper.id for paper in self._papers}
        self.focus("bill")

    def usable(self, action: KeyAction) -> bool:
        """Return True where a key can be used: there is an entry that the claim is of."""
        return action.act is None or (self._entry is not None and self._lines is not None)

    # ---- the lines of the data

    def _options(self, name: str) -> "tuple[ClaimLine, ...]":
        if self._lines is None:
            return ()
        if name == "kind":
            return tuple(each.line for each in self._lines.bills)
        return self._lines.reasons if name == "reason" else self._lines.sources

    def _picked_line(self, name: str) -> "ClaimLine | None":
        """Return the line whose number stands in a cell, None for any other text."""
        number = typed.count(self.texts.get(name, ""))
        options = self._options(name)
        return options[number - 1] if isinstance(number, int) and 0 < number <= len(options) else None

    @property
    def _papers(self) -> "tuple[ClaimLine, ...]":
        """The papers that the kind of bill needs."""
        kind = self._picked_line("kind")
        bills = self._lines.bills if self._lines is not None else ()
        return next((each.papers for each in bills if each.line == kind), ())

    def changed(self, name: str) -> None:
        """Begin with every paper of another kind of bill."""
        self._taken = None
        if name == "kind":
            self._handed = {paper.id for paper in self._papers}

    def enter(self, name: str) -> None:
        """Go on to the next cell, after the last one into the papers."""
        if name == self.order[-1]:
            self.focus("list")
            self._show()
        else:
            super().enter(name)

    def picked(self, value: str) -> None:
        """Choose a paper."""
        self._chosen = value

    def opened(self, value: str) -> None:
        """Enter on a paper: it was handed in, or it was not."""
        self._chosen = value
        if self._taken is None:
            self._handed ^= {value}
            self._show()

    # ---- on record

    def _claim(self) -> "PaperClaim | list[Fault]":
        already = typed.amount(self.texts.get("already", ""))
        picked = {name: self._picked_line(name) for name in _PICKED}
        faults = [
            Fault(name, message("fault.number_between", first=1, last=len(self._options(name))))
            for name, line in picked.items()
            if line is None
        ]
        if isinstance(already, Message):
            faults.append(Fault("already", already))
        if faults:
            return faults
        kind, reason, source = (line.id if line else "" for line in picked.values())
        papers = tuple(paper.id for paper in self._papers if paper.id in self._handed)
        paid = already if isinstance(already, int) else 0
        return self._claims.PaperClaim(self.texts.get("bill", ""), kind, reason, source, papers, paid)

    def ask(self) -> None:
        """F12: ask, and tell of another claim of the same bill and of papers that are missing."""
        words, entry = self._words, self._entry
        claim = self._claim()
        if not isinstance(claim, list) and entry is not None and self._lines is not None:
            claim = self._claims.faults_of(entry, claim, self._lines) or claim
        if isinstance(claim, list) or entry is None:
            self.faults = {}
            self._blame(claim if isinstance(claim, list) else [], lambda field: field)
            self._show()
            return
        lines = [words.text("window.claim.ask", payable=grouped(self._claims.payable(entry, claim.already)))]
        before = self._claims.same_bill(self._counter.ledger, claim.bill, entry.number)
        comma = words.text("window.comma")
        if before:
            lines.insert(
                0,
                words.text(
                    "window.claim.same_bill", numbers=comma.join(map(self._counter.ledger.called, before))
                ),
            )
        lacking = [paper for paper in self._papers if paper.id not in claim.papers]
        if lacking:
            named = comma.join(paper.text(words.language) for paper in lacking)
            lines.insert(0, words.text("window.claim.lacking", papers=named))
        no = ("N", words.text("window.ask.no"), "no")
        self.question = Question(" ".join(lines), (("Y", words.text("window.claim.yes"), "take"), no))
        self._show()

    def answer(self, meaning: str) -> None:
        """Y: put the claim on record."""
        self.question = None
        claim = self._claim()
        if meaning == "take" and not isinstance(claim, list) and self._entry and self._lines:
            operator = self._session.settings.signer
            faults = self._claims.take_claim(self._counter, operator, self._entry, claim, self._lines)
            self.faults = {}
            if faults:
                self._blame(faults, lambda field: field)
            else:
                self._taken = claim
                self._touched = False
                done = self._words.text(
                    "window.claim.done", number=self._counter.ledger.called(self._entry.number)
                )
                self.notice = Notice(done, "done")
                self.focus("list")
        self._show()

    def print_receipt(self) -> None:
        """F9: print what the patient takes along."""
        claim = self._taken
        if claim is None or self._entry is None:
            self.say(Notice(self._words.text("window.claim.print_after"), "wrong"))
            return
        self.say(self._print(self._entry, claim))

    keys = {
        **MANUAL,
        **NEXT_PATIENT,
        "F9": KeyAction("window.key.claim.F9", print_receipt),
        "F12": KeyAction("window.key.claim.F12", ask),
        **LEAVE,
    }

    def drawn(self) -> PageState:
        """Return the page."""
        words = self._words
        return PageState(
            words.text("window.claim.title"),
            words.text("window.claim.about"),
            {name: self._drawn_cell(name) for name in self.order},
            (("", self.order),),
            tuple(words.text(f"window.claim.column.{name}") for name in ("handed", "paper")),
            rows=tuple(
                ListRow(paper.id, ("✓" if paper.id in self._handed else "—", paper.text(words.language)))
                for paper in self._papers
            )
            if self._entry is not None
            else (),
            chosen=self._chosen,
            empty=words.text("window.claim.no_entry"),
            narrow=True,
            lines=self._sums(),
        )

    def _drawn_cell(self, name: str) -> Cell:
        words = self._words
        hint = words.text("window.claim.already_hint") if name == "already" else ""
        if name in _PICKED:
            hint = "  ".join(
                f"{at} {line.text(words.language)}" for at, line in enumerate(self._options(name), 1)
            )
            chosen = self._picked_line(name)
            if chosen is not None and self._focused != name:
                hint = chosen.text(words.language)
        return self._cell(name, f"window.claim.{name}", hint=hint, number=name == "already")

    def _sums(self) -> tuple[str, ...]:
        """Say what the funds pay, what they paid already, and what is left."""
        entry, words = self._entry, self._words
        if entry is None:
            return ()
        already = typed.amount(self.texts.get("already", ""))
        paid = already if isinstance(already, int) else 0
        return (
            words.text(
                "window.claim.entry",
                number=self._counter.ledger.called(entry.number),
                fund=grouped(self._claims.payable(entry, 0)),
            ),
            words.text(
                "window.claim.left",
                already=grouped(paid),
                payable=grouped(self._claims.payable(entry, paid)),
            ),
        )
