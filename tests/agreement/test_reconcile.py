"""Reconciliation: every planted kind is found, none on an equal row, and no sum is made up for the rest."""

import json
import random
from copy import deepcopy
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from tests.agreement.conftest import Command, Told
from tests.agreement.planted import Month, by_other_year, message_of, month_of, pack_of, request_of, settled
from tests.tables.conftest import SAMPLES

SAMPLE = SAMPLES / "reconcile"
MONTH = ("--month", "2026-03")


def _kinds(difference: dict[str, Any]) -> list[set[str]]:
    return [set(difference["kinds"]), *map(set, difference["or"])]


def _wrong(told: Told, month: Month) -> list[str]:
    """What is not as it was planted."""
    found = {each["setl_id"]: each for each in told.report["differences"]}
    wrong = [
        f"{id_}: equal, told {found[id_]['kinds']}"
        for id_, kinds in month.planted.items()
        if not kinds and id_ in found
    ]
    for id_, kinds in month.planted.items():
        if kinds and id_ not in found:
            wrong.append(f"{id_}: {sorted(kinds)} missed")
        elif kinds and kinds not in _kinds(found[id_]):
            wrong.append(f"{id_}: {sorted(kinds)} told as {_kinds(found[id_])}")
    return wrong


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("seed", [7, 20260131])
def test_every_planted_kind_is_found_and_none_on_an_equal_row(
    seed: int, tmp_path: Path, reconcile: Command
) -> None:
    month = month_of(seed, 120, differing=0.6)
    told = reconcile(*month.write(tmp_path), more=MONTH)
    assert _wrong(told, month) == []
    assert told.report["equal"] == sum(not kinds for kinds in month.planted.values())
    assert (told.report["unexplained"], told.status) == (0, 1)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 112))
def test_larger_months_with_other_seeds(seed: int, tmp_path: Path, reconcile: Command) -> None:
    month = month_of(seed, 500)
    assert _wrong(reconcile(*month.write(tmp_path), more=MONTH), month) == []


@pytest.mark.long
@pytest.mark.parametrize(("differing", "seconds"), [(0.05, 15), (0.34, 60)])
def test_two_thousand_rows_take_their_time_and_no_more(
    differing: float, seconds: float, tmp_path: Path, reconcile: Command
) -> None:
    files = month_of(5, 2_000, differing).write(tmp_path)
    start = perf_counter()
    reconcile(*files, more=MONTH)
    assert perf_counter() - start < seconds


def test_a_fault_that_is_planted_and_not_told_would_be_noticed(tmp_path: Path, reconcile: Command) -> None:
    month = month_of(7, 40, differing=0.6)
    told = reconcile(*month.write(tmp_path), more=MONTH)
    equal = next(id_ for id_, kinds in month.planted.items() if not kinds)
    planted = next(id_ for id_, kinds in month.planted.items() if kinds)
    month.planted[equal], month.planted[planted] = {"level"}, {"critical_cap", "own_pay"}
    assert [line.partition(":")[0] for line in _wrong(told, month)] == [equal, planted] or len(
        _wrong(told, month)
    ) == 2


@pytest.mark.skipif(not SAMPLE.is_dir(), reason="the samples do not lie beside this checkout")
def test_the_sample_comes_to_its_truth(reconcile: Command) -> None:
    truth = json.loads((SAMPLE / "truth.json").read_text(encoding="utf-8"))
    told = reconcile(SAMPLE / "ours.jsonl", *sorted(SAMPLE.glob("theirs-*")), more=MONTH)
    report = told.report
    found = {each["setl_id"]: each for each in report["differences"]}
    assert (report["ours"], report["theirs"]) == (truth["ours"], truth["theirs"])
    for id_, row in truth["rows"].items():
        if row.get("equal"):
            assert id_ not in found, id_
        elif row.get("broken"):
            assert id_ in {each["setl_id"] for each in report["inconsistent"]}
        elif row.get("only"):
            assert id_ in {each["setl_id"] for each in report[f"only_{row['only']}"]}
        elif row.get("unexplained"):
            assert not found[id_]["explained"], id_
        elif "of" in row:
            assert id_ in found[row["of"]]["others"]
        else:
            assert set(row["kinds"]) in _kinds(found[id_]), id_
            told_kinds = {kind for kinds in _kinds(found[id_]) for kind in kinds}
            assert len(row["kinds"]) > 1 or told_kinds <= {*row["kinds"], *row["also"]}, id_


