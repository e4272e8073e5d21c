"""What keeps a printer's queue from printing, in words: Qt says Idle of one that is paused."""

import ctypes
import sys
from functools import cache
from typing import Any, Final

from core.messages import Message, message

_LIBRARY: Final = "libcups.2.dylib" if sys.platform == "darwin" else "libcups.so.2"
_STOPPED: Final = "5"
_GONE: Final = "paper.queue.gone"
_REASONS: Final = (
    ("media-empty", "paper.queue.no_paper"),
    ("media-needed", "paper.queue.no_paper"),
    ("media-jam", "paper.queue.jam"),
    ("cover-open", "paper.queue.open"),
    ("door-open", "paper.queue.open"),
    ("marker-supply-empty", "paper.queue.no_ink"),
    ("toner-empty", "paper.queue.no_ink"),
    ("offline", "paper.queue.offline"),
    ("connecting-to-device", "paper.queue.offline"),
    ("timed-out", "paper.queue.offline"),
)
"""CUPS's words for what a printer lacks, and ours."""


class _Option(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("value", ctypes.c_char_p)]


class _Destination(ctypes.Structure):
    _fields_ = [
        ("name", ctypes.c_char_p),
        ("instance", ctypes.c_char_p),
        ("is_default", ctypes.c_int),
        ("count", ctypes.c_int),
        ("options", ctypes.POINTER(_Option)),
    ]


def trouble(name: str) -> Message | None:
    """Why a printer would not print now; None where nothing is known against it.

    Only CUPS is asked: elsewhere the printer's own state says it.
    """
    cups = _cups()
    if cups is None:
        return None
    found = cups.cupsGetNamedDest(None, name.encode(), None)
    if not found:
        return message(_GONE, name=name)
    try:
        chosen = found.contents
        options = {
            option.name.decode(): (option.value or b"").decode("utf-8", "replace")
            for option in chosen.options[: chosen.count]
        }
    finally:
        cups.cupsFreeDests(1, found)
    return of_options(name, options)


def gone(name: str) -> Message | None:
    """What is to be said of a queue that is not there any more; None where it is."""
    found = trouble(name)
    return found if found is not None and found.id == _GONE else None


def of_options(name: str, options: dict[str, str]) -> Message | None:
    """What CUPS's attributes of a printer say against it."""
    reasons = [
        reason
        for reason in options.get("printer-state-reasons", "").split(",")
        if not reason.endswith("-warning")
    ]
    for reason in reasons:
        for begins, said in _REASONS:
            if reason.startswith(begins):
                return message(said, name=name)
    if options.get("printer-state") == _STOPPED or "paused" in reasons:
        return message("paper.queue.stopped", name=name)
    if options.get("printer-is-accepting-jobs", "true") == "false":
        return message("paper.queue.refuses", name=name)
    return None


@cache
def _cups() -> Any:
    """CUPS's library, None where the system has none."""
    if sys.platform == "win32":
        return None
    try:
        cups = ctypes.CDLL(_LIBRARY)
    except OSError:
        return None
    cups.cupsGetNamedDest.restype = ctypes.POINTER(_Destination)
    cups.cupsGetNamedDest.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p]
    cups.cupsFreeDests.argtypes = [ctypes.c_int, ctypes.POINTER(_Destination)]
    cups.cupsFreeDests.restype = None
    return cups
