"""`python -m core.console` is `mingzhang-cli`."""

import sys

from core.console import main

sys.exit(main())
