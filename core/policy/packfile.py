"""A region pack as a file: TOML that keeps a person's comments, one file per region and effective day."""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import Table

from core.messages import Fault
from core.policy.regions import RegionPack
from core.policy.shelf import Documents, read_pack


def save_pack(folder: Path, pack: Mapping[str, Any], documents: Documents) -> Path | list[Fault]:
    """Writes a pack of TOML's tables, or answers with its faults and writes nothing.

    A file of the same region and day is changed in place, its comments kept. The file is whole on the disk
    before it takes the old one's name. Raises OSError where the folder cannot be written.
    """
    checked = read_pack(pack, documents)
    if not isinstance(checked, RegionPack):
        return checked
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{checked.id.replace('/', '-')}-{checked.effective:%Y-%m-%d}.toml"
    try:
        written = tomlkit.parse(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        written = tomlkit.document()
    _merge(written, pack)
    _write(file, tomlkit.dumps(written))
    return file


def _merge(old: Any, new: Mapping[str, Any]) -> None:
    """Brings a TOML table to the new values, cell by cell, so that what is beside them stays."""
    for key in [key for key in old if key not in new]:
        del old[key]
    for key, value in new.items():
        if isinstance(value, Mapping) and isinstance(old.get(key), Mapping):
            _merge(old[key], value)
        elif isinstance(value, Mapping):
            old[key] = _table(value)
        elif key not in old or old[key] != value:
            old[key] = value


def _table(values: Mapping[str, Any]) -> Table:
    table = tomlkit.table()
    for key, value in values.items():
        table[key] = _table(value) if isinstance(value, Mapping) else value
    return table


def _write(file: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as opened:
            opened.write(text)
            opened.flush()
            os.fsync(opened.fileno())
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
