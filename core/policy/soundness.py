"""A region pack held against the documents on file."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from core.messages import Fault, Message, message
from core.policy.documents import CriticalIllness
from core.policy.faults import path, sound_part
from core.policy.in_force import WHOLE_RULE, Documents, InForce
from core.policy.regions import CriticalYear, RegionPack

_FILLED: Final = {"id": "-", "name": "-", "effective": date.min}


def read_pack(raw: object, documents: Documents) -> RegionPack | list[Fault]:
    """Return the region pack of TOML's or JSON's tables, or every fault by its path below ``region``."""
    pack, faults = examine_pack(raw, documents)
    return faults or pack or [Fault("region", message("fault.table"))]


def examine_pack(raw: object, documents: Documents) -> tuple[RegionPack | None, list[Fault]]:
    """Return a pack of the sound cells of some tables (None: too little is left), and every fault."""
    pack, faults = sound_part(RegionPack, raw, _FILLED, "region")
    if pack is None or not isinstance(raw, Mapping):
        return pack, faults
    against = _against_documents(pack, documents)
    if against:
        wrong = [fault.field.split(".")[1:] for fault in against]
        pack, _ = sound_part(RegionPack, _without(raw, wrong), _FILLED, "region")
    return pack, faults + against


def _without(raw: Mapping[str, Any], cells: Iterable[list[str]]) -> dict[str, Any]:
    """Copy some tables without these cells."""
    gone = {keys[0] for keys in cells if len(keys) == 1}
    copy = {key: value for key, value in raw.items() if key not in gone}
    for key, value in copy.items():
        inner = [keys[1:] for keys in cells if len(keys) > 1 and keys[0] == key]
        if inner and isinstance(value, Mapping):
            copy[key] = _without(value, inner)
    return copy


def _against_documents(pack: RegionPack, documents: Documents) -> list[Fault]:
    """Return a fault for every cell of a pack that the documents do not leave open."""
    faults = [*_annual_limit_faults(pack, documents), *_disease_faults(pack, documents)]
    for year, table in pack.critical_illness.items():
        faults += [
            Fault(path(("region", "critical_illness", year, key)), fault)
            for key, fault in _year_against_documents(year, table, documents)
        ]
    return faults


def _annual_limit_faults(pack: RegionPack, documents: Documents) -> list[Fault]:
    limit = pack.common_outpatient.annual_limit
    choices = {
        choice
        for document in documents.all
        if document.common_outpatient
        for choice in document.common_outpatient.annual_limit.choices
    }
    if limit is None or limit in choices:
        return []
    text = " / ".join(str(choice // 100) for choice in sorted(choices))
    return [Fault("region.common_outpatient.annual_limit", message("fault.limit_choice", choices=text))]


def _disease_faults(pack: RegionPack, documents: Documents) -> list[Fault]:
    deductible = pack.chronic_outpatient.deductible
    if not isinstance(deductible, dict):
        return []
    diseases = max(
        (
            len(document.chronic_outpatient.diseases.rows)
            for document in documents.all
            if document.chronic_outpatient
        ),
        default=0,
    )
    return [
        Fault(f"region.chronic_outpatient.deductible.{number}", message("fault.number_range"))
        for number in deductible
        if number > diseases
    ]


def _year_against_documents(
    year: int, table: CriticalYear, documents: Documents
) -> list[tuple[str, Message]]:
    """Return the keys of a year's table that are at fault, each with its message."""
    rules = documents.critical_rules(year)
    open_keys = documents.open_critical_keys(year)
    settled = {*WHOLE_RULE, "uncapped"} if any(rules) else set()
    faults = [
        (
            key,
            message("fault.settled_by_document", document=_names(rules), year=str(year))
            if key in settled
            else message("fault.key_not_for_year", year=str(year)),
        )
        for key in sorted(table.stated - open_keys)
    ]
    if table.cap is not None and table.uncapped is not None and "cap" in open_keys:
        faults.append(("cap", message("fault.cap_and_uncapped")))
    for rule in rules:
        if rule is not None and _bands_break(rule.section, year, table):
            clause = rule.section.bands.clause
            fault = message("fault.bands_of_document", document=rule.document.number, clause=clause)
            faults.append(("bands", fault))
            break  # one fault is enough: the bands are one cell
    return faults


def _bands_break(section: CriticalIllness, year: int, table: CriticalYear) -> bool:
    """Return whether a region's bands break the conditions of a document that leaves them open."""
    if table.bands is None or not section.bands.set_by_region:
        return False
    first, highest = section.bands.required_first(year), section.bands.highest_percent
    wrong_first = first is not None and table.bands[0].percent != first
    return wrong_first or (highest is not None and any(row.percent > highest for row in table.bands))


def _names(rules: Iterable[InForce[CriticalIllness] | None]) -> str:
    numbers = dict.fromkeys(rule.document.number for rule in rules if rule)
    return "、".join(numbers) or "—"
