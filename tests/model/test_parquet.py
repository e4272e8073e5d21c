"""Claims in Parquet files: the same year as the same rows in a table, however they are written and cut."""

import errno
import shutil
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.exceptions import ComputeError

from core.exchange.request import RequestReader
from core.messages import Fault
from core.model import parquet_files
from core.model.asking import YearTexts, asked_of, modelled
from core.model.fund_year import FundYear
from core.model.modelling import Modelled
from core.model.parquet_cells import as_fen, as_text, as_whole
from core.model.polars_files import written_beside
from core.model.rows_out import write_rows
from core.tables.names import known_names
from core.tables.watch import Watch
from tests.model.fund_years import EXAMPLE, YEAR, example_reader


@pytest.fixture(scope="module")
def reader() -> RequestReader:
    return example_reader()


def _year(reader: RequestReader, claims: Sequence[Path], population: str = "1000") -> Modelled | list[Fault]:
    texts = YearTexts(YEAR, (EXAMPLE,), population, tuple(claims))
    asked = asked_of(texts, Watch())
    assert not isinstance(asked, list), asked
    return modelled(texts, asked, reader, known_names(), Watch())


def _sound(reader: RequestReader, claims: Sequence[Path], population: str = "1000") -> Modelled:
    found = _year(reader, claims, population)
    assert isinstance(found, Modelled), found
    return found


def _same(one: FundYear, other: FundYear) -> bool:
    """Whether two years are the same in everything but what was known of the months."""
    return one.first == other.first and one.hospitals == other.hospitals and one.halves == other.halves


ROWS: dict[str, list[Any]] = {
    "身份证号": ["220101199001010010", "220101199002020029", "220101199001010010", "220101199001010010"],
    "出院日期": ["2026-03-05", "2026-02-11", "2026-01-20", "2025-12-11"],
    "待遇": ["住院", "inpatient", "住院", "住院"],
    "医院级别": ["三级甲等", "三级", "level_3", "三级"],
    "人员类别": ["低保", None, "低保", "低保"],
    "医疗费总额": ["60000.50", "40000", "90000", "1"],
    "目录内费用": ["52000.50", "36000", "80000", "1"],
    "先行自付": ["0", "0", "0", "0"],
    "医院名称": ["乙医院", "甲医院", "甲医院", "甲医院"],
}


def _written(file: Path, **changed: Any) -> Path:
    """The rows as a Parquet file, some columns in another form; None leaves one out."""
    columns = {**ROWS, **changed}
    pl.DataFrame({name: values for name, values in columns.items() if values is not None}).write_parquet(file)
    return file


def _numbers(name: str, kind: Any) -> list[Any]:
    return [kind(each) for each in ROWS[name]]


def test_a_parquet_file_is_the_year_of_its_table(reader: RequestReader, tmp_path: Path) -> None:
    table = tmp_path / "claims.csv"
    pl.DataFrame(ROWS).write_csv(table)
    by_row = _sound(reader, [table])
    by_column = _sound(reader, [_written(tmp_path / "claims.parquet")])
    assert by_row.year.claims == 3
    assert by_column.year.first.year.critical > 0
    assert _same(by_row.year, by_column.year)
    assert by_row.lacking == by_column.left_out == 1


def test_each_row_that_is_written_says_where_it_stands(reader: RequestReader, tmp_path: Path) -> None:
    write_rows(_sound(reader, [_written(tmp_path / "claims.parquet")]).source, tmp_path / "rows.csv", Watch())
    rows = pl.read_csv(tmp_path / "rows.csv")
    assert set(rows["file"]) == {"claims.parquet"}
    placed = {
        row: (str(patient), total) for row, patient, total in rows["row", "patient", "medfee_sumamt"].rows()
    }
    assert placed == {
        number: (ROWS["身份证号"][number - 1], float(ROWS["医疗费总额"][number - 1])) for number in (1, 2, 3)
    }


