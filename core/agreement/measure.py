"""A region's empty cells, found from receipts: each value is tried by the program's own rules alone."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from core.agreement.measure_assistance import assistance_cells
from core.agreement.receipts import Receipt
from core.agreement.trial import interval
from core.agreement.variants import Variants
from core.agreement.voting import Bound, Cell, Verdict, vote
from core.claim import ChronicTotals
from core.tables.watch import Watch
from core.vocabulary import BandAxis, BandOrigin, Benefit, DeductibleCounts, DeductiblePeriod

_MOST: Final = 100_000_00
_WOBBLE: Final = 200
"""Within so many fen the rounding of single lines may hide a deductible from a search."""
_LEVELS: Final = {
    "special_outpatient": ("level_1", "level_2", "level_3"),
    "common_outpatient": ("level_1", "level_2"),
}
_LOW_LIMIT, _HIGH_LIMIT = 70_000, 100_000
"""The common limits that a region may choose between (fen; 2019-21, two, (one), 1)."""
_NONE: Final = ChronicTotals()


class Setting(NamedTuple):
    """A setting: for each of its values how many receipts agree, and how many contradict it."""

    path: str
    default: str
    agreeing: dict[str, int]
    contradicting: dict[str, tuple[str, ...]]

    @property
    def found(self) -> str | None:
        """The value that stands where every other one is contradicted, None where several may be."""
        against_all = set.intersection(*map(set, self.contradicting.values()))
        counts = {value: len(set(each) - against_all) for value, each in self.contradicting.items()}
        least = min(counts.values())
        left = [value for value, count in counts.items() if count == least]
        return left[0] if len(left) == 1 else None

    @property
    def value(self) -> str:
        """The value to go on with: the one that is found, else the least contradicted, the default first."""
        return min(
            self.contradicting, key=lambda value: (len(self.contradicting[value]), value != self.default)
        )


class Suspect(NamedTuple):
    """A receipt that contradicts what the others say, and the cells or settings that it contradicts."""

    receipt: str
    against: tuple[str, ...]


class Measured(NamedTuple):
    """What receipts say of a region's cells and settings."""

    receipts: list[Receipt]
    cells: list[Cell]
    settings: list[Setting]
    suspects: list[Suspect]


def measure(receipts: Sequence[Receipt], year: int, watch: Watch | None = None) -> Measured:
    """Return what the receipts of a year say of a region. Raises Cancelled where ``watch`` is stopped."""
    run = _Run(receipts, year, watch or Watch())
    axis = run.axis()
    cells = [*run.inpatient(axis.value), *run.visits()]
    settings = [axis, *run.periods]
    origin, deductible = run.critical()
    settings.append(origin)
    cells.append(deductible)
    cells += assistance_cells(receipts, year, origin.value, run.watch)
    settings.append(run.counts())
    return Measured(list(receipts), cells, settings, run.suspects(cells, axis, origin))


