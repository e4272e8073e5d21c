"""The measure of the house: small classes, small files, small functions, one name for one thing.

What may import what stands in pyproject.toml as import contracts.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[1]
LAYERS: Final = ("core", "desktop", "build_scripts")
METHODS, LINES, FUNCTION = 25, 450, 50


def files(*layers: str) -> Iterator[Path]:
    for layer in layers:
        yield from sorted((ROOT / layer).rglob("*.py"))


def measured(source: str, name: str = "") -> list[str]:
    """Everything in a file that is too large or undocumented, in words."""
    faults = [f"{name}: {source.count(chr(10))} lines"] if source.count("\n") > LINES else []
    tree = ast.parse(source)
    inner = {
        id(one)
        for outer in ast.walk(tree)
        if _is_function(outer)
        for one in ast.walk(outer)
        if one is not outer
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            methods = [one for one in node.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)]
            if len(methods) > METHODS:
                faults.append(f"{name}: {node.name} has {len(methods)} methods")
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION:
                faults.append(f"{name}: {node.name} has {length} lines")
            if not node.name.startswith("_") and not ast.get_docstring(node) and not _excused(node, inner):
                faults.append(f"{name}: {node.name} says nothing")
    return faults


def _is_function(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)


def _excused(function: ast.FunctionDef | ast.AsyncFunctionDef, inner: set[int]) -> bool:
    """A function of a function, an overload or a setter needs no docstring of its own."""
    decorators = [ast.unparse(one) for one in function.decorator_list]
    return id(function) in inner or any(one.endswith(("overload", ".setter")) for one in decorators)


def types_by_name(sources: dict[str, str]) -> dict[str, list[str]]:
    """Every public type of a layer with the files that it stands in."""
    found: dict[str, list[str]] = defaultdict(list)
    for name, source in sources.items():
        for node in ast.parse(source).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].append(name)
    return found


@pytest.mark.parametrize("layer", LAYERS)
def test_nothing_is_larger_than_a_newcomer_reads_at_once(layer: str) -> None:
    faults = []
    for file in files(layer):
        faults += measured(file.read_text(encoding="utf-8"), str(file.relative_to(ROOT)))
    assert faults == []


def test_one_name_is_one_type() -> None:
    taken: dict[str, list[str]] = {}
    for room in ("core", "desktop"):
        sources = {str(file.relative_to(ROOT)): file.read_text(encoding="utf-8") for file in files(room)}
        taken |= {name: places for name, places in types_by_name(sources).items() if len(places) > 1}
    assert taken == {}


def test_the_first_level_of_the_window_is_seen_at_once() -> None:
    rooms = [one for one in (ROOT / "desktop").iterdir() if one.name != "__pycache__"]
    assert len(rooms) <= 20


LARGE: Final = "class Large:\n" + "".join(f"    def m{n}(self): ...\n" for n in range(METHODS + 1))
LONG: Final = "def long():\n" + "    x = 1\n" * FUNCTION


@pytest.mark.parametrize(
    ("source", "fault"),
    [(LARGE, "methods"), (LONG, "lines"), ("x = 1\n" * (LINES + 1), "lines"), ("def f(): ...\n", "nothing")],
)
def test_what_is_too_large_is_seen(source: str, fault: str) -> None:
    assert any(fault in one for one in measured(source))


def test_a_name_that_two_types_bear_is_seen() -> None:
    planted = {"a.py": "class Twin: ...\n", "b.py": "class Twin: ...\n"}
    assert types_by_name(planted)["Twin"] == ["a.py", "b.py"]
