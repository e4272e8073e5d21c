"""What the heads that are kept outside a ledger add to a posting."""

import os
import tempfile
from contextlib import closing
from pathlib import Path
from statistics import median
from time import perf_counter
from unittest.mock import patch

from core.counter import Counter
from core.exchange.request import RequestReader
from core.ledger.ledger import Ledger
from core.policy.shelf import load_documents, load_regions
from tests.ledger.desk import Desk, chronic

POSTS = 300
SHARE = 20
"""The heads may cost one part of so many of a posting."""


def main() -> None:
    """Prints the usual times of both, measured in the same postings; fails where the heads cost too much."""
    documents = load_documents()
    reader = RequestReader(documents, load_regions(documents)[0])
    with (
        tempfile.TemporaryDirectory() as folder,
        patch.dict(os.environ, MINGZHANG_HOME=folder),
        closing(Ledger(Path(folder, "ledger.db"))) as ledger,
    ):
        desk = Desk(Counter(reader, ledger))
        write, heads, posts = ledger.connection.after_commit, list[float](), list[float]()

        def timed() -> None:
            begun = perf_counter()
            write()
            heads.append(perf_counter() - begun)

        ledger.connection.after_commit = timed
        for number in range(POSTS):
            begun = perf_counter()
            desk.posted(chronic(), key=f"k{number}")
            posts.append(perf_counter() - begun)
    of_heads, of_posts = median(heads), median(posts)
    print(f"a durable posting    {of_posts * 1e3:6.3f} ms")
    print(f"its heads among that {of_heads * 1e3:6.3f} ms   {of_heads / of_posts:.1%} (at most 1/{SHARE})")
    assert of_heads <= of_posts / SHARE
