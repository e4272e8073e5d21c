"""The font that the program brings: no name prints as a box, and what was printed can be copied back."""

import itertools
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import QMarginsF
from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF, QPageSize, QPainter, QPdfWriter, QRawFont
from PySide6.QtWidgets import QApplication

FONTS = Path(__file__).parents[2] / "resources" / "fonts"
STYLES = ["Regular", "Bold"]
FAMILY = "Mingzhang Sans"


@pytest.fixture(params=STYLES)
def font(request: pytest.FixtureRequest, qapp: QApplication) -> QFont:
    file = FONTS / f"MingzhangSans-{request.param}.otf"
    number = QFontDatabase.addApplicationFont(str(file))
    assert QFontDatabase.applicationFontFamilies(number) == [FAMILY]
    font = QFont(FAMILY, 10)
    font.setBold(request.param == "Bold")
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


def test_each_weight_is_a_face_of_its_own(font: QFont) -> None:
    raw = QRawFont.fromFont(font)
    assert raw.familyName() == FAMILY
    assert raw.weight() == font.weight(), "bold is drawn as such, not smeared from the regular"


@pytest.mark.parametrize("style", STYLES)
def test_the_reserved_name_of_the_source_is_given_up(style: str) -> None:
    data = (FONTS / f"MingzhangSans-{style}.otf").read_bytes()
    for name in ("Noto Sans CJK", "NotoSansCJK"):
        assert name.encode("ascii") not in data
        assert name.encode("utf-16-be") not in data


def test_names_that_other_subsets_miss_have_glyphs(font: QFont) -> None:
    raw = QRawFont.fromFont(font)
    wanted = "玥珺祎堃喆垚䶮犇翀鱻\U00020164한국어Ññǖ·¥￥〔〕《》「」①⑳§≤≥×÷±‰%℃→▲△■□●○★☆─│┌┐└┘０Ａ，。"
    assert [character for character in wanted if not raw.supportsCharacter(ord(character))] == []


def test_digits_stand_under_each_other(font: QFont) -> None:
    metrics = QFontMetricsF(font)
    assert len({metrics.horizontalAdvance(digit) for digit in "0123456789"}) == 1
    pairs = map("".join, itertools.product("0123456789", repeat=2))
    assert len(set(map(metrics.horizontalAdvance, pairs))) == 1, "no pair is kerned"
    assert len({metrics.horizontalAdvance(f"{digit}.{digit}") for digit in "0123456789"}) == 1


def gb2312() -> str:
    """The 6 763 Han characters and the full-width marks that every Chinese computer knows."""
    rows = [*range(0xA1, 0xA4), *range(0xB0, 0xF8)]
    codes = (bytes([row, cell]) for row in rows for cell in range(0xA1, 0xFF))
    return (
        "".join(code.decode("gb2312", "ignore") for code in codes).replace("\u3000", "").replace("\u30fb", "")
    )


@pytest.mark.parametrize(
    "text",
    [
        "C0001 门工目金 ¥16,592.00 〔2019〕21号 ① § ≤ ×",
        "玥珺祎堃喆垚䶮 한국어 复方阿胶浆 5～10／天 – — …",
        pytest.param(gb2312(), id="GB 2312"),
    ],
)
def test_text_copied_from_a_pdf_is_the_text_that_was_printed(font: QFont, tmp_path: Path, text: str) -> None:
    file = tmp_path / "printed.pdf"
    writer = QPdfWriter(str(file))
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(10, 10, 10, 10))
    writer.setResolution(300)
    painter = QPainter(writer)
    painter.setFont(font)
    for number, start in enumerate(range(0, len(text), 50)):
        line = number % 50
        if number and not line:
            writer.newPage()
        painter.drawText(0, 60 * (line + 1), text[start : start + 50])
    painter.end()
    with pypdfium2.PdfDocument(file) as document:
        copied = "".join(document[page].get_textpage().get_text_range() for page in range(len(document)))
    assert "".join(copied.split()) == "".join(text.split())
