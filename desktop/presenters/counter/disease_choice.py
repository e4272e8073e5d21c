"""The choice of a disease: the list beside its cell, searched by number, Chinese or pinyin initials."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Final

from core.money import grouped
from core.words import Words
from desktop.presenters import typed
from desktop.presenters.states import DiseaseList, DiseaseRow
from desktop.presenters.typed import tidy

if TYPE_CHECKING:
    from datetime import date

    from core.claim import YearToDate
    from core.diseases import ChronicStanding, SpecialDisease
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


def disease_list(
    cell: str,
    policy: "Policy",
    day: "date",
    numbers: Sequence[int],
    chosen: int,
    rank: int,
    year: "YearToDate",
    words: Words,
) -> DiseaseList:
    """Return the list beside a disease's cell, of the diseases with these numbers.

    ``rank``: which of the patient's chronic diseases it is, from 1. ``year``: the patient's totals of the
    year of ``day``.
    """
    from core import diseases  # the window is painted first

    read_ahead()
    if cell == "disease":
        return chronic_list(diseases.chronic(policy, day, rank, year), numbers, chosen, day.year, words)
    left = diseases.pooled_left(policy, day, year)
    own = policy.region.special_outpatient.disease
    here = frozenset(number for number, table in own.items() if table.percent is not None)
    return special_list(diseases.special(policy, day), numbers, chosen, left, here, words)


def chronic_list(
    standings: "Sequence[ChronicStanding]", numbers: Sequence[int], chosen: int, year: int, words: Words
) -> DiseaseList:
    """Return the chronic diseases: the amount and the limit of each, what is used this year, what is left."""

    def known(fen: int | None) -> str:
        return words.text("window.cannot_tell") if fen is None else grouped(fen)

    by_number = {one.number: one for one in standings}
    rows = [
        DiseaseRow(
            one.number,
            one.name,
            (known(one.amount), known(one.limit), grouped(one.paid), known(one.left)),
            faded=one.left == 0,
        )
        for one in (by_number[number] for number in numbers)
    ]
    headings = tuple(
        words.text(f"window.diseases.{name}") for name in ("name", "amount", "limit", "paid", "left")
    )
    about = words.text("window.diseases.about_chronic", year=str(year))
    return _list(words, "chronic", about, headings, rows, chosen, len(standings))


def special_list(
    diseases: "Sequence[SpecialDisease]",
    numbers: Sequence[int],
    chosen: int,
    left: tuple[int, int],
    here: frozenset[int],
    words: Words,
) -> DiseaseList:
    """Return the special outpatient diseases; one that another document settles says so.

    ``left``: the annual limit and what is left of it (fen). ``here``: those that the region settles itself.
    """
    rows = []
    for one in (diseases[number - 1] for number in numbers):
        name, elsewhere = one.name, one.elsewhere and one.number not in here
        if elsewhere:
            name = words.text("window.diseases.elsewhere", name=name, document=one.elsewhere)
        rows.append(DiseaseRow(one.number, name, (), faded=bool(elsewhere)))
    about = words.text("window.diseases.about_special", limit=grouped(left[0]), left=grouped(left[1]))
    return _list(words, "special", about, (), rows, chosen, len(diseases))


def _list(
    words: Words,
    kind: str,
    about: str,
    headings: tuple[str, ...],
    rows: Sequence[DiseaseRow],
    chosen: int,
    whole: int,
) -> DiseaseList:
    """Return the list of a kind with its title and the line that says how it is worked."""
    return DiseaseList(
        words.text(f"window.diseases.{kind}"),
        about,
        words.text("window.diseases.how" if rows else "window.diseases.none"),
        headings,
        tuple(rows),
        chosen,
        whole,
    )
