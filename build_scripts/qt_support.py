"""The support code of PySide6's own modules, compiled, as files.

It lies zipped inside a library and would be unpacked and compiled at every start; where a folder
``files.dir`` lies beside that library, PySide6 reads it instead (what its ``SBK_EMBED=0`` writes). All
of it is read at every start, for an error's text or a signature that somebody may ask for, and with it a
good part of Python's own library. Here those modules are read when something of them is asked for.
"""

import py_compile
import shutil
import sys
from pathlib import Path
from typing import Any

PACKAGE = "shibokensupport"
LATE = ("errorhandler", "layout", "parser", "tool")
"""The modules that are read late, by the last part of their names: all that only Python code asks.

``mapping`` is not among them: the library looks its functions up in the module's dictionary.
"""
MAKE_STUBS = ("enum_sig", "pyi_generator")
"""The modules that only the maker of type stubs uses. They are left empty."""

_EMPTY = '"""Left out of this bundle: PySide6 makes type stubs with it."""\n'
_LATE = '''"""Stands for `{late}`, which is read when something of it is asked for."""


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    from importlib import import_module

    return getattr(import_module("{late}"), name)
'''
_PARSER = """

import os
import sys

sys.pyside6_option_python_enum = True  # the real one sets both when it is read
os.environ["PYSIDE6_OPTION_PYTHON_ENUM"] = "True"
"""
_IMPORTS = "import inspect\n"
_LOOKS = "        source = inspect.getsource(module)\n"
_NO_SOURCE = "        return False  # no module of a bundle has its source\n"


def embedded() -> dict[str, str]:
    """Return the support code as PySide6 brings it, by the names of its files."""
    import PySide6.QtCore  # noqa: F401

    archive: Any = getattr(sys.modules[f"{PACKAGE}.signature.loader"].__loader__, "zfile")  # noqa: B009
    names = [name for name in archive.namelist() if name.startswith(f"{PACKAGE}/") and name.endswith(".py")]
    return {name: archive.read(name).decode() for name in names}


def arranged(texts: dict[str, str]) -> dict[str, str]:
    """Return the support code as a bundle reads it. Raises ValueError where PySide6 wrote it otherwise."""
    files = dict(texts)
    for name, text in texts.items():
        file = Path(name)
        if file.stem in MAKE_STUBS:
            files[name] = _EMPTY
        elif file.stem in LATE:
            late = file.with_stem(f"late_{file.stem}")
            files[late.as_posix()] = text
            files[name] = _LATE.format(late=".".join(late.with_suffix("").parts))
            files[name] += _PARSER if file.stem == "parser" else ""
        elif file.stem == "feature":
            if text.count(_IMPORTS) != 1 or text.count(_LOOKS) != 1 or text.count("inspect.get") != 1:
                raise ValueError(name)
            files[name] = text.replace(_IMPORTS, "").replace(_LOOKS, _NO_SOURCE)
    absent = {*LATE, *MAKE_STUBS, "feature"} - {Path(name).stem for name in texts}
    if absent:
        raise ValueError(", ".join(sorted(absent)))
    return files


def install(folder: Path) -> None:
    """Copy the package ``shiboken6`` into a folder, with the support code that a bundle has beside it."""
    import shiboken6

    shutil.copytree(Path(shiboken6.__file__).parent, folder / "shiboken6")
    write(folder / "shiboken6" / "files.dir")


def write(folder: Path) -> list[Path]:
    """Write the support code into a folder, compiled beside the text, and return every file."""
    written = []
    for name, text in arranged(embedded()).items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
        mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
        compiled = py_compile.compile(str(file), doraise=True, invalidation_mode=mode)
        written += [file, Path(str(compiled))]
    return written
