"""The documents article by article, by keys: from a line of the sum to what it stands on, and by a search."""

import time

import pytest
from PySide6.QtWidgets import QTableView

from core.policy import clauses
from core.words import languages
from desktop.presenters.rules.articles import ArticlesPage
from desktop.settings import Settings
from tests.desktop.clipping import clipped
from tests.desktop.conftest import Desk
from tests.desktop.every_page import choose, settle
from tests.desktop.keys import FIRST_ADMISSION, Keys

OWN = Settings(hospital="H5", operator="W9")


def rows(keys: Keys) -> list[tuple[str, str, str]]:
    """The rows that stand in the list, by column."""
    model = shown(keys).model()
    return [tuple(model.index(at, column).data() for column in range(3)) for at in range(model.rowCount())]


def shown(keys: Keys) -> QTableView:
    table = keys.window.findChild(QTableView, "list")
    assert table is not None
    return table


def chosen(keys: Keys) -> tuple[str, str, str]:
    return rows(keys)[shown(keys).currentIndex().row()]


def to_line(keys: Keys, words: str) -> None:
    """Go down the lines of the sum, from the first, to the one that has these words."""
    texts = [shown(keys).model().index(at, 0).data() for at in range(shown(keys).model().rowCount())]
    at = next(at for at, text in enumerate(texts) if words in text)
    keys.type("Down " * (at + 1 if shown(keys).currentIndex().row() < 0 else at))
    assert words in texts[shown(keys).currentIndex().row()]


@pytest.mark.some_cases(2)
@pytest.mark.parametrize(
    ("line", "source", "settles", "done"),
    [
        ("乙类", "〔2019〕21号 三、（三）", "先自付 10%", "计算：费用"),
        ("× 70", "〔2019〕21号 附件3", "三段支付比例", "统筹区填：住院（分段依据）"),
        ("统筹基金支付", "〔2019〕21号 二、（二）1", "全年最多 20 万", "计算：住院"),
        ("起付线", "〔2019〕21号 二、（二）1", "按医院级别定起付线", "统筹区填：住院（起付线、"),
        ("大病起付线", "2025-12-31", "到 10 万 60%", "统筹区填：大病（起付线、"),
    ],
)
def test_enter_on_a_line_opens_the_article_that_it_stands_on_and_esc_comes_back(
    desk: Desk, line: str, source: str, settles: str, done: str
) -> None:
    keys = desk()
    keys.enter(FIRST_ADMISSION + " F8")
    to_line(keys, line)
    at = shown(keys).currentIndex().row()
    keys.type("Return")
    assert isinstance(keys.program.navigator.page, ArticlesPage)
    assert len(rows(keys)) == len(clauses.load())
    found = chosen(keys)
    assert source in found[0]
    assert settles in found[1]
    assert done in found[2]
    keys.type("Esc")
    assert keys.program.navigator.page.name == "clauses"
    assert shown(keys).currentIndex().row() == at
    keys.type("Esc")
    assert keys.figure == "¥ 16,592.00"


def test_f8_twice_opens_the_first_article_and_words_narrow_the_list(desk: Desk) -> None:
    keys = desk()
    keys.type("F8 F8")
    assert keys.focus == "cell_search"
    assert rows(keys)[0][2] == "不涉及计算"
    keys.type("预警")
    assert [row[0] for row in rows(keys)] == ["2025-12-31 通知 六、（三）"]
    assert rows(keys)[0][2] == "显示：基金测算"
    keys.type("Return")
    assert keys.focus == "list"
    keys.type("Esc")
    assert len(rows(keys)) == len(clauses.load())
    keys.type("Esc Esc")
    assert keys.program.navigator.at_counter


def test_a_search_looks_at_citations_and_at_what_the_program_does_too(desk: Desk) -> None:
    keys = desk()
    keys.type("F8 F8 〔2016〕57号")
    narrowed = len(rows(keys))
    keys.program.navigator.page.typed("search", "2016 统筹区填")
    assert 0 < len(rows(keys)) < narrowed < len(clauses.load())
    assert all("2016" in " ".join(row) and "统筹区填" in row[2] for row in rows(keys))
    assert any("三、（一）" in row[0] for row in rows(keys))
    keys.type("zzz")
    assert rows(keys) == []
    assert "没有找到" in keys.label("quiet") or keys.program.navigator.page.state.empty


def test_a_line_of_a_region_s_own_cell_leads_to_the_article_that_leaves_it_open(desk: Desk) -> None:
    keys = desk()
    keys.type("220113196004080016 Return 张建国 Return 4 1 0301 Return 500 Return 500 Return F8")
    to_line(keys, "起付线")
    keys.type("F8")
    assert "二、（一）1（" in chosen(keys)[0]


def test_the_menu_opens_it_too(desk: Desk) -> None:
    keys = desk()
    keys.program.navigator.press("articles")
    settle(keys)
    assert isinstance(keys.program.navigator.page, ArticlesPage)
    keys.type("Esc")
    assert keys.program.navigator.at_counter


@pytest.mark.each_value
@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("size", [(1280, 800), (1024, 600)])
def test_nothing_is_cut_off_and_the_list_is_there_at_once(
    desk: Desk, language: str, size: tuple[int, int]
) -> None:
    keys = desk(OWN, language)
    keys.window.resize(*size)
    keys.enter(FIRST_ADMISSION + " F8")
    begun = time.process_time()
    keys.type("F8")
    assert time.process_time() - begun < 1.5
    settle(keys)
    assert clipped(keys.window) == []
    heights = {shown(keys).rowHeight(at) for at in range(len(rows(keys)))}
    assert len(heights) > 1, "a long text takes another line"


@pytest.mark.each_value
@pytest.mark.parametrize("look", ["theme_light", "theme_dark", "theme_contrast"])
@pytest.mark.parametrize("language", languages())
def test_it_is_drawn_in_every_language_and_theme(desk: Desk, language: str, look: str) -> None:
    keys = desk(OWN, language)
    choose(keys, look)
    keys.enter(FIRST_ADMISSION + " F8")
    to_line(keys, "70")
    keys.type("Return")
    settle(keys)
    assert "附件3" in chosen(keys)[0]
    keys.shot(f"articles-{language}-{look}")
