"""Files of claims that are given twice: each of their claims would count twice."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import polars as pl
from polars.exceptions import PolarsError

from core.tables.watch import Watch

_PIECE: Final = 2**20


def first_alike(paths: Sequence[Path], watch: Watch) -> tuple[str, str] | None:
    """Return the names of the first two files that hold the same, None where no two do. Raises Cancelled.

    The files of a folder count as well, but for Parquet files without a row, which all hold the same. What
    cannot be read is left to whoever reads it.
    """
    by_size: dict[int, list[Path]] = {}
    for file in _files(paths):
        try:
            by_size.setdefault(file.stat().st_size, []).append(file)
        except OSError:
            continue
    for same_size in by_size.values():
        seen: dict[bytes, Path] = {}
        for file in same_size if len(same_size) > 1 else ():
            digest = _digest(file, watch)
            if digest is None:
                continue
            if digest in seen and not _is_without_rows(file):
                return seen[digest].name, file.name
            seen[digest] = file
    return None


def _files(paths: Sequence[Path]) -> list[Path]:
    files: list[Path] = []
    for path in paths:
        files += sorted(each for each in path.rglob("*.parquet")) if path.is_dir() else [path]
    return [file for file in files if file.is_file()]


def _is_without_rows(file: Path) -> bool:
    """Tell whether a Parquet file has no row; False of any other file."""
    if file.suffix.lower() != ".parquet":
        return False
    try:
        return not pl.scan_parquet(file, glob=False).select(pl.len()).collect().item()
    except (PolarsError, OSError):
        return False


def _digest(file: Path, watch: Watch) -> bytes | None:
    """Return a digest of a file's content, None where it cannot be read. Raises Cancelled."""
    digest = hashlib.blake2b()
    try:
        with file.open("rb") as opened:
            while piece := opened.read(_PIECE):
                watch.tell("reading", 0, 0)
                digest.update(piece)
    except OSError:
        return None
    return digest.digest()
