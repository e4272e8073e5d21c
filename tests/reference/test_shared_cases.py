"""The reference settles every shared worked case as it was worked by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.reference.settlement import settle

SHARED = Path(__file__).parents[3] / "shared" / "cases" / "settle.jsonl"


def cases() -> list[dict[str, Any]]:
    """Return the shared cases, none where they do not lie beside the checkout."""
    if not SHARED.exists():
        return []
    return [json.loads(line) for line in SHARED.read_text(encoding="utf-8").splitlines()]


@pytest.mark.skipif(not SHARED.exists(), reason="the shared worked cases do not lie beside the checkout")
@pytest.mark.parametrize("case", cases(), ids=lambda case: str(case["name"]))
def test_a_shared_worked_case_is_settled_as_worked(case: dict[str, Any]) -> None:
    answer = settle(case["request"])
    assert {key: answer.get(key) for key in case["expect"]} == case["expect"]
