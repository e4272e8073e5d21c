"""What a row does not state is unknown, never nothing: no contradiction, no difference, no sum."""

import random
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.agreement import messages_of_platform
from core.agreement.codes import known_codes
from core.agreement.messages_of_platform import read_text
from core.agreement.receipts import receipts_of
from core.agreement.result_row import Reader, ResultRow
from core.agreement.theirs import Theirs, as_one, check
from core.messages import message
from core.policy.regions import RegionPack
from core.policy.select import Policy
from core.policy.soundness import read_pack
from core.tables.names import known_names
from core.tables.watch import Watch
from tests.agreement.conftest import Command, Told
from tests.agreement.planted import (
    READER,
    Month,
    fen,
    message_of,
    month_of,
    pack_of,
    request_of,
    settled,
    yuan,
)
from tests.agreement.test_reconcile import MONTH
from tests.agreement.test_statement import MARCH, _messages, _statement

BILL = {"medfee_sumamt": 10_000, "hifp_pay": 5_000, "hifmi_pay": 1_000}
CODES = known_codes()


def _row(**amounts: int) -> ResultRow:
    return ResultRow(file="x", number=1, amounts={**BILL, **amounts})


def test_equal_rows_stay_equal_whatever_they_leave_out(tmp_path: Path, reconcile: Command) -> None:
    month = month_of(11, 80, differing=0.0)
    rng = random.Random(5)
    for told in month.theirs:
        info: dict[str, Any] = told["output"]["setlinfo"]
        amounts = [name for name, value in info.items() if isinstance(value, int | float)]
        for name in rng.sample(amounts, rng.randrange(1, 7)):
            info[name] = None
        if rng.random() < 0.7:
            told["output"]["setldetail"] = []
    told = reconcile(*month.write(tmp_path), more=MONTH)
    assert told.report["inconsistent"] == [] == told.report["differences"]
    assert (told.status, told.report["equal"]) == (0, len(month.theirs))


def test_a_sum_of_funds_is_held_only_against_payers_that_are_stated() -> None:
    """The planted faults: assistance, or another payer, that is not printed, taken as nothing."""
    stated = {"maf_pay": 500, "oth_pay": 0}
    for left_out in ({}, {"maf_pay"}, {"oth_pay"}, set(stated)):
        payers = {name: paid for name, paid in stated.items() if name not in left_out}
        assert check(_row(fund_pay_sumamt=6_500, **payers), CODES) is None, left_out
    more = check(_row(fund_pay_sumamt=6_501, **stated), CODES)
    assert more is not None
    assert (more.check, more.by) == ("funds", 1)
    for left_out in ({}, {"maf_pay"}, {"oth_pay"}, set(stated)):
        payers = {name: paid for name, paid in stated.items() if name not in left_out}
        less = check(_row(fund_pay_sumamt=5_999, **payers), CODES)
        assert less is not None, left_out
        assert less.check == "funds"
    taken_back = {name: -paid for name, paid in BILL.items()}
    assert check(_row(**taken_back, fund_pay_sumamt=-6_500), CODES) is None
    assert check(_row(**taken_back, fund_pay_sumamt=-5_999), CODES) is not None


# ---- another settlement of the person


def _with_one_more(**cells: Any) -> tuple[Month, dict[str, Any]]:
    """A row that stands on one more stay of theirs, and that stay, with cells of it otherwise."""
    rng = random.Random(4)
    pack = pack_of(rng)
    while True:
        request, other = request_of(rng, pack), request_of(rng, pack)
        own, first = settled(request), settled(other)
        if (
            own is not None
            and first is not None
            and {request["benefit"], other["benefit"]} == {"inpatient"}
            and request["population"] == "ordinary"
            and request["year_to_date"]["admissions"] > 2
            and own.hifmi_pay
            and first.hifp_pay
        ):
            break
    before = request["year_to_date"]
    scope, paid = first.inscp_scp_amt or 0, first.hifp_pay
    standing = {
        "admissions": before["admissions"] + 1,
        "in_scope": yuan(fen(before["in_scope"]) + scope),
        "basic_paid": yuan(fen(before["basic_paid"]) + paid),
        "critical_burden": yuan(fen(before["critical_burden"]) + scope - paid),
    }
    amounts = settled({**request, "year_to_date": standing})
    assert amounts is not None
    month = Month()
    month.ours.append({**request, "setl_id": "S0000001", "patient": {"id_type": "01", "id": "9801000001X"}})
    month.theirs.append(message_of("S0000001", request, amounts._asdict()))
    month.theirs.append(message_of("S0000002", other, first._asdict()))
    info = month.theirs[1]["output"]["setlinfo"]
    info |= {"certno": "9801000001X", "enddate": "2026-02-01", "setl_time": "2026-02-01 09:00:00"} | cells
    month.theirs[1]["output"]["setldetail"] = []
    return month, info


