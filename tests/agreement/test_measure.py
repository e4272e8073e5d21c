"""Measuring: figures behind receipts are found exactly, the rest stays open, and wrong receipts are named."""

import gc
import json
import random
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import tomlkit

from core.agreement.codes import known_codes, result_names
from core.agreement.measure import Measured, measure
from core.agreement.measured_pack import as_json
from core.agreement.receipts import Receipt, receipts_of
from core.agreement.theirs import Theirs, read_theirs
from core.policy.regions import RegionPack
from core.policy.select import Policy
from core.policy.soundness import read_pack
from core.tables.watch import Watch
from core.words import words
from tests.agreement.conftest import Command, Told
from tests.agreement.hidden import Year, year_of
from tests.agreement.planted import READER
from tests.tables.conftest import SAMPLES

SAMPLE = SAMPLES / "receipts"


def _empty(year: Year) -> dict[str, Any]:
    """The region's pack without a figure."""
    return {name: year.pack[name] for name in ("id", "name", "effective")}


@lru_cache
def _measured(seed: int, people: int, wrong: int = 0, silent: bool = False) -> tuple[Year, dict[str, Any]]:
    """A year of receipts, and what was measured from them."""
    year = year_of(seed, people, wrong, silent)
    pack = read_pack(_empty(year), READER.documents)
    assert isinstance(pack, RegionPack)
    with TemporaryDirectory() as folder:
        theirs = read_theirs([year.write(Path(folder))], result_names(), Watch())
    assert isinstance(theirs, Theirs)
    receipts, unusable = receipts_of(theirs, Policy(READER.documents, pack), known_codes(), 2026)
    return year, as_json(measure(receipts, 2026), unusable, pack, words("en"))


@contextmanager
def _counting_circles(counted: list[int]) -> Iterator[None]:
    """Count the objects that only hold one another once the block is done."""
    looked = gc.isenabled()
    gc.disable()
    gc.freeze()
    try:
        yield
        counted.append(gc.collect())
    finally:
        gc.unfreeze()
        if looked:
            gc.enable()


def _run(command: Command, folder: Path, year: Year, *more: object) -> Told:
    """The console's answer to a year of receipts."""
    region = folder / "empty.toml"
    region.write_text(tomlkit.dumps(_empty(year)), encoding="utf-8")
    return command("measure", year.write(folder), "--region", region, "--year", 2026, *more)


def _truth(pack: Any, path: str) -> Any:
    for key in path.split("."):
        pack = pack[min(int(key), len(pack)) - 1] if isinstance(pack, list) else (pack or {}).get(key)
    return pack


def _same(found: Any, hidden: Any) -> bool:
    if isinstance(found, list):
        return all(
            float(found[min(place, len(found) - 1)]) == hidden[min(place, len(hidden) - 1)]
            for place in range(6)
        )
    return hidden is not None and float(found) == float(hidden)


def _wrong(report: dict[str, Any], year: Year) -> list[str]:
    """What is called certain and is not so."""
    wrong = [
        f"{cell['path']}: {cell['value']} for {_truth(year.pack, cell['path'])}"
        for cell in report["cells"]
        if cell["certain"] and not _same(cell["value"], _truth(year.pack, cell["path"]))
    ]
    for cell in report["cells"]:
        for number in cell.get("numbers", ()):
            hidden = _truth(year.pack, f"{cell['path']}.{number['number']}")
            if number["certain"] and float(number["value"]) != hidden:
                wrong.append(f"{cell['path']}.{number['number']}: {number['value']} for {hidden}")
    wrong += [
        f"{setting['path']}: {setting['value']}"
        for setting in report["settings"]
        if setting["value"] != _truth(year.pack, setting["path"])
    ]
    return wrong


@pytest.mark.some_cases(1)
@pytest.mark.parametrize(("seed", "people"), [(1, 9), (5, 12)])
def test_what_is_certain_is_the_hidden_figure(seed: int, people: int) -> None:
    year, report = _measured(seed, people)
    assert report["receipts"] == len(year.rows)
    assert _wrong(report, year) == []
    assert report["suspect"] == []
    certain = {cell["path"] for cell in report["cells"] if cell["certain"]}
    assert "critical_illness.2026.deductible" in certain
    open_ = {each["path"] for each in report["open"]}
    assert "chronic_outpatient.deductible" in open_
    assert not open_ & certain


def test_every_number_of_a_stay_that_three_receipts_pin_is_found() -> None:
    year, report = _measured(5, 12)
    numbers = {
        (cell["path"].rpartition(".")[2], number["number"]): number
        for cell in report["cells"]
        for number in cell.get("numbers", ())
    }
    often = [stay for stay, count in year.stays.items() if count >= 3]
    assert often
    assert all(numbers[stay]["certain"] for stay in often)


def test_another_figure_behind_the_receipts_would_be_noticed() -> None:
    year, report = _measured(1, 9)
    other = deepcopy(year)
    other.pack["critical_illness"]["2026"]["deductible"] += 50
    assert len(_wrong(report, other)) == 1


