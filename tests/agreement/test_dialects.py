"""A month of the insurer's in a hospital's own tables: the same results, whatever the table looks like."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from xlsxwriter import Workbook

from tests.agreement.conftest import Command
from tests.agreement.planted import Month, month_of

LEVELS = {"level_1": "一级", "level_2": "二级", "level_3": "三级"}
COLUMNS = {
    "setl_id": "结算\nID",
    "mdtrt_id": "就诊 ID",
    "certno": "证件号码\n（身份证）",
    "setl_time": "结算时间",
    "discharged": "出院\n日期",
    "level": "医院\n等级",
    "med_type": "医疗\n类别",
    "medfee_sumamt": "医疗费\n总额（元）",
    "fulamt_ownpay_amt": "全自费\n金额",
    "overlmt_selfpay": "超限价\n自费金额",
    "preselfpay_amt": "先行自付\n金额",
    "inscp_scp_amt": "符合政策\n范围金额",
    "act_pay_dedc": "起付线",
    "hifp_pay": "统筹基金\n支付",
    "hifmi_pay": "大病保险",
    "maf_pay": "医疗救助",
    "fund_pay_sumamt": "基金支付\n总额",
    "psn_part_amt": "个人负担\n总金额",
    "hosp_part_amt": "医院\n负担金额",
}
SHORT = (
    *("全自费", "超限价", "先行自付", "符合政策范围"),
    *("起付线", "统筹基金", "大病保险", "医疗救助", "合计", "个人负担", "医院负担"),
)
UPPER = ((0, 6, "基本情况"), (7, 11, "费用构成（元）"), (12, 16, "基金支付"), (17, 18, "其他"))


@pytest.fixture(scope="module")
def month() -> Month:
    return month_of(77, 60, 0.3)


def _cells(month: Month, style: str) -> list[list[Any]]:
    """The platform's side as rows of a table; ``texts``: amounts with separators, days as real days."""
    asked = {line["setl_id"]: line for line in month.ours}
    rows = []
    for told in month.theirs:
        info = told["output"]["setlinfo"]
        ours = asked[info["setl_id"]]
        cells = {**info, "discharged": ours["discharged"], "level": LEVELS[ours["hospital_level"]]}
        if style == "texts":
            cells |= {name: f"{each:,.2f}" for name, each in cells.items() if isinstance(each, int | float)}
            cells |= {"discharged": date.fromisoformat(cells["discharged"])}
            cells |= {"setl_time": datetime.fromisoformat(cells["setl_time"])}
        rows.append([cells[name] for name in COLUMNS])
    return rows


def _book(file: Path, sheets: Sequence[tuple[list[str], list[list[Any]]]], **options: Any) -> Path:
    """A workbook as an office makes it: a title over the columns, sums and a signature under them."""
    storeys = options.pop("storeys", ())
    with Workbook(str(file), {"default_date_format": "yyyy-mm-dd hh:mm", **options}) as book:
        for heads, rows in sheets:
            sheet = book.add_worksheet()
            sheet.merge_range(0, 0, 0, 10, "二〇二六年三月城乡居民医保结算明细表")
            sheet.write(1, 0, "单位：示例县医院")
            at = 3
            for first, last, name in storeys:
                sheet.merge_range(at, first, at, last, name)
            at += bool(storeys)
            for number, cells in enumerate([heads, *rows]):
                sheet.write_row(at + number, 0, cells)
            end = at + len(rows) + 1
            sheet.write_row(end, 0, ["合计", *[None] * 6, 123456.78])
            sheet.write(end + 2, 0, "制表人：王某  审核人：李某")
    return file


def _reconciled(reconcile: Command, month: Month, folder: Path, file: Path | None) -> dict[str, Any]:
    ours, theirs = month.write(folder)
    return reconcile(ours, file or theirs, more=("--month", "2026-03")).report


def _kinds(told: dict[str, Any]) -> list[list[str]]:
    return sorted(each["kinds"] for each in told["differences"])


def test_every_table_says_what_the_messages_say(reconcile: Command, month: Month, tmp_path: Path) -> None:
    known = _reconciled(reconcile, month, tmp_path, None)
    assert known["differences"]
    heads = list(COLUMNS.values())
    rows, texts = _cells(month, "numbers"), _cells(month, "texts")
    short = [*heads[:8], *SHORT]
    tables = {
        "line breaks": _book(tmp_path / "1.xlsx", [(heads, rows)]),
        "days of 1904, amounts as text": _book(tmp_path / "2.xlsx", [(heads, texts)], date_1904=True),
        "two storeys": _book(tmp_path / "3.xlsx", [(short, rows)], storeys=UPPER),
        "a sheet for each ward": _book(tmp_path / "4.xlsx", [(heads, rows[:25]), (heads, rows[25:])]),
        "no ids": _book(tmp_path / "5.xlsx", [(heads[2:], [row[2:] for row in rows])]),
    }
    for name, file in tables.items():
        told = _reconciled(reconcile, month, tmp_path, file)
        assert (told["equal"], told["only_ours"]) == (known["equal"], []), name
        assert _kinds(told) == _kinds(known), name
        assert any("合计" in text for _, _, text in told["left_out"]), name


