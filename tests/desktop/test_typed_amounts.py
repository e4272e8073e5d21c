"""Amounts as people write them, and nothing that could be read in two ways."""

import pytest

from core.messages import Message
from desktop.presenters import typed


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("52000", 5_200_000),
        ("52,000.00", 5_200_000),
        ("５２，０００．００", 5_200_000),
        ("1 234 567.8", 123_456_780),
        ("1_000", 100_000),
        ("¥1,200", 120_000),
        ("￥ 1200 元", 120_000),
        ("1200元整", 120_000),
        ("3元50", 350),
        ("3元5角", 350),
        ("3元5角2分", 352),
        ("3块2分", 302),
        ("3.5w", 3_500_000),
        ("5万2000", 5_200_000),
        ("5万2000.50", 5_200_050),
        ("1,200+350.5", 155_050),
        ("1200 + 350", 155_000),
        ("=3*25.5", 7_650),
        ("12。50", 1_250),
        (".5", 50),
        ("52000\n", 5_200_000),
    ],
)
def test_what_a_person_writes_is_read(text: str, fen: int) -> None:
    assert typed.amount(text) == fen


@pytest.mark.parametrize(
    "text",
    [
        "12,50",
        "1,23,456",
        "1,2345",
        "12 50",
        "1,234 567",
        "52000\t48000",
        "52000\n48000",
        "52000\u202848000",
        "52000 48000",
        "3元5",
        "3元505",
        "元50",
        "5万200",
        "1,",
        ",100",
        "¥",
        "1200,350+5",
        "1.234.567",
        "12'50",
    ],
)
def test_what_may_mean_two_amounts_is_a_fault(text: str) -> None:
    assert isinstance(typed.amount(text), Message)


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (typed.rate, "7 0"),
        (typed.rate, "7\t0"),
        (typed.count, "1\t2"),
        (lambda text: typed.day(text, __import__("datetime").date(2026, 11, 22)), "03\t01"),
    ],
)
def test_two_cells_are_no_percentage_no_count_and_no_day(read: object, text: str) -> None:
    assert isinstance(read(text), Message)  # type: ignore[operator]
