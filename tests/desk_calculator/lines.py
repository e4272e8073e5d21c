"""Printed lines: the sentence of each read back into its kind and operands, in any language."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

CATALOGUES = Path(__file__).parents[2] / "resources" / "translations"
ENTRY = re.compile(r'^msgid "((?:step|window)\.[^"]*)"\nmsgstr ((?:"(?:[^"\\]|\\.)*"\n?)+)', re.M)
AMOUNT = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})*(?:\.[0-9]{2})?|[0-9]+(?:\.[0-9]+)?")

KINDS = {
    "step.deductible.day_surgery": "step.deductible.of_visit",
    "step.deductible.special_outpatient": "step.deductible.of_visit",
    "step.band_only": "step.rate",
    "window.band_only": "step.rate",
    "window.band": "step.band",
    "window.band_open": "step.band_open",
}
"""Sentences that stand for one kind of line, although the catalogue holds them more than once."""


class CannotRedo(AssertionError):
    """A printed line that the lines and the bill do not explain."""


class Line(NamedTuple):
    """One printed line: its kind, the operands in its sentence, and its amount (fen; None: a fact)."""

    kind: str
    operands: dict[str, str]
    amount: int | None
    text: str

    def fen(self, name: str) -> int:
        """Return an operand that is an amount."""
        return fen(self.operands[name])

    def number(self, name: str) -> int:
        """Return an operand that is a whole number."""
        return int(self.operands[name])

    def rate(self, name: str = "rate") -> int:
        """Return an operand that is a percentage, in ten-thousandths of a percent."""
        whole, _, decimals = self.operands[name].partition(".")
        return int(whole) * 10_000 + int(decimals.ljust(4, "0") or "0")


def fen(text: str) -> int:
    """Return an amount in yuan as fen."""
    yuan, _, decimals = text.replace(",", "").partition(".")
    return int(yuan) * 100 + int(decimals.ljust(2, "0") or "0")


def share(amount: int, rate: int) -> int:
    """Return a percentage of an amount, rounded half up to the fen."""
    return (2 * amount * rate + 1_000_000) // 2_000_000


@cache
def _sentences(language: str) -> list[tuple[re.Pattern[str], str]]:
    """Return each sentence of a language as a pattern, with the kind of line that it is."""
    text = (CATALOGUES / language / "LC_MESSAGES" / "mingzhang.po").read_text(encoding="utf-8")
    patterns = []
    for id_, quoted in ENTRY.findall(text):
        if id_.startswith("window.") and id_ not in KINDS:
            continue
        sentence = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', quoted))
        pieces = re.split(r"\{(\w+)\}", sentence)
        pattern = "".join(
            re.escape(piece) if place % 2 == 0 else f"(?P<{piece}>.+?)" for place, piece in enumerate(pieces)
        )
        patterns.append((re.compile(pattern), KINDS.get(id_, id_)))
    return patterns


@cache
def _read(text: str, language: str) -> tuple[str, dict[str, str]]:
    """Return the kind of a line and its operands. A sentence that may be two kinds is none."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for pattern, kind in _sentences(language):
        match = pattern.fullmatch(text)
        if match and all(
            AMOUNT.fullmatch(value) or name == "level" for name, value in match.groupdict().items()
        ):
            found[kind] = match.groupdict()
    if len(found) != 1:
        raise CannotRedo(f"{text!r} is read as {sorted(found)}")
    return next(iter(found.items()))


def read(text: str, amount: str | None, language: str) -> Line:
    """Return a printed line by its sentence and its amount. Raises CannotRedo."""
    kind, operands = _read(text, language)
    return Line(kind, operands, None if amount is None else fen(amount), text)


def read_steps(steps: list[dict[str, Any]], language: str) -> dict[str, list[Line]]:
    """Return the lines of an answer under the heading of each stage, in their order."""
    stages: dict[str, list[Line]] = defaultdict(list)
    for step in steps:
        stages[step["stage"]].append(read(step["label"], step["amount"], language))
    return stages
