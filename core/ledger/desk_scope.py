"""Whose entries a sum counts: this desk's, those of another ledger that is known here, or every desk's."""

import sqlite3
from typing import Final, NamedTuple

from core.ledger.foreign import short
from core.ledger.record import OWN
from core.messages import Message, message

HERE: Final = "here"
EVERY: Final = "every"
_LAST: Final = 2**63 - 1
_WITHHELD: Final = """SELECT count(*) FROM withheld
    WHERE chain = 'entries' AND number >= :first_number AND number < :below"""


class DeskScope(NamedTuple):
    """Whose entries are counted.

    ``row`` is the ledger's row here, 0 this desk's, None where every desk counts; ``ledger`` its id, ``name``
    what it is called; both empty where every desk counts or nobody has asked. ``withheld`` is how many of its
    records are not to be seen here, and in no sum.
    """

    row: int | None
    ledger: str = ""
    name: str = ""
    withheld: int = 0

    @property
    def code(self) -> str:
        """Return how programs and file names call it: `every`, or the ledger's short id."""
        return EVERY if self.row is None else short(self.ledger)

    @property
    def span(self) -> dict[str, int]:
        """Return the numbers of its entries here: from ``first_number`` to before ``below``."""
        if self.row is None:
            return {"first_number": 0, "below": _LAST}
        return {"first_number": self.row * OWN, "below": (self.row + 1) * OWN}

    @property
    def said(self) -> Message:
        """Return it in words, as the head of a report has it."""
        kind = "every" if self.row is None else "here" if self.row == 0 else "named" if self.name else "other"
        whole = message(f"desk_scope.{kind}", ledger=short(self.ledger), name=self.name)
        if not self.withheld:
            return whole
        return message("desk_scope.partly", desk=whole, count=str(self.withheld))


THIS_DESK: Final = DeskScope(0)
EVERY_DESK: Final = DeskScope(None)


def desk_scopes(db: sqlite3.Connection) -> list[DeskScope]:
    """List this desk, and the other ledgers that it knows in the order in which they were met."""
    rows = db.execute("SELECT row, id, name FROM ledgers ORDER BY row").fetchall()
    return [DeskScope(*row) for row in rows]


def choices(db: sqlite3.Connection) -> list[DeskScope]:
    """List the choices: this desk, every desk, each other one; none where no other is known."""
    own, *others = desk_scopes(db)
    return [own, EVERY_DESK, *others] if others else []


def find_scope(db: sqlite3.Connection, text: str) -> DeskScope | Message:
    """Return whose entries ``text`` asks for: `here`, `every`, or a ledger's id or the beginning of it."""
    known = desk_scopes(db)
    if text == EVERY:
        return EVERY_DESK
    if text == HERE:
        return known[0]
    wanted = "".join(text.split()).replace("-", "").lower()
    found = [each for each in known if wanted and each.ledger.startswith(wanted)]
    if len(found) == 1:
        return found[0]
    return message("desk_scope.unknown", text=text, ledgers=" ".join(short(each.ledger) for each in known))


def several(db: sqlite3.Connection, scope: DeskScope) -> DeskScope | None:
    """Return a scope where another ledger is known, None where there is but this one and nothing to say."""
    if len(desk_scopes(db)) == 1:
        return None
    ((withheld,),) = db.execute(_WITHHELD, scope.span).fetchall()
    return scope._replace(withheld=withheld)
