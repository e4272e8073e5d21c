"""Where the program's own data lies: beside the packages, from source, installed or bundled alike."""

import os
from pathlib import Path
from typing import Final

RESOURCES: Final = Path(__file__).resolve().parent.parent / "resources"


def home() -> Path:
    """The folder of the user's own data; the environment variable ``MINGZHANG_HOME`` names another."""
    chosen = os.environ.get("MINGZHANG_HOME")
    if chosen:
        return Path(chosen)
    from platformdirs import user_data_path  # read only where it is needed: the window is painted first

    return user_data_path("mingzhang", appauthor=False)


def user_regions() -> Path:
    """The folder of the region packs that a hospital entered."""
    return home() / "regions"


def ledger_file() -> Path:
    """The ledger of this user."""
    return home() / "ledger.db"
