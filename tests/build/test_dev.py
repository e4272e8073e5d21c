"""The two commands of the README: they set up what is missing, and say in one sentence what is wrong."""

import ast
import errno
import hashlib
import importlib.util
import itertools
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from packaging.specifiers import SpecifierSet

SCRIPT = Path(__file__).parents[2] / "build_scripts" / "dev.py"
Ran = subprocess.CompletedProcess[str]


MODULES = ("processes", "system_needs", "environment", "dev")
"""The script and the files beside it, those that the others import first."""
PLACES = {
    "ROOT": "",
    "VENV": ".venv",
    "STAMP": ".venv/stamp.json",
    "PYTHON": ".venv/python",
    "PACKAGES": ".venv/packages",
    "LOCK": ".venv.lock",
}


@pytest.fixture
def scripts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, ModuleType]:
    """The script and the files beside it, with an empty folder as their checkout."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    loaded = {}
    for name in MODULES:
        spec = importlib.util.spec_from_file_location(name, SCRIPT.with_name(f"{name}.py"))
        assert spec
        assert spec.loader
        loaded[name] = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, name, loaded[name])
        spec.loader.exec_module(loaded[name])
    for module, (constant, place) in itertools.product(loaded.values(), PLACES.items()):
        if hasattr(module, constant):
            monkeypatch.setattr(module, constant, tmp_path / place)
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    return loaded


@pytest.fixture
def dev(scripts: dict[str, ModuleType]) -> ModuleType:
    return scripts["dev"]


@pytest.fixture
def environment(scripts: dict[str, ModuleType]) -> ModuleType:
    return scripts["environment"]


@pytest.fixture
def system_needs(scripts: dict[str, ModuleType]) -> ModuleType:
    return scripts["system_needs"]


# ---- an old Python


def test_the_script_parses_under_python_3_6() -> None:
    ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 6))


@pytest.mark.parametrize("version", [(3, 6), (3, 10)])
def test_an_old_python_is_told_which_one_is_needed(dev: ModuleType, version: tuple[int, ...]) -> None:
    sentence = dev.too_old(version)
    assert "3.11 or newer" in sentence
    assert f"is Python {version[0]}.{version[1]}:" in sentence


@pytest.mark.parametrize("version", [(3, 11), (3, 14), (4, 0)])
def test_a_python_that_will_do_is_told_nothing(dev: ModuleType, version: tuple[int, ...]) -> None:
    assert dev.too_old(version) == ""


OLD = """
import runpy, sys
sys.version_info = (3, 6, 15, "final", 0)
try:
    runpy.run_path(sys.argv[1], run_name="__main__")
except SystemExit as ended:
    print(ended)
