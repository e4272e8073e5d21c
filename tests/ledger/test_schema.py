"""Every schema that was ever released is kept as a small ledger, and opens in the program of today.

A new one is made by `python -m tests.ledger.test_schema` before the version after it is begun, once
with operators and once without.
"""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from core.counter import Counter, posting
from core.enrolment import Account
from core.exchange.request import RequestReader
from core.ledger.ledger import Ledger
from core.ledger.operators import MOST_WRONG, Operator, Role
from core.ledger.schema import MIGRATIONS, VERSION, expected_objects, migrate, objects
from core.ledger.sqlite import connect
from core.policy.shelf import load_documents, load_regions
from tests.ledger.desk import LI, WANG, Desk, chronic, stay

FIXTURES = Path(__file__).parent / "fixtures"
CHIEF, PIN = "孙", "390517"


@pytest.mark.parametrize("version", range(1, VERSION + 1))
def test_a_ledger_of_every_schema_opens_verifies_and_goes_on(tmp_path, reader: RequestReader, version):
    path = tmp_path / "ledger.db"
    shutil.copyfile(FIXTURES / f"schema-{version}.db", path)
    desk = Desk(Counter(reader, Ledger(path)))
    assert desk.ledger.verify() == (5, None)
    assert desk.totals().admissions == 4
    assert set(desk.totals(LI).chronic) == {1}
    assert desk.ledger.journal.last_visit(desk.counter.find(WANG.identifiers[0].id).key).settlement.steps
    wang = desk.counter.find(WANG.identifiers[0].id)
    assert len(desk.ledger.accounts.history(wang.key)) == (version > 1)
    desk.posted(stay(), key="new")
    assert desk.ledger.verify() == (6, None)
    desk.counter.close()


def test_an_older_ledger_is_brought_to_the_schema_of_a_new_one():
    for version in range(len(MIGRATIONS)):
        old = connect(":memory:", isolation_level=None)
        for steps in MIGRATIONS[:version]:
            for step in steps:
                old.execute(step) if isinstance(step, str) else step(old)
        old.execute(f"PRAGMA user_version = {version}")
        migrate(old)
        assert objects(old) == expected_objects()
        old.close()


def quick_pins(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hash of a PIN costs 50 ms by design; here it may cost less."""
    from argon2 import PasswordHasher

    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr("core.ledger.operators.PasswordHasher", lambda: cheap)


def staffed(desk: Desk) -> None:
    """One entry, and operators of every kind.

    赵 became a supervisor, 钱 has a new PIN and has mistyped it, 李 is locked out, 周 is off the list.
    """
    operators = desk.counter.operators
    chief = operators.set_up(CHIEF, PIN)
    assert isinstance(chief, Operator)
    for name, role in (("赵", Role.CLERK), ("钱", Role.SUPERVISOR), ("李", Role.CLERK), ("周", Role.CLERK)):
        assert isinstance(operators.add(chief, name, role, PIN), Operator)
    operators.change(chief, "赵", role=Role.SUPERVISOR)
    operators.change(chief, "钱", pin="846213")
    operators.change(chief, "周", active=False)
    for name, times in (("李", MOST_WRONG), ("钱", 2), ("谁", 1)):
        for _ in range(times):
            operators.sign_in(name, "555123")
    assert isinstance(desk.counter.sign_in(CHIEF, PIN), Operator)
    desk.posted(stay(), operator=CHIEF)


def make(path: Path, fill: Callable[[Desk], None]) -> None:
    """Writes a ledger of today's schema."""
    path.unlink(missing_ok=True)
    documents = load_documents()
    desk = Desk(Counter(RequestReader(documents, load_regions(documents)[0]), Ledger(path)))
    fill(desk)
    desk.ledger.db.execute("PRAGMA journal_mode = DELETE")
    desk.counter.close()


def used(desk: Desk) -> None:
    """Two patients, an opening, a reversal, an enrolment account."""
    desk.posted(stay())
    desk.open_year(date(2026, 4, 1), {"admissions": 3, "in_scope": "30000.00"})
    desk.posted(stay())
    desk.reverse(1)
    desk.posted(chronic(), LI)
    account = Account(2026, 6, 1, 0, (500_000,))
    posting.enter_enrolment(desk.counter, patient=WANG, operator="赵", day=date(2026, 2, 1), account=account)


if __name__ == "__main__":
    FIXTURES.mkdir(exist_ok=True)
    make(FIXTURES / f"schema-{VERSION}.db", used)
    with pytest.MonkeyPatch.context() as patch:
        quick_pins(patch)
        make(FIXTURES / f"guarded-{VERSION}.db", staffed)
