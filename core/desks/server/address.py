"""The server's address as an administrator types it, and as the program keeps it: a connection string."""

from typing import Final, NamedTuple

from core.desks.server import driver
from core.messages import Message, message

HIDDEN: Final = "******"
"""What stands in the place of a password that is not shown."""

_OWN: Final = {"host", "port", "dbname", "user", "password", "sslmode", "sslrootcert"}
_SECRET: Final = {"password", "sslpassword"}
_VERIFIED: Final = "verify-full"


class ServerAddress(NamedTuple):
    """The server as it stands in the cells of a form.

    ``host`` may hold a port after a colon, or a whole connection string, which the other cells then only add
    to. ``password`` empty: the system's password file has it. ``certificate``: the file of the authority that
    signed the server's; empty: nothing of the server is proved.
    """

    host: str
    database: str = ""
    role: str = ""
    password: str = ""
    certificate: str = ""

    def is_string(self) -> bool:
        """Tell whether the address is a whole connection string."""
        return "=" in self.host or "://" in self.host

    def dsn(self) -> str | Message:
        """Return the connection string, or what is wrong with it."""
        try:
            driver.need()
            from psycopg import ProgrammingError
            from psycopg.conninfo import make_conninfo
        except ImportError:
            return message("desks.server.no_driver")
        host, port = (self.host, "") if self.is_string() else _parted(self.host)
        more = {"password": self.password, "sslrootcert": self.certificate}
        if not self.is_string():
            more |= {"host": host, "port": port, "dbname": self.database, "user": self.role}
        if self.certificate:
            more["sslmode"] = _VERIFIED
        given = {name: value for name, value in more.items() if value}
        try:
            made = make_conninfo(self.host if self.is_string() else "", **given)
        except ProgrammingError:  # its own words quote what was typed
            return message("desks.server.dsn_form")
        return made or message("desks.server.dsn_form")


def _parted(host: str) -> tuple[str, str]:
    """Return a host and its port, which is empty where none is typed; an address of IPv6 in brackets."""
    name, colon, port = host.rpartition(":")
    if colon and port.isdecimal() and (":" not in name or name.endswith("]")):
        return name.strip("[]"), port
    return host.strip("[]"), ""


def read(dsn: str) -> ServerAddress | Message:
    """Return a connection string as a form shows it, its password hidden; or why it cannot be read."""
    try:
        driver.need()
        from psycopg import ProgrammingError
        from psycopg.conninfo import conninfo_to_dict, make_conninfo
    except ImportError:
        return message("desks.server.no_driver")
    try:
        parts = {name: str(value) for name, value in conninfo_to_dict(dsn).items()}
    except ProgrammingError:
        return message("desks.server.dsn_form")
    hidden = {name: HIDDEN if name in _SECRET else value for name, value in parts.items()}
    certificate = parts.get("sslrootcert", "")
    if parts.keys() - _OWN or "host" not in parts or parts.get("sslmode", _VERIFIED) != _VERIFIED:
        return ServerAddress(make_conninfo("", **hidden))
    host = f"[{parts['host']}]" if ":" in parts["host"] else parts["host"]
    port = f":{parts['port']}" if "port" in parts else ""
    role, database = parts.get("user", ""), parts.get("dbname", "")
    return ServerAddress(f"{host}{port}", database, role, hidden.get("password", ""), certificate)


def renewed(given: ServerAddress, kept: str) -> str | Message:
    """Return the connection string of an address, or what is wrong with it.

    A password that is shown hidden stays the one in ``kept``, the connection string so far: for the same
    server alone, else it has to be typed again.
    """
    shown = read(kept) if kept else None
    if given == shown:
        return kept
    made = given.dsn()
    if isinstance(made, Message) or HIDDEN not in made:
        return made
    if not isinstance(shown, ServerAddress) or shown.host != given.host or given.is_string():
        return message("desks.server.password_again")
    from psycopg.conninfo import conninfo_to_dict

    return given._replace(password=str(conninfo_to_dict(kept)["password"])).dsn()
