"""The choice of the figures of common and chronic outpatient care, and of the limits that carry over."""

from datetime import date

from core.messages import message
from core.money import share
from core.policy.documents import ChronicOutpatient, CommonOutpatient
from core.policy.in_force import Documents, InForce
from core.policy.regions import FIRST_LOCAL, RegionPack, at_level
from core.policy.terms import (
    CarryOverTerms,
    ChronicAmount,
    ChronicTerms,
    CommonTerms,
    Deductible,
    Missing,
    NotCovered,
)
from core.settlement import MissingFigure, Note
from core.vocabulary import DeductibleCounts, DeductiblePeriod, Level


def common_terms(
    documents: Documents, region: RegionPack, day: date, level: Level, two_disease_drugs: bool
) -> CommonTerms | NotCovered | Missing:
    """Return the terms of common outpatient care, or what is missing."""
    common: InForce[CommonOutpatient] | None = documents.in_force("common_outpatient", day)
    if common is None:
        return (MissingFigure(f"basic.{day.year}"),)
    section = common.section
    by_drugs = two_disease_drugs and level in section.two_disease_levels.values
    if level not in section.levels.values and not by_drugs:
        source = common.source(section.levels.clause)
        note = "note.common_not_covered" if level is Level.LEVEL_3 else "note.common_two_diseases_only"
        return NotCovered(source, Note(message(note), source))
    deductible = _common_deductible(documents, region, common, level, day)
    limit = common_limit(documents, region, day)
    if isinstance(deductible, MissingFigure) or isinstance(limit, MissingFigure):
        return tuple(figure for figure in (deductible, limit) if isinstance(figure, MissingFigure))
    points = region.carry_over.next_year_points
    key = "next_year_percent" if points is None else "next_year_points"
    notes: tuple[Note, ...] = ()
    if by_drugs and section.two_disease_notice:
        source = common.source(section.two_disease_notice.clause)
        notes = (Note(message("note.open.two_disease_notice"), source),)
    return CommonTerms(
        rate=section.rate.percent,
        deductible=deductible,
        annual_limit=limit.limit,
        combined_limit=section.combined_limit.yuan,
        rate_source=common.source(section.rate.clause),
        limit_source=limit.source,
        combined_source=common.source(section.combined_limit.clause),
        notes=notes,
        next_year_rate=limit.next_year_rate,
        next_year_points=points or 0,
        carry_source=region.cite("carry_over", key),
    )


def common_limit(documents: Documents, region: RegionPack, day: date) -> CarryOverTerms | MissingFigure:
    """Return the region's common outpatient limit with what of last year's raises it, or what is missing."""
    path = "common_outpatient.annual_limit"
    limit = region.common_outpatient.annual_limit
    if limit is None:
        common: InForce[CommonOutpatient] | None = documents.in_force("common_outpatient", day)
        return MissingFigure(path, common.source(common.section.annual_limit.clause) if common else None)
    from_last_year = region.cite("carry_over", "next_year_percent")
    return CarryOverTerms(limit, region.carry_over.next_year_percent or 0, region.cite(path), from_last_year)


def _common_deductible(
    documents: Documents, region: RegionPack, common: InForce[CommonOutpatient], level: Level, day: date
) -> Deductible | MissingFigure:
    waiver = documents.in_force("common_outpatient_waiver", day)
    if waiver and level in waiver.section.deductible.levels:
        return Deductible((0,), waiver.source(waiver.section.deductible.clause), waived=True)
    pack = region.common_outpatient
    table_level, figure = at_level(pack.deductible, level)
    path = f"common_outpatient.deductible.{table_level}"
    if figure is None:
        return MissingFigure(path, common.source(common.section.deductible.clause))
    return Deductible((figure,), region.cite(path), pack.deductible_period is DeductiblePeriod.YEAR)


