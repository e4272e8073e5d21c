"""The figures of each rule, chosen and cited, which the rule may ask in plain Python.

Amounts are fen, rates as `core.money` has them. A source is the clause of its figure.
"""

from collections.abc import Mapping
from typing import NamedTuple

from core.bands import Band
from core.settlement import MissingFigure, Note, Source
from core.vocabulary import BandAxis, BandOrigin, CapOn, DeductibleCounts, Level

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


class SpecialTerms(NamedTuple):
    """A region's own figures of one special outpatient disease (fen; None: it states none).

    ``annual_limit`` is the fund's for the disease, ``cost_limit`` the in-scope cost that counts in a year.
    ``own_deductible``: the deductible is the disease's own, held against what was deducted for it alone.
    """

    own_deductible: bool
    annual_limit: int | None
    cost_limit: int | None
    source: Source


class CarryOverTerms(NamedTuple):
    """The common outpatient limit of a year and what raises it (2019-21, four, (three)).

    ``limit`` (fen) is the region's. ``next_year_rate`` of last year's unused limit is added to it, which
    ``next_year_source`` says.
    """

    limit: int
    next_year_rate: int
    source: Source
    next_year_source: Source


class PooledCarryOver(NamedTuple):
    """The outpatient limits whose unused parts raise the pooled limit (fen): common, and by disease."""

    common: CarryOverTerms
    disease_limits: Mapping[int, int]
    source: Source


class CaseTerms(NamedTuple):
    """One case paid by its price at one level: the region's row, and the limit that holds for it too.

    ``deductible`` None: none comes off the fund's share. ``counts_for_critical``: it makes a burden.
    """

    price: int
    rate: int
    counts_for_critical: bool
    deductible: Deductible | None
    annual_limit: int
    price_source: Source
    limit_source: Source
    level: Level
    transfer_source: Source
    carry_over: PooledCarryOver | None = None
    notes: tuple[Note, ...] = ()


class PooledTerms(NamedTuple):
    """Inpatient care, special outpatient care or day surgery at one level (2019-21, two).

    ``transfer_source`` is the clause of a transfer up the levels.
    ``disease`` and ``carry_over`` None: the region states none. ``axis_note`` tells a reading of the axis
    that is not the usual one.
    """

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
    disease: SpecialTerms | None = None
    carry_over: PooledCarryOver | None = None
    axis_note: Note | None = None


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
    next_year_rate: int = 0
    next_year_points: int = 0
    carry_source: Source | None = None


class NotCovered(NamedTuple):
    """A visit outside a benefit. The fund pays nothing, and no figure is needed."""

    source: Source
    note: Note


class ChronicTerms(NamedTuple):
    """Chronic outpatient care for one disease (2019-21, two, (one), 2).

    ``amount`` is the cost that counts in a year, ``fund_limit`` the most that the fund pays of it.
    ``reading`` tells a reading of the deductible that is not the usual one.
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
    whole_amount: int | None = None
    further_rate: int | None = None
    further_sum: bool = False
    carry_over: CarryOverTerms | None = None
    reading: Note | None = None


class ChronicAmount(NamedTuple):
    """The cost (``yuan``, in fen) of a chronic disease that counts in a year, and the fund's most of it.

    ``whole`` (fen) is the amount that ``further_rate`` was taken of (None: it is not reduced by a rate).
    ``further_sum``: it is the region's sum for a second and later disease.
    """

    yuan: int
    fund_limit: int
    source: Source
    whole: int | None = None
    further_rate: int | None = None
    further_sum: bool = False


class IncentiveTerms(NamedTuple):
    """The effects of enrolment on the cap, as rates of the original cap (2025-12-31, five).

    ``most_bonus_years`` limits the years beyond ``years_before_bonus`` that count, ``most_consecutive_years``
    the consecutive years that are counted at all (None: all of them are), both from ``counted_since`` on.
    """

    years_before_bonus: int
    per_consecutive_year: int
    per_zero_claim_year: int
    highest_bonus: int
    per_gap_year: int
    highest_reduction: int
    most_bonus_years: int | None
    source: Source
    most_consecutive_years: int | None = None
    reading: Note | None = None
    counted_since: int = 0


class CriticalTerms(NamedTuple):
    """Critical illness for one category in one year.

    ``deductible`` stands after the tilt and before fraud. ``cap`` None: there is none. ``bands`` hold the
    rates after the tilt, which added ``tilt_points`` to each. ``fraud_floor`` (fen) is the least that an
    incident adds (None: incidents do not count). ``incentives`` None: enrolment does not move the cap.
    ``whole_deductible`` (fen) times ``tilt_rate`` is the tilted one (None: it is not a share of it).
    ``readings`` are notes on the region's settings that bear wherever something is paid.
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
    cap_on: CapOn = CapOn.PAYMENT
    points_source: Source | None = None
    whole_deductible: int | None = None
    tilt_rate: int | None = None
    readings: tuple[Note, ...] = ()


class Excluded(NamedTuple):
    """A visit that critical illness does not look at. It pays nothing and counts no burden."""

    note: Note


class AssistanceTerms(NamedTuple):
    """Medical assistance for one category. ``annual_limit`` None: no limit is stated.

    ``bands`` lie along the year's payments and take the place of ``rate`` (None: one rate for all).
    """

    rate: int
    deductible: int
    annual_limit: int | None
    rate_source: Source
    deductible_source: Source
    limit_source: Source
    bands: tuple[Band, ...] | None = None


class ElsewhereTerms(NamedTuple):
    """The rate of the in-scope cost that the patient pays first for care elsewhere."""

    rate: int
    source: Source
