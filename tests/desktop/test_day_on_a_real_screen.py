"""A day of mixed patients typed at hand speed on a real screen: nobody has another's bill, no sum is untyped.

Only keys of a keyboard reach the window. What has to be in the ledger at the end is written down visit by
visit while it is typed, and read back from the file afterwards.
"""

import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from core.identity import check_character
from core.ledger.keys import Keys, Unlocked
from core.ledger.ledger import Ledger
from tests.desktop import real_screen
from tests.desktop.posting_window import PIN
from tests.desktop.real_screen import Hands, Stumbled, window_on_screen
from tests.desktop.test_sign_in_by_keys import CHANGCHUN
from tests.desktop.test_window_killed import desk_at

pytestmark = pytest.mark.skipif(not real_screen.ABLE, reason=real_screen.WHY_NOT)
SHOTS: Final = Path(__file__).resolve().parent.parent / "output"
SURNAMES, GIVEN = "张王李赵金崔朴刘", "建国秀英玉兰铁柱春花"
QUICK: Final = 45
"""Milliseconds: as quick as a hand that is not taken for a reader."""

TIMES: Final = 3
"""So often a day is begun anew where the machine was too busy for a reader's pace."""


KINDS: Final = (
    "inpatient",
    "common_outpatient",
    "repeat",
    "day_surgery",
    "inpatient",
    "transfer",
    "special_outpatient",
    "chronic_outpatient",
)


class Visit(NamedTuple):
    """What stands in the ledger of a visit: whose it is, and what was typed."""

    id: str
    name: str
    benefit: str
    level: str
    days: tuple[str, str]
    total: str
    eligible: str
    first: str
    category: str


class Person(NamedTuple):
    """Somebody who comes to the counter."""

    id: str
    name: str


def people() -> Iterator[Person]:
    """Yield people, each with a number that is sound and a name."""
    for at in range(40):
        digits = f"220113{1940 + at}0{1 + at % 9}1{at % 10}{100 + 7 * at:03d}"
        name = SURNAMES[at % 8] + GIVEN[at % 10] + GIVEN[(3 * at + 1) % 10]
        yield Person(digits + check_character(digits), name)


