"""The modules that the window imports up to its first frame, in one file that `first_modules` reads."""

import marshal
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import qt_support

ROOT = Path(__file__).resolve().parent.parent
FILE = "start.bin"
AFTER_PAINT = "desktop.startup.loading"
"""The first module that is imported once the first frame is drawn."""

_WATCH = f"""
import os, sys

class Watch:
    def find_spec(self, name, path=None, target=None):
        if name == {AFTER_PAINT!r}:
            print(*sys.modules, flush=True)
            os._exit(0)

sys.path.insert(0, sys.argv.pop())
import shiboken6  # with the support code of the bundle
sys.path.pop(0)
sys.meta_path.insert(0, Watch())
from desktop.main import main
main([])
"""


def first_modules() -> set[str]:
    """Open the window without a screen and return the names of what it imported up to its first frame.

    PySide6's support code is that of `qt_support`. Raises CalledProcessError where the window does not open,
    TimeoutExpired where no frame is drawn.
    """
    with tempfile.TemporaryDirectory() as support, tempfile.TemporaryDirectory() as home:
        qt_support.install(Path(support))
        variables = {"QT_QPA_PLATFORM": "offscreen", "MINGZHANG_HOME": home}
        said = subprocess.run(
            [sys.executable, "-P", "-c", _WATCH, support],
            cwd=ROOT,
            env=os.environ | variables,
            stdout=subprocess.PIPE,
            text=True,
            timeout=120,
            check=True,
        ).stdout
    return set(said.split())


def write(file: Path, sources: Mapping[str, Path]) -> None:
    """Write some modules' code, by their names. A file's name in it is relative, as PyInstaller's are."""
    codes = {}
    for name, source in sorted(sources.items()):
        is_package = source.name == "__init__.py"
        place = name.replace(".", "/") + ("/__init__.py" if is_package else ".py")
        code = compile(source.read_bytes(), place, "exec", dont_inherit=True, optimize=0)
        codes[name] = (is_package, marshal.dumps(code))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(marshal.dumps(codes))
