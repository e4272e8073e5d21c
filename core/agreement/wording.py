"""What is told of a difference: the kind's name, the one thing that would make it equal, and the clause."""

from typing import Final

from core.agreement.explain import Way
from core.agreement.reconcile import RowDifference
from core.agreement.trial import OneChange
from core.messages import Message, message, term
from core.money import grouped
from core.settlement import Source, Step

_TERMS: Final = {
    "level": "level",
    "deductible_level": "level",
    "category": "population",
    "critical_tilt": "population",
}
_VALUES: Final = frozenset({
    "none", "once", "once_down", "lines_down", "critical", "original", "year", "visit", "annual_cost",
    "admission_cost", "annual_fund", "zero", "deductible", "payment", "cost", "no_deductible", "no_limit",
    "deductible_anew", "limit_anew", "first_stay", "local", "elsewhere_referred", "elsewhere_unreferred",
    "next_admission", "same_stay", "any_level", "primary_only",
})  # fmt: skip
_STEPS: Final = {
    "own_pay": ("step.out_of_catalogue",),
    "over_limit": ("step.over_price_limit",),
    "category_b": ("step.category_b",),
    "elsewhere": ("step.elsewhere_share",),
    "hospital_part": ("step.hospital_part",),
    "deductible_number": ("step.deductible",),
    "deductible_level": ("step.deductible",),
    "deductible_transfer": ("step.deductible",),
    "deductible_waived": ("step.deductible",),
    "level": ("step.band", "step.deductible"),
    "band_axis": ("step.axis", "step.band"),
    "band_totals": ("step.axis", "step.band"),
    "annual_limit": ("step.annual_limit", "step.over_", "step.basic_paid"),
    "rounding": ("step.band",),
    "rate_year": ("step.critical_deductible", "step.band"),
    "category": ("step.tilt_points", "step.critical_deductible"),
    "critical_tilt": ("step.tilt_points", "step.critical_deductible"),
    "critical_deductible": ("step.critical_deductible",),
    "critical_origin": ("step.origin_deductible", "step.critical_deductible"),
    "critical_cap": ("step.critical_cap", "step.critical_uncapped"),
    "critical_totals": ("step.burden_year",),
}


def name_of(kind: str) -> Message:
    """Return the name of a kind."""
    return term("agreement.kind", kind)


def why(difference: RowDifference) -> Message:
    """Return what would make a difference equal, one sentence after another."""
    told = [_shown(difference, kind) for kind in difference.certain if kind != "month"]
    told += [_why(change) for change in difference.ways[0]] if difference.ways else []
    if not difference.explained:
        own = difference.own
        if own is not None and own.settlement.missing:
            paths = ", ".join(figure.path for figure in own.settlement.missing)
            return message("agreement.why.incomplete", value=paths)
        told.append(message("agreement.why.unexplained", value=""))
    told += [_shown(difference, kind) for kind in difference.certain if kind == "month"]
    whole = told[0]
    for sentence in told[1:]:
        whole = message("agreement.both", first=whole, second=sentence)
    return whole


def _shown(difference: RowDifference, kind: str) -> Message:
    """Return the sentence of a kind that the rows show by themselves."""
    value = ", ".join(row.setl_id or str(row.number) for row in (difference.row, *difference.others))
    if kind == "month":
        settled = difference.row.settled
        value = "" if settled is None else f"{settled:%Y-%m-%d}"
    return message(f"agreement.why.{kind}", value=value)


def _why(change: OneChange) -> Message:
    return message(f"agreement.why.{change.kind}", value=told(change))


def told(change: OneChange) -> Message | str:
    """Return the value of a change as it is told: a term, a sum of yuan, or as it stands."""
    value = change.value
    if change.kind in _TERMS:
        return term(_TERMS[change.kind], str(value))
    if change.kind == "deductible_number" and isinstance(value, int):
        return str(value)
    if isinstance(value, int):
        return grouped(value)
    return term("agreement.value", value) if value in _VALUES else value


def clause(difference: RowDifference) -> Source | None:
    """Return the clause that the first kind of the likeliest way is about, None where there is none."""
    own = difference.own
    if own is None:
        return None
    steps = own.settlement.steps
    if difference.ways:
        way: Way = difference.ways[0]
        return _cited(way[0], (*way[0].case.settled().steps, *steps))
    return steps[-1].source if steps else None


def _cited(change: OneChange, steps: tuple[Step, ...]) -> Source | None:
    if change.kind == "assistance":
        return next((step.source for step in steps if step.stage == "assistance"), None)
    for beginning in _STEPS.get(change.kind, ()):
        found = next((step for step in steps if step.label.id.startswith(beginning)), None)
        if found is not None:
            return found.source
    return steps[-1].source if steps else None
