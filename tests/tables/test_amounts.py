"""Amounts as spreadsheets and people write them: what is left of nothing is nothing, a sign is a sign."""

from datetime import date, datetime
from typing import Final

import pytest

from core.agreement.result_row import signed
from core.messages import Message
from core.tables.reading.cells import Cell
from core.tables.values import amount, day, moment

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


_NO_DAYS: Final = (float("inf"), float("nan"), 10**400, -1, "1" * 400, 5, 310, 3.1, "0310", "2026.3", "2026")
_AT_8_05: Final = (
    *("2026-03-10 8:05", "2026/3/10 8:05:00", "2026年3月10日8时5分", "20260310080500", "202603100805"),
    *("2026-03-10T08:05:00+08:00", "2026-03-10 00:05:00 Z", 20260310080500, 46091 + 485 / 1440),
    *("2026-03-10  08:05:00", "2026-03-10 080500", "2026-03-10 0805", "2026-03-10 08:05:00,123"),
    *("2026-03-10 8:05:00 AM", "2026/3/10 上午 8:05", "2026年3月10日星期二 8:05"),
)


def test_a_time_is_read_in_every_way_that_it_is_written() -> None:
    expected = datetime(2026, 3, 10, 8, 5)  # noqa: DTZ001  the clock of China
    assert {cell: moment(cell, False, None) for cell in _AT_8_05} == dict.fromkeys(_AT_8_05, expected)
    assert day("2026-03-10 20:00:00Z", False, None) == date(2026, 3, 11)
    for text, hour in (("2026-3-10 下午8:05", 20), ("2026-3-10 12:05 AM", 0), ("2026-3-10 12:05 pm", 12)):
        assert moment(text, False, None) == expected.replace(hour=hour), text
    assert day("2026年3月10日 星期二", False, None) == expected.date()
    for wrong in ("2026-03-10 08050", "2026-03-10 240000", "2026-03-10 8:05 AM PM"):
        assert isinstance(moment(wrong, False, None), Message), wrong
    for wrong in ("2026-03-10 24:00", "2026-03-10 8:61", "9999-12-31 23:00Z", "2026-3-18:00"):
        assert isinstance(moment(wrong, False, None), Message), wrong


@pytest.mark.parametrize("cell", _NO_DAYS)
def test_a_number_that_no_calendar_holds_is_said_to_be_no_day(cell: Cell) -> None:
    found = day(cell, date_1904=False, year=None)
    assert isinstance(found, Message)
    assert found.id == "fault.day.form"