_SUMS = dict.fromkeys(("fund_pay_sumamt", "psn_part_amt", "psn_cash_pay"))


@pytest.mark.parametrize(
    ("cells", "named"),
    [
        ({}, True),
        ({"hifmi_pay": None, "maf_pay": None, "act_pay_dedc": None, **_SUMS}, True),
        ({"inscp_scp_amt": None}, False),
        ({"hifp_pay": None, **_SUMS}, False),
        ({"enddate": "2025-12-31", "setl_time": "2025-12-31 09:00:00"}, False),
    ],
)
def test_another_settlement_counts_only_where_it_says_what_it_added(
    cells: dict[str, Any], named: bool, tmp_path: Path, reconcile: Command
) -> None:
    month, info = _with_one_more()
    scope = f"{info['inscp_scp_amt']:,.2f}"
    info |= cells
    told: Told = reconcile(*month.write(tmp_path), more=MONTH)
    difference = told.difference("S0000001")
    assert (scope in difference["why"]) is named, difference["why"]


def test_the_money_of_a_visit_settled_twice_is_ours_where_theirs_is_not_stated(
    tmp_path: Path, reconcile: Command
) -> None:
    month = month_of(3, 1, differing=0.0)
    month.theirs.append(deepcopy(month.theirs[0]))
    month.theirs[1]["output"]["setlinfo"]["setl_id"] = "S9"
    paid = month.theirs[0]["output"]["setlinfo"]["fund_pay_sumamt"]
    for told in month.theirs:
        told["output"]["setlinfo"]["fund_pay_sumamt"] = None
    found = reconcile(*month.write(tmp_path), more=MONTH).report["kinds"]
    assert found == [{"kind": "settled_twice", "rows": 1, "yuan": f"{paid:.2f}"}]


# ---- a month's account, and receipts


def _pack(counts: bool) -> RegionPack:
    raw = {"id": "made/up", "name": "made up", "effective": "2023-01-01"}
    pack = read_pack({**raw, "critical_illness": {"2023": {"counts_category_b": counts}}}, READER.documents)
    assert isinstance(pack, RegionPack)
    return pack


def _receipt(number: int, amounts: dict[str, int]) -> ResultRow:
    return ResultRow(
        file="x",
        number=number,
        setl_id=f"S{number}",
        people=("P",),
        discharged=date(2023, number, 9),
        level="level_2",
        benefit="inpatient",
        amounts=amounts,
    )


