"""The Windows installer and the bundle's spec stay in step with the program; neither was ever built here."""

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from core import VERSION
from core.places import portable_home
from core.policy.packets import SUFFIX

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "build_scripts"
INSTALLER = (SCRIPTS / "mingzhang.iss").read_text(encoding="utf-8")
SPEC = (SCRIPTS / "mingzhang.spec").read_text(encoding="utf-8")


def section(name: str) -> list[str]:
    """The lines of a section of the installer's script, without comments."""
    found = re.search(rf"^\[{name}\]\n(.*?)(?=^\[|\Z)", INSTALLER, re.MULTILINE | re.DOTALL)
    return [line for line in (found[1] if found else "").splitlines() if line and not line.startswith(";")]


def setting(name: str) -> str:
    found = re.search(rf"^{name}=(.*)$", INSTALLER, re.MULTILINE)
    assert found, name
    return found[1].strip()


def test_the_installer_has_the_version_of_the_program() -> None:
    assert re.findall(r'#define Version "(.*)"', INSTALLER) == [VERSION]


def test_the_installer_packs_the_folder_that_the_spec_makes_and_starts_its_program() -> None:
    assert re.search(r'program\(window, "mingzhang", console=False\)', SPEC)
    assert re.search(r'^NAME = .* else "mingzhang"$', SPEC, re.MULTILINE)
    assert re.search(r"name=NAME,\n\)", SPEC)
    (packed,) = section("Files")
    assert r"..\build\dist\mingzhang\*" in packed
    started = re.findall(r"\{app\}\\([\w-]+)\.exe", INSTALLER)
    assert set(started) == {"mingzhang"}


def test_every_file_that_the_installer_reads_is_in_the_checkout() -> None:
    for name in ("LicenseFile", "SetupIconFile"):
        assert (SCRIPTS / setting(name).replace("\\", "/")).resolve().is_file(), name


def test_no_administrator_is_needed_and_nothing_outside_the_program_s_folder_is_removed() -> None:
    assert setting("PrivilegesRequired") == "lowest"
    assert section("UninstallDelete") == []
    (removed,) = section("InstallDelete")
    assert r'"{app}\_internal"' in removed
    assert portable_home().name not in removed
    assert "{userappdata}" not in INSTALLER
    assert "{localappdata}" not in INSTALLER


def test_a_rule_packet_opens_by_a_double_click() -> None:
    lines = section("Registry")
    assert any(f'\\{SUFFIX}"' in line and "Mingzhang.Packet" in line for line in lines)
    assert any('mingzhang.exe"" ""%1"""' in line for line in lines)
    assert all(line.startswith("Root: HKA;") for line in lines), "for one user or for all, as it was chosen"
    assert setting("ChangesAssociations") == "yes"


def test_the_oldest_windows_is_the_oldest_that_qt_runs_on() -> None:
    assert tuple(map(int, setting("MinVersion").split("."))) >= (10, 0, 17763)


def _list(name: str) -> list[str]:
    for node in ast.parse(SPEC).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == name:
            return [str(each.value) for each in ast.walk(node.value) if isinstance(each, ast.Constant)]
    raise AssertionError


def _left_out() -> list[str]:
    names = _list("NOT_NEEDED")
    assert len(names) > 20
    return names


def _within(name: str, modules: Iterable[str]) -> bool:
    return any(name == each or name.startswith(f"{each}.") for each in modules)


def test_the_office_of_the_fund_stays_out_of_the_bundle_with_its_packages() -> None:
    office = _list("OFFICE")
    assert "core.model" in office
    needed = {"numpy", "numba", "llvmlite", "polars", "matplotlib"}
    assert needed <= set(_left_out())
    for module in office:
        place = ROOT / module.replace(".", "/")
        assert place.is_dir() or place.with_suffix(".py").is_file()


def _needed(tree: ast.AST) -> Iterator[str]:
    """Yield what a file imports, but not what it can do without: ImportError is caught there."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (node.module, *(f"{node.module}.{each.name}" for each in node.names))
        elif isinstance(node, ast.Try) and any("ImportError" in ast.dump(each) for each in node.handlers):
            continue
        elif not (isinstance(node, ast.With) and "suppress(ImportError)" in ast.unparse(node.items[0])):
            yield from _needed(node)


@pytest.mark.skipif(sys.platform == "win32", reason="the source is the same")
def test_the_spec_leaves_out_nothing_that_the_program_imports() -> None:
    imported, office = set(), _list("OFFICE")
    for package in ("core", "desktop"):
        for file in (ROOT / package).rglob("*.py"):
            if not _within(".".join(file.relative_to(ROOT).with_suffix("").parts), office):
                imported |= set(_needed(ast.parse(file.read_text(encoding="utf-8"))))
    assert "PySide6.QtPrintSupport" in imported
    left_out = {*_left_out(), *_list("NOT_UNPACKED")}
    assert "lzma" in left_out
    assert {name for name in imported if _within(name, left_out)} == set()


def test_the_spec_takes_the_window_s_plugins_on_every_system() -> None:
    platforms = re.search(r'"platforms": "(.*)"', SPEC)
    assert platforms
    for system in ("xcb", "wayland", "windows", "offscreen"):
        assert system in platforms[1].split("|")
