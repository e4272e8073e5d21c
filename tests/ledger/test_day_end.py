"""Printed copies, and a day's totals from the one query."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta

import pytest

from core.clock import BEIJING
from core.counter import Counter, reversing
from core.ledger.entries import EntryKind
from core.ledger.ledger import Ledger
from core.ledger.record import GENESIS
from core.settlement import Amounts
from core.vocabulary import Benefit
from core.words import words
from tests.ledger.desk import LI, Desk, chronic, stay
from tests.ledger.test_console_ledger import POSTING, Console, fields

DAY = date(2026, 3, 10)


class Clock:
    def __init__(self) -> None:
        self.shows = datetime(2026, 3, 9, 15, 59, tzinfo=UTC)  # a minute before midnight in China

    def __call__(self) -> datetime:
        return self.shows


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(path, reader, clock):
    counter = Counter(reader, Ledger(path, now=clock))
    yield Desk(counter)
    counter.close()


def busy(desk: Desk, clock: Clock) -> None:
    """Two days, two operators, two benefits; a reversal of the day before, and of the same day."""
    desk.posted(stay())
    clock.shows += timedelta(minutes=1)
    desk.posted(stay(eligible="30000.00"))
    desk.posted(chronic(), LI)
    desk.posted(stay(), LI, operator="钱")
    desk.open_year(date(2026, 3, 1), {"admissions": 3})
    assert reversing.reverse(desk.counter, 1, reason="录错", operator="钱").entry.number == 6
    desk.posted(stay(eligible="5000.00"))
    assert desk.reverse(7).entry.number == 8
    assert desk.reverse(5).entry.number == 9
    clock.shows = datetime(2026, 3, 10, 16, 0, tzinfo=UTC)
    desk.posted(stay())


def by_hand(desk: Desk, day: date) -> dict[tuple[str, str], list[int]]:
    """The same totals, entry by entry."""
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * len(Amounts._fields))
    number = 1
    while (entry := desk.ledger.journal.entry(number)) is not None:
        number += 1
        settled = desk.ledger.journal.entry(entry.reverses) if entry.reverses else entry
        if entry.recorded.astimezone(BEIJING).date() == day and settled.kind is EntryKind.POSTED:
            sign = -1 if entry.reverses else 1
            line = sums[entry.operator, settled.request["benefit"]]
            for place, fen in enumerate(settled.settlement.amounts):
                line[place] += sign * fen
    return dict(sums)


def test_a_day_is_what_its_entries_come_to(desk: Desk, clock: Clock):
    busy(desk, clock)
    for day in (DAY - timedelta(days=1), DAY, DAY + timedelta(days=1)):
        made = desk.counter.day_end(day)
        assert {(line.operator, line.benefit): list(line.amounts) for line in made.lines} == by_hand(
            desk, day
        )
        assert list(made.total) == [sum(column) for column in zip(*by_hand(desk, day).values(), strict=True)]
    made = desk.counter.day_end(DAY)
    assert [(line.operator, line.benefit, line.posted, line.reversed) for line in made.lines] == [
        ("赵", Benefit.CHRONIC_OUTPATIENT, 1, 0),
        ("赵", Benefit.INPATIENT, 2, 1),
        ("钱", Benefit.INPATIENT, 1, 1),
    ]
    assert made.lines[2].amounts == Amounts(*(0 for _ in Amounts._fields))
    assert made.total.fund_pay_sumamt == made.total.hifp_pay + made.total.hifmi_pay + made.total.maf_pay
    assert made.total.fund_pay_sumamt + made.total.psn_part_amt == made.total.medfee_sumamt


def test_a_day_says_where_the_chain_stood_and_says_the_same_later(desk: Desk, clock: Clock):
    busy(desk, clock)
    made = desk.counter.day_end(DAY)
    (there,) = desk.ledger.db.execute("SELECT hash FROM entries WHERE number = 9").fetchone()
    assert (made.entry, made.hash) == (9, there)
    assert made.fingerprint.replace(" ", "") == there[:16]
    clock.shows += timedelta(days=3)
    desk.posted(stay())
    assert desk.counter.day_end(DAY) == made


def test_a_day_on_which_nothing_was_done_is_zero(desk: Desk):
    made = desk.counter.day_end(DAY)
    assert (made.lines, set(made.total), made.entry, made.hash) == ([], {0}, 0, GENESIS)


def test_printed_copies_are_counted_and_stay_counted(desk: Desk, path):
    number, other = desk.posted(stay()), desk.posted(stay())
    assert [desk.counter.printed(number, "赵") for _ in range(3)] == [1, 2, 3]
    assert desk.counter.printed(other, "赵") == 1
    assert (desk.ledger.trail.copies(number), desk.ledger.trail.copies(other)) == (3, 1)
    assert desk.sound()
    assert [(act.about, act.detail) for act in desk.ledger.trail.acts() if act.act == "printed"][:2] == [
        ("1", {"copy": 1}),
        ("1", {"copy": 2}),
    ]
    assert desk.counter.printed(99, "赵")[0].field == "entry"
    assert desk.counter.printed(number, " ")[0].field == "operator"
    assert words()(desk.counter.printed(99, "赵")[0].message)


def test_a_days_end_and_a_reprint_on_the_console(path, capsys, monkeypatch):
    console = Console(path, capsys, monkeypatch)
    console("post", stdin=POSTING)
    assert console("printed", "1", "--operator", "赵") == (0, [{"entry": 1, "copy": 1}])
    assert console("printed", "1", "--operator", "赵")[1][0]["mark"] == "补打（第 2 份）"
    assert fields(console("printed", "2", "--operator", "赵")) == ["entry"]
    assert fields(console("printed", "x", "--operator", "赵")) == ["entry"]
    today = f"{datetime.now(BEIJING):%Y-%m-%d}"
    status, (made,) = console("day-end", "--day", today)
    assert status == 0
    assert made["lines"][0]["operator"] == "赵"
    assert made["lines"][0]["amounts"] == made["total"]
    assert made["total"]["hifp_pay"] == "13720.00"
    assert made["head"]["entry"] == 1
    for day in ("2026-02-30", "x", "20260301", "9999-12-31"):
        assert fields(console("day-end", "--day", day)) == ["day"]


def test_day_ends_query_reads_the_day_alone(desk: Desk):
    """A thousand days on file cost nothing: the moments have an index."""
    plan = desk.ledger.db.execute(
        "EXPLAIN QUERY PLAN SELECT 1 FROM entries AS made WHERE made.recorded >= '2' AND made.recorded < '3'"
    ).fetchall()
    assert "entries_by_moment" in plan[0][3]
