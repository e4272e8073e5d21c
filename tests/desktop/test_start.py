"""What the start owes the clerk: a window at once, and nothing typed is lost."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QRawFont
from PySide6.QtWidgets import QApplication

from core.words import words
from desktop import main
from desktop.app import Program
from desktop.programs import demo
from desktop.session import Session
from desktop.settings import Settings
from tests.desktop.conftest import Desk
from tests.desktop.reading import texts

ROOT = Path(__file__).resolve().parents[2]
LATE = ("pydantic", "sqlcipher3", "platformdirs", "tomlkit", "core.counter")

_START = f"""
import sys
from PySide6 import QtCore
from PySide6.QtCore import QTimer
from desktop.app import launch
from desktop.views.window import application

app = application()
program = launch()

def painted():
    print("early", [name for name in {LATE!r} if name in sys.modules])
    QTimer.singleShot(0, drawn)

def drawn():
    print("enumerations", "Qt" in vars(QtCore))
    assert program.pages is None, "nothing but the window is there yet"
    for name, text in CELLS.items():
        program.counter_page.typed(name, text)

def settled():
    print("first split", program.counter_page.state.figure.amount)
    print("pages at the first split", "desktop.pages" in sys.modules)

def loaded():
    print("figure", program.counter_page.state.figure.amount)
    print("enumerations by now", "Qt" in vars(QtCore), "numpy", "numpy" in sys.modules)
    app.quit()

CELLS = {{"benefit": "inpatient", "level": "level_2", "discharged": "2026-03-10",
          "total": "52000", "eligible": "48000", "category_b": "1200"}}
program.window.painted.connect(painted)
program.settles.connect(settled)
program.loaded.connect(loaded)
program.start()
app.exec()
program.close()
"""

_FONTS = """
from PySide6.QtGui import QFont, QRawFont
from desktop.app import launch
from desktop.startup.fonts import FAMILY
from desktop.views.window import application

app = application()
program = launch()

def tell(when):
    print(when, QRawFont.fromFont(QFont(FAMILY)).supportsCharacter(ord("翀")))

def loaded():
    tell("loaded")
    app.quit()

program.window.painted.connect(lambda: tell("painted"))
program.loaded.connect(loaded)
program.start()
app.exec()
program.close()
"""

_WORDS = """
import core.words

class NoWords:
    def __init__(self, *_given):
        raise AssertionError("words were read at import")

core.words.Words = NoWords
import desktop.app, desktop.programs.demo, desktop.pages
"""

_PAGES = """
import sys, desktop.pages
office = ("core.agreement.", "core.jobs.", "core.reports.", "desktop.presenters.agreement.",
          "desktop.presenters.tables.", "desktop.presenters.reports.", "desktop.presenters.model.")
print("of the office", sorted(name for name in sys.modules if name.startswith(office)))
"""

_SHOT = """
import sys
from datetime import date
from pathlib import Path
from core.words import words
from desktop import main
from desktop.app import Program
from desktop.programs import demo
from desktop.session import Session
from desktop.settings import Settings
from desktop.views import theme
from desktop.views.window import application

file, width, height, region = sys.argv[1:]
app = application()
theme.dress(app)
program = Program(Session(words("zh"), Settings("示例县医院", "", region, "王芳"), Path(file).parent,
                          lambda: date(2026, 11, 22)))
program.window.show()
program.open()
cells = {"id": "220113196004080016", "name": "张建国", "benefit": "inpatient", "level": "level_2",
         "admitted": "0301", "discharged": "0310", "total": "52000", "eligible": "48000",
         "category_b": "1200"}
for name, text in cells.items():
    program.counter_page.typed(name, text)
    program.counter_page.left(name)
