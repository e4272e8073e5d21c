"""The sample admission, as a clerk types it: for pictures of the window, and for trying an installation."""

from datetime import date
from typing import Any, Final

from core.money import grouped, parse_yuan
from core.places import RESOURCES
from core.words import Words

_FILE: Final = RESOURCES / "samples" / "admission.json"
_TODAY: Final = date(2026, 3, 12)
_ID: Final = "220113196004080016"


def today() -> date:
    """Return the day of the demonstration, two days after the sample's discharge."""
    return _TODAY


def admission() -> dict[str, Any]:
    """Return the sample as a request."""
    import json  # the window is painted first

    request: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    return request


def cells_of(request: dict[str, Any], spoken: Words) -> dict[str, str]:
    """Return a request as a clerk types it, by cell."""

    def yuan(name: str) -> str:
        fen = parse_yuan(request.get(name, "0"))
        return grouped(fen) if isinstance(fen, int) and fen else ""

    return {
        "id": _ID,
        "name": spoken.text("window.demo.patient"),
        "benefit": request["benefit"],
        "level": request["hospital_level"],
        "admitted": request.get("admitted", ""),
        "discharged": request["discharged"],
        "population": request.get("population", "ordinary"),
        "total": yuan("total"),
        "eligible": yuan("eligible"),
        "category_b": yuan("category_b_selfpay"),
    }
