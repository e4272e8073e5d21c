"""The region's form as it is drawn: pure functions from its lines and texts to cells, tabs and rows."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from core.messages import Message
from core.missing import name_of
from core.policy.readiness import Ready, VisitKind
from core.vocabulary import Level
from core.words import Words
from desktop.presenters.page_states import FormGroup, FormRow, ListRow, ReadyRow, Tab
from desktop.presenters.rules.pack_form import PackForm, Version
from desktop.presenters.rules.pack_layout import groups, section_of
from desktop.presenters.rules.pack_shape import (
    CASE,
    CATEGORY,
    DISEASE,
    NONE,
    SECTIONS,
    YEAR,
    PackGroup,
    PackRow,
    Shape,
    Spec,
    origin_name,
)
from desktop.presenters.states import Cell, Option

_MOST_BESIDE: Final = 3
"""Options that still stand beside the cell's origin; more take a line of their own."""
_DIGITS: Final = tuple("0123456789")
_OWN_KEYS: Final = {"level": _DIGITS[: len(Level) + 1]}
_COLUMNS: Final = ("region", "effective", "own")
_LISTING: Final = {YEAR: "years", DISEASE: "diseases", CATEGORY: "categories", CASE: "cases"}
"""Cells whose hint lists what they may show that anything is typed for, by name with the hint's."""


class BlankForm(NamedTuple):
    """A section's lines in words, and its cells before anything is typed."""

    groups: tuple[FormGroup, ...]
    cells: Mapping[str, Cell]


def blank_form(shape: Shape, section: str, form: PackForm, words: Words) -> BlankForm:
    """Return a section in words; it stays the same until the shape, the version or the language changes."""
    lines = groups(shape, section)
    cells: dict[str, Cell] = {}
    for group in lines:
        for row in group.rows:
            cells |= _cells(row, shape, words)
    return BlankForm(tuple([_group(group, form, words) for group in lines]), cells)


def filled_cells(blank: BlankForm, texts: Mapping[str, str], faults: Mapping[str, str]) -> dict[str, Cell]:
    """Return the cells with their texts and faults."""
    return {
        name: cell._replace(text=texts.get(name, ""), fault=faults.get(name, ""))
        for name, cell in blank.cells.items()
    }


def title(texts: Mapping[str, str], words: Words) -> str:
    """Return the page's title: the region and its day, as typed."""
    day, name = texts.get("effective", ""), texts.get("name", "")
    if not day:
        return words.text("window.region.title_new", name=name)
    return words.text("window.region.title", name=name, day=day)


def about(section: str, form: PackForm, loose: Sequence[str], words: Words) -> str:
    """Return the line under the title. ``loose``: faults without a cell, which come first."""
    if loose:
        return words.text("window.region.loose", said="  ".join(loose))
    version = form.version
    if version.own and form.texts.get("effective") not in ("", version.effective) and form.changed:
        return words.text("window.region.new_version", day=version.effective)
    which = {SECTIONS[0]: "about_versions", SECTIONS[-1]: "about_desk"}.get(section, "about")
    return words.text(f"window.region.{which}")


def tabs(shape: Shape, faults: Mapping[str, str], words: Words) -> tuple[Tab, ...]:
    """Return the sections; those with a fault are marked."""
    wrong = {section_of(shape, name) for name in faults}
    mark = words.text("window.region.wrong_mark") if wrong else ""
    return tuple(
        [
            Tab(
                section,
                words.text(f"window.region.section.{section}"),
                mark if section in wrong else "",
                section in wrong,
            )
            for section in SECTIONS
        ]
    )


def columns(section: str, words: Words) -> tuple[str, ...]:
    """Return the headings of the versions' list; empty beside every section but the first."""
    if section != SECTIONS[0]:
        return ()
    return tuple([words.text(f"window.column.{name}") for name in _COLUMNS])


def version_row(version: Version, unsaved: bool, words: Words) -> ListRow:
    """Return a version's row. ``unsaved``: something was typed into it."""
    kind = "own" if version.own else "shipped"
    if unsaved or version.made_up:
        kind = "unsaved_mark" if unsaved else "made_up"
    day = version.effective if version.own or version.made_up else "—"
    return ListRow(version.key, (version.name, day, words.text(f"window.region.{kind}")))


def ready_rows(readiness: Sequence[Ready], words: Words) -> tuple[ReadyRow, ...]:
    """Return what can be settled and what is lacking, the benefits that lack the same in one row."""
    together: dict[tuple[object, ...], list[Ready]] = {}
    for ready in readiness:
        same = (ready.kind, ready.case, ready.levels, ready.diseases, ready.missing)
        together.setdefault(same, []).append(ready)
    return tuple([_ready_row(same, words) for same in together.values()])


def left_empty_rows(said: Sequence[Message], words: Words) -> tuple[ReadyRow, ...]:
    """Return the cells that counted as zero or as the whole in earlier versions, with what to type."""
    heading = words.text("window.region.left_empty")
    return tuple([ReadyRow(heading, words(text), False) for text in said])


