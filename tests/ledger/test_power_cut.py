"""Power cuts at every disk operation of the real program, as recorded beneath SQLite and SQLCipher.

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
from argon2 import PasswordHasher

from core.counter import Counter
from core.exchange.request import RequestReader
from core.ledger.access import SetUp, set_up
from core.ledger.backup import backup
from core.ledger.errors import LedgerUnavailable
from core.ledger.heads import drop
from core.ledger.keys import Keys
from core.ledger.keys_file import keys_file
from core.ledger.ledger import Ledger
from core.ledger.operators import Operator, Operators
from core.ledger.schema import APPLICATION_ID, VERSION
from core.ledger.sqlite import connect
from tests.ledger.desk import LI, WANG, Desk, chronic, stay
from tests.ledger.powercut import Counted, Image, compiled, compiler, cut_everywhere, laid_out, recorded

pytestmark = pytest.mark.skipif(
    compiler() is None, reason="what a process writes is recorded by a C program: there is no compiler here"
)

FIXTURES = Path(__file__).parent / "fixtures"
CONSOLE = "import sys; from core.console import main; sys.exit(main(sys.argv[1:]))"
CARELESS = f"""
from core.ledger import connection
connection._PRAGMAS = connection._PRAGMAS.replace("FULL", "NORMAL")
{CONSOLE}"""
UNSYNCED = f"""
from core.ledger import backup
backup.to_disk = lambda path: None
{CONSOLE}"""
OPENED = """Ledger(Path(sys.argv[1]), key=bytes.fromhex(sys.argv[2]) or None).close()
print("{}", flush=True)"""
MIGRATE = (
    """
import sys
from pathlib import Path
from core.ledger import renewal
from core.ledger.ledger import Ledger
renewal.PIECE = 2
"""
    + OPENED
)
HALF_RENEWED = (
    """
import sys
from pathlib import Path
from core.ledger import connection, renewal, schema
from core.ledger.ledger import Ledger
renewal.PIECE = 2
connection.migrate = lambda raw: raw.execute(f"PRAGMA user_version = {schema.VERSION}")
"""
    + OPENED
)
ENCRYPT = """
import sys
from pathlib import Path
from core.ledger.backup import encrypt
encrypt(Path(sys.argv[1]), bytes(range(32)))
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


CHIEF, PIN = "孙", "long-passphrase"


class Place(NamedTuple):
    """The folder that is recorded, the folder where images are tried, and the key, None of a plain ledger."""

    folder: Path
    images: Path
    key: bytes | None

    @property
    def ledger(self) -> Path:
        return self.folder / "ledger.db"

    @property
    def copy(self) -> Path:
        return self.folder / "copy.db"

    @property
    def who(self) -> list[str]:
        """How the console is told who works."""
        return ["--plain"] if self.key is None else ["--operator", CHIEF, "--portable"]


def _place(tmp_path: Path, memory: Path, encrypted: bool, monkeypatch: pytest.MonkeyPatch) -> Place:
    folder = tmp_path / "recorded"
    folder.mkdir()
    if not encrypted:
        return Place(folder, memory, None)
    cheap = {"time_cost": 1, "memory_cost": 8, "parallelism": 1}
    monkeypatch.setattr("core.ledger.keys.COST", cheap)
    monkeypatch.setattr("core.ledger.operators.PasswordHasher", lambda: PasswordHasher(**cheap))
    monkeypatch.setenv("MINGZHANG_PIN", PIN)
    ledger = folder / "ledger.db"
    assert isinstance(set_up(ledger, CHIEF, PIN, None), SetUp)
    unlocked = Keys(ledger).unlock(CHIEF, PIN)
    assert not isinstance(unlocked, list)
    return Place(folder, memory, unlocked.key)


@pytest.fixture(params=["plain", "encrypted"])
def place(
    request: pytest.FixtureRequest, tmp_path: Path, memory: Path, monkeypatch: pytest.MonkeyPatch
) -> Place:
    """An empty folder, or one with an encrypted ledger that was set up and is empty."""
    return _place(tmp_path, memory, request.param == "encrypted", monkeypatch)


