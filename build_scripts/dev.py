#!/usr/bin/env python3
"""Run and check Mingzhang from a checkout; needs Python 3.11 or newer and nothing else.

    python3 build_scripts/dev.py run [ARGS]    open the window; without a display, write its picture and an
                                               estimate into the folder mingzhang-demo (or: run --demo FOLDER)
    python3 build_scripts/dev.py test [ARGS]   style, types, import contracts and tests; ARGS go to pytest

Both first set up what is missing: `.venv` in the checkout and, on Debian as root, the libraries of Qt.
A second start finds that done and loses no time. More commands, for those who work on the program:

    test --long     the batteries that run for minutes
    mutants [PART]  plant each small fault in the rules and see whether a case notices; all of them take hours
    test --bundle   the tests that speak to the console, against the bundle's
    lint            what `test` does before the tests
    bench [ARGS]    the benchmarks
    picture         draw the pictures of the README and the manual again
    translations    compile the catalogues
    fonts [FOLDER]  cut the program's font again from Noto Sans CJK SC
    bundle          a folder that runs without Python, a tarball and a Debian package, in build/dist
    bundle --model  the same for the fund's office, with the model: a folder and a tarball
    audit           known vulnerabilities of the packages that travel in the bundle
    licences        the licence of every part of the bundle
    lock            resolve build_scripts/requirements.lock again
    setup           set up for `test` and stop

This file has to parse under Python 3.6, to be able to say that a newer one is needed.
"""

import io
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


def too_old(version: "tuple[int, ...]") -> str:
    """Return the sentence for a Python that is too old; empty for one that will do."""
    if version[:2] >= (3, 11):
        return ""
    this = ".".join(map(str, version[:2]))
    return f"Mingzhang needs Python 3.11 or newer and this is Python {this}: start it with a newer one."


if too_old(sys.version_info[:2]):
    sys.exit(too_old(sys.version_info[:2]))

sys.path.insert(0, str(Path(__file__).resolve().parent))  # also where Python was told to leave it out

# only now: these files are written for a Python that can run the program
from environment import (  # noqa: E402
    PROGRAMS,
    PYTHON,
    VENV,
    explain_system,
    is_unreachable,
    pinned,
    set_up,
)
from processes import ROOT, Command, KnownError, call, in_memory, listen, offscreen  # noqa: E402
from system_needs import (  # noqa: E402
    LIBRARIES,
    WAYLAND_LIBRARIES,
    X11_LIBRARIES,
    display_libraries,
    has_display,
    need_libraries,
)

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
    """Do every check, even after one has failed. pytest's closing line comes last when all is well."""
    prepare_tests()
    selection = ["-m", "long"] if "--long" in arguments else []
    if selection:
        set_up("test", "mutation")
    variables = offscreen() | ({} if selection else in_memory())
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


def mutants(arguments: list[str]) -> int:
    """Plant each small fault in the rules, and name those that no case notices."""
    need_libraries(LIBRARIES)
    set_up("test", "mutation")
    return call([PYTHON, "-m", "tests.mutation", *arguments], ROOT)


def bundled(name: str) -> Path:
    """Return a program of the bundle. Raises KnownError where none was made."""
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
    set_up("bundle", *(["model"] if "--model" in arguments else []))
    return call([PYTHON, "-P", ROOT / "build_scripts" / "bundle.py", *arguments], ROOT)


def audit(arguments: list[str]) -> int:
    """Ask the advisory database about every package of the program. Raises KnownError without the network."""
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
    "mutants": mutants,
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
    """Do the command that is asked for and return the exit status."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace", line_buffering=True)
    try:
        if not arguments or arguments[0] not in COMMANDS:
            print(__doc__, flush=True)
            return 0 if arguments in (["help"], ["-h"], ["--help"]) else 2
        return COMMANDS[arguments[0]](arguments[1:])
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # whoever read this has gone: the rest leads nowhere, also at the exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
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
    """Run the checks that read the source, two at a time; return the names of those that failed."""
    types: Command = [PYTHON, "-m", "mypy"]
    cache = ROOT / ".mypy_cache" / "win32"  # mypy would throw away another platform's
    checks: dict[str, Command] = {  # the longest first
        "types (mypy)": types,
        "types on Windows (mypy)": [*types, "--platform", "win32", "--cache-dir", cache],
        "imports (lint-imports)": [PROGRAMS / "lint-imports"],
        "style (ruff check)": [PYTHON, "-m", "ruff", "check", "."],
        "format (ruff format)": [PYTHON, "-m", "ruff", "format", "--check", "."],
    }
    with ThreadPoolExecutor(2) as two:
        passed = list(two.map(passes, checks, checks.values()))
    return [name for name, well in zip(checks, passed, strict=True) if not well]


def passes(name: str, command: Command) -> bool:
    """Run one check, print a line and return whether it passed. Its output is shown only if it fails."""
    started = time.monotonic()
    result = listen(command)
    found = "failed" if result.returncode else "ok"
    shown = f"{result.stdout.rstrip()}\n" if result.returncode else ""
    print(f"{name} ... {found}, {time.monotonic() - started:.1f} s\n{shown}", end="", flush=True)
    return result.returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
