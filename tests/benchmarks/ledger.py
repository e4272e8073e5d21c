"""What a durable posting costs beside a bare insert of its bytes, and a look-up among a million entries."""

import secrets
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import NamedTuple

from core.counter import Counter
from core.exchange.request import RequestReader
from core.ledger.ledger import Ledger
from core.ledger.sqlite import connect
from core.policy.shelf import load_documents, load_regions
from tests.ledger.desk import WANG, Desk, stay

POSTS, ENTRIES = 300, 1_000_000
DEAREST, SLOWEST = 5, 2.0
"""How many times a bare insert a posting may cost, and how long a look-up may take (ms)."""


def main() -> None:
    """Prints both figures, for an encrypted ledger; fails where one is above what it may be."""
    documents = load_documents()
    reader = RequestReader(documents, load_regions(documents)[0])
    with tempfile.TemporaryDirectory() as folder:
        key = secrets.token_bytes(32)
        path = Path(folder, "ledger.db")
        with closing(Ledger(path, key=key)) as ledger:
            desk = Desk(Counter(reader, ledger))
            desk.posted(stay())
            row = ledger.db.execute("SELECT * FROM entries ORDER BY number DESC LIMIT 1").fetchone()
            with closing(_bare(Path(folder, "bare.db"), key, row)) as bare:
                into = f"INSERT INTO bare VALUES ({', '.join('?' * len(row))})"
                # by turns, so that whatever else the machine does weighs on both
                post, insert = _each(
                    lambda: desk.posted(stay(eligible="3000.00")), lambda: bare.execute(into, row)
                )
        times = post.median / insert.median
        print(f"a durable posting               {post}   {times:.1f} times the bare one (at most {DEAREST})")
        print(f"a bare insert of the same bytes {insert}")
        _fill(path, key)
        with closing(Ledger(path, key=key)) as ledger:
            desk = Desk(Counter(reader, ledger))
            (found,) = _each(desk.totals)
            print(f"a year to date among {ENTRIES:,}  {found}   (at most {SLOWEST:.0f} ms)")
            assert desk.totals(WANG).admissions == POSTS + 1
    assert times <= DEAREST
    assert found.median * 1e3 <= SLOWEST


class _Spent(NamedTuple):
    """Seconds: the usual and the best time of one, and what of it the processor worked."""

    median: float
    least: float
    processor: float

    def __str__(self) -> str:
        return " ".join(
            f"{name} {seconds * 1e3:6.3f} ms" for name, seconds in zip(self._fields, self, strict=True)
        )


def _each(*works: Callable[[], object]) -> list[_Spent]:
    spent: list[list[tuple[float, float]]] = [[] for _ in works]
    for _ in range(POSTS):
        for work, times in zip(works, spent, strict=True):
            begun = perf_counter(), process_time()
            work()
            times.append((perf_counter() - begun[0], process_time() - begun[1]))
    return [
        _Spent(median(one[0] for one in times), min(times)[0], median(one[1] for one in times))
        for times in spent
    ]


def _bare(path: Path, key: bytes, row: tuple[object, ...]) -> sqlite3.Connection:
    """A file of the same kind, with a table for such a row and nothing else."""
    raw = connect(path, key, isolation_level=None)
    raw.execute("PRAGMA journal_mode = WAL")
    raw.execute("PRAGMA synchronous = FULL")
    raw.execute(f"CREATE TABLE bare ({', '.join(f'c{place}' for place in range(len(row)))})")
    return raw


def _fill(path: Path, key: bytes) -> None:
    """Other people's entries, of the shape that a look-up meets; their records are short."""
    with closing(connect(path, key, isolation_level=None)) as raw:
        raw.execute("BEGIN")
        raw.execute("DROP TRIGGER entries_only_follow")
        people = range(ENTRIES // 4)
        raw.executemany(
            "INSERT INTO patients (key, name, person) VALUES (?1, '', ?1)",
            ((f"p{number}",) for number in people),
        )
        identifiers = ((f"9{number:017}", "01", f"p{number}") for number in people)
        raw.executemany("INSERT INTO identifiers VALUES (?, ?, ?)", identifiers)
        raw.executemany(
            "INSERT INTO totals SELECT ?, 2026, totals FROM totals LIMIT 1",
            ((f"p{number}",) for number in people),
        )
        raw.executemany(
            """INSERT INTO entries (kind, patient, year, day, recorded, operator, record, previous, hash)
            VALUES ('posted', ?, 2026, '2026-03-10', '2026-03-10T00:00:00.000+00:00', '', '{}', '', '')""",
            ((f"p{number // 4}",) for number in range(ENTRIES)),
        )
        raw.execute("COMMIT")


if __name__ == "__main__":
    main()
