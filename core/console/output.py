"""Answers of the console: one JSON object a line, and the exit status that goes with it."""

import sys
from collections.abc import Iterable, Sequence
from typing import Any

from core.console.signs import SIGNS
from core.exchange.answer import refusal
from core.exchange.jsontext import write_line
from core.messages import Fault, message
from core.words import Words

DONE, FAULT_FOUND, REFUSED, UNAVAILABLE = range(4)
"""The exit statuses. `FAULT_FOUND`: the command did its work, and the work is a check that found a fault."""


def write(value: object) -> None:
    """Print a value as one line of JSON, at once. Raises OSError if standard output cannot take it."""
    write_text(write_line(value))


def write_text(line: str) -> None:
    """Print a line of JSON at once. What cannot be encoded is replaced.

    Raises OSError if standard output cannot take it.
    """
    SIGNS.clear()
    out = sys.stdout.buffer
    out.write((line + "\n").encode("utf-8", "replace"))
    out.flush()


def remark(text: str) -> None:
    """Print a line beside the answers, on standard error, at once."""
    SIGNS.clear()
    print(text, file=sys.stderr, flush=True)


def refuse(faults: Iterable[Fault], words: Words) -> int:
    """Print a refusal and return its exit status."""
    write(refusal(faults, words))
    return REFUSED


def unavailable(fault: Fault, words: Words) -> int:
    """Print that a file, a folder or the ledger cannot be used and return the exit status."""
    write({**refusal([fault], words), "status": "unavailable"})
    return UNAVAILABLE


def answer(outcome: dict[str, Any] | list[Fault], words: Words) -> int:
    """Print an outcome, or the faults that it was refused for, and return the exit status."""
    if isinstance(outcome, list):
        return refuse(outcome, words)
    write(outcome)
    return DONE


def number_given(text: str | None, field: str, first: int, last: int, faults: list[Fault]) -> int | None:
    """Return an argument's whole number, None where it was left out; add a fault where it is no such one."""
    if text is None:
        return None
    if text.isascii() and text.isdecimal() and len(text) <= len(str(last)) and first <= int(text) <= last:
        return int(text)
    faults.append(Fault(field, message("fault.number_between", first=first, last=last)))
    return None


def word_given(text: str, field: str, words_known: Sequence[str], faults: list[Fault]) -> None:
    """Add a fault where an argument is none of some words."""
    if text not in words_known:
        faults.append(Fault(field, message("fault.choice", choices=" / ".join(words_known))))
