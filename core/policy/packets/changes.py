"""A packet held against what is on file: why it may not be added, and what it would change."""

import json
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final, Literal, NamedTuple

from core.messages import Fault, message
from core.policy.documents import Document
from core.policy.in_force import Documents
from core.policy.packets.format import Packet
from core.policy.regions import RegionPack
from core.policy.shelf import Regions

_ALWAYS: Final = date.max

_Days = tuple[date, date | None]
"""The first and the last day of a rule. None: no end is stated."""


class CellChange(NamedTuple):
    """One figure of a region before and after; empty where there is none."""

    path: str
    before: str
    after: str


class Change(NamedTuple):
    """A change for discharges from ``first`` to ``last`` (None: no end).

    ``cells`` are a region's figures, or a document's sections with the document that settled them before.
    """

    kind: Literal["document", "region"]
    id: str
    name: str
    first: date
    last: date | None
    cells: tuple[CellChange, ...]


def against(packet: Packet, documents: Documents, regions: Regions, last_number: int) -> list[Fault]:
    """Return why a sound packet may not be added to what is on file; empty where it may.

    ``last_number`` is the number of the issuer's latest packet that was added, 0 where there is none.
    """
    header = packet.header
    if header.number <= last_number:
        older = message("packs.older", number=str(header.number), last=str(last_number))
        return [Fault("packet", older)]
    return [*_documents_overlap(packet, documents), *_regions_overlap(packet, regions)]


def _documents_overlap(packet: Packet, documents: Documents) -> list[Fault]:
    faults = []
    before = [each for each in documents.all if each not in packet.documents]
    for at, document in enumerate(packet.documents):
        others = [*before, *packet.documents[:at]]
        if any(other.id == document.id for other in others):
            faults.append(Fault(document.id, message("packs.document_on_file", document=document.number)))
            continue
        clashing = {
            other.number: None
            for section in document.sections
            for other in others
            if _clash(_days(document, section), _days(other, section))
        }
        faults += [
            Fault(document.id, message("packs.documents_overlap", document=document.number, other=number))
            for number in clashing
        ]
    return faults


def _regions_overlap(packet: Packet, regions: Regions) -> list[Fault]:
    faults = []
    for at, pack in enumerate(packet.regions):
        own = [other for other in packet.regions[:at] if other.id == pack.id]
        others = [other for other in regions.versions(pack.id) if other not in packet.regions]
        twice = any(other.effective == pack.effective for other in own)
        if twice or any(other.effective >= pack.effective for other in others):
            latest = max(other.effective for other in (*own, *others))
            overlap = message(
                "packs.regions_overlap",
                region=pack.name,
                day=pack.effective.isoformat(),
                other=latest.isoformat(),
            )
            faults.append(Fault(pack.id, overlap))
    return faults


def _days(document: Document, section: str) -> _Days | None:
    """Return the days of a document's section, None where it has no such section."""
    rule = getattr(document, section)
    if rule is None:
        return None
    return getattr(rule, "from_", None) or document.effective, getattr(rule, "until", None)


def _clash(new: _Days | None, old: _Days | None) -> bool:
    """Return whether both claim one day. An older rule without an end gives way to a newer one."""
    if new is None or old is None:
        return False
    if old[0] >= new[0]:
        return old[0] <= (new[1] or _ALWAYS)
    return old[1] is not None and old[1] >= new[0]


def preview(packet: Packet, documents: Documents, regions: Regions) -> tuple[Change, ...]:
    """Return what a packet would change, and for the discharges of which days."""
    return (*_document_changes(packet, documents), *_region_changes(packet, regions))


def _document_changes(packet: Packet, documents: Documents) -> Iterator[Change]:
    for document in packet.documents:
        for section in document.sections:
            days = _days(document, section)
            assert days is not None
            old = documents.in_force(section, days[0])
            cell = CellChange(section, old.document.number if old else "", document.number)
            yield Change("document", document.id, document.number, *days, (cell,))


def _region_changes(packet: Packet, regions: Regions) -> Iterator[Change]:
    for pack in packet.regions:
        old = regions.in_force(pack.id, pack.effective - timedelta(days=1))
        before = figures_of(old) if isinstance(old, RegionPack) else {}
        after = figures_of(pack)
        cells = tuple(
            CellChange(path, before.get(path, ""), after.get(path, ""))
            for path in sorted(before.keys() | after.keys())
            if before.get(path) != after.get(path)
        )
        days = [other.effective for other in packet.regions if other.id == pack.id]
        following = min((day for day in days if day > pack.effective), default=None)
        last = following - timedelta(days=1) if following else None
        yield Change("region", pack.id, pack.name, pack.effective, last, cells)


def figures_of(rules: RegionPack | Document) -> dict[str, str]:
    """Return the cells of a pack or of a document by their dotted paths, without its id and day."""
    tables = rules.model_dump(mode="json", by_alias=True, exclude_none=True, exclude={"id", "effective"})
    return dict(_flat("", tables))


def _flat(path: str, value: Any) -> list[tuple[str, str]]:
    if isinstance(value, Mapping):
        return [
            cell
            for key, inner in value.items()
            for cell in _flat(f"{path}.{key}" if path else str(key), inner)
        ]
    return [(path, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))]
