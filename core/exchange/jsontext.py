"""JSON as the interface reads it: no number passes through a binary float, and every oddity keeps its field.

`read_object` returns the tables of one object and the faults that JSON itself brings: duplicate keys, nulls,
fractions, exponents, NaN, numbers too long to be amounts, text that is not Unicode. In place of each cell at
fault stands a value that no cell takes. So everything else can still be checked, each in its own place, and
nothing that is there is called missing.
"""

import json
from codecs import BOM_UTF8
from collections.abc import Iterable
from typing import Any, Final

from core.messages import Fault, Message
from core.policy.faults import path

LONGEST: Final = 2_000_000
"""The longest text of one object (bytes); a request with a whole pack in it has some 20 000."""

_LONGEST_NUMBER: Final = 40
_DEEPEST: Final = 100  # well before any interpreter's own end, which differs
_BETWEEN: Final = " \t\r\n"
_AT_FAULT: Final = 0.5  # no cell takes a fraction, and JSON can write it


class _Oddity:
    """A value that JSON allows and the interface refuses; ``fault`` is the id of the message."""

    def __init__(self, fault: str) -> None:
        self.fault = fault


class _Object(dict[str, Any]):
    """A JSON object that remembers which of its keys stood more than once."""

    repeated: frozenset[str]


def _object(pairs: list[tuple[str, Any]]) -> _Object:
    tables = _Object(pairs)
    seen: set[str] = set()
    tables.repeated = frozenset(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
    return tables


def _whole_number(text: str) -> int | _Oddity:
    if text.startswith("-"):
        return _Oddity("fault.number_sign")
    return int(text) if len(text) <= _LONGEST_NUMBER else _Oddity("fault.number_long")


def _fraction(_text: str) -> _Oddity:
    return _Oddity("fault.number_fraction")


def _constant(_text: str) -> _Oddity:
    return _Oddity("fault.number_unreal")


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_whole_number, parse_float=_fraction, parse_constant=_constant
)


class _Odd(Exception):
    """The text holds what the quick reading does not know."""


def _plain_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    tables = dict(pairs)
    if len(tables) != len(pairs):
        raise _Odd
    return tables


def _plain_number(text: str) -> int:
    if text[0] == "-" or len(text) > _LONGEST_NUMBER:
        raise _Odd
    return int(text)


def _odd(_text: str) -> None:
    raise _Odd


_QUICK: Final = json.JSONDecoder(
    object_pairs_hook=_plain_object, parse_int=_plain_number, parse_float=_odd, parse_constant=_odd
)


def _quickly(text: str) -> Any:
    """Return the value of a text without any oddity, None where it may have one.

    A text of whole characters, without escapes of them and without the word null, whose brackets cannot nest
    too deeply, has no fault but those that its decoding meets; nothing has to be walked through again.
    """
    if "null" in text or "\\u" in text or text.count("{") + text.count("[") > _DEEPEST:
        return None
    text = text.strip(_BETWEEN)
    try:
        value, end = _QUICK.raw_decode(text)
    except (_Odd, ValueError):
        return None
    return value if end == len(text) else None


class NotAnObject(Exception):
    """The text is not one JSON object. `said` is the message."""

    def __init__(self, id_: str) -> None:
        super().__init__(id_)
        self.said = Message(id_)


def read_object(text: bytes | str) -> tuple[dict[str, Any], list[Fault]]:
    """Return the tables of one JSON object, cells at fault replaced, and the faults. Raises NotAnObject."""
    faults: list[Fault] = []
    if len(text) > LONGEST:
        raise NotAnObject("fault.request_long")
    try:
        decoded = text.removeprefix(BOM_UTF8).decode() if isinstance(text, bytes) else text
        quick = _quickly(decoded) if decoded is not text or text.isascii() else None
        if type(quick) is dict:
            return quick, []
        value = _DECODER.decode(decoded)
        tables = _sound(value, (), faults)
    except UnicodeDecodeError:
        raise NotAnObject("fault.not_utf8") from None
    except RecursionError:
        raise NotAnObject("fault.nested") from None
    except ValueError:
        raise NotAnObject("fault.not_json") from None
    if not isinstance(value, _Object):
        raise NotAnObject("fault.not_an_object")
    return tables, faults


def _sound(value: Any, at: tuple[str | int, ...], faults: list[Fault]) -> Any:
    """Return the value with its cells at fault replaced, and add the faults.

    Raises RecursionError where it nests too deeply.
    """
    if len(at) > _DEEPEST:
        raise RecursionError

    def cell(key: str | int, inner: Any, fault: str | None) -> Any:
        if fault is None:
            return _sound(inner, (*at, key), faults)
        faults.append(Fault(path((*at, key)), Message(fault)))
        return _AT_FAULT

    if isinstance(value, _Object):
        cells = {key: cell(key, inner, _fault(key, inner, value.repeated)) for key, inner in value.items()}
        return {key: inner for key, inner in cells.items() if _is_text(key)}
    if isinstance(value, list):
        return [cell(position, inner, _fault("", inner)) for position, inner in enumerate(value)]
    return value


def _fault(key: str, value: Any, repeated: frozenset[str] = frozenset()) -> str | None:
    """Return the id of what JSON allows and the interface refuses; None where the cell is sound so far."""
    if key in repeated:
        return "fault.repeated_key"
    if value is None:
        return "fault.null"
    if isinstance(value, _Oddity):
        return value.fault
    if not _is_text(key) or (isinstance(value, str) and not _is_text(value)):
        return "fault.text"
    return None


def _is_text(text: str) -> bool:
    """Return whether a string is Unicode text. Half of a pair of surrogates is none."""
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)


def within(field: str, fields: Iterable[str]) -> bool:
    """Return whether a field is one of some others or lies inside one of them."""
    return any(field == other or field.startswith(f"{other}.") for other in fields)


_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(", ", ": "), check_circular=False)


quoted: Final = json.encoder.encode_basestring
"""Writes a text as a string of JSON, Chinese as it is."""


def write_line(value: object) -> str:
    """Return a value as one line of JSON, Chinese as it is. Text that cannot be encoded is replaced."""
    return encodable(_ENCODER.encode(value))


def encodable(text: str) -> str:
    """Return a text with whatever cannot be encoded replaced."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text
