"""`mingzhang-cli batch`: a table in, the same table with its results out."""

import csv
import json
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from python_calamine import load_workbook

from core.exchange.request import Request
from core.messages import Message
from core.settlement import Amounts
from core.tables.claim_rows import KINDS, word_of
from core.tables.names import known_names
from core.vocabulary import Benefit, Level, Population
from core.words import words
from tests.cli import main
from tests.tables.conftest import Run
from tests.tables.files import FULL, QIAN, ZHAO, row, text, workbook

pytestmark = pytest.mark.console


def test_a_row_comes_to_what_a_single_settlement_comes_to(
    batch: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done = batch(workbook(tmp_path / "in.xlsx", [FULL, row()]))
    request = {"region": "jilin/example", "benefit": "inpatient", "hospital_level": "level_2"}
    request |= {"admitted": "2026-03-01", "discharged": "2026-03-10", "total": "52000.00"}
    request |= {"eligible": "48000.00", "category_b_selfpay": "1200.00"}
    asked = tmp_path / "request.jsonl"
    asked.write_text(json.dumps(request), encoding="utf-8")
    main(["settle", str(asked)])
    amounts = json.loads(capsys.readouterr().out)["amounts"]
    assert {name: done.rows[0][name] for name in amounts} == amounts
    assert (done.status, done.rows[0]["status"], done.rows[0]["reason"]) == (0, "complete", "")


def test_every_amount_stands_under_its_national_name_behind_the_tables_own_columns(
    batch: Run, tmp_path: Path
) -> None:
    batch(text(tmp_path / "in.csv", [FULL, row()]))
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as lines:
        header = next(csv.reader(lines))
    assert header == [*FULL, "status", *Amounts._fields, "missing", "reason"]


def test_rows_of_one_person_follow_one_another_by_day_whatever_their_order(
    batch: Run, tmp_path: Path
) -> None:
    early = {"入院日期": "2026-02-01", "出院日期": "2026-02-08"}
    done = batch(text(tmp_path / "in.csv", [FULL, row(), row(证件号码=QIAN), row(**early)]))
    deductibles = [each["act_pay_dedc"] for each in done.rows]
    assert deductibles == ["300.00", "400.00", "400.00"]


def test_rows_without_any_number_stand_alone(batch: Run, tmp_path: Path) -> None:
    done = batch(text(tmp_path / "in.csv", [FULL, row(证件号码=""), row(证件号码="/")]))
    assert [each["act_pay_dedc"] for each in done.rows] == ["400.00", "400.00"]


def test_a_person_is_the_personal_number_where_there_is_no_other(batch: Run, tmp_path: Path) -> None:
    header = [*FULL, "个人编号"]
    rows = [[*row(证件号码=""), "22001"], [*row(证件号码=None), "22001"], [*row(), "22001"]]
    done = batch(workbook(tmp_path / "in.xlsx", [header, *rows]))
    assert [each["act_pay_dedc"] for each in done.rows] == ["400.00", "300.00", "400.00"]


def test_a_row_that_states_totals_begins_from_there(batch: Run, tmp_path: Path) -> None:
    header = [*FULL, "year_to_date"]
    stated = json.dumps({"admissions": 1}).replace('"', '""')
    rows = [[*row(出院日期="2026-03-09"), f'"{stated}"'], [*row(), ""]]
    done = batch(text(tmp_path / "in.csv", [header, *rows]))
    assert [each["act_pay_dedc"] for each in done.rows] == ["300.00", "300.00"]


def test_a_row_that_came_to_nothing_is_told_to_those_after_it(batch: Run, tmp_path: Path) -> None:
    done = batch(text(tmp_path / "in.csv", [FULL, row(出院日期="2026-03-05", 医院级别="四级"), row()]))
    assert [each["status"] for each in done.rows] == ["refused", "complete"]
    assert "Row 2" in done.rows[1]["reason"]


def test_totals_notes_and_signatures_are_left_out_and_listed(batch: Run, tmp_path: Path) -> None:
    total = ["合计", *[None] * 6, 104000, 8000, 0, 2400, 93600]
    page = [None, "本页小计", *[None] * 5, 1]
    under = [total, [], ["注：演示"], ["制表人：演示", None, None, "审核人：演示"], page]
    titles = [["示例医院明细表"], ["单位：元"], []]
    done = batch(workbook(tmp_path / "in.xlsx", [*titles, FULL, row(), row(), *under]))
    assert done.report["rows"] == 2
    assert [number for number, _ in done.report["left_out"]] == [7, 9, 10, 11]
    assert done.report["left_out"][1] == [9, "注：演示"]


def test_a_header_that_stands_again_on_a_new_page_is_left_out(batch: Run, tmp_path: Path) -> None:
    done = batch(text(tmp_path / "in.csv", [FULL, row(), FULL, row(证件号码=QIAN)]))
    assert (done.report["rows"], done.report["left_out"][0][0]) == (2, 3)


def test_a_fault_is_told_with_sheet_row_and_column(batch: Run, tmp_path: Path) -> None:
    rows = [FULL, row(), row(出院日期="2026-02-30")]
    done = batch(workbook(tmp_path / "in.xlsx", rows))
    (fault,) = done.report["faults"]
    assert (fault["sheet"], fault["row"], fault["column"]) == ("明细", 3, "出院日期")
    assert (done.status, done.rows[1]["status"]) == (2, "refused")
    assert done.rows[1]["reason"].startswith("出院日期: ")


@pytest.mark.some_cases(2)
@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"证件号码": "4.3E+17"}, "证件号码"),
        ({"证件号码": 430102199003074511.0}, "证件号码"),
        ({"证件号码": "980101198001010000"}, "证件号码"),
        ({"人员类别": "2304"}, "人员类别"),
        ({"人员类别": "神仙"}, "人员类别"),
        ({"医院级别": "11"}, "医院级别"),
        ({"医疗费总额（元）": "-52000.00"}, "医疗费总额（元）"),
        ({"医疗费总额（元）": 52000.004}, "医疗费总额（元）"),
        ({"医疗费总额（元）": "52000.000001"}, "医疗费总额（元）"),
        ({"医疗费总额（元）": "5,2000"}, "医疗费总额（元）"),
        ({"符合政策范围金额": "46800.01"}, "符合政策范围金额"),
        ({"先行自付金额": ""}, "先行自付金额"),
        ({"出院日期": "03-10"}, "出院日期"),
    ],
)
def test_a_row_at_fault_is_refused_and_the_others_are_settled(
    batch: Run, tmp_path: Path, cells: dict[str, Any], column: str
) -> None:
    done = batch(workbook(tmp_path / "in.xlsx", [FULL, row(**cells), row(证件号码=QIAN)]))
    assert [each["status"] for each in done.rows] == ["refused", "complete"]
    assert [fault["column"] for fault in done.report["faults"]] == [column]


