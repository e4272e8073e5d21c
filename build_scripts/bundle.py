"""Make the bundle, try it, write its size into README.md beside this file, make the tarball and the package.

    bundle.py            make all of it
    bundle.py --no-deb   the bundle alone, without tarball and Debian package
    bundle.py --model    the bundle of the fund's office (mingzhang-office) and its tarball

The same checkout and environment make the same files: times come from the last commit.
"""

import gzip
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import parts

from core import VERSION

ROOT = Path(__file__).resolve().parent.parent
FOR_OFFICE = "--model" in sys.argv[1:]
NAME = "mingzhang-office" if FOR_OFFICE else "mingzhang"
WORK = ROOT / "build" / ("work-office" if FOR_OFFICE else "work")
DIST = ROOT / "build" / "dist"
BUNDLE = DIST / NAME
EMPTY = DIST / "empty"
PAGE = ROOT / "build_scripts" / "README.md"
EXE = ".exe" if os.name == "nt" else ""
MACHINES = {"x86_64": "amd64", "AMD64": "amd64", "aarch64": "arm64", "arm64": "arm64"}
KEY_STORES = {"Linux": {"SecretService", "KWallet"}, "Windows": {"Windows"}, "Darwin": {"macOS"}}
"""The stores that a system may keep a ledger's key in, by the names that `keyring` gives them."""
BEGIN, END = "<!-- bundle: dev.py bundle writes this table -->", "<!-- /bundle -->"

DESKTOP = """\
[Desktop Entry]
Type=Application
Name=Mingzhang
Name[zh_CN]=明账
Comment=Settles a hospital bill, offline, with the clause behind every figure
Comment[zh_CN]=医保费用测算与本机台账，不联网，每个数字都有依据
Exec=mingzhang %f
Icon=mingzhang
Terminal=false
Categories=Office;Finance;
MimeType=application/vnd.mingzhang.packet;
StartupWMClass=mingzhang
"""
MIME = """\
<?xml version="1.0" encoding="UTF-8"?>
<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">
  <mime-type type="application/vnd.mingzhang.packet">
    <comment>Mingzhang rule packet</comment>
    <comment xml:lang="zh_CN">明账规则包</comment>
    <sub-class-of type="application/zip"/>
    <icon name="mingzhang"/>
    <glob pattern="*.mzpack"/>
  </mime-type>
</mime-info>
"""
CONTROL = """\
Package: mingzhang
Version: {version}
Architecture: {machine}
Maintainer: Mingzhang <mingzhang@localhost>
Installed-Size: {size}
Depends: {needs}
Recommends: libcups2, shared-mime-info, desktop-file-utils
Section: misc
Priority: optional
Description: settles a hospital bill, offline, with the clause behind every figure
 The calculator and the ledger of a billing desk. The ledger lies in the user's own
 folder: neither an upgrade nor an uninstallation touches it.
"""


class Failed(Exception):
    """The bundle is not as it has to be. The text says in what."""


def main(arguments: list[str]) -> int:
    """Make everything and return the exit status."""
    try:
        build()
        describe()
        trial = try_out(BUNDLE / f"mingzhang{EXE}")
        pays = trial["patient_pays"]
        print(f"tried: window, entry {trial['entry']} posted and verified, PDF; patient pays {pays} fen")
        if FOR_OFFICE:
            claims = try_model(BUNDLE / f"mingzhang-cli{EXE}")
            print(f"tried: a fund's year of {claims} claims, workbook, charts, PDF")
        packed = [tarball()]
        if FOR_OFFICE:
            unpacked = sum(file.stat().st_size for file in files(BUNDLE) if not file.is_symlink())
            size = megabytes(packed[0].stat().st_size)
            print(f"{megabytes(unpacked)} MB; {packed[0].relative_to(ROOT)}  {size} MB")
            return 0
        if "--no-deb" not in arguments and shutil.which("dpkg-deb"):
            packed.append(debian())
        table = sizes()
        print(table, end="")
        write_table(PAGE, table)
        for file in packed:
            print(f"{file.relative_to(ROOT)}  {megabytes(file.stat().st_size)} MB")
    except Failed as error:
        print(f"bundle: {error}", file=sys.stderr)
        return 1
    return 0


# ---- the bundle


def build() -> None:
    """Have PyInstaller make the bundle and the empty window's. Raises Failed."""
    print("bundle: PyInstaller ...", flush=True)
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "ERROR"]
    command += ["--distpath", str(DIST), "--workpath", str(WORK)]
    variables = {"SOURCE_DATE_EPOCH": str(epoch()), "PYTHONHASHSEED": "1"}
    variables["MINGZHANG_BUNDLE"] = "office" if FOR_OFFICE else "desk"
    done = subprocess.run(
        [*command, str(ROOT / "build_scripts" / "mingzhang.spec")],
        cwd=ROOT,
        env=os.environ | variables,
        check=False,
    )
    if done.returncode:
        raise Failed("PyInstaller failed; what it said stands above")


