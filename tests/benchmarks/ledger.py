"""What a durable posting costs beside a bare insert of its bytes, and a look-up among a million entries."""

import secrets
import tempfile
from contextlib import closing
from pathlib import Path
from statistics import median
from time import perf_counter

from core.counter import Counter
from core.exchange.request import RequestReader
from core.ledger.ledger import Ledger
from core.ledger.sqlite import connect
from core.policy.shelf import load_documents, load_regions
from tests.ledger.desk import WANG, Desk, stay

POSTS, ENTRIES = 300, 1_000_000


def main() -> None:
    """Prints both figures, for an encrypted ledger."""
    documents = load_documents()
    reader = RequestReader(documents, load_regions(documents)[0])
    with tempfile.TemporaryDirectory() as folder:
        key = secrets.token_bytes(32)
        path = Path(folder, "ledger.db")
        with closing(Ledger(path, key=key)) as ledger:
            desk = Desk(Counter(reader, ledger))
            desk.posted(stay())
            spent = _each(lambda: desk.posted(stay(eligible="3000.00")))
            rows = ledger.db.execute("SELECT * FROM entries ORDER BY number DESC LIMIT 1").fetchone()
        bare = _bare(Path(folder, "bare.db"), key, rows)
        print(
            f"a durable posting               {spent * 1e3:8.2f} ms   ({spent / bare:.1f} times the bare one)"
        )
        print(f"a bare insert of the same bytes  {bare * 1e3:8.2f} ms")
        _fill(path, key)
        with closing(Ledger(path, key=key)) as ledger:
            desk = Desk(Counter(reader, ledger))
            found = _each(desk.totals)
            print(f"a year to date among {ENTRIES:,}  {found * 1e3:8.2f} ms   (under 2)")
            assert desk.totals(WANG).admissions == POSTS + 1


def _each(work: object) -> float:
    spent = []
    for _ in range(POSTS):
        begun = perf_counter()
        work()  # type: ignore[operator]
        spent.append(perf_counter() - begun)
    return median(spent)


def _bare(path: Path, key: bytes, row: tuple[object, ...]) -> float:
    with closing(connect(path, key, isolation_level=None)) as raw:
        raw.execute("PRAGMA journal_mode = WAL")
        raw.execute("PRAGMA synchronous = FULL")
        raw.execute(f"CREATE TABLE bare ({', '.join(f'c{place}' for place in range(len(row)))})")
        into = f"INSERT INTO bare VALUES ({', '.join('?' * len(row))})"
        return _each(lambda: raw.execute(into, row))


def _fill(path: Path, key: bytes) -> None:
    """Other people's entries, of the shape that a look-up meets; their records are short."""
    with closing(connect(path, key, isolation_level=None)) as raw:
        raw.execute("BEGIN")
        for trigger in ("entries_only_follow",):
            raw.execute(f"DROP TRIGGER {trigger}")
        people = range(ENTRIES // 4)
        raw.executemany("INSERT INTO patients VALUES (?, '')", ((f"p{number}",) for number in people))
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
