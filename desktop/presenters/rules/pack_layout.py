"""The lines of the guided form, looked up: by section, by cell, and every cell of a pack."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from desktop.presenters.rules.pack_sections import disease_specs, lines_of, row_specs
from desktop.presenters.rules.pack_shape import (
    CHOOSERS,
    SECTIONS,
    PackGroup,
    PackRow,
    Shape,
    Spec,
    origin_path,
)

_SHAPES: Final = 64
"""Sections whose lines are kept: all of a few packs."""


@lru_cache(maxsize=_SHAPES)
def groups(shape: Shape, section: str) -> tuple[PackGroup, ...]:
    """Return the lines of a section."""
    return lines_of(shape, section)


@lru_cache(maxsize=_SHAPES)
def rows(shape: Shape, section: str) -> tuple[PackRow, ...]:
    """Return the lines of a section without their headings."""
    return tuple([row for group in groups(shape, section) for row in group.rows])


@lru_cache(maxsize=_SHAPES)
def specs(shape: Shape) -> Mapping[str, Spec]:
    """Return every cell by its name, section by section, as far as the choosers show them."""
    return MappingProxyType(
        {spec.name: spec for section in SECTIONS for row in rows(shape, section) for spec in row.cells}
    )


@lru_cache(maxsize=_SHAPES)
def specs_of_all(shape: Shape) -> Mapping[str, Spec]:
    """Return every cell of every section, also those that the choosers do not show, where any is typed."""
    every = dict(specs(shape))
    for year in shape.years:
        every |= {
            spec.name: spec
            for row in rows(shape._replace(year=year), "critical_illness")
            for spec in row.cells
        }
    hidden = [spec for number in shape.diseases for spec in disease_specs(number)]
    hidden += [spec for table, number in shape.rows for at in range(number) for spec in row_specs(table, at)]
    every |= {spec.name: spec for spec in hidden if spec.name not in every}
    return MappingProxyType(every)


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
    if name in CHOOSERS:
        return CHOOSERS[name]
    first = (origin_path(name) or name).split(".")[0]
    return first if first in SECTIONS else "source"
