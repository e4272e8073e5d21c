"""A posting beside a bare insert of its bytes; a look-up and an opening among a million entries."""

import secrets
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import NamedTuple

from core.counter import Counter, open_counter
from core.exchange.request import RequestReader
from core.ledger.ledger import Ledger
from core.ledger.sqlite import connect
from core.policy.in_force import Documents
from core.policy.shelf import Regions, load_documents, load_regions
from tests.ledger.desk import WANG, Desk, stay

POSTS, ENTRIES = 300, 1_000_000
DEAREST, SLOWEST = 5, 2.0
"""How many times a bare insert a posting may cost, and how long a look-up may take (ms)."""

OPENINGS, LONGER, WITH_HEADS = 60, 1.3, 2.0
"""How many times the opening of a new ledger that of a million entries may take, and one that is held against
its heads that of one that is not; by the processor."""


def main() -> None:
    """Prints the figures, for an encrypted ledger; fails where one is above what it may be."""
    reader = RequestReader(*_rules())
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
        longer, with_heads = _openings(path, Path(folder, "new.db"), key)
    assert times <= DEAREST
    assert found.median * 1e3 <= SLOWEST
    assert longer <= LONGER
    assert with_heads <= WITH_HEADS


def _openings(path: Path, new: Path, key: bytes) -> tuple[float, float]:
    """Print what an opening of the desk and of the ledger alone costs; return how many times the least."""
    with closing(Ledger(new, key=key)) as ledger:
        Desk(Counter(RequestReader(*_rules()), ledger)).posted(stay())
    desk, desk_of_new, alone, unheld = _each(
        lambda: open_counter(path, key=key).close(),
        lambda: open_counter(new, key=key).close(),
        lambda: Ledger(path, key=key).close(),
        lambda: Ledger(path, key=key, heads=False).close(),
        times=OPENINGS,
    )
    longer = desk.least_processor / desk_of_new.least_processor
    with_heads = alone.least_processor / unheld.least_processor
    print(f"a desk opened over {ENTRIES:,}   {desk}   {longer:.2f} times one over 1 (at most {LONGER})")
    print(f"the ledger of {ENTRIES:,} alone  {alone}   {with_heads:.2f} (at most {WITH_HEADS})")
    return longer, with_heads


def _rules() -> tuple[Documents, Regions]:
    documents = load_documents()
    return documents, load_regions(documents)[0]


class _Spent(NamedTuple):
    """Seconds: the usual and the best time of one, and what of it the processor worked."""

    median: float
    least: float
    processor: float
    least_processor: float

    def __str__(self) -> str:
        return " ".join(
            f"{name} {seconds * 1e3:6.3f} ms" for name, seconds in zip(self._fields, self, strict=True)
        )


def _each(*works: Callable[[], object], times: int = POSTS) -> list[_Spent]:
    spent: list[list[tuple[float, float]]] = [[] for _ in works]
    for _ in range(times):
        for work, each in zip(works, spent, strict=True):
            begun = perf_counter(), process_time()
            work()
            each.append((perf_counter() - begun[0], process_time() - begun[1]))
    return [
        _Spent(
            median(one[0] for one in each),
            min(each)[0],
            median(one[1] for one in each),
            min(one[1] for one in each),
        )
        for each in spent
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
