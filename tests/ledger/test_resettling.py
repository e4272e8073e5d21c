"""Reversing with `resettle`: the later entries are settled again at once, or nothing is done at all."""

import json
from datetime import date

import pytest

from core.claim import NOTHING_YET
from core.counter import Counter, posting, reversing
from core.enrolment import Account
from core.ledger.entries import EntryKind, Reversed
from core.ledger.ledger import Ledger
from core.ledger.trail import ActKind
from core.words import languages, words
from tests.ledger.desk import LI, WANG, Desk, chronic, stay
from tests.ledger.test_console_ledger import POSTING, Console, fields


def again(desk: Desk, number: int) -> Reversed:
    made = reversing.reverse(desk.counter, number, reason="录错了", operator="赵", resettle=True)
    assert isinstance(made, Reversed), made
    assert desk.sound()
    return made


def test_each_later_entry_is_reversed_and_posted_as_if_the_reversed_had_never_been(desk: Desk):
    first = desk.posted(stay())
    visits = [stay(eligible="100.00"), chronic(), stay(), stay(eligible="90000.00")]
    posted = [desk.posted(visit) for visit in visits]
    other = [desk.posted(visit, LI) for visit in visits]  # what they come to where there was no first
    told = reversing.would_change(desk.counter, first)
    made = again(desk, first)
    assert made.affected == told
    assert [each.before.number for each in made.resettled] == posted[2:]  # from the first affected on
    for each in made.resettled:
        assert each.reversal.reverses == each.before.number
        assert each.entry.replaces == each.before.number
        assert each.entry.request["eligible"] == each.before.request["eligible"]
        assert desk.ledger.journal.entry(each.before.number).reversed_by == each.reversal.number
    amounts = [each.entry.settlement.amounts for each in made.resettled]
    assert amounts == [desk.ledger.journal.entry(number).settlement.amounts for number in other[2:]]
    assert amounts == [each.now.amounts for each in told]
    assert desk.totals() == desk.totals(LI)


def test_an_entry_between_two_that_are_affected_is_posted_again_unchanged(desk: Desk):
    first = desk.posted(stay(eligible="3000.00"))
    desk.posted(stay(eligible="3000.00"))
    small = desk.posted(chronic())
    made = again(desk, first)
    assert small not in [each.entry.number for each in made.affected]
    (kept,) = [each for each in made.resettled if each.before.number == small]
    assert kept.entry.settlement.amounts == kept.before.settlement.amounts


def test_where_nothing_is_affected_nothing_is_settled_again(desk: Desk):
    desk.posted(stay())
    last = desk.posted(stay())
    assert again(desk, last).resettled == ()
    assert desk.ledger.verify().entries == 3


def test_without_it_later_entries_keep_their_amounts(desk: Desk):
    first = desk.posted(stay())
    desk.posted(stay())
    made = desk.reverse(first)
    assert made.affected
    assert made.resettled == ()
    assert desk.ledger.verify().entries == 3


def test_the_key_of_an_entry_that_was_replaced_still_answers_with_it(desk: Desk):
    first = desk.posted(stay())
    later = desk.post(stay(), key="later")
    again(desk, first)
    repeated = desk.post(stay(), key="later")
    assert (repeated.repeated, repeated.entry.number) == (True, later.entry.number)


def test_an_entry_that_was_replaced_is_reversed_and_replaced_like_any_other(desk: Desk):
    first, second = desk.posted(stay()), desk.posted(stay())
    desk.posted(stay())
    made = again(desk, first)
    replaced = made.resettled[0].entry
    assert replaced.replaces == second
    assert [each.before.replaces for each in again(desk, replaced.number).resettled] == [3]
    assert desk.totals().admissions == 1


def test_a_stay_posted_by_another_year_is_settled_again_by_that_year(desk: Desk):
    visit = stay(admitted="2020-12-20", discharged="2026-01-05", eligible="40000.00")
    first = desk.posted(visit, rule_year=2020)
    desk.posted(visit, rule_year=2020)
    made = again(desk, first)
    (one,) = made.resettled
    assert one.entry.year == one.entry.settlement.year == 2020
    assert desk.totals(year=2020).admissions == 1
    assert desk.totals() == NOTHING_YET


def test_an_enrolment_account_goes_along(desk: Desk):
    account = Account(2026, 6, 1, 0, (500_000,))
    posting.enter_enrolment(desk.counter, patient=WANG, operator="赵", day=date(2026, 2, 1), account=account)
    counts = {"consecutive_years": 6, "zero_claim_years": 1, "gap_years": 0, "fraud_amounts": ["5000.00"]}
    first = desk.posted(stay())
    desk.posted(stay(eligible="90000.00", enrolment=counts))
    wang = desk.counter.find(WANG.identifiers[0].id)
    assert desk.ledger.accounts.current(wang.key).account.fraud_amounts == ()
    (one,) = again(desk, first).resettled
    assert desk.ledger.accounts.current(wang.key).account.fraud_amounts == ()
    assert desk.ledger.accounts.current(wang.key).entry == one.entry.number


