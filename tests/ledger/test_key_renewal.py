"""A new key for the file: what old secrets open afterwards, what it waits for, and what a cut leaves."""

import json
import os
import shutil
from collections import namedtuple
from collections.abc import Iterable, Iterator
from contextlib import closing
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from core.counter import Counter, open_guarded
from core.counter import closing as closing_desk
from core.desks.ledger_keys import keys_of
from core.ledger import key_renewal
from core.ledger.access import inspect_backup, opens_for, recover, restore_by_code, restore_guarded
from core.ledger.backup import backup
from core.ledger.errors import LedgerUnavailable
from core.ledger.keys import Keys, Unlocked
from core.ledger.keys_file import KeysFile, keys_file
from core.ledger.ledger import Ledger
from core.ledger.operators import Operator, Role
from core.ledger.restore import Held, Restored
from core.ledger.sqlite import connect, opens
from core.messages import Message
from tests.ledger.desk import LI as OTHER
from tests.ledger.desk import Desk, stay
from tests.ledger.test_encryption import CHEAP, CHIEF, PIN, Store, ids, made, opened

ZHAO, OF_ZHAO = "赵", "another-passphrase"
LI, OF_LI = "李", "a-third-passphrase"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    from argon2 import PasswordHasher

    monkeypatch.setattr("core.ledger.keys.COST", CHEAP)
    monkeypatch.setattr("core.ledger.operators.PasswordHasher", lambda: PasswordHasher(**CHEAP))


@pytest.fixture(params=["portable", "store"])
def store(request: pytest.FixtureRequest) -> Store | None:
    return Store() if request.param == "store" else None


def staffed(path: Path, store: Store | None) -> str:
    """A ledger of one entry with three operators; its recovery code."""
    code = made(path, store).recovery_code
    with closing(opened(path, store)) as counter:
        assert isinstance(counter.add_operator(ZHAO, Role.SUPERVISOR, OF_ZHAO), Operator)
        assert isinstance(counter.add_operator(LI, Role.CLERK, OF_LI), Operator)
        assert Desk(counter).posted(stay(), operator=CHIEF) == 1
    return code


def closed(counter: Counter) -> None:
    assert closing_desk.close(counter) is None


def key_of(path: Path, store: Store | None, operator: str = CHIEF, pin: str = PIN) -> bytes:
    unlocked = Keys(path, store).unlock(operator, pin)
    assert isinstance(unlocked, Unlocked), unlocked
    return unlocked.key


def kinds(path: Path, store: Store | None) -> list[str]:
    with closing(opened(path, store)) as counter:
        assert counter.ledger.verify().fault is None
        return [act.act.value for act in counter.ledger.trail.acts()]


