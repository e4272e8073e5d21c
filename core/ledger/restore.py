"""Taking a copy over: a backup becomes the ledger, whole or not at all."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from core.files import shown_name, to_disk
from core.ledger import heads, privacy, role_history, seals, trail
from core.ledger.backup import FIELD, SIDE_FILES, errors_of, temporary_beside
from core.ledger.connection import LOG, TIMEOUT, Connection
from core.ledger.errors import DAMAGED, LATER, LedgerUnavailable
from core.ledger.key_renewal import recode
from core.ledger.keys_file import keys_file
from core.ledger.schema import TABLES
from core.ledger.signatures import Signer, signing
from core.ledger.sqlite import connect, database, quoted
from core.ledger.trail import ActKind
from core.ledger.verify import read_trail, verify
from core.messages import Fault, Message, message


class Restored(NamedTuple):
    """A restore that was done: the ledger's entries now, and the file that holds what was replaced.

    ``kept`` is None where there was nothing to replace.
    """

    entries: int
    kept: Path | None


class Held(NamedTuple):
    """The contents of a backup beside the ledger as it is.

    ``entries`` counts the backup's; ``latest`` is the moment (UTC, ISO) of its last one, None without any.
    ``now`` counts the ledger's entries; ``lost`` those of them that a restore would take away. Both are None
    where the ledger itself cannot be read. ``opens_for`` names whose passphrases of then open the backup on
    another machine, where it has an earlier key than the ledger.
    """

    entries: int
    latest: str | None
    now: int | None
    lost: int | None
    opens_for: tuple[str, ...] = ()


def restore(
    path: Path,
    source: Path,
    timeout: float = TIMEOUT,
    operator: str = "",
    key: bytes | None = None,
    signer: Signer | None = None,
    source_key: bytes | None = None,
) -> Restored | list[Fault]:
    """Make a ledger what a backup holds, or return the backup's faults.

    What is replaced is kept as a dated copy beside the ledger, and the audit trail says who restored. Other
    programs that have the ledger open go on with what was restored. ``timeout``: seconds; ``source_key`` is
    the backup's where the ledger has got another one since. ``signer`` signs for the operator. Raises
    LedgerUnavailable; nothing changed then.
    """
    path, source = path.absolute(), source.absolute()
    with errors_of(path):
        if not source.is_file():
            return [Fault(FIELD, message("ledger.backup_missing", name=str(source)))]
        if path.exists() and path.samefile(source):
            return [Fault(FIELD, message("ledger.backup_is_ledger"))]
        if path.is_dir() or not path.parent.is_dir():
            Connection(path)  # says which
        if key is None and keys_file(path).exists():  # what is encrypted is not made plain by a backup
            Connection(path, timeout, create=False).close()
    with errors_of(path), temporary_beside(path) as copy:
        entries = _copied(source, copy, key, source_key)
        if isinstance(entries, Message):
            return [Fault(FIELD, entries)]

        def note(taken_over: Connection, **replaced: int) -> None:
            detail = {"entries": entries, **replaced}
            sign, now = signing(signer, ActKind.RESTORED, operator), datetime.now(UTC)
            trail.note(taken_over.db, now, ActKind.RESTORED, shown_name(source), operator, detail, sign=sign)

        heads.drop(path)
        if not path.exists():
            _side_files_away(path, _dated(path))
            _noted(copy, key, note)
            to_disk(copy)
            copy.replace(path)
            kept = None
        else:
            kept = _take_over(path, copy, timeout, operator, key, note)
        with suppress(OSError):  # the file has its name
            to_disk(path.parent)
        _begin_head(path, timeout, key)
    return Restored(entries, kept)


def _copied(source: Path, copy: Path, key: bytes | None, source_key: bytes | None) -> int | Message:
    """Copy a backup and bring the copy to today's schema and key; return its entries' number, or the fault.

    The bytes that are checked are the bytes that are taken over.
    """
    with errors_of(source):
        shutil.copyfile(source, copy)
        log = source.with_name(source.name + LOG)
        if log.exists():
            shutil.copyfile(log, copy.with_name(copy.name + LOG))
    entries = _brought_up(copy, source, source_key or key)
    if not isinstance(entries, Message) and key is not None and source_key not in (None, key):
        recode(copy, source_key, key)
    return entries


def _begin_head(path: Path, timeout: float, key: bytes | None) -> None:
    """Write the heads anew of a ledger that went back because somebody wanted it."""
    with suppress(*LATER), closing(Connection(path, timeout, key)) as restored:
        with restored.snapshot():
            head = heads.head_of(restored.db)
        heads.put(path, head)


def contents(
    ledger: Path, copy: Path, source: Path, key: bytes | None, of_copy: bytes | None
) -> Held | list[Fault]:
    """Hold a copy of a backup against the ledger as it is, or return the backup's faults.

    The copy may be changed. ``source`` is the backup's own name, which messages use; ``key`` is the ledger's,
    ``of_copy`` the copy's. Raises LedgerUnavailable.
    """
    with errors_of(source):
        try:
            with closing(Connection(copy, key=of_copy)) as opened, opened.snapshot():
                verified = verify(opened.db)
                theirs = _heads(opened.db)
        except LedgerUnavailable as error:
            return [Fault(FIELD, _as_backup(error, source))]
    if verified.fault is not None:
        damage = message("ledger.backup_damaged_at", name=str(source), fault=verified.fault)
        return [Fault(FIELD, damage)]
    latest = theirs[-1][2] if theirs else None
    try:
        with closing(Connection(ledger, key=key, create=False)) as now, now.snapshot():
            ours = _heads(now.db)
    except LedgerUnavailable:
        return Held(len(theirs), latest, None, None)
    same = 0
    for one, other in zip(ours, theirs, strict=False):
        if one[1] != other[1]:
            break
        same += 1
    return Held(len(theirs), latest, len(ours), len(ours) - same)


def _heads(connection: sqlite3.Connection) -> list[tuple[int, str, str]]:
    """List every entry's number, hash and moment (UTC), in order."""
    return connection.execute("SELECT number, hash, recorded FROM entries ORDER BY number").fetchall()


