"""The summary row of an entry: what entries are found by.

A record holds ten kilobytes, a summary a hundred bytes. The summary follows from the record alone, and
`core.ledger.verify` holds the one to the other.
"""

from typing import TYPE_CHECKING, Final

from core.ledger.schema import SUMMARY

if TYPE_CHECKING:  # read only when a ledger is opened: an encrypted one decides by which library
    from sqlite_utils import Database

_ADD: Final = f"INSERT INTO summaries {SUMMARY} WHERE made.number = ?"


def sum_up(db: "Database", number: int, reverses: int | None) -> None:
    """Add the summary of an entry that was just added, inside its transaction.

    ``reverses``: the number of the entry that it reverses, None where it reverses none.
    """
    db.execute(_ADD, [number])
    if reverses is not None:
        db.execute("UPDATE summaries SET reversed_by = ? WHERE number = ?", [number, reverses])
