"""What the ledger holds, as values."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from core.claim import YearToDate
from core.messages import Message
from core.settlement import Amounts, Settlement


class Identifier(NamedTuple):
    """A document that names a person: its kind (`psn_cert_type`, two digits or six) and its number."""

    id_type: str
    id: str


class PatientGiven(NamedTuple):
    """A patient as somebody states them; an empty ``name`` is not stated."""

    identifiers: tuple[Identifier, ...]
    name: str = ""


class Patient(NamedTuple):
    """A patient whom the ledger knows; ``key`` is random and says nothing of the person."""

    key: str
    name: str
    identifiers: tuple[Identifier, ...]


class EntryKind(StrEnum):
    """What an entry does."""

    POSTED = "posted"
    REVERSED = "reversed"
    OPENING = "opening"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the ledger, as it was recorded.

    ``day`` is the day of discharge, or for an opening the day it is stated for; a reversal has the day of
    what it reverses. ``recorded`` is UTC; the order of entries is their number's. ``key`` is the
    idempotency key, empty for a reversal. ``request`` is as settled, the totals before included; of an
    opening it is what was stated, of a reversal empty. ``settlement`` is read back whole, None unless
    posted. ``after`` are the year's totals after the entry. ``replaces`` is the number of the entry that this
    one settles again after an earlier one was reversed. ``region`` and ``region_name`` are the pack's,
    empty for an opening. ``reversed_by`` is the number of the entry that reverses this one. ``difference``
    holds, for an opening, each total that was stated otherwise than ours: (ours, stated).
    """

    number: int
    kind: EntryKind
    patient: str
    year: int
    day: date
    recorded: datetime
    operator: str
    key: str
    request: dict[str, Any]
    settlement: Settlement | None
    after: YearToDate
    region: str
    region_name: str
    reverses: int | None
    reversed_by: int | None
    reason: str | None
    replaces: int | None
    difference: dict[str, tuple[Any, Any]] | None


class Affected(NamedTuple):
    """An entry whose split would differ on corrected totals; ``now`` may be incomplete.

    ``notes`` say what was typed on the strength of the reversed entry and would have to be typed anew. With
    notes the split itself may be the same.
    """

    entry: Entry
    before: Amounts
    now: Settlement
    notes: tuple[Message, ...] = ()


class Posted(NamedTuple):
    """An entry, whether its key had been posted before, so that nothing is new, and what is to be told."""

    entry: Entry
    repeated: bool
    notes: tuple[Message, ...] = ()


class Resettled(NamedTuple):
    """An entry that was settled again: as it was, the entry that reverses it, the one that replaces it."""

    before: Entry
    reversal: Entry
    entry: Entry


class Reversed(NamedTuple):
    """A reversal, the entries that it affects, the later opening that totals stand on, if any; notes.

    ``resettled`` are the later entries that were settled again with it, in order; empty where that was not
    asked for or nothing was affected.
    """

    entry: Entry
    affected: list[Affected]
    stands_on: int | None = None
    notes: tuple[Message, ...] = ()
    resettled: tuple[Resettled, ...] = ()
