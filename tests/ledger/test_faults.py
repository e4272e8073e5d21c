"""Every writing command of the console while one call to the disk, or one allocation, fails.

No message says the opposite of what happened, nothing is lost, and the next start finds everything whole.
"""

import errno
import json
import os
import random
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from argon2 import PasswordHasher

from core.clock import BEIJING
from core.counter import Counter
from core.counter.rules_on_record import read_record
from core.desks import packet, stick, trusting
from core.desks.ledger_keys import SIGNATURE, is_signed
from core.exchange.request import RequestReader
from core.ledger.access import SetUp, set_up
from core.ledger.backup import backup
from core.ledger.errors import LedgerUnavailable
from core.ledger.keys import Keys, Unlocked
from core.ledger.keys_file import keys_file
from core.ledger.ledger import Ledger
from core.ledger.operators import Operator, Operators, Role
from core.policy import packets
from tests.ledger.desk import LI, Desk, chronic, stay
from tests.ledger.faulty_commands import (
    CHIEF,
    COMMANDS,
    NEW_PIN,
    PIN,
    READING,
    THEIRS,
    TOGETHER,
    WITHOUT_CHECK,
    WRITING,
    ZHAO,
    Command,
    of_console,
    written_by,
)
from tests.ledger.powercut import ROOT, compiler
from tests.ledger.test_encryption import CHEAP

pytestmark = pytest.mark.skipif(
    compiler() is None, reason="what fails beneath a process is a C program: there is no compiler here"
)

FIXTURES = Path(__file__).parent / "fixtures"
HOME = "home-of-the-user"
PLAIN = ("plain", "old", "joined", "aged", "met")
"""The folders that begin with a plain ledger."""

PACK = """id = "jilin/changchun"
name = "长春市"
effective = 2026-01-01
source = { document = "长医保发〔2026〕1号", entered_by = "孙" }
[inpatient.deductible]
level_2 = [400, 300]
"""
CLAIMS = """姓名,身份证号,benefit,hospital_level,admitted,discharged,total,eligible
赵大,220102197003030033,inpatient,level_2,2026-05-01,2026-05-04,3000.00,3000.00
赵大,220102197003030033,inpatient,level_2,2026-06-01,2026-06-04,3000.00,3000.00
"""
QUIET = {
    *("signed_in", "wrong_pin", "locked_out", "key_changed", "head_key", "day_signed", "region_changed"),
    "looked_up",
}
"""The acts that come with signing in and leaving, whatever is done between."""


KILLED = -2
POSTED = "已经记进账本"
NOTED = "操作记录里已经记下"
"""What is said where the trail holds a new recovery code and the keys do not: the one before it holds."""
UNSURE = ("不能确定", "没有做完")
"""What is said where a disk neither takes what was written nor lets it be taken back, and of short memory."""

ERRORS = {
    "w": [(errno.EIO, False), (errno.ENOSPC, True), (errno.EROFS, True)],
    "s": [(errno.EIO, False), (errno.EIO, True)],
    "r": [(errno.EIO, False), (errno.ENOSPC, True)],
    "o": [(errno.EMFILE, False), (errno.EROFS, True), (errno.EIO, False)],
    "u": [(errno.EIO, False), (errno.EROFS, True)],
    "a": [(errno.ENOMEM, False), (errno.ENOMEM, True)],
}
"""What may fail, by which error: once, or from then on."""


class Expected(NamedTuple):
    """What a command begins with, and what it leaves when nothing fails."""

    before: Any
    copies_before: dict[str, int]
    after: Any
    copies_after: dict[str, int]
    counts: dict[str, int]


