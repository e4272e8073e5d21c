"""``python -m desktop`` opens the window."""

import sys

from desktop.main import main

sys.exit(main())
