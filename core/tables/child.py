"""Processes of this program that do one thing: they read a table, or write one."""

import sys
from pathlib import Path
from typing import Final, NamedTuple

from core.places import RESOURCES

_START: Final = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); from {module} import main; sys.exit(main(sys.argv[1:]))"
)


class ChildRole(NamedTuple):
    """What such a process does: the first argument of a bundle's console that is to be it, and its module."""

    argument: str
    module: str


READ_TABLE: Final = ChildRole("--read-table", "core.tables.reading.process")
DO_JOBS: Final = ChildRole("--do-jobs", "core.jobs.process")
WRITE_TABLE: Final = ChildRole("--write-table", "core.tables.workbook_process")


def window_command(role: ChildRole) -> list[str]:
    """Return the command that starts the window's program in a role; its arguments follow."""
    if getattr(sys, "frozen", False):
        program = Path(sys.executable)
        return [str(program.with_name(f"mingzhang{program.suffix}")), role.argument]
    return [*command(role), role.argument]


def command(role: ChildRole) -> list[str]:
    """Return the command that starts a process; its arguments follow."""
    if getattr(sys, "frozen", False):
        program = Path(sys.executable)  # the window's, or the console's, which lies beside it
        return [str(program.with_name(f"mingzhang-cli{program.suffix}")), role.argument]
    return [sys.executable, "-P", "-c", _START.format(module=role.module), str(RESOURCES.parent)]
