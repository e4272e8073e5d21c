"""The rules in force at a desk: what ships, and in real use what a desk's own trail answers for beside it.

A hospital's own figures and the documents that came in packets are files, which anybody at a desk can write.
In real use a file is believed only where the audit trail holds what stands in it, or a kept packet whose key
the trail names. What the trail holds stays in force when its file is gone or altered.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext, suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from pydantic import ValidationError

from core.exchange.fingerprints import stated_by
from core.exchange.request import RequestReader
from core.files import read_bounded, why_failed
from core.ledger.errors import LATER, LedgerUnavailable
from core.ledger.ledger import Ledger
from core.ledger.record import canonical, digest
from core.ledger.trail import ActKind, AuditAct
from core.messages import Fault, Message, message
from core.places import home, user_documents, user_regions
from core.policy import packets
from core.policy.documents import Document
from core.policy.in_force import Documents
from core.policy.packets import KEYS, PACKETS, Packet
from core.policy.regions import RegionPack
from core.policy.shelf import (
    DOCUMENTS,
    LARGEST,
    REGIONS,
    BadDocument,
    BadPack,
    load_document,
    load_documents,
    load_regions,
)

RULES: Final = "rules"
"""The name under which an act's detail holds the rules that it answers for."""

FIGURES: Final = "figures"
"""The name under which it holds the figures that it changed: their path, the old one and the new one."""

_ALL: Final = "all"
_HASH: Final = "hash"
_RULE_ACTS: Final = (ActKind.REGION_CHANGED, ActKind.REGION_CHECKED, ActKind.CHECK_REQUIRED)
_LONGEST_KEY: Final = 32
_MARK: Final = 12


class RulesFound(NamedTuple):
    """The rules that lie in a desk's own folders, and the fingerprints of the keys that lie beside them."""

    packs: tuple[RegionPack, ...]
    documents: tuple[Document, ...]
    keys: tuple[str, ...]

    def __bool__(self) -> bool:
        """Whether anything lies there that has figures in it."""
        return bool(self.packs or self.documents)


PACKET: Final = "packet"
"""The name under which it is true where the rules came in a signed packet, which nobody entered here.

Among the rules it is the name of the packet's SHA-256."""

ISSUED: Final = "issued"
"""The name under which the rules that came in a packet hold its issuer's key and its number."""

REQUIRED: Final = "required"
"""The name under which an act says whether figures that are entered need a second person's check."""


class Unchecked(NamedTuple):
    """A pack whose figures wait for a second person: its tables, who entered them, and what they change."""

    tables: dict[str, Any]
    entered_by: str
    figures: tuple[tuple[str, str, str], ...]


class RulesOnRecord(NamedTuple):
    """The rules that a ledger's trail answers for: the latest tables of each pack, and each document's.

    ``hashes`` are those of every pack that was ever on record, ``keys`` the fingerprints of issuers. Until
    ``confirmed``, an administrator has not yet seen what lay there before the trail kept rules.
    ``packed`` are the SHA-256 of the packets that were added, ``numbers`` the highest of each issuer's key.
    ``unchecked`` are packs by name that are not in force before a second person has checked them;
    ``check_required``: figures that are entered from now on are such ones.
    """

    packs: Mapping[str, dict[str, Any]]
    documents: Mapping[str, dict[str, Any]]
    hashes: frozenset[str]
    keys: frozenset[str]
    confirmed: bool
    unchecked: Mapping[str, Unchecked] = MappingProxyType({})
    check_required: bool = False
    packed: frozenset[str] = frozenset()
    numbers: Mapping[str, int] = MappingProxyType({})

    def waits(self, pack: RegionPack) -> bool:
        """Tell whether a pack waits, as it is, for a second person's check."""
        waiting = self.unchecked.get(_name(pack))
        return waiting is not None and waiting.tables == stated_by(pack)

    def answers_for(self, pack: RegionPack) -> bool:
        """Tell whether a pack as it is is the latest of its name, or waits for a second person's check."""
        return self.packs.get(_name(pack)) == stated_by(pack) or self.waits(pack)

    def holds(self, pack: RegionPack) -> bool:
        """Tell whether a pack was ever on record as it is."""
        return hash_of(stated_by(pack)) in self.hashes


