"""The one road of window and console to the rules and the ledger: callers import these names from here."""

from core.counter.counter import (
    LEAST_MONTHS,
    UNFINISHED,
    Counter,
    SetUp,
    WorkedOut,
    identifier_text,
    look_guarded,
    needs_set_up,
    open_counter,
    open_guarded,
    recover,
    restore_by_code,
    restore_guarded,
    set_up,
    span_of,
)
from core.ledger.entries import Posted

__all__ = [
    "LEAST_MONTHS",
    "UNFINISHED",
    "Counter",
    "Posted",
    "SetUp",
    "WorkedOut",
    "identifier_text",
    "look_guarded",
    "needs_set_up",
    "open_counter",
    "open_guarded",
    "recover",
    "restore_by_code",
    "restore_guarded",
    "set_up",
    "span_of",
]
