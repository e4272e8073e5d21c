"""What travels in the bundle: each part's licence is known and allowed, and the list is CycloneDX."""

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[2] / "build_scripts" / "parts.py"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("parts", SCRIPT)
    assert spec
    assert spec.loader
    made = importlib.util.module_from_spec(spec)
    sys.modules["parts"] = made
    spec.loader.exec_module(made)
    return made


@pytest.mark.parametrize(
    ("licence", "said"),
    [
        ("MIT", ""),
        ("MIT OR GPL-3.0-only", ""),
        ("MIT AND BSD-3-Clause", ""),
        ("GPL-3.0-only", "not allowed"),
        ("MIT AND GPL-3.0-only", "not allowed"),
        ("", "not known"),
    ],
)
def test_a_licence_that_is_not_known_or_not_allowed_is_named(
    script: ModuleType, licence: str, said: str
) -> None:
    part = script.Part("planted", "1", licence, "", (SCRIPT,))
    wrong = script.faults([part], script.read_table())
    assert bool(wrong) is bool(said)
    assert all("planted 1" in line and said in line for line in wrong)


def test_a_part_without_the_text_of_its_licence_is_named(script: ModuleType) -> None:
    assert "no text" in script.faults([script.Part("planted", "1", "MIT", "", ())], script.read_table())[0]


def test_every_package_of_the_program_has_an_allowed_licence(script: ModuleType) -> None:
    modules = ["PySide6", "platformdirs", "pydantic", "sqlite_utils", "tomlkit", "cryptography", "click"]
    table = script.read_table()
    found = script.parts({"modules": modules, "binaries": []}, table)
    names = {part.name.lower() for part in found}
    assert {"pyside6_essentials", "pydantic", "sqlite-utils", "cryptography", "cpython"} <= names
    assert script.faults(found, table) == []


def test_what_is_compiled_into_a_package_is_a_part_of_its_own(script: ModuleType) -> None:
    modules = ["PySide6", "cryptography", "sqlcipher3", "argon2", "_argon2_cffi_bindings", "pydantic_core"]
    table = script.read_table()
    found = script.parts({"modules": modules, "binaries": []}, table)
    versions = {}
    for part in found:
        versions.setdefault(part.name.lower(), []).append(part.version)
    assert len(versions["openssl"]) >= 2, "cryptography's and SQLCipher's"
    for name in ("qt", "icu", "sqlcipher", "sqlite"):
        assert all(version[:1].isdigit() for version in versions[name]), name
    assert {"argon2", "pyo3"} <= versions.keys()
    assert script.faults(found, table) == []
    references = [each["bom-ref"] for each in script.sbom(found)["components"]]
    assert len(set(references)) == len(references)


def test_what_belongs_to_no_part_is_named(script: ModuleType) -> None:
    contents = {
        "modules": ["core.money", "json", "tomlkit.api", "planted_module.inside", "hypothesis"],
        "binaries": [["planted.so", "/nowhere/planted.so"]],
    }
    found = script.parts({"modules": ["tomlkit"], "binaries": []}, script.read_table())
    assert script.unaccounted(contents, found) == ["hypothesis", "planted_module", "planted.so"]


def test_the_same_parts_make_the_same_sbom_and_other_parts_another(script: ModuleType) -> None:
    one = script.Part("one", "1", "MIT", "pkg:pypi/one@1", ())
    assert script.sbom([one]) == script.sbom([one])
    assert script.sbom([one])["serialNumber"] != script.sbom([one._replace(version="2")])["serialNumber"]


def test_the_sbom_is_valid_cyclonedx_and_a_broken_one_is_noticed(script: ModuleType) -> None:
    pytest.importorskip("cyclonedx", reason="comes with the extra `bundle`")
    parts = [
        script.Part("one", "1", licence, f"pkg:pypi/{number}@1", ())
        for number, licence in enumerate(["MIT", "public-domain", "GCC-exception-3.1", "MIT OR Apache-2.0"])
    ]
    made = script.sbom(parts)
    assert script.invalid(json.dumps(made)) == ""
    made["components"][0]["type"] = "planted"
    assert "planted" in script.invalid(json.dumps(made))
