"""What a column of a table means, in words; and the page on which a clerk corrects it."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from core.tables.layout import Column
from core.tables.names import known_names
from core.words import Words
from desktop.presenters import typed
from desktop.presenters.page import LEAVE, MANUAL
from desktop.presenters.page_states import ListRow, PageState
from desktop.presenters.plain_page import PlainPage

if TYPE_CHECKING:
    from desktop.session import Session

WORD_OF: Final = {
    "certno": "window.tables.field.certno",
    "psn_no": "window.tables.field.psn_no",
    "card_no": "window.tables.field.card_no",
    "psn_name": "window.cell.name",
    "setl_id": "window.tables.field.setl_id",
    "mdtrt_id": "window.tables.field.mdtrt_id",
    "benefit": "window.cell.benefit",
    "hospital_level": "window.tables.field.hospital_level",
    "population": "window.cell.population",
    "admitted": "window.cell.admitted",
    "discharged": "window.cell.discharged",
    "settled": "window.cell.settled",
    "total": "window.cell.total",
    "fulamt_ownpay_amt": "amount.fulamt_ownpay_amt",
    "over_limit": "window.cell.over_limit",
    "category_b_selfpay": "amount.preselfpay_amt",
    "inscp_scp_amt": "amount.inscp_scp_amt",
    "eligible": "window.cell.eligible",
    "category_b_amount": "window.cell.category_b_total",
    "hospital_part": "window.cell.hospital_part",
    "refd_setl_flag": "window.tables.field.refd_setl_flag",
    "region": "window.tables.field.region",
    "care": "window.cell.care",
    "disease": "window.cell.disease",
    "disease_rank": "window.cell.disease_rank",
    "special_disease": "window.cell.special_disease",
    "specific_item": "window.cell.specific_item",
    "two_disease_drugs": "window.cell.two_disease_drugs",
    "major_disease": "window.cell.major_disease",
    "case": "window.cell.case",
    "year_to_date": "window.tables.field.year_to_date",
}
"""The fields that a column may be corrected to, each with its words."""

_IDENTIFIERS: Final = frozenset({"certno", "psn_no", "card_no"})
_LONG_NUMBER: Final = 11
"""From so many digits on a text may be a person's number, whatever its column is called."""


def meaning(field: str | None, words: Words) -> str:
    """Return the words of what a column means; of a field that nobody corrects to, its own name."""
    if not field:
        return words.text("window.tables.field.none")
    means = known_names().fills.get(field, field)
    return words.text(WORD_OF[means]) if means in WORD_OF else field


def shown_samples(column: Column, samples: Iterable[str]) -> str:
    """Return some cells of a column, numbers of persons masked."""
    return "  ".join(_masked(column.field, sample) for sample in samples)


def _masked(field: str | None, sample: str) -> str:
    number = sum(map(str.isdigit, sample)) >= _LONG_NUMBER and not field
    return typed.masked(sample) if field in _IDENTIFIERS or number else sample


class ColumnPage(PlainPage):
    """The fields that a column may mean. ``take`` hears the one that was chosen, empty for none."""

    name = "table_column"
    order = ("search",)
    keeps = True
    keys = {**MANUAL, **LEAVE}

    def __init__(
        self,
        session: "Session",
        show: Callable[[], None],
        column: Column,
        samples: tuple[str, ...],
        take: Callable[[str], object],
    ) -> None:
        super().__init__(session, show)
        self._column, self._samples, self._take = column, samples, take
        self._chosen = known_names().fills.get(column.field or "", column.field or "")
        self.focus("list")

    def enter(self, _name: str) -> None:
        """Enter: go into the list."""
        self.focus("list")
        self._show()

    def picked(self, value: str) -> None:
        """Choose the field that the arrows reached."""
        self._chosen = value

    def opened(self, value: str) -> None:
        """Enter on a field: the column means it from now on."""
        self._take(value)

    def drawn(self) -> PageState:
        """Return the page."""
        words, wanted = self._words, self.texts.get("search", "").casefold()
        rows = [
            ListRow(field, (text,))
            for field, text in (
                ("", meaning(None, words)),
                *((field, words.text(id_)) for field, id_ in WORD_OF.items()),
            )
            if wanted in text.casefold() or wanted in field
        ]
        samples = shown_samples(self._column, self._samples)
        return PageState(
            words.text("window.table_column.title", column=self._column.name),
            words.text("window.table_column.about", samples=samples),
            {"search": self._cell("search", "window.manual.search")},
            (("", ("search",)),),
            columns=(words.text("window.column.meaning"),),
            rows=tuple(rows),
            chosen=self._chosen if any(row.value == self._chosen for row in rows) else "",
            empty="" if rows else words.text("window.manual.nothing"),
        )