class Day:
    """The clerk's day: types visits and writes down what each has to become.

    ``how`` is ``read`` or ``typed``: the way in which a number comes.
    """

    def __init__(self, hands: Hands, seed: int) -> None:
        self.hands = hands
        self.chance = random.Random(seed)
        self.people = people()
        self.done: list[Visit] = []
        self._stays: dict[str, int] = {}
        self._categories: dict[str, str] = {}
        self._levels: dict[str, int] = {}

    def amounts(self) -> tuple[int, int, int]:
        """Return a total, an eligible cost and a first share (yuan) that no other visit of the day has."""
        total = 1_000 + 97 * len(self.done) + self.chance.randrange(40)
        return total, total - 60 - len(self.done), 11 + len(self.done)

    def days(self, person: Person) -> tuple[str, str]:
        """Return the days of a person's next stay, which follows the one before."""
        month = self._stays[person.id] = self._stays.get(person.id, 0) + 1
        return f"{month:02d}{self.chance.randrange(2, 9):02d}", f"{month:02d}{self.chance.randrange(12, 25)}"

    def number(self, person: Person, how: str) -> None:
        """Bring a person's number into the form."""
        if how == "read":
            self.hands.read(person.id)
        else:
            self.hands.type(person.id)

    def visit(self, benefit: str, how: str, person: Person | None = None, *, level: int = 2) -> Visit:
        """Type a visit up to its last amount; ``person``: somebody who was here before, for a stay.

        ``level`` 0: as at the last stay. Another level than at the last one is a transfer upwards.
        """
        known, hands = person, self.hands
        person = person or next(self.people)
        total, eligible, first = self.amounts()
        begun, ended = self.days(person)
        self.number(person, how)
        if not known:
            hands.type(f"{person.name} Return")
        category, transferred = "ordinary", False
        if benefit == "inpatient":
            before = self._levels.get(person.id, level)
            if not known:
                hands.type(f"1 {level}")
            elif level > before:
                hands.type(f"Shift+Return {level}")
            level = self._levels[person.id] = level or before
            transferred = bool(known) and level > before
            hands.type(f"{begun} {ended}")
            if not known:
                category = self.chance.choice(["ordinary", "ordinary", "low_income"])
                hands.type("2" if category == "low_income" else "Return")
            category = self._categories.setdefault(person.id, category)
        elif benefit == "day_surgery":
            hands.type(f"3 {level} {ended} {ended} Return")
            begun = ended
        elif benefit == "special_outpatient":
            hands.type(f"2 {level} 21 Return {ended} Return")
            begun = ended
        else:
            level = 1
            hands.type(f"{'4 1' if benefit == 'common_outpatient' else '5 1 2 Return'} {ended} Return")
            begun, category = ended, ""
        self._bill(total, eligible, first)
        if transferred:
            hands.type("Ctrl+E 1 Home Shift+End 100 Return Ctrl+E")
        dated = [f"2026-{day[:2]}-{day[2:]}" for day in (begun, ended)]
        sums = [f"{yuan}.00" for yuan in (total, eligible, first)]
        return Visit(person.id, person.name, benefit, f"level_{level}", (dated[0], dated[1]), *sums, category)

    def _bill(self, total: int, eligible: int, first: int) -> None:
        """Type the amounts, now and then with a slip that is put right."""
        slip = self.chance.randrange(4)
        if slip == 0:  # a digit too many
            self.hands.type(f"{total}7 Backspace Return {eligible} Return {first} Return")
        elif slip == 1:  # the wrong sum, seen in the next cell
            self.hands.type(
                f"{total + 5} Return Shift+Return {total} Return {eligible} Return {first} Return"
            )
        elif slip == 2:  # noticed at the end
            again = f"Shift+Return Shift+Return Shift+Return {eligible} Return {first} Return"
            self.hands.type(f"{total} Return {eligible - 3} Return {first} Return {again}")
        else:
            self.hands.type(f"{total} Return {eligible} Return {first} Return")

    def post(self, visit: Visit) -> None:
        """Post it: F12, a look at the question, Y, a look at the answer, and the next form."""
        self.hands.type("F12")
        asked = self.hands.wait(lambda seen: seen["question"])
        assert visit.name in asked["question"], asked["question"]
        self.hands.type("Y")
        self.hands.wait(lambda seen: seen["entry"])
        self.done.append(visit)
        self.hands.type("F2")

    def correct(self) -> None:
        """Reverse the entry that was posted last and enter it again with a yuan more."""
        visit, hands = self.done[-1], self.hands
        hands.type(f"{visit.id} F7")
        hands.wait(lambda seen: seen["page"] != "counter")
        hands.type("F6")
        hands.wait(lambda seen: seen["page"] == "reversal")
        hands.type("slip F6")
        hands.wait(lambda seen: seen["page"] == "counter")
        total = f"{int(visit.total.removesuffix('.00')) + 1}"
        hands.type(f"{total} Return F12")
        hands.wait(lambda seen: seen["question"])
        hands.type("Y")
        hands.wait(lambda seen: seen["entry"])
        self.done[-1] = visit._replace(total=f"{total}.00")
        hands.type("F2")

    # What comes between

    def lock(self) -> None:
        """Leave the desk locked for a moment; a card that is held to the reader meanwhile does nothing."""
        self.hands.type("Ctrl+L")
        self.hands.wait(lambda seen: seen["page"] == "sign_in")
        self.hands.read(next(people()).id, taken=False)
        self.hands.type(f"{PIN} Return")
        self.hands.wait(lambda seen: seen["page"] == "counter")

    def speak(self) -> None:
        """Read the form in another language, and go back."""
        for way, language in (("Down", "en"), ("", "zh")):
            for keys in ("Alt+M", "8", f"{way} Return"):
                self.hands.type(keys)
                time.sleep(0.3)  # a menu is looked at
            self.hands.wait(lambda seen, language=language: seen["language"] == language)

    def look_around(self) -> None:
        """Open pages over the form and come back from each."""
        for key in ("F3", "F8", "F10"):
            self.hands.type(key)
            self.hands.wait(lambda seen: seen["page"] != "counter")
            self.hands.type("Esc")
            self.hands.wait(lambda seen: seen["page"] == "counter")

    def print_again(self) -> None:
        """Print what stands at the counter."""
        self.hands.type("F9")
        self.hands.wait(lambda seen: "pdf" in seen["notice"])

    def wait_for_a_card(self) -> None:
        """Press F4 by mistake and go back to the last amount by Enter."""
        self.hands.type("F4 Esc")


