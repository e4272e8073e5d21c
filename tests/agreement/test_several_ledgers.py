"""Reconciling at one of several desks, and of somebody with two numbers: each entry once, by its own name."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from core.agreement import report, stated_totals, statement
from core.agreement.codes import known_codes
from core.agreement.ledger_account import rows_of_ledger
from core.agreement.our_rows import entries_of
from core.agreement.reconcile import Reconciled, held
from core.agreement.stated_totals import Attributed
from core.agreement.theirs import Theirs
from core.counter import persons
from core.jobs.agreement_jobs import AgreementJobs
from core.jobs.agreement_values import ReconciledTold, ReconcileFiles
from core.jobs.values import DeskLedger
from core.tables.watch import Watch
from core.words import words
from tests.agreement.test_ledger_and_totals import CUMINFO, write
from tests.ledger.conftest import reader
from tests.ledger.desk import LI, WANG, Desk, stay
from tests.ledger.test_stick import WHO, desk_of, here, packet, taken

__all__ = ["desk_of", "reader"]

MAY = {"admitted": "2026-05-01", "discharged": "2026-05-05"}
STATED = Attributed((WANG.identifiers[0].id,), "", 2026, date(2026, 3, 5), {"in_scope": 4_680_000}, ())
"""What the platform states before the first stay ends."""


def only_ours(desk: Desk) -> Reconciled:
    rows = list(entries_of(desk.counter, None, Watch()))
    return held(rows, Theirs([], {}, [], [], [], []), known_codes(), None, Watch()).reconciled


def later(desk: Desk) -> list[int]:
    return [entry.number for entry in stated_totals.later_entries(desk.counter, STATED)]


def test_somebody_with_two_numbers_has_each_entry_once(desk_of: Callable[..., Desk]) -> None:
    desk = desk_of("one")
    desk.posted(stay())
    desk.posted(stay(**MAY), LI)
    one, other = (desk.counter.find(each.identifiers[0].id) for each in (WANG, LI))
    assert one is not None
    assert other is not None
    ids = (one.identifiers[0].id, other.identifiers[0].id)
    joined = persons.join(desk.counter, *ids, reason="x", operator=WHO)
    assert not isinstance(joined, list), joined
    found = only_ours(desk)
    assert [own.number for own in found.only_ours] == [1, 2]
    assert {own.people for own in found.only_ours} == {(WANG.identifiers[0].id, LI.identifiers[0].id)}
    desk.reverse(2)
    rows = [(row.number, row.refund) for row in rows_of_ledger(desk.counter, Watch())]
    assert rows == [(1, False), (2, False), (3, True)]


def test_what_came_after_an_opening_counts_and_is_not_named_before_a_second_one(
    desk_of: Callable[..., Desk],
) -> None:
    desk = desk_of("one")
    desk.posted(stay())
    assert later(desk) == [1], "it lies after the day of the totals"
    stated_totals.take_over(desk.counter, STATED, WHO)
    desk.posted(stay(**MAY))
    assert later(desk) == [1], "the one after the opening counts"
    again = stated_totals.take_over(desk.counter, STATED, WHO)
    assert not isinstance(again.opened, list)
    assert (again.opened.repeated, [entry.number for entry in again.later]) == (True, [1])
    desk.reverse(2)
    assert later(desk) == [1, 3]
    anew = stated_totals.take_over(desk.counter, STATED, WHO)
    assert not isinstance(anew.opened, list)
    assert (anew.opened.repeated, anew.opened.entry.number) == (False, 5), "a reversed opening is none"


def test_another_desk_s_entry_goes_by_its_place_and_by_its_own_name(
    desk_of: Callable[..., Desk], tmp_path: Path
) -> None:
    desk, other = desk_of("one"), desk_of("two")
    other.posted(stay())
    taken(desk, packet(other, tmp_path / "first.packet"))
    first, name = here(desk, other, 1), other.ledger.short_id
    assert later(desk) == [first]
    stated_totals.take_over(desk.counter, STATED, WHO)
    assert later(desk) == [first], "from before the opening, however high its number is"
    taken(other, packet(desk, tmp_path / "back.packet"))
    other.posted(stay(**MAY))
    taken(desk, packet(other, tmp_path / "second.packet"))
    assert later(desk) == [first]
    desk.posted(stay(**MAY))
    found = only_ours(desk)
    told = report.as_json(found, words("en"))["only_ours"]
    assert [each["called"] for each in told] == [f"{name} 1", f"{name} 2", "2"]
    assert told[1]["entry"] == here(desk, other, 2)
    assert (told[2]["same_visit"], told[2]["same_visit_called"]) == (told[1]["entry"], f"{name} 2")
    sheet = list(report.sheets(found, [], words("en"))[3].rows)
    assert [row[0] for row in sheet] == [f"{name} 1", f"{name} 2", 2]
    assert (sheet[1][-1], sheet[2][-1]) == (2, f"{name} 2")
    rows, _ = statement.month_of_rows(list(rows_of_ledger(desk.counter, Watch())), "2026-05", Watch())
    assert {row.called for row, _ in statement.lacking(rows)} <= {f"{name} 2", "2"}


def test_the_window_is_told_the_names_that_people_know(desk_of: Callable[..., Desk], tmp_path: Path) -> None:
    desk, other = desk_of("one"), desk_of("two")
    other.posted(stay())
    taken(desk, packet(other, tmp_path / "first.packet"))
    desk.posted(stay())
    answer = {
        "input": {"psn_no": WANG.identifiers[0].id},
        "respond_time": "20260305",
        "output": {"cuminfo": CUMINFO},
    }
    file = write(tmp_path, "5206.json", answer)
    ledger = DeskLedger(desk.ledger.path, None, (), WHO, 3)
    told = AgreementJobs().reconcile(ReconcileFiles(ledger, (file,), None), Watch())
    assert isinstance(told, ReconciledTold), told
    name = f"{other.ledger.short_id} 1"
    assert [each.later for each in told.totals] == [(name, "1")]
    assert {each.row: each.same_visit for each in told.only_ours} == {name: "1", "1": name}
