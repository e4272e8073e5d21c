"""A sheet on a form of several parts: each figure in its own place, in millimetres, the sum in columns.

Where things stand is data (`resources/forms`); hospitals' papers differ by little, which `Paper.shift` takes.
On pre-printed paper the labels are there already and only what belongs beside them is printed.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

from core.messages import Message, message
from core.places import RESOURCES
from desktop.paper.drawing import (
    BASELINE,
    HAIR,
    MADE_UP,
    MM_PER_INCH,
    QUIET,
    Across,
    Block,
    Code,
    Page,
    Rule,
    Style,
    Text,
    width_of,
    wrapped,
)
from desktop.paper.layout import SheetComposer, code_of, pitch_of, placed
from desktop.paper.paper_sizes import PAPERS, Paper
from desktop.paper.sheet import Pair, Sheet

FORMS: Final = RESOURCES / "forms"
_LOWEST: Final = 40.0
"""The least height (mm) of a column: the largest block of lines that stays together goes into it."""
_LEAST: Final = 5.0
"""The smallest type (points) that a text is brought to so that its place holds it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A place for one text. ``width`` holds the label too; ``right``: the text ends at its right edge."""

    show: str
    x: float
    y: float
    width: float
    label: float = 0.0
    style: str = "small"
    lines: int = 1
    every: bool = False
    right: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A column that text flows through."""

    x: float
    y: float
    width: float
    height: float


class Form(NamedTuple):
    """A form: its fields, the columns of its first page and of the others, the bar and the code."""

    fields: tuple[Field, ...]
    first: tuple[Area, ...]
    next: tuple[Area, ...]
    bar: Area | None
    code: tuple[float, float, float]


class FormFaulty(Exception):
    """A hospital's own file of places cannot be used; ``said`` tells why."""

    def __init__(self, said: Message) -> None:
        super().__init__(said.id)
        self.said = said


def name_of(paper: Paper) -> str:
    """The name of a form's size, which its file has too."""
    size = (paper.width, paper.height)
    return next(name for name, found in PAPERS.items() if found.form and (found.width, found.height) == size)


def form_of(paper: Paper) -> Form:
    """The places on a form: a hospital's own where its paper names a file, else those that ship.

    Raises FormFaulty where a hospital's own file cannot be used.
    """
    if paper.places is None:
        return _shipped(name_of(paper))
    try:
        return _read(paper.places.read_text(encoding="utf-8-sig"), paper)
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        said = message("paper.fault.form", name=paper.places.name, reason=str(error))
        raise FormFaulty(said) from error


@cache
def _shipped(name: str) -> Form:
    return _read((FORMS / f"{name}.toml").read_text(encoding="utf-8"), PAPERS[name])


def _read(text: str, paper: Paper) -> Form:
    """A file of places. Raises ValueError, LookupError or TypeError where it is none, or leaves the paper."""
    raw = tomllib.loads(text)
    code = raw["code"]
    form = Form(
        tuple(Field(**field) for field in raw["field"]),
        tuple(Area(**area) for area in raw["first"]),
        tuple(Area(**area) for area in raw["next"]),
        Area(**raw["bar"]) if "bar" in raw else None,
        (code["x"], code["y"], code["size"]),
    )
    if not form.first or not form.next:
        raise ValueError("first, next")
    boxes = [*((field.show, field.x, field.y, field.width, 0.0) for field in form.fields)]
    boxes += [("first, next", area.x, area.y, area.width, area.height) for area in (*form.first, *form.next)]
    boxes.append(("code", *form.code[:2], form.code[2], form.code[2]))
    for name, x, y, width, height in boxes:
        if not (0 <= x <= x + width <= paper.width and 0 <= y <= y + height <= paper.height and width > 0):
            raise ValueError(name)
    if min(area.height for area in (*form.first, *form.next)) < _LOWEST:
        raise ValueError("height")
    return form


