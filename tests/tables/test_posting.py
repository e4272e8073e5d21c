"""`batch --post`: the complete rows stand in the ledger, all or none, and no row twice."""

import csv
import json
from collections.abc import Callable
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from core.counter import Counter, open_counter, posting, reversing
from core.ledger.entries import Identifier, PatientGiven
from core.ledger.ledger import Ledger
from core.ledger.sqlite import OperationalError, connect
from core.ledger.trail import ActKind
from core.messages import Fault
from core.money import plain
from core.tables import posting as table_posting
from core.tables.batch import Table, post_table, read_table, try_posting
from core.tables.claim_rows import Supplied
from core.tables.names import known_names
from core.tables.posting import TablePosting, Terms, keys_of
from core.tables.settling import Answers, Grounds, by_person
from core.tables.watch import Cancelled, Watch
from core.words import words
from tests.cli import main
from tests.tables.conftest import Batch, Run
from tests.tables.files import FULL, QIAN, ZHAO, row, text, workbook

STAY = {
    "region": "jilin/example",
    "benefit": "inpatient",
    "hospital_level": "level_2",
    "discharged": "2026-01-09",
    "eligible": "9000.00",
}
ROWS = [FULL, row(), row(出院日期="2026-03-12"), row(证件号码=QIAN), row(医院级别="?")]


@pytest.fixture
def post(batch: Run, tmp_path: Path) -> Run:
    def run(file: Path, *arguments: object, **named: Any) -> Batch:
        return batch(file, "--post", "--db", tmp_path / "ledger.db", "--plain", *arguments, **named)

    return run


