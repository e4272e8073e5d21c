"""A sheet laid out on paper: in millimetres, the same for every device, page by page.

`lay_out` measures and breaks pages into marks; `desktop.paper.drawing` draws them.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from core.vocabulary import Payer
from desktop.paper.drawing import (
    BASELINE,
    MADE_UP,
    MM_PER_INCH,
    QUIET,
    WHITE,
    Across,
    Block,
    Code,
    Mark,
    Page,
    Rule,
    Style,
    Text,
    width_of,
    wrapped,
)
from desktop.paper.paper_sizes import A4, Paper
from desktop.paper.sheet import Around, Group, Pair, Row, Share, Sheet
from desktop.paper.slips import Slip, Table

_CLOSER: Final = (1.36, 1.3)
"""The pitches of lines that are tried where a sheet runs onto another page by a little."""
_CODE: Final = 26.0
_MODULE: Final = 0.42
"""The least side of a code and of its modules (mm): what a hand scanner reads from a thermal roll too."""
_QUIET: Final = 4
"""Modules of white around a code."""


class Cell(NamedTuple):
    """A text in a column: ``x`` is its left edge, with ``right`` the edge that the text ends at.

    ``point``: numbers stand with their decimal points under each other, whole ones included. A text of
    several lines holds a second language below the first line.
    """

    text: str
    x: float
    width: float
    style: Style
    right: bool = False
    point: bool = False


def lay_out(sheet: Around, paper: Paper = A4) -> list[Page]:
    """The pages of a sheet; its lines stand a little closer where that saves a page."""
    pages = _laid_out(sheet, paper)
    for leading in _CLOSER if len(pages) > 1 else ():
        closer = _laid_out(sheet, paper._replace(leading=leading))
        if len(closer) < len(pages):
            return closer
    return pages


def _laid_out(sheet: Around, paper: Paper) -> list[Page]:
    if isinstance(sheet, Slip):
        return _SlipComposer(sheet, paper).pages_of_sheet()
    assert isinstance(sheet, Sheet)
    if paper.form:
        from desktop.paper.form_layout import lay_out_form

        return lay_out_form(sheet, paper)
    return SheetComposer(sheet, paper).pages_of_sheet()


class Composer(ABC):
    """Puts marks on pages from the top down; what a sheet is made of is its own kind's."""

    def __init__(self, sheet: Around, paper: Paper) -> None:
        self.around = sheet
        self.paper = paper
        self.small = Style(paper.small)
        self.bold = Style(paper.small, bold=True)
        self.quiet = Style(paper.small, colour=QUIET)
        self.left, self.right, self.inner = paper.side, paper.width - paper.side, paper.inner
        self.pitch = self.line(self.small)
        imprint = len(self.imprint_lines("99", "99")) * self.pitch + 2
        self.foot = paper.height - paper.bottom - imprint if paper.height else float("inf")
        self.pages: list[Page] = []
        self.y = 0.0
        self.again: Callable[[], None] | None = None

    def line(self, style: Style) -> float:
        """The pitch of a style's lines in millimetres."""
        return pitch_of(style, self.paper)

    # ---- pages

    def pages_of_sheet(self) -> list[Page]:
        """Every page, footers included."""
        self.new_page()
        self.blocks()
        self.whole_width()
        if not self.paper.height:
            self.cut()
        for number, page in enumerate(self.pages, start=1):
            self.footer(page, number)
        return self.pages

    @abstractmethod
    def blocks(self) -> None:
        """What stands between head and foot."""

    def new_page(self) -> None:
        """Turn the page: its head, and the head of a table that goes on."""
        page = Page()
        page.width, page.height, page.shift = self.paper.width, self.paper.height, self.paper.shift
        self.pages.append(page)
        self.y = self.paper.top
        self.whole_width()
        if self.around.made_up:
            if self.paper.height:
                self.put(self.across(self.paper.height / 2))
            self.strip()
        if len(self.pages) == 1:
            self.letterhead()
        else:
            self.running_head()
        if self.again:
            self.again()

    def whole_width(self) -> None:
        """Blocks reach from margin to margin."""
        self.right, self.inner = self.left + self.paper.inner, self.paper.inner

    def cut(self) -> None:
        """A roll ends below what stands on it."""
        self.foot = self.y
        page = self.pages[-1]
        page.height = self.foot + len(self.imprint_lines("1", "1")) * self.pitch + 2 + self.paper.bottom
        if self.around.made_up:
            at = self.paper.width / 2
            while at < page.height - self.paper.width / 3:
                page.insert(0, self.across(at))
                at += self.paper.width

    def across(self, y: float) -> Across:
        """The mark of made-up figures about a height of the page."""
        paper = self.paper
        width = 0.8 * min(paper.inner, 1.2 * (paper.height or paper.inner))
        return Across(self.around.made_up, paper.width / 2, y, width)

    def put(self, mark: Mark) -> None:
        """Adds a mark to the page."""
        self.pages[-1].append(mark)

    def room(self, height: float) -> None:
        """Turn the page where ``height`` does not fit any more."""
        if self.y + height > self.foot:
            self.new_page()

    def strip(self) -> None:
        """The line that says that figures are made up."""
        style = Style(self.paper.small, bold=True, colour=WHITE)
        cells = [Cell(self.around.made_up_line, self.left + 2, self.inner - 4, style)]
        height = self.height(cells) + 1.2
        self.put(Block(self.left, self.y, self.inner, height, fill=MADE_UP))
        y, self.y = self.y, self.y + 0.6
        self.cells(cells)
        self.y = y + height + (1.5 if self.paper.form else 3)

    def letterhead(self) -> None:
        """Title and, in a frame, whether it is posted."""
        title = Style(self.paper.middle, bold=True)
        state = "　".join(part for part in (self.around.state, self.around.reprint) if part)
        length = width_of(state, self.bold) + 5
        frame = self.pitch + 1.6
        if self.paper.narrow and width_of(self.around.title, title) + length + 4 > self.inner:
            self.cells([Cell(self.around.title, self.left, self.inner, title)])
            top, height = self.y + 0.5, frame
            x = self.left
            bottom = top + frame
        else:
            cells = [Cell(self.around.title, self.left, self.inner - length - 4, title)]
            top, height = self.y, self.line(title)
            self.cells(cells)
            x, bottom = self.right - length, self.y
        self.put(Block(x, top + (height - frame) / 2, length, frame))
        self.y = top + (height - self.pitch) / 2
        self.cells([Cell(state, x + 2.5, length, self.bold)])
        self.y = bottom + 2.5

    def running_head(self) -> None:
        """Whose sheet a following page belongs to."""
        sheet = self.around
        title = sheet.title.partition("\n")[0]
        text = "　".join(part for part in (title, sheet.person, sheet.state, sheet.reprint) if part)
        self.cells([Cell(text, self.left, self.inner, self.quiet)])
        self.put(Rule(self.left, self.y + 1, self.inner))
        self.y += 4

    def imprint_lines(self, page: str, pages: str) -> list[tuple[str, str]]:
        """The foot of a page: what stands left and right on each line. More lines where one is too narrow."""
        sheet = self.around
        count = sheet.page.format(page=page, pages=pages)
        who = "　".join(part for part in (sheet.operator, sheet.printed, count) if part)
        if width_of(sheet.disclaimer, self.bold) + width_of(who, self.small) + 3 <= self.inner:
            first, *rest = sheet.disclaimer.split("\n")
            return [(first, who), *((line, "") for line in rest)]
        lines = [(line, "") for line in wrapped(sheet.disclaimer, self.bold, self.inner)]
        if width_of(who, self.small) <= self.inner:
            return [*lines, ("", who)]
        return [
            *lines,
            *((line, "") for line in wrapped(sheet.operator, self.bold, self.inner)),
            *((("", f"{sheet.printed}　{count}"),)),
        ]

    def footer(self, page: Page, number: int) -> None:
        """The disclaimer, who printed it and when, which page it is."""
        y = self.foot + 1
        page.append(Rule(self.left, y, self.inner))
        lines = self.imprint_lines(str(number), str(len(self.pages)))
        for at, (left, right) in enumerate(lines):
            baseline = y + 1 + at * self.pitch + self.offset(self.small)
            if left:
                page.append(Text(self.left, baseline, left, self.bold))
            if right:
                page.append(Text(self.right - width_of(right, self.small), baseline, right, self.small))

    # ---- blocks

    def facts(self) -> None:
        """Labels and values in columns; the first, the hospital's name, takes all but the last of its row."""
        columns = max(1, int(self.inner // 54))
        gap = 4.0
        step = (self.inner + gap) / columns
        facts, wide = self.around.facts, max(1, columns - 1)
        places = [(0, wide), *((column, 1) for column in range(wide, columns))]
        while len(places) < len(facts):
            places += [(column, 1) for column in range(columns)]
        last = len(facts) - 1  # a row's rest is empty: a disease's name has the whole of it
        places[last:] = [(places[last][0], columns - places[last][0])]
        placed = list(zip(facts, places, strict=False))
        labels = [
            max((width_of(fact.label, self.quiet) for fact, (at, _) in placed if at == column), default=0)
            + 2.5
            for column in range(columns)
        ]
        rows: list[list[Cell]] = []
        for fact, (column, span) in placed:
            if column == 0:
                rows.append([])
            x, width = self.left + column * step, span * step - gap
            rows[-1].append(Cell(fact.label, x, labels[column], self.quiet))
            rows[-1].append(Cell(fact.value, x + labels[column], width - labels[column], self.small))
        for cells in rows:
            self.room(self.height(cells))
            self.cells(cells)
        self.y += 2.5 if self.paper.form or self.paper.narrow else 3.5

    def figure(self, label: str, amount: str, beside: Sequence[tuple[str, str]] = ()) -> None:
        """The one large figure; ``beside`` it labels and amounts, or below where there is no place."""
        large = Style(self.paper.large, bold=True)
        em = self.paper.large / 72 * MM_PER_INCH
        self.room(self.pitch + em * 1.2 + self.pitch)
        top = self.y
        self.cells([Cell(label, self.left, self.inner / 2, self.bold)])
        self.put(Text(self.left, self.y + em * BASELINE, f"¥ {amount}", large))
        self.y += em * 1.2
        if not beside:
            return
        taken = max(width_of(value, self.small) for _, value in beside)
        bottom = self.y
        if not self.paper.narrow:
            self.y = top
        for words, value in beside:
            end = self.right - taken - 4
            if self.paper.narrow:
                name = Cell(words, self.left, self.inner - taken - 4, self.quiet)
            else:
                name = Cell(words, end, self.inner / 3, self.quiet, right=True)
            self.cells([name, Cell(value, self.right, taken, self.small, right=True)])
        self.y = max(bottom, self.y)

    def bar(self, shares: Sequence[Share]) -> None:
        """Who bears how much of the whole."""
        if not shares:
            return
        x, height = self.left, 6.0
        whole = sum(share.fen for share in shares)
        columns = len(shares) if self.inner / len(shares) >= 30 else 2
        self.room(height + 1.5 + 2 * self.pitch * -(-len(shares) // columns))
        for share in shares:
            if share.fen and whole:
                length = self.inner * share.fen / whole
                self.put(Block(x, self.y, length, height, share.payer))
                x += length
        self.y += height + 1.5
        step = self.inner / columns
        for at in range(0, len(shares), columns):
            top, label_cells, value_cells = self.y, [], []
            for column, share in enumerate(shares[at : at + columns]):
                x = self.left + column * step
                style = self.bold if share.payer is Payer.PATIENT else self.small
                self.put(Block(x, top + self.pitch / 2 - 1.3, 2.6, 2.6, share.payer))
                label_cells.append(Cell(share.label, x + 4, step - 6, style))
                value_cells.append(Cell(share.amount, x + 4, step - 6, style))
            self.pairs(label_cells, value_cells)
        self.y += 3

    def pairs(self, above: Sequence[Cell], below: Sequence[Cell]) -> None:
        """Two lines of cells, drawn column by column, so that a reader of the text finds pairs."""
        top = self.y
        first = self.height(above)
        for upper, lower in zip(above, below, strict=True):
            self.y = top
            self.cells([upper])
            self.y = top + first
            self.cells([lower])
        self.y = top + first + self.height(below)

    def grid(self, title: str, pairs: Sequence[Pair]) -> None:
        """Labels and amounts in columns beside each other."""
        if not pairs:
            return
        columns = max(1, int(self.inner // 66))
        gap = 8.0
        width = (self.inner - gap * (columns - 1)) / columns
        rows = [pairs[at : at + columns] for at in range(0, len(pairs), columns)]
        self.heading(title, keep=self.pitch * min(2, len(rows)))
        amount = max(20, *(width_of(pair.value, self.small) + 3 for pair in pairs))
        for row in rows:
            cells = []
            for column, pair in enumerate(row):
                x = self.left + column * (width + gap)
                cells.append(Cell(pair.label, x, width - amount, self.small))
                cells.append(Cell(pair.value, x + width, amount, self.small, right=True, point=True))
            self.room(self.height(cells))
            self.cells(cells)
        self.y += 2.5

    def listing(self, title: str, lines: Sequence[str]) -> None:
        """Texts below each other under a heading."""
        if not lines:
            return
        blocks = [[Cell(line, self.left, self.inner, self.small)] for line in lines]
        self.heading(title, keep=self.height(blocks[0]))
        for cells in blocks:
            self.room(self.height(cells))
            self.cells(cells)
        self.y += 2.5

    def packed(self, items: Sequence[str]) -> list[str]:
        """Short texts side by side, as many as a line holds."""
        lines: list[str] = []
        for item in items:
            longer = f"{lines[-1]}　{item}" if lines else ""
            if longer and width_of(longer, self.small) <= self.inner:
                lines[-1] = longer
            else:
                lines.append(item)
        return lines

    def heading(self, title: str, keep: float) -> None:
        """A block's title; it stays with ``keep`` millimetres of what follows."""
        if not title:
            self.room(keep)
            return
        cells = [Cell(title, self.left, self.inner, self.bold)]
        self.room(self.height(cells) + 0.8 + keep)
        self.cells(cells)
        self.y += 0.8

    # ---- lines

    def offset(self, style: Style) -> float:
        """The baseline below the top of a line of the small pitch or its own, whichever is larger."""
        em = style.points / 72 * MM_PER_INCH
        return (self.line(style) - em) / 2 + em * BASELINE

    def lines(self, cell: Cell) -> list[tuple[str, Style]]:
        """A cell's lines; those of a second language are quiet and small."""
        first, *others = cell.text.split("\n")
        second = self.quiet if cell.style.colour != WHITE else cell.style
        made = []
        for part, style in ((first, cell.style), *((other, second) for other in others)):
            texts = [part] if cell.right else wrapped(part, style, cell.width)
            made += [(text, style) for text in texts]
        return made

    def height(self, cells: Sequence[Cell]) -> float:
        """What `cells` takes of the page."""
        return max(
            (sum(self.line(style) for _, style in self.lines(cell)) for cell in cells if cell.text),
            default=self.pitch,
        )

    def cells(self, cells: Sequence[Cell]) -> None:
        """Texts beside each other, each broken within its own column; the next line is below them all."""
        bottom = self.y + self.height(cells)
        for cell in cells:
            if not cell.text:
                continue
            y = self.y
            for text, style in self.lines(cell):
                x = cell.x
                if cell.point:
                    x -= width_of(".00", self.small) + width_of(text.partition(".")[0], style)
                elif cell.right:
                    x -= width_of(text, style)
                self.put(Text(x, y + self.offset(style), text, style))
                y += self.line(style)
        self.y = bottom


class SheetComposer(Composer):
    """The patient's sheet."""

    def __init__(self, sheet: Sheet, paper: Paper) -> None:
        super().__init__(sheet, paper)
        self.sheet = sheet

    def blocks(self) -> None:
        """Who, how much, who pays it, how it was worked out, the year, what to know, the code."""
        sheet = self.sheet
        self.facts()
        self.answer()
        self.bar(sheet.shares)
        self.steps()
        self.closing()

    def answer(self) -> None:
        """The patient's figure, or which figures are missing."""
        sheet = self.sheet
        if sheet.answer:
            figures = ((sheet.headings.total, sheet.total), (sheet.headings.funds, sheet.total_paid_by_funds))
            self.figure(sheet.answer_label, sheet.answer, figures)
            self.cells([Cell(sheet.capitals, self.left, self.inner, self.small)])
            self.y += 3
            return
        middle = Style(self.paper.middle, bold=True)
        self.cells([Cell(sheet.missing_title, self.left, self.inner, middle)])
        self.y += 1
        for text in sheet.missing:
            cells = [Cell(text, self.left, self.inner, self.small)]
            self.room(self.height(cells))
            self.cells(cells)
        self.y += 5

    def steps(self) -> None:
        """The sum, group by group, each line with its payer and its clause."""
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

    def columns(self) -> tuple[float, float, float, float]:
        """Where label, amount (its right edge), payer and source begin; on a narrow sheet the last two
        stand below.
        """
        if self.paper.narrow:
            return self.left, self.right, self.left, self.left
        rows = [row for group in self.sheet.groups for row in group.rows]
        heads = self.sheet.headings.columns
        widest = [
            max([width_of(text, style) for text in texts])
            for texts, style in (
                ([*(row.amount for row in rows), heads[1]], self.bold),
                ([*(row.payer for row in rows), heads[2]], self.small),
                ([*(row.source for row in rows), heads[3]], self.small),
            )
        ]
        source_width = min(widest[2] + 0.5, self.inner * 0.3)
        source = self.right - source_width
        payer = source - widest[1] - 4
        return self.left, payer - 6, payer, source

    def row_cells(
        self, columns: tuple[float, float, float, float], row: Row, style: Style
    ) -> list[list[Cell]]:
        """The lines of a row of the sum."""
        label, amount, payer, source = columns
        width = amount - label - max(width_of(row.amount, style), 15 if self.paper.narrow else 20) - 3
        rest = style if style is self.quiet else self.small
        first = [
            Cell(row.label, label, width, style),
            Cell(row.amount, amount, 0, style, right=True, point=True),
        ]
        if not self.paper.narrow:
            return [
                [
                    *first,
                    Cell(row.payer, payer, source - payer - 2, rest),
                    Cell(row.source, source, self.right - source, rest),
                ]
            ]
        below = "　".join(part.replace("\n", " ") for part in (row.payer, row.source) if part)
        return [first, [Cell(below, label, self.right - label, self.quiet)]] if below else [first]

    def group(
        self, group: Group, columns: tuple[float, float, float, float], head: Callable[[], None]
    ) -> None:
        """The lines of a stage; its result stays with the line before it."""
        indent = 2.0 if self.paper.narrow else 4.0
        inner = (columns[0] + indent, *columns[1:])
        rows = [self.row_cells(inner, row, self.bold if row.result else self.small) for row in group.rows]
        heights = [sum(self.height(cells) for cells in lines) for lines in rows]
        title_width = columns[1] - self.left - (0 if self.paper.narrow else 25)
        opening = self.pitch + sum(heights[: 2 if len(rows) > 3 else len(rows)])
        self.room(opening)
        self.cells([Cell(group.title, self.left, title_width, self.bold)])

        def head_and_title() -> None:
            head()
            self.cells([Cell(group.continued, self.left, title_width, self.bold)])

        self.again = head_and_title
        for number, (lines, height) in enumerate(zip(rows, heights, strict=True)):
            last_two = number >= len(rows) - 2  # the result never stands alone on a page
            self.room(sum(heights[number:]) + 0.6 if last_two else height)
            if group.adds_up and group.rows[number].result:
                amount = max(width_of(row.amount, self.bold) for row in group.rows)
                self.put(Rule(columns[1] - amount, self.y + 0.3, amount))
                self.y += 0.6
            for cells in lines:
                self.cells(cells)
        self.again = head
        self.y += 1.5

    def other_years(self) -> None:
        """The same visit by another year's rules."""
        for other in self.sheet.other_years:
            title = "　".join(part for part in (other.title, other.remark) if part)
            if other.missing:
                self.listing(title, other.missing)
            else:
                self.grid(title, other.amounts)

    def closing(self) -> None:
        """The year, notes and documents, with the code beside them where there is width for both."""
        headings = self.sheet.headings
        if not self.sheet.code:
            self.rest()
            return
        code = code_of(self.sheet.code)
        quiet = _QUIET * code.size / len(code.rows)
        if self.paper.narrow:
            self.rest()
            self.y += quiet
            self.pages[-1] += placed(code, (self.paper.width - code.size) / 2, self.y)
            self.y += code.size + quiet
            self.cells([Cell(headings.code, self.left, self.inner, self.quiet)])
            self.y += 1
            return
        caption = [Cell(headings.code, self.right - code.size, code.size, self.quiet)]
        self.room(1 + code.size + quiet + self.height(caption))
        top, page = self.y, len(self.pages)
        self.pages[-1] += placed(code, self.right - code.size, top + 1)
        self.y = top + 1 + code.size + quiet
        self.cells(caption)
        bottom, self.y = self.y, top
        self.inner -= code.size + quiet + 3
        self.right = self.left + self.inner
        self.rest()
        if len(self.pages) == page:
            self.y = max(self.y, bottom)

    def rest(self) -> None:
        """The year, other years, what to know, the documents."""
        sheet, headings = self.sheet, self.sheet.headings
        self.grid(headings.year, sheet.year)
        self.other_years()
        self.listing(headings.notes, sheet.notes)
        self.listing(headings.documents, self.packed(sheet.documents))


class _SlipComposer(Composer):
    """A sheet of tables."""

    def __init__(self, sheet: Slip, paper: Paper) -> None:
        super().__init__(sheet, paper)
        self.sheet = sheet

    def blocks(self) -> None:
        """Facts, perhaps a figure and its bar, tables, what to know, places for signatures."""
        sheet = self.sheet
        self.facts()
        if sheet.answer:
            self.figure(sheet.answer_label, sheet.answer)
            self.y += 2
        self.bar(sheet.shares)
        for table in sheet.tables:
            self.table(table)
        self.listing(sheet.notes_title, sheet.notes)
        self.signatures()

    def table(self, table: Table) -> None:
        """Lines in columns; where the columns do not fit, each line is a block of labels and values."""
        if not table.rows:
            self.listing(table.title, (table.empty,))
            return
        gap = 3.5
        everything = [table.columns, *table.rows, table.last]
        widths = [
            max(width_of(texts[column], self.bold) for texts in everything if texts)
            for column in range(len(table.columns))
        ]
        spare = self.inner - sum(widths) - gap * (len(widths) - 1)
        if spare < 0:
            self.stacked(table)
            return
        words = [column for column in range(len(widths)) if column not in table.numbers]
        if len(widths) > 3:
            widths = [width + spare / len(words) * (column in words) for column, width in enumerate(widths)]

        def cells_of(texts: Sequence[str], style: Style) -> list[Cell]:
            x, made = self.left, []
            for column, (text, width) in enumerate(zip(texts, widths, strict=True)):
                if column in table.numbers:
                    made.append(Cell(text, x + width, width, style, right=True))
                else:
                    made.append(Cell(text, x, width, style))
                x += width + gap
            return made

        def head() -> None:
            self.cells(cells_of(table.columns, self.quiet))
            self.put(Rule(self.left, self.y + 0.4, self.inner))
            self.y += 1.2

        self.heading(table.title, keep=4 * self.pitch)
        head()
        self.again = head
        for texts in table.rows:
            cells = cells_of(texts, self.small)
            self.room(self.height(cells))
            self.cells(cells)
        if table.last:
            cells = cells_of(table.last, self.bold)
            self.room(self.height(cells) + 1)
            self.put(Rule(self.left, self.y + 0.4, self.inner))
            self.y += 0.8
            self.cells(cells)
        self.again = None
        self.y += 3

    def stacked(self, table: Table) -> None:
        """Each line as a heading of its words with its numbers below."""
        self.heading(table.title, keep=3 * self.pitch)
        for texts in (*table.rows, table.last):
            if not texts:
                continue
            words = [text for column, text in enumerate(texts) if column not in table.numbers and text]
            pairs = [
                (table.columns[column], text) for column, text in enumerate(texts) if column in table.numbers
            ]
            title = [
                Cell(
                    "　".join(word.replace("\n", " ") for word in words),
                    self.left,
                    self.inner,
                    self.bold,
                )
            ]
            columns = 1 if self.paper.narrow else 3
            gap = 6.0
            step = (self.inner + gap) / columns
            rows = [
                [
                    cell
                    for place, (label, text) in enumerate(pairs[at : at + columns])
                    for cell in (
                        Cell(
                            label,
                            self.left + place * step + 2,
                            step - gap - width_of(text, self.small) - 3,
                            self.quiet,
                        ),
                        Cell(text, self.left + (place + 1) * step - gap, 0, self.small, right=True),
                    )
                ]
                for at in range(0, len(pairs), columns)
            ]
            self.room(self.height(title) + sum(self.height(cells) for cells in rows))
            if texts is table.last:
                self.put(Rule(self.left, self.y, self.inner))
                self.y += 0.8
            self.cells(title)
            for cells in rows:
                self.cells(cells)
            self.y += 1
        self.y += 2

    def signatures(self) -> None:
        """A line to sign on for each who must."""
        names = self.sheet.signatures
        if not names:
            return
        columns = 1 if self.paper.narrow else len(names)
        step = self.inner / columns
        lead = 3.0 if self.paper.form else 7.0
        for at in range(0, len(names), columns):
            cells = [
                Cell(name, self.left + column * step, step * 0.5, self.small)
                for column, name in enumerate(names[at : at + columns])
            ]
            self.room(self.height(cells) + lead)
            self.y += lead
            for cell in cells:
                start = cell.x + width_of(cell.text, self.small) + 2
                self.put(Rule(start, self.y + self.pitch, cell.x + step - 8 - start))
            self.cells(cells)


def pitch_of(style: Style, paper: Paper) -> float:
    """The pitch of a style's lines on a paper (mm)."""
    return style.points / 72 * MM_PER_INCH * paper.leading


@lru_cache(maxsize=2)
def code_of(text: str) -> Code:
    """A text as a QR code at the origin, large enough to be scanned."""
    import segno  # at printing only

    rows = tuple(bytes(row) for row in segno.make(text, error="m", micro=False).matrix)
    return Code(0, 0, max(_CODE, _MODULE * len(rows)), rows)


def placed(code: Code, x: float, y: float) -> list[Mark]:
    """A code in its place, on white."""
    quiet = _QUIET * code.size / len(code.rows)
    white = Block(x - quiet, y - quiet, code.size + 2 * quiet, code.size + 2 * quiet, fill=WHITE)
    return [white, code._replace(x=x, y=y)]