class _Run:
    """One run over some receipts."""

    def __init__(self, receipts: Sequence[Receipt], year: int, watch: Watch) -> None:
        self.watch = watch
        self._receipts = receipts
        self._year = year
        self._variants = Variants()
        self.periods: list[Setting] = []

    # ---- the basic layer

    def _basic(self, receipt: Receipt, axis: str, deductible: int) -> int | None:
        """Return what the basic fund pays of a receipt by an axis and a deductible (fen)."""
        self.watch.tell("comparing", 0, 0)
        case = receipt.case
        policy = self._variants.room(case.policy, "inpatient", band_axis=BandAxis(axis))
        room = "inpatient" if case.claim.benefit is Benefit.INPATIENT else "special_outpatient"
        value: Any = (deductible,) if room == "inpatient" else deductible
        if room == "special_outpatient":
            policy = self._variants.room(policy, room, deductible_period=DeductiblePeriod.VISIT)
        policy = self._variants.level_cell(policy, room, case.claim.level, value)
        return case._replace(policy=policy).settled().amounts.hifp_pay

    def _bound(self, receipt: Receipt, axis: str) -> Bound | None:
        """Return what a receipt says of the deductible that it was charged, None where nothing fits."""
        scope, stated = receipt.case.claim.in_scope, receipt.deductible
        if stated is not None:
            if stated >= scope:
                return Bound(receipt.id, scope, None)
            return Bound(receipt.id, stated, stated)
        found = interval(
            lambda fen: self._basic(receipt, axis, fen), receipt.basic_paid, 0, scope, rising=False
        )
        if found is None:
            return None
        low, high = found
        return Bound(receipt.id, low, None if high >= scope else high)

    def axis(self) -> Setting:
        """Return what the pooled receipts say of the axis that the bands are measured along."""
        agreeing: dict[str, int] = {}
        contradicting: dict[str, tuple[str, ...]] = {}
        pooled = [each for each in self._receipts if each.benefit.pooled]
        for axis in BandAxis:
            wrong = [each.id for each in pooled if not self._axis_fits(each, axis.value)]
            wrong += self._scattered(pooled, axis.value)
            contradicting[axis.value] = tuple(wrong)
            agreeing[axis.value] = len(pooled) - len(wrong)
        return Setting("inpatient.band_axis", BandAxis.ANNUAL_COST.value, agreeing, contradicting)

    def _axis_fits(self, receipt: Receipt, axis: str) -> bool:
        if receipt.deductible is None:
            return self._bound(receipt, axis) is not None
        return self._basic(receipt, axis, receipt.deductible) == receipt.basic_paid

    def _scattered(self, pooled: Sequence[Receipt], axis: str) -> list[str]:
        """Return the receipts without a deductible that pin another figure by an axis than most do."""
        silent = [each for each in pooled if each.deductible is None]
        if not silent:
            return []
        wrong = []
        for cell in self.inpatient(axis):
            against = {receipt for verdict in cell.verdicts if verdict.value for receipt in verdict.against}
            wrong += [each.id for each in silent if each.id in against]
        return wrong

    def inpatient(self, axis: str) -> list[Cell]:
        """Return what the stays say of the deductibles, by level and number of the stay."""
        bounds: dict[tuple[str, int], list[Bound]] = defaultdict(list)
        for receipt in self._receipts:
            if receipt.benefit is Benefit.INPATIENT:
                bound = self._bound(receipt, axis)
                if bound is not None:
                    bounds[receipt.level.value, receipt.number].append(bound)
        cells = []
        for level in ("level_1", "level_2", "level_3"):
            numbers = [number for known, number in bounds if known == level]
            last = max(numbers, default=0)
            verdicts = tuple(vote(bounds.get((level, number), [])) for number in range(1, last + 1))
            cells.append(Cell(f"inpatient.deductible.{level}", verdicts))
        return cells

    # ---- visits

    def visits(self) -> list[Cell]:
        """Return what outpatient visits say of the deductibles, and of the period that they hold for."""
        special = [each for each in self._receipts if each.benefit.special]
        common = [each for each in self._receipts if each.benefit is Benefit.COMMON_OUTPATIENT]
        chronic = [each for each in self._receipts if each.benefit is Benefit.CHRONIC_OUTPATIENT]
        cells = [
            *self._by_period("special_outpatient", special),
            *self._by_period("common_outpatient", common),
        ]
        cells += _chronic_cells(chronic)
        cells.append(Cell("common_outpatient.annual_limit", (vote(self._common_limits(common)),)))
        return cells

    def _by_period(self, room: str, receipts: Sequence[Receipt]) -> list[Cell]:
        found: dict[str, list[Cell]] = {}
        contradicting: dict[str, tuple[str, ...]] = {}
        for period in DeductiblePeriod:
            cells = []
            for level in _LEVELS[room]:
                own = [each for each in receipts if each.level.value == level]
                bounds = [bound for each in own if (bound := _visit(each, period.value)) is not None]
                cells.append(Cell(f"{room}.deductible.{level}", (vote(bounds),)))
            found[period.value] = cells
            contradicting[period.value] = tuple(
                receipt for cell in cells for verdict in cell.verdicts for receipt in verdict.against
            )
        agreeing = {period: len(receipts) - len(wrong) for period, wrong in contradicting.items()}
        setting = Setting(f"{room}.deductible_period", DeductiblePeriod.YEAR.value, agreeing, contradicting)
        self.periods.append(setting)
        return found[setting.value]

    def _common_limits(self, receipts: Sequence[Receipt]) -> list[Bound]:
        """Return what visits say of the common limit: where payment stops, or how far it goes on."""
        bounds = []
        for each in receipts:
            paid = each.case.year.common_outpatient_paid + each.basic_paid
            if each.case.claim.level.value not in ("village_clinic", "level_1") and not each.basic_paid:
                continue
            policy = self._variants.room(each.case.policy, "common_outpatient", annual_limit=_MOST)
            policy = self._variants.room(
                policy, "common_outpatient", deductible_period=DeductiblePeriod.VISIT
            )
            policy = self._variants.level_cell(
                policy, "common_outpatient", each.case.claim.level, each.deductible or 0
            )
            self.watch.heed()
            unlimited = each.case._replace(policy=policy).settled().amounts.hifp_pay
            stops = unlimited is not None and unlimited > each.basic_paid and each.deductible is not None
            if paid > _LOW_LIMIT:
                bounds.append(Bound(each.id, _HIGH_LIMIT, _HIGH_LIMIT))
            else:
                bounds.append(Bound(each.id, paid, paid if stops else None))
        return bounds

    def counts(self) -> Setting:
        """Return what chronic visits say of the deductible's place: inside a disease's amount, or outside."""
        chronic = [
            each
            for each in self._receipts
            if each.benefit is Benefit.CHRONIC_OUTPATIENT and each.deductible is not None and each.used_known
        ]
        contradicting: dict[str, tuple[str, ...]] = {}
        for counts in DeductibleCounts:
            wrong = []
            for each in chronic:
                figure = (each.deductible or 0) + each.case.year.chronic.get(
                    each.case.claim.disease or 1, _NONE
                ).deductible
                policy = self._variants.room(
                    each.case.policy, "chronic_outpatient", deductible=figure, deductible_counts=counts
                )
                self.watch.heed()
                paid = each.case._replace(policy=policy).settled().amounts.hifp_pay
                if paid is not None and paid != each.basic_paid:
                    wrong.append(each.id)
            contradicting[counts.value] = tuple(wrong)
        agreeing = {value: len(chronic) - len(wrong) for value, wrong in contradicting.items()}
        return Setting(
            "chronic_outpatient.deductible_counts", DeductibleCounts.INSIDE.value, agreeing, contradicting
        )

    # ---- critical illness

    def _critical(self, receipt: Receipt, origin: str, deductible: int) -> int | None:
        """Return what critical illness pays of a receipt by an origin and a deductible (fen)."""
        self.watch.tell("comparing", 0, 0)
        case = receipt.after_basic()
        policy = self._variants.critical(
            case.policy, self._year, band_origin=BandOrigin(origin), deductible=deductible
        )
        return case._replace(policy=policy).settled().amounts.hifmi_pay

    def _critical_bound(self, receipt: Receipt, origin: str) -> Bound | None:
        """Return what a receipt says of the deductible of critical illness, None where nothing fits.

        Each line is rounded for itself, so that the payment may step over a fen and back: whole yuan beside
        what was searched are tried as well.
        """
        year, claim, paid = receipt.case.year, receipt.case.claim, receipt.paid("hifmi_pay")
        assert paid is not None
        most = 2 * (year.critical_burden + claim.in_scope + claim.category_b) + 1  # a tilt takes half of it

        def payment(fen: int) -> int | None:
            return self._critical(receipt, origin, fen)

        found = interval(payment, paid, 0, most, rising=False)
        near = found or interval(payment, paid + 1, 0, most, rising=False)
        if near is None:
            return None
        low, high = near
        if high - low <= _WOBBLE:
            whole = range(max(0, low - _WOBBLE) // 100 * 100, high + _WOBBLE + 1, 100)
            exact = [fen for fen in whole if payment(fen) == paid]
            if exact:
                return Bound(receipt.id, exact[0], exact[-1])
        if found is None:
            return None
        return Bound(receipt.id, low, None if high >= most else high)

    def critical(self) -> tuple[Setting, Cell]:
        """Return what receipts say of the bands' origin and of the deductible of critical illness."""
        pooled = [
            each
            for each in self._receipts
            if each.benefit.pooled
            and each.paid("hifmi_pay") is not None
            and each.burden is not None
            and each.unstated.isdisjoint(("critical_paid", "critical_burden"))
        ]
        verdicts: dict[str, Verdict] = {}
        contradicting: dict[str, tuple[str, ...]] = {}
        for origin in BandOrigin:
            bounds = {each.id: self._critical_bound(each, origin.value) for each in pooled}
            verdict = vote([bound for bound in bounds.values() if bound is not None])
            nowhere = tuple(id_ for id_, bound in bounds.items() if bound is None)
            verdicts[origin.value] = verdict._replace(against=(*nowhere, *verdict.against))
            contradicting[origin.value] = verdicts[origin.value].against
        agreeing = {origin: len(verdict.by) for origin, verdict in verdicts.items()}
        path = f"critical_illness.{self._year}"
        setting = Setting(f"{path}.band_origin", BandOrigin.ZERO.value, agreeing, contradicting)
        return setting, Cell(f"{path}.deductible", (verdicts[setting.value],))

    # ---- what does not fit

    def suspects(self, cells: Sequence[Cell], axis: Setting, origin: Setting) -> list[Suspect]:
        """Return the receipts that contradict what is certain."""
        against: dict[str, list[str]] = defaultdict(list)
        for cell in cells:
            for number, verdict in enumerate(cell.verdicts, 1):
                path = f"{cell.path}.{number}" if len(cell.verdicts) > 1 else cell.path
                for receipt in verdict.against if verdict.certain else ():
                    against[receipt].append(path)
        for setting in (axis, origin):
            for receipt in setting.contradicting[setting.value] if setting.found is not None else ():
                if setting.path not in against[receipt]:
                    against[receipt].append(setting.path)
        return [Suspect(receipt, tuple(paths)) for receipt, paths in against.items()]


def _visit(receipt: Receipt, period: str) -> Bound | None:
    """Return what a visit says of the deductible, by the period that it holds for; None: nothing."""
    stated, claim = receipt.deductible, receipt.case.claim
    if stated is None or (claim.benefit is Benefit.COMMON_OUTPATIENT and not _covered(receipt)):
        return None
    year, used = receipt.case.year, 0
    if period == DeductiblePeriod.YEAR:
        if not receipt.used_known:
            return None
        if claim.benefit is Benefit.CHRONIC_OUTPATIENT:
            used = year.chronic.get(claim.disease or 1, _NONE).deductible
        elif claim.benefit is Benefit.COMMON_OUTPATIENT:
            used = year.common_outpatient_deductible
        else:
            used = year.special_outpatient_deductible
    if stated >= claim.in_scope:
        return Bound(receipt.id, used + stated, None)
    if not stated and used:
        return Bound(receipt.id, 0, used)
    return Bound(receipt.id, used + stated, used + stated)


def _chronic_cells(receipts: Sequence[Receipt]) -> list[Cell]:
    """Return what chronic visits say of the deductible: one for all diseases, or one for each."""
    bounds: dict[int, list[Bound]] = defaultdict(list)
    for each in receipts:
        bound = _visit(each, DeductiblePeriod.YEAR)
        if bound is not None:
            bounds[each.case.claim.disease or 1].append(bound)
    path = "chronic_outpatient.deductible"
    whole = vote([bound for each in bounds.values() for bound in each])
    apart = {disease: vote(each) for disease, each in sorted(bounds.items())}
    if whole.against and not any(verdict.against for verdict in apart.values()):
        return [Cell(f"{path}.{disease}", (verdict,)) for disease, verdict in apart.items()]
    return [Cell(path, (whole,))]


def _covered(receipt: Receipt) -> bool:
    """Return whether a common visit is one that a deductible is charged for."""
    level, claim = receipt.case.claim.level.value, receipt.case.claim
    return level == "level_1" or (level == "level_2" and claim.two_disease_drugs)
