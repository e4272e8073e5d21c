"""The choice of the figures of inpatient care, special outpatient care, day surgery and cases by price."""

from datetime import date

from core.bands import Band
from core.messages import message, term
from core.policy.documents import BandRow, Pooled, SpecialOutpatient
from core.policy.in_force import Documents, InForce
from core.policy.regions import CasePack, RegionPack, SpecialDiseasePack, at_level
from core.policy.select_outpatient import common_limit, disease_limits
from core.policy.terms import CaseTerms, Deductible, Missing, PooledCarryOver, PooledTerms, SpecialTerms
from core.settlement import MissingFigure, Note, Source
from core.vocabulary import BandAxis, Benefit, DeductiblePeriod, Level, Transfer, TransferDown, TransferUp

_PRIMARY = (Level.VILLAGE_CLINIC, Level.LEVEL_1)
_CASE_CELLS = ("price", "fund_percent", "counts_for_critical", "deductible")


def pooled_terms(
    documents: Documents,
    region: RegionPack,
    day: date,
    benefit: Benefit,
    level: Level,
    transfer: Transfer,
    major_disease: bool,
    special_disease: int | None,
) -> PooledTerms | Missing:
    """Return the terms of inpatient care, special outpatient care or day surgery, or what is missing."""
    pooled: InForce[Pooled] | None = documents.in_force("pooled", day)
    special: InForce[SpecialOutpatient] | None = documents.in_force("special_outpatient", day)
    if pooled is None or special is None:
        return (MissingFigure(f"basic.{day.year}"),)
    inpatient = benefit is Benefit.INPATIENT
    disease = special_disease if benefit is Benefit.SPECIAL_OUTPATIENT else None
    own = region.special_outpatient.disease.get(disease) if disease is not None else None
    missing = _not_on_file(pooled, special, major_disease, disease, own)
    if missing:
        return missing
    deductible = _deductible(pooled, special, region, benefit, level, transfer, own, disease)
    carry_over = _carry_over(documents, region, day)
    missing = tuple(figure for figure in (deductible, carry_over) if isinstance(figure, MissingFigure))
    if missing or isinstance(deductible, MissingFigure) or isinstance(carry_over, MissingFigure):
        return missing
    section = pooled.section
    bands, bands_source = _bands(pooled, region, level, own, disease)
    return PooledTerms(
        axis=region.inpatient.band_axis,
        bands=bands,
        annual_limit=section.annual_limit.yuan,
        deductible=deductible,
        level=level,
        axis_source=region.cite("inpatient", "band_axis"),
        bands_source=bands_source,
        limit_source=pooled.source(section.annual_limit.clause),
        transfer_source=pooled.source(section.transfer_up.clause),
        notes=_transfer_notes(region, level, transfer) if inpatient else _special_notes(special, level),
        disease=_special_terms(region, own, disease),
        carry_over=carry_over,
        axis_note=_axis_note(region),
    )


def case_terms(
    documents: Documents,
    region: RegionPack,
    day: date,
    benefit: Benefit,
    level: Level,
    transfer: Transfer,
    code: str,
) -> CaseTerms | Missing:
    """Return the terms of a case that is paid by its price, or what is missing."""
    pooled: InForce[Pooled] | None = documents.in_force("pooled", day)
    special: InForce[SpecialOutpatient] | None = documents.in_force("special_outpatient", day)
    if pooled is None or special is None:
        return (MissingFigure(f"basic.{day.year}"),)
    row = case_row(region, code, level)
    missing = _case_missing(pooled, row, code)
    deductible: Deductible | MissingFigure | None = None
    if row is not None and row.deductible:
        deductible = _deductible(pooled, special, region, benefit, level, transfer, None, None)
        if isinstance(deductible, MissingFigure):
            missing.append(deductible)
    carry_over = _carry_over(documents, region, day)
    if isinstance(carry_over, MissingFigure):
        missing.append(carry_over)
    if missing or row is None or isinstance(deductible, MissingFigure):
        return tuple(missing)
    inpatient, section = benefit is Benefit.INPATIENT, pooled.section
    return CaseTerms(
        price=row.price or 0,
        rate=row.fund_percent or 0,
        counts_for_critical=bool(row.counts_for_critical),
        deductible=deductible,
        annual_limit=section.annual_limit.yuan,
        price_source=region.cite("case_payment", code),
        limit_source=pooled.source(section.annual_limit.clause),
        level=level,
        transfer_source=pooled.source(section.transfer_up.clause),
        carry_over=None if isinstance(carry_over, MissingFigure) else carry_over,
        notes=_transfer_notes(region, level, transfer) if inpatient and deductible else (),
    )


def case_row(region: RegionPack, code: str, level: Level) -> CasePack | None:
    """Return a case's row at a level, None where there is none. A village clinic may take level 1's."""
    rows = {row.level: row for row in region.case_payment if row.code == code}
    own = rows.get(level)
    return rows.get(Level.LEVEL_1) if own is None and level is Level.VILLAGE_CLINIC else own


def _case_missing(pooled: InForce[Pooled], row: CasePack | None, code: str) -> list[MissingFigure]:
    source, path = pooled.source(pooled.section.by_case.clause), f"case_payment.{code}"
    if row is None:
        return [MissingFigure(path, source)]
    return [MissingFigure(f"{path}.{cell}", source) for cell in _CASE_CELLS if getattr(row, cell) is None]


