"""Beyond one machine: the same loop on a Spark cluster, each part of the patients where Spark puts it.

Needs the extra ``spark`` and a Java. All rows of a patient go to one partition and stand there in order, so
that nothing depends on how many machines there are, nor on a part that is done again because one was lost.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.types import LongType, StructField, StructType

from core.model.columns import RESULTS, ClaimColumns, columns_of
from core.model.engine import settle_columns
from core.policy.in_force import Documents
from core.policy.regions import RegionPack
from core.policy.select import Policy

ORDER: Final = "sequence"
"""The column that tells a patient's rows of one day apart. It comes back with the results, as the patient."""

_KEYS: Final = ("patient", ORDER)


def session(master: str = "local[*]", **settings: str) -> SparkSession:
    """Return a session on a cluster's master, or on the processors of this machine (``local[*]``).

    ``settings`` are Spark's own, with ``__`` for each point of their names. One thread of settling a task is
    what Spark counts with.
    """
    builder = SparkSession.builder.master(master).appName("mingzhang")
    for name, value in settings.items():
        builder = builder.config(name.replace("__", "."), value)
    return builder.getOrCreate()


def settle_frame(
    frame: DataFrame,
    documents: Documents,
    packs: Sequence[RegionPack],
    wanted: Sequence[str] = RESULTS,
    partitions: int = 200,
) -> DataFrame:
    """Return the results of a frame of claims, a row a claim, with `patient` and `sequence`.

    The frame's columns are fields of `ClaimColumns`, whole numbers all, and `sequence`. ``packs`` are what
    `policy` names, in order. A partition is settled at once: of a million rows it takes about 300 MB. A row
    that cannot be settled ends the job with `ColumnsRefused`.
    """
    known = {name for name in ClaimColumns.__slots__ if name not in ("fraud", "cases")}
    names = [name for name in frame.columns if name in known]
    placed = frame.select(*names, ORDER).repartition(partitions, "patient")
    in_order = placed.sortWithinPartitions("patient", "day", ORDER)
    fields = [StructField(name, LongType(), False) for name in (*_KEYS, *map(column_name, wanted))]
    settle = _settling([Policy(documents, pack) for pack in packs], tuple(wanted))
    return in_order.mapInArrow(settle, StructType(fields))


def column_name(result: str) -> str:
    """Return how a result's column is named in a file: a point is an underscore."""
    return result.replace(".", "_")


def _settling(
    policies: Sequence[Policy], wanted: Sequence[str]
) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """Return what settles a partition: all of it at once, because a patient's rows may lie in two batches."""

    def settle(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        whole = list(batches)
        if not whole:
            return
        table = pa.Table.from_batches(whole)
        columns = {name: table[name].to_numpy() for name in table.column_names}
        keys = {name: columns[name] for name in _KEYS}
        columns.pop(ORDER)
        results = settle_columns(ClaimColumns(**columns), policies, wanted)
        named = {column_name(name): results[name] for name in wanted}
        yield from pa.table({**keys, **named}).to_batches(max_chunksize=1 << 16)

    return settle


def settle_parquet(
    spark: SparkSession,
    source: str,
    target: str,
    documents: Documents,
    packs: Sequence[RegionPack],
    wanted: Sequence[str] = RESULTS,
    partitions: int = 200,
) -> None:
    """Settle the claims of Parquet files and write the results as Parquet files, over what was there."""
    frame = settle_frame(spark.read.parquet(source), documents, packs, wanted, partitions)
    frame.write.mode("overwrite").parquet(target)


def write_claims(claims: ClaimColumns, target: Path) -> None:
    """Write claims as a Parquet file with `sequence`, the place of each row."""
    from pyarrow import parquet

    columns = {name: value for name, value in columns_of(claims).items() if isinstance(value, np.ndarray)}
    single = {name: claims.column(name) for name in ("benefit", "level") if name not in columns}
    table = pa.table({**columns, **single, ORDER: np.arange(claims.rows)})
    parquet.write_table(table, target)