def _ledger(tmp_path: Path, capsys: pytest.CaptureFixture[str], *command: str) -> list[dict[str, Any]]:
    main(["ledger", "--db", str(tmp_path / "ledger.db"), "--plain", *command])
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_complete_rows_are_posted_and_the_ledger_has_their_totals(
    post: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done = post(text(tmp_path / "in.csv", ROWS), "--operator", "wang")
    assert [each["status"] for each in done.rows] == ["complete"] * 3 + ["refused"]
    assert sorted(each["entry"] for each in done.rows) == ["", "1", "2", "3"]
    (totals,) = _ledger(tmp_path, capsys, "year-to-date", "--patient", ZHAO, "--year", "2026")
    assert totals["admissions"] == 2
    assert _ledger(tmp_path, capsys, "verify") == [{"ok": True, "entries": 3}]


def test_a_row_that_stands_is_answered_with_its_number_and_the_mended_one_is_posted(
    post: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = post(text(tmp_path / "in.csv", ROWS))
    mended = [*ROWS[:4], row(证件号码=QIAN, 出院日期="2026-03-20")]
    again = post(text(tmp_path / "in.csv", mended))
    assert [each["status"] for each in again.rows] == ["posted"] * 3 + ["complete"]
    assert [each["entry"] for each in again.rows] == [*(each["entry"] for each in first.rows[:3]), "4"]
    assert again.rows[0]["hifp_pay"] == first.rows[0]["hifp_pay"]
    assert again.rows[3]["act_pay_dedc"] == "300.00"
    assert _ledger(tmp_path, capsys, "verify")[0]["entries"] == 4
    assert again.report["posted"] == 3


def test_totals_begin_from_the_ledger(post: Run, tmp_path: Path) -> None:
    post(text(tmp_path / "in.csv", [FULL, row()]))
    done = post(text(tmp_path / "in.csv", [FULL, row(出院日期="2026-03-28")]))
    assert done.rows[0]["act_pay_dedc"] == "300.00"


def test_equal_rows_without_an_id_are_counted_and_equal_ids_are_one_settlement(
    post: Run, tmp_path: Path
) -> None:
    done = post(text(tmp_path / "in.csv", [FULL, row(), row()]))
    assert [each["entry"] for each in done.rows] == ["1", "2"]
    header = [*FULL, "结算ID"]
    done = post(text(tmp_path / "in.csv", [header, [*row(), "S1"], [*row(), "S1"]]))
    assert [(each["status"], each["entry"]) for each in done.rows] == [("complete", "3"), ("posted", "3")]


def test_no_key_in_the_ledger_holds_a_persons_number(
    post: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    post(text(tmp_path / "in.csv", [FULL, row()]))
    (entry,) = _ledger(tmp_path, capsys, "entries", "--patient", ZHAO)
    assert ZHAO not in json.dumps(entry)


def test_a_name_that_is_masked_in_the_table_is_told_and_no_fault(post: Run, tmp_path: Path) -> None:
    done = post(text(tmp_path / "in.csv", [FULL, row(姓名="张三"), row(姓名="张*")]))
    assert [each["status"] for each in done.rows] == ["complete", "complete"]
    assert done.rows[1]["reason"]


def test_a_row_without_a_person_and_one_that_states_totals_are_refused(post: Run, tmp_path: Path) -> None:
    header = [*FULL, "year_to_date"]
    done = post(
        workbook(tmp_path / "in.xlsx", [header, [*row(证件号码=None), None], [*row(), '{"admissions": 1}']])
    )
    assert [each["status"] for each in done.rows] == ["refused", "refused"]


def test_a_fault_on_the_way_leaves_neither_entries_nor_a_file(
    post: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    original, calls = posting.post, iter(range(9))

    def failing(*args: Any, **named: Any) -> Any:
        if next(calls) == 2:
            raise OSError(28, "full")
        return original(*args, **named)

    monkeypatch.setattr(posting, "post", failing)
    done = post(text(tmp_path / "in.csv", ROWS))
    assert (done.status, done.rows) == (3, [])
    assert _ledger(tmp_path, capsys, "verify") == [{"ok": True, "entries": 0}]
    assert not [file for file in tmp_path.iterdir() if file.name.startswith(("out", "."))]


def test_an_unusable_ledger_is_told_and_nothing_is_written(post: Run, tmp_path: Path) -> None:
    (tmp_path / "ledger.db").write_bytes(b"SQLite format 3\0" + bytes(3000))
    done = post(text(tmp_path / "in.csv", ROWS))
    assert (done.status, done.report["errors"][0]["field"]) == (3, "ledger")


def test_posting_needs_a_ledger(batch: Run, tmp_path: Path) -> None:
    done = batch(text(tmp_path / "in.csv", ROWS), "--post")
    assert (done.status, done.report["errors"][0]["field"]) == (2, "db")


def _table(file: Path) -> Table:
    table = read_table(file, known_names(), Supplied("jilin/example"), Watch())
    assert isinstance(table, Table)
    return table


def _others_may_post(path: Path) -> bool:
    """Whether another process would get the ledger at once."""
    with closing(connect(path, timeout=0, isolation_level=None)) as other:
        try:
            other.execute("BEGIN IMMEDIATE")
        except OperationalError:
            return False
        other.execute("ROLLBACK")
        return True


def test_a_trial_says_what_posting_does_keeps_nothing_and_lets_others_post(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_posting, "_HELD", 0.0)  # a person at a time
    same = [[*FULL, "结算ID"], [*row(), "S1"], [*row(证件号码=QIAN), "S1"], [*row(医院级别="?"), "S3"]]
    table = _table(text(tmp_path / "in.csv", [*same, [*row(出院日期="2026-03-28"), "S4"]]))
    path = tmp_path / "ledger.db"
    with closing(open_counter(path, ())) as counter:
        trial = try_posting(table, Terms(counter, "wang", Grounds()), Watch())
        tried = []
        for each in table.rows:
            tried.append(trial[each.number])
            assert _others_may_post(path)
        assert counter.ledger.verify() == (0, None)
        told, fault = _posted(table, counter, tmp_path / "out.csv")
        assert (tried, fault) == ([told[each.number] for each in table.rows], None)
        assert [each.status for each in tried] == ["complete", "posted", "refused", "complete"]
        assert [each.entry for each in tried] == [1, 1, None, 2]


class Heard(Watch):
    """A watch that tells every time, not every half second."""

    def __init__(self, hear: Callable[[str], object], stopped: Callable[[], bool] | None = None) -> None:
        super().__init__(None, stopped)
        self.heard = hear

    def tell(self, stage: str, done: int, of: int) -> None:
        self.heard(stage)
        self.heed()


def _posted(
    table: Table, counter: Counter, out: Path, watch: Watch | None = None
) -> tuple[Answers, Fault | None]:
    return post_table(table, Terms(counter, "wang", Grounds()), out, words(), watch or Watch())


def test_the_ledger_is_held_only_while_the_rows_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = _table(text(tmp_path / "in.csv", ROWS))
    path = tmp_path / "ledger.db"
    free: dict[str, set[bool]] = {}
    monkeypatch.setattr(table_posting, "_HELD", 0.0)
    monkeypatch.setattr(table_posting, "_TOGETHER", 1)

    def hear(stage: str) -> None:
        free.setdefault(stage, set()).add(_others_may_post(path))

    with closing(open_counter(path, ())) as counter:
        watch = Heard(lambda _stage: None)
        terms = Terms(counter, "wang", Grounds())
        coming = TablePosting(by_person(table.rows), keys_of(table.rows), terms, watch)
        for _ in coming.tried():
            hear("trial")
        watch.heard = hear
        coming.commit()
    assert free == {"trial": {True}, "posting": {False}}


def _posts_meanwhile(path: Path, **request: Any) -> None:
    """Post a stay of one of the table's people as another desk of the same ledger would."""
    with closing(open_counter(path, ())) as other:
        patient = PatientGiven((Identifier("01", ZHAO),), "")
        asked = {**STAY, **request}
        assert not isinstance(
            posting.post(other, key=str(request), patient=patient, operator="li", request=asked), list
        )


def test_who_was_posted_to_meanwhile_is_settled_again_and_the_file_says_what_stands(tmp_path: Path) -> None:
    """The planted fault: without looking whom it concerns, the entries would not follow from one another."""
    rows = [FULL, row(), row(证件号码=QIAN), row(出院日期="2026-03-28")]
    table, out = _table(text(tmp_path / "in.csv", rows)), tmp_path / "out.csv"
    path = tmp_path / "ledger.db"
    first, second, third = (each.number for each in table.rows)
    with closing(open_counter(path, ())) as counter:
        foreseen = try_posting(table, Terms(counter, "wang", Grounds()), Watch()).all()
        posting_ = TablePosting(
            by_person(table.rows), keys_of(table.rows), Terms(counter, "wang", Grounds()), Watch()
        )
        tried = dict(posting_.tried())
        assert tried == foreseen
        _posts_meanwhile(path, discharged="2026-01-09")
        changed = posting_.commit()
        assert changed[first].amounts != tried[first].amounts, "another admission came before it"
        assert changed[second] == tried[second]._replace(entry=changed[second].entry)
        assert sorted(each.entry or 0 for each in changed.values()) == [2, 3, 4]
        assert counter.ledger.verify() == (4, None)
    with closing(open_counter(tmp_path / "other.db", ())) as counter:
        watch = Heard(lambda stage: stage == "writing" and _post_once(counter.ledger.path))
        told, fault = _posted(table, counter, out, watch)
        assert fault is None
        assert counter.ledger.verify() == (4, None)
        with out.open(encoding="utf-8-sig", newline="") as file:
            written = [(each["entry"], each["act_pay_dedc"]) for each in csv.DictReader(file)]
        said = [told[number] for number in (first, second, third)]
        assert written == [(str(each.entry), plain(each.amounts.act_pay_dedc)) for each in said]  # type: ignore[union-attr, arg-type]
        assert {each.entry for each in said} == {2, 3, 4}


def _post_once(path: Path) -> None:
    with closing(Ledger(path)) as ledger:
        if ledger.journal.has_entry(1):
            return
    _posts_meanwhile(path, discharged="2026-01-09")


def test_a_reversal_meanwhile_counts_and_a_key_that_was_posted_meanwhile_is_not_posted_again(
    tmp_path: Path,
) -> None:
    named = [[*FULL, "结算ID"], [*row(), "S1"], [*row(证件号码=QIAN), "S2"]]
    table, path = _table(text(tmp_path / "in.csv", named)), tmp_path / "ledger.db"
    _posts_meanwhile(path, discharged="2026-01-09")
    with closing(open_counter(path, ())) as counter:
        coming = TablePosting(
            by_person(table.rows), keys_of(table.rows), Terms(counter, "wang", Grounds()), Watch()
        )
        tried = dict(coming.tried())
        with closing(open_counter(path, ())) as other:
            reversing.reverse(other, 1, reason="wrong", operator="li")
            patient = PatientGiven((Identifier("01", QIAN),), "")
            posting.post(other, key="S2", patient=patient, operator="li", request=STAY)
        changed = coming.commit()
        first, second = (each.number for each in table.rows)
        assert (tried[first].amounts, changed[second].status) != (changed[first].amounts, "complete")
        assert (changed[second].status, changed[second].entry) == ("posted", 3)
        assert counter.ledger.verify() == (4, None)


def test_a_set_of_rules_changed_meanwhile_has_every_row_settled_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table, path = _table(text(tmp_path / "in.csv", ROWS)), tmp_path / "ledger.db"
    with closing(open_counter(path, ())) as counter:
        coming = TablePosting(
            by_person(table.rows), keys_of(table.rows), Terms(counter, "wang", Grounds()), Watch()
        )
        dict(coming.tried())
        with counter.ledger.transaction():
            counter.ledger.trail.note(ActKind.REGION_CHANGED, "x", "li")
        again: list[int] = []
        original = table_posting._post_row  # the slow way, which settles on what stands now
        monkeypatch.setattr(
            table_posting, "_post_row", lambda row, *rest: again.append(row.number) or original(row, *rest)
        )
        assert coming.commit() == {}
        assert sorted(again) == [each.number for each in table.rows]
        assert counter.ledger.verify() == (3, None)


def test_posting_that_is_stopped_while_it_is_written_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_posting, "_TOGETHER", 1)
    table = _table(text(tmp_path / "in.csv", ROWS))
    stages: list[str] = []
    watch = Heard(stages.append, lambda: stages.count("posting") > 2 * len(table.rows) + 1)
    with closing(open_counter(tmp_path / "ledger.db", ())) as counter:
        with pytest.raises(Cancelled):
            _posted(table, counter, tmp_path / "out.csv", watch)
        assert counter.ledger.verify() == (0, None)
        assert not counter.search(ZHAO)
    assert not [file for file in tmp_path.iterdir() if file.name.startswith(("out", "."))]


def test_somebody_new_whom_the_counter_meets_while_the_trial_rests_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The trial rests within the new person's rows, after another person's in the same transaction."""
    rows = [row(证件号码=QIAN), row(), row(出院日期="2026-03-28"), row(出院日期="2026-04-28")]
    table = _table(text(tmp_path / "in.csv", [FULL, *rows]))
    looks = count()
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 1:
            _posts_meanwhile(counter.ledger.path, discharged="2026-01-09")

    monkeypatch.setattr(table_posting, "monotonic", lambda: next(looks))
    monkeypatch.setattr(table_posting, "_HELD", 3)  # one look for each row, and one for each person
    monkeypatch.setattr(table_posting, "sleep", pause)
    with closing(open_counter(tmp_path / "ledger.db", ())) as counter:
        answers, fault = _posted(table, counter, tmp_path / "out.csv")
        assert (fault, len(pauses) >= 1) == (None, True)
        assert {each.status for each in answers.all().values()} == {"complete"}
        assert counter.ledger.verify() == (5, None)


def test_a_person_of_many_rows_is_tried_some_rows_at_a_time_and_the_ledger_is_free_between(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault: rows that went on from nothing would be first admissions, each of them."""
    days = [f"2026-03-{day}" for day in range(11, 23)]
    table = _table(text(tmp_path / "in.csv", [FULL, *(row(出院日期=day) for day in days)]))
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if meanwhile and len(pauses) == 5:
            _posts_meanwhile(counter.ledger.path, discharged="2026-01-09")

    monkeypatch.setattr(table_posting, "sleep", pause)
    for meanwhile in (False, True):
        told = {}
        for held in (600.0, 0.0):
            pauses.clear()
            monkeypatch.setattr(table_posting, "_HELD", held)
            with closing(open_counter(tmp_path / f"{held} {meanwhile}.db", ())) as counter:
                if meanwhile and held:
                    _posts_meanwhile(counter.ledger.path, discharged="2026-01-09")
                answers, fault = _posted(table, counter, tmp_path / "out.csv", Watch())
                assert fault is None
                assert counter.ledger.verify() == (len(days) + meanwhile, None)
            told[held] = answers.all()
            assert len(pauses) >= (0 if held else len(days) - 1)
        assert told[0.0] == told[600.0]
        assert len({str(each.amounts) for each in told[0.0].values()}) > 1
