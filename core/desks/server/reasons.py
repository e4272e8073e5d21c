"""Why a server cannot be used, from what the driver says."""

from typing import TYPE_CHECKING, Final

from core.messages import Message, message

if TYPE_CHECKING:
    import psycopg

_BY_STATE: Final = {
    "28P01": "desks.server.wrong_password",
    "28000": "desks.server.not_let_in",
    "3D000": "desks.server.no_database",
    "42501": "desks.server.no_rights",
    "42P01": "desks.server.not_set_up",
    "53100": "desks.server.disk_full",
    "53300": "desks.server.full",
    "57P03": "desks.server.starting",
}
"""What the server says by its codes."""

_BROKEN: Final = ("08", "57P")
"""How the codes begin by which a server says that it ends a connection."""

_BY_WORDS: Final = (
    ("no password supplied", "desks.server.wrong_password"),
    ("password authentication failed", "desks.server.wrong_password"),
    ('FATAL:  role "', "desks.server.wrong_password"),
    ("no encryption", "desks.server.needs_tls"),
    ("pg_hba.conf", "desks.server.not_let_in"),
    ("could not translate host name", "desks.server.no_host"),
    ("failed to resolve host", "desks.server.no_host"),
    ("SSL SYSCALL", "desks.server.silent"),
    ("SSL connection has been closed", "desks.server.silent"),
    ("certificate", "desks.server.not_proved"),
    ("SSL error", "desks.server.not_proved"),
    ("support SSL", "desks.server.not_proved"),
    ("the database system is", "desks.server.starting"),
    ('FATAL:  database "', "desks.server.no_database"),
    ("Connection refused", "desks.server.refused"),
    ("timeout", "desks.server.silent"),
    ("route to host", "desks.server.silent"),
    ("unreachable", "desks.server.silent"),
)
"""What stands in the driver's own words, which have no codes, and what it means."""

_TO_MEND: Final = frozenset(
    {
        "wrong_password",
        "not_let_in",
        "no_database",
        "no_rights",
        "not_set_up",
        "full",
        "disk_full",
        "not_proved",
        "needs_tls",
    }
)
"""The reasons that do not pass by themselves."""


def is_silence(error: "psycopg.Error") -> bool:
    """Tell whether the connection broke, so that what the server did last is not known."""
    return error.sqlstate is None or error.sqlstate.startswith(_BROKEN)


def why(error: "psycopg.Error") -> str:
    """Return the id of the message that says why a connection was refused, or broke."""
    text = str(error)
    by_words = next((found for words, found in _BY_WORDS if words in text), "desks.server.away")
    return _BY_STATE.get(error.sqlstate or "", by_words)


def without(error: "psycopg.Error") -> Message:
    """Say that the desk goes on without the server, and why where somebody has to mend something."""
    found = why(error)
    if found.rpartition(".")[2] in _TO_MEND:
        return message("desks.server.away_because", why=message(found))
    return message("desks.server.away")
