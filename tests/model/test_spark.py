"""Spark comes to what one machine does, also where a worker is lost. It has an environment of its own."""

import shutil
import sys

import pytest

from tests.benchmarks.columns_spark import in_environment


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32" or shutil.which("java") is None, reason="Spark needs a Java")
def test_two_workers_of_which_one_is_killed_come_to_what_one_machine_does() -> None:
    said = in_environment("compare", "1000000")
    assert "1,000,000 rows and the year of two scenarios equal to the fen, a worker killed" in said
