"""A report as a PDF: every cell of it, beside each other or below, and a practice ledger's marked."""

import errno
import io
import json
import os
import re
import tempfile
from pathlib import Path
from typing import Any

import pytest

from core.files import failed_in_child, why_failed
from core.reports.on_paper import print_report
from core.tables.results import Yuan
from core.tables.watch import Watch
from core.tables.writing import NamedSheet, _widths
from core.words import languages, words
from desktop.paper import output
from desktop.paper.layout import lay_out
from desktop.paper.output import pdf_of
from desktop.paper.slip_layout import SlipComposer
from desktop.paper.wide_paper import wide_paper
from desktop.programs.report_paper import report_paper, report_sheet
from tests.cli import main
from tests.desktop.test_paper import read_back, squeezed
from tests.desktop.test_sheets import apart, boxes_of
from tests.ledger.desk import stay

pytestmark = pytest.mark.usefixtures("qapp")

HEADINGS = ["操作员", "入账笔数", "入账总费用", "冲正基本医保", "个人应付净额"]


def told(columns: int = 5, **other: Any) -> dict[str, Any]:
    rows = [["王芳", "12", "1,234,567.89", "52,000.00", "-16,592.01"], ["李雷", "3", "0.00", "7.00", "88.10"]]
    more = [[f"{number}.0{at}" for at in range(columns - 5)] for number in range(3)]
    return {
        "title": "按操作员汇总",
        "days": "2026-01-01 — 2026-06-30",
        "headings": HEADINGS + ["又一栏金额"] * (columns - 5),
        "rows": [row + extra for row, extra in zip(rows, more, strict=False)],
        "numbers": list(range(1, columns)),
        "last": ["合计", "15", "1,234,567.89", "52,007.00", "-16,503.91", *more[2]],
        "made_up": False,
        **other,
    }


def wanting(report: dict[str, Any], text: str) -> list[str]:
    cells = [cell for row in [*report["rows"], report["last"]] for cell in row]
    return [cell for cell in cells if not re.search(rf"(?<![\d,.-]){re.escape(cell)}(?![\d,.])", text)]


@pytest.mark.each_value
@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("columns", [5, 16, 40])
def test_every_cell_stands_on_the_paper_and_nothing_lies_on_anything(language: str, columns: int) -> None:
    report = told(columns)
    sheet = report_sheet(report, words(language))
    paper = wide_paper(sheet)
    text = "\n".join(read_back(pdf_of(sheet, paper)))
    assert wanting(report, text) == []
    assert wanting(report, text.replace("52,007.00", "52,007.01")) == ["52,007.00"]
    assert paper.width > paper.height
    for page in lay_out(sheet, paper):
        boxes = boxes_of(page)
        assert all(paper.side - 0.01 <= box[0] and box[2] <= paper.width - paper.side + 0.01 for box in boxes)
        assert not [
            (one, other) for at, one in enumerate(boxes) for other in boxes[at + 1 :] if not apart(one, other)
        ]
    for said in (words(language).text("report.disclaimer"), report["title"], report["days"]):
        assert squeezed(said) in squeezed(text)


def test_a_practice_ledgers_report_is_marked() -> None:
    for made_up in (True, False):
        sheet = report_sheet(told(made_up=made_up), words())
        text = "".join(read_back(pdf_of(sheet, wide_paper(sheet))))
        assert ("演示数据" in text) == made_up


def test_a_report_without_lines_says_so() -> None:
    sheet = report_sheet(told(rows=[], last=[]), words())
    assert words().text("report.nothing") in "".join(read_back(pdf_of(sheet, wide_paper(sheet))))


@pytest.mark.console
def test_the_console_writes_a_pdf_of_what_it_prints(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database, posting = tmp_path / "l.db", tmp_path / "post.json"
    patient = {"id_type": "01", "id": "220102195001010011", "name": "王秀英"}
    posting.write_text(json.dumps({"key": "k", "patient": patient, "operator": "赵", "request": stay()}))
    ledger = ["ledger", "--db", str(database), "--plain"]
    assert main([*ledger, "post", str(posting)]) == 0
    capsys.readouterr()
    span = ["--from", "2020-01-01", "--to", "2099-12-31"]
    assert main([*ledger, "report", "operators", *span, "--out", str(tmp_path / "r.pdf")]) == 0
    printed = json.loads(capsys.readouterr().out)
    text = "".join(read_back((tmp_path / "r.pdf").read_bytes()))
    assert "演示数据" in text
    for cell in printed["rows"][0][3:]:
        assert f"{float(cell):,.2f}" in text
    assert main([*ledger, "report", "operators", *span, "--out", str(tmp_path / "no" / "r.pdf")]) == 3
    assert json.loads(capsys.readouterr().out)["errors"][0]["field"] == "out"


def test_the_reason_why_a_report_is_no_pdf_comes_back_from_the_program_that_prints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = set()
    for number in (errno.ENOSPC, errno.EROFS, errno.EACCES):

        def refuse(file: Path, _content: bytes, number: int = number) -> None:
            raise OSError(number, os.strerror(number), str(file))

        monkeypatch.setattr(output, "write_whole", refuse)
        monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps({**told(), "language": "zh"})))
        status = report_paper(tmp_path / "report.pdf")
        assert status == number
        said.add(why_failed(failed_in_child(status, tmp_path), "report.pdf", "other").id)
    assert said == {"paper.fault.disk_full", "fault.file_read_only", "other"}


def test_what_is_printed_waits_beside_the_pdf_and_nowhere_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault: names and amounts in a folder for anybody, or its full disk told as ours."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    report = {**told(), "language": "zh"}
    with pytest.raises(OSError, match="missing"):
        print_report(report, tmp_path / "missing" / "report.pdf", 2, Watch())
    print_report(report, tmp_path / "report.pdf", 2, Watch())
    assert [file.name for file in tmp_path.iterdir()] == ["report.pdf"]
    assert wanting(report, "\n".join(read_back((tmp_path / "report.pdf").read_bytes()))) == []


def test_a_heading_breaks_at_its_spaces_or_in_pieces_and_a_latin_word_stays_whole() -> None:
    given = [
        "Figure",
        "Assistance",
        "Points ahead",
        "基本医保",
        "个人应付净额",
        "住院（就诊）号",
        "의료구조지불액",
    ]
    report = told(7) | {"headings": given}
    (table,) = report_sheet(report, words("en")).tables
    assert list(table.columns) == [
        *(
            "Figure",
            "Assistance",
            "Points\nahead",
            "基本医保",
            "个人\n应付净额",
            "住院\n（就诊）号",
            "의료구\n조지불액",
        )
    ]


def test_a_column_that_people_fill_in_has_room_on_paper_and_in_a_workbook() -> None:
    empty = {
        "headings": ["姓名", "开户行", "银行账号", "应拨付", "来源"],
        "rows": [["王芳", "", "", "52,000.00", "省内"]],
    }
    report = told() | empty | {"numbers": [3], "last": []}
    for by_hand in ([1, 2], []):
        sheet = report_sheet(report | {"by_hand": by_hand}, words())
        (storey,) = SlipComposer(sheet, wide_paper(sheet)).storeys(sheet.tables[0])
        name, bank, account, _, source = storey.widths
        assert (min(bank, account) > 32 > 2 * max(name, source)) == bool(by_hand), storey.widths
    rows = [["欧阳娜娜" * 3, "", Yuan(1), "2" * 40]]
    assert _widths(NamedSheet("", ["名", "行", "元", "号"], rows, frozenset({1}))) == [28, 26, 8, 28]
