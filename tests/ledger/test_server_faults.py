"""The commands beside a server while a call to the disk, an allocation or the way to the server fails.

No answer says the opposite of what happened; done again without a fault, each comes to its end.
"""

import errno
import json
import random
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final, NamedTuple

import psycopg
import pytest
from argon2 import PasswordHasher

from core.counter import Counter
from core.desks.server import epochs, tables
from core.desks.server.served_desk import ServedDesk
from core.exchange.request import RequestReader
from core.ledger.errors import LedgerUnavailable
from core.ledger.ledger import Ledger
from core.policy.shelf import load_documents, load_regions
from tests.ledger import cluster
from tests.ledger.cluster import Cluster
from tests.ledger.faulty_commands import ZHAO, Command, posting
from tests.ledger.powercut import compiler
from tests.ledger.test_encryption import CHEAP
from tests.ledger.test_faults import ERRORS, PLAIN, UNSURE, Place

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(compiler() is None, reason="what fails beneath a process is a C program"),
]

SERVER: Final = "SERVER"
"""The place of the address of the test's own server among a command's arguments."""

_BY: Final = ("--operator", ZHAO)
_SET_UP: Final = Command(["server-set-up", *_BY], base="alone", server=SERVER)
_JOIN: Final = Command(["server-join", *_BY], base="joining", server=SERVER)
_SYNC: Final = Command(["sync", *_BY], base="ahead", server=SERVER)

COMMANDS: Final = {
    "server-set-up": _SET_UP,
    "server-set-up again": _SET_UP._replace(base="served"),
    "server-join": _JOIN,
    "sync": _SYNC,
    "post": Command(["post"], posting(ZHAO), base="ahead", server=SERVER),
    "reverse": Command(["reverse", "3", "--reason", "录错了", *_BY], base="ahead", server=SERVER),
    "close": Command(["close", "LEDGER", *_BY], base="met at the server", server=SERVER),
}

_DERIVED: Final = {
    "served": _SET_UP,
    "joined the server": _JOIN,
    "ahead": Command(["post"], posting(ZHAO).replace('"new"', '"ahead"'), base="together"),
    "met at the server": _SYNC,
}
"""The folders that a command leaves of another one, by the command; each has a database of its own."""

_OF_FOLDER: Final = {"alone": "plain", "joining": "other", "together": "served"}
"""The folders that are another one's; the database is."""

_DATABASE: Final = {"joining": "served", "together": "joined the server"}

LOST: Final = {"n": [(errno.ECONNRESET, True), (errno.ETIMEDOUT, True), (errno.ECONNRESET, False)]}
"""How the way to the server breaks: what is sent, or an answer, does not come."""

_NOT_KNOWN: Final = (*UNSURE, "还不知道")
"""What is said where nobody can say whether it was done."""

_ROWS: Final = "SELECT chain, ledger, count(*) FROM mingzhang_rows GROUP BY 1, 2 ORDER BY 1, 2"


