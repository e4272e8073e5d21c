"""Patients and entries of a ledger, as frozen values."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple

from core import vocabulary
from core.claim import YearToDate
from core.messages import Message, message
from core.settlement import Amounts, Settlement

NEWBORN: Final = vocabulary.NEWBORN
"""The kind of a newborn's identity: a certificate's number, or `newborn_id`."""

UNKNOWN: Final = vocabulary.UNKNOWN
"""The kind of the number that the program gives somebody who has none."""

PERSONAL_NUMBER: Final = "psn_no"
"""The kind of the insurer's personal number."""

NO_DOCUMENTS: Final = frozenset({NEWBORN, UNKNOWN, PERSONAL_NUMBER})
"""The kinds of numbers that are no document of a person's own."""

MARK: Final = vocabulary.MARK
"""The mark between the parts of a newborn's identity."""


class Identifier(NamedTuple):
    """A document that names a person: its kind (`psn_cert_type`, two digits or six) and its number."""

    id_type: str
    id: str


class NewPerson(NamedTuple):
    """A person as they were noted first: the key and salt that they got, the name, and every identifier."""

    key: str
    salt: str
    name: str
    identifiers: tuple[Identifier, ...]


class PatientGiven(NamedTuple):
    """A patient as somebody states them; an empty ``name`` is not stated.

    ``unnumbered``: somebody without any number, who gets one of the program's.
    """

    identifiers: tuple[Identifier, ...]
    name: str = ""
    unnumbered: bool = False


class Patient(NamedTuple):
    """A patient whom the ledger knows; ``key`` is random and says nothing of the person.

    A person may have several keys, joined by somebody who knew that they are one: ``name`` and
    ``identifiers`` are the person's, whichever of the keys this is. ``person`` is the key that leads.
    """

    key: str
    name: str
    identifiers: tuple[Identifier, ...]
    person: str = ""

    @property
    def document(self) -> Identifier:
        """The number that shows who this is: of a document where there is one. Only of somebody on file."""
        own = (each for each in self.identifiers if each.id_type not in NO_DOCUMENTS)
        return next(own, self.identifiers[0])


class Facts(NamedTuple):
    """What is known of a visit beside its figures; None: nobody has stated it. None of it is settled by.

    ``setl_id`` is the platform's number of the settlement, ``mdtrt_id`` that of the stay, ``receipt`` the
    receipt's. ``injury``: an injury from outside; ``third_party``: somebody else is liable; ``filed``: care
    elsewhere was filed.
    """

    setl_id: str | None = None
    mdtrt_id: str | None = None
    receipt: str | None = None
    injury: bool | None = None
    third_party: bool | None = None
    filed: bool | None = None


class EntryKind(StrEnum):
    """The kinds of entries: a settlement, a reversal of an entry, a year's totals as stated."""

    POSTED = "posted"
    REVERSED = "reversed"
    OPENING = "opening"


class Place(NamedTuple):
    """An entry's place in the one order of a person's entries, whichever ledgers they are of.

    ``stamp`` is in milliseconds since 1970; ``ledger`` is the id of the entry's ledger, ``number`` its number
    there.
    """

    stamp: int
    ledger: str
    number: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the ledger, as it was recorded.

    ``number`` is its number here (DATA.md), ``place`` gives the order. ``day`` is the day
    of discharge; an opening has the day that it is stated for, a reversal that of the entry that it reverses.
    ``recorded`` is UTC. ``key`` is the idempotency key,
    empty for a reversal. ``request`` is as settled, the totals before included; an opening has what was
    stated, a reversal has nothing. ``settlement`` is read back whole, None unless posted. ``after`` are the
    year's totals after the entry. ``region`` and ``region_name`` are the pack's, empty for an opening.

    ``reverses`` and ``reversed_by`` are numbers of entries, None where there is none. ``replaces`` is the
    number of the entry that this one settles again after an earlier one was reversed, else None.
    ``difference`` holds, for an opening, each total that was stated otherwise than ours: (ours, stated).
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
    place: Place


class Affected(NamedTuple):
    """An entry whose split would differ on corrected totals: its amounts then and its settlement now.

    ``now`` may be incomplete. ``notes`` name the cells that were typed by the reversed entry and have to be
    typed anew; with notes the split itself may be the same.
    """

    entry: Entry
    before: Amounts
    now: Settlement
    notes: tuple[Message, ...] = ()


MOST_TOLD: Final = 10
"""So many overlapping entries are named, the latest ones; of others it is only said how many there are."""


class Overlapped(NamedTuple):
    """The standing entries of the same stay or of one that overlaps it.

    ``numbers`` are in order, at most `MOST_TOLD` of them and the latest; ``more`` counts the earlier ones.
    ``called`` are the same numbers as people know them.
    """

    numbers: tuple[int, ...] = ()
    more: int = 0
    called: tuple[str, ...] = ()

    @property
    def told(self) -> str | Message:
        """Return the numbers in a row, with how many others there are."""
        row = "、".join(self.called)
        return message("ledger.overlaps_more", entries=row, more=self.more) if self.more else row


class Posted(NamedTuple):
    """An entry that was asked for, and what is to be told of it.

    ``repeated``: its key had been posted before, so that nothing is new. ``overlapped`` are standing entries
    of the same or an overlapping stay. ``replaced_by`` is the number of the entry that settled it again, None
    without one.
    """

    entry: Entry
    repeated: bool
    notes: tuple[Message, ...] = ()
    overlapped: Overlapped = Overlapped()
    replaced_by: int | None = None


class Resettled(NamedTuple):
    """An entry that was settled again: as it was, the entry that reverses it, the one that replaces it."""

    before: Entry
    reversal: Entry
    entry: Entry


class Reversed(NamedTuple):
    """A reversal, the entries that it affects, and what is to be told of it.

    ``stands_on`` is the number of the later opening that the totals stand on, None without one.
    ``resettled`` are the later entries that were settled again with it, in order; empty where that was not
    asked for or nothing was affected.
    """

    entry: Entry
    affected: list[Affected]
    stands_on: int | None = None
    notes: tuple[Message, ...] = ()
    resettled: tuple[Resettled, ...] = ()
