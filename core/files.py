"""Files that are whole or not there: a power cut or a full disk leaves either the old one or the new one."""

import contextlib
import errno
import os
import tempfile
from pathlib import Path


def write_whole(file: Path, content: bytes) -> None:
    """Write a file beside its place and put it there once it is on the disk. Raises OSError."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.", suffix=".part")
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        beside.replace(file)
        to_disk(file.parent)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise


def to_disk(path: Path) -> None:
    """Have a file, or a folder's list of names, written to the disk itself. Raises OSError.

    A file system that cannot do so for a folder (some network and user-space ones) is no fault.
    """
    if os.name == "nt" and path.is_dir():
        return  # Windows keeps the list of names itself
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    except OSError as error:
        if not path.is_dir() or error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(handle)
