"""The patient's sheet laid out: who, how much, who bears it, the sum, the year, and the code."""

import re
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Final

from desktop.paper.composer import Composer
from desktop.paper.drawing import WHITE, Block, Code, Mark, Rule, Style, width_of
from desktop.paper.sheet import Group, Row, Sheet
from desktop.paper.typesetter import PaperCell, PaperRow

_CODE: Final = 26.0
_MODULE: Final = 0.42
"""The least side of a code and of its modules (mm): a hand scanner reads them from a thermal roll too."""
QUIET_MODULES: Final = 4
"""Modules of white around a code."""
_CLAUSE: Final = re.compile(r"(?<=，)|(?<=[,:] )")
_Columns = tuple[float, float, float, float]
"""The left edges of label, payer and source, and between them the right edge of the amount (mm)."""


class SheetComposer(Composer[Sheet]):
    """The layout of the patient's sheet."""

    def blocks(self) -> None:
        """Set who it is about, the figure, who bears it, the sum, and what closes the sheet."""
        sheet = self.sheet
        self.facts()
        self.answer()
        self.bar(sheet.shares)
        if not self.paper.short:
            self.steps()
        self.closing()
        self.whole_width()
        if self.paper.short:
            self.keep_together(self.elsewhere())
        self.signatures(sheet.signatures, sheet.stamp)

    def elsewhere(self) -> PaperRow:
        """Return the line that says where the working stands."""
        return self.row([PaperCell(self.sheet.elsewhere, self.left, self.inner, self.quiet)])

    def answer(self) -> None:
        """Set what the patient pays, or which figures are missing."""
        sheet = self.sheet
        if sheet.answer:
            figures = ((sheet.headings.total, sheet.total), (sheet.headings.funds, sheet.total_paid_by_funds))
            self.figure(sheet.answer_label, sheet.answer, figures, sheet.capitals)
            self.plain()
            self.y += 2
            return
        middle = Style(self.paper.middle, bold=True)
        self.cells([PaperCell(sheet.missing_title, self.left, self.inner, middle)])
        self.y += 1
        for text in sheet.missing:
            self.keep_together(self.row([PaperCell(text, self.left, self.inner, self.small)]))
        self.y += 5

    def plain(self) -> None:
        """Set the figure as a sentence, large enough for everybody, each language by itself."""
        middle = Style(self.paper.middle)
        for sentence in self.sheet.plain.split("\n") if self.sheet.plain else ():
            text = clause_by_clause(sentence, middle, self.inner)
            for line in text.split("\n"):
                self.keep_together(self.row([PaperCell(line, self.left, self.inner, middle)]))

    def steps(self) -> None:
        """Set the sum, group by group; each line has its payer and its clause."""
        headings = self.sheet.headings
        self.heading(headings.steps, keep=3 * self.pitch)
        columns = self.columns()
        names = headings.columns

        def head() -> None:
            cells = self.row_cells(columns, Row(*names), self.quiet)[0]
            self.cells([cells[0], cells[1]._replace(point=False), *cells[2:]])
            self.put(Rule(self.left, self.y + 0.4, self.inner))
            self.y += 1.2

        head()
        self.again = head
        for group in self.sheet.groups:
            self.group(group, columns, head)
        self.again = None
        self.y += 1.5

    def columns(self) -> _Columns:
        """Return the columns of the sum; on a narrow paper payer and source stand below the label."""
        if self.paper.narrow:
            return self.left, self.right, self.left, self.left
        rows = [row for group in self.sheet.groups for row in group.rows]
        heads = self.sheet.headings.columns
        widest = [
            max([width_of(text, style) for text in texts])
            for texts, style in (
                ([row.amount for row in rows] + [heads[1]], self.bold),
                ([row.payer for row in rows] + [heads[2]], self.small),
                ([row.source for row in rows] + [heads[3]], self.small),
            )
        ]
        source_width = min(widest[2] + 0.5, self.inner * 0.3)
        source = self.right - source_width
        payer = source - widest[1] - 4
        return self.left, payer - 6, payer, source

    def row_cells(self, columns: _Columns, row: Row, style: Style) -> list[list[PaperCell]]:
        """Return the lines of a row of the sum: one, or on a narrow paper two."""
        label, amount, payer, source = columns
        width = amount - label - max(width_of(row.amount, style), 15 if self.paper.narrow else 20) - 3
        rest = style if style is self.quiet else self.small
        first = [
            PaperCell(row.label, label, width, style),
            PaperCell(row.amount, amount, 0, style, right=True, point=True),
        ]
        if not self.paper.narrow:
            return [
                [
                    *first,
                    PaperCell(row.payer, payer, source - payer - 2, rest),
                    PaperCell(row.source, source, self.right - source, rest),
                ]
            ]
        below = "　".join(part.replace("\n", " ") for part in (row.payer, row.source) if part)
        return [first, [PaperCell(below, label, self.right - label, self.quiet)]] if below else [first]

    def group(self, group: Group, columns: _Columns, head: Callable[[], None]) -> None:
        """Set the lines of a stage; its result stays with the line before it."""
        indent = 2.0 if self.paper.narrow else 4.0
        inner = (columns[0] + indent, *columns[1:])
        rows = [
            [self.row(cells) for cells in self.row_cells(inner, row, self.bold if row.result else self.small)]
            for row in group.rows
        ]
        heights = [sum([line.height for line in lines]) for lines in rows]
        title_width = columns[1] - self.left - (0 if self.paper.narrow else 25)
        opening = self.pitch + sum(heights[: 2 if len(rows) > 3 else len(rows)])
        self.room(opening)
        self.cells([PaperCell(group.title, self.left, title_width, self.bold)])

        def head_and_title() -> None:
            head()
            self.cells([PaperCell(group.continued, self.left, title_width, self.bold)])

        self.again = head_and_title
        for number, (lines, height) in enumerate(zip(rows, heights, strict=True)):
            last_two = number >= len(rows) - 2  # the result never stands alone on a page
            self.room(sum(heights[number:]) + 0.6 if last_two else height)
            if group.adds_up and group.rows[number].result:
                amount = max(width_of(row.amount, self.bold) for row in group.rows)
                self.put(Rule(columns[1] - amount, self.y + 0.3, amount))
                self.y += 0.6
            for line in lines:
                self.set_row(line)
        self.again = head
        self.y += 1.2

    def other_years(self) -> None:
        """Set the same visit by another year's rules."""
        for other in self.sheet.other_years:
            title = "　".join(part for part in (other.title, other.remark) if part)
            if other.missing:
                self.listing(title, other.missing)
            else:
                self.grid(title, other.amounts)

    def closing(self) -> None:
        """Set year, notes and documents, with the code beside them, or below them on a narrow paper."""
        headings = self.sheet.headings
        if not self.sheet.code:
            self.rest()
            return
        code = code_of(self.sheet.code)
        quiet = QUIET_MODULES * code.size / len(code.rows)
        if self.paper.narrow:
            self.rest()
            self.y += quiet
            self.pages[-1] += placed(code, (self.paper.width - code.size) / 2, self.y)
            self.y += code.size + quiet
            self.cells([PaperCell(headings.code, self.left, self.inner, self.quiet)])
            self.y += 1
            return
        caption = self.row([PaperCell(headings.code, self.right - code.size, code.size, self.quiet)])
        self.room(1 + code.size + quiet + caption.height)
        top, page = self.y, len(self.pages)
        self.pages[-1] += placed(code, self.right - code.size, top + 1)
        self.y = top + 1 + code.size + quiet
        self.set_row(caption)
        bottom, self.y = self.y, top
        self.inner -= code.size + quiet + 3
        self.right = self.left + self.inner
        self.rest()
        if len(self.pages) == page:
            self.y = max(self.y, bottom)

    def rest(self) -> None:
        """Set the year, other years, notes and documents; on a short paper what it has room for."""
        sheet, headings = self.sheet, self.sheet.headings
        if not self.paper.short:
            self.grid(headings.year, sheet.year)
            self.other_years()
            self.listing(headings.notes, sheet.notes)
            self.listing(headings.documents, self.packed(sheet.documents))
            return
        tail = self.tail()
        self.where_it_fits(self.other_years, tail)
        self.where_it_fits(partial(self.listing, headings.notes, sheet.notes), tail)
        self.where_it_fits(partial(self.grid, headings.year, sheet.year), tail)

    def tail(self) -> float:
        """Return the room that stays free below the closing of a short paper (mm)."""
        names = [PaperCell(name, self.left, self.paper.inner, self.small) for name in self.sheet.signatures]
        return self.elsewhere().height + self.row(names).height + 10


def clause_by_clause(sentence: str, style: Style, width: float) -> str:
    """Break a sentence after its commas, where it is longer than a line of ``width`` (mm)."""
    first, *rest = _CLAUSE.split(sentence)
    lines = [first]
    for clause in rest:
        longer = lines[-1] + clause
        if width_of(longer.rstrip(), style) <= width:
            lines[-1] = longer
        else:
            lines.append(clause)
    return "\n".join(line.rstrip() for line in lines)


@lru_cache(maxsize=2)
def code_of(text: str) -> Code:
    """Return a text as a QR code at the origin, large enough for a scanner."""
    import segno  # only a print needs it

    rows = tuple(bytes(row) for row in segno.make(text, error="m", micro=False).matrix)
    return Code(0, 0, max(_CODE, _MODULE * len(rows)), rows)


def placed(code: Code, x: float, y: float) -> list[Mark]:
    """Return the marks of a code in its place, on white."""
    quiet = QUIET_MODULES * code.size / len(code.rows)
    white = Block(x - quiet, y - quiet, code.size + 2 * quiet, code.size + 2 * quiet, fill=WHITE)
    return [white, code._replace(x=x, y=y)]
