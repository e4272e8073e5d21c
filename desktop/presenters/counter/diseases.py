"""The list of diseases beside its cell: searched by number, Chinese or pinyin initials."""

from collections.abc import Sequence
from functools import cache
from typing import Final

from core.diseases import ChronicStanding, SpecialDisease
from core.money import grouped
from core.words import Words
from desktop.presenters.states import DiseaseList, DiseaseRow
from desktop.presenters.typed import tidy

CELLS: Final = ("disease", "special_disease")
_CHINESE: Final = range(0x4E00, 0xA000)

Disease = ChronicStanding | SpecialDisease


def is_number(text: str) -> bool:
    """Whether a cell holds a bare number, which is taken as it stands."""
    bare = tidy(text)
    return bare.isascii() and bare.isdigit()


def matching(names: Sequence[str], text: str) -> list[int]:
    """The numbers (from 1) of the diseases that a text may mean, the likeliest first.

    A number means the diseases whose number begins with it, letters are initials of characters that follow
    one another, everything else is a part of the name. Without a text all are meant.
    """
    wanted = tidy(text).casefold()
    numbers = range(1, len(names) + 1)
    if not wanted:
        return list(numbers)
    if is_number(wanted):
        return [number for number in numbers if str(number).startswith(str(int(wanted)))]
    if wanted.isascii() and wanted.isalpha():
        places = {number: _place(initials(names[number - 1]), wanted) for number in numbers}
    else:
        places = {number: tidy(names[number - 1]).casefold().find(wanted) for number in numbers}
    return sorted((number for number in numbers if places[number] >= 0), key=lambda n: (places[n] > 0, n))


@cache
def read_ahead() -> None:
    """Reads the dictionary behind the letters while the list is looked at."""
    from threading import Thread

    Thread(target=_read, daemon=True).start()


def _read() -> None:
    from desktop.startup.garbage_collector import paused  # with the first list

    with paused():
        initials("")


@cache
def initials(name: str) -> tuple[str, ...]:
    """The initials that each character of a name may have: 重 is read both zhong and chong."""
    from pypinyin import Style, pinyin  # a tenth of a second, when the list is first needed

    found = []
    for character in name:
        if ord(character) in _CHINESE:
            readings = pinyin(character, style=Style.FIRST_LETTER, heteronym=True)[0]
            found.append("".join(readings))
        elif character.isascii() and character.isalpha():
            found.append(character.casefold())
    return tuple(found)


def _place(letters: tuple[str, ...], wanted: str) -> int:
    """Where the wanted initials begin, -1 where they do not occur."""
    for start in range(len(letters) - len(wanted) + 1):
        if all(letter in letters[start + at] for at, letter in enumerate(wanted)):
            return start
    return -1


def chronic_list(
    found: Sequence[ChronicStanding], numbers: Sequence[int], chosen: int, year: int, words: Words
) -> DiseaseList:
    """The chronic diseases with each one's amount, limit, what is used this year and what is left."""
    rows = [
        DiseaseRow(
            one.number,
            one.name,
            (grouped(one.amount), grouped(one.limit), grouped(one.paid), grouped(one.left)),
            faded=one.left == 0,
        )
        for one in (found[number - 1] for number in numbers)
    ]
    headings = tuple(
        words.text(f"window.diseases.{name}") for name in ("name", "amount", "limit", "paid", "left")
    )
    about = words.text("window.diseases.about_chronic", year=str(year))
    return _list(words, "chronic", about, headings, rows, chosen, len(found))


def special_list(
    found: Sequence[SpecialDisease], numbers: Sequence[int], chosen: int, left: tuple[int, int], words: Words
) -> DiseaseList:
    """The special outpatient diseases; one that another document settles says so."""
    rows = []
    for one in (found[number - 1] for number in numbers):
        name = one.name
        if one.elsewhere:
            name = words.text("window.diseases.elsewhere", name=name, document=one.elsewhere)
        rows.append(DiseaseRow(one.number, name, (), faded=bool(one.elsewhere)))
    about = words.text("window.diseases.about_special", limit=grouped(left[0]), left=grouped(left[1]))
    return _list(words, "special", about, (), rows, chosen, len(found))


def _list(
    words: Words,
    kind: str,
    about: str,
    headings: tuple[str, ...],
    rows: Sequence[DiseaseRow],
    chosen: int,
    whole: int,
) -> DiseaseList:
    return DiseaseList(
        words.text(f"window.diseases.{kind}"),
        about,
        words.text("window.diseases.how" if rows else "window.diseases.none"),
        headings,
        tuple(rows),
        chosen,
        whole,
    )


def names_of(found: Sequence[Disease]) -> list[str]:
    """The names in the order of the annex."""
    return [one.name for one in found]
