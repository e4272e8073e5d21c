"""Copies of a ledger that are worth having: verified before they count, and whole or not there at all."""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from core.files import to_disk
from core.ledger import privacy, role_history, seals, trail
from core.ledger.connection import LOG, TIMEOUT, Connection, damaged
from core.ledger.errors import DAMAGED, LedgerUnavailable, unavailable
from core.ledger.keys import keys_file
from core.ledger.ledger import Ledger
from core.ledger.schema import APPLICATION_ID, TABLES, VERSION, objects
from core.ledger.sqlite import OUR_MISTAKES, DatabaseError, OperationalError, SqliteError, connect, quoted
from core.ledger.trail import ActKind
from core.ledger.verify import Verified, read_trail, verify
from core.messages import Fault, Message, message

_SIDE_FILES: Final = (LOG, "-shm", "-journal")
_FIELD: Final = "file"


class Restored(NamedTuple):
    """How many entries the ledger holds now, and where what it replaced lies (None: there was nothing)."""

    entries: int
    kept: Path | None


class Held(NamedTuple):
    """What a backup holds: its entries, the moment (UTC, ISO) of the last one, None where there is none.

    ``now``: how many entries the ledger has; ``lost``: how many of them a restore would take away. None where
    the ledger itself cannot be read.
    """

    entries: int
    latest: str | None
    now: int | None
    lost: int | None


def backup(ledger: Ledger, target: Path) -> int | list[Fault]:
    """Writes a verified copy and answers with its number of entries, or with what is wrong with the place.

    The copy takes its name when it is whole, verified and on the disk. Raises LedgerUnavailable.
    """
    target = target.absolute()
    with _errors_of(target):
        fault = _place_fault(ledger, target)
    if fault is not None:
        return [Fault(_FIELD, fault)]
    with _errors_of(target), _temporary(target) as copy:
        _keys_beside(ledger.path, target)
        with closing(connect(copy, ledger.key, isolation_level=None)) as made:
            ledger.copy_to(made)
            made.execute("PRAGMA journal_mode = DELETE")  # a copy is one file
        found = _verified(copy, ledger.key)
        if found.fault is not None:
            raise LedgerUnavailable(
                message("ledger.backup_unsound", name=str(ledger.path), fault=found.fault)
            )
        to_disk(copy)
        copy.replace(target)
        to_disk(target.parent)
    return found.entries


def restore(
    path: Path, source: Path, timeout: float = TIMEOUT, operator: str = "", key: bytes | None = None
) -> Restored | list[Fault]:
    """Makes a ledger what a backup holds, or answers with what is wrong with the backup.

    What is replaced is kept as a dated copy beside it, and the audit trail says who restored. Other programs
    that have the ledger open go on with what was restored. Raises LedgerUnavailable; nothing changed then.
    """
    path, source = path.absolute(), source.absolute()
    with _errors_of(path):
        if not source.is_file():
            return [Fault(_FIELD, message("ledger.backup_missing", name=str(source)))]
        if path.exists() and path.samefile(source):
            return [Fault(_FIELD, message("ledger.backup_is_ledger"))]
        if path.is_dir() or not path.parent.is_dir():
            Connection(path)  # says which
        if key is None and keys_file(path).exists():  # what is encrypted is not made plain by a backup
            Connection(path, timeout, create=False).close()
    with _errors_of(path), _temporary(path) as copy:
        # the bytes that are checked are the bytes that are taken over
        with _errors_of(source):
            shutil.copyfile(source, copy)
            log = source.with_name(source.name + LOG)
            if log.exists():
                shutil.copyfile(log, copy.with_name(copy.name + LOG))
        found = _brought_up(copy, source, key)
        if isinstance(found, Message):
            return [Fault(_FIELD, found)]

        def note(taken_over: Connection, **replaced: int) -> None:
            detail = {"entries": found, **replaced}
            trail.note(taken_over.db, datetime.now(UTC), ActKind.RESTORED, source.name, operator, detail)

        if not path.exists():
            _side_files_away(path, _dated(path))
            _noted(copy, key, note)
            to_disk(copy)
            copy.replace(path)
            kept = None
        else:
            kept = _take_over(path, copy, timeout, operator, key, note)
        to_disk(path.parent)
    return Restored(found, kept)


