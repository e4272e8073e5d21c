"""Entries are found by any of their marks, a page at a time, and every page is read through an index."""

from datetime import date, timedelta

import pytest

from core.counter import personal_data, posting, span_of
from core.ledger import search
from core.ledger.entries import EntryKind, Identifier, PatientGiven
from core.ledger.search import Wanted
from tests.ledger.desk import LI, WANG, chronic, stay


@pytest.fixture
def filled(desk):
    """1 stay, 2 its reversal, 3 an opening, 4 a chronic visit of another, 5 a stay at another desk."""
    desk.posted(stay())
    desk.reverse(1)
    desk.open_year(date(2026, 4, 1), {"admissions": 3})
    desk.posted(chronic(), LI)
    desk.posted(stay(eligible="3000.00"), operator="钱")
    return desk


def key_of(desk, given):
    return desk.counter.find(given.identifiers[0].id).key


def test_the_latest_entries_come_first_with_names_and_amounts(filled):
    found = filled.ledger.search.entries(Wanted())
    assert [each.number for each in found] == [5, 4, 3, 2, 1]
    last = filled.ledger.journal.entry(5)
    amounts = last.settlement.amounts
    assert (found[0].name, found[0].benefit, found[0].operator) == ("王秀英", "inpatient", "钱")
    assert (found[0].total, found[0].pays) == (amounts.medfee_sumamt, amounts.psn_part_amt)
    assert found[0].fund == amounts.fund_pay_sumamt
    assert (found[2].kind, found[2].benefit, found[2].total) == (EntryKind.OPENING, "", None)


def test_a_reversal_shows_what_it_reverses_and_both_name_each_other(filled):
    by_number = {each.number: each for each in filled.ledger.search.entries(Wanted())}
    assert by_number[1].reversed_by == 2
    assert by_number[2].reverses == 1
    assert by_number[2].pays == by_number[1].pays


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (Wanted(number=4), [4]),
        (Wanted(number=9), []),
        (Wanted(operator="钱"), [5]),
        (Wanted(benefit="inpatient"), [5, 2, 1]),
        (Wanted(operator="赵", benefit="inpatient"), [2, 1]),
        (Wanted(standing=True), [5, 4, 3]),
        (Wanted(standing=False), [2, 1]),
        (Wanted(standing=False, operator="钱"), []),
        (Wanted(amount=300_000), [5]),
        (Wanted(amount=300_000, standing=False), []),
        (Wanted(amount=1), []),
    ],
    ids=str,
)
def test_an_entry_is_found_by_each_of_its_marks(filled, wanted, numbers):
    assert [each.number for each in filled.ledger.search.entries(wanted)] == numbers
    assert filled.ledger.search.found_sums(wanted, 100).entries == len(numbers)


def test_what_the_patient_pays_is_an_amount_to_find_by(filled):
    pays = filled.ledger.journal.entry(5).settlement.amounts.psn_part_amt
    assert [each.number for each in filled.ledger.search.entries(Wanted(amount=pays))] == [5]


def test_a_patient_s_entries_and_a_day_s(filled):
    assert [each.number for each in filled.ledger.search.entries(Wanted(patient=key_of(filled, LI)))] == [4]
    day = filled.ledger.search.entries(Wanted())[0].recorded.astimezone().date()
    recorded = filled.ledger.journal.entry(5).recorded
    start, end = span_of(recorded.astimezone(tz=None).date())
    assert len(filled.ledger.search.entries(Wanted(start=start - timedelta(1), end=end + timedelta(1)))) == 5
    assert filled.ledger.search.entries(Wanted(end=start - timedelta(2))) == []
    assert day


def test_pages_follow_one_another_without_a_gap_or_a_repeat(filled):
    for _ in range(20):
        filled.posted(chronic(eligible="100.00"), LI)
    whole = [each.number for each in filled.ledger.search.entries(Wanted(), most=1000)]
    paged, last = [], None
    while page := filled.ledger.search.entries(Wanted(), last, most=4):
        paged += [each.number for each in page]
        last = page[-1]
    assert paged == whole
    assert filled.ledger.search.found_sums(Wanted(), 7).entries == 7


def test_a_day_s_sums_take_back_what_was_reversed(filled):
    day = filled.ledger.search.entries(Wanted())[0].recorded.astimezone(search.UTC)
    sums = filled.ledger.search.sums(day - timedelta(days=1), day + timedelta(days=1))
    inpatient = next(each for each in sums if each.benefit == "inpatient")
    last = filled.ledger.journal.entry(5).settlement.amounts
    assert (inpatient.posted, inpatient.reversed) == (2, 1)
    assert (inpatient.total, inpatient.pays) == (last.medfee_sumamt, last.psn_part_amt)


