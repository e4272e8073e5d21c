"""A day of mixed patients typed at hand speed on a real screen: nobody has another's bill, no sum is untyped.

Only keys of a keyboard reach the window. What has to be in the ledger at the end is written down visit by
visit while it is typed, and read back from the file afterwards.
"""

from itertools import cycle
from pathlib import Path
from typing import Final

import pytest

from tests.desktop import real_screen
from tests.desktop.hand_day import (
    BENEFITS,
    GIVEN,
    SURNAMES,
    Day,
    Kept,
    Person,
    Visit,
    faults_of,
    in_the_ledger,
)
from tests.desktop.posting_window import PIN
from tests.desktop.real_screen import Hands, Stumbled, window_on_screen
from tests.desktop.test_window_killed import desk_at

pytestmark = pytest.mark.skipif(not real_screen.ABLE, reason=real_screen.WHY_NOT)
SHOTS: Final = Path(__file__).resolve().parent.parent / "output"
QUICK: Final = 45
"""Milliseconds: as quick as a hand that is not taken for a reader."""

TIMES: Final = 3
"""So often a day is begun anew where the machine was too busy for a reader's pace."""

WHOLE: Final = (
    *("interrupted", "correct", "newborn", "repeat", "common_outpatient", "put_aside", "rename"),
    *("transfer", "day_surgery", "correct", "special_outpatient", "newborn", "join", "repeat"),
    *("interrupted", "chronic_outpatient", "rename", "put_aside", "correct", "transfer", "join"),
)
SAMPLE: Final = ("newborn", "correct", "rename")
"""The acts of a day, in turn."""


def a_day(hands: Hands, visits: int, acts: tuple[str, ...], shots: str = "") -> Kept:
    """Type a day of at least so many visits; return what has to stand in the ledger.

    ``shots``: what the pictures of it are named by; empty: none are taken.
    """
    day = Day(hands, seed=visits)
    hands.type(f"{PIN} Return")
    hands.wait(lambda seen: seen["page"] == "counter")
    between = cycle([day.lock, day.look_around, day.print_again, day.speak, day.wait_for_a_card])
    way = cycle(["typed", "read"])
    for number, act in enumerate(cycle(acts)):
        if len(day.done) >= visits and number >= len(acts):
            return day.kept
        _do(day, act, next(way), shots and f"{shots}_{number:02d}_{act}", between if len(acts) > 3 else None)
    raise AssertionError


def _do(day: Day, act: str, how: str, shot: str, between: object) -> None:
    """Do one act of a day. ``between``: what is done over a form before it is posted, in turn."""
    if act in ("interrupted", "put_aside", "newborn"):
        getattr(day, act)(how)
    elif act == "correct":
        day.correct()
    elif act == "rename":
        chosen = _somebody(day)
        day.rename(chosen.id, chosen.name[0] + GIVEN[len(day.done) % 10])
    elif act == "join":
        one, other = _two(day)
        day.join(one, other)
    else:
        visit = _one(day, act, how)
        if between is not None:
            next(between)()  # type: ignore[call-overload]
        if shot:
            SHOTS.mkdir(exist_ok=True)
            day.hands.look(SHOTS / f"{shot}.png")
        day.post(visit)


def _one(day: Day, act: str, how: str) -> Visit:
    """Type the visit of an act."""
    if act in ("repeat", "transfer"):
        chosen = _somebody(day)
        return day.visit("inpatient", how, chosen, level=3 if act == "transfer" else 0)
    assert act in (*BENEFITS, "inpatient")
    return day.visit(act, how)


def _somebody(day: Day) -> Person:
    """Return somebody with a stay and a number, whom nobody has joined with another."""
    of_one = {number for pair in day.joined for number in pair}
    stays = [each for each in day.done if each.benefit == "inpatient" and "-" not in each.id]
    chosen = day.chance.choice([each for each in stays if each.id not in of_one])
    return Person(chosen.id, chosen.name)


