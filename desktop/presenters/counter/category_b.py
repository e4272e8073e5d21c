"""The Category B lines of the form: an amount and a percentage each, added one after the other."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from core.messages import Message
from core.money import percent
from desktop.presenters import typed
from desktop.presenters.counter.form import LINES

if TYPE_CHECKING:
    from datetime import date

    from core.category_b import CategoryBLine
    from core.policy.in_force import Documents


def lines_on(
    texts: Mapping[str, str], documents: "Documents | None", day: "date"
) -> "tuple[CategoryBLine, ...]":
    """Return the form's Category B lines at the rates of a day; none before the documents are read."""
    if documents is None or not (texts.get(LINES) or texts.get("category_b_total")):
        return ()
    basic = documents.in_force("basic", day) or documents.first("basic")
    return lines_of(texts, basic.section.category_b.percent)


def lines_of(texts: Mapping[str, str], usual: int) -> "tuple[CategoryBLine, ...]":
    """Return the lines that were added and the one being typed.

    ``usual`` is the rate of a line without one. A line whose amount or rate cannot be read is left out.
    """
    from core.category_b import CategoryBLine  # the window is painted first

    pairs = [line.split("\t") for line in texts.get(LINES, "").splitlines()]
    pairs.append([texts.get("category_b_total", ""), texts.get("category_b_percent", "")])
    lines = []
    for amount_text, rate_text in pairs:
        amount, rate = typed.amount(amount_text), typed.rate(rate_text)
        if isinstance(amount, int) and not isinstance(rate, Message):
            lines.append(CategoryBLine(amount, usual if rate is None else rate))
    return tuple(lines)


def sum_of(lines: "tuple[CategoryBLine, ...]") -> int | None:
    """Return the self-pay of the lines (fen), None without lines."""
    if not lines:
        return None
    from core.category_b import self_pay  # the window is painted first

    return self_pay(lines)


def add_line(texts: Mapping[str, str]) -> str:
    """Return the added lines with the one being typed after them, as the form keeps them."""
    line = "\t".join((texts.get("category_b_total", ""), texts.get("category_b_percent", "")))
    return "\n".join(filter(None, (texts.get(LINES, ""), line)))


def after_amount(texts: Mapping[str, str], lines: "tuple[CategoryBLine, ...]") -> dict[str, str]:
    """Return the cells that Enter in a line's amount fills: its usual percentage, where none was typed."""
    if texts.get("category_b_percent") or not lines:
        return {}
    return {"category_b_percent": percent(lines[-1].rate)}


def added(texts: Mapping[str, str]) -> dict[str, str]:
    """Return the cells after Enter in a line's percentage: the line is added, the next one is empty."""
    return {LINES: add_line(texts), "category_b_total": "", "category_b_percent": ""}


def taken_back(texts: Mapping[str, str]) -> dict[str, str]:
    """Return the cells with the line that was added last being typed again; nothing without added lines."""
    lines = texts.get(LINES, "").splitlines()
    if not lines:
        return {}
    amount, rate = lines.pop().split("\t")
    return {LINES: "\n".join(lines), "category_b_total": amount, "category_b_percent": rate}
