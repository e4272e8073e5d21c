"""A sheet on a form of several parts: each figure in its own place (mm), the sum in columns.

The places are data (`resources/forms`). Hospitals' papers differ by little, which `Paper.shift` makes up for.
Pre-printed paper has the labels already: only the values are printed.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

from core.files import read_bounded
from core.messages import Message, message, reason_of
from core.places import RESOURCES
from desktop.paper.composer import words_across
from desktop.paper.drawing import (
    BASELINE,
    MADE_UP,
    MM_PER_INCH,
    QUIET,
    TOGETHER,
    Across,
    Block,
    Mark,
    PaperPage,
    Rule,
    Style,
    Text,
    width_of,
    wrapped,
)
from desktop.paper.paper_sizes import PAPERS, Paper
from desktop.paper.sheet import Sheet
from desktop.paper.sheet_head import Pair
from desktop.paper.sheet_layout import SheetComposer, clause_by_clause, code_of, placed
from desktop.paper.typesetter import pitch_of

FORMS: Final = RESOURCES / "forms"
_LARGEST: Final = 100_000
"""The most bytes of a file of places."""

_LOWEST: Final = 40.0
"""The least height of a column (mm): it holds the largest block of lines that stays together."""
_LEAST: Final = 5.0
"""The smallest type (points) that a label is set in to fit its place."""
_TINIEST: Final = 3.0
"""The smallest type (points) of a text: it never lies on the next one, however long it is."""
_CLOSE: Final = 1.1
"""The pitch of lines, as a multiple of the size of type, where a text needs more than its place has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A place for one text (mm).

    ``show`` names the text. ``width`` includes the ``label``'s. ``every``: on every page, else on the first
    alone. ``right``: the text ends at the right edge. ``line``: where there is no text, a line to write on.
    """

    show: str
    x: float
    y: float
    width: float
    label: float = 0.0
    style: str = "small"
    lines: int = 1
    every: bool = False
    right: bool = False
    line: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FormArea:
    """A column that text flows through (mm)."""

    x: float
    y: float
    width: float
    height: float


class Form(NamedTuple):
    """The places on a form.

    ``first`` and ``next`` are the columns of its first page and of the others. ``bar`` None: no bar.
    ``code`` is the left and top edge of the code, and the most that its side may be (mm).
    """

    fields: tuple[Field, ...]
    first: tuple[FormArea, ...]
    next: tuple[FormArea, ...]
    bar: FormArea | None
    code: tuple[float, float, float]


class FormFaulty(Exception):
    """A hospital's own file of places cannot be used; ``said`` tells why."""

    def __init__(self, said: Message) -> None:
        super().__init__(said.id)
        self.said = said


def name_of(paper: Paper) -> str:
    """Return the name of a form's size; the file of its places has the same name."""
    size = (paper.width, paper.height)
    return next(name for name, form in PAPERS.items() if form.form and (form.width, form.height) == size)


def form_of(paper: Paper) -> Form:
    """Return the places on a form: a hospital's own where its paper names a file, else those that ship.

    Raises FormFaulty where a hospital's own file cannot be used.
    """
    if paper.places is None:
        return _shipped(name_of(paper))
    try:
        return _read(read_bounded(paper.places, _LARGEST).decode("utf-8-sig"), paper)
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        fault = message("paper.fault.form", name=paper.places.name, reason=reason_of(error))
        raise FormFaulty(fault) from error


@cache
def _shipped(name: str) -> Form:
    return _read((FORMS / f"{name}.toml").read_text(encoding="utf-8"), PAPERS[name])


def _read(text: str, paper: Paper) -> Form:
    """Read a file of places.

    Raises ValueError, LookupError, TypeError or AttributeError where it is none, or leaves the paper.
    """
    raw = tomllib.loads(text)
    code = raw["code"]
    form = Form(
        tuple(Field(**field) for field in raw["field"]),
        tuple(FormArea(**area) for area in raw["first"]),
        tuple(FormArea(**area) for area in raw["next"]),
        FormArea(**raw["bar"]) if "bar" in raw else None,
        (code["x"], code["y"], code["size"]),
    )
    if not form.first or not form.next:
        raise ValueError("first, next")
    _check(form, paper)
    return form


def _check(form: Form, paper: Paper) -> None:
    """Raise ValueError where a place is not on the paper or a column is too low; its text names it."""
    boxes = [(field.show, field.x, field.y, field.width, 0.0) for field in form.fields]
    boxes += [("first, next", area.x, area.y, area.width, area.height) for area in (*form.first, *form.next)]
    boxes.append(("code", *form.code[:2], form.code[2], form.code[2]))
    for name, x, y, width, height in boxes:
        if not (0 <= x <= x + width <= paper.width and 0 <= y <= y + height <= paper.height and width > 0):
            raise ValueError(name)
    if min(area.height for area in (*form.first, *form.next)) < _LOWEST:
        raise ValueError("height")


