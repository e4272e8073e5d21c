"""The program against an independent reading of the same rules in exact fractions."""

import random
from collections.abc import Iterator
from typing import Any

import pytest

from core.exchange.request import RequestReader
from tests.core.answers import figures, settled
from tests.reference.compare import comparable
from tests.reference.requests import boundary_requests, random_pack, random_request
from tests.reference.settlement import settle as reference

CHUNKS = 8
"""How many tests a long comparison is cut into, so that it spreads over the cores."""


ON_A_PACK = 40
"""So many requests are drawn on each random pack: to read a pack costs more than to settle by it."""


def _random_requests(seed: int, packs: int) -> Iterator[dict[str, Any]]:
    rng = random.Random(seed)
    for _ in range(packs):
        pack = [random_pack(rng)]
        for _ in range(ON_A_PACK):
            yield random_request(rng, pack)


def _compare(reader: RequestReader, request: dict[str, Any]) -> None:
    made = comparable(figures(settled(reader, request)))
    assert made == comparable(reference(request)), request


@pytest.mark.parametrize("seed", range(2))
def test_random_requests_of_every_benefit_equal_the_reference_to_the_fen(
    reader: RequestReader, seed: int
) -> None:
    """36 000 of them here, with the 4 000 on thresholds below."""
    for request in _random_requests(seed, 450):
        _compare(reader, request)


@pytest.mark.parametrize("part", range(2))
def test_thresholds_less_one_fen_and_more_equal_the_reference(reader: RequestReader, part: int) -> None:
    for request in boundary_requests(4_000, part, 2):
        _compare(reader, request)


@pytest.mark.long
@pytest.mark.parametrize("part", range(CHUNKS))
def test_the_whole_grid_of_thresholds_equals_the_reference(reader: RequestReader, part: int) -> None:
    for request in boundary_requests(None, part, CHUNKS):
        _compare(reader, request)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 140))
def test_a_million_random_requests_equal_the_reference(reader: RequestReader, seed: int) -> None:
    for request in _random_requests(seed, 625):
        _compare(reader, request)


def test_a_fen_of_difference_is_caught(reader: RequestReader) -> None:
    request = {
        "region": "jilin/example",
        "benefit": "inpatient",
        "hospital_level": "level_2",
        "discharged": "2026-03-10",
        "eligible": "48000.00",
    }
    made = figures(settled(reader, request))
    packs = {"jilin/example": [_example()]}
    expected = reference(request, packs)
    assert made == expected
    expected["amounts"]["hifp_pay"] = "34220.01"
    assert made != expected


def _example() -> dict[str, Any]:
    import tomllib

    from core.policy.shelf import REGIONS

    pack = tomllib.loads((REGIONS / "jilin-example.toml").read_text(encoding="utf-8"))
    return {**pack, "effective": pack["effective"].isoformat()}
