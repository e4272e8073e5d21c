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
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from argon2 import PasswordHasher

from core.counter import Counter
from core.counter.rules_on_record import read_record
from core.exchange.request import RequestReader
from core.ledger.access import SetUp, set_up
from core.ledger.backup import backup
from core.ledger.errors import LedgerUnavailable
from core.ledger.keys import Keys, Unlocked
from core.ledger.keys_file import keys_file
from core.ledger.ledger import Ledger
from core.ledger.operators import Operator, Operators, Role
from core.policy import packets
from tests.ledger.desk import LI, WANG, Desk, chronic, stay
from tests.ledger.powercut import ROOT, compiler
from tests.ledger.test_encryption import CHEAP

pytestmark = pytest.mark.skipif(
    compiler() is None, reason="what fails beneath a process is a C program: there is no compiler here"
)

CHIEF, PIN, NEW_PIN, ZHAO = "孙", "long-passphrase", "another-passphrase", "赵"
PERSON = {"id_type": "01", "id": WANG.identifiers[0].id, "name": WANG.name}
FIXTURES = Path(__file__).parent / "fixtures"
HOME = "home-of-the-user"
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
OTHER = LI.identifiers[0].id
QUIET = {"signed_in", "wrong_pin", "locked_out", "key_changed", "head_key", "day_signed", "region_changed"}
"""The acts that come with signing in and leaving, whatever is done between."""


KILLED = -2
POSTED = "已经记进账本"
NOTED = "操作记录里已经记下"
"""What is said where the trail holds a new recovery code and the keys do not: the one before it holds."""
UNSURE = "不能确定"
"""What is said where a disk neither takes what was written nor lets it be taken back."""

ERRORS = {
    "w": [(errno.EIO, False), (errno.ENOSPC, True), (errno.EROFS, True)],
    "s": [(errno.EIO, False), (errno.EIO, True)],
    "r": [(errno.EIO, False), (errno.ENOSPC, True)],
    "o": [(errno.EMFILE, False), (errno.EROFS, True), (errno.EIO, False)],
    "u": [(errno.EIO, False), (errno.EROFS, True)],
    "a": [(errno.ENOMEM, False), (errno.ENOMEM, True)],
}
"""What may fail, by which error: once, or from then on."""


class Command(NamedTuple):
    """A command of the console: its arguments, its input, and the folder it begins with.

    ``ledger``: it is one of the ledger's, whose arguments begin with the file and who works.
    """

    arguments: list[str]
    stdin: str = ""
    base: str = "plain"
    ledger: bool = True


def posting(operator: str) -> str:
    request = stay(eligible="3000.00", admitted="2026-05-01", discharged="2026-05-04")
    return json.dumps({"key": "new", "patient": PERSON, "operator": operator, "request": request})


