"""Patients' enrolment accounts: who entered them, what entries leave of them, what a reversal brings back."""

from datetime import date
from pathlib import Path

import pytest

from core.counter import posting, reversing
from core.enrolment import Account
from core.ledger.accounts import Cause, EnrolmentRow
from core.ledger.backup import backup
from core.ledger.restore import Restored, restore
from tests.ledger.desk import LI, WANG, Desk, stay

DAY = date(2026, 2, 1)
ACCOUNT = Account(2026, 6, 1, 0, (500_000,))
LARGE = {"eligible": "1500000.00"}


def enter(desk: Desk, account: Account = ACCOUNT, **cells: object) -> EnrolmentRow | list[object]:
    given = {"patient": WANG, "operator": "赵", "day": DAY, **cells}
    return posting.enter_enrolment(desk.counter, account=account, **given)


def current(desk: Desk) -> Account:
    row = desk.ledger.accounts.current(desk.counter.find(WANG.identifiers[0].id).key)
    assert row is not None
    return row.account


def causes(desk: Desk) -> list[Cause]:
    patient = desk.counter.find(WANG.identifiers[0].id)
    return [row.cause for row in desk.ledger.accounts.history(patient.key)]


def test_an_account_is_kept_with_its_day_and_who_entered_it(desk: Desk) -> None:
    row = enter(desk)
    assert (row.account, row.day, row.operator, row.cause) == (ACCOUNT, DAY, "赵", Cause.ENTERED)
    assert current(desk) == ACCOUNT
    assert desk.sound()


def test_what_stood_before_stays_in_the_history(desk: Desk) -> None:
    enter(desk)
    enter(desk, ACCOUNT._replace(gap_years=1), operator="钱")
    rows = desk.ledger.accounts.history(desk.counter.find(WANG.identifiers[0].id).key)
    assert [(row.operator, row.account.gap_years) for row in rows] == [("赵", 0), ("钱", 1)]


def test_years_that_cannot_be_are_refused_all_at_once_and_nothing_is_kept(desk: Desk) -> None:
    found = enter(desk, Account(2026, 6, 9, 9))
    assert {fault.field for fault in found} == {"enrolment.zero_claim_years", "enrolment.gap_years"}
    assert desk.counter.find(WANG.identifiers[0].id) is None
    assert {fault.field for fault in enter(desk, Account(1800), operator=" ")} == {"year", "operator"}


def test_another_name_for_the_same_document_is_refused(desk: Desk) -> None:
    enter(desk)
    other = WANG._replace(name="别人")
    assert [fault.field for fault in enter(desk, patient=other)] == ["patient.name"]


def test_an_entry_carries_forward_what_it_used_up_and_cleared(desk: Desk) -> None:
    enter(desk)
    given = {"consecutive_years": 6, "zero_claim_years": 1, "fraud_amounts": ["5000.00"]}
    number = desk.posted(stay(**LARGE, enrolment=given))
    assert desk.ledger.journal.entry(number).settlement.critical.zero_claim_bonus_used
    assert current(desk) == ACCOUNT._replace(fraud_amounts=(), bonus_used_in=2026)
    assert current(desk).enrolment(2027).zero_claim_years == 0


def test_an_entry_that_uses_nothing_leaves_the_account_alone(desk: Desk) -> None:
    enter(desk)
    desk.posted(stay(enrolment={"zero_claim_years": 1, "fraud_amounts": ["5000.00"]}))
    assert causes(desk) == [Cause.ENTERED]


def test_a_reversal_brings_back_what_its_entry_used_up(desk: Desk) -> None:
    enter(desk)
    given = {"consecutive_years": 6, "zero_claim_years": 1, "fraud_amounts": ["5000.00"]}
    number = desk.posted(stay(**LARGE, enrolment=given))
    desk.reverse(number)
    assert current(desk) == ACCOUNT
    assert causes(desk) == [Cause.ENTERED, Cause.POSTED, Cause.REVERSED]
    assert desk.sound()


def test_a_reversal_leaves_what_somebody_has_entered_since(desk: Desk) -> None:
    enter(desk)
    number = desk.posted(stay(**LARGE, enrolment={"fraud_amounts": ["5000.00"]}))
    newer = ACCOUNT._replace(fraud_amounts=(), gap_years=1)
    enter(desk, newer)
    desk.reverse(number)
    assert current(desk) == newer