@pytest.mark.long
@pytest.mark.parametrize("seed", range(40, 52))
def test_larger_years_with_wrong_receipts(seed: int) -> None:
    year, report = _measured(seed, 30, wrong=3)
    assert _wrong(report, year) == []
    assert {each["setl_id"] for each in report["suspect"]} == year.wrong


def test_a_wrong_receipt_is_named_and_the_others_stand() -> None:
    year, report = _measured(4, 12, wrong=1)
    assert {each["setl_id"] for each in report["suspect"]} == year.wrong
    assert _wrong(report, year) == []


def test_receipts_that_state_no_deductible_pin_it_all_the_same() -> None:
    year, report = _measured(1, 7, silent=True)
    assert _wrong(report, year) == []
    assert any(cell["path"].startswith("inpatient.deductible") for cell in report["cells"])


COMMON = (
    "setl_id,certno,hospital_level,benefit,discharged,medfee_sumamt,inscp_scp_amt,act_pay_dedc,hifp_pay\n"
)


def _two_visits(folder: Path, first: str) -> dict[str, Any]:
    """What is measured where four people's yearly deductible of 50 was met on a first visit."""
    lines = [COMMON]
    for person in range(4):
        who = f"98010119800101{person:03d}X"
        lines.append(
            f"A{person},{who},level_1,common_outpatient,2026-01-0{person + 1},200.00,200.00,{first},75.00\n"
        )
        lines.append(
            f"B{person},{who},level_1,common_outpatient,2026-02-0{person + 1},300.00,300.00,0.00,150.00\n"
        )
    file = folder / "receipts.csv"
    file.write_text("".join(lines), encoding="utf-8")
    pack = read_pack({"id": "made/hidden", "name": "made up", "effective": "2025-01-01"}, READER.documents)
    assert isinstance(pack, RegionPack)
    theirs = read_theirs([file], result_names(), Watch())
    assert isinstance(theirs, Theirs)
    receipts, unusable = receipts_of(theirs, Policy(READER.documents, pack), known_codes(), 2026)
    assert (len(receipts), unusable) == (8, [])
    return as_json(measure(receipts, 2026), unusable, pack, words("en"))


