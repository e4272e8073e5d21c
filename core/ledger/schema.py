"""The ledger's tables, and how an older ledger becomes one of today.

A migration, once released, is never changed: a ledger's version is how many of them it has been through.
"""

import sqlite3
from collections.abc import Callable
from functools import cache
from typing import Final

from core.ledger import role_history, seals
from core.ledger.sqlite import connect

APPLICATION_ID: Final = 0x4D5A4C31
"""The id in the file's header by which a ledger is told from any other database."""

FIRST: Final = (
    """CREATE TABLE patients (
        key TEXT NOT NULL PRIMARY KEY,
        name TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX patients_by_name ON patients (name)",
    """CREATE TABLE identifiers (
        id TEXT NOT NULL PRIMARY KEY,
        id_type TEXT NOT NULL,
        patient TEXT NOT NULL REFERENCES patients (key)
    ) STRICT""",
    "CREATE INDEX identifiers_by_patient ON identifiers (patient)",
    # AUTOINCREMENT keeps the highest number ever given, so that a last entry that is gone is noticed
    """CREATE TABLE entries (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL CHECK (kind IN ('posted', 'reversed', 'opening')),
        patient TEXT NOT NULL REFERENCES patients (key),
        year INTEGER NOT NULL,
        day TEXT NOT NULL,
        recorded TEXT NOT NULL,
        operator TEXT NOT NULL,
        key TEXT UNIQUE,
        reverses INTEGER UNIQUE REFERENCES entries (number),
        record TEXT NOT NULL,
        previous TEXT NOT NULL,
        hash TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX entries_by_patient ON entries (patient, year, number)",
    """CREATE TRIGGER entries_never_change BEFORE UPDATE ON entries BEGIN
        SELECT RAISE(ABORT, 'entries are never changed');
    END""",
    """CREATE TRIGGER entries_never_go BEFORE DELETE ON entries BEGIN
        SELECT RAISE(ABORT, 'entries are never deleted');
    END""",
    # INSERT OR REPLACE deletes without asking the trigger above unless recursive triggers are on
    """CREATE TRIGGER entries_only_follow BEFORE INSERT ON entries
    WHEN NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM entries)
        OR EXISTS (SELECT 1 FROM entries WHERE key = NEW.key OR reverses = NEW.reverses)
    BEGIN
        SELECT RAISE(ABORT, 'entries only follow one another');
    END""",
    """CREATE TABLE totals (
        patient TEXT NOT NULL REFERENCES patients (key),
        year INTEGER NOT NULL,
        totals TEXT NOT NULL,
        PRIMARY KEY (patient, year)
    ) STRICT""",
    """CREATE TABLE drafts (
        desk TEXT NOT NULL PRIMARY KEY,
        form TEXT NOT NULL
    ) STRICT""",
)

ENROLMENTS: Final = (
    # every state of a patient's enrolment account; the latest holds (core.ledger.accounts)
    """CREATE TABLE enrolments (
        number INTEGER PRIMARY KEY,
        patient TEXT NOT NULL REFERENCES patients (key),
        account TEXT NOT NULL,
        day TEXT NOT NULL,
        recorded TEXT NOT NULL,
        operator TEXT NOT NULL,
        cause TEXT NOT NULL CHECK (cause IN ('entered', 'posted', 'reversed')),
        entry INTEGER REFERENCES entries (number)
    ) STRICT""",
    "CREATE INDEX enrolments_by_patient ON enrolments (patient, number)",
)

GUARDED: Final = (
    "CREATE INDEX entries_by_moment ON entries (recorded)",
    """CREATE TABLE operators (
        name TEXT NOT NULL PRIMARY KEY,
        role TEXT NOT NULL CHECK (role IN ('clerk', 'supervisor', 'administrator')),
        pin TEXT NOT NULL,
        wrong INTEGER NOT NULL DEFAULT 0,
        active INTEGER NOT NULL DEFAULT 1
    ) STRICT""",
    # what was done beside the entries, in a chain of its own; `about` is an entry's number or an operator
    """CREATE TABLE acts (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        act TEXT NOT NULL,
        about TEXT NOT NULL,
        recorded TEXT NOT NULL,
        operator TEXT NOT NULL,
        record TEXT NOT NULL,
        previous TEXT NOT NULL,
        hash TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX acts_by_subject ON acts (act, about)",
    """CREATE TRIGGER acts_never_change BEFORE UPDATE ON acts BEGIN
        SELECT RAISE(ABORT, 'acts are never changed');
    END""",
    """CREATE TRIGGER acts_never_go BEFORE DELETE ON acts BEGIN
        SELECT RAISE(ABORT, 'acts are never deleted');
    END""",
    """CREATE TRIGGER acts_only_follow BEFORE INSERT ON acts
    WHEN NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM acts)
    BEGIN
        SELECT RAISE(ABORT, 'acts only follow one another');
    END""",
)

SUMMARY: Final = """SELECT made.number, made.kind, made.patient, made.day,
        CAST(strftime('%s', made.recorded) AS INTEGER), made.operator,
        coalesce(json_extract(settled.record, '$.request.benefit'), ''),
        json_extract(settled.record, '$.settlement.amounts.medfee_sumamt'),
        json_extract(settled.record, '$.settlement.amounts.fund_pay_sumamt'),
        json_extract(settled.record, '$.settlement.amounts.psn_part_amt'),
        made.reverses,
        (SELECT number FROM entries AS counter WHERE counter.reverses = made.number)
    FROM entries AS made JOIN entries AS settled ON settled.number = coalesce(made.reverses, made.number)"""
"""The query of each entry in short, as the table of summaries has it; a reversal has what it reverses."""

SUMMARIES: Final = (
    # what entries are found by (core.ledger.search); moment: UTC, seconds; amounts: fen
    """CREATE TABLE summaries (
        number INTEGER NOT NULL PRIMARY KEY,
        kind TEXT NOT NULL,
        patient TEXT NOT NULL,
        day TEXT NOT NULL,
        moment INTEGER NOT NULL,
        operator TEXT NOT NULL,
        benefit TEXT NOT NULL,
        total INTEGER,
        fund INTEGER,
        pays INTEGER,
        reverses INTEGER,
        reversed_by INTEGER
    ) STRICT""",
    f"INSERT INTO summaries {SUMMARY}",
    "CREATE INDEX summaries_by_moment ON summaries (moment)",
    "CREATE INDEX summaries_by_patient ON summaries (patient, moment)",
    "CREATE INDEX summaries_by_operator ON summaries (operator, moment)",
    "CREATE INDEX summaries_by_benefit ON summaries (benefit, moment)",
    "CREATE INDEX summaries_by_both ON summaries (operator, benefit, moment)",
    "CREATE INDEX summaries_by_total ON summaries (total, moment)",
    "CREATE INDEX summaries_by_pays ON summaries (pays, moment)",
    """CREATE INDEX summaries_of_reversals ON summaries (moment, number, operator, benefit)
        WHERE kind = 'reversed' OR reversed_by IS NOT NULL""",
)

SEALED: Final = (
    "ALTER TABLE patients ADD COLUMN salt TEXT NOT NULL DEFAULT ''",  # core.ledger.seals
    seals.note_all,
)

OPERATORS_SEALED: Final = (role_history.note_all,)

MIGRATIONS: Final[tuple[tuple[str | Callable[[sqlite3.Connection], None], ...], ...]] = (
    FIRST,
    ENROLMENTS,
    GUARDED,
    SEALED,
    SUMMARIES,
    OPERATORS_SEALED,
)
"""The steps to each version: statements, and functions where something has to be worked out."""

VERSION: Final = len(MIGRATIONS)

TABLES: Final = (
    "patients",
    "identifiers",
    "entries",
    "summaries",
    "totals",
    "drafts",
    "enrolments",
    "operators",
    "acts",
)
"""Every table, in an order in which rows may be copied."""


def migrate(connection: sqlite3.Connection) -> None:
    """Bring a ledger, inside a transaction, to today's schema; an empty file becomes a ledger."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    for steps in MIGRATIONS[version:]:
        for step in steps:
            if isinstance(step, str):
                connection.execute(step)
            else:
                step(connection)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {VERSION}")


def objects(connection: sqlite3.Connection) -> dict[str, str]:
    """Return the tables, indexes and triggers of a database with the text that made each."""
    return dict(connection.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL"))


@cache
def expected_objects() -> dict[str, str]:
    """Return what `objects` finds in a sound ledger."""
    fresh = connect(":memory:", isolation_level=None)
    try:
        migrate(fresh)
        return objects(fresh)
    finally:
        fresh.close()
