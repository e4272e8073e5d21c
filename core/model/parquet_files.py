"""Parquet files on this machine: read a stretch of rows at a time, patients brought together on disk."""

import shutil
import tempfile
import weakref
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import polars as pl
from polars.exceptions import PolarsError

from core.model.blocks import Block
from core.model.parquet_cells import as_text
from core.model.parquet_claims import FILE, PATIENT, ROW, Understood
from core.model.polars_files import written_beside

_STRETCH: Final = 1_000_000
"""The rows that are read at a time."""
_BLOCK: Final = 500_000
"""The rows, or nearly so many, whose patients are settled at a time."""


class ParquetUnreadable(Exception):
    """A Parquet file cannot be read; the text says which, and why."""


def files_of(paths: Sequence[str]) -> list[str]:
    """Return the Parquet files of files and folders, by name. Raises ParquetUnreadable for none."""
    files: list[str] = []
    for path in paths:
        inside = sorted(map(str, Path(path).rglob("*.parquet"))) if Path(path).is_dir() else [path]
        files += inside
    if not files:
        raise ParquetUnreadable(", ".join(paths))
    return sorted(files)


def columns_of_files(paths: Sequence[str]) -> tuple[str, ...]:
    """Return the columns that all files have. Raises ParquetUnreadable."""
    known: list[str] | None = None
    for file in files_of(paths):
        try:
            names = pl.scan_parquet(file).collect_schema().names()
        except (OSError, PolarsError) as error:
            raise ParquetUnreadable(f"{Path(file).name}: {error}") from error
        known = names if known is None else [name for name in known if name in names]
    return tuple(known or ())


def distinct_of_files(paths: Sequence[str], columns: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """Return the texts that stand in some columns, each once. Raises ParquetUnreadable."""
    texts: dict[str, set[str]] = {column: set() for column in columns}
    for frame in _stretches(paths, columns):
        for column in columns:
            texts[column].update(as_text(frame[column]).drop_nulls().unique())
    return {column: sorted(each) for column, each in texts.items()}


def _stretches(paths: Sequence[str], columns: Sequence[str]) -> Iterator[pl.DataFrame]:
    """Yield stretches of rows with their file and row. Raises ParquetUnreadable."""
    for file in files_of(paths):
        try:
            scan = pl.scan_parquet(file).select(columns)
            rows = int(pl.scan_parquet(file).select(pl.len()).collect().item())
            for first in range(0, rows, _STRETCH):
                frame = scan.slice(first, _STRETCH).collect()
                place = pl.int_range(first + 1, first + 1 + frame.height, dtype=pl.Int64, eager=True)
                yield frame.with_columns(pl.lit(Path(file).name).alias(FILE), place.alias(ROW))
        except (OSError, PolarsError) as error:
            raise ParquetUnreadable(f"{Path(file).name}: {error}") from error


class ParquetBlocks:
    """The blocks of Parquet files: each holds all rows of its patients.

    Where there are more rows than one block takes, they are sorted by patient into a folder of their own,
    which only this user may enter and which goes with the blocks.
    """

    def __init__(self, paths: Sequence[str], understood: Understood) -> None:
        self._paths, self._understood = paths, understood
        self._folder: Path | None = None

    def __call__(self) -> Iterator[Block]:
        """Yield each block.

        Raises ParquetUnreadable, ColumnsRefused, and OSError where the temporary folder takes no more.
        """
        if self._folder is None:
            self._folder = self._spread()
        for part in sorted(self._folder.iterdir()):
            yield self._understood.block(pl.read_parquet(part / "*.parquet"))

    def _spread(self) -> Path:
        """Bring the rows of each patient together, in as many folders as there are blocks."""
        folder = Path(tempfile.mkdtemp(prefix="mingzhang-claims-"))
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        files = files_of(self._paths)
        rows = sum(int(pl.scan_parquet(file).select(pl.len()).collect().item()) for file in files)
        blocks = max(1, -(-rows // _BLOCK))
        for number, frame in enumerate(_stretches(self._paths, self._understood.columns)):
            ready = self._understood.ready(frame)
            place = ready[PATIENT].hash(0) % blocks
            for (block,), part in (
                ready.with_columns(place.alias("block"))
                .partition_by("block", as_dict=True, include_key=False)
                .items()
            ):
                inside = folder / f"{block:06d}"
                inside.mkdir(exist_ok=True)
                file = inside / f"{number:06d}.parquet"
                with written_beside(file):
                    part.write_parquet(file, compression="lz4")
        return folder