@pytest.mark.some_cases(2)
@pytest.mark.parametrize(
    "cells",
    [
        {"医疗费总额（元）": 52000.000000000007},
        {"医疗费总额（元）": "￥５２，０００.00 "},
        {"医疗费总额（元）": "52,000"},
        {"医疗费总额（元）": "52000.000000000001"},
        {"超限价自费金额": "", "人员类别": ""},
        {"出院日期": 46091, "入院日期": 20260301},
        {"出院日期": "2026/3/10", "入院日期": "2026年3月1日"},
        {"出院日期": "2026-03-10 08:15:00", "入院日期": "2026-02-28 23:30:00+00:00"},
        {"医院级别": "6", "医疗类别": "21"},
        {"证件号码": "980101198001010020"},
        {"医院级别": "二甲", "医疗类别": " 住　院 "},
    ],
)
def test_cells_are_understood_as_people_and_spreadsheets_write_them(
    batch: Run, tmp_path: Path, cells: dict[str, Any]
) -> None:
    done = batch(workbook(tmp_path / "in.xlsx", [FULL, row(**cells)]))
    assert (done.rows[0]["reason"], done.rows[0]["hifp_pay"]) == ("", "33320.00")


def test_an_empty_first_share_is_nothing_only_where_the_others_make_up_the_total(
    batch: Run, tmp_path: Path
) -> None:
    rows = [row(先行自付金额=None, 符合政策范围金额="48000.00"), row(先行自付金额=None)]
    done = batch(workbook(tmp_path / "in.xlsx", [FULL, *rows]))
    assert [each["status"] for each in done.rows] == ["complete", "refused"]
    assert (done.rows[0]["preselfpay_amt"], done.rows[0]["inscp_scp_amt"]) == ("0.00", "48000.00")