OPENING = json.dumps(
    {
        "key": "opening",
        "patient": PERSON,
        "operator": ZHAO,
        "year": 2026,
        "as_of": "2026-06-01",
        "totals": {"admissions": 3},
    }
)
AT_DESK = ("--db", "FOLDER/ledger.db", "--operator", CHIEF, "--portable")
COMMANDS = {
    "post": Command(["post"], posting(ZHAO)),
    "opening": Command(["opening"], OPENING),
    "reverse": Command(["reverse", "3", "--reason", "录错了", "--operator", ZHAO]),
    "resettle": Command(["reverse", "1", "--reason", "录错了", "--operator", ZHAO, "--resettle"]),
    "facts": Command(["facts", "1", "--operator", ZHAO], '{"receipt": "0001"}'),
    "rename": Command(
        ["rename", "--patient", PERSON["id"], "--name", "王秀瑛", "--reason", "写错", "--operator", ZHAO]
    ),
    "join": Command(
        [
            "join",
            "--patient",
            PERSON["id"],
            "--with",
            LI.identifiers[0].id,
            "--reason",
            "同",
            "--operator",
            ZHAO,
        ]
    ),
    "printed": Command(["printed", "1", "--operator", ZHAO]),
    "erase": Command(["erase", "--patient", PERSON["id"]]),
    "backup": Command(["backup", "FOLDER/new.db"]),
    "backup over": Command(["backup", "FOLDER/copy.db"]),
    "backup-into": Command(["backup-into", "FOLDER/backups"]),
    "restore": Command(["restore", "FOLDER/copy.db"]),
    "guarded post": Command(["post"], posting(CHIEF), "guarded"),
    "operator add": Command(["operator", "周", "--add"], "", "guarded"),
    "operator pin": Command(["operator", CHIEF, "--new-pin"], "", "guarded"),
    "operator role": Command(["operator", ZHAO, "--role", "supervisor"], "", "guarded"),
    "operator off": Command(["operator", ZHAO, "--active", "no"], "", "guarded"),
    "recover": Command(["recover"], "", "guarded"),
    "guarded backup": Command(["backup", "FOLDER/new.db"], "", "guarded"),
    "guarded restore": Command(["restore", "FOLDER/copy.db"], "", "guarded"),
    "batch": Command(
        [
            *("batch", "FOLDER/claims.csv", "--out", "FOLDER/out.csv", "--region", "jilin/example"),
            *("--post", "--plain", "--db", "FOLDER/ledger.db", "--operator", ZHAO),
        ],
        ledger=False,
    ),
    "separate": Command(
        [
            *("separate", "--patient", PERSON["id"], "--with", OTHER),
            *("--reason", "两人", "--operator", ZHAO),
        ],
        base="joined",
    ),
    "purge": Command(["purge", "--months", "24"], base="aged"),
    "report": Command(
        ["report", "list", "--from", "2026-01-01", "--to", "2099-12-31", "--out", "FOLDER/made-list.csv"]
    ),
    "recovery-code": Command(["recovery-code"], "", "guarded"),
    "packs key": Command(["packs", "key", "FOLDER/made.key"], "", "guarded", ledger=False),
    "packs sign": Command(
        [
            *("packs", "sign", "FOLDER/pack.toml", "--key", "FOLDER/office.key", "--issuer", "县医保局"),
            *("--number", "1", "--issued", "2026-11-01", "--out", "FOLDER/made.mzpack"),
        ],
        "",
        "guarded",
        ledger=False,
    ),
    "packs trust": Command(["packs", "trust", "FOLDER/office.pub", *AT_DESK], "", "guarded", ledger=False),
    "packs import": Command(
        ["packs", "import", "FOLDER/rules.mzpack", *AT_DESK], "", "trusted", ledger=False
    ),
    "packs require-check": Command(["packs", "require-check", "yes", *AT_DESK], "", "guarded", ledger=False),
    "migrate": Command(["verify"], "", "old"),
    "set-up": Command(["set-up"], "", "empty"),
    "set-up over plain": Command(["set-up"], "", "plain"),
}


class Place:
    """The folders that commands begin with, the process that runs them, and what they leave."""

    def __init__(self, folder: Path, shim: Path, reader: RequestReader) -> None:
        self.bases = folder / "bases"
        self.folder = folder / "work"
        self.home = folder / "home"
        self.code = ""
        for name in ("plain", "guarded", "empty", "old", "aged"):
            (self.bases / name / HOME).mkdir(parents=True)
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

        self._derive("plain", "joined", "join")
        self._derive("guarded", "trusted", "packs trust")

    def _derive(self, base: str, new: str, name: str) -> None:
        """Make a folder to begin with of what a command leaves of another one."""
        self.begin(base)
        answer = self.run(name)
        assert answer["status"] == 0, answer
        shutil.copytree(self.folder, self.bases / new)
        shutil.copytree(self.home, self.bases / new / HOME)

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
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.rmtree(self.home, ignore_errors=True)
        shutil.copytree(self.bases / base, self.folder, ignore=shutil.ignore_patterns(HOME))
        (self.folder / "backups").mkdir(exist_ok=True)
        shutil.copytree(self.bases / base / HOME, self.home)

    def run(
        self, name: str, kind: str = "-", nth: int = 0, error: int = 0, sticky: bool = False
    ) -> dict[str, Any]:
        """Run a command with a fault."""
        command = COMMANDS[name]
        is_plain = command.base in ("plain", "old", "joined", "aged") and "set-up" not in name
        who = ["--plain"] if is_plain else ["--operator", CHIEF, "--portable"]
        if is_plain and name in {"erase", "purge"}:
            who += ["--operator", ZHAO]
        arguments = [each.replace("FOLDER", str(self.folder)) for each in command.arguments]
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
            return None
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
                "rules": self._rules(),
                "made": sorted(file.name for file in self.folder.glob("made*")),
                "pins": [Operators(ledger).is_pin_of(CHIEF, pin) for pin in (PIN, NEW_PIN)],
            }

    def _rules(self) -> list[str]:
        """The rules, packets and keys in the user's own folder, and what the trail says of them is `acts`."""
        folders = [self.home / name for name in ("regions", "documents", packets.PACKETS, packets.KEYS)]
        return sorted(file.name for folder in folders if folder.exists() for file in folder.iterdir())

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


