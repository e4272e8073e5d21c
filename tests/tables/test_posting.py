"""`batch --post`: the complete rows stand in the ledger, all or none, and no row twice."""

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from core.counter import open_counter, posting
from core.ledger.sqlite import OperationalError, connect
from core.tables import posting as table_posting
from core.tables.batch import Table, post_table, read_table, try_posting
from core.tables.claim_rows import Supplied
from core.tables.names import known_names
from core.tables.settling import Grounds
from core.tables.watch import Watch
from tests.cli import main
from tests.tables.conftest import Batch, Run
from tests.tables.files import FULL, QIAN, ZHAO, row, text, workbook

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
    assert not [file for file in tmp_path.iterdir() if file.name.startswith(("out", ".out"))]


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
        trial = try_posting(table, counter, "wang", Grounds(), Watch())
        tried = []
        for each in table.rows:
            tried.append(trial[each.number])
            assert _others_may_post(path)
        assert counter.ledger.verify() == (0, None)
        with counter.ledger.transaction():
            posted = post_table(table, counter, "wang", Grounds(), Watch())
            told = [posted[each.number] for each in table.rows]
            assert not _others_may_post(path), "which shows that the question can be answered no"
        assert [(each.status, each.amounts) for each in tried] == [
            (each.status, each.amounts) for each in told
        ]
        assert [each.status for each in told] == ["complete", "posted", "refused", "complete"]
