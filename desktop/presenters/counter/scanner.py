"""A reader that types: its pace alone tells it from a clerk, and what it sends is taken as a whole.

Moments are milliseconds of any clock that only goes forward. Nothing is kept once a burst has ended.
"""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from desktop.presenters import typed
from desktop.presenters.counter.card_rows import begins_a_row, name_in, row_in

FASTEST_HAND: Final = 35
"""Milliseconds: characters that are closer together come from a reader."""

_STUMBLE: Final = 100
"""Milliseconds: a burst that begins so soon after another character may be the rest of a number."""

SHORTEST: Final = 8
_PASSED: Final = 3
"""So many characters go to the focus before the pace is plain; the others are held until the end."""

LONGEST: Final = 8_000
"""Characters: no card, code or sheet has more, and what is longer is not even kept."""

_TYPED_BY_HAND: Final = 200
"""A burst that is nothing we know and longer than this is no fast hand's."""

_AIM: Final = re.compile(r"\][A-Za-z][0-9A-Za-z]", re.ASCII)
"""What a reader may send before a code to say of what kind it is (ISO/IEC 15424)."""

_LATE_ENTER: Final = 150
OUR_SHEET: Final = "MZ1:"
RESIDENT_ID, CARD = "01", "90"
_CODABAR: Final = re.compile(r"[A-DTNE]([0-9]{8,30})[A-DTNE]", re.ASCII)
"""The digits of a code between the letters that start and stop it (Codabar)."""

_CARD: Final = re.compile(r"[0-9]{8,30}|[A-Z][0-9]{8}", re.ASCII)
_SEVERAL: Final = re.compile(r"[0-9X]{31,}|(?:[A-Z][0-9]{8}){2,}", re.ASCII)
"""More figures than any number has, or card after card: two readers at once, or a card read over another."""
_TOKEN: Final = re.compile(r"[0-9A-Z+/=_:.?&%-]{20,}", re.ASCII | re.IGNORECASE)


class Kind(StrEnum):
    """A kind of thing that a reader reads."""

    RESIDENT = "resident"
    CARD = "card"
    SHEET = "sheet"
    CREDENTIAL = "credential"
    NAME = "name"
    UNKNOWN = "unknown"
    TOO_LONG = "too_long"
    SEVERAL = "several"
    ANOTHER = "another"


class Scan(NamedTuple):
    """A thing that was read. ``text`` is empty for an electronic credential: its token is nobody's.

    A burst that was too long to be anything, and a card's row without a number, have no text either.
    ``name`` is the holder's, where the row has one. Of kind NAME is a name that followed the number. SEVERAL
    are numbers in one burst, of which none is taken, ANOTHER a second person's that followed the first one's.
    ``cell`` had the focus when it was read.
    """

    kind: Kind
    id_type: str = ""
    text: str = ""
    name: str = ""
    cell: str = ""


def bare(sent: str, marks: Sequence[str] = ()) -> str:
    """Return what a reader read, without what it is set to send around it.

    ``marks`` are this desk's own prefixes and suffixes. Known in any case are the kind of a code
    (``]C1``), the stars of Code 39 and the letters of Codabar.
    """
    text = typed.tidy(sent)
    kind = _AIM.match(text)
    text = text[kind.end() :] if kind else text
    for mark in marks:
        text = text.removeprefix(mark).removesuffix(mark)
    if len(text) > 2 and text[0] == text[-1] == "*":
        text = text[1:-1]
    text = text.strip().upper()
    codabar = _CODABAR.fullmatch(text)
    return codabar[1] if codabar else text


def recognise(sent: str, marks: Sequence[str] = ()) -> Scan | None:
    """Return what a burst means, None where it is nothing that a counter's reader reads."""
    if len(sent) > LONGEST:
        return Scan(Kind.TOO_LONG)
    from core.identity import resident_in, residents_in  # the window is painted first

    text = bare(sent, marks)
    if _SEVERAL.fullmatch(text) or len(residents_in(text)) > 1:
        return Scan(Kind.SEVERAL)
    number = resident_in(text)
    if number:
        return Scan(Kind.RESIDENT, RESIDENT_ID, number, name_in(text))
    if _CARD.fullmatch(text):
        return Scan(Kind.CARD, CARD, text)
    if text.startswith(OUR_SHEET):
        return Scan(Kind.SHEET, text=text)
    row = row_in(text)
    if row is not None:
        kind, id_type = (Kind.RESIDENT, RESIDENT_ID) if row.resident else (Kind.CARD, CARD)
        return Scan(kind, id_type, row.number, row.name) if row.number else Scan(Kind.UNKNOWN)
    has_both = any(each.isdigit() for each in text) and any(each.isalpha() for each in text)
    if has_both and _TOKEN.fullmatch(text):
        return Scan(Kind.CREDENTIAL)
    return Scan(Kind.TOO_LONG) if len(sent) > _TYPED_BY_HAND else None


class Ended(NamedTuple):
    """A burst that is over: what was read (None: nothing), and the pieces that were held back until then."""

    scan: Scan | None
    held: tuple[str, ...]


