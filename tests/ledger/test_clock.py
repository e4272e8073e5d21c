"""Entries are ordered by number and years by discharge; a clock that went backwards is told."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from core.counter import Counter
from core.ledger.entries import Posted
from core.ledger.ledger import Ledger
from core.words import languages, words
from tests.ledger.desk import WANG, Desk, stay


class Clock:
    def __init__(self, shows: datetime) -> None:
        self.shows = shows

    def __call__(self) -> datetime:
        return self.shows


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 3, 10, 2, 0, tzinfo=UTC))


@pytest.fixture
def desk(path, reader, clock):
    counter = Counter(reader, Ledger(path, now=clock))
    yield Desk(counter)
    counter.close()


def test_a_clock_that_goes_backwards_is_told_once_and_changes_no_order(desk: Desk, clock: Clock):
    moments = [
        clock.shows,
        clock.shows - timedelta(hours=1),
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(2038, 1, 19, 3, 14, 8, tzinfo=UTC),
        clock.shows,
        datetime(2028, 2, 29, tzinfo=UTC),
        datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC),
    ]
    told = []
    for moment in moments:
        clock.shows = moment
        made = desk.post(stay(eligible="100.00"))
        told.append([note.id for note in made.notes])
        for note in made.notes:
            assert all(words(language)(note) for language in languages())
    assert [bool(notes) for notes in told] == [
        False,
        *(later < before for before, later in pairwise(moments)),
    ]
    entries = desk.ledger.journal.entries(desk.counter.find(WANG.identifiers[0].id).key)
    assert [entry.recorded for entry in entries] == moments
    assert [entry.after.admissions for entry in entries] == list(range(1, 8))
    assert desk.sound()


def test_the_note_shows_both_times_of_china(desk: Desk, clock: Clock):
    desk.post(stay())
    clock.shows = datetime(2026, 3, 9, 18, 30, tzinfo=UTC)
    (note,) = desk.post(stay()).notes
    assert note.params == {"before": "2026-03-10 10:00:00", "now": "2026-03-10 02:30:00"}


def test_a_repeated_key_and_a_reversal_tell_it_too(desk: Desk, clock: Clock):
    desk.post(stay())
    clock.shows -= timedelta(days=1)
    first = desk.post(stay(), key="again")
    assert first.notes
    again = desk.post(stay(), key="again")
    assert (again.repeated, again.notes) == (True, first.notes)
    clock.shows -= timedelta(days=1)
    assert desk.reverse(1).notes


@pytest.mark.parametrize(
    ("admitted", "discharged", "year"),
    [
        ("2020-02-29", "2020-02-29", 2020),
        ("2026-12-31", "2026-12-31", 2026),
        ("2025-12-31", "2026-01-01", 2026),
    ],
)
def test_the_year_is_that_of_the_discharge_whatever_the_clock_shows(
    desk: Desk, clock: Clock, admitted, discharged, year
):
    for shown in (datetime(1970, 1, 1, tzinfo=UTC), datetime(2038, 1, 19, 3, 14, 8, tzinfo=UTC)):
        clock.shows = shown
        made = desk.post(stay(admitted=admitted, discharged=discharged))
        assert isinstance(made, Posted), made
        assert (made.entry.year, made.entry.day) == (year, date.fromisoformat(discharged))
