"""Rules are run by Python here, as a compiler takes seconds for each shape; `compiled` is for the others."""

from collections.abc import Iterator

import pytest

from core.model import kernels
from tests.model import interpreted


@pytest.fixture(autouse=True, scope="module")
def _interpreted() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("core.model.engine.loop_function", interpreted.loop_function)
        yield


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine code that the program runs."""
    monkeypatch.setattr("core.model.engine.loop_function", kernels.loop_function)
