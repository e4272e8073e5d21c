"""The operands that a line takes from the year before the visit, held against what was typed of that year."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.desk_calculator.lines import Line, fen
from tests.desk_calculator.page import same

Year = Mapping[str, Any]
STAYS = ("inpatient", "special_outpatient", "day_surgery")


def _money(year: Year, name: str) -> int:
    return fen(str(year.get(name, 0)))


def _of(year: Year, kind: str, disease: object, name: str) -> int:
    return fen(str(year.get(kind, {}).get(str(disease), {}).get(name, 0)))


def _outpatient_paid(year: Year) -> int:
    diseases = year.get("chronic", {})
    return _money(year, "common_outpatient_paid") + sum(_of(year, "chronic", one, "paid") for one in diseases)


def _paid(year: Year, stage: str) -> int:
    return _money(year, "assistance_paid" if stage == "assistance" else "basic_paid")


Wanted = Callable[[Year, str, Mapping[str, Any], Line], int]
OPERANDS: Mapping[tuple[str, str], Wanted] = {
    ("step.axis_cost", "before"): lambda year, *_: _money(year, "in_scope"),
    ("step.axis_fund", "before"): lambda year, *_: _money(year, "basic_paid"),
    ("step.axis_assistance", "before"): lambda year, *_: _money(year, "assistance_paid"),
    ("step.before.annual_limit", "before"): lambda year, stage, *_: _paid(year, stage),
    ("step.before.over_common_limit", "before"): lambda year, *_: _money(year, "common_outpatient_paid"),
    ("step.before.over_combined_limit", "before"): lambda year, *_: _outpatient_paid(year),
    ("step.before.over_disease_limit", "before"): lambda year, stage, request, _: _own(
        year, stage, request, "paid"
    ),
    ("step.beyond_amount_before", "before"): lambda year, stage, request, _: _own(
        year, stage, request, "in_scope"
    ),
    ("step.beyond_amount_outside", "before"): lambda year, stage, request, _: _own(
        year, stage, request, "in_scope"
    ),
    ("step.beyond_cost_limit", "before"): lambda year, stage, request, _: _own(
        year, stage, request, "in_scope"
    ),
    ("step.over_cap_before", "before"): lambda year, *_: _money(year, "critical_paid"),
    ("step.burden_year", "before"): lambda year, *_: _money(year, "critical_burden"),
    ("step.deductible.outpatient_of_year", "used"): lambda year, stage, request, _: (
        _money(year, "common_outpatient_deductible")
        if stage == "common_outpatient"
        else _own(year, stage, request, "deductible")
    ),
    ("step.assistance_deductible_before", "used"): lambda year, *_: _money(year, "assistance_deductible"),
    ("step.unused_common", "paid"): lambda year, *_: _money(year, "common_outpatient_paid"),
    ("step.unused_disease", "paid"): lambda year, _stage, _request, line: _of(
        year, "chronic", line.number("disease"), "paid"
    ),
    ("step.common_limit_with", "carried"): lambda year, *_: _money(year, "carried_common"),
    ("step.common_rate_from", "carried"): lambda year, *_: _money(year, "carried_common"),
}


def _own(year: Year, stage: str, request: Mapping[str, Any], name: str) -> int:
    """Return a total of the visit's own disease."""
    if stage == "chronic_outpatient":
        return _of(year, "chronic", request.get("disease"), name)
    return _of(year, "special", request.get("special_disease"), name)


def hold_totals(stages: Mapping[str, list[Line]], request: Mapping[str, Any], year: Year) -> None:
    """Hold every operand of the year before against the totals that were typed. Raises CannotRedo."""
    for stage, lines in stages.items():
        for line in lines:
            for name in line.operands:
                wanted = OPERANDS.get((line.kind, name))
                if wanted:
                    same(line.text, line.fen(name), wanted(year, stage, request, line))
                if (line.kind, name) == ("step.deductible.of_year", "used"):
                    _used(line, request, year)
                if (line.kind, name) == ("step.deductible.inpatient", "number"):
                    _number(line, request, year)


def _used(line: Line, request: Mapping[str, Any], year: Year) -> None:
    """Hold what was deducted: of the level's figure, or of the disease's own."""
    disease = _of(year, "special", request.get("special_disease"), "deductible")
    level = _money(year, "special_outpatient_deductible")
    same(line.text, int(line.fen("used") in (disease, level)), 1)


def _number(line: Line, request: Mapping[str, Any], year: Year) -> None:
    """Hold which stay of the year it is: the next one, or the one that a chain began with."""
    before = year.get("admissions", 0)
    chain = before - request.get("transfer", {}).get("earlier_stays", 1)
    same(line.text, int(line.number("number") in (before + 1, max(0, chain) + 1)), 1)
