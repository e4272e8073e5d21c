"""Rule packets: signed documents and region packs that travel on a USB stick and are added to those on file.

A packet is a zip of `packet.json`, its Ed25519 signature and the TOML files that it names with their SHA-256.
The signature is over the bytes of `packet.json`. Nothing on file is ever changed or taken away: a rule that
comes later has a later day, so that an old discharge is settled by the rules of its own day.
"""

import hashlib
import io
import json
import re
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Final, Literal, NamedTuple

from pydantic import Field, ValidationError

from core.files import write_whole
from core.messages import Fault, Message, message
from core.policy.cells import Day, StrictModel
from core.policy.documents import Document
from core.policy.faults import faults_of
from core.policy.in_force import Documents
from core.policy.regions import RegionPack
from core.policy.shelf import Regions, read_tables
from core.policy.soundness import read_pack

KEYS: Final = "keys"
PACKETS: Final = "packets"
"""Folders of a desk: the public keys that it trusts, and the packets that were added."""
SUFFIX: Final = ".mzpack"
HEADER: Final = "packet.json"
SIGNATURE: Final = "packet.sig"
LARGEST: Final = 4_000_000
"""The most bytes of a packet, packed and unpacked alike."""

_NAME: Final = r"(documents|regions)/[a-z0-9][a-z0-9-]{0,63}\.toml"
_HEX: Final = re.compile(r"[0-9a-f]{64}")
_ALWAYS: Final = date.max
_FIXED: Final = (1980, 1, 1, 0, 0, 0)


class PacketFile(StrictModel):
    """A file of a packet and the SHA-256 of its bytes."""

    name: Annotated[str, Field(pattern=f"^{_NAME}$")]
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Header(StrictModel):
    """What is signed. ``number`` rises with each packet of an issuer; ``public`` is its key, in hex."""

    format: Literal[1]
    issuer: Annotated[str, Field(min_length=1, max_length=60)]
    number: Annotated[int, Field(ge=1, le=999_999)]
    issued: Day
    public: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    files: Annotated[tuple[PacketFile, ...], Field(min_length=1, max_length=200, strict=False)]

    @property
    def key(self) -> str:
        """The short name of the issuer's key."""
        return key_id(self.public)


class Packet(NamedTuple):
    """A packet whose signature and content are sound; ``content`` are its bytes, ``files`` those inside."""

    header: Header
    content: bytes
    files: Mapping[str, bytes]
    documents: tuple[Document, ...]
    regions: tuple[RegionPack, ...]


class Stranger(NamedTuple):
    """Who says to have signed a packet, and the key that did; the name alone counts for nothing."""

    issuer: str
    public: str


class Cell(NamedTuple):
    """One figure of a region before and after; empty where there is none."""

    path: str
    before: str
    after: str


class Change(NamedTuple):
    """What a packet changes: discharges from ``first`` to ``last`` (None: no end).

    ``cells`` are a region's figures, or a document's sections with the document that settled them before.
    """

    kind: Literal["document", "region"]
    id: str
    name: str
    first: date
    last: date | None
    cells: tuple[Cell, ...]


# ---- keys


def new_key() -> tuple[bytes, str]:
    """A new key of an issuer: the secret one as PEM, the public one as its text."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    made = Ed25519PrivateKey.generate()
    secret = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return secret, made.public_key().public_bytes_raw().hex()


def key_id(public: str) -> str:
    """The short name of a public key."""
    return hashlib.sha256(bytes.fromhex(public)).hexdigest()[:16]


def fingerprint(public: str) -> tuple[str, ...]:
    """What a person compares of a public key: eight groups of four hexadecimal digits, 128 bits.

    The first four are the key's short name, so that neither half can be made to fit by trying keys.
    """
    digits = hashlib.sha256(bytes.fromhex(public)).hexdigest()[:32]
    return tuple(digits[at : at + 4] for at in range(0, 32, 4))


def trust(public: str, home: Path) -> str:
    """From now on a desk takes packets of this key; its short name. Raises OSError."""
    key = key_id(public)
    _put(home / KEYS / f"{key}.pub", f"{public}\n".encode("ascii"))
    return key


def read_public(text: str) -> str | Message:
    """A public key from a file's text, or what is wrong."""
    key = text.strip().lower()
    return key if _HEX.fullmatch(key) else message("packs.not_a_key")


