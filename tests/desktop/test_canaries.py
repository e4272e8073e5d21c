"""A patient is planted in the window and looked for in every file that the program wrote."""

import json
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from core.ledger.backup_schedule import list_backups
from desktop.presenters.counter.open_visit import OpenVisit
from desktop.startup import log_file
from tests.desktop.conftest import PIN, Desk
from tests.desktop.keys import Keys
from tests.desktop.test_sign_in_by_keys import CHANGCHUN, figures

NAME, NUMBER = "欧阳金丝雀", "220113195001010094"
VISIT = f"{NUMBER} Return {NAME} Return 1 2 0301 Return 0310 Return Return 52000 Return 48000 Return"


def forms(text: str) -> list[bytes]:
    """A text as it may stand in a file."""
    escaped = json.dumps(text)[1:-1]
    return [text.encode(), text.encode("utf-16-le"), text.encode("gbk"), escaped.encode()]


def leaks(place: Path, papers: Path) -> list[str]:
    """The files that hold the patient, or are named so; what the clerk saved is left aside."""
    hidden = [*forms(NAME), *forms(NUMBER)]
    found = []
    for file in place.rglob("*"):
        if papers in file.parents or not file.is_file():
            continue
        content = file.read_bytes() + str(file.relative_to(place)).encode()
        if any(each in content for each in hidden):
            found.append(file.name)
    return sorted(found)


@pytest.fixture
def work(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """A day of work with the planted patient; what it left behind."""
    for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "user"))
    (tmp_path / "user").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "user"))
    papers = tmp_path / "papers"
    monkeypatch.setattr("desktop.desk.documents_folder.documents", lambda: papers)
    monkeypatch.setattr("sys.__excepthook__", lambda *_: None)

    def worked() -> list[str]:
        figures(tmp_path / "home")
        keys = desk(CHANGCHUN)
        keys.type(VISIT + " F9 F12 Y F9 F7 F9 Esc")
        assert keys.program.counter_page.visit.entry is not None
        crash(keys)
        keys.type("Ctrl+J F9 Shift+F12 Esc Ctrl+B Shift+F12 Esc")
        keys.program.desk.backups.wait()
        keys.type("F2 " + VISIT)
        keys.program.counter_page.visit.save_draft()
        keys.type("Ctrl+L")
        crash(keys)
        keys.type(f"{PIN} Return")
        keys.program.desk.backups.wait()
        (copy, *_) = list_backups(tmp_path / "home" / "backups")
        keys.type("Ctrl+B F6")
        keys.type(f"{PIN} F12 N Esc")
        assert copy.file.exists()
        before_closing = leaks(tmp_path, papers)
        keys.window.close()
        assert list(papers.glob("*.pdf")), "something was printed"
        assert {"ledger.db", "settings.json", "log.txt"} <= {f.name for f in (tmp_path / "home").iterdir()}
        assert list((tmp_path / "home" / "crashes").iterdir())
        return sorted({*before_closing, *leaks(tmp_path, papers)})

    return worked


def crash(keys: Keys) -> None:
    """What fails has the patient in its words and in its variables."""
    name = NAME
    try:
        json.loads(name + NUMBER)
    except ValueError as error:
        wrapped = RuntimeError(f"{name} {NUMBER}")
        wrapped.__cause__ = error
        keys.program.caught(RuntimeError, wrapped, error.__traceback__)


def test_no_file_holds_a_patient_who_was_typed_posted_printed_and_locked_away(
    work: Callable[[], list[str]],
) -> None:
    assert work() == []


def test_a_name_in_the_log_would_be_found(
    work: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    note = log_file.note
    monkeypatch.setattr(log_file, "note", lambda home, what: note(home, f"{what} {NAME}"))
    assert work() == ["log.txt"]


def test_a_number_in_a_temporary_file_would_be_found(
    work: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    save_draft = OpenVisit.save_draft

    def beside(self: OpenVisit) -> None:
        (tmp_path / "user" / "draft.json").write_text(json.dumps(dict(self.texts)))
        save_draft(self)

    monkeypatch.setattr(OpenVisit, "save_draft", beside)
    assert work() == ["draft.json"]


def test_a_ledger_that_is_not_encrypted_would_be_found(desk: Desk, tmp_path: Path) -> None:
    keys = desk()
    keys.type(VISIT + " F12 Y")
    keys.window.close()
    assert leaks(tmp_path, tmp_path / "papers") == ["practice.db"]