def test_a_column_of_amounts_that_nobody_knows_is_told(
    reconcile: Command, month: Month, tmp_path: Path
) -> None:
    heads = [*COLUMNS.values(), "爱心基金", "床号"]
    rows = [[*row, 12.5, 7] for row in _cells(month, "numbers")]
    told = _reconciled(reconcile, month, tmp_path, _book(tmp_path / "in.xlsx", [(heads, rows)]))
    unread = [text for _, row, text in told["left_out"] if row == 4]
    assert len(unread) == 1
    assert unread[0].startswith("爱心基金")


def test_a_table_without_ids_beside_the_messages_of_its_rows_says_nothing_new(
    reconcile: Command, month: Month, tmp_path: Path
) -> None:
    """A message states no day of discharge: who, how much and the day of settlement are then the same."""
    known = _reconciled(reconcile, month, tmp_path, None)
    heads, rows = list(COLUMNS.values())[2:], [row[2:] for row in _cells(month, "numbers")]
    at = list(COLUMNS).index("setl_time") - 2
    table = _book(tmp_path / "again.xlsx", [(heads, rows)])
    ours, theirs = month.write(tmp_path)
    told = reconcile(ours, theirs, table, more=("--month", "2026-03")).report
    assert (told["equal"], told["only_theirs"], _kinds(told)) == (known["equal"], [], _kinds(known))
    later = [[*row[:at], "2026-03-31 12:00:00", *row[at + 1 :]] for row in rows]
    table = _book(tmp_path / "again.xlsx", [(heads, later[:1])])
    told = reconcile(ours, theirs, table, more=("--month", "2026-03")).report
    assert len(told["only_theirs"]) == 1


@pytest.mark.some_cases(2)
@pytest.mark.parametrize(
    ("here", "named", "unnamed", "comes_to"),
    [
        (2, 0, 2, {"equal": 2}),
        (2, 2, 2, {"equal": 2}),
        (2, 2, 1, {"equal": 2}),
        (2, 1, 2, {"equal": 2}),
        (1, 1, 1, {"equal": 1}),
        (1, 0, 2, {"kinds": ["settled_twice"]}),
        (1, 1, 2, {"ambiguous": 2}),
        (2, 0, 1, {"ambiguous": 1}),
    ],
)
def test_equal_visits_of_one_day_are_as_many_settlements_as_a_file_has_rows(
    reconcile: Command, tmp_path: Path, here: int, named: int, unnamed: int, comes_to: dict[str, Any]
) -> None:
    """Somebody comes twice a day for the same: so many visits here, messages, and rows without any number."""
    month = _twice()
    rows = [row[2:] for row in _cells(month, "numbers")]
    table = _book(tmp_path / "table.xlsx", [(list(COLUMNS.values())[2:], rows[:unnamed])])
    month.ours, month.theirs = month.ours[:here], month.theirs[:named]
    for line in month.ours:
        del line["setl_id"]
    ours, messages = month.write(tmp_path)
    told = reconcile(ours, *([messages] if named else ()), table, more=("--month", "2026-03")).report
    found = {
        "equal": told["equal"],
        "kinds": [kind for each in told["differences"] for kind in each["kinds"]],
        "only_theirs": len(told["only_theirs"]),
        "ambiguous": len(told["ambiguous"]),
    }
    nothing = {"equal": 0, "kinds": [], "only_theirs": 0, "ambiguous": 0}
    assert found == nothing | comes_to
    assert told["only_ours"] == []


def test_of_two_visits_of_a_day_the_one_that_differs_is_held_against_the_one_that_is_left(
    reconcile: Command, tmp_path: Path
) -> None:
    month = _twice()
    rows = [row[2:] for row in _cells(month, "numbers")]
    at = list(COLUMNS).index("fulamt_ownpay_amt") - 2
    rows[0][at] += 1
    rows[0][list(COLUMNS).index("inscp_scp_amt") - 2] -= 1
    table = _book(tmp_path / "table.xlsx", [(list(COLUMNS.values())[2:], rows)])
    for line in month.ours:
        del line["setl_id"]
    told = reconcile(month.write(tmp_path)[0], table).report
    assert (told["equal"], len(told["differences"]), told["ambiguous"]) == (1, 1, [])
    assert told["differences"][0]["row"] == 5


