"""The bundle's size stands on one page, and `dev.py bundle` writes it there."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPTS = Path(__file__).parents[2] / "build_scripts"


@pytest.fixture
def bundle(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setattr(sys, "path", [*sys.path])
    spec = importlib.util.spec_from_file_location("bundle", SCRIPTS / "bundle.py")
    assert spec
    assert spec.loader
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return script


def test_a_table_replaces_the_one_on_the_page_and_nothing_else(bundle: ModuleType, tmp_path: Path) -> None:
    page = tmp_path / "README.md"
    text = bundle.PAGE.read_text(encoding="utf-8")
    page.write_text(text, encoding="utf-8")
    head, old = text.split(bundle.BEGIN)
    old, tail = old.split(bundle.END)
    assert "zipped" in old
    bundle.write_table(page, "| 1 |\n")
    assert page.read_text(encoding="utf-8") == f"{head}{bundle.BEGIN}\n\n| 1 |\n\n{bundle.END}{tail}"


def test_a_page_without_marks_stays_as_it_is(bundle: ModuleType, tmp_path: Path) -> None:
    page = tmp_path / "README.md"
    page.write_text("A page.\n", encoding="utf-8")
    bundle.write_table(page, "| 1 |\n")
    assert page.read_text(encoding="utf-8") == "A page.\n"
