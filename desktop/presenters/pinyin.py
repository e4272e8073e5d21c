"""How Chinese is read in Latin letters: a name's characters, their initials, and what letters spell."""

import tomllib
from functools import cache
from typing import Final, NamedTuple

from core.names import fold
from core.places import RESOURCES

_CHINESE: Final = range(0x3400, 0x323B0)
_DIGRAPHS: Final = ("zh", "ch", "sh")
_MOST_READINGS: Final = 2
"""The most readings of a given name's character; the dictionary's others spell no name."""

_SHORTEST: Final = 2
"""The fewest letters that are looked for inside a text: one alone is the initial of most."""

_NO_LETTERS: Final = str.maketrans({"ü": "v", "'": None, " ": None, "·": None})


class Surnames(NamedTuple):
    """Readings of surnames: of one character every reading, of several characters one reading each."""

    single: dict[str, tuple[str, ...]]
    compound: dict[str, tuple[str, ...]]


@cache
def surnames() -> Surnames:
    """Return the table of surnames that ships."""
    with (RESOURCES / "names" / "surnames.toml").open("rb") as file:
        raw = tomllib.load(file)
    single = {character: tuple(readings) for character, readings in raw["single"].items()}
    return Surnames(single, {name: tuple(text.split()) for name, text in raw["compound"].items()})


@cache
def _dictionary(character: str) -> tuple[str, ...]:
    """Return a character's readings, the usual one first; a letter that is not Chinese reads as itself."""
    if ord(character) not in _CHINESE:
        return (character.casefold(),)
    from pypinyin import Style, pinyin  # a tenth of a second, in the thread that reads the names

    readings = pinyin(character, style=Style.NORMAL, heteronym=True)[0]
    return tuple(dict.fromkeys(readings))[:_MOST_READINGS]


@cache
def _surname(character: str) -> tuple[str, ...]:
    """Return a surname's readings; the dictionary's first one finds a person, too."""
    return tuple(dict.fromkeys((*surnames().single.get(character, ()), _dictionary(character)[0])))


@cache
def _alone(reading: str) -> tuple[str, ...]:
    return (reading,)


@cache
def parts(reading: str) -> tuple[str, ...]:
    """Return how a syllable may be written before the next: whole, by its initial, or by its digraph."""
    two = (reading[:2],) if reading[:2] in _DIGRAPHS else ()
    return tuple(dict.fromkeys((reading, *two, reading[:1])))


def readings(name: str) -> tuple[tuple[str, ...], ...]:
    """Return the readings of each character of a name, the surname's as surnames are read."""
    name = lettered(name)
    table = surnames()
    for length in (4, 2):
        compound = table.compound.get(name[:length])
        if compound and len(name) > length:
            rest = (_dictionary(character) for character in name[length:])
            return (*(_alone(each) for each in compound), *rest)
    if not name:
        return ()
    return (_surname(name[0]), *(_dictionary(character) for character in name[1:]))


def spells(wanted: str, name: tuple[tuple[str, ...], ...]) -> bool:
    """Return whether letters spell the beginning of a name: whole syllables, initials, or some of each."""
    if not wanted:
        return True
    if not name:
        return False
    for reading in name[0]:
        if reading.startswith(wanted):
            return True
        for part in parts(reading):
            if wanted.startswith(part) and spells(wanted[len(part) :], name[1:]):
                return True
    return False


def lettered(text: str) -> str:
    """Return a text as letters are compared with it: folded, without what stands between syllables."""
    return fold(text).translate(_NO_LETTERS)


def occurs(wanted: str, text: str) -> bool:
    """Return whether letters spell a part of a Chinese text, from any of its characters on.

    Whole syllables, initials, or some of each, as `spells`; other text than Chinese spells nothing.
    """
    if len(wanted) < _SHORTEST or not (wanted.isascii() and wanted.isalpha()):
        return False
    read = text_readings(text)
    begins = wanted[0]
    return any(
        any(reading[0] == begins for reading in one) and spells(wanted, read[at : at + len(wanted)])
        for at, one in enumerate(read)
    )


@cache
def text_readings(text: str) -> tuple[tuple[str, ...], ...]:
    """Return the readings of each character of a text; what is not Chinese has none and ends a run."""
    return tuple(_dictionary(each) if ord(each) in _CHINESE else () for each in text)
