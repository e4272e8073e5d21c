"""Who the form is for: a number, a newborn without one, or somebody whose number the program gives.

A newborn is the mother's number, the day of birth and the number of the child; it has no number of its own
until it is joined with one. Somebody unknown has none the first time.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Final

from core.vocabulary import MARK, NEWBORN, UNKNOWN
from desktop.presenters import typed

if TYPE_CHECKING:
    from core.ledger.entries import Identifier, PatientGiven

_OTHER: Final = "99"
"""The kind under which a number stands whose own kind the form has no choice for."""

_CHOSEN: Final = frozenset({"01", "90", _OTHER, UNKNOWN})

_RESIDENT: Final = (15, 18)
"""Characters of a resident's number, of other days and of today."""

_WHOLE: Final = r"[0-9]{17}[0-9X]"

WITHOUT_A_NUMBER: Final = frozenset({NEWBORN, UNKNOWN})
"""The kinds of those who have no number of their own."""

WHOSE: Final = ("id_type", "id", "born", "child")
"""The cells that say together whose form it is."""


def is_newborn(texts: Mapping[str, str]) -> bool:
    """Return True where the form is for a newborn without a number."""
    return texts.get("id_type") == NEWBORN


def is_unknown(texts: Mapping[str, str]) -> bool:
    """Return True where the form is for somebody whose number the program gives."""
    return texts.get("id_type") == UNKNOWN


def number_in(texts: Mapping[str, str]) -> str:
    """Return the number in a form as it is looked up, empty while a part of it is missing."""
    number = typed.tidy(texts.get("id", "")).upper()
    if not is_newborn(texts):
        return number
    child = typed.count(texts.get("child", ""))
    try:
        born = date.fromisoformat(typed.tidy(texts.get("born", "")))
    except ValueError:
        return ""
    if not number or not isinstance(child, int) or not child:
        return ""
    return MARK.join((number, f"{born:%Y%m%d}", str(child)))


def is_whole(number: str) -> bool:
    """Return True for all 18 characters of a resident ID: such a number is looked at before Enter."""
    return re.fullmatch(_WHOLE, number) is not None


def kind_to_check(texts: Mapping[str, str]) -> str:
    """Return the kind by whose rules the number in the cell is looked at: a mother's may be a resident's."""
    resident = is_newborn(texts) and len(typed.tidy(texts.get("id", ""))) in _RESIDENT
    return "01" if resident else texts.get("id_type", "")


def cells_of(identifier: "Identifier") -> dict[str, str]:
    """Return the cells of a number that is on file, the way back from `number_in`."""
    kind = identifier.id_type if identifier.id_type in _CHOSEN else _OTHER
    alone = {"id_type": kind, "id": identifier.id}
    return alone | (cells_in(identifier.id) if identifier.id_type == NEWBORN else {})


def cells_in(number: str) -> dict[str, str]:
    """Return the cells of a newborn's identity; those of any other number are the number's alone."""
    from core.identity import newborn_in  # the window is painted first

    child = newborn_in(number)
    if child is None:
        return {"id": number}
    born = {"born": child.born.isoformat(), "child": str(child.child)}
    return {"id_type": NEWBORN, "id": child.mother, **born}


def missing(texts: Mapping[str, str]) -> tuple[str, ...]:
    """Return the cells of who it is that are empty and have to be filled in before a posting."""
    names = ("id", "born", "child", "name") if is_newborn(texts) else ("id", "name")
    unknown = is_unknown(texts)
    absent = [name for name in names if not typed.tidy(texts.get(name, ""))]
    return tuple([name for name in absent if not (unknown and name == "id")])


def given(texts: Mapping[str, str]) -> "PatientGiven":
    """Return the patient as the ledger takes one, from cells that were left."""
    from core.ledger.entries import Identifier, PatientGiven

    number = number_in(texts)
    if is_unknown(texts) and not number:
        return PatientGiven((), texts["name"], unnumbered=True)
    return PatientGiven((Identifier(texts["id_type"], number),), texts["name"])


def last_cell(texts: Mapping[str, str]) -> str:
    """Return the cell after which it is known whose form it is."""
    return "child" if is_newborn(texts) else "id"


def after_kind(texts: Mapping[str, str], before: str) -> dict[str, str]:
    """Return the cells that follow from another kind; ``before`` is the kind that stood there.

    A number stays, for it may be the mother's; of somebody unknown, and a placeholder, it goes.
    """
    number = texts.get("id", "")
    given = is_unknown(texts) or before == UNKNOWN or typed.id_fault("", number) is not None
    return {"id": "" if given else number, "child": "1" if is_newborn(texts) else ""}
