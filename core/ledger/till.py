"""What passed an operator's till: patients' parts that were posted and given back, after an entry."""

import sqlite3
from datetime import UTC, datetime
from typing import Final, NamedTuple

from core.ledger.record import OWN

_SUMS: Final = f"""SELECT coalesce(max(number), :after), coalesce(sum(kind = 'posted'), 0),
        coalesce(sum(kind = 'reversed'), 0),
        coalesce(sum(CASE kind WHEN 'posted' THEN psn_part_amt END), 0),
        coalesce(sum(CASE kind WHEN 'reversed' THEN psn_part_amt END), 0), min(moment)
    FROM summaries WHERE operator = :operator AND number > :after AND number < {OWN} AND benefit <> ''"""  # noqa: S608  ours
_BEFORE: Final = f"SELECT coalesce(max(number), 0) FROM summaries WHERE moment < :start AND number < {OWN}"  # noqa: S608  ours


class Till(NamedTuple):
    """An operator's entries after the number ``after``, ``upto`` the last: counts, and patients' parts.

    ``taken`` and ``given_back`` (fen) are of what was posted and what was reversed. ``since`` is the moment
    of the first (UTC), None without any.
    """

    after: int
    upto: int
    posted: int
    reversed: int
    taken: int
    given_back: int
    since: datetime | None


def till(db: sqlite3.Connection, operator: str, after: int) -> Till:
    """Sum up an operator's own entries after a number."""
    row = db.execute(_SUMS, {"operator": operator, "after": after}).fetchone()
    upto, posted, reversed_, taken, given_back, first = row
    since = None if first is None else datetime.fromtimestamp(first, UTC)
    return Till(after, upto, posted, reversed_, taken, given_back, since)


def last_before(db: sqlite3.Connection, start: datetime) -> int:
    """Return the number of the last own entry before a moment (UTC), 0 without one."""
    number: int = db.execute(_BEFORE, {"start": int(start.timestamp())}).fetchone()[0]
    return number
