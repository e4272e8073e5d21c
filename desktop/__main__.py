"""``python -m desktop`` opens the window."""

import sys

from desktop.startup.plain_imports import plain_imports

plain_imports()  # before the window's modules: PySide6 would look for the source of each

from desktop.main import main  # noqa: E402

sys.exit(main())
