"""A region's figure found from sheets typed at the desk, and in use once somebody put a name to it."""

from pathlib import Path

import pytest

from core.ledger.operators import Role
from desktop.presenters.rules.measure import MeasurePage
from desktop.settings import Settings
from tests.desktop.conftest import PIN, Desk
from tests.desktop.keys import Keys
from tests.desktop.test_sign_in_by_keys import CHANGCHUN

_OTHER = "another-long-passphrase"
_SHEETS = (
    ("0310", "46800", "400", "33320"),
    ("0311", "20400", "400", "14000"),
    ("0312", "30000", "400", "20720"),
)
"""First stays at level 2 of a region that charges 400: 70 percent up to 30 000 in scope, 75 above."""


def line(keys: Keys, path: str) -> list[str]:
    return next(list(row.texts) for row in keys.program.navigator.page.state.rows if row.value == path)


def typed(keys: Keys, sheets: tuple[tuple[str, ...], ...]) -> None:
    keys.program.navigator.press("receipts")
    for day, scope, deductible, basic in sheets:
        keys.type(f"2 Return 1 Return 1 Return {day} Return 52000 Return {scope} Return Return")
        keys.type(f"{deductible} Return {basic} F12")
        assert "已保存" in keys.notice, keys.faults
    keys.type("Esc")


@pytest.fixture
def keys(desk: Desk) -> Keys:
    return desk(CHANGCHUN)


def test_a_sheet_that_is_typed_twice_is_asked_about(keys: Keys) -> None:
    typed(keys, _SHEETS[:1])
    keys.program.navigator.press("receipts")
    page = keys.program.navigator.page
    keys.enter("2 Return 1 Return 1 Return 20270310 Return")
    assert keys.faults == ["日期晚于今天，请核对。"]
    page.typed("day", "0310")
    keys.enter("Return 52000 Return 46800 Return Return 400 Return 33320 F12")
    assert "一模一样" in page.state.question.text  # type: ignore[attr-defined]
    keys.type("N F12 Y")
    assert "已保存" in keys.notice
    assert len(page.state.rows) == 2


def test_a_figure_of_three_sheets_is_taken_over_with_a_name_and_settles(keys: Keys) -> None:
    typed(keys, _SHEETS[:2])
    keys.program.navigator.press("measure")
    keys.type("Return Work")
    assert line(keys, "inpatient.deductible.level_2")[0] == "", "two sheets are a proposal"
    assert "待定" in line(keys, "inpatient.deductible.level_2")[5]
    keys.type("Ctrl+E")
    assert keys.program.navigator.page.name == "receipt"
    keys.type(
        "2 Return 1 Return 1 Return 0312 Return 52000 Return 30000 Return Return 400 Return 20720 F12 Esc"
    )
    page = keys.program.navigator.page
    assert isinstance(page, MeasurePage)
    assert page.state.rows == (), "what was measured before is of others"
    keys.type("F10 Work")
    found = line(keys, "inpatient.deductible.level_2")
    assert (found[2], found[3]) == ("400.00", "3")
    keys.shot("measure")
    page.opened("inpatient.deductible.level_2")
    keys.worked()
    assert line(keys, "inpatient.deductible.level_2")[0] == "✓"
    keys.type("F12")
    assert "没有核对人" in keys.notice
    assert page.question is None
    page.typed("checked_by", "钱主管")
    keys.type("F12 Y")
    assert "已写进" in keys.notice, keys.notice
    counter = keys.program.session.counter
    assert counter is not None
    (pack,) = [each for each in counter.reader.regions.versions(CHANGCHUN.region) if each.source.checked_by]
    assert pack.source.checked_by == "钱主管"
    assert counter.ledger.trail.acts()[-1].act.value == "region_changed"
    (file,) = (Path(keys.program.session.home) / "regions").glob("*.toml")
    assert "钱主管" in file.read_text(encoding="utf-8")
    keys.type("Esc 220113196004080016 Return 张建国 Return 1 2 0301 Return 0310 Return Return")
    keys.type("52000 Return 48000 Return 1200 Return F8")
    assert "400.00" in keys.seen(), "the figure settles at the counter"


