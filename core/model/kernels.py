"""Printed source compiled by Numba, and kept on disk between runs where that is safe.

A source lies in the user's cache folder under the hash of all that it is made of, so that what was compiled
for other rules, other packages or another processor is never taken. What is compiled is the text in memory,
never a file's.
"""

import contextlib
import hashlib
import os
import stat
import sys
from collections.abc import Callable, Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any

import numba
import numpy as np
from platformdirs import user_cache_path

from core.files import write_whole
from core.model import emitting
from core.model.driving import Driver
from core.model.emitting import loads_and_stores, stage_function
from core.model.printing import Stage


@cache
def _made_of() -> str:
    """Return what every compiled function depends on beside its own source."""
    packages = ",".join(version(name) for name in ("numba", "llvmlite", "numpy"))
    source = Path(emitting.__file__)
    made_of = source if source.exists() else Path(sys.executable)  # a bundle's program holds what it runs
    return packages + hashlib.sha256(made_of.read_bytes()).hexdigest()


@cache
def cache_folder() -> Path | None:
    """Return the folder of compiled functions, None where somebody else could write there."""
    folder = user_cache_path("mingzhang", appauthor=False) / "model"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        state = folder.stat()
    except OSError:
        return None
    if sys.platform != "win32" and (
        state.st_uid != os.getuid() or state.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    ):
        return None
    return folder if os.access(folder, os.W_OK) else None


_compiled: dict[str, Any] = {}


def loop_function(driver: Driver, stages: Mapping[str, Stage]) -> Callable[..., Any]:
    """Return a printed loop, compiled with the stages that it calls."""
    if driver.name not in _compiled:
        functions = {name: stage_function(stage) for name, stage in stages.items()}
        written = [name.replace(".", "_") for name in driver.results]
        functions |= loads_and_stores(driver.read, written)
        _compiled[driver.name] = _compile(driver.name, driver.source, functions)
    found: Callable[..., Any] = _compiled[driver.name]
    return found


def _compile(name: str, source: str, names: Mapping[str, Any]) -> Any:
    stamp = hashlib.sha256((_made_of() + source).encode()).hexdigest()[:16]
    file = _stored(f"{name}_{stamp}.py", source)
    module = ModuleType(f"mingzhang_{name}")
    module.__dict__.update(names, np=np)
    sys.modules[module.__name__] = module  # what was compiled finds its names there again
    exec(compile(source, str(file or "<recorded rules>"), "exec"), module.__dict__)  # noqa: S102
    make = numba.njit(cache=file is not None, nogil=True, error_model="numpy")
    return make(getattr(module, name))


def _stored(name: str, source: str) -> Path | None:
    """Return the file of a source in the cache folder, written where it is not there; None without one."""
    folder = cache_folder()
    if folder is None:
        return None
    file = folder / name
    with contextlib.suppress(OSError):
        if not file.exists() or file.read_bytes() != source.encode():
            write_whole(file, source.encode())
        return file
    return None
