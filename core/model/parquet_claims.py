"""The claims of Parquet files, a column at a time: what a table of claims is, at the size of a province.

Columns are found by the names of any table of claims, and words mean what they mean there. What such a table
tells a row at a time (totals before a row, enrolment as JSON) a column cannot: it is refused by its name.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, NamedTuple

import numpy as np
import polars as pl

from core.messages import message
from core.model.blocks import EPOCH, Block
from core.model.columns import NOT_GIVEN, ClaimColumns, ColumnFault, ColumnsRefused
from core.model.parquet_cells import CellKind, as_fen, as_text, as_whole, person_key
from core.model.plan import MONTHS
from core.model.versions import Since

FILE, ROW = "file", "row"
"""The columns that say where a claim stands: its file, and its row there (from 1)."""
PATIENT: Final = "patient"

_YES_OR_NO: Final = ("major_disease", "specific_item", "two_disease_drugs")
_DEFAULTS: Final = {
    **dict.fromkeys(("over_limit", "category_b", "hospital_part", "basic_deductible"), 0),
    **dict.fromkeys(("population", "care", "transfer", *_YES_OR_NO), 0),
    **dict.fromkeys(("consecutive_years", "zero_claim_years", "gap_years", "refunded"), 0),
    **dict.fromkeys(
        ("total", "chain_paid", "basic_fund_paid", "disease", "special_disease", "case"), NOT_GIVEN
    ),
    **dict.fromkeys(("disease_rank", "chain_stays"), 1),
}
"""What a column that is not there, or an empty cell, stands for; the others have to be there."""
_ASIDE: Final = ("own", "in_scope", "region", "hospital", "refunded")
"""What claims have no column for."""


class Reading(NamedTuple):
    """How a number of a claim is read: by which columns, the first that holds something counting.

    Each column comes with the number that each of its texts stands for (None: it holds amounts or counts).
    """

    target: str
    cell: CellKind
    columns: tuple[tuple[str, Mapping[str, int | None] | None], ...]


class Understood(NamedTuple):
    """Parquet files whose columns are understood. ``versions`` are the policies of each region in the year.
    Claims are taken of the first ``months`` of it.

    ``supplied``: there is one region, and no column names it. ``cases`` and ``hospitals`` are numbered; the
    last hospital is that of rows which name none.
    """

    year: int
    readings: tuple[Reading, ...]
    persons: tuple[tuple[str, str], ...]
    versions: tuple[Since, ...]
    supplied: bool
    cases: tuple[str, ...]
    hospitals: tuple[str, ...]
    months: int = MONTHS

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are read."""
        read = [column for reading in self.readings for column, _ in reading.columns]
        return tuple(dict.fromkeys([*read, *(column for _, column in self.persons)]))

    @property
    def targets(self) -> tuple[str, ...]:
        """The names of the whole numbers that `ready` leaves of each row."""
        return tuple(reading.target for reading in self.readings)

    def no_rows(self) -> pl.DataFrame:
        """Return what `ready` leaves of no rows."""
        texts = {PATIENT: pl.String, FILE: pl.String}
        return pl.DataFrame(schema={**texts, **dict.fromkeys((ROW, *self.targets), pl.Int64)})

    def no_claims(self) -> Block:
        """Return a block without claims."""
        return self.block(self.no_rows())

    def ready(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return rows as whole numbers, with their patient, file and row.

        Raises ColumnsRefused for cells that are no amounts, counts or whole cards.
        """
        faults: list[ColumnFault] = []
        told = [self._number(frame, reading, faults) for reading in self.readings]
        patient = person_key(frame, self.persons, (FILE, ROW), faults)
        if faults:
            raise ColumnsRefused(tuple(faults))
        return frame.select(patient.alias(PATIENT), pl.col(FILE), pl.col(ROW).cast(pl.Int64)).with_columns(
            told
        )

    def _number(self, frame: pl.DataFrame, reading: Reading, faults: list[ColumnFault]) -> pl.Series:
        """Return what the first filled column of some says. Empty cells stay empty."""
        parts = []
        for column, known in reading.columns:
            if known is not None:
                texts = as_text(frame[column])
                parts.append(texts.replace_strict({"": None, **known}, return_dtype=pl.Int64))
                continue
            numbers, wrong = (as_fen if reading.cell is CellKind.AMOUNT else as_whole)(frame[column])
            if wrong.any():
                why = message("fault.amount.form" if reading.cell is CellKind.AMOUNT else "tables.count")
                faults.append(ColumnFault(int(wrong.arg_max() or 0), column, why, int(wrong.sum())))
            parts.append(numbers)
        whole = parts[0]
        for other in parts[1:]:
            whole = whole.zip_with(whole.is_not_null(), other)
        return whole.alias(reading.target)

    def block(self, ready: pl.DataFrame) -> Block:
        """Return the claims of all rows of some patients, each patient's in order. Raises ColumnsRefused."""
        first = date(self.year, 1, 1).toordinal() - EPOCH
        end = date(self.year + self.months // MONTHS, self.months % MONTHS + 1, 1)
        last = end.toordinal() - EPOCH - 1
        _given(ready, "day")
        taken = pl.col("day").is_between(first, last)
        if "refunded" in ready.columns:
            taken &= pl.col("refunded").fill_null(0) == 0
        kept = ready.filter(taken)
        kept = kept.sort(PATIENT, "day", FILE, ROW)
        cells: dict[str, Any] = {
            name: _given(kept, name) for name in self.targets if name not in (*_ASIDE, "eligible")
        }
        eligible = _eligible(kept)
        cells.setdefault("total", eligible)
        cells["total"] = np.where(cells["total"] == NOT_GIVEN, eligible, cells["total"])
        region = np.zeros(kept.height, np.int64) if self.supplied else _given(kept, "region")
        claims = ClaimColumns(
            **cells,
            patient=kept[PATIENT].rle_id().cast(pl.Int64).to_numpy(),
            eligible=eligible,
            policy=self._policy(region, cells["day"] - first),
            cases=self.cases,
        )
        return Block(
            claims,
            hospital=_given(kept, "hospital", len(self.hospitals) - 1) if self.hospitals else None,
            origin=kept.select(FILE, ROW, pl.col(PATIENT).str.slice(3)),
            left_out=ready.height - kept.height,
        )

    def _policy(self, region: Any, day: Any) -> Any:
        places = np.zeros(len(day), np.int64)
        for number, since in enumerate(self.versions):
            policies, days = (np.array(part, np.int64) for part in zip(*since, strict=True))
            here = region == number
            places[here] = policies[np.searchsorted(days, day[here], side="right") - 1]
        return places


def _given(kept: pl.DataFrame, name: str, otherwise: int | None = None) -> Any:
    """Return a column of whole numbers; where a cell has to be filled and is not, raise ColumnsRefused.

    ``otherwise`` is what an empty cell stands for (None: what the column's own default is).
    """
    column = kept[name]
    if column.null_count():
        otherwise = _DEFAULTS.get(name) if otherwise is None else otherwise
        if otherwise is not None:
            column = column.fill_null(otherwise)
        else:
            empty = column.is_null()
            why = message("fault.required")
            raise ColumnsRefused((ColumnFault(int(empty.arg_max() or 0), name, why, int(empty.sum())),))
    return column.to_numpy()


def _eligible(kept: pl.DataFrame) -> Any:
    """Return the eligible cost: as it is stated, else as the platform's columns make it up.

    Of those, in scope and first share together are it where all parts make up the total
    (`core.tables.scope`).
    """
    if "eligible" in kept.columns:
        return _given(kept, "eligible")
    none = pl.lit(0, pl.Int64)
    part = {
        name: pl.col(name).fill_null(0) if name in kept.columns else none
        for name in ("own", "over_limit", "category_b", "in_scope")
    }
    told = kept.select(
        cost=part["in_scope"] + part["category_b"],
        wrong=(pl.sum_horizontal(part.values()) != pl.col("total")).fill_null(value=True),
    )
    if told["wrong"].any():
        row, count = int(told["wrong"].arg_max() or 0), int(told["wrong"].sum())
        raise ColumnsRefused((ColumnFault(row, "eligible", message("model.fault.parts"), count),))
    return told["cost"].to_numpy()
