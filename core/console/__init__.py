"""The console, `mingzhang-cli`: the same core as the window, for other programs, scripts and tests."""

from collections.abc import Sequence

from core.console.collecting import collect_nothing


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status. The manual beside this file says what each command prints.

    ``arguments`` None: those of this process, which does nothing else.
    """
    if arguments is None:
        collect_nothing()
    from core.console import program

    return program.run(arguments)
