"""A region's empty cells as receipts have them: found, proposed or open, and taken over with a name."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from core.messages import Fault, Message, message
from desktop.presenters import typed
from desktop.presenters.page import LEAVE, MANUAL, KeyAction
from desktop.presenters.page_states import ListRow, PageState
from desktop.presenters.plain_page import PlainPage
from desktop.presenters.rules.packet_words import cell_words, value_words
from desktop.presenters.states import Notice, Question
from desktop.presenters.working import WorkingPage
from desktop.session import Session

if TYPE_CHECKING:
    from core.agreement.measured_pack import Proposal
    from core.agreement.measuring import Agreement, RegionMeasured

_COLUMNS: Final = ("take", "cell", "value", "receipts", "against", "standing")
_MOST_TOLD: Final = 6
"""So many receipts that contradict are named; of more their number."""


class MeasureActs(NamedTuple):
    """What the page asks of its opener.

    ``begin`` measures a year from files; ``choose`` asks for files; ``papers`` counts the receipts that were
    typed, ``type`` opens their page; ``agree`` works out how far receipts agree once some paths are taken
    over; ``save`` takes paths and the name of who checked them, and returns faults.
    """

    begin: Callable[[int, Sequence[Path]], object]
    choose: Callable[[], Sequence[Path]]
    papers: Callable[[], int]
    type: Callable[[], object]
    agree: "Callable[[RegionMeasured, frozenset[str]], object]"
    save: "Callable[[RegionMeasured, frozenset[str], str], list[Fault]]"
    stop: Callable[[], object]


class MeasurePage(WorkingPage, PlainPage):
    """What receipts say of a region; Enter takes a proposal in or out, F12 takes over what is marked."""

    name = "measure"
    order = ("year", "checked_by")
    short = frozenset({"year"})
    keeps = True

    def __init__(self, session: Session, show: Callable[[], None], doing: MeasureActs) -> None:
        super().__init__(session, show)
        self.end = doing.stop
        self._doing = doing
        self._papers = doing.papers()
        self._files: tuple[Path, ...] = ()
        self._found: RegionMeasured | None = None
        self._proposals: list[Proposal] = []
        self._agreement: Agreement | None = None
        self._taken: set[str] = set()
        self._chosen = ""
        self.texts["year"] = str(session.today().year)
        self.focus("year")

    def usable(self, action: KeyAction) -> bool:
        """Return True where a key can be used: nothing is worked on."""
        return action.act is None or not self.busy

    def enter(self, name: str) -> None:
        """Measure from the year's cell; go into the list from the name's."""
        if name == "year":
            self.begin()
        else:
            self.focus("list")
            self._show()

    def begin(self) -> None:
        """F10: measure the receipts of the year."""
        year = typed.count(self.texts.get("year", ""))
        if not isinstance(year, int) or not 2016 <= year <= self._session.today().year:
            last = self._session.today().year
            self.faults["year"] = self._words.text("fault.number_between", first=2016, last=last)
            self.focus("year")
            self._show()
            return
        if not self._files and not self._papers:
            self.say(Notice(self._words.text("window.measure.no_receipts"), "wrong"))
            return
        self._doing.begin(year, self._files)

    def choose(self) -> None:
        """F3: add files of the insurer's results, and measure."""
        files = tuple(self._doing.choose())
        if files:
            self._files = tuple(dict.fromkeys((*self._files, *files)))
            self.begin()

    def type_one(self) -> None:
        """Ctrl+E: type receipts from paper."""
        self._doing.type()

    def again(self) -> None:
        """Come back from typing receipts; what was measured before is of others."""
        papers = self._doing.papers()
        if papers != self._papers:
            self._papers = papers
            self._forget()
        super().again()

    def _forget(self) -> None:
        """Take away what was measured."""
        self._found, self._proposals, self._agreement, self._taken = None, [], None, set()

    def measured(self, found: "RegionMeasured | Message") -> None:
        """Take what was measured, or why nothing was."""
        if isinstance(found, Message):
            self.done(found)
            return
        from core.agreement.measuring import certain_paths, proposals

        self._found, self._proposals = found, proposals(found)
        self._taken = certain_paths(found)
        self._agreement = None
        self._chosen = next((row.value for row in self._rows()), "")
        self.focus("list")
        self.done(None)
        self._doing.agree(found, frozenset(self._taken))

    def agreed(self, agreement: "Agreement | Message") -> None:
        """Take how far the receipts agree with what is marked."""
        if isinstance(agreement, Message):
            self.done(agreement)
            return
        self._agreement = agreement
        self.done(None)

    def picked(self, value: str) -> None:
        """Choose a row."""
        self._chosen = value

    def opened(self, value: str) -> None:
        """Enter on a cell: mark it to be taken over, or not; what is open cannot be."""
        self._chosen = value
        if self._found is None or self.busy:
            return
        known = {each.path for each in self._proposals if not each.path.rpartition(".")[2].isdigit()}
        known |= {each.path for each in self._found.measured.settings if each.found is not None}
        if value not in known:
            self.say(Notice(self._words.text("window.measure.not_to_take"), "wrong"))
            return
        self._taken ^= {value}
        self._doing.agree(self._found, frozenset(self._taken))

    def ask(self) -> None:
        """F12: ask before what is marked goes into the region's pack."""
        words = self._words
        name = self.texts.get("checked_by", "").strip()
        if self._found is None or not self._taken:
            self.say(Notice(words.text("window.measure.nothing_to_take"), "wrong"))
            return
        if not name:
            self.faults["checked_by"] = words.text("fault.required")
            self.focus("checked_by")
            self.say(Notice(words.text("window.measure.needs_name"), "wrong"))
            return
        asked = words.text("window.measure.ask", cells=len(self._taken), name=name)
        no = ("N", words.text("window.ask.no"), "no")
        self.question = Question(asked, (("Y", words.text("window.measure.yes"), "take"), no))
        self._show()

    def answer(self, meaning: str) -> None:
        """Y: take over what is marked."""
        self.question = None
        if meaning == "take" and self._found is not None:
            faults = self._doing.save(self._found, frozenset(self._taken), self.texts["checked_by"].strip())
            if faults:
                self.notice = Notice(self._words(faults[0].message), "wrong")
            else:
                done = message("window.measure.done", cells=str(len(self._taken)))
                self._forget()
                self.notice = Notice(self._words(done), "done")
        self._show()

    keys = {
        **MANUAL,
        "F10": KeyAction("window.key.measure.F10", begin),
        "F3": KeyAction("window.key.measure.F3", choose),
        "Ctrl+E": KeyAction("window.key.measure.Ctrl+E", type_one),
        "F12": KeyAction("window.key.measure.F12", ask),
        **LEAVE,
    }

    def drawn(self) -> PageState:
        """Return the page."""
        words = self._words
        return PageState(
            words.text("window.measure.title"),
            words.text("window.measure.about"),
            {name: self._cell(name, f"window.measure.{name}") for name in self.order},
            (("", self.order),),
            tuple(words.text(f"window.measure.column.{name}") for name in _COLUMNS),
            frozenset({3}),
            tuple(self._rows()),
            self._chosen,
            empty=words.text("window.measure.empty"),
            narrow=True,
            lines=self._lines(),
        )

    def _lines(self) -> tuple[str, ...]:
        words = self._words
        names = words.text("window.comma").join(file.name for file in self._files) or "—"
        lines = [words.text("window.measure.sources", papers=self._papers, files=names)]
        if self._agreement is not None:
            each = self._agreement
            lines.append(
                words.text(
                    "window.measure.agreement",
                    settlements=each.settlements,
                    identical=each.identical,
                    explained=each.explained,
                    unexplained=each.not_explained,
                )
            )
        return tuple(lines)

    def _rows(self) -> list[ListRow]:
        """Return what was found: proposals, settings, what is open, suspects, and what is no receipt."""
        if self._found is None:
            return []
        return [*self._proposed(), *self._settings(), *self._open(), *self._odd()]

    def _proposed(self) -> list[ListRow]:
        words, rows = self._words, []
        for each in self._proposals:
            value = each.value if isinstance(each.value, str) else json.dumps(each.value)
            standing = words.text(f"window.measure.{'certain' if each.certain else 'proposed'}")
            by, against = len(set(each.by)), self._named(each.against)
            texts = (
                self._mark(each.path),
                self._cell_words(each.path),
                value_words(words, each.path, value),
                str(by),
                against,
                standing,
            )
            rows.append(ListRow(each.path, texts, strong=each.certain))
        return rows

    def _mark(self, path: str) -> str:
        return "✓" if path in self._taken else ""

    def _named(self, receipts: Sequence[str]) -> str:
        """Return the receipts that contradict something: their numbers, or how many they are."""
        each = list(dict.fromkeys(receipts))
        if len(each) > _MOST_TOLD:
            return self._words.text("window.measure.many", receipts=len(each))
        return self._words.text("window.comma").join(each)

    def _settings(self) -> list[ListRow]:
        words, rows = self._words, []
        assert self._found is not None
        for each in self._found.measured.settings:
            if each.found is None:
                continue
            others = sum(len(wrong) for value, wrong in each.contradicting.items() if value != each.found)
            texts = (
                self._mark(each.path),
                self._cell_words(each.path),
                value_words(words, each.path, each.found),
                str(each.agreeing[each.found]),
                words.text("window.measure.others", receipts=others),
                words.text("window.measure.certain"),
            )
            rows.append(ListRow(each.path, texts, strong=True))
        return rows

    def _open(self) -> list[ListRow]:
        from core.agreement.measured_pack import SILENT, open_parts

        words = self._words
        assert self._found is not None
        rows = []
        for part in open_parts(self._found.measured, self._found.policy.region):
            said = [value_words(words, part.path, value or "") for value in part.interval]
            apart = words.text("window.comma").join(said)
            if not part.setting:
                silent = part.why == SILENT
                apart = "" if silent else words.text("window.measure.between", first=said[0], last=said[-1])
            texts = ("", self._cell_words(part.path), apart, "", "", words.text("window.measure.open"))
            rows.append(ListRow(f"open {part.path}", texts, faded=True))
        return rows

    def _cell_words(self, path: str) -> str:
        """Return a cell's name; one number of the stay stands behind its list."""
        words, (listed, _, number) = self._words, path.rpartition(".")
        if number.isdigit() and listed.startswith("inpatient."):
            return words.text("window.measure.stay", cell=cell_words(words, listed), number=number)
        return cell_words(words, path)

    def _odd(self) -> list[ListRow]:
        words, found = self._words, self._found
        assert found is not None
        comma = words.text("window.comma")
        suspects = [
            ListRow(
                f"suspect {each.receipt}",
                (
                    "",
                    each.receipt,
                    comma.join(self._cell_words(path) for path in each.against),
                    "",
                    "",
                    words.text("window.measure.suspect"),
                ),
            )
            for each in found.measured.suspects
        ]
        lacking = [
            ListRow(
                f"unusable {at}",
                (
                    "",
                    each.row.setl_id or f"{each.row.file}:{each.row.number}",
                    self._lacks(each.lacks),
                    "",
                    "",
                    words.text("window.measure.unusable"),
                ),
                faded=True,
            )
            for at, each in enumerate(found.unusable)
        ]
        return [*suspects, *lacking]

    def _lacks(self, what: str) -> str:
        """Say what a row does not state, or which of its sums contradicts itself."""
        words = self._words
        if what in ("parts", "payers", "patient", "funds", "items"):
            return words.text(f"agreement.check.{what}")
        if what in ("level", "benefit", "discharged", "disease", "special_disease", "population"):
            return words.text("window.measure.lacks", what=words.text(f"window.measure.what_{what}"))
        return words.text("window.measure.lacks", what=words.text(f"amount.{what}"))
