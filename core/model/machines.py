"""Where a year is worked out: on this machine, or on a cluster (`core.model.spark`)."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Protocol

from core.model.blocks import Block, Engine
from core.model.in_turn import InTurn
from core.model.parquet_claims import Understood
from core.model.parquet_files import ParquetBlocks, columns_of_files, distinct_of_files


class Machines(Protocol):
    """What makes blocks of claims, and reads those of Parquet files."""

    def made(self, block: Callable[[int], Block], count: int) -> Engine:
        """Return so many blocks, each of which is made from its number."""

    def columns(self, paths: Sequence[str]) -> tuple[str, ...]:
        """Return the columns that all of some Parquet files have. Raises ParquetUnreadable."""

    def distinct(self, paths: Sequence[str], columns: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """Return the texts that stand in some columns, each once. Raises ParquetUnreadable."""

    def parquet(self, paths: Sequence[str], understood: Understood) -> Engine:
        """Return the claims of Parquet files."""


class ThisMachine:
    """One machine, which goes through blocks in turn."""

    def made(self, block: Callable[[int], Block], count: int) -> Engine:
        """Return so many blocks, each of which is made from its number."""
        return InTurn(partial(map, block, range(count)))

    def columns(self, paths: Sequence[str]) -> tuple[str, ...]:
        """Return the columns that all of some Parquet files have. Raises ParquetUnreadable."""
        return columns_of_files(paths)

    def distinct(self, paths: Sequence[str], columns: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """Return the texts that stand in some columns, each once. Raises ParquetUnreadable."""
        return distinct_of_files(paths, columns)

    def parquet(self, paths: Sequence[str], understood: Understood) -> Engine:
        """Return the claims of Parquet files, of which no more than a block is in memory."""
        return InTurn(ParquetBlocks(paths, understood))


THIS_MACHINE = ThisMachine()
