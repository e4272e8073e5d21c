from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.claim import NOTHING_YET
from core.counter import Counter, reversing
from core.exchange.request import RequestReader
from core.ledger.entries import EntryKind, Reversed
from core.ledger.ledger import Ledger
from core.words import words
from tests.ledger.desk import LI, WANG, Desk, chronic, stay

STATED = {"admissions": 4, "in_scope": "150000.00", "basic_paid": "100000.00", "critical_burden": "50000.00"}


def test_a_reversed_entry_no_longer_counts_and_stays_on_record(desk: Desk):
    number = desk.posted(stay())
    made = desk.reverse(number)
    assert made.entry.kind is EntryKind.REVERSED
    assert (made.entry.reverses, made.entry.reason, made.entry.after) == (number, "录错了", NOTHING_YET)
    assert desk.ledger.journal.entry(number).reversed_by == made.entry.number
    assert desk.totals() == NOTHING_YET
    assert made.affected == []
    assert made.stands_on is None


def test_later_entries_keep_their_amounts_and_are_named_where_they_would_differ(desk: Desk):
    first = desk.posted(stay())
    desk.posted(stay(eligible="100.00"))  # below any deductible: the same split
    third = desk.posted(stay())
    before = [each.entry.number for each in reversing.would_change(desk.counter, first)]
    made = desk.reverse(first)
    assert before == [each.entry.number for each in made.affected] == [third]
    (large,) = made.affected
    assert large.before.hifmi_pay > large.now.amounts.hifmi_pay == 0
    assert large.entry.settlement.amounts == large.before
    assert desk.totals().admissions == 2
    assert desk.totals().in_scope == 20100_00
    assert desk.sound()


def test_an_entry_before_the_reversed_one_or_of_another_year_or_patient_is_not_affected(desk: Desk):
    desk.posted(stay())
    number = desk.posted(stay())
    desk.posted(stay(admitted="2020-03-01", discharged="2020-03-10"))
    desk.posted(stay(), LI)
    assert desk.reverse(number).affected == []


def test_chronic_diseases_are_taken_out_one_by_one(desk: Desk):
    first = desk.posted(chronic(disease=1))
    desk.posted(chronic(disease=2))
    desk.reverse(first)
    assert set(desk.totals().chronic) == {2}
    assert desk.sound()


def test_an_entry_is_reversed_once_and_a_reversal_never(desk: Desk):
    number = desk.posted(stay())
    made = desk.reverse(number)
    for wrong in (number, made.entry.number, 99, 0, 2**80):
        faults = desk.reverse(wrong)
        assert [fault.field for fault in faults] == ["entry"]
        assert words()(faults[0].message)
        assert reversing.would_change(desk.counter, wrong) == faults


def test_an_opening_sets_the_totals_and_says_how_they_differ(desk: Desk):
    desk.posted(stay())
    made = desk.open_year(date(2026, 4, 1), STATED).entry
    assert desk.totals() == made.after
    assert made.difference["admissions"] == (1, 4)
    assert made.difference["in_scope"] == (20000_00, 150000_00)
    assert "chronic" not in made.difference
    desk.posted(stay())
    assert desk.totals().admissions == 5
    assert desk.sound()


def test_an_opening_of_chronic_totals_is_read_back(desk: Desk):
    desk.posted(chronic())
    own = desk.totals().chronic
    stated = {"chronic": {"3": {"paid": "1.00"}}}
    made = desk.open_year(date(2026, 4, 1), stated).entry
    assert made.difference["chronic"] == (own, made.after.chronic)
    assert desk.ledger.journal.entry(made.number) == made


def test_what_was_posted_before_an_opening_moves_no_total_when_it_is_reversed(desk: Desk):
    number = desk.posted(stay())
    opening = desk.open_year(date(2026, 4, 1), STATED).entry
    desk.posted(stay())
    after = desk.totals()
    made = desk.reverse(number)
    assert made.stands_on == opening.number
    assert made.affected == []
    assert desk.totals() == after


