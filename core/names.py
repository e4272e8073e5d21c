"""Names as they are compared: by what a reader sees, not by how a keyboard or a file wrote it.

Nothing here is stored: a name stays as it was typed, and this is what it is found and told apart by.
"""

import unicodedata
from functools import cache
from typing import Final

_IGNORABLE: Final = (
    *(0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFEFF, 0xFFA0, 0xFFFD, 0x2800),
    *range(0x180B, 0x1810),
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    *range(0xFE00, 0xFE10),
    *range(0xFFF0, 0xFFFC),
    *range(0x1BCA0, 0x1BCA4),
    *range(0x1D173, 0x1D17B),
)
"""Characters that nobody sees: Unicode's default ignorable ones, blanks that are letters, and the sign of a
character that could not be read."""

_SELECTORS: Final = range(0xE0000, 0xE1000)
_NOBODY_SEES: Final = frozenset(map(chr, _IGNORABLE))

_BETWEEN: Final = "·•・．.‧∙⋅᛫ꞏ⸱●◦∘▪⸰ᐧ𐄁ㆍᆞ。、_*'’‘ʼ`´-‐‑‒–—"
"""What stands between the parts of a name and is left out as often as it is written."""

_FIRST_PRIVATE: Final = 0xE815
_LATER_TWINS: Final = {
    0xE81E: 0x9FB4,
    0xE826: 0x9FB5,
    0xE82B: 0x9FB6,
    0xE82C: 0x9FB7,
    0xE832: 0x9FB8,
    0xE843: 0x9FB9,
    0xE854: 0x9FBA,
    0xE864: 0x9FBB,
    0xE816: 0x20087,
    0xE817: 0x20089,
    0xE818: 0x200CC,
    0xE831: 0x215D7,
    0xE83B: 0x2298F,
    0xE855: 0x241FE,
}
"""Private characters of GB 18030-2000 that were given a place in Unicode in 2005 and 2022."""

_SUPPLEMENT: Final = {
    0x2E8C: 0x5C0F,
    0x2E8D: 0x5C0F,
    0x2E8E: 0x5140,
    0x2E92: 0x5DF3,
    0x2E97: 0x5FC3,
    0x2E9C: 0x65E5,
    0x2E9D: 0x6708,
    0x2E9F: 0x6BCD,
    0x2EA0: 0x6C11,
    0x2EA7: 0x725B,
    0x2EA9: 0x738B,
    0x2EAC: 0x793A,
    0x2EAE: 0x7AF9,
    0x2EB7: 0x7F8A,
    0x2EBC: 0x6708,
    0x2EBD: 0x81FC,
    0x2EC1: 0x864E,
    0x2EC4: 0x897F,
    0x2EC5: 0x89C1,
    0x2EC6: 0x89D2,
    0x2EC9: 0x8D1D,
    0x2ECB: 0x8F66,
    0x2ED1: 0x9577,
    0x2ED3: 0x957F,
    0x2ED4: 0x95E8,
    0x2ED7: 0x96E8,
    0x2ED8: 0x9752,
    0x2ED9: 0x97E6,
    0x2EDA: 0x9875,
    0x2EDB: 0x98CE,
    0x2EDC: 0x98DE,
    0x2EDD: 0x98DF,
    0x2EE2: 0x9A6C,
    0x2EE3: 0x9AA8,
    0x2EE4: 0x9B3C,
    0x2EE5: 0x9C7C,
    0x2EE6: 0x9E1F,
    0x2EE7: 0x5364,
    0x2EE8: 0x9EA6,
    0x2EE9: 0x9EC4,
    0x2EEA: 0x9EFE,
    0x2EEB: 0x6589,
    0x2EEC: 0x9F50,
    0x2EED: 0x6B6F,
    0x2EEE: 0x9F7F,
    0x2EEF: 0x7ADC,
    0x2EF0: 0x9F99,
    0x2EF1: 0x9F9C,
    0x2EF2: 0x4E80,
    0x2EF3: 0x9F9F,
}
"""Radicals of the supplement by the character that each is (Unicode, EquivalentUnifiedIdeograph)."""

_RADICALS: Final = {
    **{code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)},
    **{code: chr(same) for code, same in _SUPPLEMENT.items()},
}
"""Radicals by the character that each is: a text copied from a printed page may hold them in its place."""

_LOOK_ALIKE: Final = {
    **dict(zip("авсеіјкморԛѕтухԝһьԁ", "abceijkmopqstyxwhbd", strict=True)),
    **dict(zip("αβεικμνορτυχγ", "abeikmvoptuxy", strict=True)),
    **dict(zip("0○〇1|", "oooll", strict=True)),
}
"""Letters of other scripts, figures and signs by the Latin letter that they look like, folded."""


@cache
def twins() -> dict[int, str]:
    """Return the private-use characters of old Chinese systems, and radicals, by what each stands for.

    Source: GB 18030-2000, two-byte area FE50 to FEA0, by the codec; 2005 and 2022 by their tables.
    """
    found = _RADICALS | {code: chr(twin) for code, twin in _LATER_TWINS.items()}
    second = [byte for byte in range(0x50, 0xA1) if byte != 0x7F]
    for code, byte in enumerate(second, _FIRST_PRIVATE):
        character = bytes((0xFE, byte)).decode("gb18030", "ignore")
        if len(character) == 1 and unicodedata.category(character) != "Co":
            found.setdefault(code, character)
    return found


def unseen(text: str) -> int:
    """Return the place (from 1) of the first character that nobody sees, 0 where there is none."""
    for place, character in enumerate(text, 1):
        if is_unseen(character):
            return place
    return 0


def is_unseen(character: str) -> bool:
    """Return True for a control, a lone surrogate, an invisible mark, a filler or no character at all."""
    code = ord(character)
    return (
        character in _NOBODY_SEES
        or code in _SELECTORS
        or unicodedata.category(character) in ("Cc", "Cf", "Cs")
        or code & 0xFFFE == 0xFFFE
        or 0xFDD0 <= code < 0xFDF0
    )


def shown(text: str) -> str:
    """Return a name with each private-use character of old systems, and radical, as what it stands for."""
    return text if text.isascii() else text.translate(twins())


def fold(name: str) -> str:
    """Return a name as names are found and compared: width, case, spaces and dots make no difference."""
    if name.isascii() and name.isalpha():
        return name.casefold()
    narrow = unicodedata.normalize("NFKC", shown(unicodedata.normalize("NFKC", name)))
    kept = (each for each in narrow if each not in _BETWEEN and not each.isspace() and not is_unseen(each))
    return "".join(kept).casefold()


def likeness(name: str) -> str:
    """Return what a name looks like: two that nobody can tell apart on a screen are one."""
    return "".join(_LOOK_ALIKE.get(each, each) for each in fold(name))