def test_the_types_that_a_column_was_written_with_change_nothing(
    reader: RequestReader, tmp_path: Path
) -> None:
    texts = _sound(reader, [_written(tmp_path / "texts.parquet")])
    typed = _written(
        tmp_path / "typed.parquet",
        身份证号=_numbers("身份证号", int),
        出院日期=[datetime.fromisoformat(f"{day}T15:59:00+00:00") for day in ROWS["出院日期"]],
        医疗费总额=_numbers("医疗费总额", float),
        目录内费用=_numbers("目录内费用", Decimal),
    )
    days = _written(tmp_path / "days.parquet", 出院日期=_numbers("出院日期", date.fromisoformat))
    for file in (typed, days):
        assert _same(texts.year, _sound(reader, [file]).year)


def test_files_and_blocks_part_no_patient(
    reader: RequestReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = _sound(reader, [_written(tmp_path / "claims.parquet")])
    frame = pl.DataFrame(ROWS)
    folder = tmp_path / "months"
    folder.mkdir()
    for number in range(frame.height):
        frame[number : number + 1].write_parquet(folder / f"{number}.parquet")
    monkeypatch.setattr(parquet_files, "_BLOCK", 1)
    monkeypatch.setattr(parquet_files, "_STRETCH", 1)
    assert _same(whole.year, _sound(reader, [folder]).year)
    monkeypatch.setattr(pl.Series, "hash", lambda self, *_: pl.Series(range(len(self)), dtype=pl.UInt64))
    parted = _sound(reader, [tmp_path / "claims.parquet"])  # rows of a patient in two blocks would be seen
    assert _same(whole.year, parted.year)
    monkeypatch.setattr(parquet_files, "_STRETCH", 1_000)
    assert not _same(whole.year, _sound(reader, [tmp_path / "claims.parquet"]).year)


def test_what_is_written_may_be_taken_in_again(reader: RequestReader, tmp_path: Path) -> None:
    drawn = _sound(reader, [], "200:3")
    write_rows(drawn.source, tmp_path / "rows.parquet", Watch())
    again = _sound(reader, [tmp_path / "rows.parquet"], "200")
    assert again.year.first == drawn.year.first
    assert sum(line.claims for line in again.year.hospitals) == drawn.year.claims


def test_the_platform_s_columns_make_the_eligible_cost_up(reader: RequestReader, tmp_path: Path) -> None:
    stated = _sound(reader, [_written(tmp_path / "stated.parquet", 先行自付=["500.5", "0", "0", "0"])])
    made_up = partial(
        _written,
        目录内费用=None,
        先行自付=["500.5", "0", "0", "0"],
        全自费=["8000", "4000", "10000", "0"],
        符合范围金额=["51500", "36000", "80000", "1"],
    )
    assert _same(stated.year, _sound(reader, [made_up(tmp_path / "parts.parquet")]).year)
    wrong = _year(reader, [made_up(tmp_path / "wrong.parquet", 全自费=["8000.01", "4000", "10000", "0"])])
    assert isinstance(wrong, list)
    assert wrong[0].field == "eligible"


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"待遇": None}, "claims", "model.fault.parquet_lacks"),
        ({"目录内费用": None}, "claims", "model.fault.parquet_lacks"),
        ({"enrolment": ["{}"] * 4}, "claims", "model.fault.parquet_not_taken"),
        ({"医院级别": ["四级", "三级", "三级", "三级"]}, "claims", "model.fault.parquet_word"),
        ({"人员类别": ["特困", "低保", "低保", "低保"]}, "claims", "model.fault.parquet_word"),
        ({"出院日期": ["2026-02-30", *ROWS["出院日期"][1:]]}, "claims", "model.fault.parquet_word"),
        ({"出院日期": [None, *ROWS["出院日期"][1:]]}, "day", "model.fault.rows"),
        ({"医疗费总额": ["-1", "40000", "90000", "1"]}, "医疗费总额", "model.fault.rows"),
        ({"医疗费总额": [1.005, 40000.0, 90000.0, 1.0]}, "医疗费总额", "model.fault.rows"),
        ({"医疗费总额": ["51000", "40000", "90000", "1"]}, "total", "model.fault.rows"),
        ({"身份证号": [4.3e17, 1.0, 2.0, 3.0]}, "身份证号", "model.fault.rows"),
        ({"统筹区": ["jilin/nowhere"] * 4}, "region", "fault.region_unknown"),
        ({"退费结算标志": ["0", "1", None, "部分退费"]}, "claims", "model.fault.parquet_word"),
    ],
)
def test_what_cannot_be_taken_is_told_and_nothing_is_summed(
    reader: RequestReader, tmp_path: Path, changed: dict[str, Any], field: str, said: str
) -> None:
    found = _year(reader, [_written(tmp_path / "claims.parquet", **changed)])
    assert isinstance(found, list)
    assert (found[0].field, found[0].message.id) == (field, said)


