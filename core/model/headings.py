"""The headings that the model finds columns by, beside those of claims (`resources/model/headings.toml`)."""

import tomllib
from collections.abc import Mapping
from functools import cache

from core.places import RESOURCES
from core.tables.values import plain_name


@cache
def known_headings(table: str) -> Mapping[str, tuple[str, ...]]:
    """Return the headings of each column of a kind of table (``budget``, ``claims``) as they are compared."""
    content = (RESOURCES / "model" / "headings.toml").read_text(encoding="utf-8")
    columns = tomllib.loads(content)[table]
    return {column: tuple(map(plain_name, names)) for column, names in columns.items()}
