"""The model's loop without a compiler: the printed loop and the recorded stages, as Python runs them.

What is recorded, printed and driven is the program's own; only the machine code is left out, whose making
takes seconds for each shape of rules. Tests that are about machine code ask for `compiled`.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np

from core.model.driving import Driver
from core.model.printing import COMPARED, PORTION, Stage
from core.money import share

_BETWEEN = frozenset({"+", "-", "*", "//", *COMPARED})


def loop_function(driver: Driver, stages: Mapping[str, Stage]) -> Callable[..., Any]:
    """Return a printed loop with the stages that it calls, as `core.model.kernels` does."""
    return _loop(driver, tuple(stages.values()))


@cache
def _loop(driver: Driver, stages: tuple[Stage, ...]) -> Callable[..., Any]:
    names: dict[str, Any] = {"np": np, **{stage.name: stage_function(stage) for stage in stages}}
    names |= {f"at_{name}": lambda array, place: int(array[place]) for name in driver.read}
    names |= {f"put_{name.replace('.', '_')}": _put for name in driver.results}
    exec(driver.source, names)
    found: Callable[..., Any] = names[driver.name]
    return found


def _put(array: Any, place: int, number: int) -> None:
    array[place] = number


def stage_function(stage: Stage) -> Callable[..., Any]:
    """Return a stage as a function of Python's whole numbers, which have no end."""
    given = [f"q{place}" for place in range(len(stage.quantities))]
    lines = [f"    {name} = int({name})" for name in given]
    lines += [f"    f{place} = int(figures[first + {place}])" for place in range(stage.figures)]
    lines += [f"    t{place} = {_operation(line)}" for place, line in enumerate(stage.lines)]
    results = "".join(f"int({result}), " for result in stage.results)
    head = f"def run({', '.join(['figures', 'first', *given])}):"
    names: dict[str, Any] = {"share": share}
    exec("\n".join([head, *lines, f"    return ({results})"]), names)
    found: Callable[..., Any] = names["run"]
    return found


def _operation(line: tuple[str | int, ...]) -> str:
    operation, *operands = map(str, line)
    if operation in _BETWEEN:
        return f" {operation} ".join(operands)
    if operation == "where":
        condition, then, otherwise = operands
        return f"{then} if {condition} else {otherwise}"
    called = {"min": "min", "max": "max", PORTION: "share"}[operation]
    return f"{called}({', '.join(operands)})"
