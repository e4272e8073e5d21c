"""A rule packet from a stick: what it would change, for which discharges; F12 adds it."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from core.messages import Fault, Message, message
from core.policy.packets import Change, Packet
from core.words import Words
from desktop.presenters.page import Page
from desktop.presenters.states import ListRow, Notice, PageState, Question

_COLUMNS: Final = ("what", "cell", "was", "will", "days")

Looked = tuple[Packet, tuple[Change, ...]] | list[Fault]


class PacketPage(Page):
    """The preview. ``look`` reads the file, ``add`` takes the packet in; both may raise OSError."""

    name = "packet"

    def __init__(
        self,
        words: Words,
        show: Callable[[], None],
        file: Path,
        look: Callable[[Path], Looked],
        add: Callable[[Packet], None],
    ) -> None:
        super().__init__(words, show)
        self._file = file
        self._add = add
        self._packet: Packet | None = None
        self._changes: tuple[Change, ...] = ()
        self._refused: tuple[Message, ...] = ()
        try:
            looked = look(file)
        except OSError:
            looked = [Fault("packet", message("fault.file_unreadable", name=file.name))]
        if isinstance(looked, list):
            self._refused = tuple(fault.message for fault in looked)
            self.spoken_anew()
        else:
            self._packet, self._changes = looked
        self.focus("list")

    def spoken_anew(self) -> None:
        """Why the packet is refused is said again."""
        super().spoken_anew()
        if self._refused:
            semicolon = self._words.text("window.semicolon")
            self.notice = Notice(semicolon.join(self._words(said) for said in self._refused), "wrong")

    def save(self) -> None:
        """F12: asks."""
        if self._packet is None:
            return
        words = self._words
        answers = (
            ("Y", words.text("window.ask.add_packet"), "add"),
            ("N", words.text("window.ask.no"), "no"),
        )
        self.question = Question(words.text("window.ask.packet", name=self._packet.header.issuer), answers)
        self._show()

    def answer(self, meaning: str) -> None:
        """Yes adds the packet."""
        self.question = None
        if meaning == "add" and self._packet is not None:
            try:
                self._add(self._packet)
            except OSError:
                self.notice = Notice(self._words.text("window.packet.not_added"), "wrong")
            else:
                self.notice = Notice(self._words.text("window.packet.added"), "done")
                self._packet = None
        self._show()

    @property
    def state(self) -> PageState:
        """The page."""
        words = self._words
        return PageState(
            words.text("window.packet.title"),
            words.text("window.packet.about", name=self._file.name),
            columns=tuple(
                words.text(f"window.packet.{name}") for name in ("what", "cell", "was", "will", "days")
            ),
            rows=tuple(self._rows()),
            empty="" if self._changes else words.text("window.packet.nothing"),
            notice=self.notice,
            question=self.question,
            focus=self._focused,
            focus_turn=self._turn,
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
                texts = (change.name, cell.path, cell.before or "—", cell.after or "—", days)
                rows.append(ListRow(str(len(rows)), texts))
        return rows
