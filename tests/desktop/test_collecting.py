"""Python's collector stays out of every thread but the window's."""

import gc
import threading
import weakref

from desktop.startup.garbage_collector import paused


class Knot:
    """Garbage that only the collector finds."""

    def __init__(self) -> None:
        self.self = self


def collected_in_a_thread(*, held: bool) -> bool:
    """Whether a thread that allocates much collects what another one left."""
    knot = weakref.ref(Knot())

    def work() -> None:
        if held:
            with paused():
                kept = [[number] for number in range(400_000)]
        else:
            kept = [[number] for number in range(400_000)]
        assert kept

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return knot() is None


def test_what_is_left_lies_until_the_window_s_own_thread_collects() -> None:
    gc.freeze()  # what other tests left need not be walked through
    assert collected_in_a_thread(held=False), "else this test would see nothing"
    assert not collected_in_a_thread(held=True)
    assert gc.isenabled()


def test_the_collector_comes_back_when_the_last_thread_has_ended() -> None:
    with paused():
        with paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
