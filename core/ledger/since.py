"""How far a ledger had gone at a moment, and whom what was added since concerns."""

import sqlite3
from typing import Final, NamedTuple

from core.ledger.record import OWN
from core.ledger.trail import ActKind

_OF_PERSONS: Final = frozenset({ActKind.PERSON_NOTED, ActKind.RENAMED})
"""The acts about a person, by the person's key."""

_OF_ENTRIES: Final = frozenset(
    {ActKind.PRINTED, ActKind.OPENED, ActKind.REVERSED, ActKind.OVERLAP_ALLOWED, ActKind.FACTS_NOTED}
)
"""The acts about an entry that touch no total but those of the entry's own person."""

_OF_NOBODY: Final = frozenset(
    {ActKind.LOOKED_UP, ActKind.BACKED_UP, ActKind.EXPORTED, ActKind.SIGNED_IN, ActKind.DAY_SIGNED}
    | {ActKind.WRONG_PIN, ActKind.HANDED_OVER, ActKind.CLAIM_TAKEN, ActKind.DIFFERENCE_JUDGED}
    | {ActKind.RECEIPT_NOTED, ActKind.RECEIPT_DROPPED}
)
"""The acts that change nothing on which a settlement or the right to post it stands."""

_HARMLESS: Final = tuple(str(kind) for kind in (*_OF_PERSONS, *_OF_ENTRIES, *_OF_NOBODY))

_CONCERNED: Final = f"""SELECT patient FROM summaries WHERE number > :entry AND number < {OWN}
    UNION SELECT about FROM acts WHERE number > :act AND number < {OWN}
        AND act IN ({", ".join(f"'{kind}'" for kind in _OF_PERSONS)})"""  # noqa: S608  ours
_KEYS: Final = f"""SELECT key FROM patients WHERE person IN
    (SELECT person FROM patients WHERE key IN ({_CONCERNED}))"""  # noqa: S608  ours


class Reached(NamedTuple):
    """How far a ledger had gone: its last entry and act (0: none), and how far each other ledger is known."""

    entry: int
    act: int
    others: tuple[tuple[int, int], ...]


class Concerned(NamedTuple):
    """Whom something concerns: every key and every identifier of theirs, and the entries' own keys."""

    patients: frozenset[str]
    identifiers: frozenset[str]
    posted: frozenset[str]


def reached(db: sqlite3.Connection) -> Reached:
    """Return how far a ledger has gone, inside a snapshot or a transaction."""
    entry, act = (
        db.execute(f"SELECT coalesce(max(number), 0) FROM {chain} WHERE number < {OWN}").fetchone()[0]  # noqa: S608
        for chain in ("entries", "acts")
    )
    others = db.execute("SELECT row, number FROM ledgers WHERE row > 0 ORDER BY row").fetchall()
    return Reached(entry, act, tuple(others))


def concerned(db: sqlite3.Connection, since: Reached) -> Concerned | None:
    """Return whom concerns what was added since, inside a snapshot or a transaction.

    None where it may concern anybody: rules, operators, joined persons, entries of other ledgers.
    """
    if reached(db).others != since.others:
        return None
    values = {"entry": since.entry, "act": since.act}
    places = ", ".join("?" * len(_HARMLESS))
    wide = db.execute(
        f"SELECT 1 FROM acts WHERE number > ? AND number < {OWN} AND act NOT IN ({places}) LIMIT 1",  # noqa: S608
        [since.act, *_HARMLESS],
    ).fetchone()
    if wide is not None:
        return None
    queries = (
        _KEYS,
        f"SELECT id FROM identifiers WHERE patient IN ({_KEYS})",  # noqa: S608  ours
        f"SELECT key FROM entries WHERE number > :entry AND number < {OWN} AND key IS NOT NULL",  # noqa: S608  ours
    )
    return Concerned(*(frozenset(each for (each,) in db.execute(query, values)) for query in queries))
