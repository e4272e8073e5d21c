"""Run first in the bundle's window: what its start imports is read from one file, the one of `start_file`.

PyInstaller's own reader looks for each module in three places, opens the program's file once more and unpacks
the module. Of what is not in the file nothing changes. Nothing in the file can be imported before it is read.
"""

import marshal
import os
import sys
from _frozen_importlib import ModuleSpec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType


class FirstModules:
    """Finds and runs the modules of the file. ``folder`` is where the bundle's files lie.

    ``modules``: by a name, whether it is a package, and its code in the form of `marshal`.
    """

    def __init__(self, folder: str, modules: "Mapping[str, tuple[bool, bytes]]") -> None:
        self._folder = folder
        self._modules = modules

    def find_spec(self, name: str, _path: object = None, _target: object = None) -> "ModuleSpec | None":
        """Return where a module of the file is taken from; None for any other."""
        if name not in self._modules:
            return None
        is_package = self._modules[name][0]
        place = os.sep.join([self._folder, *name.split(".")])  # noqa: PTH118  pathlib is not there yet
        origin = f"{place}{os.sep}__init__.py" if is_package else f"{place}.py"
        spec = ModuleSpec(name, self, origin=origin, is_package=is_package)  # type: ignore[arg-type]
        spec.has_location = True
        if is_package:
            spec.submodule_search_locations = [place]
        return spec

    def create_module(self, _spec: ModuleSpec) -> None:
        """Let Python make the module."""

    def exec_module(self, module: "ModuleType") -> None:
        """Run a module's code in it."""
        code = marshal.loads(self._modules[module.__name__][1])  # noqa: S302  a part of the program
        exec(code, module.__dict__)  # noqa: S102  what importing is


if hasattr(sys, "_MEIPASS"):
    with open(f"{sys._MEIPASS}{os.sep}start.bin", "rb") as _file:  # noqa: PTH123
        sys.meta_path.insert(0, FirstModules(sys._MEIPASS, marshal.load(_file)))  # noqa: S302
