"""The page of reconciliation: files and a month, then kinds, their rows, and what only one side has."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from core.agreement.judging import Judged, judged
from core.jobs.agreement_values import (
    DifferenceTold,
    FileWritten,
    ReconciledTold,
    ReconcileFiles,
    TakenOverTold,
    TakeOverTotals,
    WriteReconciled,
)
from core.jobs.values import DeskLedger
from core.ledger.operators import Role
from core.messages import Fault, message
from desktop.presenters.agreement import lists
from desktop.presenters.page import LEAVE, MANUAL, NEXT_PATIENT, KeyAction
from desktop.presenters.page_states import ListRow, PageState
from desktop.presenters.states import Cell, Notice, Option
from desktop.presenters.work_page import Work, WorkPage

if TYPE_CHECKING:
    from desktop.session import Session

_MONTH: Final = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])", re.ASCII)
_BETWEEN: Final = ";"
_DIGITS: Final = "1234567890"


class ReconcileActs(NamedTuple):
    """What the page has done outside: dialogs, the results opened, a difference shown.

    ``show`` opens a difference among those listed; ``unused`` makes a name in the documents that is free.
    """

    choose: Callable[[], list[str]]
    ledger: Callable[[], DeskLedger]
    open_file: Callable[[Path], bool]
    unused: Callable[[str], Path]
    show: Callable[[tuple[DifferenceTold, ...], int], object]
    announce: Callable[[Notice], object]


class ReconcilePage(WorkPage):
    """The insurer's results beside ours."""

    name = "reconcile"
    order = ("files", "month", "shown")
    short = frozenset({"month"})
    long = frozenset({"files"})

    def __init__(self, session: "Session", show: Callable[[], None], work: Work, acts: ReconcileActs) -> None:
        super().__init__(session, show, work, acts.announce)
        self._acts = acts
        self.told: ReconciledTold | None = None
        self._judged: dict[str, Judged] = judged(session.opened)
        self._kind = ""
        self._chosen = ""
        self._written: Path | None = None
        today = session.today()
        year, month = (today.year, today.month - 1) if today.month > 1 else (today.year - 1, 12)
        self.texts |= {"month": f"{year}-{month:02}", "shown": "kinds"}
        self.focus("files")

    # ---- files and the run

    def choose(self) -> None:
        """F3: choose the insurer's files."""
        self.take_files(self._acts.choose())

    def take_files(self, files: list[str]) -> None:
        """Take files that were chosen or dropped beside those that stand there."""
        if files and not self.busy:
            before = list(map(str, self._files()))
            self.typed("files", _BETWEEN.join(dict.fromkeys([*before, *files])))
            self.focus("month")
            self._show()

    def _files(self) -> tuple[Path, ...]:
        texts = self.texts.get("files", "").replace("；", _BETWEEN).split(_BETWEEN)
        return tuple(Path(text.strip()) for text in texts if text.strip())

    def changed(self, name: str) -> None:
        """Show every row again where another list was chosen; forget what other files said."""
        self._chosen = ""
        if name == "shown":
            self._kind = ""
        elif self.told is not None:
            self.told, self._written = None, None

    def chosen(self, name: str, value: str) -> None:
        """Take a list, and go into it."""
        self.typed(name, value)
        self.enter(name)

    def enter(self, name: str) -> None:
        """Enter: go on to the next cell, after the last one into the list."""
        if name == "shown":
            self.focus("list")
            self._show()
        else:
            super().enter(name)

    def reconcile(self) -> None:
        """F12: hold the files against the ledger."""
        month = self.texts.get("month", "").strip()
        if self.needs("files"):
            return
        if month and not _MONTH.fullmatch(month):
            self.refuse(Fault("month", message("window.reconcile.month_form")))
            return

        def done(told: ReconciledTold) -> None:
            self.told, self._written, self._kind = told, None, ""
            self._judged = judged(self._session.opened)
            self.texts["shown"] = "kinds"
            self.focus("list" if told.kinds else "shown")
            agreed = not (told.kinds or told.only_ours or told.only_theirs or told.faulty)
            said = "window.reconcile.agreed" if agreed else "window.reconcile.done"
            self.notice = Notice(self._words.text(said), "done" if agreed else "said")

        self.run(ReconcileFiles(self._acts.ledger(), self._files(), month or None), done)

    def save(self) -> None:
        """Shift+F12: write the results as a workbook of several sheets."""
        if self._needs_run():
            return
        month = self.texts.get("month", "").strip() or self._session.today().isoformat()
        out = self._acts.unused(f"{self._words.text('window.reconcile.name', month=month)}.xlsx")

        def done(written: FileWritten) -> None:
            self._written = written.out
            said = self._words.text("window.reconcile.written", file=str(written.out))
            self.notice = Notice(said, "done")

        self.run(WriteReconciled(out, self._words.language), done)

    def open_result(self) -> None:
        """Shift+F5: open the workbook."""
        if self._written is None:
            self.tell(message("window.tables.no_result"), "wrong")
        elif not self._acts.open_file(self._written):
            self.tell(message("window.tables.not_opened", file=str(self._written)), "wrong")

    def ask_take_over(self) -> None:
        """F11: show the platform's totals, and ask whether they are to be openings."""
        if self._needs_run():
            return
        assert self.told is not None
        refused = self._session.opened.refusal(self._session.settings.signer, Role.CLERK)
        if refused:
            self.refuse(*refused)
            return
        self.typed("shown", "totals")
        if self.told.totals:
            words, persons = self._words, len(self.told.totals)
            later = words.text("window.comma").join(each for told in self.told.totals for each in told.later)
            asked = "window.reconcile.ask_take_over" + ("_later" if later else "")
            self.ask(
                words.text(asked, persons=persons, entries=later),
                words.text("window.reconcile.take_over_yes"),
                "take_over",
            )

    keys = {
        **MANUAL,
        **NEXT_PATIENT,
        "F3": KeyAction("window.key.reconcile.F3", choose),
        "Shift+F5": KeyAction("window.key.Shift+F5", open_result),
        "Shift+F12": KeyAction("window.key.Shift+F12", save),
        "F11": KeyAction("window.key.reconcile.F11", ask_take_over),
        "F12": KeyAction("window.key.reconcile.F12", reconcile),
        **LEAVE,
    }

    def _needs_run(self) -> bool:
        if self.told is None and not self.busy:
            self.tell(message("window.reconcile.run_first"), "wrong")
        return self.told is None or self.busy

    def answer(self, meaning: str) -> None:
        """Y: enter the platform's totals as openings."""
        self.question = None
        if meaning == "take_over":

            def done(told: TakenOverTold) -> None:
                said = self._words.text(
                    "window.reconcile.taken_over",
                    taken=told.taken,
                    repeated=told.repeated,
                    refused=len(told.refused),
                )
                why = "".join(
                    f" {self._words(each.message)}" for _, faults in told.refused[:1] for each in faults
                )
                self.notice = Notice(said + why, "wrong" if told.refused else "done")

            self.run(TakeOverTotals(self._acts.ledger()), done, with_ledger=True)
        self._show()

    # ---- the lists

    def picked(self, value: str) -> None:
        """Choose the row that the arrows reached."""
        self._chosen = value

    def opened(self, value: str) -> None:
        """Enter: from a kind to its rows, from a row to both sides."""
        if self.busy:
            return
        if self.texts["shown"] == "earlier":
            before = lists.left_from_before(self._judged.values(), self.told)
            self._show_one(tuple(map(lists.as_told, before)), value)
        elif self.told is None:
            return
        elif self.texts["shown"] == "kinds":
            self.typed("shown", "rows")
            self._kind = value
            self.focus("list")
            self._show()
        elif self.texts["shown"] == "rows":
            self._show_one(self._of_kind(), value)

    def _show_one(self, listed: tuple[DifferenceTold, ...], key: str) -> None:
        at = next(at for at, each in enumerate(listed) if each.difference.key == key)
        self._acts.show(listed, at)

    def again(self) -> None:
        """Come back from a difference: its state may be another one."""
        self._judged = judged(self._session.opened)
        super().again()

    def escape(self) -> bool:
        """Esc: from a kind's rows back to the kinds."""
        if super().escape():
            return True
        if self.texts["shown"] != "rows" or not self._kind:
            return False
        kind = self._kind
        self.typed("shown", "kinds")
        self._chosen = kind
        self.focus("list")
        self._show()
        return True

    def _of_kind(self) -> tuple[DifferenceTold, ...]:
        told = () if self.told is None else self.told.differences
        return tuple(each for each in told if not self._kind or self._kind in each.difference.kinds)

    def drawn(self) -> PageState:
        """Return the page."""
        words, told, shown = self._words, self.told, self.texts["shown"]
        page = PageState(
            words.text("window.reconcile.title"),
            words.text("window.reconcile.about"),
            {name: self._drawn_cell(name) for name in self.order},
            (("", self.order),),
            narrow=True,
        )
        rows: tuple[ListRow, ...] = ()
        if shown == "earlier":
            rows = lists.earlier(self._judged.values(), told, words)
        elif shown == "rows":
            rows = lists.differences(self._of_kind(), self._judged, words)
        elif told is not None:
            rows = lists.of(shown, told, words)
        lines = [] if told is None else [lists.counts(told, words), *lists.again(told, words)]
        if self._kind:
            kind = words.text(f"agreement.kind.{self._kind}")
            lines.append(words.text("window.reconcile.of_kind", kind=kind))
        return page._replace(
            columns=tuple(words.text(f"window.column.{name}") for name in lists.HEADS[shown]),
            numbers=lists.numbers(shown),
            rows=rows,
            chosen=self._chosen if any(row.value == self._chosen for row in rows) else "",
            empty=words.text(
                f"window.reconcile.no_{shown}" if told or shown == "earlier" else "window.reconcile.run_first"
            ),
            lines=tuple(lines),
        )

    def _drawn_cell(self, name: str) -> Cell:
        options = (
            [
                Option(each, key, self._words.text(f"window.reconcile.shown.{each}"))
                for each, key in zip(lists.HEADS, _DIGITS, strict=False)
            ]
            if name == "shown"
            else []
        )
        files = self._files() if name == "files" else ()
        names = self._words.text("window.comma").join(file.name for file in files) if files[1:] else ""
        return self._cell(name, f"window.reconcile.{name}", options, hint=names)
