"""Tables for the tests: made up, of people and amounts that nobody has."""

import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook

HEADER = ("证件号码", "姓名", "人员类别", "医院级别", "医疗类别", "入院日期", "出院日期", "医疗费总额（元）")
PARTS = ("全自费金额", "超限价自费金额", "先行自付金额", "符合政策范围金额")
FULL = (*HEADER, *PARTS)
ZHAO, QIAN = "980101198001010014", "980101197001010029"
"""Numbers of nobody: the area does not exist."""


def row(**cells: Any) -> list[Any]:
    """A row under `FULL`: an ordinary stay of 52 000 yuan, with some cells otherwise."""
    usual: dict[str, Any] = dict(
        zip(
            FULL,
            (
                ZHAO,
                "演示",
                "普通居民",
                "二级",
                "普通住院",
                "2026-03-01",
                "2026-03-10",
                "52000.00",
                "4000.00",
                "0",
                "1200.00",
                "46800.00",
            ),
            strict=True,
        )
    )
    assert set(cells) <= set(usual), cells
    return list((usual | cells).values())


def workbook(
    file: Path, rows: Sequence[Sequence[Any]], prepare: Callable[[Any, Any], None] | None = None
) -> Path:
    """A workbook of one sheet; None is an empty cell, a text is text whatever it begins with."""
    with Workbook(str(file), {"strings_to_formulas": False, "default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet("明细")
        for number, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if cell is not None:
                    sheet.write(number, column, cell)
        if prepare:
            prepare(book, sheet)
    return file


def text(file: Path, rows: Sequence[Sequence[Any]], encoding: str = "utf-8", between: str = ",") -> Path:
    """A text file of rows."""
    lines = (between.join("" if cell is None else str(cell) for cell in cells) for cells in rows)
    file.write_bytes("\r\n".join(lines).encode(encoding))
    return file


def rewritten(
    file: Path, change: Mapping[str, Callable[[bytes], bytes]], added: Mapping[str, bytes] | None = None
) -> Path:
    """A workbook with some of its parts changed."""
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, change[name](content) if name in change else content)
    return file
