"""The window's side of the process that works for it: stopped, it is waited for as long as it has to say."""

import os
import sys
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QByteArray, QObject

from core.desks import affected
from core.desks.server.served_desk import Exchanged
from core.jobs.frames import framed
from core.jobs.values import KEPT, Failed, Progress
from core.ledger.errors import LedgerUnavailable
from core.messages import message
from desktop.desk.desk_work import DeskWork
from desktop.desk.server_link import ServerLink
from tests.desktop.sessions import session

ANSWER = Failed(())


class _Process:
    """A process that says what a test has it say, and is gone once somebody waits for its end."""

    def __init__(self, work: DeskWork) -> None:
        self._work = work
        self.says = b""
        self.number = 0
        self.called: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return lambda *_: self.called.append(name)

    def readAllStandardOutput(self) -> QByteArray:  # noqa: N802  Qt's name
        said, self.says = self.says, b""
        return QByteArray(said)

    def processId(self) -> int:  # noqa: N802  Qt's name
        return self.number

    def waitForFinished(self, _patience: int) -> bool:  # noqa: N802  Qt's name
        self._work._finished()
        return True


@pytest.fixture
def work() -> Iterator[tuple[DeskWork, _Process]]:
    owner = QObject()
    made = DeskWork(owner, pytest.fail, pytest.fail)
    process = _Process(made)
    made._process = process  # type: ignore[assignment]
    yield made, process
    made._late.stop()


def _hear(work: DeskWork, process: _Process, *values: object) -> None:
    process.says = b"".join(map(framed, values))
    work._read()


@pytest.mark.parametrize("first", ["kept", "stopped"])
def test_work_whose_files_have_their_names_is_waited_for_and_answers(
    work: tuple[DeskWork, _Process], first: str
) -> None:
    doing, process = work
    heard: list[object] = []
    doing.begin("job", heard.append, heard.append)
    for step in ("kept", "stopped") if first == "kept" else ("stopped", "kept"):
        if step == "kept":
            _hear(doing, process, Progress("reading", 1, 2), KEPT)
        else:
            doing.stop()
            assert first == "kept" or doing._late.interval() < 1_000
    assert doing._late.interval() > 10_000
    assert KEPT not in heard, "it is no word for a person"
    _hear(doing, process, ANSWER)
    assert heard[-1] == ANSWER


def test_a_job_after_one_that_answered_though_stopped_gets_a_process_of_its_own(
    work: tuple[DeskWork, _Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    doing, process = work
    heard: list[object] = []
    doing.begin("job", heard.append, heard.append)
    doing.stop()
    _hear(doing, process, ANSWER)
    following = _Process(doing)
    monkeypatch.setattr(doing, "_started", lambda: following)
    doing.begin("another", heard.append, heard.append)
    assert (process.called.count("write"), following.called) == (1, ["write"])
    assert not doing._late.isActive()


@pytest.mark.skipif(sys.platform == "win32", reason="no groups of processes there")
@pytest.mark.parametrize(("number", "ended"), [(0, []), (7, [7])], ids=["never was", "works"])
def test_a_process_is_ended_with_its_group_and_never_with_the_window_s(
    work: tuple[DeskWork, _Process], number: int, ended: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    doing, process = work
    groups: list[int] = []
    monkeypatch.setattr(os, "killpg", lambda group, _signal: groups.append(group))
    process.number = number
    doing._end_from_outside()
    assert groups == ended
    assert "kill" in process.called


def test_what_was_posted_stands_where_the_ledger_cannot_be_counted_afterwards(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Served:
        last = Exchanged()

        def under_lock(self, _identifiers: object, work: Callable[[], str]) -> str:
            return work()

    def fails(_ledger: object) -> None:
        raise LedgerUnavailable(message("ledger.locked", name="ledger.db"))

    owner = QObject()
    link = ServerLink(session(SimpleNamespace(ledger=None)), owner, pytest.fail)  # type: ignore[arg-type]
    link._served = Served()  # type: ignore[assignment]
    monkeypatch.setattr(affected, "persons", fails)
    changed: list[bool] = []
    link.changed.connect(lambda: changed.append(True))
    assert link.under_lock(list, lambda: "posted") == "posted"
    assert changed == [True]
