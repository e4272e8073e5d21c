"""Python's garbage collector, kept out of every thread but the window's.

It runs in whichever thread happens to allocate. A Qt object that it finds in another one is destroyed there,
under a lock of Qt's and waiting for the interpreter; the window has that and waits for the lock: for ever.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_lock = Lock()
_threads = 0


@contextmanager
def paused() -> Iterator[None]:
    """Nothing is collected while a thread beside the window's runs this."""
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
                gc.freeze()  # with the next line: nothing counts as new, so that no collection is due at once
                gc.unfreeze()
                gc.enable()
