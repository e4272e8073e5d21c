"""A packet's cells in the clerk's words: names and values as the region's form says them."""

import json
from collections.abc import Mapping
from typing import Any, Final

from core.vocabulary import Level, Population
from core.words import Words
from desktop.presenters.rules.pack_shape import SECTIONS

_LEVELS: Final = frozenset(Level)
_POPULATIONS: Final = frozenset(Population)
_TABLES: Final = ("medical_assistance",)
"""Tables whose cells are groups of the form: their words stand over the populations."""
_CHOSEN: Final = frozenset(
    {"band_axis", "transfer_up", "transfer_down", "band_origin", "cap_on"}
    | {"deductible_counts", "deductible_period", "level"}
)
"""Keys whose value is one of a few words."""
_PERCENTS: Final = (".percent.", ".later_stays_percent.")


def cell_words(words: Words, path: str) -> str:
    """Return the name of the cell at a dotted path of a pack, the section first."""
    section, *rest = path.split(".")
    if not rest:
        group = "section" if section in SECTIONS else "cell"
        return words.text(f"window.region.{group}.{section}")
    parts = [words.text(f"window.region.section.{section}")]
    for at, part in enumerate(rest):
        if part.isdigit():
            kind = "year" if section == "critical_illness" else "disease"
            parts.append(words.text(f"window.packet.{kind}", number=part))
        elif part in _LEVELS:
            parts.append(words.text(f"level.{part}"))
        elif part in _POPULATIONS:
            parts.append(words.text(f"population.{part}"))
        elif section in _TABLES and at == 0:
            parts.append(words.text(f"window.region.group.assistance_{part}"))
        elif part in ("bands", "local"):
            parts.append(words.text(f"window.region.group.{part}"))
        else:
            parts.append(words.text(f"window.region.cell.{part}"))
    return " · ".join(parts)


def value_words(words: Words, path: str, text: str) -> str:
    """Say a cell's value, which is a text or JSON; a dash where there is none."""
    if not text:
        return "—"
    key = path.rpartition(".")[2]
    try:
        value = json.loads(text) if text[0] in "[{tf" else text
    except ValueError:
        return text
    shown = _said(words, key, value)
    by_percent = isinstance(value, str) and any(part in path for part in _PERCENTS)
    return words.text("window.packet.percent", percent=shown) if by_percent else shown


def _said(words: Words, key: str, value: Any) -> str:
    if isinstance(value, bool):
        kind = "uncapped" if key == "uncapped" else "yesno"
        return words.text(f"window.region.option.{kind}.{'true' if value else 'false'}")
    if isinstance(value, Mapping):
        return _row(words, value)
    if isinstance(value, list):
        values = [_said(words, key, each) for each in value]
        return words.text("window.comma").join(values) or words.text("window.region.option.none")
    text = str(value)
    if text in _POPULATIONS:
        return words.text(f"population.{text}")
    if key in _CHOSEN:
        return words.text(f"window.region.option.{key}.{text}")
    return text


def _row(words: Words, row: Mapping[str, Any]) -> str:
    """Say a row of a list: a band, or each of its cells."""
    if "percent" not in row:
        prefix = "case_" if "code" in row else ""
        return " ".join(
            words.text(
                "window.packet.in_row",
                cell=words.text(f"window.region.cell.{prefix}{key}"),
                value=_said(words, key, value),
            )
            for key, value in row.items()
            if value != ""
        )
    upper, percent = row.get("up_to"), str(row["percent"])
    if upper is None:
        return words.text("window.packet.band_above", percent=percent)
    return words.text("window.packet.band", upper=str(upper), percent=percent)
