from datetime import UTC, date

import pytest

from core.claim import NOTHING_YET
from core.counter import Counter, posting, reversing
from core.exchange.request import RequestReader
from core.ledger.entries import EntryKind, Identifier, PatientGiven, Posted
from core.ledger.ledger import Ledger
from core.ledger.sqlite import connect
from core.settle import settle
from core.words import words
from tests.ledger.desk import LI, WANG, Desk, chronic, stay


def fields(faults):
    assert isinstance(faults, list), faults
    for fault in faults:
        assert words()(fault.message)
    return [fault.field for fault in faults]


def test_a_posted_stay_is_read_back_as_it_was_settled(desk: Desk, reader: RequestReader):
    request = stay(admitted="2025-12-28", discharged="2026-01-03", total="21000.00")
    made = desk.post(request)
    settled = settle(*reader.read_tables(request, []))
    entry = made.entry
    assert entry == desk.ledger.journal.entry(entry.number)
    assert entry.settlement == settled
    assert entry.settlement.alternatives
    assert entry.after == settled.year_to_date == desk.totals()
    assert (entry.kind, entry.year, entry.day) == (EntryKind.POSTED, 2026, date(2026, 1, 3))
    assert entry.recorded.tzinfo is UTC or entry.recorded.utcoffset().total_seconds() == 0
    assert (entry.region, entry.operator, entry.key) == ("jilin/example", "赵", "key-1")
    assert entry.request["year_to_date"]["admissions"] == 0
    assert set(entry.request["other_years"]) == {"2025"}


def test_the_next_stay_goes_on_from_the_totals_of_the_last(desk: Desk, reader: RequestReader):
    desk.posted(stay())
    first = desk.totals()
    asked = reader.read_tables(stay(), [])
    by_hand = settle(asked.policy, asked.claim._replace(year_to_date=first))
    second = desk.post(stay()).entry
    assert second.settlement.amounts == by_hand.amounts
    assert second.settlement.amounts.act_pay_dedc == 300_00  # the second admission's
    assert desk.totals().admissions == 2


def test_each_patient_year_and_disease_has_totals_of_its_own(desk: Desk):
    desk.posted(stay())
    desk.posted(chronic(), LI)
    desk.posted(chronic(disease=2), LI)
    desk.posted(stay(admitted="2020-03-01", discharged="2020-03-10"), LI)
    assert desk.totals().admissions == 1
    assert desk.totals(LI).admissions == 0
    assert desk.totals(LI, 2020).admissions == 1
    assert set(desk.totals(LI).chronic) == {1, 2}
    assert desk.totals(LI, 2019) == NOTHING_YET
    assert desk.sound()


def test_the_same_key_answers_the_first_entry_and_posts_nothing(desk: Desk):
    first = desk.post(stay(), key="once")
    again = desk.post(dict(reversed(stay().items())), key="once")
    assert again == Posted(first.entry, repeated=True)
    assert desk.totals().admissions == 1


@pytest.mark.parametrize(
    "other",
    [
        {"request": stay(eligible="1.00")},
        {"patient": LI},
        {"operator": "钱"},
        {"rule_year": 2025},
    ],
)
def test_the_same_key_with_other_content_is_refused(desk: Desk, other):
    desk.post(stay(), key="once")
    made = desk.post(**{"request": stay(), "key": "once", **other})
    assert fields(made) == ["key"]
    assert desk.ledger.verify().entries == 1


def test_a_request_that_states_the_totals_itself_is_refused(desk: Desk):
    made = desk.post(stay(year_to_date={}, other_years={}, eligible="x"))
    assert fields(made) == ["year_to_date", "other_years", "eligible"]


def test_an_incomplete_settlement_is_refused_with_each_missing_figure(desk: Desk):
    made = desk.post(stay(region="jilin/siping"))
    assert fields(made) == ["inpatient.deductible.level_2", "critical_illness.2026.deductible"]
    assert desk.counter.find(WANG.identifiers[0].id) is None  # nothing was written, nor the patient


