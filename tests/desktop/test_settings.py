"""Settings from a file that somebody wrote: each one is known to this program, or has its default."""

import json
from pathlib import Path

import pytest

from desktop.settings import FILE, Settings, save
from desktop.startup.settings_file import load, unreadable


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("language", "xx"),
        ("language", "../../etc"),
        ("size", "9" * 5000),
        ("size", "4000"),
        ("size", "²"),
        ("theme", "pink"),
        ("idle", "9" * 400),
        ("shift_x", "1e999"),
        ("hospital", "x" * 100_000),
        ("hospital", 7),
        ("unknown", "x"),
    ],
)
def test_a_setting_that_nobody_knows_has_its_default(tmp_path: Path, name: str, value: object) -> None:
    (tmp_path / FILE).write_text(json.dumps({"operator": "王芳", name: value})[:99_000], encoding="utf-8")
    found = load(tmp_path)
    assert found == (Settings() if unreadable(tmp_path) else Settings(operator="王芳"))
    assert found.percent == 100


def test_what_this_program_writes_reads_back(tmp_path: Path) -> None:
    settings = Settings(
        hospital="县医院",
        language="ko",
        size="130",
        theme="contrast",
        idle="15",
        shift_x="-1.5",
        shift_y="0,5",
    )
    save(tmp_path, settings)
    assert load(tmp_path) == settings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_settings_are_read_as_an_editor_may_write_them(tmp_path: Path, encoding: str) -> None:
    text = json.dumps({"operator": "王芳", "size": "115", "more": float("nan")}, ensure_ascii=False)
    (tmp_path / FILE).write_text(text, encoding=encoding)
    assert load(tmp_path) == Settings(operator="王芳", size="115")
    assert not unreadable(tmp_path)


def test_settings_that_never_end_are_unreadable_and_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / FILE).symlink_to("/dev/zero")
    assert load(tmp_path) == Settings()
    assert unreadable(tmp_path)
