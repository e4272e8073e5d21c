"""A missing figure in words: its cell, who leaves it open and where to enter it."""

from typing import Final

from core.messages import Message, message, term
from core.settlement import MissingFigure

_BY_PATH: Final = {
    "special_outpatient.deductible": "missing.special_outpatient_deductible",
    "common_outpatient.annual_limit": "missing.common_outpatient_limit",
    "common_outpatient.deductible": "missing.common_outpatient_deductible",
    "chronic_outpatient.deductible": "missing.chronic_outpatient_deductible",
    "major_disease": "missing.major_disease",
}


def say(figure: MissingFigure) -> Message:
    """Return the sentence for a missing figure, with the document that leaves it open where there is one."""
    cell = _cell(figure.path)
    if figure.source is None:
        return cell
    return message(
        "missing.with_document", cell=cell, document=figure.source.document, clause=figure.source.clause
    )


def _cell(path: str) -> Message:
    known = _BY_PATH.get(path)
    if known:
        return Message(known)
    first, second, *rest = path.split(".")
    if first == "basic":
        return message("missing.basic_year", year=second)
    if first == "inpatient":
        return message("missing.inpatient_deductible", level=term("level", rest[0]))
    if first == "chronic_outpatient":
        return message("missing.chronic_disease_deductible", disease=rest[0])
    if first == "special_outpatient":
        return message("missing.special_disease_elsewhere", disease=second.removeprefix("disease_"))
    if not rest:
        return message("missing.critical_year", year=second)
    return message("missing.critical_cell", year=second, cell=term("critical_cell", rest[0]))


def name_of(figure: MissingFigure) -> Message:
    """Return the missing cell's short name, for a list that already says benefit and level."""
    first, *rest = figure.path.split(".")
    if first == "critical_illness":
        if len(rest) == 1:
            return message("missing.short.critical_year", year=rest[0])
        return message("missing.short.critical_cell", year=rest[0], cell=term("critical_cell", rest[1]))
    if first == "basic":
        return message("missing.short.basic_year", year=rest[0])
    if first == "inpatient":
        return message("missing.short.deductible_at", level=term("level", rest[1]))
    if rest and rest[0] == "annual_limit":
        return Message("missing.short.annual_limit")
    if rest and rest[0] == "deductible":
        return Message("missing.short.deductible")
    return Message("missing.short.elsewhere")
