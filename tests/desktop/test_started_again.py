"""A second start of a desk: what it leaves for the first is read with a bound."""

from pathlib import Path

from PySide6.QtTest import QSignalSpy

from desktop.desk.single_instance import First


def _told(home: Path, leave: "object") -> list[str]:
    first = First(home)
    spy = QSignalSpy(first.asked)
    try:
        assert callable(leave)
        leave(home / "desk.ask")
        first._look()
        return [str(spy.at(n)[0]) for n in range(spy.count())]
    finally:
        first.end()


def test_a_second_start_names_its_packet(qtbot: object, tmp_path: Path) -> None:
    assert _told(tmp_path, lambda ask: ask.write_text("/x.mzpack")) == ["/x.mzpack"]


def test_a_question_of_gigabytes_brings_the_window_to_the_front_and_is_not_read(
    qtbot: object, tmp_path: Path
) -> None:
    def leave(ask: Path) -> None:
        with ask.open("wb") as opened:
            opened.truncate(3_000_000_000)

    assert _told(tmp_path, leave) == [""]
    assert not (tmp_path / "desk.ask").exists()
