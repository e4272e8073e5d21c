"""A clerk's day on a real screen: visits typed and written down, and the ledger read back beside them."""

import random
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from core.identity import check_character
from core.ledger.keys import Keys, Unlocked
from core.ledger.ledger import Ledger
from tests.desktop.posting_window import PIN
from tests.desktop.real_screen import Hands
from tests.desktop.test_sign_in_by_keys import CHANGCHUN

SURNAMES, GIVEN = "张王李赵金崔朴刘", "建国秀英玉兰铁柱春花"
BENEFITS = ("common_outpatient", "day_surgery", "special_outpatient", "chronic_outpatient")


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


class Kept(NamedTuple):
    """A day: its visits in their order, those who are one person under two numbers, and who waits aside."""

    visits: list[Visit]
    joined: set[frozenset[str]]
    aside: int = 0


def people() -> Iterator[Person]:
    """Yield people, each with a number that is sound and a name."""
    for at in range(90):
        digits = f"220113{1930 + at % 70}0{1 + at % 9}1{at % 10}{100 + 7 * at:03d}"
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
        self.joined: set[frozenset[str]] = set()
        self._bills = 0
        self._stays: dict[str, int] = {}
        self._categories: dict[str, str] = {}
        self._levels: dict[str, int] = {}

    @property
    def kept(self) -> Kept:
        """Return what has to stand in the ledger."""
        return Kept(self.done, self.joined)

    def _amounts(self) -> tuple[int, int, int]:
        """Return a total, an eligible cost and a first share (yuan) that no other visit of the day has."""
        self._bills += 1
        total = 1_000 + 97 * self._bills + self.chance.randrange(40)
        return total, total - 60 - self._bills, 11 + self._bills

    def _days(self, person: Person) -> tuple[str, str]:
        """Return the days of a person's next stay, which follows the one before."""
        month = self._stays[person.id] = self._stays.get(person.id, 0) + 1
        return f"{month:02d}{self.chance.randrange(2, 9):02d}", f"{month:02d}{self.chance.randrange(12, 25)}"

    def _number(self, number: str, how: str) -> None:
        """Bring a number into the form."""
        if how == "read":
            self.hands.read(number)
        else:
            self.hands.type(number)

    # ---- one visit

    def visit(self, benefit: str, how: str, person: Person | None = None, *, level: int = 2) -> Visit:
        """Type a visit up to its last amount; ``person``: somebody who was here before, for a stay.

        ``level`` 0: as at the last stay. Another level than at the last one is a transfer upwards.
        """
        known, hands = person, self.hands
        person = person or next(self.people)
        begun, ended = self._days(person)
        self._number(person.id, how)
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
        typed = self._bill()
        if transferred:
            hands.type("Ctrl+E 1 Home Shift+End 100 Return Ctrl+E")
        return _written(person, benefit, level, (begun, ended), typed, category)

    def _bill(self) -> tuple[int, int, int]:
        """Type the amounts, now and then with a slip that is put right; return them."""
        total, eligible, first = self._amounts()
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
        return total, eligible, first

    def post(self, visit: Visit) -> None:
        """Post it, and go on to the next form."""
        self._put(visit)
        self.hands.type("F2")

    def _put(self, visit: Visit) -> None:
        """Post it: F12, a look at the question, Y, a look at the answer."""
        self.hands.type("F12")
        asked = self.hands.wait(lambda seen: seen["question"])
        assert visit.name in asked["question"], asked["question"]
        self.hands.type("Y")
        self.hands.wait(lambda seen: seen["entry"])
        self.done.append(visit)

    # ---- several in each other

    def interrupted(self, how: str) -> None:
        """Hold somebody else's card to the reader in the middle of a form that is complete, and go back."""
        first = self.visit("inpatient", how)
        self.post(self.visit("inpatient", "read"))
        self.hands.type("Ctrl+Z")
        self._wait_for(first)
        self.post(first)

    def put_aside(self, how: str) -> None:
        """Put a whole form aside, post somebody else, and bring the first one back."""
        first = self.visit("inpatient", how)
        self._aside()
        self.post(self.visit("inpatient", "read"))
        self._back(first)
        self.post(first)

    def _aside(self) -> None:
        self.hands.type("Shift+F2")
        self.hands.wait(lambda seen: not seen["texts"].get("id"))

    def _back(self, visit: Visit) -> None:
        """Bring a form back that was put aside; a newborn's has the mother's number."""
        self.hands.type("Shift+F3")
        self.hands.wait(lambda seen: seen["page"] == "aside")
        self.hands.type("Return")
        self._wait_for(visit._replace(id=visit.id.partition("-")[0]))

    def newborn(self, how: str) -> None:
        """Put a newborn aside, post the mother, bring the child back; then its own number comes."""
        mother, name = next(self.people), GIVEN[self._bills % 10]
        begun, ended = self._days(mother)
        child = Person(f"{mother.id}-2026{begun}-1", mother.name[0] + name)
        self.hands.type("Shift+Tab 4")
        self._number(mother.id, how)
        self.hands.type(f"{begun} Return {child.name} Return 1 2 {begun} {ended} Return")
        stay = _written(child, "inpatient", 2, (begun, ended), self._bill(), "ordinary")
        self._aside()
        self.hands.read(mother.id)
        self.hands.type(f"{mother.name} Return 1 2 {begun} {ended} Return")
        self._levels[mother.id], self._categories[mother.id] = 2, "ordinary"
        self.post(_written(mother, "inpatient", 2, (begun, ended), self._bill(), "ordinary"))
        self._back(stay)
        self._put(stay)
        own = f"22011320260{self.chance.randrange(1, 10)}{10 + self._bills % 18}{self._bills:03d}"
        own += check_character(own)
        self.hands.type("F7")
        self.hands.wait(lambda seen: seen["page"] == "patient")
        self._person(f"2 {own}")
        self.joined.add(frozenset({child.id, own}))

    def _wait_for(self, visit: Visit) -> None:
        self.hands.wait(lambda seen: seen["page"] == "counter" and seen["texts"].get("id") == visit.id)

    # ---- what is put right

    def correct(self) -> None:
        """Reverse the last entry of somebody with a number and enter it again with a yuan more."""
        hands = self.hands
        at, visit = next((at, each) for at, each in reversed([*enumerate(self.done)]) if "-" not in each.id)
        self._visits_of(visit.id)
        hands.type("F6")
        hands.wait(lambda seen: seen["page"] == "reversal")
        hands.type("slip F6")
        hands.wait(lambda seen: seen["page"] == "counter")
        total = f"{int(visit.total.removesuffix('.00')) + 1}"
        hands.type(f"{total} Return F12")
        hands.wait(lambda seen: seen["question"])
        hands.type("Y")
        hands.wait(lambda seen: seen["entry"])
        del self.done[at]
        self.done.append(visit._replace(total=f"{total}.00"))
        hands.type("F2")

    def rename(self, number: str, name: str) -> None:
        """Correct the name of somebody on file."""
        self._visits_of(number)
        self._person(f"1 {name}")
        self.done[:] = [each._replace(name=name) if each.id == number else each for each in self.done]

    def join(self, number: str, other: str) -> None:
        """Join two who are one person."""
        self._visits_of(number)
        self._person(f"2 {other}")
        self.joined.add(frozenset({number, other}))

    def _visits_of(self, number: str) -> None:
        """Open the page of somebody's visits."""
        self.hands.type(f"{number} F7")
        self.hands.wait(lambda seen: seen["page"] == "patient")

    def _person(self, cells: str) -> None:
        """Correct who somebody is on the page that F7 opens, and go back to an empty form."""
        hands = self.hands
        hands.type("F7")
        hands.wait(lambda seen: seen["page"] == "person")
        hands.type(f"{cells} Return slip Return {PIN} F12")
        hands.wait(lambda seen: seen["question"])
        hands.type("Y")
        hands.wait(lambda seen: not seen["question"])
        assert hands.state["notice"].startswith(("姓名已更正", "已合并")), hands.state
        hands.type("Esc Esc")
        hands.wait(lambda seen: seen["page"] == "counter")
        hands.type("F2")

    # ---- what comes between

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
            for _ in range(4):
                for keys in ("Alt+M", "8", f"{way} Return"):
                    self.hands.type(keys)
                    time.sleep(0.5)  # a menu is looked at
                if self.hands.look()["language"] == language:
                    break
                self.hands.type("Esc Esc")  # it came too late, and is looked for again
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


