"""Hostile tables: each makes a file that a reader should refuse in a sentence, and that others choke on."""

import io
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.tables.files import FULL, rewritten, row, text, workbook

SHEET = "xl/worksheets/sheet1.xml"
TEXTS = "xl/sharedStrings.xml"


def _sound(folder: Path, rows: int = 3) -> Path:
    return workbook(folder / "table.xlsx", [FULL, *(row() for _ in range(rows))])


def far_corner(folder: Path) -> Path:
    """One cell in the last corner of the sheet, and a stated extent that says so."""
    cell = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    return rewritten(_sound(folder), {SHEET: lambda xml: xml.replace(b"</sheetData>", cell)})


def far_corner_unstated(folder: Path) -> Path:
    """The same in capitals and quotes that a search may not look for, behind a modest extent."""
    cell = b"<row  r='1048576' ><c\n r = 'XFD1048576'><v>1</v></c></row></sheetData>"
    return rewritten(_sound(folder), {SHEET: lambda xml: xml.replace(b"</sheetData>", cell)})


def _swollen(folder: Path, name: str, end: bytes, filling: bytes, times: int) -> Path:
    """A workbook with a part that is filled up, piece by piece, before its end."""
    file = folder / "swollen.xlsx"
    with (
        zipfile.ZipFile(_sound(folder)) as sound,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for each in sound.namelist():
            content = sound.read(each)
            with archive.open(each, "w", force_zip64=True) as part:
                part.write(content.removesuffix(end) if each == name else content)
                for _ in range(times if each == name else 0):
                    part.write(filling)
                part.write(end if each == name else b"")
    return file


def bomb(folder: Path) -> Path:
    """A sheet that unpacks to 400 megabytes."""
    return _swollen(folder, SHEET, b"", b"<row>" + b" " * 2**20, 400)


def bomb_of_texts(folder: Path) -> Path:
    """Shared texts of 220 megabytes, within what a workbook may unpack to."""
    return _swollen(folder, TEXTS, b"</sst>", b"<si><t>" + b"a" * 2**20 + b"</t></si>", 220)


def many_repeated_texts(folder: Path) -> Path:
    """Half a million cells that each show one long text."""
    long = b"<si><t>" + b"a" * 30_000 + b"</t></si>"

    def cells(xml: bytes) -> bytes:
        start = xml.index(b"<sheetData>")
        rows = b"".join(b"<row>" + b'<c t="s"><v>0</v></c>' * 50 + b"</row>" for _ in range(10_000))
        return xml[:start] + b"<sheetData>" + rows + b"</sheetData></worksheet>"

    head = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    return rewritten(_sound(folder), {SHEET: cells, TEXTS: lambda _: head + long + b"</sst>"})


def entities(folder: Path) -> Path:
    """A thousand million laughs."""
    levels = b"".join(
        b'<!ENTITY l%d "%s">' % (level, b"&l%d;" % (level - 1) * 10 if level else b"ha")
        for level in range(10)
    )

    def declared(xml: bytes) -> bytes:
        end = xml.index(b"?>") + 2
        return xml[:end] + b"<!DOCTYPE sst [" + levels + b"]>" + xml[end:].replace(b"<t>", b"<t>&l9;", 1)

    return rewritten(_sound(folder), {TEXTS: declared})


def million_columns(folder: Path) -> Path:
    """A text with a million columns."""
    file = folder / "wide.csv"
    file.write_text(",".join(FULL) + "\n" + ",".join("x" * 1 for _ in range(10**6)) + "\n", encoding="utf-8")
    return file


def one_long_field(folder: Path) -> Path:
    """A quoted field that never ends."""
    file = folder / "long.csv"
    file.write_text(",".join(FULL) + '\n"' + "x" * 5_000_000, encoding="utf-8")
    return file


def nul(folder: Path) -> Path:
    """A text with a NUL among its letters."""
    return text(folder / "nul.csv", [FULL, row(姓名="演\0示")])


def not_a_workbook(folder: Path) -> Path:
    """A picture that says it is a workbook."""
    file = folder / "picture.xlsx"
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40)
    return file


def half_a_workbook(folder: Path) -> Path:
    """The first half of a workbook."""
    file = _sound(folder, 200)
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    return file


