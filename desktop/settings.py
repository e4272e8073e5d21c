"""The few things this desk remembers: a small JSON file; a damaged one is as good as none."""

from pathlib import Path
from typing import NamedTuple

from core.places import MADE_UP_REGION

FILE = "settings.json"
NOBODY = "—"
_LARGEST = 100_000
"""More bytes than this are no settings of ours."""


class Settings(NamedTuple):
    """This desk: hospital, its own level (empty: not said), region pack, operator, language (empty: zh).

    On paper: which `paper` (a name of `desktop.paper.paper_sizes`), how far a form is moved right and down
    (mm), whether it is ``preprinted``, has a ``second`` language, shows the patient ``whole`` (empty: no).
    ``own`` is the region that it was set up for, ``portable`` not empty where no key store keeps its key,
    ``backups`` a folder for a second backup, ``idle`` after how many minutes it locks (empty: the usual ten).
    ``theme`` is light, dark or contrast (empty: the system's), ``size`` the font's in percent (empty: 100).
    ``unproved`` is not empty while nobody has shown to have the recovery code.
    """

    hospital: str = ""
    level: str = ""
    region: str = MADE_UP_REGION
    operator: str = ""
    language: str = ""
    paper: str = ""
    shift_x: str = ""
    shift_y: str = ""
    preprinted: str = ""
    second: str = ""
    whole: str = ""
    own: str = ""
    portable: str = ""
    backups: str = ""
    idle: str = ""
    theme: str = ""
    size: str = ""
    unproved: str = ""

    @property
    def signer(self) -> str:
        """Who answers for what is done: whoever signed in; for made-up figures nobody has to."""
        return self.operator or NOBODY

    @property
    def percent(self) -> int:
        """The font size in percent; 100 where none can be read."""
        return int(self.size) if self.size.isdecimal() else 100


def load(folder: Path) -> Settings:
    """The settings of a folder; what cannot be read is left at its default."""
    raw = _read(folder) or {}
    return Settings(
        **{key: value for key, value in raw.items() if key in Settings._fields and isinstance(value, str)}
    )


def unreadable(folder: Path) -> bool:
    """Whether settings are there and cannot be read."""
    return (folder / FILE).exists() and _read(folder) is None


def _read(folder: Path) -> dict[str, object] | None:
    try:
        with (folder / FILE).open(encoding="utf-8") as opened:
            text = opened.read(_LARGEST)
    except (OSError, ValueError):
        return None
    import json  # a first start has no file to read

    try:
        raw = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return raw if isinstance(raw, dict) else None


def save(folder: Path, settings: Settings) -> None:
    """Writes the settings whole or not at all. Raises OSError where the folder cannot be written."""
    import json  # the window is painted first

    from core.files import write_whole

    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / FILE, json.dumps(settings._asdict(), ensure_ascii=False, indent=2).encode())
