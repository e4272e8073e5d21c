"""A stage's program as machine instructions: a function that compiled code may call like its own.

Nothing jumps: a choice is a selection between two values, so that a loop over rows can go on four or eight
of them at once.
"""

from collections.abc import Callable, Sequence
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
    """Return a stage as a function for compiled code.

    It takes the array of figures, the place of the stage's first one, and its quantities; it returns a tuple
    of its outputs.
    """

    def declare(_context: Any, figures: Any, _first: Any, *given: Any) -> Any:
        signature = types.UniTuple(types.int64, len(stage.outputs))(
            figures, types.int64, *[types.int64] * len(given)
        )

        def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            array = context.make_array(signature.args[0])(context, builder, values[0])
            results = _emit(stage, builder, array.data, values[1], values[2:])
            return context.make_tuple(builder, signature.return_type, results)

        return signature, generate

    names = ("context", "figures", "first", *(f"given_{place}" for place in range(len(stage.quantities))))
    return _named(declare, stage.name, names)


def _named(declare: Any, name: str, parameters: Sequence[str]) -> Any:
    """Return a function for compiled code under a name, with as many parameters as it really takes."""
    told = [Parameter(one, Parameter.POSITIONAL_OR_KEYWORD) for one in parameters]
    vars(declare).update(__name__=name, __signature__=Signature(told))
    return intrinsic(declare)


def loads_and_stores(columns: Sequence[str], results: Sequence[str]) -> dict[str, Any]:
    """Return ``at_NAME(array, i)`` for each column and ``put_NAME(array, i, number)`` for each result.

    They tell the compiler that no two of the arrays share memory, without which it would go row by row.
    """
    scopes = {name: f"{kind} {name}" for kind, names in (("in", columns), ("out", results)) for name in names}
    found = {
        f"at_{name}": _load(f"at_{name}", scopes[name], [scopes[one] for one in results]) for name in columns
    }
    for name in results:
        others = [scope for one, scope in scopes.items() if one != name]
        found[f"put_{name}"] = _store(f"put_{name}", scopes[name], others)
    return found


def _pointer(context: Any, builder: Any, kind: Any, values: Any) -> Any:
    return builder.gep(context.make_array(kind)(context, builder, values[0]).data, [values[1]])


def _load(name: str, scope: str, others: Sequence[str]) -> Any:
    def declare(_context: Any, array: Any, _place: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            loaded = builder.load(_pointer(context, builder, signature.args[0], values))
            _apart(builder.module, loaded, scope, others)
            return loaded

        return types.int64(array, types.int64), generate

    return _named(declare, name, ("context", "array", "place"))


def _store(name: str, scope: str, others: Sequence[str]) -> Any:
    def declare(_context: Any, array: Any, _place: Any, _number: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            stored = builder.store(values[2], _pointer(context, builder, signature.args[0], values))
            _apart(builder.module, stored, scope, others)
            return context.get_dummy_value()

        return types.void(array, types.int64, types.int64), generate

    return _named(declare, name, ("context", "array", "place", "number"))


def _apart(module: Any, instruction: Any, scope: str, others: Sequence[str]) -> None:
    """Say which memory an instruction touches, and which it does not."""
    domain = module.add_metadata(["mingzhang"])
    instruction.set_metadata("alias.scope", module.add_metadata([module.add_metadata([scope, domain])]))
    apart = [module.add_metadata([other, domain]) for other in others]
    instruction.set_metadata("noalias", module.add_metadata(apart))


def _emit(stage: Stage, builder: Any, figures: Any, first: Any, quantities: Any) -> list[Any]:
    known = {f"q{place}": value for place, value in enumerate(quantities)}
    unchanging = builder.module.add_metadata([])
    for place in range(stage.figures):
        loaded = builder.load(builder.gep(figures, [builder.add(first, _constant(place))]))
        loaded.set_metadata("invariant.load", unchanging)
        known[f"f{place}"] = loaded

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
    """Emit ``rate`` (0 to 2**32) of an amount (0 to 2**52), rounded half up.

    A double comes within one of the answer, which the rest, in whole numbers, then makes exact.
    """
    magic, two_52 = _constant(_MAGIC), ir.Constant(_DOUBLE, float(1 << 52))

    def as_double(number: Any) -> Any:
        return builder.fsub(builder.bitcast(builder.or_(number, magic), _DOUBLE), two_52)

    by_one = builder.fmul(as_double(rate), ir.Constant(_DOUBLE, 1.0 / WHOLE))
    near = builder.fadd(builder.fmul(as_double(amount), by_one), two_52)
    found = builder.xor(builder.bitcast(near, _WHOLE), magic)
    short = builder.and_(rate, _constant(0xFFFFFFFF))  # a rate is: half the work of a whole multiplication
    product = builder.add(builder.mul(amount, short), _constant(WHOLE // 2))
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
