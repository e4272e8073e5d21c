"""Unfinished forms of a desk, which outlive the program: the open one, and those put aside."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Final, NamedTuple

from core.ledger.connection import Connection

OPEN: Final = 0
"""The number of a desk's open form; those put aside count from 1."""

MOST_ASIDE: Final = 20
"""The most forms that a desk may have put aside."""


class Aside(NamedTuple):
    """A form that was put aside; ``recorded`` is the moment, None where it cannot be read."""

    number: int
    form: dict[str, str]
    recorded: datetime | None


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

    def aside(self, desk: str) -> list[Aside]:
        """List the forms that a desk has put aside, the earliest first; an unreadable one is left out."""
        with self._connection.snapshot():
            rows = self._connection.db.execute(
                "SELECT number, form, recorded FROM drafts WHERE desk = ? AND number > ?"
                " ORDER BY recorded, number",
                [desk, OPEN],
            ).fetchall()
        forms = [(number, _form(text), recorded) for number, text, recorded in rows]
        return [Aside(number, form, _moment(at)) for number, form, at in forms if form is not None]

    def put_aside(self, desk: str, form: Mapping[str, str]) -> int | None:
        """Keep a form under the lowest free number, instead of as the open one; return the number.

        None, and nothing done, where as many as may be are put aside already.
        """
        with self._connection.transaction():
            taken = {
                number
                for (number,) in self._connection.db.execute(
                    "SELECT number FROM drafts WHERE desk = ? AND number > ?", [desk, OPEN]
                )
            }
            free = next((number for number in range(1, MOST_ASIDE + 1) if number not in taken), None)
            if free is not None:
                self.save(desk, form, free)
                self.clear(desk)
            return free

    def take_back(self, desk: str, number: int, standing: Mapping[str, str] | None) -> dict[str, str] | None:
        """Make a form that was put aside the open one, and put the ``standing`` one in its place, at once.

        ``standing`` is None where nothing stands in the form. Return the form; None, and nothing done, where
        it is gone or cannot be read.
        """
        with self._connection.transaction():
            form = self.read(desk, number)
            if form is None:
                return None
            self.save(desk, form)
            if standing is None:
                self.clear(desk, number)
            else:
                self.save(desk, standing, number)
            return form


def _form(text: str) -> dict[str, str] | None:
    try:
        form = json.loads(text)
    except ValueError:
        return None
    return form if isinstance(form, dict) else None


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
