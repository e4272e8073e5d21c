"""Parquet files, some rows at a time, by Polars (`mingzhang[model]`)."""

import json
import os
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any, Final

os.environ.setdefault("POLARS_MAX_THREADS", "1")  # each thread asks for an address space of its own

import polars as pl

from core.tables.reading.cells import Chunks, NoTable, sent
from core.tables.reading.limits import MOST_CELLS, MOST_COLUMNS, MOST_EXACT, MOST_ROWS

_SLICE: Final = 4_096


def begin() -> None:
    """Have Polars ask for the memory that it asks for only once, so that a bound is one on the file alone."""
    smallest = BytesIO()
    pl.DataFrame({"": [""]}).write_parquet(smallest)
    smallest.seek(0)
    pl.scan_parquet(smallest).slice(0, 1).collect()


def read(file: Path) -> Iterator[dict[str, Any]]:
    """Yield the names of the columns as a first row, then the rows. Raises NoTable and OSError."""
    try:
        scanned = pl.scan_parquet(file, glob=False)
        names = scanned.collect_schema().names()
        rows = int(scanned.select(pl.len()).collect().item())
        if len(names) > MOST_COLUMNS:
            raise NoTable("tables.too_wide", most=MOST_COLUMNS)
        if rows > MOST_ROWS:
            raise NoTable("tables.too_long", most=MOST_ROWS)
        if rows * len(names) > MOST_CELLS:
            raise NoTable("tables.too_large")
        yield {"sheet": "", "date_1904": False, "names": True}
        chunks = Chunks()
        chunks.add([sent(name) for name in names])
        for first in range(0, rows, _SLICE):
            for cells in scanned.slice(first, _SLICE).collect().iter_rows():
                line = chunks.add([sent(_cell(cell)) for cell in cells])
                if line:
                    yield line
        yield chunks.rest()
    except pl.exceptions.PolarsError:
        raise NoTable("tables.damaged") from None


def _cell(cell: Any) -> Any:
    """Return a cell as a table has it: digits that a number would lose as text, what is nested as JSON."""
    if isinstance(cell, dict | list):
        return json.dumps(_stated(cell), ensure_ascii=False, default=_plain)
    if isinstance(cell, bytes):
        return cell.decode(errors="replace")
    if isinstance(cell, int) and not isinstance(cell, bool) and abs(cell) >= MOST_EXACT:
        return str(cell)
    return cell


def _stated(nested: Any) -> Any:
    """Return what is nested without the keys that say nothing: each row of a column has all of them."""
    if isinstance(nested, dict):
        return {name: _stated(value) for name, value in nested.items() if value is not None}
    return [_stated(value) for value in nested] if isinstance(nested, list) else nested


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
