#!/usr/bin/env python3
"""Run and check Mingzhang from a checkout; needs Python 3.11 or newer and nothing else.

    python3 build_scripts/dev.py run [ARGS]    open the window; without a display, write its picture and an
                                               estimate into the folder mingzhang-demo (or: run --demo FOLDER)
    python3 build_scripts/dev.py test [ARGS]   style, types, import contracts and tests; ARGS go to pytest

Both first set up what is missing: `.venv` in the checkout and, on Debian as root, the libraries of Qt.
A second start finds that done and loses no time. More commands, for those who work on the program:

    test --long     the batteries that run for minutes
    test --bundle   the tests that speak to the console, against the bundle's
    lint            what `test` does before the tests
    bench [ARGS]    the benchmarks
    picture         draw the pictures of the README and the manual again
    translations    compile the catalogues
    fonts [FOLDER]  cut the program's font again from Noto Sans CJK SC
    bundle          a folder that runs without Python, a tarball and a Debian package, in build/dist
    audit           known vulnerabilities of the packages that travel in the bundle
    licences        the licence of every part of the bundle
    lock            resolve build_scripts/requirements.lock again
    setup           set up for `test` and stop

This file has to parse under Python 3.6, to be able to say that a newer one is needed.
"""

import contextlib
import ctypes
import errno
import hashlib
import importlib.util
import io
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any


def too_old(version: "tuple[int, ...]") -> str:
    """The sentence for a Python that is too old; empty for one that will do."""
    if version[:2] >= (3, 11):
        return ""
    this = ".".join(map(str, version[:2]))
    return f"Mingzhang needs Python 3.11 or newer and this is Python {this}: start it with a newer one."


if too_old(sys.version_info[:2]):
    sys.exit(too_old(sys.version_info[:2]))

if sys.platform != "win32":
    import fcntl

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PROGRAMS = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = PROGRAMS / ("python.exe" if os.name == "nt" else "python")
PACKAGES = Path(sysconfig.get_path("purelib", "venv", {"base": str(VENV)}))
STAMP = VENV / "mingzhang-setup.json"  # what was set up; absent while pip works
PIP_LOG = VENV / "pip.log"
LOCK = ROOT / ".venv.lock"
PINNED = ROOT / "build_scripts" / "requirements.lock"
MAKER = os.path.realpath(getattr(sys, "_base_executable", sys.executable))  # also when started from `.venv`

# What Qt loads from the system, and the Debian package that holds it.
LIBRARIES = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libdbus-1.so.3": "libdbus-1-3",
}
X11_LIBRARIES = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xinerama.so.0": "libxcb-xinerama0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
}
WAYLAND_LIBRARIES = {
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
}

# Variables of the caller that would have children write no byte code, or find and install packages elsewhere.
NOT_INHERITED = {
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONHOME",
    "PYTHONPATH",
    "PIP_PREFIX",
    "PIP_TARGET",
    "PIP_USER",
    "__PYVENV_LAUNCHER__",
}

Command = Sequence[str | Path]


class KnownError(Exception):
    """Something outside the program is wrong; the text is one sentence that says what, and what to do."""


# ---- the commands


def run(arguments: list[str]) -> int:
    """Open the window, or write its picture where there is no display."""
    shown = has_display()
    need_libraries(LIBRARIES | display_libraries() if shown else LIBRARIES)
    set_up()
    # -P: a folder named `core` where the caller stands must not stand in for ours.
    program: Command = [PYTHON, "-P", "-m", "desktop"]
    if shown:
        return call([*program, *arguments])
    if "--demo" not in arguments:
        arguments = ["--demo", str(Path.cwd() / "mingzhang-demo"), *arguments]
    print("There is no display here: writing a picture of the window and an estimate instead.")
    return call([*program, *arguments], QT_QPA_PLATFORM="offscreen")


def test(arguments: list[str]) -> int:
    """Do every check, even after one has failed; pytest's closing line comes last when all is well."""
    prepare_tests()
    selection = ["-m", "long"] if "--long" in arguments else []
    variables = offscreen()
    if "--bundle" in arguments:
        selection = ["-m", "console and not long"]
        variables["MINGZHANG_CLI"] = str(bundled("mingzhang-cli"))
    failed = [] if selection else check_source()
    print("tests: pytest")
    arguments = [argument for argument in arguments if argument not in ("--long", "--bundle")]
    status = call([PYTHON, "-m", "pytest", "-n", "2", *selection, *arguments], ROOT, **variables)
    if failed:
        print(f"Failed before the tests: {', '.join(failed)}.", flush=True)
    return status or bool(failed)