def ready_about(rows: Sequence[ReadyRow], words: Words) -> str:
    """Return how many rows lack something."""
    lacking = len([row for row in rows if not row.ready])
    if not lacking:
        return words.text("window.region.ready_all")
    return words.text("window.region.ready_lacking", number=lacking)


def _ready_row(same: Sequence[Ready], words: Words) -> ReadyRow:
    first, comma = same[0], words.text("window.comma")
    benefits = comma.join([words.text(f"benefit.{ready.benefit}") for ready in same])
    if first.kind is not VisitKind.ORDINARY:
        benefits = words.text(f"window.region.ready_{first.kind}", case=first.case).strip()
    where = comma.join([words.text(f"level.{level}") for level in first.levels])
    if len(first.levels) == len(Level):
        where = words.text("window.region.every_level")
    if first.diseases:
        numbers = words.text("window.region.diseases", numbers=_ranges(first.diseases, comma))
        where = f"{numbers}  {where}" if first.levels else numbers
    text = words.text("window.region.complete")
    if first.missing:
        names = dict.fromkeys([words(name_of(figure)) for figure in first.missing])
        text = words.text("window.region.lacks", cells=comma.join(names))
    return ReadyRow(f"{benefits}  {where}", text, not first.missing)


def _ranges(numbers: Sequence[int], comma: str) -> str:
    """Write ``1-4、7`` for 1, 2, 3, 4, 7."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return comma.join([f"{first}-{last}" if last > first else str(first) for first, last in runs])


def _group(group: PackGroup, form: PackForm, words: Words) -> FormGroup:
    several = next((row.cells for row in group.rows if len(row.cells) > 1), ())
    over = tuple([words.text(f"window.region.column.{spec.group}") for spec in several])
    origin = words.text("window.region.column.origin") if any(row.origin for row in group.rows) else ""
    return FormGroup(
        words(group.heading),
        words(group.about) if group.about else "",
        tuple([_row(row, form, words) for row in group.rows]),
        (*over, origin),
    )


def _row(row: PackRow, form: PackForm, words: Words) -> FormRow:
    entered = " ".join(form.made(row.origin)).strip() if row.origin else ""
    return FormRow(
        words(row.label),
        row.names,
        origin_name(row.origin) if row.origin else "",
        entered,
        any(len(spec.options) > _MOST_BESIDE for spec in row.cells),
    )


def _cells(row: PackRow, shape: Shape, words: Words) -> dict[str, Cell]:
    """Return the cells of a line, and the cell of its origin, without text and fault."""
    label, cells = words(row.label), {}
    for spec in row.cells:
        name = label
        if len(row.cells) > 1:
            name = f"{label} {words.text(f'window.region.column.{spec.group}')}"
        cells[spec.name] = Cell(
            name,
            hint=_hint(row, spec, shape, words),
            options=tuple(
                Option(value, key, _option(spec, value, words))
                for value, key in zip(spec.options, _keys(spec), strict=False)
            ),
            locked=spec.kind == "fixed",
            several=spec.kind == "many",
        )
    if row.origin:
        cells[origin_name(row.origin)] = Cell(words.text("window.region.origin_of", cell=label))
    return cells


def _keys(spec: Spec) -> tuple[str, ...]:
    """Return the digits that choose a cell's options; of a pack's cell 0 chooses the first, else 1."""
    keys = _OWN_KEYS.get(spec.group, _DIGITS)
    return keys[1:] if spec.kind == "form" and spec.group != "level" else keys


def _hint(row: PackRow, spec: Spec, shape: Shape, words: Words) -> str:
    if spec.name in _LISTING:
        listed = words.text("window.comma").join(_listed(spec.name, shape, words))
        return words.text(f"window.region.hint.{_LISTING[spec.name]}", listed=listed or "—")
    if row.hint is not None:
        return words(row.hint)
    return words.text("window.region.hint.several") if spec.kind == "many" else ""


def _listed(chooser: str, shape: Shape, words: Words) -> list[str]:
    """Return the years, diseases, categories or cases that anything is typed for."""
    if chooser == YEAR:
        return list(shape.years)
    if chooser == DISEASE:
        return list(shape.diseases)
    if chooser == CATEGORY:
        return [words.text(f"population.{category}") for category in shape.categories]
    return [_case(at, code, level, words) for at, (code, level) in enumerate(shape.cases, 1)]


def _case(number: int, code: str, level: str, words: Words) -> str:
    """Return a case as the list of cases names it: its place, code and level, as far as they are typed."""
    at_level = words.text(f"level.{level}") if level in list(Level) else ""
    return " ".join(filter(None, (str(number), code, at_level)))


def _option(spec: Spec, value: str, words: Words) -> str:
    if spec.kind == "limit" and value:
        return value
    if spec.kind == "many" or spec.name == CATEGORY:
        if value == NONE:
            return words.text("window.region.option.none")
        return words.text(f"window.option.population.{value}")
    if not value:
        return words.text("window.region.option.empty")
    kind = spec.group if spec.kind != "yesno" or spec.group == "uncapped" else "yesno"
    return words.text(f"window.region.option.{kind}.{value}")
