"""A region's pack while it is edited: the texts of its cells, and the tables that they make."""

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from datetime import date
from typing import Any, Final, NamedTuple

from core.messages import Message, message
from core.money import parse_percent, plain
from core.places import MADE_UP_REGION
from core.policy.in_force import Documents
from core.policy.packfile import Origin
from core.policy.regions import RegionPack
from core.policy.soundness import examine_pack
from desktop.presenters import typed
from desktop.presenters.rules.pack_layout import (
    KIND,
    NONE,
    YEAR,
    Shape,
    Spec,
    origin_name,
    specs_of_all,
)

_BANDS: Final = ".bands."
_CHRONIC: Final = "chronic_outpatient.deductible"
_REQUIRED: Final = ("name", "effective", "source.document", "source.entered_by", "source.checked_by")
_PLACED: Final = frozenset({"id", *_REQUIRED})
"""Cells that say themselves where the figures come from."""
_YEAR: Final = re.compile("[1-9][0-9]{3}")


class Version(NamedTuple):
    """One pack on file: ``effective`` as ``YYYY-MM-DD``, ``own``: the hospital entered it."""

    id: str
    name: str
    effective: str
    own: bool
    tables: Mapping[str, Any]
    origins: Mapping[str, Origin]

    @property
    def key(self) -> str:
        """The version's name in a list: region and day."""
        return f"{self.id}@{self.effective}"

    @property
    def made_up(self) -> bool:
        """True for the shipped example; it stays as it is."""
        return self.id == MADE_UP_REGION


class Examined(NamedTuple):
    """The pack as its texts stand, held against the documents.

    ``pack`` is what of it is sound, None where too little is. ``faults`` are by cell; ``loose`` are
    those that no cell has, by their path in the pack.
    """

    pack: RegionPack | None
    faults: dict[str, Message]
    loose: tuple[tuple[str, Message], ...]


