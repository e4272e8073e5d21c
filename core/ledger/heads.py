"""Heads: how far a ledger had gone, kept outside its file, so that a file that goes back in time is told.

A head names the ledger, and of its entries and of its acts the latest number and hash. It is written after
each commit, in place and without a sync of its own, beside the ledger and in the user's own folder: it may
lag behind the file, and never leads. A machine that is put back as a whole brings the heads back with the
file; that, only a head on paper shows.
"""

import contextlib
import json
import os
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeGuard

from core.files import READING, read_bounded, shown_name, to_disk
from core.ledger.connection import LOG, Connection, damaged
from core.ledger.errors import LedgerUnavailable
from core.ledger.record import GENESIS, canonical, digest
from core.ledger.sqlite import SqliteError, connect
from core.messages import Message, message
from core.places import backups_in, home, path_mark

SUFFIX: Final = ".head"
"""The end of the name of the head beside a ledger."""

MANIFEST: Final = ".manifest"
"""The end of the name of the head beside a backup."""

FOLDER: Final = "heads"
"""The folder for heads in the user's own folder."""

_LENGTH: Final = 1024
"""Every head has this length (bytes), so that a shorter one leaves nothing of a longer one behind it."""

_IN_PLACE: Final = (
    os.O_WRONLY
    | os.O_CREAT
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
)
"""A head is opened so that no link is followed, whose target would be written over, and no pipe awaited."""

_PATH: Final = "path"
"""The name under which a head at home tells which file it is of."""

_HASH: Final = re.compile("[0-9a-f]{64}")
_ID: Final = re.compile("[0-9a-f]{32}")
_WRITTEN: Final = re.compile(
    rb'{"acts":([1-9]\d{0,11}),"acts_hash":"([0-9a-f]{64})","check":"[0-9a-f]{16}",'
    rb'"entries":([1-9]\d{0,11}),"entries_hash":"([0-9a-f]{64})","ledger":"([0-9a-f]{32})"[,}]'
)
"""A head as it is written, where there are entries and acts. Numbers have at most 12 digits, below 2^40."""

_OWN: Final = 1 << 40
"""Numbers below this are the ledger's own; others are of ledgers that were taken in."""

_FIRST: Final = """SELECT hash FROM entries WHERE number = 1
    UNION ALL SELECT hash FROM acts WHERE number = 1 LIMIT 1"""
_LAST: Final = "SELECT number, hash FROM {chain} WHERE number < ? ORDER BY number DESC LIMIT 1"
_STANDING: Final = """SELECT ledgers.id, entry.number, entry.hash, act.number, act.hash FROM ledgers
    LEFT JOIN (SELECT number, hash FROM entries WHERE number < ? ORDER BY number DESC LIMIT 1) entry
    LEFT JOIN (SELECT number, hash FROM acts WHERE number < ? ORDER BY number DESC LIMIT 1) act
    WHERE ledgers.row = 0"""
"""The head of a ledger by one question, which sees one state."""

_AT: Final = "SELECT hash FROM {chain} WHERE number = ?"
_AT_BOTH: Final = """SELECT (SELECT hash FROM entries WHERE number = ?),
    (SELECT hash FROM acts WHERE number = ?)"""


class Head(NamedTuple):
    """The latest number and hash of a ledger's entries and of its acts; 0 and zeros where there are none."""

    ledger: str
    entries: int
    entries_hash: str
    acts: int
    acts_hash: str


def head_of(connection: sqlite3.Connection) -> Head:
    """Return the head of an open ledger, inside a snapshot."""
    entries, acts = _last(connection, "entries"), _last(connection, "acts")
    return Head(id_of(connection), *entries, *acts)


def id_of(connection: sqlite3.Connection) -> str:
    """Return a ledger's id; empty where it has none yet, as it holds nothing, or one that no program gave."""
    try:
        row = connection.execute("SELECT id FROM ledgers WHERE row = 0").fetchone()
    except SqliteError:  # a ledger that is older than ids
        row = None
    if row is not None:
        return row[0] if _is_id(row[0]) else ""
    first = connection.execute(_FIRST).fetchone()
    return digest(f"ledger {first[0]}")[:32] if first else ""


