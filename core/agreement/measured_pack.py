"""What was measured, for other programs as JSON, and as a region pack that a person has yet to confirm."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import tomlkit

from core.agreement.measure import Measured
from core.agreement.receipts import Unusable
from core.agreement.voting import Cell, Verdict
from core.exchange.fingerprints import pack_tables
from core.files import write_whole
from core.messages import Fault
from core.money import percent, plain
from core.policy.packfile import document_of
from core.policy.regions import RegionPack
from core.policy.select import Policy
from core.policy.soundness import read_pack
from core.words import Words


class Proposal(NamedTuple):
    """A cell as it is told: its path, its value or values, and the receipts that speak for and against it."""

    path: str
    value: str | list[str]
    by: tuple[str, ...]
    against: tuple[str, ...]
    certain: bool
    numbers: tuple[Verdict, ...] = ()


SILENT: Final = "agreement.open_silent"
"""Why a cell is open that no receipt says anything of."""


class OpenPart(NamedTuple):
    """A cell or setting that receipts leave open: the bounds (None: none above) or values left, and why.

    ``why`` is a message's id; ``setting``: the values are words, not bounds.
    """

    path: str
    interval: list[str | None]
    why: str
    setting: bool = False


def as_json(
    measured: Measured, unusable: Sequence[Unusable], pack: RegionPack, words: Words
) -> dict[str, Any]:
    """Return what was measured, as the interface writes it, without cells that the pack fills already."""
    cells = open_cells_of(measured, pack)
    proposals = [each for cell in cells for each in proposals_of(cell)]
    return {
        "receipts": len(measured.receipts),
        "cells": [_told(each) for each in proposals],
        "settings": [
            {
                "path": setting.path,
                "value": setting.found,
                "receipts": setting.agreeing[setting.found],
                "others_contradicted_by": {
                    value: len(each)
                    for value, each in setting.contradicting.items()
                    if value != setting.found
                },
            }
            for setting in measured.settings
            if setting.found is not None
        ],
        "open": [
            {"path": each.path, "interval": each.interval, "why": words.text(each.why)}
            for each in open_parts(measured, pack)
        ],
        "suspect": [
            {
                "setl_id": each.receipt,
                "why": words.text("agreement.suspect", cells=", ".join(each.against)),
                "against": list(each.against),
            }
            for each in measured.suspects
        ],
        "unusable": [
            {
                "file": each.row.file,
                "row": each.row.number,
                "setl_id": each.row.setl_id or None,
                "lacks": each.lacks,
            }
            for each in unusable
        ],
    }


def open_cells_of(measured: Measured, pack: RegionPack) -> list[Cell]:
    """Return the cells that receipts say something of and that a pack leaves empty."""
    return [cell for cell in measured.cells if not _filled(pack, cell.path)]


def _told(each: Proposal) -> dict[str, Any]:
    told: dict[str, Any] = {
        "path": each.path,
        "value": each.value,
        "receipts": len(each.by),
        "contradicted_by": list(each.against),
        "certain": each.certain,
    }
    if each.numbers:
        told["numbers"] = [
            {
                "number": number,
                "value": None if verdict.value is None else plain(verdict.value),
                "receipts": len(verdict.by),
                "certain": verdict.certain,
            }
            for number, verdict in enumerate(each.numbers, 1)
        ]
    return told


def proposals_of(cell: Cell) -> Iterator[Proposal]:
    """Yield what is proposed for a cell: nothing where no receipt pins a value."""
    if cell.path.startswith("inpatient.deductible."):
        yield from _by_number(cell)
        return
    verdict = cell.verdicts[0]
    if verdict.value is not None:
        value = percent(verdict.value) if cell.percent else plain(verdict.value)
        yield Proposal(cell.path, value, verdict.by, verdict.against, verdict.certain)


def _by_number(cell: Cell) -> Iterator[Proposal]:
    """Yield a list by the number of the stay, and single numbers beyond the first that nothing pins.

    A list says that its last figure repeats, which then has to be pinned as well.
    """
    pinned = []
    for verdict in cell.verdicts:
        if verdict.value is None:
            break
        pinned.append(verdict)
    values = [verdict.value for verdict in pinned]
    length = len(values)
    while length > 1 and values[length - 1] == values[length - 2]:
        length -= 1
    if pinned:
        yield Proposal(
            cell.path,
            [plain(value or 0) for value in values[:length]],
            tuple(receipt for verdict in pinned for receipt in verdict.by),
            tuple(receipt for verdict in pinned for receipt in verdict.against),
            all(verdict.certain for verdict in pinned[:length]) and len(pinned) > length,
            cell.verdicts,
        )
    for number, verdict in enumerate(cell.verdicts[len(pinned) :], len(pinned) + 1):
        if verdict.value is not None:
            yield Proposal(
                f"{cell.path}.{number}", plain(verdict.value), verdict.by, verdict.against, verdict.certain
            )


def open_parts(measured: Measured, pack: RegionPack) -> Iterator[OpenPart]:
    """Yield the cells that nothing pins, with what the receipts leave of them, and the open settings."""
    cells = open_cells_of(measured, pack)
    known = {each.path for cell in cells for each in proposals_of(cell)}
    for cell in cells:
        if cell.path in known:
            continue
        low, high = (cell.verdicts[0].low, cell.verdicts[0].high) if cell.verdicts else (0, None)
        bounded = low > 0 or high is not None
        why = "agreement.open_bounded" if bounded else SILENT
        yield OpenPart(cell.path, [plain(low), None if high is None else plain(high)], why)
    for setting in measured.settings:
        if setting.found is None:
            left = [value for value, wrong in setting.contradicting.items() if not wrong]
            yield OpenPart(setting.path, [*(left or setting.contradicting)], "agreement.open_setting", True)


def _filled(pack: RegionPack, path: str) -> bool:
    """Return whether a pack fills a cell already."""
    value: Any = pack.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    for key in path.split("."):
        if not isinstance(value, Mapping) or key not in value:
            return False
        value = value[key]
    return True


# ---- a pack


def write_pack(out: Path, measured: Measured, policy: Policy, words: Words) -> Path | list[Fault]:
    """Write a pack with what is certain, which nobody has checked, or return its faults. Raises OSError."""
    tables = measured_tables(measured, policy, words, taken_paths(measured, policy.region))
    checked = read_pack(tables, policy.documents)
    if not isinstance(checked, RegionPack):
        return checked
    write_whole(out, tomlkit.dumps(document_of(tables)).encode())
    return out


def taken_paths(measured: Measured, pack: RegionPack) -> set[str]:
    """Return the paths of what is certain: cells that a pack leaves empty, and settings."""
    proposals = [each for cell in measured.cells for each in proposals_of(cell)]
    cells = {
        each.path
        for each in proposals
        if each.certain and not _filled(pack, each.path) and not _stands_alone(each, proposals)
    }
    return cells | {setting.path for setting in measured.settings if setting.found is not None}


def measured_tables(
    measured: Measured, policy: Policy, words: Words, paths: Collection[str]
) -> dict[str, Any]:
    """Return a pack's tables with what was measured of some paths; nobody has checked them yet."""
    tables = _without_defaults(pack_tables(policy), policy.region)
    for each in (each for cell in measured.cells for each in proposals_of(cell)):
        if each.path in paths:
            _put(tables, each.path, each.value)
    for setting in measured.settings:
        if setting.path in paths and setting.found is not None:
            _put(tables, setting.path, setting.found)
    days = [receipt.case.day for receipt in measured.receipts]
    span = f"{min(days).isoformat()} – {max(days).isoformat()}" if days else ""
    tables["source"] = {
        "document": words.text("agreement.measured_source", receipts=len(days), days=span),
        "entered_by": "",
        "checked_by": "",
    }
    return tables


def _stands_alone(percentage: Proposal, proposals: Sequence[Proposal]) -> bool:
    """Return whether a percentage of assistance has a deductible beside it that is not certain.

    Without it the pack would say that there is none.
    """
    room, _, category = percentage.path.rpartition(".")
    path = f"medical_assistance.deductible.{category}"
    return room == "medical_assistance.percent" and any(
        each.path == path and not each.certain for each in proposals
    )


def _without_defaults(tables: dict[str, Any], pack: RegionPack) -> dict[str, Any]:
    """Return a pack's tables without settings that it leaves as they are when nobody says anything."""
    stated = pack.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    kept: dict[str, Any] = {
        name: value for name, value in tables.items() if name in stated or not isinstance(value, dict | list)
    }
    return {**kept, **stated, "effective": pack.effective}


def _put(tables: dict[str, Any], path: str, value: Any) -> None:
    *keys, last = path.split(".")
    for key in keys:
        tables = tables.setdefault(key, {})
    tables[last] = value
