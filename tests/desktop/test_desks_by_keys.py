"""Reports and day ends of one desk or of all, by keys: the figures add up, and each says whose they are."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.counter import Counter, open_counter, posting
from core.desks import stick
from core.ledger.desk_scope import DeskScope
from core.ledger.entries import Identifier, PatientGiven
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


def test_a_desk_alone_is_asked_nothing(alone: Keys) -> None:
    for key in ("Ctrl+S", "Ctrl+J"):
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
