"""A packet at a desk: inspected against the desk's own files and added to them."""

import contextlib
import errno
import hashlib
import os
from collections.abc import Collection, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from core.files import read_bounded, sweep_held, to_disk, write_whole
from core.messages import Fault
from core.policy.in_force import Documents
from core.policy.packets.changes import Change, against, preview
from core.policy.packets.format import LARGEST, SUFFIX, Header, Packet, read, signed_files
from core.policy.packets.keys import KEYS, fingerprint, trusted
from core.policy.shelf import Regions

PACKETS: Final = "packets"
"""The folder of a desk for the packets that were added."""

RULES: Final = ("documents", "regions")
"""The folders of a desk for rules of its own, as a packet's files name them."""

_COMING: Final = ".coming"
"""The end of a packet's name while its files are being added."""

_ASKED: Final = ".asked"
"""The end of a packet's name while the trail of a desk in use may not have its act yet."""


def inspect(
    content: bytes,
    home: Path,
    documents: Documents,
    regions: Regions,
    believed: Collection[str] | None = None,
    numbers: Mapping[str, int] = MappingProxyType({}),
) -> tuple[Packet, tuple[Change, ...]] | list[Fault]:
    """Return a packet that may be added to a desk's own files, with what it changes; or why it may not.

    ``believed`` are the fingerprints of the keys that somebody's act has trusted (None: every key there).
    ``numbers`` are those of the latest packet of each key that the trail has; the packets kept count as well.
    """
    keys = trusted(home / KEYS)
    if believed is not None:
        keys = {id_: key for id_, key in keys.items() if "".join(fingerprint(key)) in believed}
    packet = read(content, keys, documents)
    if isinstance(packet, list):
        return packet
    key = packet.header.key
    last = max(last_number(home / PACKETS, key), numbers.get(key, 0))
    faults = against(packet, documents, regions, last)
    return faults or (packet, preview(packet, documents, regions))


def last_number(folder: Path, key: str) -> int:
    """Return the number of a key's latest packet that was added; 0 where there is none."""
    numbers = [
        int(file.stem.rpartition("-")[2])
        for file in folder.glob(f"{key}-*{SUFFIX}")
        if file.stem.rpartition("-")[2].isdecimal()
    ]
    return max(numbers, default=0)


def install(packet: Packet, home: Path) -> None:
    """Add a packet's files to the desk's own and keep the packet. Raises OSError; nothing is added then.

    One write decides: once the packet stands in its folder as one that is coming, it will be added, now or by
    `finish`, whatever cuts this off. A file of the same name with other content raises FileExistsError.
    """
    _look_for_others(packet, home)
    kept = _kept(packet.header, home)
    coming = kept.with_name(kept.name + _COMING)
    new = [name for name in packet.files if not (home / name).exists()]
    _put(coming, packet.content)
    try:
        _put_all(packet.files, home)
    except OSError:
        for name in new:
            (home / name).unlink(missing_ok=True)
        coming.unlink(missing_ok=True)
        raise
    with contextlib.suppress(OSError):  # everything is there; `finish` takes the mark away
        _end(coming)


def finish(home: Path) -> None:
    """Add the packets whose import was cut off, and remove what a cut left half written in their folders.

    Raises OSError where their files cannot be written.
    """
    rules = (Path(folder) for top in RULES for folder, _, _ in os.walk(home / top))
    sweep_held(home, home / KEYS, home / PACKETS, *rules)
    for coming in sorted((home / PACKETS).glob(f"*{SUFFIX}{_COMING}")):
        signed = signed_files(read_bounded(coming, LARGEST), trusted(home / KEYS))
        if not isinstance(signed, list):
            _put_all(signed[1], home)
            _end(coming)


def ask(packet: Packet, home: Path) -> None:
    """Lay a packet down whose act is about to be noted; nothing of it is in force. Raises as `install`."""
    _look_for_others(packet, home)
    _put(_asked(packet.header, home), packet.content)


def take_back(packet: Packet, home: Path) -> None:
    """Take a packet away again whose act was not noted."""
    with contextlib.suppress(OSError):
        _asked(packet.header, home).unlink(missing_ok=True)


def add(packet: Packet, home: Path) -> None:
    """Add the files of a packet that `ask` laid down, now that its act is noted. Raises OSError."""
    _add(packet.header, packet.content, packet.files, home)


def finish_asked(home: Path, noted: Collection[str]) -> None:
    """Add the packets whose act the trail has; take away those whose import was cut off before it.

    ``noted`` are the SHA-256 of the packets that the trail names. Raises OSError as `finish`.
    """
    for asked in sorted((home / PACKETS).glob(f"*{SUFFIX}{_ASKED}")):
        content = read_bounded(asked, LARGEST)
        signed = signed_files(content, trusted(home / KEYS))
        if hashlib.sha256(content).hexdigest() not in noted:
            asked.unlink(missing_ok=True)
        elif not isinstance(signed, list):
            _add(signed[0], content, signed[1], home)


def _add(header: Header, content: bytes, files: Mapping[str, bytes], home: Path) -> None:
    _put_all(files, home)
    _put(_kept(header, home), content)
    _asked(header, home).unlink(missing_ok=True)


def _kept(header: Header, home: Path) -> Path:
    return home / PACKETS / f"{header.key}-{header.number:06d}{SUFFIX}"


def _asked(header: Header, home: Path) -> Path:
    kept = _kept(header, home)
    return kept.with_name(kept.name + _ASKED)


def _look_for_others(packet: Packet, home: Path) -> None:
    """Raise FileExistsError where a file of a packet's name has other content."""
    for name, content in packet.files.items():
        target = home / name
        if target.exists() and not _holds(target, content):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))


def _put_all(files: Mapping[str, bytes], home: Path) -> None:
    """Write a packet's files, documents before the packs that may need them."""
    for name in sorted(files):
        if not _holds(home / name, files[name]):
            _put(home / name, files[name])


def _holds(file: Path, content: bytes) -> bool:
    return file.exists() and read_bounded(file, LARGEST) == content


def _end(coming: Path) -> None:
    coming.replace(coming.with_suffix(""))
    to_disk(coming.parent)


def _put(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    write_whole(file, content)
