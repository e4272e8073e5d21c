"""What holds for every test: no display is needed, and nobody's own data is touched."""

import os
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(autouse=True)
def _own_home(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The user's folder of this test alone."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("MINGZHANG_HOME", str(home))
    return home