# ---- what rows show by themselves


def _one(seed: int = 3) -> tuple[Month, dict[str, Any]]:
    """A month of one equal inpatient row with critical illness, and its message."""
    rng = random.Random(seed)
    pack = pack_of(rng)
    while True:
        request = request_of(rng, pack)
        amounts = settled(request)
        if amounts is not None and request["benefit"] == "inpatient" and amounts.hifmi_pay:
            break
    month = Month()
    id_ = "S0000001"
    month.ours.append({**request, "setl_id": id_, "patient": {"id_type": "01", "id": f"9801{id_[-6:]}X"}})
    month.theirs.append(message_of(id_, request, amounts._asdict()))  # type: ignore[arg-type]
    return month, month.theirs[0]["output"]["setlinfo"]


def _again(month: Month, **cells: Any) -> dict[str, Any]:
    other = deepcopy(month.theirs[0])
    other["output"]["setlinfo"] |= cells
    other["output"]["setldetail"] = []
    month.theirs.append(other)
    return other["output"]["setlinfo"]  # type: ignore[no-any-return]


def _negative(info: dict[str, Any]) -> dict[str, Any]:
    return {name: -value for name, value in info.items() if isinstance(value, float) and value} | {
        "setl_id": "R1",
        "psn_part_amt": None,
        "hosp_part_amt": None,
    }


def test_a_visit_settled_twice(tmp_path: Path, reconcile: Command) -> None:
    month, _ = _one()
    _again(month, setl_id="S0000009")
    told = reconcile(*month.write(tmp_path), more=MONTH)
    difference = told.difference("S0000001")
    assert (difference["kinds"], difference["others"], difference["amounts"]) == (
        ["settled_twice"],
        ["S0000009"],
        {},
    )


def test_one_settlement_stated_by_two_files_is_one_and_told(tmp_path: Path, reconcile: Command) -> None:
    month, _ = _one()
    ours, theirs = month.write(tmp_path)
    other = tmp_path / "again.json"
    other.write_bytes(theirs.read_bytes())
    told = reconcile(ours, theirs, other, more=MONTH)
    assert (told.status, told.report["equal"], told.report["differences"]) == (0, 1, [])
    assert told.report["again"] == [{"file": "again.json", "of": "theirs.json", "rows": 1}]


def test_a_visit_that_two_of_ours_are_is_told(tmp_path: Path, reconcile: Command) -> None:
    month = month_of(7, 3, differing=0)
    two_desks = dict(month.ours[1])
    del two_desks["setl_id"]
    month.ours += [two_desks, {**month.ours[2], "setl_id": "X", "patient": {"id": "98010X"}}]
    report = reconcile(*month.write(tmp_path), more=MONTH).report
    assert (report["equal"], report["again"]) == (3, [])
    assert [(each["row"], each["same_visit"]) for each in report["only_ours"]] == [(4, 2), (5, None)]


def test_a_refund_on_one_side(tmp_path: Path, reconcile: Command) -> None:
    month, info = _one()
    _again(month, **_negative(info))
    told = reconcile(*month.write(tmp_path), more=MONTH)
    difference = told.difference("S0000001")
    assert (difference["kinds"], difference["others"]) == (["refund_one_side"], ["R1"])


def test_a_refund_that_was_settled_anew_is_no_difference(tmp_path: Path, reconcile: Command) -> None:
    month, info = _one()
    _again(month, **_negative(info))
    _again(month, setl_id="S0000002")
    told = reconcile(*month.write(tmp_path), more=MONTH)
    assert (told.status, told.report["equal"]) == (0, 1)


