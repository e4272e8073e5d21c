"""Qt's own words, of its dialogs: by Qt's own catalogues, in the language that the window speaks."""

from typing import Final

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QTranslator

CATALOGUES: Final = {"zh": "qtbase_zh_CN", "ko": "qtbase_ko"}
"""By the window's language. Qt speaks English by itself."""

_installed: list[QTranslator] = []


def speak(language: str) -> None:
    """Qt's dialogs that are opened from now on speak this language; English where Qt has no catalogue."""
    while _installed:
        QCoreApplication.removeTranslator(_installed.pop())
    translator = QTranslator()
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if language in CATALOGUES and translator.load(CATALOGUES[language], folder):
        _installed.append(translator)
        QCoreApplication.installTranslator(translator)
