"""The manual: it opens where one is, says something of every cell and page, and gives everything back."""

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QTextBrowser

from core.words import languages
from desktop.presenters.counter.form import FIELDS
from desktop.presenters.help import manual
from desktop.presenters.help.manual import CHAPTERS, HELP, sections
from desktop.presenters.rules.pack_shape import SECTIONS
from tests.desktop.conftest import Desk
from tests.desktop.key_tables import KEYS
from tests.desktop.keys import FIRST_ADMISSION, Keys
from tests.desktop.reading import foreign

WRITTEN = languages()
PICTURE = re.compile(r"!\[[^\]]+\]\(([^)]+)\)")


def chapter(keys: Keys) -> str:
    """The words on the open page of the manual."""
    return keys.window.findChildren(QTextBrowser)[-1].toPlainText()


def section(keys: Keys) -> manual.Section:
    page = keys.program.navigator.page if keys.program.pages else None
    assert isinstance(page, manual.ManualPage)
    return sections(keys.program.session.words.language)[page._at]


def anchors(language: str) -> set[str]:
    return {anchor for one in sections(language) for anchor in one.anchors}


def lacking(held: set[str]) -> list[str]:
    """The cells, pages and sections of the settings that the manual says nothing of."""
    wanted = [f"cell.{name}" for name in FIELDS]
    wanted += [f"page.{name}" for name in KEYS]
    wanted += [f"region.{name}" for name in SECTIONS]
    return [anchor for anchor in wanted if anchor not in held]


@pytest.mark.parametrize("language", WRITTEN)
def test_every_cell_page_and_section_of_the_settings_is_in_the_manual(language: str) -> None:
    assert lacking(anchors(language)) == []


def test_a_cell_without_a_section_would_be_found() -> None:
    assert lacking(anchors("zh") - {"cell.total"}) == ["cell.total"]


def test_every_language_has_the_same_sections() -> None:
    made = [[(one.chapter, one.number, one.anchors) for one in sections(language)] for language in WRITTEN]
    assert all(one == made[0] for one in made)


@pytest.mark.parametrize("language", WRITTEN)
def test_every_picture_that_is_named_is_there_and_no_other(language: str) -> None:
    named = {name for one in sections(language) for name in PICTURE.findall(one.text)}
    assert named == {file.name for file in (HELP / language).glob("*.png")}
    assert all(not QImage(str(HELP / language / name)).isNull() for name in named)


@pytest.mark.parametrize("language", WRITTEN)
def test_every_chapter_is_written_and_in_its_language(language: str) -> None:
    assert {file.stem for file in (HELP / language).glob("*.md")} == set(CHAPTERS)
    assert all(one.text for one in sections(language) if one.number)
    typed = re.compile(r"`[^`]*`|[a-z]+_[a-z_]+|\(\w+\.png\)")
    found = [left for one in sections(language) if (left := foreign(typed.sub("", one.text), language))]
    assert found == []


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("name", ["id", "total", "eligible", "category_b"])
def test_f1_opens_at_what_is_said_of_the_cell_and_esc_comes_back_to_it(desk: Desk, name: str) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION)
    keys.program.view.cell(name).take_focus()
    before = dict(keys.program.counter_page.visit.texts)
    keys.type("F1")
    assert f"cell.{name}" in section(keys).anchors
    assert section(keys).title in chapter(keys)
    keys.type("Esc")
    assert keys.focus == f"cell_{name}"
    assert dict(keys.program.counter_page.visit.texts) == before
    assert keys.figure == "¥ 16,592.00"


@pytest.mark.some_cases(2)
@pytest.mark.parametrize(
    ("way", "page"),
    [
        ("F3", "find"),
        ("F8", "clauses"),
        ("F8 F8", "articles"),
        ("F10", "outlook"),
        ("F10 F10", "fund"),
        ("F11", "opening"),
    ],
)
def test_f1_on_a_page_opens_its_section_and_esc_comes_back_to_the_page(
    desk: Desk, way: str, page: str
) -> None:
    keys = desk()
    keys.enter(f"{FIRST_ADMISSION} {way}")
    focus = keys.focus
    keys.type("F1")
    assert f"page.{page}" in section(keys).anchors
    keys.type("Esc")
    assert keys.program.pages is not None
    assert keys.program.navigator.page.name == page
    assert keys.focus == focus


def test_f1_in_the_settings_opens_at_their_section_and_loses_nothing(desk: Desk) -> None:
    keys = desk()
    keys.type("F5 PgDn F1")
    assert section(keys).anchors == ("region.inpatient",)
    keys.type("Esc")
    assert keys.program.pages is not None
    assert keys.program.navigator.page.name == "region"
    page = keys.program.navigator.page
    assert page is not None
    assert page.state.section == "inpatient"


