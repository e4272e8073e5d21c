"""Zips from elsewhere: what reading one raises, whatever is wrong with it."""

import lzma
import struct
import zipfile
import zlib
from typing import Final

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
    lzma.LZMAError,
    struct.error,
)
"""The errors of a damaged zip and of one that is none, beside OSError."""
