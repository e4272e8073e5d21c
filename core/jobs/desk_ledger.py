"""The ledger of a desk opened a second time, by the process that works for it."""

from collections.abc import Iterator
from contextlib import contextmanager

from core.counter import Counter, open_counter
from core.jobs.values import DeskLedger


@contextmanager
def opened(ledger: DeskLedger) -> Iterator[Counter]:
    """Open the ledger with the rules on file, and close it with the block.

    Who signed in at the window is signed in here: whoever hands over the key has opened the file. Raises
    LedgerUnavailable, and OSError where a folder of packs cannot be read.
    """
    counter = open_counter(ledger.file, ledger.folders, ledger.key, timeout=ledger.patience)
    try:
        if counter.operators.guarded():
            operator = counter.operators.find(ledger.operator)
            counter.operator = operator if operator is not None and operator.active else None
        yield counter
    finally:
        counter.close()
