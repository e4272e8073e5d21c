"""Errors of the environment, in words for whoever works at the counter."""

import errno
import os
import shutil
import sqlite3
import stat
from pathlib import Path
from typing import Final

from core.ledger.sqlite import code_of
from core.messages import Message, message

DAMAGED: Final = "ledger.damaged"
ENCRYPTED: Final = "ledger.encrypted"
UNSURE: Final = "ledger.unsure"
"""The message of a commit of which the disk does not let anybody say whether it holds."""

_BY_CODE: Final = {
    sqlite3.SQLITE_PERM: "ledger.no_permission",
    sqlite3.SQLITE_AUTH: "ledger.no_permission",
    sqlite3.SQLITE_BUSY: "ledger.locked",
    sqlite3.SQLITE_LOCKED: "ledger.locked",
    sqlite3.SQLITE_PROTOCOL: "ledger.locked",
    sqlite3.SQLITE_READONLY: "ledger.read_only",
    sqlite3.SQLITE_IOERR: "ledger.disk_error",
    sqlite3.SQLITE_FULL: "ledger.full",
    sqlite3.SQLITE_CANTOPEN: "ledger.no_permission",
    sqlite3.SQLITE_NOTADB: "ledger.not_a_ledger",
}
_BY_ERRNO: Final = {
    errno.ENOSPC: "ledger.full",
    errno.EDQUOT: "ledger.full",
    errno.EROFS: "ledger.read_only",
    errno.EIO: "ledger.disk_error",
    errno.ENAMETOOLONG: "ledger.name_long",
    errno.ELOOP: "ledger.link_to_nothing",
}
_OF_SIDES: Final = frozenset({sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY})
"""The codes of a pipe, a link or a folder where SQLite keeps a file of its own."""

_SHARED: Final = 64 * 1024
"""Twice the disk space of the memory that connections share (bytes)."""


class KnownError(Exception):
    """Something outside the program is wrong; ``said`` tells what it is and what to do about it."""

    def __init__(self, said: Message) -> None:
        super().__init__(said.id)
        self.said = said


class LedgerUnavailable(KnownError):
    """The ledger cannot be used as things are; nothing was written."""


LATER: Final = (LedgerUnavailable, MemoryError)
"""What keeps from being done what another opening does as well; what was done before it stands."""


class ServerAway(KnownError):
    """The server of the desks cannot be reached, or does not answer: a desk goes on without it."""


class AnswerLost(ServerAway):
    """The server was told to keep something, and its answer was lost: nobody knows whether it has."""


def unavailable(error: Exception, path: Path) -> LedgerUnavailable:
    """Turn an error of SQLite or of the file system into one of the ledger at a path.

    SQLite's own words on a damaged table quote the table and may be no Unicode: a UnicodeDecodeError is then
    such an error too.
    """
    if isinstance(error, OSError):
        id_ = _BY_ERRNO.get(error.errno or 0, "ledger.no_permission")
    else:
        code = code_of(error)
        id_ = _BY_CODE.get(code, DAMAGED)
        if code == sqlite3.SQLITE_IOERR and _is_full(path.parent):
            id_ = "ledger.full"
        side = _odd_side(path) if code in _OF_SIDES else None
        if side is not None:
            return LedgerUnavailable(message("ledger.side_file", name=str(path), side=side.name))
    return LedgerUnavailable(message(id_, name=str(path)))


def _odd_side(path: Path) -> Path | None:
    """Return what is no file in the place of one of SQLite's beside a ledger; None: nothing."""
    sides = (path.with_name(path.name + ending) for ending in ("-wal", "-shm"))
    try:
        return next((side for side in sides if os.path.lexists(side) and not _is_file(side)), None)
    except OSError:
        return None


def _is_file(path: Path) -> bool:
    return stat.S_ISREG(path.lstat().st_mode)


def _is_full(folder: Path) -> bool:
    """Tell whether there is no room for what connections share: a ledger on a full disk is not even read."""
    try:
        return shutil.disk_usage(folder).free < _SHARED
    except OSError:
        return False