def test_sums_agree_with_the_day_end(filled):
    moment = filled.ledger.journal.entry(5).recorded
    start, end = moment - timedelta(days=1), moment + timedelta(days=1)
    end_of_day = filled.ledger.day_end(start, end)
    sums = filled.ledger.search.sums(start, end)
    assert sum(each.total for each in sums) == end_of_day.total.medfee_sumamt
    assert sum(each.pays for each in sums) == end_of_day.total.psn_part_amt
    assert sum(each.fund for each in sums) == end_of_day.total.fund_pay_sumamt


def test_the_nearest_day_with_entries(filled):
    counter = filled.counter
    day = counter.ledger.journal.entry(5).recorded.astimezone(span_of(date(2026, 1, 1))[0].tzinfo).date()
    assert counter.day_with_entries(day + timedelta(days=30), before=True) is not None
    assert counter.day_with_entries(day - timedelta(days=30), before=True) is None
    assert counter.day_with_entries(day + timedelta(days=30), before=False) is None


def test_people_come_in_the_order_of_their_rows_with_the_latest_entry_of_each(filled):
    first, second = filled.ledger.search.people(0, 10)
    assert (first.name, first.identifiers, first.last) == ("王秀英", ("220102195001010011",), 5)
    assert (second.name, second.last) == ("李明", 4)
    assert filled.ledger.search.people(first.row, 10) == [second]
    assert filled.ledger.search.people(second.row, 10) == []
    assert filled.ledger.search.latest_of_each(4) == [(key_of(filled, WANG), 5)]
    assert [each.name for each in filled.counter.recent_patients(5)] == ["王秀英", "李明"]


def test_somebody_forgotten_is_not_among_the_recent_and_has_no_name(filled):
    personal_data.erase(filled.counter, LI.identifiers[0].id, "赵")
    assert [each.name for each in filled.counter.recent_patients(5)] == ["王秀英"]
    assert filled.ledger.search.entries(Wanted(number=4))[0].name == ""
    assert filled.ledger.search.people(0, 10)[1].name == ""


def test_every_question_is_answered_through_an_index(filled):
    """No question may read the whole table: with a million entries that is a second."""
    moment = filled.ledger.journal.entry(5).recorded
    for wanted in (
        Wanted(),
        Wanted(number=3),
        Wanted(start=moment, end=moment),
        Wanted(patient="x"),
        Wanted(operator="x"),
        Wanted(benefit="x", start=moment),
        Wanted(operator="x", benefit="y", end=moment),
        Wanted(standing=False),
        Wanted(amount=5),
    ):
        source, where, values = search._query(wanted)
        plan = filled.ledger.db.execute(
            f"EXPLAIN QUERY PLAN SELECT 1 FROM {source} WHERE {where} ORDER BY moment DESC, number DESC",
            values,
        ).fetchall()
        text = " ".join(str(row[3]) for row in plan)
        assert "INDEX" in text or "PRIMARY KEY" in text, (wanted, text)
        assert wanted.amount is not None or "TEMP B-TREE" not in text, (wanted, text)


def test_a_new_patient_without_an_entry_is_found_too(desk):
    from core.enrolment import Account

    given = PatientGiven((Identifier("01", "220102197001010031"),), "单雄信")
    made = posting.enter_enrolment(
        desk.counter, patient=given, operator="赵", day=date(2026, 2, 1), account=Account(2026, 1, 0, 0, ())
    )
    assert not isinstance(made, list)
    assert desk.ledger.search.people(0, 10)[0].last == 0


def test_the_beginning_of_many_numbers_and_names_is_read_in_order_and_not_sorted(desk):
    plans = []
    for order, table, column in (("id", "identifiers", "id"), ("name", "patients", "name")):
        sql = f"SELECT * FROM {table} WHERE {column} >= '2' AND {column} < '3' ORDER BY {order} LIMIT 5"
        plans += [row[3] for row in desk.ledger.db.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()]
    assert not any("TEMP" in plan for plan in plans)
    for at in range(30):
        given = PatientGiven((Identifier("01", f"2201021970010{at:05}"),), f"张{at:02}")
        desk.posted(chronic(), given)
    found = desk.counter.search("2201", 5)
    assert [each.name for each in found] == ["张00", "张01", "张02", "张03", "张04"]
    assert [each.name for each in desk.counter.search("张2", 3)] == ["张20", "张21", "张22"]
