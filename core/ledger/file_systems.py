"""The kinds of file systems: a ledger lies on a disk of this machine.

On another machine's disk no two machines see one another's locks and log.
"""

import os
import re
from pathlib import Path
from typing import Final

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

_LOCAL, _SHARE = "\\\\?\\", "\\\\?\\UNC\\"


def kind_of(place: str) -> str:
    """Return the kind of file system that a folder's real path lies on; empty where nothing tells."""
    if os.name == "nt":
        is_shared = place.startswith("\\\\") and (not place.startswith(_LOCAL) or place.startswith(_SHARE))
        return "share" if is_shared else _UNKNOWN
    try:
        mounts = _MOUNTS.read_bytes().decode("utf-8", "surrogateescape").split("\n")
    except OSError:  # another system
        return _UNKNOWN
    longest, kind = 0, _UNKNOWN
    for mount in filter(None, mounts):
        name = mount.split(" ", 5)[4]
        if "\\" in name:
            name = _ESCAPED.sub(lambda escaped: chr(int(escaped[1], 8)), name)
        # a later one lies over an earlier one
        if len(name) >= longest and f"{place}/".startswith(f"{name.rstrip('/')}/"):
            longest, kind = len(name), mount.partition(" - ")[2].split(" ", 1)[0]
    return kind
