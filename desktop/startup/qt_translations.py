"""The words of Qt's own dialogs, from Qt's catalogues, in the language that the window speaks."""

from typing import Final

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QTranslator

CATALOGUES: Final = {"zh": "qtbase_zh_CN", "ko": "qtbase_ko"}
"""Qt's catalogues by the window's language. Qt speaks English without one."""

_installed: list[QTranslator] = []


def speak(language: str) -> None:
    """Let Qt's dialogs speak a language from now on; English where Qt has no catalogue of it."""
    while _installed:
        QCoreApplication.removeTranslator(_installed.pop())
    translator = QTranslator()
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if language in CATALOGUES and translator.load(CATALOGUES[language], folder):
        _installed.append(translator)
        QCoreApplication.installTranslator(translator)
