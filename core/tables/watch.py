"""Long work that tells how far it is and can be stopped."""

from collections.abc import Callable, Iterator, Sequence
from time import monotonic
from typing import Final, TypeVar

Tell = Callable[[str, int, int], None]
"""Takes a stage (reading, settling, posting, writing, finishing), the rows done, of how many (0: unknown)."""

_EVERY: Final = 0.5
_STRIDE: Final = 64
_Item = TypeVar("_Item")


class Cancelled(Exception):
    """Somebody stopped the work. Nothing of it is left."""


class Watch:
    """Tells about work every half second, and ends it where somebody wants it stopped.

    ``stopped`` may be asked from the thread that works; what it reads may be set from another one.
    """

    def __init__(self, told: Tell | None = None, stopped: Callable[[], bool] | None = None) -> None:
        self._told = told
        self._stopped = stopped
        self._next = 0.0

    def unstoppable(self) -> "Watch":
        """Return a watch over work that has to be finished."""
        return Watch(self._told)

    def heed(self) -> None:
        """Raise Cancelled where somebody wants the work stopped."""
        if self._stopped is not None and self._stopped():
            raise Cancelled

    def tell(self, stage: str, done: int, of: int) -> None:
        """Say how far the work is, if half a second has passed since the last time. Raises Cancelled."""
        self.heed()
        if self._told is not None and monotonic() >= self._next:
            self._next = monotonic() + _EVERY
            self._told(stage, done, of)

    def each(self, stage: str, items: Sequence[_Item]) -> Iterator[_Item]:
        """Yield items one by one, and say how many are done. Raises Cancelled."""
        for done, item in enumerate(items):
            if done % _STRIDE == 0:
                self.tell(stage, done, len(items))
            yield item
