"""Amounts and rates: parsed, rounded and printed in one place."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.messages import Message
from core.money import (
    WHOLE,
    capitals,
    cost_for,
    grouped,
    parse_fraction,
    parse_percent,
    parse_yuan,
    percent,
    plain,
    share,
)

FEN = st.integers(0, 10**12 - 1)
RATES = st.integers(0, WHOLE)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("0", 0),
        ("48000", 4_800_000),
        ("48000.5", 4_800_050),
        ("48000.50", 4_800_050),
        ("0.01", 1),
        ("9999999999.99", 999_999_999_999),
        ("0000000000000123.45", 12_345),
    ],
)
def test_an_amount_is_read_to_the_fen(text: str, fen: int) -> None:
    assert parse_yuan(text) == fen


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "1 ",
        "-1",
        "+1",
        "1e3",
        "1,000",
        "1.",
        ".5",
        "1.234",
        "12345678901",
        "１",
        "NaN",
        "1\n",
        "0x1",
    ],
)
def test_anything_else_is_no_amount_and_says_why(text: str) -> None:
    said = parse_yuan(text)
    assert isinstance(said, Message)
    assert said.id.startswith("fault.amount.")


@given(FEN)
def test_an_amount_that_is_printed_reads_back(fen: int) -> None:
    assert parse_yuan(plain(fen)) == fen
    assert grouped(fen).replace(",", "") == plain(fen)
    assert plain(-fen - 1) == "-" + plain(fen + 1)


@given(FEN, RATES)
def test_a_share_is_rounded_half_up(fen: int, rate: int) -> None:
    exact = Fraction(fen * rate, WHOLE)
    assert Fraction(-1, 2) < exact - share(fen, rate) <= Fraction(1, 2) or exact == share(fen, rate)
    assert share(fen, rate) - exact <= Fraction(1, 2)


@pytest.mark.parametrize(
    ("fen", "rate", "paid"), [(1, 500_000, 1), (1, 499_999, 0), (3, 500_000, 2), (0, WHOLE, 0)]
)
def test_half_a_fen_goes_up(fen: int, rate: int, paid: int) -> None:
    assert share(fen, rate) == paid


@given(st.integers(0, 10**9), st.integers(1, WHOLE))
def test_the_cost_for_a_payment_is_rounded_half_up(paid: int, rate: int) -> None:
    exact = Fraction(paid * WHOLE, rate)
    assert -Fraction(1, 2) <= exact - cost_for(paid, rate) < Fraction(1, 2)


@given(RATES)
def test_a_percentage_that_is_printed_reads_back(rate: int) -> None:
    assert parse_percent(percent(rate)) == rate


@pytest.mark.parametrize("text", ["101", "100.0001", "70.12345", "-1", "", "7o", "1e2"])
def test_a_percentage_beyond_its_range_is_refused(text: str) -> None:
    assert isinstance(parse_percent(text), Message)


@pytest.mark.parametrize(("text", "rate"), [("0.5", 500_000), ("1", WHOLE), ("0", 0), ("0.1234", 123_400)])
def test_a_share_of_one_is_read(text: str, rate: int) -> None:
    assert parse_fraction(text) == rate


@pytest.mark.parametrize("text", ["1.0001", "2", "0.12345", "", "-0.5"])
def test_a_share_beyond_one_is_refused(text: str) -> None:
    assert isinstance(parse_fraction(text), Message)


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (0, "零元整"),
        (1, "壹分"),
        (10, "壹角"),
        (101, "壹元零壹分"),
        (110, "壹元壹角"),
        (1_000, "壹拾元整"),
        (1_659_200, "壹万陆仟伍佰玖拾贰元整"),
        (100_100, "壹仟零壹元整"),
        (10_000_05, "壹万元零伍分"),
        (1_001_000, "壹万零壹拾元整"),
        (10_000_000_100, "壹亿零壹元整"),
        (10_203_004_50, "壹仟零贰拾万叁仟零肆元伍角"),
        (-150, "负壹元伍角"),
    ],
)
def test_capitals_are_as_receipts_write_them(fen: int, text: str) -> None:
    assert capitals(fen) == text


_VALUES = {character: value for value, character in enumerate("零壹贰叁肆伍陆柒捌玖")}
_UNITS = {"拾": 10, "佰": 100, "仟": 1000}


def _read(text: str) -> int:
    """Reads capitals back, digit by digit: an independent way round."""
    yuan, _, rest = text.rpartition("元")
    total = group = digit = 0
    for character in yuan:
        if character in _VALUES:
            digit = _VALUES[character]
        elif character in _UNITS:
            group, digit = group + digit * _UNITS[character], 0
        else:
            scale = {"万": 10**4, "亿": 10**8}[character]
            total = (total + group + digit) * scale if character == "亿" else total + (group + digit) * scale
            group = digit = 0
    fen = (total + group + digit) * 100
    for place, scale in (("角", 10), ("分", 1)):
        if place in rest:
            fen += _VALUES[rest[rest.index(place) - 1]] * scale
    return fen


@given(st.integers(1, 10**12 - 1))
def test_capitals_read_back_to_the_same_amount(fen: int) -> None:
    assert _read(capitals(fen)) == fen


def test_an_amount_that_no_receipt_holds_is_refused() -> None:
    with pytest.raises(ValueError, match="no receipt"):
        capitals(10**18)
