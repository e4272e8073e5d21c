"""A signal to end closes the window as a person closes it: what was typed is kept."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

_TYPES = """
import sys
from PySide6.QtCore import QTimer
from desktop import main as window
from desktop.views.window import application

def launched(language):
    program = once(language)
    def typed():
        program.counter_page.typed("name", "张建国")
        print("typed", flush=True)
    program.loaded.connect(lambda: QTimer.singleShot(0, typed))
    return program

once, window.launch = window.launch, launched
sys.exit(window.main([]))
"""


@pytest.mark.some_cases(1)
@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_end_keeps_what_was_typed(tmp_path: Path, number: int) -> None:
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "MINGZHANG_HOME": str(tmp_path),
        "PYTHONPATH": str(ROOT),
    }
    process = subprocess.Popen(
        [sys.executable, "-c", _TYPES], env=environment, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "typed\n"
        time.sleep(0.05)
        process.send_signal(number)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.stdout.close()
    from core.ledger.ledger import Ledger
    from desktop.presenters.counter.presenter import DESK

    ledger = Ledger(tmp_path / "practice.db")
    try:
        assert "张建国" in str(ledger.drafts.read(DESK))
    finally:
        ledger.close()
