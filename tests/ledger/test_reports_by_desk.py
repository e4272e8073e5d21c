"""Reports and day ends of one desk or of all: what each desk recorded adds up to what all of them did."""

from collections import Counter as Counted
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.clock import BEIJING
from core.counter import handing_over
from core.counter.handing_over import HandOver
from core.counter.paper_claims import ClaimLines, PaperClaim, claim_lines, claim_of, take_claim
from core.ledger.desk_scope import DeskScope
from core.ledger.record import OWN
from core.money import grouped
from core.reports.report_form import KINDS, is_measure
from tests.ledger.desk import LI, WANG, Desk, chronic, stay
from tests.ledger.test_console_ledger import Console, console, fields
from tests.ledger.test_operators import ids
from tests.ledger.test_reports import fen, listed
from tests.ledger.test_stick import WHO, desk_of, here, packet, taken

__all__ = ["console", "desk_of"]

LATER = {"admitted": "2026-05-01", "discharged": "2026-05-05"}
KINDS_OF_LINES = ("list", "public-notice", "hand-overs", "claims")
"""The kinds whose lines are something that happened at one desk."""


def claimed(desk: Desk, number: int, bill: str) -> None:
    """Takes in a claim on paper of an entry."""
    lines, entry = claim_lines(), desk.ledger.journal.entry(number)
    assert isinstance(lines, ClaimLines)
    assert entry is not None
    claim = PaperClaim(bill, lines.bills[0].line.id, lines.reasons[0].id, lines.sources[0].id, ())
    assert take_claim(desk.counter, WHO, entry, claim, lines) == []


def handed_over(desk: Desk, operator: str, today: date) -> None:
    """Hands over everything that an operator has taken."""
    till = handing_over.till_of(desk.counter, operator, today)
    stated = HandOver(handing_over.due(till, 0), 0, "钱", "", today)
    assert isinstance(handing_over.hand_over(desk.counter, operator, stated, till.upto), dict)


@pytest.fixture
def today() -> date:
    return datetime.now(BEIJING).date()


@pytest.fixture
def desks(desk_of: Callable[..., Desk], tmp_path: Path, today: date) -> list[Desk]:
    """Three desks, the first knows what the others recorded; one takes back what another posted."""
    one, two, village = (desk_of(name) for name in ("one", "two", "village"))
    poor = {"population": "low_income", "eligible": "60000.00"}
    for desk, patient, operator in ((two, LI, "赵"), (village, WANG, "孙")):
        number = desk.posted(stay(**poor), patient, operator=operator)
        desk.posted(chronic(), patient, operator=operator)
        claimed(desk, number, f"P{operator}")
        handed_over(desk, operator, today)
    desk_before = two.posted(stay(eligible="31000.00", **LATER), LI)
    for desk in (two, village):
        taken(one, packet(desk, tmp_path / f"{desk.ledger.short_id}.packet"))
    number = one.posted(stay(**poor, hospital_level="level_1", **LATER))
    one.posted(chronic(eligible="800.00"), LI)
    assert not isinstance(one.reverse(here(one, two, desk_before)), list)
    claimed(one, number, "P1")
    handed_over(one, "赵", today)
    return [one, two, village]


@pytest.fixture
def at_one(console: Console, desks: list[Desk], today: date) -> Callable[..., dict[str, Any]]:
    """Makes a report, or a day end, at the first desk by the console."""
    console.path = desks[0].ledger.path

    def made(kind: str, *more: Any) -> dict[str, Any]:
        days = ("--from", today - timedelta(days=1), "--to", today)
        asked = ("day-end", "--day", today) if kind == "day-end" else ("report", kind, *days, "--share", 1)
        status, (answer,) = console(*asked, *more)
        assert status == 0, answer
        found: dict[str, Any] = answer
        return found

    return made


def not_adding_up(
    desks: list[Desk], made: Callable[..., dict[str, Any]], kinds: Sequence[str] = (*KINDS, "day-end")
) -> Iterator[str]:
    """The figures of all desks that those of the single ones do not come to."""
    for kind in kinds:
        if kind == "near-limits":
            continue
        every, *each = (
            made(kind, "--desk", desk) for desk in ("every", *(one.ledger.short_id for one in desks))
        )
        if kind == "day-end":
            totals = [[fen(one["total"][name]) for one in (every, *each)] for name in every["total"]]
            yield from (kind for whole, *parts in totals if whole != sum(parts))
            continue
        if kind in KINDS_OF_LINES:
            parts = Counted(map(str, (row for one in each for row in one["rows"])))
            if parts != Counted(map(str, every["rows"])):
                yield f"{kind} lines"
        for at, show in enumerate(every["columns"]):
            sums = [every["sums"][at], *(one["sums"][at] for one in each)]
            counts = is_measure(show) and show.endswith("count")
            if show.endswith("persons") or not (counts or isinstance(sums[0], str)):
                continue
            whole, *of_each = (int(cell or 0) if counts else fen(cell) for cell in sums)
            if whole != sum(of_each):
                yield f"{kind} {show}"


