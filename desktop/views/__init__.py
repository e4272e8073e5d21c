"""The window as it is laid out and painted: `render(state)` in, signals out.

The import statement is made plain again before the first view is read, see `desktop.startup.plain_imports`.
"""

from desktop.startup.plain_imports import plain_imports

plain_imports()
