"""The console, `mingzhang-cli`: the same core as the window, for other programs, scripts and tests."""

from collections.abc import Sequence

from core.console.collecting import collect_no_more, collect_nothing
from core.console.signs import SIGNS, heed_the_system, status_of


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status. The manual beside this file says what each command prints.

    ``arguments`` None: those of this process, which does nothing else.
    """
    try:
        if arguments is None:
            heed_the_system()
            collect_nothing()
            SIGNS.begin()
        from core.console import program  # when the first sign is due: it loads much

        return program.run(arguments)
    except KeyboardInterrupt as asked:
        return status_of(asked)
    finally:
        if arguments is None:
            collect_no_more()
        SIGNS.end()