class PackForm:
    """One pack while it is edited: the texts of its cells, as typed, and the tables that they make."""

    def __init__(self, version: Version, documents: Documents, year: str, today: date) -> None:
        self.version = version
        self.documents = documents
        self.year = year
        self.today = today
        self.unknown: tuple[str, ...] = ()
        self.signed_in = False
        self.texts: dict[str, str] = {YEAR: year}
        self._tables: dict[str, Any] = deepcopy(dict(version.tables))
        self._load()
        self._before = dict(self.texts)

    def _load(self) -> None:
        if not self.version.own and not self.version.made_up:
            self._tables.pop("effective", None)  # what ships is empty: day and source are the hospital's own
            self._tables.pop("source", None)
        self.texts[KIND] = "each" if isinstance(_get(self._tables, _CHRONIC.split(".")), Mapping) else "one"
        leaves = dict(_leaves(self._tables))
        self.texts |= {path: _text(value) for path, value in leaves.items()}
        known = specs_of_all(self.shape)
        self.unknown = tuple(path for path in leaves if path not in known)
        for path, origin in self.version.origins.items():
            self.texts[origin_name(path)] = origin.place

    @property
    def shape(self) -> Shape:
        """The shape of the form as its texts stand: what its lines follow from."""
        stated: set[tuple[str, str]] = set()
        years: set[str] = set()
        filled: dict[str, int] = {}
        for name, text in self.texts.items():
            table, *keys = name.split(".")
            if table != "critical_illness" or len(keys) < 2:
                continue
            year, key, *row = keys
            stated.add((year, key))
            if text and _YEAR.fullmatch(year):
                years.add(year)
            if text and key == "bands" and row and row[0].isdecimal():
                filled[year] = max(filled.get(year, 0), int(row[0]) + 2)
        return Shape(
            self.documents,
            self.year,
            tuple(sorted(years)),
            frozenset(stated),
            frozenset(filled.items()),
            self.texts.get(KIND) == "each",
            self.unknown,
            self.signed_in,
        )

    @property
    def touched(self) -> set[str]:
        """The names of the cells whose text is not the one on file."""
        before, texts = self._before, self.texts
        return {
            name for name in {*texts, *before} if texts.get(name, "").strip() != before.get(name, "").strip()
        }

    @property
    def changed(self) -> bool:
        """True where anything of the pack was typed that is not on file."""
        return bool([name for name in self.touched if name == KIND or name[:5] not in ("form.", "desk.")])

    def made(self, path: str) -> tuple[str, str]:
        """Return who entered a cell and when; empty for a cell that nobody is noted for."""
        origin = self.version.origins.get(path, Origin())
        return origin.by, origin.on

    # The tables

    def examine(self) -> Examined:
        """Hold the pack against the documents: what of it is sound, and every fault by its cell."""
        tables, unread = self.tables()
        pack, pack_faults = examine_pack(tables, self.documents)
        if not pack_faults:
            return Examined(pack, unread, ())
        cells = specs_of_all(self.shape)
        faults, loose = dict(unread), []
        for fault in pack_faults:
            cell = self.cell_of(fault.field, cells)
            if cell:
                faults.setdefault(cell, fault.message)
            else:
                loose.append((fault.field.removeprefix("region."), fault.message))
        return Examined(pack, faults, tuple(loose))

    def tables(self) -> tuple[dict[str, Any], dict[str, Message]]:
        """Return the pack as its tables, and what of the texts cannot be read, by cell.

        A cell that was not touched stays exactly as the file has it.
        """
        tables, touched = deepcopy(self._tables), self.touched
        faults: dict[str, Message] = {}
        each, before = self.texts.get(KIND) == "each", _get(tables, _CHRONIC.split("."))
        if before is not None and isinstance(before, Mapping) is not each:
            _put(tables, _CHRONIC.split("."), None)
        turned = KIND in touched  # the deductible is read anew, as one or by disease
        for name, spec in specs_of_all(self.shape).items():
            if name in touched or (turned and name.startswith(_CHRONIC)):
                self._put_cell(tables, faults, spec)
        for path in sorted({name.rsplit(".", 2)[0] for name in touched if _BANDS in name}):
            bands, wrong = self._bands(path)
            faults |= wrong
            _put(tables, path.split("."), bands or None)
        for required in _REQUIRED:
            if not _get(tables, required.split(".")):
                faults.setdefault(required, message("fault.required"))
        return tables, faults

    def _put_cell(self, tables: dict[str, Any], faults: dict[str, Message], spec: Spec) -> None:
        """Put a cell's value into the tables, or its fault among the faults; bands are put as a whole."""
        name, text = spec.name, self.texts.get(spec.name, "")
        if spec.kind in {"form", "fixed"} or _is_band(name) or (spec.kind == "unknown" and text.strip()):
            return
        value = _value(spec.kind, text, self.today)
        if isinstance(value, Message):
            faults[name] = value
            value = None
        _put(tables, name.split("."), value)

    def _filled(self, path: str) -> list[int]:
        """Return the rows of a band table that anything is typed in, by their numbers."""
        filled = set()
        for name, text in self.texts.items():
            if name.startswith(f"{path}.") and text.strip():
                row, _, key = name.removeprefix(f"{path}.").partition(".")
                if row.isdecimal() and key in ("up_to", "percent"):
                    filled.add(int(row))
        return sorted(filled)

    def _bands(self, path: str) -> tuple[list[dict[str, Any]], dict[str, Message]]:
        """Return the rows of a band table, and what of them cannot be read, by cell."""
        bands, faults = [], {}
        for at in self._filled(path):
            band: dict[str, Any] = {}
            for key, kind in (("up_to", "amount"), ("percent", "percent")):
                name = f"{path}.{at}.{key}"
                value = _value(kind, self.texts.get(name, ""), self.today)
                if isinstance(value, Message):
                    faults[name] = value
                elif value is not None:
                    band[key] = value
            bands.append(band)
        return bands, faults

    def cell_of(self, field: str, cells: Mapping[str, Spec]) -> str:
        """Return the cell that a fault of the pack stands under; empty where there is none."""
        path = field.removeprefix("region.")
        parts = path.split(".")
        if "bands" in parts:
            at = parts.index("bands") + 1
            table = ".".join(parts[:at])
            filled = self._filled(table)
            number = int(parts[at]) if at < len(parts) and parts[at].isdigit() else len(filled) - 1
            row = filled[number] if 0 <= number < len(filled) else 0
            key = parts[at + 1] if at + 1 < len(parts) else "up_to"
            path = f"{table}.{row}.{key}"
        while path and path not in cells:
            path = path.rpartition(".")[0]
        return path

    def notes(self, by: str) -> dict[str, Origin]:
        """Return the origin of each cell that was touched, by its path in the pack."""
        notes: dict[str, Origin] = {}
        touched = self.touched
        for name, spec in specs_of_all(self.shape).items():
            path = name.rsplit(".", 2)[0] if _BANDS in name else name
            if spec.kind in {"form", "fixed", "unknown"} or path in _PLACED or path in notes:
                continue
            cells = [
                cell
                for cell in self.texts
                if cell == path or (cell.startswith(f"{path}.") and _BANDS in cell)
            ]
            anew = origin_name(path) in touched or not touched.isdisjoint(cells)
            if anew and any(self.texts.get(cell, "").strip() for cell in cells):
                place = typed.tidy(self.texts.get(origin_name(path), ""))
                notes[path] = Origin(place, by, self.today.isoformat())
        return notes


