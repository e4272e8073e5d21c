"""The command line of the window: the window itself, its demonstration, its trial, a packet to open."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from core.files import guard_process, why_failed
from core.places import portable_home
from core.words import DEFAULT_LANGUAGE, languages
from core.words import words as words_of
from desktop.app import home_before_paint, launch
from desktop.desk.single_instance import First
from desktop.startup import input_method
from desktop.views import theme
from desktop.views.window import application

if TYPE_CHECKING:
    import argparse


def main(arguments: Sequence[str] | None = None) -> int:
    """Open the window, or draw it into files; return the exit status."""
    guard_process()
    options = _options(sys.argv[1:] if arguments is None else arguments)
    if options.demo or options.picture or options.report:
        return _draw(options)
    if options.trial:
        os.environ["MINGZHANG_HOME"] = str(options.trial)
    if options.portable:
        os.environ["MINGZHANG_HOME"] = str(portable_home())
    input_method.choose(os.environ, input_method.installed)
    application()  # `First` watches the desk's folder through its events
    input_method.deliver_at_once(os.environ)
    first = First(home_before_paint())
    if first.asked_the_other(options.packet):
        return _say_frozen(options.language) if first.is_frozen else 0
    if options.trial:
        from desktop.programs.trial import trial

        status = trial(options.language or "")
    else:
        from desktop.startup.system_end import SystemEnd

        program = launch(options.language or "")
        sys.excepthook = program.caught
        first.asked.connect(program.started_again)
        program.packet = options.packet
        program.start()
        ending = SystemEnd(program.window.close)
        status = application().exec()
        ending.end()
    first.end()
    return status


def _say_frozen(language: str | None) -> int:
    """Say that the window is open already and takes no notice; return the exit status."""
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QMessageBox

    said = words_of(language or DEFAULT_LANGUAGE).text("window.frozen")
    print(said, file=sys.stderr)
    box = QMessageBox(QMessageBox.Icon.Warning, "", said)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.exec()
    return 1


def _draw(options: "argparse.Namespace") -> int:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if options.report:
        application()
        from desktop.programs.report_paper import report_paper

        return report_paper(options.report)
    from desktop.paper.output import PaperNotSaved
    from desktop.programs.demo import demo, picture

    theme.dress(application(), "light")
    language = options.language or DEFAULT_LANGUAGE
    try:
        return demo(options.demo, language) if options.demo else picture(options.picture, language)
    except OSError as error:
        said = why_failed(
            error, str(error.filename or options.demo or options.picture), "tables.out_unwritable"
        )
    except PaperNotSaved as error:
        said = error.said
    print(words_of(language)(said), file=sys.stderr)
    return 1


def _options(arguments: Sequence[str]) -> "argparse.Namespace":
    import argparse  # the window is painted first

    parser = argparse.ArgumentParser(prog="mingzhang")
    parser.add_argument("--language", type=_language, metavar="LANGUAGE")
    parser.add_argument("packet", nargs="?", metavar="FILE", type=Path)
    parser.add_argument("--portable", action="store_true")
    parser.add_argument("--demo", metavar="OUTDIR", type=Path)
    parser.add_argument("--trial", metavar="DIR", type=Path)
    parser.add_argument("--picture", metavar="FILE", type=Path)
    parser.add_argument("--report", metavar="FILE", type=Path)
    return parser.parse_args(arguments)


def _language(text: str) -> str:
    """Return a language that has a catalogue. Raises ArgumentTypeError for any other."""
    import argparse

    if text not in languages():
        raise argparse.ArgumentTypeError(", ".join(languages()))
    return text
