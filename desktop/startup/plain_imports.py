"""The import statement as Python has it, once PySide6 is there."""

import builtins

import PySide6.QtCore  # noqa: F401  (it wraps the import statement)


def plain_imports() -> None:
    """Takes PySide6's wrapping off the import statement.

    It looks into every module that is imported for a switch of PySide6's own (``__feature__``), which
    nothing here uses; that takes longer than reading the modules.
    """
    builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)