def held(ledger: Path, copy: Path, source: Path, key: bytes | None) -> Held | list[Fault]:
    """What a copy of a backup holds beside the ledger as it is; the copy may be changed.

    ``source`` is the backup's own name, for what is said of it. Raises LedgerUnavailable.
    """
    with _errors_of(source):
        try:
            with closing(Connection(copy, key=key)) as opened, opened.snapshot():
                found = verify(opened.raw)
                theirs = _heads(opened.raw)
        except LedgerUnavailable as error:
            return [Fault(_FIELD, _as_backup(error, source))]
    if found.fault is not None:
        said = message("ledger.backup_damaged_at", name=str(source), fault=found.fault)
        return [Fault(_FIELD, said)]
    latest = theirs[-1][2] if theirs else None
    try:
        with closing(Connection(ledger, key=key, create=False)) as now, now.snapshot():
            ours = _heads(now.raw)
    except LedgerUnavailable:
        return Held(len(theirs), latest, None, None)
    same = 0
    for one, other in zip(ours, theirs, strict=False):
        if one[1] != other[1]:
            break
        same += 1
    return Held(len(theirs), latest, len(ours), len(ours) - same)


def _heads(connection: sqlite3.Connection) -> list[tuple[int, str, str]]:
    """Every entry's number, hash and moment (UTC), in order."""
    return connection.execute("SELECT number, hash, recorded FROM entries ORDER BY number").fetchall()


def _keys_beside(source: Path, target: Path) -> None:
    """Copies what is sealed along with what it opens, so that a copy opens on another machine."""
    if keys_file(source).exists():
        copy_to_disk(keys_file(source), keys_file(target))


def copy_to_disk(source: Path, target: Path) -> None:
    """Copies a file so that its new name holds all of it or what it held before."""
    with _temporary(target) as copy:
        shutil.copyfile(source, copy)
        to_disk(copy)
        copy.replace(target)
        to_disk(target.parent)


def _place_fault(ledger: Ledger, target: Path) -> Message | None:
    """Why a backup may not go to a place: it would destroy something there, or there is no such folder."""
    if target.is_dir():
        return message("ledger.is_folder", name=str(target))
    if not target.parent.is_dir():
        return message("ledger.folder_missing", name=str(target), folder=str(target.parent))
    if not target.exists():
        return None
    if target.samefile(ledger.path):
        return message("ledger.backup_is_ledger")
    try:
        with closing(connect(f"{target.as_uri()}?mode=ro", ledger.key, uri=True)) as there:
            other = objects(there)
            (mode,) = there.execute("PRAGMA journal_mode").fetchone()
    except SqliteError:
        return message("ledger.backup_over_other", name=str(target))
    ours = not other or "entries_never_change" in other
    return None if ours and mode != "wal" else message("ledger.backup_over_other", name=str(target))


def _brought_up(copy: Path, source: Path, key: bytes | None) -> int | Message:
    """Brings a copied backup to today's schema and one file; its number of entries, or what is wrong."""
    if not copy.stat().st_size:
        return message("ledger.backup_not_ours", name=str(source))
    try:
        with closing(Connection(copy, key=key)) as opened:
            with opened.snapshot():
                found = verify(opened.raw)
            opened.raw.execute("PRAGMA journal_mode = DELETE")
    except LedgerUnavailable as error:
        return _as_backup(error, source)
    if found.fault is not None:
        return message("ledger.backup_damaged_at", name=str(source), fault=found.fault)
    return found.entries


