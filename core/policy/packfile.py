"""A region pack as a file: TOML that keeps a person's comments, one file per region and effective day.

The origin of a cell stands as the comment beside it, for everybody who opens the file.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final, NamedTuple

import tomlkit
from tomlkit.container import Container
from tomlkit.items import AoT, Array, Comment, InlineTable, Item, Table

from core.files import read_bounded, write_whole
from core.messages import Fault, Message, message
from core.policy.in_force import Documents
from core.policy.regions import RegionPack
from core.policy.shelf import LARGEST, tables_of
from core.policy.soundness import read_pack

_BETWEEN: Final = " · "


class Origin(NamedTuple):
    """The origin of a cell: document and clause or page, who copied it and when. Empty: not stated."""

    place: str = ""
    by: str = ""
    on: str = ""

    @property
    def comment(self) -> str:
        """The comment beside the cell."""
        text = _BETWEEN.join(part for part in (self.place, self.by, self.on) if part)
        return " ".join("".join(mark for mark in text if mark.isprintable() or mark == "\t").split())


def origin(comment: str) -> Origin:
    """Read a comment as an origin. A comment in a person's own form is all place."""
    rest, _, day = comment.rpartition(_BETWEEN)
    try:
        date.fromisoformat(day)
    except ValueError:
        return Origin(comment)
    place, _, by = rest.rpartition(_BETWEEN)
    return Origin(place, by, day)


def origins(text: str) -> dict[str, Origin]:
    """Return the origin of every cell that has a comment beside it, by the cell's dotted path.

    Raises tomlkit's ParseError where the text is not TOML.
    """
    origins = {}
    for path, item in _cells(tomlkit.parse(text)):
        comment = item.trivia.comment.lstrip("#").strip()
        if comment:
            origins[path] = origin(comment)
    return origins


def save_pack(
    folder: Path,
    pack: Mapping[str, Any],
    documents: Documents,
    notes: Mapping[str, Origin] | None = None,
    base: Path | None = None,
    keep: Callable[[Path], object] = str,
) -> Path | list[Fault]:
    """Write a pack of TOML's tables and return its file, or return its faults and write nothing.

    A file of the same region and day is changed in place and keeps its comments. A new file starts from
    ``base``, where one is given, with its comments. ``notes`` are put beside their cells. The file is whole
    on the disk before it takes the old one's name. ``keep`` hears of the file just before it is written.
    Raises OSError where the folder cannot be written.
    """
    checked = read_pack(pack, documents)
    if not isinstance(checked, RegionPack):
        return checked
    folder.mkdir(parents=True, exist_ok=True)
    file = file_of(folder, checked.id, checked.effective)
    written = tomlkit.document()
    for start in (file, base):
        if start is not None and start.exists():
            try:
                written = tomlkit.parse(read_bounded(start, LARGEST).decode("utf-8-sig"))
            except ValueError as error:  # never replaced: somebody wrote it
                return [Fault("region", message("fault.toml", reason=f"{start.name}: {error}"))]
            break
    dropped: list[str] = []
    for path in notes or {}:
        _unfold(written, path.split("."), dropped)
    _merge(written, pack, dropped)
    for path in notes or {}:
        _unfold(written, path.split("."), dropped)
    for comment in dropped:
        written.add(tomlkit.comment(comment))
    _note(written, notes or {})
    text = tomlkit.dumps(written)
    again = read_pack(tomlkit.parse(text).unwrap(), documents)
    assert again == checked, "a pack is written as it was given"
    keep(file)
    write_whole(file, text.encode())
    return file


def file_of(folder: Path, id_: str, effective: date) -> Path:
    """Return the file of a region's pack: the one that is in the folder already, or one of the usual name."""
    for file in sorted(folder.glob("*.toml")):
        tables = tables_of(file)
        if isinstance(tables, Message):
            continue
        if tables.get("id") == id_ and str(tables.get("effective")) == str(effective):
            return file
    return folder / f"{id_.replace('/', '-')}-{effective:%Y-%m-%d}.toml"


