"""A region pack as cells: which ones there are in which section, and their texts as the pack's values.

A cell's name is its dotted path in the pack, so that a fault of the pack finds its cell. Cells that stand in
no pack (the year that is shown, this desk's settings) start with ``form.`` or ``desk.``.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from datetime import date
from typing import Any, Final, NamedTuple

from core.messages import Message, message, term
from core.money import parse_percent, plain
from core.places import MADE_UP_REGION
from core.policy.in_force import Documents
from core.policy.packfile import Origin
from core.vocabulary import BandAxis, BandOrigin, DeductibleCounts, DeductiblePeriod, Level, Population
from core.words import languages
from desktop.presenters import typed

SECTIONS: Final = (
    "source",
    "inpatient",
    "special_outpatient",
    "common_outpatient",
    "chronic_outpatient",
    "critical_illness",
    "medical_assistance",
    "desk",
)
YEAR: Final = "form.year"
KIND: Final = "form.chronic"
NONE: Final = "none"
_ORIGIN: Final = "origin:"
_BANDS: Final = ".bands."
_BAND_ROWS: Final = 5
_CRITICAL_ORDER: Final = (
    "deductible",
    "bands",
    "band_origin",
    "cap",
    "uncapped",
    "tilted",
    "tilt_deductible_percent",
    "tilt_points",
    "counts_category_b",
    "covers_special_outpatient",
    "consecutive_from",
    "income_per_head",
)
_KINDS: Final = {
    "deductible": "amount",
    "cap": "amount",
    "income_per_head": "amount",
    "band_origin": "choice",
    "uncapped": "yesno",
    "tilted": "many",
    "tilt_deductible_percent": "percent",
    "tilt_points": "percent",
    "counts_category_b": "yesno",
    "covers_special_outpatient": "yesno",
    "consecutive_from": "count",
}
_YES_NO: Final = ("", "true", "false")


class Version(NamedTuple):
    """One pack on file: ``effective`` as ``YYYY-MM-DD``, ``own`` whether the hospital entered it."""

    id: str
    name: str
    effective: str
    own: bool
    tables: Mapping[str, Any]
    origins: Mapping[str, Origin]

    @property
    def key(self) -> str:
        """What it is called in a list."""
        return f"{self.id}@{self.effective}"

    @property
    def made_up(self) -> bool:
        """Whether it is the shipped example, which stays as it is."""
        return self.id == MADE_UP_REGION


class Spec(NamedTuple):
    """One cell: how its text is read, and the values to choose from (empty: nothing stated)."""

    name: str
    kind: str
    options: tuple[str, ...] = ()
    group: str = ""


class Row(NamedTuple):
    """A line of the form: its cells, and the path whose origin stands beside it (empty: none)."""

    label: Message
    cells: tuple[Spec, ...]
    origin: str = ""
    hint: str = ""


class Group(NamedTuple):
    """Lines under a heading."""

    heading: Message
    rows: tuple[Row, ...]
    about: Message | None = None


def origin_name(path: str) -> str:
    """The name of the cell that says where a path's cell was copied from."""
    return _ORIGIN + path


def origin_path(name: str) -> str:
    """The path whose origin a cell says; empty for another cell."""
    return name.removeprefix(_ORIGIN) if name.startswith(_ORIGIN) else ""


def _row(path: str, kind: str, label: Message, options: tuple[str, ...] = (), hint: str = "") -> Row:
    return Row(label, (Spec(path, kind, options, path.split(".")[-1]),), path, hint)


def _label(name: str) -> Message:
    return Message(f"window.region.cell.{name}")


def _choice(path: str, values: Sequence[str], hint: str = "") -> Row:
    return _row(path, "choice", _label(path.split(".")[-1]), ("", *values), hint)


def groups(form: "PackForm", section: str) -> tuple[Group, ...]:
    """The lines of a section."""
    if section == "critical_illness":
        return _critical(form)
    if section == "chronic_outpatient":
        return _chronic(form)
    return _SIMPLE[section](form)


def _source(form: "PackForm") -> tuple[Group, ...]:
    plain_rows = [
        Row(_label(name.split(".")[-1]), (Spec(name, kind),))
        for name, kind in (
            ("id", "fixed"),
            ("name", "text"),
            ("effective", "day"),
            ("source.document", "text"),
            ("source.entered_by", "text"),
            ("source.checked_by", "text"),
        )
    ]
    found = [Group(Message("window.region.group.source"), tuple(plain_rows))]
    if form.unknown:
        rows = tuple(
            Row(message("window.region.path", path=name), (Spec(name, "unknown"),)) for name in form.unknown
        )
        about = Message("window.region.about.unknown")
        found.append(Group(Message("window.region.group.unknown"), rows, about))
    return tuple(found)


