"""The desk's pages by keys, each with the fault that it once had planted again: the same look finds it."""

from pathlib import Path
from typing import Any

import pytest

from core.ledger.operators import Role
from core.messages import message
from desktop.desk.desk import Desk as DeskInUse
from desktop.devices.printing import Printing
from desktop.openers.desk import DeskPages
from desktop.presenters.desk.backups import BackupsPage
from desktop.presenters.desk.operators import OperatorsPage
from desktop.settings import Settings
from tests.desktop.conftest import PIN, Desk
from tests.desktop.keys import FIRST_ADMISSION, NAMED, Keys
from tests.desktop.test_set_up_by_keys import fill, set_up_desk
from tests.desktop.test_sign_in_by_keys import CHANGCHUN, OTHER_PIN, add, figures


@pytest.fixture
def real(desk: Desk, tmp_path: Path) -> Keys:
    """A desk in use whose administrator is signed in."""
    figures(tmp_path / "home")
    return desk(CHANGCHUN)


def says_saved_though_nothing_was(keys: Keys) -> bool:
    keys.type("Ctrl+B")
    keys.press(NAMED["Backtab"])
    keys.type("F12")
    return "已保存" in keys.notice


def test_an_empty_second_place_is_not_said_to_be_saved(real: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not says_saved_though_nothing_was(real)
    real.type("Esc")
    monkeypatch.setitem(
        BackupsPage.keys,  # type: ignore[arg-type]
        "F12",
        BackupsPage.keys["F12"]._replace(act=lambda page: page.tell(message("window.backups.second_kept"))),
    )
    assert says_saved_though_nothing_was(real)


def offers_what_is_gone(keys: Keys, copies: Path) -> bool:
    keys.enter(FIRST_ADMISSION + " F12 Y Ctrl+B Shift+F12")
    keys.program.desk.backups.wait()
    for file in copies.glob("*.db"):
        file.unlink()
    keys.type("F6")
    return keys.title != "备份"


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("planted", [False, True])
def test_a_copy_that_went_is_not_offered(
    real: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, planted: bool
) -> None:
    if planted:
        monkeypatch.setattr(BackupsPage, "_go_back_to", lambda page, file: page._restore(file))
    assert offers_what_is_gone(real, tmp_path / "home" / "backups") is planted


def in_clear(keys: Keys) -> bool:
    """Whether a PIN that is typed on after Esc stands somewhere to be read."""
    keys.enter(f"{FIRST_ADMISSION} F12 Y F2 Ctrl+B")
    keys.press(NAMED["Backtab"])
    keys.type(f"F6 Esc {PIN}")
    return PIN in keys.seen()


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("planted", [False, True])
def test_esc_on_a_copy_leads_to_no_cell_that_shows_a_pin(
    real: Keys, monkeypatch: pytest.MonkeyPatch, planted: bool
) -> None:
    if planted:
        whole = DeskPages._restore

        def instead(pages: DeskPages, file: str) -> None:
            whole(pages, file)
            navigator: Any = pages._navigator
            del navigator._stack[1:-1]  # the copy's page in the list's place, as it once was

        monkeypatch.setattr(DeskPages, "_restore", instead)
    assert in_clear(real) is planted


@pytest.mark.parametrize("planted", [False, True])
def test_the_recovery_code_is_written_into_no_file(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, planted: bool
) -> None:
    papers = tmp_path / "papers"
    monkeypatch.setattr("desktop.desk.documents_folder.documents", lambda: papers)
    if planted:
        whole = Printing.hand_out
        monkeypatch.setattr(Printing, "hand_out", lambda *given, secret=False: whole(*given))
    keys = desk(Settings())
    fill(keys)
    keys.type("F9")
    assert papers.exists() is planted


@pytest.mark.parametrize("planted", [False, True])
def test_practice_on_a_desk_in_use_offers_no_set_up(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, planted: bool
) -> None:
    if planted:
        whole = DeskInUse.use

        def forgetful(self: DeskInUse, settings: Settings, reopen: bool = False) -> Any:
            answer = whole(self, settings, reopen)
            self._session.settings = self._session.settings._replace(own="")
            return answer

        monkeypatch.setattr(DeskInUse, "use", forgetful)
    keys = desk(Settings())
    set_up_desk(keys)
    keys.type("Ctrl+L Ctrl+G")
    assert ("启用本机" in keys.label("practice")) is planted


def overwritten(keys: Keys) -> bool:
    """Whether the next operator who is typed lands on the one just made."""
    keys.type(f"Ctrl+O 钱 Return 2 {OTHER_PIN} Return {OTHER_PIN} F12")
    first = keys.focus
    keys.type(f"赵 Return 1 {OTHER_PIN} Return {OTHER_PIN} F12")
    roles = {each.name: each.role for each in keys.program.session.opened.operators.all()}
    return first != "cell_name" or roles.get("钱") is not Role.SUPERVISOR or "赵" not in roles


@pytest.mark.parametrize("planted", [False, True])
def test_the_next_operator_is_not_written_over_the_one_just_made(
    real: Keys, monkeypatch: pytest.MonkeyPatch, planted: bool
) -> None:
    if planted:
        monkeypatch.setattr(OperatorsPage, "_saved", OperatorsPage._done)  # the focus goes into the list
    assert overwritten(real) is planted


@pytest.mark.parametrize("planted", [False, True])
def test_another_s_pin_asks_first(real: Keys, monkeypatch: pytest.MonkeyPatch, planted: bool) -> None:
    add(real, "钱", Role.CLERK)
    if planted:
        monkeypatch.setattr(OperatorsPage, "ask", lambda page, *_: page.answer("change"))
    new = "yet-another-passphrase"
    real.type(f"Ctrl+O 钱 Return 1 {new} Return {new} F12 Return")
    changed = real.program.session.opened.operators.is_pin_of("钱", new)
    assert changed is planted
    if not planted:
        assert "钱" in real.label("questionText")
        real.type("Y")
        assert real.program.session.opened.operators.is_pin_of("钱", new)
