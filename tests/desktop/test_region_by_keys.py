"""A region's pack entered in the window, by keys alone."""

import errno
import tomllib
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QTableView

from desktop.settings import Settings
from desktop.startup.settings_file import load
from tests.desktop.conftest import Desk
from tests.desktop.keys import FIRST_ADMISSION, Keys

CHANGCHUN = Settings(operator="王芳", region="jilin/changchun")
SOURCE = "Return Return 20260101 Return 长医保3号 Return 王芳 Return 李明"
"""From the list of regions: past the name, then day, document and the two people."""


def files(folder: Path) -> dict[str, str]:
    found = (folder / "home" / "regions").glob("*.toml")
    return {file.name: file.read_text(encoding="utf-8") for file in found}


def pack(folder: Path, name: str = "jilin-changchun-2026-01-01.toml") -> dict[str, object]:
    return tomllib.loads(files(folder)[name])


def ready(keys: Keys) -> str:
    labels = [one for name in ("readyWhat", "readyText") for one in keys.window.findChildren(QLabel, name)]
    return "\n".join(one.text() for one in labels if one.isVisible())


@pytest.fixture
def entered(desk: Desk) -> Keys:
    """Two figures of Changchun, saved."""
    keys = desk(CHANGCHUN)
    keys.type("F5 " + SOURCE + " PgDn Return Return 400、300 Return PgDn PgDn PgDn PgDn Return 10,000 F12")
    assert keys.faults == []
    assert "已保存" in keys.notice
    return keys


def test_a_region_entered_here_is_used_at_once(desk: Desk, tmp_path: Path) -> None:
    keys = desk(CHANGCHUN)
    keys.enter(FIRST_ADMISSION)
    assert keys.figure == ""
    keys.type("F5")
    assert keys.focus == "list"
    keys.type(SOURCE + " PgDn Return Return 400、300")
    assert keys.focus == "cell_inpatient.deductible.level_2"
    keys.shot("region-typed")
    keys.type("PgDn PgDn PgDn PgDn Return 10,000 PgDn PgDn PgDn PgDn PgDn 示例县医院 F12")
    assert keys.faults == []
    assert pack(tmp_path)["inpatient"] == {"deductible": {"level_2": [400, 300]}}
    assert pack(tmp_path)["critical_illness"] == {"2026": {"deductible": 10000}}
    keys.type("Esc")
    assert keys.figure == "¥ 16,592.00"
    assert load(tmp_path / "home").hospital == "示例县医院"


def test_a_pack_of_next_year_says_nothing_of_this_one(desk: Desk) -> None:
    keys = desk(CHANGCHUN)
    later = SOURCE.replace("20260101", "20270101")
    keys.enter(f"F5 {later} PgDn Return Return 400")
    assert "2027 年能结算什么" in keys.seen()
    assert "2027 年大病起付线" in ready(keys)
    keys.enter("F12")
    assert keys.notice == "已保存，2027-01-01 起生效。"
    keys.enter("Esc F5")
    assert "2027 年能结算什么" in keys.seen()


def test_figures_that_were_saved_are_said_so_where_the_desks_settings_were_not(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = desk(CHANGCHUN)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "no room")

    monkeypatch.setattr("desktop.session.save", full)
    keys.type("F5 " + SOURCE + " PgDn Return Return 400、300 Return PgDn PgDn PgDn PgDn Return 10,000 F12")
    assert pack(tmp_path)["inpatient"] == {"deductible": {"level_2": [400, 300]}}
    assert "已保存" in keys.notice
    assert "本机的设置没有存上" in keys.notice
    assert "没有保存任何内容" not in keys.notice


def test_what_is_lacking_is_said_while_typing(desk: Desk) -> None:
    keys = desk(CHANGCHUN)
    keys.type("F5 PgDn")
    lacking = "缺 二级起付线、2026 年大病起付线"
    assert ready(keys).count(lacking) == 2, "inpatient care, and special outpatient care with day surgery"
    keys.type("Return Return 4")
    assert ready(keys).count(lacking) == 1
    keys.type("PgDn PgDn PgDn PgDn Return 1")
    assert "住院  二级\n" in ready(keys)
    assert "可以结算" in ready(keys)


def test_every_fault_stands_under_its_cell_and_nothing_typed_is_lost(desk: Desk, tmp_path: Path) -> None:
    keys = desk(CHANGCHUN)
    keys.type("F5 PgDn Return Return 4oo Return 1,200、800 F12")
    assert keys.faults == ["此项必填，请填写。"] * 4
    assert "还有 6 处要改" in keys.notice
    assert files(tmp_path) == {}
    keys.shot("region-faults")
    keys.type("PgDn")
    assert keys.faults == [
        "金额写数字，最多两位小数，例如 48000.50；也可以写 1200+350.5、3*25.5 或 3.5万。",
        "各次之间用空格隔开，数字里不写逗号，例如 1200 800。",
    ]
    keys.shot("region-faults-inpatient")
    keys.type("PgUp " + SOURCE + " PgDn Return Return 400 Return 1200、800")
    assert keys.faults == []
    keys.type("F12")
    assert pack(tmp_path)["inpatient"] == {"deductible": {"level_2": [400], "level_3": [1200, 800]}}