def _is_id(value: object) -> TypeGuard[str]:
    """Tell whether a value is an id of a ledger; it goes into a path."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def _last(connection: sqlite3.Connection, chain: str) -> tuple[int, str]:
    row = connection.execute(_LAST.format(chain=chain), [_OWN]).fetchone()
    return (int(row[0]), str(row[1])) if row else (0, GENESIS)


def beside(ledger: Path) -> Path:
    """Return the place of the head beside a ledger."""
    return Path(f"{ledger}{SUFFIX}")


def of_backup(copy: Path) -> Path:
    """Return the place of the head that a backup was made with; whoever opens the copy is not held to it."""
    return copy.with_name(copy.name + MANIFEST)


def drop(ledger: Path) -> None:
    """Take the heads of a path away, to the disk, before what stands there goes back. Raises OSError."""
    folder = home() / FOLDER
    for file in (beside(ledger), *folder.glob(f"*-{path_mark(ledger)[:16]}")):
        file.unlink(missing_ok=True)
    for place in (ledger.parent, folder):
        if place.is_dir():
            to_disk(place)


def at_home(ledger: Path, id_: str) -> Path:
    """Return the place of a ledger's head in the user's own folder, by its id and its path."""
    return Path(_at_home(ledger, id_))


def _at_home(ledger: Path, id_: str) -> str:
    return f"{home()}{os.sep}{FOLDER}{os.sep}{id_[:16]}-{path_mark(ledger)[:16]}"


def read(file: Path) -> Head | None:
    """Return the head in a file; None where there is none, or it was cut off while it was written."""
    return _head_in(_text_in(file))


def _text_in(file: Path | str) -> bytes:
    try:
        return read_bounded(file, _LENGTH)
    except OSError:
        return b""


def _head_in(text: bytes) -> Head | None:
    try:
        raw: Any = json.loads(text.rstrip())
        head = Head(**{name: raw[name] for name in Head._fields})
        is_sound = raw["check"] == _check(head) and list(map(type, head)) == [str, int, str, int, str]
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
    return head if is_sound and _is_one(head) else None


def _is_one(head: Head) -> bool:
    """Tell whether a ledger could have what stands in a head; SQLite takes no number above 2^63."""
    return _is_id(head.ledger) and 0 <= head.entries < _OWN and 0 <= head.acts < _OWN


def places(ledger: Path, id_: str) -> tuple[Path, ...]:
    """Return where the heads of a ledger stand: beside it, and at home under its id."""
    return (beside(ledger), at_home(ledger, id_)) if id_ else (beside(ledger),)


def put(ledger: Path, head: Head) -> None:
    """Write a ledger's head to both places, as far as they can be written."""
    text = _text(head, ledger)
    for file in places(ledger, head.ledger):
        with contextlib.suppress(OSError):
            _overwrite(file, text)


def put_beside(copy: Path, head: Head) -> None:
    """Write the head of a backup beside it. Raises OSError."""
    _overwrite(of_backup(copy), _text(head))


def _text(head: Head, ledger: Path | None = None) -> bytes:
    plain = canonical({**head._asdict(), "check": _check(head)}).encode()
    if ledger is not None:
        shown = str(Path(os.fsencode(ledger.parent).decode("utf-8", "replace"), shown_name(ledger)))
        named = canonical({**head._asdict(), "check": _check(head), _PATH: shown}).encode()
        plain = named if len(named) <= _LENGTH else plain
    return plain.ljust(_LENGTH)


def _overwrite(file: Path, text: bytes) -> None:
    try:
        handle = os.open(file, _IN_PLACE, 0o600)
    except FileNotFoundError:
        file.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
        handle = os.open(file, _IN_PLACE, 0o600)
    try:
        os.write(handle, text)
    finally:
        os.close(handle)


def _check(head: Head) -> str:
    return digest(" ".join(map(str, head)))[:16]


def fault(connection: Connection) -> Message | None:
    """Return what has become of a ledger that is not where its heads say; None where it has only gone on."""
    path, raw = connection.path, connection.db
    if _went_on(path, raw):
        return None
    id_ = id_of(raw)
    texts = {_text_in(file).rstrip() for file in places(path, id_)}  # before the file: it goes on
    found = map(_head_in, filter(None, texts))
    heads = {head for head in found if head is not None and _concerns(head, id_)}
    if all(holds(raw, head) for head in heads):
        return _told("ledger.head_other", path) if _is_of_another(path, id_) else None
    with connection.snapshot():
        now = head_of(raw)
        for head in heads:
            if holds(raw, head):
                continue
            if not _HASH.fullmatch(now.entries_hash) or not _HASH.fullmatch(now.acts_hash):
                raise damaged(path)
            if head.ledger != now.ledger:
                return _told("ledger.head_other", path)
            if now.entries < head.entries and is_prefix(raw, "entries", now.entries, now.entries_hash):
                first, last = str(now.entries + 1), str(head.entries)
                if first == last:
                    return _told("ledger.head_entry", path, entry=last)
                return _told("ledger.head_entries", path, first=first, last=last)
            if now.acts < head.acts and now.entries >= head.entries:
                return _told("ledger.head_acts", path, count=str(head.acts - now.acts))
            return _told("ledger.head_diverged", path, entry=str(head.entries))
    return None


