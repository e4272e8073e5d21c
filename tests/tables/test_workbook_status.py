"""A workbook's process says by its status why the system took no file."""

import errno
import json
import subprocess
import sys
from pathlib import Path

import pytest

from core.files import failed_in_child, why_failed
from core.tables.child import WRITE_TABLE, command

SHEET = {"sheet": "x", "header": ["a"], "widths": [8]}
TOLD = "\n".join(map(json.dumps, (SHEET, {"rows": [["1"]]}, {"end": True}))) + "\n"


def _status(file: Path, folder: Path) -> int:
    told = [*command(WRITE_TABLE), str(file), str(folder)]
    return subprocess.run(told, input=TOLD, text=True, check=False, capture_output=True).returncode


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="no device that is always full")
def test_a_full_disk_is_told_as_a_full_disk(tmp_path: Path) -> None:
    status = _status(Path("/dev/full"), tmp_path)
    assert status == errno.ENOSPC
    assert why_failed(failed_in_child(status, tmp_path), "x").id == "paper.fault.disk_full"


def test_a_workbook_that_was_written_ends_well(tmp_path: Path) -> None:
    assert _status(tmp_path / "x.xlsx", tmp_path) == 0


def test_a_process_that_was_killed_or_failed_otherwise_names_no_disk(tmp_path: Path) -> None:
    for status in (-9, 1, 3):
        said = why_failed(failed_in_child(status, tmp_path), "x", "tables.out_unwritable")
        assert said.id == "tables.out_unwritable", status
