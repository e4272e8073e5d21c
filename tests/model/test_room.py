"""The room for itself: the counter does not know it, and what it keeps on disk is the user's alone."""

import subprocess
import sys
from pathlib import Path

import pytest

from core.arithmetic import maximum
from core.model import kernels
from core.model.recorder import Graph

HEAVY = ("numpy", "polars", "numba", "llvmlite", "matplotlib", "pyarrow", "pandas", "pyspark", "core.model")


ROOTS = ("desktop.main", "desktop.pages", "core.console.program", "core.jobs.process")


def test_the_counter_starts_without_the_office() -> None:
    said = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import sys, {', '.join(ROOTS)}; print([m for m in {HEAVY} if m in sys.modules])",
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    assert said.stdout.strip() == "[]"


def test_a_rule_that_asks_what_a_row_holds_is_not_recorded() -> None:
    graph = Graph()
    amount, figure = graph.quantity("amount"), graph.figure(3)
    assert maximum(amount, 3) is maximum(amount, 3)  # type: ignore[arg-type, comparison-overlap]
    assert figure
    assert not graph.figure(0)
    with pytest.raises(TypeError, match="asked what a row holds"):
        bool(amount > 3)  # type: ignore[operator]


def test_figures_alone_are_reckoned_at_once() -> None:
    graph = Graph()
    doubled = graph.figure(3) * 2  # type: ignore[operator]
    assert doubled.value == 6
    assert (doubled > 5) is True


@pytest.mark.skipif(sys.platform == "win32", reason="the folder's rights are the system's there")
def test_what_others_could_write_is_never_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernels, "user_cache_path", lambda *_, **__: tmp_path)
    kernels.cache_folder.cache_clear()
    (tmp_path / "model").mkdir(mode=0o700)
    assert kernels.cache_folder() == tmp_path / "model"
    (tmp_path / "model").chmod(0o777)
    kernels.cache_folder.cache_clear()
    assert kernels.cache_folder() is None
    (tmp_path / "model").chmod(0o700)
    monkeypatch.setattr(kernels.os, "getuid", lambda: 1 << 20)
    kernels.cache_folder.cache_clear()
    assert kernels.cache_folder() is None
    kernels.cache_folder.cache_clear()
