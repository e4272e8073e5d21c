"""The shelf: the documents and region packs on file, and the one in force on a day."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final, Generic, NamedTuple, TypeVar

from pydantic import ValidationError

from core.messages import Fault, Message, message
from core.places import MADE_UP_REGION, RESOURCES
from core.policy.documents import CriticalIllness, Document
from core.policy.faults import faults_of, path, sound_part
from core.policy.regions import CriticalYear, RegionPack
from core.settlement import Source

Section = TypeVar("Section")

DOCUMENTS: Final = RESOURCES / "documents"
REGIONS: Final = RESOURCES / "regions"

WHOLE_RULE: Final = (
    "deductible",
    "bands",
    "cap",
    "tilted",
    "tilt_deductible_percent",
    "tilt_points",
    "counts_category_b",
)
"""What a region must state of a year for which no document is on file."""

_FILLED: Final = {"id": "-", "name": "-", "effective": date.min}


class InForce(NamedTuple, Generic[Section]):
    """A section with the document that it stands in."""

    document: Document
    section: Section

    def source(self, clause: str) -> Source:
        """A clause of the document, as it is cited."""
        return Source(self.document.number, clause)


class Documents:
    """The documents on file."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self.all = tuple(sorted(documents, key=lambda document: (document.effective, document.id)))
        self._known: dict[tuple[str, date], InForce[Any] | None] = {}

    def in_force(self, section: str, day: date) -> InForce[Any] | None:
        """The latest document that settles the section on that day, None where there is none on file."""
        if (section, day) not in self._known:  # asked for many times a settlement, of few days
            self._known[section, day] = self._latest(section, day)
        return self._known[section, day]

    def _latest(self, section: str, day: date) -> InForce[Any] | None:
        for document in reversed(self.all):
            if document.in_force(section, day):
                return InForce(document, getattr(document, section))
        return None

    def in_force_for_any(self, day: date) -> tuple[Document, ...]:
        """The documents that settle something on a day, the earliest first."""
        found = (self.in_force(section, day) for each in self.all for section in each.sections)
        holding = {each.document.id for each in found if each is not None}
        return tuple(each for each in self.all if each.id in holding)

    def first(self, section: str) -> InForce[Any]:
        """The earliest document that settles a section. Raises LookupError where none is on file."""
        for document in self.all:
            if getattr(document, section) is not None:
                return InForce(document, getattr(document, section))
        raise LookupError(section)

    def critical_rules(self, year: int) -> list[InForce[CriticalIllness] | None]:
        """The critical-illness rules in force at the start and at the end of a year."""
        return [self.in_force("critical_illness", date(year, *day)) for day in ((1, 1), (12, 31))]

    def open_critical_keys(self, year: int) -> frozenset[str]:
        """The keys of a region's table that the rules of a year leave open; all where a part has no rule."""
        whole = frozenset({*WHOLE_RULE, "uncapped", "band_origin"})
        rules = self.critical_rules(year)
        return frozenset().union(*(rule.section.region_keys() if rule else whole for rule in rules))


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


def read_pack(raw: object, documents: Documents) -> RegionPack | list[Fault]:
    """A region pack from TOML's or JSON's tables, or every fault by its path below ``region``."""
    pack, faults = examine_pack(raw, documents)
    return faults or pack or [Fault("region", message("fault.table"))]


def examine_pack(raw: object, documents: Documents) -> tuple[RegionPack | None, list[Fault]]:
    """The pack of what is sound in some tables, and every fault of the rest; None: too little is left."""
    pack, faults = sound_part(RegionPack, raw, _FILLED, "region")
    if pack is None or not isinstance(raw, Mapping):
        return pack, faults
    against = _against_documents(pack, documents)
    if against:
        wrong = [fault.field.split(".")[1:] for fault in against]
        pack, _ = sound_part(RegionPack, _without(raw, wrong), _FILLED, "region")
    return pack, faults + against


def _without(raw: Mapping[str, Any], cells: Iterable[list[str]]) -> dict[str, Any]:
    """A copy of some tables without these cells."""
    gone = {keys[0] for keys in cells if len(keys) == 1}
    copy = {key: value for key, value in raw.items() if key not in gone}
    for key, value in copy.items():
        inner = [keys[1:] for keys in cells if len(keys) > 1 and keys[0] == key]
        if inner and isinstance(value, Mapping):
            copy[key] = _without(value, inner)
    return copy


def _against_documents(pack: RegionPack, documents: Documents) -> list[Fault]:
    """What of a pack the documents do not leave open."""
    faults = []
    limit = pack.common_outpatient.annual_limit
    choices = {
        choice
        for document in documents.all
        if document.common_outpatient
        for choice in document.common_outpatient.annual_limit.choices
    }
    if limit is not None and limit not in choices:
        text = " / ".join(str(choice // 100) for choice in sorted(choices))
        faults.append(
            Fault("region.common_outpatient.annual_limit", message("fault.limit_choice", choices=text))
        )
    diseases = max(
        (
            len(document.chronic_outpatient.diseases.rows)
            for document in documents.all
            if document.chronic_outpatient
        ),
        default=0,
    )
    deductible = pack.chronic_outpatient.deductible
    if isinstance(deductible, dict):
        faults += [
            Fault(f"region.chronic_outpatient.deductible.{number}", message("fault.number_range"))
            for number in deductible
            if number > diseases
        ]
    for year, table in pack.critical_illness.items():
        faults += [
            Fault(path(("region", "critical_illness", year, key)), said)
            for key, said in _year_against_documents(year, table, documents)
        ]
    return faults


def _year_against_documents(
    year: int, table: CriticalYear, documents: Documents
) -> list[tuple[str, Message]]:
    rules = documents.critical_rules(year)
    open_keys = documents.open_critical_keys(year)
    settled = {*WHOLE_RULE, "uncapped"} if any(rules) else set()
    found = [
        (
            key,
            message("fault.settled_by_document", document=_names(rules), year=str(year))
            if key in settled
            else message("fault.key_not_for_year", year=str(year)),
        )
        for key in sorted(table.stated - open_keys)
    ]
    if table.cap is not None and table.uncapped is not None and "cap" in open_keys:
        found.append(("cap", message("fault.cap_and_uncapped")))
    for rule in rules:
        if rule is None or table.bands is None or not rule.section.bands.set_by_region:
            continue
        first, highest = rule.section.bands.required_first(year), rule.section.bands.highest_percent
        wrong_first = first is not None and table.bands[0].percent != first
        too_high = highest is not None and any(row.percent > highest for row in table.bands)
        if wrong_first or too_high:
            clause = rule.section.bands.clause
            said = message("fault.bands_of_document", document=rule.document.number, clause=clause)
            found.append(("bands", said))
            break
    return found


def _names(rules: Iterable[InForce[CriticalIllness] | None]) -> str:
    numbers = dict.fromkeys(rule.document.number for rule in rules if rule)
    return "、".join(numbers) or "—"


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
