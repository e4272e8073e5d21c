"""The driver of the server, read when a server is used."""

import importlib
import logging
import sys
from types import ModuleType


def need() -> None:
    """Read the driver in. Raises ImportError where it is not installed.

    It asks Python for ``ssl``, which it does not use: it brings an OpenSSL of its own. A bundle has none, so
    an empty module stands there while the driver is read; asyncio, which goes without, is read before.
    """
    if "psycopg" in sys.modules:
        return
    logging.getLogger("psycopg").setLevel(logging.CRITICAL)  # the program tells in its own words
    importlib.import_module("asyncio")
    try:
        importlib.import_module("ssl")
    except ImportError:
        sys.modules["ssl"] = ModuleType("ssl")
        try:
            importlib.import_module("psycopg")
        finally:
            del sys.modules["ssl"]
    importlib.import_module("psycopg")