def test_a_word_that_says_too_little_names_the_choices_and_can_be_answered(
    batch: Run, tmp_path: Path
) -> None:
    file = workbook(tmp_path / "in.xlsx", [FULL, row(人员类别="特困")])
    assert "rural_destitute" in batch(file).report["faults"][0]["message"]
    assert batch(file, "--population", "特困=rural_destitute").report["complete"] == 1
    wrong = batch(file, "--population", "特困=poor")
    assert (wrong.status, wrong.report["errors"][0]["field"]) == (3, "population")


def test_the_requests_own_fields_are_headings_as_well(batch: Run, tmp_path: Path) -> None:
    lines = [
        {
            "region": "jilin/example",
            "benefit": "inpatient",
            "hospital_level": "level_3",
            "discharged": "2026-03-10",
        }
        | {"eligible": "1000.50", "transfer": {"kind": "up", "deductible_paid": "100.00"}, "certno": ZHAO},
        {"region": "jilin/example", "benefit": "chronic_outpatient", "hospital_level": "level_2"}
        | {"discharged": "2026-03-11", "eligible": 300, "disease": 2, "disease_rank": 1, "certno": ZHAO},
    ]
    file = tmp_path / "in.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    done = batch(file, region="")
    assert [each["status"] for each in done.rows] == ["complete", "complete"]
    assert done.rows[0]["inscp_scp_amt"] == "1000.50"


def test_rows_of_json_lines_are_numbered_as_the_file_counts_them(batch: Run, tmp_path: Path) -> None:
    sound = {
        "benefit": "inpatient",
        "hospital_level": "level_3",
        "discharged": "2026-03-10",
        "eligible": "1.00",
    }
    file = tmp_path / "in.jsonl"
    file.write_text(json.dumps(sound) + "\n\n" + json.dumps(sound | {"eligible": "x"}), encoding="utf-8")
    assert batch(file).report["faults"][0]["row"] == 3


@pytest.mark.parametrize("out", ["out.xlsx", "out.csv"])
def test_a_number_of_json_lines_keeps_all_of_its_digits(batch: Run, tmp_path: Path, out: str) -> None:
    """As text, which a workbook holds whole: no spreadsheet has destroyed it."""
    sound = {"benefit": "inpatient", "hospital_level": "level_3", "discharged": "2026-03-10", "eligible": 10}
    rows = [{"setl_id": 12345678901234567890}, {"total": 10**400}, {"discharged": 10**400}, {"x": 0}]
    file = tmp_path / "in.jsonl"
    lines = "\n".join(json.dumps(sound | each) for each in rows)
    file.write_text(lines.replace('"x": 0', f'"x": {"9" * 5000}'), encoding="utf-8")
    done = batch(file, out=out)
    assert (done.status, done.report["complete"]) == (2, 2)
    places = [(each["row"], each["column"]) for each in done.report["faults"]]
    assert places == [(2, "total"), (3, "discharged")]


def test_every_field_of_a_request_has_a_kind() -> None:
    assert KINDS.keys() == Request.model_fields.keys()


@pytest.mark.parametrize(
    ("field", "group", "kind"),
    [
        ("benefit", "benefit", Benefit),
        ("hospital_level", "level", Level),
        ("population", "population", Population),
    ],
)
def test_a_word_that_is_not_known_names_what_may_be_written_in_its_language(
    field: str, group: str, kind: type[StrEnum]
) -> None:
    known = known_names()
    refused = word_of(known, field, "县级", tuple(kind))
    assert isinstance(refused, Message)
    for language in ("zh", "en", "ko"):
        said = words(language)(refused)
        terms = {words(language).text(f"{group}.{value}"): value for value in kind}
        assert {term: known.value(field, term) for term in terms} == terms
        assert all(term in said for term in terms), said