class Place:
    """The folders that commands begin with, the process that runs them, and what they leave."""

    plain: tuple[str, ...] = PLAIN

    def __init__(self, folder: Path, shim: Path, reader: RequestReader) -> None:
        self.bases = folder / "bases"
        self.folder = folder / "work"
        self.home = folder / "home"
        self.code = ""
        self.expected: dict[str, Expected] = {}
        for name in ("plain", "guarded", "empty", "old", "aged", "other"):
            (self.bases / name / HOME).mkdir(parents=True)
        self.given = {"MONTH": f"{datetime.now(BEIJING):%Y-%m}"}
        self._fill(reader)
        self._sign(reader)
        environment = {
            **os.environ,
            "LD_PRELOAD": str(shim),
            "FAULTS_FOLDER": str(self.folder),
            "FAULTS_HOME": str(self.home),
            "MINGZHANG_HOME": str(self.home),
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.ledger.faulty"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            cwd=ROOT,
            text=True,
        )

    def _derive(self, new: str) -> None:
        """Make a folder to begin with of what a command leaves of another one."""
        if new == "receipts":
            self._measured()
            return
        command = _DERIVED[new]
        self.begin(command.base)
        answer = self.ask(command)
        assert answer["status"] == 0, answer
        shutil.copytree(self.folder, self.bases / new)
        shutil.copytree(self.home, self.bases / new / HOME)
        if new == "met":
            self.given["CONFLICT"] = self._told("conflicts")["conflicts"][0]["id"]
        elif new == "found":
            file = self.bases / new / HOME / "regions" / "jilin-changchun.toml"
            file.parent.mkdir(exist_ok=True)
            shutil.copyfile(self.bases / "guarded" / "pack.toml", file)
            shutil.copytree(file.parent, self.home / "regions", dirs_exist_ok=True)
            self.given["FOUND"] = next(iter(self._told("packs confirm")["found"]))

    def _told(self, name: str) -> dict[str, Any]:
        """What a command says that is asked for nothing, over what lies in the folder."""
        command = COMMANDS[name]
        options = command.arguments.index(next(each for each in command.arguments if each.startswith("--")))
        lead = command.arguments[: 2 if name.startswith("packs") else 1]
        rest = command.arguments[options:] if name.startswith("packs") else []
        told: dict[str, Any] = json.loads(self.ask(command._replace(arguments=[*lead, *rest]))["out"])
        return told

    def _measured(self) -> None:
        """Lay a year of receipts beside a region of which nothing is known."""
        from tests.agreement.hidden import year_of  # it reads every document

        folder, year = self.bases / "receipts", year_of(1, 2)
        (folder / HOME).mkdir(parents=True)
        year.write(folder)
        empty = f'id = "{year.pack["id"]}"\nname = "-"\neffective = {year.pack["effective"]}\n'
        (folder / "empty.toml").write_text(empty, encoding="utf-8")

    def _sign(self, reader: RequestReader) -> None:
        """Lay a pack, a key of the county's office and a packet signed by it beside the guarded ledger."""
        folder = self.bases / "guarded"
        (folder / "pack.toml").write_text(PACK, encoding="utf-8")
        packets.write_new_key(folder / "office.key")
        files = packets.names_inside([folder / "pack.toml"])
        assert isinstance(files, dict), files
        key, documents = (folder / "office.key").read_bytes(), reader.documents
        issued = date(2026, 11, 1)
        made = packets.sign(files, key, issuer="县医保局", number=1, issued=issued, documents=documents)
        assert isinstance(made, bytes), made
        (folder / "rules.mzpack").write_bytes(made)
        shutil.copytree(folder, self.bases / "office", ignore=shutil.ignore_patterns("*.db*"))

    def _fill(self, reader: RequestReader) -> None:
        with closing(Counter(reader, Ledger(self.bases / "plain" / "ledger.db"))) as counter:
            self._entries(counter, {})
        long_ago = Ledger(self.bases / "aged" / "ledger.db", now=lambda: datetime(2020, 5, 5, tzinfo=UTC))
        with closing(Counter(reader, long_ago)) as counter:
            days = {"admitted": "2020-03-01", "discharged": "2020-03-02"}
            Desk(counter).posted(stay(**days), LI, key="long ago")
        with closing(Counter(reader, Ledger(self.bases / "aged" / "ledger.db"))) as counter:
            Desk(counter).posted(stay())
        shutil.copyfile(FIXTURES / "schema-6.db", self.bases / "old" / "ledger.db")
        with closing(Counter(reader, Ledger(self.bases / "other" / "ledger.db"))) as counter:
            Desk(counter).posted(stay(admitted="2026-03-08", discharged="2026-03-12"))
            own = trusting.own(counter)
            self.given |= {"LEDGER": own.id, "FINGERPRINT": own.fingerprint}
            for name in ("plain", "guarded"):
                packet = self.bases / name / "other.packet"
                assert not isinstance(stick.hand_over(counter, packet, operator=ZHAO), list)
        (self.bases / "plain" / "theirs.json").write_text(json.dumps(THEIRS), encoding="utf-8")
        (self.bases / "plain" / "claims.csv").write_text(CLAIMS, encoding="utf-8")
        made = set_up(self.bases / "guarded" / "ledger.db", CHIEF, PIN, None)
        assert isinstance(made, SetUp)
        self.code = made.recovery_code
        keys = Keys(self.bases / "guarded" / "ledger.db")
        unlocked = keys.unlock(CHIEF, PIN)
        assert isinstance(unlocked, Unlocked)
        ledger = Ledger(self.bases / "guarded" / "ledger.db", key=unlocked.key)
        with closing(Counter(reader, ledger, keys=keys)) as counter:
            assert isinstance(counter.sign_in(CHIEF, PIN), Operator)
            assert isinstance(counter.add_operator(ZHAO, Role.CLERK, NEW_PIN), Operator)
            self._entries(counter, {"operator": CHIEF})

    @staticmethod
    def _entries(counter: Counter, who: dict[str, str]) -> None:
        desk = Desk(counter)
        desk.posted(stay(), **who)
        assert backup(counter.ledger, counter.ledger.path.with_name("copy.db")) == 1
        desk.posted(chronic(), LI, **who)
        desk.posted(stay(eligible="3000.00", admitted="2026-04-01", discharged="2026-04-03"), **who)

    def begin(self, base: str) -> None:
        """Make the folder what a command begins with."""
        if not (self.bases / base).exists():
            self._derive(base)
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.rmtree(self.home, ignore_errors=True)
        shutil.copytree(self.bases / base, self.folder, ignore=shutil.ignore_patterns(HOME))
        (self.folder / "backups").mkdir(exist_ok=True)
        shutil.copytree(self.bases / base / HOME, self.home)

    def run(
        self, name: str, kind: str = "-", nth: int = 0, error: int = 0, sticky: bool = False
    ) -> dict[str, Any]:
        """Run a command with a fault."""
        return self.ask(COMMANDS[name], kind, nth, error, sticky)

    def ask(
        self, command: Command, kind: str = "-", nth: int = 0, error: int = 0, sticky: bool = False
    ) -> dict[str, Any]:
        """Run what may stand in the table with a fault."""
        is_plain = command.base in self.plain and "set-up" not in command.arguments
        who = ["--plain"] if is_plain else ["--operator", CHIEF, "--portable"]
        if is_plain and command.arguments[0] in {"erase", "purge", "export"}:
            who += ["--operator", ZHAO]
        if command.server:
            who += ["--server", self.given.get(command.server, command.server)]
        arguments = [
            self.given.get(each, each).replace("FOLDER", str(self.folder)) for each in command.arguments
        ]
        before = ["ledger", "--db", str(self.folder / "ledger.db"), *who] if command.ledger else []
        case = {
            "arguments": before + arguments,
            "stdin": command.stdin,
            "environment": {
                "MINGZHANG_PIN": PIN,
                "MINGZHANG_NEW_PIN": NEW_PIN,
                "MINGZHANG_RECOVERY_CODE": self.code,
            },
            "kind": kind,
            "nth": nth,
            "error": error,
            "sticky": sticky,
        }
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(case) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def end(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def state(self) -> Any:
        """What stands in the ledger: everything that an act changes, and which PIN holds."""
        path = self.folder / "ledger.db"
        if not path.exists():
            packets.finish(self.home)  # as the next opening does
            return {"rules": self._rules(), "made": self._made(), "acts": []}
        key = self._key(path)
        with closing(Ledger(path, key=key, heads=False)) as ledger:
            fault = ledger.verify().fault
            assert fault is None, fault
            packets.finish_asked(self.home, read_record(ledger).packed)  # as the next opening does
            db = ledger.db
            # a person's key is random; at a desk without rules of its own the first sign-in notes that (*)
            acts = db.execute(
                """SELECT act || iif(act = 'region_changed' AND about <> '*', ' here', ''),
                iif(length(about) = 32, '', about) FROM acts ORDER BY number"""
            ).fetchall()
            return {
                "plain": key is None,
                "entries": db.execute("SELECT kind, reverses FROM entries ORDER BY number").fetchall(),
                "acts": [each for each in acts if each[0] not in QUIET],
                "people": db.execute("SELECT name, person = key FROM patients ORDER BY name").fetchall(),
                "facts": db.execute("SELECT entry, receipt FROM facts ORDER BY entry").fetchall(),
                "operators": db.execute("SELECT name, role, active FROM operators ORDER BY name").fetchall(),
                "ledgers": db.execute("SELECT trusted, closed, number FROM ledgers ORDER BY row").fetchall(),
                "record": self._record(ledger),
                "rules": self._rules(),
                "made": self._made(),
                "pins": [Operators(ledger).is_pin_of(CHIEF, pin) for pin in (PIN, NEW_PIN)],
            }

    def _rules(self) -> list[str]:
        """The rules, packets and keys in the user's own folder, and what the trail says of them is `acts`."""
        folders = [self.home / name for name in ("regions", "documents", packets.PACKETS, packets.KEYS)]
        return sorted(file.name for folder in folders if folder.exists() for file in folder.iterdir())

    @staticmethod
    def _record(ledger: Ledger) -> list[Any]:
        """The packs that are in force by the trail, and those that wait for a check."""
        record = read_record(ledger)
        return [sorted(record.packs), sorted(record.unchecked), record.check_required]

    def _made(self) -> list[str]:
        """The files that were given out, each of which is whole."""
        files = sorted(self.folder.glob("made*"))
        for file in files:
            assert is_whole(file), file.name
        return [file.name for file in files]

    def _key(self, path: Path) -> bytes | None:
        if path.read_bytes()[:15] == b"SQLite format 3" or not keys_file(path).exists():
            return None
        for pin in (PIN, NEW_PIN):
            unlocked = Keys(path).unlock(CHIEF, pin)
            if isinstance(unlocked, Unlocked):
                return unlocked.key
        raise AssertionError("nobody can open it")

    def copies(self) -> dict[str, int]:
        """Every backup with the number of its entries; one that is not whole is a fault."""
        found = {}
        for copy in sorted(
            [*self.folder.glob("*copy.db"), *self.folder.glob("new.db"), *self.folder.glob("backups/*.db")]
        ):
            looked_at = self.home.parent / "looked-at.db"  # opening it would change it
            for file, other in ((copy, looked_at), (keys_file(copy), keys_file(looked_at))):
                other.unlink(missing_ok=True)
                if file.exists():
                    shutil.copyfile(file, other)
            with closing(Ledger(looked_at, key=self._key(looked_at), heads=False)) as ledger:
                verified = ledger.verify()
                assert verified.fault is None, verified.fault
                found["backups" if copy.parent.name == "backups" else copy.name] = verified.entries
        return found


def is_whole(file: Path) -> bool:
    """Whether a file that a command wrote is all of it."""
    content = file.read_bytes()
    if file.suffix == ".db":
        return bool(content)  # a backup is opened and verified (`Place.copies`)
    if file.suffix == stick.RECEIPT:
        return isinstance(stick.read_receipt(file), stick.HoldingsTold)
    if file.suffix == packet.SUFFIX:
        read = packet.read(file)
        assert isinstance(read, packet.Sealed), read
        if read.header.to:
            return len(read.block) > SIGNATURE  # nobody opens it here
        signature, packed = read.block[:SIGNATURE], read.block[SIGNATURE:]
        return is_signed(read.header.public, read.open_part + packed, signature)
    if file.suffix == ".toml":
        return bool(tomllib.loads(content.decode()))
    if file.suffix in (".xlsx", ".zip", ".mzpack"):
        with zipfile.ZipFile(file) as archive:
            return archive.testzip() is None
    return content.endswith(b"\n")


_DERIVED = {
    "joined": COMMANDS["join"],
    "trusted": COMMANDS["packs trust"],
    "acquainted": COMMANDS["trust"],
    "met": COMMANDS["take-in"],
    "found": COMMANDS["packs require-check"],
    "confirmed": COMMANDS["packs confirm"],
    "unchecked": WITHOUT_CHECK,
    "trusting office": COMMANDS["packs trust without a desk"],
}
"""The folders that a command leaves of another one, by the command."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, reader_once: RequestReader) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("faults")
    shim = folder / "faults.so"
    program = compiler()
    assert program is not None
    source = Path(__file__).with_name("faults.c")
    subprocess.run([program, "-shared", "-fPIC", "-O1", "-Wall", "-o", shim, source, "-ldl"], check=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("core.ledger.keys.COST", CHEAP)
        patch.setattr("core.ledger.operators.PasswordHasher", lambda: PasswordHasher(**CHEAP))
        patch.setenv("MINGZHANG_HOME", str(folder / "home-of-making"))
        made = Place(folder, shim, reader_once)
        yield made
        made.end()


@pytest.fixture(scope="module")
def reader_once() -> RequestReader:
    from core.policy.shelf import load_documents, load_regions

    documents = load_documents()
    return RequestReader(documents, load_regions(documents)[0])


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch, place: Place) -> None:
    monkeypatch.setattr("core.ledger.keys.COST", CHEAP)
    monkeypatch.setattr("core.ledger.operators.PasswordHasher", lambda: PasswordHasher(**CHEAP))
    monkeypatch.setenv("MINGZHANG_HOME", str(place.home))


def without_faults(place: Place, name: str) -> Expected:
    """Run a command as it should, and count the calls of each kind that it makes; once for a place."""
    if name not in place.expected:
        place.begin(COMMANDS[name].base)
        before, copies = place.state(), place.copies()
        place.begin(COMMANDS[name].base)
        answer = place.run(name, "#")
        assert answer["status"] == COMMANDS[name].status, (name, answer)
        assert name != "purge" or json.loads(answer["out"]).get("persons") == 1, answer
        place.expected[name] = Expected(before, copies, place.state(), place.copies(), answer["counts"])
    return place.expected[name]


COUNTED_FIRST = {
    "guarded backup": "backed_up",
    "hand-over": "packet_made",
    "guarded hand-over": "packet_made",
}
"""What is noted in the trail before it is done: a copy that nobody knows of would be worse."""


def counted(name: str, state: Any) -> Any:
    """A state in which an act that is noted first stands once, however often it was begun."""
    act = COUNTED_FIRST.get(name)
    if act is None:
        return state
    noted = [each for each in state["acts"] if each[0].startswith(act)]
    others = [each for each in state["acts"] if each not in noted]
    return {**state, "acts": [*others, *noted[:1]]}


def wrong_with(place: Place, name: str, expected: Expected, answer: dict[str, Any]) -> str | None:
    """Return what is wrong after a command in which a call failed, None where nothing is."""
    told, status, well = answer["out"] + answer["err"], answer["status"], COMMANDS[name].status
    if status != KILLED and ("Traceback" in told or status not in (well, 0, 2, 3)):
        return f"it broke: {told[-300:]}"
    try:
        before, after = (counted(name, each) for each in (expected.before, expected.after))
        state, copies = counted(name, place.state()), place.copies()
        if state == {**before, "acts": after["acts"]} and name in COUNTED_FIRST:
            state = before if copies == expected.copies_before else state
        done = state == after and copies == expected.copies_after
        undone = state == before and copies == expected.copies_before
        if status == well and not done:
            return f"it says that it was done: {state}, {copies}"
        lost = [] if status != well else not_there(answer)
        if lost:
            return f"it names what is not there: {lost}"
        says_done = any(words in told for words in (*UNSURE, POSTED, NOTED))
        if status not in (well, KILLED) and done and not undone and not says_done:
            return f"it says that nothing was done, and it was: {told[-200:]}"
        if undone and not done and any(place.folder.glob("out*")):
            return "the results of what was not done are there"
        begun = "set-up" in name or "restore" in name or status == KILLED
        if not done and not undone and not begun:
            return f"half of it was done: {state}, {copies}"
        if not done:
            again = place.run(name)
            if (
                again["status"] != well
                or counted(name, place.state()) != after
                or place.copies() != expected.copies_after
            ):
                return f"the next start does not do it: {again}"
    except (AssertionError, LedgerUnavailable) as error:
        return f"it is not whole: {error}"
    return None


def not_there(answer: dict[str, Any]) -> list[str]:
    """The files that an answer names and that are not there, or not whole."""
    lines = [json.loads(line) for line in answer["out"].splitlines()]
    named = [Path(each[field]) for each in lines for field in ("out", "file", "receipt") if each.get(field)]
    files = [file for file in named if file.is_absolute()]  # a bill's number is a receipt, too
    return [file.name for file in files if not file.exists() or not is_whole(file)]


def faults_of(place: Place, names: Iterable[str], each: int, seed: int) -> tuple[int, list[str]]:
    """Let so many calls of each command fail; how many did, and what was wrong."""
    chance = random.Random(seed)
    fired, found = 0, []
    for name in names:
        expected = without_faults(place, name)
        kinds = [kind for kind in ERRORS if expected.counts[kind]]
        wanted = fired + each
        for turn in range(3 * each):
            if fired == wanted:
                break
            kind = kinds[turn % len(kinds)]
            error, sticky = chance.choice(ERRORS[kind])
            nth = chance.randint(1, expected.counts[kind])
            place.begin(COMMANDS[name].base)
            answer = place.run(name, kind, nth, error, sticky)
            if not answer["fired"]:
                continue
            fired += 1
            wrong = wrong_with(place, name, expected, answer)
            if wrong is not None:
                found.append(
                    f"{name}, {kind} {nth} ({errno.errorcode[error]}{', on' if sticky else ''}): {wrong}"
                )
    return fired, found


def kills_of(place: Place, names: Iterable[str], each: int, seed: int) -> tuple[int, list[str]]:
    """Kill each command so many times at a call to the disk; how often, and what was wrong."""
    chance = random.Random(seed)
    killed, found = 0, []
    for name in names:
        expected = without_faults(place, name)
        calls = sum(expected.counts[kind] for kind in "wsru")
        for _ in range(each):
            nth = chance.randint(1, calls)
            place.begin(COMMANDS[name].base)
            if place.run(name, "*", nth, -1)["status"] != KILLED:
                continue
            killed += 1
            wrong = wrong_with(place, name, expected, {"status": KILLED, "out": "", "err": ""})
            if wrong is not None:
                found.append(f"{name}, killed at {nth} of {calls}: {wrong}")
    return killed, found


KILLS = [
    *("set-up", "set-up over plain", "restore", "guarded restore"),
    *("batch", "operator off", "recover", "migrate", "packs import"),
]


def test_a_kill_inside_a_new_key_leaves_a_ledger_that_opens(place: Place) -> None:
    killed, found = kills_of(place, ["operator off"], 6, 3)
    assert found == []
    assert killed == 6


@pytest.mark.long
def test_three_hundred_kills_inside_what_is_long_leave_everything_whole(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    killed, found = kills_of(place, KILLS, 36, 4)
    with capsys.disabled():
        print(f"\n{killed} kills inside {len(KILLS)} commands, {len(found)} left something that is not whole")
    assert found == []
    assert killed >= 300


SAMPLE = ["post", "operator off"]


def test_a_call_that_fails_loses_nothing_and_is_told_as_it_is(place: Place) -> None:
    fired, found = faults_of(place, SAMPLE, 6, 1)
    assert found == []
    assert fired == 12


FAULTS_EACH = 18


def forgotten(commands: Mapping[str, Command]) -> list[str]:
    """The commands of the console, and their options, that write and that no row of a table runs."""
    options = of_console()
    written: dict[str, set[str]] = {}
    for command in commands.values():
        written.setdefault(written_by(command, set(options)), set()).update(command.arguments)
    assert not written.keys() & READING
    assert options.keys() >= READING | TOGETHER
    lacking = [name for name in options if name not in {*written, *READING, *TOGETHER}]
    return lacking + [
        f"{name} {option}"
        for name, given in written.items()
        for option in sorted(options[name] & WRITING - given)
    ]


def test_a_battery_has_six_hundred_faults_and_forgets_no_command_that_writes() -> None:
    assert FAULTS_EACH * len(COMMANDS) >= 600
    assert forgotten(COMMANDS) == []
    rest = {name: each for name, each in COMMANDS.items() if not name.startswith(("trust", "reconcile"))}
    assert forgotten(rest) == ["reconcile", "ledger trust"]
    assert forgotten({**rest, "trust": COMMANDS["trust"], "reconcile": COMMANDS["reconcile"]}) == [
        "reconcile --out"
    ]


@pytest.mark.long
@pytest.mark.parametrize("name", COMMANDS)
def test_calls_that_fail_in_every_command_lose_nothing(place: Place, name: str) -> None:
    fired, found = faults_of(place, [name], FAULTS_EACH, 2)
    assert found == []
    assert fired == FAULTS_EACH


def test_a_command_that_hides_a_failure_is_reported(place: Place) -> None:
    """The planted faults: a backup that is cut short, a post that says what is not so."""
    expected = without_faults(place, "backup")
    place.begin("plain")
    answer = place.run("backup")
    (place.folder / "new.db").write_bytes((place.folder / "new.db").read_bytes()[:-4096])
    assert wrong_with(place, "backup", expected, answer) is not None
    expected = without_faults(place, "post")
    place.begin("plain")
    answer = {**place.run("post"), "status": 3}
    assert "nothing was done" in str(wrong_with(place, "post", expected, answer))
    place.begin("plain")
    assert "says that it was done" in str(wrong_with(place, "post", expected, {**answer, "status": 0}))