@pytest.fixture
def plain_place(tmp_path: Path, memory: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    return _place(tmp_path, memory, False, monkeypatch)


def posting(place: Place, key: str) -> str:
    patient = {"id_type": "01", "id": WANG.identifiers[0].id, "name": WANG.name}
    operator = "赵" if place.key is None else CHIEF
    request = stay(eligible="3000.00")
    return json.dumps({"key": key, "patient": patient, "operator": operator, "request": request}) + "\n"


def run(
    recorder: Path,
    place: Place,
    arguments: list[str],
    check: "Check",
    wanted: int,
    script: str = CONSOLE,
    stdin: str = "",
) -> Counted:
    """Records a run of the program and cuts the power in it."""
    if script in (CONSOLE, CARELESS, UNSYNCED):
        arguments = ["ledger", "--db", str(place.ledger), *place.who, *arguments]
    before, calls = recorded(recorder, place.folder, place.folder.parent / "log", script, arguments, stdin)
    assert {call.call for call in calls} >= {"a", "o", "s", "w"}
    sealed = before.get(keys_file(place.ledger).name)

    def checked(image: Image, said: str) -> str | None:
        if image.get(keys_file(place.ledger).name) != sealed:
            return "what opens the file is gone"
        return check(place.images, image, said)

    return cut_everywhere(before, calls, checked, wanted)


Check = Callable[[Path, Image, str], str | None]


def answers(said: str) -> list[Any]:
    """What had been printed whole."""
    return [json.loads(line) for line in said[: said.rfind("\n") + 1].splitlines()]


def held(file: Path, key: bytes | None) -> list[str]:
    """What a ledger that verifies holds, an entry each."""
    with closing(Ledger(file, key=key)) as ledger:
        found = ledger.verify()
        assert found.fault is None, found.fault
        rows = ledger.db.execute(
            """SELECT coalesce(
                key, 'reverses ' || reverses, 'replaces ' || json_extract(record, '$.replaces')
            ) FROM entries ORDER BY number"""
        )
        return [name for (name,) in rows]


def tried(work: Callable[[], str | None]) -> str | None:
    """What is wrong: what a check says, or that the ledger did not open or verify."""
    try:
        return work()
    except (LedgerUnavailable, AssertionError) as error:
        return f"does not open: {error}"


def keeps(place: Place, before: list[str], *added: list[str]) -> Check:
    """What was there and every acknowledged addition is there, each addition whole, in order and once."""
    states = [before]
    for more in added:
        states.append([*states[-1], *more])

    def check(folder: Path, image: Image, said: str) -> str | None:
        laid_out(image, folder)

        def work() -> str | None:
            there = held(folder / "ledger.db", place.key)
            if there not in states:
                return f"doubled, halved or in disorder: {there}"
            return "lost" if states.index(there) < len(answers(said)) else None

        return tried(work)

    return check


def sound(counted: Counted, wanted: int) -> None:
    assert not counted.faults, (len(counted.faults), counted.faults[0])
    assert counted.different >= wanted, counted


def batteries(default: int) -> Any:
    """How many images: by default, some 250 in all these tests; in the long battery, more than 220 000."""
    return pytest.mark.parametrize("wanted", [default, pytest.param(400 * default, marks=pytest.mark.long)])


KEYS = [f"key-{number}" for number in range(2)]


@pytest.mark.some_cases(1)
@batteries(72)
def test_posting_loses_and_doubles_nothing(recorder, place, wanted):
    lines = "".join(posting(place, key) for key in KEYS)
    check = keeps(place, [], *([key] for key in KEYS))
    sound(
        run(recorder, place, ["post", "--lines", "--reason", "分次办理"], check, wanted, stdin=lines), wanted
    )


@pytest.mark.some_cases(1)
def test_without_full_synchronisation_the_harness_reports_losses(recorder, place):
    """The planted fault: a harness that finds nothing here would find nothing anywhere."""
    lines = "".join(posting(place, key) for key in KEYS)
    check = keeps(place, [], *([key] for key in KEYS))
    counted = run(recorder, place, ["post", "--lines", "--reason", "分次办理"], check, 300, CARELESS, lines)
    assert counted.faults.count("lost") > 5, counted


def desk_of(place: Place, reader: RequestReader) -> Desk:
    counter = Counter(reader, Ledger(place.ledger, key=place.key))
    if place.key is not None:
        assert isinstance(counter.sign_in(CHIEF, PIN), Operator)
    return Desk(counter)


def filled(place: Place, reader: RequestReader) -> list[str]:
    """A closed ledger of three entries; what `held` finds in it."""
    desk = desk_of(place, reader)
    who = {} if place.key is None else {"operator": CHIEF}
    desk.posted(stay(), **who)
    desk.posted(stay(eligible="3000.00"), **who)
    desk.posted(chronic(), LI, **who)
    desk.counter.close()
    return ["key-1", "key-2", "key-3"]


REVERSE = ["reverse", "1", "--reason", "录错了", "--operator"]


@pytest.mark.some_cases(1)
@batteries(40)
def test_reversing_is_done_whole_or_not_at_all(recorder, place, reader, wanted):
    check = keeps(place, filled(place, reader), ["reverses 1"])
    sound(run(recorder, place, [*REVERSE, CHIEF], check, wanted), wanted)


@pytest.mark.some_cases(1)
@batteries(24)
def test_reversing_and_settling_again_is_done_whole_or_not_at_all(recorder, place, reader, wanted):
    check = keeps(place, filled(place, reader), ["reverses 1", "reverses 2", "replaces 2"])
    sound(run(recorder, place, [*REVERSE, CHIEF, "--resettle"], check, wanted), wanted)


def copied_and_gone_on(place: Place, reader: RequestReader) -> list[str]:
    """A ledger of four entries and a backup of its first three; what `held` finds in the backup."""
    names = filled(place, reader)
    desk = desk_of(place, reader)
    assert backup(desk.ledger, place.copy) == 3
    desk.posted(stay(), key="key-4", **({} if place.key is None else {"operator": CHIEF}))
    desk.counter.close()
    return names


@pytest.mark.some_cases(1)
@batteries(40)
def test_a_backup_is_whole_or_the_one_before_it(recorder, place, reader, wanted):
    check = backed_up(place, copied_and_gone_on(place, reader))
    sound(run(recorder, place, ["backup", str(place.copy)], check, wanted), wanted)


@pytest.mark.some_cases(1)
def test_a_backup_that_is_not_synced_is_reported_as_lost(recorder, place, reader):
    """The planted fault: the copy takes its name before it is on the disk."""
    check = backed_up(place, copied_and_gone_on(place, reader))
    assert run(recorder, place, ["backup", str(place.copy)], check, 30, UNSYNCED).faults


def backed_up(place: Place, names: list[str]) -> Check:
    """The ledger is as it was; the backup is the new one, or before it was acknowledged the old one."""

    def check(folder: Path, image: Image, said: str) -> str | None:
        laid_out(image, folder)

        def work() -> str | None:
            if held(folder / "ledger.db", place.key) != [*names, "key-4"]:
                return "the ledger has changed"
            if place.key is not None and keys_file(folder / "copy.db").name not in image:
                return "what opens the copy is gone"
            there = held(folder / "copy.db", place.key)
            return None if there == [*names, "key-4"] or (there == names and not answers(said)) else "lost"

        return tried(work)

    return check


NEW_PIN = "another-passphrase"


@batteries(40)
def test_while_a_pin_changes_one_of_the_two_opens_the_ledger(recorder, tmp_path, memory, monkeypatch, wanted):
    sound(pin_changed(recorder, _place(tmp_path, memory, True, monkeypatch), CHEAP, wanted), wanted)


def test_a_pin_that_is_changed_in_one_place_first_is_reported(recorder, tmp_path, memory, monkeypatch):
    """The planted fault: a new passphrase takes the place of the old one before the list knows of it."""
    hasty = CHEAP.replace("import sys;", HASTY)
    assert pin_changed(recorder, _place(tmp_path, memory, True, monkeypatch), hasty, 60).faults


CHEAP = f"""
from argon2 import PasswordHasher
from core.ledger import keys, operators
keys.COST = cheap = {{"time_cost": 1, "memory_cost": 8, "parallelism": 1}}
operators.PasswordHasher = lambda: PasswordHasher(**cheap)
{CONSOLE}"""
HASTY = """
prepare = keys.Keys.prepare
def at_once(self, operator, passphrase, key):
    prepare(self, operator, passphrase, key)
    self.confirm(operator)
keys.Keys.prepare = at_once
import sys;"""


def pin_changed(recorder: Path, place: Place, script: str, wanted: int) -> Counted:
    """Cuts the power while an administrator's PIN is changed on the console."""
    environment = {"MINGZHANG_NEW_PIN": NEW_PIN}
    arguments = ["ledger", "--db", str(place.ledger), *place.who, "operator", CHIEF, "--new-pin"]
    log = place.folder.parent / "log"
    before, calls = recorded(recorder, place.folder, log, script, arguments, **environment)

    def check(image: Image, said: str) -> str | None:
        laid_out(image, place.images)

        def opens(pin: str) -> bool:
            unlocked = Keys(place.images / "ledger.db").unlock(CHIEF, pin)
            if isinstance(unlocked, list):
                return False
            with closing(Ledger(place.images / "ledger.db", key=unlocked.key)) as ledger:
                signed = Operators(ledger).sign_in(CHIEF, pin)
                return isinstance(signed, Operator) and ledger.verify().fault is None

        def work() -> str | None:
            new = opens(NEW_PIN)
            return None if new or (not answers(said) and opens(PIN)) else "nobody can sign in"

        return tried(work)

    return cut_everywhere(before, calls, check, wanted)


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("damaged", [False, True])
@batteries(24)
def test_a_restore_takes_over_whole_and_loses_nothing_of_what_it_replaces(
    recorder, place, reader, wanted, damaged
):
    if damaged:  # the damaged file is exchanged as a whole: fewer images differ
        wanted //= 3
    names = copied_and_gone_on(place, reader)
    content = place.ledger.read_bytes()
    if damaged:
        content = content[:4096] + b"\xa5" * (len(content) - 4096)
        place.ledger.write_bytes(content)

    def check(folder: Path, image: Image, said: str) -> str | None:
        laid_out(image, folder)
        ledger = folder / "ledger.db"
        if damaged and image.get("ledger.db") == content:
            return "lost" if answers(said) else None

        def work() -> str | None:
            there = held(ledger, place.key)
            if there == [*names, "key-4"]:
                return "not restored" if answers(said) else None
            if there != names:
                return f"neither one: {there}"
            kept = list(folder.glob("ledger-*.db"))
            if damaged:
                return None if [file.read_bytes() for file in kept] == [content] else "nothing was kept"
            sound = [held(file, place.key) for file in kept] == [[*names, "key-4"]]
            return None if sound else "nothing was kept"

        return tried(work)

    sound(run(recorder, place, ["restore", str(place.copy)], check, wanted), wanted)


@pytest.mark.each_value
@pytest.mark.parametrize("old", ["schema-1", "schema-2", "schema-3", "schema-4", "guarded-5", "schema-6"])
@batteries(8)
def test_a_migration_is_done_whole_or_not_at_all(recorder, place, wanted, old):
    if old == "guarded-5":  # of schema 5 only operators change: fewer images differ
        wanted //= 10
    if place.key is None:
        shutil.copyfile(FIXTURES / f"{old}.db", place.ledger)
    else:
        drop(place.ledger)  # an older ledger takes the place of the one that was set up, which is another
        place.ledger.unlink()
        older(place, old)
    other = shutil.copyfile(place.ledger, place.folder.parent / "other.db")
    check = keeps(place, held(other, place.key))
    arguments = [str(place.ledger), (place.key or b"").hex()]
    counted = run(recorder, place, arguments, migrated(place, check), wanted, MIGRATE)
    sound(counted, wanted)


def test_a_renewal_that_takes_its_summaries_over_before_they_are_whole_is_reported(recorder, plain_place):
    """The planted fault: the file says that it is of today while its pieces are still being made."""
    shutil.copyfile(FIXTURES / "schema-6.db", plain_place.ledger)
    other = shutil.copyfile(plain_place.ledger, plain_place.folder.parent / "other.db")
    check = migrated(plain_place, keeps(plain_place, held(other, None)))
    assert run(recorder, plain_place, [str(plain_place.ledger), ""], check, 20, HALF_RENEWED).faults


def older(place: Place, old: str) -> None:
    """An encrypted ledger of an earlier schema."""
    with closing(connect(place.ledger, place.key, isolation_level=None)) as made:
        made.execute("ATTACH DATABASE ? AS plain KEY ''", [str(FIXTURES / f"{old}.db")])
        made.execute("SELECT sqlcipher_export('main', 'plain')")
        made.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        made.execute(f"PRAGMA user_version = {old.rpartition('-')[2]}")
        made.execute("DETACH DATABASE plain")
        made.execute("PRAGMA journal_mode = WAL")


def migrated(place: Place, keeping: Check) -> Check:
    """It opens, which ends what the cut left undone, and was of the new schema once that was said."""

    def check(folder: Path, image: Image, said: str) -> str | None:
        laid_out(image, folder)
        with closing(connect(folder / "ledger.db", place.key)) as raw:
            (version,) = raw.execute("PRAGMA user_version").fetchone()
        if answers(said) and version != VERSION:
            return "not migrated"
        return keeping(folder, image, "")

    return check


@batteries(24)
def test_a_plain_ledger_becomes_encrypted_whole_or_stays_plain(recorder, plain_place, reader, wanted):
    names = filled(plain_place, reader)

    def check(folder: Path, image: Image, said: str) -> str | None:
        laid_out(image, folder)
        is_plain = image["ledger.db"].startswith(b"SQLite format 3")
        if is_plain and answers(said):
            return "still plain"

        def work() -> str | None:
            there = held(folder / "ledger.db", None if is_plain else bytes(range(32)))
            return None if there == names else "lost"

        return tried(work)

    sound(run(recorder, plain_place, [str(plain_place.ledger)], check, wanted, ENCRYPT), wanted)
