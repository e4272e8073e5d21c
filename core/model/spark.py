"""Beyond one machine: the same blocks on a Spark cluster, each where Spark puts it.

Needs the extra ``spark`` and a Java. All rows of a patient go to one partition, which is settled at once, in
order: nothing depends on how many machines there are, nor on a part that is done again because one was lost.
"""

import pickle
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, Final

import polars as pl
import pyarrow as pa
from py4j.protocol import Py4JError
from pyspark import StorageLevel
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.pandas.types import from_arrow_schema
from pyspark.sql.types import BinaryType, LongType, StringType, StructField, StructType

from core.model.blocks import Block, Engine
from core.model.columns import ColumnsRefused
from core.model.parquet_cells import as_text
from core.model.parquet_claims import FILE, PATIENT, ROW, Understood
from core.tables.watch import Cancelled, Watch

LOCAL: Final = "local[*]"
"""The master that is this machine's own processors."""
_ROWS: Final = 500_000
"""The rows of a partition, or nearly so many."""
_LOOK_AGAIN: Final = 0.5
_CHUNK: Final = 1 << 16
_REFUSED: Final = "!! "
"""How the text in a patient's place begins that tells why rows are refused."""
_ANSWER: Final = StructType([StructField("answer", BinaryType(), False)])
_TEXTS: Final = StructType(
    [StructField("column", StringType(), False), StructField("text", StringType(), False)]
)
_FAILURES: Final = (PySparkException, Py4JError, OSError)

Batches = Iterable[pa.RecordBatch]


class ClusterFailed(Exception):
    """The cluster cannot be reached, or gave up; the text says why in its own words."""


def session(master: str = LOCAL, **settings: str) -> SparkSession:
    """Return a session on a cluster's master, or on the processors of this machine.

    ``settings`` are Spark's own, with ``__`` for each point of their names. Raises ClusterFailed.
    """
    builder = SparkSession.builder.master(master).appName("mingzhang")
    told = {"spark.sql.session.timeZone": "Asia/Shanghai", "spark.ui.showConsoleProgress": "false"}
    for name, value in {
        **told,
        **{name.replace("__", "."): value for name, value in settings.items()},
    }.items():
        builder = builder.config(name, value)
    try:
        found = builder.getOrCreate()
        found.sparkContext.setLogLevel("ERROR")
    except (*_FAILURES, RuntimeError) as error:
        raise ClusterFailed(_first_line(error)) from error
    return found


def _first_line(error: BaseException) -> str:
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)