def _bands(
    pooled: InForce[Pooled],
    region: RegionPack,
    level: Level,
    own: SpecialDiseasePack | None,
    disease: int | None,
) -> tuple[tuple[Band, ...], Source]:
    """Return the level's bands, or a disease's own rate in their place, with their source."""
    if own is not None and own.percent is not None:
        source = region.cite("special_outpatient.disease", str(disease), "percent")
        return (Band(None, own.percent),), source
    bands = pooled.section.bands
    bands_level = Level.LEVEL_1 if level is Level.VILLAGE_CLINIC else level
    rows: tuple[BandRow, ...] = getattr(bands, bands_level)
    return tuple(row.band for row in rows), pooled.source(bands.clause)


def _deductible(
    pooled: InForce[Pooled],
    special: InForce[SpecialOutpatient],
    region: RegionPack,
    benefit: Benefit,
    level: Level,
    transfer: Transfer,
    own: SpecialDiseasePack | None,
    disease: int | None,
) -> Deductible | MissingFigure:
    if benefit is Benefit.INPATIENT:
        return _inpatient_deductible(pooled, region, level, transfer)
    pack = region.special_outpatient
    yearly = pack.deductible_period is DeductiblePeriod.YEAR
    if own is not None and own.deductible is not None:
        source = region.cite("special_outpatient.disease", str(disease), "deductible")
        return Deductible((own.deductible,), source, yearly)
    table_level, figure = at_level(pack.deductible, level)
    path = f"special_outpatient.deductible.{table_level}"
    if figure is None:
        return MissingFigure(path, special.source(special.section.deductible.clause))
    return Deductible((figure,), region.cite(path), yearly)


def _inpatient_deductible(
    pooled: InForce[Pooled], region: RegionPack, level: Level, transfer: Transfer
) -> Deductible | MissingFigure:
    pack = region.inpatient
    if transfer is Transfer.DOWN and (pack.transfer_down is TransferDown.ANY_LEVEL or level in _PRIMARY):
        return Deductible((0,), pooled.source(pooled.section.transfer_down.clause), waived=True)
    table_level, figures = at_level(pack.deductible, level)
    path = f"inpatient.deductible.{table_level}"
    if figures is None:
        return MissingFigure(path, pooled.source(pooled.section.deductible.clause))
    return Deductible(figures, region.cite(path))


def _transfer_notes(region: RegionPack, level: Level, transfer: Transfer) -> tuple[Note, ...]:
    """Return the reading of a transfer that bears on a stay, none where every reading comes to the same."""
    if transfer is Transfer.UP:
        same = region.inpatient.transfer_up is TransferUp.SAME_STAY
        text = message("note.reading.same_stay" if same else "note.reading.next_admission")
        return (Note(text, region.cite("inpatient", "transfer_up")),)
    if transfer is Transfer.DOWN and level not in _PRIMARY:
        primary = region.inpatient.transfer_down is TransferDown.PRIMARY_ONLY
        text = message("note.reading.primary_only" if primary else "note.reading.any_level")
        return (Note(text, region.cite("inpatient", "transfer_down")),)
    return ()


def _axis_note(region: RegionPack) -> Note | None:
    """Return the note on bands that a region does not measure along the year's cost."""
    axis = region.inpatient.band_axis
    if axis is BandAxis.ANNUAL_COST:
        return None
    return Note(message(f"note.reading.{axis}"), region.cite("inpatient", "band_axis"))


def _special_terms(
    region: RegionPack, own: SpecialDiseasePack | None, disease: int | None
) -> SpecialTerms | None:
    if own is None:
        return None
    source = region.cite("special_outpatient.disease", str(disease))
    return SpecialTerms(own.deductible is not None, own.annual_limit, own.cost_limit, source)


def _carry_over(
    documents: Documents, region: RegionPack, day: date
) -> PooledCarryOver | MissingFigure | None:
    """Return the outpatient limits whose unused parts raise the pooled one, None where none does."""
    if not region.carry_over.outpatient_to_pooled:
        return None
    common = common_limit(documents, region, day)
    if isinstance(common, MissingFigure):
        return common
    source = region.cite("carry_over", "outpatient_to_pooled")
    return PooledCarryOver(common, disease_limits(documents, region, day), source)


def _not_on_file(
    pooled: InForce[Pooled],
    special: InForce[SpecialOutpatient],
    major_disease: bool,
    disease: int | None,
    own: SpecialDiseasePack | None,
) -> Missing:
    """Return the figures of a visit that a document leaves to papers that are not on file."""
    missing = []
    if major_disease:
        missing.append(MissingFigure("major_disease", pooled.source(pooled.section.by_case.clause)))
    elsewhere = special.section.elsewhere
    if disease in elsewhere.diseases and (own is None or own.percent is None):
        path = f"special_outpatient.disease_{disease}"
        missing.append(MissingFigure(path, Source(elsewhere.document, elsewhere.clause)))
    return tuple(missing)


def _special_notes(special: InForce[SpecialOutpatient], level: Level) -> tuple[Note, ...]:
    """Return a note where special outpatient care takes place at a level that its clause does not list."""
    levels = special.section.levels
    if level in levels.values:
        return ()
    text = message("note.special_at_level_1", level=term("level", level))
    return (Note(text, special.source(levels.clause)),)
