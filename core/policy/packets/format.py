"""A packet as a file: a zip of `packet.json`, its Ed25519 signature and the TOML files that it names.

`packet.json` names each file with its SHA-256. The signature is over the bytes of `packet.json`.
"""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final, Literal, NamedTuple

from pydantic import Field, ValidationError

from core.files import read_bounded
from core.messages import Fault, Message, message
from core.policy.cells import Day, StrictModel
from core.policy.documents import Document
from core.policy.faults import faults_of
from core.policy.in_force import Documents
from core.policy.packets.keys import fingerprint, is_public, key_id
from core.policy.regions import RegionPack
from core.policy.shelf import read_tables
from core.policy.soundness import read_pack
from core.zips import NO_ZIP

SUFFIX: Final = ".mzpack"
HEADER: Final = "packet.json"
SIGNATURE: Final = "packet.sig"
LARGEST: Final = 4_000_000
"""The most bytes of a packet, packed and unpacked alike."""

_LARGEST_SIGNATURE: Final = 1_000
_MOST_FILES: Final = 202
_LARGEST_HEADER: Final = 100_000
_ENTRY: Final = b"PK\x01\x02"
"""What each entry in a zip's list begins with."""

_WAYS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

_NAME: Final = r"(documents|regions)/[a-z0-9][a-z0-9-]{0,63}\.toml"
_FIXED: Final = (1980, 1, 1, 0, 0, 0)


class PacketFile(StrictModel):
    """A file of a packet and the SHA-256 of its bytes."""

    name: Annotated[str, Field(pattern=f"^{_NAME}$")]
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Header(StrictModel):
    """The part that is signed.

    ``number`` rises with each packet of an issuer. ``public`` is the issuer's key in hexadecimal.
    """

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
    """A signer by name and public key. The name alone counts for nothing: anybody can write it."""

    issuer: str
    public: str


def names_inside(files: Sequence[Path]) -> dict[str, bytes] | list[Fault]:
    """Return the bytes of files to be signed by their names in a packet, or every fault. Raises OSError.

    A document is named by its id, a region pack by its id and first day.
    """
    contents: dict[str, bytes] = {}
    faults = []
    for file in files:
        content = read_bounded(file, LARGEST)
        raw = read_tables(content)
        if isinstance(raw, Message):
            faults.append(Fault(file.name, raw))
            continue
        id_ = str(raw.get("id", ""))
        if "number" in raw:
            name = f"documents/{id_}.toml"
        else:
            name = f"regions/{id_.replace('/', '-')}-{raw.get('effective', '')}.toml"
        if name in contents or not re.fullmatch(_NAME, name):
            faults.append(Fault(file.name, message("packs.odd_name", name=name)))
        contents[name] = content
    return faults or contents


