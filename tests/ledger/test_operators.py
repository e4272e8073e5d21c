"""Who may do what, and the trail of it."""

import json
import unicodedata

import pytest

from core.counter import Counter, reversing
from core.ledger.backup import backup
from core.ledger.entries import Posted
from core.ledger.errors import LedgerUnavailable
from core.ledger.ledger import Ledger
from core.ledger.operators import MOST_WRONG, Operator, Operators, Role
from core.ledger.record import canonical, digest, linked
from core.ledger.restore import restore
from core.ledger.sqlite import OUR_MISTAKES, connect
from core.ledger.trail import ActKind
from core.words import languages, words
from tests.ledger.desk import Desk, stay, triggers_aside

CHIEF, PIN = "孙", "390517"


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    """The hash of a PIN costs 50 ms by design; here it may cost less."""
    from argon2 import PasswordHasher

    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr("core.ledger.operators.PasswordHasher", lambda: cheap)


@pytest.fixture
def guarded(desk: Desk) -> Desk:
    """A desk of a ledger with one operator of each role; nobody is signed in."""
    operators = desk.counter.operators
    chief = operators.set_up(CHIEF, PIN)
    assert isinstance(chief, Operator)
    for name, role in (("赵", Role.CLERK), ("钱", Role.SUPERVISOR)):
        assert isinstance(operators.add(chief, name, role, PIN), Operator)
    return desk


def ids(faults) -> list[str]:
    assert isinstance(faults, list), faults
    assert all(words(language)(fault.message) for fault in faults for language in languages())
    return [fault.message.id.removeprefix("ledger.") for fault in faults]


def done(desk: Desk) -> list[tuple[str, str, str]]:
    return [(act.act.value, act.about, act.operator) for act in desk.ledger.trail.acts()]


def test_a_ledger_without_operators_asks_nobody(desk: Desk):
    assert not desk.counter.operators.guarded()
    desk.posted(stay(), operator="谁都行")
    assert desk.reverse(1).entry.number == 2


def test_set_up_makes_the_administrator_once_and_knows_no_default(desk: Desk):
    assert ids(desk.counter.operators.set_up(CHIEF, "")) == ["pin_short"]
    made = desk.counter.operators.set_up(CHIEF, PIN)
    assert made == Operator(CHIEF, Role.ADMINISTRATOR, locked=False, active=True)
    assert ids(desk.counter.operators.set_up("李", PIN)) == ["set_up_already"]
    for pin in ("", "123456", "admin", "000000", CHIEF):
        assert ids(desk.counter.sign_in(CHIEF, pin)) == [*["wrong_pin"] * 1] or pin == CHIEF
    assert PIN not in str(desk.ledger.db.execute("SELECT * FROM operators").fetchall())


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("pin", ["", "12345", "111111", "123456", "987654", "aaaaaaa", "abcdef"])
def test_a_pin_that_anyone_would_guess_is_refused(guarded: Desk, pin):
    chief = guarded.counter.sign_in(CHIEF, PIN)
    assert len(ids(guarded.counter.operators.add(chief, "周", Role.CLERK, pin))) == 1
    assert len(ids(guarded.counter.operators.change(chief, "赵", pin=pin))) == 1


def test_nothing_is_written_by_whoever_did_not_sign_in(guarded: Desk):
    guarded.counter.operators.all()
    assert ids(guarded.post(stay())) == ["sign_in_first"]
    assert ids(guarded.open_year(__import__("datetime").date(2026, 1, 1), {})) == ["sign_in_first"]
    assert guarded.ledger.verify() == (0, None)
    guarded.counter.sign_in("赵", PIN)
    guarded.posted(stay())
    guarded.counter.sign_out()
    assert ids(guarded.reverse(1)) == ["sign_in_first"]
    assert ids(guarded.counter.printed(1, "赵")) == ["sign_in_first"]


def test_each_role_may_what_it_may_and_only_in_its_own_name(guarded: Desk):
    counter = guarded.counter
    counter.sign_in("赵", PIN)
    guarded.posted(stay())
    assert ids(guarded.post(stay(), operator="钱")) == ["other_operator"]
    assert ids(reversing.reverse(counter, 1, reason="录错", operator="赵")) == ["right_needed"]
    assert counter.printed(1, "赵") == 1
    clerk = counter.operator
    assert ids(counter.operators.add(clerk, "周", Role.CLERK, PIN)) == ["right_needed"]
    assert ids(counter.operators.change(clerk, "赵", role=Role.SUPERVISOR)) == ["right_needed"]
    assert ids(counter.operators.change(clerk, "钱", pin="275913")) == ["right_needed"]
    supervisor = counter.sign_in("钱", PIN)
    assert reversing.reverse(counter, 1, reason="录错", operator="钱").entry.number == 2
    assert ids(counter.operators.add(supervisor, "周", Role.CLERK, PIN)) == ["right_needed"]
    counter.sign_in(CHIEF, PIN)  # one person may hold all roles
    guarded.posted(stay(), operator=CHIEF)
    assert reversing.reverse(counter, 3, reason="录错", operator=CHIEF).entry.number == 4
    assert guarded.sound()