def lay_out_form(sheet: Sheet, paper: Paper) -> list[PaperPage]:
    """Return the forms that a sheet fills. Raises FormFaulty, see `form_of`."""
    form = form_of(paper)
    flowed = _FormColumns(sheet, paper, form).flowed()
    count = 1 + -(-max(0, len(flowed) - len(form.first)) // len(form.next))
    pages = []
    for number in range(1, count + 1):
        page = PaperPage()
        page.width, page.height, page.shift = paper.width, paper.height, paper.shift
        page += words_across(sheet, paper, paper.height)
        texts = _texts(sheet, number, count)
        for field in form.fields:
            if number == 1 or field.every:
                _fill(page, field, *texts.get(field.show, ("", "")), paper)
        areas = form.first if number == 1 else form.next
        start = 0 if number == 1 else len(form.first) + (number - 2) * len(form.next)
        for area, column in zip(areas, flowed[start : start + len(areas)], strict=False):
            page += [_moved(mark, area) for mark in column]
        pages.append(page)
    _picture(pages[0], sheet, form)
    return pages


def _picture(page: PaperPage, sheet: Sheet, form: Form) -> None:
    """Add the bar and the code to the first form."""
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
        under = sum(isinstance(mark, Across) for mark in page)
        page.insert(under, white)  # over the words across, under every text
        page.append(dark)


def _texts(sheet: Sheet, page: int, pages: int) -> dict[str, tuple[str, str]]:
    """Return the label and the text of every field, by its name, in the first language."""
    texts = {
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
        "stamp": (sheet.stamp, ""),
    }
    texts |= {
        f"sign_{name}": (label, "")
        for name, label in zip(("clerk", "patient"), sheet.signatures, strict=True)
    }
    texts |= {share.payer.value: (share.label, share.amount) for share in sheet.shares}
    texts |= {fact.key: (fact.label, fact.value) for fact in sheet.facts}
    if "visited" in texts:
        texts["discharged"] = texts["visited"]
    first = {
        name: (label.partition("\n")[0], text.partition("\n")[0]) for name, (label, text) in texts.items()
    }
    return first | {"plain": ("", sheet.plain)}


def _fill(page: PaperPage, field: Field, label: str, text: str, paper: Paper) -> None:
    """Set a text in its place, in smaller type where it is too long for it."""
    if not text and not label:
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
    if not text:
        if field.line and paper.labels:
            page.append(Rule(field.x + field.label, field.y + pitch_of(small, paper), width))
        return
    if field.show == "plain":
        text = "\n".join(clause_by_clause(sentence, style, width) for sentence in text.split("\n"))
    room, lines = field.lines * pitch_of(style, paper), wrapped(text, style, width)
    while len(lines) > field.lines and len(lines) * _close(style) > room and style.points > _TINIEST:
        style = style._replace(points=style.points - 0.5)
        lines = wrapped(text, style, width)
    pitch = pitch_of(style, paper) if len(lines) <= field.lines else _close(style)
    for number, line in enumerate(lines):
        x = field.x + field.label
        if field.right:
            x = field.x + field.width - width_of(line, style)
        page.append(Text(x, field.y + _drop(style) + number * pitch, line, style))


def _close(style: Style) -> float:
    """Return the least pitch (mm) at which no line touches the next one."""
    return style.points / 72 * MM_PER_INCH * _CLOSE


def _drop(style: Style) -> float:
    """Return the distance (mm) from the top of a place down to the baseline."""
    return style.points / 72 * MM_PER_INCH * (BASELINE + 0.1)


def _moved(mark: Mark, area: FormArea) -> Mark:
    """Return a mark of a column, moved to where the column stands on the form."""
    if isinstance(mark, Text):
        return mark._replace(x=mark.x + area.x, baseline=mark.baseline + area.y)
    return mark._replace(x=mark.x + area.x, y=mark.y + area.y)


class _FormColumns(SheetComposer):
    """The flow of what has no field through the form's columns, each laid out as a page of its own."""

    def __init__(self, sheet: Sheet, paper: Paper, form: Form) -> None:
        self._form = form
        width = form.first[0].width
        column = paper._replace(width=width, side=0.0, top=0.0, bottom=0.0, small=min(paper.small, 8))
        super().__init__(sheet, column)

    def flowed(self) -> list[PaperPage]:
        """Lay out the columns, in order."""
        self.new_page()
        self.blocks()
        return self.pages

    def new_page(self) -> None:
        """Go on in the next column."""
        areas = [*self._form.first, *self._form.next * (len(self.pages) + 1)]
        area = areas[len(self.pages)]
        self.pages.append(PaperPage())
        self.y, self.foot = 0.0, area.height
        if self.again:
            self.again()

    def blocks(self) -> None:
        """Set the facts that have no field, the missing figures, the sum, the year and the notes."""
        sheet = self.sheet
        fields = {field.show for field in self._form.fields} | {"visited"}
        other = [fact for fact in sheet.facts if fact.key not in fields and fact.value]
        if other:
            for line in _language_by_language(other):
                self.listing("", self.packed(line))
        if not sheet.answer:
            self.listing(sheet.missing_title, sheet.missing)
        elif "plain" not in fields:
            self.plain()
            self.y += 2.5
        if not self.paper.short:
            self.steps()
        self.rest()
        if self.paper.short:
            self.keep_together(self.elsewhere())

    def tail(self) -> float:
        """Return the room that stays free for the line that says where the working stands (mm)."""
        return self.elsewhere().height


def _language_by_language(facts: Sequence[Pair]) -> list[list[str]]:
    """Each fact in a piece, and all of them once more in a second language, where there is one."""
    sides = [(fact.label.split("\n"), fact.value.split("\n")) for fact in facts]
    count = max(len(side) for pair in sides for side in pair)
    return [
        [TOGETHER.join(side[min(at, len(side) - 1)] for side in pair) for pair in sides]
        for at in range(count)
    ]
