"""What stands to be read in a window, and whether it is in the language that it should be in."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QLabel,
    QLineEdit,
    QListWidget,
    QMenu,
    QTableView,
    QWidget,
)

from core.places import RESOURCES
from core.policy import clauses
from core.reports.report_form import KINDS

HAN = re.compile(r"[\u3400-\u9fff]+")
LATIN = re.compile(r"[A-Za-z]{2,}")
HANGUL = re.compile(r"[\uac00-\ud7a3]")
NUMBERED = re.compile(r"\S*〔[0-9]{4}〕[0-9]+号")
CAPITALS = re.compile(r"[零壹贰叁肆伍陆柒捌玖拾佰仟万亿元角分整]{2,}")
CODE = re.compile(
    r"\{\w*\}|--[a-z-]+|MINGZHANG_\w+|mingzhang-cli|\.(mzpack|pub|keys|toml|db|receipt)\b"
    r"|\b[a-z0-9_]+(\.[a-z0-9_]+)+\b|\b(host|dbname|user|password)=\S+"
    r"|\b[A-F0-9]{4}( [A-F0-9]{4}){7}\b|\.packet\b"
    r"|\bU[A-F0-9]{4}-\d+\b|jilin/[a-z]+|\b[A-F0-9]{4}-[A-F0-9]{4}\b|\b[0-9a-f]{4}( [0-9a-f]{4}){3}\b"
    r"|mingzhang\[(?:model|server|spark)\]|mingzhang-office|\d+=[a-z_]+|\b[A-F0-9]{8,}\b"
    r"|\b[a-z]+(?:/[a-z]+)+/README\.md|/\S+|\d+[A-Z]\b",
    re.ASCII,  # a code ends where Korean goes on
)
OWN_NAMES = ("中文", "语言", "English", "Language", "조선어", "언어")
"""Languages are named in their own words in every language."""

CODES = frozenset(
    {
        "Enter",
        "Backspace",
        "Tab",
        "Shift",
        "Alt",
        "Ctrl",
        "Esc",
        "PgUp",
        "PgDn",
        "PDF",
        "CSV",
        "JSON",
        "TOML",
        "UTF",
        "USB",
    }
    | {"QR", "PIN", "PEM", "Ed", "true", "false", "id"}
    | {"Python", "Qt", "SQLite", "shm", "SQLCipher", "PostgreSQL", "SHA", "MB"}
    | {"xlsx", "xls", "ods", "csv", "tsv", "jsonl", "parquet", "pdf", "txt", "zip", "GB", "NUL"}
    | {"TXT", "ZIP", "TAB", "Lines", "setl", "optins", "acts", "reconcile", "conflicts", "HOME"}
    | {"TLS", "IP", "max", "connections", "listen", "addresses", "mingzhang"}
    | {"pip", "install", "month", "planned", "income", "settled", "refunded"}
    | {"Spark", "spark", "Java", "JAVA", "local", "Parquet", "here", "every"}
    | {part for kind in KINDS for part in kind.split("-")}
)
"""Words that are the same in every language: keys, formats, codes."""


@cache
def data() -> tuple[str, ...]:
    """Every text of the documents and region packs that ship: names and clauses, which are not translated."""
    found: set[str] = set()

    def walk(value: Any) -> None:
        if isinstance(value, str) and HAN.search(value):
            found.add(value)
        elif isinstance(value, dict):
            for one in value.values():
                walk(one)
        elif isinstance(value, list):
            for one in value:
                walk(one)

    for folder in ("documents", "regions"):
        for file in (RESOURCES / folder).glob("*.toml"):
            walk(tomllib.loads(file.read_text(encoding="utf-8")))
    found |= {article.clause for article in clauses.load()}
    narrow = str.maketrans({"（": "(", "）": ")", "、": None})
    found |= {text.translate(narrow) for text in found}
    return tuple(sorted(found, key=len, reverse=True))


def foreign(text: str, language: str) -> str:
    """What of a text is in another language than it should be; empty where all is well."""
    for known in (*data(), *OWN_NAMES):
        if known in text:
            text = text.replace(known, " ")
    text = CODE.sub(" ", NUMBERED.sub(" ", text))
    if language != "zh":
        text = CAPITALS.sub(" ", text)
    words = [] if language == "en" else [word for word in LATIN.findall(text) if word not in CODES]
    han = [] if language == "zh" else HAN.findall(text)
    hangul = [] if language == "ko" else HANGUL.findall(text)
    return " ".join((*words, *han, *hangul))


def widgets(top: QWidget) -> Iterator[QWidget]:
    """A window's widgets that are shown, and itself."""
    yield top
    yield from (widget for widget in top.findChildren(QWidget) if widget.isVisible())


def texts(top: QWidget) -> Iterator[tuple[str, str]]:
    """Every text of a window with the name of what carries it: also tips, and what a screen reader says.

    The chapters of the manual are read where they are written (`test_manual`).
    """
    for widget in widgets(top):
        name = widget.objectName() or type(widget).__name__
        for said in (
            widget.windowTitle(),
            widget.toolTip(),
            widget.accessibleName(),
            widget.accessibleDescription(),
        ):
            yield name, said
        if isinstance(widget, QLineEdit):
            yield name, widget.text()
            yield name, widget.placeholderText()
        elif isinstance(widget, QLabel | QAbstractButton):
            yield name, widget.text()
        elif isinstance(widget, QListWidget):
            yield from ((name, widget.item(row).text()) for row in range(widget.count()))
        elif isinstance(widget, QTableView):
            yield from ((name, said) for said, _ in cells(widget))
    for menu in top.findChildren(QMenu):
        yield from (("menu", action.text()) for action in menu.actions())


def cells(table: QTableView) -> Iterator[tuple[str, int]]:
    """The texts of a table with their columns, its headings among them."""
    rows = table.model()
    for column in range(rows.columnCount()):
        heading = rows.headerData(column, Qt.Orientation.Horizontal)
        if heading is not None and table.horizontalHeader().isVisible():
            yield str(heading), column
        for row in range(rows.rowCount()):
            text = rows.index(row, column).data()
            if text is not None:
                yield str(text), column


def wrong(top: QWidget, language: str, own: Iterable[str] = ()) -> list[str]:
    """The texts of a window that are not in its language. ``own``: what a person typed."""
    found = []
    for name, said in texts(top):
        text = said
        for typed in sorted(own, key=len, reverse=True):  # a code may hold what else was typed
            text = text.replace(typed, " ")
        if left := foreign(text, language):
            found.append(f"{name}: {left!r} in {said!r}")
    return sorted(set(found))