def test_typing_searches_the_arrows_choose_and_esc_takes_the_search_back_first(desk: Desk) -> None:
    keys = desk()
    keys.type("F1 封顶线")
    page = keys.program.navigator.page if keys.program.pages else None
    assert isinstance(page, manual.ManualPage)
    rows = page.state.rows
    assert 1 < len(rows) < len(sections("zh"))
    first = section(keys)
    assert "封顶线" in first.text + first.title
    keys.type("Down")
    assert section(keys) != first
    assert "封顶线" in section(keys).text + section(keys).title
    keys.type("Up Return Shift+Enter")
    assert section(keys) == first
    keys.type("Esc")
    assert len(page.state.rows) == len(sections("zh"))
    keys.type("Esc")
    assert keys.program.pages is not None
    assert keys.program.navigator.at_counter


def test_what_is_not_there_is_said(desk: Desk) -> None:
    keys = desk()
    keys.type("F1 qqqq")
    assert any("没有找到" in text for text in [keys.label("quiet"), *_quiet(keys)])


def _quiet(keys: Keys) -> list[str]:
    from PySide6.QtWidgets import QLabel

    return [one.text() for one in keys.window.findChildren(QLabel, "quiet") if one.isVisible()]


def test_the_section_is_brought_into_sight_and_the_page_turns(desk: Desk) -> None:
    keys = desk()
    keys.window.resize(1280, 800)
    keys.program.view.cell("over_limit").take_focus()
    keys.type("F1")
    browser = keys.window.findChildren(QTextBrowser)[-1]
    at = browser.verticalScrollBar().value()
    assert at > 0
    keys.type("PgUp")
    assert browser.verticalScrollBar().value() < at
    keys.shot("manual")


def test_another_language_is_read_at_the_same_place(desk: Desk) -> None:
    keys = desk()
    keys.program.view.cell("total").take_focus()
    keys.type("F1")
    keys.program.navigator.press("speak_en")
    keys.app.processEvents()
    assert section(keys).anchors == ("cell.total",)
    assert "The whole bill" in chapter(keys)
    keys.type("Esc")
    assert keys.focus == "cell_total"


def test_nothing_is_read_of_the_manual_before_it_is_opened(desk: Desk) -> None:
    sections.cache_clear()
    keys = desk()
    keys.enter(FIRST_ADMISSION)
    assert sections.cache_info().currsize == 0
    assert not keys.window.findChildren(QTextBrowser)


def test_f1_does_nothing_while_a_question_stands(desk: Desk) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION + " F12 F1")
    assert keys.label("questionText")
    assert keys.program.pages is not None
    assert keys.program.navigator.at_counter


def test_the_chapters_travel_with_the_package() -> None:
    root = Path(__file__).resolve().parents[2]
    assert '"*.md"' in (root / "pyproject.toml").read_text(encoding="utf-8")
    spec = (root / "build_scripts" / "mingzhang.spec").read_text(encoding="utf-8")
    assert 'RESOURCES.rglob("*")' in spec, "the bundle takes every folder of the program's data"


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("typed", ["qfx", "qifuxian", "qifux", "qfuxian"])
def test_letters_find_what_they_spell_in_chinese(desk: Desk, typed: str) -> None:
    keys = desk()
    keys.type(f"F1 {typed}")
    page = keys.program.navigator.page
    rows = page.state.rows  # type: ignore[attr-defined]
    assert 0 < len(rows) < len(sections("zh"))
    found = [sections("zh")[at] for at in page._found()]  # type: ignore[attr-defined]
    assert all("起付线" in f"{one.title}{one.text}" or typed == "qfx" for one in found)
    assert any("起付线" in one.text for one in found)


def test_letters_lead_to_the_section_that_they_name(desk: Desk) -> None:
    keys = desk()
    keys.type("F1 huifuma")
    assert section(keys).title == "恢复码"
    keys.type("Esc hfm")
    assert "恢复码" in section(keys).title


def test_letters_that_spell_nothing_find_nothing(desk: Desk) -> None:
    """The planted fault: a search that takes any letters for pinyin would list sections here."""
    keys = desk()
    keys.type("F1 qzxwv")
    assert keys.program.navigator.page.state.rows == ()  # type: ignore[attr-defined]


@pytest.mark.parametrize(("language", "typed"), [("en", "deductible"), ("ko", "복구코드")])
def test_the_other_languages_are_searched_as_they_are_written(desk: Desk, language: str, typed: str) -> None:
    keys = desk(language=language)
    keys.type(f"F1 {typed}")
    page = keys.program.navigator.page
    found = [sections(language)[at] for at in page._found()]  # type: ignore[attr-defined]
    assert found
    assert all(typed in f"{page._title(one.chapter)} {one.title} {one.text}".casefold() for one in found)  # type: ignore[attr-defined]
    keys.type("Esc qfx")
    assert page.state.rows == ()  # type: ignore[attr-defined]