def bundled(name: str) -> Path:
    """A program of the bundle. Raises KnownError where none was made."""
    program = ROOT / "build" / "dist" / "mingzhang" / (f"{name}.exe" if os.name == "nt" else name)
    if not program.exists():
        raise KnownError("There is no bundle here: make it with dev.py bundle, then start again.")
    return program


def lint(_arguments: list[str]) -> int:
    """Check style, types and import contracts."""
    set_up("test")
    return bool(check_source())


def bench(arguments: list[str]) -> int:
    """Run the benchmarks."""
    prepare_tests()
    return call([PYTHON, "-m", "tests.benchmarks", *arguments], ROOT, **offscreen())


def picture(_arguments: list[str]) -> int:
    """Draw the pictures of the README and the manual again."""
    need_libraries(LIBRARIES)
    set_up()
    folder = Path("resources", "help")
    draw: Command = [PYTHON, "-P", "-m", "desktop", "--picture"]
    return max(
        call([*draw, target], ROOT, QT_QPA_PLATFORM="offscreen") for target in (folder / "window.png", folder)
    )


def translations(_arguments: list[str]) -> int:
    """Compile the catalogues."""
    set_up("test")
    folder = Path("resources", "translations")
    return call([PROGRAMS / "pybabel", "compile", "-d", folder, "-D", "mingzhang"], ROOT)


def fonts(arguments: list[str]) -> int:
    """Cut the program's font again."""
    set_up("fonts")
    return call([PYTHON, ROOT / "build_scripts" / "fonts.py", *arguments])


def bundle(arguments: list[str]) -> int:
    """Make the bundle, try it and pack it."""
    need_libraries(LIBRARIES | X11_LIBRARIES | WAYLAND_LIBRARIES)
    set_up("bundle")
    return call([PYTHON, "-P", ROOT / "build_scripts" / "bundle.py", *arguments], ROOT)


def audit(arguments: list[str]) -> int:
    """Ask the advisory database about every package that the program is made of; needs the network."""
    set_up("bundle")
    chosen = VENV / "audit.txt"
    chosen.write_text(pinned({"run"}), encoding="utf-8")
    # --strict: a package that could not be looked up is not one without a fault
    command: Command = [PYTHON, "-m", "pip_audit", "--strict", "--disable-pip", "--require-hashes"]
    result = listen([*command, "--requirement", chosen, *arguments])
    if result.returncode and (is_unreachable(result.stdout) or "could not be audited" in result.stdout):
        last = result.stdout.strip().splitlines()[-1]
        raise KnownError(
            "The advisory database did not answer, so nothing is known of the packages; "
            f"start again where it can be reached, or add: --vulnerability-service osv ({last})"
        )
    print(result.stdout, end="")
    return result.returncode


def licences(_arguments: list[str]) -> int:
    """Check the licence of every part of the bundle."""
    bundled("mingzhang")
    set_up("bundle")
    return call([PYTHON, "-P", ROOT / "build_scripts" / "parts.py"], ROOT)


def lock(_arguments: list[str]) -> int:
    """Write `requirements.lock` again."""
    set_up("lock")
    return call([PYTHON, ROOT / "build_scripts" / "lock.py"], ROOT)


def setup(_arguments: list[str]) -> int:
    """Set up for `test` and stop."""
    prepare_tests()
    return 0


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "run": run,
    "test": test,
    "lint": lint,
    "bench": bench,
    "picture": picture,
    "translations": translations,
    "fonts": fonts,
    "bundle": bundle,
    "audit": audit,
    "licences": licences,
    "lock": lock,
    "setup": setup,
}


