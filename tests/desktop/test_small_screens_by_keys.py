"""The counter on small screens: nothing scrolls from the ID to the print, nothing moves when figures come."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QApplication

from core.words import languages, words
from desktop.app import Program
from desktop.session import Session
from desktop.settings import Settings
from desktop.views import window_place
from desktop.views.counter import room
from desktop.views.window import Window
from tests.desktop.clipping import clipped
from tests.desktop.conftest import TODAY, Desk
from tests.desktop.keys import Keys

SCREENS = ((1024, 600), (1366, 698), (1280, 800))
"""The third is 1366 x 768 less a taskbar and the window's own title line."""

STEPS = (
    "220113196004080016 张建国 Return 1 2 0301 0310 Return 52000 Return",
    "48000 Return 1200 Return",
    "F12",
    "Y",
    "F2 220113196004080016 0401 0410 20000 Return 20000 Return",
)
FOUR_PAYERS = (
    "220113196004080016 张建国 Return 1 2 0301 0310 2 52000 Return 48000 Return 1200 Return F12 Y",
    "F2 220113196004080016 Shift+Return 3 0401 0420 150000 Return 140000 Return 2000 Return",
)
"""A bill with the longest list of steps and two lines of who pays, in a year that has something."""


def places(keys: Keys) -> dict[str, int]:
    """How far from the top each cell stands that is shown."""
    cells = keys.program.view.entries.cells
    return {name: cell.mapTo(keys.window, QPoint()).y() for name, cell in cells.items() if cell.isVisible()}


def wrong(keys: Keys, wide: int, high: int, steps: tuple[str, ...] = STEPS) -> list[str]:
    """What scrolls or moves on the way through a visit in a window of this size."""
    keys.window.resize(wide, high)
    keys.app.processEvents()
    found, before = [], places(keys)
    if keys.focus != "cell_id":
        found.append(f"the focus is in {keys.focus}")
    for step in steps:
        keys.type(step)
        view, now = keys.program.view, places(keys)
        moved = [name for name in before if name in now and before[name] != now[name]]
        if moved:
            found.append(f"{step}: {moved} moved")
        if view.entries.area is not None or view.results.area is not None:
            found.append(f"{step}: a column scrolls")
        below = [name for name, at in now.items() if at + 20 > high]
        if below:
            found.append(f"{step}: {below} out of sight")
    return found


@pytest.mark.each_value
@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("size", SCREENS)
def test_nothing_scrolls_and_nothing_moves(desk: Desk, language: str, size: tuple[int, int]) -> None:
    assert wrong(desk(language=language), *size) == []


MOTHER = "22011319850512432X"
OF_A_BIRTH = (
    f"{MOTHER} 20270101 Return",
    "Backspace 1101 Return 王某之子 Return 1 2 1101 1110 Return 20000 Return 18000 Return 900 Return",
    "F9",
)
"""A birth that is to come, which is a fault, and is put right."""


def wrong_birth(keys: Keys, wide: int, high: int) -> list[str]:
    """What scrolls or moves on the way through a newborn's visit whose birth is a fault at first."""
    keys.window.resize(wide, high)
    keys.type("Backtab 4")
    found = [] if keys.focus == "cell_id" else [keys.focus]
    keys.program.view.cell("id").take_focus()
    told = wrong(keys, wide, high, OF_A_BIRTH[:1])
    if not any("2027-01-01" in fault for fault in keys.faults):
        found.append("no fault")
    told += wrong(keys, wide, high, OF_A_BIRTH[1:])
    return found + [each for each in told if not each.startswith("the focus")]


@pytest.mark.each_value
@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("size", SCREENS)
def test_a_newborn_s_form_neither_scrolls_nor_moves_where_the_birth_is_a_fault(
    desk: Desk, language: str, size: tuple[int, int]
) -> None:
    assert wrong_birth(desk(language=language), *size) == []


def test_the_cells_stand_after_a_newborn_s_form_where_they_stood_before(desk: Desk) -> None:
    keys = desk()
    keys.window.resize(1280, 720)
    keys.type("F2")
    where = {name: cell.geometry() for name, cell in keys.program.view.entries.cells.items()}
    keys.type("Backtab 4")
    assert any(keys.program.view.cell(name).geometry() != place for name, place in where.items())
    keys.type("F2")
    assert {name: keys.program.view.cell(name).geometry() for name in where} == where


