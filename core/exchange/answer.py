"""A settlement as the answer of the interface (section 1)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from core.bands import Line
from core.claim import BY_DISEASE, MONEY_TOTALS, ChronicTotals, YearToDate
from core.messages import Fault
from core.money import percent, plain
from core.settlement import Settlement
from core.words import Words


def answer(settlement: Settlement, words: Words) -> dict[str, Any]:
    """The answer of a settlement, its alternatives included."""
    return {
        **_one_year(settlement, words),
        "alternatives": [
            {**_one_year(other.settlement, words), "year": other.settlement.year, "better": other.better}
            for other in settlement.alternatives
        ],
    }


def refusal(faults: Iterable[Fault], words: Words) -> dict[str, Any]:
    """The answer to a request with faults, each by its field."""
    errors = [{"field": fault.field, "message": words(fault.message)} for fault in faults]
    return {"status": "refused", "errors": errors}


def amounts_of(fen: Mapping[str, int | None]) -> dict[str, str | None]:
    """Return amounts (fen) as the interface writes them, in yuan; None stays None."""
    return {name: None if amount is None else plain(amount) for name, amount in fen.items()}


def totals(year: YearToDate) -> dict[str, Any]:
    """A year's totals in the request's form, all fields."""
    return {
        "admissions": year.admissions,
        **{name: plain(getattr(year, name)) for name in MONEY_TOTALS},
        **{
            name: {str(number): _disease(found) for number, found in getattr(year, name).items()}
            for name in BY_DISEASE
        },
    }


def _disease(found: ChronicTotals) -> dict[str, str]:
    return {name: plain(amount) for name, amount in zip(found._fields, found, strict=True)}


def _one_year(settlement: Settlement, words: Words) -> dict[str, Any]:
    made: dict[str, Any] = {
        "status": settlement.status.value,
        "missing": [figure.path for figure in settlement.missing],
        "amounts": amounts_of(settlement.amounts._asdict()),
        "patient_parts": None,
        "basic_bands": _bands(settlement.basic_bands),
        "critical_bands": _bands(settlement.critical_bands),
    }
    if settlement.patient_parts is not None:
        made["patient_parts"] = {name: plain(fen) for name, fen in settlement.patient_parts._asdict().items()}
    if settlement.critical is not None:
        terms = settlement.critical
        made["critical_deductible"] = plain(terms.deductible)
        made["critical_cap"] = None if terms.cap is None else plain(terms.cap)
        made["zero_claim_bonus_used"] = terms.zero_claim_bonus_used
        made["fraud_cleared"] = terms.fraud_cleared
    made["steps"] = [
        {
            "stage": step.stage,
            "label": words(step.label),
            "amount": None if step.amount is None else plain(step.amount),
            "document": step.source.document,
            "clause": step.source.clause,
        }
        for step in settlement.steps
    ]
    made["year_to_date"] = None if settlement.year_to_date is None else totals(settlement.year_to_date)
    made["notes"] = [words(note.text) for note in settlement.notes]
    return made


def _bands(lines: Sequence[Line]) -> list[list[str]]:
    return [[plain(line.base), percent(line.rate), plain(line.paid)] for line in lines]
