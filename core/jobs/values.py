"""What the window asks of the process that does long work, and what it answers: plain frozen values."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from core.messages import Fault, Message
from core.tables.batch import RowFault
from core.tables.layout import Column


class DeskLedger(NamedTuple):
    """The ledger that a desk has open: its file, its key (None: plain), the folders of packs, the operator.

    ``patience`` is how long to wait for another program that holds it (seconds).
    """

    file: Path
    key: bytes | None
    folders: tuple[Path, ...]
    operator: str
    patience: float


class WordMeans(NamedTuple):
    """The answer to what a word of a request's field stands for, for one table."""

    field: str
    word: str
    value: str


class AskedTable(NamedTuple):
    """A table as it is to be read.

    ``columns`` are corrections: the field by the place of its column (from 0), empty for one that is not
    used. ``region`` is empty and ``year`` None where the table carries its own.
    """

    file: Path
    region: str = ""
    year: int | None = None
    columns: Mapping[int, str] = {}
    words: tuple[WordMeans, ...] = ()


class UnderstandTable(NamedTuple):
    """Read a table and tell how it is understood. The answer is `TableUnderstood`."""

    table: AskedTable


class SettleTable(NamedTuple):
    """Settle a table; the answer is `TableSettled`. ``out`` None: a dry run, nothing is written.

    ``post``: post what is complete, too; in a dry run nothing of that stays. ``reason`` is a supervisor's,
    for stays that overlap others. ``language`` is that of the reasons in the file.
    """

    ledger: DeskLedger
    table: AskedTable
    out: Path | None
    language: str
    post: bool = False
    reason: str = ""


class AskedWord(NamedTuple):
    """A word that says too little or is not known, and the values that it may stand for."""

    field: str
    word: str
    choices: tuple[str, ...]


class TableUnderstood(NamedTuple):
    """A table as it was understood.

    ``shape`` is a digest of its headings. ``samples`` are some cells of each column. ``asks_region`` and
    ``asks_year``: the table does not carry them. ``left_out`` are numbers and texts of lines that are no
    claims.
    """

    shape: str
    sheet: str
    columns: tuple[Column, ...]
    samples: tuple[tuple[str, ...], ...]
    rows: int
    words: tuple[AskedWord, ...]
    asks_region: bool
    asks_year: bool
    left_out: tuple[tuple[int, str], ...]
    other_sheets: tuple[str, ...]


class TableSettled(NamedTuple):
    """What became of a table: how many rows have each status, every fault, and what was left out.

    ``out`` is None after a dry run.
    """

    counts: Mapping[str, int]
    faults: tuple[RowFault, ...]
    left_out: tuple[tuple[int, str], ...]
    out: Path | None


class Progress(NamedTuple):
    """How far the work is: its stage, the rows done, and of how many (0: not known)."""

    stage: str
    done: int
    of: int


KEPT: Final = Progress("kept", 0, 0)
"""The files of the work have their names, and its answer follows: nothing stops it any more."""


class Failed(NamedTuple):
    """The work could not be done; nothing of it is left. ``faults`` say why."""

    faults: tuple[Fault, ...]


class Crashed(NamedTuple):
    """A fault of the program, for a crash report: the exception's kind, and its places without any text."""

    kind: str
    places: tuple[str, ...]


def failed(field: str, said: Message) -> Failed:
    """Return a failure with one fault."""
    return Failed((Fault(field, said),))
