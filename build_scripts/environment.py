"""The virtual environment `.venv`: made, filled by pip from the lock, stamped; and what a failure means."""

import contextlib
import errno
import hashlib
import importlib.util
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
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from processes import ROOT, KnownError, child_environment, listen
from system_needs import need_venv_module

if sys.platform != "win32":
    import fcntl

VENV = ROOT / ".venv"
PROGRAMS = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = PROGRAMS / ("python.exe" if os.name == "nt" else "python")
PACKAGES = Path(sysconfig.get_path("purelib", "venv", {"base": str(VENV)}))
STAMP = VENV / "mingzhang-setup.json"  # what was set up; absent while pip works
PIP_LOG = VENV / "pip.log"
LOCK = ROOT / ".venv.lock"
PINNED = ROOT / "build_scripts" / "requirements.lock"
MAKER = os.path.realpath(getattr(sys, "_base_executable", sys.executable))  # also when started from `.venv`


def set_up(*extras: str) -> None:
    """Make `.venv` hold the program and `extras`, doing only what is not done yet. Raises KnownError."""
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
    """Return whether the last set-up came to its end and nothing has changed since."""
    stamp = read_stamp()
    present = set(stamp.pop("extras", []))
    return PYTHON.exists() and stamp == fingerprint() and present.issuperset(extras)


def fingerprint() -> dict[str, str]:
    """Return everything that `.venv` depends on; it is made again where one of these has changed."""
    return {
        "project": hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest(),
        "lock": hashlib.sha256(PINNED.read_bytes()).hexdigest() if PINNED.exists() else "",
        "python": f"{platform.python_version()} {MAKER}",
        "checkout": str(ROOT),
    }


def read_stamp() -> dict[str, Any]:
    """Return what the last set-up wrote down; empty if it did not come to its end."""
    with contextlib.suppress(OSError, ValueError):
        return dict(json.loads(STAMP.read_text(encoding="utf-8")))
    return {}


def is_usable() -> bool:
    """Return whether `.venv` was made here, by this Python, and far enough for pip to do the rest."""
    try:
        lines = (VENV / "pyvenv.cfg").read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return False
    config = dict(line.split(" = ", 1) for line in lines if " = " in line)
    return (
        config.get("version") == platform.python_version()
        and config.get("executable") == MAKER
        and config.get("command", "").endswith(f" {VENV}")
        and PYTHON.exists()
        and any(map(is_whole, PACKAGES.glob("pip-*.dist-info")))
    )


def make_venv() -> None:
    """Make `.venv` anew. Raises KnownError where Python cannot."""
    if importlib.util.find_spec("ensurepip") is None:
        need_venv_module(MAKER)
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
    """Have pip install what the lock holds for `extras`, then the program, editable. Raises KnownError.

    The stamp comes last: a set-up that was killed leaves none and is done again.
    """
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
    """Install the lock's packages for `extras`. Raises KnownError.

    Returns False where there is no lock, or the registry lacks one of its versions for this system.
    """
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
    """Return the part of the lock that serves one of `uses`, as pip reads it."""
    blocks = re.findall(r"^# ([a-z ]+)\n(\S+==.*(?:\n +--hash.*)*)", PINNED.read_text(encoding="utf-8"), re.M)
    return "".join(f"{block}\n" for words, block in blocks if uses.intersection(words.split()))


def pip(*arguments: "str | Path") -> "subprocess.CompletedProcess[str]":
    """Run `pip install` and return it with what it wrote on standard error."""
    return subprocess.run(
        [
            *(PYTHON, "-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--compile"),
            *([] if sys.stdout.isatty() else ["--quiet", "--progress-bar", "off"]),
            *arguments,
        ],
        cwd=ROOT,
        # not --log: pip starts a second pip, which is to write there too
        env=child_environment(PIP_LOG=str(PIP_LOG)),
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        check=False,
    )


def pip_log() -> str:
    """Return pip's own log; empty where there is none."""
    return PIP_LOG.read_text(encoding="utf-8", errors="replace") if PIP_LOG.exists() else ""


def remove_half_installed() -> None:
    """Remove the records of packages at which pip was killed: it would take them for whole."""
    for record in PACKAGES.glob("*.dist-info"):
        if not is_whole(record):
            shutil.rmtree(record)


def is_whole(record: Path) -> bool:
    """Return whether the package of this dist-info folder is all there: pip then names itself in it."""
    return (record / "INSTALLER").exists()


def explain_pip(output: str) -> str:
    """Return the sentence for pip's failure."""
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
    """Return whether pip complains of the network."""
    return bool(
        re.search(
            r"NewConnectionError|Connect(ion)?(Timeout)?Error|ReadTimeout|NameResolutionError|ProxyError|SSLError"
            r"|ProtocolError|Max retries exceeded|CERTIFICATE_VERIFY_FAILED|getaddrinfo|Failed to connect"
            r"|not a trusted or secure host|(403|407|50\d) (Client|Server) Error|HTTP error (403|407|50\d)",
            output,
        )
    )


def explain_full(output: str) -> str:
    """Return the sentence for a full disk; empty if neither `output` nor the disk itself tells of one."""
    room = min(shutil.disk_usage(folder).free for folder in (ROOT, tempfile.gettempdir()))
    if room < 10_000_000 or re.search(r"No space left|Errno 28\b|WinError 112\b|Disk quota exceeded", output):
        return f"The disk is full: free 1 GB for {VENV} and {tempfile.gettempdir()}, then start again."
    return ""


def explain_system(error: OSError) -> str:
    """Return the sentence for what the system refused."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return explain_full("No space left")
    return f"{error.filename or 'A file'} cannot be used: {error.strerror}."
