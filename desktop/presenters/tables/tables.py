"""The page of tables: a file is chosen, understood, checked without doing anything, settled, and posted."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from core.jobs.values import (
    AskedTable,
    DeskLedger,
    SettleTable,
    TableSettled,
    TableUnderstood,
    UnderstandTable,
    WordMeans,
)
from core.messages import Fault, message
from core.tables.layout import Column
from desktop.presenters.page import LEAVE, MANUAL, NEXT_PATIENT, KeyAction
from desktop.presenters.page_states import PageState
from desktop.presenters.states import Cell, Notice
from desktop.presenters.tables import drawn
from desktop.presenters.work_page import Work, WorkPage

if TYPE_CHECKING:
    from desktop.session import Session

_MOST_WORDS: Final = 6
"""So many words are asked at once; the others follow."""


class Remembered(NamedTuple):
    """What was said of tables of one shape: fields by the places of columns, and what words mean."""

    columns: Mapping[int, str] = {}
    words: tuple[WordMeans, ...] = ()


class TableActs(NamedTuple):
    """What the page has done outside: dialogs, the view laid out anew, and what was said of a shape before.

    ``open_file`` returns False where nothing opens the file. ``unused`` makes a name that is free.
    """

    choose: Callable[[], str]
    lay_out: Callable[[], object]
    correct: Callable[[Column, tuple[str, ...], Callable[[str], object]], object]
    remembered: Callable[[str], Remembered]
    remember: Callable[[str, Remembered], object]
    ledger: Callable[[], DeskLedger]
    open_file: Callable[[Path], bool]
    unused: Callable[[Path], Path]
    announce: Callable[[Notice], object]


class TablesPage(WorkPage):
    """A table in, the same table with its results out."""

    name = "tables"
    short = frozenset({"year"})
    long = frozenset({"file", "out"})

    def __init__(
        self,
        session: "Session",
        show: Callable[[], None],
        work: Work,
        acts: TableActs,
        regions: Mapping[str, str],
    ) -> None:
        super().__init__(session, show, work, acts.announce)
        self._acts, self._regions = acts, regions
        self.order = ("file",)
        self._said = Remembered()
        self.understood: TableUnderstood | None = None
        self.settled: TableSettled | None = None
        self._checked: tuple[AskedTable, bool] | None = None
        self._chosen = ""
        self.texts["shown"] = "columns"
        self._listed = drawn.Listed()
        self.focus("file")

    # ---- the file, and how it is understood

    def choose(self) -> None:
        """F3: choose a file in a dialog."""
        chosen = self._acts.choose()
        if chosen:
            self.take_file(chosen)

    def take_file(self, file: str) -> None:
        """Take a file that was chosen or dropped, and read it."""
        if self.busy:
            return
        self.typed("file", file)
        self._read(self._asked(Remembered()))

    def changed(self, name: str) -> None:
        """Forget what was read of another file; remember an answer."""
        if name == "file":
            known = self.understood is not None
            self.understood = self.settled = None
            self._said, self.order = Remembered(), ("file",)
            if known:
                self._acts.lay_out()
        elif name.startswith("word"):
            self._answer_word(int(name.removeprefix("word")), self.texts[name])

    def enter(self, name: str) -> None:
        """Enter: read the file; from another cell go on to the next, after the last one into the list."""
        if name == "file" and self.understood is None:
            if not self.needs("file"):
                self._read(self._asked(Remembered()))
        elif name == self.order[-1]:
            self.focus("list")
            self._show()
        else:
            super().enter(name)

    def _asked(self, said: Remembered) -> AskedTable:
        texts, understood = self.texts, self.understood
        year = texts.get("year", "").strip()
        asks_year = understood is not None and understood.asks_year
        asks_region = understood is not None and understood.asks_region
        return AskedTable(
            Path(texts.get("file", "").strip()),
            self._region() if asks_region else "",
            int(year) if asks_year and year.isascii() and year.isdigit() else None,
            dict(said.columns),
            said.words,
        )

    def _region(self) -> str:
        """Return the id of the region that is typed by its id or a part of its name, empty where none is."""
        typed = self.texts.get("region", "").strip()
        found = [id_ for id_, name in self._regions.items() if typed and (typed in id_ or typed in name)]
        return typed if typed in self._regions else found[0] if len(found) == 1 else ""

    def _read(self, asked: AskedTable) -> None:
        self.settled, self._checked = None, None
        self.run(UnderstandTable(asked._replace(words=())), self._take)

    def _take(self, understood: TableUnderstood) -> None:
        """Show how a table is understood; take what was said of its shape before, once."""
        first = self.understood is None
        self.understood = understood
        said = self._acts.remembered(understood.shape) if first else self._said
        if said.columns and first:
            self._said = said
            self._read(self._asked(said))
            return
        self._said = said
        answered = {(each.field, each.word): each.value for each in said.words}
        for at, asked in enumerate(understood.words[:_MOST_WORDS]):
            self.texts[f"word{at}"] = answered.get((asked.field, asked.word), "")
        self._prefill()
        self._lay_out()
        notice = "window.tables.remembered" if said.columns or said.words else "window.tables.read"
        self.notice = Notice(self._words.text(notice, rows=understood.rows))

    def _prefill(self) -> None:
        texts, session = self.texts, self._session
        texts["shown"] = "columns"
        texts.setdefault("region", session.settings.region)
        name = self._words.text("window.tables.out", name=Path(texts["file"]).stem)
        texts["out"] = str(self._acts.unused(Path(texts["file"]).with_name(f"{name}.xlsx")))

    def _lay_out(self) -> None:
        """Give the page the cells that this table needs."""
        understood = self.understood
        assert understood is not None
        order = ["file"]
        order += ["region"] * understood.asks_region + ["year"] * understood.asks_year
        order += [f"word{at}" for at in range(min(len(understood.words), _MOST_WORDS))]
        order += ["out"] + ["reason"] * self._session.guarded + ["shown"]
        self.order = tuple(order)
        missing = next((name for name in order[1:] if not self.texts.get(name) and name != "reason"), "")
        self.focus(missing or "list")
        self._acts.lay_out()

    def _answer_word(self, at: int, value: str) -> None:
        assert self.understood is not None
        asked = self.understood.words[at]
        others = tuple(
            each for each in self._said.words if (each.field, each.word) != (asked.field, asked.word)
        )
        self._said = self._said._replace(words=(*others, WordMeans(asked.field, asked.word, value)))
        self._acts.remember(self.understood.shape, self._said)
        self._checked = None

    def picked(self, value: str) -> None:
        """Choose the row that the arrows reached; the whole reason of a faulty one is said below the list."""
        self._chosen = value
        if self.settled is not None and self.texts["shown"] == "faults" and not self.busy:
            self.notice = Notice(self._words(self.settled.faults[int(value)].message))
            self._show()

    def opened(self, value: str) -> None:
        """Enter on a column: say what it means."""
        understood = self.understood
        if understood is None or self.texts["shown"] != "columns" or self.busy:
            return
        place = int(value)

        def take(field: str) -> None:
            self._said = self._said._replace(columns={**self._said.columns, place: field})
            self._acts.remember(understood.shape, self._said)
            self._read(self._asked(self._said))

        self._acts.correct(understood.columns[place], understood.samples[place], take)

    # ---- the dry run, the results, the posting

    def check(self) -> None:
        """Ctrl+Q: settle without writing anything, and list every row that is at fault."""
        self._dry_run(posting=False)

    def settle(self) -> None:
        """F12: write the results; where they were not looked at, check first and ask."""
        if not self._complete("out"):
            return
        if self._checked == (self._asked(self._said), False):
            self._write(posting=False)
        else:
            self._dry_run(posting=False, ask="settle")

    def post(self) -> None:
        """F10: try the posting, which keeps nothing, and ask whether it is to be done."""
        if self._complete("out"):
            self._dry_run(posting=True, ask="post")

    def open_result(self) -> None:
        """Shift+F5: open the results in the program that the system has for them."""
        settled = self.settled
        if settled is None or settled.out is None:
            self.tell(message("window.tables.no_result"), "wrong")
        elif not self._acts.open_file(settled.out):
            self.tell(message("window.tables.not_opened", file=str(settled.out)), "wrong")

    keys = {
        **MANUAL,
        **NEXT_PATIENT,
        "F3": KeyAction("window.key.tables.F3", choose),
        "Ctrl+Q": KeyAction("window.key.tables.Ctrl+Q", check),
        "Shift+F5": KeyAction("window.key.Shift+F5", open_result),
        "F10": KeyAction("window.key.tables.F10", post),
        "F12": KeyAction("window.key.tables.F12", settle),
        **LEAVE,
    }

    def _complete(self, *more: str) -> bool:
        """Return whether every cell that the work needs is filled, and say which is not."""
        if self.understood is None:
            if not self.needs("file"):
                self.tell(message("window.tables.read_first"), "wrong")
            return False
        optional = {"reason", "shown", "out"} - set(more)
        if self.needs(*(name for name in self.order if name not in optional)):
            return False
        year = self.texts.get("year", "")
        if "year" in self.order and not (len(year) == 4 and year.isascii() and year.isdigit()):
            self.refuse(Fault("year", message("window.tables.year_form")))
            return False
        if "region" in self.order and not self._region():
            self.refuse(Fault("region", message("window.tables.region_unknown")))
            return False
        return True

    def _dry_run(self, posting: bool, ask: str = "") -> None:
        if not self._complete():
            return
        asked = self._asked(self._said)

        def done(settled: TableSettled) -> None:
            self.settled, self._checked = settled, (asked, posting)
            self.texts["shown"] = "faults" if settled.faults else "columns"
            self.focus("list")
            words, told = self._words, drawn.counts(settled, self._words)
            if not ask:
                self.notice = Notice(told, "wrong" if settled.faults else "done")
                return
            file = Path(self.texts["out"]).name
            asked_of = words.text(f"window.tables.ask_{ask}", counts=told, file=file)
            self.ask(asked_of, words.text(f"window.tables.{ask}_yes"), ask)

        self.run(self._job(asked, posting, None), done, with_ledger=posting)

    def _job(self, asked: AskedTable, posting: bool, out: Path | None) -> SettleTable:
        reason = self.texts.get("reason", "").strip()
        return SettleTable(self._acts.ledger(), asked, out, self._words.language, posting, reason)

    def answer(self, meaning: str) -> None:
        """Y: write the results, or post them, too."""
        self.question = None
        if meaning in ("settle", "post"):
            self._write(posting=meaning == "post")
        self._show()

    def _write(self, posting: bool) -> None:
        out = Path(self.texts["out"].strip())

        def done(settled: TableSettled) -> None:
            self.settled = settled
            self.focus("list")
            kept = "window.tables.posted" if posting else "window.tables.written"
            self.notice = Notice(
                self._words.text(kept, counts=drawn.counts(settled, self._words), file=str(settled.out)),
                "done",
            )

        self.run(self._job(self._asked(self._said), posting, out), done, with_ledger=posting)

    # ---- drawing

    def drawn(self) -> PageState:
        """Return the page."""
        words, understood = self._words, self.understood
        page = PageState(
            words.text("window.tables.title"),
            words.text("window.tables.about"),
            {name: self._drawn_cell(name) for name in self.order},
            (("", self.order),),
            narrow=True,
        )
        if understood is None:
            return page
        listed = self._listed.put_into(page, self.texts["shown"], understood, self.settled, words)
        known = any(row.value == self._chosen for row in listed.rows)
        return listed._replace(chosen=self._chosen if known else "")

    def _drawn_cell(self, name: str) -> Cell:
        words = self._words
        if name == "region":
            return self._cell(name, "window.tables.region", hint=self._regions.get(self._region(), ""))
        if name == "shown":
            return self._cell(name, "window.tables.shown", drawn.lists(words))
        if name.startswith("word"):
            assert self.understood is not None
            asked = self.understood.words[int(name.removeprefix("word"))]
            cell = self._cell(name, "window.tables.word", drawn.meanings(asked, words))
            return cell._replace(label=words.text("window.tables.word", word=asked.word))
        return self._cell(name, "window.tables.out_file" if name == "out" else f"window.tables.{name}")