class SparkMachines:
    """A cluster as what makes blocks of claims, and reads those of Parquet files (`core.model.machines`)."""

    def __init__(self, spark: SparkSession, partitions: int | None = None) -> None:
        """Take a session; ``partitions`` None: two a processor, and as many as the rows ask for."""
        self._spark, self._partitions = spark, partitions

    def made(self, block: Callable[[int], Block], count: int) -> Engine:
        """Return so many blocks, each of which is made from its number."""
        numbers = self._spark.range(0, count, 1, count)
        return SparkBlocks(self._spark, numbers, partial(_made, block), partial(block, 0))

    def columns(self, paths: Sequence[str]) -> tuple[str, ...]:
        """Return the columns that all of some Parquet files have. Raises ClusterFailed."""
        return tuple(self._tried(lambda: self._read(paths).columns))

    def distinct(self, paths: Sequence[str], columns: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """Return the texts that stand in some columns, each once. Raises ClusterFailed."""
        texts: dict[str, list[str]] = {column: [] for column in columns}
        read = self._read(paths).select(*map(_quoted, columns))
        found = read.mapInArrow(partial(_texts_of, tuple(columns)), _TEXTS).distinct()
        for row in self._tried(found.collect):
            texts[row["column"]].append(row["text"])
        return {column: sorted(each) for column, each in texts.items()}

    def parquet(self, paths: Sequence[str], understood: Understood) -> Engine:
        """Return the claims of Parquet files, those of each patient in one partition."""
        from pyspark.sql import functions

        place = (
            functions.col("_metadata.file_name").alias(FILE),
            (functions.col("_metadata.row_index") + 1).alias(ROW),
        )
        read = self._read(paths).select(*map(_quoted, understood.columns), *place)
        fields = [StructField(PATIENT, StringType()), StructField(FILE, StringType())]
        fields += [StructField(name, LongType()) for name in (ROW, *understood.targets)]
        ready = read.mapInArrow(partial(_ready, understood), StructType(fields))
        placed = ready.repartition(self._partitions or self._enough(paths), PATIENT)
        kept = placed.persist(StorageLevel.DISK_ONLY)
        return SparkBlocks(self._spark, kept, partial(_placed, understood), understood.no_claims)

    def _read(self, paths: Sequence[str]) -> DataFrame:
        return self._spark.read.option("recursiveFileLookup", "true").parquet(*paths)

    def _enough(self, paths: Sequence[str]) -> int:
        rows = int(self._tried(self._read(paths).count))
        processors = int(self._spark.sparkContext.defaultParallelism)
        return max(2 * processors, -(-rows // _ROWS))

    def _tried(self, asked: Callable[[], Any]) -> Any:
        try:
            return asked()
        except _FAILURES as error:
            raise ClusterFailed(_first_line(error)) from error


class SparkBlocks:
    """Blocks of claims on a cluster, one a partition: work goes to where they are."""

    def __init__(
        self,
        spark: SparkSession,
        frame: DataFrame,
        blocks: Callable[[Batches], Iterator[Block]],
        sample: Callable[[], Block],
    ) -> None:
        """Take partitions, what makes blocks of one, and a block that is like all of them."""
        self._spark, self._frame, self._blocks, self._sample = spark, frame, blocks, sample

    def each(self, work: Callable[[Block], Any], watch: Watch) -> Iterator[Any]:
        """Yield what some work makes of each block. Raises Cancelled, ColumnsRefused and ClusterFailed."""
        answers = self._frame.mapInArrow(partial(_answers, self._blocks, work), _ANSWER)
        for row in self._waited(answers.collect, watch):
            refused, answer = pickle.loads(row["answer"])  # noqa: S301  what this program's own workers wrote
            if refused:
                raise ColumnsRefused(answer)
            yield answer

    def write(self, rows: Callable[[Block], pl.DataFrame], part: Path, watch: Watch) -> None:
        """Write the rows of each block into a folder of Parquet files.

        Raises Cancelled and ClusterFailed.
        """
        kind = _arrow(rows(self._sample())).schema
        told = self._frame.mapInArrow(partial(_rows, self._blocks, rows), from_arrow_schema(kind))
        self._waited(partial(told.write.parquet, str(part)), watch)

    def _waited(self, work: Callable[[], Any], watch: Watch) -> Any:
        """Have Spark do something, and end it where somebody stops the work."""
        with ThreadPoolExecutor(1) as thread:
            done: Future[Any] = thread.submit(work)
            while True:
                try:
                    return done.result(_LOOK_AGAIN)
                except TimeoutError:
                    self._tell(watch)
                except _FAILURES as error:
                    raise ClusterFailed(_first_line(error)) from error

    def _tell(self, watch: Watch) -> None:
        """Say how many parts of the work under way are done. Raises Cancelled, and ends it, if asked to."""
        context = self._spark.sparkContext
        tracker = context.statusTracker()
        found = [tracker.getStageInfo(each) for each in tracker.getActiveStageIds()]
        stages = [stage for stage in found if stage is not None]
        try:
            done, parts = sum(one.numCompletedTasks for one in stages), sum(one.numTasks for one in stages)
            watch.tell("settling", done, parts)
        except Cancelled:
            context.cancelAllJobs()
            raise


# ---- what a worker does


def _frame_of(batches: Batches) -> pl.DataFrame | None:
    whole = list(batches)
    if not whole:
        return None
    frame = pl.from_arrow(pa.Table.from_batches(whole))
    assert isinstance(frame, pl.DataFrame)
    return frame


def _made(block: Callable[[int], Block], batches: Batches) -> Iterator[Block]:
    for batch in batches:
        for number in batch.column(0).to_pylist():
            yield block(number)


def _placed(understood: Understood, batches: Batches) -> Iterator[Block]:
    frame = _frame_of(batches)  # all of a partition at once: a patient's rows may lie in two batches
    if frame is not None and frame.height:
        for told in frame[PATIENT].filter(frame[PATIENT].str.starts_with(_REFUSED)):
            raise ColumnsRefused(pickle.loads(b64decode(told.removeprefix(_REFUSED))))  # noqa: S301  see below
        yield understood.block(frame)


def _texts_of(columns: Sequence[str], batches: Batches) -> Iterator[pa.RecordBatch]:
    known: set[tuple[str, str]] = set()
    for batch in batches:
        frame = _frame_of([batch])
        if frame is None:
            continue
        for column in columns:
            known.update((column, text) for text in as_text(frame[column]).drop_nulls().unique())
    if known:
        names, texts = zip(*sorted(known), strict=True)
        told = [pa.array(names, pa.string()), pa.array(texts, pa.string())]
        yield pa.RecordBatch.from_arrays(told, ["column", "text"])


def _ready(understood: Understood, batches: Batches) -> Iterator[pa.RecordBatch]:
    """Yield rows as whole numbers; those that are refused as one row that tells why in a patient's place."""
    for batch in batches:
        frame = _frame_of([batch])
        if frame is None:
            continue
        try:
            ready = understood.ready(frame)
        except ColumnsRefused as refused:
            told = _REFUSED + b64encode(pickle.dumps(refused.faults)).decode()
            ready = understood.no_rows().clear(1).with_columns(pl.lit(told).alias(PATIENT))
        yield from _arrow(ready).to_batches()


def _answers(
    blocks: Callable[[Batches], Iterator[Block]], work: Callable[[Block], Any], batches: Batches
) -> Iterator[pa.RecordBatch]:
    """Yield what some work makes of the blocks of a partition, or the rows that it refuses."""
    try:
        for block in blocks(batches):
            yield _answer((False, work(block)))
    except ColumnsRefused as refused:
        yield _answer((True, refused.faults))


def _answer(told: object) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([pa.array([pickle.dumps(told)], pa.binary())], ["answer"])


def _rows(
    blocks: Callable[[Batches], Iterator[Block]], rows: Callable[[Block], pl.DataFrame], batches: Batches
) -> Iterator[pa.RecordBatch]:
    for block in blocks(batches):
        yield from _arrow(rows(block)).to_batches(max_chunksize=_CHUNK)


def _arrow(frame: pl.DataFrame) -> pa.Table:
    """Return a frame with texts as Spark has them."""
    table = frame.to_arrow()
    texts = (pa.large_string(), pa.string_view())
    kinds = [pa.field(one.name, pa.string() if one.type in texts else one.type) for one in table.schema]
    return table.cast(pa.schema(kinds))


def _quoted(column: str) -> str:
    return "`" + column.replace("`", "``") + "`"
