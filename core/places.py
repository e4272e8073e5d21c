"""The folders of the program's own data and of the user's: from source, installed or bundled alike."""

import os
import sys
from pathlib import Path
from typing import Final

RESOURCES: Final = Path(__file__).resolve().parent.parent / "resources"


def portable_home() -> Path:
    """Return the folder of a portable desk: beside the program, on the same stick."""
    beside = Path(sys.executable) if getattr(sys, "frozen", False) else RESOURCES
    return beside.parent / "mingzhang-data"


def chosen_home() -> Path | None:
    """Return the folder that the user chose: by ``MINGZHANG_HOME``, or beside the program. None: none."""
    chosen = os.environ.get("MINGZHANG_HOME")
    if chosen:
        return Path(chosen)
    beside = portable_home()
    return beside if beside.is_dir() else None


class NoHome(RuntimeError):
    """There is neither a folder of the user's own nor an account that would have one."""


def home() -> Path:
    """Return the folder of the user's own data: the one that was chosen, else the platform's own.

    Raises NoHome.
    """
    chosen = chosen_home()
    if chosen:
        return chosen
    from platformdirs import user_data_path  # imported late: the window is painted before it is needed

    try:
        return user_data_path("mingzhang", appauthor=False)
    except (RuntimeError, KeyError) as error:
        raise NoHome from error


def path_mark(path: Path) -> str:
    """Return what stands for a path in a file's name: 32 hexadecimal digits; a path may be no Unicode."""
    import hashlib  # with its library of C, which the first frame does without

    return hashlib.sha256(os.fsencode(path)).hexdigest()[:32]


def user_regions() -> Path:
    """Return the folder of the region packs that a hospital entered."""
    return home() / "regions"


def user_documents() -> Path:
    """Return the folder of the documents that came in rule packets."""
    return home() / "documents"


def backups_in(home: Path) -> Path:
    """Return the folder of a desk's own backups."""
    return home / "backups"


MADE_UP_REGION: Final = "jilin/example"
"""The shipped example, whose figures belong to no real place."""


def ledger_of(region: str) -> str:
    """Return the name of a region's ledger file: practice never touches the real ledger."""
    return "practice.db" if region == MADE_UP_REGION else "ledger.db"
