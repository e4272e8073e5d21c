"""Plant each small fault in the rules; see whether a case notices: `python -m tests.mutation [PATTERN ...]`.

mutmut makes the faults; `trying` tries them. What was noticed is remembered, so that a run that was stopped
goes on where it was. A pattern keeps a run to a part, such as ``core.rules.pooled*``. The work lies in
``build/mutation``.
"""

import sys

from tests.mutation.battery import report, run, unexplained


def main(arguments: list[str]) -> int:
    """Run the battery, print what survived, and end with 1 where too much did or a survivor has no reason."""
    outcome = run(arguments)
    print(report(outcome))
    return int(not outcome.enough or bool(unexplained(outcome)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
