"""The shelf: the documents and region packs on file, and the one in force on a day."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final, NamedTuple

from pydantic import ValidationError

from core.messages import Fault, Message, message
from core.places import MADE_UP_REGION, RESOURCES
from core.policy.documents import Document
from core.policy.faults import faults_of
from core.policy.in_force import Documents
from core.policy.regions import RegionPack
from core.policy.soundness import read_pack

DOCUMENTS: Final = RESOURCES / "documents"
REGIONS: Final = RESOURCES / "regions"


def read_tables(content: bytes) -> dict[str, Any] | Message:
    """The tables of a TOML file, or why there are none."""
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:  # not TOML, not UTF-8, a number too long, nested too deeply
        return message("fault.toml", reason=str(error))


def _tables_of(file: Path) -> dict[str, Any] | Message:
    try:
        return read_tables(file.read_bytes())
    except OSError:
        return message("fault.file_unreadable", name=str(file))


class BadDocument(ValueError):
    """A document file that cannot be used, and why: settling without it would settle by an older one."""

    def __init__(self, file: Path, faults: Sequence[Fault]) -> None:
        super().__init__(file, faults)
        self.file = file
        self.faults = tuple(faults)


def load_documents(folder: Path = DOCUMENTS, *others: Path) -> Documents:
    """The documents of some folders. Raises BadDocument where one cannot be used."""
    return Documents(_document(file) for each in (folder, *others) for file in sorted(each.glob("*.toml")))


def _document(file: Path) -> Document:
    raw = _tables_of(file)
    if isinstance(raw, Message):
        raise BadDocument(file, [Fault("document", raw)])
    try:
        return Document.model_validate(raw)
    except ValidationError as error:
        raise BadDocument(file, faults_of(error, "document")) from error


class Regions:
    """The region packs on file, the shipped ones and those that a hospital entered."""

    def __init__(
        self, packs: Iterable[RegionPack], bad: Mapping[tuple[str, date | None], "BadPack"] | None = None
    ) -> None:
        """``bad``: packs that nothing is settled by, by their region and first day (None: every day)."""
        self._by_id: dict[str, list[RegionPack]] = {}
        for pack in packs:
            self._by_id.setdefault(pack.id, []).append(pack)
        self._bad: dict[str, list[tuple[date | None, BadPack]]] = {}
        for (id_, day), each in (bad or {}).items():
            self._bad.setdefault(id_, []).append((day, each))
        for same in self._by_id.values():
            same.sort(key=lambda pack: pack.effective)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all packs, in order."""
        return tuple(sorted(self._by_id))

    def versions(self, id_: str) -> tuple[RegionPack, ...]:
        """The packs with an id, the earliest first; empty where the id is unknown."""
        return tuple(self._by_id.get(id_, ()))

    def in_force(self, id_: str, day: date) -> RegionPack | list[Fault]:
        """The latest pack with the id that is effective on a day, or what is wrong.

        Where that is a pack with faults they are answered, and no earlier pack stands in: its figures are not
        those of the day.
        """
        packs = self.versions(id_)
        latest = max((pack.effective for pack in packs if pack.effective <= day), default=date.min)
        for first, bad in self._bad.get(id_, ()):
            if first is None or latest <= first <= day:
                return bad.said
        if not packs:
            return self.unknown(id_)
        effective = [pack for pack in packs if pack.effective <= day]
        return effective[-1] if effective else [Fault("region", not_yet_effective(packs[0]))]

    def unknown(self, id_: str) -> list[Fault]:
        """That no file is of a region with this id; nothing where one is."""
        known = id_ in self._by_id or id_ in self._bad
        return [] if known else [Fault("region", message("fault.region_unknown", id=id_))]


def not_yet_effective(pack: RegionPack) -> Message:
    """Says that a pack holds from a later day on."""
    return message("fault.region_not_effective", name=pack.name, day=pack.effective.isoformat())


class BadPack(NamedTuple):
    """A pack file that cannot be used, and why."""

    file: Path
    faults: tuple[Fault, ...]

    @property
    def said(self) -> list[Fault]:
        """Its faults as those of a request that asks for it."""
        return [
            Fault(fault.field, message("fault.pack_unusable", name=self.file.name, why=fault.message))
            for fault in self.faults
        ]


_ID: Final = re.compile(rb"""^(?:\xef\xbb\xbf)?id\s*=\s*["']([^"']+)["']""", re.M)
_EFFECTIVE: Final = re.compile(rb"^(?:\xef\xbb\xbf)?effective\s*=\s*[\"']?(\d{4}-\d\d-\d\d)", re.M)


def _meant(file: Path) -> tuple[str, date | None]:
    """The region that a file with faults is of, and from which day on; by its lines, as it may be no TOML.

    Empty: it does not say whose it is. None: it says no day.
    """
    day = None
    try:
        content = file.read_bytes()
        id_, effective = _ID.search(content), _EFFECTIVE.search(content)
        if effective:
            day = date.fromisoformat(effective[1].decode())
    except (OSError, ValueError):
        id_ = None
    return id_[1].decode("utf-8", "replace") if id_ else "", day


def load_regions(
    documents: Documents, folders: Iterable[Path] = (REGIONS,)
) -> tuple[Regions, tuple[BadPack, ...]]:
    """The packs of some folders (a later folder's replaces an earlier one's of the same id and day).

    A file that cannot be read or is not a sound pack is returned with its faults, and nothing is settled by
    it or, in its place, by an earlier one. So is returned one that another replaces and that says something
    else, unless it is one that ships, which a hospital's own is there to replace. Raises OSError where a
    folder cannot be read.
    """
    packs: dict[tuple[str, date], tuple[RegionPack, Path]] = {}
    bad: list[BadPack] = []
    stopping: dict[tuple[str, date | None], BadPack] = {}
    for folder in folders:
        for file in sorted(folder.glob("*.toml")):
            raw = _tables_of(file)
            pack = [Fault("region", raw)] if isinstance(raw, Message) else read_pack(raw, documents)
            if not isinstance(pack, RegionPack):
                bad.append(BadPack(file, tuple(pack)))
                stopping[_meant(file)] = bad[-1]
                continue
            before, replaced = packs.get((pack.id, pack.effective), (pack, file))
            if before != pack and replaced.parent != REGIONS:
                day = pack.effective.isoformat()
                said = message("fault.pack_replaced", id=pack.id, day=day, name=str(file))
                bad.append(BadPack(replaced, (Fault("region", said),)))
            packs[pack.id, pack.effective] = pack, file
            stopping.pop((pack.id, pack.effective), None)
    return Regions((pack for pack, _ in packs.values()), stopping), tuple(bad)


def made_up(pack: RegionPack) -> bool:
    """Whether a pack is the shipped example, whose figures belong to no real place."""
    return pack.id == MADE_UP_REGION
