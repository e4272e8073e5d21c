"""Category B self-pay line by line."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.category_b import CategoryBLine, self_pay, steps
from core.money import ONE_PERCENT, WHOLE, share
from core.policy.select import Policy
from core.policy.shelf import load_documents, load_regions

TEN = 10 * ONE_PERCENT


@pytest.mark.parametrize(
    ("lines", "fen"),
    [
        ([], 0),
        ([(1_200_000, TEN)], 120_000),
        ([(1_200_000, TEN), (300_000, 30 * ONE_PERCENT)], 210_000),
        ([(5, TEN)], 1),
        ([(4, TEN)], 0),
        ([(5, TEN), (5, TEN)], 2),
        ([(3333, 12 * ONE_PERCENT + ONE_PERCENT // 2)], 417),
        ([(100, 0), (100, WHOLE)], 100),
    ],
)
def test_each_line_is_rounded_half_up_and_then_they_are_added(lines: list[tuple[int, int]], fen: int) -> None:
    assert self_pay([CategoryBLine(*line) for line in lines]) == fen


@given(st.lists(st.tuples(st.integers(0, 10**12), st.integers(0, WHOLE)), max_size=8))
def test_self_pay_is_never_more_than_the_amounts_and_adds_up_by_lines(lines: list[tuple[int, int]]) -> None:
    made = [CategoryBLine(*line) for line in lines]
    assert 0 <= self_pay(made) <= sum(line.amount for line in made)
    assert self_pay(made) == sum(share(amount, rate) for amount, rate in lines)


def test_the_sum_carries_its_clause_and_its_lines_add_up_to_it() -> None:
    documents = load_documents()
    regions, _ = load_regions(documents)
    pack = regions.in_force("jilin/example", date(2026, 3, 10))
    lines = [CategoryBLine(1_200_000, TEN), CategoryBLine(300_000, 30 * ONE_PERCENT)]
    *each, total = steps(Policy(documents, pack), date(2026, 3, 10), lines)
    assert [(step.base, step.rate, step.amount) for step in each] == [
        (1_200_000, TEN, 120_000),
        (300_000, 30 * ONE_PERCENT, 90_000),
    ]
    assert total.amount == sum(step.amount or 0 for step in each) == 210_000
    assert {(step.source.document, step.source.clause) for step in (*each, total)} == {
        ("吉医保联〔2019〕21号", "三、（三）")
    }