def _cells(table: Container, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Item]]:
    """Yield every line of a file that holds a value or opens a table, by its dotted path."""
    for key, item in table.body:
        if key is None:
            continue
        at = (*path, key.key)
        if isinstance(item, Table):
            if not item.is_super_table():
                yield ".".join(at), item
            yield from _cells(item.value, at)
        elif isinstance(item, Item):
            yield ".".join(at), item


def _note(written: Container, notes: Mapping[str, Origin]) -> None:
    for path, item in _cells(written):
        comment = notes[path].comment if path in notes else None
        if comment:
            item.comment(comment)
        elif comment is not None:
            item.trivia.comment = item.trivia.comment_ws = ""


def _unfold(table: Any, keys: Sequence[str], dropped: list[str]) -> None:
    """Give a cell a line of its own, and a list of tables one line: a comment stands beside a line."""
    for key in keys[:-1]:
        inner = table.get(key)
        if isinstance(inner, InlineTable):
            comment = inner.trivia.comment.lstrip("#").strip()
            del table[key]
            table[key] = _table(inner.unwrap())
            if comment:
                table[key].comment(comment)
        elif not isinstance(inner, Mapping):
            return
        table = table[key]
    cell = table.get(keys[-1])
    if isinstance(cell, AoT):
        dropped += _own_lines(cell)
        del table[keys[-1]]
        table[keys[-1]] = _value(cell.unwrap())


def _merge(old: Any, new: Mapping[str, Any], dropped: list[str]) -> None:
    """Bring a TOML table to the new values, cell by cell, so that the comments beside them stay.

    ``dropped`` takes the comments that stood on lines of their own in a table that goes.
    """
    for key in [key for key in old if key not in new]:
        dropped += _own_lines(old[key])
        del old[key]
    for key, value in new.items():
        before = old.get(key)
        if isinstance(value, Mapping) and isinstance(before, Mapping):
            _merge(before, value, dropped)
        elif isinstance(value, Mapping):
            if key in old:
                del old[key]
            old[key] = _table(value)
        elif key not in old or before != value:
            if key in old:
                dropped += _own_lines(before)
                if isinstance(before, Mapping | AoT):
                    del old[key]
            old[key] = _value(value)


def _own_lines(item: Any) -> list[str]:
    """Return the comments on lines of their own within a table or a list."""
    if isinstance(item, Array):
        return _inside(item)
    if isinstance(item, AoT):
        return [line for table in item.body for line in _own_lines(table)]
    tables = [item] if isinstance(item, Table) else getattr(item, "_tables", ())  # a table in several places
    comments = []
    for table in tables:
        for key, inner in table.value.body:
            if isinstance(inner, Comment):
                comments += _bare(inner)
            elif key is not None:
                comments += _own_lines(inner)
    return comments


def _inside(array: Array) -> list[str]:
    """Return the comments between the values of a list of several lines."""
    return [line for item in array._iter_items() if isinstance(item, Comment) for line in _bare(item)]


def _bare(item: Item) -> list[str]:
    comment = item.trivia.comment.lstrip("#").strip()
    return [comment] if comment else []


def document_of(tables: Mapping[str, Any]) -> tomlkit.TOMLDocument:
    """Return a pack's tables as a new file, without comments."""
    written = tomlkit.document()
    _merge(written, tables, [])
    return written


def _table(values: Mapping[str, Any]) -> Table:
    table = tomlkit.table()
    for key, value in values.items():
        table[key] = _table(value) if isinstance(value, Mapping) else _value(value)
    return table


def _value(value: Any) -> Any:
    """Return a cell's value for TOML. A list of tables takes one line, which a comment can stand beside."""
    if not isinstance(value, list):
        return value
    array = tomlkit.array()
    for one in value:
        row: Any = one
        if isinstance(one, Mapping):
            row = tomlkit.inline_table()
            row.update(one)
        array.append(row)
    return array