def not_an_old_workbook(folder: Path) -> Path:
    """The mark of an old workbook, and nothing that follows from it."""
    file = folder / "old.xls"
    file.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2000) + b"\xff" * 3000)
    return file


def everything_merged(folder: Path) -> Path:
    """The whole sheet is one merged cell."""
    merged = b'</sheetData><mergeCells count="1"><mergeCell ref="A1:ALL200000"/></mergeCells>'
    cell = b'<row r="200000"><c r="ALL200000"><v>1</v></c></row></sheetData>'
    return rewritten(
        _sound(folder),
        {SHEET: lambda xml: xml.replace(b"</sheetData>", cell).replace(b"</sheetData>", merged)},
    )


def repeated_row(folder: Path) -> Path:
    """An open document in which a cell stands a thousand million times."""
    content = (
        b'<?xml version="1.0"?><office:document-content '
        b'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        b'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        b'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        b'<table:table table:name="a"><table:table-row table:number-rows-repeated="1000000000">'
        b'<table:table-cell table:number-columns-repeated="1000000000" office:value-type="string">'
        b"<text:p>x</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet>"
        b"</office:body></office:document-content>"
    )
    file = folder / "repeated.ods"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    return file


def deep_json(folder: Path) -> Path:
    """JSON that nests deeper than anybody reads."""
    file = folder / "deep.jsonl"
    file.write_text('{"a": ' + "[" * 200_000 + "]" * 200_000 + "}\n", encoding="utf-8")
    return file


def no_table(folder: Path) -> Path:
    """A sound workbook without a header."""
    return workbook(folder / "plain.xlsx", [["a", "b"], [1, 2]])


HOSTILE: dict[str, Callable[[Path], Path]] = {
    each.__name__: each
    for each in (
        far_corner,
        far_corner_unstated,
        bomb,
        bomb_of_texts,
        many_repeated_texts,
        entities,
        million_columns,
        one_long_field,
        nul,
        not_a_workbook,
        half_a_workbook,
        not_an_old_workbook,
        everything_merged,
        repeated_row,
        deep_json,
        no_table,
    )
}


def mutated(content: bytes, chance: random.Random) -> bytes:
    """A file's content with some of it changed. Of a workbook it may be a part, whole around it again."""
    if content[:2] == b"PK" and chance.random() < 0.6:
        return _with_mutated_part(content, chance)
    return _mutated_bytes(content, chance)


def _with_mutated_part(content: bytes, chance: random.Random) -> bytes:
    """A workbook one of whose parts is mutated before it was packed: no sum of the archive gives it away."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {part.filename: archive.read(part) for part in archive.infolist() if not part.is_dir()}
    name = chance.choice(sorted(parts))
    kind = chance.randrange(4)
    if kind == 0:
        parts[name] = _mutated_bytes(parts[name], chance)
    elif kind == 1:
        del parts[name]
    else:  # what cells and their kinds are written with, each in the place of another
        old, new = chance.sample(_MARKS, 2)
        parts[name] = parts[name].replace(old, new, chance.choice((1, 3, -1)))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, value in parts.items():
            archive.writestr(each, value)
    return packed.getvalue()


_MARKS: Final = (
    b't="s"', b't="n"', b't="b"', b't="e"', b't="str"', b't="inlineStr"', b'r="A1"', b'r="XFD1048576"',
    b"<v>", b"</v>", b"<f>", b"<row", b"</row>", b"<c ", b"&amp;", b"&#0;", b"&lol;", b"1904", b"date1904",
    b"9E+307", b"NaN", b"-1", b"4.3E+17", b"\x00", b"\xff\xfe", b"<mergeCell", b"../../x",
)  # fmt: skip


def _mutated_bytes(content: bytes, chance: random.Random) -> bytes:
    """Bytes with some of them changed, doubled, cut out or swapped."""
    changed = bytearray(content)
    for _ in range(chance.choice((1, 2, 8, 40))):
        if not changed:
            break
        at = chance.randrange(len(changed))
        length = chance.choice((1, 4, 64, 1024))
        kind = chance.randrange(4)
        if kind == 0:
            changed[at : at + length] = chance.randbytes(min(length, len(changed) - at))
        elif kind == 1:
            del changed[at : at + length]
        elif kind == 2:
            changed[at:at] = changed[at : at + length]
        else:
            changed[at] ^= 1 << chance.randrange(8)
    return bytes(changed)
