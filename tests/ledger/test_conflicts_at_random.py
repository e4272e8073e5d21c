"""Conflicts by random play: shown at every desk, settled by a supervisor, nothing dropped, one order."""

import json
import random
from collections import Counter as Tally
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.counter import persons
from core.desks import conflicts, stick, trusting
from core.desks.conflicts import ConflictKind
from core.ledger.record import OWN
from tests.ledger.desk import Desk, chronic, stay
from tests.ledger.test_stick import PEOPLE, WHO, canonical, desk_of, one_true, packet, totals_of

__all__ = ["desk_of"]

Place = tuple[str, int]


class Play:
    """Desks that post the same things twice, at random, and meet by a stick whenever it comes to that."""

    def __init__(self, desks: dict[str, Desk], folder: Path, seed: int) -> None:
        self.desks, self._folder, self._draw = desks, folder, random.Random(seed)
        self._made = 0
        self.renamed: set[int] = set()
        self.stays: set[frozenset[Place]] = set()

    def step(self) -> None:
        draw, names = self._draw, list(self.desks)
        self._made += 1
        one, other = (self.desks[name] for name in draw.sample(names, 2))
        number = draw.randrange(len(PEOPLE))
        month, day = draw.randint(1, 12), draw.randint(1, 20)
        dates = {"admitted": f"2026-{month:02d}-{day:02d}", "discharged": f"2026-{month:02d}-{day + 5:02d}"}
        what = draw.choice(["stay", "key", "names", "reversal", "post", "meet", "meet"])
        if what == "stay":
            self.stays.add(frozenset(self.post(desk, stay(**dates), number) for desk in (one, other)))
        elif what == "key":
            for place, desk in enumerate((one, other), 1):
                self.post(desk, chronic(disease=place), number, key=f"same-{self._made}")
        elif what == "names":
            self.renamed.add(number)
            self.post(one, chronic(), number, name=f"别名{number}")
        elif what == "post":
            self.post(one, chronic(disease=draw.randint(3, 8)), number)
        elif what == "reversal":
            self._reverse(one, other)
        else:
            self.hand(one, other)

    def post(self, desk: Desk, request: dict[str, Any], number: int, name: str = "", **more: Any) -> Place:
        """Post under the name that the desk knows; under ``name`` where it knows nobody of the number."""
        person = PEOPLE[number]
        known = desk.counter.find(person.identifiers[0].id)
        given = person._replace(name=known.name if known else name or person.name)
        return desk.ledger.id, desk.posted(request, given, **more)

    def _reverse(self, one: Desk, other: Desk) -> None:
        """Reverse an own standing entry, and at the other desk the same one where that knows it, too."""
        rows = one.ledger.db.execute(
            "SELECT number FROM summaries WHERE kind = 'posted' AND reversed_by IS NULL AND number < ?", [OWN]
        ).fetchall()
        if not rows:
            return
        number = self._draw.choice(rows)[0]
        there = other.ledger.db.execute("SELECT row FROM ledgers WHERE id = ?", [one.ledger.id]).fetchone()
        entry = there and other.ledger.journal.entry(there[0] * OWN + number)
        if entry and entry.reversed_by is None:
            other.reverse(entry.number)
        one.reverse(number)

    def hand(self, one: Desk, other: Desk) -> None:
        """Hand everything over, whole; now and then twice."""
        self._made += 1
        file = packet(one, self._folder / f"{self._made}")
        for _ in range(self._draw.randint(1, 2)):
            assert not isinstance(stick.take_in(other.counter, file, operator=WHO), list)

    def meet(self) -> None:
        """Everybody hands over to everybody, until nothing is new to any."""
        for _ in range(3):
            for one in self.desks.values():
                for other in self.desks.values():
                    if one is not other:
                        self.hand(one, other)


def expected(desks: list[Desk]) -> dict[ConflictKind, set[frozenset[Place]]]:
    """The pairs of entries that contradict each other, from the desks' own records alone."""
    records: list[dict[str, Any]] = []
    for desk in desks:
        own = desk.ledger.db.execute("SELECT number, record FROM entries WHERE number < ?", [OWN]).fetchall()
        records += [{**json.loads(text), "at": (desk.ledger.id, number)} for number, text in own]
    keys, gone = dict[str, list[Place]](), dict[Place, list[Place]]()
    for each in records:
        if each["key"] is not None and each["kind"] == "posted":
            keys.setdefault(each["key"], []).append(each["at"])
        if each["kind"] == "reversed":
            target = tuple(each.get("reverses_of") or (each["at"][0], each["reverses"]))
            gone.setdefault(target, []).append(each["at"])
    return {
        ConflictKind.KEY: {frozenset(places) for places in keys.values() if len(places) > 1},
        ConflictKind.REVERSAL: {frozenset(places) for places in gone.values() if len(places) > 1},
    }


def listed(desk: Desk, kind: ConflictKind, *, still: bool = False) -> set[frozenset[Place]]:
    found = conflicts.open_ones(desk.ledger) if still else conflicts.listed(desk.ledger)
    return {frozenset(each.entries) for each in found if each.kind is kind}


