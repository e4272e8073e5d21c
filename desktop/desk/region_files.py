"""Region packs as the tables of their files: what ships, and what this hospital entered."""

import tomllib
from pathlib import Path

from core.policy.packfile import Origin, origins
from desktop.presenters.rules.pack_form import Version


def versions_in(shipped: Path, own: Path) -> list[Version]:
    """Every pack of both folders, by name and day; the hospital's own replaces a shipped one of the same day.

    What ships empty is left out where the hospital has a pack of its own.
    """
    found: dict[tuple[str, str], Version] = {}
    for folder in (shipped, own):
        for file in sorted(folder.glob("*.toml")):
            version = _read(file, folder is own)
            if version is not None:
                found[version.id, version.effective] = version
    mine = {version.id for version in found.values() if version.own}
    return [found[key] for key in sorted(found) if found[key].own or found[key].id not in mine]


def file_of(own: Path, version: Version) -> Path | None:
    """The file of a pack that the hospital entered; None for one that ships."""
    for file in sorted(own.glob("*.toml")):
        found = _read(file, own=True)
        if version.own and found is not None and found.key == version.key:
            return file
    return None


def _read(file: Path, own: bool) -> Version | None:
    try:
        text = file.read_text(encoding="utf-8-sig")
        tables = tomllib.loads(text)
    except (OSError, ValueError):
        return None
    id_, day = str(tables.get("id", "")), str(tables.get("effective", ""))
    known: dict[str, Origin] = origins(text) if own else {}
    return Version(id_, str(tables.get("name", id_)), day, own, tables, known)
