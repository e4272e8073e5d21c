"""Parquet in and out, where Polars is there: the same rows, exact to the fen."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.tables.conftest import Run
from tests.tables.files import FULL, QIAN, row, workbook

pl = pytest.importorskip("polars")

DAYS = {"入院日期": date(2026, 3, 1), "出院日期": date(2026, 3, 10)}


def _written(file: Path, rows: list[list[Any]], **columns: list[Any]) -> Path:
    table = dict(zip(FULL, map(list, zip(*rows, strict=True)), strict=True)) | columns
    pl.DataFrame(table).write_parquet(file)
    return file


def test_a_file_of_columns_comes_to_what_a_workbook_of_its_rows_does(batch: Run, tmp_path: Path) -> None:
    rows = [row(), row(姓名="甲", 医院级别="三级"), row(**{"证件号码": QIAN, FULL[7]: "x"})]
    known = batch(workbook(tmp_path / "in.xlsx", [FULL, *rows]))
    exact = [Decimal("52000.00"), Decimal("52000.00"), None]
    told = batch(
        _written(
            tmp_path / "in.parquet",
            rows,
            **{name: [day] * 3 for name, day in DAYS.items()},
            全自费金额=[4000.0, 4000.0, 4000.0],
            **{FULL[7]: exact},
        ),
        out="again.csv",
    )
    assert known.report["faults"][0]["row"] == 4
    assert told.report["faults"][0]["row"] == 3  # the names of columns stand in no row
    for one, other in zip(known.rows[:2], told.rows[:2], strict=True):
        assert one["status"] == "complete"
        assert {name: one[name] for name in one if name not in FULL} == {
            name: other[name] for name in other if name not in FULL
        }


def test_results_are_columns_of_one_kind_that_are_read_again(batch: Run, tmp_path: Path) -> None:
    rows = [row(), row(医院级别="特级")]
    file = workbook(tmp_path / "in.xlsx", [(*FULL, "备注", "备注"), *([*each, 7, None] for each in rows)])
    told = batch(file, out="out.parquet")
    assert (told.report["complete"], told.report["refused"]) == (1, 1)
    frame = pl.read_parquet(tmp_path / "out.parquet")
    assert frame.schema["hifp_pay"] == pl.Decimal(20, 2)
    assert frame["hifp_pay"].to_list() == [Decimal("33320.00"), None]
    assert frame["status"].to_list() == ["complete", "refused"]
    assert frame["备注"].to_list() == [7, 7]
    assert frame["备注 2"].to_list() == [None, None]
    assert "特级" in frame["reason"][1]
    assert (tmp_path / "out.documents.csv").exists()
    again = batch(tmp_path / "out.parquet", out="again.csv")
    assert (again.report["complete"], again.rows[0]["hifp_pay"]) == (1, "33320.00")


def test_whole_numbers_keep_their_digits_and_nested_totals_are_read(batch: Run, tmp_path: Path) -> None:
    file = tmp_path / "in.parquet"
    numbers = [980101198001010014, 980101198001010014]
    before = [{"admissions": 1, "in_scope": None}, {"admissions": 0, "in_scope": "100.00"}]
    _written(file, [row(), row()], 证件号码=numbers, year_to_date=before, 入院日期=[datetime(2026, 3, 1)] * 2)  # noqa: DTZ001
    told = batch(file)
    assert [each["act_pay_dedc"] for each in told.rows] == ["300.00", "400.00"]


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("content", [b"PAR1", b"PAR1" + bytes(400) + b"PAR1", b"\0" * 40, b""])
def test_what_is_no_such_file_is_a_sentence(batch: Run, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "in.parquet"
    file.write_bytes(content)
    told = batch(file, out="out.parquet")
    assert told.status == 3
    assert not (tmp_path / "out.parquet").exists()


def test_without_polars_the_package_is_named(
    batch: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.tables.batch.find_spec", lambda _name: None)
    told = batch(workbook(tmp_path / "in.xlsx", [FULL, row()]), out="out.parquet")
    assert "mingzhang[model]" in told.report["errors"][0]["message"]
