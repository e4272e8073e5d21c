"""Amounts as spreadsheets and people write them: what is left of nothing is nothing, a sign is a sign."""

import pytest

from core.agreement.result_row import signed
from core.messages import Message
from core.tables.reading.cells import Cell
from core.tables.values import amount, day

NOTHING = (-7.3e-12, 7.3e-12, "-7.3E-12", "3.637978807091713e-12", "-0.00", "(0)", -0.0)
NEGATIVE = (
    "-12.00",
    "−12",
    "－12.0",
    "(12.00)",
    "（12.00）",
    "￥-12.00",
    "-￥12.00",
    "-12元",
    "(¥12.00)",
    "（12元）",
    -12,
    -12.0,
)


@pytest.mark.parametrize(
    "cell", [-7.3e-12, 7.3e-12, "-7.3E-12", "3.637978807091713e-12", "-0.00", "(0)", -0.0]
)
def test_what_a_sum_leaves_of_nothing_is_nothing(cell: Cell) -> None:
    """A spreadsheet's total less its parts is often no zero: it is neither a reversal nor a third decimal."""
    assert (amount(cell), signed(cell)) == (0, 0)


@pytest.mark.parametrize("cell", [*NEGATIVE, "(¥12.00)", "（12元）"])
def test_a_negative_amount_is_read_by_either_sign(cell: Cell) -> None:
    assert signed(cell) == -1200
    refused = amount(cell)
    assert isinstance(refused, Message)
    assert refused.id == "tables.negative"


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        *((text, "fault.amount.form") for text in ("1.2E+3", "1E-5", "--5", "12.00-", "(12", "5-3")),
        *((number, "fault.amount.decimals") for number in (-0.004, 0.004, "-0.004")),
        *((number, "fault.amount.digits") for number in (-1e300, 10**400, float("inf"), "1" * 400)),
        (float("nan"), "fault.amount.form"),
    ],
)
def test_what_is_no_whole_fen_is_said_to_be_none(cell: Cell, fault: str) -> None:
    for found in (signed(cell), amount(cell)):
        assert isinstance(found, Message)
        assert found.id == fault


@pytest.mark.parametrize("cell", [float("inf"), float("nan"), 10**400, -1, "1" * 400])
def test_a_number_that_no_calendar_holds_is_said_to_be_no_day(cell: Cell) -> None:
    found = day(cell, date_1904=False, year=None)
    assert isinstance(found, Message)
    assert found.id == "fault.day.form"