def test_a_sum_that_the_centre_does_not_state_is_nothing_to_put_right(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = _messages(tmp_path, {**MARCH, "acct_pay": 12.5})
    answer = tmp_path / "back.txt"
    for account, wrong in (("null", []), ("12.50", []), ("12.60", [{"acct_pay": ["12.50", "12.60"]}])):
        answer.write_text(f"P1\tJ1\tS1\tH1\t0\t0\tnull\t52000.00\t35408.00\t{account}\n", encoding="utf-8")
        told = _statement(capsys, "check", answer, "--sent", files)
        assert [each["amounts"] for each in told.report["to_put_right"]] == wrong, account


def test_a_first_share_that_is_not_stated_follows_from_the_others_or_stays_unknown() -> None:
    """Where critical illness counts it, what a receipt left for it is then unknown, not less."""
    pack = _pack(counts=True)
    parts = {"medfee_sumamt": 100_000, "fulamt_ownpay_amt": 10_000, "overlmt_selfpay": 0}
    paid = {"inscp_scp_amt": 80_000, "hifp_pay": 50_000}
    for amounts, burden in (
        ({**parts, **paid}, 40_000),
        ({**parts, **paid, "preselfpay_amt": 10_000}, 40_000),
        ({"medfee_sumamt": 80_000, **paid, "preselfpay_amt": 0}, 30_000),
        ({"medfee_sumamt": 100_000, **paid}, None),
    ):
        rows = [_receipt(1, amounts), _receipt(2, amounts)]
        theirs = Theirs(rows, {}, [], [], [], [])
        (one, two), _ = receipts_of(theirs, Policy(READER.documents, pack), CODES, 2023)
        assert one.burden == burden
        assert ("critical_burden" in two.unstated) is (burden is None)
        if burden is not None:
            assert two.case.year.critical_burden == burden
    plain = _pack(counts=False)
    theirs = Theirs([_receipt(1, {"medfee_sumamt": 100_000, **paid})], {}, [], [], [], [])
    (one,), _ = receipts_of(theirs, Policy(READER.documents, plain), CODES, 2023)
    assert one.burden == 30_000


def test_parts_that_are_more_than_the_whole_contradict_it_whatever_is_not_stated() -> None:
    """The planted faults: a first share below zero, a hospital that bears less than nothing."""
    whole = {"medfee_sumamt": 100_000, "fulamt_ownpay_amt": 10_000, "overlmt_selfpay": 0}
    paid = {"medfee_sumamt": 100_000, "fund_pay_sumamt": 60_000}
    for amounts, told in (
        ({**whole, "inscp_scp_amt": 90_000}, None),
        ({**whole, "inscp_scp_amt": 90_001}, ("parts", 1)),
        ({"medfee_sumamt": 100_000, "inscp_scp_amt": 100_007}, ("parts", 7)),
        ({**paid, "psn_part_amt": 40_000}, None),
        ({**paid, "psn_part_amt": 39_000}, None),
        ({**paid, "psn_part_amt": 40_003}, ("payers", 3)),
        ({"psn_part_amt": 500, "acct_pay": 501}, ("patient", 1)),
    ):
        for sign in (1, -1):
            signed = {name: sign * fen for name, fen in amounts.items()}
            if sign < 0 and "medfee_sumamt" not in amounts:
                continue  # nothing says that it is a reversal
            found = check(ResultRow(file="x", number=1, amounts=signed), CODES)
            assert (found and (found.check, found.by)) == (told and (told[0], sign * told[1])), amounts
    back = {"medfee_sumamt": 100_000, "psn_part_amt": -500, "acct_pay": 100}
    assert check(ResultRow(file="x", number=1, amounts=back), CODES) is None, "the cash is what is left: -600"
    over = check(ResultRow(file="x", number=1, amounts={**back, "acct_pay": -501}), CODES)
    assert (over and (over.check, over.by)) == ("patient", -1)
    beyond = {**whole, "inscp_scp_amt": 90_001}
    assert ResultRow(file="x", number=1, amounts=beyond).first_share() is None
    back = {name: -fen for name, fen in {**whole, "inscp_scp_amt": 80_000}.items()}
    assert ResultRow(file="x", number=1, amounts=back).first_share() == -10_000


def _read(fields: dict[str, str]) -> ResultRow:
    return Reader(known_names()).row("x", 1, lambda field: (fields.get(field),))


@pytest.mark.parametrize(
    ("identity", "kind", "category", "unknown"),
    [
        ("特困", "15", None, "特困"),
        ("2304", "15", None, "2304"),
        ("2308", "15", None, "2308"),
        ("2303", "15", "low_income", ""),
        ("低保", "1502", "low_income", ""),
        ("无", "特困", "ordinary", ""),
        ("", "15", "ordinary", ""),
        ("", "1502", None, "1502"),
        ("", "", None, ""),
    ],
)
def test_what_somebody_is_by_identity_is_not_undone_by_being_a_resident(
    identity: str, kind: str, category: str | None, unknown: str
) -> None:
    """The planted fault: somebody destitute, urban or rural nobody says, measured as ordinary."""
    whole = _read({"psn_idet_type": identity, "psn_type": kind})
    assert (whole.population, whole.unknown_category) == (category, unknown)
    parts = [_read({"psn_idet_type": identity}), _read({"psn_type": kind}), _read({})]
    for rows in (parts, parts[::-1], [as_one(parts[1:]), parts[0]]):
        one = as_one(rows)
        assert (one.population, one.unknown_category) == (category, unknown)


def test_of_one_column_in_two_files_the_word_that_says_more_stands() -> None:
    ordinary, unclear, rural = (_read({"psn_type": word}) for word in ("15", "特困", "农村特困人员"))
    for rows in ([ordinary, unclear], [unclear, ordinary]):
        assert as_one(rows).unknown_category == "特困"
    assert as_one([ordinary, unclear, rural]).population == "rural_destitute"


def test_a_level_of_a_deductible_that_nobody_knows_is_not_the_hospitals_own() -> None:
    assert _read({"dedc_hosp_lv": "9", "hosp_lv": "2"}).level is None
    assert _read({"dedc_hosp_lv": "1", "hosp_lv": "5"}).level == "level_1"
    assert _read({"hosp_lv": "2"}).level == "level_3"
    assert _read({"benefit": "居民待遇", "med_type": "21"}).benefit == "inpatient"


@pytest.mark.parametrize("text", ["NaN", "-Infinity", "1e99999", "7" * 60, '"NaN"', '"\\"NaN\\""'])
def test_a_number_that_nobody_means_is_no_message_and_is_read_once(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault: its text read as JSON again and again, until Python's limit."""
    read: list[str] = []
    value_of = messages_of_platform._value_of

    def counted(text: str) -> Any:
        read.append(text)
        return value_of(text)

    monkeypatch.setattr(messages_of_platform, "_value_of", counted)
    assert read_text(text, "x.json", known_names(), Watch()) == message("agreement.no_message", name="x.json")
    assert read == sorted(set(read), key=len, reverse=True), "each text is shorter than the one before"
