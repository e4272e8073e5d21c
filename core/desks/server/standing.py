"""The server looked at by an administrator: reached or why not, set up or not, how far each ledger goes."""

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from core.desks.server import driver, exchange, reasons, tables
from core.desks.server.link import CONNECTING
from core.messages import Message, message

if TYPE_CHECKING:
    import psycopg

_OLDEST: Final = 130000


class ServerStanding(NamedTuple):
    """What was seen of a server: its version (15.3 is 150003), and whether the way there is encrypted.

    ``is_set_up``: a hospital's desks use it. ``entries`` are each ledger's (id) last entry there; ``closed``
    are ledgers that were lost.
    """

    version: int
    encrypted: bool
    is_set_up: bool
    entries: dict[str, int]
    closed: frozenset[str]

    @property
    def version_text(self) -> str:
        """Return the version as people write it."""
        return f"{self.version // 10000}.{self.version % 10000}"


def look(dsn: str) -> ServerStanding | Message:
    """Look at a server, or return why it cannot be used. Nothing is written there."""
    try:
        driver.need()
        import psycopg
    except ImportError:
        return message("desks.server.no_driver")
    try:
        with psycopg.connect(dsn, **CONNECTING) as connection, connection.cursor() as cursor:  # type: ignore[arg-type]
            return _seen(cursor)
    except psycopg.Error as error:
        return message(reasons.why(error))


def _seen(cursor: "psycopg.Cursor[tuple[Any, ...]]") -> ServerStanding | Message:
    cursor.execute(tables.SERVER)
    found = cursor.fetchone()
    assert found is not None
    version, encrypted, is_set_up, may_make = found
    if version < _OLDEST:
        return message("desks.server.too_old", version=f"{version // 10000}")
    if not is_set_up:
        said = ServerStanding(version, encrypted, False, {}, frozenset())
        return said if may_make else message("desks.server.no_rights")
    heads = exchange.heads_of(cursor)
    entries = {ledger: number for (chain, ledger), (number, _) in heads.items() if chain == "entries"}
    cursor.execute(tables.CLOSED)
    return ServerStanding(version, encrypted, True, entries, frozenset(row[0] for row in cursor.fetchall()))
