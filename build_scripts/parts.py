"""The parts of the bundle, each with its licence: the check, the texts and the SBOM (CycloneDX)."""

import importlib.metadata
import json
import os
import platform
import re
import subprocess
import sys
import tomllib
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from core import VERSION  # noqa: E402

TABLE = ROOT / "build_scripts" / "licences.toml"
_TEXT = re.compile(r"(licen[cs]e|copying|notice|authors|copyright)", re.IGNORECASE)
_ALIASES = {
    "MIT License": "MIT",
    "BSD License": "BSD-3-Clause",
    "Apache Software License": "Apache-2.0",
    "Python Software Foundation License": "PSF-2.0",
}


class Part(NamedTuple):
    """A part of the bundle.

    ``licence`` is an SPDX id or expression, empty where none is known; ``texts`` are the files with its text.
    """

    name: str
    version: str
    licence: str
    purl: str
    texts: tuple[Path, ...]


class Table(NamedTuple):
    """The content of `licences.toml`: the licences that are allowed, and those of parts that state none."""

    allowed: frozenset[str]
    python: dict[str, str]
    debian: dict[str, str]
    inside: list[dict[str, str]]


def read_table(file: Path = TABLE) -> Table:
    """Read the table of licences."""
    raw = tomllib.loads(file.read_text(encoding="utf-8"))
    return Table(frozenset(raw["allowed"]), raw["python"], raw["debian"], raw["inside"])


def parts(contents: dict[str, Any], table: Table) -> list[Part]:
    """Return every part of a bundle. ``contents`` are its modules and files, from `read_contents`."""
    bundled = [Part("CPython", platform.python_version(), "PSF-2.0", _python_purl(), tuple(_python_texts()))]
    bundled += _python_parts(contents, table)
    bundled += _inner_parts({part.name: part for part in bundled}, table)
    bundled += _system_parts(contents, table)
    fonts = ROOT / "resources" / "fonts" / "OFL.txt"
    bundled.append(Part("Noto Sans CJK SC (subset)", "2.004", "OFL-1.1", "", (fonts,)))
    return bundled


def _python_purl() -> str:
    return f"pkg:generic/cpython@{platform.python_version()}"


def _python_texts() -> Iterator[Path]:
    base = Path(sys.base_prefix)
    library = base / "lib" / "python{}.{}".format(*sys.version_info)
    documents = Path("/usr/share/doc/python{}.{}/copyright".format(*sys.version_info))  # Debian's own Python
    for file in (library / "LICENSE.txt", base / "LICENSE.txt", documents):
        if file.exists():
            yield file
            return


def _modules(contents: dict[str, Any]) -> set[str]:
    """Return the packages and modules at the top, of source and of machine code."""
    names = {name.split(".")[0] for name in contents["modules"]}
    return names | {re.split(r"[/\\.]", name)[0] for name, _ in contents["binaries"]}


def _python_parts(contents: dict[str, Any], table: Table) -> Iterator[Part]:
    modules = _modules(contents)
    by_module = importlib.metadata.packages_distributions()
    names = {name for module in modules for name in by_module.get(module, []) if name != "mingzhang"}
    if "_pyi_rth_utils" in modules:
        names |= {"pyinstaller"}  # its start-up code is in both programs
    if "PySide6" in modules:
        names = {name for name in names if not name.startswith("PySide6")} | {"PySide6_Essentials"}
    for name in sorted(names, key=str.lower):
        distribution = importlib.metadata.distribution(name)
        texts = tuple(
            Path(str(distribution.locate_file(file)))
            for file in distribution.files or ()
            if ".dist-info" in str(file) and _TEXT.search(file.name)
        )
        licence = table.python.get(name) or _stated(distribution.metadata)
        url_name = re.sub(r"[-_.]+", "-", name).lower()
        purl = f"pkg:pypi/{url_name}@{distribution.version}"
        yield Part(name, distribution.version, licence, purl, texts or _SHIPPED.get(licence, ()))


def _inner_parts(outer: dict[str, Part], table: Table) -> list[Part]:
    """Return what is compiled into the packages, by their own SBOMs and, for those without one, by the table.

    The licences' texts are those of the package that holds such a part.
    """
    inner: dict[str, Part] = {}
    known = {part.purl for part in outer.values()}  # some packages name themselves
    for name, part in outer.items():
        for component in _stated_inside(name) if part.purl.startswith("pkg:pypi/") else ():
            purl = component.get("purl", "").split("?")[0]
            if purl in known:
                continue
            named = component["name"].lower()
            row = next((row for row in table.inside if row["name"].lower() == named), {"licence": ""})
            licence, texts = _licence_of(component) or row["licence"], _texts_of(row, part)
            inner.setdefault(
                purl, Part(component["name"], component.get("version", ""), licence, purl, texts)
            )
    for row in table.inside:
        if row.get("of") in outer:
            version = _version_inside(row["of"], row.get("file", ""), row.get("version", ""))
            purl = f"pkg:generic/{row['name'].lower()}" + (f"@{version}" if version else "")
            texts = _texts_of(row, outer[row["of"]])
            inner.setdefault(purl, Part(row["name"], version, row["licence"], purl, texts))
    return list(inner.values())