def believed_keys(record: RulesOnRecord | None) -> frozenset[str] | None:
    """Return the fingerprints of the keys that somebody's act has trusted; None: of every key that is there.

    So it is in practice, and until an administrator has confirmed what lay at the desk.
    """
    return record.keys if record is not None and record.confirmed else None


class RulesOnFile(NamedTuple):
    """Documents and packs as a reader of requests, and the pack files that could not be used."""

    reader: RequestReader
    bad_packs: tuple[BadPack, ...]


def read_record(ledger: Ledger) -> RulesOnRecord:
    """Return the rules that a ledger's trail answers for. Raises LedgerUnavailable."""
    record = _Record()
    unsigned = ledger.trail.unsigned()
    for act in ledger.trail.of_kind(*_RULE_ACTS):
        if act.number not in unsigned:  # what nobody with rights has signed are rules of anybody's
            record.take(act)
    return record.read()


def record_after(ledger: Ledger, before: RulesOnRecord | None) -> RulesOnRecord | None:
    """Return the rules after an act that changed them; ``before`` where they cannot be read.

    The act is committed then, and the next opening reads them.
    """
    with suppress(*LATER):
        return None if before is None else read_record(ledger)
    return before


class _Record:
    """The rules on record, followed act by act."""

    def __init__(self) -> None:
        self._packs: dict[str, dict[str, Any]] = {}
        self._documents: dict[str, dict[str, Any]] = {}
        self._keys, self._hashes, self._packed = set[str](), set[str](), set[str]()
        self._unchecked: dict[str, Unchecked] = {}
        self._numbers: dict[str, int] = {}
        self._confirmed = self._required = False

    def take(self, act: AuditAct) -> None:
        """Follow an act, in order."""
        if act.act is ActKind.CHECK_REQUIRED:
            self._required = bool(act.detail.get(REQUIRED))
        elif act.act is ActKind.REGION_CHECKED:
            self._check(act)
        else:
            self._change(act)

    def _change(self, act: AuditAct) -> None:
        if len(act.about) == _LONGEST_KEY and not act.about.strip("0123456789abcdef"):
            self._keys.add(act.about)  # a key that was trusted before the trail kept rules
        rules = act.detail.get(RULES)
        if not isinstance(rules, dict):
            return
        if isinstance(rules.get(PACKET), str):
            self._packed.add(rules[PACKET])
        for key, number in rules.get(ISSUED, {}).items():
            self._numbers[key] = max(number, self._numbers.get(key, 0))
        before = self._packs
        if rules.get(_ALL):
            self._packs, self._documents, self._keys, self._confirmed = {}, {}, set(), True
            self._unchecked = {}
        for name, tables in rules["packs"].items():
            if self._required and not act.detail.get(PACKET) and before.get(name) != tables:
                rows = tuple((row[0], row[1], row[2]) for row in act.detail.get(FIGURES, {}).get(name, ()))
                self._unchecked[name] = Unchecked(tables, act.operator, rows)
                if name in before:
                    self._packs[name] = before[name]  # what was checked stays in force
            else:
                self._put(name, tables)
        self._documents.update(rules["documents"])
        self._keys.update(rules["keys"])

    def _check(self, act: AuditAct) -> None:
        """Take a pack that a second person has checked, as it was then."""
        waiting = self._unchecked.get(act.about)
        if waiting is None or act.detail.get(_HASH) != hash_of(waiting.tables):
            return
        if act.operator != waiting.entered_by or not self._required:
            self._put(act.about, waiting.tables)

    def _put(self, name: str, tables: dict[str, Any]) -> None:
        self._packs[name] = tables
        self._hashes.add(hash_of(tables))
        self._unchecked.pop(name, None)

    def read(self) -> RulesOnRecord:
        """Return the rules as they stand after the last act."""
        hashes, keys = frozenset(self._hashes), frozenset(self._keys)
        known = (self._packs, self._documents, hashes, keys, self._confirmed)
        packed = frozenset(self._packed)
        return RulesOnRecord(*known, self._unchecked, self._required, packed, self._numbers)


def hash_of(tables: dict[str, Any]) -> str:
    """Return the SHA-256 of a pack's tables, in hexadecimal."""
    return digest(canonical(tables))


