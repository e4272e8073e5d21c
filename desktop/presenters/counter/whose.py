"""Whose form it is: a small correction of its number keeps it, another person's number begins a new one."""

from collections.abc import Mapping
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

from core.names import fold
from desktop.presenters import typed
from desktop.presenters.counter import form, identity_cells

if TYPE_CHECKING:
    from core.counter import Counter
    from core.ledger.entries import Patient

MOST_CORRECTED: Final = 2
"""So many characters are a correction; more are another number."""

_NEARLY_WHOLE: Final = 15
"""A number typed so far is the same one when its last characters follow."""

_OF_A_VISIT: Final = (*form.COSTS, form.LINES, *form.OF_A_REQUEST, *form.DISEASES, *form.BESIDE)


class Number(Enum):
    """What a number in the ID's cell is to the form that it stands in."""

    ITS_OWN = auto()
    """The form's own, another one of the same person, or the first one of a form that was nobody's."""
    CORRECTED = auto()
    OTHER = auto()
    """Another person's, or a number that nothing tells from one."""


def holds_a_visit(texts: Mapping[str, str]) -> bool:
    """Return True where a day, a disease, an amount or a number of the visit was typed."""
    return any(texts.get(name) for name in _OF_A_VISIT)


def meaning(number: str, whose: str, texts: Mapping[str, str], counter: "Counter | None") -> Number:
    """Return what ``number`` is to a form that was typed for the number ``whose`` (empty: for nobody yet).

    A correction has at most two changed, missing, added or swapped characters, and nobody on file has it.
    """
    on_file = _on_file(counter, number)
    if not whose:
        name = typed.tidy(texts.get("name", ""))
        if on_file is None or not name or _is_name_of(on_file, name):
            return Number.ITS_OWN
        return Number.OTHER
    if number == whose or not (texts.get("name") or holds_a_visit(texts)):
        return Number.ITS_OWN
    before = _on_file(counter, whose)
    if on_file is not None:
        return Number.ITS_OWN if before is not None and before.key == on_file.key else Number.OTHER
    if changes(whose, number) <= MOST_CORRECTED or _is_completed(whose, number):
        return Number.CORRECTED
    return Number.OTHER


def changes(before: str, after: str) -> int:
    """Return the fewest characters to change, add, leave out or swap with their neighbour.

    Counted up to `MOST_CORRECTED` + 1, which is enough to tell another number.
    """
    if abs(len(before) - len(after)) > MOST_CORRECTED:
        return MOST_CORRECTED + 1
    older: list[int] = []
    row = list(range(len(after) + 1))
    for at, one in enumerate(before, 1):
        last, row = row, [at]
        for to, other in enumerate(after, 1):
            best = min(last[to] + 1, row[to - 1] + 1, last[to - 1] + (one != other))
            if at > 1 and to > 1 and one == after[to - 2] and before[at - 2] == other:
                best = min(best, older[to - 2] + 1)
            row.append(best)
        older = last
    return min(row[-1], MOST_CORRECTED + 1)


def _is_completed(before: str, after: str) -> bool:
    return not identity_cells.is_whole(before) and len(before) >= _NEARLY_WHOLE and after.startswith(before)


def _on_file(counter: "Counter | None", number: str) -> "Patient | None":
    return None if counter is None or not number else counter.find(number)


def _is_name_of(patient: "Patient", name: str) -> bool:
    return not patient.name or fold(patient.name) == fold(name)
