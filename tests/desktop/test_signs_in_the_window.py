"""Long work in the window gives a sign at least twice a second, whatever it does, and says for how long."""

import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.jobs.values import Failed, Progress, failed
from core.messages import message
from core.tables.watch import Watch
from desktop.desk import pulse
from desktop.desk.long_work import LongWork
from desktop.presenters.agreement.statement import StatementActs, StatementPage
from desktop.presenters.visit.platform import PlatformPage
from tests.desktop.sessions import session
from tests.desktop.slowness import slowness

WORK = 0.2


def _silent(watch: Watch) -> None:
    """Work that says one thing and then works on."""
    watch.tell("reading", 3, 10)
    time.sleep(WORK)


@pytest.mark.parametrize("planted", [False, True], ids=["signs", "a gap"])
def test_work_that_says_nothing_is_not_silent(
    qapp: QApplication, planted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulse, "_EVERY", 10)
    if planted:
        monkeypatch.setattr(pulse.Pulse, "_again", lambda _pulse: None)
    owner, done = QObject(), []
    work, began = LongWork(owner), time.monotonic()
    heard = [(began, "")]
    work.told.connect(lambda stage, *_: heard.append((time.monotonic(), stage)))
    work.begin(_silent, done.append)
    while not done:
        QTest.qWait(5)
    assert heard[-1][1] == "reading"
    moments = [*(moment for moment, _ in heard), time.monotonic()]
    gap = max(after - before for before, after in pairwise(moments))
    assert (gap < WORK * 0.75 * slowness()) or planted
    assert (len(heard) > 4) != planted
    count = len(heard)
    QTest.qWait(30)
    assert len(heard) == count, "nothing after the end"


def test_the_page_says_for_how_long(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("desktop.presenters.working.monotonic", lambda: now[0])
    page = PlatformPage(session(), lambda: None, None, str, bool)
    said = []
    page.begun()
    for seconds, at in (
        (0.4, ("", 0, 0)),
        (0.9, ("reading", 0, 0)),
        (1.3, ("reading", 7, 0)),
        (1.7, ("reading", 7, 9)),
    ):
        now[0] = 100 + seconds
        page.heard(*at)
        said.append(page.notice.text)
    assert said == [
        "开始处理……　0.4 秒　Esc 停止",
        "读取……　0.9 秒　Esc 停止",
        "读取：7　1.3 秒　Esc 停止",
        "读取：7 / 9　1.7 秒　Esc 停止",
    ]


class _Work:
    """Work in another process that a test ends."""

    busy = False

    def begin(
        self, _job: object, _told: Callable[[Progress], object], ended: Callable[[Failed], object]
    ) -> None:
        self.busy, self._ended = True, ended

    def stop(self, with_ledger: bool = False) -> None:
        del with_ledger

    def fail(self) -> None:
        self.busy = False
        self._ended(failed("files", message("fault.required")))


def test_work_of_another_process_is_said_to_have_begun_in_the_place_of_what_was_wrong() -> None:
    work, shown = _Work(), list[str]()
    acts = StatementActs(list, str, lambda: None, Path, lambda _notice: None)  # type: ignore[arg-type, return-value]
    page = StatementPage(session(), lambda: shown.append(page.notice.text if page.notice else ""), work, acts)
    page.run("job", pytest.fail)
    assert shown[0].startswith("开始处理……")
    work.fail()
    wrong = page.notice.text
    assert page.faults == {"files": wrong}
    shown.clear()
    page.run("job", pytest.fail)
    assert page.notice.text.startswith("开始处理……")
    assert page.faults == {}
    assert wrong not in shown
