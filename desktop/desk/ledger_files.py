"""The files of a desk: its region packs, its ledgers, and every copy of them that is on disk."""

import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.clock import BEIJING
from core.places import MADE_UP_REGION, ledger_of
from desktop.presenters.desk.backups import Copy

if TYPE_CHECKING:
    from core.counter import Counter

PATIENCE: Final = 3.0
"""The wait for another program that holds the ledger (seconds); then the window says so."""

REAL_REGIONS: Final = "jilin/"
"""Any region but the made-up one: they share one ledger."""

_REPLACED: Final = re.compile(r"ledger-([0-9]{8}T[0-9]{6})Z(-[0-9]+)?\.db", re.ASCII)


def region_folders(home: Path) -> list[Path]:
    """Return the folders of a desk's region packs: what ships, then the hospital's own if there is one."""
    from core.policy.shelf import REGIONS

    own = home / "regions"
    return [REGIONS, *([own] if own.is_dir() else [])]


def open_practice(home: Path) -> "Counter":
    """Open the counter over the ledger for practice, without a sign-in. Raises LedgerUnavailable."""
    from core.counter import open_counter

    home.mkdir(parents=True, exist_ok=True)
    return open_counter(home / ledger_of(MADE_UP_REGION), region_folders(home), timeout=PATIENCE)


def replaced_ledgers(home: Path) -> list[Copy]:
    """Return the ledgers that a restore has replaced, by the moment in China's time."""
    copies = []
    for file in sorted(home.glob("ledger-*.db")):
        match = _REPLACED.fullmatch(file.name)
        if match:
            moment = datetime.strptime(f"{match[1]}Z", "%Y%m%dT%H%M%S%z").astimezone(BEIJING)
            copies.append(Copy(file, moment.replace(tzinfo=None), "replaced"))
    return copies