print({"environment", "processes", "system_needs"} & sys.modules.keys())
"""


def test_an_old_python_is_told_before_the_files_beside_the_script_are_read() -> None:
    done = subprocess.run(
        [sys.executable, "-c", OLD, SCRIPT], capture_output=True, encoding="utf-8", check=False
    )
    sentence, read = done.stdout.splitlines()
    assert "this is Python 3.6:" in sentence, done.stderr
    assert read == "set()"


# ---- what went wrong, in one sentence


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("NewConnectionError('<HTTPSConnection>: Failed to establish: [Errno 111]')", "cannot be reached"),
        ("NameResolutionError: Failed to resolve 'index.test' ([Errno -2])", "cannot be reached"),
        ("connection error: SSLError(SSLCertVerificationError(1, 'CERTIFICATE_VERIFY_FAILED'", "proxy"),
        ("ProxyError('Cannot connect to proxy.', OSError('Tunnel failed: 407'))", "proxy"),
        (
            "ReadTimeoutError(\"HTTPSConnectionPool(host='index.test'): Read timed out.\")",
            "cannot be reached",
        ),
        ("ERROR: HTTP error 403 while getting https://index.test/a.whl", "cannot be reached"),
        (
            "Max retries exceeded\nERROR: No matching distribution found for setuptools>=77",
            "cannot be reached",
        ),
        (
            "ERROR: No matching distribution found for PySide6-Essentials>=6.8",
            "has no PySide6-Essentials>=6.8",
        ),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "is not the one"),
        ("ERROR: Could not install packages: [Errno 28] No space left on device", "disk is full"),
        ("OSError: [Errno 122] Disk quota exceeded: '/x'", "disk is full"),
        ("error: subprocess-exited-with-error", "pip could not install"),
    ],
)
def test_a_failure_of_pip_is_put_in_one_sentence(environment: ModuleType, output: str, said: str) -> None:
    sentence = environment.explain_pip(output)
    assert said in sentence
    assert "\n" not in sentence
    assert sentence.endswith(".")
    assert "pip.log" in sentence or "disk is full" in sentence


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "file"), "disk is full"),
        (
            PermissionError(errno.EACCES, "Permission denied", "file"),
            "file cannot be used: Permission denied.",
        ),
        (
            OSError(errno.EROFS, "Read-only file system", "file"),
            "file cannot be used: Read-only file system.",
        ),
    ],
)
def test_what_the_system_refuses_is_put_in_one_sentence(
    dev: ModuleType, error: OSError, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    dev.COMMANDS["run"] = raiser(error)
    assert dev.main(["run"]) == 1
    printed = capsys.readouterr()
    assert said in printed.err
    assert printed.err.count("\n") == 1
    assert printed.out == ""


@pytest.mark.parametrize(
    ("said", "status", "answer"),
    [
        ("ERROR:pip_audit._cli:alpha: Dependency not found on PyPI and could not be audited", 1, None),
        ("requests.exceptions.ConnectionError: NameResolutionError", 1, None),
        ("Found 1 known vulnerability in 1 package", 1, 1),
        ("No known vulnerabilities found", 0, 0),
    ],
)
def test_an_audit_that_got_no_answer_is_no_audit(
    dev: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    said: str,
    status: int,
    answer: int | None,
) -> None:
    monkeypatch.setattr(dev, "VENV", tmp_path)
    monkeypatch.setattr(dev, "set_up", lambda *_: None)
    monkeypatch.setattr(dev, "listen", lambda *_, **__: subprocess.CompletedProcess([], status, said, ""))
    if answer is None:
        with pytest.raises(dev.KnownError, match="nothing is known"):
            dev.audit([])
    else:
        assert dev.audit([]) == answer


def test_ctrl_c_ends_quietly_with_130(dev: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    dev.COMMANDS["run"] = raiser(KeyboardInterrupt())
    assert dev.main(["run"]) == 130
    assert capsys.readouterr() == ("", "")


def test_whoever_reads_the_output_may_go() -> None:
    read, write = os.pipe()
    os.close(read)
    with open(write, "wb") as gone:  # noqa: PTH123
        done = subprocess.run([sys.executable, SCRIPT], stdout=gone, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (1, b"")


def test_a_program_ended_by_a_signal_is_a_failure(dev: ModuleType) -> None:
    assert dev.call([sys.executable, "-c", "import os; os.abort()"]) != 0


def test_an_unknown_command_is_answered_with_the_list(
    dev: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    assert dev.main(["rum"]) == 2
    assert "dev.py run" in capsys.readouterr().out


# ---- system libraries


@pytest.fixture
def debian(system_needs: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """A Debian where root has no libEGL; the commands that were run, of which the first install fails."""
    commands: list[list[str]] = []

    def listen(command: list[str], **_variables: str) -> Ran:
        commands.append(command)
        failed = [command[1] for command in commands] == ["install"]
        return subprocess.CompletedProcess(command, int(failed), "E: Unable to locate package libegl1")

    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    monkeypatch.setattr(system_needs.shutil, "which", {"apt-get": "apt-get"}.get)
    monkeypatch.setattr(system_needs, "listen", listen)
    monkeypatch.setattr(system_needs, "loads", lambda library: library != "libEGL.so.1" or len(commands) == 3)
    return commands


def test_root_on_debian_gets_the_missing_package_after_reading_the_lists(
    system_needs: ModuleType, debian: list[list[str]]
) -> None:
    system_needs.need_libraries(system_needs.LIBRARIES)
    assert [command[1] for command in debian] == ["install", "update", "install"]
    assert debian[-1][-1] == "libegl1"


def test_nothing_is_installed_where_nothing_is_missing(
    system_needs: ModuleType, debian: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(system_needs, "loads", lambda _library: True)
    system_needs.need_libraries(
        system_needs.LIBRARIES | system_needs.X11_LIBRARIES | system_needs.WAYLAND_LIBRARIES
    )
    assert debian == []


@pytest.mark.parametrize(
    ("tool", "said"),
    [
        ("apt-get", "type: sudo apt-get install --no-install-recommends libegl1"),
        ("dnf", "type: sudo dnf install 'libEGL.so.1()(64bit)'"),
        ("pacman", "(libEGL.so.1): install them"),
    ],
)
def test_whoever_is_not_root_on_debian_is_told_what_to_type(
    system_needs: ModuleType, debian: list[list[str]], monkeypatch: pytest.MonkeyPatch, tool: str, said: str
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    monkeypatch.setattr(system_needs.shutil, "which", {tool: tool}.get)
    with pytest.raises(system_needs.KnownError) as told:
        system_needs.need_libraries(system_needs.LIBRARIES)
    assert said in str(told.value)
    assert debian == []


@pytest.mark.parametrize(
    ("maker", "said"),
    [
        ("/usr/bin/python3.11", "sudo apt-get install"),
        ("/opt/python/bin/python3", "use a Python that has it"),
    ],
)
def test_a_python_without_the_venv_module_is_named(
    environment: ModuleType,
    debian: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
    maker: str,
    said: str,
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    monkeypatch.setattr(environment, "MAKER", maker)
    with pytest.raises(environment.KnownError, match=said):
        environment.make_venv()


# ---- run and test


@pytest.fixture
def calls(
    dev: ModuleType, system_needs: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> list[tuple[list[str], dict[str, str]]]:
    """The programs that were called on a machine where all is set up, with their variables."""
    made: list[tuple[list[str], dict[str, str]]] = []

    def call(command: list[object], _folder: Path | None = None, **variables: str) -> int:
        made.append(([str(part) for part in command], variables))
        return 0

    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(dev, "call", call)
    monkeypatch.setattr(dev, "set_up", lambda *_extras: None)
    monkeypatch.setattr(dev, "need_libraries", lambda _libraries: None)
    monkeypatch.setattr(system_needs, "x11_answers", lambda: True)
    return made


Calls = list[tuple[list[str], dict[str, str]]]


@pytest.mark.parametrize("variable", ["DISPLAY", "WAYLAND_DISPLAY"])
def test_run_opens_the_window_on_a_display(
    dev: ModuleType, calls: Calls, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, ":0")
    assert dev.main(["run", "--practice"]) == 0
    assert calls == [([str(dev.PYTHON), "-P", "-m", "desktop", "--practice"], {})]


def test_run_writes_a_picture_without_a_display(
    dev: ModuleType, calls: Calls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert dev.main(["run"]) == 0
    ((command, variables),) = calls
    assert command[-2:] == ["--demo", str(tmp_path / "mingzhang-demo")]
    assert variables == {"QT_QPA_PLATFORM": "offscreen"}


def test_run_writes_a_picture_where_the_display_does_not_answer(
    dev: ModuleType, system_needs: ModuleType, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", ":99")
    monkeypatch.setattr(system_needs, "x11_answers", lambda: False)
    assert dev.main(["run", "--demo", "here"]) == 0
    assert calls[0][0][-2:] == ["--demo", "here"]


def test_pytest_has_the_last_word_when_all_is_well(
    dev: ModuleType, calls: Calls, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dev, "listen", lambda command: subprocess.CompletedProcess(command, 0, "unseen"))
    assert dev.main(["test", "-k", "money"]) == 0
    assert calls[0][0][1:] == ["-m", "pytest", "-n", "2", "-k", "money"]
    assert calls[0][1] == {"QT_QPA_PLATFORM": "offscreen"}
    *checks, last = capfd.readouterr().out.splitlines()
    assert len(checks) == 5
    assert all(check.endswith(" ... ok, 0.0 s") for check in checks)
    assert last.startswith("tests")


def test_a_failed_check_stops_none_of_the_others(
    dev: ModuleType, calls: Calls, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def listen(command: list[str]) -> Ran:
        return subprocess.CompletedProcess(command, int("ruff" in command), "E501 Line too long")

    monkeypatch.setattr(dev, "listen", listen)
    assert dev.main(["test"]) == 1
    printed = capfd.readouterr().out
    assert printed.count("E501") == 2
    assert printed.count(" ... ok") == 3
    assert len(calls) == 1
    assert printed.splitlines()[-1].startswith("Failed before the tests: style")


def test_the_long_batteries_are_pytest_alone(
    dev: ModuleType, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dev, "listen", raiser(AssertionError("no other check")))
    assert dev.main(["test", "--long", "-x"]) == 0
    assert calls[0][0][1:] == ["-m", "pytest", "-n", "2", "-m", "long", "-x"]


def test_children_write_byte_code(scripts: dict[str, ModuleType], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    assert "PYTHONDONTWRITEBYTECODE" not in scripts["processes"].child_environment()


# ---- set up


def test_a_venv_is_kept_only_where_and_by_whom_it_was_made(environment: ModuleType, tmp_path: Path) -> None:
    assert not environment.is_usable(), "there is none"
    record = environment.PACKAGES / "pip-24.dist-info"
    record.mkdir(parents=True)
    environment.PYTHON.touch()
    made = {
        "version": environment.platform.python_version(),
        "executable": environment.MAKER,
        "command": f"{environment.MAKER} -m venv {environment.VENV}",
    }

    def is_usable(**changes: str) -> object:
        lines = [f"{name} = {value}\n" for name, value in {**made, **changes}.items()]
        (environment.VENV / "pyvenv.cfg").write_text("".join(lines), encoding="utf-8")
        return environment.is_usable()

    assert not is_usable(), "pip was not all there when its maker was killed"
    (record / "INSTALLER").touch()
    assert is_usable()
    assert not is_usable(command=f"{environment.MAKER} -m venv {tmp_path}/elsewhere/.venv")
    assert not is_usable(version="3.11.0rc1")
    assert not is_usable(executable="/another/python3")
    environment.PYTHON.unlink()
    assert not is_usable(), "its Python is gone"


LOCKED = """\
# Said on top.
# run
alpha==1 \\
    --hash=sha256:aa
