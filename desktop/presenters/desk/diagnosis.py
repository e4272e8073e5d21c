"""The diagnosis: what runs here, where everything lies, which rules hold; a check of the ledger on demand.

Everything that is shown can be copied or saved as text for whoever helps. It is made of versions, places,
counts and rules only: nothing of it comes out of the ledger's entries.
"""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Final, NamedTuple

from core.ledger.verify import Verified
from core.messages import Message, message
from desktop.presenters.page import LEAVE, MANUAL, KeyAction
from desktop.presenters.page_states import ListRow, PageState
from desktop.presenters.plain_page import PlainPage
from desktop.presenters.states import Notice
from desktop.session import Session

_COLUMNS: Final = ("what", "found")
_MEGABYTE: Final = 1_000_000
_SHORT: Final = 100 * _MEGABYTE
"""Less room than this (bytes) is said to be short."""


class RuleFile(NamedTuple):
    """The file of a document or region pack in force: its first day and SHA-256, and whether it shipped."""

    name: str
    first: date
    sha256: str
    shipped: bool


class Screen(NamedTuple):
    """A screen: its pixels as the window counts them, and how many real ones each has."""

    width: int
    height: int
    scale: float


class Findings(NamedTuple):
    """All that was found out about this machine and desk.

    ``versions`` and ``places`` are in the order of the page. ``encrypted`` is None where no ledger is open,
    ``free`` (bytes) where it cannot be told, ``backup`` before the first one. ``key_store`` is empty where
    there is none.
    """

    versions: dict[str, str]
    places: dict[str, Path]
    encrypted: bool | None
    schema: int
    free: int | None
    backup: datetime | None
    crashes: int
    documents: tuple[RuleFile, ...]
    packs: tuple[RuleFile, ...]
    screens: tuple[Screen, ...]
    printers: tuple[str, ...]
    font: str
    chinese_fonts: int
    key_store: str


