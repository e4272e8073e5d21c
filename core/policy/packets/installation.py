"""A packet at a desk: inspected against the desk's own files and added to them."""

from pathlib import Path
from typing import Final

from core.files import read_bounded, write_whole
from core.messages import Fault
from core.policy.in_force import Documents
from core.policy.packets.changes import Change, against, preview
from core.policy.packets.format import LARGEST, SUFFIX, Packet, read
from core.policy.packets.keys import KEYS, trusted
from core.policy.shelf import Regions

PACKETS: Final = "packets"
"""The folder of a desk for the packets that were added."""


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
    """Add a packet's files to the desk's own and keep the packet. Raises OSError.

    Documents come before the packs that may need them, and the packet itself comes last. After an
    interruption the packet is added once more: its files that are there already stay as they are.
    A file of the same name with other content raises FileExistsError.
    """
    for name in sorted(packet.files):
        target = home / name
        if target.exists() and read_bounded(target, LARGEST) == packet.files[name]:
            continue
        if target.exists():
            raise FileExistsError(target)
        _put(target, packet.files[name])
    header = packet.header
    _put(home / PACKETS / f"{header.key}-{header.number:06d}{SUFFIX}", packet.content)


def _put(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    write_whole(file, content)
