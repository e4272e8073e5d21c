"""One machine: the blocks of a year's claims one after the other, so that memory holds one of them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl

from core.files import draft_folder, to_disk
from core.model.blocks import Block
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

    def write(self, rows: Callable[[Block], pl.DataFrame], out: Path, watch: Watch) -> None:
        """Write the rows of each block into one file, Parquet or CSV. Raises OSError and Cancelled."""
        with draft_folder(out) as folder:
            part = folder / out.name
            frames = self._told(rows, watch)
            if out.suffix.lower() == ".csv":
                with part.open("wb") as file:
                    for number, frame in enumerate(frames):
                        frame.write_csv(file, include_header=not number, include_bom=not number)
            else:
                for number, frame in enumerate(frames):
                    frame.write_parquet(folder / f"{number:06d}.parquet")
                pl.scan_parquet(sorted(folder.glob("*.parquet"))).sink_parquet(part)
            to_disk(part)
            part.chmod(0o600)
            part.replace(out)
            to_disk(out.parent)

    def _told(self, rows: Callable[[Block], pl.DataFrame], watch: Watch) -> Iterator[pl.DataFrame]:
        done = 0
        for frame in self.each(rows, watch):
            yield frame
            done += frame.height
            watch.tell("writing", done, 0)
