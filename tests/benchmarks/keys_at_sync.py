"""From a key to the repainted window while the desk fetches from the server, and while it does not."""

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.benchmarks.desks import WHO, Bench, bench, of
from tests.ledger.desk import chronic
from tests.ledger.hospital_desk import person

if TYPE_CHECKING:
    from tests.desktop.keys import Keys

ENTRIES: Final = 3_000
PIN: Final = "a-long-passphrase"
_FORM: Final = "220113196004080016 Return 张建国 Return 1 2 0301 Return 0310 Return Return 52000 Return"


def window(home: Path) -> "Keys":
    """A desk in use, its ledger guarded, with a visit begun and the cursor in an amount."""
    from core.ledger.access import SetUp, set_up
    from core.words import words
    from desktop.app import Program
    from desktop.session import Session
    from desktop.settings import Settings
    from desktop.views import theme
    from desktop.views.window import application
    from tests.desktop.keys import Keys
    from tests.desktop.test_sign_in_by_keys import CHANGCHUN, figures

    app = application()
    theme.dress(app)
    os.environ["MINGZHANG_HOME"] = str(home)
    home.mkdir()
    figures(home)
    assert isinstance(set_up(home / "ledger.db", CHANGCHUN.operator, PIN, None), SetUp)
    program = Program(Session(words("zh"), Settings(**CHANGCHUN._asdict()), home))
    program.window.show()
    program.open()
    assert program.desk.sign_in(CHANGCHUN.operator, PIN) == []
    program.desk.backups.wait()
    return Keys(app, program)


def typed(keys: "Keys", still: Callable[[int], bool]) -> list[float]:
    """Milliseconds of each digit of an amount, typed over and over while something is still so."""
    found: list[float] = []
    while still(len(found)):
        for digit in "48000":
            began = time.perf_counter()
            keys.type(digit)
            keys.app.processEvents()
            found.append((time.perf_counter() - began) * 1000)
        for _ in range(5):
            keys.type("Backspace")
    return found


def measure(at: Bench, home: Path) -> None:
    from core.desks.server import served_desk
    from core.desks.server.served_desk import ServedDesk

    keys = window(home)
    counter, link = keys.program.session.counter, keys.program.desk.server
    assert counter is not None
    other = at.desk("other")
    assert counter.operator is not None
    assert served_desk.join(counter, at.dsn, at._code, counter.operator.name) == []
    keys.program.session.settings = keys.program.session.settings._replace(server=at.dsn)
    link.take()
    link._first.stop()  # it fetches when it is told to
    with other.ledger.transaction():
        for number in range(ENTRIES):
            other.posted(chronic(disease=1 + number % 18, eligible="50.00"), person(number % 500))
    served = ServedDesk(other.counter, at.dsn, WHO)
    assert served.exchange().sent > ENTRIES
    keys.type(_FORM)
    quiet = typed(keys, lambda done: done < 400)
    link.sync()
    began = time.perf_counter()
    busy = typed(keys, lambda _done: link.busy)
    spent = time.perf_counter() - began
    again = typed(keys, lambda done: done < 400)
    (there,) = counter.ledger.db.execute("SELECT count(*) FROM summaries WHERE kind = 'posted'").fetchone()
    assert there == ENTRIES, there
    for name, found in (("without", quiet), ("while it fetches", busy), ("after it", again)):
        print(
            f"{name}: {len(found)} keys, median {of(found, 0.5):.1f} ms, p99 {of(found, 0.99):.1f} ms,"
            f" longest {max(found):.1f} ms"
        )
    print(f"{ENTRIES} entries fetched in {spent:.1f} s, load {os.getloadavg()[0]:.1f}")
    served.close()
    other.counter.close()
    link.let_go()
    keys.program.window.close()


def main() -> None:
    """Print the keys beside each other."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with bench() as at, tempfile.TemporaryDirectory() as folder:
        if at.dsn:
            measure(at, Path(folder) / "home")
        else:
            print("no PostgreSQL on this machine")


if __name__ == "__main__":
    main()
