"""Around the settlement: funding, the make-up by place, the insurer's result, the early warning."""

import json
import subprocess
from typing import Any

import pytest

from core.policy.in_force import Documents
from core.rules.fund import Shared, mismatches, parts_of, share_loss, share_surplus, warning
from tests.cli import COMMAND

pytestmark = pytest.mark.console


def test_every_subtotal_of_the_annex_and_its_total_add_up(documents: Documents) -> None:
    section = documents.first("make_up").section
    assert section.yuan == 182_541_735_00
    assert section.people == 12_169_449
    assert mismatches(section) == []
    assert sum(row.yuan for row in parts_of(section, None)) == section.yuan


def test_yanbian_adds_up_only_with_changbaishan_inside(documents: Documents) -> None:
    """The annex numbers Changbaishan on its own; what Yanbian's rows lack is exactly that row."""
    section = documents.first("make_up").section
    rows = {row.place: row for row in section.rows}
    own = [row for row in parts_of(section, "延边州") if row.place != "长白山管委会"]
    assert rows["延边州"].yuan - sum(row.yuan for row in own) == rows["长白山管委会"].yuan


def test_a_row_that_does_not_add_up_is_reported(documents: Documents) -> None:
    section = documents.first("make_up").section
    rows = tuple(
        row.model_copy(update={"yuan": row.yuan + 100}) if row.place == "九台区" else row
        for row in section.rows
    )
    found = mismatches(section.model_copy(update={"rows": rows}))
    assert [row.place for row in found] == ["长春市", "九台区"]


@pytest.mark.parametrize(
    ("surplus", "shared"),
    [
        (0, Shared(0, 0)),
        (3_000, Shared(3_000, 0)),
        (3_001, Shared(900, 2_101)),
        (5_000, Shared(1_500, 3_500)),
        (5_001, Shared(1_500, 3_501)),
        (9_000, Shared(1_500, 7_500)),
    ],
)
def test_a_surplus_is_shared_by_its_share_of_the_premium(
    documents: Documents, surplus: int, shared: Shared
) -> None:
    assert share_surplus(documents.first("insurer").section, 100_000, surplus) == shared


@pytest.mark.parametrize(
    ("loss", "shared"),
    [
        (3_000, Shared(3_000, 0)),
        (3_001, Shared(1_500, 1_501)),
        (5_000, Shared(2_500, 2_500)),
        (5_001, Shared(None, None)),
    ],
)
def test_a_loss_is_shared_and_above_five_percent_negotiated(
    documents: Documents, loss: int, shared: Shared
) -> None:
    assert share_loss(documents.first("insurer").section, 100_000, loss) == shared


@pytest.mark.parametrize(
    ("spent", "colour"),
    [
        (50_000, None),
        (55_000, None),
        (55_001, "blue"),
        (60_000, "blue"),
        (60_001, "yellow"),
        (65_000, "yellow"),
        (65_001, "red"),
        (20_000, None),
    ],
)
def test_the_early_warning_starts_above_its_points(
    documents: Documents, spent: int, colour: str | None
) -> None:
    assert warning(documents.first("early_warning").section, 100_000, spent, 50_000) == colour


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