def trusted(folder: Path) -> dict[str, str]:
    """The public keys that this desk trusts, by their ids; a file that is none is passed over."""
    found = {}
    for file in sorted(folder.glob("*.pub")):
        try:
            key = read_public(file.read_text(encoding="ascii"))
        except (OSError, ValueError):
            continue
        if isinstance(key, str):
            found[key_id(key)] = key
    return found


# ---- signing


def sign(
    files: Mapping[str, bytes],
    secret: bytes,
    *,
    issuer: str,
    number: int,
    issued: date,
    documents: Documents,
) -> bytes | list[Fault]:
    """A packet of files by their names inside (``regions/….toml``), or what is wrong with any of them."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(secret, None)
    except (ValueError, TypeError):
        return [Fault("key", message("packs.not_a_secret_key"))]
    if not isinstance(key, Ed25519PrivateKey):
        return [Fault("key", message("packs.not_a_secret_key"))]
    header = {
        "format": 1,
        "issuer": issuer,
        "number": number,
        "issued": issued.isoformat(),
        "public": key.public_key().public_bytes_raw().hex(),
        "files": [
            {"name": name, "sha256": hashlib.sha256(content).hexdigest()}
            for name, content in sorted(files.items())
        ],
    }
    text = json.dumps(header, ensure_ascii=False, indent=1).encode()
    made = _zip({HEADER: text, SIGNATURE: key.sign(text), **dict(sorted(files.items()))})
    public = key.public_key().public_bytes_raw().hex()
    checked = read(made, {key_id(public): public}, documents)
    return checked if isinstance(checked, list) else made


def _zip(members: Mapping[str, bytes]) -> bytes:
    """The same members make the same bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(zipfile.ZipInfo(name, _FIXED), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


# ---- reading


def read(content: bytes, keys: Mapping[str, str], documents: Documents) -> Packet | list[Fault]:
    """A packet that a trusted key has signed, every file as it was signed and sound; or what is wrong."""
    opened = _opened(content)
    if isinstance(opened, Message):
        return [Fault("packet", opened)]
    public, raw, members = opened
    if keys.get(key_id(public)) != public:
        return [Fault("packet", message("packs.key_unknown", key=" ".join(fingerprint(public))))]
    try:
        header = Header.model_validate(raw)
    except ValidationError as error:
        return faults_of(error, "packet")
    stated = {file.name: file.sha256 for file in header.files}
    if stated != {name: hashlib.sha256(inside).hexdigest() for name, inside in members.items()}:
        return [Fault("packet", message("packs.altered"))]
    return _sound(header, content, members, documents)


def stranger(content: bytes) -> Stranger | None:
    """Who signed a packet, known or not; None where it is no whole packet."""
    opened = _opened(content)
    if isinstance(opened, Message):
        return None
    try:
        return Stranger(Header.model_validate(opened[1]).issuer, opened[0])
    except ValidationError:
        return None


def _opened(content: bytes) -> tuple[str, Any, dict[str, bytes]] | Message:
    """The public key that a packet states and that signed it, its header, its files; or what is wrong."""
    members = _members(content)
    if members is None or HEADER not in members or SIGNATURE not in members:
        return message("packs.not_a_packet")
    text, signature = members.pop(HEADER), members.pop(SIGNATURE)
    try:
        raw = json.loads(text)
        public = raw.get("public")
    except (ValueError, AttributeError, RecursionError):
        return message("packs.not_a_packet")
    if not isinstance(public, str) or not _HEX.fullmatch(public):
        return message("packs.not_a_packet")
    return (public, raw, members) if _signed(public, signature, text) else message("packs.altered")


def _members(content: bytes) -> dict[str, bytes] | None:
    """The files of a zip, None where it is none, names one twice or unpacks to too much."""
    if len(content) > LARGEST:
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            listed = packed.infolist()
            names = [info.filename for info in listed]
            if len(set(names)) != len(names) or sum(info.file_size for info in listed) > LARGEST:
                return None
            return {info.filename: packed.read(info) for info in listed}
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, RuntimeError, NotImplementedError, zlib.error):
        return None