def _brought_up(copy: Path, source: Path, key: bytes | None) -> int | Message:
    """Bring a copied backup to today's schema and into one file; return its entries' number, or the fault."""
    if not copy.stat().st_size:
        return message("ledger.backup_not_ours", name=str(source))
    try:
        with closing(Connection(copy, key=key)) as opened:
            with opened.snapshot():
                verified = verify(opened.db)
            opened.db.execute("PRAGMA journal_mode = DELETE")
    except LedgerUnavailable as error:
        return _as_backup(error, source)
    if verified.fault is not None:
        return message("ledger.backup_damaged_at", name=str(source), fault=verified.fault)
    return verified.entries


def _noted(copy: Path, key: bytes | None, note: Callable[[Connection], None]) -> None:
    """Note in a copy's own trail that it was taken over: what it replaces can note nothing any more."""
    with closing(Connection(copy, key=key)) as opened:
        with opened.transaction():
            note(opened)
        opened.db.execute("PRAGMA journal_mode = DELETE")


def _as_backup(error: LedgerUnavailable, source: Path) -> Message:
    """Return what an error says of a backup; raise it again where it says nothing of the backup itself."""
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
    """Put a checked copy in the place of the ledger; return the file that keeps what was there.

    A ledger that can still be read is replaced row by row. The file is not exchanged under others who may
    have it open: they would go on writing into the old one. A backup brings entries back, but no operator
    who was taken off the list, no earlier PIN and no person who was forgotten: for these the ledger as it
    was is believed, where it can be.
    """
    kept = _dated(path)
    try:
        with closing(Connection(path, timeout, key)) as current:
            with_key = "" if key is None else f" KEY {quoted(key)}"
            current.db.execute(f"ATTACH DATABASE CAST(? AS TEXT) AS restored{with_key}", [os.fsencode(copy)])
            with current.transaction():
                # a second connection: SQLite copies nothing for one that writes
                with closing(connect(path, key)) as source, closing(connect(kept, key)) as beside:
                    source.backup(beside)
                    beside.execute("PRAGMA journal_mode = DELETE")
                to_disk(kept)
                believed = _believed(current.db)
                (replaced,) = current.db.execute("SELECT count(*) FROM entries").fetchone()
                _replace_rows(current.db)
                note(current, replaced=replaced)
                _keep(current, believed, operator)
                if verify(current.db).fault is not None:
                    raise _Unsound
            with suppress(*LATER):  # it is restored; the log is emptied when the ledger is closed
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