def _texts_of(row: dict[str, str], outer: Part) -> tuple[Path, ...]:
    """Return the licence's texts of a part inside another: a file of ours, else those of the other one."""
    return (ROOT / "build_scripts" / "licences" / row["text"],) if "text" in row else outer.texts


def _stated_inside(name: str) -> Iterator[dict[str, Any]]:
    """Yield the components that a package's own SBOMs name."""
    distribution = importlib.metadata.distribution(name)
    for file in distribution.files or ():
        if ".dist-info/sboms/" in file.as_posix():
            yield from json.loads(file.read_text()).get("components", ())


def _licence_of(component: dict[str, Any]) -> str:
    for stated in component.get("licenses") or ():
        one = stated.get("license", {})
        return str(stated.get("expression") or one.get("id") or one.get("name") or "")
    return ""


def _version_inside(package: str, file: str, pattern: str) -> str:
    """Return the version that a file of a package tells by its name or content; empty where none does."""
    for each in importlib.metadata.distribution(package).files or () if pattern else ():
        if re.search(file, each.as_posix()):
            text = each.name.encode() + b" " + Path(str(each.locate())).read_bytes()
            match = re.search(pattern.encode(), text)
            if match:
                return match[1].decode()
    return ""


def unaccounted(contents: dict[str, Any], bundled: list[Part]) -> list[str]:
    """Return the names of modules and files of a bundle that belong to none of its parts."""
    names = {part.name for part in bundled}
    by_module = importlib.metadata.packages_distributions()
    known = {"core", "desktop", "_pyi_rth_utils", "pyimod02_importers", *sys.stdlib_module_names}
    modules = {
        module
        for module in {name.split(".")[0] for name in contents["modules"]}
        if module not in known and not module.startswith("_sysconfigdata")
    }
    wrong = [module for module in sorted(modules) if not names.intersection(by_module.get(module, ()))]
    own = {
        os.path.realpath(str(file.locate()))
        for part in bundled
        if part.purl.startswith("pkg:pypi/")
        for file in _files_of(part.name)
    }
    base = str(Path(sys.base_prefix).resolve())
    for name, source in contents["binaries"]:
        real = os.path.realpath(source)
        if real in own or (sys.base_prefix != "/usr" and real.startswith(base)):
            continue
        package = package_of(real)
        if package not in names and not package.startswith(("libpython3", "python3")):
            wrong.append(name)
    return wrong


def _files_of(name: str) -> list[importlib.metadata.PackagePath]:
    """Return the files of a package; what is compiled into another one may bear the name of none."""
    try:
        return importlib.metadata.distribution(name).files or []
    except importlib.metadata.PackageNotFoundError:
        return []


def _stated(metadata: Any) -> str:
    """Return the licence that a package states, as an SPDX id; empty where it states none that is known."""
    expression = metadata.get("License-Expression") or metadata.get("License") or ""
    if expression and "\n" not in expression:
        return _ALIASES.get(expression, str(expression))
    classifiers = metadata.get_all("Classifier") or []
    last = [line.rsplit(" :: ", 1)[1] for line in classifiers if line.startswith("License :: ")]
    return _ALIASES.get(last[0], last[0]) if last else ""


def _system_parts(contents: dict[str, Any], table: Table) -> Iterator[Part]:
    """Yield the system's libraries among the files, by the Debian package that they come from."""
    own = (str(ROOT), str(Path(sys.base_prefix).resolve()), str(Path(sys.prefix).resolve()))
    packages: dict[str, None] = {}
    for name, source in contents["binaries"] if platform.system() == "Linux" else ():
        real = os.path.realpath(source)
        if not real.startswith(own):
            packages[package_of(real) or name] = None
    for package in sorted(packages):
        copyright_file = Path("/usr/share/doc", package, "copyright")
        texts = (copyright_file,) if copyright_file.exists() else ()
        version = _tell("dpkg-query", "--show", "--showformat=${Version}\n", package).splitlines()
        at = version[0] if version else ""
        yield Part(package, at, table.debian.get(package, ""), f"pkg:deb/debian/{package}@{at}", texts)