def test_several_rows_that_make_up_ours(tmp_path: Path, reconcile: Command) -> None:
    month, info = _one()
    first = {name: round(value * 40) / 100 for name, value in info.items() if isinstance(value, float)}
    parts = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")
    first["medfee_sumamt"] = round(sum(first[name] for name in parts), 2)
    first["fund_pay_sumamt"] = round(sum(first[name] for name in ("hifp_pay", "hifmi_pay", "maf_pay")), 2)
    first["psn_part_amt"] = round(first["medfee_sumamt"] - first["fund_pay_sumamt"], 2)
    first["psn_cash_pay"] = first["psn_part_amt"]
    second = {name: round(info[name] - value, 2) for name, value in first.items()}
    info |= first
    _again(month, **second)
    for message in month.theirs:
        message["output"]["setldetail"] = []
    difference = reconcile(*month.write(tmp_path), more=MONTH).difference("S0000001")
    assert (difference["kinds"], difference["amounts"]) == (["several_rows"], {})


def test_another_month_has_equal_amounts_and_counts(tmp_path: Path, reconcile: Command) -> None:
    month, info = _one()
    info["setl_time"] = "2026-04-02 09:00:00"
    told = reconcile(*month.write(tmp_path), more=MONTH)
    difference = told.difference("S0000001")
    assert (difference["kinds"], difference["amounts"], told.status) == (["month"], {}, 1)


def test_an_account_among_the_funds(tmp_path: Path, reconcile: Command) -> None:
    month, info = _one()
    info["fund_pay_sumamt"] = round(info["fund_pay_sumamt"] + 88.5, 2)
    info["psn_part_amt"] = info["psn_cash_pay"] = round(info["psn_part_amt"] - 88.5, 2)
    month.theirs[0]["output"]["setldetail"].append({"fund_pay_type": "310200", "fund_payamt": 88.5})
    assert reconcile(*month.write(tmp_path), more=MONTH).difference("S0000001")["kinds"] == ["non_fund_row"]


def test_the_same_money_under_another_payer(tmp_path: Path, reconcile: Command) -> None:
    month, info = _one()
    info["oth_pay"], info["hifmi_pay"] = info["hifmi_pay"], 0
    for row in month.theirs[0]["output"]["setldetail"]:
        if row["fund_pay_type"] == "390200":
            row["fund_pay_type"] = "330100"
    assert reconcile(*month.write(tmp_path), more=MONTH).difference("S0000001")["kinds"] == ["fund_code"]


def test_another_years_rules(tmp_path: Path, reconcile: Command) -> None:
    month, info = _one()
    amounts = by_other_year(
        {key: month.ours[0][key] for key in month.ours[0] if key not in ("setl_id", "patient")}, 2025
    )
    info |= {name: value / 100 for name, value in amounts._asdict().items() if value is not None}
    info["psn_cash_pay"] = info["psn_part_amt"]
    month.theirs[0]["output"]["setldetail"] = []
    assert ["rate_year"] in [
        sorted(kinds)
        for kinds in _kinds(reconcile(*month.write(tmp_path), more=MONTH).difference("S0000001"))
    ]


def test_a_row_that_contradicts_itself_is_not_compared(tmp_path: Path, reconcile: Command) -> None:
    month, info = _one()
    info["psn_part_amt"] = info["psn_cash_pay"] = info["psn_part_amt"] + 10
    told = reconcile(*month.write(tmp_path), more=MONTH)
    assert told.report["differences"] == [] == told.report["only_ours"]
    assert [(each["check"], each["by"]) for each in told.report["inconsistent"]] == [("payers", "10.00")]


@pytest.mark.parametrize("how", ["rate", "deductible", "critical"])
def test_what_no_rule_gives_stays_unexplained(how: str, tmp_path: Path, reconcile: Command) -> None:
    """Beyond the highest rate, a deductible with fen, a payment of critical illness beyond every band."""
    month, info = _one()
    month.theirs[0]["output"]["setldetail"] = []
    paid = {"rate": "hifp_pay", "deductible": "hifp_pay", "critical": "hifmi_pay"}[how]
    by = round(info["inscp_scp_amt"] * 0.97 - info["hifp_pay"], 2) if how != "deductible" else -41.23
    if how == "critical":
        by = round((info["inscp_scp_amt"] - info["hifp_pay"]) * 0.99 - info["hifmi_pay"], 2)
    if how == "deductible":
        info["act_pay_dedc"] = round(info["act_pay_dedc"] + 58.37, 2)
    info[paid] = round(info[paid] + by, 2)
    info["maf_pay"] = 0
    info["fund_pay_sumamt"] = round(info["hifp_pay"] + info["hifmi_pay"], 2)
    info["psn_part_amt"] = info["psn_cash_pay"] = round(info["medfee_sumamt"] - info["fund_pay_sumamt"], 2)
    told = reconcile(*month.write(tmp_path), more=MONTH)
    difference = told.difference("S0000001")
    assert (difference["kinds"], difference["explained"], told.report["unexplained"]) == (
        ["unexplained"],
        False,
        1,
    )


