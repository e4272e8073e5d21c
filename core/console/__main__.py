"""`python -m core.console` is `mingzhang-cli`; a bundle's is the process as well that reads a table."""

import sys

from core.tables.reading import process

if sys.argv[1:2] == [process.READ_TABLE]:
    sys.exit(process.main(sys.argv[2:]))

from core.console import main

sys.exit(main())
