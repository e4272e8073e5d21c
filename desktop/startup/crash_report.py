"""A crash report: a file on this machine that says where the program failed, and nothing about any patient.

A report holds versions, the kinds of the exceptions and their places in the program, and nothing else.
The texts of exceptions, the values of variables and lines of the ledger are never written: any of them may
hold a patient's name or number.
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
"""The number of reports that are kept."""

_ROOT: Final = RESOURCES.parent


def report(home: Path, error: BaseException, when: datetime) -> Path | None:
    """Write a report and remove the oldest. Return its file, None where it cannot be written."""
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
    """Return the report's lines: the program, then each exception and the one that led to it."""
    report = [f"mingzhang {VERSION}", f"python {platform.python_version()}", platform.system()]
    seen: set[int] = set()  # a chain of exceptions may lead back to its beginning
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        report += ["", type(link).__qualname__, *_places(link.__traceback__)]
        report += [f"  {place}" for place in getattr(link, "places", ())]  # of another process
        link = link.__cause__ or link.__context__
    return report


def _places(trace: TracebackType | None) -> list[str]:
    places = []
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"  {_name(code.co_filename)}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return places


def _name(file: str) -> str:
    """The path of a source file inside the program; of any other its bare name, without a user's folders."""
    path = Path(file)
    try:
        return path.relative_to(_ROOT).as_posix()
    except ValueError:
        return path.name
