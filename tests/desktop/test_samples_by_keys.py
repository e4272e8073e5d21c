"""Patients for practice: each fills the form, comes out as it says, and never touches the real ledger."""

from pathlib import Path

import pytest

from core.places import ledger_of
from desktop.presenters.help.samples import stories
from desktop.settings import Settings
from tests.desktop.conftest import Desk
from tests.desktop.keys import Keys


def take(keys: Keys, at: int) -> None:
    """The story of a row, by keys."""
    keys.program.navigator.press("samples")
    keys.app.processEvents()
    keys.type("Down " * at + "Return")


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("at", range(len(stories())), ids=[story.id for story in stories()])
def test_a_story_comes_out_as_it_says(desk: Desk, at: int) -> None:
    keys, story = desk(), stories()[at]
    take(keys, at)
    assert keys.program.counter_page.visit.texts["name"] == story.cells["name"]
    assert keys.faults == []
    assert keys.figure == (f"¥ {story.pays}" if story.pays else "")
    assert bool(keys.label("headline")) == (not story.pays)
    assert story.cells["name"] in keys.notice
    assert "演示数据" in keys.label("practice")


def test_the_stories_show_different_rules() -> None:
    assert len(stories()) >= 8
    assert len({(s.cells["benefit"], s.cells["population"], s.cells.get("transfer")) for s in stories()}) >= 6
    assert len({story.cells["id"] for story in stories()}) == len(stories())


def test_a_story_is_posted_to_the_ledger_for_practice_and_to_no_other(desk: Desk, tmp_path: Path) -> None:
    keys = desk()
    take(keys, 0)
    keys.type("F12 Y")
    assert keys.label("posted")
    home = tmp_path / "home"
    assert (home / "practice.db").is_file()
    assert not (home / "ledger.db").exists()


def test_over_a_real_region_there_are_none_and_it_is_said_how_to_practise(desk: Desk) -> None:
    real = Settings(operator="王芳", region="jilin/changchun")
    assert ledger_of(real.region) == "ledger.db"
    keys = desk(real)
    take(keys, 0)
    assert keys.program.counter_page.visit.texts.get("name", "") == ""
    assert keys.program.pages is not None
    page = keys.program.navigator.page
    assert page is not None
    assert "F5" in page.state.empty  # type: ignore[attr-defined]
