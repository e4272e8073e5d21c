"""Amounts as people write them, and nothing that could be read in two ways."""

import re

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
        ("３元５０", 350),
        ("12 000", 1_200_000),
        ("5万", 5_000_000),
        ("1.5万", 1_500_000),
        ("1　234", 123_400),
        ("0.05", 5),
        ("0", 0),
        ("3.05", 305),
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
        "1.2.3",
        "12,34,567",
        "-5",
        "1e5",
        ".",
        "。",
        "①",
        "1²",
        "²5",
        "⒈5",
        "𝟓",
        "½",
        "٣",
        "120、350",
        "2026-03-01",
        "２０２６-03-01",
        "2026年3月1日",
        "03-01",
        "0301",
        "5日",
        "100+05",
        "00005",
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


@pytest.mark.parametrize("read", [typed.rate, typed.count, typed.amount])
@pytest.mark.parametrize("text", ["①", "1²", "⒈"])
def test_a_sign_that_holds_a_figure_is_none(read: object, text: str) -> None:
    assert isinstance(read(text), Message)  # type: ignore[operator]


def test_incidents_are_separate_amounts_however_they_are_set_apart() -> None:
    for text in ("100 200", "100+200", "100；200", "100、200"):
        assert typed.amounts(text) == [10_000, 20_000], text


def test_the_table_sees_a_reading_that_is_too_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: every sign that holds a figure is that figure, and a day is a sum."""
    monkeypatch.setattr(typed, "_half_width", typed.tidy)
    monkeypatch.setattr(typed, "_A_DAY", re.compile("(?!)"))
    assert [typed.amount(text) for text in ("1²", "2026-03-01", "0301")] == [1_200, 202_200, 30_100]
