"""The proved copies of this desk's ledger, a new one, the second place, and the way back to one of them."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

from core.clock import BEIJING
from core.ledger.restore import Held, Restored
from core.messages import Fault, Message, message
from core.words import Words
from desktop.presenters.desk.desk_page import DeskPage
from desktop.presenters.page import LEAVE, MANUAL, KeyAction
from desktop.presenters.states import ListRow, PageState
from desktop.session import Session

_COLUMNS: Final = ("made", "place", "file")
OLD_DAYS: Final = 2
"""From so many days on a last backup is too old."""


class Copy(NamedTuple):
    """A copy to go back to; ``place``: ``here``, ``second``, or ``replaced`` by an earlier restore."""

    file: Path
    moment: datetime
    place: str


class Standing(NamedTuple):
    """The last good backup (None: none yet), and why the last try or the second place failed."""

    last: datetime | None
    failed: Message | None
    second_failed: Message | None
    busy: bool = False


def standing_text(standing: Standing, now: datetime, words: Words) -> tuple[str, str]:
    """The words of the title line and, where somebody should do something, a warning (else empty)."""
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
    """``make`` begins a backup; ``keep_second`` takes the second place; ``restore`` goes on with a copy."""

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

    def refresh(self, said: Message | None, kind: str = "done") -> None:
        """A backup has come to its end."""
        self._there = self._read()
        if said is not None:
            self.tell(said, kind)

    def picked(self, value: str) -> None:
        """A row."""
        self._chosen = value

    def opened(self, value: str) -> None:
        """Enter on a row looks at that copy."""
        self._restore(value)

    def _go_back(self) -> None:
        self._restore(self._chosen)

    def _make_one(self) -> None:
        faults = self._make()
        if faults:
            self.refuse(*faults)
        else:
            self.tell(message("window.backup.busy"), "said")

    def _choose(self) -> None:
        chosen = self._choose_folder()
        if chosen:
            self.typed("second", chosen)
            self.save()

    def enter(self, _name: str) -> None:
        """Enter: into the list."""
        self.focus("list")
        self._show()

    def save(self) -> None:
        """F12: the second place from now on; empty: none."""
        faults = self._keep_second(self.texts.get("second", "").strip())
        if faults:
            self.refuse(*faults)
        else:
            self.tell(message("window.backups.second_kept"))

    keys = {
        **MANUAL,
        "F6": KeyAction("window.key.backups.F6", _go_back),
        "F8": KeyAction("window.key.backups.F8", _choose),
        "F9": KeyAction("window.key.backups.F9", _make_one),
        "F12": KeyAction("window.key.backups.F12", save),
        **LEAVE,
    }

    def drawn(self) -> PageState:
        """The page."""
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


class RestorePage(DeskPage):
    """F12 looks and asks, Y restores. ``look`` and ``restore`` take file, administrator and PIN."""

    name = "restore"
    labels = "window.restore"
    order = ("file", "operator", "pin")
    long = frozenset({"file"})
    secret = frozenset({"pin"})

    def __init__(
        self,
        session: Session,
        show: Callable[[], None],
        file: str,
        look: Callable[[Path, str, str], Held | list[Fault]],
        restore: Callable[[Path, str, str], Restored | list[Fault]],
        done: Callable[[Restored], None],
        choose_file: Callable[[], str],
    ) -> None:
        super().__init__(session, show)
        self._look, self._restore, self._done = look, restore, done
        self._choose_file = choose_file
        operator = session.settings.signer
        self.texts = {"file": file, "operator": operator}
        self._lines: tuple[str, ...] = ()
        self.focus("pin" if file and operator else "file")

    def _choose(self) -> None:
        chosen = self._choose_file()
        if chosen:
            self.typed("file", chosen)

    def changed(self, _name: str) -> None:
        """What was seen was another file."""
        self._lines = ()

    def cell_of(self, field: str) -> str:
        """The cell of a fault."""
        return "pin" if field == "operator" else field

    def _given(self) -> tuple[Path, str, str]:
        return Path(self.texts["file"].strip()), self.texts["operator"].strip(), self.texts["pin"]

    def save(self) -> None:
        """F12: what the copy holds, and the question."""
        if self.question or self.needs(*self.order):
            return
        found = self.attempt(lambda: self._look(*self._given()))
        if isinstance(found, list):
            self.refuse(*found)
        elif found is not None:
            self._lines = tuple(_told(found, self._words))
            words = self._words
            lost = found.lost or 0
            self.ask(words.text("window.restore.ask", lost=lost), words.text("window.restore.yes"), "restore")

    keys = {
        **MANUAL,
        "F8": KeyAction("window.key.restore.F8", _choose),
        "F12": KeyAction("window.key.restore.F12", save),
        **LEAVE,
    }

    def answer(self, meaning: str) -> None:
        """Y restores."""
        self.question = None
        if meaning != "restore":
            self._show()
            return
        made = self.attempt(lambda: self._restore(*self._given()))
        self.forget_secrets()
        if isinstance(made, list):
            self.refuse(*made)
        elif made is not None:
            self._done(made)

    def drawn(self) -> PageState:
        """The page."""
        words = self._words
        return self.form(words.text("window.restore.title"), words.text("window.restore.about"), *self._lines)


def _told(held: Held, words: Words) -> list[str]:
    """What a copy holds, and what going back to it would take away."""
    latest = "—"
    if held.latest is not None:
        latest = f"{datetime.fromisoformat(held.latest).astimezone(BEIJING):%Y-%m-%d %H:%M}"
    lines = [words.text("window.restore.holds", entries=held.entries, latest=latest)]
    if held.now is None or held.lost is None:
        return [*lines, words.text("window.restore.now_unreadable")]
    lines.append(words.text("window.restore.now", entries=held.now))
    lines.append(
        words.text("window.restore.lost" if held.lost else "window.restore.nothing_lost", lost=held.lost)
    )
    return [*lines, words.text("window.restore.kept")]
