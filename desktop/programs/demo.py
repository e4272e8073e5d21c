"""The window without a screen: the sample admission in words, in a picture and on paper."""

import tempfile
from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QCoreApplication, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QApplication

from core.money import capitals, grouped
from core.settlement import Settlement
from core.words import Words, words
from desktop.app import Program
from desktop.devices.sheets_of_desk import estimate_of
from desktop.paper.output import sheet_pdf
from desktop.presenters import figures
from desktop.programs import sample
from desktop.session import Session
from desktop.settings import Settings
from desktop.views import theme

_PICTURE_WIDTH: Final = 820
_SMALLEST: Final = 0
"""The quality of the smallest PNG: Qt's quality of a PNG is how little it is compressed."""


def demo(folder: Path, language: str) -> int:
    """Settle the sample, print its split, draw the window and the estimate. Return the exit status.

    Raises OSError and PaperNotSaved where a file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    spoken = words(language)
    with tempfile.TemporaryDirectory() as home:
        program = _filled(Path(home), spoken)
        worked = program.counter_page.visit.worked
        assert worked is not None
        print(spoken.text("paper.made_up_line"))
        print(split_in_words(worked.settlement, spoken))
        picture_file, estimate = folder / "window.png", folder / "estimate.pdf"
        _draw(program, picture_file)
        form = program.counter_page.visit.texts
        sheet = estimate_of(program.session, program.session.settings, worked, form["name"], form["id"])
        sheet_pdf(sheet, estimate)
        program.window.close()
    for id_, file in (("window.demo.picture", picture_file), ("window.demo.estimate", estimate)):
        print(spoken.text(id_, file=str(file.resolve())))
    return 0


def picture(file: Path, language: str) -> int:
    """Draw the filled window into a file, or the manual's pictures into a folder. Return the exit status."""
    if file.is_dir():
        return _manual(file)
    with tempfile.TemporaryDirectory() as home:
        program = _filled(Path(home), words(language))
        _draw(program, file)
        program.window.close()
    return 0


def _manual(folder: Path) -> int:
    """Draw the manual's pictures of the window, in the languages that the manual is written in."""
    QApplication.setCursorFlashTime(0)  # the same picture every time
    for language in sorted(one.name for one in folder.iterdir() if one.is_dir()):
        with tempfile.TemporaryDirectory() as home:
            program = _filled(Path(home), words(language))
            _shoot(program, folder / language)
            program.window.close()
    return 0


def _shoot(program: Program, folder: Path) -> None:
    """Draw the whole window, its two sides, the settings and a patient's visits."""
    window, view = program.window, program.view
    window.resize(1280, 800)
    window.show()
    view.focus_again()
    _settle()
    _small(window.grab(), folder / "window.png")
    middle = view.width() * 2 // 5 + 18
    _small(view.grab(QRect(0, 0, middle, view.height())), folder / "left.png")
    _small(view.grab(QRect(middle, 0, view.width() - middle, view.height())), folder / "right.png")
    program.navigator.press("F5")
    _settle()
    _small(window.grab(), folder / "region.png")
    program.navigator.press("Esc")
    program.counter_page.ask_post()
    program.counter_page.answer("post")
    program.navigator.press("F7")
    _settle()
    _small(window.grab(), folder / "history.png")


def _small(picture: QPixmap, file: Path) -> None:
    """Save a picture in the width of the manual's text, with an edge: window and text are both white.

    Raises OSError where it cannot be written.
    """
    if picture.width() > _PICTURE_WIDTH:
        picture = picture.scaledToWidth(_PICTURE_WIDTH, Qt.TransformationMode.SmoothTransformation)
    edge = QPainter(picture)
    edge.setPen(QColor(theme.colours().line))
    edge.drawRect(picture.rect().adjusted(0, 0, -1, -1))
    edge.end()
    image = picture.toImage().convertToFormat(QImage.Format.Format_RGB888)
    if not image.save(str(file), "PNG", quality=_SMALLEST):  # type: ignore[call-overload]
        raise OSError(f"{file}: not written")


def _settle() -> None:
    """Let Qt lay out again what was rendered before the window was shown."""
    for _ in range(3):
        QCoreApplication.processEvents()


def split_in_words(settlement: Settlement, spoken: Words) -> str:
    """Return the split as lines of text: the payers' amounts, then the lines of the calculation."""
    amounts = settlement.amounts
    lines = [
        f"{spoken.text(f'amount.{name}')}  {grouped(fen)}"
        for name in ("medfee_sumamt", "hifp_pay", "hifmi_pay", "maf_pay", "psn_part_amt")
        if (fen := getattr(amounts, name)) is not None
    ]
    if amounts.psn_part_amt is not None and spoken.language == "zh":
        lines[-1] += f"  {capitals(amounts.psn_part_amt)}"
    rows, _zero = figures.rows(settlement, spoken)
    lines += [f"  {' '.join(filter(None, (row.label, row.sum)))}  {row.amount}" for row in rows]
    return "\n".join(lines)


def _filled(home: Path, spoken: Words) -> Program:
    """Return the program with the sample typed in, over a ledger in a folder for the moment."""
    request = sample.admission()
    settings = Settings(
        hospital=spoken.text("window.demo.hospital"),
        operator=spoken.text("window.demo.operator"),
        region=request["region"],
    )
    program = Program(Session(spoken, settings, home, sample.today))
    program.open()
    for name, text in sample.cells_of(request, spoken).items():
        program.counter_page.typed(name, text)
        program.counter_page.left(name)
    program.counter_page.back("over_limit")
    return program


def _draw(program: Program, file: Path) -> None:
    window = program.window
    window.resize(1280, 800)
    window.show()
    program.view.focus_again()
    _settle()
    image = QBuffer()
    if not window.grab().save(image, "PNG"):
        raise MemoryError
    file.write_bytes(image.data().data())
