"""A settlement as the answer of the interface (section 1)."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final

from core.bands import Line
from core.claim import BY_DISEASE, MONEY_TOTALS, ChronicTotals, YearToDate
from core.exchange.jsontext import quoted
from core.messages import Fault, Message
from core.money import percent, plain
from core.settlement import Amounts, PatientParts, Settlement, Source
from core.words import Words
from core.words import words as words_of

_KEPT: Final = 4096
"""The amounts and the clauses that are kept as they are written."""


def answer(settlement: Settlement, words: Words) -> str:
    """Return the answer of a settlement as one line of JSON, its alternatives included."""
    others = ", ".join(
        f'{{{_one_year(other.settlement, words)}, "year": {other.settlement.year}, '
        f'"better": {_truth(other.better)}}}'
        for other in settlement.alternatives
    )
    return f'{{{_one_year(settlement, words)}, "alternatives": [{others}]}}'


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


# An answer is put together as text: its shape is fixed, and most of its strings stand in many answers.


def _one_year(settlement: Settlement, words: Words) -> str:
    """Return the fields of an answer for one year, without the braces around them."""
    status, critical, parts = settlement.status, settlement.critical, settlement.patient_parts
    outcome = ""
    if critical is not None:
        outcome = (
            f', "critical_deductible": {_yuan(critical.deductible)}, "critical_cap": {_yuan(critical.cap)}, '
            f'"zero_claim_bonus_used": {_truth(critical.zero_claim_bonus_used)}, '
            f'"fraud_cleared": {_truth(critical.fraud_cleared)}'
        )
    after = settlement.year_to_date
    missing = [quoted(figure.path) for figure in settlement.missing]
    notes = [_said(note.text, words) for note in settlement.notes]
    steps = [
        f'{{"stage": {quoted(stage)}, "label": {_said(label, words)}, '
        f'"amount": {_yuan(amount)}, {_cited(source)}}}'
        for stage, label, amount, source, _payer, _base, _rate in settlement.steps
    ]
    return (
        f'"status": "{status}", "missing": [{", ".join(missing)}], '
        f'"amounts": {_AMOUNTS % tuple(map(_yuan, settlement.amounts))}, '
        f'"patient_parts": {"null" if parts is None else _PARTS % tuple(map(_yuan, parts))}, '
        f'"basic_bands": {_bands(settlement.basic_bands)}, '
        f'"critical_bands": {_bands(settlement.critical_bands)}{outcome}, '
        f'"steps": [{", ".join(steps)}], '
        f'"year_to_date": {"null" if after is None else _totals(after)}, '
        f'"notes": [{", ".join(notes)}]'
    )


def _form(names: Iterable[str]) -> str:
    """Return the object of some amounts, with a place for each."""
    return "{" + ", ".join(f'"{name}": %s' for name in names) + "}"


def _totals(year: YearToDate) -> str:
    """Return a year's totals as `totals` has them."""
    diseases = [
        ", ".join(
            f'"{number}": {_DISEASE % tuple(map(_yuan, found))}'
            for number, found in getattr(year, name).items()
        )
        for name in BY_DISEASE
    ]
    return _TOTALS % (year.admissions, *map(_yuan, _MONEY_OF(year)), *diseases)


_AMOUNTS: Final = _form(Amounts._fields)
_DISEASE: Final = _form(ChronicTotals._fields)
_MONEY_OF: Final = attrgetter(*MONEY_TOTALS)
_TOTALS: Final = (
    '{"admissions": %d, '
    + _form(MONEY_TOTALS)[1:-1]
    + "".join(f', "{name}": {{%s}}' for name in BY_DISEASE)
    + "}"
)
_PARTS: Final = _form(PatientParts._fields)


@lru_cache(_KEPT)
def _yuan(fen: int | None) -> str:
    return "null" if fen is None else f'"{plain(fen)}"'


@lru_cache(_KEPT)
def _cited(source: Source) -> str:
    return f'"document": {quoted(source.document)}, "clause": {quoted(source.clause)}'


def _truth(value: bool) -> str:
    return "true" if value else "false"


def _said(text: Message, words: Words) -> str:
    id_, params = text
    return quoted(words(text)) if params else _constant(id_, words.language)


@lru_cache(_KEPT)
def _constant(id_: str, language: str) -> str:
    """Return a sentence without places, quoted."""
    return quoted(words_of(language).text(id_))


def _bands(lines: Sequence[Line]) -> str:
    rows = [f"[{_yuan(line.base)}, {_percent(line.rate)}, {_yuan(line.paid)}]" for line in lines]
    return f"[{', '.join(rows)}]"


@lru_cache(_KEPT)
def _percent(rate: int) -> str:
    return f'"{percent(rate)}"'