class Expected(NamedTuple):
    """What a command begins with, and what it leaves when nothing fails."""

    before: Any
    copies_before: dict[str, int]
    after: Any
    copies_after: dict[str, int]
    counts: dict[str, int]


def without_faults(place: Place, name: str) -> Expected:
    """Run a command as it should, and count the calls of each kind that it makes."""
    place.begin(COMMANDS[name].base)
    before, copies = place.state(), place.copies()
    counts = {}
    for kind in ERRORS:
        place.begin(COMMANDS[name].base)
        answer = place.run(name, kind)
        assert answer["status"] == 0, (name, answer)
        assert name != "purge" or json.loads(answer["out"]).get("persons") == 1, answer
        counts[kind] = answer["count"]
    return Expected(before, copies, place.state(), place.copies(), counts)


COUNTED_FIRST = {"guarded backup": "backed_up"}
"""What is noted in the trail before it is done: a copy that nobody knows of would be worse."""


def counted(name: str, state: Any) -> Any:
    """A state in which an act that is noted first stands once, however often it was begun."""
    act = COUNTED_FIRST.get(name)
    if act is None or state is None:
        return state
    noted = [each for each in state["acts"] if each[0].startswith(act)]
    others = [each for each in state["acts"] if each not in noted]
    return {**state, "acts": [*others, *noted[:1]]}


def wrong_with(place: Place, name: str, expected: Expected, answer: dict[str, Any]) -> str | None:
    """Return what is wrong after a command in which a call failed, None where nothing is."""
    told, status = answer["out"] + answer["err"], answer["status"]
    if status != KILLED and ("Traceback" in told or status not in (0, 2, 3)):
        return f"it broke: {told[-300:]}"
    try:
        state, copies = counted(name, place.state()), place.copies()
        if name in COUNTED_FIRST and state == expected.after and copies == expected.copies_before:
            state = expected.before
        done = state == expected.after and copies == expected.copies_after
        undone = state == expected.before and copies == expected.copies_before
        if status == 0 and not done:
            return f"it says that it was done: {state}, {copies}"
        says_done = any(words in told for words in (UNSURE, POSTED, NOTED))
        if status not in (0, KILLED) and done and not undone and not says_done:
            return f"it says that nothing was done, and it was: {told[-200:]}"
        begun = "set-up" in name or "restore" in name or status == KILLED
        if not done and not undone and not begun:
            return f"half of it was done: {state}, {copies}"
        if not done:
            again = place.run(name)
            if (
                again["status"] != 0
                or counted(name, place.state()) != expected.after
                or place.copies() != expected.copies_after
            ):
                return f"the next start does not do it: {again}"
    except (AssertionError, LedgerUnavailable) as error:
        return f"it is not whole: {error}"
    return None


def faults_of(place: Place, names: Iterable[str], each: int, seed: int) -> tuple[int, list[str]]:
    """Let so many calls of each command fail; how many did, and what was wrong."""
    chance = random.Random(seed)
    fired, found = 0, []
    for name in names:
        expected = without_faults(place, name)
        kinds = [kind for kind, count in expected.counts.items() if count]
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
        place.begin(COMMANDS[name].base)
        calls = place.run(name, "*")["count"]
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


def test_a_battery_has_six_hundred_faults() -> None:
    assert FAULTS_EACH * len(COMMANDS) >= 600


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
