"""The log: a line for each opening of a ledger and each failure; ids and kinds, nothing that was entered."""

import contextlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from core import VERSION

FILE: Final = "log.txt"
LARGEST: Final = 200_000
"""Bytes above which the file is full and a new one begun."""
KEPT: Final = 3
"""The number of full files that are kept beside the one that is written."""


def note(home: Path, what: str) -> None:
    """Add a line. A log that cannot be written stops nothing."""
    with contextlib.suppress(OSError):
        home.mkdir(parents=True, exist_ok=True)
        file = home / FILE
        if file.exists() and not file.is_file():  # a pipe would be waited for
            return
        if file.exists() and file.stat().st_size > LARGEST:
            _turn(file)
        with file.open("a", encoding="utf-8") as out:
            out.write(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {VERSION} {what}\n")


def _turn(file: Path) -> None:
    """Rename each file to the next number; the oldest goes."""
    for number in range(KEPT, 0, -1):
        older = file.with_suffix(f".{number}.txt")
        newer = file.with_suffix(f".{number - 1}.txt") if number > 1 else file
        if newer.exists():
            newer.replace(older)