def _noted(copy: Path, key: bytes | None, note: Callable[[Connection], None]) -> None:
    """Says in a copy's own trail that it was taken over: what it replaces can say nothing any more."""
    with closing(Connection(copy, key=key)) as opened:
        with opened.transaction():
            note(opened)
        opened.raw.execute("PRAGMA journal_mode = DELETE")


def _as_backup(error: LedgerUnavailable, source: Path) -> Message:
    """What an error says of a backup; one that says nothing of the backup itself is raised again."""
    known = {
        "ledger.newer": "ledger.newer",
        DAMAGED: "ledger.backup_damaged",
        "ledger.not_a_ledger": "ledger.backup_not_ours",
        "ledger.not_ours": "ledger.backup_not_ours",
        "ledger.wrong_key": "ledger.backup_wrong_key",
    }
    if error.said.id not in known:
        raise error
    return message(known[error.said.id], name=str(source))


def _take_over(
    path: Path,
    copy: Path,
    timeout: float,
    operator: str,
    key: bytes | None,
    note: Callable[..., None],
) -> Path:
    """Puts a checked copy in the place of what there is; where that can still be read, row by row.

    A file that others may have open is not exchanged under them: they would go on writing into the old one.
    A backup brings entries back, and nobody who was taken off the list, no earlier PIN, no person who was
    forgotten: of these the ledger as it was is believed, where it can be.
    """
    kept = _dated(path)
    try:
        with closing(Connection(path, timeout, key)) as current:
            with_key = "" if key is None else f" KEY {quoted(key)}"
            current.raw.execute(f"ATTACH DATABASE ? AS restored{with_key}", [str(copy)])
            with current.transaction():
                # a second connection: SQLite copies nothing for one that writes
                with closing(connect(path, key)) as source, closing(connect(kept, key)) as beside:
                    source.backup(beside)
                    beside.execute("PRAGMA journal_mode = DELETE")
                to_disk(kept)
                operators, forgotten = _believed(current.raw)
                (replaced,) = current.raw.execute("SELECT count(*) FROM entries").fetchone()
                _replace_rows(current.raw)
                note(current, replaced=replaced)
                _keep(current, operators, forgotten, operator)
                if verify(current.raw).fault is not None:
                    raise _Unsound
            current.tidy_log()
    except _Unsound:
        pass
    except LedgerUnavailable as error:
        if error.said.id not in {DAMAGED, "ledger.not_a_ledger", "ledger.emptied", "ledger.wrong_key"}:
            raise
    else:
        return kept
    kept.unlink(missing_ok=True)
    _noted(copy, key, note)
    _side_files_away(path, kept)
    to_disk(copy)
    shutil.copyfile(path, kept)
    to_disk(kept)
    copy.replace(path)
    return kept


def _believed(connection: sqlite3.Connection) -> tuple[list[Any], set[str]]:
    """The list of operators and who was forgotten, as far as the trail bears them out."""
    history = read_trail(connection)
    if history.fault is not None:
        return [], set()
    lawful = role_history.fault(connection, history.standings) is None
    forgotten = {patient for patient, seal in history.seals.items() if seal is None}
    return role_history.rows(connection) if lawful else [], forgotten


def _keep(current: Connection, operators: list[Any], forgotten: set[str], operator: str) -> None:
    """Has the ledger hold on to what a backup did not know yet, inside the transaction that took it over."""
    now, history = datetime.now(UTC), read_trail(current.raw)
    if operators:
        role_history.keep(current.raw, operators, history.standings, now, operator)
    known = {patient for patient, seal in history.seals.items() if seal is not None}
    for patient in sorted(forgotten & known):
        privacy.forget(current.db, patient)
        seals.note(current.db, now, patient, operator)
        trail.note(current.db, now, ActKind.ERASED, patient, operator, {})


def _side_files_away(path: Path, kept: Path) -> None:
    """Keeps the log of what a file held before: SQLite would play it back over the file that comes now."""
    for side in _SIDE_FILES:
        with suppress(FileNotFoundError):
            path.with_name(path.name + side).rename(kept.with_name(kept.name + side))


