"""Codes and names of the insurer's platform, which differ from place to place: a hospital adds its own."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from core.files import read_bounded, why_failed
from core.messages import Message, message, reason_of
from core.places import RESOURCES
from core.tables.names import Names, known_names

_PLATFORM: Final = RESOURCES / "platform"

_LARGEST: Final = 1_000_000
"""The most bytes of a hospital's own file of codes."""


class Codes:
    """What a code stands for: the payer of a fund row, the part of a policy item, a total of the year.

    A code that is not known is None; whoever reads it keeps and shows it.
    """

    def __init__(self, tables: Mapping[str, Any]) -> None:
        self._meanings: dict[str, dict[str, str]] = {}
        self.add(tables)

    def add(self, tables: Mapping[str, Any]) -> str | None:
        """Take further codes; return the first entry that is none, None where all are."""
        for group, meanings in tables.items():
            for meaning, codes in meanings.items() if isinstance(meanings, dict) else ((group, None),):
                if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
                    return f"{group}.{meaning}"
                for code in codes:
                    self._meanings.setdefault(group, {})[code.upper()] = meaning
        return None

    def payer(self, code: str) -> str | None:
        """Return basic, critical, assistance, hospital, account or either for a fund's code."""
        return self._meanings["funds"].get(code.upper())

    def item(self, code: str) -> str | None:
        """Return the part of a bill that a policy item states."""
        return self._meanings["items"].get(code.upper())

    def total(self, code: str) -> str | None:
        """Return the total of the year that a code of 5206 states."""
        return self._meanings["totals"].get(code.upper())

    def agrees(self, code: str) -> bool | None:
        """Return whether an answer of 3202 says that a row agrees, None where it is not known."""
        meaning = self._meanings["statement"].get(code.upper())
        return None if meaning is None else meaning == "agrees"


def known_codes() -> Codes:
    """Return the codes that ship with the program."""
    return Codes(_read("codes"))


def add_codes(codes: Codes, file: Path) -> Message | None:
    """Add the codes of a hospital's own file; return what is wrong with it, None where nothing is."""
    try:
        tables = tomllib.loads(read_bounded(file, _LARGEST).decode("utf-8-sig"))
    except OSError as error:
        return why_failed(error, str(file))
    except (ValueError, RecursionError) as error:
        return message("fault.toml", reason=reason_of(error))
    wrong = codes.add(tables)
    return None if wrong is None else message("tables.map_entry", entry=wrong)


def result_names() -> Names:
    """Return the names of columns with those of results: what the platform paid, beside what was claimed."""
    names = known_names()
    results = _read("results")["names"]
    names.fields |= frozenset(results)
    for field, each in results.items():
        names.add_names(field, each)
    return names


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_PLATFORM / f"{name}.toml").read_text(encoding="utf-8"))
