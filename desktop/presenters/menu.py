"""The menu (Alt+M): every action of the desk by its group, with the key that also does it."""

from collections.abc import Callable, Container
from typing import Final, NamedTuple

from core.words import Words
from desktop.presenters.frame import SET_UP_KEY
from desktop.presenters.page_states import MenuGroup, MenuItem


class Action(NamedTuple):
    """One line of the menu.

    ``name`` is a key of the footer (``F9``) or the name of a line in `MenuLines.doers`. ``key`` is a shortcut
    beside the footer's (empty: none). ``anywhere``: also usable while a page is open. ``always``: also usable
    where the ledger could not be opened.
    """

    name: str
    key: str = ""
    anywhere: bool = False
    always: bool = False


LOOKS: Final = {
    "theme_system": {"theme": ""},
    "theme_light": {"theme": "light"},
    "theme_dark": {"theme": "dark"},
    "theme_contrast": {"theme": "contrast"},
    "size_90": {"size": "90"},
    "size_100": {"size": ""},
    "size_115": {"size": "115"},
    "size_130": {"size": "130"},
}
"""The choices of theme and size, with the setting that each makes; one of each kind holds."""

MENU: Final[dict[str, tuple[Action, ...]]] = {
    "patient": (Action("F2"), Action("F3"), Action("F7")),
    "visit": (
        Action("F4"),
        Action("Ctrl+E"),
        Action("Ctrl+K"),
        Action("Ctrl+Z"),
        Action("Ctrl+Y"),
        Action("F8"),
        Action("F9"),
        Action("F10"),
    ),
    "ledger": (
        Action("F12"),
        Action("F6"),
        Action("F11"),
        Action("day", "Ctrl+D"),
        Action("entries", "Ctrl+F"),
        Action("tables", "Ctrl+I"),
        Action("reconcile", "Ctrl+U"),
        Action("statement"),
    ),
    "desk": (
        Action("lock", "Ctrl+L", anywhere=True),
        Action("day_end", "Ctrl+J"),
        Action("backups", "Ctrl+B"),
        Action("pin"),
        Action("F5"),
        Action("print", "Shift+F9"),
        Action("packet"),
        Action("rules"),
        Action("fund"),
        Action("set_up", SET_UP_KEY),
        Action("diagnosis", always=True),
    ),
    "people": (Action("operators", "Ctrl+O"), Action("people", "Ctrl+R"), Action("trail", "Ctrl+T")),
    "look": tuple(Action(name, anywhere=True, always=True) for name in LOOKS),
    "help": (Action("F1", anywhere=True), Action("articles"), Action("samples")),
    "language": tuple(Action(f"speak_{language}", anywhere=True) for language in ("zh", "en", "ko")),
}
"""The groups in their order. Words: ``window.menu.GROUP``; a line its key's or ``window.menu.GROUP.NAME``."""


def shortcuts() -> dict[str, str]:
    """Return the keys beside the footer's own, each with the name of its line."""
    return {action.key: action.name for actions in MENU.values() for action in actions if action.key}


def menu(
    words: Words,
    page: str,
    checked: Callable[[str], bool | None],
    doers: Container[str],
    ready: bool = True,
) -> tuple[MenuGroup, ...]:
    """Return the menu over a page (empty: the counter).

    ``checked`` tells whether a choice holds, None of other lines. ``ready`` is True while a ledger is open.
    """
    return tuple(
        MenuGroup(
            words.text(f"window.menu.{group}"),
            tuple(
                MenuItem(
                    action.name,
                    words.text(
                        f"window.key.{action.name}"
                        if _is_key(action.name)
                        else f"window.menu.{group}.{action.name}"
                    ),
                    action.key or (action.name if _is_key(action.name) else ""),
                    (not page or action.anywhere)
                    and (ready or action.always)
                    and (_is_key(action.name) or action.name in doers),
                    checked(action.name),
                )
                for action in actions
            ),
        )
        for group, actions in MENU.items()
    )


def is_anywhere(name: str) -> bool:
    """Return True where an action may be done while a page is open."""
    return any(action.anywhere for actions in MENU.values() for action in actions if action.name == name)


def is_always(name: str) -> bool:
    """Return True where an action may be done without the ledger."""
    return any(action.always for actions in MENU.values() for action in actions if action.name == name)


def _is_key(name: str) -> bool:
    return (name[:1] == "F" and name[1:].isdigit()) or name.startswith("Ctrl+")
