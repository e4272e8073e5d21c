"""The console that the tests speak to: this checkout's, or a bundle's program named by ``MINGZHANG_CLI``."""

import os
import subprocess
import sys
from collections.abc import Sequence

BUNDLED = os.environ.get("MINGZHANG_CLI", "")
COMMAND = [BUNDLED] if BUNDLED else [sys.executable, "-m", "core.console"]


def main(arguments: Sequence[str]) -> int:
    """The console with standard input and output of this process; its exit status."""
    if not BUNDLED:
        from core.console import main as here

        return here(arguments)
    given = b"" if sys.stdin.isatty() or not hasattr(sys.stdin, "buffer") else _given()
    done = subprocess.run([*COMMAND, *arguments], input=given, capture_output=True, check=False, timeout=120)
    sys.stdout.write(done.stdout.decode("utf-8"))
    sys.stderr.write(done.stderr.decode("utf-8"))
    return done.returncode


def _given() -> bytes:
    try:
        return sys.stdin.buffer.read()
    except OSError:  # pytest keeps standard input from tests that give none
        return b""