def _two(day: Day) -> tuple[str, str]:
    """Return the numbers of two people with a stay."""
    one = _somebody(day).id
    while (other := _somebody(day).id) == one:
        pass
    return one, other


SCREENS: Final = {
    "1366x728": (40, 1.0),  # less a taskbar
    "1024x600": (12, 1.0),
    "1280x800": (12, 1.0),
    "1920x1080": (12, 1.5),
}
"""The visits of a long day, and how much larger everything is drawn."""


def typed_and_kept(tmp_path: Path, visits: int, acts: tuple[str, ...], gap: int, screen: str = "") -> Kept:
    """Type a day, hold it against the ledger, and return it. A screen that is named is photographed."""
    for time_ in range(TIMES):
        home = tmp_path / f"home{time_}"
        desk_at(home)
        scale = SCREENS[screen][1] if screen else 1.0
        size, shots = screen or "1366x768", screen and f"day_{screen}"
        try:
            with window_on_screen(
                home, size=size, scale=scale, gap=gap, characters=SURNAMES + GIVEN
            ) as hands:
                typed = a_day(hands, visits, acts, shots)
        except Stumbled:
            if time_ == TIMES - 1:
                raise
            continue
        assert faults_of(typed, in_the_ledger(home)) == []
        return typed
    raise AssertionError


def test_a_day_with_a_newborn_one_put_aside_a_correction_a_name_and_a_join_is_kept_as_typed(
    tmp_path: Path,
) -> None:
    typed = typed_and_kept(tmp_path, 2, SAMPLE, QUICK)
    assert len(typed.visits) == 2
    assert len(typed.joined) == 1
    assert sum("-" in each.id for each in typed.visits) == 1


@pytest.mark.long
@pytest.mark.parametrize("screen", SCREENS)
def test_a_long_day_of_mixed_patients_is_in_the_ledger_as_it_was_typed(tmp_path: Path, screen: str) -> None:
    typed = typed_and_kept(tmp_path, SCREENS[screen][0], WHOLE, real_screen.HAND, screen)
    assert len(typed.visits) >= SCREENS[screen][0]
    assert {each.benefit for each in typed.visits} == {"inpatient", *BENEFITS}


@pytest.mark.parametrize(
    ("fault", "acts"),
    [
        ("believed", ("interrupted",)),
        pytest.param("waiting", ("interrupted",), marks=pytest.mark.long),
        pytest.param("believed", (*SAMPLE, "interrupted"), marks=pytest.mark.long),
        pytest.param("not_aside", ("put_aside",), marks=pytest.mark.long),
        pytest.param("not_joined", SAMPLE, marks=pytest.mark.long),
    ],
)
def test_the_day_catches_a_desk_that_mixes_people_waits_for_enter_or_loses_one(
    tmp_path: Path, fault: str, acts: tuple[str, ...]
) -> None:
    """Planted: another's number is the form's; a whole day does not move on; two are dropped on the way."""
    home = tmp_path / "home"
    desk_at(home)
    with window_on_screen(home, gap=QUICK, characters=SURNAMES + GIVEN, fault=fault) as hands:
        hands.patience = 3.0
        try:
            typed = a_day(hands, 2, acts)
        except (AssertionError, Stumbled):
            return
    try:
        kept = in_the_ledger(home)
    except AssertionError:
        return  # the ledger's own proof has found it
    assert faults_of(typed, kept)


def test_what_differs_is_told() -> None:
    first = Visit("1", "a", "inpatient", "level_2", ("", ""), "1.00", "1.00", "0.00", "ordinary")
    day = Kept([first], set())
    assert faults_of(day, day) == []
    for other in (
        day._replace(visits=[first._replace(total="2.00")]),
        day._replace(visits=[first, first]),
        day._replace(visits=[first._replace(id="2")]),
        day._replace(joined={frozenset({"1", "2"})}),
        day._replace(aside=1),
    ):
        assert faults_of(day, other)
        assert faults_of(other, day)
