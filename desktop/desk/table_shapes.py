"""What this desk was told of tables by their shape, so that it is said once: columns, and words of values.

It is kept beside the settings. No cell of a table is in it, so nobody's name or number.
"""

import json
from pathlib import Path
from typing import Any, Final

from core.files import read_bounded, write_whole
from core.jobs.values import WordMeans
from desktop.presenters.tables.tables import Remembered

FILE: Final = "tables.json"
_LARGEST: Final = 1_000_000
_MOST: Final = 200
"""So many shapes are kept; the one that was told of longest ago goes first."""


def remembered(home: Path, shape: str) -> Remembered:
    """Return what was said of tables of a shape; nothing where nothing was, or it cannot be read any more."""
    told: Any = _read(home).get(shape)
    try:
        columns = {int(place): str(field) for place, field in told["columns"].items()}
        words = tuple(WordMeans(*map(str, each)) for each in told["words"])
    except (TypeError, KeyError, ValueError, AttributeError):
        return Remembered()
    return Remembered(columns, words)


def remember(home: Path, shape: str, said: Remembered) -> None:
    """Keep what was said of tables of a shape. Raises OSError."""
    shapes = _read(home)
    shapes.pop(shape, None)
    shapes[shape] = {
        "columns": {str(place): field for place, field in said.columns.items()},
        "words": [list(each) for each in said.words],
    }
    kept = dict(list(shapes.items())[-_MOST:])
    write_whole(home / FILE, json.dumps(kept, ensure_ascii=False, indent=1).encode())


def _read(home: Path) -> dict[str, Any]:
    try:
        told = json.loads(read_bounded(home / FILE, _LARGEST))
    except (OSError, ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}
