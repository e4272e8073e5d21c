"""A crash report: a file on this machine that says where the program failed, and nothing about any patient.

What is written is chosen, not filtered: versions, the kinds of the exceptions and the places in the program.
The texts of exceptions, the values of variables and lines of the ledger are never written: any of them may
hold a name or a number.
"""

import platform
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Final

from core import VERSION
from core.places import RESOURCES

FOLDER: Final = "crashes"
MOST: Final = 10
"""How many reports are kept."""

_ROOT: Final = RESOURCES.parent


def report(home: Path, error: BaseException, when: datetime) -> Path | None:
    """Writes a report and takes the oldest away; None where it cannot be written."""
    folder = home / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"crash-{when:%Y%m%d-%H%M%S}.txt"
        file.write_text("\n".join(lines(error)) + "\n", encoding="utf-8")
        for old in sorted(folder.glob("crash-*.txt"))[:-MOST]:
            old.unlink()
    except OSError:
        return None
    return file


def lines(error: BaseException) -> list[str]:
    """The report, line by line."""
    made = [f"mingzhang {VERSION}", f"python {platform.python_version()}", platform.system()]
    seen: set[int] = set()
    found: BaseException | None = error
    while found is not None and id(found) not in seen:
        seen.add(id(found))
        made += ["", type(found).__qualname__, *_places(found.__traceback__)]
        found = found.__cause__ or found.__context__
    return made


def _places(trace: TracebackType | None) -> list[str]:
    made = []
    while trace is not None:
        code = trace.tb_frame.f_code
        made.append(f"  {_name(code.co_filename)}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return made


def _name(file: str) -> str:
    """A source file inside the program, or the bare name of another: no folder of a user's."""
    path = Path(file)
    try:
        return path.relative_to(_ROOT).as_posix()
    except ValueError:
        return path.name
