"""Every claim of the first run with all its amounts, as a file that may be taken in again as claims."""

from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from core.model.blocks import Block, ClaimSource, Policies
from core.model.columns import AMOUNTS, NOT_GIVEN, WORDS, Column
from core.model.engine import settle_columns
from core.tables.watch import Watch

_WORDS: Final = {"benefit": "benefit", "level": "hospital_level", "population": "population", "care": "care"}
"""The columns that hold words, each with its heading."""
_NUMBERS: Final = ("disease", "special_disease", "consecutive_years", "zero_claim_years", "gap_years")
_CENTS: Final = pl.Decimal(20, 2)


def write_rows(source: ClaimSource, part: Path, watch: Watch) -> None:
    """Write every claim into a draft: a file, or from a cluster a folder of Parquet files.

    Amounts are yuan with two decimals. Raises OSError, ColumnsRefused and Cancelled.
    """
    source.engine.write(partial(rows_of, source.policies, source.hospitals), part, watch)


def rows_of(policies: Policies, hospitals: tuple[str, ...], block: Block) -> pl.DataFrame:
    """Return a block's claims, settled, with words for their codes and yuan for their fen."""
    results = settle_columns(block.claims, policies.all, AMOUNTS, block.totals)
    claims = block.claims
    policy = claims.column("policy")
    regions = np.array(policies.regions)[np.array(policies.region_of)[policy]]
    columns: dict[str, pl.Series] = {
        "region": pl.Series(regions),
        "discharged": pl.Series(claims.day.astype("datetime64[D]")),
    }
    for name, heading in _WORDS.items():
        words = np.array([word.value for word in WORDS[name]])
        columns[heading] = pl.Series(words[claims.column(name)])
    for name in _NUMBERS:
        columns[name] = pl.Series(name, claims.column(name)).replace(NOT_GIVEN, None)
    if block.hospital is not None:
        columns["hospital"] = pl.Series(np.array(hospitals)[block.hospital])
    origin = pl.DataFrame({"patient": claims.patient}) if block.origin is None else block.origin
    amounts = {"eligible": claims.eligible, **{name: results[name] for name in AMOUNTS}}
    return origin.with_columns(
        *(series.alias(name) for name, series in columns.items()),
        *(_yuan(name, fen) for name, fen in amounts.items()),
    )


def _yuan(name: str, fen: Column) -> pl.Series:
    """Return amounts in yuan, exact to the fen."""
    return (pl.Series(name, fen).cast(_CENTS) / pl.Series([100]).cast(_CENTS)).cast(_CENTS)
