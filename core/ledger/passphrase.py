"""Four words for a passphrase, chosen by chance on this machine."""

import secrets
from functools import cache
from typing import Final, NamedTuple

from core.places import RESOURCES

WORDS: Final = 4
"""Four of 4 096 words are one of 2^48 passphrases."""

_FILE: Final = RESOURCES / "words" / "passphrase.txt"


class FourWords(NamedTuple):
    """A passphrase of four words as it is typed (pinyin with ``-`` between them), and what they are."""

    typed: str
    meant: str


@cache
def word_list() -> tuple[tuple[str, str], ...]:
    """Return every word in pinyin, each one once, and in characters."""
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    return tuple((pinyin, characters) for pinyin, characters in map(str.split, lines))


def offered() -> FourWords:
    """Choose four words; nobody has had them before, and they are kept nowhere."""
    chosen = [secrets.choice(word_list()) for _ in range(WORDS)]
    return FourWords("-".join(typed for typed, _ in chosen), " ".join(meant for _, meant in chosen))
