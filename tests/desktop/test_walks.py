"""The walk of a key through the code stays short: so many calls of ours and no more."""

from tests.benchmarks.walks import LIMITS, walks
from tests.desktop.conftest import Desk

HELD = ("a digit in an amount", "Enter", "F12", "a print", "a digit on the region's page")
"""The limits that are kept."""


def test_a_key_makes_no_more_calls_than_its_limit(desk: Desk) -> None:
    found = walks(lambda language: desk(language=language))
    over = {name: found[name].calls for name in HELD if found[name].calls > LIMITS[name]}
    assert not over
