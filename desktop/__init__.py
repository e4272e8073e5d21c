"""The window: presenters decide, views draw, `desktop.app` introduces them.

The presenters are read here, before PySide6 is: it wraps the import statement, and every later import of
plain Python costs half as much again.
"""

import desktop.presenters.counter
import desktop.presenters.frame  # noqa: F401
