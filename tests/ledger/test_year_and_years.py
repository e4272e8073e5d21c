"""Totals by disease, what is carried over from the year before, and what the hospital bears."""

from datetime import date, timedelta
from typing import Any

from core.claim import ChronicTotals
from core.clock import BEIJING
from core.counter import persons, posting, reversing
from core.enrolment import Account
from core.ledger.entries import Reversed
from tests.ledger.desk import LI, WANG, Desk, chronic, stay

PACK: dict[str, Any] = {
    "id": "two/years",
    "name": "two years",
    "effective": "2020-01-01",
    "inpatient": {"deductible": {"level_2": [400]}},
    "special_outpatient": {"deductible": {"level_2": 400}},
    "common_outpatient": {"annual_limit": 1000, "deductible": {"level_1": 0}},
    "critical_illness": {"2026": {"deductible": 10000}, "2027": {"deductible": 10000}},
    "carry_over": {"next_year_percent": 50},
}
LARGE = {"eligible": "1500000.00"}


def common(year: int, eligible: str, **cells: Any) -> dict[str, Any]:
    day = f"{year}-05-05"
    return stay(
        region=PACK,
        benefit="common_outpatient",
        hospital_level="level_1",
        admitted=None,
        discharged=day,
        eligible=eligible,
        **cells,
    )


def carried(desk: Desk, year: int, eligible: str = "10.00") -> int:
    made = desk.post(common(year, eligible))
    return made.entry.settlement.year_to_date.carried_common


def test_last_years_unused_limit_is_supplied_and_nothing_without_an_entry_of_that_year(desk: Desk) -> None:
    assert carried(desk, 2026, "600.00") == 0
    assert carried(desk, 2027) == 70_000
    assert carried(desk, 2027) == 70_000
    assert desk.sound()


def test_what_was_carried_into_last_year_raises_its_limit(desk: Desk) -> None:
    carried(desk, 2026, "600.00")
    carried(desk, 2027)
    assert carried(desk, 2028) == 100_000 + 35_000 - 500
    assert desk.sound()


def test_without_the_regions_table_nothing_is_carried(desk: Desk) -> None:
    desk.posted(common(2026, "600.00"))
    request = {**common(2027, "10.00"), "region": {**PACK, "carry_over": {}}}
    assert desk.post(request).entry.settlement.year_to_date.carried_common == 0


def test_what_an_opening_states_as_carried_holds_where_the_ledger_has_nothing_of_last_year(
    desk: Desk,
) -> None:
    desk.open_year(date(2027, 3, 1), {"carried_common": "333.33"})
    assert carried(desk, 2027) == 33_333
    assert desk.totals(year=2027).carried_common == 33_333
    assert desk.sound()


def test_special_outpatient_totals_add_up_by_disease_and_go_with_a_reversal(desk: Desk) -> None:
    visit = stay(benefit="special_outpatient", special_disease=21, admitted=None, eligible="1000.00")
    first = desk.posted(visit)
    desk.posted(visit)
    assert desk.totals().special == {21: ChronicTotals(200_000, 112_000, 40_000)}
    desk.reverse(first)
    assert desk.totals().special[21] == ChronicTotals(100_000, 70_000, 0)
    assert desk.sound()


def test_what_the_hospital_bears_is_measured_by_the_ledgers_totals(desk: Desk) -> None:
    desk.open_year(date(2026, 2, 1), {"basic_paid": "200000.00", "admissions": 1})
    whole = desk.post(stay(hospital_part="14000.00"))
    assert whole.entry.settlement.amounts.psn_part_amt == 0
    assert [fault.field for fault in desk.post(stay(hospital_part="14000.01"))] == ["hospital_part"]
    assert desk.sound()


def enter(desk: Desk, account: Account) -> None:
    posting.enter_enrolment(desk.counter, account=account, patient=WANG, operator="赵", day=date(2026, 2, 1))


def current(desk: Desk) -> Account:
    return desk.ledger.accounts.current(desk.counter.find(WANG.identifiers[0].id).key).account


def test_a_reversal_leaves_the_bonus_as_the_account_stood_when_it_was_entered_anew(desk: Desk) -> None:
    bonus = {"enrolment": {"consecutive_years": 6, "zero_claim_years": 1}}
    enter(desk, Account(2026, 6, 1))
    desk.posted(stay(**LARGE, **bonus))
    enter(desk, Account(2026, 6, 1))
    second = desk.posted(stay(discharged="2026-06-10", **LARGE, **bonus))
    assert current(desk).bonus_used_in == 2026
    desk.reverse(second)
    assert current(desk).bonus_used_in is None


def test_what_was_typed_on_the_strength_of_a_reversed_entry_is_listed(desk: Desk) -> None:
    fraud = {"enrolment": {"fraud_amounts": ["5000"]}}
    first = desk.posted(stay(eligible="90000.00", **fraud))
    desk.posted(stay(discharged="2026-05-10", transfer={"kind": "up", "deductible_paid": "400.00"}))
    undone = desk.reverse(first)
    assert isinstance(undone, Reversed)
    assert [note.id for note in undone.affected[0].notes] == ["ledger.retype_fraud", "ledger.retype_transfer"]


def test_a_bonus_that_comes_back_is_told_of_entries_of_later_years(desk: Desk) -> None:
    region = {**PACK, "inpatient": {"deductible": {"level_2": [400]}}}
    bonus = {"enrolment": {"consecutive_years": 6, "zero_claim_years": 1}}
    first = desk.posted(stay(region=region, **LARGE, **bonus))
    later = desk.posted(stay(region=region, admitted="2027-03-01", discharged="2027-03-10"))
    undone = desk.reverse(first)
    assert [(each.entry.number, each.notes[0].id) for each in undone.affected] == [
        (later, "ledger.retype_bonus")
    ]


