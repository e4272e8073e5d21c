"""The server's tables. Rows are only ever added; what they hold is sealed by the desks.

The server sees ids of ledgers, numbers and hashes. Every column is one that the desks prove: what the server
alone would know of a row, as its time, is not kept. One table may lose rows: the keys of persons, since
erasing somebody destroys theirs.
"""

from typing import Final

MAKE: Final = """
CREATE TABLE IF NOT EXISTS mingzhang_hospital (
    epoch integer PRIMARY KEY, sealed text NOT NULL);
CREATE TABLE IF NOT EXISTS mingzhang_ledgers (
    ledger text PRIMARY KEY, public_key text NOT NULL, mark text NOT NULL);
CREATE TABLE IF NOT EXISTS mingzhang_erasing (ledger text PRIMARY KEY, sealed bytea NOT NULL);
CREATE TABLE IF NOT EXISTS mingzhang_closed (
    ledger text PRIMARY KEY, entries bigint NOT NULL, acts bigint NOT NULL, mark text NOT NULL);
CREATE TABLE IF NOT EXISTS mingzhang_rows (
    chain text NOT NULL CHECK (chain IN ('entries', 'acts')), ledger text NOT NULL, number bigint NOT NULL,
    hash text NOT NULL, sealed bytea NOT NULL, PRIMARY KEY (chain, ledger, number));
CREATE TABLE IF NOT EXISTS mingzhang_people (
    number bigint PRIMARY KEY, person text NOT NULL, content text NOT NULL, sealed bytea NOT NULL,
    mark text NOT NULL);
CREATE INDEX IF NOT EXISTS mingzhang_people_by_person ON mingzhang_people (person, number);
CREATE TABLE IF NOT EXISTS mingzhang_person_keys (person text PRIMARY KEY, sealed bytea NOT NULL);
CREATE OR REPLACE FUNCTION mingzhang_only_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'rows of % are only added', TG_TABLE_NAME; END $$;
"""
"""What the set-up runs; run again it changes nothing."""

GUARDED: Final = (
    "mingzhang_hospital",
    "mingzhang_ledgers",
    "mingzhang_erasing",
    "mingzhang_closed",
    "mingzhang_rows",
    "mingzhang_people",
)
"""The tables whose rows are only added."""

GUARD: Final = """
DROP TRIGGER IF EXISTS only_added ON {table};
CREATE TRIGGER only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION mingzhang_only_added();
"""

HEADS: Final = """SELECT kind.chain, known.ledger, last.number, last.hash
    FROM mingzhang_ledgers AS known CROSS JOIN (VALUES ('entries'), ('acts')) AS kind (chain)
    JOIN LATERAL (SELECT number, hash FROM mingzhang_rows AS own
        WHERE own.chain = kind.chain AND own.ledger = known.ledger ORDER BY number DESC LIMIT 1
    ) AS last ON true"""
ROWS: Final = """SELECT number, hash, sealed FROM mingzhang_rows
    WHERE chain = %s AND ledger = %s AND number > %s AND number <= %s ORDER BY number"""
NEW_ROWS: Final = """SELECT wanted.chain, wanted.ledger, rows.number, rows.hash, rows.sealed
    FROM (SELECT kind.chain, known.ledger, coalesce(held.number, 0) AS after
        FROM mingzhang_ledgers AS known CROSS JOIN (VALUES ('entries'), ('acts')) AS kind (chain)
        LEFT JOIN unnest(%s::text[], %s::text[], %s::bigint[]) AS held (chain, ledger, number)
            ON held.chain = kind.chain AND held.ledger = known.ledger) AS wanted
    CROSS JOIN LATERAL (SELECT number, hash, sealed FROM mingzhang_rows AS own
        WHERE own.chain = wanted.chain AND own.ledger = wanted.ledger AND own.number > wanted.after
        ORDER BY number LIMIT %s) AS rows
    ORDER BY wanted.chain, wanted.ledger, rows.number"""
