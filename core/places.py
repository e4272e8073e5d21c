"""Where the program's own data lies: beside the packages, from source, installed or bundled alike."""

from pathlib import Path
from typing import Final

RESOURCES: Final = Path(__file__).resolve().parent.parent / "resources"
