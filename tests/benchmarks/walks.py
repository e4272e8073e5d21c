"""The walk of a key through the code: how many calls of ours, in how many functions and files."""

import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FrameType
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from tests.desktop.keys import Keys

ROOT: Final = Path(__file__).resolve().parents[2]
OURS: Final = tuple(f"{ROOT / room}{os.sep}" for room in ("core", "desktop"))
LIMITS: Final = {
    "a digit in an amount": 1_100,
    "Enter": 1_100,
    "F12": 1_300,
    "a print": 4_000,
    "a digit on the region's page": 1_300,
}
"""The calls that a walk may make at most; a walk without a limit is only counted."""

_FORM: Final = "220113196004080016 Return 张建国 Return 1 2 0301 Return 0310 Return Return 52000 Return"
_REGION: Final = "F5 Return Return 20260101 Return x Return x Return x PgDn Return Return 40"


class Walk(NamedTuple):
    """One key from its press to the repainted window, counted in our own files."""

    calls: int
    functions: int
    files: int


def walk(act: Callable[[], object]) -> Walk:
    """Count the calls of Python functions under ``core`` and ``desktop`` while something is done."""
    counts: Counter[CodeType] = Counter()

    def count(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(OURS):
            counts[frame.f_code] += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        act()
    finally:
        sys.setprofile(before)
    return Walk(counts.total(), len(counts), len({code.co_filename for code in counts}))


def digits(keys: "Keys", amount: str) -> list[Walk]:
    """Type an amount into the cell that has the focus; the walk of each digit."""
    return [walk(lambda digit=digit: keys.type(digit)) for digit in amount]


def walks(at: Callable[[str], "Keys"]) -> dict[str, Walk]:
    """Walk a desk through a visit. ``at`` opens a desk whose window speaks a language.

    Of an amount's digits the one with the median of calls counts.
    """
    keys, found = at("zh"), {}
    keys.type(_FORM)
    typed = sorted(digits(keys, "48000"))
    found["a digit in an amount"] = typed[len(typed) // 2]
    found["Enter"] = walk(lambda: keys.type("Return"))
    assert keys.figure, "the visit is worked out"
    found["F12"] = walk(lambda: keys.type("F12"))
    found["posting"] = walk(lambda: keys.type("Y"))
    found["a print"] = walk(lambda: keys.type("F9"))
    found["a reprint"] = walk(lambda: keys.type("F9"))
    assert "已入账" in keys.label("posted"), "the visit is posted"
    keys.type("F2 " + _REGION)
    found["a digit on the region's page"] = walk(lambda: keys.type("0"))
    keys.type("Esc")
    korean = at("ko")
    new = _FORM.replace("220113196004080016", "22010219500101001X")  # the first one's cells are known by now
    korean.type("F2 " + new.replace("52000", "100") + " 200")
    found["a message of the core in Korean"] = walk(lambda: korean.type("Return"))
    assert korean.faults, "the total below the eligible cost is said"
    return found


@contextmanager
def desks() -> Iterator[Callable[[str], "Keys"]]:
    """Open desks in a folder of their own, without a printer."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["CUPS_SERVER"] = "127.0.0.1:1"
    from core.words import words
    from desktop.app import Program
    from desktop.desk import documents_folder
    from desktop.session import Session
    from desktop.settings import Settings
    from desktop.views import theme
    from desktop.views.window import application
    from tests.desktop.keys import Keys

    app = application()
    theme.dress(app)
    opened = []
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        os.environ["MINGZHANG_HOME"] = str(home)
        before, documents_folder.documents = documents_folder.documents, lambda: home

        def at(language: str) -> Keys:
            program = Program(Session(words(language), Settings(operator="王芳"), home / language))
            program.window.show()
            program.open()
            opened.append(program)
            return Keys(app, program)

        try:
            yield at
        finally:
            documents_folder.documents = before
            for program in opened:
                program.window.close()


def main() -> None:
    """Print the walks, and whether each keeps its limit."""
    with desks() as at:
        found = walks(at)
    print(f"{'':34}{'calls':>8}{'most':>8}{'functions':>11}{'files':>7}")
    for name, one in found.items():
        most = LIMITS.get(name)
        print(f"{name:34}{one.calls:8}{most or '':>8}{one.functions:11}{one.files:7}")
    if any(one.calls > LIMITS.get(name, one.calls) for name, one in found.items()):
        sys.exit(1)


if __name__ == "__main__":
    main()