def _signed(public: str, signature: bytes, text: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(signature, text)
    except (InvalidSignature, ValueError):  # ValueError: no point of the curve
        return False
    return True


def _sound(
    header: Header, content: bytes, files: Mapping[str, bytes], documents: Documents
) -> Packet | list[Fault]:
    """The packet, its packs checked against the documents on file and its own."""
    faults: list[Fault] = []
    tables = {}
    for name, inside in files.items():
        read_in = read_tables(inside)
        if isinstance(read_in, Message):
            faults.append(Fault(name, read_in))
        else:
            tables[name] = read_in
    own = []
    for name, raw in tables.items():
        if name.startswith("documents/"):
            try:
                own.append(Document.model_validate(raw))
            except ValidationError as error:
                faults += faults_of(error, name)
    ids = {document.id for document in own}
    known = Documents([*(each for each in documents.all if each.id not in ids), *own])
    packs = []
    for name, raw in tables.items():
        if name.startswith("regions/"):
            pack = read_pack(raw, known)
            if isinstance(pack, RegionPack):
                packs.append(pack)
            else:
                faults += [Fault(f"{name}: {fault.field}", fault.message) for fault in pack]
    return faults or Packet(header, content, files, tuple(own), tuple(packs))


# ---- what it would change


def against(packet: Packet, documents: Documents, regions: Regions, last_number: int) -> list[Fault]:
    """Why a sound packet may not be added to what is on file; empty where it may."""
    header = packet.header
    if header.number <= last_number:
        said = message("packs.older", number=str(header.number), last=str(last_number))
        return [Fault("packet", said)]
    return [*_documents_overlap(packet, documents), *_regions_overlap(packet, regions)]


def _documents_overlap(packet: Packet, documents: Documents) -> list[Fault]:
    faults = []
    before = [each for each in documents.all if each not in packet.documents]
    for at, document in enumerate(packet.documents):
        others = [*before, *packet.documents[:at]]
        if any(other.id == document.id for other in others):
            faults.append(Fault(document.id, message("packs.document_on_file", document=document.number)))
            continue
        clashing = {
            other.number: None
            for section in document.sections
            for other in others
            if _clash(_days(document, section), _days(other, section))
        }
        faults += [
            Fault(document.id, message("packs.documents_overlap", document=document.number, other=number))
            for number in clashing
        ]
    return faults


def _regions_overlap(packet: Packet, regions: Regions) -> list[Fault]:
    faults = []
    for at, pack in enumerate(packet.regions):
        own = [other for other in packet.regions[:at] if other.id == pack.id]
        others = [other for other in regions.versions(pack.id) if other != pack]
        twice = any(other.effective == pack.effective for other in own)
        if twice or any(other.effective >= pack.effective for other in others):
            latest = max(other.effective for other in (*own, *others))
            said = message(
                "packs.regions_overlap",
                region=pack.name,
                day=pack.effective.isoformat(),
                other=latest.isoformat(),
            )
            faults.append(Fault(pack.id, said))
    return faults


def _days(document: Document, section: str) -> tuple[date, date | None] | None:
    """The days of a section: the first, and the last where the document states one."""
    found = getattr(document, section)
    if found is None:
        return None
    return getattr(found, "from_", None) or document.effective, getattr(found, "until", None)


def _clash(new: tuple[date, date | None] | None, old: tuple[date, date | None] | None) -> bool:
    """Whether both claim one day; an older rule without an end gives way to a newer one."""
    if new is None or old is None:
        return False
    if old[0] >= new[0]:
        return old[0] <= (new[1] or _ALWAYS)
    return old[1] is not None and old[1] >= new[0]


def preview(packet: Packet, documents: Documents, regions: Regions) -> tuple[Change, ...]:
    """What changes, and for the discharges of which days."""
    changes = []
    for document in packet.documents:
        for section in document.sections:
            days = _days(document, section)
            assert days is not None
            old = documents.in_force(section, days[0])
            cell = Cell(section, old.document.number if old else "", document.number)
            changes.append(Change("document", document.id, document.number, days[0], days[1], (cell,)))
    for pack in packet.regions:
        found = regions.in_force(pack.id, pack.effective - timedelta(days=1))
        before = _figures(found) if isinstance(found, RegionPack) else {}
        after = _figures(pack)
        cells = tuple(
            Cell(path, before.get(path, ""), after.get(path, ""))
            for path in sorted(before.keys() | after.keys())
            if before.get(path) != after.get(path)
        )
        later = [other.effective for other in packet.regions if other.id == pack.id]
        following = min((day for day in later if day > pack.effective), default=None)
        last = following - timedelta(days=1) if following else None
        changes.append(Change("region", pack.id, pack.name, pack.effective, last, cells))
    return tuple(changes)


def _figures(pack: RegionPack) -> dict[str, str]:
    """The cells of a pack by their paths, without its name and day."""
    tables = pack.model_dump(mode="json", exclude_none=True, exclude={"id", "effective"})
    return dict(_flat("", tables))


def _flat(path: str, value: Any) -> list[tuple[str, str]]:
    if isinstance(value, Mapping):
        return [
            cell
            for key, inner in value.items()
            for cell in _flat(f"{path}.{key}" if path else str(key), inner)
        ]
    return [(path, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))]


