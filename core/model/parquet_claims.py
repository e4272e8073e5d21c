"""The claims of Parquet files, a column at a time: what a table of claims is, at the size of a province.

Columns are found by the names of any table of claims, and words mean what they mean there. What such a table
tells a row at a time (totals before a row, enrolment as JSON) a column cannot: it is refused by its name.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

import numpy as np
import polars as pl

from core.exchange.request import RequestReader
from core.messages import Fault, Message, message
from core.model.blocks import EPOCH, Block, Policies
from core.model.columns import NOT_GIVEN, WORDS, ClaimColumns, ColumnFault, ColumnsRefused
from core.model.headings import known_headings
from core.model.parquet_cells import Cell, as_fen, as_text, as_whole, person_key
from core.model.versions import Since, versions_of
from core.tables import values
from core.tables.claim_rows import IDENTITIES, word_of
from core.tables.names import Names

FILE, ROW = "file", "row"
"""The columns that say where a claim stands: its file, and its row there (from 1)."""
PATIENT: Final = "patient"

_AMOUNTS: Final = {
    "total": "total",
    "eligible": "eligible",
    "over_limit": "over_limit",
    "category_b_selfpay": "category_b",
    "hospital_part": "hospital_part",
    "inscp_scp_amt": "in_scope",
    "fulamt_ownpay_amt": "own",
    "chain_paid": "chain_paid",
    "basic_fund_paid": "basic_fund_paid",
    "basic_deductible": "basic_deductible",
}
_COUNTS: Final = (
    *("disease", "disease_rank", "special_disease", "chain_stays"),
    *("consecutive_years", "zero_claim_years", "gap_years"),
)
_WORDS: Final = {
    "benefit": "benefit",
    "hospital_level": "level",
    "population": "population",
    "care": "care",
    "transfer": "transfer",
}
_YES_OR_NO: Final = ("major_disease", "specific_item", "two_disease_drugs")
_DEFAULTS: Final = {
    **dict.fromkeys(("over_limit", "category_b", "hospital_part", "basic_deductible"), 0),
    **dict.fromkeys(("population", "care", "transfer", *_YES_OR_NO), 0),
    **dict.fromkeys(("consecutive_years", "zero_claim_years", "gap_years", "refunded"), 0),
    **dict.fromkeys(("chain_paid", "basic_fund_paid", "disease", "special_disease", "case"), NOT_GIVEN),
    **dict.fromkeys(("disease_rank", "chain_stays"), 1),
}
"""What a column that is not there, or an empty cell, stands for; the others have to be there."""
_NOT_TAKEN: Final = ("category_b_amount", "basic_settlement", "year_to_date", "other_years", "enrolment")
_ASIDE: Final = ("own", "in_scope", "region", "hospital", "refunded")
"""What claims have no column for."""


class Reading(NamedTuple):
    """How a number of a claim is read: by which columns, the first that holds something counting.

    Each column comes with the number that each of its texts stands for (None: it holds amounts or counts).
    """

    target: str
    cell: Cell
    columns: tuple[tuple[str, Mapping[str, int | None] | None], ...]


class Understood(NamedTuple):
    """Parquet files whose columns are understood. ``versions`` are the policies of each region in the year.

    ``supplied``: there is one region, and no column names it. ``cases`` and ``hospitals`` are numbered.
    """

    year: int
    readings: tuple[Reading, ...]
    persons: tuple[tuple[str, str], ...]
    versions: tuple[Since, ...]
    supplied: bool
    cases: tuple[str, ...]
    hospitals: tuple[str, ...]

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
            numbers, wrong = (as_fen if reading.cell is Cell.AMOUNT else as_whole)(frame[column])
            if wrong.any():
                why = message("fault.amount.form" if reading.cell is Cell.AMOUNT else "tables.count")
                faults.append(ColumnFault(int(wrong.arg_max() or 0), column, why, int(wrong.sum())))
            parts.append(numbers)
        whole = parts[0]
        for other in parts[1:]:
            whole = whole.zip_with(whole.is_not_null(), other)
        return whole.alias(reading.target)

    def block(self, ready: pl.DataFrame) -> Block:
        """Return the claims of all rows of some patients, each patient's in order. Raises ColumnsRefused."""
        first, last = (date(self.year, *edge).toordinal() - EPOCH for edge in ((1, 1), (12, 31)))
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
            hospital=_given(kept, "hospital") if self.hospitals else None,
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


def _given(kept: pl.DataFrame, name: str) -> Any:
    """Return a column of whole numbers; where a cell has to be filled and is not, raise ColumnsRefused."""
    column = kept[name]
    if column.null_count():
        if name == "total":
            column = column.fill_null(NOT_GIVEN)
        elif name in _DEFAULTS:
            column = column.fill_null(_DEFAULTS[name])
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


# ---- what the columns mean


