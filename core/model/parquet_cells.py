"""Cells of Parquet columns, whatever type they were written with, as texts, fen and whole numbers."""

from collections.abc import Sequence
from enum import Enum
from typing import Final

import polars as pl

from core.messages import message
from core.model.columns import ColumnFault
from core.money import MOST_DIGITS

_ZONE: Final = "Asia/Shanghai"
_AMOUNT: Final = rf"^[0-9]{{1,{MOST_DIGITS}}}(\.[0-9]{{1,2}}0*)?$"
_COUNT: Final = r"^[0-9]{1,9}$"
_NEAR: Final = 1e-6
_MOST_EXACT: Final = 1e15
_NOTHING: Final = ("", "-", "--", "/", "nan", "null", "none", "NaN", "NULL", "None", "<NA>")


class CellKind(Enum):
    """The kinds of cells of a column of claims."""

    AMOUNT, COUNT, DAY, WORD, YES_OR_NO, NAME, FLAG = range(7)

    @property
    def worded(self) -> bool:
        """True where a column has few different texts, each of which is understood once."""
        return self not in (CellKind.AMOUNT, CellKind.COUNT)


def as_text(column: pl.Series) -> pl.Series:
    """Return cells as text, days without their hour, whole numbers without a point; empty ones as nothing."""
    if isinstance(column.dtype, pl.Datetime):
        if column.dtype.time_zone is not None:
            column = column.dt.convert_time_zone(_ZONE)
        column = column.dt.date()
    if column.dtype.is_float():
        whole = column.is_finite() & (column == column.floor())
        texts = column.cast(pl.Int64, strict=False).cast(pl.String)
        text = texts.zip_with(whole.fill_null(value=False), column.cast(pl.String))
    else:
        text = column.cast(pl.String)
    text = text.str.strip_chars()
    return text.zip_with(~text.is_in(_NOTHING).fill_null(value=True), pl.Series([None], dtype=pl.String))


def as_fen(column: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return amounts of yuan as fen, and which cells are none: negative, too long, or no whole fen."""
    kind = column.dtype
    if kind.is_float():
        column = column.fill_nan(None)
        fen = (column * 100).round()
        sound = ((column - fen / 100).abs() <= _NEAR) & (column >= 0) & (column < 10**MOST_DIGITS)
        return fen.cast(pl.Int64, strict=False), _wrong(column, sound)
    if kind.is_integer():
        whole = column.cast(pl.Int64, strict=False)
        return whole * 100, _wrong(column, (whole >= 0) & (whole < 10**MOST_DIGITS))
    text = column.cast(pl.String) if kind.is_decimal() or kind == pl.String else as_text(column)
    if kind == pl.String:
        text = as_text(text)
    sound = text.str.contains(_AMOUNT)
    fraction = text.str.extract(r"\.([0-9]{1,2})").fill_null("").str.pad_end(2, "0")
    fen = text.str.extract(r"^([0-9]+)") + fraction
    return fen.cast(pl.Int64, strict=False), _wrong(text, sound)


def as_whole(column: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return counts as whole numbers, and which cells are none."""
    text = as_text(column)
    return text.cast(pl.Int64, strict=False), _wrong(text, text.str.contains(_COUNT))


def _wrong(column: pl.Series, sound: pl.Series) -> pl.Series:
    """Return which cells hold something that is not sound."""
    return column.is_not_null() & ~sound.fill_null(value=False)


def person_key(
    frame: pl.DataFrame,
    persons: Sequence[tuple[str, str]],
    place: tuple[str, str],
    faults: list[ColumnFault],
) -> pl.Series:
    """Return the text that a row's patient is known by: the first number that it states, else its place.

    ``persons`` are columns with what stands before their numbers. A number that a spreadsheet has destroyed
    is a fault.
    """
    key = pl.Series([None] * frame.height, dtype=pl.String)
    for prefix, column in persons:
        cells = frame[column]
        if cells.dtype.is_float():
            destroyed = (cells.abs() >= _MOST_EXACT).fill_null(value=False)
            if destroyed.any():
                why = message("tables.destroyed")
                faults.append(ColumnFault(int(destroyed.arg_max() or 0), column, why, int(destroyed.sum())))
        stated = prefix + as_text(cells).str.replace_all(r"\s", "").str.to_uppercase()
        key = key.zip_with(key.is_not_null(), stated)
    alone = "~~ " + frame[place[0]].cast(pl.String) + "#" + frame[place[1]].cast(pl.String)
    return key.zip_with(key.is_not_null(), alone)
