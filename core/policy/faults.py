"""Pydantic's findings as faults in the program's own words."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from core.messages import Fault, Message

Model = TypeVar("Model", bound=BaseModel)
Location = tuple[str | int, ...]

ONE, TABLE = TAGS = "\0one", "\0table"
"""The tags of alternatives. They begin with a character that hardly any key of a file has."""

_KEY_MARK: Final = "[key]"
_DEEPEST: Final = 8
_OWN: Final = "fault."
_BY_TYPE: Final = {
    "missing": "fault.required",
    "extra_forbidden": "fault.unknown_field",
    "bool_type": "fault.yes_or_no",
    "string_type": "fault.text",
    "string_unicode": "fault.text",
    "string_too_short": "fault.text_empty",
    "dict_type": "fault.table",
    "model_type": "fault.table",
    "model_attributes_type": "fault.table",
    "tuple_type": "fault.list",
    "list_type": "fault.list",
    "frozen_set_type": "fault.list",
    "too_short": "fault.list_empty",
}


def faults_of(error: ValidationError, prefix: str = "") -> list[Fault]:
    """Return a fault for every error of pydantic's, by its field's dotted path behind ``prefix``."""
    details = error.errors(include_url=False, include_input=False)
    inside = {detail["loc"][:-1] for detail in details}
    return [
        Fault(path(_keys(detail), prefix), _message(detail))
        for detail in details
        # a list is also called too short where its items are at fault
        if not (
            detail["type"] == "too_short"
            and any(loc[: len(detail["loc"])] == detail["loc"] for loc in inside)
        )
    ]


def sound_part(
    model: type[Model], raw: object, required: Mapping[str, object], prefix: str = ""
) -> tuple[Model | None, list[Fault]]:
    """Return a model of the sound cells of some tables, and every fault of the others.

    ``required`` fills the required cells of the first level where they are at fault, so that a check over
    several cells can still be made. The model is None where too little is left.
    """
    try:
        return model.model_validate(raw), []
    except ValidationError as error:
        faults = faults_of(error, prefix)
        latest = error
    for _ in range(_DEEPEST):
        raw = _without(raw, latest, required)
        try:
            return model.model_validate(raw), faults
        except ValidationError as error:
            latest = error
    return None, faults


def _without(raw: object, error: ValidationError, required: Mapping[str, object]) -> object:
    """Copy the tables without the cells at fault. A table that lacks a required cell is left out."""
    if not isinstance(raw, Mapping):
        return dict(required)
    wrong: set[Location] = set()
    for detail in error.errors(include_url=False, include_input=False):
        keys = _keys(detail)
        wrong.add(keys[:-1] if detail["type"] == "missing" and len(keys) > 1 else keys)

    def sound(at: Location, value: object) -> bool:
        inside = isinstance(value, list) and any(keys[: len(at)] == at for keys in wrong)
        return at not in wrong and not inside

    def copied(value: object, at: Location) -> Any:
        if not isinstance(value, Mapping):
            return value
        return {key: copied(v, (*at, key)) for key, v in value.items() if sound((*at, key), v)}

    return {**required, **copied(raw, ())}


def _keys(detail: ErrorDetails) -> Location:
    """Return the path of an error without pydantic's own marks of keys and tags of alternatives."""
    keys = detail["loc"]
    if detail["type"] == "extra_forbidden":  # its last key was written by a person, whatever it looks like
        return keys
    if keys and keys[-1] == _KEY_MARK:
        keys = keys[:-1]
    return tuple(key for key in keys if key not in TAGS)


def path(keys: Iterable[str | int], prefix: str = "") -> str:
    """Return the dotted path of a field. A key of no characters is written ``""``."""
    return ".".join(part for part in (prefix, *(str(key) or '""' for key in keys)) if part)


def _message(detail: ErrorDetails) -> Message:
    kind = detail["type"]
    context = detail.get("ctx", {})
    if kind.startswith(_OWN):
        return Message(kind, context)
    if kind in {"enum", "literal_error"}:
        # pydantic joins the last two by an English word
        choices = str(context["expected"]).replace("'", "").replace(" or ", ", ")
        return Message("fault.choice", {"choices": choices})
    if kind in {"greater_than_equal", "less_than_equal"}:
        return Message("fault.number_range")
    return Message(_BY_TYPE.get(kind, "fault.form"))
