"""One process that runs commands of the console, each in a fork of its own in which one call fails.

It is started with `faults.c` beneath it, reads a case a line, and answers each with what the command did.
"""

import ctypes
import io
import json
import os
import sys
import tempfile
import traceback
from collections.abc import Callable
from typing import Any

KINDS = "wsroaun"
CHEAP = {"time_cost": 1, "memory_cost": 8, "parallelism": 1}


def command(case: dict[str, Any]) -> int:
    """Run a command of the console."""
    from core.console import main

    return main(case["arguments"])


def answered(case: dict[str, Any], work: Callable[[dict[str, Any]], int]) -> dict[str, Any]:
    """Run a case with its fault armed, in this process."""
    os.environ.update(case["environment"])
    sys.stdin = io.TextIOWrapper(io.BytesIO(case["stdin"].encode()), encoding="utf-8")
    out, err = io.BytesIO(), io.BytesIO()
    sys.stdout, sys.stderr = (
        io.TextIOWrapper(each, encoding="utf-8", write_through=True) for each in (out, err)
    )
    shim = ctypes.CDLL(None)
    status = -1
    shim.faults_arm(
        ctypes.c_char(case["kind"].encode()), ctypes.c_long(case["nth"]), case["error"], int(case["sticky"])
    )
    try:
        status = work(case)
    except SystemExit as ended:
        status = int(ended.code or 0)
    except BaseException:
        sys.stderr.write(traceback.format_exc())
    counted, fired = int(shim.faults_count()), int(shim.faults_fired())
    counts = {kind: int(shim.faults_count_of(ctypes.c_char(kind.encode()))) for kind in KINDS}
    shim.faults_arm(ctypes.c_char(b"-"), ctypes.c_long(0), 0, 0)
    return {
        "status": status,
        "out": out.getvalue().decode(),
        "err": err.getvalue().decode(),
        "count": counted,
        "counts": counts,
        "fired": fired,
    }


def forked(case: dict[str, Any], work: Callable[[dict[str, Any]], int]) -> dict[str, Any]:
    """Run a case in a fork, and read what it answers."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        answer = answered(case, work)
        with os.fdopen(writing, "w") as pipe:
            pipe.write(json.dumps(answer))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        text = pipe.read()
    _, ended = os.waitpid(child, 0)
    if not text:
        said = f"Traceback: it ended by itself ({ended})"
        return {"status": -2, "out": "", "err": said, "count": 0, "counts": {}, "fired": 1}
    answer: dict[str, Any] = json.loads(text)
    return answer


def warm() -> None:
    """Run some commands unharmed: each fork has then what they import, and a fault meets what they do."""
    streams, environment = (sys.stdin, sys.stdout, sys.stderr), dict(os.environ)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["MINGZHANG_HOME"] = folder
        at = ["ledger", "--db", f"{folder}/ledger.db", "--operator", "孙", "--portable"]
        out = f"{folder}/list.csv"
        for arguments in (
            ["packs", "key", f"{folder}/office.key"],
            [*at, "set-up"],
            [*at, "post"],
            [*at, "report", "list", "--from", "2026-01-01", "--to", "2026-12-31", "--out", out],
            ["batch", out, "--out", f"{folder}/out.csv", "--region", "jilin/example"],
        ):
            case = {"arguments": arguments, "stdin": "", "environment": {"MINGZHANG_PIN": "long-passphrase"}}
            answered({**case, "kind": "-", "nth": 0, "error": 0, "sticky": False}, command)
    sys.stdin, sys.stdout, sys.stderr = streams
    os.environ.clear()
    os.environ.update(environment)


def main() -> None:
    """Answer a case a line, until there are no more."""
    import argon2

    from core.console import main as console  # what every fork needs is read once
    from core.console.ledger import entries as _entries  # noqa: F401
    from core.counter import opening as _opening  # noqa: F401
    from core.desks.server import driver
    from core.ledger import keys, operators
    from core.ledger.sqlite import connect

    keys.COST.update(CHEAP)
    hasher = argon2.PasswordHasher
    operators.PasswordHasher = lambda: hasher(**CHEAP)  # type: ignore[misc,assignment]
    connect(":memory:").close()
    if "FAULTS_SERVER" in os.environ:
        driver.need()
    assert console is not None
    warm()
    for line in sys.stdin:
        print(json.dumps(forked(json.loads(line), command)), file=sys.__stdout__, flush=True)


if __name__ == "__main__":
    main()
