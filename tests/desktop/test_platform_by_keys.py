"""The insurer's result beside the split at the counter: figures typed, messages pasted, and the kind."""

import json

import pytest
from PySide6.QtGui import QGuiApplication

from tests.desktop.conftest import Desk
from tests.desktop.keys import FIRST_ADMISSION, Keys

_SHEET = "400 Return 33320 Return 2088 Return 0 Return 16592 Return Work"


def lines(keys: Keys) -> str:
    return "\n".join(keys.program.navigator.page.state.lines)


def test_the_sheets_five_figures_are_equal_or_the_kind_is_said_with_its_clause(desk: Desk) -> None:
    keys = desk()
    keys.enter(f"{FIRST_ADMISSION} Ctrl+P {_SHEET}")
    assert lines(keys) == "一致，到分。"
    page = keys.program.navigator.page
    page.typed("act_pay_dedc", "300")
    assert lines(keys) == "", "the answer to other figures is gone"
    page.typed("hifp_pay", "33390")
    page.typed("hifmi_pay", "2106")
    page.typed("psn_part_amt", "16504")
    keys.type("F12 Work")
    assert "起付线" in lines(keys).splitlines()[0]
    assert "依据" in lines(keys)
    rows = {row[0]: row[1:] for row in keys.rows()}
    assert rows["起付线"] == ["400.00", "300.00", "−100.00"]
    keys.shot("platform")
    page.typed("hifp_pay", "33390.01")
    keys.type("F12 Work")
    assert "没有找到原因" in lines(keys)
    keys.type("Esc")
    assert keys.figure == "¥ 16,592.00"


def test_what_is_missing_or_wrong_is_said_at_its_cell(desk: Desk) -> None:
    keys = desk()
    keys.type("Ctrl+P")
    assert "还没有算出来" in keys.notice
    keys.type("400 F12 F3 Esc")
    keys.enter(f"{FIRST_ADMISSION} Ctrl+P F12")
    assert keys.faults == ["请至少填一个数。"]
    keys.type("12,5 F12")
    assert len(keys.faults) == 1
    assert keys.program.navigator.page.state.rows == ()


def message(**amounts: float) -> str:
    info = {
        "setl_id": "S1",
        "mdtrt_id": "J1",
        "certno": "220113196004080016",
        "medfee_sumamt": 52000.0,
        **amounts,
    }
    return json.dumps({"infcode": 0, "output": {"setlinfo": info}}, indent=1)


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("by_key", [True, False], ids=["clipboard", "typed into a cell"])
def test_a_message_is_taken_from_the_clipboard_or_a_cell(desk: Desk, by_key: bool) -> None:
    keys = desk()
    keys.enter(f"{FIRST_ADMISSION} Ctrl+P")
    text = message(hifp_pay=33320.0, hifmi_pay=2088.0, act_pay_dedc=400, maf_pay=0, psn_part_amt=16592.0)
    if by_key:
        QGuiApplication.clipboard().setText(text)
        keys.type("F3 Work")
    else:
        keys.program.navigator.page.typed("hifp_pay", text.replace("\n", "\u2028"))
        keys.worked()
    assert lines(keys) == "一致，到分。"
    assert keys.program.navigator.page.texts["hifp_pay"] == "33,320.00"
    other = text.replace("220113196004080016", "11010519491231002X")
    QGuiApplication.clipboard().setText(other)
    keys.type("F3 Work")
    assert "不是这位患者的" in lines(keys)
    QGuiApplication.clipboard().setText(text.replace('"setl_id"', '"enddate": "2026-04-20", "setl_id"'))
    keys.type("F3 Work")
    assert "这条结算是 2026-04-20 出院（就诊）的那一次" in lines(keys)
    QGuiApplication.clipboard().setText(message(fund_pay_sumamt=1.0, psn_part_amt=2.0, hosp_part_amt=0.0))
    keys.type("F3 Work")
    assert "平台自己的数对不上" in lines(keys)
    for wrong, said in (
        ("", "不是平台的报文"),
        ('{"a": 1}', "不是平台的报文"),
        (message(hifp_pay=-1.0, medfee_sumamt=-52000.0), "退费"),
        (f"[{message()}, {message().replace('S1', 'S2')}]", "2 笔结算"),
    ):
        QGuiApplication.clipboard().setText(wrong)
        keys.type("F3 Work")
        assert said in keys.notice
