"""A new key for an encrypted ledger: somebody was taken off, or the recovery code was replaced or used.

Who had a secret of before, and the keys file of a backup of before, opens today's file no more. A whole new
file is made beside the ledger, proved and brought to the disk; it takes the ledger's name in one step. The
keys file holds both keys from before that step until after it, so that a cut at any moment leaves a file
that opens. Nobody else may have the ledger open: whoever opened the old file in that moment finds it empty,
and opens the name again (core.ledger.connection).
"""

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from core.files import to_disk
from core.ledger import heads, role_history, trail
from core.ledger.backup import errors_of, temporary_beside
from core.ledger.connection import Connection, damaged
from core.ledger.errors import LATER, LedgerUnavailable, unavailable
from core.ledger.keys import Keys
from core.ledger.ledger import Ledger
from core.ledger.record import OWN
from core.ledger.sqlite import connect
from core.ledger.trail import ActKind
from core.ledger.verify import verify
from core.messages import Message, message

AT_ONCE: Final = 10.0
"""What a clerk waits for without being asked (seconds); what takes longer waits for the next closing."""

_PER_SECOND: Final = 4_000_000
"""What a slow desk copies and proves in a second (bytes)."""

_PATIENCE: Final = 2.0
_PIECE: Final = 1000
_SLACK: Final = 4_000_000

Progress = Callable[[int, int], None]
"""What is told how many pages are copied, of how many."""


def tell(done: int, pages: int) -> None:
    """Tell whoever listens nothing."""


def is_due(ledger: Ledger) -> bool:
    """Tell whether an encrypted ledger's key is known to somebody whom it is not for any more.

    The trail says so, not the keys file, which may be put back.
    """
    if ledger.key is None:
        return False
    with ledger.snapshot():
        last = ledger.db.execute(
            "SELECT coalesce(max(number), 0) FROM acts WHERE act = 'key_changed' AND number < ?", [OWN]
        ).fetchone()[0]
        found = ledger.db.execute(
            """SELECT 1 FROM acts WHERE act = 'operator_changed' AND number > ? AND number < ?
                AND CASE record WHEN '' THEN 0
                ELSE json_extract(record, '$.detail.active') = 0
                    OR json_extract(record, '$.detail.recovery_code') = 1
                    OR json_extract(record, '$.detail.recovered') = 1 END LIMIT 1""",
            [last, OWN],
        ).fetchone()
    return found is not None


def seconds_needed(ledger: Path) -> float:
    """Return how long a new key may take (seconds), by the size of the file. Raises LedgerUnavailable."""
    with errors_of(ledger):
        return ledger.stat().st_size / _PER_SECOND


def obstacle(ledger: Ledger, keys: Keys) -> Message | None:
    """Return what keeps a ledger from getting a new key, None: nothing. Raises LedgerUnavailable."""
    assert ledger.key is not None
    return _obstacle(ledger.connection, keys, ledger.key)


def _obstacle(opened: Connection, keys: Keys, key: bytes) -> Message | None:
    waiting = keys.not_ready(_active(opened), key)
    if "" in waiting:
        return message("ledger.key_waits_code")
    if waiting:
        return message("ledger.key_waits", names="、".join(waiting))
    try:
        size, free = opened.path.stat().st_size, shutil.disk_usage(opened.path.parent).free
    except OSError as error:
        raise unavailable(error, opened.path) from error
    needed = size + size // 8 + _SLACK
    if free < needed:
        short = (needed - free) // 1_000_000 + 1
        return message("ledger.key_room", name=str(opened.path), megabytes=str(short))
    return None


def renew(ledger: Path, key: bytes, keys: Keys, by: str, progress: Progress = tell) -> bytes | Message:
    """Give a ledger, which nobody has open, another key; return it, or what it has to wait for.

    ``by`` is the operator, for the trail. Raises LedgerUnavailable; the key of before holds then.
    """
    ledger = ledger.absolute()
    with keys.alone():
        with closing(Connection(ledger, _PATIENCE, key, create=False)) as opened:
            waits, operators = _obstacle(opened, keys, key), _active(opened)
        if waits is not None:
            return waits
        new = keys.begin_renewal(operators, key)
        try:
            _exchange(ledger, key, new, by, progress)
        except BaseException:
            with suppress(*LATER):
                keys.settled(key, new)
            raise
        with suppress(*LATER):  # it has the new key; the next opening lets the old one go
            keys.end_renewal()
    return new


def _active(opened: Connection) -> list[str]:
    with opened.snapshot():
        return [name for name, standing in role_history.listed(opened.db).items() if standing.active]


def _exchange(path: Path, key: bytes, new: bytes, by: str, progress: Progress) -> None:
    with errors_of(path), temporary_beside(path) as copy:
        with closing(connect(path, key, timeout=_PATIENCE, isolation_level=None)) as old:
            old.execute("PRAGMA journal_mode = DELETE")  # its log belongs to it, and to no other file
            old.execute("PRAGMA locking_mode = EXCLUSIVE")  # held until this connection closes
            old.execute("BEGIN EXCLUSIVE")
            old.execute("COMMIT")
            before = heads.head_of(old)
            copy_under(old, copy, new, progress)
            _prove(copy, new, before, path, by)
            to_disk(copy)
            if os.name != "nt":
                _take_name(copy, path)
        if os.name == "nt":  # which exchanges no file that is open
            copy.replace(path)
            to_disk(path.parent)


def _take_name(copy: Path, path: Path) -> None:
    """Give the copy the ledger's name; who waits for the file of before is to find nothing in it."""
    before = os.open(path, os.O_RDWR)
    try:
        copy.replace(path)
        to_disk(path.parent)
        os.ftruncate(before, 0)
    finally:
        os.close(before)


def copy_under(source: sqlite3.Connection, copy: Path, key: bytes, progress: Progress = tell) -> None:
    """Copy an open database into an empty file under a key, page by page."""
    with closing(connect(copy, key, isolation_level=None)) as fresh:
        source.backup(fresh, pages=_PIECE, progress=lambda _, left, pages: progress(pages - left, pages))


def recode(copy: Path, key: bytes, new: bytes) -> None:
    """Bring a copy of a ledger, which nobody has open, under another key. Raises LedgerUnavailable."""
    with errors_of(copy), temporary_beside(copy) as fresh:
        with closing(connect(copy, key, isolation_level=None)) as opened:
            copy_under(opened, fresh, new)
        fresh.replace(copy)


def _prove(copy: Path, key: bytes, before: heads.Head, path: Path, by: str) -> None:
    """Note the new key in the trail of the copy, and prove all of it against where the ledger was."""
    with closing(Connection(copy, key=key)) as made:
        with made.transaction():
            if not heads.holds(made.db, before):
                raise damaged(copy)
            trail.note(made.db, made.now(), ActKind.KEY_CHANGED, "", by, {})
        with made.snapshot():
            verified = verify(made.db)
        if verified.fault is not None:
            raise LedgerUnavailable(message("ledger.backup_unsound", name=str(path), fault=verified.fault))
        made.db.execute("PRAGMA journal_mode = DELETE")