def main(arguments: list[str]) -> int:
    """Do the command that is asked for; the exit status."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace", line_buffering=True)
    if not arguments or arguments[0] not in COMMANDS:
        print(__doc__)
        return 0 if arguments in (["help"], ["-h"], ["--help"]) else 2
    try:
        return COMMANDS[arguments[0]](arguments[1:])
    except KeyboardInterrupt:
        return 130
    except KnownError as error:
        print(error, file=sys.stderr)
    except OSError as error:
        print(explain_system(error), file=sys.stderr)
    return 1


# ---- the checks


def prepare_tests() -> None:
    """Set up what the tests need."""
    need_libraries(LIBRARIES)
    set_up("test")


def check_source() -> list[str]:
    """Run the checks that read the source, a line and its time each; the names of those that failed."""
    types: Command = [PYTHON, "-m", "mypy"]
    cache = ROOT / ".mypy_cache" / "win32"  # mypy would throw away another platform's
    checks: dict[str, Command] = {
        "style (ruff check)": [PYTHON, "-m", "ruff", "check", "."],
        "format (ruff format)": [PYTHON, "-m", "ruff", "format", "--check", "."],
        "types (mypy)": types,
        "types on Windows (mypy)": [*types, "--platform", "win32", "--cache-dir", cache],
        "imports (lint-imports)": [PROGRAMS / "lint-imports"],
    }
    return [name for name, command in checks.items() if not passes(name, command)]


def passes(name: str, command: Command) -> bool:
    """Run one check; what it prints is shown only if it fails."""
    print(name, end=" ... ", flush=True)
    started = time.monotonic()
    result = listen(command)
    print(f"{'failed' if result.returncode else 'ok'}, {time.monotonic() - started:.1f} s")
    if result.returncode:
        print(result.stdout.rstrip())
    return result.returncode == 0


# ---- the virtual environment


def set_up(*extras: str) -> None:
    """Make `.venv` hold the program and `extras`, doing only what is not done yet."""
    if is_ready(extras):
        return
    with alone():
        if is_ready(extras):  # the start that this one waited for did it
            return
        wanted = {*extras, *read_stamp().get("extras", [])}
        if not is_usable():
            make_venv()
        install(sorted(wanted))


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Let a second start wait while the first one sets up."""
    with LOCK.open("w") as handle:
        if sys.platform != "win32":
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def is_ready(extras: tuple[str, ...]) -> bool:
    """Whether the last set-up came to its end and nothing has changed since."""
    stamp = read_stamp()
    present = set(stamp.pop("extras", []))
    return PYTHON.exists() and stamp == fingerprint() and present.issuperset(extras)


def fingerprint() -> dict[str, str]:
    """What `.venv` depends on."""
    return {
        "project": hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest(),
        "lock": hashlib.sha256(PINNED.read_bytes()).hexdigest() if PINNED.exists() else "",
        "python": f"{platform.python_version()} {MAKER}",
        "checkout": str(ROOT),
    }


def read_stamp() -> dict[str, Any]:
    """What the last set-up wrote down; empty if it did not come to its end."""
    with contextlib.suppress(OSError, ValueError):
        return dict(json.loads(STAMP.read_text(encoding="utf-8")))
    return {}


def is_usable() -> bool:
    """Whether `.venv` was made in this place, by this Python, and far enough for pip to do the rest."""
    try:
        lines = (VENV / "pyvenv.cfg").read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return False
    made = dict(line.split(" = ", 1) for line in lines if " = " in line)
    return (
        made.get("version") == platform.python_version()
        and made.get("executable") == MAKER
        and made.get("command", "").endswith(f" {VENV}")
        and PYTHON.exists()
        and any(map(is_whole, PACKAGES.glob("pip-*.dist-info")))
    )


def make_venv() -> None:
    """Make `.venv` anew."""
    if importlib.util.find_spec("ensurepip") is None:
        need_venv_module()
    print("Making .venv ...")
    if VENV.is_symlink() or VENV.is_file():
        VENV.unlink()
    elif VENV.exists():
        shutil.rmtree(VENV)
    result = listen([MAKER, "-m", "venv", VENV])
    if result.returncode:
        last = (result.stdout.strip() or "it said nothing").splitlines()[-1]
        raise KnownError(explain_full(result.stdout) or f"Python could not make {VENV}: {last}")


