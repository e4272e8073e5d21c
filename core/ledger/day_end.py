"""The sums of a day, from one query that feeds screen, print and export alike."""

import sqlite3
from datetime import datetime
from typing import Final, NamedTuple

from core.ledger.desk_scope import THIS_DESK, DeskScope, several
from core.ledger.foreign import short
from core.ledger.record import GENESIS, OWN
from core.settlement import Amounts
from core.vocabulary import Benefit

_SUMS: Final = ", ".join(
    f"sum(CASE kind WHEN 'posted' THEN 1 ELSE -1 END * coalesce({name}, 0))" for name in Amounts._fields
)
# a reversal takes back what it reverses, at the desk and on the day where it is made
_QUERY: Final = f"""SELECT operator, benefit, sum(kind = 'posted'), sum(kind = 'reversed'), {_SUMS}
    FROM summaries INDEXED BY summaries_by_moment
    WHERE moment >= :first AND moment < :after AND benefit <> ''
        AND number >= :first_number AND number < :below
    GROUP BY 1, 2 ORDER BY 1, 2"""  # noqa: S608  field names of ours, not anybody's input

_HEAD: Final = (
    "SELECT number, hash FROM {chain} WHERE recorded < ? AND number < ? ORDER BY number DESC LIMIT 1"
)


_OTHERS: Final = "SELECT id, number, hash FROM ledgers WHERE row > 0 AND number > 0 ORDER BY id"


class DayLine(NamedTuple):
    """The sums of one operator and one benefit: entries posted and reversed, what the payers bear (fen)."""

    operator: str
    benefit: Benefit
    posted: int
    reversed: int
    amounts: Amounts


class LedgerHead(NamedTuple):
    """How far another ledger was taken in: its short id, the last entry's number there, and its hash."""

    ledger: str
    entry: int
    hash: str

    @property
    def fingerprint(self) -> str:
        """Return the beginning of its head, in fours."""
        return _in_fours(self.hash)


class DayEnd(NamedTuple):
    """A day's lines, their sum, and the heads of both chains at its end.

    ``entry`` and ``hash`` are the last entry's, ``act`` and ``act_hash`` the last act's; 0 where there is
    none. ``ledger`` is the ledger's short id; ``unsigned`` counts the days that nobody has signed.
    ``others`` are the heads of the other ledgers as they stand now. ``desk`` is where lines were recorded,
    None where no other ledger is known.
    """

    lines: list[DayLine]
    total: Amounts
    entry: int
    hash: str
    act: int
    act_hash: str
    ledger: str = ""
    unsigned: int = 0
    others: tuple[LedgerHead, ...] = ()
    desk: DeskScope | None = None

    @property
    def of_another(self) -> bool:
        """True for the day of another ledger, of which the heads of this one prove nothing."""
        return self.desk is not None and self.desk.row not in (None, 0)

    @property
    def fingerprint(self) -> str:
        """Return the beginning of the entries' head, in fours, to be printed and compared by eye."""
        return _in_fours(self.hash)

    @property
    def act_fingerprint(self) -> str:
        """Return the beginning of the acts' head, in fours."""
        return _in_fours(self.act_hash)


def _in_fours(hash_: str) -> str:
    return " ".join(hash_[place : place + 4] for place in range(0, 16, 4))


def day_end(db: sqlite3.Connection, start: datetime, end: datetime, desk: DeskScope = THIS_DESK) -> DayEnd:
    """Sum up what was recorded at a desk from one moment (UTC) to before another."""
    span = {"first": int(start.timestamp()), "after": int(end.timestamp()), **desk.span}
    lines = [
        DayLine(operator, Benefit(benefit), posted, reversed_, Amounts(*sums))
        for operator, benefit, posted, reversed_, *sums in db.execute(_QUERY, span)
    ]
    total = Amounts(*(sum(getattr(line.amounts, name) for line in lines) for name in Amounts._fields))
    until = [end.isoformat(timespec="milliseconds"), OWN]
    entry, act = (db.execute(_HEAD.format(chain=chain), until).fetchone() for chain in ("entries", "acts"))
    others = tuple(LedgerHead(short(id_), *rest) for id_, *rest in db.execute(_OTHERS).fetchall())
    made = DayEnd(lines, total, *(entry or (0, GENESIS)), *(act or (0, GENESIS)))
    return made._replace(others=others, desk=several(db, desk))


def reversals(db: sqlite3.Connection, start: datetime, end: datetime) -> list[int]:
    """List the numbers of the reversals recorded from one moment (UTC) to before another, in order."""
    rows = db.execute(
        """SELECT number FROM summaries INDEXED BY summaries_by_moment
        WHERE moment >= ? AND moment < ? AND kind = 'reversed' AND number < ? ORDER BY number""",
        [int(start.timestamp()), int(end.timestamp()), OWN],
    )
    return [number for (number,) in rows]