def test_a_deductible_that_an_earlier_receipt_does_not_state_is_no_zero(tmp_path: Path) -> None:
    stated, unstated = _two_visits(tmp_path, "50.00"), _two_visits(tmp_path, "")
    path = "common_outpatient.deductible.level_1"
    assert [(one["value"], one["certain"]) for one in stated["cells"] if one["path"] == path] == [
        ("50.00", True)
    ]
    assert [one for one in unstated["cells"] if one["path"] == path] == []
    limits = [one["value"] for one in unstated["cells"] if one["path"] == "common_outpatient.annual_limit"]
    assert limits == []


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("seed", [2, 5])
def test_receipts_of_which_some_state_no_deductible_pin_nothing_that_is_not_so(
    seed: int, tmp_path: Path
) -> None:
    year = year_of(seed, 9)
    for row in random.Random(seed).sample(year.rows, len(year.rows) // 3):
        row["起付线"] = ""
    pack = read_pack(_empty(year), READER.documents)
    assert isinstance(pack, RegionPack)
    theirs = read_theirs([year.write(tmp_path)], result_names(), Watch())
    assert isinstance(theirs, Theirs)
    receipts, unusable = receipts_of(theirs, Policy(READER.documents, pack), known_codes(), 2026)
    report = as_json(measure(receipts, 2026), unusable, pack, words("en"))
    assert _wrong(report, year) == []
    assert report["suspect"] == []


PAID = (
    "setl_id,certno,hospital_level,benefit,discharged,medfee_sumamt,inscp_scp_amt,"
    "hifp_pay,hifmi_pay,maf_pay,fund_pay_sumamt\n"
)


@pytest.mark.parametrize(
    ("first", "paid", "unstated"),
    [
        ("5000.00,,,", (None, None), {"critical_paid", "assistance_base", "assistance_paid"}),
        ("5000.00,,100.00,", (None, 100_00), {"critical_paid", "assistance_base"}),
        ("5000.00,200.00,,", (200_00, None), {"assistance_paid"}),
        ("5000.00,,,5000.00", (0, 0), set()),
        ("5000.00,,,5300.00", (None, None), {"critical_paid", "assistance_base", "assistance_paid"}),
    ],
)
def test_a_payment_that_a_receipt_does_not_state_is_no_zero_for_assistance(
    first: str, paid: tuple[int | None, int | None], unstated: set[str], tmp_path: Path
) -> None:
    file = tmp_path / "receipts.csv"
    who = "98010119800101001X,level_2,inpatient"
    file.write_text(
        f"{PAID}A1,{who},2026-01-05,9000.00,8000.00,{first}\n"
        f"A2,{who},2026-03-05,9000.00,8000.00,5000.00,0.00,0.00,5000.00\n",
        encoding="utf-8",
    )
    pack = read_pack({"id": "made/hidden", "name": "made up", "effective": "2025-01-01"}, READER.documents)
    assert isinstance(pack, RegionPack)
    theirs = read_theirs([file], result_names(), Watch())
    assert isinstance(theirs, Theirs)
    (one, two), _ = receipts_of(theirs, Policy(READER.documents, pack), known_codes(), 2026)
    assert (one.paid("hifmi_pay"), one.paid("maf_pay")) == paid
    assert (one.unstated, two.unstated) == (frozenset(), unstated)


def test_receipts_of_which_some_state_no_critical_payment_are_no_suspects(tmp_path: Path) -> None:
    year = year_of(2, 9)
    for row in year.rows:
        row["基金支付总额"] = row["个人负担总金额"] = ""
    for row in random.Random(2).sample(year.rows, len(year.rows) // 2):
        row["大病保险"] = ""
    pack = read_pack(_empty(year), READER.documents)
    assert isinstance(pack, RegionPack)
    theirs = read_theirs([year.write(tmp_path)], result_names(), Watch())
    assert isinstance(theirs, Theirs)
    receipts, unusable = receipts_of(theirs, Policy(READER.documents, pack), known_codes(), 2026)
    report = as_json(measure(receipts, 2026), unusable, pack, words("en"))
    assert _wrong(report, year) == []
    assert report["suspect"] == []


def test_a_pack_is_written_that_nobody_has_checked(tmp_path: Path, command: Command) -> None:
    (year, expected), out = _measured(1, 9), tmp_path / "measured.toml"
    told = _run(command, tmp_path, year, "--out", out)
    assert told.report["cells"] == expected["cells"]
    assert told.report["out"] == str(out)
    pack = tomllib.loads(out.read_text(encoding="utf-8"))
    assert (pack["source"]["entered_by"], pack["source"]["checked_by"]) == ("", "")
    assert f"{len(year.rows)} receipts" in pack["source"]["document"]
    for cell in told.report["cells"]:
        written = pack
        for key in cell["path"].split("."):
            written = written.get(key, {})
        assert written == (cell["value"] if cell["certain"] else {}) or cell["path"].startswith("medical")
    filled = read_pack(pack, READER.documents)
    assert isinstance(filled, RegionPack)
    assert (
        filled.critical_illness[2026].deductible == year.pack["critical_illness"]["2026"]["deductible"] * 100
    )


def test_what_was_tried_is_gone_at_once_and_never_looked_for(
    tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[bool] = []
    circles: list[int] = []

    def watched(receipts: list[Receipt], year: int, watch: Watch) -> Measured:
        looked.append(gc.isenabled())
        with _counting_circles(circles):
            return measure(receipts, year, watch)

    monkeypatch.setattr("core.console.measure.measure", watched)
    assert _run(command, tmp_path, year_of(5, 1)).status == 0
    assert (looked, gc.isenabled()) == ([False], True)
    assert circles[0] < 50


def test_no_receipt_of_the_year_is_one_sentence(tmp_path: Path, command: Command) -> None:
    year = year_of(1, 3)
    receipts = year.write(tmp_path)
    region = tmp_path / "empty.toml"
    region.write_text(tomlkit.dumps(_empty(year)), encoding="utf-8")
    told = command("measure", receipts, "--region", region, "--year", 2025)
    assert (told.status, [each["field"] for each in told.report["errors"]]) == (2, ["files"])
    told = command("measure", receipts, "--region", "nowhere", "--year", 2026)
    assert (told.status, [each["field"] for each in told.report["errors"]]) == (2, ["region"])


@pytest.mark.skipif(not SAMPLE.is_dir(), reason="the samples do not lie beside this checkout")
def test_the_sample_comes_to_its_truth(command: Command) -> None:
    truth = json.loads((SAMPLE / "truth.json").read_text(encoding="utf-8"))
    files = (SAMPLE / "receipts.csv", SAMPLE / "100001-of-some.json")
    told = command("measure", *files, "--region", SAMPLE / "empty.toml", "--year", 2026)
    cells = {cell["path"]: cell for cell in told.report["cells"]}
    for path, hidden in truth["cells"].items():
        if "numbers" in hidden:
            numbers = {each["number"]: each for each in cells.get(path, {}).get("numbers", ())}
            for place, number in enumerate(hidden["numbers"], 1):
                found = numbers.get(place)
                if number["state"] == "open":
                    assert found is None or found["value"] is None
                else:
                    assert found is not None
                    assert (float(found["value"]), found["certain"]) == (
                        number["value"],
                        number["state"] == "found",
                    )
        elif hidden["state"] == "open":
            assert path not in cells
        else:
            assert float(cells[path]["value"]) == hidden["value"]
            assert cells[path]["certain"] == (hidden["state"] == "found")
    settings = {each["path"]: each["value"] for each in told.report["settings"]}
    assert settings == {
        path: each["value"] for path, each in truth["settings"].items() if each["state"] == "found"
    }
    assert {each["setl_id"] for each in told.report["suspect"]} == set(truth["wrong"])
