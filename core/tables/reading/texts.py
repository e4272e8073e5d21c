"""Text files: CSV and TSV in four encodings, and JSON Lines."""

import codecs
import csv
import json
from collections.abc import Iterator
from io import BufferedReader, TextIOWrapper
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final

from core.files import open_regular
from core.tables.reading.cells import Chunks, NoTable, Sent, sent
from core.tables.reading.limits import MOST_COLUMNS, MOST_EXACT

_PIECE: Final = 2**20
_FIRST_LINES: Final = 20
_FEW, _MORE = 40, 4
_TOO_MANY: Final = len(str(MOST_EXACT))
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_separated(file: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of a file with commas or tabs. Raises NoTable and OSError."""
    yield {"sheet": "", "date_1904": False}
    chunks = Chunks()
    with _opened(file, encoding_of(file), newline="") as lines:
        first = list(islice(lines, _FIRST_LINES))
        try:
            for row in csv.reader(_sound(chain(first, lines)), delimiter=_delimiter(first)):
                if len(row) > MOST_COLUMNS and any(row[MOST_COLUMNS:]):
                    raise NoTable("tables.too_wide", most=MOST_COLUMNS)
                line = chunks.add([sent(cell) for cell in row[:MOST_COLUMNS]])
                if line:
                    yield line
        except csv.Error:
            raise NoTable("tables.damaged") from None
    yield chunks.rest()


def _opened(file: Path, encoding: str, newline: str | None = None) -> TextIOWrapper:
    """Open a text file whose lines are read one by one. Raises as `open_regular`."""
    return TextIOWrapper(BufferedReader(open_regular(file)), encoding=encoding, newline=newline)


def encoding_of(file: Path) -> str:
    """Return the encoding of a text file. Raises NoTable where it is none that such files are written in."""
    with open_regular(file) as opened:
        beginning = opened.read(4096)
    for mark, encoding in _MARKS:
        if beginning.startswith(mark):
            return _proved(file, (encoding,))
    odd, even = beginning[1::2].count(0), beginning[::2].count(0)
    if max(odd, even) * _FEW > len(beginning) and max(odd, even) > _MORE * min(odd, even):
        # UTF-16 without a mark: of digits and commas every second byte is nothing
        return _proved(file, ("utf-16-le" if odd > even else "utf-16-be",))
    return _proved(file, ("utf-8", "gb18030"))


def _proved(file: Path, encodings: tuple[str, ...]) -> str:
    for encoding in encodings:
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            with open_regular(file) as opened:
                while piece := opened.read(_PIECE):
                    decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeError:
            continue
        return encoding
    raise NoTable("tables.encoding")


def _delimiter(lines: list[str]) -> str:
    text = "".join(lines)
    return max(",\t;", key=text.count)


def _sound(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        if "\0" in line:
            raise NoTable("tables.nul")
        yield line


# ---- JSON Lines


def read_lines(file: Path) -> Iterator[dict[str, Any]]:
    """Yield the names of all keys as a first row, then a row for each line. Raises NoTable and OSError."""
    encoding = encoding_of(file)
    names: dict[str, int] = {}
    for _, value in _objects(file, encoding):
        for name in value:
            names.setdefault(name, len(names))
        if len(names) > MOST_COLUMNS:
            raise NoTable("tables.too_wide", most=MOST_COLUMNS)
    yield {"sheet": "", "date_1904": False, "names": True}
    chunks = Chunks()
    chunks.add([sent(name) for name in names])
    last = 0
    for number, value in _objects(file, encoding):
        for _ in range(last + 1, number):
            chunks.add([])
        last = number
        row: list[Sent] = [None] * len(names)
        for name, inner in value.items():
            row[names[name]] = sent(_cell(inner))
        line = chunks.add(row)
        if line:
            yield line
    yield chunks.rest()


def _cell(value: Any) -> Any:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return value


def _whole(digits: str) -> int | str:
    """Return a whole number, as text where a spreadsheet would not keep all of its digits."""
    return int(digits) if len(digits) < _TOO_MANY else digits


def _objects(file: Path, encoding: str) -> Iterator[tuple[int, dict[str, Any]]]:
    with _opened(file, encoding) as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                # an amount of JSON Lines is text to this program: its digits count, as they were written
                value = json.loads(line, parse_float=str, parse_int=_whole, parse_constant=str)
            except (ValueError, RecursionError):
                raise NoTable("tables.line_no_json", row=number) from None
            if not isinstance(value, dict):
                raise NoTable("tables.line_no_json", row=number)
            yield number, value