def install(extras: list[str]) -> None:
    """Have pip install what the lock holds for `extras`, then the program, editable; the stamp comes last."""
    stamp = {**fingerprint(), "extras": extras}
    STAMP.unlink(missing_ok=True)
    PIP_LOG.unlink(missing_ok=True)
    remove_half_installed()
    print("Installing packages into .venv: a minute or two the first time ...")
    started = time.monotonic()
    if install_pinned(extras):
        result = pip("--no-deps", "--no-build-isolation", "--editable", ".")
    else:
        result = pip("--editable", f".[{','.join(extras)}]" if extras else ".")
    if result.returncode:
        raise KnownError(explain_pip(result.stderr + pip_log()))
    STAMP.write_text(json.dumps(stamp), encoding="utf-8")
    print(f"Set up in {time.monotonic() - started:.0f} s.")


def install_pinned(extras: list[str]) -> bool:
    """Install the lock's packages for `extras`; False where this system has none of these versions."""
    if not PINNED.exists():
        return False
    chosen = VENV / "requirements.txt"
    chosen.write_text(pinned({"run", *extras}), encoding="utf-8")
    result = pip("--require-hashes", "--no-deps", "--requirement", chosen)
    if not result.returncode:
        return True
    output = result.stderr + pip_log()
    absent = re.search(r"No matching distribution found for (\S+)", output)
    if not absent or is_unreachable(output):
        raise KnownError(explain_pip(output))
    print(f"The registry has no {absent[1]} for this system: taking what pyproject.toml allows.")
    return False


def pinned(uses: "set[str]") -> str:
    """The part of the lock that serves one of `uses`, as pip reads it."""
    blocks = re.findall(r"^# ([a-z ]+)\n(\S+==.*(?:\n +--hash.*)*)", PINNED.read_text(encoding="utf-8"), re.M)
    return "".join(f"{block}\n" for words, block in blocks if uses.intersection(words.split()))


def pip(*arguments: "str | Path") -> "subprocess.CompletedProcess[str]":
    """Run `pip install`; what it complains of is kept."""
    return subprocess.run(
        [
            *(PYTHON, "-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--compile"),
            *([] if sys.stdout.isatty() else ["--quiet", "--progress-bar", "off"]),
            *arguments,
        ],
        cwd=ROOT,
        # not --log: pip starts a second pip, which is to write there too
        env=environment(PIP_LOG=str(PIP_LOG)),
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        check=False,
    )


def pip_log() -> str:
    """What pip wrote down so far."""
    return PIP_LOG.read_text(encoding="utf-8", errors="replace") if PIP_LOG.exists() else ""


def remove_half_installed() -> None:
    """Forget packages at which pip was killed: it would take them for whole."""
    for record in PACKAGES.glob("*.dist-info"):
        if not is_whole(record):
            shutil.rmtree(record)


def is_whole(record: Path) -> bool:
    """Whether the package of this dist-info folder is all there: pip then names itself in it."""
    return (record / "INSTALLER").exists()


def explain_pip(output: str) -> str:
    """The sentence for pip's failure."""
    log = f"pip's own log is {PIP_LOG}."
    full = explain_full(output)
    if full:
        return full
    if is_unreachable(output):
        return (
            "The package registry cannot be reached: check the network, and pip's proxy and index-url "
            f"settings (PIP_PROXY, PIP_INDEX_URL or pip's own configuration); {log}"
        )
    if "DO NOT MATCH THE HASHES" in output:
        return f"A package is not the one that {PINNED.name} names: nothing was taken from it; {log}"
    absent = re.search(r"No matching distribution found for (\S+)", output)
    if absent:
        system = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
        return f"The package registry has no {absent[1]} for {system}; {log}"
    return f"pip could not install the program's packages; {log}"


def is_unreachable(output: str) -> bool:
    """Whether pip complains of the network."""
    return bool(
        re.search(
            r"NewConnectionError|Connect(ion)?(Timeout)?Error|ReadTimeout|NameResolutionError|ProxyError|SSLError"
            r"|ProtocolError|Max retries exceeded|CERTIFICATE_VERIFY_FAILED|getaddrinfo|Failed to connect"
            r"|not a trusted or secure host|(403|407|50\d) (Client|Server) Error|HTTP error (403|407|50\d)",
            output,
        )
    )


# ---- the system


