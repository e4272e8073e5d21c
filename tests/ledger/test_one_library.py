"""One process opens a ledger more than once, also without its key: nothing that was posted is lost by it."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from core.counter import Counter
from core.exchange.request import RequestReader
from core.ledger.access import needs_set_up
from core.ledger.errors import LedgerUnavailable
from core.ledger.ledger import Ledger
from tests.ledger.desk import Desk, stay

KEY = bytes(range(32))
OTHERS_SEE = """
import json, sys
from pathlib import Path
from core.ledger.sqlite import connect

key = bytes.fromhex(sys.argv[2]) or None
found = connect(Path(sys.argv[1]), key).execute("SELECT number FROM entries ORDER BY number").fetchall()
print(json.dumps([number for number, in found]))
"""


def others_see(path: Path, key: bytes | None) -> list[int]:
    """The entries as another process reads them."""
    command = [sys.executable, "-c", OTHERS_SEE, path, key.hex() if key else ""]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    seen: list[int] = json.loads(done.stdout)
    return seen


def lost(path: Path, reader: RequestReader, key: bytes | None, between: Callable[[Path], object]) -> set[int]:
    """What was acknowledged, before and after something else opened the file, and is in no file."""
    with closing(Counter(reader, Ledger(path, key=key))) as counter:
        desk = Desk(counter)
        acknowledged = [desk.posted(stay())]
        between(path)
        acknowledged.append(desk.posted(stay()))
        between(path)
        acknowledged.append(desk.posted(stay()))
        return set(acknowledged) - set(others_see(path, key))


def asked_about(path: Path) -> None:
    needs_set_up(path)


def with_another_key(path: Path) -> None:
    with pytest.raises(LedgerUnavailable):
        Ledger(path, key=KEY[::-1])


def once_more(path: Path) -> None:
    Ledger(path, key=KEY).close()


@pytest.mark.parametrize("between", [asked_about, with_another_key, once_more])
def test_an_encrypted_ledger_that_is_opened_again_keeps_what_is_posted(path, reader, between):
    assert lost(path, reader, KEY, between) == set()


def test_a_plain_ledger_that_is_opened_again_keeps_what_is_posted(path, reader):
    assert lost(path, reader, None, asked_about) == set()


def test_a_second_library_in_the_process_is_seen_to_lose_entries(path, reader):
    def by_another_library(path: Path) -> None:
        with closing(sqlite3.connect(path)) as other, pytest.raises(sqlite3.DatabaseError):  # noqa: TID251
            other.execute("SELECT count(*) FROM sqlite_schema")

    assert lost(path, reader, KEY, by_another_library)