def package_of(file: str) -> str:
    """Return the Debian package that a file comes from; empty where it comes from none."""
    for path in (file, file.removeprefix("/usr"), f"/usr{file}"):
        owner = _tell("dpkg-query", "--search", path)
        if owner:
            return owner.split(":")[0]
    return ""


def _tell(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def faults(bundled: list[Part], table: Table) -> list[str]:
    """Return a line for each part whose licence is not known or not allowed, or that brings no text of it."""
    wrong = []
    for part in bundled:
        if not part.licence:
            wrong.append(f"{part.name} {part.version}: its licence is not known")
        elif not _allowed(part.licence, table.allowed):
            wrong.append(f"{part.name} {part.version}: {part.licence} is not allowed")
        if not part.texts:
            wrong.append(f"{part.name} {part.version}: it brings no text of its licence")
    return wrong


def _allowed(expression: str, allowed: frozenset[str]) -> bool:
    """Return whether an SPDX expression can be met: every part of an AND, one of an OR."""
    text = expression.strip().strip("()")
    if " AND " in text:
        return all(_allowed(part, allowed) for part in text.split(" AND "))
    if " OR " in text:
        return any(_allowed(part, allowed) for part in text.split(" OR "))
    return text in allowed


_SHIPPED = {
    "Apache-2.0": (ROOT / "LICENSE",),
    "LGPL-3.0-only": (
        ROOT / "build_scripts" / "licences" / "LGPL-3.0-only.txt",
        ROOT / "build_scripts" / "licences" / "GPL-3.0.txt",
    ),
}
"""The texts of licences that packages name without bringing them."""


def write_texts(bundled: list[Part], folder: Path) -> None:
    """Write the licences' texts, a folder a part, and a list of all parts on top."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = []
    for part in bundled:
        place = folder / re.sub(r"[^A-Za-z0-9.+-]+", "-", part.name)
        place.mkdir(exist_ok=True)
        lines.append(f"{part.name} {part.version}: {part.licence} ({place.name})\n")
        for text in part.texts:
            (place / text.name).write_bytes(text.read_bytes())
    (folder / "README.txt").write_text("".join(lines), encoding="utf-8")


def sbom(bundled: list[Part]) -> dict[str, Any]:
    """Return the parts as CycloneDX 1.6. The same parts make the same text."""
    name = f"pkg:generic/mingzhang@{VERSION}"
    components = []
    for part in bundled:
        component: dict[str, Any] = {
            "type": "library",
            "bom-ref": part.purl or part.name,
            "name": part.name,
            **({"version": part.version} if part.version else {}),
            "licenses": [_licence(part.licence)],
        }
        if part.purl:
            component["purl"] = part.purl
        components.append(component)
    seed = json.dumps(components, sort_keys=True)
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, seed)}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": name,
                "name": "mingzhang",
                "version": VERSION,
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            }
        },
        "components": components,
        "dependencies": [{"ref": name, "dependsOn": [component["bom-ref"] for component in components]}],
    }


_NOT_SPDX = {"public-domain", "GCC-exception-3.1"}


def _licence(licence: str) -> dict[str, Any]:
    if licence == "GCC-exception-3.1":
        return {"expression": "GPL-3.0-or-later WITH GCC-exception-3.1"}
    if licence in _NOT_SPDX:
        return {"license": {"name": licence}}
    if " " in licence:
        return {"expression": licence}
    return {"license": {"id": licence}}


def invalid(text: str) -> str:
    """Return the first fault of an SBOM by CycloneDX's schema; empty if none. Needs the extra ``bundle``."""
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    return str(JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) or "")


def main() -> int:
    """Print every part of the last bundle and what is wrong with its licence; return the exit status."""
    table = read_table()
    contents = read_contents(ROOT / "build" / "work" / "mingzhang")
    bundled = parts(contents, table)
    for part in bundled:
        print(f"{part.name} {part.version}: {part.licence or '?'}")
    wrong = [
        *faults(bundled, table),
        *(f"{name}: it belongs to no part" for name in unaccounted(contents, bundled)),
    ]
    print("\n".join(wrong) if wrong else f"{len(bundled)} parts, every licence allowed", flush=True)
    return bool(wrong)


def read_contents(work: Path) -> dict[str, Any]:
    """Read the contents of the last bundle: its `modules`, and its `binaries` as pairs of name and source."""
    contents: dict[str, Any] = json.loads((work / "contents.json").read_text(encoding="utf-8"))
    return contents


if __name__ == "__main__":
    sys.exit(main())
