"""The three functions that a rule may use beside ``+ - * //``: on integers and on columns alike.

A rule is written once. Given whole numbers, it settles one patient. Given columns (any object that follows
the Python array API standard, such as a NumPy array), the same lines settle a whole file.
Columns bring their own functions by ``__array_namespace__``, so nothing is imported for them here.

The annotations say ``int`` because the counter passes whole numbers.
"""

from typing import Any


def _namespace(*values: Any) -> Any:
    for value in values:
        if hasattr(value, "__array_namespace__"):
            return value.__array_namespace__()
    msg = f"a rule takes whole numbers or columns, not {[type(value).__name__ for value in values]}"
    raise TypeError(msg)


def minimum(first: int, second: int) -> int:
    """Return the smaller of two quantities (row by row for columns)."""
    if type(first) is int and type(second) is int:
        return first if first < second else second
    return _namespace(first, second).minimum(first, second)  # type: ignore[no-any-return]


def maximum(first: int, second: int) -> int:
    """Return the larger of two quantities (row by row for columns)."""
    if type(first) is int and type(second) is int:
        return first if first > second else second
    return _namespace(first, second).maximum(first, second)  # type: ignore[no-any-return]


def where(condition: Any, then: int, otherwise: int) -> Any:
    """Return ``then`` where the condition holds, else ``otherwise`` (row by row for columns)."""
    if isinstance(condition, bool):
        return then if condition else otherwise
    return _namespace(condition, then, otherwise).where(condition, then, otherwise)
