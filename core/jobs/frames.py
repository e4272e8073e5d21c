"""Values sent from one process of this program to another, each with its length before it."""

import copyreg
import io
import pickle
import struct
from collections.abc import Iterator
from types import MappingProxyType
from typing import Any, Final

_LENGTH: Final = struct.Struct(">Q")
_OWN: Final = ("core.", "datetime", "pathlib")
_BUILT_IN: Final = frozenset(
    {"builtins.dict", "builtins.frozenset", "builtins.getattr", "types.MappingProxyType"}
)


def _proxy(items: dict[Any, Any]) -> "MappingProxyType[Any, Any]":
    return MappingProxyType(items)


def _taken_apart(proxy: "MappingProxyType[Any, Any]") -> tuple[Any, ...]:
    return _proxy, (dict(proxy),)


copyreg.pickle(MappingProxyType, _taken_apart)


class _OwnValues(pickle.Unpickler):
    """Reads values of this program and nothing else, so that no bytes can name another thing to call."""

    def find_class(self, module: str, name: str) -> Any:
        """Return a class of the core, of days or of paths. Raises UnpicklingError for any other."""
        if not module.startswith(_OWN) and f"{module}.{name}" not in _BUILT_IN:
            raise pickle.UnpicklingError(f"{module}.{name}")
        return super().find_class(module, name)


def framed(value: object) -> bytes:
    """Return a value as bytes that `Frames` takes apart again."""
    content = pickle.dumps(value, protocol=5)
    return _LENGTH.pack(len(content)) + content


class Frames:
    """Puts the bytes of a stream together to values."""

    def __init__(self) -> None:
        self._held = bytearray()

    def take(self, more: bytes) -> Iterator[Any]:
        """Yield the values that are whole now. Raises UnpicklingError."""
        self._held += more
        while len(self._held) >= _LENGTH.size:
            end = _LENGTH.size + _LENGTH.unpack_from(self._held)[0]
            if len(self._held) < end:
                return
            content = bytes(self._held[_LENGTH.size : end])
            del self._held[:end]
            yield _OwnValues(io.BytesIO(content)).load()