def look(
    content: bytes, home: Path, documents: Documents, regions: Regions
) -> tuple[Packet, tuple[Change, ...]] | list[Fault]:
    """A packet that may be added to a desk's own, with what it changes; or why it may not."""
    packet = read(content, trusted(home / KEYS), documents)
    if isinstance(packet, list):
        return packet
    wrong = against(packet, documents, regions, last_number(home / PACKETS, packet.header.key))
    return wrong or (packet, preview(packet, documents, regions))


# ---- installing


def last_number(folder: Path, key: str) -> int:
    """The number of the latest packet of a key that was added; 0 where there is none."""
    numbers = [
        int(file.stem.rpartition("-")[2])
        for file in folder.glob(f"{key}-*{SUFFIX}")
        if file.stem.rpartition("-")[2].isdecimal()
    ]
    return max(numbers, default=0)


def install(packet: Packet, home: Path) -> None:
    """Adds a packet's files to the desk's own, and keeps the packet. Raises OSError.

    Documents come before the packs that may need them and the packet itself comes last: after an interruption
    it is added once more, and finds its own files as they are.
    """
    for name in sorted(packet.files):
        target = home / name
        if target.exists() and target.read_bytes() == packet.files[name]:
            continue
        if target.exists():
            raise FileExistsError(target)
        _put(target, packet.files[name])
    header = packet.header
    _put(home / PACKETS / f"{header.key}-{header.number:06d}{SUFFIX}", packet.content)


def _put(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    write_whole(file, content)


def names_inside(files: Sequence[Path]) -> dict[str, bytes] | list[Fault]:
    """Files to be signed by their names inside: a region pack by its id and day, a document by its id."""
    found: dict[str, bytes] = {}
    faults = []
    for file in files:
        content = file.read_bytes()
        raw = read_tables(content)
        if isinstance(raw, Message):
            faults.append(Fault(file.name, raw))
            continue
        id_ = str(raw.get("id", ""))
        if "number" in raw:
            name = f"documents/{id_}.toml"
        else:
            name = f"regions/{id_.replace('/', '-')}-{raw.get('effective', '')}.toml"
        if name in found or not re.fullmatch(_NAME, name):
            faults.append(Fault(file.name, message("packs.odd_name", name=name)))
        found[name] = content
    return faults or found
