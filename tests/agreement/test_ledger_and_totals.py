"""A ledger's entries against the platform's rows, and the platform's totals taken over as openings."""

import json
from pathlib import Path
from typing import Any

import pytest

from core.clock import BEIJING
from core.ledger.connection import utc_now
from tests.agreement.conftest import Command, Told
from tests.cli import main

PERSON = {"id_type": "01", "id": "980101193802201801", "name": "Person"}
REQUEST = {
    "region": "jilin/example",
    "benefit": "inpatient",
    "hospital_level": "level_2",
    "admitted": "2026-03-01",
    "discharged": "2026-03-10",
    "total": "52000.00",
    "eligible": "48000.00",
    "category_b_selfpay": "1200.00",
}
INFO = {
    "setl_id": "S1",
    "mdtrt_id": "J1",
    "certno": PERSON["id"],
    "psn_no": "P1",
    "setl_time": "2026-03-10 15:00:00",
    "enddate": "2026-03-10",
    "medfee_sumamt": 52000.0,
    "fulamt_ownpay_amt": 4000.0,
    "overlmt_selfpay": 0,
    "preselfpay_amt": 1200.0,
    "inscp_scp_amt": 46800.0,
    "act_pay_dedc": 400.0,
    "hifp_pay": 33320.0,
    "hifmi_pay": 2088.0,
    "maf_pay": 0,
    "fund_pay_sumamt": 35408.0,
    "psn_part_amt": 16592.0,
    "hosp_part_amt": 0,
}
FACTS = {"setl_id": "G2", "mdtrt_id": "J2", "psn_no": "P2"}
CUMINFO = [
    {"year": "2026", "cum_ym": "202603", "cum_type_code": "S390101BIZ21", "cum": 46800.0},
    {"year": "2026", "cum_ym": "202603", "cum_type_code": "D390101BIZ21", "cum": 33320.0},
    {"year": "2026", "cum_ym": "202603", "cum_type_code": "C390101BIZ21", "cum": 2.0},
    {"year": "2026", "cum_ym": "202603", "cum_type_code": "F9999", "cum": 7.25},
]


