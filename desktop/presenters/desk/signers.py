"""Who may sign in at this desk, as the last one who did left it: by number, initials, or the whole name.

The ledger is closed while somebody signs in, so the settings keep names and numbers; they give no right.
"""

from typing import TYPE_CHECKING, Final, NamedTuple

from core.names import fold, likeness
from desktop.presenters import typed
from desktop.presenters.pinyin import lettered, readings, spells

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.counter import Counter

_HERE: Final = "*"
"""The mark of somebody who has signed in at this desk."""

_LONGEST: Final = 900
"""The most characters that the settings keep of them: some eighty people."""


class Signer(NamedTuple):
    """An operator; ``number`` is the short one (0: none). ``here``: has signed in at this desk."""

    name: str
    number: int
    here: bool


def kept(text: str) -> list[Signer]:
    """Return those whom the settings keep, the one who was here last first; odd lines are left out."""
    signers = []
    for line in text.splitlines():
        number, _, name = line.removeprefix(_HERE).partition(" ")
        if number.isascii() and number.isdecimal() and name:
            signers.append(Signer(name, int(number), line.startswith(_HERE)))
    return signers


def noted(text: str, counter: "Counter") -> str:
    """Return what the settings should keep while somebody is signed in; nobody who is off the list."""
    now = counter.operator.name if counter.operator is not None else ""
    numbers = counter.operators.numbers()
    active = [each.name for each in counter.operators.all() if each.active]
    before = [each.name for each in kept(text) if each.here and each.name in active and each.name != now]
    here = [name for name in (now, *before) if name in active]
    lines = [f"{_HERE}{numbers.get(name) or 0} {name}" for name in here]
    lines += [f"{numbers.get(name) or 0} {name}" for name in active if name not in here]
    while lines and len("\n".join(lines)) > _LONGEST:
        lines.pop()
    return "\n".join(lines)


def meant(text: str, signers: "Sequence[Signer]") -> list[Signer]:
    """Return everybody whom a text may mean: the name, the number, or the letters of a name. Never a guess.

    Whoever has exactly that name, number or initials comes alone; else all whose name begins so. An empty
    text means those who were here.
    """
    wanted = typed.tidy(text)
    if not wanted:
        return [each for each in signers if each.here]
    alike = [each for each in signers if likeness(each.name) == likeness(wanted)]
    if alike:
        return alike
    letters = lettered(wanted)
    if letters.isascii() and letters.isdecimal():
        return [each for each in signers if each.number == int(letters)]
    if letters.isascii() and letters.isalpha():
        found = [each for each in signers if spells(letters, readings(each.name))]
        exact = [each for each in found if len(readings(each.name)) == len(letters)]
        return exact or found
    return [each for each in signers if fold(wanted) in fold(each.name)]
