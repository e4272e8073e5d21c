"""The battery itself: a fault in the rules is noticed, and of a sample of all faults enough are."""

import pytest

import core.bands
from tests.mutation import battery, killing

SAMPLE = "core.*__mutmut_7"
"""The seventh fault of each function: some ninety."""


@pytest.mark.long
def test_a_fen_that_a_rule_rounds_the_other_way_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    _look_at_everything()
    rounded = core.bands.share
    monkeypatch.setattr(core.bands, "share", lambda fen, rate: rounded(fen, rate) - (fen * rate % 2))
    with pytest.raises(AssertionError):
        _look_at_everything()


def _look_at_everything() -> None:
    judge = killing.Judge()
    for one in killing.expected():
        judge.look_at(one)


@pytest.mark.long
def test_enough_of_a_sample_of_the_faults_are_noticed_and_each_other_one_has_a_reason() -> None:
    pytest.importorskip("mutmut", reason="only the long batteries need it: the extra `mutation`")
    outcome = battery.run([SAMPLE])
    assert outcome.tried > 80
    assert outcome.enough, battery.report(outcome)
    assert battery.unexplained(outcome) == []


def test_a_survivor_without_a_reason_is_told() -> None:
    left = battery.Survivor("core.rules.nowhere", "a", "b")
    outcome = battery.Outcome(100, 94, (left,))
    assert not outcome.enough
    assert battery.Outcome(100, 95, ()).enough
    assert not battery.Outcome(0, 0, ()).enough
    assert battery.unexplained(outcome) == [left]
    assert "no reason is given" in battery.report(outcome)


def test_every_survivor_that_is_listed_has_its_reason() -> None:
    assert all(why.strip() for why in battery.explained().values())
