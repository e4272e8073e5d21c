"""The path through a visit: how many keys it takes, and what moves on, is passed over and is brought.

The name, the digits of the amounts and the Enter that ends an amount are not counted.
"""

from datetime import date
from typing import NamedTuple

import pytest

from core.messages import Message
from desktop.presenters import typed
from desktop.presenters.counter import walk
from desktop.presenters.counter.bare_days import BareDay
from desktop.presenters.counter.open_visit import OpenVisit, draft_of
from tests.desktop.conftest import DESK, TODAY, Desk
from tests.desktop.keys import FIRST_ADMISSION, NAMED, Keys

ID = "220113196004080016"
AMOUNTS = "20000 Return 18000 Return 900 Return"


def pressed(script: str) -> int:
    """Count the keys of a script: a named key is one, each character of the others is one."""
    named = {*NAMED, *(f"Shift+{name}" for name in NAMED)}
    return sum(1 if word in named else len(word) for word in script.split())


def posts(keys: Keys, *steps: str) -> int:
    """Type a visit and count its keys. ``steps``: what counts, what does not, what counts ... in turn."""
    before = len(keys.entries())
    for step in steps:
        keys.type(step)
    assert len(keys.entries()) == before + 1, keys.notice
    return sum(pressed(step) for step in steps[::2])


def on_file(desk: Desk, **settings: str) -> Keys:
    keys = desk(DESK._replace(**settings))
    keys.enter(FIRST_ADMISSION + " F12 Y F2")
    return keys


@pytest.mark.some_cases(2)
@pytest.mark.parametrize(
    "days", ["11 Return 20 Return", "9 Return 10 Return", "15 20 Return", "28 5 Return", "15 .", "0401 ."]
)
def test_a_repeat_patient_with_a_reader(desk: Desk, days: str) -> None:
    """A bare day is the latest such day, and `.` is today: 28 and 5 are a stay over the end of a month."""
    keys = on_file(desk)
    keys.scan(ID)
    counted = posts(keys, days, AMOUNTS, "F12 Y")
    print(f"repeat patient, reader, days typed {days!r}: {counted} keys")
    assert counted <= 8


class Stay(NamedTuple):
    """A stay as it is typed on a day: its days as they have to stand."""

    what: str
    today: date
    typed: str
    admitted: date
    discharged: date


JANUARY = date(2026, 1, 6)
STAYS = [
    Stay("this month", TODAY, "11 Return 20 Return", date(2026, 11, 11), date(2026, 11, 20)),
    Stay("this month, until today", TODAY, "13 .", date(2026, 11, 13), TODAY),
    Stay("one day, today", TODAY, ". .", TODAY, TODAY),
    Stay("one day, another one", TODAY, "21 21", date(2026, 11, 21), date(2026, 11, 21)),
    Stay("over the end of a month", TODAY, "28 5 Return", date(2026, 10, 28), date(2026, 11, 5)),
    Stay("last month, its last days", TODAY, "24 30", date(2026, 10, 24), date(2026, 10, 30)),
    Stay("since two months ago, until today", TODAY, "0903 .", date(2026, 9, 3), TODAY),
    Stay("over New Year", JANUARY, "28 4 Return", date(2025, 12, 28), date(2026, 1, 4)),
    Stay(
        "last month, both days gone by in this one", TODAY, "13 1018", date(2026, 10, 13), date(2026, 10, 18)
    ),
    Stay("into this month, both days gone by", TODAY, "21 12 Return", date(2026, 10, 21), date(2026, 11, 12)),
    Stay("two months ago", TODAY, "3 Return 0911", date(2026, 9, 3), date(2026, 9, 11)),
    Stay("over two ends of a month", TODAY, "31 1004", date(2026, 8, 31), date(2026, 10, 4)),
    Stay("since last month's 10th", TODAY, "10 Return -18", date(2026, 10, 10), date(2026, 10, 18)),
    Stay("over a month, into this one", TODAY, "-10 11 Return", date(2026, 10, 10), date(2026, 11, 11)),
    Stay(
        "last year's last month",
        date(2027, 1, 6),
        "-11 -20",
        date(2026, 12, 11),
        date(2026, 12, 20),
    ),
]
MOST = 8


