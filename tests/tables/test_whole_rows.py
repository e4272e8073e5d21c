"""Rows written in one piece are those that the library writes cell by cell, to the last character."""

import io
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from python_calamine import load_workbook

from core.tables import workbook_process
from core.tables.whole_rows import WholeRows

_ROWS: list[list[Any]] = [
    ["二级", " 前后有空 ", "<a & b>", "=1+1", "-12.50", "@x", "_x0041_", "两\n行", "\x07铃\ufffe", ""],
    [None, 0, -3, 12.5, 0.1, 23406.8, 123456789012345, [5_200_000], [-1], [0], [33]],
    [],
    [["day", "2026-03-10"], ["day", "2026-03-10T08:05:01"], ["day", "1900-03-01"], None, None],
    [*[None] * 30, "第 31 列"],
]
_UNUSUAL: list[list[Any]] = [
    [True, False, "旁"],
    [["day", "1900-02-28"], ["time", "08:05:00"], [100]],
    ["后", float("nan"), 1],
]


def _sheet(rows: list[list[Any]], out: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the XML of a sheet that holds some rows."""
    told = [{"sheet": "甲", "header": ["一", "二"], "widths": [4, 9]}, {"rows": rows}, {"end": True}]
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join(map(json.dumps, told))))
    assert workbook_process.main([str(out), str(out.parent)]) == 0
    with zipfile.ZipFile(out) as parts:
        return parts.read("xl/worksheets/sheet1.xml").decode()


def test_a_row_in_one_piece_is_the_row_cell_by_cell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = _ROWS + _UNUSUAL + _ROWS
    whole = _sheet(rows, tmp_path / "whole.xlsx", monkeypatch)
    written = load_workbook(tmp_path / "whole.xlsx").get_sheet_by_index(0).to_python()
    assert [written[1][0], written[2][7]] == ["二级", 52000.0]
    asked: list[bool] = []

    def by_cell(*_: object) -> bool:
        asked.append(True)
        return False

    monkeypatch.setattr(WholeRows, "write", by_cell)
    assert whole == _sheet(rows, tmp_path / "cells.xlsx", monkeypatch)
    assert len(asked) == len(rows)
