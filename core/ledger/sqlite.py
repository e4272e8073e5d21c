"""SQLite, plain or under SQLCipher: one way to open a file, one name for each kind of error."""

import sqlite3
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import sqlcipher3
from sqlcipher3 import dbapi2 as cipher

if TYPE_CHECKING:
    from sqlite_utils import Database

ERRORS: Final = (sqlite3.Error, cipher.Error)
DATABASE_ERRORS: Final = (sqlite3.DatabaseError, cipher.DatabaseError)
OPERATIONAL_ERRORS: Final = (sqlite3.OperationalError, cipher.OperationalError)
OUR_MISTAKES: Final = (
    sqlite3.ProgrammingError,
    sqlite3.IntegrityError,
    cipher.ProgrammingError,
    cipher.IntegrityError,
)


def connect(path: Path | str, key: bytes | None = None, **options: Any) -> sqlite3.Connection:
    """A connection to a file, encrypted where there is a key (32 bytes). Options are those of `sqlite3`."""
    if key is None:
        return cast(sqlite3.Connection, sqlite3.connect(path, **options))
    if "sqlite_utils" not in sys.modules:  # which takes its errors from whichever library it finds first
        sys.modules.setdefault("pysqlite3", sqlcipher3)
        sys.modules.setdefault("pysqlite3.dbapi2", cipher)
    opened = cast(sqlite3.Connection, cipher.connect(path, **options))
    try:
        opened.execute("PRAGMA cipher_log_level = NONE")  # a wrong key is told in our words
        opened.execute(f"PRAGMA key = {quoted(key)}")
    except BaseException:
        opened.close()
        raise
    return opened


def cipher_version() -> str:
    """The version of SQLCipher, and of the SQLite that it is made of."""
    opened = cipher.connect(":memory:")
    try:
        (version,) = opened.execute("PRAGMA cipher_version").fetchone()
    finally:
        opened.close()
    return f"{version} (SQLite {cipher.sqlite_version})"


def database(connection: sqlite3.Connection) -> "Database":
    """sqlite-utils over a connection of `connect`, which comes first: see there.

    It reads NumPy where it finds it (where the tests are installed), for types that no ledger holds; that
    takes as long as all the rest of opening one, and is not let.
    """
    if "sqlite_utils" in sys.modules or "numpy" in sys.modules:
        from sqlite_utils import Database
    else:
        sys.modules["numpy"] = None  # type: ignore[assignment]
        try:
            from sqlite_utils import Database
        finally:
            del sys.modules["numpy"]
    return Database(connection, execute_plugins=False)


def quoted(key: bytes) -> str:
    """A raw key as SQLCipher reads it; no passphrase is stretched at each opening."""
    return f"\"x'{key.hex()}'\""
