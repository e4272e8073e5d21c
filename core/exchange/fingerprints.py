"""Fingerprints of a pack and of the documents, by which a later reader sees that they have changed."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from functools import lru_cache
from typing import Any, Final

from core.ledger.record import canonical, digest
from core.policy.in_force import Documents
from core.policy.regions import RegionPack
from core.policy.select import Policy


def pack_tables(policy: Policy) -> dict[str, Any]:
    """Return a region pack as the interface writes it, with its defaults spelled out."""
    tables: dict[str, Any] = policy.region.model_dump(mode="json", exclude_none=True)
    for year in tables["critical_illness"].values():
        for categories in ("tilted", "uncapped_for"):
            if categories in year:
                year[categories].sort()
    given = policy.region.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    for section, names in _LATER.items():
        table, stated = (tables, given) if section is None else (tables.get(section), given.get(section))
        for name in names:
            if table and name not in (stated or ()):
                table.pop(name, None)
    return tables


_LATER: Final[Mapping[str | None, tuple[str, ...]]] = {
    "inpatient": ("transfer_up", "transfer_down"),
    "special_outpatient": ("disease",),
    "chronic_outpatient": ("local",),
    "medical_assistance": ("bands", "later_stays_percent"),
    None: ("case_payment", "carry_over", "elsewhere"),
}
"""Cells that the first packs did not have. Left out where a pack states none, its hash stays as it was."""


def stated_by(pack: RegionPack) -> dict[str, Any]:
    """Return what a region pack states, without its defaults: a later version of the program adds nothing."""
    tables = pack.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    for year in tables.get("critical_illness", {}).values():
        for categories in ("tilted", "uncapped_for"):
            if categories in year:
                year[categories].sort()
    stated: dict[str, Any] = json.loads(canonical(tables))
    return stated


def of_pack(policy: Policy) -> str:
    """Return the SHA-256 of a pack's tables."""
    return digest(canonical(pack_tables(policy)))


@lru_cache(4)
def of_documents(documents: Documents) -> dict[str, str]:
    """Return the documents on file by id, each with the SHA-256 of its tables."""
    return {document.id: digest(canonical(_values(document.model_dump()))) for document in documents.all}


def _values(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _values(inner) for key, inner in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(map(str, value))
    if isinstance(value, list | tuple):
        return [_values(inner) for inner in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value
