"""A month's account: details up and back, totals, refunds as rows, and what has to be put right."""

import json
import zipfile
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from core.agreement.details import Details, read_details
from core.jobs import statement_jobs
from core.jobs.agreement_values import CheckStatement, StatementChecked
from core.tables.watch import Watch
from tests.agreement.conftest import Told
from tests.agreement.test_ledger_and_totals import INFO, write
from tests.cli import main
from tests.tables.conftest import SAMPLES

MESSAGES = SAMPLES / "messages"
MARCH = {**INFO, "med_type": "21", "medins_setl_id": "H1"}
REFUND = {
    **{name: -value for name, value in MARCH.items() if isinstance(value, float)},
    "setl_id": "R1", "mdtrt_id": "J1", "psn_no": "P1", "med_type": "21", "setl_time": "2026-03-11 08:00:00",
}  # fmt: skip
APRIL = {
    **MARCH,
    "setl_id": "S2",
    "mdtrt_id": "J2",
    "setl_time": "2026-04-01 00:00:01",
    "enddate": "2026-03-31",
}
UP = "S1\tJ1\tP1\t52000.00\t35408.00\tnull\t0\nR1\tJ1\tP1\t-52000.00\t-35408.00\tnull\t1\n"


def _statement(capsys: pytest.CaptureFixture[str], name: str, *arguments: object) -> Told:
    status = main(["statement", name, "--language", "en", *map(str, arguments)])
    return Told(status, json.loads(capsys.readouterr().out))


def _messages(folder: Path, *infos: dict[str, Any]) -> Path:
    return write(folder, "messages.json", [{"setlinfo": info} for info in infos])


