"""Tables by keys: a file is understood, corrected once, checked, settled, posted, stopped."""

import json
import os
import shutil
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest

from core.jobs.values import Progress
from core.ledger.operators import Role
from core.tables.reading.book import read_book
from core.tables.watch import Watch
from desktop.presenters.tables.tables import TablesPage
from tests.desktop.conftest import DESK, PIN, Desk
from tests.desktop.keys import FIRST_ADMISSION, Keys
from tests.desktop.slowness import slowness
from tests.desktop.test_sign_in_by_keys import CHANGCHUN, figures
from tests.tables.files import FULL, QIAN, ZHAO, row, workbook

AMOUNT = "医疗费总额(元)"
TOTAL = ["合计", *[None] * 6, 92000]
OTHER = row(
    证件号码=QIAN, 姓名="示范", 人员类别="特困", **{"医疗费总额（元）": 20000, "全自费金额": 0}
)  # the parts do not come to the total
RIGHT = row(证件号码=QIAN, 姓名="示范")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return workbook(tmp_path / "三月.xlsx", [FULL, row(), OTHER, TOTAL])


def page_of(keys: Keys) -> TablesPage:
    page = keys.program.navigator.page
    assert isinstance(page, TablesPage)
    return page


def wait(keys: Keys) -> None:
    """Until the work is done."""
    pages = keys.program.pages
    assert pages is not None
    keys.until(lambda: not pages.tables.work.process.busy)


def read(keys: Keys, file: Path) -> None:
    """The page with a file in it, read."""
    keys.type("Ctrl+I")
    page_of(keys).typed("file", str(file))
    keys.type("Return")
    wait(keys)


def results(file: Path) -> list[list[object]]:
    sheets = read_book(file, Watch())
    assert isinstance(sheets, list)
    return [list(cells) for cells in sheets[0].rows]


def test_columns_are_shown_a_word_is_asked_once_and_every_fault_is_listed_before_anything_is_done(
    desk: Desk, file: Path, tmp_path: Path
) -> None:
    keys = desk()
    read(keys, file)
    assert [each[:2] for each in keys.rows()][:3] == [
        ["证件号码", "身份证号"],
        ["姓名", "姓名"],
        ["人员类别", "人员类别"],
    ]
    assert ZHAO not in keys.seen(), "numbers of persons are masked"
    assert "“特困”是" in keys.seen()
    keys.type("Ctrl+Q")
    assert keys.faults, "a word that says too little has to be answered"
    keys.shot("tables-columns")
    keys.type("1 Ctrl+Q")
    wait(keys)
    assert [each[:2] for each in keys.rows()] == [["明细 3", "符合政策范围金额"]]
    assert "可结算 1 行、有错 1 行" in keys.notice
    keys.shot("tables-faults")
    assert sorted(each.name for each in tmp_path.iterdir() if each.is_file()) == ["三月.xlsx"]
    page_of(keys).typed("shown", "left_out")
    keys.app.processEvents()
    assert keys.rows() == [["4", "合计 92000"]]


