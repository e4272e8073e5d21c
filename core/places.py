"""Where the program's own data lies: beside the packages, from source, installed or bundled alike."""

import os
import sys
from pathlib import Path
from typing import Final

RESOURCES: Final = Path(__file__).resolve().parent.parent / "resources"


def portable_home() -> Path:
    """The folder of a portable desk: beside the program, on the same stick."""
    beside = Path(sys.executable) if getattr(sys, "frozen", False) else RESOURCES
    return beside.parent / "mingzhang-data"


def chosen_home() -> Path | None:
    """The user's own folder where one was chosen: by ``MINGZHANG_HOME``, or beside the program."""
    chosen = os.environ.get("MINGZHANG_HOME")
    if chosen:
        return Path(chosen)
    beside = portable_home()
    return beside if beside.is_dir() else None


def home() -> Path:
    """The folder of the user's own data: the one that was chosen, else the platform's own."""
    chosen = chosen_home()
    if chosen:
        return chosen
    from platformdirs import user_data_path  # read only where it is needed: the window is painted first

    return user_data_path("mingzhang", appauthor=False)


def user_regions() -> Path:
    """The folder of the region packs that a hospital entered."""
    return home() / "regions"


def user_documents() -> Path:
    """The folder of the documents that came in rule packets."""
    return home() / "documents"


def backups_in(home: Path) -> Path:
    """The folder of a desk's own backups."""
    return home / "backups"


MADE_UP_REGION: Final = "jilin/example"
"""The shipped example, whose figures belong to no real place."""


def ledger_of(region: str) -> str:
    """The name of the ledger that a region's visits are posted to: practice never touches the real one."""
    return "practice.db" if region == MADE_UP_REGION else "ledger.db"
