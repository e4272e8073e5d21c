"""Around the settlement: funding, the make-up by place, the insurer's result, the early warning."""

import json
import subprocess
from typing import Any

import pytest

from tests.cli import COMMAND

pytestmark = pytest.mark.console


def _fund(*arguments: str) -> tuple[int, dict[str, Any]]:
    done = subprocess.run([*COMMAND, "fund", *arguments], capture_output=True, check=False)
    assert b"Traceback" not in done.stderr
    return done.returncode, json.loads(done.stdout)


def test_funding_of_2020_is_split_by_area() -> None:
    status, made = _fund("funding", "--year", "2020", "--area", "yanbian")
    assert status == 0
    assert made["contributions"]["adult"] == "290.00"
    assert [made["subsidy"][key] for key in ("total", "central", "provincial", "local")] == [
        "550.00",
        "440.00",
        "66.00",
        "44.00",
    ]
    assert made["critical_illness"]["per_head"] == "65.00"


def test_funding_from_2026_moves_to_six_percent_of_last_year_s() -> None:
    _, made = _fund("funding", "--year", "2027", "--last-year", "1090.00")
    assert made["critical_illness"]["per_head"] == "105.00"
    assert made["critical_illness"]["moves_to"] == "65.40"
    assert "subsidy" not in made


@pytest.mark.some_cases(2)
@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (("funding", "--year", "2022"), "year"),
        (("funding", "--year", "0"), "year"),
        (("make-up", "--place", "北京"), "place"),
        (("result", "--premium", "x", "--loss", "1"), "premium"),
        (("warning", "--budget", "0", "--planned", "1", "--spent", "1"), "budget"),
    ],
)
def test_what_no_document_gives_is_refused_by_its_field(arguments: tuple[str, ...], field: str) -> None:
    status, made = _fund(*arguments)
    assert status == 2
    assert [error["field"] for error in made["errors"]] == [field]


def test_the_console_tells_what_a_place_makes_up_and_what_the_office_must_do() -> None:
    assert _fund("make-up", "--place", "延吉市")[1]["amount"] == "768255.00"
    assert _fund("make-up")[1]["mismatches"] == []
    _, twice = _fund("make-up", "--place", "经济开发区")
    assert [(row["place"], row["amount"]) for row in twice["places"]] == [
        ("市区小计/长春市/经济开发区", "364485.00"),
        ("市区小计/吉林市/经济开发区", "366825.00"),
    ]
    assert _fund("make-up", "--place", "长春市/经济开发区")[1]["amount"] == "364485.00"
    assert _fund("make-up", "--place", "市区小计/吉林市/经济开发区")[1]["amount"] == "366825.00"
    assert _fund("make-up", "--place", "四平市/经济开发区")[0] == 2
    _, made = _fund("warning", "--budget", "1000", "--planned", "500", "--spent", "651")
    assert made["colour"] == "red"
    assert made["label"]
    assert _fund("result", "--premium", "1000", "--surplus", "50")[1]["insurer"] == "15.00"