def test_a_reversed_opening_lets_the_entries_before_it_count_again(desk: Desk):
    desk.posted(stay())
    own = desk.totals()
    opening = desk.open_year(date(2026, 4, 1), STATED).entry
    later = desk.posted(stay())
    made = desk.reverse(opening.number)
    assert [each.entry.number for each in made.affected] == [later]
    assert desk.totals().admissions == own.admissions + 1
    assert desk.sound()


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        ({"totals": {"in_scope": "1.001"}}, "totals.in_scope"),
        ({"totals": {"other": 1}}, "totals.other"),
        ({"totals": {"chronic": {"19": {}}}}, "totals.chronic.19"),
        ({"year": 2027}, "as_of"),
        ({"year": 1999}, "year"),
        ({"key": ""}, "key"),
    ],
)
def test_an_opening_that_cannot_be_is_refused(desk: Desk, cells, field):
    made = desk.open_year(date(2026, 4, 1), **{"totals": STATED, **cells})
    assert [fault.field for fault in made] == [field]
    assert words()(made[0].message)
    assert desk.ledger.verify().entries == 0


def test_an_opening_is_posted_once(desk: Desk):
    first = desk.open_year(date(2026, 4, 1), STATED, key="once")
    again = desk.open_year(date(2026, 4, 1), STATED, key="once")
    assert again.repeated
    assert again.entry == first.entry
    assert [fault.field for fault in desk.open_year(date(2026, 4, 2), STATED, key="once")] == ["key"]
    assert [fault.field for fault in desk.post(stay(), key="once")] == ["key"]


VISITS = st.one_of(
    st.builds(stay, eligible=st.sampled_from(["90.00", "20000.00", "180000.00"])),
    st.builds(chronic, disease=st.integers(1, 3), disease_rank=st.integers(1, 2)),
    st.just(stay(benefit="special_outpatient", special_disease=1)),
    st.just(stay(benefit="common_outpatient", admitted=None, hospital_level="level_1", eligible="300.00")),
    st.just(stay(admitted="2025-12-30", discharged="2026-01-02")),
)
DEEDS = st.one_of(
    st.tuples(st.just("post"), st.sampled_from([WANG, LI]), VISITS),
    st.tuples(st.just("open"), st.sampled_from([WANG, LI]), st.sampled_from([STATED, {}])),
    st.tuples(st.just("reverse"), st.just(WANG), st.integers(1, 12)),
    st.tuples(st.just("resettle"), st.just(WANG), st.integers(1, 12)),
)


@settings(max_examples=25, deadline=timedelta(seconds=5), suppress_health_check=list(HealthCheck))
@given(deeds=st.lists(DEEDS, max_size=12))
def test_whatever_is_done_in_whatever_order_the_totals_are_what_the_entries_come_to(
    deeds, reader: RequestReader, tmp_path_factory
):
    counter = Counter(reader, Ledger(tmp_path_factory.mktemp("ledger") / "ledger.db"))
    desk = Desk(counter)
    for what, patient, detail in deeds:
        if what == "post":
            desk.posted(detail, patient)
        elif what == "open":
            desk.open_year(date(2026, 4, 1), detail, patient)
        else:
            told = reversing.would_change(counter, detail)
            made = reversing.reverse(
                counter, detail, reason="录错了", operator="赵", resettle=what == "resettle"
            )
            if isinstance(made, Reversed) and made.resettled:
                now = {each.before.number: each.entry.settlement.amounts for each in made.resettled}
                assert [now[each.entry.number] for each in told] == [each.now.amounts for each in told]
        for each in (WANG, LI):
            known = counter.find(each.identifiers[0].id)
            if known is not None:
                assert desk.totals(each) == counter.ledger.journal.fold(known.key, 2026)
    assert counter.ledger.verify().fault is None
    counter.close()
