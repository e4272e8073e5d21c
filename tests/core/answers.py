"""Answers as the tests compare them: without words, whose texts other tests look at."""

import json
from typing import Any

from core.exchange.answer import answer
from core.exchange.request import Asked, RequestReader
from core.settle import settle
from core.settlement import Settlement
from core.words import words


def settled(reader: RequestReader, request: dict[str, Any]) -> Settlement:
    """The settlement of a sound request."""
    asked = reader.read_tables(request, [])
    assert isinstance(asked, Asked), asked
    return settle(asked.policy, asked.claim)


def figures(found: Settlement) -> dict[str, Any]:
    """The answer without steps and notes."""
    return without_words(json.loads(answer(found, words())))


def without_words(made: dict[str, Any]) -> dict[str, Any]:
    """An answer, and each of its alternatives, without steps and notes."""
    kept = {key: value for key, value in made.items() if key not in {"steps", "notes"}}
    if "alternatives" in kept:
        kept["alternatives"] = [without_words(other) for other in kept["alternatives"]]
    return kept


def expected_of(made: dict[str, Any], expected: dict[str, Any]) -> dict[str, Any]:
    """What of an answer a worked case speaks of."""
    return {key: made.get(key) for key in expected}
