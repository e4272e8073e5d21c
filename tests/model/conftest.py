"""Rules are run by Python here, as a compiler takes seconds for each shape, and tables in this process.

`compiled` and `processes` are for the tests of the others.
"""

from collections.abc import Iterator

import pytest

from core.model import kernels
from tests.model import interpreted, own_processes


@pytest.fixture(autouse=True, scope="module")
def _interpreted() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("core.model.engine.loop_function", interpreted.loop_function)
        for place, instead in zip(
            own_processes.STARTED, (own_processes.reading, own_processes.written), strict=True
        ):
            patch.setattr(place, instead)
        yield


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine code that the program runs."""
    monkeypatch.setattr("core.model.engine.loop_function", kernels.loop_function)


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes of their own for tables, as the program has them."""
    for place, starts in own_processes.STARTED.items():
        monkeypatch.setattr(place, starts)
