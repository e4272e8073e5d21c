"""A hospital's own names of columns and its own codes, as files in the data folder of its desk."""

from core.agreement.codes import Codes, add_codes, known_codes, result_names
from core.messages import Message
from core.places import home
from core.tables.names import Names, add_map

_COLUMNS, _CODES = "columns.toml", "codes.toml"


def add_own(names: Names) -> Message | None:
    """Add this desk's own names and words; return what is wrong with its file, None where nothing is."""
    file = home() / _COLUMNS
    return add_map(names, file) if file.is_file() else None


def platform_names() -> tuple[Names, Codes] | Message:
    """Return names of results and codes, with this desk's own, or what is wrong with one of its files."""
    names, codes, file = result_names(), known_codes(), home() / _CODES
    wrong = add_own(names)
    if wrong is None and file.is_file():
        wrong = add_codes(codes, file)
    return (names, codes) if wrong is None else wrong