"""The first rows of every chain after those that a desk holds: chains, ledgers, numbers; and how many."""
MORE_ROWS: Final = f"{ROWS} LIMIT %s"
ADD_ROW: Final = """INSERT INTO mingzhang_rows (chain, ledger, number, hash, sealed)
    VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"""
HASH_AT: Final = "SELECT hash FROM mingzhang_rows WHERE chain = %s AND ledger = %s AND number = %s"
HASHES: Final = """SELECT rows.chain, rows.ledger, rows.number, rows.hash
    FROM unnest(%s::text[], %s::text[], %s::bigint[]) AS sent (chain, ledger, number)
    JOIN mingzhang_rows AS rows USING (chain, ledger, number)"""
STRAY: Final = """SELECT DISTINCT ledger FROM mingzhang_rows
    WHERE ledger NOT IN (SELECT ledger FROM mingzhang_ledgers) LIMIT 1"""
ADD_LEDGER: Final = """WITH erasing AS (INSERT INTO mingzhang_erasing (ledger, sealed)
        SELECT %(ledger)s, %(erasing)s WHERE %(erasing)s::bytea IS NOT NULL ON CONFLICT DO NOTHING)
    INSERT INTO mingzhang_ledgers (ledger, public_key, mark) VALUES (%(ledger)s, %(public)s, %(mark)s)
    ON CONFLICT DO NOTHING"""
LEDGERS: Final = """SELECT ledger, public_key, mark, sealed
    FROM mingzhang_ledgers LEFT JOIN mingzhang_erasing USING (ledger) ORDER BY ledger"""
ADD_CLOSED: Final = """INSERT INTO mingzhang_closed (ledger, entries, acts, mark) VALUES (%s, %s, %s, %s)
    ON CONFLICT DO NOTHING"""
CLOSED: Final = "SELECT ledger, entries, acts, mark FROM mingzhang_closed"
ADD_PERSON: Final = """INSERT INTO mingzhang_people (number, person, content, sealed, mark)
    VALUES (%s, %s, %s, %s, %s)"""
LAST_PERSON: Final = "SELECT number, mark FROM mingzhang_people ORDER BY number DESC LIMIT 1"
PERSON_AT: Final = "SELECT mark FROM mingzhang_people WHERE number = %s"
LATEST_CONTENT: Final = """SELECT DISTINCT ON (people.person) people.person, content, own.person IS NOT NULL
    FROM mingzhang_people AS people LEFT JOIN mingzhang_person_keys AS own ON own.person = people.person
    WHERE people.person = ANY(%s) ORDER BY people.person, number DESC"""
"""What was last told of persons, and whether their keys are there."""
ADD_KEY: Final = """INSERT INTO mingzhang_person_keys (person, sealed) VALUES (%s, %s)
    ON CONFLICT DO NOTHING"""
DROP_KEY: Final = "DELETE FROM mingzhang_person_keys WHERE person = ANY(%s)"
PEOPLE: Final = """SELECT number, people.person, content, people.sealed, mark, own.sealed
    FROM mingzhang_people AS people LEFT JOIN mingzhang_person_keys AS own ON own.person = people.person
    WHERE number > %s ORDER BY number"""
KEYS: Final = "SELECT person, sealed FROM mingzhang_person_keys"
LATEST_HOSPITAL: Final = "SELECT epoch, sealed FROM mingzhang_hospital ORDER BY epoch DESC LIMIT 1"
HOSPITAL: Final = "SELECT epoch, sealed FROM mingzhang_hospital ORDER BY epoch"
LATER_HOSPITAL: Final = "SELECT epoch FROM mingzhang_hospital WHERE epoch > %s"
ADD_HOSPITAL: Final = "INSERT INTO mingzhang_hospital (epoch, sealed) VALUES (%s, %s)"
SERVER: Final = """SELECT current_setting('server_version_num')::int,
        coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false),
        to_regclass('mingzhang_hospital') IS NOT NULL,
        coalesce(has_schema_privilege(current_schema(), 'CREATE'), false)"""
LOCK: Final = "SELECT pg_advisory_xact_lock(%s)"
ALL_WRITES: Final = 0x6D7A0001
"""The lock under which rows are added: so no reader passes over a row that is committed later."""
