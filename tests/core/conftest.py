"""What the tests of the core share: the documents, the shipped packs, and a reader over them."""

import pytest

from core.exchange.request import RequestReader
from core.policy.in_force import Documents
from core.policy.shelf import load_documents, load_regions


@pytest.fixture(scope="session")
def documents() -> Documents:
    return load_documents()


@pytest.fixture(scope="session")
def reader(documents: Documents) -> RequestReader:
    regions, bad = load_regions(documents)
    assert bad == ()
    return RequestReader(documents, regions)