def test_an_entry_that_is_settled_again_leaves_what_somebody_has_entered_since(desk: Desk) -> None:
    enter(desk)
    given = {"consecutive_years": 6, "zero_claim_years": 1, "fraud_amounts": ["5000.00"]}
    number = desk.posted(stay(eligible="5000.00"))
    desk.posted(stay(admitted="2026-03-20", discharged="2026-03-24", eligible="6000.00"))
    desk.posted(stay(**LARGE, admitted="2026-04-01", discharged="2026-04-10", enrolment=given))
    newer = ACCOUNT._replace(fraud_amounts=(800_000,), gap_years=1)
    enter(desk, newer)
    for _ in range(2):  # the second time what is settled again was settled again before
        again = reversing.reverse(desk.counter, number, reason="错", operator="赵", resettle=True)
        assert not isinstance(again, list)
        settled = again.resettled[-1].entry
        assert settled.settlement.critical.zero_claim_bonus_used
        assert settled.settlement.critical.fraud_cleared
        assert current(desk) == newer
        number = again.resettled[0].entry.number
    assert desk.sound()


def test_an_entry_that_is_settled_again_uses_up_what_it_did_before(desk: Desk) -> None:
    enter(desk)
    given = {"consecutive_years": 6, "zero_claim_years": 1, "fraud_amounts": ["5000.00"]}
    first = desk.posted(stay(eligible="5000.00"))
    desk.posted(stay(**LARGE, admitted="2026-04-01", discharged="2026-04-10", enrolment=given))
    again = reversing.reverse(desk.counter, first, reason="错", operator="赵", resettle=True)
    assert not isinstance(again, list)
    assert current(desk) == ACCOUNT._replace(fraud_amounts=(), bonus_used_in=2026)


def test_a_bonus_that_another_entry_used_too_stays_used(desk: Desk) -> None:
    enter(desk)
    given = {"consecutive_years": 6, "zero_claim_years": 1}
    first = desk.posted(stay(**LARGE, enrolment=given))
    second = desk.posted(stay(admitted="2026-04-01", discharged="2026-04-10", enrolment=given))
    assert desk.ledger.journal.entry(second).settlement.critical.zero_claim_bonus_used
    desk.reverse(first)
    assert current(desk).bonus_used_in == 2026
    desk.reverse(second)
    assert causes(desk)[0] == Cause.ENTERED


def test_posting_again_with_the_same_key_carries_nothing_twice(desk: Desk) -> None:
    enter(desk)
    request = stay(**LARGE, enrolment={"fraud_amounts": ["5000.00"]})
    desk.posted(request, key="same")
    desk.posted(request, key="same")
    assert causes(desk) == [Cause.ENTERED, Cause.POSTED]


def test_a_patient_without_an_account_has_none_after_posting(desk: Desk) -> None:
    desk.posted(stay(**LARGE, enrolment={"fraud_amounts": ["5000.00"]}), LI)
    patient = desk.counter.find(LI.identifiers[0].id)
    assert desk.ledger.accounts.current(patient.key) is None
    desk.reverse(1)
    assert desk.ledger.accounts.history(patient.key) == []


def test_an_account_goes_with_a_copy_and_comes_back_from_it(desk: Desk, tmp_path: Path) -> None:
    enter(desk)
    copy = tmp_path / "copy.db"
    assert backup(desk.ledger, copy) == 0
    enter(desk, ACCOUNT._replace(gap_years=1))
    assert isinstance(restore(desk.ledger.path, copy), Restored)
    assert current(desk) == ACCOUNT


def test_a_copy_from_before_accounts_were_kept_can_be_restored(desk: Desk) -> None:
    desk.posted(stay())
    enter(desk)
    old = Path(__file__).parent / "fixtures" / "schema-1.db"
    assert isinstance(restore(desk.ledger.path, old), Restored)
    patient = desk.counter.find(WANG.identifiers[0].id)
    assert desk.ledger.accounts.current(patient.key) is None
    enter(desk)
    assert current(desk) == ACCOUNT
    assert desk.sound()


@pytest.mark.parametrize("text", ["{", "[]", '{"year": 2026}'])
def test_an_account_that_cannot_be_read_is_said(desk: Desk, text: str) -> None:
    from core.ledger.errors import LedgerUnavailable

    enter(desk)
    desk.ledger.db.execute("UPDATE enrolments SET account = ?", [text])
    with pytest.raises(LedgerUnavailable):
        current(desk)
