"""Region packs as the tables of their files: the starting point for a hospital's own."""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def tables_of(folders: Sequence[Path], id_: str) -> dict[str, Any]:
    """The latest pack of a region as its file has it, days as text; empty where there is none."""
    found: list[tuple[str, int, dict[str, Any]]] = []
    for order, folder in enumerate(folders):
        for file in sorted(folder.glob("*.toml")):
            try:
                raw = tomllib.loads(file.read_text(encoding="utf-8-sig"))
            except (OSError, ValueError):
                continue
            if raw.get("id") == id_:
                raw["effective"] = str(raw.get("effective", ""))
                found.append((raw["effective"], order, raw))
    return max(found, key=_latest)[2] if found else {}


def _latest(found: tuple[str, int, dict[str, Any]]) -> tuple[str, int]:
    return found[0], found[1]