class ServedPlace(Place):
    """The folders of desks beside a server, whose database is made anew for each command."""

    plain = (*PLAIN, "other", *_OF_FOLDER, *_DERIVED)

    def __init__(self, folder: Path, shim: Path, reader: RequestReader, there: Cluster) -> None:
        self._reader = reader
        self._admin = psycopg.connect(there.dsn, autocommit=True)
        self._dsn = there.dsn.replace("dbname=postgres", "dbname=hospital")
        super().__init__(folder, shim, reader)
        self.given[SERVER] = self._dsn

    def _derive(self, new: str) -> None:
        if new in _OF_FOLDER:
            source = _OF_FOLDER[new]
            if not (self.bases / source).exists():
                self._derive(source)
            shutil.copytree(self.bases / source, self.bases / new)
            of = _DATABASE.get(new)
            if of is not None and not (self.bases / of).exists():
                self._derive(of)
            self._database(_name(new), _name(of) if of else "template0")
            return
        command = _DERIVED[new]
        self.begin(command.base)
        answer = self.ask(command)
        assert answer["status"] == 0, answer
        told = json.loads(answer["out"])
        assert told.get("server", "reached") == "reached", told
        self.code = told.get("recovery_code", self.code)
        shutil.copytree(self.folder, self.bases / new)
        shutil.copytree(self.home, self.bases / new / "home-of-the-user")
        self._database(_name(new), "hospital")

    def _database(self, new: str, template: str) -> None:
        self._admin.execute(f'DROP DATABASE IF EXISTS "{new}" WITH (FORCE)')
        self._admin.execute(f'CREATE DATABASE "{new}" TEMPLATE "{template}"')

    def begin(self, base: str) -> None:
        super().begin(base)
        self._database("hospital", _name(base))

    def at_server(self) -> dict[str, Any]:
        """What stands at the server."""
        with psycopg.connect(self._dsn, autocommit=True) as connection:
            if connection.execute("SELECT to_regclass('mingzhang_hospital')").fetchone() == (None,):
                return {"rows": [], "keys": 0, "closed": []}
            keys = connection.execute(tables.HOSPITAL).fetchall()
            closed = [row[0] for row in connection.execute(tables.CLOSED).fetchall()]
            return {"rows": connection.execute(_ROWS).fetchall(), "keys": len(keys), "closed": closed}

    def opens(self, code: str) -> bool:
        """Whether a recovery code opens what the server holds last."""
        with psycopg.connect(self._dsn, autocommit=True) as connection:
            row = connection.execute(tables.LATEST_HOSPITAL).fetchone()
        return row is not None and epochs.by_code(row[1], code) is not None

    def both(self) -> dict[str, Any]:
        """What stands here and there; what is done again has another act, and makes another key."""
        here, there = self.state(), self.at_server()
        acts = len(here["acts"])
        here["acts"] = sorted(set(here["acts"]))
        with closing(Ledger(self.folder / "ledger.db", heads=False)) as ledger:
            own, here["own"] = ledger.id, ledger.journal.next_number()
        rows = [(*row[:2], row[2] == acts if row[:2] == ("acts", own) else row[2]) for row in there["rows"]]
        return {"here": here, "there": {"rows": rows, "keys": there["keys"] > 0, "closed": there["closed"]}}

    def proved(self) -> str | None:
        """What the desk says of the server once everything works again, None where all is well."""
        counter = Counter(self._reader, Ledger(self.folder / "ledger.db", heads=False))
        with closing(counter), closing(ServedDesk(counter, self._dsn, ZHAO)) as served:
            if not served.joined:
                return None
            fault = served.fault()
            return None if fault is None else fault.id

    def end(self) -> None:
        super().end()
        self._admin.close()


def _name(base: str) -> str:
    return f"of {base}"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedPlace]:
    folder = tmp_path_factory.mktemp("served")
    shim, program = folder / "faults.so", compiler()
    assert program is not None
    source = Path(__file__).with_name("faults.c")
    subprocess.run([program, "-shared", "-fPIC", "-O1", "-Wall", "-o", shim, source, "-ldl"], check=True)
    documents = load_documents()
    with cluster.running() as there, pytest.MonkeyPatch.context() as patch:
        if there is None:
            pytest.skip("no PostgreSQL on this machine: initdb is not found")
        patch.setattr("core.ledger.keys.COST", CHEAP)
        patch.setattr("core.ledger.operators.PasswordHasher", lambda: PasswordHasher(**CHEAP))
        patch.setenv("MINGZHANG_HOME", str(folder / "home-of-making"))
        patch.setenv("FAULTS_SERVER", "1")
        made = ServedPlace(folder, shim, RequestReader(documents, load_regions(documents)[0]), there)
        patch.setenv("MINGZHANG_HOME", str(made.home))
        yield made
        made.end()


class Expected(NamedTuple):
    """What a command begins with, what it leaves when nothing fails, and what an exchange leaves after it."""

    before: Any
    after: Any
    met: Any
    counts: dict[str, int]


def without_faults(place: ServedPlace, name: str) -> Expected:
    """Run a command as it should, and count the calls of each kind that it makes."""
    command = COMMANDS[name]
    place.begin(command.base)
    before = place.both()
    answer = place.ask(command, "#")
    assert (answer["status"], is_told(answer)) == (0, "reached"), answer
    after = place.both()
    assert is_told(place.ask(_SYNC)) == "reached"
    return Expected(before, after, place.both(), answer["counts"])


def is_told(answer: dict[str, Any]) -> str:
    """What an answer says of the server."""
    told = [json.loads(line) for line in answer["out"].splitlines()]
    return str(next((each["server"] for each in told if "server" in each), "reached"))


