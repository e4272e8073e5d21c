"""The kinds of paper, in millimetres."""

from pathlib import Path
from typing import Final, NamedTuple


class Paper(NamedTuple):
    """A kind of paper in millimetres, and its three sizes of type in points.

    ``height`` 0: a roll, cut where the sheet ends. ``shift``: how far everything is moved right and down.
    ``form``: a paper of several parts with a place for each figure, see `desktop.paper.form_layout`.
    ``labels`` False: the form's paper is pre-printed and has them. ``places`` is a hospital's own file of
    places, None: those that ship. ``leading`` is the pitch of lines as a multiple of the size of type.
    ``short``: the patient's sheet is one page of it, without the working.
    """

    width: float
    height: float
    side: float
    top: float
    bottom: float
    small: float
    middle: float
    large: float
    shift: tuple[float, float] = (0.0, 0.0)
    form: bool = False
    labels: bool = True
    places: Path | None = None
    leading: float = 1.42
    short: bool = False

    @property
    def inner(self) -> float:
        """The width between the margins."""
        return self.width - 2 * self.side

    @property
    def narrow(self) -> bool:
        """True where columns do not fit beside each other."""
        return self.inner < 110


A4: Final = Paper(210, 297, 18, 10, 8, small=9, middle=14, large=30)
A5: Final = Paper(148, 210, 11, 10, 9, small=8, middle=11, large=24, short=True)
ROLL: Final = Paper(80, 0, 4.5, 5, 8, small=7.5, middle=10, large=20, short=True)
"""80 mm wide; the printers of such rolls reach 72 mm of it."""

_THIRD: Final = Paper(241, 93.1, 16, 6, 6, small=8, middle=11, large=16, form=True)
PAPERS: Final = {
    "a4": A4,
    "a5": A5,
    "roll80": ROLL,
    "form93": _THIRD._replace(short=True),
    "form140": _THIRD._replace(height=140, large=20),
    "form279": _THIRD._replace(height=279, small=9, middle=14, large=30, top=10, bottom=10),
}
"""By their names in the settings. The forms' 241 mm include the tractors' holes, 12.7 mm on each side."""
