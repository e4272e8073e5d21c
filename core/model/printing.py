"""A recorded stage as a program: figures and quantities in, one operation a line, what it leaves out.

Kinds of visits whose stages come to the same program share it, and differ in the figures that they hand it.
"""

import hashlib
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

from core.model.columns import NOT_GIVEN
from core.model.recorder import Node, Operand, Outputs, is_number
from core.money import WHOLE

_NARROWED_KEPT: Final = 4096

COMPARED: Final = frozenset({"<", "<=", ">", ">=", "!="})
PORTION: Final = "portion"
"""The operation that `core.money.share` comes to: a rate of an amount, rounded half up."""

Line: TypeAlias = tuple[str | int, ...]
"""An operation and its operands: ``f0`` the first figure, ``q0`` the first quantity, ``t0`` the first line's
value, or a number."""


class Stage(NamedTuple):
    """A stage of visits as a program. ``quantities`` are its inputs after the figures, in order.

    ``outputs`` are the names of what it leaves, ``results`` the operands that hold them.
    """

    name: str
    figures: int
    quantities: tuple[str, ...]
    lines: tuple[Line, ...]
    outputs: tuple[str, ...]
    results: tuple[str, ...]


class StageOf(NamedTuple):
    """A kind's stage: its program, the figures for it, and the outputs that are plain numbers."""

    stage: Stage
    figures: tuple[int, ...]
    numbers: tuple[tuple[str, int], ...]


def print_stage(outputs: Outputs) -> StageOf:
    """Print the program that works out the outputs that are nodes."""
    lines = _Lines()
    results = {name: str(lines.of(value)) for name, value in outputs.items() if isinstance(value, Node)}
    numbers = tuple(
        (name, NOT_GIVEN if value is None else int(value))
        for name, value in outputs.items()
        if name not in results
    )
    figures, program = tuple(lines.figures.values()), tuple(lines.text)
    said = (len(figures), tuple(lines.quantities), program, tuple(results), tuple(results.values()))
    return StageOf(Stage(_name(said), *said), figures, numbers)


@lru_cache(_NARROWED_KEPT)
def narrowed(one: StageOf, chosen: frozenset[str]) -> StageOf:
    """Return a stage without the outputs that are not chosen, and without what only they need."""
    stage = one.stage
    results = {
        name: result for name, result in zip(stage.outputs, stage.results, strict=True) if name in chosen
    }
    needed = set(results.values())
    for place in range(len(stage.lines) - 1, -1, -1):
        if f"t{place}" in needed:
            needed |= {operand for operand in stage.lines[place][1:] if isinstance(operand, str)}
    kept = {"t": range(len(stage.lines)), "q": range(len(stage.quantities)), "f": range(stage.figures)}
    names = {
        f"{letter}{place}": f"{letter}{number}"
        for letter, places in kept.items()
        for number, place in enumerate(place for place in places if f"{letter}{place}" in needed)
    }
    lines = tuple(
        (line[0], *[names[operand] if isinstance(operand, str) else operand for operand in line[1:]])
        for place, line in enumerate(stage.lines)
        if f"t{place}" in names
    )
    figures = tuple(figure for place, figure in enumerate(one.figures) if f"f{place}" in names)
    quantities = tuple(name for place, name in enumerate(stage.quantities) if f"q{place}" in names)
    made = (len(figures), quantities, lines, tuple(results), tuple(names[name] for name in results.values()))
    numbers = tuple(number for number in one.numbers if number[0] in chosen)
    return StageOf(Stage(_name(made), *made), figures, numbers)


def _name(said: tuple[object, ...]) -> str:
    return f"stage_{hashlib.sha256(repr(said).encode()).hexdigest()[:24]}"


class _Lines:
    """The lines of a program, one a node, each printed once."""

    def __init__(self) -> None:
        self.text: list[Line] = []
        self.figures: dict[Node, int] = {}
        self.quantities: dict[str, str] = {}
        self._printed: dict[Node, str] = {}

    def of(self, operand: Operand) -> str | int:
        """Return the name of a node's value, or a number as it is written, printing what it needs first."""
        if not isinstance(operand, Node):
            return int(operand)
        printed = self._printed.get(operand)
        if printed is None:
            printed = self._printed[operand] = self._new(operand)
        return printed

    def _new(self, node: Node) -> str:
        if node.value is not None:
            self.figures[node] = node.value
            return f"f{len(self.figures) - 1}"
        if not node.operands:
            self.quantities[node.operation] = f"q{len(self.quantities)}"
            return self.quantities[node.operation]
        operation, operands = (
            (PORTION, portion) if (portion := _portion(node)) else (node.operation, node.operands)
        )
        line = (operation, *(self.of(one) for one in operands))
        self.text.append(line)
        return f"t{len(self.text) - 1}"


def _portion(node: Node) -> tuple[Operand, Operand] | None:
    """Return amount and rate where a node is a share rounded half up (`core.money.share`), else None."""
    summed = _left(node, "//", WHOLE)
    product = _left(summed, "+", WHOLE // 2)
    if isinstance(product, Node) and product.operation == "*":
        return product.operands[0], product.operands[1]
    return None


def _left(node: Operand | None, operation: str, right: int) -> Operand | None:
    """Return the first operand of an operation with a certain number, None for anything else."""
    if not isinstance(node, Node) or node.operation != operation or not is_number(node.operands[1], right):
        return None
    return node.operands[0]