def _went_on(path: Path, raw: sqlite3.Connection) -> bool:
    """Tell, by one question, whether a ledger holds the head beside it, and the one at home is the same.

    It is so at nearly every opening; what else may be is not looked for here. Hashes that the ledger itself
    has at these numbers prove the head whole, and whose it is.
    """
    try:
        text = _at_once(f"{path}{SUFFIX}")
        head = _WRITTEN.match(text)
        if head is None or len(text) != _LENGTH:
            return False
        acts, acts_hash, entries, entries_hash, id_ = head.groups()
        if _at_once(_at_home(path, id_.decode())) != text:
            return False
    except OSError:
        return False
    held = raw.execute(_AT_BOTH, (int(entries), int(acts))).fetchone()
    return bool(held == (entries_hash.decode(), acts_hash.decode()))


def _at_once(file: str) -> bytes:
    """Return as much of a file as one reading gives, at most a byte more than a head. Raises OSError."""
    handle = os.open(file, READING)
    try:
        return os.read(handle, _LENGTH + 1)
    finally:
        os.close(handle)


def _concerns(head: Head, id_: str) -> bool:
    """Tell whether a head says anything of a ledger: one of another that nobody has posted to does not.

    A first start on a new machine leaves such a one, before the ledger of the old machine comes there.
    """
    return head.ledger == id_ or head.entries > 0


def _is_of_another(path: Path, id_: str) -> bool:
    """Tell whether another ledger was used at a path, and the one that lies there with its head is a copy.

    Two may take turns at one path, as two sticks do, and one may come from another machine: it is taken for
    misplaced only where the other one's backups lie beside it, or it lies somewhere else as well.
    """
    if not id_ or read(at_home(path, id_)) is not None:
        return False
    others = map(read, (home() / FOLDER).glob(f"*-{path_mark(path)[:16]}"))
    used = {head.ledger for head in others if head is not None and head.ledger != id_ and head.entries > 0}
    if not used:
        return False
    backed_up = map(read, backups_in(path.parent).glob(f"*{MANIFEST}"))
    if any(head is not None and head.ledger in used and head.entries > 0 for head in backed_up):
        return True
    own = map(_path_in, (home() / FOLDER).glob(f"{id_[:16]}-*"))
    return any(_lies_at(id_, place) for place in own if place)


def _lies_at(id_: str, place: str) -> bool:
    """Tell whether a ledger has its head beside it at a place; nothing is opened there."""
    head = read(beside(Path(place))) if os.path.isfile(place) else None  # noqa: PTH113 - of any text
    return head is not None and head.ledger == id_


def _told(id_: str, path: Path, **params: str) -> Message:
    """Return a message with the newest backup: each in that folder was proved when it was made."""
    folder = backups_in(path.parent)
    newest = max(folder.glob("*.db"), key=lambda file: file.name, default=None) if folder.is_dir() else None
    return message(id_, name=str(path), backup=str(newest) if newest else "—", **params)


def gone_on_elsewhere(connection: Connection) -> Message | None:
    """Return which other copy of a ledger was used on this machine and went on by itself; None: none.

    Both are kept: neither holds what the other has. One that merely stopped earlier than the other is told
    by nobody.
    """
    with connection.snapshot():
        now = head_of(connection.db)
        own = at_home(connection.path, now.ledger)
        for file in sorted((home() / FOLDER).glob(f"{now.ledger[:16]}-*")) if now.ledger else ():
            head = read(file)
            if file == own or head is None or head.ledger != now.ledger:
                continue
            if now.entries >= head.entries > 0 and not is_prefix(
                connection.db, "entries", head.entries, head.entries_hash
            ):
                return message("ledger.copy_elsewhere", other=_path_in(file), entries=str(head.entries))
    return None


def _path_in(file: Path) -> str:
    """Return the path that a head at home is of; the head's own where it does not say."""
    try:
        return str(json.loads(read_bounded(file, _LENGTH))[_PATH])
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return str(file)