class _Believed(NamedTuple):
    """What is believed of a ledger that is replaced: its operators, their keys, and who was forgotten."""

    operators: list[Any]
    keys: list[Any]
    forgotten: dict[str, dict[str, Any]]


def _believed(connection: sqlite3.Connection) -> _Believed:
    """Return operators, keys and forgotten patients (keys), as far as the trail bears them out."""
    history = read_trail(connection)
    if history.fault is not None:
        return _Believed([], [], {})
    lawful = role_history.fault(connection, history.standings) is None and history.signatures.fault is None
    forgotten: dict[str, dict[str, Any]] = {
        patient: {} for patient, seal in history.seals.items() if seal is None
    }
    for act, _ in trail.read_with_hashes(connection, ActKind.ERASED):
        if act.about in forgotten:
            forgotten[act.about] = {**act.detail, trail.AT: act.moment}
    keys = connection.execute("SELECT * FROM sealed_keys").fetchall()
    return _Believed(role_history.rows(connection) if lawful else [], keys if lawful else [], forgotten)


def _keep(current: Connection, believed: _Believed, operator: str) -> None:
    """Keep what a backup did not know yet, inside the transaction that took it over."""
    now, history = datetime.now(UTC), read_trail(current.db)
    if believed.operators:
        raises = history.signatures.restore_counts
        role_history.keep(current.db, believed.operators, history.standings, now, operator, raises)
        current.db.execute("DELETE FROM sealed_keys")  # they go with the PINs that open them
        current.db.executemany("INSERT INTO sealed_keys VALUES (?, ?, ?, ?, ?)", believed.keys)
    known = {patient for patient, seal in history.seals.items() if seal is not None}
    for patient in sorted(believed.forgotten.keys() & known):
        privacy.forget(current.db, patient)
        seals.note(current.db, now, patient, operator)
        trail.note(current.db, now, ActKind.ERASED, patient, operator, believed.forgotten[patient])


def _side_files_away(path: Path, kept: Path) -> None:
    """Move the log of what a file held before: SQLite would play it back over the file that comes now."""
    for side in SIDE_FILES:
        with suppress(FileNotFoundError):
            path.with_name(path.name + side).rename(kept.with_name(kept.name + side))


class _Unsound(Exception):
    """The file under the ledger is damaged beyond its rows."""


def _replace_rows(connection: sqlite3.Connection) -> None:
    """Make every table what the attached copy holds; the triggers stand aside and come back."""
    triggers = database(connection).triggers
    connection.execute("PRAGMA defer_foreign_keys = ON")
    for trigger in triggers:
        connection.execute(f'DROP TRIGGER main."{trigger.name}"')
    for table in TABLES:  # names of ours, not anybody's input
        connection.execute(f"DELETE FROM main.{table}")  # noqa: S608
    for table in TABLES:
        connection.execute(f"INSERT INTO main.{table} SELECT * FROM restored.{table}")  # noqa: S608
    connection.execute("DELETE FROM main.sqlite_sequence")
    connection.execute("INSERT INTO main.sqlite_sequence SELECT * FROM restored.sqlite_sequence")
    for trigger in triggers:
        connection.execute(trigger.sql)


def _dated(path: Path) -> Path:
    """Return a name beside a file, by the moment (UTC), that nothing has yet."""
    stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    plain = path.with_name(f"{path.stem}-{stamp}{path.suffix}")
    dated, number = plain, 1
    while dated.exists():
        number += 1
        dated = plain.with_stem(f"{plain.stem}-{number}")
    return dated
