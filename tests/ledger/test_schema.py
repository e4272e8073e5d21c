"""Every schema that was ever released is kept as a small ledger, and opens in the program of today.

A new one is made by `python -m tests.ledger.test_schema` before the version after it is begun.
"""

import shutil
import sqlite3
from datetime import date
from pathlib import Path

import pytest

from core.counter import Counter
from core.enrolment import Account
from core.exchange.request import RequestReader
from core.ledger.ledger import Ledger
from core.ledger.schema import MIGRATIONS, VERSION, expected_objects, migrate, objects
from core.policy.shelf import load_documents, load_regions
from tests.ledger.desk import LI, WANG, Desk, chronic, stay

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.mark.parametrize("version", range(1, VERSION + 1))
def test_a_ledger_of_every_schema_opens_verifies_and_goes_on(tmp_path, reader: RequestReader, version):
    path = tmp_path / "ledger.db"
    shutil.copyfile(FIXTURES / f"schema-{version}.db", path)
    desk = Desk(Counter(reader, Ledger(path)))
    assert desk.ledger.verify() == (5, None)
    assert desk.totals().admissions == 4
    assert set(desk.totals(LI).chronic) == {1}
    assert desk.counter.last_visit(desk.counter.find(WANG.identifiers[0].id)).settlement.steps
    wang = desk.counter.find(WANG.identifiers[0].id)
    assert len(desk.counter.enrolment_history(wang)) == (version > 1)
    desk.posted(stay(), key="new")
    assert desk.ledger.verify() == (6, None)
    desk.counter.close()


def test_an_older_ledger_is_brought_to_the_schema_of_a_new_one():
    for version in range(len(MIGRATIONS)):
        old = sqlite3.connect(":memory:", isolation_level=None)
        for steps in MIGRATIONS[:version]:
            for step in steps:
                old.execute(step) if isinstance(step, str) else step(old)
        old.execute(f"PRAGMA user_version = {version}")
        migrate(old)
        assert objects(old) == expected_objects()
        old.close()


def make(path: Path) -> None:
    """Writes a ledger of today's schema: two patients, an opening, a reversal, an enrolment account."""
    documents = load_documents()
    desk = Desk(Counter(RequestReader(documents, load_regions(documents)[0]), Ledger(path)))
    desk.posted(stay())
    desk.open_year(date(2026, 4, 1), {"admissions": 3, "in_scope": "30000.00"})
    desk.posted(stay())
    desk.reverse(1)
    desk.posted(chronic(), LI)
    account = Account(2026, 6, 1, 0, (500_000,))
    desk.counter.enter_enrolment(patient=WANG, operator="赵", day=date(2026, 2, 1), account=account)
    desk.ledger.db.execute("PRAGMA journal_mode = DELETE")
    desk.counter.close()


if __name__ == "__main__":
    FIXTURES.mkdir(exist_ok=True)
    made = FIXTURES / f"schema-{VERSION}.db"
    made.unlink(missing_ok=True)
    make(made)
