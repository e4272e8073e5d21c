"""A region's pack while it is edited: the texts of its cells, and the tables that they make."""

import re
from collections.abc import Mapping
from copy import deepcopy
from datetime import date
from typing import Any, Final, NamedTuple

from core.messages import Message, message
from core.places import MADE_UP_REGION
from core.policy.in_force import Documents
from core.policy.packfile import Origin
from core.policy.regions import RegionPack
from core.policy.soundness import examine_pack
from core.vocabulary import Population
from desktop.presenters import typed
from desktop.presenters.rules.pack_layout import specs_of_all
from desktop.presenters.rules.pack_shape import (
    CASE,
    CATEGORY,
    DISEASE,
    KIND,
    TABLE,
    YEAR,
    Shape,
    Spec,
    origin_name,
    row_cell,
    row_keys,
)
from desktop.presenters.rules.pack_values import get, leaves, put, text_of, value_of

_CHRONIC: Final = "chronic_outpatient.deductible"
_SPECIAL: Final = "special_outpatient.disease"
_REQUIRED: Final = ("name", "effective", "source.document", "source.entered_by", "source.checked_by")
_PLACED: Final = frozenset({"id", *_REQUIRED})
"""Cells that say themselves where the figures come from."""
_YEAR: Final = re.compile("[12][0-9]{3}")
_FIGURES: Final = frozenset({"amount", "amounts", "percent"})
_ANY_YEAR: Final = re.compile("[1-9][0-9]{3}")
_NUMBER: Final = re.compile("[1-9][0-9]{0,3}")


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
    """One pack while it is edited: the texts of its cells, as typed, and the tables that they make.

    ``year`` is the year of critical illness that is shown, ``disease`` the special disease and ``case`` the
    case (from 0) whose own cells are.
    """

    def __init__(self, version: Version, documents: Documents, year: str, today: date) -> None:
        self.version = version
        self.documents = documents
        self.year = year
        self.disease = "1"
        self.case = 0
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
        self.texts[KIND] = "each" if isinstance(get(self._tables, _CHRONIC.split(".")), Mapping) else "one"
        on_file = dict(leaves(self._tables))
        self.texts |= {path: text_of(value) for path, value in on_file.items()}
        shape = self.shape
        self.disease = self.texts[DISEASE] = (*self._listed(shape.diseases), self.disease)[0]
        self.texts[CASE] = str(self.case + 1)
        self.texts[CATEGORY] = (*shape.categories, Population.LOW_INCOME)[0]
        known = specs_of_all(self.shape)
        self.unknown = tuple(path for path in on_file if path not in known)
        for path, origin in self.version.origins.items():
            self.texts[origin_name(path)] = origin.place
        if self.effective is not None:
            self.show_year(self.effective.year)

    @property
    def effective(self) -> date | None:
        """The day from which the pack holds, None where the cell says none."""
        found = value_of("day", self.texts.get("effective", ""), self.today)
        return found if isinstance(found, date) else None

    def show_year(self, earliest: int) -> None:
        """Show this year where an earlier one is shown, in which nothing of the pack holds."""
        self.choose(YEAR, str(max(earliest, int(self.year))))

    @property
    def shape(self) -> Shape:
        """The shape of the form as its texts stand: what its lines follow from."""
        stated: set[tuple[str, str]] = set()
        years: set[str] = set()
        diseases: set[int] = set()
        rows: dict[str, int] = {}
        for name, text in self.texts.items():
            table, *keys = name.split(".")
            if table == "critical_illness" and len(keys) > 1:
                stated.add((keys[0], keys[1]))
                if text and _ANY_YEAR.fullmatch(keys[0]):
                    years.add(keys[0])
            elif text and keys[:1] == ["disease"] and len(keys) > 2 and _NUMBER.fullmatch(keys[1]):
                diseases.add(int(keys[1]))
            place = TABLE.fullmatch(name) if text else None
            if place is not None and place[2]:
                rows[place[1]] = max(rows.get(place[1], 0), int(place[2]) + 2)
        categories = [category for category in Population if f"medical_assistance.bands.{category}" in rows]
        category = self.texts.get(CATEGORY, "")
        return Shape(
            self.documents,
            self.year,
            years=tuple(sorted(years)),
            stated=frozenset(stated),
            rows=frozenset(rows.items()),
            each_disease=self.texts.get(KIND) == "each",
            unknown=self.unknown,
            signed_in=self.signed_in,
            disease=self.disease,
            diseases=tuple([str(number) for number in sorted(diseases)]),
            category=category if category in list(Population) else Population.LOW_INCOME,
            categories=tuple(categories),
            case=self.case,
            cases=tuple([self._case(at) for at in range(rows.get("case_payment", 1) - 1)]),
        )

    def _case(self, at: int) -> tuple[str, str]:
        """Return the code and the level of a case, as typed."""
        path = f"case_payment.{at}"
        return self.texts.get(f"{path}.code", "").strip(), self.texts.get(f"{path}.level", "")

    def _listed(self, numbers: tuple[str, ...]) -> tuple[str, ...]:
        """Return the numbers among these that are special diseases of the document."""
        last = len(self.documents.first("special_outpatient").section.diseases.names)
        return tuple([number for number in numbers if int(number) <= last])

    def choose(self, chooser: str, text: str) -> None:
        """Show another year, special disease or case by its number; a number of none changes nothing."""
        if chooser == YEAR and _YEAR.fullmatch(text):
            self.year = text
        elif chooser == DISEASE and _NUMBER.fullmatch(text):
            self.disease = (*self._listed((text,)), self.disease)[0]
        elif chooser == CASE and _NUMBER.fullmatch(text):
            self.case = min(int(text) - 1, len(self.shape.cases))
        self.texts |= {YEAR: self.year, DISEASE: self.disease, CASE: str(self.case + 1)}

    def show_as(self, other: "PackForm") -> None:
        """Show the year and the rows that another form of the region shows."""
        for chooser in (YEAR, DISEASE, CASE):
            self.choose(chooser, other.texts[chooser])
        self.texts[CATEGORY] = other.texts[CATEGORY]

    def reveal(self, name: str) -> None:
        """Show the year, special disease, category or case that a cell belongs to."""
        table, *keys = name.split(".")
        if table == "critical_illness":
            self.choose(YEAR, keys[0])
        elif name.startswith(f"{_SPECIAL}."):
            self.choose(DISEASE, keys[1])
        elif table == "case_payment":
            self.choose(CASE, str(int(keys[0]) + 1))
        elif name.startswith("medical_assistance.bands."):
            self.texts[CATEGORY] = keys[1]

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

    @property
    def outline(self) -> tuple[object, ...]:
        """The facts that the missing figures follow from.

        They are the cells that are filled, and the text of each that is no figure: a figure's size changes
        nothing.
        """
        cells = specs_of_all(self.shape)
        filled = [
            (name, (name in cells and cells[name].kind in _FIGURES) or text)
            for name, text in self.texts.items()
            if text.strip() and name[:7] != "origin:"
        ]
        return self.version, frozenset(filled)

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
        each, before = self.texts.get(KIND) == "each", get(tables, _CHRONIC.split("."))
        if before is not None and isinstance(before, Mapping) is not each:
            put(tables, _CHRONIC.split("."), None)
        turned = KIND in touched  # the deductible is read anew, as one or by disease
        for name, spec in specs_of_all(self.shape).items():
            if name in touched or (turned and name.startswith(_CHRONIC)):
                self._put_cell(tables, faults, spec)
        for path in sorted({place[1] for name in touched if (place := TABLE.fullmatch(name))}):
            rows, wrong = self._rows(path)
            faults |= wrong
            put(tables, path.split("."), rows or None)
        for required in _REQUIRED:
            if not get(tables, required.split(".")):
                faults.setdefault(required, message("fault.required"))
        return tables, faults

    def _put_cell(self, tables: dict[str, Any], faults: dict[str, Message], spec: Spec) -> None:
        """Put a cell's value into the tables, or its fault among the faults; lists are put as a whole."""
        name, text = spec.name, self.texts.get(spec.name, "")
        left_alone = spec.kind in {"form", "fixed"} or (spec.kind == "unknown" and text.strip())
        if left_alone or TABLE.fullmatch(name):
            return
        value = value_of(spec.kind, text, self.today)
        if isinstance(value, Message):
            faults[name] = value
            value = None
        put(tables, name.split("."), value)

    def _filled(self, table: str) -> list[int]:
        """Return the rows of a list that anything is typed in, by their positions."""
        known = {key for key, _ in row_keys(table)}
        filled = set()
        for name, text in self.texts.items():
            if name.startswith(f"{table}.") and text.strip():
                row, _, key = name.removeprefix(f"{table}.").partition(".")
                if row.isdecimal() and key in known:
                    filled.add(int(row))
        return sorted(filled)

    def _rows(self, table: str) -> tuple[list[dict[str, Any]], dict[str, Message]]:
        """Return the rows of a list, and what of them cannot be read, by cell."""
        rows, faults = [], {}
        for at in self._filled(table):
            row: dict[str, Any] = {}
            for key, kind in row_keys(table):
                name = f"{table}.{at}.{key}"
                value = value_of(kind, self.texts.get(name, ""), self.today)
                if isinstance(value, Message):
                    faults[name] = value
                elif value is not None:
                    row[key] = value
            rows.append(row)
        return rows, faults

    def cell_of(self, field: str, cells: Mapping[str, Spec]) -> str:
        """Return the cell that a fault of the pack stands under; empty where there is none.

        A fault of a list as a whole stands in its last row, one of a row in the row's first cell.
        """
        path = field.removeprefix("region.")
        place = row_cell(path)
        if place is not None:
            filled = self._filled(place.table)
            number = place.at if place.at >= 0 else len(filled) - 1
            row = filled[number] if 0 <= number < len(filled) else 0
            path = f"{place.table}.{row}.{place.key or place.keys[0][0]}"
        while path and path not in cells:
            path = path.rpartition(".")[0]
        return path

    def notes(self, by: str) -> dict[str, Origin]:
        """Return the origin of each cell that was touched, by its path in the pack."""
        notes: dict[str, Origin] = {}
        touched = self.touched
        for name, spec in specs_of_all(self.shape).items():
            place = TABLE.fullmatch(name)
            path = place[1] if place else name
            if spec.kind in {"form", "fixed", "unknown"} or path in _PLACED or path in notes:
                continue
            cells = [cell for cell in self.texts if cell == path or (place and cell.startswith(f"{path}."))]
            anew = origin_name(path) in touched or not touched.isdisjoint(cells)
            if anew and any(self.texts.get(cell, "").strip() for cell in cells):
                copied_from = typed.tidy(self.texts.get(origin_name(path), ""))
                notes[path] = Origin(copied_from, by, self.today.isoformat())
        return notes