def wrong(play: Play) -> list[str]:
    """What does not hold once everybody has met."""
    every, found = list(play.desks.values()), []
    for kind, pairs in expected(every).items():
        for name, desk in play.desks.items():
            shown = listed(desk, kind)
            found += [f"{name} does not show a {kind.value}"] * len(pairs - shown)
            found += [f"{name} shows a {kind.value} that is none"] * len(shown - pairs)
    standing = {
        place
        for place in {place for pair in play.stays for place in pair}
        if all(counts_at(desk, place) for desk in every)
    }
    for name, desk in play.desks.items():
        shown = listed(desk, ConflictKind.STAY)
        missed = {pair for pair in play.stays if pair <= standing} - shown
        found += [f"{name} does not show a stay"] * len(missed)
    counts = {
        name: desk.ledger.db.execute("SELECT kind, count(*) FROM entries GROUP BY 1 ORDER BY 1").fetchall()
        for name, desk in play.desks.items()
    }
    own: Tally[str] = Tally()
    for desk in every:
        for kind, many in desk.ledger.db.execute(
            "SELECT kind, count(*) FROM entries WHERE number < ? GROUP BY 1", [OWN]
        ).fetchall():
            own[kind] += many
    found += [f"{name} has dropped entries" for name, rows in counts.items() if dict(rows) != dict(own)]
    orders = {name: order(desk) for name, desk in play.desks.items()}
    found += [f"{name} has another order" for name in orders if orders[name] != orders[next(iter(orders))]]
    for number, person in enumerate(PEOPLE):
        if every[0].counter.find(person.identifiers[0].id) is None:
            continue
        if len({canonical(totals_of(desk, person)) for desk in every}) > 1:
            found.append(f"other totals of {number}")
        totals = totals_of(every[0], person)
        if (totals.admissions, totals.in_scope, totals.basic_paid) != one_true(every, person):
            found.append(f"untrue totals of {number}")
        if len({desk.counter.find(person.identifiers[0].id).name for desk in every}) > 1 and not any(
            number == named for named in play.renamed
        ):
            found.append(f"other names of {number}")
    return found + [f"{name} is not sound" for name, desk in play.desks.items() if not desk.sound()]


def counts_at(desk: Desk, place: Place) -> bool:
    """Tell whether an entry stands at a desk, by its ledger and its number there."""
    (row,) = desk.ledger.db.execute("SELECT row FROM ledgers WHERE id = ?", [place[0]]).fetchone()
    entry = desk.ledger.journal.entry(row * OWN + place[1])
    return entry is not None and entry.reversed_by is None


def order(desk: Desk) -> list[tuple[Any, ...]]:
    """Every entry in the order of the fold, as every desk can say it."""
    ids = dict(desk.ledger.db.execute("SELECT row, id FROM ledgers").fetchall())
    rows = desk.ledger.db.execute("SELECT stamp, number, kind FROM summaries").fetchall()
    return sorted((stamp, ids[number // OWN], number % OWN, kind) for stamp, number, kind in rows)


def played(desk_of: Callable[..., Desk], folder: Path, seed: int, steps: int) -> Play:
    play = Play({name: desk_of(f"{seed}-{name}") for name in ("one", "other", "third")}, folder, seed)
    play.renamed.add(0)
    play.post(play.desks["one"], chronic(), 0, name="别名0")
    play.post(play.desks["other"], chronic(), 0)
    for _ in range(steps):
        play.step()
    play.meet()
    return play


def settled(play: Play) -> None:
    """A supervisor at any desk corrects the names and settles every conflict; all desks hear of it."""
    for desk in play.desks.values():
        for number in sorted(play.renamed):
            given, name = PEOPLE[number].identifiers[0].id, PEOPLE[number].name
            if desk.counter.find(given).name != name:
                done = persons.rename(desk.counter, given, name, reason="看过证件", operator=WHO)
                assert isinstance(done, persons.CorrectedPerson), done
        play.meet()
    for desk in play.desks.values():  # what was reversed before it came is a conflict where both stood alone
        for each in conflicts.open_ones(desk.ledger):
            answer = trusting.settle(desk.counter, each.id, reason="核对过", operator=WHO)
            assert not isinstance(answer, list), answer
        play.meet()
        known = {each.id for each in conflicts.listed(desk.ledger)}
        left = {each.id for other in play.desks.values() for each in conflicts.open_ones(other.ledger)}
        assert not left & known, "what is settled at one desk is at every desk"


@pytest.mark.parametrize("seed", [1])
def test_what_is_posted_twice_is_shown_at_every_desk_and_settled(
    desk_of: Callable[..., Desk], tmp_path: Path, seed: int
) -> None:
    play = played(desk_of, tmp_path, seed, steps=30)
    assert wrong(play) == []
    kinds = {each.kind for desk in play.desks.values() for each in conflicts.listed(desk.ledger)}
    assert kinds >= {*ConflictKind} - {ConflictKind.FORK}
    settled(play)
    for desk in play.desks.values():
        assert conflicts.open_ones(desk.ledger) == []
        names = [desk.counter.find(PEOPLE[number].identifiers[0].id).name for number in sorted(play.renamed)]
        assert names == [PEOPLE[number].name for number in sorted(play.renamed)]
    assert wrong(play) == []


def test_a_conflict_that_nobody_notes_and_an_entry_that_is_dropped_are_found_out(
    desk_of: Callable[..., Desk], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as planted:
        planted.setattr(conflicts, "note", lambda *_: [])
        assert any("does not show" in each for each in wrong(played(desk_of, tmp_path, 1, steps=30)))
    play = played(desk_of, tmp_path, 2, steps=30)
    raw = play.desks["other"].ledger.connection.db
    from tests.ledger.desk import triggers_aside

    with triggers_aside(raw, "summaries"):
        raw.execute("DELETE FROM summaries WHERE number = (SELECT max(number) FROM summaries)")
    assert any("another order" in each for each in wrong(play))


@pytest.mark.long
@pytest.mark.parametrize("seed", range(3, 23))
def test_much_that_is_posted_twice(desk_of: Callable[..., Desk], tmp_path: Path, seed: int) -> None:
    play = played(desk_of, tmp_path, seed, steps=120)
    assert wrong(play) == []
    settled(play)
    assert all(conflicts.open_ones(desk.ledger) == [] for desk in play.desks.values())
    assert wrong(play) == []
