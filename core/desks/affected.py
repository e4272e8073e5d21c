"""Entries that were settled without knowing those of other desks: found, kept in mind until settled again."""

import json
from collections.abc import Iterable, Sequence
from typing import Final

from core.counter.counter import Counter
from core.counter.reversing import affected_from
from core.ledger import joins
from core.ledger.entries import Affected
from core.ledger.ledger import Ledger
from core.ledger.record import canonical

_NAME: Final = "affected"
"""The name under which a ledger keeps whose entries these are, among its sealed keys."""

_LEDGERS_OF: Final = "SELECT DISTINCT number >> 40 FROM summaries WHERE patient IN ({})"
_READ: Final = "SELECT sealed FROM sealed_keys WHERE name = ? AND epoch = 0 AND holder = ''"
_KEEP: Final = """INSERT OR REPLACE INTO sealed_keys (name, epoch, holder, public_key, sealed)
    VALUES (?, 0, '', '', ?)"""


def among(counter: Counter, keys: Sequence[str]) -> list[Affected]:
    """List the entries of some persons (keys) that were settled without knowing others, with both amounts.

    Only persons with entries of several ledgers can have such. In a transaction or a snapshot.
    """
    ledger, affected, seen = counter.ledger, [], set[str]()
    for key in keys:
        if key in seen:
            continue
        own = joins.keys_of(ledger.db, key)
        seen |= {*own}
        rows = ledger.db.execute(_LEDGERS_OF.format(", ".join("?" * len(own))), own).fetchall()
        if len(rows) > 1:
            years = sorted({entry.year for entry in ledger.journal.entries(key)})
            affected += [each for year in years for each in affected_from(counter, key, year)]
    return affected


def note(ledger: Ledger, found: Iterable[Affected]) -> None:
    """Keep in mind whose entries are affected, inside a transaction."""
    known = persons(ledger)
    more = {each.entry.patient for each in found} - set(known)
    if more:
        ledger.db.execute(_KEEP, [_NAME, canonical(sorted({*known, *more}))])


def persons(ledger: Ledger) -> list[str]:
    """Return the keys of the persons whose entries were found to be affected, and not yet settled again."""
    with ledger.snapshot():
        row = ledger.db.execute(_READ, [_NAME]).fetchone()
    return [] if row is None else [str(key) for key in json.loads(row[0])]


def open_ones(counter: Counter) -> list[Affected]:
    """List the entries that are still affected, with both amounts; who has none any more is let go."""
    ledger, known = counter.ledger, persons(counter.ledger)
    if not known:
        return []
    with ledger.snapshot():
        found = among(counter, known)
        still = sorted({each.entry.patient for each in found})
    if still != known:
        with ledger.transaction():
            ledger.db.execute(_KEEP, [_NAME, canonical(still)])
    return found
