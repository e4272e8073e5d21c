"""The lines of the guided form: which cells a region's pack has, in which section and order.

A cell's name is its dotted path in the pack, so that a fault of the pack finds its cell. Cells that stand in
no pack (the year that is shown, this desk's settings) start with ``form.`` or ``desk.``.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple

from core.messages import Message, message, term
from core.policy.in_force import Documents
from core.vocabulary import BandAxis, BandOrigin, DeductibleCounts, DeductiblePeriod, Level, Population
from core.words import languages

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
_BAND_ROWS: Final = 5
"""Rows of a band table that are always offered."""
_SHAPES: Final = 64
"""Sections whose lines are kept: all of a few packs."""
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
_OPTIONS: Final = {
    "yesno": ("", "true", "false"),
    "choice": ("", *BandOrigin),
    "many": (NONE, *(category for category in Population if category is not Population.ORDINARY)),
}
_HINTED: Final = frozenset({"consecutive_from", "income_per_head", "tilt_deductible_percent"})


class Spec(NamedTuple):
    """One cell: how its text is read, and the values to choose from (empty: nothing stated)."""

    name: str
    kind: str
    options: tuple[str, ...] = ()
    group: str = ""


class PackRow(NamedTuple):
    """A line of the form: its cells, and the path whose origin stands beside it (empty: none)."""

    label: Message
    cells: tuple[Spec, ...]
    origin: str = ""
    hint: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its cells."""
        return tuple([spec.name for spec in self.cells])


class PackGroup(NamedTuple):
    """Lines under a heading."""

    heading: Message
    rows: tuple[PackRow, ...]
    about: Message | None = None


class Shape(NamedTuple):
    """All that the lines of the form depend on: forms of one shape have the same lines.

    ``year`` is the year of critical illness that is shown; ``years`` are those that anything is typed for.
    ``stated`` are the (year, key) of critical illness that are typed or on file. ``band_rows`` are the rows
    that a year's band table needs for what is typed. ``each_disease``: each chronic disease has a deductible.
    """

    documents: Documents
    year: str
    years: tuple[str, ...] = ()
    stated: frozenset[tuple[str, str]] = frozenset()
    band_rows: frozenset[tuple[str, int]] = frozenset()
    each_disease: bool = False
    unknown: tuple[str, ...] = ()
    signed_in: bool = False


def origin_name(path: str) -> str:
    """Return the name of the cell that says where a path's cell was copied from."""
    return _ORIGIN + path


def origin_path(name: str) -> str:
    """Return the path whose origin a cell says; empty for another cell."""
    return name.removeprefix(_ORIGIN) if name.startswith(_ORIGIN) else ""


@lru_cache(maxsize=_SHAPES)
def groups(shape: Shape, section: str) -> tuple[PackGroup, ...]:
    """Return the lines of a section."""
    return _SECTIONS[section](shape)


@lru_cache(maxsize=_SHAPES)
def rows(shape: Shape, section: str) -> tuple[PackRow, ...]:
    """Return the lines of a section without their headings."""
    return tuple([row for group in groups(shape, section) for row in group.rows])


@lru_cache(maxsize=_SHAPES)
def specs(shape: Shape) -> Mapping[str, Spec]:
    """Return every cell by its name, section by section; of critical illness the year that is shown."""
    return MappingProxyType(
        {spec.name: spec for section in SECTIONS for row in rows(shape, section) for spec in row.cells}
    )


@lru_cache(maxsize=_SHAPES)
def specs_of_all(shape: Shape) -> Mapping[str, Spec]:
    """Return every cell of every section and of every year that anything is typed for."""
    every = dict(specs(shape))
    for year in shape.years:
        every |= {
            spec.name: spec
            for row in rows(shape._replace(year=year), "critical_illness")
            for spec in row.cells
        }
    return MappingProxyType(every)


def band_rows(shape: Shape, year: str) -> int:
    """Return how many rows of a year's band table there are to fill."""
    return max(_BAND_ROWS, *(number for other, number in shape.band_rows if other == year), 0)


