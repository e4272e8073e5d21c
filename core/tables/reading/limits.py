"""Bounds on a table that is read. The largest table of a real office is some way below each of them."""

from typing import Final

MOST_FILE: Final = 128 * 2**20
"""The longest file (bytes)."""

MOST_UNPACKED: Final = 384 * 2**20
"""The most that the parts of a workbook may unpack to, all together (bytes)."""

MOST_ROWS: Final = 200_000
MOST_COLUMNS: Final = 1_000
MOST_CELLS: Final = 2_500_000
"""The most cells of a file, empty ones among filled ones included."""

MOST_CHARACTERS: Final = 32 * 2**20
"""The most characters of a file's texts, all together."""

MOST_EXACT: Final = 10**15
"""A spreadsheet keeps fifteen digits of a number: below this each of its whole numbers is itself."""

MOST_MERGED: Final = 100_000
"""The most cells that lie under merged ones."""

MOST_MEMORY: Final = 160 * 2**20
"""How much memory reading may take beyond what the process begins with (bytes); see `reading.process`."""

MOST_SECONDS: Final = 60
"""How long reading may compute (seconds)."""

LONGEST_WAIT: Final = 300.0
"""How long reading may take on a busy machine (seconds)."""
