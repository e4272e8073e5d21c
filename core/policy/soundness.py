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
    """A region pack from TOML's or JSON's tables, or every fault by its path below ``region``."""
    pack, faults = examine_pack(raw, documents)
    return faults or pack or [Fault("region", message("fault.table"))]


def examine_pack(raw: object, documents: Documents) -> tuple[RegionPack | None, list[Fault]]:
    """The pack of what is sound in some tables, and every fault of the rest; None: too little is left."""
    pack, faults = sound_part(RegionPack, raw, _FILLED, "region")
    if pack is None or not isinstance(raw, Mapping):
        return pack, faults
    against = _against_documents(pack, documents)
    if against:
        wrong = [fault.field.split(".")[1:] for fault in against]
        pack, _ = sound_part(RegionPack, _without(raw, wrong), _FILLED, "region")
    return pack, faults + against


def _without(raw: Mapping[str, Any], cells: Iterable[list[str]]) -> dict[str, Any]:
    """A copy of some tables without these cells."""
    gone = {keys[0] for keys in cells if len(keys) == 1}
    copy = {key: value for key, value in raw.items() if key not in gone}
    for key, value in copy.items():
        inner = [keys[1:] for keys in cells if len(keys) > 1 and keys[0] == key]
        if inner and isinstance(value, Mapping):
            copy[key] = _without(value, inner)
    return copy


def _against_documents(pack: RegionPack, documents: Documents) -> list[Fault]:
    """What of a pack the documents do not leave open."""
    faults = []
    limit = pack.common_outpatient.annual_limit
    choices = {
        choice
        for document in documents.all
        if document.common_outpatient
        for choice in document.common_outpatient.annual_limit.choices
    }
    if limit is not None and limit not in choices:
        text = " / ".join(str(choice // 100) for choice in sorted(choices))
        faults.append(
            Fault("region.common_outpatient.annual_limit", message("fault.limit_choice", choices=text))
        )
    diseases = max(
        (
            len(document.chronic_outpatient.diseases.rows)
            for document in documents.all
            if document.chronic_outpatient
        ),
        default=0,
    )
    deductible = pack.chronic_outpatient.deductible
    if isinstance(deductible, dict):
        faults += [
            Fault(f"region.chronic_outpatient.deductible.{number}", message("fault.number_range"))
            for number in deductible
            if number > diseases
        ]
    for year, table in pack.critical_illness.items():
        faults += [
            Fault(path(("region", "critical_illness", year, key)), said)
            for key, said in _year_against_documents(year, table, documents)
        ]
    return faults


def _year_against_documents(
    year: int, table: CriticalYear, documents: Documents
) -> list[tuple[str, Message]]:
    rules = documents.critical_rules(year)
    open_keys = documents.open_critical_keys(year)
    settled = {*WHOLE_RULE, "uncapped"} if any(rules) else set()
    found = [
        (
            key,
            message("fault.settled_by_document", document=_names(rules), year=str(year))
            if key in settled
            else message("fault.key_not_for_year", year=str(year)),
        )
        for key in sorted(table.stated - open_keys)
    ]
    if table.cap is not None and table.uncapped is not None and "cap" in open_keys:
        found.append(("cap", message("fault.cap_and_uncapped")))
    for rule in rules:
        if rule is None or table.bands is None or not rule.section.bands.set_by_region:
            continue
        first, highest = rule.section.bands.required_first(year), rule.section.bands.highest_percent
        wrong_first = first is not None and table.bands[0].percent != first
        too_high = highest is not None and any(row.percent > highest for row in table.bands)
        if wrong_first or too_high:
            clause = rule.section.bands.clause
            said = message("fault.bands_of_document", document=rule.document.number, clause=clause)
            found.append(("bands", said))
            break
    return found


def _names(rules: Iterable[InForce[CriticalIllness] | None]) -> str:
    numbers = dict.fromkeys(rule.document.number for rule in rules if rule)
    return "、".join(numbers) or "—"
