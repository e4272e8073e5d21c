"""The connection to the server, and the keys that the desks of a hospital share."""

import hashlib
import hmac
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeVar

from core.desks.ledger_keys import lock, unlock
from core.desks.server import driver, tables
from core.ledger.errors import ServerAway
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


class HospitalKey:
    """The key that the desks of a hospital share (32 bytes): it seals rows and makes pseudonyms and marks."""

    def __init__(self, secret: bytes) -> None:
        self.secret = secret
        self._rows = self._derived(b"rows")
        self._people = self._derived(b"people")
        self._marks = self._derived(b"marks")

    def _derived(self, purpose: bytes) -> bytes:
        return hashlib.sha256(b"mingzhang hospital " + purpose + self.secret).digest()

    def seal_row(self, chain: str, ledger: str, number: int, hash_: str, text: str) -> bytes:
        """Seal a record, or the digest of one that is withheld, to its place on the server."""
        about = f"{chain} {ledger} {number} {hash_}".encode()
        return lock(self._rows, zlib.compress(text.encode(), 1), about)

    def open_row(self, chain: str, ledger: str, number: int, hash_: str, sealed: bytes) -> str | None:
        """Return what was sealed to a place, None where it was altered or put elsewhere."""
        content = unlock(self._rows, sealed, f"{chain} {ledger} {number} {hash_}".encode())
        try:
            return None if content is None else zlib.decompress(content).decode()
        except (zlib.error, ValueError):
            return None

    def seal_key(self, person: str, own_key: str) -> bytes:
        """Seal the own key of a person (key)."""
        return lock(self._people, bytes.fromhex(own_key), person.encode())

    def open_key(self, person: str, sealed: bytes) -> str | None:
        """Return the own key of a person, None where it was altered."""
        content = unlock(self._people, sealed, person.encode())
        return None if content is None else content.hex()

    def mark(self, *parts: object) -> str:
        """Return what only a desk of the hospital can say of some parts."""
        return hmac.new(self._marks, "\n".join(map(str, parts)).encode(), hashlib.sha256).hexdigest()

    def lock_of(self, identifier: str) -> int:
        """Return the pseudonym of an identifier, as the number of a lock."""
        digest = hmac.new(self._marks, f"lock {identifier}".encode(), hashlib.sha256).digest()
        return int(struct.unpack(">q", digest[:8])[0])


class Link:
    """A connection that is made when it is needed, and made anew after it was lost. Raises ServerAway."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._connection: psycopg.Connection[tuple[Any, ...]] | None = None

    @contextmanager
    def transaction(self) -> "Iterator[psycopg.Cursor[tuple[Any, ...]]]":
        """Open a block whose reads and writes are one at the server. Raises ServerAway."""
        try:
            driver.need()
            import psycopg
        except ImportError as error:
            raise ServerAway(message("desks.server.no_driver")) from error
        try:
            if self._connection is None or self._connection.closed:
                self._connection = psycopg.connect(self._dsn, **CONNECTING)  # type: ignore[arg-type]
                self._connection.execute(_PATIENCE)
                self._connection.commit()
            with self._connection.transaction(), self._connection.cursor() as cursor:
                yield cursor
        except psycopg.errors.LockNotAvailable as error:
            raise ServerAway(message("desks.server.busy")) from error
        except psycopg.Error as error:
            self.close()
            raise ServerAway(message("desks.server.away")) from error

    def once(self, work: "Callable[[psycopg.Cursor[tuple[Any, ...]]], Made]") -> Made:
        """Do some work in a transaction of its own. Raises ServerAway."""
        with self.transaction() as cursor:
            return work(cursor)

    def close(self) -> None:
        """Close the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def take_locks(cursor: "psycopg.Cursor[tuple[Any, ...]]", locks: "list[int]") -> None:
    """Take locks until the transaction ends, in sorted order: no two desks wait for each other."""
    for number in sorted(set(locks)):
        cursor.execute(tables.LOCK, [number])
