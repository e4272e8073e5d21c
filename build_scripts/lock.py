"""Write `requirements.lock` again: every package with its hashes, each with the extras that it is for.

`run` stands for the program itself. The lock does not name the registry that the resolver read.
"""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UNLOCKED = {"spark"}  # a cluster has its own packages, and this machine's may not hold them
LOCK = ROOT / "build_scripts" / "requirements.lock"
OLDEST = "3.11"
HEAD = """\
# Every package that dev.py installs, with its hashes; `dev.py lock` writes this file again.
# The line over a package says what it is for: `run` is the program, the others are extras of pyproject.toml.
"""


def resolve(extras: list[str], known: Path | None) -> dict[str, str]:
    """Return the requirements of the program with some extras, by name and version, each with its hashes.

    ``known`` is a file of versions to keep to; None: the newest are taken.
    """
    command = [sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", "--universal", "--quiet"]
    command += ["--python-version", OLDEST, "--generate-hashes", "--no-header", "--no-annotate"]
    command += ["--no-emit-index-url", "--no-emit-find-links"]
    for extra in extras:
        command += ["--extra", extra]
    if known is not None:
        command += ["--constraint", str(known)]
    text = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    blocks = re.findall(r"^\S.*(?:\n +--hash.*)*", text, re.MULTILINE)
    return {block.split(" \\", 1)[0]: block for block in blocks}


def main() -> None:
    """Resolve all extras but Spark's together, then note of each package which of them wants it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = sorted(set(project["project"]["optional-dependencies"]) - UNLOCKED)
    everything = resolve(extras, None)
    pins = ROOT / ".venv" / "pins.txt"
    pins.write_text("\n".join(everything) + "\n", encoding="utf-8")
    wanted = {"run": set(resolve([], pins))} | {extra: set(resolve([extra], pins)) for extra in extras}
    lines = [HEAD]
    for name, block in sorted(everything.items(), key=lambda item: item[0].lower()):
        uses = [use for use, names in wanted.items() if name in names]
        if "run" in uses or name.startswith("setuptools=="):  # which builds the program itself
            uses = ["run"]
        if name.startswith("pip=="):  # each environment has its own, and installs the others with it
            continue
        lines.append(f"# {' '.join(uses)}\n{block}\n")
    LOCK.write_text("".join(lines), encoding="utf-8", newline="\n")
    pins.unlink()
    print(f"{LOCK}: {len(everything)} packages")


if __name__ == "__main__":
    main()