def found_on_file(folders: Sequence[Path] = ()) -> RulesFound:
    """Return the rules of a desk's own folders, and of some others, as they lie there.

    Raises LedgerUnavailable where a document cannot be used, and OSError where a folder cannot be read.
    """
    own = tuple(each for _, each in _own_documents())
    documents = _beside_shipped(own)
    packs: dict[str, RegionPack] = {}

    def seen(pack: RegionPack, file: Path) -> None:
        if file.parent != REGIONS:
            packs[_name(pack)] = pack

    load_regions(documents, _once((user_regions(), *folders)), seen)
    keys = packets.trusted(home() / KEYS).values()
    return RulesFound(tuple(packs.values()), own, tuple(sorted(map(_fingerprint, keys))))


def found_by_name(found: RulesFound) -> dict[str, dict[str, Any]]:
    """Return what was found as a person has to see it: each one's title and its figures by their paths.

    A name ends with a mark of the content, so that what is confirmed by its name is what was shown.
    """
    shown: dict[str, dict[str, Any]] = {}
    for pack in found.packs:
        mark = hash_of(stated_by(pack))[:_MARK]
        shown[f"{_name(pack)}:{mark}"] = {"title": pack.name, "figures": packets.figures_of(pack)}
    for document in found.documents:
        mark = hash_of(_tables(document))[:_MARK]
        figures = packets.figures_of(document)
        shown[f"{document.id}:{mark}"] = {"title": document.number, "figures": figures}
    return shown | {f"key:{key}": {"title": "", "figures": {}} for key in found.keys}


def rules_on_file(region_folders: Sequence[Path], record: RulesOnRecord | None = None) -> RulesOnFile:
    """Read the documents on file, and the packs that ship, the user's own and those of some folders.

    ``record``: in real use, once confirmed, nothing beside it and what ships is in force. Raises
    LedgerUnavailable where a document cannot be used: no older one stands in for it. Raises OSError where a
    folder of packs cannot be read.
    """
    try:
        packets.finish(home())
        if record is not None:
            # what is confirmed is in force by its act alone, and its files can wait
            with suppress(OSError) if record.confirmed else nullcontext():
                packets.finish_asked(home(), record.packed)
    except OSError as error:
        raise LedgerUnavailable(why_failed(error, str(error.filename or home()))) from error
    strict = record if record is not None and record.confirmed else None
    allowed = _Allowed(strict) if strict else None
    own, strangers = [], []
    for file, document in _own_documents():
        if allowed is None or allowed.document(document, file):
            own.append(document)
        else:
            strangers.append(BadPack(file, (Fault("document", message("fault.not_on_record")),)))
    ids = {document.id for document in own}
    if strict:
        own += [_recorded(raw) for id_, raw in strict.documents.items() if id_ not in ids]
    documents = _beside_shipped(own)
    folders = _once((REGIONS, user_regions(), *region_folders))
    regions, bad = load_regions(
        documents, folders, allowed.pack if allowed else None, list(strict.packs.values()) if strict else ()
    )
    return RulesOnFile(RequestReader(documents, regions), (*strangers, *bad))


def _beside_shipped(own: Sequence[Document]) -> Documents:
    shipped = load_documents(DOCUMENTS)
    return Documents([*shipped.all, *own]) if own else shipped


def _once(folders: Sequence[Path]) -> list[Path]:
    return list(dict.fromkeys(folders))


def _own_documents() -> Iterator[tuple[Path, Document]]:
    try:
        for file in sorted(user_documents().glob("*.toml")):
            yield file, load_document(file)
    except BadDocument as error:
        raise LedgerUnavailable(message("fault.document_unusable", name=str(error.file))) from error


def _recorded(tables: dict[str, Any]) -> Document:
    """Return a document as the trail has it. Raises LedgerUnavailable where this version cannot read it."""
    try:
        return Document.model_validate(tables)
    except ValidationError as error:
        name = str(tables.get("number"))
        raise LedgerUnavailable(message("fault.document_unusable", name=name)) from error


