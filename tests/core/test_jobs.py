"""The process that does the window's long work: its values, its faults, its end."""

import os
import pickle
import signal
import subprocess
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import IO, Any

import pytest

from core.files import FileDrafts
from core.jobs import doing
from core.jobs.asked import JobsAsked
from core.jobs.frames import Frames, framed
from core.jobs.values import (
    KEPT,
    AskedTable,
    Crashed,
    DeskLedger,
    Failed,
    Progress,
    SettleTable,
    UnderstandTable,
)
from core.messages import Fault, Message, message
from core.tables.child import DO_JOBS, command
from core.tables.watch import Cancelled, Watch
from tests.tables.files import FULL, row, workbook


def test_values_come_out_as_they_went_in_however_the_bytes_are_cut() -> None:
    values = [
        Failed((Fault("file", message("tables.at", column="x", why=Message("tables.negative"))),)),
        AskedTable(Path("a.xlsx"), columns={1: "total"}),
        Progress("reading", 1, 2),
    ]
    stream = b"".join(map(framed, values))
    for step in (1, 7, len(stream)):
        frames, found = Frames(), []
        for at in range(0, len(stream), step):
            found += frames.take(stream[at : at + step])
        assert found == values


class _Harm:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("true",)


def test_bytes_that_name_something_else_to_call_are_refused() -> None:
    with pytest.raises(pickle.UnpicklingError):
        list(Frames().take(framed(_Harm())))


def _values(stream: IO[bytes]) -> Iterator[object]:
    """The values of a stream, each once its last byte is there."""
    frames = Frames()
    while byte := stream.read(1):
        yield from frames.take(byte)


def _asked(*jobs: object) -> tuple[list[object], int, object]:
    """What the process answers to some jobs, progress left out, its exit status, and what it said first."""
    with subprocess.Popen(command(DO_JOBS), stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        answers, said = [], []
        coming = _values(process.stdout)
        for job in jobs:
            process.stdin.write(framed(job))
            process.stdin.flush()
            while isinstance(value := next(coming), Progress):
                said.append(value)
            answers.append(value)
        process.stdin.close()
        return answers, process.wait(10), said[0]


def test_one_process_does_one_job_after_another_and_says_what_failed(tmp_path: Path) -> None:
    file = workbook(tmp_path / "in.xlsx", [FULL, row()])
    nowhere = DeskLedger(tmp_path / "no folder" / "ledger.db", None, (), "", 0.1)
    (understood, missing, unusable, ours), status, first = _asked(
        UnderstandTable(AskedTable(file)),
        UnderstandTable(AskedTable(tmp_path / "none.xlsx")),
        SettleTable(nowhere, AskedTable(file, "jilin/example"), None, "zh"),
        UnderstandTable(AskedTable(None)),  # type: ignore[arg-type]  a fault of the program
    )
    assert first == Progress("reading", 0, 0), "before there is anything to count"
    assert understood.rows == 1  # type: ignore[attr-defined]
    assert isinstance(missing, Failed)
    assert isinstance(unusable, Failed)
    assert isinstance(ours, Crashed)
    assert any("understand" in place for place in ours.places)
    assert str(tmp_path) not in "".join(ours.places)
    assert status == 0


@pytest.fixture
def asked() -> Iterator[tuple[JobsAsked, int]]:
    """What is asked of this process through a pipe, and the end of it that asks."""
    before = signal.getsignal(signal.SIGINT)
    heard, asks = os.pipe()
    found = JobsAsked()
    with os.fdopen(heard, "rb") as stream:
        listening = Thread(target=found.listen, args=(stream,))
        listening.start()
        yield found, asks
        listening.join()
    signal.signal(signal.SIGINT, before)


def _go_on(seconds: float) -> None:
    """Work that asks nobody whether it is to go on."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        pass


def _worked(heard: JobsAsked, asks: int) -> None:
    with heard.working(at_any_moment=True):
        os.close(asks)
        _go_on(10)


def test_work_that_heeds_nothing_is_broken_off_at_once(asked: tuple[JobsAsked, int]) -> None:
    heard, asks = asked
    with pytest.raises(Cancelled):
        _worked(heard, asks)
    assert heard.stopped.is_set()


def test_work_whose_files_have_their_names_is_done_whoever_stops_it(
    asked: tuple[JobsAsked, int], tmp_path: Path
) -> None:
    heard, asks = asked
    with heard.working(at_any_moment=True), FileDrafts() as drafts:
        drafts.part(tmp_path / "out.csv").write_bytes(b"")
        drafts.keep()
        os.close(asks)
        assert heard.stopped.wait(10)
        _go_on(0.02)
        Watch(stopped=heard.to_end).heed()


@pytest.mark.parametrize("files", [0, 1])
def test_an_answer_that_is_being_told_is_told_whoever_stops_the_work(
    asked: tuple[JobsAsked, int], files: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard, asks = asked
    answer, told = Failed(()), BytesIO()
    gone: list[bytes] = []

    def done(_job: object, _watch: object) -> Failed:
        FileDrafts.kept += files
        return answer

    class Stopping(BytesIO):
        def write(self, content: Any) -> int:
            if not told.tell():
                os.close(asks)
            assert heard.stopped.wait(10)
            _go_on(0.02)
            return told.write(content)

    monkeypatch.setattr(FileDrafts, "kept", 7)
    monkeypatch.setattr(doing, "_doers", lambda: {UnderstandTable: done})
    monkeypatch.setattr(os, "_exit", lambda _status: gone.append(told.getvalue()))
    os.write(asks, framed(UnderstandTable(AskedTable(Path("in.xlsx")))))
    doing.do_jobs(heard, Stopping())
    assert gone == [framed(KEPT) * files + framed(answer)]


@pytest.mark.parametrize("keeping", [False, True], ids=["of the ledger", "files that take their names"])
def test_what_must_not_be_broken_off_goes_on(
    asked: tuple[JobsAsked, int], keeping: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard, asks = asked
    monkeypatch.setattr(FileDrafts, "keeping", int(keeping))
    with heard.working(at_any_moment=keeping):
        os.close(asks)
        assert heard.stopped.wait(10)
        _go_on(0.02)


def test_a_process_without_work_is_gone_when_nobody_asks_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    before, ends = signal.getsignal(signal.SIGINT), []
    monkeypatch.setattr(os, "_exit", ends.append)
    heard, asks = os.pipe()
    os.close(asks)
    with os.fdopen(heard, "rb") as stream:
        JobsAsked().listen(stream)
    signal.signal(signal.SIGINT, before)
    assert ends == [0]
