"""`python -m tests.benchmarks` runs every benchmark and prints its figures."""

import importlib
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main() -> None:
    """Runs the benchmarks named on the command line, or all of them."""
    names = sys.argv[1:] or sorted(file.stem for file in HERE.glob("[a-z]*.py"))
    for name in names:
        print(f"— {name}", flush=True)
        importlib.import_module(f"tests.benchmarks.{name}").main()


if __name__ == "__main__":
    main()