def _levels(table: str, kind: str) -> tuple[Row, ...]:
    return tuple(_row(f"{table}.deductible.{level}", kind, term("level", level)) for level in Level)


def _inpatient(_form: "PackForm") -> tuple[Group, ...]:
    axis = _choice("inpatient.band_axis", tuple(BandAxis))
    return (
        Group(
            Message("window.region.group.inpatient_deductible"),
            _levels("inpatient", "amounts"),
            Message("window.region.about.inpatient_deductible"),
        ),
        Group(Message("window.region.group.inpatient_bands"), (axis,)),
    )


def _special(_form: "PackForm") -> tuple[Group, ...]:
    period = _choice("special_outpatient.deductible_period", tuple(DeductiblePeriod))
    return (
        Group(
            Message("window.region.group.special_deductible"),
            (*_levels("special_outpatient", "amount"), period),
            Message("window.region.about.rest_is_zero"),
        ),
    )


def _common(form: "PackForm") -> tuple[Group, ...]:
    found = form.documents.first("common_outpatient").section.annual_limit.choices
    limits = tuple(str(choice // 100) for choice in sorted(found))
    limit = _row("common_outpatient.annual_limit", "limit", _label("annual_limit"), ("", *limits))
    period = _choice("common_outpatient.deductible_period", tuple(DeductiblePeriod))
    return (
        Group(Message("window.region.group.common_limit"), (limit,)),
        Group(
            Message("window.region.group.common_deductible"),
            (*_levels("common_outpatient", "amount"), period),
            Message("window.region.about.common_deductible"),
        ),
    )


def _chronic(form: "PackForm") -> tuple[Group, ...]:
    path = "chronic_outpatient.deductible"
    kind = Row(_label("chronic_kind"), (Spec(KIND, "form", ("one", "each"), "chronic_kind"),))
    rows = [kind]
    if form.texts.get(KIND) == "each":
        diseases = form.documents.first("chronic_outpatient").section.diseases.rows
        rows += [
            _row(
                f"{path}.{number}",
                "amount",
                message("window.region.disease", number=number, name=disease.name.partition("\uff08")[0]),
            )
            for number, disease in enumerate(diseases, 1)
        ]
    else:
        rows.append(_row(path, "amount", _label("deductible")))
    rest = (
        _choice("chronic_outpatient.deductible_counts", tuple(DeductibleCounts)),
        _row(
            "chronic_outpatient.additional_disease_rate",
            "share",
            _label("additional_disease_rate"),
            hint="window.region.hint.additional_disease_rate",
        ),
    )
    return (
        Group(Message("window.region.group.chronic_rules"), rest),
        Group(Message("window.region.group.chronic_deductible"), tuple(rows)),
    )


def _critical(form: "PackForm") -> tuple[Group, ...]:
    year = form.year
    keys = form.documents.open_critical_keys(int(year)) | form.stated(f"critical_illness.{year}")
    rows: list[Row] = []
    bands: tuple[Row, ...] = ()
    for key in _CRITICAL_ORDER:
        path = f"critical_illness.{year}.{key}"
        if key not in keys:
            continue
        if key == "bands":
            bands = _bands(path, form.band_rows(path))
            continue
        kind = _KINDS[key]
        options: tuple[str, ...] = ()
        if kind == "yesno":
            options = _YES_NO
        elif kind == "choice":
            options = ("", *BandOrigin)
        elif kind == "many":
            options = (NONE, *(one for one in Population if one is not Population.ORDINARY))
        hinted = key in {"consecutive_from", "income_per_head", "tilt_deductible_percent"}
        rows.append(_row(path, kind, _label(key), options, f"window.region.hint.{key}" if hinted else ""))
    chosen = Row(_label("year"), (Spec(YEAR, "form"),))
    rules = [rule for rule in form.documents.critical_rules(int(year)) if rule]
    about = (
        message("window.region.about.critical", document=rules[-1].document.number)
        if rules
        else Message("window.region.about.critical_whole")
    )
    found = [Group(Message("window.region.group.critical"), (chosen, *rows), about)]
    if bands:
        found.append(Group(Message("window.region.group.bands"), bands, Message("window.region.about.bands")))
    return tuple(found)


def _bands(path: str, number: int) -> tuple[Row, ...]:
    return tuple(
        Row(
            message("window.region.band", number=at + 1),
            (
                Spec(f"{path}.{at}.up_to", "amount", group="up_to"),
                Spec(f"{path}.{at}.percent", "percent", group="percent"),
            ),
            "" if at else path,
        )
        for at in range(number)
    )


def _assistance(_form: "PackForm") -> tuple[Group, ...]:
    return tuple(
        Group(
            Message(f"window.region.group.assistance_{key}"),
            tuple(
                _row(f"medical_assistance.{key}.{one}", kind, term("population", one)) for one in Population
            ),
            Message(f"window.region.about.assistance_{key}"),
        )
        for key, kind in (("percent", "percent"), ("deductible", "amount"), ("annual_limit", "amount"))
    )


def _desk(form: "PackForm") -> tuple[Group, ...]:
    return (
        Group(
            Message("window.region.group.desk"),
            (
                Row(_label("hospital"), (Spec("desk.hospital", "form"),)),
                # whoever has signed in is the operator, and nobody else
                *(() if form.signed_in else (Row(_label("operator"), (Spec("desk.operator", "form"),)),)),
                Row(_label("level"), (Spec("desk.level", "form", tuple(Level), "level"),)),
                Row(_label("idle"), (Spec("desk.idle", "form"),)),
                Row(_label("language"), (Spec("desk.language", "form", languages(), "language"),)),
            ),
        ),
    )


_SIMPLE: Final = {
    "source": _source,
    "inpatient": _inpatient,
    "special_outpatient": _special,
    "common_outpatient": _common,
    "medical_assistance": _assistance,
    "desk": _desk,
}


class PackForm:
    """One pack while it is edited: the texts of its cells, as typed, and what they make."""

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
        chronic = _get(self._tables, ("chronic_outpatient", "deductible"))
        self.texts[KIND] = "each" if isinstance(chronic, Mapping) else "one"
        leaves = dict(_leaves(self._tables))
        self.texts |= {path: _text(value) for path, value in leaves.items()}
        known = self.specs_of_all()
        self.unknown = tuple(path for path in leaves if path not in known)
        for path, found in self.version.origins.items():
            self.texts[origin_name(path)] = found.place

    @property
    def years(self) -> tuple[str, ...]:
        """The years that anything is typed for."""
        found = {
            name.split(".")[1]
            for name, text in self.texts.items()
            if name.startswith("critical_illness.") and text and name.count(".") >= 2
        }
        return tuple(sorted(year for year in found if re.fullmatch(r"[1-9][0-9]{3}", year)))

    def stated(self, path: str) -> set[str]:
        """The keys below a path that something is typed in, or was on file."""
        at = f"{path}."
        return {name.removeprefix(at).split(".")[0] for name in self.texts if name.startswith(at)}

    def band_rows(self, path: str) -> int:
        """How many band rows there are to fill."""
        at = f"{path}."
        filled = [
            int(name.removeprefix(at).split(".")[0])
            for name, text in self.texts.items()
            if name.startswith(at) and text
        ]
        return max(_BAND_ROWS, max(filled, default=-1) + 2)

    def specs(self) -> dict[str, Spec]:
        """Every cell of every section, of the year that is shown."""
        return {
            spec.name: spec
            for section in SECTIONS
            for group in groups(self, section)
            for row in group.rows
            for spec in row.cells
        }

    def _of_year(self, year: str) -> dict[str, Spec]:
        shown, self.year = self.year, year
        try:
            return {spec.name: spec for group in _critical(self) for row in group.rows for spec in row.cells}
        finally:
            self.year = shown

    @property
    def changed(self) -> bool:
        """Whether anything of the pack was typed that is not on file."""
        return any(self._touched(name) for name in {*self.texts, *self._before} if not _ours(name))

    def _touched(self, name: str) -> bool:
        return self.texts.get(name, "").strip() != self._before.get(name, "").strip()

    def tables(self) -> tuple[dict[str, Any], dict[str, Message]]:
        """The pack as its tables, and what of the texts cannot be read, by cell.

        What was not touched stays exactly as the file has it.
        """
        tables = deepcopy(self._tables)
        faults: dict[str, Message] = {}
        specs = self.specs_of_all()
        each = self.texts.get(KIND) == "each"
        chronic = ("chronic_outpatient", "deductible")
        if isinstance(_get(tables, chronic), Mapping) is not each and _get(tables, chronic) is not None:
            _put(tables, chronic, None)
        turned = self._touched(KIND)
        for name, spec in specs.items():
            if spec.kind in {"form", "fixed"} or (
                name.endswith((".up_to", ".percent")) and ".bands." in name
            ):
                continue
            if not self._touched(name) and not (turned and name.startswith("chronic_outpatient.deductible")):
                continue
            value = _value(spec.kind, self.texts.get(name, ""), self.today)
            if isinstance(value, Message):
                faults[name] = value
                value = None
            if spec.kind != "unknown" or not self.texts.get(name, "").strip():
                _put(tables, name.split("."), value)
        for path in sorted({name.rsplit(".", 2)[0] for name in {*self.texts, *specs} if ".bands." in name}):
            if any(
                self._touched(name) for name in {*self.texts, *self._before} if name.startswith(f"{path}.")
            ):
                rows, wrong = self._rows(path)
                faults |= wrong
                _put(tables, path.split("."), rows or None)
        for required in _REQUIRED:
            if not _get(tables, required.split(".")):
                faults.setdefault(required, message("fault.required"))
        return tables, faults

    def _filled(self, path: str) -> list[int]:
        texts = self.texts
        return [
            at
            for at in range(self.band_rows(path))
            if texts.get(f"{path}.{at}.up_to", "").strip() or texts.get(f"{path}.{at}.percent", "").strip()
        ]

    def _rows(self, path: str) -> tuple[list[dict[str, Any]], dict[str, Message]]:
        rows, faults = [], {}
        for at in self._filled(path):
            row: dict[str, Any] = {}
            for key, kind in (("up_to", "amount"), ("percent", "percent")):
                name = f"{path}.{at}.{key}"
                value = _value(kind, self.texts.get(name, ""), self.today)
                if isinstance(value, Message):
                    faults[name] = value
                elif value is not None:
                    row[key] = value
            rows.append(row)
        return rows, faults

    def cell_of(self, field: str, cells: Mapping[str, Spec]) -> str:
        """The cell that a fault of the pack stands under; empty where there is none."""
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

    def section_of(self, name: str) -> str:
        """The section that a cell stands in."""
        if name in self.unknown:
            return "source"
        first = (origin_path(name) or name).split(".")[0]
        if name in (YEAR, KIND):
            return "critical_illness" if name == YEAR else "chronic_outpatient"
        return first if first in SECTIONS else "source"

    def notes(self, by: str) -> dict[str, Origin]:
        """The origin of each cell that was touched, by its path in the pack."""
        found = {}
        for name, spec in self.specs_of_all().items():
            path = name.rsplit(".", 2)[0] if _BANDS in name else name
            if spec.kind in {"form", "fixed", "unknown"} or path in _PLACED or path in found:
                continue
            same = [
                one for one in self.texts if one == path or (one.startswith(f"{path}.") and ".bands." in one)
            ]
            touched = any(self._touched(one) for one in same) or self._touched(origin_name(path))
            if touched and any(self.texts.get(one, "").strip() for one in same):
                place = typed.tidy(self.texts.get(origin_name(path), ""))
                found[path] = Origin(place, by, self.today.isoformat())
        return found

    def specs_of_all(self) -> dict[str, Spec]:
        """Every cell of every section and of every year that anything is typed for."""
        found = self.specs()
        for year in self.years:
            found |= self._of_year(year)
        return found

    def made(self, path: str) -> tuple[str, str]:
        """Who entered a cell, and when; a cell touched since has nobody yet."""
        found = self.version.origins.get(path, Origin())
        return found.by, found.on


_REQUIRED: Final = ("name", "effective", "source.document", "source.entered_by", "source.checked_by")
_PLACED: Final = frozenset({"id", *_REQUIRED})


def _ours(name: str) -> bool:
    return name.startswith(("form.", "desk.")) and name != KIND


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return " ".join(str(one) for one in value) if value else NONE
    return str(value)


def _value(kind: str, text: str, today: date) -> Any:
    """A text as the pack's value, None where nothing is typed, or what is wrong with it."""
    bare = typed.tidy(text)
    if not bare:
        return None
    if kind in {"amount", "limit"}:
        return _yuan(bare)
    if kind == "amounts":
        if "," in bare:
            return message("window.region.fault.comma")
        found = [_yuan(part) for part in re.split(r"[\s;+\u3001]+", bare) if part]
        return next((one for one in found if isinstance(one, Message)), found)
    if kind == "percent":
        bare = bare.removesuffix("%").strip()
        read = parse_percent(bare)
        if isinstance(read, Message):
            return read
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
    found: Any = tables
    for key in keys:
        if not isinstance(found, Mapping) or key not in found:
            return None
        found = found[key]
    return found


def _put(tables: dict[str, Any], keys: Sequence[str], value: Any) -> None:
    """Sets a cell, or takes it out with the tables that it leaves empty."""
    *path, last = keys
    if value is None:
        parent = _get(tables, path)
        if isinstance(parent, dict) and last in parent:
            del parent[last]
            if path and not parent:
                _put(tables, path, None)
        return
    at = tables
    for key in path:
        if not isinstance(at.get(key), dict):
            at[key] = {}
        at = at[key]
    at[last] = value
