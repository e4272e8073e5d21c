"""The unfinished form of a desk, which outlives the program."""

import json
from collections.abc import Mapping
from typing import Final

from core.ledger.connection import Connection

OPEN: Final = 0
"""The number of a desk's open form; the file has room for others."""


class Drafts:
    """The drafts of an open ledger, by desk and number."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save(self, desk: str, form: Mapping[str, str], number: int = OPEN) -> None:
        """Keep what stands in a desk's form, in the place of what was kept before."""
        with self._connection.transaction():
            self._connection.db.execute(
                "INSERT OR REPLACE INTO drafts (desk, number, form, recorded) VALUES (?, ?, ?, ?)",
                [desk, number, json.dumps(dict(form)), self._connection.now().isoformat()],
            )

    def read(self, desk: str, number: int = OPEN) -> dict[str, str] | None:
        """Return what stood in a desk's form, None where nothing was kept or it cannot be read."""
        with self._connection.snapshot():
            row = self._connection.db.execute(
                "SELECT form FROM drafts WHERE desk = ? AND number = ?", [desk, number]
            ).fetchone()
        return None if row is None else _form(row[0])

    def clear(self, desk: str, number: int = OPEN) -> None:
        """Forget a desk's form."""
        with self._connection.transaction():
            self._connection.db.execute("DELETE FROM drafts WHERE desk = ? AND number = ?", [desk, number])


def _form(text: str) -> dict[str, str] | None:
    try:
        form = json.loads(text)
    except ValueError:
        return None
    return form if isinstance(form, dict) else None
