"""A packet at a desk: inspected against the desk's own files and added to them."""

import contextlib
import errno
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from core.files import read_bounded, to_disk, write_whole
from core.messages import Fault
from core.policy.in_force import Documents
from core.policy.packets.changes import Change, against, preview
from core.policy.packets.format import LARGEST, SUFFIX, Packet, read, signed_files
from core.policy.packets.keys import KEYS, trusted
from core.policy.shelf import Regions

PACKETS: Final = "packets"
"""The folder of a desk for the packets that were added."""

_COMING: Final = ".coming"
"""The end of a packet's name while its files are being added."""


def inspect(
    content: bytes, home: Path, documents: Documents, regions: Regions
) -> tuple[Packet, tuple[Change, ...]] | list[Fault]:
    """Return a packet that may be added to a desk's own files, with what it changes; or why it may not."""
    packet = read(content, trusted(home / KEYS), documents)
    if isinstance(packet, list):
        return packet
    faults = against(packet, documents, regions, last_number(home / PACKETS, packet.header.key))
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
    for name, content in packet.files.items():
        target = home / name
        if target.exists() and not _holds(target, content):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
    header = packet.header
    coming = home / PACKETS / f"{header.key}-{header.number:06d}{SUFFIX}{_COMING}"
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
    """Add the packets whose import was cut off. Raises OSError where their files cannot be written."""
    for coming in sorted((home / PACKETS).glob(f"*{SUFFIX}{_COMING}")):
        signed = signed_files(read_bounded(coming, LARGEST), trusted(home / KEYS))
        if not isinstance(signed, list):
            _put_all(signed[1], home)
            _end(coming)


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
