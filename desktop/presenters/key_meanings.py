"""What each key means, once for the whole program: a row each in the manual; every page keeps to them."""

from typing import Final


def _on(key: str, *pages: str) -> tuple[str, ...]:
    return (f"window.key.{key}", *(f"window.key.{page}.{key}" for page in pages))


_TURNED: Final = ("day", "manual", "patient", "print", "region")

MEANINGS: Final[dict[str, tuple[str, ...]]] = {
    "F1": _on("F1"),
    "F2": _on("F2"),
    "Shift+F2": _on("Shift+F2"),
    "F3": _on("F3", "backups", "recovery", "restore"),
    "Shift+F3": _on("Shift+F3"),
    "F4": _on("F4"),
    "F5": _on("F5"),
    "F6": _on("F6", "aside", "backups", "operators", "people", "region", "reversal"),
    "Shift+F6": _on("Shift+F6"),
    "F7": _on("F7"),
    "F8": _on("F8", "clauses", "region"),
    "Shift+F8": _on("Shift+F8"),
    "F9": _on("F9", "code", "day_end", "entries", "print"),
    "Shift+F9": (),
    "F10": _on("F10", "outlook"),
    "F11": _on("F11"),
    "Shift+F11": _on("Shift+F11"),
    "F12": _on(
        "F12",
        *("backups", "code", "diagnosis", "enrolment", "opening", "operators", "packet", "pin", "print"),
        *("recovery", "region", "restore", "reversal", "rules", "set_up", "sign_in"),
    ),
    "PgUp": _on("PgUp", *_TURNED)[1:],
    "PgDn": _on("PgDn", *_TURNED)[1:],
    "Esc": _on("Esc"),
    "Ctrl+B": _on("Ctrl+B"),
    "Ctrl+C": _on("Ctrl+C"),
    "Ctrl+D": _on("Ctrl+D"),
    "Ctrl+E": _on("Ctrl+E"),
    "Ctrl+F": _on("Ctrl+F"),
    "Ctrl+G": _on("Ctrl+G"),
    "Ctrl+H": _on("Ctrl+H"),
    "Ctrl+I": _on("Ctrl+I"),
    "Ctrl+J": (),
    "Ctrl+K": (),
    "Ctrl+L": (),
    "Ctrl+N": _on("Ctrl+N", "operators"),
    "Ctrl+O": (),
    "Ctrl+P": _on("Ctrl+P"),
    "Ctrl+R": (),
    "Ctrl+S": _on("Ctrl+S", "backups", "people"),
    "Ctrl+T": (),
    "Ctrl+Y": (),
    "Ctrl+Z": (),
    "Ctrl++": _on("Ctrl++"),
    "Ctrl+-": _on("Ctrl+-"),
    "Alt+M": (),
}
"""The texts that the footer of a page may show for each key; none where no footer shows it."""