GAPS = [("400、、300", True), ("、400", True), ("400 、 300", False), ("400;0;300", False)]


@pytest.mark.some_cases(2)
@pytest.mark.parametrize(("text", "fault"), GAPS)
def test_a_figure_left_out_between_two_is_never_closed_up(desk: Desk, text: str, fault: bool) -> None:
    keys = desk(CHANGCHUN)
    keys.type("F5 PgDn")
    page = keys.program.navigator.page
    page.typed("inpatient.deductible.level_2", text)
    keys.type("F12 PgDn")
    told = page.state.cells["inpatient.deductible.level_2"].fault
    assert told == ("中间少一个数：哪一次没有起付线就填 0，例如 1200 0 800。" if fault else "")


def test_a_pack_on_file_that_relied_on_empty_cells_says_what_to_type(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "home" / "regions"
    folder.mkdir(parents=True)
    text = 'id = "jilin/changchun"\nname = "长春市"\neffective = 2026-01-01\n'
    text += "[special_outpatient.deductible]\nlevel_3 = 800\n"
    text += "[chronic_outpatient]\ndeductible = 200\n"
    (folder / "jilin-changchun-2026-01-01.toml").write_text(text, encoding="utf-8")
    keys = desk(CHANGCHUN)
    keys.type("F5")
    told = ready(keys)
    assert "门诊特病的二级起付线空着：以前按 0 计，现在算缺数据；没有起付线就填 0。" in told
    assert "第二种起慢病的额度空着" in told
    assert told.count("空着") == 2, "the documents speak of level 2 and above"
    page = keys.program.navigator.page
    page.typed("special_outpatient.deductible.level_2", "0")
    page.typed("chronic_outpatient.additional_disease_rate", "1")
    keys.type("PgDn")
    assert "空着" not in ready(keys)


def test_cases_and_care_elsewhere_are_told_on_the_page(desk: Desk) -> None:
    keys = desk(CHANGCHUN)
    keys.type("F5")
    told = ready(keys)
    assert "按病种付费" in told
    assert "缺 各病种的付费标准" in told
    assert "异地就医（已转诊）" in told
    assert "缺 异地先行自付比例" in told


def test_a_wrong_cell_is_said_when_it_is_left_and_not_while_it_is_typed(desk: Desk) -> None:
    keys = desk(CHANGCHUN)
    keys.type("F5 PgDn x")
    assert keys.faults == []
    keys.type("Return")
    assert keys.faults == ["金额写数字，最多两位小数，例如 48000.50；也可以写 1200+350.5、3*25.5 或 3.5万。"]


def test_unsaved_work_survives_leaving_the_page_until_it_is_discarded(desk: Desk, tmp_path: Path) -> None:
    keys = desk(CHANGCHUN)
    keys.type("F5 PgDn 200 Esc F5")
    assert "还没保存" in keys.notice
    keys.type("PgDn")
    assert keys.program.navigator.page.texts["inpatient.deductible.village_clinic"] == "200"
    keys.type("F6 Return")
    assert keys.label("questionText")
    keys.type("Y")
    assert keys.program.navigator.page.texts.get("inpatient.deductible.village_clinic", "") == ""
    keys.type("Esc F5")
    assert "还没保存" not in keys.notice


def test_this_desk_s_cells_survive_too(desk: Desk, tmp_path: Path) -> None:
    keys = desk(CHANGCHUN)
    keys.type(f"F5 PgUp {'PgDn ' * 10}示例县医院 Esc F5")
    assert "还没保存" in keys.notice
    keys.type("F12")
    assert load(tmp_path / "home").hospital == "示例县医院"
    assert files(tmp_path) == {}


def test_a_folder_that_cannot_be_written_is_said_and_nothing_typed_is_lost(
    desk: Desk, tmp_path: Path
) -> None:
    keys = desk(CHANGCHUN)
    (tmp_path / "home" / "regions").write_text("")
    keys.type("F5 " + SOURCE + " PgDn 200 F12")
    assert "写不了文件" in keys.notice
    assert keys.program.navigator.page.texts["inpatient.deductible.village_clinic"] == "200"


def test_another_day_makes_another_file_and_both_can_be_shown(entered: Keys, tmp_path: Path) -> None:
    before = files(tmp_path)
    entered.type("PgUp PgUp PgUp PgUp PgUp Return Return 20270101 PgDn Return Return 500")
    entered.shot("region-new-version")
    entered.type("F12")
    assert entered.faults == []
    after = files(tmp_path)
    assert set(after) == {"jilin-changchun-2026-01-01.toml", "jilin-changchun-2027-01-01.toml"}
    assert before.items() <= after.items()
    assert pack(tmp_path, "jilin-changchun-2027-01-01.toml")["inpatient"] == {
        "deductible": {"level_2": [500]}
    }
    entered.type("PgUp Up")
    assert "2026-01-01 起" in entered.label("pageTitle")
    assert entered.program.navigator.page.texts["inpatient.deductible.level_2"] == "400 300"
    entered.shot("region-versions")
    entered.type("Return Return 20270101 Return")
    assert entered.faults == ["这一天已经有一版，请先在左边选它再改。"]


def test_an_emptied_cell_leaves_the_file(entered: Keys, tmp_path: Path) -> None:
    page = entered.program.navigator.page
    entered.type("PgUp PgUp PgUp PgUp Return Return")
    assert entered.focus == "cell_inpatient.deductible.level_2"
    page.typed("inpatient.deductible.level_2", "")
    entered.type("F12")
    assert "inpatient" not in pack(tmp_path)


def test_where_a_cell_was_copied_from_is_kept_beside_it(entered: Keys, tmp_path: Path) -> None:
    entered.type("PgUp PgUp PgUp PgUp Return Return F8")
    assert entered.focus == "cell_origin:inpatient.deductible.level_2"
    entered.type("3号第5页 Return 800 Shift+F8 F12")
    text = files(tmp_path)["jilin-changchun-2026-01-01.toml"]
    assert "level_2 = [400, 300] # 3号第5页 · 王芳 · 2026-11-22" in text
    assert "level_3 = [800] # 3号第5页 · 王芳 · 2026-11-22" in text
    entered.type("Esc F5 PgDn")
    made = [one.text() for one in entered.window.findChildren(QLabel, "made") if one.isVisible()]
    assert made.count("王芳 2026-11-22") == 2
    entered.shot("region-origins")


def test_a_file_written_by_hand_is_edited_and_keeps_its_comments(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "home" / "regions"
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text(
        'id = "jilin/changchun"\nname = "长春市"\neffective = 2026-01-01  # 医保局\n'
        'source = { document = "长医保3号", entered_by = "王芳", checked_by = "李明" }\nnonsense = 1\n\n'
        "[inpatient.deductible]\n# 每次住院一个数\nlevel_2 = [400]  # 第三页\n",
        encoding="utf-8",
    )
    keys = desk(CHANGCHUN)
    keys.type("F5 PgDn Return Return F12")
    assert "已保存" in keys.notice  # nothing was typed, nothing is written
    keys.type("Return 800 F12")
    assert keys.faults == ["没有这一项，请删去或改正名称。"]
    keys.shot("region-by-hand")
    keys.program.navigator.page.typed("nonsense", "")
    keys.type("F12")
    text = files(tmp_path)["mine.toml"]
    assert "nonsense" not in text
    for said in ("# 医保局", "# 每次住院一个数", "level_2 = [400]  # 第三页", "level_3 = [800]"):
        assert said in text


def test_a_year_without_a_document_is_entered_whole(entered: Keys, tmp_path: Path) -> None:
    entered.type("PgUp PgDn 2023 Return")
    entered.type("14000 Return 0 300000 Return 0 0 16 Return 50 Return 5 Return 2")
    entered.type("100000 Return 60 Return Return 72.5")
    entered.shot("region-2023")
    assert "可以结算" in ready(entered)
    entered.type("F12")
    assert entered.faults == []
    assert pack(tmp_path)["critical_illness"]["2023"] == {  # type: ignore[index]
        "deductible": 14000,
        "cap": 300000,
        "tilted": ["low_income", "relapse_risk"],
        "tilt_deductible_percent": 50,
        "tilt_points": 5,
        "counts_category_b": False,
        "bands": [{"up_to": 100000, "percent": 60}, {"percent": "72.5"}],
    }


def test_chronic_diseases_have_one_deductible_or_each_its_own(entered: Keys, tmp_path: Path) -> None:
    entered.type("PgUp Return Return Return 2")
    assert entered.focus == "cell_chronic_outpatient.deductible.1"
    entered.type("200 Return 300")
    entered.shot("region-chronic")
    assert "门诊慢病  1-2 号\n" in ready(entered)
    entered.type("F12")
    assert pack(tmp_path)["chronic_outpatient"] == {"deductible": {"1": 200, "2": 300}}


def test_the_made_up_region_stays_as_it_is(desk: Desk, tmp_path: Path) -> None:
    keys = desk()
    keys.type("F5 PgDn 1 F12")
    assert "演示数据不能改" in keys.notice
    assert files(tmp_path) == {}


def test_another_region_is_chosen_from_the_list(desk: Desk, tmp_path: Path) -> None:
    keys = desk()
    keys.type("F5 Up F12")
    assert load(tmp_path / "home").region == "jilin/changchun"
    assert keys.label("pageTitle") == "启用本机", "its ledger is not made yet"
    keys.type("Esc Ctrl+G F5")
    rows = keys.window.findChild(QTableView, "list").model()
    assert "长春市" in [rows.index(at, 0).data() for at in range(rows.rowCount())]
