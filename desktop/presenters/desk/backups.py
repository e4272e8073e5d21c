"""The proved copies of this desk's ledger: how they stand, a new one, the second place."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

from core.messages import Fault, Message, message
from core.words import Words
from desktop.presenters.desk.desk_page import DeskPage
from desktop.presenters.page import LEAVE, MANUAL, KeyAction
from desktop.presenters.page_states import ListRow, PageState
from desktop.session import Session

_COLUMNS: Final = ("made", "place", "file")
OLD_DAYS: Final = 2
"""A last backup is too old from so many days on."""


class Copy(NamedTuple):
    """A copy to go back to. ``place`` is ``here``, ``second``, or ``replaced`` by an earlier restore."""

    file: Path
    moment: datetime
    place: str


class BackupStanding(NamedTuple):
    """The standing of the backups: the last good one, and why the last try or the second place failed.

    ``last`` is None before the first backup, a failure where there is none. ``busy``: one is being made.
    """

    last: datetime | None
    failed: Message | None
    second_failed: Message | None
    busy: bool = False


def standing_text(standing: BackupStanding, now: datetime, words: Words) -> tuple[str, str]:
    """Return the words of the title line, and a warning where somebody should do something (else empty)."""
    if standing.busy:
        text = words.text("window.backup.busy")
    elif standing.last is None:
        text = words.text("window.backup.none")
    else:
        same_day = standing.last.date() == now.date()
        when = f"{standing.last:%H:%M}" if same_day else f"{standing.last:%m-%d %H:%M}"
        text = words.text("window.backup.made", when=when)
    if standing.failed is not None:
        return text, words.text("window.backup.failed", why=standing.failed)
    if standing.second_failed is not None:
        return text, words.text("window.backup.second_failed", why=standing.second_failed)
    if standing.last is not None and (now.date() - standing.last.date()).days >= OLD_DAYS:
        return text, words.text("window.backup.old", day=f"{standing.last:%Y-%m-%d}")
    return text, ""


class BackupsPage(DeskPage):
    """The list of copies. ``make`` begins a backup; ``keep_second`` takes the second place.

    ``restore`` goes on with a copy's file; ``choose_folder`` is a dialog.
    """

    name = "backups"
    labels = "window.backups"
    order = ("second",)

    def __init__(
        self,
        session: Session,
        show: Callable[[], None],
        copies: Callable[[], Sequence[Copy]],
        make: Callable[[], list[Fault]],
        keep_second: Callable[[str], list[Fault]],
        choose_folder: Callable[[], str],
        restore: Callable[[str], None],
    ) -> None:
        super().__init__(session, show)
        self._copies, self._make, self._restore = copies, make, restore
        self._keep_second, self._choose_folder = keep_second, choose_folder
        self.texts["second"] = session.settings.backups
        self._there = self._read()
        self._chosen = str(self._there[0].file) if self._there else ""
        self.focus("list" if self._there else "second")

    def _read(self) -> list[Copy]:
        return sorted(self._copies(), key=lambda each: each.moment, reverse=True)

    def refresh(self, outcome: Message | None, kind: str = "done") -> None:
        """Read the copies again, after a backup. ``outcome`` is its message, None where it said nothing."""
        self._read_again()
        if outcome is not None:
            self.tell(outcome, kind)

    def _read_again(self) -> None:
        """Read the copies; where the chosen one was thinned away, choose the latest."""
        self._there = self._read()
        if self._chosen not in {str(each.file) for each in self._there}:
            self._chosen = str(self._there[0].file) if self._there else ""

    def again(self) -> None:
        """Come back from a copy, to the list: whoever types a PIN on does not type it into the cell."""
        self._read_again()
        self.focus("list")

    def picked(self, value: str) -> None:
        """Choose a row."""
        self._chosen = value

    def opened(self, value: str) -> None:
        """Enter on a row: go on with that copy."""
        self._go_back_to(value)

    def _go_back(self) -> None:
        self._go_back_to(self._chosen)

    def _go_back_to(self, file: str) -> None:
        """Go on with a copy. One that went since the list was read is told, and the list read again."""
        if file and not Path(file).exists():
            self._read_again()
            self.tell(message("window.backups.gone", file=Path(file).name), "wrong")
        else:
            self._restore(file)

    def _make_one(self) -> None:
        faults = self._make()
        if faults:
            self.refuse(*faults)
        else:
            self.tell(message("window.backup.busy"), "said")

    def _choose(self) -> None:
        if self.fill("second", self._choose_folder):
            self.save()

    def enter(self, _name: str) -> None:
        """Enter: go into the list."""
        self.focus("list")
        self._show()

    def save(self) -> None:
        """F12: keep a second copy at that place from now on; empty: nowhere, which is said."""
        place, before = self.texts.get("second", "").strip(), self._session.settings.backups
        if not place and not before:
            self.tell(message("window.backups.second_none"), "wrong")
            self.focus("second")
            self._show()
            return
        faults = self._keep_second(place)
        if faults:
            self.refuse(*faults)
        else:
            self.tell(message("window.backups.second_kept" if place else "window.backups.second_ended"))

    keys = {
        **MANUAL,
        "F3": KeyAction("window.key.backups.F3", _choose),
        "F6": KeyAction("window.key.backups.F6", _go_back),
        "Shift+F12": KeyAction("window.key.backups.Shift+F12", _make_one),
        "F12": KeyAction("window.key.backups.F12", save),
        **LEAVE,
    }

    def drawn(self) -> PageState:
        """Return the page."""
        words = self._words
        return PageState(
            words.text("window.backups.title"),
            words.text("window.backups.about"),
            self.cells(),
            (("", self.order),),
            tuple(words.text(f"window.column.{name}") for name in _COLUMNS),
            rows=tuple(
                ListRow(
                    str(each.file),
                    (
                        f"{each.moment:%Y-%m-%d %H:%M:%S}",
                        words.text(f"window.backups.place.{each.place}"),
                        str(each.file),
                    ),
                )
                for each in self._there
            ),
            chosen=self._chosen,
            empty=words.text("window.backups.nothing"),
        )
