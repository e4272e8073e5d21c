"""What became of a difference over the months: its state, a note and who said so, in the ledger's trail.

Nothing here names a person: a difference is known by the settlement's number, else by our entry's.
"""

import re
from collections.abc import Sequence
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final, NamedTuple

from core.clock import BEIJING
from core.counter import Counter
from core.ledger.free_text import narrow_number, take
from core.ledger.operators import Role
from core.ledger.trail import ActKind
from core.messages import Fault, message

_KEY: Final = 32
_NUMBER_OF_SOMEBODY: Final = re.compile(r"[0-9]{11,}[0-9Xx]?", re.ASCII)


class DifferenceState(StrEnum):
    """The states of a difference."""

    OPEN = "open"
    ASKED = "asked"
    OURS = "ours"
    THEIRS = "theirs"
    SETTLED = "settled"


class KnownDifference(NamedTuple):
    """A difference as it is kept: by its key, with what tells it apart from others on a list.

    ``month`` is the month that was reconciled (empty: any), ``fen`` how much money it is about. ``entry`` is
    ours, None where there is none.
    """

    key: str
    setl_id: str
    kinds: tuple[str, ...]
    month: str
    fen: int
    entry: int | None = None


class Judged(NamedTuple):
    """What was said of a difference last; ``day`` is that of China."""

    difference: KnownDifference
    state: DifferenceState
    note: str
    operator: str
    day: str


def key_of(setl_id: str, mdtrt_id: str, entry: int | None, place: str) -> str:
    """Return the key of a difference: it stays the same in later months and other files.

    ``place`` tells a row without any number from others: its file and row.
    """
    known = setl_id or mdtrt_id or (f"entry:{entry}" if entry is not None else place)
    return sha256(known.encode()).hexdigest()[:_KEY]


def judge(
    counter: Counter, difference: KnownDifference, state: DifferenceState, note: str, operator: str
) -> list[Fault]:
    """Keep what somebody says of a difference, as an act; return why it is refused, empty where it is kept.

    Raises LedgerUnavailable.
    """
    faults: list[Fault] = []
    note = take("reason", note, faults) if note.strip() else ""
    if not faults and _NUMBER_OF_SOMEBODY.search(narrow_number(note)):
        faults.append(Fault("reason", message("agreement.note_number")))
    with counter.ledger.transaction():
        faults += counter.refusal(operator, Role.CLERK)
        if faults:
            return faults
        counter.ledger.trail.note(
            ActKind.DIFFERENCE_JUDGED,
            difference.key,
            operator,
            state=state.value,
            note=note,
            setl_id=difference.setl_id,
            kinds=" ".join(difference.kinds),
            month=difference.month,
            fen=difference.fen,
            **({} if difference.entry is None else {"entry": difference.entry}),
        )
    return []


def judged(counter: Counter) -> dict[str, Judged]:
    """Return what was said last of every difference, by its key. Raises LedgerUnavailable."""
    found: dict[str, Judged] = {}
    for act in counter.ledger.trail.of_kind(ActKind.DIFFERENCE_JUDGED):
        detail: dict[str, Any] = act.detail
        kinds: Sequence[str] = str(detail["kinds"]).split()
        known = KnownDifference(
            act.about, detail["setl_id"], tuple(kinds), detail["month"], detail["fen"], detail.get("entry")
        )
        day = f"{act.recorded.astimezone(BEIJING):%Y-%m-%d}"
        state = DifferenceState(detail["state"])
        found[act.about] = Judged(known, state, detail["note"], act.operator, day)
    return found
