"""The list of the page of tables, and the words around it."""

from typing import Final

from core.jobs.values import AskedWord, TableSettled, TableUnderstood
from core.messages import term
from core.vocabulary import Status
from core.words import Words
from desktop.presenters.page_states import ListRow, PageState
from desktop.presenters.states import Option
from desktop.presenters.tables.columns import meaning, shown_samples

_DIGITS: Final = "1234567890"
_GROUPS: Final = {"population": "population", "benefit": "benefit", "hospital_level": "level"}
_HEADS: Final = {
    "columns": ("heading", "meaning", "samples"),
    "faults": ("file_row", "in_column", "reason"),
    "left_out": ("row", "line"),
}
"""The lists to choose from, each with its headings."""
_STATUSES: Final = (Status.COMPLETE.value, Status.INCOMPLETE.value, "refused", "posted")


def lists(words: Words) -> list[Option]:
    """Return the lists that may be shown."""
    return [
        Option(each, key, words.text(f"window.tables.shown.{each}"))
        for each, key in zip(_HEADS, _DIGITS, strict=False)
    ]


def meanings(asked: AskedWord, words: Words) -> list[Option]:
    """Return what a word may stand for."""
    group = _GROUPS[asked.field]
    return [
        Option(value, key, words(term(group, value)))
        for value, key in zip(asked.choices, _DIGITS, strict=False)
    ]


def counts(settled: TableSettled, words: Words) -> str:
    """Return how many rows have each status, in words; a status that no row has is left out."""
    told = [
        words.text(f"window.tables.count.{status}", rows=settled.counts[status])
        for status in _STATUSES
        if settled.counts.get(status)
    ]
    return words.text("window.comma").join(told) or words.text("window.tables.count.none")


class Listed:
    """The lists of a table; the rows of the last one are kept, for a table may have twenty thousand."""

    def __init__(self) -> None:
        self._of: tuple[object, ...] = ()
        self._rows: tuple[ListRow, ...] = ()

    def put_into(
        self,
        page: PageState,
        shown: str,
        understood: TableUnderstood,
        settled: TableSettled | None,
        words: Words,
    ) -> PageState:
        """Return a page with one of the lists: columns, faults, or what was left out."""
        of = (shown, words.language, understood, settled)
        if len(self._of) != len(of) or any(one is not other for one, other in zip(self._of, of, strict=True)):
            self._of, self._rows = of, _rows(shown, understood, settled, words)
        heads = _HEADS[shown]
        return page._replace(
            columns=tuple(words.text(f"window.column.{name}") for name in heads),
            numbers=frozenset(at for at, name in enumerate(heads) if name == "row"),
            rows=self._rows,
            empty=words.text(f"window.tables.no_{shown}"),
            lines=tuple(_lines(understood, settled, words)),
        )


def _rows(
    shown: str, understood: TableUnderstood, settled: TableSettled | None, words: Words
) -> tuple[ListRow, ...]:
    if shown == "columns":
        return tuple(
            ListRow(
                str(column.place),
                (column.name, meaning(column.field, words), shown_samples(column, samples)),
                faded=not column.field,
            )
            for column, samples in zip(understood.columns, understood.samples, strict=True)
        )
    if shown == "faults":
        faults = settled.faults if settled is not None else ()
        own = {column.name for column in understood.columns}
        return tuple(
            ListRow(str(at), (f"{each.sheet} {each.row}".strip(), column, words(each.message)))
            for at, each in enumerate(faults)
            for column in [each.column if each.column in own else meaning(each.column, words)]
        )
    return tuple(ListRow(str(at), (str(row), said)) for at, (row, said) in enumerate(understood.left_out))


def _lines(understood: TableUnderstood, settled: TableSettled | None, words: Words) -> list[str]:
    lines = [words.text("window.tables.size", rows=understood.rows, left_out=len(understood.left_out))]
    if settled is not None:
        lines.append(counts(settled, words))
    if understood.other_sheets:
        named = words.text("window.comma").join(understood.other_sheets)
        lines.append(words.text("tables.other_sheet", name=named))
    return lines