def chronic_terms(
    documents: Documents, region: RegionPack, day: date, disease: int, rank: int
) -> ChronicTerms | Missing:
    """Return the terms of chronic outpatient care for a disease and its rank, or what is missing."""
    chronic: InForce[ChronicOutpatient] | None = documents.in_force("chronic_outpatient", day)
    if chronic is None:
        return (MissingFigure(f"basic.{day.year}"),)
    section, pack = chronic.section, region.chronic_outpatient
    deductible = _chronic_deductible(region, chronic, disease)
    amount = chronic_amount(region, chronic, disease, rank)
    carry_over = common_limit(documents, region, day) if region.carry_over.common_to_chronic else None
    if (
        isinstance(deductible, MissingFigure)
        or not isinstance(amount, ChronicAmount)
        or isinstance(carry_over, MissingFigure)
    ):
        of_amount = () if isinstance(amount, ChronicAmount) else amount
        figures = (deductible, *of_amount, carry_over)
        return tuple(figure for figure in figures if isinstance(figure, MissingFigure))
    return ChronicTerms(
        disease=disease,
        rate=section.rate.percent,
        amount=amount.yuan,
        fund_limit=amount.fund_limit,
        deductible=deductible,
        counts=pack.deductible_counts,
        combined_limit=section.combined_limit.yuan,
        rate_source=chronic.source(section.rate.clause),
        amount_source=amount.source,
        combined_source=chronic.source(section.combined_limit.clause),
        notes=(Note(message("note.chronic_inside_province"), chronic.source(section.rate.clause)),),
        whole_amount=amount.whole,
        further_rate=amount.further_rate,
        further_sum=amount.further_sum,
        reading=_deductible_reading(region),
        carry_over=carry_over and carry_over._replace(source=region.cite("carry_over", "common_to_chronic")),
    )


def _deductible_reading(region: RegionPack) -> Note | None:
    """Return the note on a deductible that a region counts outside a disease's amount."""
    if region.chronic_outpatient.deductible_counts is DeductibleCounts.INSIDE:
        return None
    source = region.cite("chronic_outpatient", "deductible_counts")
    return Note(message("note.reading.deductible_outside"), source)


def _chronic_deductible(
    region: RegionPack, chronic: InForce[ChronicOutpatient], disease: int
) -> Deductible | MissingFigure:
    figure, path = region.chronic_outpatient.deductible, "chronic_outpatient.deductible"
    if isinstance(figure, dict):
        path = f"{path}.{disease}" if figure else path
        figure = figure.get(disease)
    if figure is None:
        return MissingFigure(path, chronic.source(chronic.section.deductible.clause))
    return Deductible((figure,), region.cite(path), yearly=True)


def chronic_amount(
    region: RegionPack, chronic: InForce[ChronicOutpatient], disease: int, rank: int
) -> ChronicAmount | Missing:
    """Return what of a chronic disease's cost counts in a year, or what is missing of it.

    The second and every later disease of a patient (``rank`` above 1) brings what the region states.
    """
    pack, rate = region.chronic_outpatient, chronic.section.rate.percent
    whole, fixed, further = _whole_amount(region, chronic, disease), pack.additional_disease_amount, None
    clause = chronic.source(chronic.section.further_diseases.clause)
    missing = []
    if whole is None:
        missing.append(MissingFigure(f"chronic_outpatient.local.{disease}", clause))
    if rank > 1:
        further = pack.additional_disease_rate
        if further is None and fixed is None:
            missing.append(MissingFigure("chronic_outpatient.additional_disease", clause))
    if missing or whole is None:
        return tuple(missing)
    if rank > 1 and fixed is not None:
        source = region.cite("chronic_outpatient.additional_disease_amount")
        return ChronicAmount(fixed, share(fixed, rate), source, further_sum=True)
    if further is not None:
        amount = share(whole, further)
        source = region.cite("chronic_outpatient.additional_disease_rate")
        return ChronicAmount(amount, share(amount, rate), source, whole, further)
    source = chronic.source(chronic.section.diseases.clause)
    if disease >= FIRST_LOCAL:
        source = region.cite(f"chronic_outpatient.local.{disease}")
    return ChronicAmount(whole, share(whole, rate), source)


def _whole_amount(region: RegionPack, chronic: InForce[ChronicOutpatient], disease: int) -> int | None:
    """Return a disease's amount (fen) as the annex or the region's table has it, None where neither does."""
    if disease < FIRST_LOCAL:
        return chronic.section.diseases.rows[disease - 1].yuan
    local = region.chronic_outpatient.local_disease(disease)
    return local.amount if local else None


def disease_limits(documents: Documents, region: RegionPack, day: date) -> dict[int, int]:
    """Return the most that the fund pays of each chronic disease's whole amount in a year (fen)."""
    chronic: InForce[ChronicOutpatient] | None = documents.in_force("chronic_outpatient", day)
    if chronic is None:
        return {}
    rate = chronic.section.rate.percent
    amounts = {number: row.yuan for number, row in enumerate(chronic.section.diseases.rows, 1)}
    for row in region.chronic_outpatient.local:
        if row.amount is not None:
            amounts[row.number] = row.amount
    return {number: share(amount, rate) for number, amount in amounts.items()}
