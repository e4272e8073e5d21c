"""The menu (Alt+M): every action of the desk by its group, with the key that also does it."""

from collections.abc import Callable
from typing import Final, NamedTuple

from core.words import Words
from desktop.presenters.frame import SET_UP_KEY
from desktop.presenters.page_states import MenuGroup, MenuItem


class Action(NamedTuple):
    """One line of the menu.

    ``name`` is a key of the footer (``F9``) or the name of a line in `MenuLines.doers`. ``key`` is a shortcut
    beside the footer's (empty: none). ``anywhere``: also usable over an unsaved page. ``always``: also usable
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
    "patient": (Action("F2"), Action("Shift+F2"), Action("F3"), Action("Shift+F3"), Action("F7")),
    "visit": (
        Action("F4"),
        Action("Ctrl+E"),
        Action("Ctrl+K"),
        Action("Ctrl+W"),
        Action("Ctrl+Z"),
        Action("Ctrl+Y"),
        Action("F8"),
        Action("F9"),
        Action("F10"),
        Action("platform", "Ctrl+P"),
        Action("claim"),
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
        Action("reports", "Ctrl+S"),
        Action("sticks"),
        Action("model"),
    ),
    "desk": (
        Action("lock", "Ctrl+L", anywhere=True),
        Action("day_end", "Ctrl+J"),
        Action("hand_over", "Ctrl+H"),
        Action("backups", "Ctrl+B"),
        Action("pin"),
        Action("F5"),
        Action("print", "Shift+F9"),
        Action("packet"),
        Action("rules"),
        Action("check"),
        Action("sign"),
        Action("measure"),
        Action("receipts"),
        Action("fund"),
        Action("set_up", SET_UP_KEY),
        Action("diagnosis", always=True),
    ),
    "people": (
        Action("operators", "Ctrl+O"),
        Action("people", "Ctrl+R"),
        Action("trail", "Ctrl+T"),
        Action("server"),
    ),
    "look": tuple(Action(name, anywhere=True, always=True) for name in LOOKS),
    "help": (Action("F1", anywhere=True), Action("articles"), Action("samples")),
    "language": tuple(Action(f"speak_{language}", anywhere=True) for language in ("zh", "en", "ko")),
}
"""The groups in their order. Words: ``window.menu.GROUP``; a line its key's or ``window.menu.GROUP.NAME``."""


def shortcuts() -> dict[str, str]:
    """Return the keys beside the footer's own, each with the name of its line."""
    return {action.key: action.name for actions in MENU.values() for action in actions if action.key}


def lines() -> dict[str, Action]:
    """Return every line by its name."""
    return {action.name: action for actions in MENU.values() for action in actions}


def menu(
    words: Words,
    usable: Callable[[Action], bool],
    checked: Callable[[str], bool | None],
) -> tuple[MenuGroup, ...]:
    """Return the menu. ``usable`` tells whether a line can be chosen now.

    ``checked`` tells whether a choice holds, None of other lines.
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
                    usable(action),
                    checked(action.name),
                )
                for action in actions
            ),
        )
        for group, actions in MENU.items()
    )


def _is_key(name: str) -> bool:
    return (name[:1] == "F" and name[1:].isdigit()) or name.startswith(("Ctrl+", "Shift+"))