program.window.resize(int(width), int(height))
app.processEvents()
picture = program.window.grab()
assert picture.save(file)
print(picture.width(), picture.height())
program.window.close()
"""


def _python(script: str, home: Path, *arguments: str, **variables: str) -> str:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "MINGZHANG_HOME": str(home), **variables}
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def test_the_window_is_painted_before_the_rules_and_the_ledger_are_read(tmp_path: Path) -> None:
    assert "early []" in _python(_START, tmp_path)


def test_the_first_frame_is_drawn_without_qt_s_enumerations(tmp_path: Path) -> None:
    said = _python(_START, tmp_path)
    assert "enumerations False" in said
    assert (
        "enumerations by now True numpy False" in said
    )  # which also shows that the question can be answered yes


def test_what_is_typed_before_the_counter_is_there_is_settled_once_it_is(tmp_path: Path) -> None:
    assert "figure 16,592.00" in _python(_START, tmp_path)


def test_the_first_split_is_drawn_before_the_other_pages_are_read(tmp_path: Path) -> None:
    said = _python(_START, tmp_path)
    assert "first split 16,592.00\npages at the first split False" in said


def test_a_start_reads_none_of_the_offices_pages(tmp_path: Path) -> None:
    assert "of the office []" in _python(_PAGES, tmp_path)


def test_no_text_is_translated_at_import(tmp_path: Path) -> None:
    _python(_WORDS, tmp_path)


@pytest.mark.each_value
@pytest.mark.parametrize("scale", ["1", "1.5"])
@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1920, 1080)])
@pytest.mark.parametrize("region", ["jilin/example", "jilin/changchun"])
def test_the_window_draws_at_every_size_and_scale(
    tmp_path: Path, scale: str, width: int, height: int, region: str
) -> None:
    output = ROOT / "tests" / "output"
    output.mkdir(exist_ok=True)
    file = tmp_path / "window.png"
    said = _python(_SHOT, tmp_path, str(file), str(width), str(height), region, QT_SCALE_FACTOR=scale)
    assert said.split() == [str(int(width * float(scale))), str(int(height * float(scale)))]
    name = f"window-{region.rpartition('/')[2]}-{width}x{height}-{scale}.png"
    (output / name).write_bytes(file.read_bytes())


@pytest.mark.some_cases(1)
@pytest.mark.parametrize(("language", "said"), [("zh", "个人应付  16,592.00"), ("en", "16,592.00")])
def test_the_demo_needs_no_display(tmp_path: Path, language: str, said: str) -> None:
    script = f"import sys; from desktop.main import main; sys.exit(main(['--demo', {str(tmp_path / 'out')!r}, '--language', {language!r}]))"  # noqa: E501
    printed = _python(script, tmp_path)
    assert said in printed
    assert words(language).text("paper.made_up_line") in printed
    assert str(tmp_path / "out" / "estimate.pdf") in printed
    assert (tmp_path / "out" / "window.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "out" / "estimate.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("asked", ["--demo", "--picture"])
def test_a_picture_that_cannot_be_written_is_told_in_a_sentence(
    qapp: object,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    asked: str,
) -> None:
    monkeypatch.setattr(main.theme, "dress", lambda *_: None)
    monkeypatch.setattr(demo, "_filled", lambda *_: None)
    monkeypatch.setattr(demo, "_draw", lambda _, file: file.write_bytes(b""))
    no_folder = tmp_path / "file"
    no_folder.touch()
    assert main._draw(main._options([asked, str(no_folder / "x"), "--language", "en"])) == 1
    said = capsys.readouterr().err
    assert said.startswith(f"The file {no_folder / 'x'} cannot be written."), said
    assert said.count("\n") == 1


def test_the_style_is_qt_s_own_whatever_the_desktop_brings() -> None:
    asked = "from desktop.views.window import application; print(application().style().name())"
    said = subprocess.run(
        [sys.executable, "-c", asked],
        cwd=ROOT,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen", "QT_STYLE_OVERRIDE": "windows"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.split() == ["fusion"]


@pytest.mark.parametrize("language", ["zh", "en", "ko"])
def test_the_small_cut_of_the_font_has_every_character_of_the_first_frame(
    desk: Desk, tmp_path: Path, language: str
) -> None:
    program = Program(Session(words(language), Settings(), tmp_path))
    program.window.show()
    shown = {letter for _, said in texts(program.window) for letter in said if letter.isprintable()}
    assert len(shown) > 50
    assert _without_glyph(shown) == [], "`dev.py fonts --start` cuts it again"
    program.window.close()


def test_a_character_that_the_small_cut_lacks_is_found(qapp: QApplication) -> None:
    assert _without_glyph({"医", "翀"}) == ["翀"]


def _without_glyph(letters: set[str]) -> list[str]:
    cut = QRawFont(str(ROOT / "resources" / "fonts" / "MingzhangSans-Start.otf"), 16)
    return sorted(letter for letter in letters if not cut.supportsCharacter(ord(letter)))


def test_the_whole_font_takes_the_place_of_the_small_cut_once_the_pages_are_read(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-c", _FONTS],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "MINGZHANG_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert told.split() == ["painted", "False", "loaded", "True"]
