"""A fund's year as programs read it: one JSON object, amounts as text, each figure of law with its clause."""

from typing import Any

from core.model.fund_year import FundSums, FundYear, GroupLine, Half, HospitalLine, MonthLine, Run, foremost
from core.model.modelling import Modelled
from core.model.plan import Outlook, points
from core.model.solve import Solved
from core.model.tally import SIZES
from core.money import percent, plain
from core.settlement import Source
from core.words import Words

HOSPITALS = 20
"""So many hospitals are told, by critical illness and by all spending; the workbook has all."""
_PAYERS = ("basic", "critical", "assistance", "patient")
_FIELDS = ("hifp_pay", "hifmi_pay", "maf_pay", "psn_part_amt")


def modelled_json(modelled: Modelled, words: Words) -> dict[str, Any]:
    """Return a year with what it was worked out from, as the console prints it."""
    form = as_json(modelled.year, words)
    if modelled.solved is not None:
        form["solved"] = solved_json(modelled.solved)
    if modelled.assumed is not None:
        form["assumptions"] = modelled.assumed.title(words.language)
    claims = modelled.claims
    if modelled.assumed is None:
        form["left_out"] = modelled.lacking
        form["empty_months"] = list(modelled.empty_months)
    if claims is not None:
        form["differing"] = modelled.differing
        form["faults"] = [
            {"file": each.file, "row": each.row, "message": words(each.why)} for each in claims.left_out
        ]
        form["booked"] = {
            name: plain(sum(getattr(each, field) or 0 for each in claims.booked))
            for name, field in zip(_PAYERS, _FIELDS, strict=True)
        }
    return form


def as_json(year: FundYear, words: Words) -> dict[str, Any]:
    """Return a year as the console prints it. What nobody states is None, never zero."""
    given, first = year.given, year.first
    form: dict[str, Any] = {
        "year": _year(year, first),
        "people": given.people,
        "claims": year.claims,
        "regions": list(year.regions),
        "months": [_month(line) for line in first.months],
        "exhausted_on": None if first.exhausted_on is None else first.exhausted_on.isoformat(),
        "average_share": _percent(first.average),
        "average_target": None,
        **{name: [_group(line) for line in lines] for name, lines in first.groups.items()},
        "hospitals": [_hospital(line) for line in foremost(year.hospitals, HOSPITALS)],
        "evaluation": [_half(half) for half in year.halves],
        "outlook": _outlook(year.outlook, words),
        "set": [_scenario(year, run) for run in year.scenarios],
        "basis": basis(year),
    }
    if year.target is not None:
        form["average_target"] = percent(year.target.section.percent)
    return form


def basis(year: FundYear) -> dict[str, dict[str, str]]:
    """Return the clause that each kind of figure stands in, as far as a document in force has one."""
    clauses: dict[str, Source] = {}
    if year.funding is not None:
        section = year.funding.section
        clauses["income"] = year.funding.source(section.per_head.clause)
        if section.moves_to is not None:
            clauses["moves_to"] = year.funding.source(section.moves_to.clause)
    if year.warning is not None:
        clauses["colour"] = year.warning.source(year.warning.section.clause)
    if year.target is not None:
        clauses["average_share"] = year.target.source(year.target.section.clause)
    return {name: {"document": source.document, "clause": source.clause} for name, source in clauses.items()}


def solved_json(solved: Solved) -> dict[str, Any]:
    """Return a figure that was found, with the spending on both sides of it."""
    return {
        "path": solved.path,
        "value": str(solved.yuan),
        "of": solved.fund,
        "budget": plain(solved.budget),
        "spent": plain(solved.spent),
        "spent_one_less": None if solved.below is None else plain(solved.below),
        "spent_one_more": plain(solved.above),
    }


def size_bounds(name: str) -> tuple[int, int | None]:
    """Return the edges (fen; None: open) of a size of bill by the name of its line."""
    at = int(name)
    return (0 if at == 0 else SIZES[at - 1], SIZES[at] if at < len(SIZES) else None)