def _twice() -> Month:
    """Two equal visits of one person on one day."""
    month = month_of(3, 1, 0.0)
    (line,), (told,) = month.ours, month.theirs
    info = told["output"]["setlinfo"]
    again = {**info, "setl_id": "S0000002", "mdtrt_id": "JS0000002"}
    return Month([line, {**line, "setl_id": "S0000002"}], [told, {"output": {"setlinfo": again}}])


def test_a_list_of_people_says_who_is_who_and_settles_nothing(
    reconcile: Command, month: Month, tmp_path: Path
) -> None:
    """Their rows have the platform's numbers of persons alone, ours those of their cards."""
    ours, _ = month.write(tmp_path)
    known = _reconciled(reconcile, month, tmp_path, None)
    who = list(COLUMNS).index("certno")
    rows = _cells(month, "numbers")
    people = [[row[who], f"P{row[who]}"] for row in rows]
    heads = ["个人编号", *list(COLUMNS.values())[who + 1 :]]
    table = _book(tmp_path / "table.xlsx", [(heads, [[f"P{row[who]}", *row[who + 1 :]] for row in rows])])
    roster = _book(tmp_path / "people.xlsx", [(["身份证号码", "个人编号", "姓名", "费用总额"], people)])
    for line in month.ours:
        assert line["patient"]["id"] in {id_ for id_, _ in people}
    alone = reconcile(ours, table, more=("--month", "2026-03")).report
    assert (alone["equal"], len(alone["only_theirs"])) == (0, len(rows))
    told = reconcile(ours, table, roster, more=("--month", "2026-03")).report
    assert (told["theirs"], told["equal"], told["only_theirs"]) == (len(rows), known["equal"], [])
    assert _kinds(told) == _kinds(known)


def test_a_refund_s_word_that_nobody_knows_is_shown_and_settles_nothing(
    reconcile: Command, tmp_path: Path
) -> None:
    """Once the hospital's file says what the words mean, they mean that."""
    month = month_of(9, 3, 0.0)
    rows = _cells(month, "numbers")
    flags = ("部分退费", 2, "正常")
    lines = [[*cells, flag] for cells, flag in zip(rows, flags, strict=True)]
    table = _book(tmp_path / "table.xlsx", [([*COLUMNS.values(), "退费结算标志"], lines)])
    ours, _ = month.write(tmp_path)
    told = reconcile(ours, table, more=("--month", "2026-03"))
    assert (told.status, told.report["equal"], len(told.report["only_ours"])) == (2, 1, 2)
    assert [
        (each["row"], each["column"], flag in each["message"])
        for each, flag in zip(told.report["refused"], ("“部分退费”", "“2”"), strict=True)
    ] == [(5, "退费结算标志", True), (6, "退费结算标志", True)]
    own = tmp_path / "columns.toml"
    own.write_text('[words.refd_setl_flag]\nsettled = ["2"]\nrefunded = ["部分退费"]\n', encoding="utf-8")
    told = reconcile(ours, table, more=("--month", "2026-03", "--columns", own))
    assert (told.report["refused"], told.report["equal"]) == ([], 2)
    assert [each["kinds"] for each in told.report["differences"]] == [["refund_one_side"]]


@pytest.mark.parametrize("marked", [True, False])
def test_a_refund_that_names_no_visit_stands_beside_the_settlement_that_it_takes_back(
    reconcile: Command, tmp_path: Path, marked: bool
) -> None:
    """Two persons' visits, the first taken back by a row in brackets that has no number of the visit."""
    month = month_of(9, 2, 0.0)
    rows = [[row[0], *row[2:]] for row in _cells(month, "numbers")]
    first = ["R1", *(f"({each:,.2f})" if isinstance(each, float) and each else each for each in rows[0][1:])]
    lines = [[*rows[0], "已冲红" if marked else "正常"], [*first, "冲红"], [*rows[1], "正常"]]
    heads = [COLUMNS["setl_id"], *list(COLUMNS.values())[2:], "冲红类别"]
    table = _book(tmp_path / "table.xlsx", [(heads, lines)])
    told = reconcile(month.write(tmp_path)[0], table, more=("--month", "2026-03")).report
    (difference,) = told["differences"]
    assert difference["kinds"] == ["refund_one_side"]
    assert {difference["setl_id"], *difference["others"]} == {"S0000001", "R1"}
    assert (told["equal"], told["only_ours"], told["only_theirs"]) == (1, [], [])
