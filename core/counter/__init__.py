"""The one road of window and console to the rules and the ledger: callers import these names from here.

A `Counter` is a desk over rules and a ledger. Posting, reversing and personal data are functions of one:
``posting.post(counter, ...)``.
"""

from core.counter import (
    closing,
    confirming,
    identifiers,
    personal_data,
    persons,
    posting,
    reversing,
    same_stay,
    visit_facts,
)
from core.counter.counter import Counter, WorkedOut, each_once, span_of
from core.counter.input_text import identifier_text
from core.counter.opening import open_counter, open_guarded, read_again
from core.counter.personal_data import LEAST_MONTHS

__all__ = [
    "LEAST_MONTHS",
    "Counter",
    "WorkedOut",
    "closing",
    "confirming",
    "each_once",
    "identifier_text",
    "identifiers",
    "open_counter",
    "open_guarded",
    "personal_data",
    "persons",
    "posting",
    "read_again",
    "reversing",
    "same_stay",
    "span_of",
    "visit_facts",
]
