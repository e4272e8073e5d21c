"""A region pack held against the documents on file."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from core.messages import Fault, Message, message
from core.policy.documents import CriticalIllness
from core.policy.faults import path, sound_part
from core.policy.in_force import WHOLE_RULE, Documents, InForce
from core.policy.regions import FIRST_LOCAL, LAST_LOCAL, CriticalYear, RegionPack
from core.vocabulary import Population

_MOST_CELLS: Final = 10_000
_INNERMOST: Final = (str, int, date)
_FILLED: Final = {"id": "-", "name": "-", "effective": date.min}


def read_pack(raw: object, documents: Documents) -> RegionPack | list[Fault]:
    """Return the region pack of TOML's or JSON's tables, or every fault by its path below ``region``."""
    pack, faults = examine_pack(raw, documents)
    return faults or pack or [Fault("region", message("fault.table"))]


def examine_pack(raw: object, documents: Documents) -> tuple[RegionPack | None, list[Fault]]:
    """Return a pack of the sound cells of some tables (None: too little is left), and every fault."""
    if too_many_cells(raw):
        return None, [Fault("region", message("fault.toml_large"))]
    pack, faults = sound_part(RegionPack, raw, _FILLED, "region")
    if pack is None or not isinstance(raw, Mapping):
        return pack, faults
    against = _against_documents(pack, documents)
    if against:
        wrong = [fault.field.split(".")[1:] for fault in against]
        pack, _ = sound_part(RegionPack, _without(raw, wrong), _FILLED, "region")
    return pack, faults + against


def too_many_cells(raw: object) -> bool:
    """Tell whether some tables hold more values and tables than any document or pack."""
    count, inside = 0, [iter([raw])]
    while inside and count <= _MOST_CELLS:
        for value in inside[-1]:
            count += 1
            if isinstance(value, _INNERMOST):
                continue
            if isinstance(value, Mapping | list):
                inside.append(iter(value.values() if isinstance(value, Mapping) else value))
                break
        else:
            inside.pop()
    return count > _MOST_CELLS


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
    faults = [
        *_annual_limit_faults(pack, documents),
        *_disease_faults(pack, documents),
        *_twice(pack),
        *_repeated(pack),
    ]
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
    chronic = documents.first("chronic_outpatient").section.diseases.rows
    special = documents.first("special_outpatient").section.diseases.names
    wrong = [
        f"chronic_outpatient.deductible.{number}"
        for number in (deductible if isinstance(deductible, dict) else ())
        if number > len(chronic) and not FIRST_LOCAL <= number <= LAST_LOCAL
    ]
    wrong += [
        f"special_outpatient.disease.{number}"
        for number in pack.special_outpatient.disease
        if number > len(special)
    ]
    return [Fault(f"region.{field}", message("fault.number_range")) for field in wrong]


def _twice(pack: RegionPack) -> list[Fault]:
    """Return a fault for each cell that stands beside another one that takes its place."""
    chronic, carry, assistance = pack.chronic_outpatient, pack.carry_over, pack.medical_assistance
    faults = []
    if chronic.additional_disease_rate is not None and chronic.additional_disease_amount is not None:
        field = "region.chronic_outpatient.additional_disease_amount"
        faults.append(Fault(field, message("fault.rate_and_amount")))
    if carry.next_year_percent is not None and carry.next_year_points is not None:
        faults.append(Fault("region.carry_over.next_year_points", message("fault.percent_and_points")))
    if assistance is not None:
        faults += [
            Fault(f"region.medical_assistance.bands.{population}", message("fault.percent_and_bands"))
            for population in assistance.bands
            if population in assistance.percent
        ]
    return faults


def _repeated(pack: RegionPack) -> list[Fault]:
    """Return a fault for each row that stands a second time: a local disease's number, a case at a level."""
    keyed: list[tuple[str, list[object]]] = [
        ("chronic_outpatient.local", [row.number for row in pack.chronic_outpatient.local]),
        ("case_payment", [(row.code, row.level) for row in pack.case_payment]),
    ]
    return [
        Fault(f"region.{field}.{position}", message("fault.row_twice"))
        for field, keys in keyed
        for position, key in enumerate(keys)
        if key in keys[:position]
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
    if table.bonus_from is not None and table.consecutive_from is not None and "bonus_from" in open_keys:
        faults.append(("bonus_from", message("fault.bonus_and_consecutive")))
    if table.tilted and Population.ORDINARY in table.tilted and "tilted" in open_keys:
        faults.append(("tilted", message("fault.ordinary_tilted")))
    uncapped = [rule.section.uncapped for rule in rules if rule and rule.section.uncapped]
    may_add = frozenset().union(*(each.region_may_add for each in uncapped))
    if "uncapped_for" in open_keys and not (table.uncapped_for or frozenset()) <= may_add:
        choices = " / ".join(sorted(may_add))
        faults.append(("uncapped_for", message("fault.choice", choices=choices)))
    for rule in rules:
        if rule is not None and table.bands is not None and not rule.section.bands.keeps(table.bands, year):
            clause = rule.section.bands.clause
            fault = message("fault.bands_of_document", document=rule.document.number, clause=clause)
            faults.append(("bands", fault))
            break  # one fault is enough: the bands are one cell
    return faults


def _names(rules: Iterable[InForce[CriticalIllness] | None]) -> str:
    numbers = dict.fromkeys(rule.document.number for rule in rules if rule)
    return "、".join(numbers) or "—"
