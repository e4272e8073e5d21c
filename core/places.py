"""The folders of the program's own data and of the user's: from source, installed or bundled alike."""

import os
import sys
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Final

_DECIDE: Final = ("HOME", "USERPROFILE", "LOCALAPPDATA", "XDG_DATA_HOME")
"""The variables by which a platform places its folders."""

RESOURCES: Final = Path(__file__).resolve().parent.parent / "resources"
_PORTABLE: Final = "mingzhang-data"
_FROM_SOURCE: Final = RESOURCES.with_name(_PORTABLE)


def portable_home() -> Path:
    """Return the folder of a portable desk: beside the program, on the same stick."""
    return Path(sys.executable).with_name(_PORTABLE) if getattr(sys, "frozen", False) else _FROM_SOURCE


def chosen_home() -> Path | None:
    """Return the folder that the user chose: by ``MINGZHANG_HOME``, or beside the program. None: none."""
    chosen = os.environ.get("MINGZHANG_HOME")
    if chosen:
        return _named(chosen)
    beside = portable_home()
    return beside if beside.is_dir() else None


_named: Final = lru_cache(4)(Path)


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
        return _answer(user_data_path, *map(os.environ.get, _DECIDE))
    except (RuntimeError, KeyError) as error:
        raise NoHome from error


@lru_cache(1)
def _answer(platform: Callable[..., Path], *_decided_by: str | None) -> Path:
    return platform("mingzhang", appauthor=False)


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