@pytest.mark.parametrize(
    ("patient", "field"),
    [
        (PatientGiven((), "王"), "patient.id"),
        (PatientGiven((Identifier("01", ""),), "王"), "patient.id"),
        (PatientGiven((Identifier("01", " \u3000\t"),), "王"), "patient.id"),
        (PatientGiven((Identifier("01", "2201 02"),), "王"), "patient.id"),
        (PatientGiven((Identifier("01", "22\u200b01"),), "王"), "patient.id"),
        (PatientGiven((Identifier("01", "\ud800"),), "王"), "patient.id"),
        (PatientGiven((Identifier("01", "1" * 65),), "王"), "patient.id"),
        (PatientGiven((Identifier("1", "2201"),), "王"), "patient.id_type"),
        (PatientGiven((Identifier("٠١", "2201"),), "王"), "patient.id_type"),
        (PatientGiven((Identifier("01", "2201"),), "\x00"), "patient.name"),
    ],
)
def test_a_patient_who_cannot_be_told_is_refused(desk: Desk, patient, field):
    assert fields(desk.post(stay(), patient)) == [field]


@pytest.mark.parametrize("text", ["", "  ", "a\x07", "\udc80", "x" * 501])
def test_odd_keys_operators_and_reasons_are_refused_all_at_once(desk: Desk, text):
    assert fields(desk.post(stay(eligible="-1"), key=text, operator=text)) == ["key", "operator", "eligible"]
    number = desk.posted(stay())
    assert fields(reversing.reverse(desk.counter, number, reason=text, operator=text)) == [
        "reason",
        "operator",
    ]
    assert desk.ledger.journal.entry(number).reversed_by is None


def test_a_reason_holds_no_number_that_would_outlive_an_erasure(desk: Desk):
    number = desk.posted(stay())
    wide = "２２０１０２１９５００１０１００６Ｘ"
    for reason in ("证件号22010219500101006x录错", wide, "220102 19500101-006X"):
        (fault,) = reversing.reverse(desk.counter, number, reason=reason, operator="赵")
        assert (fault.field, fault.message.id) == ("reason", "ledger.reason_number")
    assert desk.ledger.journal.entry(number).reversed_by is None
    reversing.reverse(desk.counter, number, reason="结算ID 220100202603100001 已退费", operator="赵")
    assert desk.ledger.journal.entry(number).reversed_by is not None


def test_an_identifier_is_the_same_in_small_letters_full_width_and_with_spaces_around(desk: Desk):
    desk.posted(stay(), PatientGiven((Identifier("01", "22010219500101001x"),), "王秀英"))
    for text in ("22010219500101001X", " ２２０１０２１９５００１０１００１ｘ\n"):
        assert desk.counter.find(text).name == "王秀英"


def test_further_identifiers_are_linked_to_the_patient_they_come_with(desk: Desk):
    desk.posted(stay())
    card = Identifier("90", "A123")
    desk.posted(stay(), PatientGiven((*WANG.identifiers, card), ""))
    found = desk.counter.find("a123")
    assert found == desk.counter.find(WANG.identifiers[0].id)
    assert found.identifiers == (*WANG.identifiers, card)
    assert desk.totals().admissions == 2


def test_identifiers_of_two_patients_are_refused(desk: Desk):
    desk.posted(stay())
    desk.posted(stay(), LI)
    both = PatientGiven((*WANG.identifiers, *LI.identifiers), "")
    assert fields(desk.post(stay(), both)) == ["patient.id"]


def test_an_identifier_under_another_name_is_refused_but_not_for_a_space_or_dot(desk: Desk):
    desk.posted(stay(), PatientGiven(WANG.identifiers, "古丽·阿依"))
    assert fields(desk.post(stay(), PatientGiven(WANG.identifiers, "李明"))) == ["patient.name"]
    for same in ("古丽 • 阿依", "古丽阿依", ""):
        desk.posted(stay(), PatientGiven(WANG.identifiers, same))


def test_a_name_that_was_not_stated_is_taken_when_it_is(desk: Desk):
    desk.posted(stay(), PatientGiven(WANG.identifiers, ""))
    desk.posted(stay(), WANG)
    assert [each.name for each in desk.counter.search("王")] == ["王秀英"]