def test_a_sheet_that_is_wrong_is_named_and_taken_out(keys: Keys) -> None:
    keys.program.navigator.press("receipts")
    keys.type("2 Return 1 Return 1 Return 0310 Return 52000 Return 60000 Return Return 400 Return 33320 F12")
    assert len(keys.faults) == 1
    page = keys.program.navigator.page
    page.typed("inscp_scp_amt", "46800")
    page.typed("bands", "29600 16800")
    keys.type("F12")
    assert "已保存" in keys.notice
    number = keys.rows()[0][0]
    keys.type("F6 N")
    assert len(keys.rows()) == 1
    keys.type("F6 Y")
    assert number in keys.notice
    assert page.state.rows == ()
    keys.type("F6")
    assert page.question is None
    keys.type("Esc")
    keys.program.navigator.press("measure")
    keys.type("F10")
    assert "没有结算单" in keys.notice
    keys.program.navigator.page.typed("year", "1999")
    keys.type("F10")
    assert keys.faults


def test_a_file_of_the_platform_is_measured_and_a_clerk_takes_nothing_over(
    keys: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heads = "结算ID,证件号码,医院级别,医疗类别,出院日期,医疗费总额,符合政策范围金额,起付线,统筹基金支付"
    lines = [
        f"R{at},9801011980010100{at}X,二级,普通住院,2026-{day[:2]}-{day[2:]},52000,{scope},{deductible},{basic}"
        for at, (day, scope, deductible, basic) in enumerate(_SHEETS)
    ]
    file = tmp_path / "theirs.csv"
    file.write_text("\n".join([heads, *lines]), encoding="utf-8-sig")
    monkeypatch.setattr(
        "desktop.openers.rules.QFileDialog.getOpenFileNames", lambda *_given: ([str(file)], "")
    )
    counter = keys.program.session.counter
    assert counter is not None
    assert not isinstance(counter.add_operator("李明", Role.CLERK, _OTHER), list)
    keys.program.desk.lock()
    assert keys.program.desk.sign_in("李明", _OTHER) == []
    keys.program.desk.use(keys.program.session.settings._replace(operator="李明"))
    keys.program.navigator.press("measure")
    keys.type("F3 Work")
    assert "theirs.csv" in keys.seen()
    assert "3 笔结算" in keys.seen()
    assert line(keys, "inpatient.deductible.level_2")[3] == "3"
    page = keys.program.navigator.page
    page.opened("inpatient.deductible.level_2")
    keys.worked()
    page.typed("checked_by", "李明")
    keys.type("F12 Y")
    assert "主管" in keys.notice
    assert not list((Path(keys.program.session.home) / "regions").glob("*.toml"))
    keys.program.desk.lock()
    assert keys.program.desk.sign_in(CHANGCHUN.operator, PIN) == []


def test_practice_keeps_its_made_up_region(desk: Desk) -> None:
    keys = desk(Settings(hospital="示例县医院", operator="王芳"))
    keys.program.navigator.press("receipts")
    keys.type("2 Return 1 Return 1 Return 0501 Return 30000 Return 20000 Return Return 300 Return")
    keys.type("15760 Return Return Return Return Return 2 Return 60000 Return 40000 F12")
    assert "已保存" in keys.notice, keys.faults
    keys.type("Esc")
    keys.program.navigator.press("measure")
    keys.type("Return Work")
    page = keys.program.navigator.page
    assert line(keys, "inpatient.band_axis")[0] == "✓", "only what a year has cost agrees with a second stay"
    page.opened("open inpatient.deductible.level_2")
    assert "不能采用" in keys.notice
    page.typed("checked_by", "王芳")
    keys.type("F12 Y")
    assert keys.program.session.words.text("window.region.example_stays") in keys.notice
