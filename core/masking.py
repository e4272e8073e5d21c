"""Names and numbers of people as paper shows them, which goes from hand to hand."""


def masked_id(identifier: str) -> str:
    """Return an identifier with its ends alone.

    Three characters and the last two are shown, nothing of one with five or fewer.
    """
    if len(identifier) <= 5:
        return "*" * len(identifier)
    return f"{identifier[:3]}{'*' * (len(identifier) - 5)}{identifier[-2:]}"


def masked_name(name: str) -> str:
    """Return the first character and a star: 张*."""
    return name[:1] + "*" if name else ""