def _is_band(name: str) -> bool:
    return _BANDS in name and name.endswith((".up_to", ".percent"))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return " ".join(str(item) for item in value) if value else NONE
    return str(value)


def _value(kind: str, text: str, today: date) -> Any:
    """Read a text as the pack's value; None where nothing is typed, a message where it cannot be read."""
    bare = typed.tidy(text)
    if not bare:
        return None
    if kind in {"amount", "limit"}:
        return _yuan(bare)
    if kind == "amounts":
        return _several_yuan(bare)
    if kind == "percent":
        bare = bare.removesuffix("%").strip()
        rate = parse_percent(bare)
        if isinstance(rate, Message):
            return rate
        return int(bare) if bare.isdigit() else bare
    if kind == "count":
        return typed.count(bare)
    if kind == "yesno":
        return {"true": True, "false": False}.get(bare, bare)
    if kind == "many":
        return [] if bare == NONE else bare.split()
    if kind == "day":
        return typed.day(bare, date(today.year, 12, 31))
    return None if kind == "unknown" else bare


def _several_yuan(text: str) -> Any:
    if "," in text:
        return message("window.region.fault.comma")
    amounts = [_yuan(part) for part in re.split(r"[\s;+\u3001]+", text) if part]
    return next((amount for amount in amounts if isinstance(amount, Message)), amounts)


def _yuan(text: str) -> Any:
    fen = typed.amount(text)
    if not isinstance(fen, int):
        return fen
    return plain(fen) if fen % 100 else fen // 100


def _leaves(table: Mapping[str, Any], at: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        path = f"{at}{key}"
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{path}.")
        elif isinstance(value, list) and value and all(isinstance(row, Mapping) for row in value):
            for number, row in enumerate(value):
                yield from _leaves(row, f"{path}.{number}.")
        else:
            yield path, value


def _get(tables: Mapping[str, Any], keys: Sequence[str]) -> Any:
    """Return the value below some keys, None where there is none."""
    value: Any = tables
    for key in keys:
        if not isinstance(value, Mapping) or key not in value:
            return None
        value = value[key]
    return value


def _put(tables: dict[str, Any], keys: Sequence[str], value: Any) -> None:
    """Set the value below some keys; None takes it out with the tables that it leaves empty."""
    *above, last = keys
    if value is None:
        parent = _get(tables, above)
        if isinstance(parent, dict) and last in parent:
            del parent[last]
            if above and not parent:
                _put(tables, above, None)
        return
    at = tables
    for key in above:
        if not isinstance(at.get(key), dict):
            at[key] = {}
        at = at[key]
    at[last] = value
