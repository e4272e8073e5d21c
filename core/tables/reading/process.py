"""The process that reads one file and prints its cells, a JSON value a line.

The operating system bounds it where it can: on Linux its address space and its seconds of computing, on other
systems with `resource` what they keep to. Elsewhere the checks of `archive` and the bounds on rows, columns
and text stand alone, and a request for memory that no machine has ends this process and nothing else.
"""

import gc
import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from core.files import open_regular, why_failed
from core.tables.reading.cells import NoTable
from core.tables.reading.limits import MOST_FILE, MOST_MEMORY, MOST_SECONDS

_WORKBOOKS: Final = (".xlsx", ".xls", ".ods")
_TEXTS: Final = (".csv", ".tsv")
_COLUMNS: Final = ".parquet"


def main(arguments: Sequence[str]) -> int:
    """Print the cells of the file that the arguments name; return 0, as the last line says how it went."""
    file = Path(arguments[0])
    gc.disable()  # nothing here holds a circle
    try:
        if file.suffix.lower() == _COLUMNS:
            _load_columns()
        _bound()
        for value in _read(file):
            _print(value)
        _print({"end": True})
    except NoTable as error:
        _print({"fault": error.fault.id, "params": dict(error.fault.params)})
    except MemoryError:
        _print({"fault": "tables.too_large", "params": {}})
    except BrokenPipeError:  # nobody listens any more
        return 0
    except (
        BaseException
    ) as error:  # a reader's own panic is no Exception; whatever it was, the file is at fault
        if isinstance(error, KeyboardInterrupt):
            return 0
        _print({"fault": "tables.damaged", "params": {}})
    with suppress(OSError):
        sys.stdout.flush()
    return 0


def _load_columns() -> None:
    """Load what reads columns, before the bounds: it is large by itself. Raises NoTable without it."""
    try:
        from core.tables.reading import parquets
    except ImportError:
        raise NoTable("tables.parquet") from None
    parquets.begin()


def _read(file: Path) -> Iterator[dict[str, Any]]:
    ending = file.suffix.lower()
    try:
        with open_regular(file) as opened:
            if os.fstat(opened.fileno()).st_size > MOST_FILE:
                raise NoTable("tables.too_large")
        if ending in _WORKBOOKS:
            from core.tables.reading import workbooks

            yield from workbooks.read(file)
            return
        if ending == _COLUMNS:
            from core.tables.reading import parquets

            yield from parquets.read(file)
            return
        from core.tables.reading import texts

        yield from texts.read_separated(file) if ending in _TEXTS else texts.read_lines(file)
    except OSError as error:
        said = why_failed(error, str(file))
        raise NoTable(said.id, **said.params) from None


def _print(value: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=True, separators=(",", ":")) + "\n")


def _bound() -> None:
    """Set the bounds that this system offers."""
    try:
        resource: Any = import_module("resource")  # by name: Windows has none, nor have its types
    except ImportError:
        return
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS + 1))
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(OSError, ValueError, IndexError):
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        most = pages * resource.getpagesize() + MOST_MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
