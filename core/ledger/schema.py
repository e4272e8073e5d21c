"""The ledger's tables, and how an older ledger becomes one of today.

A migration, once released, is never changed: a ledger's version is how many of them it has been through.
What each table is for, and why it has this form, is told in DATA.md.
"""

import sqlite3
from collections.abc import Callable
from functools import cache
from typing import Final

from core.ledger import renewal, role_history, seals
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

_Steps = tuple[str | Callable[[sqlite3.Connection], None], ...]

RENEWED: Final[_Steps] = (
    # own entries stand below 2^40; those of another ledger from its row times 2^40 on
    """CREATE TABLE ledgers (
        row INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL DEFAULT '',
        public_key TEXT NOT NULL DEFAULT '',
        trusted INTEGER NOT NULL DEFAULT 0,
        closed INTEGER NOT NULL DEFAULT 0,
        number INTEGER NOT NULL DEFAULT 0,
        hash TEXT NOT NULL DEFAULT '',
        stamp INTEGER NOT NULL DEFAULT 0,
        receipt TEXT NOT NULL DEFAULT ''
    ) STRICT""",
    renewal.name_ledger,
    # keys of the ledger itself, each sealed to somebody; the key of the file stands in a file of its own
    """CREATE TABLE sealed_keys (
        name TEXT NOT NULL,
        epoch INTEGER NOT NULL,
        holder TEXT NOT NULL,
        public_key TEXT NOT NULL,
        sealed TEXT NOT NULL,
        PRIMARY KEY (name, epoch, holder)
    ) STRICT""",
    # records that this ledger may not see; a column of the tables would have every row of them read
    """CREATE TABLE withheld (
        chain TEXT NOT NULL CHECK (chain IN ('entries', 'acts')),
        number INTEGER NOT NULL,
        digest TEXT NOT NULL,
        PRIMARY KEY (chain, number)
    ) STRICT""",
    *(
        statement
        for table in ("entries", "acts")
        for statement in (
            f"DROP TRIGGER {table}_never_change",
            # a record that was withheld may come in later, once: its digest is chained already
            f"""CREATE TRIGGER {table}_never_change BEFORE UPDATE ON {table} WHEN OLD.record <> '' BEGIN
                SELECT RAISE(ABORT, '{table} are never changed');
            END""",
            f"DROP TRIGGER {table}_only_follow",
        )
    ),
    """CREATE TRIGGER entries_only_follow BEFORE INSERT ON entries
    WHEN NEW.number IS NOT (
            SELECT coalesce(max(number), (NEW.number >> 40) << 40) + 1 FROM entries
            WHERE number >= (NEW.number >> 40) << 40 AND number < ((NEW.number >> 40) + 1) << 40
        )
        OR EXISTS (SELECT 1 FROM entries WHERE key = NEW.key OR reverses = NEW.reverses)
    BEGIN
        SELECT RAISE(ABORT, 'entries only follow one another');
    END""",
    """CREATE TRIGGER acts_only_follow BEFORE INSERT ON acts
    WHEN NEW.number IS NOT (
            SELECT coalesce(max(number), (NEW.number >> 40) << 40) + 1 FROM acts
            WHERE number >= (NEW.number >> 40) << 40 AND number < ((NEW.number >> 40) + 1) << 40
        )
    BEGIN
        SELECT RAISE(ABORT, 'acts only follow one another');
    END""",
    # a person is a set of keys: those whose `person` is the same one of them
    "ALTER TABLE patients ADD COLUMN person TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE patients ADD COLUMN own_key TEXT NOT NULL DEFAULT ''",
    "UPDATE patients SET person = key",
    "CREATE INDEX patients_by_person ON patients (person)",
    """CREATE TABLE joins (
        number INTEGER PRIMARY KEY,
        one TEXT NOT NULL REFERENCES patients (key),
        other TEXT NOT NULL REFERENCES patients (key),
        UNIQUE (one, other)
    ) STRICT""",
    # what is known of a visit beside its figures; NULL: nobody has stated it (core.ledger.facts)
    """CREATE TABLE facts (
        entry INTEGER PRIMARY KEY REFERENCES entries (number),
        salt TEXT NOT NULL,
        setl_id TEXT,
        mdtrt_id TEXT,
        receipt TEXT,
        injury INTEGER,
        third_party INTEGER,
        filed INTEGER
    ) STRICT""",
    *(
        f"CREATE INDEX facts_by_{name} ON facts ({name}) WHERE {name} IS NOT NULL"
        for name in ("setl_id", "mdtrt_id", "receipt")
    ),
    # number 0 is the open form of a desk; the others are forms put aside
    "ALTER TABLE drafts RENAME TO drafts_before",
    """CREATE TABLE drafts (
        desk TEXT NOT NULL,
        number INTEGER NOT NULL,
        form TEXT NOT NULL,
        recorded TEXT NOT NULL,
        PRIMARY KEY (desk, number)
    ) STRICT""",
    "INSERT INTO drafts SELECT desk, 0, form, '' FROM drafts_before",
    "DROP TABLE drafts_before",
    "ALTER TABLE operators ADD COLUMN number INTEGER",
    "ALTER TABLE operators ADD COLUMN initials TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE operators ADD COLUMN paused_until TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE operators ADD COLUMN public_key TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE operators ADD COLUMN sealed_key TEXT NOT NULL DEFAULT ''",
    """UPDATE operators SET number =
        (SELECT count(*) FROM operators AS earlier WHERE earlier.rowid <= operators.rowid)""",
    "CREATE UNIQUE INDEX operators_by_number ON operators (number)",
    renewal.finish,
    "DROP TABLE summaries",
    f"ALTER TABLE {renewal.SIDE_TABLE} RENAME TO summaries",
    "CREATE INDEX summaries_by_moment ON summaries (moment)",
    "CREATE INDEX summaries_by_patient ON summaries (patient, moment)",
    "CREATE INDEX summaries_by_operator ON summaries (operator, moment)",
    "CREATE INDEX summaries_by_benefit ON summaries (benefit, moment)",
    "CREATE INDEX summaries_by_both ON summaries (operator, benefit, moment)",
    "CREATE INDEX summaries_by_total ON summaries (medfee_sumamt, moment)",
    "CREATE INDEX summaries_by_pays ON summaries (psn_part_amt, moment)",
    """CREATE INDEX summaries_of_reversals ON summaries (moment, number, operator, benefit)
        WHERE kind = 'reversed' OR reversed_by IS NOT NULL""",
    "CREATE INDEX summaries_of_replacements ON summaries (replaces) WHERE replaces IS NOT NULL",
)

MIGRATIONS: Final[tuple[_Steps, ...]] = (
    FIRST,
    ENROLMENTS,
    GUARDED,
    SEALED,
    SUMMARIES,
    OPERATORS_SEALED,
    RENEWED,
)
"""The steps to each version: statements, and functions where something has to be worked out."""

VERSION: Final = len(MIGRATIONS)

TABLES: Final = (
    "ledgers",
    "sealed_keys",
    "withheld",
    "patients",
    "identifiers",
    "joins",
    "entries",
    "summaries",
    "facts",
    "totals",
    "drafts",
    "enrolments",
    "operators",
    "acts",
)
"""Every table, in an order in which rows may be copied."""


def migrate(connection: sqlite3.Connection, upto: int = VERSION) -> None:
    """Bring a ledger, inside a transaction, to a version; an empty file becomes a ledger."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if renewal.is_done(connection):  # somebody has wound the version back
        version = VERSION
    for steps in MIGRATIONS[version:upto]:
        for step in steps:
            if isinstance(step, str):
                connection.execute(step)
            else:
                step(connection)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {max(version, upto)}")


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