# bundle test
beta==2 ; python_version >= "3.11" \\
    --hash=sha256:bb \\
    --hash=sha256:cc
# fonts
gamma==3 \\
    --hash=sha256:dd
"""


@pytest.mark.parametrize(
    ("extras", "names"), [({"run"}, ["alpha"]), ({"run", "test"}, ["alpha", "beta"]), ({"fonts"}, ["gamma"])]
)
def test_the_lock_gives_each_extra_its_own_packages_with_all_their_hashes(
    environment: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    extras: set[str],
    names: list[str],
) -> None:
    monkeypatch.setattr(environment, "PINNED", tmp_path / "requirements.lock")
    environment.PINNED.write_text(LOCKED, encoding="utf-8")
    lines = environment.pinned(extras).splitlines()
    assert [line.split("==")[0] for line in lines if "==" in line] == names
    assert sum("--hash" in line for line in lines) == sum(
        {"alpha": 1, "beta": 2, "gamma": 1}[n] for n in names
    )


def test_the_lock_of_this_checkout_is_hashed_names_no_registry_and_holds_every_dependency() -> None:
    text = (SCRIPT.parent / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index" not in text
    assert "--find-links" not in text
    pins = re.findall(r"^(\S+)==.*(\n +--hash=sha256:[0-9a-f]{64}.*)", text, re.MULTILINE)
    assert len(pins) == len(re.findall(r"^\S+==", text, re.MULTILINE))
    project = tomllib.loads((SCRIPT.parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = {name: lines for name, lines in project["optional-dependencies"].items() if name != "spark"}
    wanted = [*project["dependencies"], *itertools.chain(*extras.values())]
    wanted = [line for line in wanted if not line.startswith("mingzhang[")]  # an extra that holds another
    names = {re.split(r"[^A-Za-z0-9._-]", line)[0].lower() for line in wanted}
    assert names <= {name.lower() for name, _ in pins}
    versions = dict(re.findall(r"^([A-Za-z0-9._-]+)==([0-9][0-9A-Za-z.]*)", text, re.MULTILINE))
    versions = {name.lower(): version for name, version in versions.items()}
    for line in wanted:
        name, allowed = re.fullmatch(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?(.*)", line).groups()
        assert SpecifierSet(allowed).contains(versions[name.lower()]), line


def test_the_office_of_the_fund_is_no_part_of_the_program_nor_of_its_bundle() -> None:
    text = (SCRIPT.parent / "requirements.lock").read_text(encoding="utf-8")
    by_name = {name.lower(): use.split() for use, name in re.findall(r"^# (.*)\n(\S+)==", text, re.MULTILINE)}
    for name in ("numba", "llvmlite", "numpy", "polars", "matplotlib"):
        assert by_name[name] == ["model", "test"], name
    assert "pyspark" not in by_name


TINY_PROJECT = """\
[build-system]
requires = []
build-backend = "tiny"
backend-path = ["."]
[project]
name = "tiny"
version = "1"
"""
TINY_BACKEND = """\
import zipfile
from pathlib import Path