def test_five_wrong_pins_lock_out_until_an_administrator_sets_a_new_one(guarded: Desk):
    counter = guarded.counter
    for _ in range(MOST_WRONG - 1):
        assert ids(counter.sign_in("赵", "555123")) == ["wrong_pin"]
    assert isinstance(counter.sign_in("赵", PIN), Operator)  # a right one starts the count again
    said = [ids(counter.sign_in("赵", "555123")) for _ in range(MOST_WRONG)]
    assert said == [["wrong_pin"]] * (MOST_WRONG - 1) + [["locked_out"]]
    assert ids(counter.sign_in("赵", PIN)) == ["locked_out"]
    assert counter.operator is None
    assert [each.name for each in counter.operators.all() if each.locked] == ["赵"]
    chief = counter.sign_in(CHIEF, PIN)
    assert isinstance(counter.operators.change(chief, "赵", pin="846213"), Operator)
    assert ids(counter.sign_in("赵", PIN)) == ["wrong_pin"]
    assert isinstance(counter.sign_in("赵", "846213"), Operator)


def test_the_lock_outlives_the_program(guarded: Desk, path, reader):
    for _ in range(MOST_WRONG):
        guarded.counter.sign_in("赵", "555123")
    other = Counter(reader, Ledger(path))
    assert ids(other.sign_in("赵", PIN)) == ["locked_out"]
    other.close()


def test_a_right_that_was_taken_away_is_gone_at_once(guarded: Desk, path, reader):
    other = Counter(reader, Ledger(path))
    assert isinstance(other.sign_in("钱", PIN), Operator)
    chief = guarded.counter.sign_in(CHIEF, PIN)
    guarded.posted(stay(), operator=CHIEF)
    guarded.counter.operators.change(chief, "钱", role=Role.CLERK)
    assert ids(reversing.reverse(other, 1, reason="录错", operator="钱")) == ["right_needed"]
    guarded.counter.operators.change(chief, "钱", active=False)
    assert ids(reversing.reverse(other, 1, reason="录错", operator="钱")) == ["sign_in_first"]
    assert ids(other.sign_in("钱", PIN)) == ["wrong_pin"]
    other.close()


def test_the_last_administrator_stays(guarded: Desk):
    operators = guarded.counter.operators
    chief = guarded.counter.sign_in(CHIEF, PIN)
    assert ids(operators.change(chief, CHIEF, role=Role.CLERK)) == ["last_administrator"]
    assert ids(operators.change(chief, CHIEF, active=False)) == ["last_administrator"]
    operators.change(chief, "钱", role=Role.ADMINISTRATOR)
    assert isinstance(operators.change(chief, CHIEF, role=Role.CLERK), Operator)
    assert ids(operators.add(chief, "周", Role.CLERK, PIN)) == ["right_needed"]


def test_everybody_may_change_their_own_pin(guarded: Desk):
    clerk = guarded.counter.sign_in("赵", PIN)
    assert isinstance(guarded.counter.operators.change(clerk, "赵", pin="846213"), Operator)
    assert isinstance(guarded.counter.sign_in("赵", "846213"), Operator)


def test_every_sensitive_act_is_in_the_trail_and_no_pin_is(guarded: Desk, path, tmp_path):
    counter = guarded.counter
    counter.sign_in("谁", "918273")
    counter.sign_in("赵", "918273")
    chief = counter.sign_in(CHIEF, PIN)
    guarded.posted(stay(), operator=CHIEF)
    from datetime import date

    guarded.open_year(date(2026, 4, 1), {}, operator=CHIEF)
    reversing.reverse(counter, 1, reason="录错", operator=CHIEF)
    counter.operators.change(chief, "赵", role=Role.SUPERVISOR)
    backup(guarded.ledger, tmp_path / "copy.db")
    restore(path, tmp_path / "copy.db", operator=CHIEF)
    patient = guarded.ledger.journal.entry(1).patient
    assert done(guarded) == [
        ("operator_added", CHIEF, CHIEF),
        ("operator_added", "赵", CHIEF),
        ("operator_added", "钱", CHIEF),
        ("wrong_pin", "", ""),
        ("wrong_pin", "赵", ""),
        ("signed_in", CHIEF, CHIEF),
        ("head_key", CHIEF, CHIEF),
        ("person_noted", patient, CHIEF),
        ("opened", "2", CHIEF),
        ("reversed", "1", CHIEF),
        ("operator_changed", "赵", CHIEF),
        ("restored", "copy.db", CHIEF),
    ]
    assert guarded.sound()
    guarded.counter.close()
    held = b"".join(file.read_bytes() for file in path.parent.glob("ledger.db*"))
    assert PIN.encode() not in held
    assert b"918273" not in held