def test_what_each_desk_recorded_adds_up_to_what_all_did(
    desks: list[Desk], at_one: Callable[..., dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert list(not_adding_up(desks, at_one)) == []
    assert [len(at_one("list", "--desk", desk)["rows"]) for desk in ("here", "every")] == [3, 8]
    assert [len(at_one("claims", "--desk", desk)["rows"]) for desk in ("here", "every")] == [1, 3]
    sound = DeskScope.span.fget
    assert sound is not None

    def off(scope: DeskScope) -> dict[str, int]:
        span = sound(scope)
        return span | {"first_number": 0} if scope.row else span  # another ledger's, with ours before it

    monkeypatch.setattr(DeskScope, "span", property(off))
    wrong = set(not_adding_up(desks, at_one, ("list", "benefits", "day-end")))
    assert {"list lines", "benefits posted_count", "day-end"} <= wrong


def test_a_ledger_says_the_same_of_itself_as_another_says_of_it(
    desks: list[Desk],
    at_one: Callable[..., dict[str, Any]],
    console: Console,
) -> None:
    here_at, (_, two, _) = console.path, desks
    for kind in ("operators", "benefits", "assistance-account", "hand-overs"):
        there = at_one(kind, "--desk", two.ledger.short_id)
        console.path = two.ledger.path
        itself = at_one(kind)
        console.path = here_at
        assert [there[part] for part in ("rows", "sums")] == [itself[part] for part in ("rows", "sums")], kind
        assert "desk" not in itself, "it knows no other ledger"


def test_whose_figures_they_are_is_said_and_nothing_changes_without_a_choice(
    desks: list[Desk], at_one: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    one, two, _ = desks
    for kind in KINDS:
        usual = one.ledger.short_id if kind in ("hand-overs", "claims") else "every"
        assert at_one(kind)["desk"] == usual
        assert at_one(kind) == at_one(kind, "--desk", usual)
    assert at_one("day-end")["desk"] == one.ledger.short_id
    assert at_one("day-end", "--every-desk") == at_one("day-end", "--desk", "every")
    assert at_one("list", "--desk", two.ledger.id[:6].upper())["desk"] == two.ledger.short_id
    file = tmp_path / "of-two.csv"
    at_one("benefits", "--desk", two.ledger.id, "--out", file)
    assert file.read_text(encoding="utf-8-sig").splitlines()[-1] == f"账本 {two.ledger.short_id}"
    assert claim_of(one.counter, here(one, two, 1)) is not None, "it was taken in at its own desk"
    there = one.ledger.journal.entry(here(one, two, 2))
    assert there is not None
    claim, lines = PaperClaim("P9", "", "", "", ()), claim_lines()
    assert isinstance(lines, ClaimLines)
    assert ids(take_claim(one.counter, WHO, there, claim, lines)) == ["desks.facts_elsewhere"]
    for kind, listed_ in (("list", 3), ("claims", 1)):
        at_one(kind, "--desk", two.ledger.id, "--out", file)
        numbers = [line.split(",")[0] for line in file.read_text(encoding="utf-8-sig").splitlines()[1:]]
        known = [number for number in numbers if number.startswith(two.ledger.short_id)]
        assert len(known) == listed_, f"{kind}: as people know them"
    with one.ledger.transaction():
        one.ledger.db.execute("INSERT INTO withheld VALUES ('entries', ?, 'digest')", [OWN + 999])
    for desk, said in ((two.ledger.id, True), ("every", True), ("here", False)):
        at_one("benefits", "--desk", desk, "--out", file)
        last = file.read_text(encoding="utf-8-sig").splitlines()[-1]
        assert ("其中 1 笔本窗口看不到，没有计入" in last) is said, desk


def test_a_year_is_whole_whoever_asks_and_a_desk_lists_its_own_people(
    desks: list[Desk], at_one: Callable[..., dict[str, Any]]
) -> None:
    village = desks[2].ledger.short_id
    every, of_village = (listed(at_one("near-limits", "--desk", desk)) for desk in ("every", village))
    assert {line["name"] for line in every} == {WANG.name, LI.name}
    assert of_village == [line for line in every if line["name"] == WANG.name]
    totals = desks[0].totals(WANG)
    (pooled,) = (line for line in of_village if line["limit"] == "pooled")
    assert grouped(fen(pooled["used"])) == grouped(totals.basic_paid), "with what other desks posted"


@pytest.mark.parametrize("text", ["0" * 8, "x", "不是"])
def test_a_desk_that_nobody_knows_is_told_with_those_that_there_are(
    desks: list[Desk],
    at_one: Callable[..., dict[str, Any]],
    console: Console,
    text: str,
) -> None:
    assert callable(at_one)
    span = ("--from", "2026-03-01", "--to", "2026-08-31")
    for asked in (("report", "list", *span), ("day-end", "--day", "2026-03-01")):
        outcome = console(*asked, "--desk", text)
        assert fields(outcome) == ["desk"]
        said = outcome[1][0]["errors"][0]["message"]
        assert all(desk.ledger.short_id in said for desk in desks)


def test_the_entries_of_a_person_are_of_the_desk_that_is_asked(
    desks: list[Desk], at_one: Callable[..., dict[str, Any]], console: Console
) -> None:
    assert callable(at_one)
    found = {}
    for desk in ("every", "here", desks[1].ledger.short_id):
        status, lines = console("entries", "--patient", LI.identifiers[0].id, "--desk", desk)
        assert status == 0
        found[desk] = [line["entry"] for line in lines]
    every, here_, there = found.values()
    assert sorted(here_ + there) == sorted(every)
    assert len(here_) == 2, "a posting and a reversal of the other desk's"
    assert len(there) == 3
    assert (
        console("entries", "--patient", LI.identifiers[0].id)[1]
        == console("entries", "--patient", LI.identifiers[0].id, "--every-desk")[1]
    )
    assert fields(console("entries", "--patient", LI.identifiers[0].id, "--desk", "zz")) == ["desk"]


def test_alone_there_is_nothing_to_say(console: Console, desk_of: Callable[..., Desk]) -> None:
    desk = desk_of("alone")
    desk.posted(stay())
    console.path = desk.ledger.path
    for more in ((), ("--every-desk",), ("--desk", "here")):
        status, (made,) = console("report", "list", "--from", "2026-01-01", "--to", "2099-01-01", *more)
        assert (status, len(made["rows"])) == (0, 1)
        assert "desk" not in made