def test_under_a_later_opening_nothing_is_settled_again_and_nothing_done(desk: Desk):
    first = desk.posted(stay())
    desk.posted(stay())
    desk.open_year(date(2026, 4, 1), {"admissions": 2})
    before, head = desk.totals(), desk.ledger.verify()
    faults = reversing.reverse(desk.counter, first, reason="录错了", operator="赵", resettle=True)
    assert [fault.message.id for fault in faults] == ["ledger.resettle_opening"]
    assert all(words(language)(faults[0].message) for language in languages())
    assert (desk.totals(), desk.ledger.verify()) == (before, head)
    assert desk.reverse(first).stands_on == 3  # as before, without it


def test_one_that_cannot_be_settled_again_undoes_everything_and_is_named(desk: Desk, monkeypatch):
    first = desk.posted(stay())
    second, third = desk.posted(stay()), desk.posted(stay(eligible="30000.00"))
    before, head, acts = desk.totals(), desk.ledger.verify(), desk.ledger.trail.acts()
    sound = posting.settle_on_ledger

    def refusing(counter, request, asked, known, rule_year):
        if request["eligible"] != "30000.00":
            return sound(counter, request, asked, known, rule_year)
        return counter.reader.read_tables({}, [])[:1]

    monkeypatch.setattr(posting, "settle_on_ledger", refusing)
    faults = reversing.reverse(desk.counter, first, reason="录错了", operator="赵", resettle=True)
    assert [fault.message.params["entry"] for fault in faults] == [str(third)]
    assert all(words(language)(faults[0].message) for language in languages())
    assert (desk.totals(), desk.ledger.verify(), desk.ledger.trail.acts()) == (before, head, acts)
    assert desk.ledger.journal.entry(second).reversed_by is None


def test_a_disk_that_fills_in_the_middle_leaves_nothing_of_it(desk: Desk):
    first = desk.posted(stay())
    for _ in range(6):
        desk.posted(stay())
    before, head = desk.totals(), desk.ledger.verify()
    (pages,) = desk.ledger.db.execute("PRAGMA page_count").fetchone()
    from core.ledger.errors import LedgerUnavailable

    refused = 0
    for more in range(0, 60, 4):
        desk.ledger.db.execute(f"PRAGMA max_page_count = {pages + more}")
        try:
            again(desk, first)
            break
        except LedgerUnavailable as error:
            assert error.said.id == "ledger.full"  # noqa: PT017
            refused += 1
        assert (desk.totals(), desk.ledger.verify()) == (before, head)
    assert refused > 3
    assert desk.totals().admissions == 6


def test_the_trail_tells_each_reversal(desk: Desk):
    first, second = desk.posted(stay()), desk.posted(stay())
    made = again(desk, first)
    told = [(act.about, act.detail["by"]) for act in desk.ledger.trail.acts() if act.act is ActKind.REVERSED]
    assert told == [(str(first), made.entry.number), (str(second), made.resettled[0].reversal.number)]


def test_on_the_console(path, capsys, monkeypatch):
    console = Console(path, capsys, monkeypatch)
    for number in range(3):
        console("post", stdin={**POSTING, "key": f"k{number}"})
    how = ("reverse", "1", "--resettle", "--reason", "录错", "--operator", "赵")
    status, (made,) = console(*how)
    assert status == 0
    assert [(each["entry"], each["reversed_by"], each["replaced_by"]) for each in made["resettled"]] == [
        (2, 6, 7),
        (3, 5, 8),
    ]
    assert [each["now"] for each in made["resettled"]] == [each["would_be"] for each in made["affected"]]
    _, entries = console("entries", "--patient", POSTING["patient"]["id"])
    assert [each.get("replaces") for each in entries] == [None] * 6 + [2, 3]
    assert [each["kind"] for each in entries].count(EntryKind.REVERSED) == 3
    assert console("verify") == (0, [{"ok": True, "entries": 8}])
    assert fields(console(*how)) == ["entry"]
    assert json.dumps(entries)


@pytest.mark.parametrize("version", [1, 2, 3])
def test_entries_of_an_older_program_are_settled_again(tmp_path, reader, version):
    import shutil

    from tests.ledger.test_schema import FIXTURES

    path = tmp_path / "ledger.db"
    shutil.copyfile(FIXTURES / f"schema-{version}.db", path)
    desk = Desk(Counter(reader, Ledger(path)))
    made = again(desk, 2)  # the opening
    assert [each.before.number for each in made.resettled] == [3]
    assert made.resettled[0].before.replaces is None
    desk.counter.close()
