"""The picture of the year: what it shows, and that it reads at a glance."""

import pytest
from PySide6.QtGui import QFontMetricsF, QImage
from PySide6.QtWidgets import QApplication

from desktop.presenters.result_states import Stretch, YearBar
from desktop.views import theme
from desktop.views.bars import YearBars
from tests.desktop.conftest import Desk
from tests.desktop.keys import FIRST_ADMISSION

_PATIENT = "220113196004080016 Return 张建国 Return"
_LARGE = _PATIENT + " 1 2 0301 Return 0310 Return Return 90000000 Return 90000000 Return Return"
_CHRONIC = _PATIENT + " 5 1 1 Return 0310 Return Return 1000 Return 1000 Return"


def _bars(desk: Desk, typed: str, language: str = "zh") -> tuple[YearBar, ...]:
    keys = desk(language=language)
    keys.type(typed)
    bars = keys.program.counter_page.state.bars
    assert bars
    return bars


def test_the_bands_are_stretches_of_one_bar_with_their_percentages(desk: Desk) -> None:
    cost = _bars(desk, FIRST_ADMISSION)[0]
    assert [(one.text, one.edge) for one in cost.stretches] == [
        ("70%", "30,000"),
        ("75%", "60,000"),
        ("80%", ""),
    ]
    assert (cost.before, cost.now, cost.deducted) == (0, 4_680_000, 40_000)


def test_the_deductible_of_critical_illness_is_the_first_stretch_of_its_burden(desk: Desk) -> None:
    burden = next(bar for bar in _bars(desk, FIRST_ADMISSION) if bar.label == "大病负担")
    assert [one.text for one in burden.stretches][:2] == ["起付", "60%"]
    assert burden.stretches[0].upto == 1_000_000


def test_a_limit_is_the_end_of_its_bar(desk: Desk) -> None:
    basic = next(bar for bar in _bars(desk, FIRST_ADMISSION) if bar.label == "统筹支付")
    assert basic.stretches == (Stretch(20_000_000, "限额 200,000"),)
    assert basic.text == "还剩 166,680.00"


def test_a_chronic_disease_shows_what_can_still_be_paid(desk: Desk) -> None:
    """60% of the 1,400 that the visit left of the year's 2,400, not 1,440 less the 480 that were paid."""
    own = _bars(desk, _CHRONIC)[0]
    assert own.text == "还能付 840.00"
    assert [one.text for one in own.stretches] == ["起付", "60%"]
    assert own.stretches[-1].edge == "限额 2,400"


@pytest.mark.each_value
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("typed", [FIRST_ADMISSION, _LARGE, _CHRONIC])
def test_no_words_of_a_bar_print_over_their_neighbours(desk: Desk, typed: str, language: str) -> None:
    for bar in _bars(desk, typed, language):
        assert crowded(bar) == []


def test_crowded_words_would_be_found() -> None:
    many = tuple(Stretch(edge, "70%", f"{edge:,}") for edge in range(1_000_000, 10_000_000, 1_000_000))
    assert crowded(YearBar("范围内费用", "basic", 0, 1, many, "累计 1,000.00", ""))


def crowded(bar: YearBar) -> list[str]:
    """The words that are wider than their stretch where the window is at its narrowest."""
    font = QApplication.font()
    names = QFontMetricsF(font)
    room = 482 - names.horizontalAdvance(bar.label) - names.horizontalAdvance(bar.text) - 24
    font.setPixelSize(theme.fine())
    fine = QFontMetricsF(font)
    texts = [text for one in bar.stretches for text in (one.text, one.edge)]
    return [text for text in texts if fine.horizontalAdvance(text) + 4 > room / len(bar.stretches)]


def test_used_this_visit_and_left_are_told_apart_without_colour(desk: Desk) -> None:
    """Solid, hatched, dotted: of each stretch more ink than of the next."""
    desk()
    bars = YearBars()
    bars.render_bars((YearBar("", "basic", 40, 30, (Stretch(100, ""),), "", ""),), "x")
    bars.resize(424, bars.sizeHint().height())
    picture = bars.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    inks = [_ink(picture, left, right) for left, right in ((16, 160), (190, 280), (310, 400))]
    assert inks[0] == 1.0
    assert 0.15 < inks[1] < 0.75
    assert 0.02 < inks[2] < inks[1] - 0.05
    bars.close()


def _ink(picture: QImage, left: int, right: int) -> float:
    """How much of a part of the bar is not white, at the height beside the plate with the words."""
    pixels = [picture.pixelColor(x, y).lightness() for x in range(left, right) for y in range(5, 13)]
    return sum(light < 250 for light in pixels) / len(pixels)