def a_day(hands: Hands, visits: int, shots: bool = False) -> list[Visit]:
    """Type a day; return what has to stand in the ledger, in its order."""
    day = Day(hands, seed=visits)
    hands.type(f"{PIN} Return")
    hands.wait(lambda seen: seen["page"] == "counter")
    interrupts = [day.lock, day.look_around, day.print_again, day.speak, day.wait_for_a_card]
    seen_before: list[Person] = []
    while len(day.done) < visits:
        at = len(day.done)
        how = "read" if at % 2 else "typed"
        if at % 4 == 0 and at + 2 <= visits:  # somebody else's card in the middle of a form that is complete
            first = day.visit("inpatient", how)
            begun = len(day.done)
            day.done.append(first)  # its amounts are taken
            other = day.visit("inpatient", "read")
            day.done.pop(begun)
            day.post(other)
            hands.type("Ctrl+Z")
            hands.wait(lambda seen, first=first: seen["texts"].get("id") == first.id)
            day.post(first)
            seen_before += [Person(first.id, first.name), Person(other.id, other.name)]
            continue
        kind = KINDS[at % len(KINDS)]
        if kind in ("repeat", "transfer"):
            person = day.chance.choice(seen_before)
            visit = day.visit("inpatient", how, person, level=3 if kind == "transfer" else 0)
        else:
            visit = day.visit(kind, how)
        interrupts[at % len(interrupts)]()
        if shots:
            SHOTS.mkdir(exist_ok=True)
            hands.look(SHOTS / f"day_{at:02d}.png")
        day.post(visit)
        if at % 3 == 0:
            day.correct()
    return day.done


def in_the_ledger(home: Path) -> list[Visit]:
    """Return the visits that stand in the file, in their order; not what was reversed."""
    unlocked = Keys(home / "ledger.db").unlock(CHANGCHUN.operator, PIN)
    assert isinstance(unlocked, Unlocked)
    ledger = Ledger(home / "ledger.db", key=unlocked.key, create=False)
    try:
        assert ledger.verify().fault is None
        found, number = [], 1
        while (entry := ledger.journal.entry(number)) is not None:
            patient = ledger.patients.get(entry.patient)
            assert patient is not None
            if entry.reverses is None and entry.reversed_by is None:
                found.append(_visit(patient.identifiers[0].id, patient.name, entry.request))
            number += 1
        return found
    finally:
        ledger.close()


def _visit(number: str, name: str, asked: Any) -> Visit:
    """Return a posted request as what was typed."""
    levels = asked["hospital_level"]
    days = asked.get("admitted", asked["discharged"]), asked["discharged"]
    first = asked.get("category_b_selfpay", "")
    sums = asked["total"], asked["eligible"], first
    return Visit(number, name, asked["benefit"], levels, days, *sums, asked.get("population", ""))


def faults_of(typed: list[Visit], there: list[Visit]) -> list[str]:
    """Return what differs between a day as it was typed and the ledger."""
    lost = [f"not there: {each}" for each in typed if each not in there]
    untyped = [f"nobody typed: {each}" for each in there if each not in typed]
    return lost + untyped + ([] if len(typed) == len(there) else [f"{len(typed)} typed, {len(there)} there"])


@pytest.mark.parametrize(
    ("visits", "gap"), [(4, QUICK), pytest.param(40, real_screen.HAND, marks=pytest.mark.long)]
)
def test_a_day_of_mixed_patients_is_in_the_ledger_as_it_was_typed(
    tmp_path: Path, visits: int, gap: int
) -> None:
    for time_ in range(TIMES):
        home = tmp_path / f"home{time_}"
        desk_at(home)
        try:
            with window_on_screen(home, gap=gap, characters=SURNAMES + GIVEN) as hands:
                typed = a_day(hands, visits, shots=visits > 10)
        except Stumbled:
            if time_ == TIMES - 1:
                raise
            continue
        assert len(typed) >= visits
        assert faults_of(typed, in_the_ledger(home)) == []
        return


@pytest.mark.parametrize("fault", ["believed", pytest.param("waiting", marks=pytest.mark.long)])
def test_the_day_catches_a_desk_that_mixes_people_or_waits_for_enter(tmp_path: Path, fault: str) -> None:
    """Planted: another person's number is believed to be the form's; a whole day does not move on."""
    home = tmp_path / "home"
    desk_at(home)
    typed: list[Visit] = []
    with window_on_screen(home, gap=QUICK, characters=SURNAMES + GIVEN, fault=fault) as hands:
        hands.patience = 3.0
        try:
            typed = a_day(hands, 2)
        except (AssertionError, Stumbled):
            return
    assert faults_of(typed, in_the_ledger(home))


def test_what_differs_is_told() -> None:
    first = Visit("1", "a", "inpatient", "level_2", ("", ""), "1.00", "1.00", "0.00", "ordinary")
    assert faults_of([first], [first]) == []
    assert faults_of([first], [first._replace(total="2.00")])
    assert faults_of([first], [first, first])
    assert faults_of([first, first._replace(id="2")], [first])