def mixtures(old: dict[str, Any], new: dict[str, Any]) -> list[dict[str, Any]]:
    """Keys files that somebody makes of an old one and today's: whole ones, and each holder of both."""
    found = [
        old,
        {**new, "operators": {**new["operators"], **old["operators"]}},
        {**new, "recovery": old["recovery"]},
    ]
    private = ("salt", "nonce", "sealed", "cost", "public")
    for name in old["operators"].keys() & new["operators"].keys():
        own = {part: old["operators"][name][part] for part in private}
        found.append({**new, "operators": {**new["operators"], name: {**new["operators"][name], **own}}})
    own = {part: old["recovery"][part] for part in private}
    found.append({**new, "recovery": {**new["recovery"], **own}})
    if "id" in old:
        found.append({**new, "id": old["id"], "operators": old["operators"], "recovery": old["recovery"]})
    if "next" in old:
        found += [{**new, "next": old["next"]}, {**new, **old["next"]}]
    return [{name: value for name, value in each.items() if name != "check"} for each in found]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Every keys file that is written, those between two steps of a renewal among them."""
    kept: list[dict[str, Any]] = []
    write = KeysFile.write

    def noted(self: KeysFile, held: dict[str, Any]) -> None:
        write(self, held)
        kept.append(json.loads(self.path.read_text()))

    monkeypatch.setattr(KeysFile, "write", noted)
    return kept


def test_no_old_secret_with_any_old_keys_file_or_backup_opens_todays_file(
    path: Path, tmp_path: Path, written: list[dict[str, Any]]
) -> None:
    """Every secret that ever was, but those of today, against every keys file that ever was, and mixtures."""
    codes, copies = [staffed(path, None)], list[Path]()
    secrets = {CHIEF: [PIN], ZHAO: [OF_ZHAO], LI: [OF_LI]}

    def begun() -> Counter:
        counter = opened(path, None)
        copies.append(tmp_path / f"copy-{len(copies)}.db")
        assert backup(counter.ledger, copies[-1]) == 1
        keys_of(counter.ledger)
        return counter

    with closing(begun()) as counter:  # another passphrase alone gives the file no new key
        assert isinstance(counter.change_operator(LI, pin="a-fourth-passphrase"), Operator)
        secrets[LI].append("a-fourth-passphrase")
        assert not key_renewal.is_due(counter.ledger)
    counter = begun()
    assert isinstance(counter.change_operator(ZHAO, active=False), Operator)
    closed(counter)
    counter = begun()
    code = counter.new_recovery_code()
    assert isinstance(code, str)
    codes.append(code)
    closed(counter)
    begun().close()
    assert isinstance(recover(path, codes[-1], CHIEF, "a-fifth-passphrase"), Operator)
    secrets[CHIEF].append("a-fifth-passphrase")
    today = json.loads(keys_file(path).read_text())
    key = key_of(path, None, CHIEF, "a-fifth-passphrase")
    assert opens(path, key)
    kept = [each for at, each in enumerate(written) if each != today and each not in written[:at]]
    assert len({each["id"] for each in [*kept, today]}) == 4
    assert sum("next" in each for each in kept) >= 3
    old = [(name, each) for name, words in secrets.items() for each in words]
    old = [each for each in old if each not in ((CHIEF, "a-fifth-passphrase"), (LI, "a-fourth-passphrase"))]
    words = {word for _, word in old}
    tried = found = 0
    for file in kept:
        for mixed in mixtures(file, today):
            place = tmp_path / "mixed" / "ledger.db"
            shutil.rmtree(place.parent, ignore_errors=True)
            place.parent.mkdir()
            shutil.copyfile(path, place)
            keys_file(place).write_text(json.dumps(mixed))
            keys = Keys(place)
            for name, word in product(secrets, words):
                tried += 1
                found += _gives(partial(keys.unlock, name, word), place)
            for each in codes[:-1]:
                tried += 1
                found += _gives(partial(keys.recover, each), place)
    assert found == 0
    assert tried > 1000
    told = {key for copy in copies for key in _told_by(copy, product(secrets, words), codes)}
    assert len(told) >= 3 + 1, "three earlier keys of the file, and the secret that the ledger keeps"
    assert not any(opens(path, each) for each in told)


def _told_by(copy: Path, old: Iterable[tuple[str, str]], codes: list[str]) -> Iterator[bytes]:
    """Yield the keys that old secrets open beside a backup, and the secrets that then lie in it."""
    keys = Keys(copy)
    ways = [*(partial(keys.unlock, *each) for each in old), *(partial(keys.recover, each) for each in codes)]
    for way in ways:
        outcome = way()
        if isinstance(outcome, list):
            continue
        key = outcome.key if isinstance(outcome, Unlocked) else outcome
        assert isinstance(key, bytes)
        yield key
        with closing(connect(copy, key)) as raw:
            for (sealed,) in raw.execute("SELECT sealed FROM sealed_keys WHERE name = 'ledger'"):
                yield bytes.fromhex(sealed)


def _gives(work: Any, ledger: Path) -> bool:
    """Whether what somebody tries gives a key that opens the ledger's file."""
    try:
        outcome = work()
    except LedgerUnavailable:
        return False
    if isinstance(outcome, list):
        return False
    return opens(ledger, outcome.key if isinstance(outcome, Unlocked) else outcome)


def test_the_combinations_find_a_file_that_kept_its_key(path: Path, tmp_path: Path) -> None:
    """The planted fault: somebody is taken off, and the file stays under its key."""
    staffed(path, None)
    before = json.loads(keys_file(path).read_text())
    with closing(opened(path, None)) as counter:
        counter.change_operator(ZHAO, active=False)
    place = Path(shutil.copyfile(path, tmp_path / "taken.db"))
    keys_file(place).write_text(json.dumps(before))
    assert _gives(lambda: Keys(place).unlock(ZHAO, OF_ZHAO), place)


def test_everybody_else_signs_in_as_before_and_the_trail_says_it(path: Path, store: Store | None) -> None:
    code = staffed(path, store)
    before, head = key_of(path, store), path.with_name("ledger.db.head").read_bytes()
    counter = opened(path, store)
    counter.change_operator(ZHAO, active=False)
    closed(counter)
    assert key_of(path, store) != before
    assert not opens(path, before)
    assert path.with_name("ledger.db.head").read_bytes() != head
    with closing(opened(path, store, LI, OF_LI)) as clerk:
        assert Desk(clerk).posted(stay(), OTHER, operator=LI, key="later") == 2
    assert kinds(path, store).count("key_changed") == 1
    assert ids(open_guarded(path, ZHAO, OF_ZHAO, store=store)) == ["wrong_pin"]
    assert isinstance(recover(path, code, CHIEF, OF_ZHAO, store), Operator)
    assert kinds_by(path, store, OF_ZHAO).count("key_changed") == 2
    leftovers = [file.name for file in path.parent.iterdir() if ".part" in file.name]
    assert leftovers == []


