"""The page of a month's account: its details written, the insurer's answer looked at."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from core.jobs.agreement_values import (
    AccountTold,
    CheckStatement,
    StatementChecked,
    StatementLine,
    StatementWritten,
    WriteStatement,
)
from core.jobs.values import DeskLedger
from core.messages import Fault, message
from core.money import grouped
from desktop.presenters.page import LEAVE, MANUAL, NEXT_PATIENT, KeyAction
from desktop.presenters.page_states import ListRow, PageState
from desktop.presenters.states import Notice
from desktop.presenters.work_page import Work, WorkPage

if TYPE_CHECKING:
    from desktop.session import Session

_MONTH: Final = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])", re.ASCII)
_BETWEEN: Final = ";"
_HEADS: Final = ("file_row", "setl_id", "reason", "ours", "theirs")


class StatementActs(NamedTuple):
    """What the page has done outside: dialogs, and a name in the documents that is free."""

    choose: Callable[[], list[str]]
    choose_answer: Callable[[], str]
    ledger: Callable[[], DeskLedger]
    unused: Callable[[str], Path]
    announce: Callable[[Notice], object]


class StatementPage(WorkPage):
    """A month's account with the insurer (3201, 3202)."""

    name = "statement"
    order = ("month", "files", "centre", "out", "answer")
    short = frozenset({"month"})
    long = frozenset({"files", "out", "answer"})

    def __init__(self, session: "Session", show: Callable[[], None], work: Work, acts: StatementActs) -> None:
        super().__init__(session, show, work, acts.announce)
        self._acts = acts
        self._lines: tuple[StatementLine, ...] = ()
        self._accounts: tuple[AccountTold, ...] = ()
        self._looked = False
        today = session.today()
        year, month = (today.year, today.month - 1) if today.month > 1 else (today.year - 1, 12)
        self.texts["month"] = f"{year}-{month:02}"
        self._propose()
        self.focus("month")

    def _propose(self) -> None:
        name = self._words.text("window.statement.name", month=self.texts["month"].strip())
        self.texts["out"] = str(self._acts.unused(f"{name}.zip"))

    def changed(self, name: str) -> None:
        """Propose a name for another month; what was written before is no longer shown."""
        self._lines, self._accounts, self._looked = (), (), False
        if name == "month" and _MONTH.fullmatch(self.texts["month"].strip()):
            self._propose()

    def choose(self) -> None:
        """F3: choose the insurer's files, in the answer's cell the answer."""
        if self.at == "answer":
            answer = self._acts.choose_answer()
            if answer:
                self.typed("answer", answer)
            return
        chosen = self._acts.choose()
        if chosen:
            self.typed("files", _BETWEEN.join(chosen))

    def _files(self) -> tuple[Path, ...]:
        texts = self.texts.get("files", "").replace("；", _BETWEEN).split(_BETWEEN)
        return tuple(Path(text.strip()) for text in texts if text.strip())

    def write(self) -> None:
        """F12: write the month's details."""
        month = self.texts["month"].strip()
        if not _MONTH.fullmatch(month):
            self.refuse(Fault("month", message("agreement.month_form")))
            return
        if self.needs("out"):
            return

        def done(written: StatementWritten) -> None:
            self._lines, self._accounts, self._looked = written.lines, written.accounts, True
            said = self._words.text(
                "window.statement.written",
                rows=written.rows,
                file=str(written.out),
                lines=len(written.lines),
            )
            self.notice = Notice(said, "done")

        out, centre = Path(self.texts["out"].strip()), self.texts.get("centre", "").strip()
        self.run(WriteStatement(self._acts.ledger(), self._files(), month, out, centre), done)

    def check(self) -> None:
        """Ctrl+Q: look at the insurer's answer; what went up is the file that was written, if it is there."""
        answer = self.texts.get("answer", "").strip()
        if not answer:
            self.refuse(Fault("answer", message("window.statement.needs_answer")))
            return

        def done(checked: StatementChecked) -> None:
            self._lines, self._accounts, self._looked = checked.lines, (), True
            said = self._words.text(
                "window.statement.checked" if checked.sent else "window.statement.checked_alone",
                sent=checked.sent,
                answered=checked.answered,
                lines=len(checked.lines),
            )
            self.notice = Notice(said, "done" if checked.sent and not checked.lines else "wrong")
            self.focus("list" if checked.lines else "answer")

        out = Path(self.texts["out"].strip())
        sent = (out,) if out.is_file() else self._files()
        self.run(CheckStatement(Path(answer), sent), done)

    keys = {
        **MANUAL,
        **NEXT_PATIENT,
        "F3": KeyAction("window.key.statement.F3", choose),
        "Ctrl+Q": KeyAction("window.key.statement.Ctrl+Q", check),
        "F12": KeyAction("window.key.statement.F12", write),
        **LEAVE,
    }

    def drawn(self) -> PageState:
        """Return the page."""
        words = self._words
        return PageState(
            words.text("window.statement.title"),
            words.text("window.statement.about"),
            {name: self._cell(name, f"window.statement.{name}") for name in self.order},
            (("", self.order),),
            columns=tuple(words.text(f"window.column.{name}") for name in _HEADS),
            numbers=frozenset({3, 4}),
            rows=tuple(self._row(at, each) for at, each in enumerate(self._lines)),
            empty=words.text("window.statement.nothing" if self._looked else "window.statement.not_looked"),
            narrow=True,
            lines=tuple(map(self._account, self._accounts)),
        )

    def _row(self, at: int, each: StatementLine) -> ListRow:
        words = self._words
        why = " ".join(filter(None, (words(each.why), each.memo)))
        ours = " ".join(_yuan(one.ours) for one in each.by)
        theirs = " ".join(_yuan(one.theirs) for one in each.by)
        return ListRow(str(at), (each.called or f"{each.file} {each.row}", each.setl_id, why, ours, theirs))

    def _account(self, each: AccountTold) -> str:
        words, sums = self._words, each.sums
        return words.text(
            "window.statement.account",
            kind=words.text(f"window.statement.kind.{each.clr_type}"),
            refund=words.text("window.statement.refund") if each.refund else "",
            rows=each.rows,
            medfee=_yuan(sums["medfee_sumamt"]),
            fund=_yuan(sums["fund_pay_sumamt"]),
            acct=_yuan(sums["acct_pay"]),
        )


def _yuan(fen: int | None) -> str:
    return "—" if fen is None else grouped(fen)