class Scanner:
    """Watches the pace of what is typed. A piece is a character or what an input method commits at once."""

    def __init__(self) -> None:
        self.marks: tuple[str, ...] = ()
        """What this desk's reader is set to send around everything."""
        self._pieces: list[str] = []
        self._characters = 0
        self._last = 0.0
        self._swallow_until = 0.0
        self._is_a_rest = False
        self._passed = _PASSED
        self._cut: tuple[str, ...] = ()
        self._rest: list[str] | None = None
        self._is_of_person = self._is_resident = False
        self._number = ""
        self.cut_as_scan = False
        """True where the burst that a pause ended last was taken for something."""

    @property
    def length(self) -> int:
        """The number of pieces so far."""
        return len(self._pieces)

    def goes_on(self, moment: float) -> bool:
        """Return True where a piece at a moment would belong to what came before."""
        return bool(self._pieces) and moment - self._last < FASTEST_HAND

    def comes_from_reader(self, moment: float) -> bool:
        """Return True where a key at a moment belongs to a burst, or to what follows a number of one."""
        return self.goes_on(moment) or (self._rest is not None and self.is_late(moment))

    def typed(self, piece: str, moment: float) -> bool:
        """Take a piece that belongs to the burst or begins one; return True where it is held back."""
        if not self._pieces:
            self._is_a_rest = self._last > 0 and moment - self._last < _STUMBLE
        if self._characters <= LONGEST:
            self._pieces.append(piece)
            self._characters += len(piece)
        self._last = moment
        return len(self._pieces) > self._passed

    def resume(self, moment: float) -> bool:
        """Go on with a burst that a pause had ended; return True where a key at a moment belongs to it.

        A slow machine may have made the pause: the keys bear the moments at which they were pressed.
        """
        if not self._cut or moment - self._last >= FASTEST_HAND:
            return False
        self._pieces = list(self._cut)
        self._characters = sum(map(len, self._pieces))
        self._passed, self._cut = len(self._pieces), ()
        return True

    def end(self, *, read: bool = True, paused: bool = False) -> Ended:
        """End the burst, by Enter, by a pause or by another key, which is no reader's (not ``read``).

        ``paused``: nothing came for a while, and what still comes may belong to it (`resume`).

        The rest of a number whose beginning came too slowly is not taken for a shorter number.
        """
        text = "".join(self._pieces)
        held = tuple(self._pieces[self._passed :])
        self._cut = tuple(self._pieces) if paused else ()
        self._pieces, self._characters, self._passed = [], 0, _PASSED
        self._swallow_until = 0.0
        if len(text) > LONGEST:
            self._cut = ()
            return Ended(Scan(Kind.TOO_LONG), ())
        scan = recognise(text, self.marks) if read and len(text) >= SHORTEST else None
        if scan is not None and scan.kind is Kind.CARD and self._is_a_rest:
            scan = None
        self.cut_as_scan = scan is not None
        self._is_of_person = scan is not None and scan.kind in (Kind.RESIDENT, Kind.CARD)
        self._is_resident = scan is not None and scan.kind is Kind.RESIDENT
        self._number = scan.text if scan is not None else ""
        return Ended(scan, held)

    def waits_at(self, key: str, moment: float) -> bool:
        """Return True for a key between two fields of a card's row; it is held back with them.

        ``key`` is a tab or a line end. It is between fields where what came before it at a reader's pace is
        no number yet, and after ideographs one by one a line end is, too.
        """
        text = "".join(self._pieces)
        if not self.goes_on(moment) or (key != "\t" and not begins_a_row(self._pieces)):
            return False
        return len(text) < SHORTEST or recognise(text, self.marks) is None

    def expect_rest(self, moment: float) -> None:
        """Take note that a number was taken at its Enter: other fields of its card may follow."""
        self.expect_enter(moment, FASTEST_HAND)
        self._rest = []

    def takes_rest(self, piece: str, moment: float) -> bool:
        """Return True for a piece of what follows a number at a reader's pace: it belongs to its card."""
        if self._rest is None or not self.is_late(moment):
            return False
        if len(self._rest) < _TYPED_BY_HAND:
            self._rest.append(piece)
        self._swallow_until = moment + FASTEST_HAND
        return True

    def end_rest(self) -> Scan | None:
        """End what followed a number; return the holder's name, or another person's number, if either came.

        What followed anything else says whose it is of nobody here.
        """
        rest, self._rest = "".join(self._rest or ()), None
        if self._is_of_person and self._names_another(rest):
            return Scan(Kind.ANOTHER)
        name = name_in(typed.tidy(rest)) if self._is_of_person else ""
        return Scan(Kind.NAME, text=name) if name else None

    def _names_another(self, rest: str) -> bool:
        """Return True where a second person's number follows. Beside a card's it is the holder's."""
        if not rest:
            return False
        from core.identity import residents_in  # the window is painted first

        found = residents_in(typed.tidy(rest).upper())
        return bool(found - {self._number}) if self._is_resident else len(found) > 1

    def expect_enter(self, moment: float, within: float = _LATE_ENTER) -> None:
        """Take note that a burst was taken: an Enter may still come, after a pause or beside another one."""
        self._swallow_until = moment + within
        self._rest = None

    def late_enter(self, moment: float) -> bool:
        """Return True for an Enter that still belongs to the burst that has just been taken.

        Another one belongs to it too where it follows at a reader's pace, as a line feed does.
        """
        late = self.is_late(moment)
        self._swallow_until = moment + FASTEST_HAND if late else 0.0
        return late

    def is_late(self, moment: float) -> bool:
        """Return True where a key at a moment may still belong to the burst that has just been taken."""
        return moment < self._swallow_until