def test_a_file_that_is_no_parquet_and_one_beside_a_table_are_told(
    reader: RequestReader, tmp_path: Path
) -> None:
    file = tmp_path / "claims.parquet"
    file.write_bytes(b"PAR1 and then nothing")
    table = tmp_path / "claims.csv"
    pl.DataFrame(ROWS).write_csv(table)
    (tmp_path / "none").mkdir()
    for claims, said in (
        ([file], "model.fault.parquet"),
        ([tmp_path / "none"], "model.fault.parquet"),
        ([tmp_path / "gone.parquet"], "model.fault.parquet"),
        ([file, table], "model.fault.parquet_alone"),
    ):
        found = _year(reader, claims)
        assert isinstance(found, list)
        assert [fault.message.id for fault in found] == [said]


def test_amounts_counts_and_texts_of_every_type() -> None:
    for values, fen in (
        ([1, None, 12], [100, None, 1200]),
        ([1.1, None, 2.675e6], [110, None, 267_500_000]),
        (["1.5", "", " 7 "], [150, None, 700]),
        ([Decimal("0.10"), None, Decimal("12.34")], [10, None, 1234]),
        ([Decimal("0.1000"), None, Decimal("5")], [10, None, 500]),
    ):
        found, wrong = as_fen(pl.Series(values))
        assert (found.to_list(), wrong.any()) == (fen, False)
    for value in (-1, 10**10, -0.01, 1.001, float("inf"), "1.234", "x", Decimal("0.001"), Decimal("-1.00")):
        assert as_fen(pl.Series([value]))[1].to_list() == [True], value
    assert as_whole(pl.Series([1.0, None, 3.0]))[0].to_list() == [1, None, 3]
    assert as_whole(pl.Series(["1.5"]))[1].any()
    texts = as_text(pl.Series([21.0, 1.5, None, float("nan")]))
    assert texts.to_list() == ["21", "1.5", None, None]


ROOMS = [
    ("parquet: underlying IO error: No space left on device (os error 28)", 10**9, errno.ENOSPC),
    ("Invalid thrift: transport error", 100, errno.ENOSPC),
    ("Invalid thrift: transport error", 10**9, errno.EPIPE),
    ("Permission denied (os error 13)", 10**9, errno.EACCES),
]


@pytest.mark.parametrize(("said", "free", "number"), ROOMS)
@pytest.mark.parametrize("kind", [ComputeError, OSError])
def test_what_polars_cannot_write_is_told_as_the_system_s_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: type[Exception], said: str, free: int, number: int
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=free)
    monkeypatch.setattr("core.model.polars_files.shutil.disk_usage", lambda _: usage)
    with pytest.raises(OSError) as caught, written_beside(tmp_path / "part"):  # noqa: PT011  its number is asked
        raise kind(said)
    assert (caught.value.errno, caught.value.filename) == (number, str(tmp_path / "part"))


def test_a_full_disk_under_parts_and_rows_is_no_traceback(
    reader: RequestReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, made = _written(tmp_path / "claims.parquet"), _sound(reader, [], "30:3")

    def full(*_given: object, **_more: object) -> None:
        raise ComputeError("No space left on device (os error 28)")

    monkeypatch.setattr(pl.DataFrame, "write_parquet", full)
    with pytest.raises(OSError, match="No space"):
        _sound(reader, [file])
    with pytest.raises(OSError, match="No space"):
        write_rows(made.source, tmp_path / "rows.parquet", Watch())