def test_the_look_catches_a_birth_whose_fault_takes_a_line_of_its_own(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from desktop.views.counter.entry_column import EntryColumn

    monkeypatch.setattr(EntryColumn, "_borrowed", lambda _column, above, _names, _cells: above.line + 2)
    assert wrong_birth(desk(language="en"), 1024, 600)


@pytest.mark.each_value
@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("size", SCREENS)
def test_the_longest_list_scrolls_inside_itself_alone(
    desk: Desk, language: str, size: tuple[int, int]
) -> None:
    keys = desk(language=language)
    assert wrong(keys, *size, FOUR_PAYERS) == []
    assert len(keys.program.counter_page.state.steps) > 15


DISEASES = ("5 1 2 Return .", "5 1 13 Return .", "2 2 21 Return .", "2 2 9 Return .")


def cut_names(keys: Keys, wide: int, high: int) -> list[str]:
    """The texts that are cut while an outpatient visit's disease stands in the form."""
    keys.window.resize(wide, high)
    found = []
    for visit in DISEASES:
        keys.type(f"F2 220113196004080016 张建国 Return {visit} 2000 Return 1800 Return")
        if not keys.hint("disease" if visit.startswith("5") else "special_disease"):
            found.append(f"{visit}: no name")
        found += [f"{visit}: {fault}" for fault in clipped(keys.window) if fault.startswith("hint")]
    return found


@pytest.mark.each_value
@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("size", SCREENS)
def test_a_disease_s_name_stands_under_its_number_whole(
    desk: Desk, language: str, size: tuple[int, int]
) -> None:
    assert cut_names(desk(language=language), *size) == []


def test_the_look_catches_a_name_that_has_its_cell_s_width_alone(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from desktop.views.counter.entry_column import EntryColumn

    monkeypatch.setattr(
        EntryColumn,
        "_share_line",
        lambda column, row, state, share=EntryColumn._share_line: share(
            column,
            row,
            state._replace(cells={name: cell._replace(listed=False) for name, cell in state.cells.items()}),
        ),
    )
    assert cut_names(desk(), 1024, 600)


def scrolls_with_rarer_cells(
    keys: Keys, wide: int, high: int, typed: str = f"{STEPS[0]} {STEPS[1]} Ctrl+E"
) -> bool:
    """Whether the cells scroll, or any part of them is cut, once Ctrl+E shows the rarer ones."""
    keys.window.resize(wide, high)
    keys.type(typed)
    view = keys.program.view
    return view.entries.area is not None or view.results.area is not None or bool(clipped(keys.window))


@pytest.mark.each_value
@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("size", [(1280, 720), *SCREENS])
def test_the_rarer_cells_stand_beside_the_others_without_scrolling(
    desk: Desk, language: str, size: tuple[int, int]
) -> None:
    """On the lowest screen of all they take the place of the sum; what they ask for moves none of the others.

    Closed, everything stands as before.
    """
    keys = desk(language=language)
    keys.window.resize(*size)
    keys.type(f"{STEPS[0]} {STEPS[1]}")
    before = places(keys)
    assert not scrolls_with_rarer_cells(keys, *size, "Ctrl+E")
    opened = places(keys)
    if size == SCREENS[0]:
        assert {name: opened[name] for name in before} == before
    for keys_, focus in (("1", "cell_deductible_paid"), ("400 Return 2", "cell_earlier_stays")):
        keys.type(keys_)
        assert keys.focus == focus
        assert not scrolls_with_rarer_cells(keys, *size, "")
        assert {name: places(keys)[name] for name in before} == {name: opened[name] for name in before}
    keys.type("Shift+Return Shift+Return 0 Ctrl+E")
    assert (keys.program.view.entries.area, keys.focus) == (None, "cell_eligible")
    assert places(keys) == before


def test_the_look_catches_rarer_cells_that_have_no_room(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room.Room, "_may_lend", lambda *_: False)
    assert scrolls_with_rarer_cells(desk(language="en"), 1024, 600)


def test_a_disease_is_chosen_from_its_list_while_the_rarer_cells_are_open(desk: Desk) -> None:
    """The list takes the place that they took, while its cell has the focus."""
    keys = desk()
    keys.window.resize(1024, 600)
    keys.type("220113196004080016 张建国 Return 2 2 2 Return . 2000 Return 1800 Return Ctrl+E")
    view, state = keys.program.view, keys.program.counter_page.state
    assert view.results.lent is not None
    assert view.cell("settled").isVisible()
    view.cell("special_disease").take_focus()
    keys.app.processEvents()
    state = keys.program.counter_page.state
    assert state.diseases is not None
    assert (view.cell("settled").isVisible(), view.results.area) == (False, None)
    keys.type("3 Return Return")
    assert (keys.cell("special_disease"), view.cell("settled").isVisible()) == ("3", True)


def half_drawn(keys: Keys) -> bool:
    """Whether something of a row is drawn that has no room for all of it."""
    table = keys.program.view.results.steps
    high = table.viewport().height()
    tops = [(table.rowViewportPosition(at), table.rowHeight(at)) for at in range(table.rowCount())]
    cut = next((top for top, height in tops if top < high < top + height), None)
    if cut is None:
        return False
    picture = table.viewport().grab(QRect(0, cut, table.viewport().width(), high - cut)).toImage()
    return len({picture.pixel(x, y) for x in range(picture.width()) for y in range(picture.height())}) > 1


def test_no_figure_is_drawn_in_half(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from desktop.views.counter.steps import StepsTable

    keys = desk(language="ko")
    keys.type(STEPS[0] + " " + STEPS[1])

    def halves() -> list[int]:
        found = []
        for high in range(600, 640, 7):
            keys.window.resize(1024, high)
            keys.app.processEvents()
            found += [high] if half_drawn(keys) else []
        return found

    assert halves() == []
    monkeypatch.setattr(StepsTable, "cut", lambda _table: None)
    assert halves(), "planted: the table draws what it can of a row"


def test_the_look_catches_a_list_that_keeps_too_many_rows_in_sight(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from desktop.views.counter.steps import StepsTable

    monkeypatch.setattr(StepsTable, "FEWEST_KEPT", StepsTable.MOST_KEPT)
    assert wrong(desk(language="en"), 1024, 600, FOUR_PAYERS)


def test_the_look_catches_a_column_that_gives_way_only_when_the_bars_come(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from desktop.views.counter.year_sheet import YearSheet

    monkeypatch.setattr(YearSheet, "kept_for_bars", lambda _sheet: 0)
    assert wrong(desk(), 1280, 720)


def test_the_look_catches_a_column_that_does_not_give_way(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "_MEASURES", room._MEASURES[:1])
    assert wrong(desk(), 1024, 600)


@pytest.mark.parametrize(
    ("remembered", "size"),
    [
        ("", None),
        ("1000x600+10+20", (1000, 600)),
        ("100x100+0+0", None),
        ("1000x600+9000+20", None),
        ("x", None),
        ("99999x99999+0+0", None),
    ],
)
def test_the_window_opens_where_it_was_and_never_off_the_screen(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch, remembered: str, size: tuple[int, int] | None
) -> None:
    from PySide6.QtGui import QScreen

    monkeypatch.setattr(QScreen, "availableGeometry", lambda _screen: QRect(0, 0, 1920, 1040))
    window = Window()
    window_place.open_window(window, remembered)
    assert window.size().toTuple() == (size or (1440, 900))
    window.close()


def test_a_small_screen_is_filled_and_the_window_comes_back_as_it_was_closed(
    qapp: QApplication, tmp_path: Path
) -> None:
    from desktop.startup.settings_file import load

    def program() -> Program:
        return Program(Session(words("zh"), load(tmp_path), tmp_path, today=lambda: TODAY))

    first = program()
    first.start()  # the screen of the tests is smaller than the window
    assert first.window.isMaximized()
    first.window.close()
    assert load(tmp_path) == Settings(window=window_place.MAXIMIZED)
    second = program()
    second.window.resize(1000, 600)
    second.window.show()
    second.window.close()
    assert load(tmp_path).window == window_place.MAXIMIZED, (
        "only a start that placed the window keeps its place"
    )