def holds(connection: sqlite3.Connection, head: Head) -> bool:
    """Tell whether both chains of a ledger still hold a head."""
    return _are(head, *connection.execute(_AT_BOTH, [head.entries, head.acts]).fetchone())


def _are(head: Head, entries: object, acts: object) -> bool:
    """Tell whether the hashes that a ledger has at the numbers of a head are the head's."""
    return (entries == head.entries_hash or head.entries == 0) and (acts == head.acts_hash or head.acts == 0)


def is_prefix(connection: sqlite3.Connection, chain: str, number: int, hash_: str) -> bool:
    """Tell whether a chain (``entries`` or ``acts``) holds a hash at a number; 0 is before the first."""
    return number == 0 or hash_at(connection, chain, number) == hash_


def hash_at(connection: sqlite3.Connection, chain: str, number: int) -> str:
    """Return the hash of a number of a chain (``entries`` or ``acts``); empty where nothing has it."""
    if number == 0:
        return GENESIS
    row = connection.execute(_AT.format(chain=chain), [number]).fetchone()
    return "" if row is None else str(row[0])


class Heads:
    """The heads of an open ledger: looked at when it is opened, and written after each commit."""

    def __init__(self, connection: Connection) -> None:
        """Take a connection. A ledger that it has made counts, whatever lay at its path before.

        Raises LedgerUnavailable, and closes the connection, where the ledger is not where its heads say.
        """
        self._connection = connection
        try:
            said = None if connection.made else fault(connection)
        except (LedgerUnavailable, SqliteError, UnicodeDecodeError):
            said = None  # damaged: whoever reads the rows tells more
        if said is not None:
            alone = connection.with_log and _is_without_log(connection)
            sound = alone or _is_sound(connection.db)
            if alone:  # it went back by its log, and goes on without it: nothing has to be restored
                name, log = str(connection.path), f"{connection.path.name}{LOG}"
                said = message("ledger.head_log", name=name, log=log)
            keeping = keeping_log(connection.path, connection.key) if connection.with_log else None
            with keeping or contextlib.nullcontext():
                connection.close()
            raise LedgerUnavailable(said) if sound else damaged(connection.path)
        self._last: Head | None = None
        self._places: tuple[Path, ...] = ()
        connection.after_commit = self.write
        if connection.made:  # of whatever lay at its path before, heads may stand at home
            self.write()

    def write(self) -> None:
        """Write the head as it stands. Where that fails it lags: what was committed is saved all the same."""
        connection = self._connection
        try:
            row = connection.db.execute(_STANDING, [_OWN, _OWN]).fetchone()
        except (SqliteError, MemoryError):
            return
        if row is None or not _is_id(row[0]):
            return
        head = Head(row[0], row[1] or 0, row[2] or GENESIS, row[3] or 0, row[4] or GENESIS)
        if head == self._last:
            return
        if self._last is None or self._last.ledger != head.ledger:  # a restore brought another one
            self._places = places(connection.path, head.ledger)
        self._last = head
        text = _text(head, connection.path)
        for file in self._places:
            with contextlib.suppress(OSError):
                _overwrite(file, text)


def _is_sound(connection: sqlite3.Connection) -> bool:
    """Tell whether a database is whole: damage, too, may hide the latest rows."""
    try:
        (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except SqliteError:
        return False
    return bool(found == "ok")


def _is_without_log(connection: Connection) -> bool:
    """Tell whether a ledger's file is whole and holds its heads, but for the log beside it."""
    uri = f"{connection.path.as_uri()}?immutable=1"
    try:
        with contextlib.closing(connect(uri, connection.key, uri=True, isolation_level=None)) as alone:
            id_ = id_of(alone)
            heads = filter(None, map(read, places(connection.path, id_)))
            return _is_sound(alone) and all(holds(alone, head) for head in heads if _concerns(head, id_))
    except SqliteError:
        return False


@contextlib.contextmanager
def keeping_log(path: Path, key: bytes | None) -> Iterator[None]:
    """Let the last connection to a ledger be closed inside without its log being written into the file.

    A log that does not belong to the file would take what is newer with it. A second connection, which may
    only read, is the last one then.
    """
    try:
        second = connect(f"{path.as_uri()}?mode=ro", key, uri=True, isolation_level=None)
    except SqliteError:
        yield
        return
    with contextlib.closing(second):
        with contextlib.suppress(SqliteError):
            second.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        yield