def test_a_months_details_are_written_by_the_time_of_settlement(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "up.zip"
    files = _messages(tmp_path, MARCH, REFUND, APRIL)
    told = _statement(capsys, "write", files, "--month", "2026-03", "--out", out, "--centre", "229900")
    assert (told.status, told.report["rows"], told.report["lacking"]) == (0, 2, [])
    with zipfile.ZipFile(out) as archive:
        assert [archive.read(name).decode() for name in archive.namelist()] == [UP]
    flags = [
        (each["clr_type"], each["refd_setl_flag"], each["medfee_sumamt"]) for each in told.report["accounts"]
    ]
    assert flags == [("21", "0", "52000.00"), ("21", "1", "-52000.00")]
    first = told.report["accounts"][0]
    assert (first["stmt_begndate"], first["stmt_enddate"]) == ("2026-03-01", "2026-03-31")
    assert (first["fixmedins_setl_cnt"], first["setl_optins"], first["insutype"]) == (1, "229900", "390")


def test_what_was_written_is_read_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "up.txt"
    _statement(capsys, "write", _messages(tmp_path, MARCH, REFUND), "--month", "2026-03", "--out", out)
    found = read_details(out, Watch())
    assert isinstance(found, Details)
    assert [(row.setl_id, row.refund, row.amounts["fund_pay_sumamt"]) for row in found.rows] == [
        ("S1", False, 3540800),
        ("R1", True, -3540800),
    ]


def test_a_refund_s_flag_that_nobody_knows_is_no_settlement_s(tmp_path: Path) -> None:
    lines = (
        f"S{flag}{total[:1]}\tJ1\tP1\t{total}\t1.00\tnull\t{flag}"
        for flag in "02"
        for total in ("3.00", "-3.00")
    )
    found = read_details(_answer(tmp_path, *lines), Watch())
    assert isinstance(found, Details)
    assert [row.setl_id for row in found.rows] == ["S03", "S0-", "S2-"]
    assert [(fault.row, fault.column, fault.message.params["word"]) for fault in found.faults] == [
        (3, "refd_setl_flag", "2")
    ]


def _answer(folder: Path, *lines: str) -> Path:
    file = folder / "answer.txt"
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return file


AGREED = "P1\tJ1\tS1\tH1\t0\t0\tnull\t52000.00\t35408.00\t0.00"


def test_an_answer_that_agrees_leaves_nothing_to_put_right(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = _statement(capsys, "check", _answer(tmp_path, AGREED), "--sent", _messages(tmp_path, MARCH))
    assert (told.status, told.report["to_put_right"]) == (0, [])


@pytest.mark.parametrize(
    ("line", "reason", "amounts"),
    [
        (AGREED.replace("\t0\t0\tnull", "\t1\t0\tdiffers"), "differs", {}),
        (AGREED.replace("35408.00", "35400.00"), "amounts", {"fund_pay_sumamt": ["35408.00", "35400.00"]}),
        (AGREED.replace("\t0\t0\tnull", "\t77\t0\tnull"), "unknown_code", {}),
        ("P1\tnull\tnull\tH1\t1\t0\tseveral\t52000.00\t35408.00\t0.00", "differs", {}),
    ],
)
def test_what_the_centre_does_not_agree_to_is_listed(
    line: str, reason: str, amounts: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = _statement(capsys, "check", _answer(tmp_path, line), "--sent", _messages(tmp_path, MARCH))
    assert told.status == 1
    assert [(each["reason"], each["amounts"]) for each in told.report["to_put_right"]] == [(reason, amounts)]


def test_rows_of_one_side_alone_are_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = AGREED.replace("S1", "S9").replace("J1", "J9").replace("P1", "P9").replace("H1", "H9")
    told = _statement(
        capsys, "check", _answer(tmp_path, AGREED, other), "--sent", _messages(tmp_path, MARCH, REFUND)
    )
    found = {(each["reason"], each["setl_id"]) for each in told.report["to_put_right"]}
    assert found == {("not_ours", "S9"), ("no_answer", "R1")}


def test_a_list_of_people_that_went_along_waits_for_no_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people = tmp_path / "people.csv"
    people.write_text("身份证号码,个人编号,姓名,费用总额\n22010119500101123X,P1,张三,\n", encoding="utf-8")
    told = _statement(
        capsys, "check", _answer(tmp_path, AGREED), "--sent", _messages(tmp_path, MARCH), people
    )
    assert (told.status, told.report["sent"], told.report["to_put_right"]) == (0, 1, [])


def test_the_window_tells_what_went_up_and_cannot_be_read(tmp_path: Path) -> None:
    sent = _messages(tmp_path, MARCH, {**APRIL, "medfee_sumamt": "much"})
    told = statement_jobs.check(CheckStatement(_answer(tmp_path, AGREED), (sent,)), Watch())
    assert isinstance(told, StatementChecked)
    assert (told.sent, [(line.file, line.row) for line in told.lines]) == (1, [(sent.name, 2)])


def test_a_places_own_codes_are_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    codes = tmp_path / "codes.toml"
    codes.write_text('[statement]\nagrees = ["77"]\n', encoding="utf-8")
    answer = _answer(tmp_path, AGREED.replace("\t0\t0\tnull", "\t77\t0\tnull"))
    told = _statement(capsys, "check", answer, "--sent", _messages(tmp_path, MARCH), "--codes", codes)
    assert told.status == 0


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04 and no more", b"\xff\xfe", b"", b"one\ttwo\n", "名".encode("gb18030")]
)
def test_a_file_that_is_no_answer_is_one_sentence(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("answer.zip", "answer.txt"):
        (tmp_path / name).write_bytes(content)
        told = _statement(capsys, "check", tmp_path / name)
        assert (told.status, [each["field"] for each in told.report["errors"]]) == (3, ["answer"])


def test_a_zip_whose_list_lies_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its list says that the part begins before the file does."""
    with zipfile.ZipFile(tmp_path / "sound.zip", "w") as archive:
        archive.writestr("a.txt", AGREED)
    sound = bytearray((tmp_path / "sound.zip").read_bytes())
    end = sound.rindex(b"PK\x05\x06")
    place = int.from_bytes(sound[end + 16 : end + 20], "little")
    for by in (1, 5):
        sound[end + 16 : end + 20] = (place + by).to_bytes(4, "little")
        (tmp_path / "answer.zip").write_bytes(sound)
        told = _statement(capsys, "check", tmp_path / "answer.zip")
        assert (told.status, [each["field"] for each in told.report["errors"]]) == (3, ["answer"])


def test_a_line_that_cannot_be_read_keeps_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = _answer(tmp_path, AGREED, AGREED.replace("35408.00", "35,408"), "short\tline")
    told = _statement(capsys, "check", answer, "--sent", _messages(tmp_path, MARCH))
    assert (told.status, [each["row"] for each in told.report["faults"]]) == (1, [2, 3])


@pytest.mark.long
def test_a_hundred_thousand_rows_take_seconds(tmp_path: Path) -> None:
    file = tmp_path / "up.txt"
    line = UP.splitlines(keepends=True)[0]
    file.write_text("".join(line.replace("S1", f"S{number}") for number in range(100_000)), encoding="utf-8")
    start = perf_counter()
    found = read_details(file, Watch())
    assert isinstance(found, Details)
    assert len(found.rows) == 100_000
    assert perf_counter() - start < 5


@pytest.mark.skipif(not MESSAGES.is_dir(), reason="the samples do not lie beside this checkout")
def test_the_sample_is_written_as_it_lies_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "up.zip"
    files = [MESSAGES / name for name in ("2304-bare-list.json", "5203.json", "2208.json")]
    told = _statement(capsys, "write", *files, "--month", "2026-03", "--out", out)
    with zipfile.ZipFile(MESSAGES / "3202-upload.zip") as archive:
        expected = archive.read("stmt_detail.txt").decode().splitlines(keepends=True)
    with zipfile.ZipFile(out) as archive:
        written = archive.read(archive.namelist()[0]).decode()
    assert written == "".join(
        line for line in expected if "202603" in line and "G20260300000001\t" not in line
    )
    asked = json.loads((MESSAGES / "3201-request.json").read_text(encoding="utf-8"))["input"]["data"]
    stay = next(each for each in told.report["accounts"] if each["clr_type"] == "21")
    assert float(stay["medfee_sumamt"]) == asked["medfee_sumamt"]
    assert stay["fixmedins_setl_cnt"] == asked["fixmedins_setl_cnt"]


@pytest.mark.parametrize("as_list", [True, False])
def test_the_answer_to_the_account_itself_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], as_list: bool
) -> None:
    """3201 answers each account; rows that went up are not looked for in it."""
    out, answer = tmp_path / "up.txt", tmp_path / "3201.json"
    _statement(capsys, "write", _messages(tmp_path, MARCH, REFUND), "--month", "2026-03", "--out", out)

    def told(*codes: str) -> Told:
        infos = [{"setl_optins": "1", "stmt_rslt": code, "stmt_rslt_dscr": f"dscr {code}"} for code in codes]
        output = {"stmtinfo": infos if as_list else infos[0]}
        answer.write_text(json.dumps({"infcode": 0, "err_msg": "", "output": output}), encoding="utf-8")
        return _statement(capsys, "check", answer, "--sent", out)

    agreed = told("0")
    assert (agreed.status, agreed.report["sent"], agreed.report["to_put_right"]) == (0, 2, [])
    reasons = [(each["reason"], each["memo"]) for each in told("1", "1").report["to_put_right"]]
    assert reasons == [("account", "dscr 1")] * (2 if as_list else 1)
    (unknown,) = told("77").report["to_put_right"]
    assert (unknown["reason"], unknown["answer"]) == ("unknown_code", "77")


def test_an_account_that_failed_says_why_and_another_message_is_no_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = tmp_path / "3201.json"
    answer.write_text(
        json.dumps({"infcode": -1, "err_msg": "no such month", "output": None}), encoding="utf-8"
    )
    (failed,) = _statement(capsys, "check", answer).report["to_put_right"]
    assert failed["memo"] == "no such month"
    for content in ("{", "[]", json.dumps({"infcode": 0, "output": {"setlinfo": MARCH}}), "[" * 5000):
        answer.write_text(content, encoding="utf-8")
        assert _statement(capsys, "check", answer).status == 3, content[:20]
