"""Columns settle every row as the single call does, to the fen."""

from random import Random

import pytest

from core.exchange.request import RequestReader
from core.model.engine import settle_columns
from core.policy.in_force import Documents
from core.policy.select import Policy
from core.policy.shelf import load_documents, load_regions
from core.vocabulary import Benefit
from tests.model.claim_rows import Row, columns, differences, drawn, in_order
from tests.reference.requests import random_pack


@pytest.fixture(scope="module")
def documents() -> Documents:
    return load_documents()


@pytest.fixture(scope="module")
def reader(documents: Documents) -> RequestReader:
    return RequestReader(documents, load_regions(documents)[0])


def sample(rng: Random, reader: RequestReader, packs: int, count: int) -> tuple[list[Row], list[Policy]]:
    """Random visits in order, and the policies that their rows name."""
    asked = drawn(rng, reader, [random_pack(rng) for _ in range(packs)], count)
    policies = list({id(one.policy.region): one.policy for one in asked}.values())
    return in_order(rng, asked, policies), policies


def test_columns_equal_the_single_call(reader: RequestReader) -> None:
    rows, policies = sample(Random(20260101), reader, 4, 1_500)
    claims, totals = columns(rows)
    assert {row.claim.benefit for row in rows} == set(Benefit)
    results = settle_columns(claims, policies, totals=totals)
    assert [*differences(rows, results)][:5] == []
