"""A search's list as it is printed, or written as a spreadsheet: every entry that was found, and the sums."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from core.clock import BEIJING
from core.masking import masked_name
from core.messages import term
from core.words import Words
from desktop.presenters.lookup.patient import kind_text

if TYPE_CHECKING:
    from core.ledger.search import Found, FoundSums

_COLUMNS: Final = (
    "number",
    "recorded",
    "name",
    "kind",
    "benefit",
    "total",
    "fund",
    "patient_pays",
    "operator",
)
AMOUNTS: Final = frozenset({5, 6, 7})
"""The columns of amounts."""


class EntryList(NamedTuple):
    """A list of entries. Amounts are fen, None where an entry has none; ``sums`` is the last line.

    ``asked`` says in words what was searched for, ``counted`` how many were found.
    """

    asked: str
    counted: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | int | None, ...], ...]
    sums: tuple[str | int | None, ...]


def entry_list(
    words: Words,
    asked: str,
    counted: str,
    found: "Sequence[Found]",
    sums: "FoundSums",
    *,
    whole: bool,
    called: Callable[[int], str],
) -> EntryList:
    """Return the list of what was found.

    ``whole``: with names as they are, else with their middle hidden. ``called``: an entry's number as people
    know it.
    """
    rows = tuple(
        (
            called(entry.number),
            f"{entry.recorded.astimezone(BEIJING):%Y-%m-%d %H:%M}",
            _name(words, entry.name, whole=whole),
            kind_text(words, entry.kind.value, entry.reverses, entry.reversed_by, called),
            words(term("benefit", entry.benefit)) if entry.benefit else "",
            entry.total,
            entry.fund,
            entry.pays,
            entry.operator,
        )
        for entry in found
    )
    last = (words.text("window.entries.sum"), "", "", "", "", sums.total, sums.fund, sums.pays, "")
    columns = tuple(words.text(f"window.column.{name}") for name in _COLUMNS)
    return EntryList(asked, counted, columns, rows, last)


def _name(words: Words, name: str, *, whole: bool) -> str:
    if not name:
        return words.text("window.entries.forgotten")
    return name if whole else masked_name(name)
