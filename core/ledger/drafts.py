"""A desk's unfinished form, which outlives the program."""

import json
from collections.abc import Mapping

from core.ledger.connection import Connection


class Drafts:
    """The drafts of an open ledger, one a desk."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save(self, desk: str, form: Mapping[str, str]) -> None:
        """Keep what stands in a desk's form, in the place of what was kept before."""
        with self._connection.transaction():
            self._connection.db.execute(
                "INSERT OR REPLACE INTO drafts (desk, form) VALUES (?, ?)", [desk, json.dumps(dict(form))]
            )

    def read(self, desk: str) -> dict[str, str] | None:
        """Return what stood in a desk's form, None where nothing was kept or it cannot be read."""
        with self._connection.snapshot():
            row = self._connection.db.execute("SELECT form FROM drafts WHERE desk = ?", [desk]).fetchone()
        try:
            form = None if row is None else json.loads(row[0])
        except ValueError:
            return None
        return form if isinstance(form, dict) else None

    def clear(self, desk: str) -> None:
        """Forget a desk's form."""
        with self._connection.transaction():
            self._connection.db.execute("DELETE FROM drafts WHERE desk = ?", [desk])
