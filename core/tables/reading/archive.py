"""A look at a zipped workbook before its reader sees it: how much it unpacks to, and how far its cells lie.

A reader asks at once for the memory of the whole rectangle up to the farthest cell. One cell in the last
corner of a sheet is 17 thousand million of them.
"""

import re
import zipfile
from pathlib import Path
from typing import Final

from core.tables.reading.cells import NoTable
from core.tables.reading.limits import MOST_COLUMNS, MOST_ROWS, MOST_UNPACKED
from core.zips import NO_ZIP

_PIECE: Final = 2**20
_OVERLAP: Final = 64
_MOST_PARTS: Final = 10_000
_SHARED_TEXTS: Final = "sharedstrings.xml"
_FAR: Final = re.compile(rb"""\br=["'](?:([A-Z]{3,})[0-9]+|[A-Z]+([0-9]{6,}))["']""")
"""A cell's own place where it may lie too far: beyond two letters, or beyond five digits."""
_EXTENT: Final = re.compile(rb"""dimension[^>]{0,200}\bref=["'](?:[A-Z]+[0-9]+:)?([A-Z]+)([0-9]+)["']""")
_1904: Final = re.compile(rb"""date1904=["'](?:1|true)["']""")
_TYPES: Final = b"<!DOCTYPE"


def examine(file: Path) -> bool:
    """Return whether a workbook counts its days from 1904. Raises NoTable where it goes too far."""
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise NoTable("tables.too_large")
            if any(part.flag_bits & 1 for part in parts):
                raise NoTable("tables.locked")
            left, date_1904 = MOST_UNPACKED, False
            for part in parts:
                if part.filename.lower().endswith((".xml", ".rels")):
                    unpacked, counts = _examine_part(archive, part, left)
                    left -= unpacked
                    date_1904 = date_1904 or counts
    except NO_ZIP:
        raise NoTable("tables.damaged") from None
    return date_1904


def _examine_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, left: int) -> tuple[int, bool]:
    """Return how much a part unpacks to, and whether it counts days from 1904."""
    cells = not part.filename.lower().endswith(_SHARED_TEXTS)
    unpacked, tail, counts = 0, b"", False
    with archive.open(part) as opened:
        while piece := opened.read(_PIECE):
            unpacked += len(piece)
            if unpacked > left:  # whatever the directory of the archive says
                raise NoTable("tables.too_large")
            piece = tail + piece
            if _TYPES in piece:  # no program that writes workbooks declares entities
                raise NoTable("tables.entities")
            if cells:  # wherever a sheet lies: any part may be one
                _examine_cells(piece)
            counts = counts or (part.filename == "xl/workbook.xml" and _1904.search(piece) is not None)
            tail = piece[-_OVERLAP:]
    return unpacked, counts


def _examine_cells(piece: bytes) -> None:
    """Refuse a stated extent, or a cell, in far columns or rows. Nearer ones are counted as they are read."""
    for letters, digits in [*_EXTENT.findall(piece), *_FAR.findall(piece)]:
        if _number(letters) > MOST_COLUMNS:
            raise NoTable("tables.too_wide", most=MOST_COLUMNS)
        if int(digits[:9] or b"0") > MOST_ROWS:
            raise NoTable("tables.too_long", most=MOST_ROWS)


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters[:4]:
        number = number * 26 + letter - 64
    return number
