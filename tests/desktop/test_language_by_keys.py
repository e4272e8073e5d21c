"""Another language while the window runs: everything is said anew, and nothing that was typed is lost."""

from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QLibraryInfo
from PySide6.QtWidgets import QLabel, QLineEdit

from core.words import languages, words
from desktop import main
from desktop.presenters.desk.operators import OperatorsPage
from desktop.presenters.desk.set_up import SetUpPage
from desktop.startup import qt_translations, settings_file
from desktop.views.pages.page_view import PageView
from tests.desktop.conftest import Desk
from tests.desktop.keys import FIRST_ADMISSION, Keys
from tests.desktop.test_sign_in_by_keys import CHANGCHUN

ROOT = Path(__file__).resolve().parents[2]
OTHERS = [language for language in languages() if language != "zh"]


def speak(keys: Keys, language: str) -> None:
    """By the menu's line."""
    keys.program.navigator.press(f"speak_{language}")
    keys.app.processEvents()


def opened(keys: Keys, page: str) -> None:
    """A page over a first admission, with every name read: on a busy machine F3 would say how many are."""
    keys.enter(FIRST_ADMISSION)
    assert keys.program.pages is not None
    people = keys.program.pages.lookup.people
    while not people.complete:
        people.read_some()
    keys.type(page)


def texts(keys: Keys) -> list[str]:
    """What stands in the window, cells and labels."""
    return [
        widget.text()
        for kind in (QLabel, QLineEdit)
        for widget in keys.window.findChildren(kind)
        if widget.isVisible()
    ]


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("language", OTHERS)
def test_the_counter_speaks_another_language_at_once_and_keeps_what_was_typed(
    desk: Desk, language: str
) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION)
    before = dict(keys.program.counter_page.visit.texts)
    focus, figure = keys.focus, keys.figure
    speak(keys, language)
    assert words(language).text("amount.psn_part_amt") in texts(keys)
    assert words("zh").text("window.heading.steps") not in texts(keys)
    assert (dict(keys.program.counter_page.visit.texts), keys.focus, keys.figure) == (before, focus, figure)
    fresh = desk(language=language, folder="other")  # a draft of the first window is not brought back there
    fresh.enter(FIRST_ADMISSION)
    assert texts(keys) == texts(fresh)


def test_a_posted_entry_keeps_its_amount_in_another_language(desk: Desk) -> None:
    """The year holds it by now: worked out again, the same stay would be the year's second."""
    keys = desk()
    keys.enter(FIRST_ADMISSION)
    owed, next_line = keys.figure, keys.program.counter_page.state.next_line
    keys.type("F12 Y")
    for language in (*OTHERS, "zh"):
        speak(keys, language)
        assert keys.figure == owed
    assert keys.program.counter_page.state.next_line == next_line
    keys.program.session.remember(keys.program.session.settings._replace(hospital="另一家医院"))
    assert keys.figure == owed
    keys.program.counter_page.attach()
    assert keys.figure == owed


def test_the_language_is_remembered_and_its_line_in_the_menu_is_marked(desk: Desk, tmp_path: Path) -> None:
    keys = desk()
    speak(keys, "ko")
    assert settings_file.load(tmp_path / "home").language == "ko"
    assert keys.program.pages is not None
    assert keys.program.pages.menu.checked("speak_ko")
    assert not keys.program.pages.menu.checked("speak_zh")


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("page", ["F3", "F5", "F8", "F10", "F11", "F7 Shift+F11", "F10 F10"])
def test_an_open_page_speaks_it_as_if_it_had_been_opened_in_it(desk: Desk, page: str) -> None:
    """Whatever a page keeps of the language before would stand out against one made in the new one."""
    fresh = desk(language="ko")
    fresh.program.session.settings = fresh.program.session.settings._replace(language="ko")
    opened(fresh, page)
    wanted = texts(fresh)
    fresh.program.close()
    keys = desk()
    opened(keys, page)
    focus = keys.focus
    speak(keys, "ko")
    assert texts(keys) == wanted
    assert keys.focus == focus


def test_what_was_typed_on_a_page_stays_where_it_is(desk: Desk) -> None:
    keys = desk()
    keys.type("F11 220113196004080016 Return")
    speak(keys, "en")
    view = keys.program.navigator.view
    assert isinstance(view, PageView)
    assert view._cells["id"].text() == "220113196004080016"
    assert keys.focus == "cell_name"


def test_a_fault_under_a_cell_is_said_in_the_new_language(desk: Desk) -> None:
    keys = desk()
    keys.type("220113196004080016 Return 张建国 Return 1 2 0310 Return 0301 Return")
    assert keys.faults == [words("zh").text("fault.discharged_before_admitted")]
    speak(keys, "en")
    assert keys.faults == [words("en").text("fault.discharged_before_admitted")]


def test_the_settings_change_it_without_a_new_start(desk: Desk) -> None:
    keys = desk()
    keys.type("F5 " + "PgDn " * 8)
    while keys.focus != "cell_desk.language":
        keys.type("Return")
    keys.type("2")
    assert keys.program.session.words.language == "zh"
    keys.type("F12")
    assert keys.program.session.words.language == languages()[1]
    assert keys.notice == words(languages()[1]).text("window.region.saved")


def test_a_start_takes_any_language_that_there_is_and_needs_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert not main._options([]).language
    assert [main._options(["--language", one]).language for one in languages()] == list(languages())
    with pytest.raises(SystemExit):
        main._options(["--language", "fr"])
    assert ", ".join(languages()) in capsys.readouterr().err


def test_a_ledger_that_cannot_be_used_is_said_again(desk: Desk) -> None:
    from core.messages import message

    keys = desk()
    counter, keys.program.session.counter = keys.program.session.counter, None
    keys.program.counter_page.unavailable(message("ledger.full"))
    keys.program.session.counter = counter
    speak(keys, "ko")
    assert keys.notice == words("ko").text("ledger.full")


@pytest.mark.parametrize("language", OTHERS)
def test_qt_speaks_it_in_its_own_dialogs(qapp: object, language: str) -> None:
    qt_translations.speak(language)
    said = QCoreApplication.translate("QPlatformTheme", "Cancel")
    assert (said == "Cancel") is (language == "en")
    qt_translations.speak("en")


def test_qt_has_a_catalogue_for_every_language_but_its_own_and_the_bundle_keeps_them() -> None:
    bundled = (ROOT / "build_scripts" / "mingzhang.spec").read_text(encoding="utf-8")
    assert all(f'"{name}"' in bundled for name in qt_translations.CATALOGUES.values())
    folder = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    assert set(qt_translations.CATALOGUES) == set(languages()) - {"en"}
    assert all((folder / f"{name}.qm").is_file() for name in qt_translations.CATALOGUES.values())


def test_the_choices_of_a_page_about_the_desk_speak_another_language_too(desk: Desk) -> None:
    keys = desk()
    keys.type("Ctrl+G")
    speak(keys, "en")
    assert keys.program.pages is not None
    page = keys.program.navigator.page
    assert isinstance(page, SetUpPage)
    assert page.state.cells["portable"].options[0].text == "No, on this PC only"


def test_the_roles_speak_another_language_too(desk: Desk) -> None:
    keys = desk(CHANGCHUN)
    keys.type("Ctrl+O")
    speak(keys, "en")
    assert keys.program.pages is not None
    page = keys.program.navigator.page
    assert isinstance(page, OperatorsPage)
    assert [each.text for each in page.state.cells["role"].options] == [
        "clerk",
        "supervisor",
        "administrator",
    ]