@pytest.mark.parametrize(
    "statements",
    [
        ["UPDATE acts SET operator = '钱' WHERE number = 2"],
        ["UPDATE acts SET record = replace(record, '赵', '钱'), about = '钱' WHERE number = 2"],
        ["DELETE FROM acts WHERE number = 2"],
        ["DELETE FROM acts WHERE number = (SELECT max(number) FROM acts)"],
        ["DELETE FROM acts"],
        ["UPDATE acts SET record = '[]', hash = 'x' WHERE number = 1"],
    ],
)
def test_a_trail_that_was_changed_is_found(guarded: Desk, path, statements):
    guarded.counter.close()
    raw = connect(path, isolation_level=None)
    for statement in statements:
        with pytest.raises(OUR_MISTAKES, match="acts"):
            raw.execute(statement)
    with triggers_aside(raw, "acts"):
        for statement in statements:
            raw.execute(statement)
    raw.close()
    if any("max(number)" in each or each == "DELETE FROM acts" for each in statements):
        with pytest.raises(LedgerUnavailable) as caught:  # where the end is gone, the heads tell as well
            Ledger(path)
        assert caught.value.said.id == "ledger.head_acts"
    ledger = Ledger(path, heads=False)  # what the chain itself proves, whatever stands outside the file
    assert ledger.verify().fault.id == "ledger.fault.act"
    ledger.close()


def test_a_link_that_was_taken_out_and_hashed_anew_is_found(guarded: Desk, path):
    """Without the last hash of the link before, an act made anew would pass."""
    guarded.counter.close()
    raw = connect(path, isolation_level=None)
    text, previous = raw.execute("SELECT record, previous FROM acts WHERE number = 2").fetchone()
    changed = canonical({**json.loads(text), "operator": "谁"})
    with triggers_aside(raw, "acts"):
        raw.execute(
            "UPDATE acts SET record = ?, hash = ?, operator = '谁' WHERE number = 2",
            [changed, linked(previous, digest(changed))],
        )
    raw.close()
    ledger = Ledger(path)
    fault = ledger.verify().fault
    assert (fault.id, fault.params["number"]) == ("ledger.fault.act", 3)
    ledger.close()


def test_a_post_that_is_refused_leaves_no_trace(guarded: Desk):
    before = done(guarded)
    guarded.post(stay())
    guarded.reverse(1)
    assert done(guarded) == before
    guarded.counter.sign_in("赵", PIN)
    assert isinstance(guarded.post(stay()), Posted)
    assert ActKind.SIGNED_IN in [act.act for act in guarded.ledger.trail.acts()]


def test_an_operator_who_is_not_known_takes_as_long_as_a_wrong_pin(guarded: Desk, monkeypatch):
    hashed = []
    operators = Operators(guarded.ledger)
    monkeypatch.setattr(operators, "_hasher", type("Hasher", (), {"hash": hashed.append})())
    assert ids(operators.sign_in("谁", "918273")) == ["wrong_pin"]
    assert hashed == [b"918273"]


def test_a_short_number_is_given_once_and_stays_after_a_restore(guarded: Desk, path, tmp_path):
    counter = guarded.counter
    assert counter.operators.numbers() == {CHIEF: 1, "赵": 2, "钱": 3}
    chief = counter.sign_in(CHIEF, PIN)
    counter.operators.change(chief, "赵", active=False)
    backup(guarded.ledger, tmp_path / "copy.db")
    counter.operators.add(chief, "吴", Role.CLERK, PIN)
    restore(path, tmp_path / "copy.db", operator=CHIEF)
    assert counter.operators.numbers() == {CHIEF: 1, "赵": 2, "钱": 3, "吴": 4}
    assert guarded.sound()


FORMS = {
    "full width": "ｔｏｋｏ－ｈａｎａ　ｋｉｍｉ",
    "a blank that nobody sees": "to\u200bko-hana kimi",
    "pasted from a page": "\ufefftoko-hana kimi\u200d\n",
    "two blanks": "toko-hana\u00a0 kimi",
    "marks of direction": "\u2068toko-hana kimi\u2069",
}


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("form", FORMS)
def test_a_passphrase_is_the_same_in_every_form_and_counts_no_wrong_try(guarded: Desk, form):
    counter = guarded.counter
    chief = counter.sign_in(CHIEF, PIN)
    for name, kept in (("周", "toko-hana kimi"), ("吴", FORMS[form])):
        assert isinstance(counter.operators.add(chief, name, Role.CLERK, kept), Operator)
        for typed in ("toko-hana kimi", FORMS[form]):
            assert isinstance(counter.sign_in(name, typed), Operator), (name, typed)
        assert isinstance(counter.sign_in(name, "toko-hana kimo"), list)


def test_a_passphrase_kept_before_its_marks_were_left_out_still_opens(guarded: Desk, monkeypatch):
    monkeypatch.setattr(
        "core.ledger.operators.spellings", lambda secret: (unicodedata.normalize("NFKC", secret),)
    )
    chief = guarded.counter.sign_in(CHIEF, PIN)
    pasted = "toko-hana\u200b  kimi"
    assert isinstance(guarded.counter.operators.add(chief, "周", Role.CLERK, pasted), Operator)
    assert isinstance(guarded.counter.sign_in("周", "toko-hana kimi"), list), "planted: one spelling alone"
    monkeypatch.undo()
    assert isinstance(guarded.counter.sign_in("周", pasted), Operator)
