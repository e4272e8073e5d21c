"""The files of a fund's year: all of them or none, and the workbook says what the paper says."""

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.exchange.request import RequestReader
from core.model import writing
from core.model.asking import YearTexts, asked_of, modelled
from core.model.modelling import Modelled
from core.tables.names import known_names
from core.tables.reading.book import read_book
from core.tables.watch import Cancelled, Watch
from core.words import words
from tests.model.fund_years import EXAMPLE, YEAR, example_reader

CHART = {"payers": b"<svg/>"}


@pytest.fixture(scope="module")
def years(_interpreted: None) -> tuple[Modelled, Modelled]:
    reader = example_reader()
    return _year(reader, 1), _year(reader, 2)


@pytest.fixture(autouse=True)
def _plain_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "charts", lambda *_: CHART)
    monkeypatch.setattr(writing, "print_report", lambda told, part, *_: part.write_bytes(b"%PDF"))


def _year(reader: RequestReader, seed: int) -> Modelled:
    texts = YearTexts(YEAR, (EXAMPLE,), f"30:{seed}")
    asked = asked_of(texts, Watch())
    assert not isinstance(asked, list)
    made = modelled(texts, asked, reader, known_names(), Watch())
    assert isinstance(made, Modelled)
    return made


def _lying(folder: Path) -> dict[str, bytes]:
    return {str(each.relative_to(folder)): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


def _fails_at(monkeypatch: pytest.MonkeyPatch, place: int, error: Callable[[], Exception]) -> list[str]:
    """Let the n-th thing that is written fail; return what was begun."""
    begun: list[str] = []

    def stepped(owner: Any, name: str) -> None:
        does = getattr(owner, name)

        def step(*given: Any, **more: Any) -> Any:
            begun.append(name)
            if len(begun) == place + 1:
                raise error()
            return does(*given, **more)

        monkeypatch.setattr(owner, name, step)

    for name in ("write_sheets", "print_report", "write_rows"):
        stepped(writing, name)
    for name in ("write_bytes", "replace", "mkdir"):
        stepped(Path, name)
    return begun


def _full() -> OSError:
    return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("error", [_full, Cancelled])
def test_a_fault_at_any_file_leaves_all_the_old_ones(
    years: tuple[Modelled, Modelled],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: Callable[[], Exception],
) -> None:
    old, new = years
    monkeypatch.setattr(writing, "write_sheets", lambda part, told, *_: part.write_bytes(str(told).encode()))
    monkeypatch.setattr(
        writing, "write_rows", lambda source, part, _: part.write_bytes(str(id(source)).encode())
    )
    said, out, rows = words("en"), tmp_path / "out", tmp_path / "rows.parquet"
    with monkeypatch.context() as patch:
        patch.setattr(writing, "charts", lambda *_: {**CHART, "scenarios": b"<svg>old</svg>"})
        writing.write_year(old, out, said, Watch(), rows)
    (out / "theirs.txt").write_bytes(b"a note of somebody's")
    before = _lying(tmp_path)
    for place in range(30):
        with monkeypatch.context() as patch:
            begun = _fails_at(patch, place, error)
            try:
                written = writing.write_year(new, out, said, Watch(), rows)
            except (OSError, Cancelled):
                assert _lying(tmp_path) == before, begun
            else:
                break
    assert len(begun) == place > 8
    after = _lying(tmp_path)
    assert {name for name in after if after[name] != before[name]} == {"out/fund.xlsx", "rows.parquet"}
    assert [str(each.relative_to(tmp_path)) for each in written] == [
        *("out/fund.xlsx", "out/payers.svg", "out/fund.pdf", "rows.parquet")
    ]
    assert set(before) - set(after) == {"out/scenarios.svg"}, (
        "a chart of the old year would lie to its reader"
    )


def test_a_folder_that_was_not_there_is_not_begun_for_nothing(
    years: tuple[Modelled, Modelled], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "print_report", lambda *_: (_ for _ in ()).throw(_full()))
    with pytest.raises(OSError, match="No space"):
        writing.write_year(years[0], tmp_path / "far" / "out", words("en"), Watch())
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("language", ["zh", "en", "ko"])
def test_the_workbook_holds_the_notes_and_assumptions_of_the_paper(
    years: tuple[Modelled, Modelled], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    told: list[dict[str, Any]] = []
    monkeypatch.setattr(
        writing, "print_report", lambda paper, part, *_: (told.append(paper), part.write_bytes(b"%PDF"))
    )
    said = words(language)
    writing.write_year(years[0], tmp_path, said, Watch())
    sheets = read_book(tmp_path / "fund.xlsx", Watch())
    assert isinstance(sheets, list)
    cells = {sheet.name: [str(cell) for row in sheet.rows for cell in row] for sheet in sheets}
    (paper,) = told
    assert paper["notes"]
    assert paper["made_up"]
    notes = cells[said.text("report.notes")]
    assert {*paper["notes"], paper["title"], paper["days"], said.text("paper.made_up")} <= {*notes}
    (assumed,) = (part for part in paper["more"] if part["caption"] == said.text("model.section.assumptions"))
    in_book = cells[said.text("model.section.assumptions")]
    assert len(assumed["rows"]) > 50
    assert {cell for row in assumed["rows"] for cell in row if cell} <= {*in_book}
