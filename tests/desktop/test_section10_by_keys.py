"""What a region fills in where the documents leave it a whole rule: entered, settled and shown, by keys."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QLabel

from core.words import languages
from desktop.presenters.counter.form import EXTRAS
from desktop.presenters.rules.pack_layout import specs
from desktop.presenters.rules.region import RegionPage
from desktop.settings import Settings
from tests.desktop.clipping import clipped
from tests.desktop.conftest import Desk
from tests.desktop.keys import Keys

CHANGCHUN = Settings(hospital="示例县医院", operator="王芳", region="jilin/changchun")
PACK = """id = "jilin/changchun"
name = "长春市"
effective = 2026-01-01
source = { document = "长医保3号", entered_by = "王芳", checked_by = "李明" }

[inpatient.deductible]
level_2 = [400, 300]
level_3 = [800, 600, 400]

[chronic_outpatient]
deductible = 0
local = [{ number = 101, name = "银屑病", amount = 1000 }]

[special_outpatient]
disease = { 41 = { deductible = 0, percent = 90 } }

[common_outpatient]
annual_limit = 1000

[critical_illness.2026]
deductible = 10000
cap_on = "cost"

[carry_over]
outpatient_to_pooled = true

[elsewhere]
referred_percent = 10

[[case_payment]]
code = "O80"
name = "平产"
level = "level_2"
price = 8000
fund_percent = 70
counts_for_critical = false
deductible = false
"""
STAY = "220113196004080016 Return 张建国 Return 1 2 0301 Return 0310 Return Return {costs} Ctrl+E "
TO_CARE = "Return " * 8
"""From the transfer past the rarer cells that a stay without a transfer has, to the place of care."""
COSTS = "52000 Return 48000 Return 1200 Return"


def section(turns: int) -> str:
    return "F5 " + "PgDn " * turns


def page(keys: Keys) -> RegionPage:
    open_page = keys.program.navigator.page
    assert isinstance(open_page, RegionPage)
    return open_page


def sourced(keys: Keys) -> None:
    """Fill in what every pack needs."""
    keys.type("F5 Return Return 20260101 Return 长医保3号 Return 王芳 Return 李明 Return")


def saved(keys: Keys, folder: Path) -> dict[str, Any]:
    keys.type("F12")
    assert keys.faults == []
    file = folder / "home" / "regions" / "jilin-changchun-2026-01-01.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


@pytest.fixture
def region(desk: Desk, tmp_path: Path) -> Keys:
    """A desk whose region has filled in every table."""
    folder = tmp_path / "home" / "regions"
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text(PACK, encoding="utf-8")
    return desk(CHANGCHUN)


# The region's page


def test_the_transfers_are_read_as_the_region_says(desk: Desk, tmp_path: Path) -> None:
    keys = desk(CHANGCHUN)
    sourced(keys)
    assert keys.focus == "cell_inpatient.deductible.village_clinic"
    keys.type("Return Return Return Return Return")
    assert keys.focus == "cell_inpatient.transfer_up"
    hints = [label.text() for label in keys.window.findChildren(QLabel, "hint") if label.isVisible()]
    assert any("二、（二）1" in hint and "600－400＝200" in hint for hint in hints)
    keys.type("2 2")
    assert saved(keys, tmp_path)["inpatient"] == {
        "transfer_up": "same_stay",
        "transfer_down": "primary_only",
    }


def test_an_empty_level_is_named_and_a_nought_is_not(desk: Desk) -> None:
    keys = desk(CHANGCHUN)
    keys.type(section(2))
    ready = page(keys)
    before = [row.text for row in ready.state.ready if row.heading.startswith("门诊特病")]
    assert "缺 二级起付线、2026 年大病起付线" in before
    keys.type("Return Return 0")
    after = [row.text for row in ready.state.ready if row.heading.startswith("门诊特病")]
    assert "缺 二级起付线、2026 年大病起付线" not in after
    assert "缺 三级起付线、2026 年大病起付线" in after


def test_one_special_disease_has_its_own_figures(desk: Desk, tmp_path: Path) -> None:
    keys = desk(CHANGCHUN)
    sourced(keys)
    keys.type("PgDn Return Return Return Return Return")
    assert keys.focus == "cell_form.special_disease"
    page(keys).typed("form.special_disease", "")
    keys.type("21 Return")
    assert keys.focus == "cell_special_outpatient.disease.21.deductible"
    keys.type("0 Return 90 Return Return 30000")
    assert "填了的：21" in page(keys).state.cells["form.special_disease"].hint
    assert saved(keys, tmp_path)["special_outpatient"]["disease"] == {
        "21": {"deductible": 0, "percent": 90, "cost_limit": 30000}
    }
    assert "special_outpatient.disease.21.percent" in specs(page(keys)._form.shape)


def test_further_and_local_chronic_diseases(desk: Desk, tmp_path: Path) -> None:
    keys = desk(CHANGCHUN)
    sourced(keys)
    keys.type("PgDn PgDn PgDn Return Return 1200 Return 1 Return")
    assert keys.focus == "cell_chronic_outpatient.local.0.number"
    keys.type("101 Return 1000 Return 银屑病 Return 106 Return 500 F12")
    assert len(keys.faults) == 1
    keys.type("Backspace Backspace Backspace 102")
    assert saved(keys, tmp_path)["chronic_outpatient"] == {
        "additional_disease_amount": 1200,
        "local": [{"number": 101, "name": "银屑病", "amount": 1000}, {"number": 102, "amount": 500}],
    }


def test_the_cap_and_the_years_of_critical_illness(desk: Desk, tmp_path: Path) -> None:
    keys = desk(CHANGCHUN)
    sourced(keys)
    keys.type("PgDn PgDn PgDn PgDn Return 10000 Return 0 2")
    assert keys.focus == "cell_critical_illness.2026.covers_special_outpatient"
    keys.type("0 2025 Return 2025 F12")
    assert len(keys.faults) == 1, "one of the two"
    keys.type("Backspace Backspace Backspace Backspace")
    assert saved(keys, tmp_path)["critical_illness"] == {
        "2026": {"deductible": 10000, "cap_on": "cost", "consecutive_from": 2025}
    }


def test_of_2020_the_region_says_who_else_has_no_cap(desk: Desk, tmp_path: Path) -> None:
    keys = desk(CHANGCHUN)
    sourced(keys)
    keys.type("PgDn PgDn PgDn PgDn")
    page(keys).typed("form.year", "2020")
    keys.type("Return 0")
    assert keys.focus == "cell_critical_illness.2020.uncapped_for"
    options = page(keys).state.cells["critical_illness.2020.uncapped_for"].options
    assert [option.value for option in options] == ["none", "low_income", "orphan"]
    keys.type("1 2")
    assert saved(keys, tmp_path)["critical_illness"] == {"2020": {"uncapped_for": ["low_income", "orphan"]}}


def test_assistance_by_bands_and_from_the_second_stay_on(desk: Desk, tmp_path: Path) -> None:
    keys = desk(CHANGCHUN)
    sourced(keys)
    keys.type("PgDn PgDn PgDn PgDn PgDn" + " Return" * 7)
    assert keys.focus == "cell_form.assistance"
    keys.type("3")
    assert keys.focus == "cell_medical_assistance.bands.rural_destitute.0.up_to"
    keys.type("2000 Return 40 Return Return 30")
    page(keys).typed("medical_assistance.later_stays_percent.rural_destitute", "20")
    assert saved(keys, tmp_path)["medical_assistance"] == {
        "bands": {"rural_destitute": [{"up_to": 2000, "percent": 40}, {"percent": 30}]},
        "later_stays_percent": {"rural_destitute": 20},
    }


def test_cases_stand_one_at_a_time_and_the_next_number_is_a_new_one(desk: Desk, tmp_path: Path) -> None:
    keys = desk(CHANGCHUN)
    sourced(keys)
    keys.type("PgDn PgDn PgDn PgDn PgDn PgDn Return")
    assert keys.focus == "cell_case_payment.0.code"
    keys.type("O80 Return 平产 Return 2 8000 Return 70 Return 2 2")
    keys.type("PgUp")
    assert keys.focus == "cell_form.case"
    keys.type("Backspace 2 Return")
    assert keys.focus == "cell_case_payment.1.code"
    keys.type("O80 Return Return 2")
    keys.type("F12")
    assert len(keys.faults) == 1, "a case at a level stands once"
    page(keys).typed("case_payment.1.level", "level_3")
    whole = {"price": 8000, "fund_percent": 70, "counts_for_critical": False, "deductible": False}
    assert saved(keys, tmp_path)["case_payment"] == [
        {"code": "O80", "name": "平产", "level": "level_2"} | whole,
        {"code": "O80", "level": "level_3"},
    ]
    assert page(keys).state.cells["form.case"].hint.startswith("填了的：1 O80 二级、2 O80 三级")


def test_carry_over_and_care_elsewhere(desk: Desk, tmp_path: Path) -> None:
    keys = desk(CHANGCHUN)
    sourced(keys)
    keys.type("PgDn PgDn PgDn PgDn PgDn PgDn PgDn 1 2 50 Return 1 F12")
    assert len(keys.faults) == 1, "a percentage or points"
    page(keys).typed("carry_over.next_year_points", "")
    keys.type("PgDn 10 Return 20")
    found = saved(keys, tmp_path)
    assert found["carry_over"] == {
        "common_to_chronic": True,
        "outpatient_to_pooled": False,
        "next_year_percent": 50,
    }
    assert found["elsewhere"] == {"referred_percent": 10, "unreferred_percent": 20}


# The counter


def test_the_hospital_bears_its_part(region: Keys) -> None:
    region.type(STAY.format(costs=COSTS) + TO_CARE + "Return 2000 Return")
    assert region.figure == "¥ 14,592.00"
    shares = {share.payer: share.amount for share in region.program.counter_page.state.shares}
    assert shares["hospital"] == "2,000.00"
    assert "医院付 2,000.00 元" in region.program.counter_page.state.figure.spoken
    region.type("Shift+Return " + "Backspace " * 8 + "99999 Return")
    assert region.focus == "cell_hospital_part"
    assert region.figure == ""


def test_the_year_ends_where_the_region_s_limits_do(region: Keys) -> None:
    region.type(STAY.format(costs=COSTS))
    bars = {bar.label: bar for bar in region.program.counter_page.state.bars}
    assert bars["统筹支付"].stretches[-1].text == "限额 201,000"
    assert bars["大病负担"].stretches[-1].edge == "限额 400,000"
    assert "大病支付" not in bars, "the cap limits the cost"


@pytest.mark.parametrize("language", languages())
def test_every_rarer_cell_fits_without_scrolling(desk: Desk, language: str) -> None:
    keys = desk(language=language)
    keys.window.resize(1280, 800)
    keys.type(STAY.format(costs=COSTS) + "1 400 Return 2 Return Return 1 O80")
    for _ in range(3):
        keys.app.processEvents()
    assert all(keys.program.view.cell(name).isVisible() for name in EXTRAS)
    assert keys.program.view.entries.area is None
    keys.shot(f"extras_whole_{language}")
    assert clipped(keys.program.view.entries) == []


def test_care_elsewhere_takes_its_share_first(region: Keys) -> None:
    region.type(STAY.format(costs=COSTS) + TO_CARE + "1")
    labels = [step.label for step in region.program.counter_page.state.steps]
    assert "异地先行自付" in labels
    worked = region.program.counter_page.visit.worked
    assert worked is not None
    assert worked.settlement.patient_parts.elsewhere == 468_000
    region.type("Shift+Return 2")
    assert region.figure == "", "the region has no share without a referral"


def test_a_case_is_paid_by_its_price(region: Keys) -> None:
    region.type(STAY.format(costs="10000 Return 9000 Return Return Return") + "Return Return 1")
    assert region.focus == "cell_case"
    region.type("O80 Return")
    shares = {share.payer: share.amount for share in region.program.counter_page.state.shares}
    assert shares == {"basic": "5,600.00", "hospital": "2,000.00", "patient": "2,400.00"}
    region.type("Shift+Return X Return")
    assert region.figure == "", "the region has no such case"


def test_a_transfer_up_says_how_many_stays_stand_before_it(region: Keys) -> None:
    region.type(STAY.format(costs=COSTS) + "1 400 Return")
    assert region.focus == "cell_earlier_stays"
    region.type("0 Return")
    assert region.focus == "cell_earlier_stays"
    region.type("Backspace 2 Return")
    worked = region.program.counter_page.visit.worked
    assert worked is not None
    assert worked.claim.chain_stays == 2
    region.type("Shift+Return Shift+Return Shift+Return 0")
    assert not region.program.counter_page.state.cells["earlier_stays"].shown


def test_other_benefits_have_care_elsewhere_and_the_hospitals_part_alone(region: Keys) -> None:
    region.type("220113196004080016 Return 张建国 Return 5 1 101 Return 0310 Return Return")
    region.type("500 Return 500 Return Ctrl+E")
    assert region.focus == "cell_care"
    shown = {name for name, cell in region.program.counter_page.state.cells.items() if cell.shown}
    assert shown & {"care", "hospital_part", "transfer", "case", "settled"} == {"care", "hospital_part"}
    region.type("1")
    worked = region.program.counter_page.visit.worked
    assert worked is not None
    assert worked.settlement.amounts.inscp_scp_amt == 45_000


def test_a_disease_of_the_region_s_own_is_chosen_as_the_others_are(region: Keys) -> None:
    region.type("220113196004080016 Return 张建国 Return 5 1 银屑")
    rows = region.program.counter_page.state.diseases
    assert rows is not None
    assert [row.number for row in rows.rows] == [101]
    region.type("Return 0310 Return Return 500 Return 500 Return")
    assert region.figure == "¥ 200.00"
    assert region.hint("disease") == "银屑病"


def test_phenylketonuria_is_not_settled_elsewhere_where_the_region_settles_it(region: Keys) -> None:
    region.type("220113196004080016 Return 张建国 Return 2 2 41")
    rows = region.program.counter_page.state.diseases
    assert rows is not None
    assert not rows.rows[0].faded
    region.type("Return 0310 Return Return 1000 Return 1000 Return")
    assert region.figure == "¥ 100.00"
