"""A claim on paper by keys: its papers, a bill used before, a top-up, its receipt and the bank's list."""

from pathlib import Path

import pytest
from python_calamine import load_workbook

from core.counter import reversing
from core.counter.paper_claims import claim_lines, claim_of
from core.ledger.entries import Reversed
from core.ledger.trail import ActKind
from core.messages import Message
from core.money import plain
from desktop.presenters.visit.reversal import ReversalPage
from tests.desktop.conftest import Desk
from tests.desktop.keys import FIRST_ADMISSION, Keys
from tests.desktop.test_day_end_by_keys import DAY, text_of
from tests.desktop.test_pages_by_keys import SECOND


@pytest.fixture
def keys(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keys:
    monkeypatch.setattr("desktop.desk.documents_folder.documents", lambda: tmp_path / "papers")
    opened = desk()
    assert opened.program.session.counter is not None
    opened.program.session.counter.ledger.connection.now = lambda: DAY
    return opened


def claim(keys: Keys) -> None:
    keys.program.navigator.press("claim")


def test_a_claim_is_taken_in_with_its_papers_and_printed(keys: Keys, tmp_path: Path) -> None:
    keys.enter(FIRST_ADMISSION + " F12 Y")
    claim(keys)
    assert [row[0] for row in keys.rows()] == ["✓"] * 5
    keys.type("F9")
    assert "先按 F12" in keys.notice
    keys.type("PJ001 Return 1 Return 3 Return 2 Return Return Down Return F12")
    question = keys.program.navigator.page.state.question
    assert question is not None
    assert "医疗收费票据" in question.text or "还缺" in question.text
    assert "35,408.00" in question.text
    keys.type("Return")
    counter = keys.program.session.counter
    assert counter is not None
    assert claim_of(counter, 1) is None, "Enter answers no question"
    keys.type("Y")
    act = claim_of(counter, 1)
    assert act is not None
    assert (act.detail["kind"], act.detail["payable"]) == ("inpatient", "35408.00")
    assert len(act.detail["papers"]) == 4
    assert "PJ001" not in str(act.detail), "a bill's number leads to a person"
    facts = counter.ledger.journal.facts(1)
    assert facts is not None
    assert facts.receipt == "PJ001"
    keys.shot("claim")
    keys.type("F9")
    (paper,) = (tmp_path / "papers").iterdir()
    printed = text_of(paper)
    for said in ("手工报销受理单", "PJ001", "35,408.00", "待补", "张*"):
        assert said in printed
    keys.type("F12 Y")
    assert "已经受理过" in keys.notice
    assert counter.ledger.verify().fault is None


def test_a_bill_that_was_used_before_is_told_and_a_top_up_pays_the_rest(keys: Keys, tmp_path: Path) -> None:
    keys.enter(FIRST_ADMISSION + " F12 Y")
    claim(keys)
    keys.type("PJ001 Return F12 Y Esc " + SECOND)
    claim(keys)
    page = keys.program.navigator.page
    page.typed("bill", "ＰＪ００１")
    page.typed("already", "99999999")
    keys.type("F12")
    assert "超过了基金应付" in keys.notice
    assert page.state.question is None, "nobody is asked what can only be refused"
    page.typed("already", "100")
    keys.type("F12")
    question = page.state.question
    assert question is not None
    assert "这张票据第 1 号已经用过" in question.text
    keys.type("Y Esc Ctrl+S")
    keys.program.navigator.page.opened("claims")
    keys.worked()
    columns = keys.program.navigator.page.state.columns
    rows = [dict(zip(columns, row, strict=True)) for row in keys.rows()]
    assert [row["票据号"] for row in rows[:2]] == ["PJ001", "PJ001"]
    assert [row["同票据编号"] for row in rows[:2]] == ["2", "1"], "one bill is not to be paid twice"
    assert rows[1]["已直接支付"] == "100.00"
    fen = [int(row["应拨付"].replace(",", "").replace(".", "")) for row in rows]
    assert sum(fen[:-1]) == fen[-1]
    keys.type("Shift+F12")
    keys.worked()
    (file,) = (tmp_path / "papers").glob("*.xlsx")
    sheet = load_workbook(file).get_sheet_by_index(0).to_python()
    assert sheet[0][-2:] == ["开户行", "银行账号"]
    assert sheet[1][2] == "张建国", "the bank has to know whom to pay"


def test_reversing_an_entry_tells_of_its_claim_and_what_was_settled_again_tells_it_after(keys: Keys) -> None:
    keys.enter(FIRST_ADMISSION + " F12 Y")
    claim(keys)
    keys.type("PJ001 Return F12 Y")
    session = keys.program.session
    entry = session.opened.ledger.journal.entry(1)
    assert entry is not None
    page = ReversalPage(session, lambda: None, entry, lambda *_: None)
    assert any("拨付清单" in line and "35408.00" in line for line in page.state.lines)
    reversal = reversing.reverse(session.opened, 1, reason="x", operator=session.settings.signer)
    assert isinstance(reversal, Reversed)
    assert [note.id for note in reversal.notes] == ["claim.gone"]
    gone = ReversalPage(session, lambda: None, entry, lambda *_: None)
    assert not any("拨付清单" in line for line in gone.state.lines), "it cannot be reversed again"


def test_every_claim_that_a_reversal_touches_is_named_before(keys: Keys) -> None:
    keys.enter(FIRST_ADMISSION + " F12 Y")
    claim(keys)
    keys.type("PJ001 Return F12 Y Esc " + SECOND)
    claim(keys)
    keys.type("PJ002 Return F12 Y Esc")
    session = keys.program.session
    entry = session.opened.ledger.journal.entry(1)
    second = claim_of(session.opened, 2)
    assert entry is not None
    assert second is not None
    page = ReversalPage(session, lambda: None, entry, lambda *_: None)
    assert [row.texts[0] for row in page.state.rows] == ["2"], "the second stands on the first"
    stays = [line for line in page.state.lines if "手工报销" in line]
    assert [line[:6] for line in stays] == ["第 1 号在", "第 2 号在"]
    assert "仍按原金额留在拨付清单里" in stays[1]
    page.chosen("resettle", "yes")
    goes = [line for line in page.state.lines if "手工报销" in line]
    assert ["冲正后它不在拨付清单里" in line for line in goes] == [True, True]
    reversal = reversing.reverse(
        session.opened, 1, reason="x", operator=session.settings.signer, resettle=True
    )
    assert isinstance(reversal, Reversed)
    assert list(map(session.words, reversal.notes)) == goes, "what was foreseen is what came"
    (again,) = reversal.resettled
    assert again.entry.settlement is not None
    now = again.entry.settlement.amounts.fund_pay_sumamt
    assert now is not None
    assert f"应拨付 {plain(now)}" in stays[1]
    assert second.detail["payable"] in stays[1]


def test_an_entry_that_is_entered_again_tells_that_its_claim_is_gone(keys: Keys) -> None:
    keys.enter(FIRST_ADMISSION + " F12 Y")
    claim(keys)
    keys.type("PJ001 Return F12 Y Esc F6 录错 F6 50000 Return 46000 Return F12 Y")
    assert len(keys.entries()) == 3
    assert "重新入账为第 3 号" in keys.notice
    assert "冲正后它不在拨付清单里" in keys.notice


def test_nothing_is_taken_in_without_a_posted_visit_or_with_a_wrong_number(keys: Keys) -> None:
    claim(keys)
    assert "没有已入账" in keys.notice
    keys.type("F12 F9 Esc")
    keys.enter(FIRST_ADMISSION + " F12 Y")
    claim(keys)
    keys.type("F12")
    assert keys.faults, "a claim has its bill's number"
    page = keys.program.navigator.page
    page.typed("bill", "PJ2")
    page.typed("reason", "99")
    keys.type("F12")
    assert page.state.question is None
    assert keys.faults
    counter = keys.program.session.counter
    assert counter is not None
    assert not [act for act in counter.ledger.trail.acts() if act.act is ActKind.CLAIM_TAKEN]


def test_an_office_s_own_data_takes_the_place_and_faulty_data_is_named(keys: Keys) -> None:
    shipped = claim_lines()
    assert not isinstance(shipped, Message)
    own = keys.program.session.home / "claims.toml"
    text = """
        paper = [{id = "a", name = {zh = "甲"}}]
        bill = [{id = "b", name = {zh = "乙"}, papers = ["a"]}]
        reason = [{id = "r", name = {zh = "丙"}}]
        source = [{id = "s", name = {zh = "丁"}}]
    """
    own.write_text(text, encoding="utf-8")
    lines = claim_lines()
    assert not isinstance(lines, Message)
    assert lines.bills[0].papers[0].text("ko") == "甲"
    own.write_text(text.replace('["a"]', '["x"]'), encoding="utf-8")
    assert isinstance(claim_lines(), Message)
    keys.enter(FIRST_ADMISSION + " F12 Y")
    claim(keys)
    assert "claims.toml" in keys.notice
