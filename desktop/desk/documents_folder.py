"""The folder of the user's documents, for files that the user takes along."""

from pathlib import Path

from PySide6.QtCore import QStandardPaths


def documents() -> Path:
    """Return the folder of the user's documents; it may not be there yet."""
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))


def unused(file: Path) -> Path:
    """Return a file's path, or the first of ``name-2``, ``name-3`` and so on that is not there yet."""
    number, free = 1, file
    while free.exists():
        number += 1
        free = file.with_name(f"{file.stem}-{number}{file.suffix}")
    return free
