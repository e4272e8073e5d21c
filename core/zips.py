"""Zips from elsewhere: what reading one raises, whatever is wrong with it."""

import contextlib
import struct
import zipfile
import zlib
from typing import Final

_of_lzma: type[Exception] = zlib.error
with contextlib.suppress(ImportError):  # where it is left out `zipfile` raises RuntimeError
    from lzma import LZMAError

    _of_lzma = LZMAError

NO_ZIP: Final = (
    zipfile.BadZipFile,
    LookupError,
    ValueError,  # a place before the file's beginning, a name in no encoding
    AttributeError,
    RecursionError,
    OverflowError,
    EOFError,
    RuntimeError,  # NotImplementedError and a password among them
    zlib.error,
    struct.error,
    _of_lzma,
)
"""The errors of a damaged zip and of one that is none, beside OSError."""
