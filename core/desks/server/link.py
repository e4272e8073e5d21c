"""The connection to the server, and the keys that the desks of a hospital share."""

import hashlib
import hmac
import selectors
import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, Final, TypeVar

from core.desks.ledger_keys import lock, unlock
from core.desks.server import driver, reasons, tables
from core.ledger.errors import AnswerLost, ServerAway
from core.messages import message

if TYPE_CHECKING:
    import psycopg

Made = TypeVar("Made")

CONNECTING: Final = {
    "connect_timeout": 3,
    "tcp_user_timeout": 5000,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "application_name": "mingzhang",
}
"""How a desk connects: it gives up soon, and notices soon that the server is gone."""

_PATIENCE: Final = "SET lock_timeout = '5s'; SET statement_timeout = '60s'"
"""How long a desk waits for another one that holds a patient, and for the server."""


class _Epoch:
    """The keys that come from one secret of the hospital (32 bytes)."""

    def __init__(self, secret: bytes) -> None:
        self.rows = _derived(b"rows", secret)
        self.people = _derived(b"people", secret)
        self.marks = _derived(b"marks", secret)

    def mark(self, content: str) -> bytes:
        """Return the mark of a content."""
        return hmac.new(self.marks, content.encode(), hashlib.sha256).digest()


def _derived(purpose: bytes, secret: bytes) -> bytes:
    return hashlib.sha256(b"mingzhang hospital " + purpose + secret).digest()


class HospitalKey:
    """The key that the desks of a hospital share: it seals rows and makes pseudonyms and marks.

    ``secrets`` are 32 bytes for each epoch, the oldest first: the newest seals and marks, all of them open.
    """

    def __init__(self, secrets: Sequence[bytes]) -> None:
        self.secrets: list[bytes] = []
        self._epochs: list[_Epoch] = []  # the newest first
        for secret in secrets:
            self.add(secret)

    def add(self, secret: bytes) -> None:
        """Take a newer secret, which seals from now on."""
        self.secrets.append(secret)
        self._epochs.insert(0, _Epoch(secret))

    def seal_row(self, chain: str, ledger: str, number: int, hash_: str, text: str) -> bytes:
        """Seal a record, or the digest of one that is withheld, to its place on the server."""
        about = f"{chain} {ledger} {number} {hash_}".encode()
        return lock(self._epochs[0].rows, zlib.compress(text.encode(), 1), about)

    def open_row(self, chain: str, ledger: str, number: int, hash_: str, sealed: bytes) -> str | None:
        """Return what was sealed to a place, None where it was altered or put elsewhere."""
        about = f"{chain} {ledger} {number} {hash_}".encode()
        content = self._opened([each.rows for each in self._epochs], sealed, about)
        try:
            return None if content is None else zlib.decompress(content).decode()
        except (zlib.error, ValueError):
            return None

    def seal_key(self, person: str, own_key: str) -> bytes:
        """Seal the own key of a person (key)."""
        return lock(self._epochs[0].people, bytes.fromhex(own_key), person.encode())

    def open_key(self, person: str, sealed: bytes) -> str | None:
        """Return the own key of a person, None where it was altered."""
        content = self._opened([each.people for each in self._epochs], sealed, person.encode())
        return None if content is None else content.hex()

    def _opened(self, keys: list[bytes], sealed: bytes, about: bytes) -> bytes | None:
        found = (unlock(key, sealed, about) for key in keys)
        return next((content for content in found if content is not None), None)

    def mark(self, *parts: object) -> str:
        """Return what only a desk of the hospital can say of some parts."""
        return self._epochs[0].mark("\n".join(map(str, parts))).hex()

    def has_marked(self, mark: str, *parts: object) -> bool:
        """Tell whether a desk of the hospital has said so of some parts."""
        content = "\n".join(map(str, parts))
        return any(mark == each.mark(content).hex() for each in self._epochs)

    def lock_of(self, identifier: str) -> int:
        """Return the pseudonym of an identifier, as the number of a lock: the same in every epoch."""
        digest = self._epochs[-1].mark(f"lock {identifier}")
        return int(struct.unpack(">q", digest[:8])[0])


class Link:
    """A connection that is made when it is needed, and made anew after it was lost. Raises ServerAway."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._connection: psycopg.Connection[tuple[Any, ...]] | None = None

    @contextmanager
    def transaction(self, *, together: bool = True) -> "Iterator[psycopg.Cursor[tuple[Any, ...]]]":
        """Open a block whose reads and writes are one at the server. Raises ServerAway.

        ``together``: what is asked waits until an answer is read, and goes there at once; each is then one
        command. Raises AnswerLost where only the answer to the last of it, the commit, did not come.
        """
        ending = False
        try:
            driver.need()
            import psycopg
        except ImportError as error:
            raise ServerAway(message("desks.server.no_driver")) from error
        try:
            if self._connection is not None and _is_over(self._connection):
                self.close()
            if self._connection is None:
                self._connection = _connected(self._dsn)
            pipeline = self._connection.pipeline() if together else nullcontext()
            with pipeline, self._connection.transaction(), self._connection.cursor() as cursor:
                yield cursor
                ending = True
        except psycopg.errors.LockNotAvailable as error:
            raise ServerAway(message("desks.server.busy")) from error
        except psycopg.Error as error:
            self.close()
            if ending and reasons.is_silence(error):
                raise AnswerLost(message("desks.server.answer_lost")) from error
            raise ServerAway(reasons.without(error)) from error

    def once(self, work: "Callable[[psycopg.Cursor[tuple[Any, ...]]], Made]") -> Made:
        """Do some work in a transaction of its own. Raises ServerAway."""
        with self.transaction() as cursor:
            return work(cursor)

    def close(self) -> None:
        """Close the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _connected(dsn: str) -> "psycopg.Connection[tuple[Any, ...]]":
    import psycopg

    try:
        connection = psycopg.connect(dsn, **CONNECTING)  # type: ignore[arg-type]
    except psycopg.ProgrammingError as error:  # its own words quote what was typed
        raise ServerAway(message("desks.server.dsn_form")) from error
    connection.execute(_PATIENCE)
    connection.commit()
    return connection


def _is_over(connection: "psycopg.Connection[tuple[Any, ...]]") -> bool:
    """Tell whether the server has closed a connection on which nothing is going on; it is not asked."""
    if connection.closed:
        return True
    with selectors.DefaultSelector() as waiting:
        waiting.register(connection, selectors.EVENT_READ)
        return bool(waiting.select(0))


def take_locks(cursor: "psycopg.Cursor[tuple[Any, ...]]", locks: "list[int]") -> None:
    """Take locks until the transaction ends, in sorted order: no two desks wait for each other."""
    for number in sorted(set(locks)):
        cursor.execute(tables.LOCK, [number])


def ask(
    cursor: "psycopg.Cursor[tuple[Any, ...]]", *questions: tuple[str, list[Any]]
) -> list[list[tuple[Any, ...]]]:
    """Return the rows of several queries, each with its values, that go to the server at once."""
    cursors = [cursor.connection.execute(query, values) for query, values in questions]
    return [each.fetchall() for each in cursors]