@pytest.fixture
def db(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A plain ledger with one posted stay, whose key is the platform's number."""
    path = tmp_path / "ledger.db"
    post(path, tmp_path, key="S1")
    capsys.readouterr()
    return path


def post(db: Path, folder: Path, key: str, **cells: Any) -> None:
    file = folder / "post.json"
    posting = {"key": key, "patient": PERSON, "operator": "Wang", "request": {**REQUEST, **cells}}
    file.write_text(json.dumps(posting), encoding="utf-8")
    assert main(["ledger", "--db", str(db), "--plain", "post", str(file)]) == 0


def write(folder: Path, name: str, value: object) -> Path:
    file = folder / name
    file.write_text(json.dumps(value), encoding="utf-8")
    return file


def entries(db: Path, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert main(["ledger", "--db", str(db), "--plain", "entries", "--patient", str(PERSON["id"])]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_ledgers_entry_that_agrees(db: Path, tmp_path: Path, command: Command) -> None:
    told = command("reconcile", "--db", db, "--theirs", write(tmp_path, "t.json", {"setlinfo": INFO}))
    assert (told.status, told.report["ours"], told.report["equal"]) == (0, 1, 1)


def test_a_wrong_path_begins_no_ledger(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nowhere, theirs = tmp_path / "nowhere.db", write(tmp_path, "t.json", {"setlinfo": INFO})
    out = tmp_path / "details.txt"
    for asked in (
        ["reconcile", "--theirs", str(theirs)],
        ["statement", "write", "--month", "2026-03", "--out", str(out)],
    ):
        assert main([*asked, "--db", str(nowhere)]) == 3, asked
        assert json.loads(capsys.readouterr().out)["errors"][0]["field"] == "ledger"
    assert not nowhere.exists()
    assert not out.exists()


def test_a_ledgers_entry_with_another_level_is_explained(db: Path, tmp_path: Path, command: Command) -> None:
    """As level 1 has it: 200 and 80, 85 % (29800 and 16800), critical illness on the rest."""
    other = {
        **INFO,
        "act_pay_dedc": 200.0,
        "hifp_pay": 38120.0,
        "hifmi_pay": 0,
        "fund_pay_sumamt": 38120.0,
        "psn_part_amt": 13880.0,
    }
    told = command("reconcile", "--db", db, "--theirs", write(tmp_path, "t.json", {"setlinfo": other}))
    difference = told.difference("S1")
    assert ("level" in difference["kinds"], difference["entry"], told.status) == (True, 1, 1)
    assert difference["amounts"]["hifp_pay"] == ["33320.00", "38120.00"]


def test_a_month_leaves_other_months_out(db: Path, tmp_path: Path, command: Command) -> None:
    theirs = write(
        tmp_path, "t.json", {"setlinfo": {**INFO, "setl_id": "S2", "mdtrt_id": "J2", "certno": "X"}}
    )
    told = command("reconcile", "--db", db, "--month", "2026-04", "--theirs", theirs)
    assert (told.report["ours"], told.report["only_ours"]) == (0, [])


def test_an_entry_taken_back_here_and_standing_there(
    db: Path, tmp_path: Path, command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["ledger", "--db", str(db), "--plain", "reverse", "1", "--reason", "r", "--operator", "Wang"])
    capsys.readouterr()
    told = command("reconcile", "--db", db, "--theirs", write(tmp_path, "t.json", {"setlinfo": INFO}))
    assert told.difference("S1")["kinds"] == ["refund_one_side"]


def test_totals_are_shown_and_written_only_when_that_is_asked_for(
    db: Path, tmp_path: Path, command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    totals = write(
        tmp_path,
        "5206.json",
        {
            "infno": "5206",
            "input": {"data": {"psn_no": "P1"}},
            "respond_time": "20260312",
            "output": {"cuminfo": CUMINFO},
        },
    )
    theirs = write(tmp_path, "t.json", {"setlinfo": INFO})
    told = command("reconcile", "--db", db, "--theirs", theirs, totals)
    assert told.report["totals"][0]["theirs"] == {
        "in_scope": "46800.00",
        "basic_paid": "33320.00",
        "admissions": 2,
    }
    assert told.report["totals"][0]["unknown"] == {"F9999": "7.25"}
    assert told.report["totals"][0]["ours"]["admissions"] == 1
    assert len(entries(db, capsys)) == 1
    for repeated in (False, True):
        told = command(
            "reconcile", "--db", db, "--theirs", theirs, totals, "--take-over", "--operator", "Wang"
        )
        taken = told.report["taken_over"][0]
        assert (taken["entry"], taken["repeated"], taken["as_of"]) == (2, repeated, "2026-03-12")
        assert (taken["year_to_date"]["admissions"], taken["year_to_date"]["critical_paid"]) == (2, "2088.00")
        assert taken["no_longer_counted"] == [], "neither what lies before the totals nor the opening itself"
    found = entries(db, capsys)
    assert [each["kind"] for each in found] == ["posted", "opening"]
    assert found[1]["difference"] == {"admissions": [1, 2]}


def test_an_entry_that_is_later_than_the_totals_is_named_where_they_become_an_opening(
    db: Path, tmp_path: Path, command: Command
) -> None:
    answer = {"input": {"psn_no": "P1"}, "respond_time": "20260305", "output": {"cuminfo": CUMINFO}}
    totals = write(tmp_path, "5206.json", answer)
    theirs = write(tmp_path, "t.json", {"setlinfo": INFO})
    for _ in range(2):
        told = command("reconcile", "--db", db, "--theirs", theirs, totals, "--take-over")
        assert told.report["taken_over"][0]["no_longer_counted"] == [1]
        assert told.report["taken_over"][0]["no_longer_counted_called"] == ["1"]


def test_an_answer_about_several_years_and_months_states_each_year_by_its_latest(
    db: Path, tmp_path: Path, command: Command
) -> None:
    row = {"insutype": "390", "year": "2026", "cum_ym": "202603", "cum_type_code": "D390101BIZ21"}
    rows = [
        {**row, "year": "2025", "cum_ym": "202512", "cum": 5000},
        {**row, "cum": 33320},
        {**row, "cum_ym": "202601", "cum": 100},
        {**row, "insutype": "310", "cum": 7},
        {**row, "year": "²", "cum": 9},
        {**row, "year": "", "cum_type_code": "F9", "cum": 8},
        {**row, "year": None, "cum_ym": "202512", "cum_type_code": "F9", "cum": 6},
        {**row, "year": None, "cum_ym": "", "cum_type_code": "F8", "cum": 4},
        {**row, "year": None, "cum_ym": "202412", "cum_type_code": "F8", "cum": 3},
    ]
    asked, answer = {"psn_no": "P1"}, {"cuminfo": rows}
    theirs = write(tmp_path, "t.json", {"setlinfo": INFO})
    for day in ({"respond_time": "20260305"}, {}):
        file = write(tmp_path, "5206.json", {"input": asked, **day, "output": answer})
        told = command("reconcile", "--db", db, "--theirs", theirs, file)
        _holds_each_year(told)


def _holds_each_year(told: Told) -> None:
    totals = {each["year"]: each for each in told.report["totals"]}
    assert totals[2025]["theirs"]["basic_paid"] == "5000.00"
    assert totals[2026]["theirs"]["basic_paid"] == "33320.00"
    assert totals[2024]["unknown"] == {"F8": "3.00"}
    assert totals[2025]["unknown"] == {"F9": "6.00"}
    assert totals[2026]["unknown"] == {"310 D390101BIZ21": "7.00", "F9": "8.00", "F8": "4.00"}


def test_totals_of_nobody_are_listed_and_a_person_can_be_named(
    db: Path, tmp_path: Path, command: Command
) -> None:
    theirs = write(tmp_path, "t.json", {"setlinfo": INFO})
    totals = write(tmp_path, "5206.json", {"output": {"cuminfo": CUMINFO}})
    told = command("reconcile", "--db", db, "--theirs", theirs, totals)
    assert told.report["unattributed"] == [{"file": "5206.json", "row": 1}]
    told = command("reconcile", "--db", db, "--theirs", theirs, totals, "--patient", PERSON["id"])
    assert told.report["unattributed"] == []
    assert told.report["totals"][0]["patient"] == PERSON["id"]


def test_taking_over_needs_a_ledger(tmp_path: Path, command: Command) -> None:
    theirs = write(tmp_path, "t.json", {"setlinfo": INFO})
    told = command("reconcile", "--ours", theirs, "--theirs", theirs, "--take-over")
    assert (told.status, [each["field"] for each in told.report["errors"]]) == (2, ["db"])


def statement(capsys: pytest.CaptureFixture[str], *arguments: object) -> Told:
    status = main(["statement", "write", "--language", "en", "--plain", *map(str, arguments)])
    return Told(status, json.loads(capsys.readouterr().out))


def test_a_month_s_account_is_written_from_the_ledger_a_refund_by_the_day_that_it_was_taken_back(
    db: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    post(db, tmp_path, key="S2", admitted="2026-04-01", discharged="2026-04-10", settled="2026-04-11")
    ledger = ["ledger", "--db", str(db), "--plain"]
    facts = str(write(tmp_path, "f.json", FACTS))
    assert main([*ledger, "facts", "2", facts, "--operator", "W"]) == 0
    assert main([*ledger, "reverse", "2", "--reason", "x", "--operator", "W"]) == 0
    capsys.readouterr()
    out = tmp_path / "up.txt"
    told = statement(capsys, "--month", "2026-04", "--out", out, "--db", db)
    assert (told.status, told.report["rows"], told.report["lacking"]) == (0, 1, [])
    assert out.read_text(encoding="utf-8") == "G2\tJ2\tP2\t52000.00\t42702.00\tnull\t0\n"
    today = utc_now().astimezone(BEIJING)
    told = statement(capsys, "--month", f"{today:%Y-%m}", "--out", out, "--db", db)
    refunds = [line for line in out.read_text(encoding="utf-8").splitlines() if line.endswith("\t1")]
    assert refunds == ["G2\tJ2\tP2\t-52000.00\t-42702.00\tnull\t1"]
    assert told.report["accounts"][-1]["acct_pay"] is None, "no ledger knows what an account paid"


def test_a_month_s_account_is_of_files_or_of_a_ledger(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = statement(capsys, "--month", "2026-03", "--out", tmp_path / "up.txt")
    assert (told.status, told.report["errors"][0]["field"]) == (2, "files")
