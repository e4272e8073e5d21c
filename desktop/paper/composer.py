"""A sheet laid out page by page: head, foot, and the blocks that several kinds of sheets have."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from math import ceil
from typing import Generic, TypeVar

from core.vocabulary import Payer
from desktop.paper import fact_columns
from desktop.paper.drawing import (
    BASELINE,
    MADE_UP,
    MM_PER_INCH,
    TOGETHER,
    VOID_TINT,
    WHITE,
    Across,
    Block,
    PaperPage,
    Rule,
    Style,
    Text,
    width_of,
    wrapped,
)
from desktop.paper.paper_sizes import Paper
from desktop.paper.sheet_head import Pair, PayerPart, SheetHead
from desktop.paper.typesetter import PaperCell, PaperRow, Typesetter, drop_of, pitch_of

AnySheet = TypeVar("AnySheet", bound=SheetHead)

_APART, _SHORTEST_LINE, _LONGEST_LINE = 6.0, 14.0, 45.0
"""Between two places to sign, and how long a line to sign on is (mm)."""

_BLANK = "________"
_STAMP = 16.0
"""The room that a stamp has below its word on a narrow paper (mm)."""


class Composer(Typesetter, ABC, Generic[AnySheet]):
    """A layout of a sheet from the top down, which turns the page where it is full.

    ``foot`` is where the page ends for blocks (mm). ``again`` repeats the head of a table on a new page;
    None outside of tables.
    """

    def __init__(self, sheet: AnySheet, paper: Paper) -> None:
        super().__init__(paper)
        self.sheet = sheet
        imprint = len(self.imprint_lines("99", "99")) * self.pitch + 2
        self.foot = paper.height - paper.bottom - imprint if paper.height else float("inf")
        self.again: Callable[[], None] | None = None

    # ---- pages

    def pages_of_sheet(self) -> list[PaperPage]:
        """Lay out every page, footers included."""
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
        """Lay out everything between head and foot."""

    def new_page(self) -> None:
        """Turn the page: set its head, and the head of a table that goes on."""
        page = PaperPage()
        page.width, page.height, page.shift = self.paper.width, self.paper.height, self.paper.shift
        self.pages.append(page)
        self.y = self.paper.top
        self.whole_width()
        if self.paper.height:
            page += words_across(self.sheet, self.paper, self.paper.height)
        if self.sheet.made_up:
            self.strip()
        if len(self.pages) == 1:
            self.letterhead()
        else:
            self.running_head()
        if self.again:
            self.again()

    def cut(self) -> None:
        """End the page of a roll below its last block."""
        self.foot = self.y
        page = self.pages[-1]
        page.height = self.foot + len(self.imprint_lines("1", "1")) * self.pitch + 2 + self.paper.bottom
        page[:0] = words_across(self.sheet, self.paper, page.height)

    def room(self, height: float) -> None:
        """Turn the page where it has no room for ``height`` (mm)."""
        if self.y + height > self.foot:
            self.new_page()

    def keep_together(self, row: PaperRow) -> None:
        """Set a row, on a new page where this one has no room for it."""
        self.room(row.height)
        self.set_row(row)

    def strip(self) -> None:
        """Set the line that says that the figures are made up."""
        style = Style(self.paper.small, bold=True, colour=WHITE)
        row = self.row([PaperCell(self.sheet.made_up_line, self.left + 2, self.inner - 4, style)])
        height = row.height + 1.2
        self.put(Block(self.left, self.y, self.inner, height, fill=MADE_UP))
        y, self.y = self.y, self.y + 0.6
        self.set_row(row)
        self.y = y + height + (1.5 if self.paper.form else 3)

    def letterhead(self) -> None:
        """Set the title and, in a frame, whether the sheet is of a posted entry, where that is said."""
        title = Style(self.paper.middle, bold=True)
        state = "　".join(part for part in (self.sheet.state, self.sheet.reprint) if part)
        if not state:
            self.cells([PaperCell(self.sheet.title, self.left, self.inner, title)])
            self.y += 2.5
            return
        length = min(width_of(state, self.bold) + 5, self.inner)
        within = self.row([PaperCell(state, 0, length - 4.99, self.bold)])
        frame = within.height + 1.6
        if width_of(self.sheet.title, title) + length + 4 > self.inner:
            self.cells([PaperCell(self.sheet.title, self.left, self.inner, title)])
            top, x = self.y + 0.5, self.left
            bottom = top + frame
        else:
            top, height = self.y, pitch_of(title, self.paper)
            self.cells([PaperCell(self.sheet.title, self.left, self.inner - length - 4, title)])
            top, x, bottom = top + (height - frame) / 2, self.right - length, self.y
        self.put(Block(x, top, length, frame))
        self.y = top + 0.8
        self.cells([PaperCell(state, x + 2.5, length - 4.99, self.bold)])
        self.y = bottom + 2.5

    def running_head(self) -> None:
        """Set the head of a following page: whose sheet it belongs to."""
        sheet = self.sheet
        title = sheet.title.partition("\n")[0]
        text = "　".join(part for part in (title, sheet.person, sheet.state, sheet.reprint) if part)
        self.cells([PaperCell(text, self.left, self.inner, self.quiet)])
        self.put(Rule(self.left, self.y + 1, self.inner))
        self.y += 4

    def imprint_lines(self, page: str, pages: str) -> list[tuple[str, str]]:
        """Return the lines at the foot of a page: a left and a right text each.

        A narrow paper has more of them.
        """
        sheet = self.sheet
        count = sheet.page.format(page=page, pages=pages)
        imprint = "　".join(part for part in (sheet.operator, sheet.printed, count) if part)
        if width_of(sheet.disclaimer, self.bold) + width_of(imprint, self.small) + 3 <= self.inner:
            first, *rest = sheet.disclaimer.split("\n")
            return [(first, imprint), *((line, "") for line in rest)]
        lines = [(line, "") for line in wrapped(sheet.disclaimer, self.bold, self.inner)]
        if width_of(imprint, self.small) <= self.inner:
            return [*lines, ("", imprint)]
        return [
            *lines,
            *((line, "") for line in wrapped(sheet.operator, self.bold, self.inner)),
            ("", f"{sheet.printed}　{count}"),
        ]

    def footer(self, page: PaperPage, number: int) -> None:
        """Set the foot of a page: the disclaimer, who printed it and when, which page it is."""
        y = self.foot + 1
        page.append(Rule(self.left, y, self.inner))
        lines = self.imprint_lines(str(number), str(len(self.pages)))
        for at, (left, right) in enumerate(lines):
            baseline = y + 1 + at * self.pitch + drop_of(self.small, self.paper)
            if left:
                page.append(Text(self.left, baseline, left, self.bold))
            if right:
                page.append(Text(self.right - width_of(right, self.small), baseline, right, self.small))

    # ---- blocks

    def facts(self) -> None:
        """Set the facts, labels and values, in columns.

        The first fact is the hospital's name: it takes all but the last column of its row. A fact without a
        value is a line to write on.
        """
        rows: list[list[PaperCell]] = []
        for fact in fact_columns.placed(self.sheet.facts, self.inner, self.quiet, self.small):
            if fact.x == 0:
                rows.append([])
            x, beyond = self.left + fact.x, fact.width - fact.label
            rows[-1].append(PaperCell(fact.fact.label, x, fact.label, self.quiet))
            rows[-1].append(PaperCell(fact.fact.value, x + fact.label, beyond, self.small))
        for cells in rows:
            self.keep_together(self.row(cells))
            for label, value in zip(cells[::2], cells[1::2], strict=True):
                if not value.text:
                    start = label.x + width_of(label.text, self.quiet) + 2
                    self.put(Rule(start, self.y - 0.6, value.x + value.width - start))
        self.y += 2.5

    def facts_as_text(self) -> None:
        """Set the facts as lines of text; a place to write on stands as a line."""
        texts = {
            fact.key or fact.label: f"{fact.label}{TOGETHER}{fact.value or _BLANK}"
            for fact in self.sheet.facts
        }
        own = [texts.pop(key) for key in ("hospital", "contact") if key in texts]
        for line in (*own, *self.packed(list(texts.values()))):
            self.cells([PaperCell(line, self.left, self.inner, self.small)])
        self.y += 2

    def figure(
        self, label: str, amount: str, beside: Sequence[tuple[str, str]] = (), capitals: str = ""
    ) -> None:
        """Set the one large figure.

        ``beside`` are labels and amounts at its right; on a narrow paper they stand below it. Below them or
        below the figure it stands in ``capitals``.
        """
        large = Style(self.paper.large, bold=True)
        em = self.paper.large / 72 * MM_PER_INCH
        self.room(self.pitch + em * 1.2 + self.pitch)
        top = self.y
        self.cells([PaperCell(label, self.left, self.inner / 2, self.bold)])
        self.put(Text(self.left, self.y + em * BASELINE, f"¥ {amount}", large))
        self.y += em * 1.2
        if not beside:
            return
        written = width_of(f"¥ {amount}", large) + 6 + width_of(capitals, self.small)
        widest = max(width_of(value, self.small) for _, value in beside)
        bottom = self.y
        if not self.paper.narrow:
            self.y = top
        for words, value in beside:
            end = self.right - widest - 4
            if self.paper.narrow:
                name = PaperCell(words, self.left, self.inner - widest - 4, self.quiet)
            else:
                name = PaperCell(words, end, self.inner / 3, self.quiet, right=True)
            self.cells([name, PaperCell(value, self.right, widest, self.small, right=True)])
        if self.paper.narrow or written > self.inner:
            self.y = max(bottom, self.y)
            self.cells([PaperCell(capitals, self.left, self.inner, self.small)])
        else:
            self.cells([PaperCell(capitals, self.right, 0, self.small, right=True)])
            self.y = max(bottom, self.y)

    def bar(self, shares: Sequence[PayerPart]) -> None:
        """Draw who bears how much of the bill, with a legend below."""
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
                label_cells.append(PaperCell(share.label, x + 4, step - 6, style))
                value_cells.append(PaperCell(share.amount, x + 4, step - 6, style))
            self.legend(label_cells, value_cells, step)
        self.y += 2.5

    def legend(self, labels: Sequence[PaperCell], values: Sequence[PaperCell], step: float) -> None:
        """Set each value beside its label, or all of them below, where one has no room in its ``step`` (mm).

        Either way column by column: a program that reads the text finds the pairs.
        """
        widths = [width_of(label.text, label.style) + 2 for label in labels]
        beside = [value._replace(x=value.x + width) for value, width in zip(values, widths, strict=True)]
        if all(
            cell.x + width_of(cell.text, cell.style) - label.x + 6 <= step
            for cell, label in zip(beside, labels, strict=True)
        ):
            self.cells([cell for pair in zip(labels, beside, strict=True) for cell in pair])
            return
        top = self.y
        upper_rows = [self.row([cell]) for cell in labels]
        lower_rows = [self.row([cell]) for cell in values]
        first = max(row.height for row in upper_rows)
        for upper, lower in zip(upper_rows, lower_rows, strict=True):
            self.y = top
            self.set_row(upper)
            self.y = top + first
            self.set_row(lower)
        self.y = top + first + max(row.height for row in lower_rows)

    def grid(self, title: str, pairs: Sequence[Pair]) -> None:
        """Set labels and amounts in columns beside each other."""
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
                cells.append(PaperCell(pair.label, x, width - amount, self.small))
                cells.append(PaperCell(pair.value, x + width, amount, self.small, right=True, point=True))
            self.keep_together(self.row(cells))
        self.y += 2.5

    def listing(self, title: str, lines: Sequence[str]) -> None:
        """Set texts below each other under a heading."""
        if not lines:
            return
        rows = [self.row([PaperCell(line, self.left, self.inner, self.small)]) for line in lines]
        self.heading(title, keep=rows[0].height)
        for row in rows:
            self.keep_together(row)
        self.y += 2.5

    def signatures(self, names: Sequence[str], stamp: str = "") -> None:
        """Draw a line for each signature, all alike, and name the place for a stamp beside them.

        Where the lines would be too short in one row, they stand below each other.
        """
        if not names:
            return
        places = [*names, stamp] if stamp else list(names)
        widths = {name: 2 + max(width_of(part, self.small) for part in name.split("\n")) for name in places}
        left = self.inner - sum(widths.values()) - _APART * (len(places) - 1)
        line = min(_LONGEST_LINE, left / len(names))
        in_a_row = line >= _SHORTEST_LINE and not self.paper.narrow
        line = line if in_a_row else min(_LONGEST_LINE, self.inner - max(widths.values()))
        lead = 3.0 if self.paper.form else 5.0
        for group in [places] if in_a_row else [[name] for name in places]:
            cells, x = [], self.left
            for name in group:
                cells.append(PaperCell(name, x, widths[name], self.small))
                x += widths[name] + line + _APART
            row = self.row(cells)
            self.room(row.height + lead)
            self.y += lead
            for cell in cells:
                if cell.text in names:
                    self.put(Rule(cell.x + cell.width, self.y + self.pitch, line))
            self.set_row(row)
        if stamp and self.paper.narrow:
            self.y += _STAMP

    def where_it_fits(self, block: Callable[[], None], tail: float) -> None:
        """Set a block where the page has room for all of it and for ``tail`` (mm) below it, else nothing."""
        page, length, y, foot = self.pages[-1], len(self.pages[-1]), self.y, self.foot
        self.foot = float("inf")
        block()
        self.foot = foot
        if self.y + tail > foot:
            del page[length:]
            self.y = y

    def packed(self, items: Sequence[str], width: float = 0) -> list[str]:
        """Join short texts to lines, as many as a line of ``width`` (mm, 0: from margin to margin) holds."""
        lines: list[str] = []
        width = width or self.inner
        for item in items:
            longer = f"{lines[-1]}　{item}" if lines else ""
            if longer and width_of(longer, self.small) <= width:
                lines[-1] = longer
            else:
                lines.append(item)
        return lines

    def heading(self, title: str, keep: float) -> None:
        """Set a block's title, on the same page as the next ``keep`` millimetres; an empty one takes none."""
        if not title:
            self.room(keep)
            return
        row = self.row([PaperCell(title, self.left, self.inner, self.bold)])
        self.room(row.height + 0.8 + keep)
        self.set_row(row)
        self.y += 0.8


def words_across(sheet: SheetHead, paper: Paper, height: float) -> list[Across]:
    """Return the words under a page's text: that figures are made up, that the sheet was taken back.

    ``height`` is the page's (mm); a roll has its word once a width.
    """
    middle, width = paper.width / 2, 0.8 * min(paper.inner, 1.2 * height)
    if paper.height:
        made_up = [(middle, height / 2)]
        void = [
            (paper.width * part, height / 2) if height < paper.width else (middle, height * part)
            for part in (0.27, 0.73)
        ]
    else:
        made_up = [(middle, y) for y in _down(middle, height - paper.width / 3, paper.width)]
        void = [(middle, y) for y in _down(paper.width, height - paper.width / 3, paper.width)]
        void = void or [(middle, height / 2)]
    words = [Across(sheet.made_up, x, y, width) for x, y in made_up if sheet.made_up]
    return words + [Across(sheet.void, x, y, width, VOID_TINT) for x, y in void if sheet.void]


def _down(first: float, last: float, step: float) -> list[float]:
    """Return the heights from ``first`` on, a step apart, before ``last`` (mm)."""
    return [first + step * at for at in range(max(0, ceil((last - first) / step)))]