def build_editable(folder, config_settings=None, metadata_directory=None):
    info = "tiny-1.dist-info"
    with zipfile.ZipFile(Path(folder, "tiny-1-py3-none-any.whl"), "w") as wheel:
        wheel.writestr("tiny.pth", str(Path.cwd()))
        needs = "".join(f"Requires-Dist: {name}\\n" for name in Path("needs").read_text().split())
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\\nName: tiny\\nVersion: 1\\n{needs}")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(f"{info}/RECORD", "tiny.pth,,\\n")
    return "tiny-1-py3-none-any.whl"
"""


def test_a_checkout_is_set_up_once_completed_when_killed_and_fails_in_one_sentence(tmp_path: Path) -> None:
    checkout = tmp_path / "明账 a checkout"
    sources = [SCRIPT.with_name(f"{name}.py") for name in MODULES]
    for name, text in {
        **{f"build_scripts/{file.name}": file.read_text(encoding="utf-8") for file in sources},
        "pyproject.toml": TINY_PROJECT,
        "tiny.py": TINY_BACKEND,
        "needs": "",
        "desktop/__main__.py": "import sys\nprint('started', *sys.argv[1:])\nsys.exit(7)\n",
    }.items():
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        (checkout / name).write_text(text, encoding="utf-8")
    (tmp_path / "desktop").mkdir()  # where the caller stands: not to be taken for the program

    def start(*arguments: str, **variables: str) -> Ran:
        nowhere = {
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_EXTRA_INDEX_URL": "",
            "PIP_FIND_LINKS": "",
            "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
            "PIP_NO_CACHE_DIR": "1",
            "PIP_RETRIES": "0",
            "QT_QPA_PLATFORM": "vnc",  # a display that needs no other library
        }
        return subprocess.run(
            [sys.executable, checkout / "build_scripts" / "dev.py", *arguments],
            cwd=tmp_path,
            env={**os.environ, "DISPLAY": "", "WAYLAND_DISPLAY": "", **nowhere, **variables},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    first = start("run", "--practice")
    assert first.stderr == ""
    assert first.returncode == 7, "the program's own status"
    assert first.stdout.startswith("Making .venv")
    assert first.stdout.endswith("started --practice\n")

    assert start("run").stdout == "started\n", "a second start has nothing to do"

    (checkout / ".venv" / "mingzhang-setup.json").unlink()
    (record,) = (checkout / ".venv").glob("lib/**/tiny-1.dist-info")
    (record / "INSTALLER").unlink()
    completed = start("run")
    assert completed.returncode == 7
    assert completed.stdout.startswith("Installing"), "what is there is kept"
    assert (record / "INSTALLER").exists()

    (checkout / "needs").write_text("absent-from-everywhere", encoding="utf-8")
    (checkout / "pyproject.toml").write_text(TINY_PROJECT + "# changed\n", encoding="utf-8")
    failed = start("run")
    assert failed.returncode == 1
    assert "registry cannot be reached" in failed.stderr
    assert failed.stderr.count("\n") == 1, "one sentence"
    assert (checkout / ".venv" / "pip.log").exists()

    wheel = tmp_path / "links" / "alpha-1-py3-none-any.whl"
    wheel.parent.mkdir()
    with zipfile.ZipFile(wheel, "w") as made:
        made.writestr("alpha-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: alpha\nVersion: 1\n")
        made.writestr("alpha-1.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        made.writestr("alpha-1.dist-info/RECORD", "")
        made.writestr("alpha.py", "")
    whole = wheel.read_bytes()
    lock = f"# run\nalpha==1 \\\n    --hash=sha256:{hashlib.sha256(whole).hexdigest()}\n"
    (checkout / "build_scripts" / "requirements.lock").write_text(lock, encoding="utf-8")
    beside = {"PIP_FIND_LINKS": str(wheel.parent), "PIP_NO_INDEX": "1"}
    wheel.write_bytes(whole + b"altered")
    refused = start("run", **beside)
    assert (refused.returncode, refused.stdout.count("started")) == (1, 0)
    assert "is not the one that requirements.lock names" in refused.stderr
    assert not list((checkout / ".venv").glob("lib/**/alpha.py")), "nothing was taken from it"
    wheel.write_bytes(whole)
    assert start("run", **beside).returncode == 7


def raiser(error: BaseException) -> Callable[..., Any]:
    """A function that raises `error`, whatever it is given."""

    def raises(*_arguments: object, **_variables: object) -> None:
        raise error

    return raises
