"""`python -m core.console` is `mingzhang-cli`; a bundle's is the program's other processes, too."""

import sys

from core.console import main

if sys.argv[1:2] and sys.argv[1].startswith("--"):  # a command needs none of this, and is begun at once
    from core.tables.child import DO_JOBS, READ_TABLE, WRITE_TABLE

    if sys.argv[1] == READ_TABLE.argument:
        from core.tables.reading import process

        sys.exit(process.main(sys.argv[2:]))
    if sys.argv[1] == WRITE_TABLE.argument:
        from core.tables import workbook_process

        sys.exit(workbook_process.main(sys.argv[2:]))
    if sys.argv[1] == DO_JOBS.argument:
        from core.jobs import process as jobs

        sys.exit(jobs.main(sys.argv[2:]))

sys.exit(main())
