"""A rule packet made for others: the county's office signs its documents and packs by its own key.

The key lies in a file of its own, which stays with the office; the fingerprint goes on the office's paper.
"""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

from core.files import why_failed
from core.messages import Fault, Message, message
from desktop.presenters import typed
from desktop.presenters.page import LEAVE, MANUAL, KeyAction
from desktop.presenters.page_states import ListRow, PageState
from desktop.presenters.plain_page import PlainPage
from desktop.presenters.states import Notice
from desktop.session import Session

_COLUMNS: Final = ("file", "size")
_REQUIRED: Final = ("key", "issuer", "number", "issued")


class Asked(NamedTuple):
    """A packet that is asked for: the files in it, the key's file, issuer, number, and day of issue."""

    files: tuple[Path, ...]
    key: Path
    issuer: str
    number: int
    issued: date


class SignActs(NamedTuple):
    """The acts of the page: ``choose`` asks for files, ``choose_key`` for a key's file (empty: none chosen).

    ``new_key`` makes a key and returns its file and fingerprint (None: no place was chosen), ``sign`` writes
    the packet and returns its file. These two may raise OSError.
    """

    choose: Callable[[], list[Path]]
    choose_key: Callable[[], str]
    new_key: Callable[[], tuple[Path, str] | None]
    sign: Callable[[Asked], Path | list[Fault]]


class SignPage(PlainPage):
    """The files of a packet, and what it is signed with."""

    name = "sign"
    order = ("key", "issuer", "number", "issued")
    short = frozenset({"number", "issued"})
    long = frozenset({"key"})

    def __init__(self, session: Session, show: Callable[[], None], doing: SignActs) -> None:
        super().__init__(session, show)
        self._today = session.today()
        self._doing = doing
        self._files: list[Path] = []
        self.texts = {"issued": self._today.isoformat()}
        self.focus("key")

    def enter(self, name: str) -> None:
        """Enter: go to the next cell."""
        self._step(name, 1)

    def _choose(self) -> None:
        """F3: choose the key's file in its cell, elsewhere files for the packet."""
        if self.at == "key":
            chosen = self._doing.choose_key()
            if chosen:
                self.typed("key", chosen)
                self.focus("issuer")
        else:
            self._files += [file for file in self._doing.choose() if file not in self._files]
            self.notice = None
        self._show()

    def _remove(self) -> None:
        """F6: leave all files out again."""
        self._files = []
        self._show()

    def _new_key(self) -> None:
        """Shift+F4: make a new key, and show the fingerprint for the issuer's paper."""
        words = self._words
        try:
            made = self._doing.new_key()
        except OSError as error:
            self.notice = Notice(words(why_failed(error, str(error.filename))), "wrong")
        else:
            if made is None:
                return
            self.texts["key"] = str(made[0])
            said = words.text("window.sign.key_made", file=str(made[0]), fingerprint=made[1])
            self.notice = Notice(said, "done")
        self._show()

    def save(self) -> None:
        """F12: sign the packet and write it."""
        words = self._words
        asked = self._asked()
        if asked is not None:
            try:
                made = self._doing.sign(asked)
            except OSError as error:
                made = [Fault("key", why_failed(error, str(error.filename)))]
            if isinstance(made, Path):
                self.notice = Notice(words.text("window.sign.done", file=str(made)), "done")
            else:
                self._refuse(made)
        self._show()

    def _refuse(self, faults: Sequence[Fault]) -> None:
        self.faults = {each.field: self._words(each.message) for each in faults if each.field in self.order}
        said = [self._said(each) for each in faults if each.field not in self.order]
        if self.faults:
            self.focus(next(name for name in self.order if name in self.faults))
        if said:
            self.notice = Notice("  ".join(dict.fromkeys(said)), "wrong")

    def _said(self, fault: Fault) -> str:
        return self._words.text("window.packet.in_file", name=fault.field, said=self._words(fault.message))

    def _asked(self) -> Asked | None:
        """Return what is asked for, or say what is missing."""
        texts = {name: self.texts.get(name, "").strip() for name in self.order}
        self.faults = {}
        required = self._words(message("fault.required"))
        self.faults |= {name: required for name in _REQUIRED if not texts[name]}
        number = typed.count(texts["number"]) if texts["number"] else 0
        if not isinstance(number, int):
            self.faults["number"] = self._words(number) if isinstance(number, Message) else required
        issued = typed.recent_day(texts["issued"], self._today) if texts["issued"] else None
        if texts["issued"] and not isinstance(issued, date):
            said = issued if isinstance(issued, Message) else message("window.fault.day")
            self.faults["issued"] = self._words(said)
        if self.faults:
            self.focus(next(name for name in self.order if name in self.faults))
            return None
        if not self._files:
            self.notice = Notice(self._words.text("window.sign.no_files"), "wrong")
            return None
        assert isinstance(number, int)
        assert isinstance(issued, date)
        return Asked(tuple(self._files), Path(texts["key"]), texts["issuer"], number, issued)

    keys = {
        **MANUAL,
        "F3": KeyAction("window.key.sign.F3", _choose),
        "F6": KeyAction("window.key.sign.F6", _remove),
        "Shift+F4": KeyAction("window.key.sign.Shift+F4", _new_key),
        "F12": KeyAction("window.key.sign.F12", save),
        **LEAVE,
    }

    def drawn(self) -> PageState:
        """Return the page."""
        words = self._words
        return PageState(
            words.text("window.sign.title"),
            words.text("window.sign.about"),
            {name: self._cell(name, f"window.sign.{name}") for name in self.order},
            (("", self.order),),
            columns=tuple(words.text(f"window.column.{name}") for name in _COLUMNS),
            numbers=frozenset({1}),
            rows=tuple(ListRow(str(file), (str(file), _size(file))) for file in self._files),
            empty=words.text("window.sign.no_files"),
            narrow=True,
        )


def _size(file: Path) -> str:
    try:
        return f"{file.stat().st_size:,}"
    except OSError:
        return "—"
