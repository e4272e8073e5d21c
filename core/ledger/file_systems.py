"""The kinds of file systems: a ledger lies on a disk of this machine.

On another machine's disk no two machines see one another's locks and log.
"""

import os
import re
import sys
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

_UNKNOWN: Final = ""
_MOUNTS: Final = Path("/proc/self/mountinfo")
_ESCAPED: Final = re.compile(r"\\([0-7]{3})")
# fmt: off
OF_THIS_MACHINE: Final = frozenset(
    {
        "apfs", "aufs", "bcachefs", "btrfs", "ecryptfs", "exfat", "ext2", "ext3", "ext4", "f2fs",
        "fuse.exfat", "fuse.ntfs", "fuse.ntfs-3g", "fuseblk", "hfs", "hfsplus", "iso9660", "jffs2", "jfs",
        "msdos", "nilfs2", "ntfs", "ntfs3", "overlay", "ramfs", "reiserfs", "rootfs", "squashfs", "tmpfs",
        "ubifs", "udf", "ufs", "vfat", "xfs", "zfs", _UNKNOWN,
    }
)
# fmt: on
"""The kinds of file system whose locks hold. Whatever is not among them may be shared with other machines."""

# fmt: off
OF_THE_SYSTEM: Final = frozenset(
    {
        "autofs", "binfmt_misc", "bpf", "cgroup", "cgroup2", "configfs", "debugfs", "devpts", "devtmpfs",
        "efivarfs", "fusectl", "hugetlbfs", "mqueue", "nsfs", "proc", "pstore", "rpc_pipefs", "securityfs",
        "selinuxfs", "sysfs", "tracefs",
    }
)
# fmt: on
"""The kinds of file system that the system shows itself in, and that keep no files."""

_PIECE: Final = 1 << 16
_LOCAL, _SHARE = "\\\\?\\", "\\\\?\\UNC\\"


class Site(NamedTuple):
    """The kind of file system that a folder lies on, empty where nothing tells; its real path's bytes."""

    kind: str
    length: int


def site_of(folder: str) -> Site:
    """Return where a folder really lies, whatever links lead there. Of a disk's folder it is asked once."""
    if sys.platform == "win32":
        real = os.path.realpath(folder)  # what a drive's letter stands for
        is_shared = real.startswith("\\\\") and (not real.startswith(_LOCAL) or real.startswith(_SHARE))
        site = Site("share" if is_shared else _UNKNOWN, len(os.fsencode(real)))
    else:
        try:
            state = os.stat(folder)  # noqa: PTH116  a path takes twice as long
            major, minor, inode = os.major(state.st_dev), os.minor(state.st_dev), state.st_ino
        except OSError:  # it is not there
            major, minor, inode = 0, 0, 0
        # what is no disk has no major number, and what is mounted after it may be given the same minor one
        site = (_on_disk if major else _found)(folder, major, minor, inode, _MOUNTS)
    return site


def _found(folder: str, major: int, minor: int, _inode: int, table: Path) -> Site:
    real = os.path.realpath(folder)
    try:
        mounts = _read(table)
    except OSError:  # another system
        mounts = ""
    return Site(_by_device(f"{major}:{minor}", mounts) or _by_path(real, mounts), len(os.fsencode(real)))


_on_disk: Final = lru_cache(64)(_found)


def _read(table: Path) -> str:
    handle, pieces = os.open(table, os.O_RDONLY), [b""]
    try:
        while piece := os.read(handle, _PIECE):
            pieces.append(piece)
    finally:
        os.close(handle)
    return b"".join(pieces).decode("utf-8", "surrogateescape")


def _by_device(device: str, mounts: str) -> str:
    """Return the kind of the mount that has a device; empty where none has, as on parts of btrfs."""
    at = mounts.find(f" {device} ")
    start = mounts.rfind("\n", 0, at) + 1
    if at < 0 or mounts.count(" ", start, at) != 1:  # not the third word of its line: no number of a device
        return _UNKNOWN
    return mounts[at:].partition(" - ")[2].split(" ", 1)[0]


def _by_path(real: str, mounts: str) -> str:
    """Return the kind of the mount that lies deepest above a real path."""
    longest, kind = 0, _UNKNOWN
    for mount in filter(None, mounts.split("\n")):
        name = mount.split(" ", 5)[4]
        if "\\" in name:
            name = _ESCAPED.sub(lambda escaped: chr(int(escaped[1], 8)), name)
        # a later one lies over an earlier one
        if len(name) >= longest and f"{real}/".startswith(f"{name.rstrip('/')}/"):
            longest, kind = len(name), mount.partition(" - ")[2].split(" ", 1)[0]
    return kind
