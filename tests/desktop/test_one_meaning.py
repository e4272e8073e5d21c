"""A key means one thing in the whole program: every page, the menu and the manual keep to one table."""

import re
from collections.abc import Iterator, Mapping

import pytest

from core.words import words
from desktop.presenters.help.manual import sections
from desktop.presenters.key_meanings import LINES, MEANINGS
from desktop.presenters.menu import shortcuts
from desktop.presenters.page import KeyAction
from tests.desktop.conftest import Desk
from tests.desktop.key_tables import PAGES
from tests.desktop.keys import FIRST_ADMISSION

LANGUAGES = ("zh", "en", "ko")


def astray(tables: Mapping[str, Mapping[str, KeyAction]]) -> Iterator[str]:
    """Rows of pages that give a key another meaning than the table, or one meaning to two keys."""
    keys_of: dict[str, set[str]] = {}
    for page, table in tables.items():
        for key, action in table.items():
            if action.words and action.words not in MEANINGS.get(key, ()):
                yield f"{page}: {key} {action.words}"
            if not action.words and key not in MEANINGS:
                yield f"{page}: {key}"
            label = words().text(action.words) if action.words else ""
            keys_of.setdefault(label, set()).add(key)
    yield from (f"{label}: {sorted(keys)}" for label, keys in keys_of.items() if label and len(keys) > 1)


def manual_keys(language: str) -> list[str]:
    text = next(one.text for one in sections(language) if "keys" in one.anchors)
    return re.findall(r"^\| ((?:F|Ctrl|Shift|Alt|Pg|E)\S*) \|", text, re.MULTILINE)


def test_every_page_gives_a_key_its_one_meaning() -> None:
    assert list(astray({name: page.keys for name, page in PAGES.items()})) == []


def test_a_page_that_gives_a_key_another_meaning_is_found() -> None:
    """The planted fault: names whole by F8, and a backup by F9."""
    planted = {"F8": KeyAction("window.key.Ctrl+N"), "F9": KeyAction("window.key.backups.Shift+F12")}
    found = list(astray({"find": PAGES["find"].keys, "planted": planted}))
    assert len(found) == 3
    assert "planted: F8 window.key.Ctrl+N" in found


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_manual_has_a_row_for_each_key_and_no_other(language: str) -> None:
    assert [key for key in manual_keys(language) if key != "Enter"] == list(MEANINGS)


def test_a_key_that_opens_a_line_of_the_menu_means_nothing_else() -> None:
    assert shortcuts() == LINES
    assert LINES.keys() <= MEANINGS.keys()
    assert all(set(MEANINGS[key]) <= {f"window.key.{key}"} for key in LINES)


def test_every_text_of_the_table_is_one_of_a_page() -> None:
    used = {action.words for page in PAGES.values() for action in page.keys.values()}
    allowed = {each for texts in MEANINGS.values() for each in texts}
    assert allowed - used == set()


@pytest.mark.some_cases(2)
@pytest.mark.parametrize(
    ("key", "page"),
    [("F5", "region"), ("F3", "find"), ("Shift+F9", "print"), ("Ctrl+D", "day"), ("Ctrl+F", "entries")],
)
def test_a_key_works_in_the_history_and_esc_comes_back_to_it(desk: Desk, key: str, page: str) -> None:
    keys = desk()
    keys.enter(f"{FIRST_ADMISSION} F12 Y F7")
    navigator = keys.program.navigator
    keys.type(f"{key} F1")
    assert navigator.page.name == "manual"
    keys.type("Esc")
    assert navigator.page.name == page
    keys.type("Esc")
    assert navigator.page.name == "patient"
    keys.type("Down F9")
    assert ".pdf" in keys.notice


def test_a_key_that_a_page_has_no_use_for_says_so(desk: Desk) -> None:
    keys = desk()
    keys.enter(f"{FIRST_ADMISSION} F12 Y F7 F10")
    assert keys.notice == "F10（比较）在这一页用不上。"
    keys.type("Esc F11")
    keys.type("Ctrl+D")
    assert keys.program.navigator.page.name == "day"
    keys.type("Esc 20000 F3")
    assert keys.program.navigator.page.name == "opening"
    assert "没有保存" in keys.notice


def test_a_search_in_the_manual_is_nothing_unsaved(desk: Desk) -> None:
    keys = desk()
    keys.type("F1 qfx Ctrl+D")
    assert keys.program.navigator.page.name == "day"
    keys.type("Esc")
    assert keys.program.navigator.page.name == "manual"


def test_only_a_key_that_has_another_meaning_with_shift_heeds_it(desk: Desk) -> None:
    keys = desk()
    keys.type("Shift+F1")
    assert keys.program.navigator.page.name == "manual"