def test_what_a_table_does_not_carry_is_supplied(batch: Run, tmp_path: Path) -> None:
    header = [name for name in FULL if name not in {"入院日期", "出院日期"}]
    cells = dict(zip(FULL, row(), strict=True))
    file = text(tmp_path / "in.csv", [header, [cells[name] for name in header]])
    assert batch(file, region="").report["faults"][0]["column"] == "region"
    assert batch(file, "--year", 2026).rows[0]["hifp_pay"] == "33320.00"


def test_a_hospital_adds_its_own_names_and_words(batch: Run, tmp_path: Path) -> None:
    header = ["本院级别" if name == "医院级别" else name for name in FULL]
    file = workbook(tmp_path / "in.xlsx", [header, row(医院级别="县医院")])
    assert batch(file).report["refused"] == 1
    own = tmp_path / "map.toml"
    own.write_text(
        '[names]\n"本院级别" = "hosp_lv"\n[words.hosp_lv]\nlevel_2 = ["县医院"]\n', encoding="utf-8"
    )
    assert batch(file, "--columns", own).report["complete"] == 1
    own.write_text('hosp_lv = ["本院级别"]\nwords.hosp_lv.level_2 = ["县医院"]\n', encoding="utf-8")
    assert batch(file, "--columns", own).report["complete"] == 1
    own.write_text('[names]\n"本院级别" = "level_of_ours"\n', encoding="utf-8")
    assert batch(file, "--columns", own).status == 3


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("between", [",", "\t"])
def test_text_is_read_in_four_encodings(batch: Run, tmp_path: Path, encoding: str, between: str) -> None:
    assert batch(text(tmp_path / "in.csv", [FULL, row()], encoding, between)).report["complete"] == 1


def test_a_header_has_up_to_three_storeys_in_the_words_of_any_register(batch: Run, tmp_path: Path) -> None:
    who = ["居民身份证号", "病人姓名", "人员类别", "级别", "医疗类别", "入院", "出院"]
    upper = [*who, "费用", *[None] * 4]
    middle = [*[None] * 7, "医疗费总额（元）", "构成", None, None, None]
    lower = [*[None] * 8, *FULL[8:]]
    done = batch(workbook(tmp_path / "in.xlsx", [["明细表"], upper, middle, lower, row()]))
    assert (done.report["complete"], done.report["rows"]) == (1, 1)
    assert {*who, *FULL[7:]} <= done.rows[0].keys()


def test_a_text_that_a_spreadsheet_would_run_is_kept_from_running(batch: Run, tmp_path: Path) -> None:
    header = [*FULL, "备注", "差额"]
    file = workbook(tmp_path / "in.xlsx", [header, [*row(姓名="=1+1"), "@SUM(A1)", "-12.50"]])
    done = batch(file)
    assert (done.rows[0]["姓名"], done.rows[0]["备注"], done.rows[0]["差额"]) == (
        "'=1+1",
        "'@SUM(A1)",
        "-12.50",
    )
    batch(file, out="out.xlsx")
    (sheet, _) = load_workbook(tmp_path / "out.xlsx").sheet_names
    cells = load_workbook(tmp_path / "out.xlsx").get_sheet_by_name(sheet).to_python()[1]
    assert cells[1] == "=1+1"


def test_a_workbook_of_results_holds_numbers_days_and_its_grounds(batch: Run, tmp_path: Path) -> None:
    batch(text(tmp_path / "in.csv", [FULL, row()]), out="out.xlsx")
    book = load_workbook(tmp_path / "out.xlsx")
    results, grounds = (book.get_sheet_by_index(number).to_python() for number in (0, 1))
    cells = dict(zip(results[0], results[1], strict=True))
    assert cells["hifp_pay"] == 33320.0
    assert cells["医疗费总额（元）"] == 52000.0
    assert any("吉医保联〔2019〕21号" in str(line[1]) for line in grounds)
    assert any(line[1] == "inpatient.deductible.level_2" and line[2] == "400.00, 300.00" for line in grounds)