@pytest.mark.parametrize("stay", STAYS, ids=[stay.what for stay in STAYS])
def test_each_kind_of_stay_costs_its_keys(desk: Desk, monkeypatch: pytest.MonkeyPatch, stay: Stay) -> None:
    """At most eight. `-18` is last month's 18th, where a bare 10 could begin a month and 18 is this month's.

    A bare day of admission may be a slip: where it was read as one of another month, the question has both.
    """
    monkeypatch.setattr("tests.desktop.conftest.TODAY", stay.today)
    keys = desk()
    keys.enter("220113196004080016 Return 张建国 Return 1 2 20200201 20200203 Return 900 Return 800 Return")
    keys.type("F12 Y F2")
    keys.scan(ID)
    keys.type(f"{stay.typed} {AMOUNTS} F12")
    read_so = f"{stay.admitted} 至 {stay.discharged}，共 {(stay.discharged - stay.admitted).days} 天"
    bare, other_month = typed.is_bare_day(stay.typed.split()[0]), stay.admitted.month != stay.discharged.month
    assert (read_so in keys.label("questionText")) == (bare and other_month)
    counted = pressed(f"{stay.typed} F12") + posts(keys, "Y")
    print(f"{stay.what}: {stay.typed!r} and F12 Y are {counted} keys")
    claim = keys.entries()[-1].request  # type: ignore[attr-defined]
    days = claim["admitted"], claim["discharged"]
    assert days == (stay.admitted.isoformat(), stay.discharged.isoformat())
    assert counted <= MOST


def cost(text: str) -> int:
    """Count the keys of a day in its cell, with the Enter that a short one needs."""
    return len(text) + (not typed.is_whole_day(text))


def test_no_stay_of_this_month_and_the_last_costs_more() -> None:
    """Every pair of days by every way to type them, as the two cells read it."""
    short = [".", *(f"{sign}{day}" for sign in ("", "-") for day in range(1, 32))]
    least: dict[tuple[date, date], int] = {}
    for last in short:
        discharged = typed.recent_day(last, TODAY)
        for first in short if isinstance(discharged, date) else ():
            until = discharged if typed.is_bare_day(first) else TODAY
            admitted = typed.recent_day(first, until)  # type: ignore[arg-type]
            keys = cost(first) + cost(last) + pressed("F12 Y")
            stay = admitted, discharged
            least[stay] = min(keys, least.get(stay, keys))  # type: ignore[index,arg-type]
    days = [date.fromordinal(TODAY.toordinal() - back) for back in range(TODAY.day + 31)]
    stays = [(first, last) for last in days for first in days if first <= last]
    assert max(least[stay] for stay in stays) <= MOST


def test_a_day_that_two_months_have_is_the_latest_and_the_length_of_the_stay_is_seen(desk: Desk) -> None:
    """October 10 until 18 is read as until November 18: 39 days beside it say so before anything is typed."""
    keys = on_file(desk)
    keys.scan(ID)
    keys.type("1010 18")
    assert (keys.cell("discharged"), keys.hint("discharged")) == ("2026-11-18", "周三 · 住院 39 天")
    keys.type("Shift+Return Shift+Return 1018")
    assert (keys.cell("discharged"), keys.hint("discharged")) == ("2026-10-18", "周日 · 住院 8 天")


def test_a_bare_admission_follows_the_discharge_and_a_whole_one_does_not(desk: Desk) -> None:
    keys = on_file(desk)
    keys.scan(ID)
    keys.type("13 1018")
    assert (keys.cell("admitted"), keys.hint("admitted")) == ("2026-10-13", "出院前最近的 13 日")
    keys.type("Shift+Return Shift+Return 1115")
    assert (keys.cell("admitted"), keys.hint("admitted")) == ("2026-11-13", "周五")
    keys.type("Shift+Return Shift+Return Shift+Return 1113 1018")
    assert (keys.cell("admitted"), keys.focus) == ("2026-11-13", "cell_discharged")
    assert keys.faults
    keys.type("Shift+Return 13 Return Ctrl+Z")  # the bare day is undone: the month was typed
    assert keys.focus == "cell_admitted"
    keys.type("Return 1018")
    assert (keys.cell("admitted"), keys.focus) == ("2026-11-13", "cell_discharged")
    keys.type("Shift+Return 13 1018")
    visit, after_a_crash = keys.program.counter_page.visit, OpenVisit(keys.program.session)
    after_a_crash.restore(draft_of(visit))
    assert after_a_crash.bare == visit.bare == BareDay("13", ("2026-11-13", "2026-10-13"))