def test_two_that_could_be_meant_are_listed_and_none_is_chosen(tmp_path: Path, reconcile: Command) -> None:
    month, info = _one()
    month.ours.append({**month.ours[0], "setl_id": "S0000002"})
    info["setl_id"], info["mdtrt_id"] = "X1", None
    info["enddate"] = month.ours[0]["discharged"]
    told = reconcile(*month.write(tmp_path), more=MONTH)
    assert told.report["differences"] == [] == told.report["only_theirs"]
    assert [len(each["candidates"]) for each in told.report["ambiguous"]] == [2]


def test_rows_meet_by_person_total_and_day_through_another_number(tmp_path: Path, reconcile: Command) -> None:
    """The platform's row has its own number of the person; another row of the run tells whose it is."""
    month, info = _one()
    certno = info.pop("certno")
    info |= {"setl_id": "X1", "mdtrt_id": "X2", "psn_no": "P77", "enddate": month.ours[0]["discharged"]}
    month.theirs.append({"setlinfo": {"setl_id": "Y", "medfee_sumamt": 1, "certno": certno, "psn_no": "P77"}})
    told = reconcile(*month.write(tmp_path), more=MONTH)
    assert told.report["equal"] == 1
    assert [each["setl_id"] for each in told.report["only_theirs"]] == ["Y"]


def test_a_refused_line_and_a_row_with_two_hospital_parts_are_told(
    tmp_path: Path, reconcile: Command
) -> None:
    month, _ = _one()
    ours, theirs = month.write(tmp_path)
    ours.write_text(ours.read_text(encoding="utf-8") + '\n{"benefit": "inpatient"}', encoding="utf-8")
    text = theirs.read_text(encoding="utf-8")
    theirs.write_text(text.replace('"oth_pay"', '"hosp_part_amt": 3.5, "oth_pay"'), encoding="utf-8")
    told = reconcile(ours, theirs, more=MONTH)
    assert told.status == 2
    places = {(each["file"], each["row"]) for each in told.report["refused"]}
    assert places == {(None, 2), ("theirs.json", 1)}


@pytest.mark.parametrize(
    "number", ["1e999999999", "1e-999999999", "1e99999999999999999999", "9" * 300, "1.005"]
)
def test_a_number_that_nobody_means_is_a_fault_of_its_row(
    number: str, tmp_path: Path, reconcile: Command
) -> None:
    month, info = _one()
    ours, theirs = month.write(tmp_path)
    stated = json.dumps(info["hifp_pay"])
    text = theirs.read_text(encoding="utf-8").replace(f'"hifp_pay": {stated}', f'"hifp_pay": {number}')
    theirs.write_text(text, encoding="utf-8")
    told = reconcile(ours, theirs, more=MONTH)
    assert (told.status, [each["column"] for each in told.report["refused"]]) == (2, ["hifp_pay"])


def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path: Path, reconcile: Command) -> None:
    month, _ = _one()
    ours, theirs = month.write(tmp_path)
    for content in (b"{", b"[]", b"\xff\xfe\x00", b'{"a": ' * 100_000):
        theirs.write_bytes(content)
        told = reconcile(ours, theirs)
        assert told.status == 3
        assert [each["field"] for each in told.report["errors"]] == ["theirs"]


def test_the_workbook_has_a_sheet_for_each_part(tmp_path: Path, reconcile: Command) -> None:
    month = month_of(7, 30, differing=0.6)
    out = tmp_path / "out.xlsx"
    told = reconcile(*month.write(tmp_path), more=(*MONTH, "--out", out))
    book = CalamineWorkbook.from_path(out)
    assert book.sheet_names == ["summary", "kinds", "rows", "only here", "only there", "refused"]
    rows = book.get_sheet_by_name("rows").to_python()
    assert len(rows) == 1 + len(told.report["differences"])
    assert {row[2] for row in rows[1:]} == {each["setl_id"] for each in told.report["differences"]}
