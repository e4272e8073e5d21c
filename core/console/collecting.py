"""Python's garbage collector, kept from what a start builds: all of it stays, and looking takes a fifth."""

import gc
from typing import Final

_SELDOM: Final = (50_000, 20, 20)
"""So many new objects are there before they are looked through: hardly any of a request is in a circle."""


def collect_nothing() -> None:
    """Stop looking for circles of objects that nobody holds, until `collect_again`."""
    gc.disable()


def collect_no_more() -> None:
    """Look no more, not even at the end of the process, with which everything goes."""
    gc.disable()
    gc.freeze()


def collect_again() -> None:
    """Go on looking, never again through what is there by now; nothing where it was not stopped."""
    if not gc.isenabled():
        gc.freeze()
        gc.set_threshold(*_SELDOM)
        gc.enable()
