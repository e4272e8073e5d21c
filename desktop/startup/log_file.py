"""The log: a line when the window opens its ledger or fails to; ids and kinds, never what anybody entered."""

import contextlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from core import VERSION

FILE: Final = "log.txt"
LARGEST: Final = 200_000
KEPT: Final = 3
"""How many full files are kept beside the one that is written."""


def note(home: Path, what: str) -> None:
    """Adds a line; a log that cannot be written stops nothing."""
    with contextlib.suppress(OSError):
        home.mkdir(parents=True, exist_ok=True)
        file = home / FILE
        if file.exists() and file.stat().st_size > LARGEST:
            _turn(file)
        with file.open("a", encoding="utf-8") as out:
            out.write(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {VERSION} {what}\n")


def _turn(file: Path) -> None:
    for number in range(KEPT, 0, -1):
        older = file.with_suffix(f".{number}.txt")
        newer = file.with_suffix(f".{number - 1}.txt") if number > 1 else file
        if newer.exists():
            newer.replace(older)
