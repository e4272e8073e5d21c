"""Reports and day ends of one desk or of all, by keys: the figures add up, and each says whose they are."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from core.counter import Counter, open_counter, posting
from core.desks import stick
from core.ledger.desk_scope import DeskScope
from core.ledger.entries import Identifier, PatientGiven
from core.ledger.record import OWN
from tests.desktop.clipping import clipped
from tests.desktop.conftest import Desk
from tests.desktop.keys import FIRST_ADMISSION, Keys
from tests.desktop.test_day_end_by_keys import DAY, text_of
from tests.desktop.test_reports_by_keys import typed

REQUEST = {
    "region": "jilin/example",
    "benefit": "inpatient",
    "hospital_level": "level_2",
    "admitted": "2026-01-01",
    "discharged": "2026-01-05",
    "eligible": "31000.00",
}


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Counter]:
    """The ledger of another desk, with an entry of the same day."""
    counter = open_counter(tmp_path / "other.db")
    counter.ledger.connection.now = lambda: DAY
    person = PatientGiven((Identifier("01", "11010519491231002X"),), "李秀英")
    done = posting.post(counter, key="o1", patient=person, operator="孙", request=REQUEST)
    assert not isinstance(done, list)
    yield counter
    counter.close()


@pytest.fixture
def alone(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keys:
    """This desk with an entry of its own."""
    monkeypatch.setattr("desktop.desk.documents_folder.documents", lambda: tmp_path / "papers")
    opened = desk()
    counter = opened.program.session.counter
    assert counter is not None
    counter.ledger.connection.now = lambda: DAY
    opened.enter(FIRST_ADMISSION + " F12 Y F2")
    return opened


@pytest.fixture
def keys(alone: Keys, other: Counter, tmp_path: Path) -> Keys:
    """This desk, which has taken in the other one's entry."""
    counter = alone.program.session.counter
    assert counter is not None
    stick.hand_over(other, tmp_path / "o.packet", operator="孙")
    assert not isinstance(stick.take_in(counter, tmp_path / "o.packet", operator="王芳"), list)
    return alone


def sums(keys: Keys) -> list[int]:
    """The line of the sums, without what it is called."""
    return [int(re.sub(r"[,.]", "", text)) for text in keys.rows()[-1] if re.search("[0-9]", text)]


def seen(keys: Keys) -> str:
    """What the page shows, whatever keeps it on one line."""
    return keys.seen().replace("\N{NO-BREAK SPACE}", " ")


def focused(keys: Keys, cell: str) -> None:
    keys.program.navigator.view._cells[cell].take_focus()
    keys.app.processEvents()


def days_by_desk(keys: Keys) -> dict[str, list[int]]:
    """The sums of a day end of this desk, of every desk and of the other one, as the digits choose them."""
    keys.type("Ctrl+J")
    focused(keys, "desk")
    found = {}
    for digit in "231":
        keys.type(digit)
        found[digit] = sums(keys)
    keys.type("Esc")
    return found


def reports_by_desk(keys: Keys) -> dict[str, list[int]]:
    """The sums of the report by operator, likewise, each with its title."""
    found = {}
    for digit in "123":
        typed(keys, "Ctrl+S")
        focused(keys, "desk")
        typed(keys, f"{digit} Return")
        found[digit] = sums(keys)
        keys.type("Esc Esc")
    return found


def adds_up(found: dict[str, list[int]]) -> bool:
    own, every, other = (found[digit] for digit in "123")
    return [a + b for a, b in zip(own, other, strict=True)] == every and own != every != other


