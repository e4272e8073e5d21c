"""`python -m core.console` is `mingzhang-cli`; a bundle's also reads and writes tables as processes."""

import sys

from core.tables.child import READ_TABLE, WRITE_TABLE

if sys.argv[1:2] == [READ_TABLE.argument]:
    from core.tables.reading import process

    sys.exit(process.main(sys.argv[2:]))
if sys.argv[1:2] == [WRITE_TABLE.argument]:
    from core.tables import workbook_process

    sys.exit(workbook_process.main(sys.argv[2:]))

from core.console import main

sys.exit(main())
