"""The shelf: documents and region packs read from their folders, and the pack in force on a day."""

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from pydantic import ValidationError

from core.files import read_bounded, why_failed
from core.messages import Fault, Message, message, reason_of
from core.places import MADE_UP_REGION, RESOURCES
from core.policy.documents import Document
from core.policy.faults import faults_of
from core.policy.in_force import Documents
from core.policy.regions import RegionPack
from core.policy.soundness import read_pack, too_many_cells

DOCUMENTS: Final = RESOURCES / "documents"
REGIONS: Final = RESOURCES / "regions"


LARGEST: Final = 200_000
"""The most bytes of a document or a pack; the longest that ships has 9 000."""

_KEPT: Final = 64
"""So many documents are kept as they were read: a desk that is locked and unlocked reads the same ones."""

_MOST_DOTS: Final = 100
"""The most dots of a line: a key of thousands of parts takes its reader minutes."""


def read_tables(content: bytes) -> dict[str, Any] | Message:
    """Return the tables of a TOML file, or the message why it has none."""
    if len(content) > LARGEST or any(line.count(b".") > _MOST_DOTS for line in content.split(b"\n")):
        return message("fault.toml_large")
    try:
        tables = tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return message("fault.toml_not_utf8")
    except (ValueError, RecursionError) as error:  # not TOML, a number too long, nested too deeply
        return message("fault.toml", reason=reason_of(error))
    return message("fault.toml_large") if too_many_cells(tables) else tables


def read_once(file: Path) -> tuple[bytes, dict[str, Any]] | Message:
    """Return the bytes of a document's or a pack's file and their tables, or the message why it has none."""
    try:
        content = read_bounded(file, LARGEST)
    except OSError as error:
        return why_failed(error, str(file))
    tables = read_tables(content)
    return tables if isinstance(tables, Message) else (content, tables)


def tables_of(file: Path) -> dict[str, Any] | Message:
    """Return the tables of a document's or a pack's file, or the message why it has none."""
    found = read_once(file)
    return found if isinstance(found, Message) else found[1]


class BadDocument(ValueError):
    """A document file that cannot be used, with its faults.

    It is raised, not passed over: settling without it would settle by an older document.
    """

    def __init__(self, file: Path, faults: Sequence[Fault]) -> None:
        super().__init__(file, faults)
        self.file = file
        self.faults = tuple(faults)


def load_documents(folder: Path = DOCUMENTS, *others: Path) -> Documents:
    """Read the documents of some folders. Raises BadDocument where one cannot be used."""
    return Documents(
        load_document(file) for each in (folder, *others) for file in sorted(each.glob("*.toml"))
    )


def load_document(file: Path) -> Document:
    """Read one document. Raises BadDocument where it cannot be used."""
    try:
        document = _document(read_bounded(file, LARGEST))
    except OSError as error:
        document = (Fault("document", why_failed(error, str(file))),)
    if isinstance(document, Document):
        return document
    raise BadDocument(file, document)


@lru_cache(maxsize=_KEPT)
def _document(content: bytes) -> Document | tuple[Fault, ...]:
    """Return the document of a file's bytes, or its faults; the same bytes are read once in a process."""
    raw = read_tables(content)
    if isinstance(raw, Message):
        return (Fault("document", raw),)
    try:
        return Document.model_validate(raw)
    except ValidationError as error:
        return tuple(faults_of(error, "document"))


class Regions:
    """The region packs on file: the shipped ones and those that a hospital entered.

    ``bad`` are packs that nothing is settled by, by their region (empty: it may be any) and first day (None:
    every day).
    """

    def __init__(
        self, packs: Iterable[RegionPack], bad: Mapping[tuple[str, date | None], "BadPack"] | None = None
    ) -> None:
        self._by_id: dict[str, list[RegionPack]] = {}
        for pack in packs:
            self._by_id.setdefault(pack.id, []).append(pack)
        self._bad: dict[str, list[tuple[date | None, BadPack]]] = {}
        for (id_, day), each in (bad or {}).items():
            self._bad.setdefault(id_, []).append((day, each))
        for same in self._by_id.values():
            same.sort(key=lambda pack: pack.effective)
        self._known: dict[tuple[str, date], RegionPack] = {}

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all packs, in alphabetical order."""
        return tuple(sorted(self._by_id))

    def versions(self, id_: str) -> tuple[RegionPack, ...]:
        """Return the packs with an id, the earliest first; empty where the id is unknown."""
        return tuple(self._by_id.get(id_, ()))

    def in_force(self, id_: str, day: date) -> RegionPack | list[Fault]:
        """Return the latest pack with the id that is effective on a day, or its faults.

        No earlier pack stands in for a pack with faults: its figures are not those of the day.
        """
        known = self._known.get((id_, day))
        if known is not None:
            return known
        packs = self.versions(id_)
        latest = max((pack.effective for pack in packs if pack.effective <= day), default=date.min)
        stopping = [*self._bad.get(_ANY, []), *self._bad.get(id_, [])]
        for first, bad in stopping:
            if first is None or latest <= first <= day:
                return bad.as_refusal
        if not packs:
            return self.unknown(id_)
        effective = [pack for pack in packs if pack.effective <= day]
        if not effective:
            return [Fault("region", not_yet_effective(packs[0]))]
        self._known[id_, day] = effective[-1]  # asked for at every line of a file, of few days
        return effective[-1]

    def unknown(self, id_: str) -> list[Fault]:
        """Return the fault that no file is of a region with this id; nothing where one is."""
        known = id_ in self._by_id or id_ in self._bad or _ANY in self._bad
        return [] if known else [Fault("region", message("fault.region_unknown", id=id_))]


def not_yet_effective(pack: RegionPack) -> Message:
    """Return the message that a pack holds from a later day on."""
    return message("fault.region_not_effective", name=pack.name, day=pack.effective.isoformat())


class BadPack(NamedTuple):
    """A pack file that cannot be used, with its faults."""

    file: Path
    faults: tuple[Fault, ...]

    @property
    def as_refusal(self) -> list[Fault]:
        """The faults of a request that asks for this pack."""
        return [
            Fault(fault.field, message("fault.pack_unusable", name=self.file.name, why=fault.message))
            for fault in self.faults
        ]


_ANY: Final = ""
"""In the place of a region's id: any of them, as a file does not say whose it is."""

