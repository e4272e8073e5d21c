"""The recorder: a rule called once with symbols in the place of numbers leaves the graph of what it reckons.

A `Quantity` is a number that differs from row to row: it can be reckoned with, and nobody can ask what it
holds. A `Figure` is a number of the law or of a region: a rule may ask what it holds, and what it reckons of
figures alone is a figure again. Equal parts of a graph are one and the same node.
"""

import operator
from collections.abc import Callable
from typing import Any, Final, TypeAlias, Union

Operand: TypeAlias = Union["Node", int]

Outputs: TypeAlias = dict[str, Any]
"""What a stage leaves: by name a node, a number, or None where there is no such thing."""

_RECKONED: Final[dict[str, Callable[[int, int], int]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "//": operator.floordiv,
    "min": min,
    "max": max,
}

_COMPARED: Final[dict[str, Callable[[int, int], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "!=": operator.ne,
}


class Node:
    """A number of the graph: an operation on others, with no operands a name. ``value`` is a figure's own."""

    __slots__ = ("graph", "operands", "operation", "value")

    def __init__(
        self, graph: "Graph", operation: str, operands: tuple[Operand, ...], value: int | None
    ) -> None:
        self.graph = graph
        self.operation = operation
        self.operands = operands
        self.value = value

    def __array_namespace__(self) -> "Graph":
        """Return the functions `minimum`, `maximum` and `where` (`core.arithmetic`)."""
        return self.graph

    def __bool__(self) -> bool:
        """Answer what a figure holds. Raises TypeError for a quantity: it differs from row to row."""
        if self.value is None:
            msg = f"a rule asked what a row holds: {self.operation}"
            raise TypeError(msg)
        return self.value != 0

    def __neg__(self) -> Any:
        """Return 0 less the number."""
        return self.graph.reckon("-", 0, self)


def _operators(operation: str) -> tuple[Any, Any]:
    return (
        lambda self, other: self.graph.reckon(operation, self, other),
        lambda self, other: self.graph.reckon(operation, other, self),
    )


def _comparison(sign: str) -> Any:
    return lambda self, other: self.graph.compare(sign, self, other)


for _name, _operation in {"add": "+", "sub": "-", "mul": "*", "floordiv": "//"}.items():
    for _prefix, _function in zip(("__", "__r"), _operators(_operation), strict=True):
        setattr(Node, f"{_prefix}{_name}__", _function)
for _name, _sign in {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "ne": "!="}.items():
    setattr(Node, f"__{_name}__", _comparison(_sign))


class Graph:
    """Every node of a recording, and the functions that a rule may use beside the operators."""

    def __init__(self) -> None:
        self._nodes: dict[tuple[Any, ...], Node] = {}
        self._figures = 0

    def quantity(self, name: str) -> Node:
        """Return the quantity of a name."""
        return self._node(name, (), None)

    def figure(self, value: int) -> Node:
        """Return a figure of its own. Two figures are two, also where they hold the same today."""
        self._figures += 1
        return self._node(f"figure {self._figures}", (), value)

    def reckon(self, operation: str, first: Operand, second: Operand) -> Operand:
        """Return the node of an operation, a figure where both operands are known, or the operand itself."""
        if (operation in "+-" and is_number(second, 0)) or (
            operation in ("*", "//") and is_number(second, 1)
        ):
            return first
        if operation == "+" and is_number(first, 0):
            return second
        return self._node(operation, (first, second), _known(operation, first, second))

    def compare(self, sign: str, first: Operand, second: Any) -> Any:
        """Return the node of a comparison, the answer itself where both sides are known."""
        one, other = value_of(first), value_of(second)
        if one is None or other is None:
            return self._node(sign, (first, second), None)
        return {
            "<": one < other,
            "<=": one <= other,
            ">": one > other,
            ">=": one >= other,
            "!=": one != other,
        }[sign]

    def minimum(self, first: Operand, second: Operand) -> Operand:
        """Return the node of the smaller of two."""
        return self._node("min", (first, second), _known("min", first, second))

    def maximum(self, first: Operand, second: Operand) -> Operand:
        """Return the node of the larger of two."""
        return self._node("max", (first, second), _known("max", first, second))

    def where(self, condition: Any, then: Operand, otherwise: Operand) -> Operand:
        """Return the node of a choice between two."""
        if isinstance(condition, bool):
            return then if condition else otherwise
        return then if then is otherwise else self._node("where", (condition, then, otherwise), None)

    def _node(self, operation: str, operands: tuple[Operand, ...], value: int | None) -> Node:
        key = (operation, *(("", id(one)) if isinstance(one, Node) else one for one in operands))
        node = self._nodes.get(key)
        if node is None:
            node = self._nodes[key] = Node(self, operation, operands, value)
        return node


def value_of(operand: Any) -> int | None:
    """Return what is known of an operand: a number, a figure's, None for a quantity."""
    return operand.value if isinstance(operand, Node) else int(operand)


def is_number(operand: Any, number: int) -> bool:
    """Return whether an operand is a certain number as it is written in a rule."""
    return not isinstance(operand, Node) and int(operand) == number


def _known(operation: str, first: Operand, second: Operand) -> int | None:
    one, other = value_of(first), value_of(second)
    return None if one is None or other is None else _RECKONED[operation](one, other)
