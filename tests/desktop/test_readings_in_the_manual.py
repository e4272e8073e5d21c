"""Every reading that a region may choose stands in the manual: its clause, and an example that comes out."""

import re
from collections.abc import Callable
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from core.exchange.request import RequestReader
from core.money import grouped
from core.policy import clauses
from core.policy.regions import RegionPack
from core.policy.shelf import load_documents, load_regions
from core.settlement import Settlement
from core.vocabulary import (
    BandAxis,
    BandOrigin,
    CapOn,
    DeductibleCounts,
    DeductiblePeriod,
    TransferDown,
    TransferUp,
)
from core.words import languages
from desktop.presenters.help.manual import sections
from tests.core.answers import settled

CHOSEN = {BandAxis, BandOrigin, CapOn, DeductibleCounts, DeductiblePeriod, TransferDown, TransferUp}
"""A cell with one of these has two readings or more."""
FURTHER = {"bonus_from", "consecutive_from", "uncapped_for", "covers_special_outpatient"}
CLAUSE = re.compile(r"附件3|[二三五六]、（[一二三四]）|2025-12-31")

LEVELS = {"level_2": [400, 300], "level_3": [800, 600]}
STAY = {"benefit": "inpatient", "hospital_level": "level_2", "discharged": "2026-03-10"}
SPECIAL = {**STAY, "benefit": "special_outpatient"}
READER = RequestReader(load_documents(), load_regions(load_documents())[0])
ELSEWHERE = {"basic_settlement": {"fund_paid": "0"}}
SECOND = {"year_to_date": {"admissions": 1, "in_scope": "40000", "basic_paid": "26000"}}
TEN = {"discharged": "2027-03-10", "enrolment": {"consecutive_years": 10}, "eligible": "100"}


def pack(path: str, value: object) -> dict[str, Any]:
    """A region's pack with one reading chosen."""
    year: dict[str, Any] = {"deductible": 10000}
    made: dict[str, Any] = {
        "id": "x",
        "name": "县",
        "effective": "2020-01-01",
        "inpatient": {"deductible": LEVELS},
        "special_outpatient": {"deductible": {"level_2": 400}},
        "chronic_outpatient": {"deductible": 200},
        "critical_illness": {"2020": {"bands": [{"percent": 60}]}, "2026": year, "2027": dict(year)},
    }
    if value is not None:
        *tables, name = path.split(".")
        table = made
        for each in tables:
            table = table[each]
        table[name] = list(value) if isinstance(value, tuple) else value
    return made


def fund(found: Settlement) -> int | None:
    return found.amounts.hifp_pay


def critical(found: Settlement) -> int | None:
    return found.amounts.hifmi_pay


def deductible(found: Settlement) -> int | None:
    return found.amounts.act_pay_dedc


def cap(found: Settlement) -> int | None:
    assert found.critical is not None
    return found.critical.cap


EXAMPLES: dict[str, tuple[dict[str, Any], Callable[[Settlement], int | None], dict[object, str]]] = {
    "inpatient.band_axis": (
        {**STAY, **SECOND, "eligible": "15000"},
        fund,
        {None: "11025", "admission_cost": "10290", "annual_fund": "10739.28"},
    ),
    "inpatient.transfer_up": (
        {**STAY, "hospital_level": "level_3", "eligible": "9000", "year_to_date": {"admissions": 1}}
        | {"transfer": {"kind": "up", "deductible_paid": "400"}},
        deductible,
        {None: "200", "same_stay": "400"},
    ),
    "inpatient.transfer_down": (
        {**STAY, "eligible": "9000", "year_to_date": {"admissions": 1}, "transfer": {"kind": "down"}},
        deductible,
        {None: "0", "primary_only": "300"},
    ),
    "special_outpatient.deductible_period": (
        {**SPECIAL, "eligible": "900", "year_to_date": {"special_outpatient_deductible": "400"}},
        deductible,
        {None: "0", "visit": "400"},
    ),
    "chronic_outpatient.deductible_counts": (
        {**STAY, "benefit": "chronic_outpatient", "disease": 1, "eligible": "2600"},
        fund,
        {None: "1320", "outside": "1440"},
    ),
    "critical_illness.2026.band_origin": (
        {**STAY, **ELSEWHERE, "eligible": "110000"},
        critical,
        {None: "61000", "deductible": "60000"},
    ),
    "critical_illness.2026.cap_on": (
        {**STAY, **ELSEWHERE, "eligible": "600000"},
        critical,
        {None: "400000", "cost": "284000"},
    ),
    "critical_illness.2027.bonus_from": ({**STAY, **TEN}, cap, {None: "424000", 2025: "412000"}),
    "critical_illness.2027.consecutive_from": ({**STAY, **TEN}, cap, {None: "424000", 2025: "400000"}),
    "critical_illness.2020.uncapped_for": (
        {**STAY, **ELSEWHERE, "discharged": "2020-03-10", "population": "low_income", "eligible": "603000"},
        critical,
        {None: "300000", ("low_income",): "390000"},
    ),
    "critical_illness.2026.covers_special_outpatient": (
        {**SPECIAL, **ELSEWHERE, "eligible": "5000", "year_to_date": {"critical_burden": "10000"}},
        critical,
        {None: "3000", False: "0"},
    ),
}


def _chosen(annotation: object) -> bool:
    return annotation in CHOSEN or any(_chosen(part) for part in get_args(annotation))


def _readings(model: type[BaseModel]) -> set[str]:
    """The names of a pack's cells that choose between readings."""
    found = set[str]()
    for name, field in model.model_fields.items():
        found |= {name} if _chosen(field.annotation) or name in FURTHER else set()
        for part in (field.annotation, *_parts(field.annotation)):
            if isinstance(part, type) and issubclass(part, BaseModel):
                found |= _readings(part)
    return found


def _parts(annotation: object) -> list[object]:
    return [inner for part in get_args(annotation) for inner in (part, *_parts(part))]


def test_every_reading_of_a_pack_has_an_example() -> None:
    assert {path.rsplit(".", 1)[1] for path in EXAMPLES} == _readings(RegionPack)


@pytest.mark.parametrize("path", EXAMPLES)
def test_a_reading_stands_in_the_manual_with_its_clause_and_what_it_changes(path: str) -> None:
    request, figure, values = EXAMPLES[path]
    for chosen, yuan in values.items():
        found = figure(settled(READER, {**request, "region": pack(path, chosen)}))
        assert found is not None
        assert grouped(found).replace(",", "").removesuffix(".00") == yuan, (path, chosen)
    anchor = f"reading.{path.rsplit('.', 1)[1]}"
    for language in languages():
        (text,) = (one.text for one in sections(language) if anchor in one.anchors)
        assert CLAUSE.search(text), (language, anchor)
        told = set(re.findall(r"\d+(?:\.\d+)?", re.sub(r"(?<=\d),(?=\d{3})", "", text)))
        assert set(values.values()) <= told, (language, anchor)


def test_the_clauses_that_the_manual_names_are_articles() -> None:
    known = {article.clause for article in clauses.load()}
    for one in sections("zh"):
        if any(anchor.startswith("reading.") for anchor in one.anchors):
            for clause in re.findall(r"[二三五六]、（[一二三四]）\d?", one.text):
                assert any(article.startswith(clause) for article in known), clause