def kinds_by(path: Path, store: Store | None, pin: str) -> list[str]:
    with closing(opened(path, store, pin=pin)) as counter:
        return [act.act.value for act in counter.ledger.trail.acts()]


def test_a_desk_gets_it_at_once_and_goes_on(path: Path, store: Store | None) -> None:
    staffed(path, store)
    counter = opened(path, store)
    counter.change_operator(ZHAO, active=False)
    told: list[tuple[int, int]] = []
    assert closing_desk.may_renew_at_once(counter)
    before = counter.ledger.key
    counter, waits = closing_desk.renew_at_once(counter, (), lambda done, pages: told.append((done, pages)))
    assert waits is None
    assert counter.ledger.key != before
    assert told[-1][0] == told[-1][1] > 0
    assert Desk(counter).posted(stay(), operator=CHIEF, key="later") == 2
    assert closing_desk.key_waits(counter) is None
    assert not closing_desk.may_renew_at_once(counter)
    counter.close()


def test_a_large_ledger_waits_for_the_closing_and_says_so(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    staffed(path, None)
    counter = opened(path, None)
    counter.change_operator(ZHAO, active=False)
    monkeypatch.setattr("core.ledger.key_renewal._PER_SECOND", 10)
    assert not closing_desk.may_renew_at_once(counter)
    assert closing_desk.key_waits(counter) == Message("ledger.key_due")
    closed(counter)
    assert kinds(path, None).count("key_changed") == 1


def test_a_ledger_that_somebody_has_open_keeps_its_key_until_nobody_has(path: Path) -> None:
    staffed(path, None)
    counter, other = opened(path, None), opened(path, None, LI, OF_LI)
    counter.change_operator(ZHAO, active=False)
    waits = closing_desk.close(counter)
    assert waits is not None
    assert (waits.id, waits.params["why"].id) == ("ledger.key_failed", "ledger.locked")
    assert Desk(other).posted(stay(), OTHER, operator=LI, key="later") == 2
    closed(other)
    assert kinds(path, None).count("key_changed") == 1


def test_without_room_nothing_is_changed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    staffed(path, None)
    counter = opened(path, None)
    counter.change_operator(ZHAO, active=False)
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr("core.ledger.key_renewal.shutil.disk_usage", lambda _: usage(10, 10, 1000))
    sealed = keys_file(path).read_bytes()
    waits = closing_desk.close(counter)
    assert waits is not None
    assert waits.id == "ledger.key_room"
    assert keys_file(path).read_bytes() == sealed
    monkeypatch.undo()
    assert "key_changed" not in kinds(path, None)


def first_version(path: Path, code: str) -> None:
    """Make the keys file what the first version wrote: passphrases seal the key of the file itself."""
    from core.ledger import sealing
    from core.ledger.keys import plain_code

    held = json.loads(keys_file(path).read_text())
    key = key_of(path, None)
    for name, word in ((CHIEF, PIN), (ZHAO, OF_ZHAO), (LI, OF_LI)):
        held["operators"][name] = sealing.seal(key, word, f"{held['id']} operator {name}", CHEAP)
    held["recovery"] = sealing.seal(key, plain_code(code), f"{held['id']} recovery", CHEAP)
    del held["check"]
    held["version"] = 1
    keys_file(path).write_text(json.dumps(held))


def test_keys_of_the_first_version_follow_as_each_signs_in(path: Path) -> None:
    first_version(path, staffed(path, None))
    counter = opened(path, None)
    counter.change_operator(ZHAO, active=False)
    waits = closing_desk.close(counter)
    assert waits is not None
    assert waits.id == "ledger.key_waits_code"
    counter = opened(path, None)
    assert isinstance(counter.new_recovery_code(), str)
    waits = closing_desk.close(counter)
    assert waits == Message("ledger.key_waits", {"names": LI})
    clerk = opened(path, None, LI, OF_LI)
    assert closing_desk.close(clerk) is None
    assert kinds(path, None).count("key_changed") == 1


def test_the_code_of_the_first_version_follows_when_it_is_used(path: Path) -> None:
    code = staffed(path, None)
    first_version(path, code)
    opened(path, None, ZHAO, OF_ZHAO).close()
    opened(path, None, LI, OF_LI).close()
    assert isinstance(recover(path, code, CHIEF, PIN), Operator)
    assert kinds(path, None).count("key_changed") == 1


def test_a_holder_that_somebody_else_put_there_is_handed_nothing(path: Path) -> None:
    from core.ledger import sealing

    staffed(path, None)
    held = json.loads(keys_file(path).read_text())
    del held["check"]
    forged = sealing.holder(os.urandom(32), held["id"], f"operator {LI}", "of-the-attacker", CHEAP)
    held["operators"][LI] = forged
    keys_file(path).write_text(json.dumps(held))
    counter = opened(path, None)
    counter.change_operator(ZHAO, active=False)
    assert closing_desk.close(counter) == Message("ledger.key_waits", {"names": LI})


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("step", ["handed", "exchanged"])
def test_a_cut_on_either_side_of_the_exchange_is_brought_to_its_end(
    path: Path, store: Store | None, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = staffed(path, store)
    before = key_of(path, store)
    with closing(opened(path, store)) as counter:
        counter.change_operator(ZHAO, active=False)

    class Cut(BaseException):
        pass

    def cut(*_: object) -> None:
        raise Cut

    if step == "handed":
        monkeypatch.setattr("core.ledger.key_renewal._exchange", cut)
        monkeypatch.setattr(Keys, "settled", cut)
    else:
        monkeypatch.setattr(Keys, "end_renewal", cut)
    with pytest.raises(Cut):
        key_renewal.renew(path, before, Keys(path, store), CHIEF)
    monkeypatch.undo()
    assert "next" in json.loads(keys_file(path).read_text())
    assert opens(path, before) == (step == "handed")
    copy = path.with_name("copy.db")
    for file in (path, keys_file(path)):
        shutil.copyfile(file, copy.with_name(file.name.replace("ledger", "copy")))
    assert isinstance(recover(copy, code, CHIEF, PIN, store), Operator)
    if store is None:
        assert ids(open_guarded(path, ZHAO, OF_ZHAO)) == ["wrong_pin"]
    assert kinds(path, store).count("key_changed") == (step == "exchanged")
    assert "next" not in json.loads(keys_file(path).read_text())
    closed(opened(path, store))
    assert kinds(path, store).count("key_changed") == 1


def test_whoever_opens_the_file_as_it_is_exchanged_opens_the_new_one(path: Path) -> None:
    staffed(path, None)
    key = key_of(path, None)
    with closing(connect(path, key)) as waiting:
        new = key_renewal.renew(path, key, Keys(path), CHIEF)
        assert isinstance(new, bytes)
        assert waiting.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (
            0,
        )  # nothing to write into
    with closing(Ledger(path, key=new)) as ledger:
        assert ledger.verify() == (1, None)


def test_backups_of_before_are_restored_by_todays_administrator(
    path: Path, store: Store | None, tmp_path: Path
) -> None:
    code = staffed(path, store)
    copy, there = tmp_path / "copy.db", tmp_path / "there" / "ledger.db"
    there.parent.mkdir()
    counter = opened(path, store)
    assert backup(counter.ledger, copy) == 1
    Desk(counter).posted(stay(), operator=CHIEF, key="later")
    counter.change_operator(ZHAO, active=False)
    closed(counter)
    counter = opened(path, store)
    assert isinstance(counter.new_recovery_code(), str)
    closed(counter)
    now = key_of(path, store)
    names = () if store else (LI, CHIEF, ZHAO)
    found = inspect_backup(path, copy, CHIEF, PIN, store)
    assert found == Held(1, _latest(path, now), 2, 1, tuple(sorted(names)))
    assert opens_for(path, copy) == tuple(sorted(names))
    restored = restore_guarded(path, copy, CHIEF, PIN, store)
    assert isinstance(restored, Restored), restored
    assert restored.entries == 1
    assert opens(path, now)
    assert ids(open_guarded(path, ZHAO, OF_ZHAO, store=store)) == ["wrong_pin"]
    assert isinstance(restore_guarded(path, restored.kept, CHIEF, PIN, store), Restored)
    path.write_bytes(os.urandom(20_000))  # the file says nothing any more: its keys do
    assert isinstance(restore_guarded(path, copy, CHIEF, PIN, store), Restored)
    assert opens(path, now)
    assert "verify" not in kinds(path, store)
    restored = restore_by_code(there, copy, code, CHIEF, PIN, store)  # a copy has the code of its day
    assert isinstance(restored, Restored), restored
    with closing(opened(path, store)) as counter:
        assert backup(counter.ledger, copy) == 1  # over the one that has an earlier key


def _latest(path: Path, key: bytes) -> str:
    with closing(connect(path, key)) as raw:
        (found,) = raw.execute("SELECT recorded FROM entries WHERE number = 1").fetchone()
    return str(found)
