"""A counter over a real ledger file."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.counter import Counter
from core.exchange.request import RequestReader
from core.ledger.ledger import Ledger
from core.policy.shelf import load_documents, load_regions
from tests.ledger.desk import Desk


@pytest.fixture(scope="session")
def reader() -> RequestReader:
    documents = load_documents()
    return RequestReader(documents, load_regions(documents)[0])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


@pytest.fixture
def desk(path: Path, reader: RequestReader) -> Iterator[Desk]:
    counter = Counter(reader, Ledger(path))
    yield Desk(counter)
    counter.close()
