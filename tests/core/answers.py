"""Answers as the tests compare them: without words, whose texts other tests look at."""

import json
from collections.abc import Mapping
from typing import Any

from core.exchange.answer import answer
from core.exchange.request import Asked, RequestReader
from core.messages import Message
from core.money import grouped
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


def lines(found: Settlement) -> list[list[str]]:
    """The working as a worked case states it: label, amount, clause, and what the label says."""
    return [
        [
            step.label.id.removeprefix("step."),
            "" if step.amount is None else grouped(step.amount),
            step.source.clause,
            _places({name: text for name, text in step.label.params.items() if isinstance(text, str | int)}),
        ]
        for step in found.steps
    ]


def notes_of(found: Settlement) -> list[list[str]]:
    """The notes as a worked case states them: note, clause, and what it says."""
    return [
        [
            note.text.id.removeprefix("note."),
            "" if note.source is None else note.source.clause,
            _places(note.text.params),
        ]
        for note in found.notes
    ]


def _places(params: Mapping[str, Any]) -> str:
    said = ((name, text.id if isinstance(text, Message) else text) for name, text in params.items())
    return " ".join(f"{name}={text}" for name, text in sorted(said))
