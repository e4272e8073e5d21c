"""Python's own import statement, brought back after PySide6 is imported."""

import builtins

import PySide6.QtCore  # noqa: F401  (it wraps the import statement)


def plain_imports() -> None:
    """Take PySide6's wrapping off the import statement.

    The wrapping searches every imported module for PySide6's switch ``__feature__``, which nothing here uses.
    The search takes longer than reading the modules.
    """
    builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)
