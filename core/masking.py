"""Names and numbers of people as paper shows them, which goes from hand to hand."""

import re
from typing import Final

_GIVEN: Final = r"U[0-9A-F]{4}-[0-9]+"


def is_given(identifier: str) -> bool:
    """Return True for a number that the program gave: it says nothing of the person and is shown whole."""
    return re.fullmatch(_GIVEN, identifier) is not None


def masked_id(identifier: str) -> str:
    """Return an identifier with its ends alone.

    Three characters and the last two are shown, nothing of one with five or fewer; one that the program gave
    whole.
    """
    if is_given(identifier):
        return identifier
    if len(identifier) <= 5:
        return "*" * len(identifier)
    return f"{identifier[:3]}{'*' * (len(identifier) - 5)}{identifier[-2:]}"


def masked_name(name: str) -> str:
    """Return the first character and a star: 张*."""
    return name[:1] + "*" if name else ""
