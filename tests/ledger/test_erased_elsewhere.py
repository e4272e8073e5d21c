"""Whoever is erased at one ledger stays so at all of them, in whatever order their files and rows come."""

import json
from collections.abc import Callable
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from core.counter import personal_data
from core.desks import stick
from core.ledger import erasing
from core.ledger.entries import Identifier, PatientGiven
from tests.ledger.desk import LI, WANG, Desk, chronic, stay
from tests.ledger.test_stick import WHO, desk_of, here, packet, taken

__all__ = ["desk_of"]

NUMBER = WANG.identifiers[0].id


def on_file(desk: Desk) -> str:
    """Everything that a ledger says of persons beside its chains."""
    tables = ("patients", "identifiers", "facts", "enrolments")
    rows = [desk.ledger.db.execute(f"SELECT * FROM {table}").fetchall() for table in tables]
    return json.dumps(rows, ensure_ascii=False)


def brought(desk: Desk, file: Path) -> None:
    done = stick.take_in(desk.counter, file, operator=WHO)
    assert not isinstance(done, list), done


DELIVERIES = (("third", "one"), ("third", "other"), ("one", "other"), ("one", "third"))
"""Old files of the ledger that knows the person by a key of its own, and those of the one that erases."""


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("order", [*permutations(range(4))], ids=lambda order: "".join(map(str, order)))
def test_a_third_ledger_brings_nobody_back_in_any_order(
    desk_of: Callable[..., Desk], tmp_path: Path, order: tuple[int, ...]
) -> None:
    desks = {name: desk_of(name) for name in ("one", "other", "third")}
    desks["one"].posted(stay(), facts={"psn_no": "22000000000000012345"})
    desks["third"].posted(chronic())
    desks["third"].posted(chronic(disease=2), LI)
    files = {"third": packet(desks["third"], tmp_path / "t")}
    personal_data.erase(desks["one"].counter, NUMBER, WHO)
    files["one"] = packet(desks["one"], tmp_path / "o")
    knows = {"one"}
    for place in order:
        source, target = DELIVERIES[place]
        brought(desks[target], files[source])
        if source == "one":
            knows.add(target)
        for name in knows:
            assert NUMBER not in on_file(desks[name]), name
            assert WANG.name not in on_file(desks[name]), name
    for source, target in permutations(desks, 2):  # and what each has made of it
        brought(desks[target], packet(desks[source], tmp_path / f"{source}-{target}"))
    for desk in desks.values():
        assert NUMBER not in on_file(desk)
        assert desk.counter.find(LI.identifiers[0].id) is not None
        assert desk.sound()
        assert desk.ledger.db.execute("SELECT count(*) FROM summaries").fetchone() == (3,)


def test_whoever_comes_again_after_the_erasing_is_known_everywhere(desk_of, tmp_path):
    one, other, third = desk_of("one"), desk_of("other"), desk_of("third")
    one.posted(stay())
    third.posted(chronic())
    old = packet(third, tmp_path / "old")
    for target in (other, third):
        taken(target, packet(one, tmp_path / f"first-{target.ledger.id}"))
    personal_data.erase(one.counter, NUMBER, WHO)
    one.posted(stay(admitted="2026-06-01", discharged="2026-06-05"))
    new = packet(one, tmp_path / "new")
    for target in (other, third):
        for file in (old, new, old) if target is other else (new, new):
            taken(target, file)
        assert target.counter.find(NUMBER).name == WANG.name
        assert target.totals().admissions == 1, "the erased ones do not follow the person any more"
    taken(one, packet(third, tmp_path / "back"))
    assert one.totals().admissions == 1
    assert one.counter.find(NUMBER).name == WANG.name


def test_an_old_file_does_not_bring_back_the_number_of_an_erased_mother(desk_of, tmp_path):
    one, other = desk_of("one"), desk_of("other")
    child = PatientGiven((Identifier("990201", f"{NUMBER}-20260301-1"),), "王秀英之子")
    one.posted(stay())
    other.posted(stay(), child)
    old = packet(other, tmp_path / "old")
    personal_data.erase(one.counter, NUMBER, WHO)
    taken(one, old)
    assert NUMBER not in on_file(one)
    assert one.ledger.db.execute("SELECT name FROM patients WHERE name <> ''").fetchall() == [(child.name,)]
    taken(one, old)
    assert one.sound()


def test_the_mark_of_an_erased_number_tells_nothing_without_the_ledgers_own_key(desk_of, tmp_path):
    one = desk_of("one")
    one.posted(stay())
    personal_data.erase(one.counter, NUMBER, WHO)
    trail = one.ledger.db.execute("SELECT record FROM acts").fetchall()
    (marks,) = [json.loads(text)["detail"]["marks"] for (text,) in trail if '"marks"' in text]
    key = erasing.keys_known(one.ledger.db)[one.ledger.id]
    assert marks == [erasing.mark(key, NUMBER)]
    assert key.hex() not in json.dumps(trail)
    assert marks != [erasing.mark(bytes(32), NUMBER)]


def test_a_ledger_that_keeps_no_marks_is_caught(desk_of, tmp_path, monkeypatch: Any) -> None:
    monkeypatch.setattr(erasing, "marks_of", lambda *_given: [])
    with pytest.raises(AssertionError, match="one"):
        test_a_third_ledger_brings_nobody_back_in_any_order(desk_of, tmp_path, (0, 1, 2, 3))


def test_a_ledger_that_follows_joins_before_it_forgets_is_not_the_one_here(desk_of, tmp_path):
    """An entry of the person's new key stands under it, and under none that was erased."""
    one, third = desk_of("one"), desk_of("third")
    one.posted(stay())
    taken(third, packet(one, tmp_path / "1"))
    personal_data.erase(one.counter, NUMBER, WHO)
    one.posted(chronic())
    taken(third, packet(one, tmp_path / "2"))
    entry = third.ledger.journal.entry(here(third, one, 2))
    assert third.counter.find(NUMBER).key == entry.patient
