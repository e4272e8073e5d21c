"""Rows that become a Parquet file, by Polars (`mingzhang[model]`): each column of one kind, else of text."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import polars as pl

from core.tables.reading.cells import Sent, received

_CENTS: Final = pl.Decimal(20, 2)
_KINDS: Final = {str: pl.String, bool: pl.Boolean, int: pl.Int64, float: pl.Float64}
_MOST: Final = 2**63


class WholeColumns:
    """The columns of one table, gathered row by row."""

    def __init__(self, header: Sequence[str]) -> None:
        self._names = _different(header)
        self._columns: list[list[Any]] = [[] for _ in header]

    def add(self, cells: Sequence[Sent]) -> None:
        """Take a row."""
        for place, column in enumerate(self._columns):
            column.append(_value(cells[place] if place < len(cells) else None))

    def write(self, file: Path) -> None:
        """Write the file. Raises OSError."""
        columns = zip(self._names, self._columns, strict=True)
        frame = pl.DataFrame([_series(name, column) for name, column in columns])
        with file.open("wb") as opened:
            frame.write_parquet(opened)


def _different(header: Sequence[str]) -> list[str]:
    """Return names of columns of which no two are the same, and none is empty."""
    names: list[str] = []
    for place, name in enumerate(header, 1):
        once, count = name or str(place), 1
        while once in names:
            count += 1
            once = f"{name or place} {count}"
        names.append(once)
    return names


def _value(cell: Sent) -> Any:
    """Return a cell as a value: an amount comes as a list of its fen, a day or a time as a list of two."""
    if not isinstance(cell, list):
        return None if cell == "" else cell
    return Decimal(int(cell[0])).scaleb(-2) if len(cell) == 1 else received(cell)


def _series(name: str, values: list[Any]) -> pl.Series:
    """Return a column by the kind that all its values have, as text where they have several."""
    kinds = {type(value) for value in values if value is not None}
    if kinds == {int, float}:
        values, kinds = [None if value is None else float(value) for value in values], {float}
    kind = kinds.pop() if len(kinds) == 1 else str
    if kind is Decimal:
        return pl.Series(name, values, dtype=_CENTS)
    if kind is int and any(value is not None and not -_MOST <= value < _MOST for value in values):
        kind = str
    if kind in (date, datetime):
        return pl.Series(name, values)
    if kind not in _KINDS or kind is str:
        return pl.Series(name, [_text(value) for value in values], dtype=pl.String)
    return pl.Series(name, values, dtype=_KINDS[kind])


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date) else str(value)
