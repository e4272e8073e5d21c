"""Files that Polars reads and writes: what goes wrong with one is told as the system's own error."""

import errno
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from polars.exceptions import PolarsError

_NUMBER: Final = re.compile(r"os error (\d+)")
_NO_ROOM: Final = 1 << 20
"""A disk with less room than this (bytes) is full to whoever writes parts of Parquet files."""


@contextmanager
def written_beside(part: Path) -> Iterator[None]:
    """Raise OSError where Polars cannot write inside; its own errors seldom say why.

    The errno is ENOSPC where the disk has no room left, and EPIPE where nothing is known.
    """
    try:
        yield
    except (PolarsError, OSError) as error:
        if isinstance(error, OSError) and error.errno:
            raise
        number = _number_of(str(error), part.parent)
        raise OSError(number, os.strerror(number), str(part)) from error


def _number_of(told: str, folder: Path) -> int:
    said = _NUMBER.search(told)
    if said is not None:
        return int(said[1])
    try:
        return errno.ENOSPC if shutil.disk_usage(folder).free < _NO_ROOM else errno.EPIPE
    except OSError as error:
        return error.errno or errno.EPIPE
