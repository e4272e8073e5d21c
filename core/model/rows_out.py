"""Every claim of the first run with all its amounts, as a file: Parquet or CSV, a block at a time."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from core.files import to_disk
from core.model.blocks import Block, ClaimSource
from core.model.columns import AMOUNTS, WORDS, Column, ResultColumns
from core.model.tally import first_run
from core.tables.watch import Watch

ENDINGS: Final = (".parquet", ".csv")
_TOLD: Final = ("benefit", "level", "population", "care")
_CENTS: Final = pl.Decimal(20, 2)


def write_rows(source: ClaimSource, out: Path, watch: Watch) -> int:
    """Write every claim, whole or not at all; return how many they are.

    Amounts are yuan with two decimals. Raises OSError, ColumnsRefused and Cancelled.
    """
    rows = 0
    folder = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.stem}.", suffix=".part"))
    try:
        part = folder / out.name
        if out.suffix.lower() == ".csv":
            with part.open("wb") as file:
                for frame in _frames(source, watch):
                    frame.write_csv(file, include_header=rows == 0, include_bom=rows == 0)
                    rows += frame.height
        else:
            for number, frame in enumerate(_frames(source, watch)):
                frame.write_parquet(folder / f"{number:06d}.parquet")
                rows += frame.height
            pl.scan_parquet(sorted(folder.glob("*.parquet"))).sink_parquet(part)
        to_disk(part)
        part.chmod(0o600)
        part.replace(out)
        to_disk(out.parent)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return rows


def _frames(source: ClaimSource, watch: Watch) -> Iterator[pl.DataFrame]:
    done = 0
    for block, results in first_run(source, source.policies.all, watch):
        yield _frame(block, results, source)
        done += block.claims.rows
        watch.tell("writing", done, 0)


def _frame(block: Block, results: ResultColumns, source: ClaimSource) -> pl.DataFrame:
    """Return a block's claims with words for their codes and yuan for their fen."""
    claims = block.claims
    policy = claims.column("policy")
    regions = np.array(source.policies.regions)[np.array(source.policies.region_of)[policy]]
    columns: dict[str, pl.Series] = {
        "patient": pl.Series(claims.patient),
        "region": pl.Series(regions),
        "discharged": pl.Series(claims.day.astype("datetime64[D]")),
    }
    for name in _TOLD:
        words = np.array([word.value for word in WORDS[name]])
        columns[name] = pl.Series(words[claims.column(name)])
    if block.hospital is not None:
        columns["hospital"] = pl.Series(np.array(source.hospitals)[block.hospital])
    amounts = {"eligible": claims.eligible, **{name: results[name] for name in AMOUNTS}}
    frame = pl.DataFrame(columns)
    return frame.with_columns(_yuan(name, fen) for name, fen in amounts.items())


def _yuan(name: str, fen: Column) -> pl.Series:
    """Return amounts in yuan, exact to the fen."""
    return (pl.Series(name, fen).cast(_CENTS) / pl.Series([100]).cast(_CENTS)).cast(_CENTS)
