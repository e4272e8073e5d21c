"""The console, `mingzhang-cli`: the same core as the window, for other programs, scripts and tests."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_INTERRUPTED = 130
"""The exit status of a command that Ctrl+C ends."""


def main(arguments: "Sequence[str] | None" = None) -> int:
    """Run a command and return its exit status. The manual beside this file says what each command prints.

    ``arguments`` None: those of this process, which does nothing else.
    """
    try:
        from core.console.beginning import begun  # where Ctrl+C ends the process without a traceback

        return begun(arguments)
    except KeyboardInterrupt:
        return _INTERRUPTED
