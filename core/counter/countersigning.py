"""An act at a desk where somebody else is signed in: a supervisor proves by the PIN to be there."""

from collections.abc import Callable
from typing import TypeVar

from core.counter.counter import Counter
from core.messages import Fault

Done = TypeVar("Done")


def countersigned(
    counter: Counter, name: str, pin: str, act: Callable[[str], Done | list[Fault]]
) -> Done | list[Fault]:
    """Do an act in the name of an operator who proves to be there by the PIN, or return why not.

    Whoever is signed in stays so. ``name`` may be the operator's short number. ``act`` takes the name; a
    wrong PIN is counted.
    """
    numbers = {str(number): known for known, number in counter.operators.numbers().items()}
    proved = counter.operators.sign_in(numbers.get(name.strip(), name), pin)
    if isinstance(proved, list):
        return proved
    before, counter.operator = counter.operator, proved
    try:
        return act(proved.name)
    finally:
        counter.operator = before
