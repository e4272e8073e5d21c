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
    "chronic_outpatient.additional_disease": "missing.additional_disease",
    "elsewhere.referred_percent": "missing.elsewhere_referred",
    "elsewhere.unreferred_percent": "missing.elsewhere_unreferred",
}
_BY_LEVEL: Final = {
    "inpatient": "missing.inpatient_deductible",
    "special_outpatient": "missing.special_deductible_at",
    "common_outpatient": "missing.common_deductible_at",
}
_CASE_CELLS: Final = ("price", "fund_percent", "counts_for_critical", "deductible")


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
    if first == "case_payment":
        return _case(path.removeprefix("case_payment."))
    if first in _BY_LEVEL:
        if second.startswith("disease_"):
            return message("missing.special_disease_elsewhere", disease=second.removeprefix("disease_"))
        return message(_BY_LEVEL[first], level=term("level", rest[0]))
    if first == "chronic_outpatient":
        id_ = "missing.local_disease" if second == "local" else "missing.chronic_disease_deductible"
        return message(id_, disease=rest[0])
    if not rest:
        return message("missing.critical_year", year=second)
    return message("missing.critical_cell", year=second, cell=term("critical_cell", rest[0]))


def _case(path: str) -> Message:
    """Return the sentence for a case's missing row or cell. A code may hold points itself."""
    code, _, cell = path.rpartition(".")
    if code and cell in _CASE_CELLS:
        return message("missing.case_cell", code=code, cell=term("case_cell", cell))
    return message("missing.case_row", code=path)


def name_of(figure: MissingFigure) -> Message:
    """Return the missing cell's short name, for a list that already says benefit and level."""
    first, *rest = figure.path.split(".")
    if first == "critical_illness":
        if len(rest) == 1:
            return message("missing.short.critical_year", year=rest[0])
        return message("missing.short.critical_cell", year=rest[0], cell=term("critical_cell", rest[1]))
    if first == "basic":
        return message("missing.short.basic_year", year=rest[0])
    if first == "case_payment":
        code, _, cell = figure.path.removeprefix("case_payment.").rpartition(".")
        if code and cell in _CASE_CELLS:
            return message("missing.short.case_cell", code=code, cell=term("case_cell", cell))
        return message("missing.short.case", code=figure.path.removeprefix("case_payment."))
    if first == "major_disease":
        return Message("missing.short.major_disease")
    if first == "elsewhere":
        return Message("missing.short.elsewhere_share")
    return _short(first, rest)


def _short(first: str, rest: list[str]) -> Message:
    """Return the short name of a cell of a benefit's own table."""
    cell, *of = rest or [""]
    if cell == "annual_limit":
        return Message("missing.short.annual_limit")
    if cell == "additional_disease":
        return Message("missing.short.additional_disease")
    if cell == "local" and of:
        return message("missing.short.local_disease", disease=of[0])
    if cell != "deductible":
        return Message("missing.short.elsewhere")
    if of and first in _BY_LEVEL:
        return message("missing.short.deductible_at", level=term("level", of[0]))
    return Message("missing.short.deductible")
