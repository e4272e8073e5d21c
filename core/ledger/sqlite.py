"""SQLite, as it lies in SQLCipher: one way to open a file, encrypted or not.

One library for every file: two in a process do not see one another's locks, and the one that opens a file
last takes the log away from under the other one, with what was just written.
"""

import sqlite3
import sys
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import sqlcipher3
from sqlcipher3 import dbapi2 as cipher

from core.files import guard_memory

if TYPE_CHECKING:
    from sqlite_utils import Database

SqliteError: Final = cipher.Error
DatabaseError: Final = cipher.DatabaseError
OperationalError: Final = cipher.OperationalError
OUR_MISTAKES: Final = (cipher.ProgrammingError, cipher.IntegrityError)

_is_silent = False
_PRIMARY: Final = 0xFF
_BY_WORDS: Final = {
    "access permission denied": sqlite3.SQLITE_PERM,
    "attempt to write a readonly database": sqlite3.SQLITE_READONLY,
    "authorization denied": sqlite3.SQLITE_AUTH,
    "database is locked": sqlite3.SQLITE_BUSY,
    "database table is locked": sqlite3.SQLITE_LOCKED,
    "database or disk is full": sqlite3.SQLITE_FULL,
    "disk I/O error": sqlite3.SQLITE_IOERR,
    "file is not a database": sqlite3.SQLITE_NOTADB,
    "unable to open database file": sqlite3.SQLITE_CANTOPEN,
}
"""SQLite's words for its codes, for what copies a database: its errors bring nothing else."""

_UNBOUND: Final = "Error binding parameter"
"""How the library begins where a value could not be bound, whose type it then calls wrong."""

_BINDABLE: Final = (str, bytes, bytearray, memoryview, int, float, type(None))

if TYPE_CHECKING:
    _Base = sqlite3.Connection
else:
    _Base = cipher.Connection


class _Opened(_Base):
    """A connection that raises MemoryError where a value of a right type finds no room to be bound."""

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        """Execute a statement."""
        try:
            return super().execute(sql, parameters)
        except cipher.InterfaceError as error:
            if _found_no_room(error, [parameters]):
                raise MemoryError from error
            raise

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> sqlite3.Cursor:
        """Execute a statement for each row of parameters."""
        rows = parameters if isinstance(parameters, list) else list(parameters)
        try:
            return super().executemany(sql, rows)
        except cipher.InterfaceError as error:
            if _found_no_room(error, rows):
                raise MemoryError from error
            raise


def _found_no_room(error: Exception, rows: list[Any]) -> bool:
    """Tell whether a value was not bound though none is of a type that cannot be."""
    values = (each for row in rows for each in (row.values() if isinstance(row, Mapping) else row))
    return str(error).startswith(_UNBOUND) and all(isinstance(each, _BINDABLE) for each in values)


def connect(path: Path | str, key: bytes | None = None, **options: Any) -> sqlite3.Connection:
    """Connect to a file, encrypted where there is a key (32 bytes). Options are those of `sqlite3`."""
    opened = _Opened(path, **options)
    if key is not None:
        guard_memory()
        try:
            _be_silent(opened)
            opened.execute(f"PRAGMA key = {quoted(key)}")
        except BaseException:
            opened.close()
            raise
    return opened


def _be_silent(opened: sqlite3.Connection) -> None:
    """Let the library write nothing beside what it raises; one call holds for the whole process."""
    global _is_silent
    if not _is_silent:
        opened.execute("PRAGMA cipher_log_level = NONE")  # a wrong key is told in our words
        _is_silent = True


def opens(path: Path, key: bytes) -> bool:
    """Tell whether a key opens a file, which is left as it is."""
    if not path.is_file():
        return False
    try:
        with closing(connect(path, key, isolation_level=None)) as opened:
            opened.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except SqliteError:
        return False
    return True


def code_of(error: Exception) -> int:
    """Return the primary code of an error of SQLite's.

    An error without a code and known words is of text that is not Unicode, or of a table that is not there:
    its code is SQLITE_CORRUPT.
    """
    code: int = getattr(error, "sqlite_errorcode", _BY_WORDS.get(str(error), sqlite3.SQLITE_CORRUPT))
    return code & _PRIMARY


def cipher_version() -> str:
    """Return the version of SQLCipher, and of the SQLite that it is made of."""
    opened = cipher.connect(":memory:")
    try:
        (version,) = opened.execute("PRAGMA cipher_version").fetchone()
    finally:
        opened.close()
    return f"{version} (SQLite {cipher.sqlite_version})"


def database(connection: sqlite3.Connection) -> "Database":
    """Put sqlite-utils over a connection, for what a desk does seldom: a start does not read the library.

    It takes its errors from whichever SQLite it finds first, so it is given ours. It would import NumPy where
    it finds it (where the tests are installed), for types that no ledger holds, and is kept from it.
    """
    if "sqlite_utils" not in sys.modules:
        sys.modules.setdefault("pysqlite3", sqlcipher3)
        sys.modules.setdefault("pysqlite3.dbapi2", cipher)
    if "sqlite_utils" in sys.modules or "numpy" in sys.modules:
        from sqlite_utils import Database
    else:
        sys.modules["numpy"] = None  # type: ignore[assignment]
        try:
            from sqlite_utils import Database
        finally:
            del sys.modules["numpy"]
    return Database(connection, recursive_triggers=False, execute_plugins=False)


def quoted(key: bytes) -> str:
    """Write a raw key as SQLCipher reads it; no passphrase is stretched at each opening."""
    return f"\"x'{key.hex()}'\""
