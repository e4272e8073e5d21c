"""The choice of a disease, searched by number, Chinese or pinyin initials."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Final

from desktop.presenters import typed
from desktop.presenters.typed import tidy

if TYPE_CHECKING:
    from core.policy.in_force import Documents
    from core.policy.select import Policy

Names = Mapping[int, str] | Sequence[str]
"""Names by number; those of a sequence are numbered from 1."""
_CHINESE: Final = range(0x4E00, 0xA000)


def names_in(documents: "Documents", cell: str) -> Sequence[str]:
    """Return the names of the diseases that a cell chooses from, in the order of the annex."""
    if cell == "disease":
        return [row.name for row in documents.first("chronic_outpatient").section.diseases.rows]
    names: Sequence[str] = documents.first("special_outpatient").section.diseases.names
    return names


def names_of(policy: "Policy", cell: str) -> Mapping[int, str]:
    """Return the diseases that a cell chooses from, by number; the region's own chronic ones among them."""
    names = _numbered(names_in(policy.documents, cell))
    if cell != "disease":
        return names
    return {**names, **{row.number: row.name for row in policy.region.chronic_outpatient.local}}


def _numbered(names: Names) -> Mapping[int, str]:
    return names if isinstance(names, Mapping) else dict(enumerate(names, 1))


def standing_in(text: str) -> int:
    """Return the number that stands in a cell, 0 where there is none."""
    number = typed.count(text)
    return number if isinstance(number, int) else 0


def likeliest(names: Names, text: str) -> int:
    """Return the number that Enter should take for a text, 0 where it means no disease."""
    numbers = matching(names, text) if text else []
    number = typed.count(text)
    if isinstance(number, int):
        return number if number in numbers else 0
    return numbers[0] if numbers else 0


def moved(numbers: Sequence[int], chosen: int, by: int) -> int:
    """Return the number of the row above or below the chosen one; the first where none is chosen."""
    if chosen not in numbers:
        return numbers[0]
    return numbers[max(0, min(numbers.index(chosen) + by, len(numbers) - 1))]


def is_number(text: str) -> bool:
    """Return True for a bare number, which is taken as it stands."""
    bare = tidy(text)
    return bare.isascii() and bare.isdigit()


def matching(names: Names, text: str) -> list[int]:
    """Return the numbers of the diseases that a text may mean, the likeliest first.

    A number means the diseases whose number begins with it. Letters are initials of characters that follow
    one another. Everything else is a part of the name. An empty text means all diseases.
    """
    wanted = tidy(text).casefold()
    numbers = named = _numbered(names)
    if not wanted:
        return list(numbers)
    if is_number(wanted):
        return [number for number in numbers if str(number).startswith(str(int(wanted)))]
    if wanted.isascii() and wanted.isalpha():
        places = {number: _place(initials(named[number]), wanted) for number in numbers}
    else:
        places = {number: tidy(named[number]).casefold().find(wanted) for number in numbers}
    return sorted((number for number in numbers if places[number] >= 0), key=lambda n: (places[n] > 0, n))


@cache
def read_ahead() -> None:
    """Read the dictionary behind the letters while the list is looked at."""
    from threading import Thread

    Thread(target=_read, daemon=True).start()


def _read() -> None:
    """Look up an empty name, which loads the dictionary."""
    from desktop.startup.garbage_collector import paused  # with the first list

    with paused():
        initials("")


@cache
def initials(name: str) -> tuple[str, ...]:
    """Return the initials that each character of a name may have: 重 is read both zhong and chong."""
    from pypinyin import Style, pinyin  # a tenth of a second, when the list is first needed

    letters = []
    for character in name:
        if ord(character) in _CHINESE:
            readings = pinyin(character, style=Style.FIRST_LETTER, heteronym=True)[0]
            letters.append("".join(readings))
        elif character.isascii() and character.isalpha():
            letters.append(character.casefold())
    return tuple(letters)


def _place(letters: tuple[str, ...], wanted: str) -> int:
    """Return the place where the wanted initials begin, -1 where they do not occur."""
    for start in range(len(letters) - len(wanted) + 1):
        if all(letter in letters[start + at] for at, letter in enumerate(wanted)):
            return start
    return -1