_SET_ASIDE: Final = ("~", ".bak", ".old", ".orig", ".part", ".swp")

_ID: Final = re.compile(rb"""^(?:\xef\xbb\xbf)?id\s*=\s*["']([^"']+)["']""", re.M)
_EFFECTIVE: Final = re.compile(rb"^(?:\xef\xbb\xbf)?effective\s*=\s*[\"']?(\d{4}-\d\d-\d\d)", re.M)


def _meant(file: Path, raw: dict[str, Any] | Message) -> tuple[str, date | None]:
    """Return the region and the first day that a file with faults is meant for (``_ANY``, None: not stated).

    They are read from its lines where the file is no TOML.
    """
    if isinstance(raw, dict):
        id_, effective = raw.get("id"), raw.get("effective")
        return id_ if isinstance(id_, str) else _ANY, _as_day(str(effective))
    try:
        content = read_bounded(file, LARGEST)
    except OSError:
        return _ANY, None
    first, day = _ID.search(content), _EFFECTIVE.search(content)
    try:
        return first[1].decode() if first else _ANY, _as_day(day[1].decode()) if day else None
    except UnicodeDecodeError:
        return _ANY, None


def _as_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _is_pack(file: Path) -> bool:
    """Tell whether a file says of which region it is and from which day on, whatever its name is."""
    try:
        content = read_bounded(file, LARGEST)
    except OSError:
        return False
    return _ID.search(content) is not None and _EFFECTIVE.search(content) is not None


def _almost(folder: Path) -> Iterator["BadPack"]:
    """Yield the files of a folder that somebody may take for packs, and whose names nothing is read from."""
    for file in sorted(folder.iterdir()) if folder.is_dir() else ():
        name = unicodedata.normalize("NFKC", file.name).casefold()
        set_aside = name.startswith(".") or name.endswith(_SET_ASIDE)
        if not set_aside and not file.match("*.toml") and (".toml" in name or _is_pack(file)):
            yield BadPack(file, (Fault("region", message("fault.pack_name", name=file.name)),))


def load_regions(
    documents: Documents,
    folders: Iterable[Path] = (REGIONS,),
    refused: Callable[[RegionPack, Path], Message | None] | None = None,
    recorded: Iterable[dict[str, Any]] = (),
) -> tuple[Regions, tuple[BadPack, ...]]:
    """Read the packs of some folders. A pack replaces an earlier folder's of the same id and day.

    Return with its faults each file that cannot be read or holds no sound pack: nothing is settled by it, nor
    by an earlier pack in its place, and by no pack at all where the file does not say which region it is of.
    Return as well the files whose names are almost a pack's, and each replaced pack that differs from the one
    in its place, unless it is a shipped one: a hospital's own is there to replace that. Raises OSError where
    a folder cannot be read.

    ``refused`` tells of a sound pack why its file is not believed (None: every one is); it is then returned
    among the files that are not used. ``recorded`` are the tables of packs that are in force
    whatever the folders hold, unless a file holds the same.
    """
    packs: dict[tuple[str, date], tuple[RegionPack, Path]] = {}
    bad: list[BadPack] = []
    stopping: dict[tuple[str, date | None], BadPack] = {}
    for folder in folders:
        bad += _almost(folder)
        for file in sorted(folder.glob("*.toml")):
            raw = tables_of(file)
            pack = [Fault("region", raw)] if isinstance(raw, Message) else read_pack(raw, documents)
            if not isinstance(pack, RegionPack):
                bad.append(BadPack(file, tuple(pack)))
                stopping[_meant(file, raw)] = bad[-1]
                continue
            if refused is not None and (why := refused(pack, file)) is not None:
                bad.append(BadPack(file, (Fault("region", why),)))
                continue
            before, replaced = packs.get((pack.id, pack.effective), (pack, file))
            if before != pack and replaced.parent != REGIONS:
                day = pack.effective.isoformat()
                fault = message("fault.pack_replaced", id=pack.id, day=day, name=str(file))
                bad.append(BadPack(replaced, (Fault("region", fault),)))
            packs[pack.id, pack.effective] = pack, file
            stopping.pop((pack.id, pack.effective), None)
    for tables in recorded:
        pack = read_pack(tables, documents)
        name = Path(f"{tables.get('id')}@{tables.get('effective')}")
        if isinstance(pack, RegionPack):
            packs[pack.id, pack.effective] = pack, name
            stopping.pop((pack.id, pack.effective), None)
        else:
            bad.append(BadPack(name, tuple(pack)))
            stopping[_meant(name, tables)] = bad[-1]
    return Regions((pack for pack, _ in packs.values()), stopping), tuple(bad)


def made_up(pack: RegionPack) -> bool:
    """Return whether a pack is the shipped example, whose figures belong to no real place."""
    return pack.id == MADE_UP_REGION