def test_the_results_are_written_after_a_question_where_rows_are_at_fault_and_open_by_a_key(
    desk: Desk, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []
    monkeypatch.setattr("desktop.openers.tables.open_file", lambda each: opened.append(each) or True)
    keys = desk()
    read(keys, file)
    keys.type("1 Shift+F5")
    assert "还没有写出结果" in keys.notice
    keys.type("F12")
    wait(keys)
    out = file.with_name("三月-结果.xlsx")
    assert not out.exists()
    keys.type("Y")
    wait(keys)
    written = results(out)
    assert [each[len(FULL)] for each in written[1:]] == ["complete", "refused"]
    assert keys.entries() == []
    keys.type("Shift+F5")
    assert opened == [out]
    keys.type("Esc Ctrl+I")
    assert str(out) in keys.seen(), "the page is as it was left"


def test_a_column_is_corrected_once_and_the_next_table_of_its_shape_is_understood(
    desk: Desk, tmp_path: Path
) -> None:
    strange = ["号", "名", "类", "级", "别", "始", "终", "钱", "甲", "乙", "丙", "丁"]
    file = workbook(tmp_path / "一.xlsx", [strange, row()])
    keys = desk()
    read(keys, file)
    assert all(each[1] == "不用这一栏" for each in keys.rows())
    fields = (
        "certno psn_name population hospital_level benefit admitted discharged total fulamt_ownpay_amt "
        "over_limit category_b_selfpay inscp_scp_amt"
    )
    for place, field in enumerate(fields.split()):
        page_of(keys).picked(str(place))
        page_of(keys).opened(str(place))
        assert keys.program.navigator.page.name == "table_column"
        if not place:
            keys.shot("table-column")
        keys.program.navigator.page.opened(field)
        wait(keys)
    assert [each[1] for each in keys.rows()][:2] == ["身份证号", "姓名"]
    kept = json.loads((tmp_path / "home" / "tables.json").read_text(encoding="utf-8"))
    assert [len(each["columns"]) for each in kept.values()] == [12]
    assert ZHAO not in json.dumps(kept)
    other = workbook(tmp_path / "二.xlsx", [strange, row(), RIGHT])
    again = desk()
    read(again, other)
    assert "上次" in again.notice
    again.type("Ctrl+Q")
    wait(again)
    assert "可结算 2 行" in again.notice


def test_a_trial_comes_before_the_posting_which_is_whole_and_never_twice(desk: Desk, tmp_path: Path) -> None:
    file = workbook(tmp_path / "三月.xlsx", [FULL, row(), RIGHT])
    keys = desk()
    counter = keys.program.session.counter
    assert counter is not None
    read(keys, file)
    keys.type("F10")
    wait(keys)
    assert "可结算 2 行" in keys.label("questionText")
    assert counter.find(ZHAO) is None, "the trial keeps nothing"
    keys.shot("tables-post-asked")
    keys.type("Y")
    wait(keys)
    assert "已入账" in keys.notice
    for number in (ZHAO, QIAN):
        patient = counter.find(number)
        assert patient is not None
        assert len(counter.ledger.journal.entries(patient.key)) == 1
    keys.enter(f"F2 {FIRST_ADMISSION} F12 Y")
    assert counter.ledger.verify() == (3, None), "the counter posts on behind it"
    keys.type("F2 Ctrl+I")
    page_of(keys).typed("out", str(tmp_path / "再.xlsx"))
    keys.type("F10")
    wait(keys)
    assert "早已入账 2 行" in keys.label("questionText")
    keys.type("Y")
    wait(keys)
    assert counter.ledger.verify().entries == 3


def test_a_stay_that_overlaps_needs_a_supervisor_and_a_reason_in_a_guarded_ledger(
    desk: Desk, tmp_path: Path
) -> None:
    figures(tmp_path / "home")
    one = row(入院日期="2026-03-01", 出院日期="2026-03-10")
    twin = row(入院日期="2026-03-05", 出院日期="2026-03-10")
    file = workbook(tmp_path / "重叠.xlsx", [FULL, one, twin])
    keys = desk(CHANGCHUN)
    read(keys, file)
    keys.type("F10")
    wait(keys)
    assert "有错 1 行" in keys.label("questionText")
    keys.type("N")
    page_of(keys).typed("reason", "两次住院，已核对病历")
    keys.type("F10")
    wait(keys)
    assert "可结算 2 行" in keys.label("questionText"), "an administrator's reason lets it through"
    keys.type("Y")
    wait(keys)
    counter = keys.program.session.counter
    assert counter is not None
    assert counter.ledger.verify().entries == 2
    assert any(act.detail.get("reason") == "两次住院，已核对病历" for act in counter.ledger.trail.acts())
    counter.add_operator("李明", Role.CLERK, "another-passphrase")
    assert counter.ledger.key is not None, "the ledger is encrypted"


LONG = 6_000


def _children(of: int) -> list[int]:
    found = []
    for each in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(each.read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
        if parent == of:
            found += [int(each.parent.name), *_children(int(each.parent.name))]
    return found


def _begun(keys: Keys, stage: str) -> None:
    words = keys.program.session.words.text(f"window.job.{stage}")
    for _ in range(6_000):
        if keys.notice.startswith(words):
            return
        QTest.qWait(5)
    raise AssertionError(keys.notice)


@pytest.fixture(scope="module")
def long_one(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = (row(姓名=f"演{at}") for at in range(LONG))
    return workbook(tmp_path_factory.mktemp("long") / "长.xlsx", [FULL, *rows])


@pytest.fixture
def long_file(long_one: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(long_one, tmp_path))


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("posting", [False, True], ids=["written", "posted"])
def test_stopped_work_ends_within_a_second_and_leaves_nothing(
    desk: Desk, long_file: Path, posting: bool
) -> None:
    keys = desk()
    before = set(_children(os.getpid()))
    read(keys, long_file)
    page = page_of(keys)
    page._write(posting)
    _begun(keys, "posting" if posting else "settling")
    began = time.monotonic()
    keys.type("Esc")
    wait(keys)
    took = time.monotonic() - began
    assert took < slowness()
    assert "已停止" in keys.notice
    assert page.notice.kind == "said"
    QTest.qWait(50)
    assert [each.name for each in long_file.parent.iterdir() if each.is_file()] == [long_file.name]
    assert not list(long_file.parent.glob(".*.part"))
    assert set(_children(os.getpid())) <= before
    counter = keys.program.session.counter
    assert counter is not None
    assert counter.ledger.verify().entries == 0


def test_the_counter_is_served_while_a_table_is_settled_and_told_when_it_is_done(
    desk: Desk, long_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = desk()
    read(keys, long_file)
    heard: list[float] = []
    page = page_of(keys)
    hear: Callable[[Progress], None] = page._heard
    monkeypatch.setattr(page, "_heard", lambda told: (heard.append(time.monotonic()), hear(told)))
    heard.append(time.monotonic())
    page._write(posting=False)
    _begun(keys, "settling")
    keys.type("F2")
    keys.enter(FIRST_ADMISSION)
    slow = sorted(_timed(keys, each) for each in ("F8", "Esc", "F10", "Esc", "F8", "Esc"))[2]
    assert slow < 0.5 * slowness(), "a key is not kept waiting by the table"
    assert "16,592.00" in keys.figure
    assert page.busy, "the table is still being settled"
    wait(keys)
    assert "结果已写到" in keys.notice
    assert keys.program.navigator.at_counter
    assert "16,592.00" in keys.figure
    gaps = [after - before for before, after in pairwise(heard)]
    assert gaps
    assert max(gaps) < slowness(), "progress is told every half second"


def _timed(keys: Keys, key: str) -> float:
    began = time.monotonic()
    keys.type(key)
    return time.monotonic() - began


def test_a_file_that_is_dropped_is_read_and_what_is_no_table_is_said(
    desk: Desk, file: Path, tmp_path: Path
) -> None:
    keys = desk()
    dropped = QMimeData()
    dropped.setUrls([QUrl.fromLocalFile(str(file))])
    event = QDropEvent(
        QPointF(10, 10),
        Qt.DropAction.CopyAction,
        dropped,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    keys.program.window.dropEvent(event)
    wait(keys)
    assert "读到 2 行" in keys.notice
    broken = tmp_path / "坏.xlsx"
    broken.write_bytes(b"no workbook")
    page_of(keys).typed("file", str(broken))
    page_of(keys).focus("file")
    keys.program.navigator.render()
    keys.type("Return")
    wait(keys)
    assert keys.faults
    assert "Traceback" not in keys.seen()


def test_locking_ends_the_work(desk: Desk, long_file: Path) -> None:
    figures(long_file.parent / "home")
    keys = desk(CHANGCHUN)
    read(keys, long_file)
    before = set(_children(os.getpid()))
    page_of(keys)._write(posting=True)
    _begun(keys, "posting")
    keys.type("Ctrl+L")
    assert not set(_children(os.getpid())) - before
    keys.program.desk.backups.wait()
    assert keys.program.desk.sign_in(CHANGCHUN.operator, PIN) == []
    counter = keys.program.session.counter
    assert counter is not None
    assert counter.ledger.verify().entries == 0
    keys.type("Ctrl+I")
    assert page_of(keys).understood is None, "nothing of it is shown to the next operator"
    assert DESK.operator
