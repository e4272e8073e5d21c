"""Region packs as the tables of their files: what ships, and what this hospital entered."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from core.messages import Message
from core.policy.packfile import Origin, origins
from core.policy.shelf import read_once
from desktop.presenters.rules.pack_form import Version

Believed = Callable[[str, Mapping[str, Any]], Mapping[str, Any] | None]
"""What is believed of a pack's file, by its name and its tables: tables, None where nothing is."""


def _as_they_stand(_name: str, tables: Mapping[str, Any]) -> Mapping[str, Any]:
    return tables


def versions_in(shipped: Path, own: Path, believed: Believed = _as_they_stand) -> list[Version]:
    """Return every pack of both folders, by name and day, as far as a file of the hospital's is believed.

    What ships for a region is left out where the hospital has a pack of its own.
    """
    versions: dict[tuple[str, str], Version] = {}
    for folder in (shipped, own):
        for file in sorted(folder.glob("*.toml")):
            version = _read(file, folder is own)
            if version is not None and version.own:
                tables = believed(version.key, version.tables)
                version = None if tables is None else version._replace(tables=tables)
            if version is not None:
                versions[version.id, version.effective] = version
    entered = {version.id for version in versions.values() if version.own}
    return [one for _key, one in sorted(versions.items()) if one.own or one.id not in entered]


def file_of(own: Path, version: Version) -> Path | None:
    """Return the file of a pack that the hospital entered; None for one that ships."""
    for file in sorted(own.glob("*.toml")):
        pack = _read(file, own=True)
        if version.own and pack is not None and pack.key == version.key:
            return file
    return None


def _read(file: Path, own: bool) -> Version | None:
    found = read_once(file)
    if isinstance(found, Message):
        return None
    content, tables = found
    id_, day = str(tables.get("id", "")), str(tables.get("effective", ""))
    known: dict[str, Origin] = origins(content.decode("utf-8-sig")) if own else {}
    return Version(id_, str(tables.get("name", id_)), day, own, tables, known)
