"""What a cut left half made beside a ledger and among its backups: it may hold who was erased since."""

import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from core.files import HELD, sweep_held
from core.ledger.heads import FOLDER
from core.places import backups_in, home

_AFTER: Final = 3600
"""Nobody is making a file any more that nobody has written to for so long (seconds)."""


def sweep(ledger: Path) -> list[Path]:
    """Remove the half made files beside a ledger and in its folder of backups; return those that went.

    Those of an earlier version are nobody's once nobody has written to them for an hour.
    """
    gone = sweep_free(ledger)
    for folder in (ledger.parent, backups_in(ledger.parent)):
        with suppress(OSError):
            for file in sorted(folder.glob(".*.part*")):
                gone += [] if file.name.endswith(HELD) else _removed(file)
    return gone


def sweep_free(ledger: Path) -> list[Path]:
    """Remove what was being written beside a ledger, its backups and its heads by who lives no more.

    Return what went.
    """
    return sweep_held(ledger.parent, backups_in(ledger.parent), home() / FOLDER)


def _removed(file: Path) -> list[Path]:
    with suppress(OSError):
        if file.is_file() and not file.is_symlink() and file.stat().st_mtime < time.time() - _AFTER:
            file.unlink()
            return [file]
    return []