def lay_out_form(sheet: Sheet, paper: Paper) -> list[Page]:
    """The forms that a sheet fills."""
    form = form_of(paper)
    flowed = _Columns(sheet, paper, form).flowed()
    count = 1 + -(-max(0, len(flowed) - len(form.first)) // len(form.next))
    pages = []
    for number in range(1, count + 1):
        page = Page()
        page.width, page.height, page.shift = paper.width, paper.height, paper.shift
        if sheet.made_up:
            width = 0.8 * min(paper.inner, 1.2 * paper.height)
            page.append(Across(sheet.made_up, paper.width / 2, paper.height / 2, width))
        texts = _texts(sheet, number, count)
        for field in form.fields:
            if number == 1 or field.every:
                _fill(page, field, *texts.get(field.show, ("", "")), paper)
        areas = form.first if number == 1 else form.next
        start = 0 if number == 1 else len(form.first) + (number - 2) * len(form.next)
        for area, column in zip(areas, flowed[start : start + len(areas)], strict=False):
            page += [mark._replace(**_moved(mark, area)) for mark in column]
        pages.append(page)
    _picture(pages[0], sheet, form)
    return pages


def _picture(page: Page, sheet: Sheet, form: Form) -> None:
    """The bar and the code."""
    whole = sum(share.fen for share in sheet.shares)
    if form.bar and whole:
        x = form.bar.x
        for share in sheet.shares:
            length = form.bar.width * share.fen / whole
            if share.fen:
                page.append(Block(x, form.bar.y, length, form.bar.height, share.payer))
            x += length
    if sheet.code:
        x, y, most = form.code
        code = code_of(sheet.code)
        white, dark = placed(code._replace(size=min(code.size, most)), x, y)
        page.insert(1 if sheet.made_up else 0, white)  # over the word across, under every text
        page.append(dark)


def _texts(sheet: Sheet, page: int, pages: int) -> dict[str, tuple[str, str]]:
    """What may stand in a field, by its name: label and text, in the first language."""
    found = {
        "title": ("", sheet.title),
        "state": ("", "　".join(part for part in (sheet.state, sheet.reprint) if part)),
        "made_up": ("", sheet.made_up_line),
        "disclaimer": ("", sheet.disclaimer),
        "operator": ("", sheet.operator),
        "printed": ("", sheet.printed),
        "page": ("", sheet.page.format(page=page, pages=pages)),
        "answer_label": ("", sheet.answer_label if sheet.answer else ""),
        "answer": ("", f"¥ {sheet.answer}" if sheet.answer else sheet.missing_title),
        "capitals": ("", sheet.capitals),
        "total": (sheet.headings.total, sheet.total),
        "funds": (sheet.headings.funds, sheet.total_paid_by_funds),
    }
    found |= {share.payer.value: (share.label, share.amount) for share in sheet.shares}
    found |= {fact.key: (fact.label, fact.value) for fact in sheet.facts}
    if "visited" in found:
        found["discharged"] = found["visited"]
    return {
        name: (label.partition("\n")[0], text.partition("\n")[0]) for name, (label, text) in found.items()
    }


def _fill(page: Page, field: Field, label: str, text: str, paper: Paper) -> None:
    """A text in its place, made smaller where it is too long for it."""
    if not text:
        return
    small = Style(paper.small)
    style = {
        "bold": small._replace(bold=True),
        "made_up": small._replace(bold=True, colour=MADE_UP),
        "middle": Style(paper.middle, bold=True),
        "large": Style(paper.large, bold=True),
    }.get(field.style, small)
    if label and paper.labels and field.label:
        quiet = Style(paper.small, colour=QUIET)
        while width_of(label, quiet) > field.label - 1 and quiet.points > _LEAST:
            quiet = quiet._replace(points=quiet.points - 0.5)
        page.append(Text(field.x, field.y + _drop(small), label, quiet))
    width = field.width - field.label
    lines = wrapped(text, style, width)
    while len(lines) > field.lines and style.points > _LEAST:
        style = style._replace(points=style.points - 0.5)
        lines = wrapped(text, style, width)
    for number, line in enumerate(lines):
        x = field.x + field.label
        if field.right:
            x = field.x + field.width - width_of(line, style)
        page.append(Text(x, field.y + _drop(style) + number * pitch_of(style, paper), line, style))


def _drop(style: Style) -> float:
    return style.points / 72 * MM_PER_INCH * (BASELINE + 0.1)


def _moved(mark: Text | Rule | Block | Code | Across, area: Area) -> dict[str, float]:
    if isinstance(mark, Text):
        return {"x": mark.x + area.x, "baseline": mark.baseline + area.y}
    return {"x": mark.x + area.x, "y": mark.y + area.y}


class _Columns(SheetComposer):
    """What is not a field, flowed through the form's columns: each is a page of its own to begin with."""

    def __init__(self, sheet: Sheet, paper: Paper, form: Form) -> None:
        self._form = form
        width = form.first[0].width
        column = paper._replace(width=width, side=0.0, top=0.0, bottom=0.0, small=min(paper.small, 8))
        super().__init__(sheet, column)

    def flowed(self) -> list[Page]:
        """The columns in order."""
        self.new_page()
        self.blocks()
        return self.pages

    def new_page(self) -> None:
        """The next column."""
        areas = [*self._form.first, *self._form.next * (len(self.pages) + 1)]
        area = areas[len(self.pages)]
        self.pages.append(Page())
        self.y, self.foot = 0.0, area.height
        if self.again:
            self.again()

    def blocks(self) -> None:
        """The facts that have no field, what is missing, the sum, the year, what to know."""
        sheet = self.sheet
        fields = {field.show for field in self._form.fields} | {"visited"}
        other = [fact for fact in sheet.facts if fact.key not in fields]
        if other:
            self.listing("", (_language_by_language(other),))
        if not sheet.answer:
            self.listing(sheet.missing_title, sheet.missing)
        self.steps()
        self.rest()


def _language_by_language(facts: Sequence[Pair]) -> str:
    """Facts on a line, and all of them once more on the next where there is a second language."""
    sides = [(fact.label.split("\n"), fact.value.split("\n")) for fact in facts]
    count = max(len(side) for pair in sides for side in pair)
    return "\n".join(
        "　".join(" ".join(side[min(at, len(side) - 1)] for side in pair) for pair in sides)
        for at in range(count)
    )


def ruler(paper: Paper, title: str) -> list[Page]:
    """A test print: a grid in millimetres, numbered every ten, with the places of the form's fields."""
    page = Page()
    page.width, page.height, page.shift = paper.width, paper.height or 120, paper.shift
    small = Style(5, colour=QUIET)
    edge = 14.0 if paper.form else paper.side
    left, right = edge, paper.width - edge
    top, bottom = max(4.0, paper.top), page.height - max(4.0, paper.bottom)
    for x in range(10 * int(left // 10 + 1), int(right), 5):
        whole = x % 10 == 0
        page.append(Rule(x, top + 3, 0, QUIET if whole else HAIR, height=bottom - top - 3))
        if whole:
            page.append(Text(x - width_of(str(x), small) / 2, top + 2.2, str(x), small))
    for y in range(10 * int((top + 3) // 10 + 1), int(bottom), 5):
        page.append(Rule(left + 4, y, right - left - 4, QUIET if y % 10 == 0 else HAIR))
        if y % 10 == 0:
            page.append(Text(left, y + 0.6, str(y), small))
    if paper.form:
        for field in form_of(paper).fields:
            page.append(Block(field.x + field.label, field.y, field.width - field.label, 4 * field.lines))
    words = Style(paper.small, bold=True)
    page.append(Block(left + 6, bottom - 9, width_of(title, words) + 4, 6, fill="#ffffff"))
    page.append(Text(left + 8, bottom - 5, title, words))
    return [page]