class _Allowed:
    """What of the files is believed in real use. Kept packets are opened once something is not on record."""

    def __init__(self, record: RulesOnRecord) -> None:
        self._record = record
        self._packed: frozenset[str] | None = None

    def document(self, document: Document, file: Path) -> bool:
        """Tell whether a document's file is believed."""
        recorded = self._record.documents.get(document.id)
        return recorded == _tables(document) if recorded is not None else self._in_packet(file)

    def pack(self, pack: RegionPack, file: Path) -> Message | None:
        """Return why a pack's file is not believed, None where it is."""
        if file.parent == REGIONS:
            return None
        if self._record.waits(pack):
            return message("fault.not_checked")
        recorded = self._record.packs.get(_name(pack))
        is_known = recorded == stated_by(pack) if recorded is not None else self._in_packet(file)
        return None if is_known else message("fault.not_on_record")

    def _in_packet(self, file: Path) -> bool:
        if self._packed is None:
            self._packed = frozenset(_packed(self._record.keys))
        return hashlib.sha256(read_bounded(file, LARGEST)).hexdigest() in self._packed


def _packed(fingerprints: frozenset[str]) -> Iterator[str]:
    """Yield the SHA-256 of every file in the kept packets of some keys."""
    keys = {
        id_: key for id_, key in packets.trusted(home() / KEYS).items() if _fingerprint(key) in fingerprints
    }
    for kept in sorted((home() / PACKETS).glob(f"*{packets.SUFFIX}")):
        signed = packets.signed_files(read_bounded(kept, packets.LARGEST), keys)
        if not isinstance(signed, list):
            yield from (each.sha256 for each in signed[0].files)


def noted(before: RulesFound, after: RulesFound, reader: RequestReader) -> dict[str, Any]:
    """Return the detail of an act that changed the rules on file: their tables, and each figure's change."""
    old = {_name(pack): pack for pack in before.packs}
    packs = [pack for pack in after.packs if old.get(_name(pack)) != pack]
    documents = [document for document in after.documents if document not in before.documents]
    keys = [key for key in after.keys if key not in before.keys]
    return _detail(RulesFound(tuple(packs), tuple(documents), tuple(keys)), reader, old)


def before_change(about: str, record: RulesOnRecord | None) -> RulesFound:
    """Return the rules that lie at a desk before a change to a pack, by name (``about``).

    Where the trail does not answer for the pack as it lies there, as after a change that was cut off, it
    counts as not there, so that making the change again puts it on record. Raises as `found_on_file`.
    """
    found = found_on_file()
    if record is None:
        return found
    known = [pack for pack in found.packs if _name(pack) != about or record.answers_for(pack)]
    return found._replace(packs=tuple(known))


def noted_packet(packet: Packet, before: RulesFound, reader: RequestReader) -> dict[str, Any]:
    """Return the detail of an act that adds a packet: its tables, each figure's change, and which it is."""
    old = {_name(pack): pack for pack in before.packs if pack not in packet.regions}
    detail = _detail(RulesFound(packet.regions, packet.documents, ()), reader, old)
    detail[RULES][PACKET] = hashlib.sha256(packet.content).hexdigest()
    detail[RULES][ISSUED] = {packet.header.key: packet.header.number}
    return {**detail, PACKET: True}


def confirmed(found: RulesFound, reader: RequestReader) -> dict[str, Any]:
    """Return the detail of the act by which these rules, and no others, are in force from now on."""
    detail = _detail(found, reader, {})
    detail[RULES][_ALL] = True
    return detail


def _detail(found: RulesFound, reader: RequestReader, old: Mapping[str, RegionPack]) -> dict[str, Any]:
    figures: dict[str, list[list[str]]] = {}
    for pack in found.packs:
        standing = old.get(_name(pack)) or reader.regions.in_force(pack.id, pack.effective)
        before = packets.figures_of(standing) if isinstance(standing, RegionPack) and standing != pack else {}
        after = packets.figures_of(pack)
        paths = sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))
        figures[_name(pack)] = [[path, before.get(path, ""), after.get(path, "")] for path in paths]
    rules = {
        "packs": {_name(pack): stated_by(pack) for pack in found.packs},
        "documents": {document.id: _tables(document) for document in found.documents},
        "keys": list(found.keys),
    }
    return {RULES: rules, FIGURES: figures}


def _name(pack: RegionPack) -> str:
    return f"{pack.id}@{pack.effective.isoformat()}"


def _tables(document: Document) -> dict[str, Any]:
    """Return a document as its file has it, in JSON."""
    tables: dict[str, Any] = json.loads(
        canonical(document.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True))
    )
    return tables


def _fingerprint(key: str) -> str:
    return "".join(packets.fingerprint(key))
