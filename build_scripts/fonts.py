"""Make the program's own font, Mingzhang Sans, from Noto Sans CJK SC.

A bare machine has no Chinese font, and a patient's name must never print as an empty box: the program brings
every Han character that the source holds. `dev.py fonts [FOLDER]` runs this file; FOLDER holds the two source
files `NotoSansCJK-Regular.ttc` and `NotoSansCJK-Bold.ttc`. Without it the installed Debian package
`fonts-noto-cjk` is used, and where it is not installed it is downloaded into a temporary folder.

A third, small cut holds the characters of the catalogues alone: the first frame is drawn with it, and the
whole type is read after it. `dev.py fonts --start` makes it again from the regular one, without a source.

The same source gives the same bytes. The family is renamed, for otherwise an installed font of the same name
would be used in its place.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Set
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection, TTFont

FAMILY = "Mingzhang Sans"
POSTSCRIPT = "MingzhangSans"
SOURCE_FAMILY = "Noto Sans CJK SC"
STYLES = ("Regular", "Bold")
RESOURCES = Path(__file__).resolve().parent.parent / "resources"
FONTS = RESOURCES / "fonts"
DEBIAN_PACKAGE = "fonts-noto-cjk"
DEBIAN_FOLDER = Path("/usr/share/fonts/opentype/noto")

# Text copied out of a PDF is the text that was printed only if a glyph stands for one character: where two
# share a glyph, the PDF writer names the lower. Where Chinese text uses the higher, the lower is left out.
RADICALS = range(0x2E80, 0x2FE0)  # share their glyphs with 门 工 目 金 and 270 more
RARE_TWINS = {
    0x2012,  # figure dash: –
    0x2035,  # reversed prime: ｀
    0x2215,  # division slash: ／
    0x2329,  # 〈 and
    0x232A,  # 〉 as mathematical brackets
    0x301C,  # wave dash: ～
    0x3ADA,  # 曶
    0x3B35,  # 胶
    0x3B3A,  # 幐
    0x3BA3,  # 槩
}
CONJOINING_JAMO = range(0x1100, 0x1200)  # need layout features that are not kept; whole syllables are there
PRINTABLE_ASCII = range(0x20, 0x7F)
LEFT_OUT = {*RADICALS, *CONJOINING_JAMO, *RARE_TWINS}

# Identifiers of the name table.
FAMILY_NAME, STYLE_NAME, UNIQUE_ID, FULL_NAME, VERSION, POSTSCRIPT_NAME = range(1, 7)
TYPOGRAPHIC_FAMILY, TYPOGRAPHIC_STYLE = 16, 17


def main() -> int:
    """Write the cuts, print how large they are and return the exit status."""
    parser = argparse.ArgumentParser(description="Make Mingzhang Sans from Noto Sans CJK SC.")
    parser.add_argument(
        "folder", nargs="?", type=Path, help="where NotoSansCJK-Regular.ttc and -Bold.ttc lie"
    )
    parser.add_argument("--out", type=Path, default=FONTS, help="folder to write to")
    parser.add_argument("--start", action="store_true", help="make only the cut of the first frame")
    asked = parser.parse_args()
    if asked.start:
        save(start_cut(FONTS / f"{POSTSCRIPT}-Regular.otf"), asked.out / f"{POSTSCRIPT}-Start.otf")
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        try:
            folder = asked.folder or installed() or download(Path(scratch))
        except (OSError, subprocess.CalledProcessError):
            print(f"Could not fetch {DEBIAN_PACKAGE}: name a folder that holds its fonts.", file=sys.stderr)
            return 1
        for style in STYLES:
            source = folder / f"NotoSansCJK-{style}.ttc"
            if not source.is_file():
                print(f"{source} is missing: name the folder that holds it.", file=sys.stderr)
                return 1
            save(make(source, style), asked.out / f"{POSTSCRIPT}-{style}.otf")
    save(start_cut(asked.out / f"{POSTSCRIPT}-Regular.otf"), asked.out / f"{POSTSCRIPT}-Start.otf")
    return 0


def save(font: TTFont, target: Path) -> None:
    """Write a font, and print how large it is."""
    font.save(target)
    print(f"{target.name}: {len(font.getBestCmap())} characters, {target.stat().st_size / 1e6:.1f} MB")


def installed() -> Path | None:
    """Return the folder of the installed Debian package; None where it is not installed."""
    return DEBIAN_FOLDER if (DEBIAN_FOLDER / "NotoSansCJK-Regular.ttc").is_file() else None


def download(folder: Path) -> Path:
    """Fetch the Debian package into `folder`, without installing it, and return where its fonts lie.

    Raises OSError and CalledProcessError where it cannot be fetched.
    """
    subprocess.run(["apt-get", "download", DEBIAN_PACKAGE], cwd=folder, check=True)
    package = next(folder.glob("*.deb"))
    subprocess.run(["dpkg", "-x", package, folder], check=True)
    return folder / DEBIAN_FOLDER.relative_to("/")


def make(source: Path, style: str) -> TTFont:
    """Return one style of Mingzhang Sans, cut from the Simplified Chinese face of the collection `source`."""
    font = next(face for face in TTCollection(source, lazy=True) if family_of(face) == SOURCE_FAMILY)
    font.recalcTimestamp = False
    cut(font, font.getBestCmap().keys() - LEFT_OUT)
    rename(font, style)
    return font


def start_cut(regular: Path) -> TTFont:
    """Return the cut of the first frame: what the catalogues hold of the regular style's characters."""
    font = TTFont(regular, recalcTimestamp=False)
    words = "".join(file.read_text("utf-8") for file in sorted(RESOURCES.glob("translations/*/*/*.po")))
    cut(font, font.getBestCmap().keys() & {*map(ord, words), *PRINTABLE_ASCII})
    return font


def family_of(font: TTFont) -> str:
    """Return the family's English name."""
    return str(font["name"].getDebugName(FAMILY_NAME))


def cut(font: TTFont, characters: Set[int]) -> None:
    """Keep these characters; unhinted, kerned, and with a visible glyph for what is missing."""
    options = Options(
        hinting=False,
        layout_features=["kern"],
        notdef_outline=True,  # without it a missing glyph is a silent blank
        name_IDs=["*"],
    )
    options.drop_tables += ["BASE", "VORG", "vhea", "vmtx"]  # vertical setting is not used
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)


def rename(font: TTFont, style: str) -> None:
    """Give the font its own name, in the name table and in the CFF table alike."""
    names = font["name"]
    version = names.getDebugName(VERSION)
    whole = FAMILY if style == "Regular" else f"{FAMILY} {style}"
    texts = {
        FAMILY_NAME: FAMILY,
        STYLE_NAME: style,
        UNIQUE_ID: f"{version.split(';')[0]};{POSTSCRIPT}-{style}",
        FULL_NAME: whole,
        POSTSCRIPT_NAME: f"{POSTSCRIPT}-{style}",
        TYPOGRAPHIC_FAMILY: FAMILY,
        TYPOGRAPHIC_STYLE: style,
    }
    for identifier, text in texts.items():
        names.setName(text, identifier, platformID=3, platEncID=1, langID=0x409)
    cff = font["CFF "].cff
    cff.fontNames = [f"{POSTSCRIPT}-{style}"]
    top = cff.topDictIndex[0]
    top.FullName, top.FamilyName = whole, FAMILY
    for part in top.FDArray:
        part.FontName = f"{POSTSCRIPT}-{style}-{part.FontName.rsplit('-', 1)[1]}"


if __name__ == "__main__":
    sys.exit(main())
