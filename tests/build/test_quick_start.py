"""The bundle's start: its first modules come from one file, and PySide6's support code is read late."""

import importlib
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPTS = Path(__file__).parents[2] / "build_scripts"

_ASKS = """
import sys
sys.path.insert(0, sys.argv.pop())
import shiboken6
from PySide6.QtCore import QObject, Qt
read = [name for name in sys.modules if "late_" in name or name in ("ast", "inspect")]
assert not read, read
assert Qt.Key(0x01000030) is Qt.Key.Key_F1
try:
    QObject("x")
except TypeError as error:
    assert "Supported signatures" in str(error), error
assert "name: str" in QObject.setObjectName.__doc__
from shibokensupport.signature import get_signature
assert "name: str" in str(get_signature(QObject.setObjectName)), get_signature(QObject.setObjectName)
print(sum("late_" in name for name in sys.modules))
"""


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(SCRIPTS)
    return importlib.import_module("start_file")


def test_the_first_modules_are_read_from_one_file_and_others_as_ever(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "here" / "early"
    folder.mkdir(parents=True)
    texts = {"__init__": "from early import first\n", "first": "import sys\nME = sys._getframe().f_code\n"}
    for name, text in (texts | {"later": "from early.first import ME\n"}).items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    sources = {"early": folder / "__init__.py", "early.first": folder / "first.py"}
    script.write(tmp_path / script.FILE, sources)
    for source in sources.values():
        source.unlink()
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path / "here"), raising=False)
    (tmp_path / script.FILE).rename(tmp_path / "here" / script.FILE)
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])
    importlib.import_module("first_modules")
    later = importlib.import_module("early.later")
    assert later.__file__ == str(folder / "later.py")
    assert later.ME.co_filename == "early/first.py"
    early = sys.modules["early"]
    assert early.__file__ == str(folder / "__init__.py")
    assert list(early.__path__) == [str(folder)]
    assert early.first.__file__ == str(folder / "first.py")
    for name in ("early", "early.first", "early.later", "first_modules"):
        monkeypatch.delitem(sys.modules, name)


@pytest.mark.skipif(sys.platform == "win32", reason="a second copy of a library is another library there")
def test_the_support_code_of_qt_is_read_when_it_is_asked_for(script: ModuleType, tmp_path: Path) -> None:
    script.qt_support.install(tmp_path)
    done = subprocess.run(
        [sys.executable, "-P", "-c", _ASKS, tmp_path], capture_output=True, text=True, check=False
    )
    assert (done.stderr, done.returncode) == ("", 0)
    assert int(done.stdout) == len(script.qt_support.LATE)


def test_support_code_that_is_written_otherwise_is_refused(script: ModuleType) -> None:
    texts = {
        f"shibokensupport/{name}.py": "" for name in (*script.qt_support.LATE, *script.qt_support.MAKE_STUBS)
    }
    with pytest.raises(ValueError, match="feature"):
        script.qt_support.arranged(texts)
    with pytest.raises(ValueError, match="feature"):
        script.qt_support.arranged(texts | {"shibokensupport/feature.py": "import inspect\n"})
