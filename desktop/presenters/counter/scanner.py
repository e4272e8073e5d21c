"""A reader that types: its pace alone tells it from a clerk, and what it sends is taken as a whole.

Moments are milliseconds of any clock that only goes forward. Nothing is kept once a burst has ended.
"""

import re
from enum import StrEnum
from typing import Final, NamedTuple

from desktop.presenters import typed

FASTEST_HAND: Final = 35
"""Milliseconds: characters that are closer together come from a reader."""

SHORTEST: Final = 8
_PASSED: Final = 3
"""So many characters go to the focus before the pace is plain; the others are held until the end."""

_LATE_ENTER: Final = 150
OUR_SHEET: Final = "MZ1:"
RESIDENT_ID, CARD = "01", "90"
_RESIDENT: Final = re.compile(r"[0-9]{17}[0-9X]", re.ASCII)
_CARD: Final = re.compile(r"[0-9]{8,30}|[A-Z][0-9]{8}", re.ASCII)
_TOKEN: Final = re.compile(r"[0-9A-Z+/=_:.?&%-]{20,}", re.ASCII | re.IGNORECASE)


class Kind(StrEnum):
    """A kind of thing that a reader reads."""

    RESIDENT = "resident"
    CARD = "card"
    SHEET = "sheet"
    CREDENTIAL = "credential"


class Scan(NamedTuple):
    """A thing that was read. ``text`` is empty for an electronic credential: its token is nobody's."""

    kind: Kind
    id_type: str = ""
    text: str = ""


def recognise(sent: str) -> Scan | None:
    """Return what a burst means, None where it is nothing that a counter's reader reads."""
    text = typed.tidy(sent).upper()
    if _RESIDENT.fullmatch(text):
        return Scan(Kind.RESIDENT, RESIDENT_ID, text)
    if _CARD.fullmatch(text):
        return Scan(Kind.CARD, CARD, text)
    if text.startswith(OUR_SHEET):
        return Scan(Kind.SHEET, text=text)
    has_both = any(each.isdigit() for each in text) and any(each.isalpha() for each in text)
    if has_both and _TOKEN.fullmatch(text):
        return Scan(Kind.CREDENTIAL)
    return None


class Ended(NamedTuple):
    """A burst that is over: what was read (None: nothing), and the pieces that were held back until then."""

    scan: Scan | None
    held: tuple[str, ...]


class Scanner:
    """Watches the pace of what is typed. A piece is a character or what an input method commits at once."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._last = 0.0
        self._swallow_until = 0.0

    @property
    def length(self) -> int:
        """The number of pieces so far."""
        return len(self._pieces)

    def goes_on(self, moment: float) -> bool:
        """Return True where a piece at a moment would belong to what came before."""
        return bool(self._pieces) and moment - self._last < FASTEST_HAND

    def typed(self, piece: str, moment: float) -> bool:
        """Take a piece that belongs to the burst or begins one; return True where it is held back."""
        self._pieces.append(piece)
        self._last = moment
        return len(self._pieces) > _PASSED

    def end(self, *, read: bool = True) -> Ended:
        """End the burst, by Enter, by a pause or by another key, which is no reader's (not ``read``)."""
        text = "".join(self._pieces)
        held = tuple(self._pieces[_PASSED:])
        self._pieces = []
        self._swallow_until = 0.0
        return Ended(recognise(text) if read and len(text) >= SHORTEST else None, held)

    def expect_enter(self, moment: float) -> None:
        """Take note that a burst was taken after a pause: its Enter may still come."""
        self._swallow_until = moment + _LATE_ENTER

    def late_enter(self, moment: float) -> bool:
        """Return True for an Enter that still belongs to the burst that has just been taken."""
        late = moment < self._swallow_until
        self._swallow_until = 0.0
        return late