def wrong_with(place: ServedPlace, name: str, expected: Expected, answer: dict[str, Any]) -> str | None:
    """Return what is wrong after a command in which something failed, None where nothing is."""
    told, status = answer["out"] + answer["err"], answer["status"]
    if "Traceback" in told or status not in (0, 2, 3):
        return f"it broke: {told[-300:]}"
    try:
        state, (before, after, _, _) = place.both(), expected
        is_done = state["here"] == after["here"]
        if status == 0 and not is_done and is_told(answer) == "reached":
            return f"it says that it was done: {state}"
        if status == 0 and state != after and is_told(answer) == "reached" and not answer["err"]:
            return f"it says that it was done, and the server lacks it: {state}"
        is_open = any(words in told for words in _NOT_KNOWN)
        posted = state["here"]["own"] != before["here"]["own"]
        if name in ("post", "reverse") and posted != (status == 0) and not (posted and is_open):
            return f"it says the opposite of what was posted: {told[-300:]}"
        if status != 0 and is_done and state == after != before and not is_open:
            return f"it says that nothing was done, and it was: {told[-200:]}"
        return _code_of_no_use(place, answer) or _not_ended(place, name, expected, answer) or place.proved()
    except (AssertionError, LedgerUnavailable) as error:
        return f"it is not whole: {error}"


def _not_ended(place: ServedPlace, name: str, expected: Expected, answer: dict[str, Any]) -> str | None:
    """Do a command again, where it is not done or its code was never seen, and meet the server."""
    gives_code = COMMANDS[name].arguments[0] in ("server-set-up", "close")
    here = place.both()["here"]
    is_done = here == expected.after["here"]
    if name in ("post", "reverse"):  # a reversal is refused the second time
        is_done = here["own"] == expected.after["here"]["own"]
    if not is_done or (gives_code and answer["status"] != 0):
        again = place.ask(COMMANDS[name])
        if again["status"] != 0 or _code_of_no_use(place, again):
            return f"done again it does not come to its end: {again}"
        if gives_code and "recovery_code" not in again["out"]:
            return f"nobody has the recovery code: {again}"
    met = place.ask(_SYNC)
    if is_told(met) != "reached" or place.both() != expected.met:
        return f"it does not come to its end: {met} {place.both()}"
    return None


def _code_of_no_use(place: ServedPlace, answer: dict[str, Any]) -> str | None:
    """Return what is wrong with a recovery code in an answer, None where it opens or there is none."""
    told = [json.loads(line) for line in answer["out"].splitlines()]
    codes = [each["recovery_code"] for each in told if each.get("recovery_code")]
    return "the recovery code opens nothing" if codes and not place.opens(codes[-1]) else None


def faults_of(place: ServedPlace, name: str, each: int, seed: int) -> tuple[int, list[str]]:
    """Let so many calls of a command fail, every other one on the way to the server; what was wrong."""
    chance, expected = random.Random(f"{seed} {name}"), without_faults(place, name)
    disk = [kind for kind in ERRORS if expected.counts[kind]]
    fired, found = 0, []
    for turn in range(3 * each):
        if fired == each:
            break
        kind = "n" if turn % 2 else disk[turn // 2 % len(disk)]
        error, sticky = chance.choice({**ERRORS, **LOST}[kind])
        nth = chance.randint(1, expected.counts[kind])
        place.begin(COMMANDS[name].base)
        answer = place.ask(COMMANDS[name], kind, nth, error, sticky)
        if not answer["fired"]:
            continue
        fired += 1
        wrong = wrong_with(place, name, expected, answer)
        if wrong is not None:
            which = f"{kind} {nth} ({errno.errorcode[error]}{', on' if sticky else ''})"
            found.append(f"{name}, {which}: {wrong} [{answer['out'][-200:]} {answer['err'][-200:]}]")
    return fired, found


@pytest.mark.parametrize("name", COMMANDS)
def test_calls_that_fail_beside_a_server_lose_nothing(place: ServedPlace, name: str) -> None:
    fired, found = faults_of(place, name, 24, 1)
    assert found == []
    assert fired == 24


def test_a_desk_that_hides_what_the_server_lacks_is_reported(place: ServedPlace) -> None:
    """The planted faults: a row that never came, a code that opens nothing."""
    expected = without_faults(place, "post")
    place.begin("ahead")
    answer = place.ask(COMMANDS["post"], "n", 1, errno.ECONNRESET, sticky=True)
    assert is_told(answer) == "away"
    hidden = {**answer, "out": answer["out"].replace('"away"', '"reached"'), "err": ""}
    assert "it says that it was done" in str(wrong_with(place, "post", expected, hidden))
    place.begin("served")
    assert _code_of_no_use(place, {"out": '{"recovery_code": "0000"}'}) is not None