def row_of(lines: Sequence[PackRow], name: str) -> PackRow | None:
    """Return the line with an origin that a cell, or the cell of its origin, stands in; None for another."""
    path = origin_path(name)
    return next((row for row in lines if row.origin and (row.origin == path or name in row.names)), None)


def spec_of(lines: Sequence[PackRow], name: str) -> Spec:
    """Return a cell of these lines; a cell of text where they have none of this name."""
    return next((spec for row in lines for spec in row.cells if spec.name == name), Spec(name, "text"))


def section_of(shape: Shape, name: str) -> str:
    """Return the section that a cell stands in."""
    if name in shape.unknown:
        return "source"
    if name in (YEAR, KIND):
        return "critical_illness" if name == YEAR else "chronic_outpatient"
    first = (origin_path(name) or name).split(".")[0]
    return first if first in SECTIONS else "source"


def _row(path: str, kind: str, label: Message, options: tuple[str, ...] = (), hint: str = "") -> PackRow:
    return PackRow(label, (Spec(path, kind, options, path.split(".")[-1]),), path, hint)


def _label(name: str) -> Message:
    return Message(f"window.region.cell.{name}")


def _choice(path: str, values: Sequence[str], hint: str = "") -> PackRow:
    return _row(path, "choice", _label(path.split(".")[-1]), ("", *values), hint)


def _source(shape: Shape) -> tuple[PackGroup, ...]:
    stated = tuple(
        PackRow(_label(name.split(".")[-1]), (Spec(name, kind),))
        for name, kind in (
            ("id", "fixed"),
            ("name", "text"),
            ("effective", "day"),
            ("source.document", "text"),
            ("source.entered_by", "text"),
            ("source.checked_by", "text"),
        )
    )
    source = PackGroup(Message("window.region.group.source"), stated)
    if not shape.unknown:
        return (source,)
    unknown = tuple(
        PackRow(message("window.region.path", path=name), (Spec(name, "unknown"),)) for name in shape.unknown
    )
    about = Message("window.region.about.unknown")
    return source, PackGroup(Message("window.region.group.unknown"), unknown, about)


def _levels(table: str, kind: str) -> tuple[PackRow, ...]:
    return tuple(_row(f"{table}.deductible.{level}", kind, term("level", level)) for level in Level)


def _inpatient(_shape: Shape) -> tuple[PackGroup, ...]:
    axis = _choice("inpatient.band_axis", tuple(BandAxis))
    return (
        PackGroup(
            Message("window.region.group.inpatient_deductible"),
            _levels("inpatient", "amounts"),
            Message("window.region.about.inpatient_deductible"),
        ),
        PackGroup(Message("window.region.group.inpatient_bands"), (axis,)),
    )


def _special(_shape: Shape) -> tuple[PackGroup, ...]:
    period = _choice("special_outpatient.deductible_period", tuple(DeductiblePeriod))
    return (
        PackGroup(
            Message("window.region.group.special_deductible"),
            (*_levels("special_outpatient", "amount"), period),
            Message("window.region.about.rest_is_zero"),
        ),
    )


