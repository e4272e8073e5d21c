"""The cells of a form that a posted request was made of: the way back from `form.request`."""

from collections.abc import Mapping
from typing import Any, Final

from core.money import grouped, parse_yuan
from core.vocabulary import Transfer
from desktop.presenters.counter import form

_SAME_NAME: Final = ("benefit", "population", "care", "case", *form.COSTS, "hospital_part")
_COUNTED: Final = ("disease", "disease_rank", "special_disease")


def cells_of(request: Mapping[str, Any]) -> dict[str, str]:
    """Return the texts of a request's cells, its days included; a cell that it does not state is absent."""
    texts = {name: str(request[name]) for name in (*_SAME_NAME, *form.DAYS, *_COUNTED) if name in request}
    texts |= {name: "yes" for name in form.YES_NO if request.get(name)}
    if "hospital_level" in request:
        texts["level"] = str(request["hospital_level"])
    if "category_b_selfpay" in request:
        texts["category_b"] = str(request["category_b_selfpay"])
    texts |= _transfer(request.get("transfer") or {}) | _elsewhere(request.get("basic_settlement") or {})
    texts |= _enrolment(request.get("enrolment") or {})
    return {name: _in_full(name, text) for name, text in texts.items()}


def _transfer(transfer: Mapping[str, Any]) -> dict[str, str]:
    kind = transfer.get("kind", Transfer.NONE)
    if kind == Transfer.NONE:
        return {}
    stated = ("deductible_paid", "earlier_stays")
    return {"transfer": str(kind)} | {name: str(transfer[name]) for name in stated if name in transfer}


def _elsewhere(settled: Mapping[str, Any]) -> dict[str, str]:
    cells = {"fund_paid": "fund_paid", "deductible": "fund_deductible"}
    return {cell: str(settled[name]) for name, cell in cells.items() if name in settled}


def _enrolment(enrolment: Mapping[str, Any]) -> dict[str, str]:
    texts = {name: str(enrolment[name]) for name in form.ENROLMENT[:3] if name in enrolment}
    if enrolment.get("fraud_amounts"):
        texts["fraud_amounts"] = " ".join(map(str, enrolment["fraud_amounts"]))
    return texts


def _in_full(name: str, text: str) -> str:
    """Return an amount as a cell shows it that was left."""
    fen = parse_yuan(text) if name in form.AMOUNTS else None
    return grouped(fen) if isinstance(fen, int) else text