def test_a_repeat_patient_with_a_reader_where_enter_asks_at_the_end(desk: Desk) -> None:
    keys = on_file(desk, ask_at_end="yes")
    keys.scan(ID)
    keys.type(f"15 . {AMOUNTS} Return")
    assert keys.window.question.isVisible()  # type: ignore[attr-defined]
    keys.type("Return Enter")
    assert (len(keys.entries()), keys.window.question.isVisible()) == (1, True)  # type: ignore[attr-defined]
    keys.type("N F2")
    keys.scan(ID)
    counted = posts(keys, "15 .", f"{AMOUNTS} Return", "Y")
    print(f"repeat patient, reader, Enter asks at the end: {counted} keys")
    assert counted <= 4


@pytest.mark.some_cases(2)
@pytest.mark.parametrize(
    ("found", "most"), [("F3 张 Return", 24), ("F3 zjg Return", 24), (f"F3 {ID[-4:]} Return", 24), (ID, 26)]
)
def test_a_repeat_patient_found_or_typed(desk: Desk, found: str, most: int) -> None:
    keys = on_file(desk)
    counted = posts(keys, f"{found} 15 20 Return", AMOUNTS, "F12 Y")
    print(f"repeat patient, found by {found!r}: {counted} keys")
    assert counted <= most