def _amounts(amounts: FundSums) -> dict[str, str]:
    return {name: plain(fen) for name, fen in amounts._asdict().items()}


def _yuan(fen: int | None) -> str | None:
    return None if fen is None else plain(fen)


def _percent(rate: int | None) -> str | None:
    return None if rate is None else percent(rate)


def _month(line: MonthLine) -> dict[str, Any]:
    paid = line.amounts
    return {
        "month": line.month,
        "income": _yuan(line.income),
        "planned": _yuan(line.planned),
        **{name: None if paid is None else plain(getattr(paid, name)) for name in _PAYERS},
        "lead_points": None if line.standing is None else points(line.standing.lead),
        "colour": None if line.standing is None else line.standing.colour,
    }


def _year(year: FundYear, run: Run) -> dict[str, Any]:
    plan, given = year.given.plan, year.given
    known = [line.standing for line in run.months if line.standing is not None]
    left = None if plan is None or given.months < 12 else sum(plan.income) - run.year.critical
    carried = None if left is None or given.carried is None else given.carried + left
    return {
        "year": given.year,
        "months": given.months,
        "income": None if plan is None else plain(sum(plan.income)),
        "planned": None if plan is None else plain(plan.budget),
        **_amounts(run.year),
        "lead_points": points(known[-1].lead) if known else None,
        "colour": known[-1].colour if known else None,
        "balance": _yuan(left),
        "carried_in": _yuan(given.carried),
        "carried_out": _yuan(carried),
        "income_moves_to": _yuan(year.moves_to),
    }


def _group(line: GroupLine) -> dict[str, Any]:
    return {"name": _name(line), "claims": line.claims, **_amounts(line.amounts)}


def _name(line: GroupLine) -> str:
    """Return a line's name; a size of bill by its edges in yuan: ``5000-10000``, ``200000-``."""
    if not line.name.isdecimal():
        return line.name
    lower, upper = size_bounds(line.name)
    return f"{lower // 100}-{'' if upper is None else upper // 100}"


def _changed(line: GroupLine) -> dict[str, Any]:
    return {
        "name": _name(line),
        "claims": line.claims,
        "gain": line.gain,
        "gained": plain(line.gained),
        "lose": line.lose,
        "lost": plain(line.lost),
    }


def _hospital(line: HospitalLine) -> dict[str, Any]:
    return {
        "name": line.name,
        "claims": line.claims,
        "elsewhere": line.elsewhere,
        **_amounts(line.amounts),
    }


def _half(half: Half) -> dict[str, Any]:
    return {
        "months": half.months,
        "income": _yuan(half.income),
        "planned": _yuan(half.planned),
        "critical": plain(half.critical),
        "lead_points": None if half.standing is None else points(half.standing.lead),
        "colour": None if half.standing is None else half.standing.colour,
        "people_helped": half.helped,
    }


def _outlook(outlook: Outlook | None, words: Words) -> dict[str, Any] | None:
    if outlook is None:
        return None
    return {
        "months": outlook.months,
        "critical": plain(outlook.spent),
        "as_planned": {"critical": plain(outlook.as_planned), "label": words.text("model.as_planned")},
        "as_so_far": {"critical": plain(outlook.as_so_far), "label": words.text("model.as_so_far")},
    }


def _scenario(year: FundYear, run: Run) -> dict[str, Any]:
    before = year.first.year
    every = run.groups["levels"]
    return {
        "set": run.asked,
        "year": _year(year, run),
        "months": [_month(line) for line in run.months],
        "exhausted_on": None if run.exhausted_on is None else run.exhausted_on.isoformat(),
        "average_share": _percent(run.average),
        "difference": {name: plain(getattr(run.year, name) - getattr(before, name)) for name in _PAYERS},
        "gain": sum(line.gain for line in every),
        "gained": plain(sum(line.gained for line in every)),
        "lose": sum(line.lose for line in every),
        "lost": plain(sum(line.lost for line in every)),
        "changed": {name: [_changed(line) for line in lines] for name, lines in run.groups.items()},
    }
