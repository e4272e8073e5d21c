"""A sheet of tables laid out: the end of a day, a reversal, opening totals, a recovery code."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from desktop.paper.composer import Composer
from desktop.paper.drawing import Picture, Rule, Style, width_of
from desktop.paper.sheet_head import Pair
from desktop.paper.slips import Slip, Table
from desktop.paper.typesetter import PaperCell

_GAP: Final = 3.5
"""Between two columns of a table (mm)."""
_STACKED_GAP: Final = 6.0
_STOREYS: Final = 3
"""In so many lines below each other the columns of a table may stand on a wide paper."""
_BY_HAND: Final = 32.0
"""Room for the digits of an account, or a bank's name, in somebody's writing (mm)."""
_BETWEEN: Final = 1.0
"""Below a line of a table that has several storeys (mm)."""
_CHART_GAP: Final = 5.0
_CHART_HEIGHT: Final = 4.6 / 9.0
"""The height of a chart as a part of its width."""
_TWO_CHARTS: Final = 200.0
"""A paper of this width (mm) has two charts beside each other."""
_SEVERAL: Final = 132.0
"""A short paper of this width (mm) has a table of labels and amounts in columns beside each other."""


class Storey(NamedTuple):
    """Columns of a table that stand beside each other: widths (mm), which are of numbers, and their texts."""

    widths: Sequence[float]
    numbers: Sequence[bool]
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    last: Sequence[str]


class SlipComposer(Composer[Slip]):
    """The layout of a sheet of tables."""

    def blocks(self) -> None:
        """Set the facts, perhaps a figure and its bar, tables, notes, and places for signatures."""
        sheet = self.sheet
        self.facts()
        if sheet.answer:
            self.figure(sheet.answer_label, sheet.answer)
            self.y += 2
        self.bar(sheet.shares)
        for table in sheet.tables[:1]:
            self.table(table)
        self.charts(sheet.charts)
        for table in sheet.tables[1:]:
            self.table(table)
        self.listing(sheet.notes_title, sheet.notes)
        self.signatures(sheet.signatures, sheet.stamp)

    def charts(self, charts: Sequence[str]) -> None:
        """Set drawings, two beside each other where the paper is wide."""
        beside = 2 if self.inner >= _TWO_CHARTS else 1
        width = (self.inner - _CHART_GAP * (beside - 1)) / beside
        height = width * _CHART_HEIGHT
        for first in range(0, len(charts), beside):
            self.room(height)
            for place, chart in enumerate(charts[first : first + beside]):
                self.put(Picture(self.left + place * (width + _CHART_GAP), self.y, width, height, chart))
            self.y += height + _CHART_GAP

    def table(self, table: Table) -> None:
        """Set a table in columns; where they do not fit, each line becomes a block of its own."""
        if not table.rows:
            self.listing(table.title, (table.empty,))
            return
        if table.headless and self.paper.short and self.inner >= _SEVERAL:
            self.grid(table.title, [Pair(*texts) for texts in table.rows])
            return
        storeys = self.storeys(table)
        if not storeys:
            self.stacked(table)
            return

        def head() -> None:
            for storey in storeys:
                self.cells(self.row_cells(storey, storey.columns, self.quiet))
            self.put(Rule(self.left, self.y + 0.4, self.inner))
            self.y += 1.2

        self.heading(table.title, keep=4 * self.pitch)
        head()
        self.again = head
        for line in zip(*(storey.rows for storey in storeys), strict=True):
            self.line(storeys, line, self.small)
        if table.last:
            self.line(storeys, [storey.last for storey in storeys], self.bold, ruled=True)
        self.again = None
        self.y += 3

    def line(
        self, storeys: Sequence[Storey], parts: Sequence[Sequence[str]], style: Style, ruled: bool = False
    ) -> None:
        """Set a line of a table, whose parts stand below each other; ``ruled``: with a rule above it."""
        rows = [
            self.row(self.row_cells(storey, texts, style))
            for storey, texts in zip(storeys, parts, strict=True)
        ]
        self.room(sum(row.height for row in rows) + ruled)
        if ruled:
            self.put(Rule(self.left, self.y + 0.4, self.inner))
            self.y += 0.8
        for row in rows:
            self.set_row(row)
        if len(rows) > 1:
            self.y += _BETWEEN

    def storeys(self, table: Table) -> list[Storey]:
        """Return a table's columns in their order, divided where they do not fit beside each other.

        A wide paper has up to three storeys of them, others one. Empty where they do not fit either.
        """
        lines = [table.columns, *table.rows, table.last]
        widths = [
            max(
                _BY_HAND * (column in table.by_hand),
                *(width_of(texts[column], self.bold) for texts in lines if texts),
            )
            for column in range(len(table.columns))
        ]
        divided: list[list[int]] = [[]]
        for column, width in enumerate(widths):
            beside = [*divided[-1], column]
            if divided[-1] and self._spare(widths[at] for at in beside) < 0:
                divided.append([])
            divided[-1].append(column)
            if self._spare([width]) < 0:
                return []
        most = _STOREYS if self.inner >= _TWO_CHARTS else 1
        if len(divided) > most:
            return []
        return [self._storey(table, columns, widths) for columns in divided]

    def _spare(self, widths: Iterable[float]) -> float:
        """Return what columns leave of the paper's width (mm), below zero where they do not fit."""
        beside = list(widths)
        return self.inner - sum(beside) - _GAP * (len(beside) - 1)

    def _storey(self, table: Table, columns: list[int], natural: Sequence[float]) -> Storey:
        """Return some columns of a table.

        More than three are as wide as the paper: the columns that people fill in take what is spare, else
        those of words, if there are any.
        """
        words = [column for column in columns if column not in table.numbers] or columns
        words = [column for column in columns if column in table.by_hand] or words
        spare = self._spare(natural[column] for column in columns) if len(columns) > 3 else 0.0

        def part(texts: Sequence[str]) -> tuple[str, ...]:
            return tuple(texts[column] for column in columns)

        return Storey(
            [natural[column] + spare / len(words) * (column in words) for column in columns],
            [column in table.numbers for column in columns],
            part(table.columns),
            [part(texts) for texts in table.rows],
            part(table.last) if table.last else (),
        )

    def row_cells(self, storey: Storey, texts: Sequence[str], style: Style) -> list[PaperCell]:
        """Return the cells of a line of some columns."""
        x, cells = self.left, []
        for text, width, number in zip(texts, storey.widths, storey.numbers, strict=True):
            cells.append(PaperCell(text, x + width if number else x, width, style, right=number))
            x += width + _GAP
        return cells

    def stacked(self, table: Table) -> None:
        """Set each line as a heading of its words, with its numbers below."""
        self.heading(table.title, keep=3 * self.pitch)
        for texts in (*table.rows, table.last):
            if not texts:
                continue
            words = [text for column, text in enumerate(texts) if column not in table.numbers and text]
            name = "　".join(word.replace("\n", " ") for word in words)
            title = self.row([PaperCell(name, self.left, self.inner, self.bold)])
            rows = [self.row(cells) for cells in self.stacked_numbers(table, texts)]
            self.room(title.height + sum(row.height for row in rows))
            if texts is table.last:
                self.put(Rule(self.left, self.y, self.inner))
                self.y += 0.8
            self.set_row(title)
            for row in rows:
                self.set_row(row)
            self.y += 1
        self.y += 2

    def stacked_numbers(self, table: Table, texts: Sequence[str]) -> list[list[PaperCell]]:
        """Return a line's numbers with the names of their columns, three beside each other or one."""
        columns = 1 if self.paper.narrow else 3
        step = (self.inner + _STACKED_GAP) / columns
        cells = []
        for at, column in enumerate(sorted(table.numbers)):
            left, text = self.left + at % columns * step, texts[column]
            width = step - _STACKED_GAP - width_of(text, self.small) - 3
            end = self.left + (at % columns + 1) * step - _STACKED_GAP
            cells += [
                PaperCell(table.columns[column], left + 2, width, self.quiet),
                PaperCell(text, end, 0, self.small, right=True),
            ]
        return [cells[at : at + 2 * columns] for at in range(0, len(cells), 2 * columns)]
