"""A rule packet from a stick: every change that it would make, and for which discharges; F12 adds it.

A packet of an issuer that this desk does not know asks first for the fingerprint of its key. Half of it is
not shown and is typed from the issuer's own paper: a fingerprint copied from the screen confirms nothing.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from core.files import why_failed
from core.messages import Fault
from core.policy.packets import Change, Packet, Stranger, fingerprint
from desktop.presenters.page import LEAVE, MANUAL, KeyAction
from desktop.presenters.page_states import ListRow, PageState
from desktop.presenters.plain_page import PlainPage
from desktop.presenters.rules.packet_words import cell_words, value_words
from desktop.presenters.states import Notice, Question
from desktop.session import Session

_COLUMNS: Final = ("what", "cell", "was", "will", "days")
_CELL: Final = "fingerprint"
_SHOWN: Final = 4
"""Groups of a fingerprint that are shown; the others are typed."""

Looked = tuple[Packet, tuple[Change, ...]] | Stranger | list[Fault]


class PacketActs(NamedTuple):
    """The acts that the page asks others for: read a file, add a packet, trust a key, show the file anew.

    The first three may raise OSError.
    """

    look: Callable[[Path], Looked]
    add: Callable[[Packet], list[Fault]]
    trust: Callable[[str], list[Fault]]
    again: Callable[[], None]


class PacketPage(PlainPage):
    """The preview of a packet, its refusal, or the question whose key it is."""

    name = "packet"

    def __init__(self, session: Session, show: Callable[[], None], file: Path, doing: PacketActs) -> None:
        super().__init__(session, show)
        self._file = file
        self._doing = doing
        self._packet: Packet | None = None
        self._stranger: Stranger | None = None
        self._changes: tuple[Change, ...] = ()
        self._refused: tuple[Fault, ...] = ()
        try:
            looked = doing.look(file)
        except OSError as error:
            looked = [Fault("packet", why_failed(error, file.name))]
        if isinstance(looked, Stranger):
            self._stranger = looked
            self.order = (_CELL,)
            self.focus(_CELL)
        elif isinstance(looked, list):
            self._refused = tuple(looked)
            self.spoken_anew()
        else:
            self._packet, self._changes = looked
            self.focus("list")

    def spoken_anew(self) -> None:
        """Say again why the packet is refused."""
        super().spoken_anew()
        if self._refused:
            self.notice = Notice("  ".join(self._why()), "wrong")

    def _why(self) -> list[str]:
        return list(dict.fromkeys(map(self._said, self._refused)))

    def _said(self, fault: Fault) -> str:
        """Say a fault, with the packet's file that it stands in, where it stands in one."""
        text = self._words(fault.message)
        if not fault.field.startswith(("documents/", "regions/")):
            return text
        return self._words.text("window.packet.in_file", name=fault.field, said=text)

    def save(self) -> None:
        """F12: ask, once a stranger's fingerprint was typed."""
        words = self._words
        if self._stranger is not None:
            typed = "".join(filter(str.isalnum, self.texts.get(_CELL, ""))).lower()
            if typed != "".join(fingerprint(self._stranger.public)[_SHOWN:]):
                self.faults[_CELL] = words.text("window.packet.fingerprint_wrong")
                self.focus(_CELL)
            else:
                self._ask("trust", self._stranger.issuer)
        elif self._packet is not None:
            self._ask("packet", self._packet.header.issuer)
        self._show()

    keys = {**MANUAL, "F12": KeyAction("window.key.packet.F12", save), **LEAVE}

    def _ask(self, what: str, issuer: str) -> None:
        words = self._words
        answers = (
            ("Y", words.text("window.ask.yes_trust" if what == "trust" else "window.ask.add_packet"), what),
            ("N", words.text("window.ask.no"), "no"),
        )
        self.question = Question(words.text(f"window.ask.{what}", name=issuer), answers)

    def answer(self, meaning: str) -> None:
        """Y: trust the key, or add the packet."""
        self.question = None
        words, faults = self._words, list[Fault]()
        try:
            if meaning == "trust" and self._stranger is not None:
                faults = self._doing.trust(self._stranger.public)
                if not faults:
                    self._doing.again()
                    return
            elif meaning == "packet" and self._packet is not None:
                faults = self._doing.add(self._packet)
                if not faults:
                    self.notice = Notice(words.text("window.packet.added"), "done")
                    self._packet = None
        except OSError:
            failed = "window.packet.not_trusted" if meaning == "trust" else "window.packet.not_added"
            self.notice = Notice(words.text(failed), "wrong")
        if faults:
            self.notice = Notice(words(faults[0].message), "wrong")
        self._show()

    def drawn(self) -> PageState:
        """Return the page."""
        words = self._words
        if self._stranger is not None:
            return self._whose_key(self._stranger)
        return PageState(
            words.text("window.packet.title"),
            words.text(
                "window.packet.refused" if self._refused else "window.packet.about", name=self._file.name
            ),
            columns=tuple(words.text(f"window.packet.{name}") for name in _COLUMNS),
            rows=tuple(self._rows()),
            empty="\n".join(self._why()) or ("" if self._changes else words.text("window.packet.nothing")),
        )

    def _whose_key(self, stranger: Stranger) -> PageState:
        words = self._words
        shown = " ".join(fingerprint(stranger.public)[:_SHOWN])
        hint = words.text("window.packet.fingerprint_hint", shown=shown)
        return PageState(
            words.text("window.packet.stranger", name=stranger.issuer),
            words.text("window.packet.about_stranger", name=stranger.issuer, shown=shown),
            cells={_CELL: self._cell(_CELL, "window.packet.fingerprint", hint=hint)},
            groups=(("", (_CELL,)),),
        )

    def _rows(self) -> list[ListRow]:
        words = self._words
        rows: list[ListRow] = []
        for change in self._changes:
            first = change.first.isoformat()
            if change.last is None:
                days = words.text("window.packet.from", first=first)
            else:
                days = words.text("window.packet.between", first=first, last=change.last.isoformat())
            for cell in change.cells:
                if change.kind == "document":
                    what, before, after = (
                        words.text(f"window.rule.{cell.path}"),
                        cell.before or "—",
                        cell.after,
                    )
                else:
                    what = cell_words(words, cell.path)
                    before = value_words(words, cell.path, cell.before)
                    after = value_words(words, cell.path, cell.after)
                rows.append(ListRow(str(len(rows)), (change.name, what, before, after, days)))
        return rows
