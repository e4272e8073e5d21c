"""How a command begins and ends: signs of life, the system's wish to end, no looking for circles."""

from collections.abc import Sequence

from core.console.collecting import collect_no_more, collect_nothing
from core.console.signs import SIGNS, heed_the_system, status_of


def begun(arguments: Sequence[str] | None) -> int:
    """Run a command and return its exit status. ``arguments`` None: those of this process."""
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