def understood(
    columns: Sequence[str],
    distinct: Callable[[Sequence[str]], Mapping[str, Sequence[str]]],
    names: Names,
    reader: RequestReader,
    region: str | None,
    year: int,
    policies: Policies,
) -> Understood | Fault:
    """Return what columns mean, or what cannot be understood of them.

    ``distinct`` tells the texts of some columns. ``region`` is that of files without a column for it.
    """
    by_field = _by_field(columns, names)
    refused = [by_field[field][0] for field in _NOT_TAKEN if field in by_field]
    if refused:
        return Fault("claims", message("model.fault.parquet_not_taken", columns=", ".join(refused)))
    lacking = _lacking(by_field, region)
    if lacking:
        return Fault("claims", message("model.fault.parquet_lacks", columns=", ".join(lacking)))
    worded = [column for _, cell, column in _cells(by_field) if cell.worded]
    texts = distinct(worded)
    numbered = {
        field: tuple(sorted({each for column in by_field.get(field, ()) for each in texts[column]}))
        for field in ("region", "case", "hospital")
    }
    readings: dict[str, Reading] = {}
    for field, cell, column in _cells(by_field):
        known: dict[str, int | None] | None = None
        if cell.worded:
            found = _meant(field, cell, column, texts[column], names, numbered, year)
            if isinstance(found, Message):
                return Fault("claims", message("model.fault.parquet_word", column=column, why=found))
            known = found
        target = _target(field)
        before = readings.get(target, Reading(target, cell, ()))
        readings[target] = before._replace(columns=(*before.columns, (column, known)))
    regions = numbered["region"] or ((region,) if region else ())
    versions = [versions_of(policies, reader, each, year) for each in regions]
    wrong = next((each[0] for each in versions if isinstance(each, list)), None)
    if wrong is not None:
        return wrong
    prefix = {name: f"{kind} " for name, kind in IDENTITIES} | {PATIENT: "00 "}
    persons = [
        (prefix[name], each) for name in (PATIENT, *dict(IDENTITIES)) for each in by_field.get(name, ())
    ]
    since = tuple(each for each in versions if isinstance(each, tuple))
    return Understood(
        year,
        tuple(readings.values()),
        tuple(persons),
        since,
        not numbered["region"],
        numbered["case"],
        numbered["hospital"],
    )


def _by_field(columns: Sequence[str], names: Names) -> dict[str, list[str]]:
    """Return the columns of each field: those of a request's own names first."""
    hospital = known_headings("claims")["hospital"]
    own = {PATIENT, "chain_paid", "chain_stays", "basic_fund_paid", "basic_deductible", *_COUNTS}
    found: dict[str, list[tuple[int, str]]] = {}
    order = {field: place for place, field in enumerate(names.fills, 1)}
    for column in columns:
        plain = values.plain_name(column)
        field = next((each for each in own if values.plain_name(each) == plain), names.field(column))
        if plain in hospital:
            found.setdefault("hospital", []).append((hospital.index(plain), column))
        elif field is not None:
            found.setdefault(names.fills.get(field, field), []).append((order.get(field, 0), column))
    return {field: [column for _, column in sorted(each)] for field, each in found.items()} | {
        "hospital": [column for _, column in sorted(found.get("hospital", ()))[:1]]
    }


def _lacking(by_field: Mapping[str, Sequence[str]], region: str | None) -> list[str]:
    needed = ["benefit", "hospital_level", "discharged"]
    if "eligible" not in by_field:
        needed += ["total", "inscp_scp_amt"]
    if region is None:
        needed.append("region")
    return [field for field in needed if field not in by_field]


def _cells(by_field: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, Cell, str]]:
    """Yield each column that is read, with its field and the kind of its cells."""
    kinds = {
        "discharged": Cell.DAY,
        "refd_setl_flag": Cell.FLAG,
        **dict.fromkeys(_WORDS, Cell.WORD),
        **dict.fromkeys(_YES_OR_NO, Cell.YES_OR_NO),
        **dict.fromkeys(("region", "case", "hospital"), Cell.NAME),
        **dict.fromkeys(_AMOUNTS, Cell.AMOUNT),
        **dict.fromkeys(_COUNTS, Cell.COUNT),
    }
    for field, cell in kinds.items():
        for column in by_field.get(field, ()):
            yield field, cell, column


def _target(field: str) -> str:
    others = {"discharged": "day", "refd_setl_flag": "refunded"}
    return _AMOUNTS.get(field) or _WORDS.get(field) or others.get(field, field)


def _meant(
    field: str,
    cell: Cell,
    column: str,
    texts: Sequence[str],
    names: Names,
    numbered: Mapping[str, Sequence[str]],
    year: int,
) -> dict[str, int | None] | Message:
    """Return the number that each text of a column stands for, None where it says nothing."""
    known: dict[str, int | None] = {}
    column_field = names.field(column) or field
    choices = tuple(word.value for word in WORDS[_WORDS[field]]) if cell is Cell.WORD else ("true", "false")
    for text in texts:
        found: int | str | date | Message | None
        if cell is Cell.DAY:
            found = values.day(text, False, year)
            found = found.toordinal() - EPOCH if isinstance(found, date) else found
        elif cell is Cell.NAME:
            found = numbered[field].index(text)
        elif cell is Cell.FLAG:
            found = int(names.value("refd_setl_flag", text) == "refunded")
        else:
            asked = column_field if cell is Cell.WORD else "yes_or_no"
            found = word_of(names, asked, text, choices)
            found = choices.index(found) if isinstance(found, str) else found
            found = 1 - found if cell is Cell.YES_OR_NO and isinstance(found, int) else found
        if isinstance(found, Message):
            return found
        assert not isinstance(found, str | date)
        known[text] = found
    return known
