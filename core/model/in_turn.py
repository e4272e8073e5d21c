"""One machine: the blocks of a year's claims one after the other, so that memory holds one of them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl

from core.model.blocks import Block
from core.model.polars_files import written_beside
from core.tables.watch import Watch


class InTurn:
    """Blocks that this machine makes or reads, one at a time, each time they are gone through."""

    def __init__(self, blocks: Callable[[], Iterator[Block]]) -> None:
        self._blocks = blocks

    def each(self, work: Callable[[Block], Any], watch: Watch) -> Iterator[Any]:
        """Yield what some work makes of each block. Raises Cancelled."""
        for block in self._blocks():
            watch.heed()
            yield work(block)

    def write(self, rows: Callable[[Block], pl.DataFrame], part: Path, watch: Watch) -> None:
        """Write the rows of each block into one file, Parquet or CSV. Raises OSError and Cancelled."""
        with written_beside(part):
            frames = self._told(rows, watch)
            if part.suffix.lower() == ".csv":
                with part.open("wb") as file:
                    for number, frame in enumerate(frames):
                        frame.write_csv(file, include_header=not number, include_bom=not number)
                return
            blocks = part.with_name(f"{part.name}.blocks")
            blocks.mkdir()
            for number, frame in enumerate(frames):
                frame.write_parquet(blocks / f"{number:06d}.parquet")
            pl.scan_parquet(sorted(blocks.glob("*.parquet"))).sink_parquet(part)

    def _told(self, rows: Callable[[Block], pl.DataFrame], watch: Watch) -> Iterator[pl.DataFrame]:
        done = 0
        for frame in self.each(rows, watch):
            yield frame
            done += frame.height
            watch.tell("writing", done, 0)
