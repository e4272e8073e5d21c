"""How busy the machine is: a limit in seconds is meant for one that has nothing else to do."""

import time

_WORK = 0.05


def slowness() -> float:
    """How many times as long as on an idle machine a piece of work takes at present."""
    began, worked = time.monotonic(), time.process_time()
    while time.process_time() - worked < _WORK:
        pass
    return max(1.0, (time.monotonic() - began) / _WORK)
