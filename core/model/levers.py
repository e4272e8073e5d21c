"""A policy with other figures: a region's, or a document's, each put in by its path.

``inpatient.deductible.level_2`` and whatever else a pack may state is the region's. What a document settles
has the path of its section (``pooled.annual_limit``, ``common_outpatient.rate``). The figures of critical
illness have one path, ``critical_illness.YEAR.KEY``, wherever they stand. Nothing is put on file by it.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from types import UnionType
from typing import Annotated, Any, Final, NamedTuple, Union, get_args, get_origin

from pydantic import TypeAdapter, ValidationError

from core.messages import Fault, Message, message
from core.policy.cells import StrictModel
from core.policy.documents import Document
from core.policy.faults import faults_of
from core.policy.in_force import Documents
from core.policy.regions import RegionPack
from core.policy.select import Policy

_CRITICAL: Final = "critical_illness"
_IN_THE_DOCUMENT: Final[Mapping[str, tuple[str, ...]]] = {
    "deductible": ("deductible", "yuan"),
    "bands": ("bands", "rows"),
    "cap": ("cap", "yuan"),
    "tilted": ("tilt", "categories"),
    "tilt_deductible_percent": ("tilt", "deductible_percent"),
    "tilt_points": ("tilt", "points"),
    "counts_category_b": ("scope", "counts_category_b"),
}
"""Where a document has the keys that a region states of a year without one."""
_FIGURES: Final = ("yuan", "percent", "rows", "values", "categories")
"""The cell of a cited table that is its figure."""
_FIXED: Final = ("id", "name", "effective", "source")
_OPENING, _CLOSING = "[{", "]}"


class Lever(NamedTuple):
    """One figure to put in: its dotted path, and its value as it was written."""

    path: str
    written: str


Scenario = tuple[Lever, ...]
"""Figures that are put in together."""


def scenario_of(text: str) -> Scenario | Message:
    """Return the levers of ``PATH=VALUE``, or of several with commas between them, or what is wrong."""
    levers: list[Lever] = []
    for part in _parts(text):
        path, sign, written = part.partition("=")
        if not sign or not path.strip() or not written.strip():
            return message("model.fault.set_form", text=part.strip())
        if any(lever.path == path.strip() for lever in levers):
            return message("model.fault.set_twice", path=path.strip())
        levers.append(Lever(path.strip(), written.strip()))
    return tuple(levers)


def _parts(text: str) -> Iterator[str]:
    """Yield what stands between commas, but for those inside brackets and quotes."""
    depth, quoted, start = 0, False, 0
    for at, letter in enumerate(text):
        if letter == '"':
            quoted = not quoted
        elif not quoted and letter in _OPENING:
            depth += 1
        elif not quoted and letter in _CLOSING:
            depth -= 1
        elif letter == "," and not quoted and depth <= 0:
            yield text[start:at]
            start = at + 1
    yield text[start:]


def name_of(scenario: Scenario) -> str:
    """Return a scenario as it is asked for."""
    return ",".join(f"{lever.path}={lever.written}" for lever in scenario)


def with_levers(policy: Policy, scenario: Scenario, year: int) -> Policy | Fault:
    """Return a policy with the figures of a scenario in a year, or why one of them cannot be put in."""
    for lever in scenario:
        try:
            policy = _with(policy, lever, year)
        except _NoSuchPath:
            return Fault("set", message("model.fault.path", path=lever.path))
        except ValidationError as error:
            why = faults_of(error)[0].message
            return Fault("set", message("model.fault.value", path=lever.path, value=lever.written, why=why))
    return policy


class _NoSuchPath(LookupError):
    """Neither a pack nor a document in force has such a figure."""


def _with(policy: Policy, lever: Lever, year: int) -> Policy:
    keys, value = lever.path.split("."), _value(lever.written)
    room, *rest = keys
    if room == _CRITICAL and len(rest) > 1:
        return _with_critical(policy, rest, value, year)
    if room in RegionPack.model_fields and room not in _FIXED:
        try:
            return Policy(policy.documents, _put(policy.region, keys, value))
        except _NoSuchPath:
            pass  # a document may have a section of the same name
    return _with_section(policy, room, rest, value, year)


def _with_critical(policy: Policy, keys: Sequence[str], value: object, year: int) -> Policy:
    """Put in a figure of critical illness: the pack's where the year leaves it open, else the document's."""
    of_year, key, *rest = keys
    if of_year != str(year):
        raise _NoSuchPath
    rule = policy.critical_rule(date(year, 12, 31))
    if rule is None or key in policy.documents.open_critical_keys(year):
        return Policy(policy.documents, _put(policy.region, [_CRITICAL, *keys], value))
    inside = _IN_THE_DOCUMENT.get(key)
    if inside is None:
        return _with_section(policy, _CRITICAL, [key, *rest], value, year)
    return _with_section(policy, _CRITICAL, [*inside, *rest], value, year)


def _with_section(policy: Policy, section: str, keys: Sequence[str], value: object, year: int) -> Policy:
    """Put in a figure of the document whose section is in force at the end of the year."""
    if section not in Document.model_fields or not keys:
        raise _NoSuchPath
    rule = policy.documents.in_force(section, date(year, 12, 31))
    if rule is None:
        raise _NoSuchPath
    changed = rule.document.model_copy(update={section: _put(rule.section, keys, value)})
    every = (changed if each is rule.document else each for each in policy.documents.all)
    return Policy(Documents(every), policy.region)


def _value(written: str) -> object:
    """Return a value as TOML has it; a bare word is text, and a number with a fraction stays one."""
    try:
        return tomllib.loads(f"value = {written}", parse_float=str)["value"]
    except (ValueError, RecursionError):
        return written


def _put(model: Any, keys: Sequence[str], value: object) -> Any:
    """Return a model with another figure at a path. Raises _NoSuchPath and ValidationError."""
    key, *rest = keys
    name = next(
        (name for name, field in type(model).model_fields.items() if key in (name, field.alias)), None
    )
    if name is None:
        raise _NoSuchPath
    field = type(model).model_fields[name]
    annotation: Any = field.annotation
    for part in field.metadata:
        annotation = Annotated[annotation, part]
    return model.model_copy(update={name: _below(annotation, getattr(model, name), rest, value)})


def _below(annotation: Any, old: object, keys: Sequence[str], value: object) -> object:
    """Return what stands at a field with a figure put in at a path below it."""
    if isinstance(old, Mapping) and keys:
        return _in_table(annotation, old, keys, value)
    if not keys and isinstance(old, StrictModel) and not isinstance(value, dict):
        figure = next((name for name in _FIGURES if getattr(old, name, None) is not None), None)
        if figure is None:
            raise _NoSuchPath
        return _put(old, [figure], value)
    if not keys:
        return _validated(annotation, value)
    if not isinstance(old, StrictModel):
        model = next((arm for arm in _arms(annotation) if _is_model(arm)), None)
        if model is None or old is not None:
            raise _NoSuchPath
        old = model()
    return _put(old, keys, value)


def _in_table(annotation: Any, old: Mapping[Any, Any], keys: Sequence[str], value: object) -> object:
    """Return a table with a figure put in under its key."""
    table = next((arm for arm in _arms(annotation) if get_origin(arm) in (dict, Mapping)), None)
    if table is None:
        raise _NoSuchPath
    of_key, of_value = get_args(table)
    key = TypeAdapter(of_key).validate_python(keys[0])
    before = old.get(key)
    if before is None and len(keys) > 1:
        model = next((arm for arm in _arms(of_value) if _is_model(arm)), None)
        before = None if model is None else model()
    return {**old, key: _below(of_value, before, keys[1:], value)}


def _validated(annotation: Any, value: object) -> object:
    """Return a value of a field; one figure is taken for a list of one where the field is a list."""
    lists = any(get_origin(arm) in (tuple, frozenset) for arm in _arms(annotation))
    return TypeAdapter(annotation).validate_python(
        [value] if lists and not isinstance(value, list) else value
    )


def _arms(annotation: Any) -> Iterator[Any]:
    """Yield the types that a field may hold, without what is said about them."""
    if get_origin(annotation) is Annotated:
        yield from _arms(get_args(annotation)[0])
    elif get_origin(annotation) in (Union, UnionType):
        for arm in get_args(annotation):
            yield from _arms(arm)
    else:
        yield annotation


def _is_model(arm: object) -> bool:
    return isinstance(arm, type) and issubclass(arm, StrictModel)
