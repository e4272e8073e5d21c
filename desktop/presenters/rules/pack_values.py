"""A pack's values as texts of the form and back, and its tables by dotted paths."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from core.messages import Message, message
from core.money import parse_percent, plain
from desktop.presenters import typed
from desktop.presenters.rules.pack_shape import NONE


def text_of(value: Any) -> str:
    """Return a value of the pack as the form shows it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return " ".join(str(item) for item in value) if value else NONE
    return str(value)


def value_of(kind: str, text: str, today: date) -> Any:
    """Read a text as the pack's value; None where nothing is typed, a message where it cannot be read."""
    bare = typed.tidy(text)
    if not bare:
        return None
    if kind in {"amount", "limit"}:
        return _yuan(bare)
    if kind == "amounts":
        return _several_yuan(bare)
    if kind == "percent":
        bare = bare.removesuffix("%").strip()
        rate = parse_percent(bare)
        if isinstance(rate, Message):
            return rate
        return int(bare) if bare.isdigit() else bare
    if kind == "count":
        return typed.count(bare)
    if kind == "yesno":
        return {"true": True, "false": False}.get(bare, bare)
    if kind == "many":
        return [] if bare == NONE else bare.split()
    if kind == "day":
        return typed.day(bare, date(today.year, 12, 31))
    return None if kind == "unknown" else bare


def _several_yuan(text: str) -> Any:
    if "," in text:
        return message("window.region.fault.comma")
    parts = re.split(r"\s*[;+\u3001]\s*|\s+", text)
    if not all(parts):  # between two separators, or before one, a figure was left out
        return message("window.region.fault.gap")
    amounts = [_yuan(part) for part in parts]
    return next((amount for amount in amounts if isinstance(amount, Message)), amounts)


def _yuan(text: str) -> Any:
    fen = typed.amount(text)
    if not isinstance(fen, int):
        return fen
    return plain(fen) if fen % 100 else fen // 100


def leaves(table: Mapping[str, Any], at: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every value of some tables by its dotted path; rows of a list are numbered from 0."""
    for key, value in table.items():
        path = f"{at}{key}"
        if isinstance(value, Mapping):
            yield from leaves(value, f"{path}.")
        elif isinstance(value, list) and value and all(isinstance(row, Mapping) for row in value):
            for number, row in enumerate(value):
                yield from leaves(row, f"{path}.{number}.")
        else:
            yield path, value


def get(tables: Mapping[str, Any], keys: Sequence[str]) -> Any:
    """Return the value below some keys, None where there is none."""
    value: Any = tables
    for key in keys:
        if not isinstance(value, Mapping) or key not in value:
            return None
        value = value[key]
    return value


def put(tables: dict[str, Any], keys: Sequence[str], value: Any) -> None:
    """Set the value below some keys; None takes it out with the tables that it leaves empty."""
    *above, last = keys
    if value is None:
        parent = get(tables, above)
        if isinstance(parent, dict) and last in parent:
            del parent[last]
            if above and not parent:
                put(tables, above, None)
        return
    at = tables
    for key in above:
        if not isinstance(at.get(key), dict):
            at[key] = {}
        at = at[key]
    at[last] = value
