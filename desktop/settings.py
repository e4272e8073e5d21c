"""The settings of a desk, kept in a small JSON file; a damaged file counts as none."""

import re
from pathlib import Path
from typing import NamedTuple

from core.places import MADE_UP_REGION
from core.words import languages

FILE = "settings.json"
NOBODY = "—"
_NUMBER = r"(-?[0-9]{1,3}([.,][0-9]{1,2})?)?"
_LONGEST = 1000
_LARGEST = 100_000
"""The most bytes that are read; no file of settings is longer."""


class Settings(NamedTuple):
    """The settings of a desk: hospital, its level (empty: not said), region, operator, language (empty: zh).

    ``hospital_code`` (the insurer's), ``telephone`` and ``address`` are the hospital's.
    Of paper: ``paper`` is a name of `desktop.paper.paper_sizes`; ``shift_x`` and ``shift_y`` move a form to
    the right and down (mm). ``preprinted``, ``second`` (another language), ``whole`` (the patient is not
    masked) and ``steps`` (a short paper has the working too) are empty for no.
    ``own`` is the region that the desk was set up for. ``portable`` is not empty where no key store keeps the
    ledger's key. ``backups`` is a folder for a second backup. ``idle`` is the minutes until the desk locks
    (empty: ten).
    ``theme`` is light, dark or contrast (empty: the system's), ``size`` the font's in percent (empty: 100).
    ``ask_at_end`` is ``yes`` where Enter on the last amount asks to post.
    ``window`` is the window's place when it was closed last, as `desktop.views.window_place` writes it.
    ``stick`` is the folder by which this desk meets other ledgers; ``server`` the connection string of the
    server by which it does, with a password that nothing shows (empty: none).
    ``unproved`` is not empty until somebody has confirmed the recovery code. ``reader`` is what this desk's
    reader is set to send around everything, with spaces between. ``signers`` are those who may sign in here,
    as `desktop.presenters.desk.signers` writes them.
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
    ask_at_end: str = ""
    window: str = ""
    hospital_code: str = ""
    telephone: str = ""
    address: str = ""
    steps: str = ""
    reader: str = ""
    signers: str = ""
    stick: str = ""
    server: str = ""

    @property
    def signer(self) -> str:
        """The operator who answers for an entry; `NOBODY` where none is named, as in practice."""
        return self.operator or NOBODY

    @property
    def asks_at_end(self) -> bool:
        """True where Enter on the last amount asks whether to post, as F12 does."""
        return self.ask_at_end == "yes"

    @property
    def percent(self) -> int:
        """The font size in percent; 100 where none can be read."""
        return int(self.size) if self.size.isdecimal() else 100


def load(folder: Path) -> Settings:
    """Return the settings of a folder. A setting that cannot be read has its default."""
    raw = _read(folder) or {}
    return Settings(
        **{key: value for key, value in raw.items() if isinstance(value, str) and _is_known(key, value)}
    )


def _is_known(key: str, value: str) -> bool:
    """Tell whether a setting is one that this program may have written."""
    if key not in Settings._fields or len(value) > _LONGEST:
        return False
    if key == "language":
        return not value or value in languages()
    if key == "size":
        return not value or (value.isascii() and value.isdecimal() and 50 <= int(value[:9]) <= 200)
    if key in ("idle", "shift_x", "shift_y"):
        return re.fullmatch(_NUMBER, value) is not None
    return key != "theme" or value in ("", "light", "dark", "contrast")


def unreadable(folder: Path) -> bool:
    """Return True where a file of settings is there and cannot be read."""
    return (folder / FILE).exists() and _read(folder) is None


def _read(folder: Path) -> dict[str, object] | None:
    file = folder / FILE
    if not file.exists():
        return None
    import json  # a first start has no file to read

    from core.files import read_bounded

    try:
        raw = json.loads(read_bounded(file, _LARGEST))
    except (OSError, ValueError, RecursionError):
        return None
    return raw if isinstance(raw, dict) else None


def save(folder: Path, settings: Settings) -> None:
    """Write the settings whole or not at all. Raises OSError where the folder cannot be written."""
    import json  # the window is painted first

    from core.files import write_whole

    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / FILE, json.dumps(settings._asdict(), ensure_ascii=False, indent=2).encode())