def test_patients_are_found_by_the_beginning_of_a_number_or_name(desk: Desk):
    desk.posted(stay())
    desk.posted(stay(), LI)
    assert [each.name for each in desk.counter.search("22010219")] == ["王秀英", "李明"]
    assert [each.name for each in desk.counter.search("22010219", 1)] == ["王秀英"]
    assert [each.name for each in desk.counter.search("李")] == ["李明"]
    for nothing in ("", " ", "%", "_", "0102", "\udc80"):
        assert desk.counter.search(nothing) == []


def test_names_and_numbers_stand_in_no_entry(desk: Desk, path):
    desk.posted(stay())
    rows = connect(path).execute("SELECT * FROM entries").fetchall()
    text = repr(rows)
    assert WANG.name not in text
    assert WANG.identifiers[0].id not in text


def test_the_record_holds_all_that_the_settlement_rested_on(desk: Desk):
    record = desk.ledger.journal.record(desk.posted(stay()))
    assert record["region"]["inpatient"]["deductible"]["level_2"] == ["400.00", "300.00"]
    assert record["program"]
    assert len(record["documents"]["2019-21"]) == 64
    assert record["settlement"]["steps"][-1]["printed"] == "个人应付"


def test_another_year_that_the_stay_touches_may_rule(desk: Desk):
    desk.posted(stay(admitted="2020-03-01", discharged="2020-03-10"))
    before = desk.totals(year=2020)
    across = stay(admitted="2020-12-28", discharged="2021-01-03", eligible="5000.00")
    made = desk.post(across, rule_year=2020)
    entry = made.entry
    assert (entry.year, entry.settlement.year, entry.day) == (2020, 2020, date(2021, 1, 3))
    assert desk.totals(year=2020) == entry.after
    assert entry.after.in_scope == before.in_scope + 5000_00
    assert desk.totals(year=2021) == NOTHING_YET
    assert desk.sound()


@pytest.mark.parametrize("year", [2019, 2027, 0, 10**9])
def test_a_year_that_the_stay_does_not_touch_cannot_rule(desk: Desk, year):
    assert fields(desk.post(stay(), rule_year=year)) == ["rule_year"]


def test_working_out_uses_the_totals_of_a_known_patient_and_saves_nothing(desk: Desk):
    desk.posted(stay())
    patient = desk.counter.find(WANG.identifiers[0].id)
    made = posting.work_out(desk.counter, stay(), patient)
    assert made.settlement.amounts.act_pay_dedc == 300_00
    assert posting.work_out(desk.counter, stay()).settlement.amounts.act_pay_dedc == 400_00
    assert fields(posting.work_out(desk.counter, stay(year_to_date={}), patient)) == ["year_to_date"]
    assert desk.ledger.verify().entries == 1


def test_the_last_visit_is_the_latest_that_stands(desk: Desk):
    first = desk.posted(stay())
    second = desk.posted(stay())
    patient = desk.counter.find(WANG.identifiers[0].id)
    assert desk.ledger.journal.last_visit(patient.key).number == second
    desk.reverse(second)
    assert desk.ledger.journal.last_visit(patient.key).number == first
    assert [each.number for each in desk.ledger.journal.entries(patient.key, 2026)] == [1, 2, 3]
    assert desk.ledger.journal.entries(patient.key, 2025) == []


def test_a_form_is_kept_until_it_is_cleared(path, reader: RequestReader):
    with_draft = Counter(reader, Ledger(path))
    with_draft.ledger.drafts.save("desk 1", {"eligible": "48000", "name": "王\udc80"})
    with_draft.close()
    again = Counter(reader, Ledger(path))
    assert again.ledger.drafts.read("desk 1") == {"eligible": "48000", "name": "王\udc80"}
    assert again.ledger.drafts.read("desk 2") is None
    again.ledger.drafts.clear("desk 1")
    assert again.ledger.drafts.read("desk 1") is None
    again.close()