def has_display() -> bool:
    """Whether there is a screen to open a window on; Qt outside Linux always has one."""
    if not sys.platform.startswith("linux"):
        return True
    chosen = os.environ.get("QT_QPA_PLATFORM")
    if chosen:
        return chosen not in ("offscreen", "minimal")
    return bool(os.environ.get("WAYLAND_DISPLAY")) or (bool(os.environ.get("DISPLAY")) and x11_answers())


def x11_answers() -> bool:
    """Whether DISPLAY leads to an X server; a stale one would end Qt with a core dump."""
    if not loads("libxcb.so.1"):
        return True  # not known before Qt's libraries are there
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    refused = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return not refused


def display_libraries() -> dict[str, str]:
    """What a window needs from the system beyond `LIBRARIES`."""
    if os.environ.get("DISPLAY"):
        return X11_LIBRARIES
    return WAYLAND_LIBRARIES if os.environ.get("WAYLAND_DISPLAY") else {}


def need_libraries(libraries: dict[str, str]) -> None:
    """See that the system has `libraries`, or install their packages."""
    if not sys.platform.startswith("linux"):
        return
    missing = [library for library in libraries if not loads(library)]
    if not missing:
        return
    if shutil.which("apt-get"):
        apt_install([libraries[library] for library in missing])
        if all(map(loads, missing)):
            return
    ask = f"Qt needs system libraries that are missing here ({' '.join(missing)})"
    if shutil.which("dnf"):
        wanted = " ".join(f"'{library}()(64bit)'" for library in missing)
        raise KnownError(f"{ask}; type: sudo dnf install {wanted}")
    raise KnownError(f"{ask}: install them with this system's package manager.")


def loads(library: str) -> bool:
    """Whether the system finds a shared library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def need_venv_module() -> None:
    """Get what Debian splits off from Python into a package of its own."""
    if not shutil.which("apt-get") or not MAKER.startswith("/usr/bin/"):
        raise KnownError(f"{MAKER} was built without the module ensurepip: use a Python that has it.")
    apt_install(["python{}.{}-venv".format(*sys.version_info)])


def apt_install(packages: list[str]) -> None:
    """Install Debian packages as root; as anyone else, say what to type."""
    install_them = ["apt-get", "install", "--no-install-recommends", *packages]
    if sys.platform == "win32" or os.geteuid() != 0:
        raise KnownError(f"System packages are missing; type: sudo {' '.join(install_them)}")
    print(f"Installing system packages: {' '.join(packages)} ...")
    install_them.insert(2, "--yes")
    result = listen(install_them, DEBIAN_FRONTEND="noninteractive")
    if result.returncode:  # a machine that has never read the lists, or read them too long ago
        listen(["apt-get", "update"])
        result = listen(install_them, DEBIAN_FRONTEND="noninteractive")
    if result.returncode:
        raise KnownError(
            f"apt-get could not install {' '.join(packages)}: {result.stdout.strip().splitlines()[-1]}"
        )


def explain_full(output: str) -> str:
    """The sentence for a full disk, if `output` complains of one or it is plain to see; else empty."""
    room = min(shutil.disk_usage(folder).free for folder in (ROOT, tempfile.gettempdir()))
    if room < 10_000_000 or re.search(r"No space left|Errno 28\b|WinError 112\b|Disk quota exceeded", output):
        return f"The disk is full: free 1 GB for {VENV} and {tempfile.gettempdir()}, then start again."
    return ""


def explain_system(error: OSError) -> str:
    """The sentence for what the system refused."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return explain_full("No space left")
    return f"{error.filename or 'A file'} cannot be used: {error.strerror}."


# ---- other programs


def environment(**variables: str) -> dict[str, str]:
    """The caller's environment for a child, without what would lead it astray."""
    kept = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
    return kept | variables


def offscreen() -> dict[str, str]:
    """Qt draws into memory, unless the caller chose something else."""
    return {"QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}


def listen(command: Command, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a program in the checkout and keep what it prints."""
    return subprocess.run(
        command,
        cwd=ROOT,
        env=environment(**variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )


def call(command: Command, folder: Path | None = None, **variables: str) -> int:
    """Run a program in `folder` (None: where the caller stands) and let it print; its exit status."""
    with subprocess.Popen(command, cwd=folder, env=environment(**variables)) as child:
        try:
            status = child.wait()
        except KeyboardInterrupt:  # the child had it too: let it end in its own way
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(timeout=5)
            child.terminate()
            raise
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
