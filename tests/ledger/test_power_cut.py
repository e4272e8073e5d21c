"""Power cuts at every disk operation of the real program, as recorded beneath SQLite.

Whatever a cut leaves opens and verifies, holds every acknowledged entry, and none twice.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from core.counter import Counter, SetUp, set_up
from core.exchange.request import RequestReader
from core.ledger.copies import backup
from core.ledger.errors import LedgerUnavailable
from core.ledger.keys import Keys
from core.ledger.ledger import Ledger
from tests.ledger.desk import LI, WANG, Desk, chronic, stay
from tests.ledger.powercut import Counted, Image, compiled, compiler, cut_everywhere, laid_out, recorded

pytestmark = pytest.mark.skipif(
    compiler() is None, reason="what a process writes is recorded by a C program: there is no compiler here"
)

FIXTURES = Path(__file__).parent / "fixtures"
CONSOLE = "import sys; from core.console import main; sys.exit(main(sys.argv[1:]))"
CARELESS = f"""
from core.ledger import connection
connection._PRAGMAS = tuple(pragma.replace("FULL", "NORMAL") for pragma in connection._PRAGMAS)
{CONSOLE}"""
UNSYNCED = f"""
from core.ledger import copies
copies.to_disk = lambda path: None
{CONSOLE}"""
MIGRATE = """
import sys
from pathlib import Path
from core.ledger.keys import Keys
from core.ledger.ledger import Ledger
Ledger(Path(sys.argv[1])).close()
print("{}", flush=True)"""


@pytest.fixture(scope="session")
def recorder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compiled(tmp_path_factory.mktemp("recorder"))


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Path]:
    """A folder where images are tried; in memory, where there is such a place, as they are thousands."""
    shared = Path("/dev/shm")
    made = (
        shared / f"mingzhang-{os.getpid()}-{tmp_path.name}" if os.access(shared, os.W_OK) else tmp_path / "m"
    )
    made.mkdir()
    yield made
    shutil.rmtree(made)


class Place(NamedTuple):
    """The folder that is recorded, and the folder where images are tried."""

    folder: Path
    images: Path

    @property
    def ledger(self) -> Path:
        return self.folder / "ledger.db"


@pytest.fixture
def place(tmp_path: Path, memory: Path) -> Place:
    folder = tmp_path / "recorded"
    folder.mkdir()
    return Place(folder, memory)


def posting(key: str) -> str:
    patient = {"id_type": "01", "id": WANG.identifiers[0].id, "name": WANG.name}
    request = stay(eligible="3000.00")
    return json.dumps({"key": key, "patient": patient, "operator": "赵", "request": request}) + "\n"


def run(
    recorder: Path,
    place: Place,
    arguments: list[str],
    check: "Check",
    wanted: int,
    script: str = CONSOLE,
    stdin: str = "",
    who: list[str] | None = None,
) -> Counted:
    """Records a run of the program and cuts the power in it."""
    if script in (CONSOLE, CARELESS, UNSYNCED):
        arguments = ["ledger", "--db", str(place.ledger), *(who or ["--plain"]), *arguments]
    before, calls = recorded(recorder, place.folder, place.folder.parent / "log", script, arguments, stdin)
    assert {call.call for call in calls} >= {"a", "o", "s", "w"}
    return cut_everywhere(before, calls, lambda image, said: check(place.images, image, said), wanted)


Check = Callable[[Path, Image, str], str | None]


def answers(said: str) -> list[Any]:
    """What had been printed whole."""
    return [json.loads(line) for line in said[: said.rfind("\n") + 1].splitlines()]


def held(file: Path, key: bytes | None = None) -> list[str]:
    """What a ledger that verifies holds, an entry each."""
    with closing(Ledger(file, key=key)) as ledger:
        found = ledger.verify()
        assert found.fault is None, found.fault
        rows = ledger.db.execute("SELECT coalesce(key, 'reverses ' || reverses) FROM entries ORDER BY number")
        return [name for (name,) in rows]


def tried(work: Callable[[], str | None]) -> str | None:
    """What is wrong: what a check says, or that the ledger did not open or verify."""
    try:
        return work()
    except (LedgerUnavailable, AssertionError) as error:
        return f"does not open: {error}"


def keeps(all_of_them: list[str], already: int = 0, key: bytes | None = None) -> Check:
    """Every acknowledged entry is there, in order and once."""

    def check(folder: Path, image: Image, said: str) -> str | None:
        laid_out(image, folder)
        acknowledged = already + len(answers(said))

        def work() -> str | None:
            there = held(folder / "ledger.db", key)
            if there != all_of_them[: len(there)]:
                return f"doubled or in disorder: {there}"
            return "lost" if len(there) < acknowledged else None

        return tried(work)

    return check


def sound(counted: Counted, wanted: int) -> None:
    assert not counted.faults, (len(counted.faults), counted.faults[0])
    assert counted.different >= wanted, counted


def batteries(default: int) -> Any:
    """How many images: by default, and in the long battery."""
    return pytest.mark.parametrize("wanted", [default, pytest.param(40 * default, marks=pytest.mark.long)])


KEYS = [f"key-{number}" for number in range(4)]


@batteries(1600)
def test_posting_loses_and_doubles_nothing(recorder, place, wanted):
    sound(
        run(
            recorder,
            place,
            ["post", "--lines"],
            keeps(KEYS),
            wanted,
            stdin="".join(map(posting, KEYS)),
        ),
        wanted,
    )


def test_without_full_synchronisation_the_harness_reports_losses(recorder, place):
    """The planted fault: a harness that finds nothing here would find nothing anywhere."""
    counted = run(
        recorder, place, ["post", "--lines"], keeps(KEYS), 400, CARELESS, "".join(map(posting, KEYS))
    )
    assert counted.faults.count("lost") > 50, counted


def filled(file: Path, reader: RequestReader) -> list[str]:
    """A closed ledger of three entries; what `held` finds in it."""
    desk = Desk(Counter(reader, Ledger(file)))
    desk.posted(stay())
    desk.posted(stay(eligible="3000.00"))
    desk.posted(chronic(), LI)
    desk.counter.close()
    return ["key-1", "key-2", "key-3"]


@batteries(900)
def test_reversing_is_done_whole_or_not_at_all(recorder, place, reader, wanted):
    names = filled(place.ledger, reader)
    check = keeps([*names, "reverses 1"], already=3)
    arguments = ["reverse", "1", "--reason", "录错了", "--operator", "赵"]
    sound(run(recorder, place, arguments, check, wanted), wanted)


def copied_and_gone_on(place: Place, reader: RequestReader) -> list[str]:
    """A ledger of four entries and a backup of its first three; what `held` finds in the backup."""
    names = filled(place.ledger, reader)
    with closing(Ledger(place.ledger)) as ledger:
        assert backup(ledger, place.folder / "copy.db") == 3
    desk = Desk(Counter(reader, Ledger(place.ledger)))
    desk.posted(stay(), key="key-4")
    desk.counter.close()
    return names


@batteries(900)
def test_a_backup_is_whole_or_the_one_before_it(recorder, place, reader, wanted):
    names = copied_and_gone_on(place, reader)
    sound(run(recorder, place, ["backup", str(place.folder / "copy.db")], backed_up(names), wanted), wanted)


def test_a_backup_that_is_not_synced_is_reported_as_lost(recorder, place, reader):
    """The planted fault: the copy takes its name before it is on the disk."""
    check = backed_up(copied_and_gone_on(place, reader))
    arguments = ["backup", str(place.folder / "copy.db")]
    assert run(recorder, place, arguments, check, 300, UNSYNCED).faults


def backed_up(names: list[str]) -> Check:
    """The ledger is as it was; the backup is the new one, or before it was acknowledged the old one."""

    def check(folder: Path, image: Image, said: str) -> str | None:
        laid_out(image, folder)

        def work() -> str | None:
            if held(folder / "ledger.db") != [*names, "key-4"]:
                return "the ledger has changed"
            there = held(folder / "copy.db")
            return None if there == [*names, "key-4"] or (there == names and not answers(said)) else "lost"

        return tried(work)

    return check


@pytest.mark.parametrize("damaged", [False, True])
@batteries(500)
def test_a_restore_takes_over_whole_and_loses_nothing_of_what_it_replaces(
    recorder, place, reader, wanted, damaged
):
    names = copied_and_gone_on(place, reader)
    content = place.ledger.read_bytes()
    if damaged:
        content = content[:4096] + b"\xa5" * 8192 + content[12288:]
        place.ledger.write_bytes(content)

    def check(folder: Path, image: Image, said: str) -> str | None:
        laid_out(image, folder)
        ledger = folder / "ledger.db"
        if damaged and image.get("ledger.db") == content:
            return "lost" if answers(said) else None

        def work() -> str | None:
            there = held(ledger)
            if there == [*names, "key-4"]:
                return "not restored" if answers(said) else None
            if there != names:
                return f"neither one: {there}"
            kept = list(folder.glob("ledger-*.db"))
            if damaged:
                return None if [file.read_bytes() for file in kept] == [content] else "nothing was kept"
            return None if [held(file) for file in kept] == [[*names, "key-4"]] else "nothing was kept"

        return tried(work)

    sound(run(recorder, place, ["restore", str(place.folder / "copy.db")], check, wanted), wanted)


@batteries(700)
def test_a_migration_is_done_whole_or_not_at_all(recorder, place, wanted):
    shutil.copyfile(FIXTURES / "schema-1.db", place.ledger)
    with closing(Ledger(shutil.copyfile(place.ledger, place.folder.parent / "other.db"))) as ledger:
        rows = ledger.db.execute("SELECT coalesce(key, 'reverses ' || reverses) FROM entries ORDER BY number")
        names = [name for (name,) in rows]
    arguments = [str(place.ledger)]
    sound(run(recorder, place, arguments, keeps(names, len(names) - 1), wanted, MIGRATE), wanted)


CHIEF, PIN = "孙", "long-passphrase"
ENCRYPT = """
import sys
from pathlib import Path
from core.ledger.copies import encrypt
encrypt(Path(sys.argv[1]), bytes(range(32)))
print("{}", flush=True)"""


@pytest.fixture
def key(place, monkeypatch) -> bytes:
    """The key of an encrypted ledger that was set up and is empty."""
    monkeypatch.setattr("core.ledger.keys.COST", {"time_cost": 1, "memory_cost": 8, "parallelism": 1})
    monkeypatch.setenv("MINGZHANG_PIN", PIN)
    assert isinstance(set_up(place.ledger, CHIEF, PIN, None), SetUp)
    unlocked = Keys(place.ledger).unlock(CHIEF, PIN)
    assert not isinstance(unlocked, list)
    return unlocked.key


@batteries(700)
def test_posting_to_the_encrypted_file_loses_and_doubles_nothing(recorder, place, key, wanted):
    lines = "".join(posting(name).replace('"operator": "\\u8d75"', f'"operator": "{CHIEF}"') for name in KEYS)
    who = ["--operator", CHIEF, "--portable"]
    check = keeps(KEYS, key=key)
    sound(run(recorder, place, ["post", "--lines"], check, wanted, stdin=lines, who=who), wanted)


def test_the_encrypted_file_without_full_synchronisation_loses(recorder, place, key):
    """The planted fault, beneath SQLCipher."""
    lines = "".join(posting(name).replace('"operator": "\\u8d75"', f'"operator": "{CHIEF}"') for name in KEYS)
    who = ["--operator", CHIEF, "--portable"]
    counted = run(recorder, place, ["post", "--lines"], keeps(KEYS, key=key), 300, CARELESS, lines, who)
    assert counted.faults.count("lost") > 30, counted


@batteries(300)
def test_a_plain_ledger_becomes_encrypted_whole_or_stays_plain(recorder, place, reader, wanted):
    names = filled(place.ledger, reader)

    def check(folder: Path, image: Image, said: str) -> str | None:
        laid_out(image, folder)
        is_plain = image["ledger.db"].startswith(b"SQLite format 3")
        if is_plain and answers(said):
            return "still plain"

        def work() -> str | None:
            there = held(folder / "ledger.db", None if is_plain else bytes(range(32)))
            return None if there == names else "lost"

        return tried(work)

    sound(run(recorder, place, [str(place.ledger)], check, wanted, ENCRYPT), wanted)
