"""A walk through many states of the window: one window as far as one state goes on from another."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from PySide6.QtWidgets import QTableView

from tests.desktop.keys import Keys
from tests.desktop.reading import texts

_BACK = ("Esc", "Esc", "Esc", "F2")
"""The keys that lead back to a state that was there before."""


_HELD = """SELECT (SELECT count(*) FROM patients), (SELECT count(*) FROM entries),
    (SELECT count(*) FROM acts), (SELECT count(*) FROM ledgers)"""
"""How much a ledger holds of each thing on which it depends what a key does."""


def walked(
    states: dict[str, str], start: Callable[[], Keys], do: Callable[[Keys, str], object]
) -> Iterator[tuple[str, Keys]]:
    """Each state with the window that is in it, by the words of its script, which ``do`` does one by one.

    A window is used again where the script goes on from the state before it, or where Esc or F2 leads back to
    a state that it goes on from: everything that is said there and the focus are as they were. Otherwise
    ``start`` makes a new desk.
    """
    scripts = {state: script.split() for state, script in states.items()}
    forks = _forks(scripts.values())
    keys: Keys | None = None
    done: list[str] = []
    seen: dict[int, Any] = {}  # how the window looked after so many words of the script
    for state, words in sorted(scripts.items(), key=lambda each: each[1]):
        before = {at: look for at, look in seen.items() if words[:at] == done[:at]}
        begun = len(done) if keys and len(done) in before else _back(keys, before) if keys else None
        if keys is None or begun is None:
            keys, begun = start(), 0
            seen = {0: _look(keys)}
        seen = {at: look for at, look in seen.items() if at <= begun}
        for at, word in enumerate(words[begun:], begun + 1):
            do(keys, word)
            if tuple(words[:at]) in forks:
                seen[at] = _look(keys)
        done = words
        keys.program.desk.backups.wait()  # what it tells the title line may come at any moment
        for _ in range(3):
            keys.app.processEvents()
        yield state, keys


def _forks(scripts: Iterable[list[str]]) -> set[tuple[str, ...]]:
    """The beginnings from which scripts go on in several ways, or where one ends and another goes on."""
    ways: dict[tuple[str, ...], set[str]] = {}
    for words in scripts:
        for at in range(len(words) + 1):
            ways.setdefault(tuple(words[:at]), set()).add(words[at] if at < len(words) else "")
    return {beginning for beginning, next_words in ways.items() if len(next_words) > 1}


def _back(keys: Keys, before: dict[int, Any]) -> int | None:
    """After how many words of the script the window looked as keys make it look again; None: it never did."""
    for key in _BACK:
        keys.type(key)
        look = _look(keys)
        for at, wanted in before.items():
            if look == wanted:
                return at
    return None


def _look(keys: Keys) -> tuple[Any, ...]:
    """All that is said, the focus, the rows that are chosen, and how much the ledger holds of each thing."""
    tables = (table for table in keys.window.findChildren(QTableView) if table.isVisible())
    chosen = [(table.currentIndex().row(), table.currentIndex().column()) for table in tables]
    page, counter = keys.program.navigator.page, keys.program.session.counter
    held = counter.ledger.db.execute(_HELD).fetchone() if counter else ()
    return page.name, keys.focus, list(texts(keys.window)), chosen, held
