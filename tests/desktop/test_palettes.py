"""The colours: every text stands out from its ground, every payer reads without its colour."""

import re
from itertools import combinations

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from desktop.views import theme
from desktop.views.bars import paint_fill
from desktop.views.palettes import EDGES, PALETTES, TEXTS, Palette
from tests.desktop.contrast import contrast

THEMES = sorted(PALETTES)
_HUES = {"basic": (195, 210), "critical_illness": (160, 170), "assistance": (320, 332), "patient": (36, 42)}


def _least(name: str) -> float:
    return 7.0 if name == "contrast" else 4.5


def faults(name: str, palette: Palette) -> list[str]:
    """The texts and edges of a palette that do not stand out enough."""
    found = [
        f"{text} on {ground}"
        for text, ground in TEXTS
        if contrast(getattr(palette, text), getattr(palette, ground)) < _least(name)
    ]
    found += [
        f"{edge} beside {ground}"
        for edge, ground in EDGES
        if contrast(getattr(palette, edge), getattr(palette, ground)) < 3
    ]
    for payer, ground in palette.payers.items():
        if contrast(palette.on_payers[payer], ground) < _least(name):
            found.append(f"words on {payer}")
        if max(contrast(ground, palette.sheet), contrast(palette.hatches[payer], palette.sheet)) < 3:
            found.append(f"{payer} with its edge beside the sheet")
        if contrast(palette.stripes[payer], palette.sheet) < 3:
            found.append(f"stripes of {payer}")
    return found


@pytest.mark.parametrize("name", THEMES)
def test_every_text_stands_out_from_every_ground_that_it_is_drawn_on(name: str) -> None:
    assert faults(name, PALETTES[name]) == []


@pytest.mark.parametrize("name", THEMES)
def test_a_pale_text_would_be_found(name: str) -> None:
    palette = PALETTES[name]
    assert faults(name, palette._replace(soft=palette.hairline))


@pytest.mark.parametrize("name", THEMES)
def test_who_pays_has_the_same_hues_in_every_theme(name: str) -> None:
    for payer, (least, most) in _HUES.items():
        assert least <= QColor(PALETTES[name].payers[payer]).hsvHue() <= most, payer


@pytest.mark.parametrize("name", THEMES)
def test_yellow_is_for_made_up_data_alone(name: str) -> None:
    palette = PALETTES[name]
    others = [
        colour for role, colour in palette._asdict().items() if isinstance(colour, str) and role != "practice"
    ]
    others += [*palette.payers.values(), *palette.hatches.values(), *palette.stripes.values()]
    for colour in map(QColor, others):
        assert not (50 <= colour.hsvHue() <= 70 and colour.hsvSaturation() > 60), colour.name()


@pytest.mark.parametrize("name", THEMES)
def test_payers_read_in_black_and_white(qapp: QApplication, name: str) -> None:
    """Drawn in grey, no two grounds with their patterns are alike."""
    theme.dress(qapp, name)
    pictures = {
        payer: _grey(payer, name)
        for payer in ("basic", "critical_illness", "assistance", "hospital", "patient")
    }
    theme.dress(qapp)
    for one, other in combinations(pictures, 2):
        differing = sum(a != b for a, b in zip(pictures[one], pictures[other], strict=True))
        assert differing > len(pictures[one]) // 10, (one, other)


def _grey(payer: str, name: str) -> list[int]:
    """A payer's field, as a printer without colour has it: dark, light, or the ground."""
    picture = QImage(40, 24, QImage.Format.Format_RGB32)
    painter = QPainter(picture)
    paint_fill(painter, QRectF(0, 0, 40, 24), payer)
    painter.end()
    ground = QColor(PALETTES[name].payers[payer]).rgb()
    return [int(picture.pixel(x, y) != ground) for x in range(2, 38) for y in range(2, 22)]


def test_what_has_no_other_ground_is_told_by_its_edge() -> None:
    """In high contrast paper and sheet are black alike: a chosen row is reversed, every edge is seen."""
    assert [name for name, palette in PALETTES.items() if palette.one_ground] == ["contrast"]
    palette = PALETTES["contrast"]
    assert palette.paper == palette.sheet
    for colour in (palette.accent, palette.edge, palette.line, palette.focus, palette.wrong, palette.done):
        assert contrast(colour, palette.sheet) >= 7
    assert contrast(palette.line, palette.edge) > 2


def test_the_style_sheet_has_no_colour_of_its_own() -> None:
    """What is not from the palette would not follow the theme."""
    for name in THEMES:
        known = {value for value in PALETTES[name] if isinstance(value, str)}
        used = set(re.findall(r"#[0-9a-f]{6}", theme.style(PALETTES[name])))
        assert used <= known, used - known


@pytest.mark.parametrize("name", THEMES)
def test_every_text_of_the_style_sheet_is_among_the_pairs(name: str) -> None:
    """A rule that states a text and its ground states a pair whose contrast is computed."""
    palette = PALETTES[name]._replace(
        **{
            role: f"#{number:06x}"
            for number, role in enumerate(Palette._fields)
            if isinstance(getattr(PALETTES[name], role), str)
        }
    )
    roles = {value: role for role, value in palette._asdict().items() if isinstance(value, str)}
    for rule in re.findall(r"\{([^}]*)\}", theme.style(palette)):
        text = re.search(r"(?<![a-z-])color: (#[0-9a-f]{6})", rule)
        ground = re.search(r"background: (#[0-9a-f]{6})", rule)
        if text and ground:
            assert (roles[text[1]], roles[ground[1]]) in TEXTS, rule