class DiagnosisPage(PlainPage):
    """``check`` begins a check of the ledger, which ends by `checked`. ``copy`` puts a text on the clipboard.

    ``store`` writes a text into a file that it asks for. It returns the file's name, empty where none was
    chosen; it may raise OSError. ``checking`` is True while the ledger is being checked.
    """

    name = "diagnosis"

    def __init__(
        self,
        session: Session,
        show: Callable[[], None],
        found: Findings,
        check: Callable[[], None],
        copy: Callable[[str], None],
        store: Callable[[str], str],
    ) -> None:
        super().__init__(session, show)
        self.findings = found
        self._check, self._copy, self._store = check, copy, store
        self.checking = False
        self._result: Message | None = None
        self.focus("list")

    def check(self) -> None:
        """Begin to check the ledger."""
        if not self.checking:
            self.checking = True
            self.say(Notice(self._words.text("window.diagnosis.checking")))
            self._check()

    def copy(self) -> None:
        """Copy the text to the clipboard."""
        self._copy(self.text())
        self.say(Notice(self._words.text("window.diagnosis.copied"), "done"))

    def save(self) -> None:
        """F12: save the text as a file."""
        words = self._words
        try:
            name = self._store(self.text())
        except OSError:
            self.notice = Notice(words.text("window.diagnosis.not_saved"), "wrong")
        else:
            if name:
                self.notice = Notice(words.text("window.diagnosis.saved", name=name), "done")
        self._show()

    keys = {
        **MANUAL,
        "Ctrl+Q": KeyAction("window.key.diagnosis.Ctrl+Q", check),
        "Ctrl+C": KeyAction("window.key.Ctrl+C", copy),
        "F12": KeyAction("window.key.diagnosis.F12", save),
        **LEAVE,
    }

    def checked(self, result: Verified | Message) -> None:
        """Say what the check found, or why it could not be made."""
        self.checking = False
        if isinstance(result, Message):
            self._result = result
        elif result.fault is not None and "found" in result.fault.params:
            self._result = Message("window.diagnosis.damaged")  # SQLite's own words may quote the ledger
        elif result.fault is not None:
            self._result = message("window.diagnosis.faulty", fault=result.fault)
        else:
            self._result = message("window.diagnosis.sound", entries=result.entries)
        sound = isinstance(result, Verified) and result.fault is None
        self.notice = Notice(self._words(self._result), "done" if sound else "wrong")
        self._show()

    def drawn(self) -> PageState:
        """Return the page."""
        words = self._words
        return PageState(
            words.text("window.diagnosis.title"),
            words.text("window.diagnosis.about"),
            columns=tuple(words.text(f"window.diagnosis.{name}") for name in _COLUMNS),
            rows=tuple(ListRow(str(at), line) for at, line in enumerate(self.lines())),
        )

    def text(self) -> str:
        """Return all of it as text, a line each."""
        lines = [self._words.text("window.diagnosis.title"), *map(": ".join, self.lines(whole=True))]
        return "\n".join(lines) + "\n"

    def lines(self, whole: bool = False) -> list[tuple[str, str]]:
        """Return each finding with its name. ``whole``: with every digit of a file's hash."""
        found, words = self.findings, self._words
        lines = [
            (words.text(f"window.diagnosis.{name}"), text or "—") for name, text in found.versions.items()
        ]
        lines += [
            (words.text(f"window.diagnosis.place.{name}"), f"{place}{self._if_missing(place)}")
            for name, place in found.places.items()
        ]
        lines += [
            (words.text("window.diagnosis.encryption"), self._encryption()),
            (
                words.text("window.diagnosis.key_store"),
                found.key_store or words.text("window.diagnosis.no_store"),
            ),
            (words.text("window.diagnosis.schema"), str(found.schema)),
            (
                words.text("window.diagnosis.check"),
                words(self._result or Message("window.diagnosis.unchecked")),
            ),
            (words.text("window.diagnosis.backup"), self._backup()),
            (words.text("window.diagnosis.free"), self._free()),
            (words.text("window.diagnosis.crashes"), str(found.crashes)),
        ]
        for name, rules in (("document", found.documents), ("pack", found.packs)):
            lines += [(words.text(f"window.diagnosis.{name}"), self._rule(rule, whole)) for rule in rules]
            if not rules:
                lines.append((words.text(f"window.diagnosis.{name}"), words.text("window.diagnosis.none")))
        lines += [
            (
                words.text("window.diagnosis.screen"),
                f"{screen.width} × {screen.height}, {round(screen.scale * 100)} %",
            )
            for screen in found.screens
        ]
        printers = words.text("window.comma").join(found.printers)
        lines += [
            (words.text("window.diagnosis.printers"), printers or words.text("window.diagnosis.none")),
            (
                words.text("window.diagnosis.fonts"),
                words.text("window.diagnosis.fonts_found", own=found.font, number=found.chinese_fonts),
            ),
        ]
        return lines

    def _if_missing(self, place: Path) -> str:
        try:
            return "" if place.exists() else self._words.text("window.diagnosis.not_there")
        except OSError:
            return self._words.text("window.diagnosis.not_there")

    def _encryption(self) -> str:
        known = {None: "unopened", True: "encrypted", False: "plain"}
        return self._words.text(f"window.diagnosis.{known[self.findings.encrypted]}")

    def _backup(self) -> str:
        made = self.findings.backup
        return f"{made:%Y-%m-%d %H:%M}" if made else self._words.text("window.diagnosis.none")

    def _free(self) -> str:
        free = self.findings.free
        if free is None:
            return "—"
        name = "free_short" if free < _SHORT else "free_room"
        return self._words.text(f"window.diagnosis.{name}", size=f"{free / _MEGABYTE:,.0f}")

    def _rule(self, rule: RuleFile, whole: bool) -> str:
        digits = rule.sha256 if whole else rule.sha256[:16]
        place = self._words.text("window.diagnosis.shipped" if rule.shipped else "window.diagnosis.own")
        return self._words.text(
            "window.diagnosis.rule", name=rule.name, first=rule.first.isoformat(), place=place, hash=digits
        )