@pytest.mark.parametrize(("reader", "most"), [(True, 14), (False, 32)])
def test_a_first_visit(desk: Desk, reader: bool, most: int) -> None:
    keys = desk()
    if reader:
        keys.scan(ID)
    counted = posts(keys, "" if reader else ID, "张建国", "Return 1 2 0301 0310 Return", AMOUNTS, "F12 Y")
    print(f"first visit, {'reader' if reader else 'typed'}: {counted} keys")
    assert counted <= most


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("broken", ["is_whole", "_is_known"])
def test_the_measure_catches_a_path_that_waits(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    keys = on_file(desk)
    monkeypatch.setattr(walk, broken, lambda *_: False)
    with pytest.raises(AssertionError):
        posts(keys, f"{ID} 0401 0410", AMOUNTS, "F12 Y")


def test_known_cells_are_passed_over_shown_and_come_back_by_shift_tab(desk: Desk) -> None:
    keys = on_file(desk)
    keys.type(ID)
    assert keys.focus == "cell_admitted"
    assert [keys.cell(name) for name in ("name", "benefit", "level")] == ["张建国", "inpatient", "level_2"]
    keys.press(NAMED["Backtab"])
    assert keys.focus == "cell_level"
    keys.type("1 0401 0410")
    assert (keys.cell("level"), keys.focus) == ("level_1", "cell_total")
    keys.type("Shift+Return")
    assert keys.focus == "cell_population"


def test_an_enter_that_ends_a_day_which_had_moved_on_is_not_taken_for_today(desk: Desk) -> None:
    keys = desk()
    keys.type(f"{ID} Return 张建国 Return 1 2 0301 Return")
    assert (keys.focus, keys.cell("discharged")) == ("cell_discharged", "")
    assert "按 . 或再按一次 Enter" in keys.notice
    keys.type("Return")
    assert (keys.focus, keys.cell("discharged")) == ("cell_population", TODAY.isoformat())
    keys.type("Ctrl+Z")
    assert keys.cell("discharged") == ""


def test_an_enter_pressed_after_a_card_is_not_taken_for_today(desk: Desk) -> None:
    """The reader has sent its own."""
    keys = on_file(desk)
    keys.scan(ID)
    keys.type("Return")
    assert (keys.focus, keys.cell("admitted")) == ("cell_admitted", "")
    assert "按 . 或再按一次" in keys.notice
    keys.type("Return")
    assert (keys.focus, keys.cell("admitted")) == ("cell_discharged", TODAY.isoformat())


def test_one_enter_at_the_category_is_enough_and_a_second_one_does_not_leave_the_total_empty(
    desk: Desk,
) -> None:
    for enters in ("Return", "Return Return"):
        keys = desk()
        keys.type(f"{ID} 张建国 Return 1 2 0301 0310 {enters} 20000")
        assert (keys.focus, keys.cell("total"), keys.cell("population")) == (
            "cell_total",
            "20000",
            "ordinary",
        )


AGAIN = "220113196004080016 Return 张建国 Return 1 2 0305 Return 0309 Return Return 50000 Return 40000 Return"


def typed_again(desk: Desk) -> Keys:
    """A visit over the draft of another one of the same patient, every cell anew and every Enter pressed."""
    first = desk()
    first.enter(FIRST_ADMISSION)
    first.crash()
    keys = desk()
    keys.enter(AGAIN)
    return keys


def stands(keys: Keys) -> list[str]:
    return [keys.cell(name) for name in ("level", "admitted", "discharged", "total", "eligible")]


def test_a_visit_typed_again_over_its_draft_goes_into_the_same_cells(desk: Desk) -> None:
    """An Enter after a cell that had moved on leaves none that is filled already either."""
    assert stands(typed_again(desk)) == ["level_2", "2026-03-05", "2026-03-09", "50,000.00", "40,000.00"]


def test_the_look_catches_an_enter_that_passes_over_a_filled_cell(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: what moved on by itself is forgotten."""
    monkeypatch.setattr(OpenVisit, "by_itself", property(lambda _self: "", lambda *_: None), raising=False)
    assert stands(typed_again(desk)) != ["level_2", "2026-03-05", "2026-03-09", "50,000.00", "40,000.00"]


def test_a_day_is_today_by_a_point_and_by_enter(desk: Desk) -> None:
    keys = desk()
    keys.type(f"{ID} 张建国 Return 1 2 Return")
    assert (keys.cell("admitted"), keys.focus) == (TODAY.isoformat(), "cell_discharged")
    keys.type(".")
    assert (keys.cell("discharged"), keys.focus) == (TODAY.isoformat(), "cell_population")


def test_a_wrong_id_waits_for_enter(desk: Desk) -> None:
    keys = desk()
    keys.type("220113196004080013")
    assert keys.focus == "cell_id"
    assert "末位校验不符" in keys.hint("id")


def test_a_category_typed_right_after_the_move_is_taken(desk: Desk) -> None:
    keys = desk()
    keys.type(f"{ID} 张建国 Return 1 2 0301 0310 1 {AMOUNTS} F12 Y")
    assert len(keys.entries()) == 1


@pytest.mark.parametrize(
    ("text", "day"),
    [
        (".", date(2026, 11, 22)),
        ("。", date(2026, 11, 22)),
        ("22", date(2026, 11, 22)),
        ("23", date(2026, 10, 23)),
        ("31", date(2026, 10, 31)),
        ("5", date(2026, 11, 5)),
        ("１５", date(2026, 11, 15)),
        ("0301", date(2026, 3, 1)),
        ("-18", date(2026, 10, 18)),
        *((f"{sign}31", date(2026, 10, 31)) for sign in "－—\N{EN DASH}\N{MINUS SIGN}"),
        ("-5", date(2026, 10, 5)),
        ("3月1日", date(2026, 3, 1)),
    ],
)
def test_a_short_day_is_the_latest_such_day(text: str, day: date) -> None:
    assert typed.recent_day(text, TODAY) == day


@pytest.mark.parametrize("text", ["0", "00", "32", "99", "..", "-", "-0", "-32", "--18", "月18"])
def test_what_is_no_day_is_said(text: str) -> None:
    assert isinstance(typed.recent_day(text, TODAY), Message)


def test_no_day_moves_on_that_could_still_become_another() -> None:
    """Every beginning of a day that is whole has no longer day that begins with it."""
    years = [date(2026, month, day).isoformat() for month in range(1, 13) for day in range(1, 29)]
    longer = {text.replace("-", "") for text in years} | set(years) | {text[5:] for text in years}
    longer |= {text[5:].replace("-", "") for text in years} | {f"{int(t[5:7])}-{int(t[8:])}" for t in years}
    longer |= {f"-{day}" for day in range(1, 32)}
    early = {text[:end] for text in longer for end in range(1, len(text)) if typed.is_whole_day(text[:end])}
    assert not early


def test_the_last_visit_comes_whole_by_f7_and_enter(desk: Desk) -> None:
    keys = on_file(desk)
    keys.type(f"{ID} F7 Return")
    assert "第 1 号" in keys.notice
    assert [keys.cell(name) for name in ("admitted", "discharged")] == ["", ""]
    assert [keys.cell(name) for name in ("total", "eligible", "category_b")] == [
        "52,000.00",
        "48,000.00",
        "1,200.00",
    ]
    keys.type("F12")
    assert not keys.window.question.isVisible()  # type: ignore[attr-defined]  # without the days of this visit there is nothing to post
    assert keys.focus == "cell_admitted"
    keys.type("1101 1105 F12 Y")
    assert len(keys.entries()) == 2


def test_a_setting_lets_enter_ask_at_the_end(desk: Desk) -> None:
    keys = desk()
    keys.type("F5 PgUp")
    keys.program.navigator.page.typed("desk.ask_at_end", "yes")
    keys.type("F12")
    assert keys.program.session.settings.asks_at_end
