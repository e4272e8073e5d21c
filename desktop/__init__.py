"""The window: presenters decide, views draw, `desktop.app` introduces them.

The collector of cycles runs seldom: reading modules and drawing make many objects and hardly any cycle. The
presenters are read here, before PySide6 is: it wraps the import statement, and what plain Python imports
after it is slower (`desktop.startup.plain_imports` takes the wrapping off again).
"""

import gc

gc.set_threshold(200_000, 20, 20)

import desktop.presenters.counter.presenter  # noqa: E402
import desktop.presenters.frame  # noqa: E402, F401
