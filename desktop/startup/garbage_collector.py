"""Python's garbage collector, kept out of every thread but the window's.

The collector runs in whichever thread happens to allocate. A Qt object that it finds in another thread is
destroyed there: that thread holds a lock of Qt's and waits for the interpreter, while the window's thread
holds the interpreter and waits for the lock. Both wait for ever.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_lock = Lock()
_threads = 0


@contextmanager
def paused() -> Iterator[None]:
    """Pause the collector while a thread beside the window's runs the block."""
    global _threads
    with _lock:
        _threads += 1
        gc.disable()
    try:
        yield
    finally:
        with _lock:
            _threads -= 1
            if not _threads:
                gc.freeze()  # with the next line, nothing counts as new: no collection is due at once
                gc.unfreeze()
                gc.enable()
