"""The answer of the interface: a settlement, a refusal, a year's totals (sections 1 and 2)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from core.bands import Line
from core.claim import MONEY_TOTALS, ChronicTotals, YearToDate
from core.messages import Fault
from core.money import percent, plain
from core.settlement import Settlement
from core.words import Words


def answer(settlement: Settlement, words: Words) -> dict[str, Any]:
    """Return the answer of a settlement, its alternatives included."""
    return {
        **_one_year(settlement, words),
        "alternatives": [
            {**_one_year(other.settlement, words), "year": other.settlement.year, "better": other.better}
            for other in settlement.alternatives
        ],
    }


def refusal(faults: Iterable[Fault], words: Words) -> dict[str, Any]:
    """Return the answer to a request with faults, each by its field."""
    errors = [{"field": fault.field, "message": words(fault.message)} for fault in faults]
    return {"status": "refused", "errors": errors}


def amounts_of(fen: Mapping[str, int | None]) -> dict[str, str | None]:
    """Return amounts (fen) as the interface writes them, in yuan; None stays None."""
    return {name: None if amount is None else plain(amount) for name, amount in fen.items()}


def totals(year: YearToDate) -> dict[str, Any]:
    """Return a year's totals in the request's form, all fields."""
    return {
        "admissions": year.admissions,
        **{name: plain(getattr(year, name)) for name in MONEY_TOTALS},
        "chronic": {str(number): _chronic(disease) for number, disease in year.chronic.items()},
    }


def _chronic(disease: ChronicTotals) -> dict[str, str]:
    return {name: plain(amount) for name, amount in disease._asdict().items()}


def _one_year(settlement: Settlement, words: Words) -> dict[str, Any]:
    form: dict[str, Any] = {
        "status": settlement.status.value,
        "missing": [figure.path for figure in settlement.missing],
        "amounts": amounts_of(settlement.amounts._asdict()),
        "patient_parts": None,
        "basic_bands": _bands(settlement.basic_bands),
        "critical_bands": _bands(settlement.critical_bands),
    }
    if settlement.patient_parts is not None:
        form["patient_parts"] = {name: plain(fen) for name, fen in settlement.patient_parts._asdict().items()}
    if settlement.critical is not None:
        terms = settlement.critical
        form["critical_deductible"] = plain(terms.deductible)
        form["critical_cap"] = None if terms.cap is None else plain(terms.cap)
        form["zero_claim_bonus_used"] = terms.zero_claim_bonus_used
        form["fraud_cleared"] = terms.fraud_cleared
    form["steps"] = [
        {
            "stage": step.stage,
            "label": words(step.label),
            "amount": None if step.amount is None else plain(step.amount),
            "document": step.source.document,
            "clause": step.source.clause,
        }
        for step in settlement.steps
    ]
    form["year_to_date"] = None if settlement.year_to_date is None else totals(settlement.year_to_date)
    form["notes"] = [words(note.text) for note in settlement.notes]
    return form


def _bands(lines: Sequence[Line]) -> list[list[str]]:
    return [[plain(line.base), percent(line.rate), plain(line.paid)] for line in lines]
