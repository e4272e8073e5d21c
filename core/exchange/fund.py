"""Answers around the settlement: funding, the make-up by place, surplus and loss, the early warning."""

from datetime import date
from typing import Any

from core.ledger.year_shares import YearShares
from core.messages import Fault, Message, message
from core.money import ONE_PERCENT, percent, plain, share
from core.policy.documents import CriticalIllness
from core.policy.funding import (
    CriticalFunding,
    EarlyWarning,
    InpatientTarget,
    Insurer,
    MakeUp,
    MakeUpRow,
    ResidentFunding,
)
from core.policy.in_force import Documents, InForce
from core.rules import fund
from core.settlement import Source
from core.words import Words

FIRST_YEAR, LAST_YEAR = 2016, 2099
"""The years that a fund is worked out for: from the first document about critical illness on."""
AREAS = ("province", "yanbian", "yitong", "changbai", "qianguo")


def funding(
    documents: Documents, words: Words, year: int, area: str, last_year: int | None
) -> dict[str, Any] | list[Fault]:
    """Return a year's funding per head: contributions, the subsidy and its split, critical illness.

    ``last_year`` is last year's funding per head (fen). None: it is not known, and the share of it that
    critical illness moves to is left out. A year without a document on file is a fault.
    """
    form: dict[str, Any] = {"year": year, "area": area}
    residents: InForce[ResidentFunding] | None = _of_year(documents, "resident_funding", year)
    critical: InForce[CriticalFunding] | None = _of_year(documents, "critical_funding", year)
    if residents is None and critical is None:
        return [Fault("year", message("fault.no_funding", year=str(year)))]
    if residents is not None:
        section = residents.section
        split = fund.split_for(section.split.areas, area)
        form["contributions"] = {
            "adult": plain(section.contributions.adult_yuan),
            "child": plain(section.contributions.child_yuan),
            **_cited(residents.source(section.contributions.clause)),
        }
        form["subsidy"] = {
            "total": plain(section.subsidy.yuan),
            "central": plain(split.central),
            "provincial": plain(split.provincial),
            "local": plain(split.local),
            **_cited(residents.source(section.split.clause)),
        }
    if critical is not None:
        per_head, moves_to = critical.section.per_head, critical.section.moves_to
        form["critical_illness"] = {
            "per_head": plain(per_head.yuan),
            **_cited(critical.source(per_head.clause)),
        }
        if moves_to is not None:
            form["critical_illness"]["moves_to_percent"] = percent(moves_to.percent)
            if last_year is not None:
                form["critical_illness"]["moves_to"] = plain(share(last_year, moves_to.percent))
    form["label"] = words.text("fund.funding", year=str(year), area=Message(f"area.{area}"))
    return form


def make_up(documents: Documents, words: Words, place: str | None) -> dict[str, Any] | list[Fault]:
    """Return what a place makes up for 2019 with its parts, and rows of the annex that do not add up.

    ``place`` None: the whole annex. A place is named by itself or by its path (city/district). Of a name that
    stands more than once every place is listed under ``places``. A place that the annex does not name is a
    fault.
    """
    annex: InForce[MakeUp] = documents.first("make_up")
    section = annex.section
    around = {
        "mismatches": [row._asdict() for row in fund.mismatches(section)],
        **_cited(annex.source(section.clause)),
    }
    if place is None:
        return {**_made_up(section, words.text("fund.total"), section, None), **around}
    named = fund.rows_named(section, place)
    if not named:
        return [Fault("place", message("fault.place_unknown", place=place))]
    forms = [_made_up(section, "/".join(fund.path_of(section, row)), row, row.place) for row in named]
    if len(forms) == 1:
        return {**forms[0], "place": named[0].place, "path": forms[0]["place"], **around}
    return {"place": place, "places": forms, **around}


def _made_up(section: MakeUp, name: str, whole: MakeUp | MakeUpRow, place: str | None) -> dict[str, Any]:
    return {
        "place": name,
        "people": whole.people,
        "amount": plain(whole.yuan),
        "per_head": plain(section.yuan_per_head),
        "parts": [
            {"place": row.place, "people": row.people, "amount": plain(row.yuan)}
            for row in fund.parts_of(section, place)
        ],
    }


def result(documents: Documents, words: Words, premium: int, surplus: int, loss: int) -> dict[str, Any]:
    """Return how insurer and fund share a year's surplus or loss (fen; one of them is 0).

    The shares are None where the document leaves them to negotiation.
    """
    insurer: InForce[Insurer] = documents.first("insurer")
    shared = (
        fund.share_loss(insurer.section, premium, loss)
        if loss
        else fund.share_surplus(insurer.section, premium, surplus)
    )
    label = (
        "fund.negotiated" if shared.insurer is None else "fund.loss_shared" if loss else "fund.surplus_shared"
    )
    return {
        "insurer": None if shared.insurer is None else plain(shared.insurer),
        "fund": None if shared.fund is None else plain(shared.fund),
        "label": words.text(label),
        **_cited(insurer.source(insurer.section.clause)),
    }


def warning(documents: Documents, words: Words, budget: int, planned: int, spent: int) -> dict[str, Any]:
    """Return the colour of the early warning, None where there is none, and what the office must do next.

    All amounts are fen.
    """
    early: InForce[EarlyWarning] = documents.first("early_warning")
    colour = fund.warning(early.section, budget, spent, planned)
    return {
        "colour": colour,
        "label": words.text(f"fund.warning_{colour or 'none'}"),
        **_cited(early.source(early.section.clause)),
    }


def targets(documents: Documents, year: int, shares: YearShares, income: int | None) -> dict[str, Any]:
    """Return what the documents aim at in a year beside what a ledger comes to; nothing settles by it.

    ``income`` is last year's income per head (fen) as the region states it, None where it does not: the bound
    of the cap is left out. ``ledger_percent`` is None without an inpatient stay.
    """
    form: dict[str, Any] = {}
    target: InForce[InpatientTarget] | None = _of_year(documents, "inpatient_target", year)
    if target is not None:
        average = percent(_hundredths(shares.paid, shares.in_scope)) if shares.in_scope else None
        form["inpatient_average"] = {
            "target_percent": percent(target.section.percent),
            "ledger_percent": average,
            "stays": shares.stays,
            **_cited(target.source(target.section.clause)),
        }
    rule: InForce[CriticalIllness] | None = _of_year(documents, "critical_illness", year)
    bound, cap = (rule.section.cap_bound, rule.section.cap.yuan) if rule else (None, None)
    if rule is not None and bound is not None and cap is not None and income is not None:
        form["cap_bound"] = {
            "times": bound.times_income,
            "bound": plain(income * bound.times_income),
            "cap": plain(cap),
            "most_critical": plain(shares.most_critical),
            **_cited(rule.source(bound.clause)),
        }
    return form


def _hundredths(part: int, whole: int) -> int:
    """Return a part as a rate, rounded half up to the hundredth of a percent."""
    return (2 * part * 10_000 + whole) // (2 * whole) * (ONE_PERCENT // 100)


def _of_year(documents: Documents, section: str, year: int) -> InForce[Any] | None:
    """Return the section that settles a year's funding, None without one: 2020's holds for 2020 alone."""
    return documents.in_force(section, date(year, 12, 31))


def _cited(source: Source) -> dict[str, str]:
    return {"document": source.document, "clause": source.clause}
