"""The file of a desk's settings, read before the window is painted; a damaged file counts as none."""

import re
from pathlib import Path
from typing import Final

from PySide6.QtCore import QJsonDocument

from core.words import languages
from desktop.settings import FILE, Settings

_NUMBER: Final = r"(-?[0-9]{1,3}([.,][0-9]{1,2})?)?"
_LONGEST: Final = 1000
_LARGEST: Final = 100_000
"""The most bytes that are read; no file of settings is longer."""


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
    from core.files import read_bounded  # a first start has no file to read

    try:
        text = read_bounded(file, _LARGEST)
    except OSError:
        return None
    raw = QJsonDocument.fromJson(text).toVariant()
    return raw if isinstance(raw, dict) else _by_python(text)


def _by_python(text: bytes) -> dict[str, object] | None:
    """Return what Python reads and Qt does not, as UTF-16; its reader takes long to import."""
    import json

    try:
        raw = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return raw if isinstance(raw, dict) else None
