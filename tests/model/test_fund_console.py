"""`mingzhang-cli fund model`: what it prints and writes, from a population, tables and a ledger."""

import csv
import json
from collections.abc import Callable
from importlib import util
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from pypdfium2 import PdfDocument

from core.model.alike import first_alike
from core.tables.reading.book import read_book
from core.tables.watch import Cancelled, Watch
from tests.cli import main

Model = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def booked() -> None:
    """For tests that look at the workbook."""


@pytest.fixture
def model(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> Model:
    """Runs the command into a folder; its exit status and what it printed. No paper, charts and workbook."""

    def run(
        *arguments: object, year: int | str = 2026, region: str = "jilin/example"
    ) -> tuple[int, dict[str, Any]]:
        given = ["fund", "model", "--language", "en", "--year", str(year), "--region", region]
        status = main([*given, "--out", str(tmp_path / "out"), *map(str, arguments)])
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return status, json.loads(said.out)

    monkeypatch.setattr("core.model.writing.print_report", lambda _told, part, *_: part.write_bytes(b"%PDF"))
    monkeypatch.setattr("core.model.writing.charts", lambda *_: {"payers": b"<svg/>"})
    if "booked" not in request.fixturenames:
        monkeypatch.setattr("core.model.writing.write_sheets", lambda part, *_: part.write_bytes(b"PK"))
    return run


def _fen(text: str) -> int:
    return round(float(text) * 100)


@pytest.mark.usefixtures("booked")
def test_a_population_s_year_is_printed_and_written(model: Model, tmp_path: Path) -> None:
    rows = tmp_path / "rows.parquet"
    status, made = model(
        "--population", "80:3", "--set", "critical_illness.2026.deductible=8000", "--rows", rows
    )
    assert status == 0
    assert made["people"] == 80
    assert made["year"]["income"] == "8400.00"
    assert [line["month"] for line in made["months"]] == list(range(1, 13))
    for name in ("basic", "critical", "assistance", "patient"):
        assert sum(_fen(line[name]) for line in made["months"]) == _fen(made["year"][name])
    assert made["basis"]["income"]["clause"] == "一"
    assert made["basis"]["colour"]["clause"] == "六、（三）"
    (scenario,) = made["set"]
    assert scenario["set"] == "critical_illness.2026.deductible=8000"
    assert _fen(scenario["difference"]["critical"]) >= 0
    assert scenario["lose"] == 0
    frame = pl.read_parquet(rows)
    assert frame.height == made["claims"]
    assert int(frame["hifp_pay"].sum() * 100) == _fen(made["year"]["basic"])
    assert {Path(file).name for file in made["files"]} == {
        "fund.xlsx",
        "fund.pdf",
        "payers.svg",
        "rows.parquet",
    }
    sheets = read_book(tmp_path / "out" / "fund.xlsx", Watch())
    assert isinstance(sheets, list)
    months = next(sheet for sheet in sheets if sheet.name == "Months")
    assert round(sum(float(row[4]) for row in months.rows[1:]) * 100) == _fen(made["year"]["critical"])  # type: ignore[arg-type]


def test_the_least_yuan_for_a_budget_is_printed(model: Model) -> None:
    status, made = model(
        "--population", "20:3", "--budget", "2100", "--solve", "critical_illness.2026.deductible"
    )
    assert status == 0
    solved = made["solved"]
    assert solved["of"] == "critical"
    assert _fen(solved["spent"]) <= 2100_00 < _fen(solved["spent_one_less"])


_CLAIMS = [
    ["身份证号", "出院日期", "待遇", "医院级别", "医疗费总额", "目录内费用", "医院名称"],
    ["220101199001010010", "2026-01-20", "inpatient", "level_3", "90000", "80000", "甲医院"],
    ["220101199001010010", "2026-03-05", "inpatient", "level_2", "60000.50", "52000.50", "乙医院"],
    ["220101199002020029", "2026-02-11", "inpatient", "level_3", "40000", "36000", "甲医院"],
    ["220101199003030031", "2025-12-11", "inpatient", "level_3", "40000", "36000", "甲医院"],
    ["220101199003030031", "2026-13-11", "inpatient", "level_3", "40000", "36000", "甲医院"],
]


def _table(file: Path, rows: list[list[str]]) -> Path:
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(rows)
    return file


def test_month_files_stand_beside_the_plan_and_the_rest_of_the_year_is_told(
    model: Model, tmp_path: Path
) -> None:
    first = _table(tmp_path / "a.csv", _CLAIMS[:3])
    second = _table(tmp_path / "b.csv", [_CLAIMS[0], *_CLAIMS[3:]])
    status, made = model("--claims", first, second, "--population", "1000")
    assert status == 0
    assert made["claims"] == 3
    assert made["year"]["months"] == 3
    assert [line["basic"] is None for line in made["months"]] == [False] * 3 + [True] * 9
    assert made["left_out"] == 2
    assert made["differing"] == 0
    assert [(fault["file"], fault["row"]) for fault in made["faults"]] == [("b.csv", 3), ("b.csv", 4)]
    assert made["booked"]["critical"] == made["year"]["critical"] != "0.00"
    planned = [_fen(line["planned"]) for line in made["months"]]
    spent = _fen(made["year"]["critical"])
    assert _fen(made["outlook"]["as_planned"]["critical"]) == spent + sum(planned[3:])
    assert _fen(made["outlook"]["as_so_far"]["critical"]) == spent * 4
    assert {hospital["name"]: hospital["claims"] for hospital in made["hospitals"]} == {
        "甲医院": 2,
        "乙医院": 1,
    }


def test_a_ledger_s_entries_are_its_year(
    model: Model, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    db = tmp_path / "ledger.db"
    posted = []
    for number, (day, eligible) in enumerate([("2026-01-20", "80000"), ("2026-02-05", "70000.10")]):
        entry = {
            "key": f"k{number}",
            "patient": {"id_type": "01", "id": "220101199001010010", "name": "甲"},
            "operator": "x",
            "request": {
                "region": "jilin/example",
                "benefit": "inpatient",
                "hospital_level": "level_3",
                "discharged": day,
                "eligible": eligible,
            },
        }
        file = tmp_path / "entry.json"
        file.write_text(json.dumps(entry), encoding="utf-8")
        assert main(["ledger", "--db", str(db), "--plain", "post", str(file)]) == 0
        posted.append(json.loads(capsys.readouterr().out)["amounts"])
    status, made = model("--db", db, "--plain")
    assert status == 0
    assert made["claims"] == 2
    assert made["differing"] == 0
    assert made["people"] is None
    for name, field in (("basic", "hifp_pay"), ("critical", "hifmi_pay"), ("patient", "psn_part_amt")):
        whole = sum(_fen(amounts[field]) for amounts in posted)
        assert _fen(made["year"][name]) == _fen(made["booked"][name]) == whole
    assert made["year"]["income"] is None
    assert {line["colour"] for line in made["months"]} == {None}


def test_what_an_opening_says_of_a_disease_counts(
    model: Model, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    db, file = tmp_path / "ledger.db", tmp_path / "entry.json"
    who = {"patient": {"id_type": "01", "id": "220101199001010010", "name": "甲"}, "operator": "x"}
    totals = {"chronic": {"3": {"in_scope": "900.00", "paid": "560.00", "deductible": "0.00"}}}
    request = {
        "region": "jilin/example",
        "benefit": "chronic_outpatient",
        "hospital_level": "level_2",
        "discharged": "2026-05-05",
        "disease": 3,
        "eligible": "4000",
    }
    for command, entry in (
        ("opening", {"key": "o", **who, "year": 2026, "as_of": "2026-05-01", "totals": totals}),
        ("post", {"key": "p", **who, "request": request}),
    ):
        file.write_text(json.dumps(entry), encoding="utf-8")
        assert main(["ledger", "--db", str(db), "--plain", command, str(file)]) == 0
        told = json.loads(capsys.readouterr().out)
    status, made = model("--db", db, "--plain")
    assert (status, made["claims"], made["differing"]) == (0, 1, 0)
    assert made["year"]["basic"] == told["amounts"]["hifp_pay"]
    alone = {**request, "year_to_date": {}}
    file.write_text(json.dumps(alone), encoding="utf-8")
    assert main(["settle", str(file)]) == 0
    assert json.loads(capsys.readouterr().out)["amounts"]["hifp_pay"] != made["year"]["basic"]


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (("--population", "0:1"), "population"),
        (("--population", "many"), "population"),
        (("--population", "5", "--population", "6"), "population"),
        (("--set", "x"), "set"),
        (("--population", "200:3", "--set", "inpatient.nothing=1"), "set"),
        (("--budget", "abc"), "budget"),
        (("--budget", "1" * 14), "budget"),
        (("--set", "inpatient.deductible.level_2=1,inpatient.deductible.level_2=2"), "set"),
        (("--region", "jilin/example", "jilin/example"), "region"),
        (("--carried", "-1"), "carried"),
        (("--rows", "rows.txt"), "rows"),
        (("--population", "20", "--solve", "nothing.here"), "solve"),
        (("--population", "20", "--budget", "9", "--solve", "critical_illness.2026.tilt_points"), "solve"),
        (("--population", "20", "--budget", "9", "--solve", "inpatient.band_axis"), "solve"),
        (("--population", "20", "--solve", "inpatient.deductible.level_2"), "budget"),
        (("--budget", "0"), "budget"),
        (("--population", "20", "--through", "0"), "through"),
        (("--population", "20", "--through", "13"), "through"),
        (("--population", "20", "--through", "June"), "through"),
        (("--engine", "abacus"), "engine"),
        (("--engine", "spark", "--partitions", "0"), "partitions"),
        (("--engine", "spark", "--partitions", "some"), "partitions"),
        (("--db", "nowhere.db"), "ledger"),
    ],
)
def test_what_cannot_be_used_is_told_by_its_field(
    model: Model, arguments: tuple[str, ...], field: str
) -> None:
    status, made = model(*arguments)
    assert status in (2, 3)
    assert [error["field"] for error in made["errors"]] == [field]


@pytest.mark.parametrize("year", ["2015", "2100", "abc", "-2026", "２０２６", "2026.0", ""])
def test_a_year_out_of_range_is_told(model: Model, year: str) -> None:
    status, made = model("--population", "20", year=year)
    assert (status, [error["field"] for error in made["errors"]]) == (2, ["year"])
    assert "between 2016 and 2099" in made["errors"][0]["message"]


def test_a_wrong_path_begins_no_ledger(model: Model, tmp_path: Path) -> None:
    status, made = model("--db", tmp_path / "nowhere.db", "--plain")
    assert (status, made["errors"][0]["field"]) == (3, "ledger")
    assert not (tmp_path / "nowhere.db").exists()


def test_claims_after_the_months_that_are_asked_for_count_nowhere(model: Model, tmp_path: Path) -> None:
    """A month that has only begun would stand for a whole one; it is left out of every sum alike."""
    whole, begun = (_table(tmp_path / f"{name}.csv", rows) for name, rows in MONTH_FILES.items())
    status, alone = model("--claims", whole, "--population", "1000")
    assert status == 0
    status, asked = model("--claims", whole, begun, "--population", "1000", "--through", "2")
    assert status == 0
    assert asked["left_out"] == 1
    assert [(fault["file"], fault["row"]) for fault in asked["faults"]] == [("begun.csv", 2)]
    for name in ("year", "months", "levels", "hospitals", "outlook", "exhausted_on", "booked"):
        assert asked[name] == alone[name], name
    status, together = model("--claims", whole, begun, "--population", "1000")
    assert together["year"] != alone["year"]


@pytest.mark.usefixtures("booked")
def test_what_suffices_does_so_for_no_longer_than_the_months_that_are_known(
    model: Model, tmp_path: Path
) -> None:
    begun = _table(tmp_path / "begun.csv", _CLAIMS[:2])
    for through, said in ((2, "suffices for the first 2 months"), (12, "suffices for the year")):
        status, _ = model("--claims", begun, "--population", "1000", "--through", through)
        assert status == 0
        sheets = read_book(tmp_path / "out" / "fund.xlsx", Watch())
        cells = [str(cell) for sheet in sheets for row in sheet.rows for cell in row]
        assert [cell for cell in cells if cell.startswith("suffices")] == [said]


def test_a_file_that_is_given_twice_counts_nowhere(model: Model, tmp_path: Path) -> None:
    first = _table(tmp_path / "a.csv", _CLAIMS[:3])
    copy = _table(tmp_path / "copy of a.csv", _CLAIMS[:3])
    other = _table(tmp_path / "b.csv", [_CLAIMS[0], _CLAIMS[3]])
    for given in ((first, first), (first, other, copy)):
        status, made = model("--claims", *given)
        assert (status, [error["field"] for error in made["errors"]]) == (2, ["claims"])
        assert "would count twice" in made["errors"][0]["message"]
    status, made = model("--claims", first, other)
    assert (status, made["claims"]) == (0, 3)


def test_looking_for_a_file_that_is_given_twice_is_stopped_at_once(tmp_path: Path) -> None:
    files = [_table(tmp_path / name, _CLAIMS[:3]) for name in ("a.csv", "b.csv")]
    with pytest.raises(Cancelled):
        first_alike(files, Watch(stopped=lambda: True))


def test_where_no_row_is_a_claim_the_first_ones_say_why(model: Model, tmp_path: Path) -> None:
    wrong = [*_CLAIMS[1][:4], "-90000", "80000"]
    status, made = model("--claims", _table(tmp_path / "a.csv", [_CLAIMS[0], wrong, _CLAIMS[5]]))
    assert (status, [error["field"] for error in made["errors"]]) == (2, ["claims"] * 2)
    told = [error["message"] for error in made["errors"]]
    none = "There are no claims of 2026 that can be settled: "
    assert told[0].startswith(f"{none}a.csv, row 2: total: The amount is negative")
    assert told[1].startswith("a.csv, row 3: ")


def test_parquet_files_without_a_row_are_not_the_same_claims_twice(model: Model, tmp_path: Path) -> None:
    folder = tmp_path / "claims"
    folder.mkdir()
    claims = pl.read_csv(_table(tmp_path / "a.csv", _CLAIMS[:3]), infer_schema_length=0)
    claims.write_parquet(folder / "01.parquet")
    for month in ("02", "03"):
        claims.clear().write_parquet(folder / f"{month}.parquet")
    status, made = model("--claims", folder)
    assert (status, made["claims"]) == (0, 2), made
    claims.write_parquet(folder / "04.parquet")
    status, made = model("--claims", folder)
    assert (status, [error["field"] for error in made["errors"]]) == (2, ["claims"])


def test_claims_are_not_written_over_those_that_are_read(model: Model, tmp_path: Path) -> None:
    (tmp_path / "given").mkdir()
    given = _table(tmp_path / "given" / "a.csv", _CLAIMS[:3])
    before = given.read_bytes()
    for claims, rows in ((given, given), (given.parent, given.parent / "more.parquet")):
        status, made = model("--claims", claims, "--rows", rows)
        assert (status, [error["field"] for error in made["errors"]]) == (2, ["rows"])
    assert (given.read_bytes(), [*given.parent.iterdir()]) == (before, [given])


def test_a_province_s_budget_has_more_digits_than_a_bill(model: Model) -> None:
    status, made = model("--population", "20", "--budget", "13080000000.50", "--carried", "13080000000")
    assert (status, made["year"]["planned"]) == (0, "13080000000.50")


MONTH_FILES = {"whole": [*_CLAIMS[:2], _CLAIMS[3]], "begun": [_CLAIMS[0], _CLAIMS[2]]}


def test_a_month_without_one_claim_is_told(model: Model, tmp_path: Path) -> None:
    gap = _table(tmp_path / "gap.csv", [_CLAIMS[0], _CLAIMS[1], _CLAIMS[2]])
    status, made = model("--claims", gap)
    assert (status, made["empty_months"]) == (0, [2])
    whole = _table(tmp_path / "whole.csv", _CLAIMS[:4])
    status, made = model("--claims", whole)
    assert (status, made["empty_months"]) == (0, [])


def test_a_cap_has_no_least_value(model: Model, tmp_path: Path) -> None:
    claims = _table(tmp_path / "a.csv", _CLAIMS[:4])
    status, made = model("--claims", claims, "--budget", "1", "--solve", "critical_illness.2026.cap")
    assert status == 2
    assert "seek a deductible" in made["errors"][0]["message"]


def test_a_budget_is_that_of_the_layer_whose_figure_is_sought(model: Model, tmp_path: Path) -> None:
    given = ("--claims", _table(tmp_path / "a.csv", _CLAIMS[:4]), "--population", "1000")
    status, plain = model(*given)
    assert status == 0
    status, made = model(*given, "--budget", "90000", "--solve", "inpatient.deductible.level_3")
    assert (status, made["solved"]["of"]) == (0, "basic")
    assert _fen(made["solved"]["spent"]) <= 90000_00 < _fen(made["solved"]["spent_one_less"])
    assert made["months"] == plain["months"], "critical illness is not held against another layer's budget"


def test_an_unknown_region_and_one_without_figures_are_told(model: Model) -> None:
    status, made = model("--population", "20", region="jilin/nowhere")
    assert (status, made["errors"][0]["field"]) == (2, "region")
    status, made = model("--population", "20", region="jilin/yanbian")
    assert status == 2
    assert "claims cannot be settled" in made["errors"][0]["message"]


def test_assumptions_come_from_a_file_and_a_fault_in_one_is_told(model: Model, tmp_path: Path) -> None:
    from core.model.assumptions import SHIPPED

    file = tmp_path / "own.toml"
    text = SHIPPED.read_text(encoding="utf-8")
    file.write_text(
        text.replace("people = 20000", "people = 200")
        .replace("seed = 1", "seed = 3")
        .replace('zh = "', 'zh = "本地'),
        encoding="utf-8",
    )
    status, made = model("--population", file)
    assert (status, made["people"]) == (0, 200)
    file.write_text(text.replace("weight = 200\nvisits", "weight = -1\nvisits"), encoding="utf-8")
    status, made = model("--population", file)
    assert status == 2
    assert "groups" in made["errors"][0]["message"]
    file.write_text(text.replace("[50, 2200]", "[50, 9200]"), encoding="utf-8")
    status, made = model("--population", file)
    assert status == 2
    assert "curve" in made["errors"][0]["message"]


def test_a_table_of_the_insured_says_how_many_and_of_which_category(model: Model, tmp_path: Path) -> None:
    rows = [["身份证号", "姓名", "人员类别"]]
    rows += [[f"2201011990010100{n:02d}", "某", "low_income" if n % 2 else "ordinary"] for n in range(10, 40)]
    status, made = model("--population", _table(tmp_path / "people.csv", rows))
    assert (status, made["people"]) == (0, 30)
    assert {line["name"] for line in made["categories"]} == {"ordinary", "low_income"}


def test_without_the_extra_one_sentence_says_what_to_install(
    model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = util.find_spec
    monkeypatch.setattr(
        "core.jobs.model_jobs.find_spec", lambda name: None if name == "numba" else found(name)
    )
    status, made = model("--population", "20")
    assert status == 3
    assert made["errors"][0]["message"].startswith("The parts that the model needs are not installed (numba)")
    assert 'pip install "mingzhang[model]"' in made["errors"][0]["message"]
    monkeypatch.setattr("sys.frozen", True, raising=False)
    status, made = model("--population", "20")
    assert status == 3
    assert "pip" not in made["errors"][0]["message"]
    assert "mingzhang-office" in made["errors"][0]["message"]


@pytest.mark.parametrize(
    ("lacking", "java", "frozen", "said"),
    [
        ("pyspark", True, False, 'pip install "mingzhang[spark]"'),
        ("pyspark", True, True, "leave out --engine spark"),
        ("", False, False, "install Java 17"),
        ("", True, False, "--engine spark takes claims as .parquet"),
    ],
)
def test_without_spark_or_java_one_sentence_says_what_to_do(
    model: Model,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    lacking: str,
    java: bool,
    frozen: bool,
    said: str,
) -> None:
    found, spark = util.find_spec, ("pyspark", "pyarrow", "pandas")

    def there(name: str) -> object:
        return None if name == lacking else found("json" if name in spark else name)

    monkeypatch.setattr("core.jobs.model_jobs.find_spec", there)
    monkeypatch.setattr("core.console.fund_model.shutil.which", lambda _: "/usr/bin/java" if java else None)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr("sys.frozen", frozen, raising=False)
    table = _table(tmp_path / "a.csv", _CLAIMS)
    status, made = model("--engine", "spark", "--claims", table)
    assert status in (2, 3)
    assert [error["field"] for error in made["errors"]] == ["engine"]
    assert said in made["errors"][0]["message"]


BASIC_INSURANCE = (0x3F, 0x6F, 0xB0)
"""The colour of what basic insurance pays, in the charts."""


def _share_of(picture: Any, colour: tuple[int, int, int]) -> float:
    """How much of a picture has a colour; pictures may hold blue first."""
    near = [abs(picture[:, :, :3].astype(int) - order).max(axis=2) < 12 for order in (colour, colour[::-1])]
    return max(float(part.mean()) for part in near)


@pytest.mark.usefixtures("processes")
def test_the_report_is_laid_out_on_paper(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    given = ["fund", "model", "--year", "2026", "--region", "jilin/example", "--population", "30:3"]
    given += ["--set", "critical_illness.2026.deductible=2000"]
    status = main([*given, "--out", str(out)])
    capsys.readouterr()
    assert status == 0
    pages = PdfDocument(out / "fund.pdf")
    text = "".join("".join(page.get_textpage().get_text_range().split()) for page in pages)
    assert "测算结果，非结算凭证" in text
    assert "本机账本" not in text, "no ledger is behind it"
    inked = [_share_of(page.render(scale=1).to_numpy(), BASIC_INSURANCE) for page in pages]
    assert max(inked[:2]) > 0.01, "the charts of who pays stand behind the figures"
    assert inked[-1] == 0, "tables alone have no colours"
    names = {"fund.xlsx", "fund.pdf", "spending.svg", "payers.svg", "levels.svg", "scenarios.svg"}
    assert {file.name for file in out.iterdir()} == names
    assert all(file.read_bytes().startswith(b"<?xml") for file in out.glob("*.svg"))
    svg = (out / "payers.svg").read_text(encoding="utf-8")
    assert "#ffffff" not in svg, "a ground of its own would hide the words under the page"