def told(desk: Desk, number: int) -> dict[int, list[str]]:
    """What the reversal of an entry would leave to be looked at: the notes of each later entry."""
    found = reversing.would_change(desk.counter, number)
    return {each.entry.number: [note.id for note in each.notes] for each in found}  # type: ignore[union-attr]


def test_what_was_carried_over_stands_where_a_reversal_does_not_touch_it(desk: Desk) -> None:
    desk.posted(common(2026, "600.00"))
    first = desk.posted(common(2027, "100.00"))
    desk.posted(common(2027, "2600.00"))
    assert told(desk, first) == {}


def test_what_a_reversed_visit_had_left_of_last_years_limit_is_told_of_this_years_entries(desk: Desk) -> None:
    old = desk.posted(common(2026, "600.00"))
    desk.posted(common(2026, "400.00"))
    small, large = desk.posted(common(2027, "100.00")), desk.posted(common(2027, "4000.00"))
    undone = desk.reverse(old)
    (one,) = undone.affected
    assert (one.entry.number, one.notes) == (large, ())
    paid = (one.before.hifp_pay, one.now.amounts.hifp_pay)
    assert paid == (120_000, 135_000), "half of 300.00 more is carried into the limit"
    assert small not in {each.entry.number for each in undone.affected}


def test_a_joined_persons_entries_keep_what_was_carried_over(desk: Desk) -> None:
    desk.posted(common(2026, "600.00"))
    desk.posted(common(2027, "2600.00"))
    desk.posted(stay(), LI)
    made = persons.join(
        desk.counter, WANG.identifiers[0].id, LI.identifiers[0].id, reason="同一人", operator="赵"
    )
    assert not isinstance(made, list)
    assert made.affected == []


def test_the_only_claim_of_a_year_that_is_reversed_is_told_of_later_years(desk: Desk) -> None:
    region = {**PACK, "critical_illness": {str(year): {"deductible": 10000} for year in (2026, 2027)}}
    first = desk.posted(stay(region=region, eligible="90000.00"))
    later = desk.posted(stay(region=region, admitted="2027-03-01", discharged="2027-03-10"))
    assert told(desk, first) == {later: ["ledger.retype_zero_claim"]}
    again = desk.posted(
        stay(region=region, admitted="2026-05-01", discharged="2026-05-09", eligible="9000.00")
    )
    assert later not in told(desk, first), "the year has another claim"
    desk.reverse(again)
    assert told(desk, first) == {later: ["ledger.retype_zero_claim"]}


def test_a_transfer_over_the_turn_of_the_year_is_told_and_a_later_one_is_not(desk: Desk) -> None:
    region = {**PACK, "inpatient": {"deductible": {"level_2": [400], "level_3": [800]}}}
    up = {
        "region": region,
        "hospital_level": "level_3",
        "transfer": {"kind": "up", "deductible_paid": "400.00"},
    }
    first = desk.posted(stay(region=region, admitted="2026-12-20", discharged="2026-12-31"))
    moved = desk.posted(stay(**up, admitted="2027-01-01", discharged="2027-01-10"))
    desk.posted(stay(**up, admitted="2027-06-01", discharged="2027-06-10"))
    assert told(desk, first) == {moved: ["ledger.retype_transfer"]}


def test_a_further_chronic_disease_is_told_where_the_first_is_reversed(desk: Desk) -> None:
    first = desk.posted(chronic())
    desk.posted(chronic())
    further = desk.posted(chronic(disease=2, disease_rank=2))
    assert further not in told(desk, first), "the disease has another visit"
    desk.reverse(2)
    assert told(desk, first)[further] == ["ledger.retype_rank"]


def test_a_reversal_says_later_what_it_left_and_no_more_once_it_was_settled_again(desk: Desk) -> None:
    first = desk.posted(stay(eligible="3000.00"))
    desk.posted(stay(eligible="3000.00"))
    undone = desk.reverse(first)
    after = desk.posted(stay(eligible="3000.00"))
    left = reversing.affected_before(desk.counter, undone.entry)
    assert left == undone.affected
    assert after not in {each.entry.number for each in left}
    today = undone.entry.recorded.astimezone(BEIJING).date()
    assert reversing.to_check(desk.counter, today) == [2]
    assert reversing.to_check(desk.counter, today - timedelta(days=1)) == []
    desk.reverse(2)
    assert reversing.affected_before(desk.counter, undone.entry) == []


def test_a_year_s_share_counts_standing_stays_of_the_year_and_a_person_once(desk: Desk) -> None:
    assert desk.ledger.year_shares(2026) == (0, 0, 0, 0)
    region = {**PACK, "critical_illness": {"2026": {"deductible": 10000}, "2027": {"deductible": 10000}}}
    one = desk.posted(stay(region=region, eligible="90000.00"))
    two = desk.posted(
        stay(region=region, admitted="2026-05-01", discharged="2026-12-31", eligible="90000.00")
    )
    desk.posted(stay(region=region, admitted="2026-12-31", discharged="2027-01-01"))
    desk.posted(common(2026, "600.00"))
    desk.posted(stay(region=region, eligible="50000.00"), LI)
    gone = desk.posted(stay(region=region, admitted="2026-01-01", discharged="2026-01-09"), LI)
    desk.reverse(gone)
    entries = [desk.ledger.journal.entry(number).settlement.amounts for number in (one, two)]
    third = desk.ledger.journal.entry(5).settlement.amounts
    shares = desk.ledger.year_shares(2026)
    assert shares.stays == 3
    assert shares.in_scope == 23_000_000
    assert shares.paid == sum(each.hifp_pay for each in entries) + third.hifp_pay
    assert shares.most_critical == sum(each.hifmi_pay for each in entries)