def test_a_text_file_of_results_has_its_grounds_beside_it(batch: Run, tmp_path: Path) -> None:
    batch(text(tmp_path / "in.csv", [FULL, row()]))
    assert "inpatient.deductible.level_2" in (tmp_path / "out.documents.csv").read_text(encoding="utf-8-sig")


def test_what_is_missing_is_named_and_nothing_is_guessed(batch: Run, tmp_path: Path) -> None:
    done = batch(text(tmp_path / "in.csv", [FULL, row()]), region="jilin/changchun")
    assert (done.status, done.rows[0]["status"], done.rows[0]["hifp_pay"]) == (0, "incomplete", "")
    assert done.rows[0]["missing"] == "inpatient.deductible.level_2, critical_illness.2026.deductible"
    assert done.rows[0]["reason"]


def test_a_refunded_row_is_no_claim(batch: Run, tmp_path: Path) -> None:
    heads = [*FULL, "退费结算标志", "结算状态"]
    flags = [("1", ""), ("0", ""), ("0", "已冲红"), ("", "部分退费"), ("", "正常")]
    done = batch(text(tmp_path / "in.csv", [heads, *([*row(), *each] for each in flags)]))
    assert [each["status"] for each in done.rows] == [
        *("refused", "complete", "refused", "refused", "complete")
    ]
    assert "部分退费" in done.rows[3]["reason"]


def test_a_further_sheet_with_a_table_is_listed(batch: Run, tmp_path: Path) -> None:
    def add(book: Any, _: Any) -> None:
        sheet = book.add_worksheet("二月")
        sheet.write_row(0, 0, FULL)
        sheet.write_row(1, 0, row())

    done = batch(workbook(tmp_path / "in.xlsx", [FULL, row()], add))
    assert done.report["rows"] == 1
    assert "二月" in done.report["left_out"][0][1]


def test_a_cell_that_is_merged_over_two_rows_is_a_fault_of_the_second(batch: Run, tmp_path: Path) -> None:
    def merge(_: Any, sheet: Any) -> None:
        sheet.merge_range(1, 0, 2, 0, ZHAO)

    done = batch(workbook(tmp_path / "in.xlsx", [FULL, row(), row(证件号码=None)], merge))
    assert [each["status"] for each in done.rows] == ["complete", "refused"]


def test_a_formula_counts_by_its_cached_value_and_without_one_says_nothing(
    batch: Run, tmp_path: Path
) -> None:
    def formulas(_: Any, sheet: Any) -> None:
        sheet.write_formula(1, 7, "=1+1", None, 52000)
        sheet.write_formula(2, 7, "=1+1", None, "")

    done = batch(workbook(tmp_path / "in.xlsx", [FULL, row(), row()], formulas))
    assert [each["status"] for each in done.rows] == ["complete", "refused"]


@pytest.mark.parametrize(
    ("name", "out"),
    [
        *(("in.csv", out) for out in ("out.pdf", "in.csv", "n" * 300 + ".csv")),
        *((name, "out.csv") for name in ("no.csv", "in.doc")),
    ],
)
def test_files_that_cannot_be_read_or_written_are_told_and_nothing_is_written(
    batch: Run, tmp_path: Path, name: str, out: str
) -> None:
    text(tmp_path / "in.csv", [FULL, row()])
    (tmp_path / "in.doc").write_bytes(b"x")
    before = sorted(tmp_path.iterdir())
    done = batch(tmp_path / name, out=out)
    assert (done.status, done.report["status"]) == (3, "unavailable")
    assert done.report["errors"][0]["field"] == ("out" if name == "in.csv" else "file")
    assert sorted(tmp_path.iterdir()) == before


def test_the_same_table_makes_the_same_file(batch: Run, tmp_path: Path) -> None:
    file = text(tmp_path / "in.csv", [FULL, row()])
    batch(file, out="a.xlsx")
    batch(file, out="b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