def _common(shape: Shape) -> tuple[PackGroup, ...]:
    choices = shape.documents.first("common_outpatient").section.annual_limit.choices
    limits = tuple(str(choice // 100) for choice in sorted(choices))
    limit = _row("common_outpatient.annual_limit", "limit", _label("annual_limit"), ("", *limits))
    period = _choice("common_outpatient.deductible_period", tuple(DeductiblePeriod))
    return (
        PackGroup(Message("window.region.group.common_limit"), (limit,)),
        PackGroup(
            Message("window.region.group.common_deductible"),
            (*_levels("common_outpatient", "amount"), period),
            Message("window.region.about.common_deductible"),
        ),
    )


def _chronic(shape: Shape) -> tuple[PackGroup, ...]:
    path = "chronic_outpatient.deductible"
    deductible = [PackRow(_label("chronic_kind"), (Spec(KIND, "form", ("one", "each"), "chronic_kind"),))]
    if shape.each_disease:
        diseases = shape.documents.first("chronic_outpatient").section.diseases.rows
        deductible += [
            _row(
                f"{path}.{number}",
                "amount",
                message("window.region.disease", number=number, name=disease.name.partition("\uff08")[0]),
            )
            for number, disease in enumerate(diseases, 1)
        ]
    else:
        deductible.append(_row(path, "amount", _label("deductible")))
    rules = (
        _choice("chronic_outpatient.deductible_counts", tuple(DeductibleCounts)),
        _row(
            "chronic_outpatient.additional_disease_rate",
            "share",
            _label("additional_disease_rate"),
            hint="window.region.hint.additional_disease_rate",
        ),
    )
    return (
        PackGroup(Message("window.region.group.chronic_rules"), rules),
        PackGroup(Message("window.region.group.chronic_deductible"), tuple(deductible)),
    )


def _critical(shape: Shape) -> tuple[PackGroup, ...]:
    """The figures of one year: those that its documents leave open, and those that the file states anyway."""
    documents, year = shape.documents, shape.year
    keys = documents.open_critical_keys(int(year)) | {key for of, key in shape.stated if of == year}
    path = f"critical_illness.{year}"
    stated = [_critical_row(path, key) for key in _CRITICAL_ORDER if key in keys and key != "bands"]
    chosen = PackRow(_label("year"), (Spec(YEAR, "form"),))
    in_force = [rule for rule in documents.critical_rules(int(year)) if rule]
    about = Message("window.region.about.critical_whole")
    if in_force:
        about = message("window.region.about.critical", document=in_force[-1].document.number)
    figures = PackGroup(Message("window.region.group.critical"), (chosen, *stated), about)
    if "bands" not in keys:
        return (figures,)
    bands = _bands(f"{path}.bands", band_rows(shape, year))
    return figures, PackGroup(
        Message("window.region.group.bands"), bands, Message("window.region.about.bands")
    )


def _critical_row(path: str, key: str) -> PackRow:
    kind = _KINDS[key]
    hint = f"window.region.hint.{key}" if key in _HINTED else ""
    return _row(f"{path}.{key}", kind, _label(key), _OPTIONS.get(kind, ()), hint)


def _bands(path: str, number: int) -> tuple[PackRow, ...]:
    return tuple(
        PackRow(
            message("window.region.band", number=at + 1),
            (
                Spec(f"{path}.{at}.up_to", "amount", group="up_to"),
                Spec(f"{path}.{at}.percent", "percent", group="percent"),
            ),
            "" if at else path,
        )
        for at in range(number)
    )


def _assistance(_shape: Shape) -> tuple[PackGroup, ...]:
    return tuple(
        PackGroup(
            Message(f"window.region.group.assistance_{key}"),
            tuple(
                _row(f"medical_assistance.{key}.{category}", kind, term("population", category))
                for category in Population
            ),
            Message(f"window.region.about.assistance_{key}"),
        )
        for key, kind in (("percent", "percent"), ("deductible", "amount"), ("annual_limit", "amount"))
    )


def _desk(shape: Shape) -> tuple[PackGroup, ...]:
    cells = [
        Spec("desk.hospital", "form", (), "hospital"),
        Spec("desk.operator", "form", (), "operator"),
        Spec("desk.level", "form", tuple(Level), "level"),
        Spec("desk.idle", "form", (), "idle"),
        Spec("desk.language", "form", languages(), "language"),
    ]
    if shape.signed_in:  # whoever has signed in is the operator, and nobody else
        del cells[1]
    settings = tuple(PackRow(_label(cell.group), (cell,)) for cell in cells)
    return (PackGroup(Message("window.region.group.desk"), settings),)


_SECTIONS: Final = {
    "source": _source,
    "inpatient": _inpatient,
    "special_outpatient": _special,
    "common_outpatient": _common,
    "chronic_outpatient": _chronic,
    "critical_illness": _critical,
    "medical_assistance": _assistance,
    "desk": _desk,
}