def sign(
    files: Mapping[str, bytes],
    secret: bytes,
    *,
    issuer: str,
    number: int,
    issued: date,
    documents: Documents,
) -> bytes | list[Fault]:
    """Return a signed packet of files by their names inside (``regions/….toml``), or every fault."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(secret, None)
    except (ValueError, TypeError):
        return [Fault("key", message("packs.not_a_secret_key"))]
    if not isinstance(key, Ed25519PrivateKey):
        return [Fault("key", message("packs.not_a_secret_key"))]
    public = key.public_key().public_bytes_raw().hex()
    header = {
        "format": 1,
        "issuer": issuer,
        "number": number,
        "issued": issued.isoformat(),
        "public": public,
        "files": [
            {"name": name, "sha256": hashlib.sha256(content).hexdigest()}
            for name, content in sorted(files.items())
        ],
    }
    text = json.dumps(header, ensure_ascii=False, indent=1).encode()
    content = _zip({HEADER: text, SIGNATURE: key.sign(text), **dict(sorted(files.items()))})
    # read as the desk will read it: nothing is signed that nobody could add
    packet = read(content, {key_id(public): public}, documents)
    return packet if isinstance(packet, list) else content


def _zip(members: Mapping[str, bytes]) -> bytes:
    """Pack members into a zip. The same members make the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(zipfile.ZipInfo(name, _FIXED), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def read(content: bytes, keys: Mapping[str, str], documents: Documents) -> Packet | list[Fault]:
    """Return a packet that a trusted key has signed and whose files are sound, or every fault.

    ``keys`` are the trusted public keys by their short names.
    """
    signed = signed_files(content, keys)
    return signed if isinstance(signed, list) else _sound(signed[0], content, signed[1], documents)


def signed_files(content: bytes, keys: Mapping[str, str]) -> tuple[Header, dict[str, bytes]] | list[Fault]:
    """Return the header and the files of a packet that a trusted key has signed, or every fault.

    What the files hold is not looked at.
    """
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
    return header, members


def stranger(content: bytes) -> Stranger | None:
    """Return the signer of a packet, trusted or not. None: it is no whole packet."""
    opened = _opened(content)
    if isinstance(opened, Message):
        return None
    try:
        return Stranger(Header.model_validate(opened[1]).issuer, opened[0])
    except ValidationError:
        return None


def _opened(content: bytes) -> tuple[str, Any, dict[str, bytes]] | Message:
    """Return the public key that signed a packet, its header and its files, or what is wrong.

    Nothing but the header and its signature is unpacked before the signature has proved right.
    """
    try:
        with _zip_of(content) as packed:
            listed = _listed(packed)
            signature = _unpacked(packed, listed.pop(SIGNATURE), _LARGEST_SIGNATURE)
            text = _unpacked(packed, listed.pop(HEADER), _LARGEST_HEADER)
            raw = json.loads(text)
            public = raw.get("public")
            if not isinstance(public, str) or not is_public(public):
                return message("packs.not_a_packet")
            if not _signed(public, signature, text):
                return message("packs.altered")
            left, members = LARGEST, {}
            for name, info in listed.items():
                members[name] = _unpacked(packed, info, left)
                left -= len(members[name])
    except (*NO_ZIP, OSError):
        return message("packs.not_a_packet")
    return public, raw, members


def _zip_of(content: bytes) -> zipfile.ZipFile:
    """Open a packet's zip. Raises ValueError where it is too large, and BadZipFile where it is none."""
    if len(content) > LARGEST or content.count(_ENTRY) > _MOST_FILES:
        raise ValueError
    return zipfile.ZipFile(io.BytesIO(content))


def _listed(packed: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Return the entries of a zip by name. Raises ValueError: named twice, encrypted, or packed otherwise.

    Only deflate unpacks piece by piece: the other ways unfold as far as the sender likes.
    """
    listed = {info.filename: info for info in packed.infolist()}
    if len(listed) != len(packed.infolist()):
        raise ValueError
    if any(info.compress_type not in _WAYS or info.flag_bits & 1 for info in listed.values()):
        raise ValueError
    return listed


def _unpacked(packed: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> bytes:
    """Return the bytes of an entry, whatever size it states. Raises ValueError where they are too many."""
    with packed.open(info) as opened:
        content = opened.read(most + 1)
        if len(content) > most or opened.read(1):
            raise ValueError
    return content


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
    """Return the packet, its packs checked against the documents on file and its own; or every fault."""
    faults: list[Fault] = []
    tables = {}
    for name, inside in files.items():
        raw = read_tables(inside)
        if isinstance(raw, Message):
            faults.append(Fault(name, raw))
        else:
            tables[name] = raw
    own = _documents_inside(tables, faults)
    ids = {document.id for document in own}
    known = Documents([*(each for each in documents.all if each.id not in ids), *own])
    packs = _packs_inside(tables, known, faults)
    return faults or Packet(header, content, files, tuple(own), tuple(packs))


def _documents_inside(tables: Mapping[str, dict[str, Any]], faults: list[Fault]) -> list[Document]:
    """Return the sound documents of a packet. ``faults`` takes what is wrong with the others."""
    documents = []
    for name, raw in tables.items():
        if name.startswith("documents/"):
            try:
                documents.append(Document.model_validate(raw))
            except ValidationError as error:
                faults += faults_of(error, name)
    return documents


def _packs_inside(
    tables: Mapping[str, dict[str, Any]], documents: Documents, faults: list[Fault]
) -> list[RegionPack]:
    """Return the sound region packs of a packet. ``faults`` takes what is wrong with the others."""
    packs = []
    for name, raw in tables.items():
        if name.startswith("regions/"):
            pack = read_pack(raw, documents)
            if isinstance(pack, RegionPack):
                packs.append(pack)
            else:
                faults += [Fault(f"{name}: {fault.field}", fault.message) for fault in pack]
    return packs
