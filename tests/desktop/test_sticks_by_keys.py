"""A village doctor at a stick, by keys: take in, hand over, the receipt on paper; conflicts and trust."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.counter import Counter, open_counter, posting
from core.desks import conflicts, stick, trusting
from core.ledger.entries import Identifier, PatientGiven
from tests.desktop.conftest import Desk
from tests.desktop.keys import FIRST_ADMISSION, Keys
from tests.desktop.test_day_end_by_keys import text_of

ZHANG = "220113196004080016"


@pytest.fixture
def keys(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keys:
    monkeypatch.setattr("desktop.desk.documents_folder.documents", lambda: tmp_path / "papers")
    return desk()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture
def hospital(tmp_path: Path) -> Iterator[Counter]:
    """Another ledger, in which the same person came under another name."""
    counter = open_counter(tmp_path / "hospital.db")
    request = {
        "region": "jilin/example",
        "benefit": "inpatient",
        "hospital_level": "level_2",
        "admitted": "2026-01-01",
        "discharged": "2026-01-05",
        "eligible": "3000.00",
    }
    person = PatientGiven((Identifier("01", ZHANG),), "张建园")
    done = posting.post(counter, key="h1", patient=person, operator="赵", request=request)
    assert not isinstance(done, list)
    yield counter
    counter.close()


def opened(keys: Keys) -> Counter:
    counter = keys.program.session.counter
    assert counter is not None
    return counter


def sticks(keys: Keys, place: Path) -> None:
    keys.program.navigator.press("sticks")
    keys.type(str(place))


def taken_in(keys: Keys) -> None:
    """Waits until the process has taken in what F6 has begun."""
    pages = keys.program.pages
    assert pages is not None
    keys.until(lambda: not pages.desks.work.busy)


def test_two_keys_take_in_and_hand_over_and_both_ledgers_come_to_one(
    keys: Keys, place: Path, hospital: Counter
) -> None:
    keys.enter(FIRST_ADMISSION + " F12 Y")
    stick.hand_over(hospital, place / "h.packet", operator="赵")
    (place / "broken.packet").write_bytes((place / "h.packet").read_bytes()[:-9])
    sticks(keys, place)
    keys.type("F6")
    taken_in(keys)
    assert "新 1 笔" in keys.notice
    assert "未接收 1 个" in keys.notice
    assert "broken.packet" in keys.seen()
    assert [row[0] for row in keys.rows()] == ["一个号码，两个姓名", "入账时不知道别处的记录"]
    assert "16,592.00 → 15,796.00" in keys.rows()[1][2]
    keys.shot("sticks")
    keys.type("F12")
    assert "已转出" in keys.notice
    (written,) = [file for file in place.glob("*.packet") if file.name not in {"h.packet", "broken.packet"}]
    assert not isinstance(stick.take_in(hospital, written, operator="赵"), list)
    own, theirs = (each.ledger.patients.find(ZHANG) for each in (opened(keys), hospital))
    assert own is not None
    assert theirs is not None
    assert opened(keys).totals(own, 2026) == hospital.totals(theirs, 2026)
    assert opened(keys).totals(own, 2026).admissions == 2
    assert keys.program.session.settings.stick == str(place), "it is not typed again"


def test_a_taking_in_goes_on_beside_the_counter_and_esc_leaves_nothing_of_it(
    keys: Keys, place: Path, hospital: Counter
) -> None:
    stick.hand_over(hospital, place / "h.packet", operator="赵")
    sticks(keys, place)
    keys.type("F6 Esc")
    taken_in(keys)
    assert "停止" in keys.notice
    assert opened(keys).ledger.db.execute("SELECT count(*) FROM entries").fetchone() == (0,)
    keys.type("F6 Esc Esc F2")
    taken_in(keys)
    keys.program.navigator.press("sticks")
    keys.type("F6")
    keys.program.navigator.home()
    keys.type("220113196004080016")
    assert keys.cell("id") == "220113196004080016", "the counter goes on"
    taken_in(keys)
    assert "新 1 笔" in keys.notice, "told where the clerk is"


def test_a_conflict_is_settled_by_saying_how(keys: Keys, place: Path, hospital: Counter) -> None:
    keys.enter(FIRST_ADMISSION + " F12 Y")
    stick.hand_over(hospital, place / "h.packet", operator="赵")
    sticks(keys, place)
    keys.type("F6")
    taken_in(keys)
    keys.type("Shift+F6")
    assert len(conflicts.open_ones(opened(keys).ledger)) == 1, "nobody has said how"
    keys.type("看过证件 Shift+F6")
    assert "已处理" in keys.notice
    assert "一个号码，两个姓名" not in keys.seen()
    keys.type("补上那一笔 Shift+F6")
    assert "已重新结算 1 笔" in keys.notice
    assert "没有未处理的冲突" in keys.seen()
    assert conflicts.open_ones(opened(keys).ledger) == []


def test_a_ledger_is_trusted_by_the_fingerprint_that_is_typed_and_the_receipt_has_both_heads(
    keys: Keys, place: Path, hospital: Counter, tmp_path: Path
) -> None:
    stick.hand_over(hospital, place / "h.packet", operator="赵")
    mark = trusting.own(hospital).fingerprint
    sticks(keys, place)
    keys.type(f"Return {'0' * 32} Shift+F12")
    assert "没有这个指纹" in keys.seen()
    keys.type("Ctrl+A " + mark.replace(" ", "") + " Shift+F12")
    assert "已信任" in keys.notice
    keys.type("F6")
    taken_in(keys)
    keys.type("F12 F9")
    (paper,) = (tmp_path / "papers").glob("*.pdf")
    text = text_of(paper)
    for counter in (opened(keys), hospital):
        assert counter.ledger.short_id in text
    head = hospital.ledger.db.execute("SELECT hash FROM entries WHERE number = 1").fetchone()[0]
    assert " ".join(head[at : at + 4] for at in range(0, 16, 4)) in text
    sealed = [file for file in place.glob("*.packet") if hospital.ledger.short_id in file.name]
    assert len(sealed) == 1, "sealed to the one that is trusted"


def test_a_stick_that_is_not_there_is_told(keys: Keys, tmp_path: Path) -> None:
    keys.program.navigator.press("sticks")
    keys.type("F6")
    assert keys.program.navigator.page.state is not None
    sticks(keys, tmp_path / "nowhere")
    for key in ("F6", "F12"):
        keys.type(key)
        assert "nowhere" in keys.seen()