def test_the_figures_of_one_desk_and_of_the_other_are_those_of_every_desk(
    keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert adds_up(days_by_desk(keys))
    assert adds_up(reports_by_desk(keys))
    keys.type("Ctrl+S")
    focused(keys, "desk")
    keys.shot("reports-desks")
    keys.type("Esc")
    monkeypatch.setattr(DeskScope, "span", property(lambda _: {"first_number": 0, "below": 2**62}))
    assert not adds_up(days_by_desk(keys))
    assert not adds_up(reports_by_desk(keys))


def test_screen_paper_and_file_of_a_day_say_whose_they_are(
    keys: Keys, other: Counter, tmp_path: Path
) -> None:
    short = other.ledger.short_id
    keys.type("Ctrl+J")
    assert [row[0] for row in keys.rows()] == ["王芳", "合计"], "this desk's, unless another is chosen"
    focused(keys, "desk")
    keys.type("3")
    assert [row[0] for row in keys.rows()] == ["孙", "合计"]
    keys.shot("day-end-desks")
    keys.type("F9 Shift+F12")
    files = {file.suffix: file for file in (tmp_path / "papers").iterdir()}
    assert f"账本 {short}" in text_of(files[".pdf"])
    own_head = text_of(files[".pdf"]).replace("账本指纹是", "")  # the note that explains it
    assert "账本指纹" not in own_head, "this ledger's proves nothing of another one's day"
    with files[".csv"].open(encoding="utf-8-sig", newline="") as lines:
        assert [f"账本 {short}"] in list(csv.reader(lines))
    assert files[".csv"].stem.endswith(short), "it does not take the place of this desk's own"
    keys.type("2 Shift+F12")
    assert [row[0] for row in keys.rows()] == ["孙", "王芳", "合计"]
    assert len(list((tmp_path / "papers").glob("*.csv"))) == 2


def test_a_report_says_whose_it_is_and_keeps_it_when_it_is_turned(
    keys: Keys, other: Counter, tmp_path: Path
) -> None:
    short = other.ledger.short_id
    typed(keys, "Ctrl+S Return")
    assert keys.title.endswith("　所有窗口"), "as it always was"
    assert [row[0] for row in keys.rows()] == ["孙", "王芳", "合计"]
    keys.type("Esc")
    keys.program.navigator.page.opened("hand-overs")
    keys.worked()
    assert "本窗口" in keys.title, "cash is this desk's"
    keys.type("Esc")
    focused(keys, "desk")
    typed(keys, "3")
    keys.program.navigator.page.opened("operators")
    keys.worked()
    assert [row[0] for row in keys.rows()] == ["孙", "合计"]
    typed(keys, "Shift+F12 PgUp PgDn")
    assert keys.title.endswith(f"　账本 {short}")
    (file,) = (tmp_path / "papers").iterdir()
    assert file.stem.endswith(short)


def listed_by_desk(keys: Keys) -> dict[str, list[str]]:
    """The numbers that the search lists of this desk, of every desk and of the other one."""
    keys.type("Ctrl+F")
    focused(keys, "desk")
    found = {}
    for digit in "231":
        keys.type(digit)
        focused(keys, "desk")
        found[digit] = [row[0] for row in keys.rows()]
    keys.type("Esc")
    return found


def test_the_search_looks_at_one_desk_or_at_all(
    keys: Keys, other: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = f"{other.ledger.short_id} 1"
    found = listed_by_desk(keys)
    assert found["1"] == ["1"]
    assert found["3"] == [theirs]
    assert sorted(found["2"]) == sorted(["1", theirs])
    monkeypatch.setattr(DeskScope, "span", property(lambda _: {"first_number": 0, "below": 2**62}))
    assert sorted(listed_by_desk(keys)["3"]) == sorted(["1", theirs]), "planted: the desk is not asked"


def test_a_number_is_that_of_the_desk_that_is_asked(keys: Keys, other: Counter) -> None:
    theirs = f"{other.ledger.short_id} 1"
    keys.type("Ctrl+F 1")
    assert sorted(row[0] for row in keys.rows()) == sorted(["1", theirs]), "of every desk"
    focused(keys, "desk")
    keys.type("3")
    assert [row[0] for row in keys.rows()] == [theirs]
    assert f"账本 {other.ledger.short_id}" in keys.seen()
    focused(keys, "desk")
    keys.type("1")
    assert [row[0] for row in keys.rows()] == ["1"]
    focused(keys, "number")
    keys.type("Backspace 2")
    assert not keys.program.navigator.page.drawn().rows


def test_a_reversal_of_another_desks_entry_names_it(keys: Keys, other: Counter, tmp_path: Path) -> None:
    keys.type("Ctrl+F")
    focused(keys, "desk")
    keys.type("3 Return F6")
    assert f"{other.ledger.short_id} 1" in keys.title
    keys.enter("录错 F12 Y")
    assert f"{other.ledger.short_id} 1" in keys.notice
    keys.type("Esc")
    kinds = [row[3] for row in keys.rows()]
    assert kinds == ["已由第 2 号冲正"]
    focused(keys, "desk")
    keys.type("1")
    assert f"冲正第 {other.ledger.short_id} 1 号" in [row[3] for row in keys.rows()]
    keys.type("Return Return F9")
    (file,) = (tmp_path / "papers").iterdir()
    assert f"{other.ledger.short_id} 1" in text_of(file)


def test_the_paper_of_another_desks_entry_has_its_number_and_its_ledger(
    keys: Keys, other: Counter, tmp_path: Path
) -> None:
    keys.type("Ctrl+F")
    focused(keys, "desk")
    keys.type("3 Return Return F9")
    (file,) = (tmp_path / "papers").iterdir()
    paper = text_of(file)
    assert "入账编号 1 " in paper or "第 1 号" in paper
    assert str(OWN + 1) not in paper
    assert other.ledger.short_id in paper
    counter = keys.program.session.counter
    assert counter is not None
    assert counter.ledger.short_id not in paper


def test_a_searched_list_says_whose_it_is_and_what_cannot_be_seen(
    keys: Keys, other: Counter, tmp_path: Path
) -> None:
    counter, short = keys.program.session.counter, other.ledger.short_id
    assert counter is not None
    with counter.ledger.transaction():
        counter.ledger.db.execute("INSERT INTO withheld VALUES ('entries', ?, 'digest')", [OWN + 999])
    keys.type("Ctrl+F")
    assert "其中 1 笔本窗口看不到，没有计入" in keys.seen()
    focused(keys, "desk")
    keys.shot("search-desks")
    keys.type("1")
    assert "看不到" not in keys.seen()
    focused(keys, "desk")
    keys.type("3")
    assert f"账本 {short}；其中 1 笔本窗口看不到，没有计入" in keys.seen()
    keys.type("F9 Shift+F12")
    files = {file.suffix: file for file in (tmp_path / "papers").iterdir()}
    paper = text_of(files[".pdf"])
    assert f"账本 {short}；其中 1 笔本窗口看不到" in "".join(paper.split("\r\n"))
    assert f"{short} 1" in paper
    rows = CalamineWorkbook.from_path(files[".xlsx"]).get_sheet_by_index(0).to_python()
    assert rows[1][0] == f"{short} 1"
    assert any(f"账本 {short}" in str(cell) for row in rows for cell in row)


def test_a_day_ends_table_holds_every_line_of_its_page(keys: Keys, other: Counter, tmp_path: Path) -> None:
    keys.type("Ctrl+J")
    focused(keys, "desk")
    keys.type("2 Shift+F12")
    page = keys.program.navigator.page
    (file,) = (tmp_path / "papers").iterdir()
    with file.open(encoding="utf-8-sig", newline="") as lines:
        written = [line[0] for line in csv.reader(lines) if len(line) == 1]
    assert written == [page.sheet.desk, *page.sheet.lines]
    assert any(other.ledger.short_id in line for line in written), "the head of the other ledger"
    assert sum("指纹" in line for line in written) >= 3


def test_a_desk_alone_is_asked_nothing(alone: Keys) -> None:
    for key in ("Ctrl+S", "Ctrl+J", "Ctrl+F"):
        alone.type(key)
        assert "desk" not in alone.program.navigator.page.state.cells
        assert "窗口" not in alone.seen()
        alone.type("Esc")
    typed(alone, "Ctrl+S Return")
    assert alone.title.endswith("2026-11-30")


def test_where_many_are_known_one_is_typed(keys: Keys, other: Counter) -> None:
    counter = keys.program.session.counter
    assert counter is not None
    with counter.ledger.transaction():
        for number in range(9):
            counter.ledger.db.execute(
                "INSERT INTO ledgers (row, id) VALUES (?, ?)", [number + 2, f"{number}" * 32]
            )
    keys.type("Ctrl+J")
    page = keys.program.navigator.page
    assert f"1 本窗口、2 所有窗口、3 {other.ledger.short_id}、4 0000-0000" in seen(keys)
    assert clipped(keys.window) == []
    keys.shot("day-end-many-desks")
    for text in (other.ledger.short_id, "3"):
        page.typed("desk", "1")
        assert [row[0] for row in keys.rows()] == ["王芳", "合计"]
        page.typed("desk", text)
        assert [row[0] for row in keys.rows()] == ["孙", "合计"]
    page.typed("desk", "zz")
    assert other.ledger.short_id in keys.seen()
    keys.type("F9")
    assert keys.faults
    page.typed("desk", "")
    assert [row[0] for row in keys.rows()] == ["王芳", "合计"]
    keys.type("Esc Ctrl+F")
    assert "4 0000-0000" in seen(keys)
    assert clipped(keys.window) == []
    keys.shot("search-many-desks")
    page = keys.program.navigator.page
    assert (page.texts["desk"], len(page.drawn().rows)) == ("", 2)
    page.typed("desk", "zz")
    assert not page.drawn().rows
    page.typed("desk", "3")
    assert [row[0] for row in keys.rows()] == [f"{other.ledger.short_id} 1"]
    keys.type("Esc Ctrl+S")
    assert "4 0000-0000" in seen(keys)
    assert clipped(keys.window) == []
    keys.shot("reports-many-desks")
    page = keys.program.navigator.page
    page.typed("desk", "zz")
    page.opened("operators")
    assert keys.program.navigator.page is page
    assert keys.faults
    page.typed("desk", other.ledger.short_id)
    page.opened("operators")
    keys.worked()
    assert [row[0] for row in keys.rows()] == ["孙", "合计"]


def test_the_counter_calls_another_desk_s_stay_by_that_desk_s_number(
    keys: Keys, other: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, raw = f"{other.ledger.short_id} 1", str(OWN + 1)

    def told() -> str:
        keys.enter("F2 11010519491231002X Return 0103 0106 Return 52000 Return 48000 Return 1200 Return F12")
        asked = seen(keys)
        keys.type("N F2")
        return asked

    said = told()
    assert own in said, said
    assert raw not in said
    monkeypatch.setattr("core.ledger.foreign.called", lambda _db, number: str(number))
    assert raw in told(), "planted: the number that it has here"
