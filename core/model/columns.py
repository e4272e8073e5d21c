"""Claims and their results as columns: one array a field, one place a claim.

Every column is an array of 64-bit whole numbers; amounts are fen. A field that takes one of the field's words
holds its place in the vocabulary (`code_of`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.claim import MONEY_TOTALS, ChronicTotals
from core.messages import Message, message
from core.settlement import Amounts, PatientParts
from core.vocabulary import Benefit, Care, Level, Population, Transfer

Column: TypeAlias = NDArray[np.int64]

WORDS: Final[Mapping[str, type[StrEnum]]] = {
    "benefit": Benefit,
    "level": Level,
    "population": Population,
    "care": Care,
    "transfer": Transfer,
}
"""The fields that hold a word, with their vocabulary."""

NOT_GIVEN: Final = -1
"""What a column holds where a claim has no such thing: no disease, no case, no result given."""

_EPOCH: Final = date(1970, 1, 1)

TOTALS: Final = ("admissions", *MONEY_TOTALS)
"""The totals of a year that are single numbers (`core.claim.YearToDate`)."""


def code_of(word: StrEnum) -> int:
    """Return the number that stands for a word in a column: its place in its vocabulary."""
    return list(type(word)).index(word)


@dataclass(frozen=True, slots=True)
class ColumnFault:
    """A row that cannot be settled: its place (from 0), the field, and the reason for a clerk.

    ``rows`` is how many rows have this fault.
    """

    row: int
    field: str
    message: Message
    rows: int = 1


class ColumnsRefused(ValueError):
    """Some rows cannot be settled; ``faults`` are the first of each kind. Nothing was settled."""

    def __init__(self, faults: tuple[ColumnFault, ...]) -> None:
        super().__init__("; ".join(f"row {one.row}: {one.field}: {one.message.id}" for one in faults))
        self.faults = faults


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimColumns:
    """Claims as columns (`core.claim.Claim`). A single number in place of a column holds for every row.

    The rows of one patient stand together, in the order of care: what one row leaves of the year's limits
    and deductibles is where the next begins. With the year of ``day`` the totals begin again.
    ``patient`` is any whole number. ``policy`` is the place of the row's policy among those that are handed
    over (a region's, from some day on). ``day`` is the discharge in days since 1970-01-01
    (`datetime64[D]` as whole numbers). ``case`` is the place of the code in ``cases``. ``fraud`` holds the
    incidents' amounts, a row a claim and `NOT_GIVEN` where it has fewer (None: no incidents).
    ``special_disease``, ``disease``, ``case``, ``chain_paid``, ``basic_fund_paid``: `NOT_GIVEN` for none.
    """

    patient: Column
    day: Column
    benefit: Column | int
    level: Column | int
    total: Column
    eligible: Column
    over_limit: Column | int = 0
    category_b: Column | int = 0
    population: Column | int = 0
    policy: Column | int = 0
    care: Column | int = 0
    transfer: Column | int = 0
    chain_paid: Column | int = NOT_GIVEN
    chain_stays: Column | int = 1
    major_disease: Column | int = 0
    case: Column | int = NOT_GIVEN
    special_disease: Column | int = NOT_GIVEN
    specific_item: Column | int = 0
    two_disease_drugs: Column | int = 0
    disease: Column | int = NOT_GIVEN
    disease_rank: Column | int = 1
    basic_fund_paid: Column | int = NOT_GIVEN
    basic_deductible: Column | int = 0
    hospital_part: Column | int = 0
    consecutive_years: Column | int = 0
    zero_claim_years: Column | int = 0
    gap_years: Column | int = 0
    fraud: NDArray[np.int64] | None = None
    cases: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Take whole numbers alone. Raises ColumnsRefused for an empty cell and for a fraction."""
        _take_whole(self)

    @property
    def rows(self) -> int:
        """The number of claims."""
        return len(self.patient)

    def column(self, name: str) -> Column:
        """Return a field as a column, also where one number holds for every row."""
        value = getattr(self, name)
        if isinstance(value, np.ndarray):
            return value
        return np.full(self.rows, value, np.int64)

    def part(self, start: int, stop: int) -> "ClaimColumns":
        """Return the rows from ``start`` up to ``stop``, as views. A patient's rows are not to be parted."""
        return ClaimColumns(**_parted(self, start, stop))


DISEASE_TOTALS: Final = ("row", "group", "disease", *ChronicTotals._fields)
"""What a line of totals by disease holds: the place of the claim and that of the group
(`core.claim.BY_DISEASE`), the disease's number, and its totals (fen)."""
_NO_NUMBERS: Final = ("fraud", "cases", "by_disease")


@dataclass(frozen=True, slots=True, kw_only=True)
class TotalsColumns:
    """The year's totals before a claim, a row a claim (fen; ``admissions`` is a count).

    Of a patient's year only its first row is read, unless the rows are free of each other. ``by_disease`` are
    totals of single diseases, a line each (`DISEASE_TOTALS`), by row; rows that are free of each other have
    none (None: nothing yet).
    """

    admissions: Column | int = 0
    in_scope: Column | int = 0
    basic_paid: Column | int = 0
    critical_burden: Column | int = 0
    critical_paid: Column | int = 0
    special_outpatient_deductible: Column | int = 0
    common_outpatient_paid: Column | int = 0
    common_outpatient_deductible: Column | int = 0
    assistance_deductible: Column | int = 0
    assistance_paid: Column | int = 0
    carried_common: Column | int = 0
    by_disease: NDArray[np.int64] | None = None

    def __post_init__(self) -> None:
        """Take whole numbers alone. Raises ColumnsRefused for an empty cell and for a fraction."""
        _take_whole(self)

    def part(self, start: int, stop: int) -> "TotalsColumns":
        """Return the rows from ``start`` up to ``stop``, as views."""
        parted = _parted(self, start, stop)
        if self.by_disease is not None:
            low, high = np.searchsorted(self.by_disease[:, 0], (start, stop))
            parted["by_disease"] = self.by_disease[low:high] - np.array([start, *[0] * 5])
        return TotalsColumns(**parted)


def columns_of(table: "ClaimColumns | TotalsColumns") -> dict[str, Column | int]:
    """Return the fields that hold one number a row, by name."""
    return {one.name: getattr(table, one.name) for one in fields(table) if one.name not in _NO_NUMBERS}


def day_of(number: int) -> date:
    """Return the day of a number of days since 1970-01-01."""
    return _EPOCH + timedelta(days=number)


def _parted(table: "ClaimColumns | TotalsColumns", start: int, stop: int) -> dict[str, Any]:
    values: dict[str, Any] = {one.name: getattr(table, one.name) for one in fields(table)}
    for name, value in values.items():
        if isinstance(value, np.ndarray):
            values[name] = value[start:stop]
    return values


def _take_whole(table: "ClaimColumns | TotalsColumns") -> None:
    """Turn every column into 64-bit whole numbers; what cannot be one exactly is refused by its row."""
    for one in fields(table):
        value = getattr(table, one.name)
        if not isinstance(value, np.ndarray) or (
            value.dtype == np.int64 and not isinstance(value, np.ma.MaskedArray)
        ):
            continue
        object.__setattr__(table, one.name, _whole(value, one.name))


def _whole(value: NDArray[Any], name: str) -> NDArray[np.int64]:
    if isinstance(value, np.ma.MaskedArray):
        _refuse(np.ma.getmaskarray(value), name, message("fault.null"))
        value = np.asarray(value)
    if value.dtype.kind in "biu" and value.dtype != np.uint64:
        return value.astype(np.int64)
    if value.dtype.kind == "O":
        _refuse(np.array([one is None for one in value]), name, message("fault.null"))
        _refuse(np.array([type(one) is not int for one in value]), name, message("fault.number_unreal"))
        _refuse(np.array([abs(one) >= 1 << 62 for one in value]), name, message("fault.number_range"))
        return value.astype(np.int64)
    if value.dtype.kind not in "fu":
        _refuse(np.ones(len(value), np.bool_), name, message("fault.number_unreal"))
    _refuse(np.isnan(value), name, message("fault.null"))
    _refuse(np.abs(value) >= float(1 << 53), name, message("fault.number_range"))
    _refuse(value != np.floor(value), name, message("fault.number_fraction"))
    return value.astype(np.int64)


def _refuse(wrong: NDArray[np.bool_], name: str, why: Message) -> None:
    if np.any(wrong):
        row = int(np.argmax(wrong.reshape(len(wrong), -1).any(axis=1)))
        raise ColumnsRefused((ColumnFault(row, name, why, int(np.count_nonzero(wrong))),))


AMOUNTS: Final = Amounts._fields
PARTS: Final = tuple(f"part.{name}" for name in PatientParts._fields)
CRITICAL: Final = ("critical_deductible", "critical_cap", "zero_claim_bonus_used", "fraud_cleared")
AFTER: Final = tuple(f"after.{name}" for name in TOTALS)
RESULTS: Final = (*AMOUNTS, *PARTS, *CRITICAL, *AFTER)
"""Every column of a result: amounts by the platform's names, ``part.…`` of what the patient pays, what
critical illness was worked out by (`NOT_GIVEN` where it was not, and for a cap that there is not), and the
year's totals ``after.…`` the claim."""


class ResultColumns(Mapping[str, Column]):
    """The result of each claim, a column a field of `RESULTS` that was asked for (fen)."""

    def __init__(self, columns: Mapping[str, Column]) -> None:
        self._columns = dict(columns)

    def __getitem__(self, name: str) -> Column:
        """Return a column by its name."""
        return self._columns[name]

    def __iter__(self) -> Iterator[str]:
        """Go through the names of the columns that were asked for."""
        return iter(self._columns)

    def __len__(self) -> int:
        """Return the number of columns."""
        return len(self._columns)
