"""A stage's program as machine instructions: a function that compiled code may call like its own.

Nothing jumps: a choice is a selection between two values, so that a loop over rows can go on four or eight
of them at once.
"""

from collections.abc import Callable
from inspect import Parameter, Signature
from typing import Any, Final

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from core.model.printing import COMPARED, PORTION, Line, Stage
from core.money import WHOLE

_WHOLE: Final = ir.IntType(64)
_DOUBLE: Final = ir.DoubleType()
_MAGIC: Final = 0x4330000000000000
"""The bits of 2**52 as a double: or-ed with a whole number below 2**52 they are 2**52 plus that number."""


def stage_function(stage: Stage) -> Any:
    """Return a stage as a function for compiled code: figures, then quantities, to a tuple of its outputs."""

    def declare(_context: Any, *given: Any) -> Any:
        signature = types.UniTuple(types.int64, len(stage.outputs))(*[types.int64] * len(given))

        def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            results = _emit(stage, builder, values)
            return context.make_tuple(builder, signature.return_type, results)

        return signature, generate

    names = ("context", *(f"given_{place}" for place in range(stage.figures + len(stage.quantities))))
    told = [Parameter(name, Parameter.POSITIONAL_OR_KEYWORD) for name in names]
    vars(declare).update(__name__=stage.name, __signature__=Signature(told))
    return intrinsic(declare)


def _emit(stage: Stage, builder: Any, values: Any) -> list[Any]:
    known = {f"f{place}": value for place, value in enumerate(values[: stage.figures])}
    known |= {f"q{place}": value for place, value in enumerate(values[stage.figures :])}

    def value(operand: str | int) -> Any:
        return known[operand] if isinstance(operand, str) else _constant(operand)

    for place, line in enumerate(stage.lines):
        known[f"t{place}"] = _operation(builder, line, [value(one) for one in line[1:]])
    results = (known[result] for result in stage.results)
    return [builder.zext(one, _WHOLE) if one.type == ir.IntType(1) else one for one in results]


def _constant(number: int) -> Any:
    return ir.Constant(_WHOLE, number)


def _operation(builder: Any, line: Line, operands: list[Any]) -> Any:
    operation = str(line[0])
    if operation in COMPARED:
        return builder.icmp_signed(operation, *operands)
    return _EMITTED[operation](builder, *operands)


def _extreme(sign: str) -> Callable[..., Any]:
    return lambda builder, one, other: builder.select(builder.icmp_signed(sign, one, other), one, other)


def _portion(builder: Any, amount: Any, rate: Any) -> Any:
    """Emit ``rate`` of an amount, both from 0 to 2**52, rounded half up.

    A double comes within one of the answer, which the rest, in whole numbers, then makes exact.
    """
    magic, two_52 = _constant(_MAGIC), ir.Constant(_DOUBLE, float(1 << 52))

    def as_double(number: Any) -> Any:
        return builder.fsub(builder.bitcast(builder.or_(number, magic), _DOUBLE), two_52)

    by_one = builder.fmul(as_double(rate), ir.Constant(_DOUBLE, 1.0 / WHOLE))
    near = builder.fadd(builder.fmul(as_double(amount), by_one), two_52)
    found = builder.xor(builder.bitcast(near, _WHOLE), magic)
    product = builder.add(builder.mul(amount, rate), _constant(WHOLE // 2))
    rest = builder.sub(product, builder.mul(found, _constant(WHOLE)))
    above = builder.zext(builder.icmp_signed(">=", rest, _constant(WHOLE)), _WHOLE)
    below = builder.zext(builder.icmp_signed("<", rest, _constant(0)), _WHOLE)
    return builder.sub(builder.add(found, above), below)


def _floored(builder: Any, number: Any, divisor: Any) -> Any:
    """Emit a division of whole numbers, rounded down, by a divisor above 0."""
    quotient = builder.sdiv(number, divisor)
    rest = builder.sub(number, builder.mul(quotient, divisor))
    below = builder.zext(builder.icmp_signed("<", rest, _constant(0)), _WHOLE)
    return builder.sub(quotient, below)


_EMITTED: Final[dict[str, Callable[..., Any]]] = {
    "+": lambda builder, one, other: builder.add(one, other),
    "-": lambda builder, one, other: builder.sub(one, other),
    "*": lambda builder, one, other: builder.mul(one, other),
    "//": _floored,
    "min": _extreme("<"),
    "max": _extreme(">"),
    "where": lambda builder, condition, then, otherwise: builder.select(condition, then, otherwise),
    PORTION: _portion,
}