class _Unsound(Exception):
    """The file under the ledger is damaged beyond its rows."""


def _replace_rows(connection: sqlite3.Connection) -> None:
    """Makes every table what the attached copy holds; the triggers stand aside and come back."""
    triggers = connection.execute(
        "SELECT name, sql FROM main.sqlite_schema WHERE type = 'trigger'"
    ).fetchall()
    connection.execute("PRAGMA defer_foreign_keys = ON")
    for name, _ in triggers:
        connection.execute(f'DROP TRIGGER main."{name}"')
    for table in TABLES:  # names of ours, not anybody's input
        connection.execute(f"DELETE FROM main.{table}")  # noqa: S608
    for table in TABLES:
        connection.execute(f"INSERT INTO main.{table} SELECT * FROM restored.{table}")  # noqa: S608
    connection.execute("DELETE FROM main.sqlite_sequence")
    connection.execute("INSERT INTO main.sqlite_sequence SELECT * FROM restored.sqlite_sequence")
    for _, made_by in triggers:
        connection.execute(made_by)


def _verified(copy: Path, key: bytes | None) -> Verified:
    with closing(connect(copy, key, isolation_level=None)) as opened:
        return verify(opened)


def _dated(path: Path) -> Path:
    """A name beside a file, by the moment, that nothing has yet."""
    stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    plain = path.with_name(f"{path.stem}-{stamp}{path.suffix}")
    found, number = plain, 1
    while found.exists():
        number += 1
        found = plain.with_stem(f"{plain.stem}-{number}")
    return found


def encrypt(path: Path, key: bytes, timeout: float = TIMEOUT) -> int:
    """Makes a plain ledger, which nobody else has open, an encrypted one; its number of entries.

    The plain file stays whole until the encrypted one takes its name. Raises LedgerUnavailable.
    """
    path = path.absolute()
    with _errors_of(path), _temporary(path) as copy:
        with closing(Connection(path, timeout)) as plain:
            with plain.snapshot():
                found = verify(plain.raw)
            if found.fault is not None:
                raise LedgerUnavailable(message("ledger.backup_unsound", name=str(path), fault=found.fault))
            plain.raw.execute("PRAGMA journal_mode = DELETE")
        with closing(connect(copy, key, isolation_level=None)) as made:
            made.execute("ATTACH DATABASE ? AS plain KEY ''", [str(path)])
            made.execute("PRAGMA plain.locking_mode = EXCLUSIVE")  # held until this connection closes
            made.execute("BEGIN EXCLUSIVE")
            made.execute("COMMIT")
            made.execute("SELECT sqlcipher_export('main', 'plain')")
            made.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            made.execute(f"PRAGMA user_version = {VERSION}")
            if _verified(copy, key) != found:
                raise damaged(copy)
            to_disk(copy)
            if os.name != "nt":  # which exchanges no file that is open
                copy.replace(path)
        if os.name == "nt":
            copy.replace(path)
        to_disk(path.parent)
    return found.entries


@contextmanager
def _temporary(beside: Path) -> Iterator[Path]:
    """An empty file in the same folder, gone when the block ends unless it has taken another name."""
    handle, name = tempfile.mkstemp(dir=beside.parent, prefix=f".{beside.name}.", suffix=".part")
    os.close(handle)
    made = Path(name)
    try:
        yield made
    finally:
        for file in (made, *(made.with_name(made.name + side) for side in _SIDE_FILES)):
            with suppress(OSError):
                file.unlink(missing_ok=True)


@contextmanager
def _errors_of(path: Path) -> Iterator[None]:
    try:
        yield
    except (OperationalError, OSError) as error:
        raise unavailable(error, path) from error
    except (DatabaseError, UnicodeDecodeError) as error:
        if isinstance(error, OUR_MISTAKES):
            raise
        raise unavailable(error, path) from error
