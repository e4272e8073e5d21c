"""The reasons why a printer's queue does not print, asked of CUPS: Qt reports a paused queue as idle."""

import ctypes
import os
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
"""The reasons that CUPS gives, by their beginnings, and the message for each."""


class _Option(ctypes.Structure):
    """CUPS's `cups_option_t`."""

    _fields_ = [("name", ctypes.c_char_p), ("value", ctypes.c_char_p)]


class _Destination(ctypes.Structure):
    """CUPS's `cups_dest_t`."""

    _fields_ = [
        ("name", ctypes.c_char_p),
        ("instance", ctypes.c_char_p),
        ("is_default", ctypes.c_int),
        ("count", ctypes.c_int),
        ("options", ctypes.POINTER(_Option)),
    ]


def trouble(name: str) -> Message | None:
    """Return why a printer would not print now, None where nothing is known against it.

    Only CUPS is asked: on a system without it the printer's own state tells.
    """
    cups = _cups()
    if cups is None:
        return None
    destination = cups.cupsGetNamedDest(None, name.encode(), None)
    if not destination:
        return message(_GONE, name=name)
    try:
        queue = destination.contents
        options = {
            option.name.decode(): (option.value or b"").decode("utf-8", "replace")
            for option in queue.options[: queue.count]
        }
    finally:
        cups.cupsFreeDests(1, destination)
    return of_options(name, options)


def gone(name: str) -> Message | None:
    """Return a message where a queue is not there any more, None where it is."""
    fault = trouble(name)
    return fault if fault is not None and fault.id == _GONE else None


def of_options(name: str, options: dict[str, str]) -> Message | None:
    """Return why a printer would not print by CUPS's attributes of it, None where it would."""
    reasons = [
        reason
        for reason in options.get("printer-state-reasons", "").split(",")
        if not reason.endswith("-warning")
    ]
    for reason in reasons:
        for beginning, id_ in _REASONS:
            if reason.startswith(beginning):
                return message(id_, name=name)
    if options.get("printer-state") == _STOPPED or "paused" in reasons:
        return message("paper.queue.stopped", name=name)
    if options.get("printer-is-accepting-jobs", "true") == "false":
        return message("paper.queue.refuses", name=name)
    return None


@cache
def _cups() -> Any:
    """CUPS's library, None where the system has none."""
    if os.name == "nt":
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
