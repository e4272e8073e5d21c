"""The figures of each rule, chosen and cited, which the rule may ask in plain Python.

Amounts are fen, rates as `core.money` has them. A source is the clause of its figure.
"""

from typing import NamedTuple

from core.bands import Band
from core.settlement import MissingFigure, Note, Source
from core.vocabulary import BandAxis, BandOrigin, DeductibleCounts, Level

Missing = tuple[MissingFigure, ...]
"""The figures that a choice lacks. They stand in the place of its terms."""


class Deductible(NamedTuple):
    """A deductible (fen). ``by_admission`` is for the 1st, 2nd, 3rd … admission; the last repeats.

    ``yearly``: what was deducted earlier in the year counts. ``waived``: nothing is due, no figure is needed.
    """

    by_admission: tuple[int, ...]
    source: Source
    yearly: bool = False
    waived: bool = False


class PooledTerms(NamedTuple):
    """Inpatient care, special outpatient care or day surgery at one level (2019-21, two)."""

    axis: BandAxis
    bands: tuple[Band, ...]
    annual_limit: int
    deductible: Deductible
    level: Level
    axis_source: Source
    bands_source: Source
    limit_source: Source
    transfer_source: Source
    notes: tuple[Note, ...] = ()


class CommonTerms(NamedTuple):
    """Common outpatient care (2019-21, two, (one), 1). Both limits are on the fund's payment."""

    rate: int
    deductible: Deductible
    annual_limit: int
    combined_limit: int
    rate_source: Source
    limit_source: Source
    combined_source: Source
    notes: tuple[Note, ...] = ()


class NotCovered(NamedTuple):
    """A visit outside a benefit. The fund pays nothing, and no figure is needed."""

    source: Source
    note: Note


class ChronicTerms(NamedTuple):
    """Chronic outpatient care for one disease (2019-21, two, (one), 2).

    ``amount`` is the cost that counts in a year, ``fund_limit`` the most that the fund pays of it.
    """

    disease: int
    rate: int
    amount: int
    fund_limit: int
    deductible: Deductible
    counts: DeductibleCounts
    combined_limit: int
    rate_source: Source
    amount_source: Source
    combined_source: Source
    notes: tuple[Note, ...] = ()


class ChronicAmount(NamedTuple):
    """The cost (``yuan``, in fen) of a chronic disease that counts in a year, and the fund's most of it."""

    yuan: int
    fund_limit: int
    source: Source


class IncentiveTerms(NamedTuple):
    """The effects of enrolment on the cap, as rates of the original cap (2025-12-31, five).

    ``most_bonus_years`` limits the consecutive years that count (None: all of them do).
    """

    years_before_bonus: int
    per_consecutive_year: int
    per_zero_claim_year: int
    highest_bonus: int
    per_gap_year: int
    highest_reduction: int
    most_bonus_years: int | None
    source: Source


class CriticalTerms(NamedTuple):
    """Critical illness for one category in one year.

    ``deductible`` stands after the tilt and before fraud. ``cap`` None: there is none. ``bands`` hold the
    rates after the tilt, which added ``tilt_points`` to each. ``fraud_floor`` (fen) is the least that an
    incident adds (None: incidents do not count). ``incentives`` None: enrolment does not move the cap.
    """

    deductible: int
    bands: tuple[Band, ...]
    origin: BandOrigin
    cap: int | None
    counts_category_b: bool
    tilted: bool
    tilt_points: int
    incentives: IncentiveTerms | None
    fraud_floor: int | None
    scope_source: Source
    deductible_source: Source
    tilt_source: Source
    origin_source: Source
    bands_source: Source
    cap_source: Source
    fraud_source: Source
    notes: tuple[Note, ...] = ()


class Excluded(NamedTuple):
    """A visit that critical illness does not look at. It pays nothing and counts no burden."""

    note: Note


class AssistanceTerms(NamedTuple):
    """Medical assistance for one category. ``annual_limit`` None: no limit is stated."""

    rate: int
    deductible: int
    annual_limit: int | None
    rate_source: Source
    deductible_source: Source
    limit_source: Source