def epoch() -> int:
    """Return the time of the last commit (seconds since 1970), which the files of the bundle carry."""
    stamp = subprocess.run(
        ["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.strip()
    return int(stamp) if stamp else 1_700_000_000


def describe() -> None:
    """Write the licences' texts and the SBOM into the bundle. Raises Failed on a wrong licence."""
    table = parts.read_table()
    contents = parts.read_contents(WORK / "mingzhang")
    bundled = parts.parts(contents, table)
    wrong = parts.faults(bundled, table)
    if wrong:
        raise Failed("\n".join(["licences:", *wrong]))
    stray = parts.unaccounted(contents, bundled)
    if stray:
        raise Failed("\n".join(["these belong to no part of the SBOM:", *stray]))
    parts.write_texts(bundled, BUNDLE / "licences")
    shutil.copyfile(ROOT / "LICENSE", BUNDLE / "LICENSE")
    text = json.dumps(parts.sbom(bundled), indent=1, ensure_ascii=False)
    invalid = parts.invalid(text)
    if invalid:
        raise Failed(f"the SBOM is not CycloneDX: {invalid}")
    (BUNDLE / "sbom.cdx.json").write_text(text + "\n", encoding="utf-8")
    print(f"{len(bundled)} parts in the SBOM, every licence allowed")


def try_out(program: Path) -> dict[str, Any]:
    """Take the window through a settlement without a screen and return its report. Raises Failed."""
    with tempfile.TemporaryDirectory() as folder:
        clean = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PYTHON", "VIRTUAL_ENV"))
        }
        done = subprocess.run(
            [program, "--trial", folder],
            env=clean | {"QT_QPA_PLATFORM": "offscreen"},
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        if done.returncode or not done.stdout.strip():
            raise Failed(f"the program does not get through a settlement:\n{done.stdout}{done.stderr}")
        trial: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        absent = KEY_STORES.get(platform.system(), set()) - set(trial["key_stores"])
        if absent or not trial["initials"]:
            raise Failed(f"the program lacks {', '.join(absent) or 'the readings of Chinese characters'}")
        if not Path(trial["pdf"]).read_bytes().startswith(b"%PDF"):
            raise Failed("the estimate is not a PDF")
        return trial


def try_model(console: Path) -> int:
    """Have the office's console work out a made-up year, and return its claims. Raises Failed."""
    with tempfile.TemporaryDirectory() as folder:
        asked = ["fund", "model", "--year", "2026", "--region", "jilin/example", "--population", "2000:1"]
        scenario = ["--set", "critical_illness.2026.deductible=8000", "--out", folder]
        done = subprocess.run(
            [console, *asked, *scenario],
            env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
            capture_output=True,
            encoding="utf-8",
            timeout=600,
            check=False,
        )
        if done.returncode:
            raise Failed(f"the office's console does not work a year out:\n{done.stdout}{done.stderr}")
        told = json.loads(done.stdout.splitlines()[-1])
        names = {Path(file).suffix for file in told["files"] if Path(file).stat().st_size}
        if names != {".xlsx", ".svg", ".pdf"} or not told["claims"] or not told["set"]:
            raise Failed(f"the office's console left something of a year out: {sorted(names)}")
        return int(told["claims"])


# ---- sizes


def sizes() -> str:
    """Return the table of sizes, in Markdown."""
    lines = ["| | unpacked | zipped |", "| --- | ---: | ---: |"]
    for name, folder in (("Mingzhang, with its font", BUNDLE), ("an empty PySide6 window", EMPTY)):
        unpacked = sum(file.stat().st_size for file in files(folder) if not file.is_symlink())
        lines.append(f"| {name} | {megabytes(unpacked)} MB | {megabytes(zipped(folder))} MB |")
    return "\n".join(lines) + "\n"


def zipped(folder: Path) -> int:
    """Return the size of a folder as tar and gzip, in bytes."""
    with tempfile.TemporaryFile() as archive:
        with gzip.GzipFile(fileobj=archive, mode="wb", compresslevel=6, mtime=0) as packed:
            _tar(packed, folder, folder.name)
        return archive.tell()


def megabytes(size: int) -> str:
    """Return a size in whole megabytes of 10^6 bytes."""
    return str(round(size / 1_000_000))


def write_table(page: Path, table: str) -> None:
    """Put the table between its marks in a page; leave a page without marks as it is."""
    text = page.read_text(encoding="utf-8")
    marked = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
    renewed = marked.sub(f"{BEGIN}\n\n{table}\n{END}", text)
    if renewed != text:
        page.write_text(renewed, encoding="utf-8", newline="\n")


def files(folder: Path) -> Iterator[Path]:
    """Yield every file of a folder, in order."""
    yield from sorted(path for path in folder.rglob("*") if path.is_symlink() or path.is_file())


# ---- tarball and Debian package


def tarball() -> Path:
    """Write the bundle as a tarball, to be unpacked anywhere, a USB stick included, and return it."""
    name = f"{NAME}-{VERSION}-{platform.system().lower()}-{platform.machine().lower()}"
    file = DIST / f"{name}.tar.gz"
    with (
        file.open("wb") as out,
        gzip.GzipFile("", fileobj=out, mode="wb", compresslevel=9, mtime=0) as packed,
    ):
        _tar(packed, BUNDLE, name)
    return file


def _tar(out: Any, folder: Path, name: str) -> None:
    when = epoch()

    def same(info: tarfile.TarInfo) -> tarfile.TarInfo:
        info.uid = info.gid = 0
        info.uname = info.gname = "root"
        info.mtime = when
        info.mode = 0o755 if info.mode & 0o100 else 0o644
        return info

    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for file in files(folder):
            archive.add(file, f"{name}/{file.relative_to(folder).as_posix()}", recursive=False, filter=same)


def debian(
    version: str = VERSION, folder: Path = DIST, level: int = 6, scripts: Mapping[str, str] | None = None
) -> Path:
    """Write the Debian package and return it. Raises Failed.

    It brings no scripts (``scripts`` is for tests), so installing it changes nothing but its own files.
    """
    machine = MACHINES[platform.machine()]
    file = folder / f"mingzhang_{version}_{machine}.deb"
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary, "root")
        lay_out(root)
        size = sum(path.lstat().st_size for path in files(root)) // 1024
        control = root / "DEBIAN" / "control"
        control.parent.mkdir()
        needs = ", ".join(needed())
        control.write_text(
            CONTROL.format(version=version, machine=machine, size=size, needs=needs), encoding="utf-8"
        )
        sums = [
            f"{hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()}  {path.relative_to(root)}\n"
            for path in files(root)
            if "DEBIAN" not in path.parts and not path.is_symlink()
        ]
        (control.parent / "md5sums").write_text("".join(sums), encoding="utf-8")
        for name, text in (scripts or {}).items():
            (control.parent / name).write_text(text, encoding="utf-8")
            (control.parent / name).chmod(0o755)
        for path in [root, *root.rglob("*")]:
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        # xz: the older dpkg of UOS and Kylin reads no zstd
        command: list[str | Path] = ["dpkg-deb", "--root-owner-group", "-Zxz", f"-z{level}"]
        command += ["--build", root, file]
        done = subprocess.run(
            command,
            env=os.environ | {"SOURCE_DATE_EPOCH": str(epoch())},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Failed(f"dpkg-deb: {done.stderr.strip()}")
    return file


def lay_out(root: Path) -> None:
    """Lay the package's files out below `root` as they lie in the system."""
    program = root / "usr" / "lib" / "mingzhang"
    shutil.copytree(BUNDLE, program, symlinks=True)
    for name in ("mingzhang", "mingzhang-cli"):
        link = root / "usr" / "bin" / name
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(f"../lib/mingzhang/{name}")
    share = root / "usr" / "share"
    for place, text in (
        ("applications/mingzhang.desktop", DESKTOP),
        ("mime/packages/mingzhang.xml", MIME),
        ("doc/mingzhang/copyright", (ROOT / "LICENSE").read_text(encoding="utf-8")),
    ):
        file = share / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
    for icon in sorted((ROOT / "resources" / "icons").glob("mingzhang-*.png")):
        size = icon.stem.rpartition("-")[2]
        target = share / "icons" / "hicolor" / f"{size}x{size}" / "apps" / "mingzhang.png"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(icon, target)


def needed() -> list[str]:
    """Return the Debian packages that the bundle needs, among them glibc as new as its files want."""
    newest, names, own = (0, 0), set(), {file.name for file in files(BUNDLE)}
    for file in files(BUNDLE):
        content = file.read_bytes()
        if not content.startswith(b"\x7fELF"):
            continue
        for major, minor in re.findall(rb"GLIBC_(\d+)\.(\d+)", content):
            newest = max(newest, (int(major), int(minor)))
        linked = subprocess.run(["ldd", file], capture_output=True, text=True, check=False).stdout
        direct = subprocess.run(["objdump", "-p", file], capture_output=True, text=True, check=False).stdout
        for name in re.findall(r"NEEDED +(\S+)", direct):
            place = re.search(rf"{re.escape(name)} => (/\S+)", linked)
            if name not in own and place:
                names.add(os.path.realpath(place[1]))
    packages = {parts.package_of(name) for name in names} - {"", "libc6"}
    optional = {"libcups2"}
    return [f"libc6 (>= {newest[0]}.{newest[1]})", *sorted(packages - optional)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