def _written(
    person: Person,
    benefit: str,
    level: int,
    days: tuple[str, str],
    bill: Iterable[int],
    category: str,
) -> Visit:
    """Return a visit as the ledger has to hold it."""
    begun, ended = (f"2026-{day[:2]}-{day[2:]}" for day in days)
    total, eligible, first = (f"{yuan}.00" for yuan in bill)
    return Visit(
        person.id, person.name, benefit, f"level_{level}", (begun, ended), total, eligible, first, category
    )


# ---- the ledger


def in_the_ledger(home: Path) -> Kept:
    """Return what stands in the file, in its order; not what was reversed."""
    unlocked = Keys(home / "ledger.db").unlock(CHANGCHUN.operator, PIN)
    assert isinstance(unlocked, Unlocked)
    ledger = Ledger(home / "ledger.db", key=unlocked.key, create=False)
    try:
        assert ledger.verify().fault is None
        visits, joined, number = [], set(), 1
        while (entry := ledger.journal.entry(number)) is not None:
            parts = ledger.patients.parts(entry.patient)
            own = next(part for part in parts if part.key == entry.patient)
            if len(parts) > 1:
                joined.add(frozenset(part.identifiers[0].id for part in parts))
            if entry.reverses is None and entry.reversed_by is None:
                visits.append(_visit(own.identifiers[0].id, own.name, entry.request))
            number += 1
        return Kept(visits, joined, len(ledger.drafts.aside("counter")))
    finally:
        ledger.close()


def _visit(number: str, name: str, asked: Any) -> Visit:
    """Return a posted request as what was typed."""
    levels = asked["hospital_level"]
    days = asked.get("admitted", asked["discharged"]), asked["discharged"]
    first = asked.get("category_b_selfpay", "")
    sums = asked["total"], asked["eligible"], first
    return Visit(number, name, asked["benefit"], levels, days, *sums, asked.get("population", ""))


def faults_of(typed: Kept, there: Kept) -> list[str]:
    """Return what differs between a day as it was typed and the ledger."""
    found = [f"not there: {each}" for each in typed.visits if each not in there.visits]
    found += [f"nobody typed: {each}" for each in there.visits if each not in typed.visits]
    if len(typed.visits) != len(there.visits):
        found.append(f"{len(typed.visits)} typed, {len(there.visits)} there")
    found += [f"one person: {sorted(each)}" for each in typed.joined ^ there.joined]
    return found + ([f"{there.aside} left aside"] if typed.aside != there.aside else [])
