"""What each key means, once for the whole program: a row each in the manual; every page keeps to them."""

from typing import Final


def _on(key: str, *pages: str) -> tuple[str, ...]:
    return (f"window.key.{key}", *(f"window.key.{page}.{key}" for page in pages))


_TURNED: Final = ("charts", "day", "difference", "manual", "model", "patient", "print", "region", "report")

MEANINGS: Final[dict[str, tuple[str, ...]]] = {
    "F1": _on("F1"),
    "F2": _on("F2"),
    "Shift+F2": _on("Shift+F2"),
    "F3": _on(
        "F3",
        *("backups", "measure", "model", "platform", "reconcile", "recovery", "region", "restore", "server"),
        *("sign", "statement", "sticks", "tables"),
    ),
    "Shift+F3": _on("Shift+F3"),
    "F4": _on("F4"),
    "Shift+F4": _on("Shift+F4", "operators", "server", "sign"),
    "F5": _on("F5"),
    "Shift+F5": _on("Shift+F5"),
    "F6": _on(
        "F6",
        *("aside", "backups", "check", "difference", "operators", "people", "receipt", "region"),
        *("reversal", "server", "sign", "sticks"),
    ),
    "Shift+F6": _on("Shift+F6", "sticks"),
    "F7": _on("F7", "patient"),
    "Shift+F7": _on("Shift+F7"),
    "F8": _on("F8", "clauses", "region"),
    "Shift+F8": _on("Shift+F8"),
    "F9": _on("F9", "claim", "code", "day_end", "entries", "model", "print", "report", "sticks", "trail"),
    "Shift+F9": (),
    "F10": _on("F10", "measure", "model", "outlook", "print", "report", "tables"),
    "F11": _on("F11", "reconcile"),
    "Shift+F11": _on("Shift+F11"),
    "F12": _on(
        "F12",
        *(
            "backups",
            "check",
            "claim",
            "code",
            "diagnosis",
            "difference",
            "enrolment",
            "facts",
            "hand_over",
            "measure",
            "model",
        ),
        *("opening", "operators", "packet", "person", "pin", "platform", "print", "receipt", "reconcile"),
        *("recovery", "region", "restore", "reversal", "rules", "server", "set_up", "sign", "sign_in"),
        *("statement", "sticks", "tables"),
    ),
    "Shift+F12": _on("Shift+F12", "backups", "people", "report", "sticks"),
    "PgUp": _on("PgUp", *_TURNED)[1:],
    "PgDn": _on("PgDn", *_TURNED)[1:],
    "Esc": _on("Esc"),
    "Ctrl+B": _on("Ctrl+B"),
    "Ctrl+C": _on("Ctrl+C"),
    "Ctrl+D": _on("Ctrl+D"),
    "Ctrl+E": _on("Ctrl+E", "measure", "report"),
    "Ctrl+F": _on("Ctrl+F"),
    "Ctrl+G": _on("Ctrl+G"),
    "Ctrl+H": (),
    "Ctrl+I": (),
    "Ctrl+J": (),
    "Ctrl+K": (),
    "Ctrl+L": (),
    "Ctrl+N": _on("Ctrl+N"),
    "Ctrl+O": (),
    "Ctrl+P": (),
    "Ctrl+Q": _on("Ctrl+Q", "diagnosis", "server", "statement", "tables")[1:],
    "Ctrl+R": (),
    "Ctrl+S": (),
    "Ctrl+T": (),
    "Ctrl+U": (),
    "Ctrl+W": _on("Ctrl+W"),
    "Ctrl+Y": (),
    "Ctrl+Z": (),
    "Ctrl++": _on("Ctrl++"),
    "Ctrl+-": _on("Ctrl+-"),
    "Alt+M": (),
}
"""The texts that the footer of a page may show for each key; none where no footer shows it."""

LINES: Final = {
    "Ctrl+B": "backups",
    "Ctrl+D": "day",
    "Ctrl+F": "entries",
    "Ctrl+G": "set_up",
    "Ctrl+H": "hand_over",
    "Ctrl+I": "tables",
    "Ctrl+J": "day_end",
    "Ctrl+L": "lock",
    "Ctrl+O": "operators",
    "Ctrl+P": "platform",
    "Ctrl+R": "people",
    "Ctrl+S": "reports",
    "Ctrl+T": "trail",
    "Ctrl+U": "reconcile",
    "Shift+F9": "print",
}
"""The keys that open a line of the menu, whatever page is open; no page gives one of them another meaning."""
