"""A trail that clerks cannot rewrite: what gives rights, and what a day came to, bears a signature.

The clerk of these tests has the file, its key by her own passphrase, and this program's text.
"""

import json
import shutil
from collections.abc import Callable
from contextlib import closing
from copy import copy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.console import main
from core.counter import Counter, open_guarded
from core.counter.counter import unsigned_days
from core.ledger import access, head_key, heads, signatures, trail
from core.ledger.backup import backup
from core.ledger.errors import LedgerUnavailable
from core.ledger.keys import Keys, Unlocked
from core.ledger.ledger import Ledger
from core.ledger.operators import Operator, Role
from core.ledger.record import GENESIS, canonical, digest, linked
from core.ledger.restore import Restored
from core.ledger.signatures import Signer
from core.ledger.sqlite import connect
from core.ledger.trail import ActKind
from core.words import languages, words
from tests.ledger.desk import Desk, chronic, triggers_aside
from tests.ledger.test_keys import CHEAP

CHIEF, HEAD, CLERK = "孙院长", "李主任", "赵会计"
PINS = {CHIEF: "白云 深处 有人家 一", HEAD: "停车 坐爱 枫林晚 二", CLERK: "霜叶 红于 二月花 三"}
NEW = "远上 寒山 石径斜 四"
MORNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)

Act = dict[str, Any]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    from argon2 import PasswordHasher

    monkeypatch.setattr("core.ledger.keys.COST", CHEAP)
    monkeypatch.setattr("core.ledger.operators.PasswordHasher", lambda: PasswordHasher(**CHEAP))
    monkeypatch.setenv("MINGZHANG_HOME", str(folder / "home"))


class Portable:
    """A desk that is carried about: its file, the days that pass, and who signs in."""

    def __init__(self, folder: Path) -> None:
        self.path, self.second = folder / "ledger.db", folder / "second"
        self.second.mkdir()
        self.now = MORNING
        self._posted = 0
        made = access.set_up(self.path, CHIEF, PINS[CHIEF], None)
        assert not isinstance(made, list), made
        self.code = made.recovery_code
        with self.open(CHIEF) as counter:
            assert isinstance(counter.add_operator(CLERK, Role.CLERK, PINS[CLERK]), Operator)

    def open(self, name: str, pin: str = "") -> "closing[Counter]":
        opened = open_guarded(self.path, name, pin or PINS[name], second=[self.second])
        assert isinstance(opened, Counter), opened
        opened.ledger.connection.now = lambda: self.now
        return closing(opened)

    def day(self, name: str, posts: int = 2) -> Any:
        """A day of somebody's: signs in, posts, signs out; returns what the sign-in said."""
        with self.open(name) as counter:
            said, desk = counter.signing.said, Desk(counter)
            for _ in range(posts):
                self._posted += 1
                desk.posted(chronic(), key=f"visit-{self._posted}", operator=name)
            counter.sign_out()
        self.now += timedelta(days=1)
        return said

    def verified(self) -> dict[str, Any]:
        with self.open(CLERK) as counter:
            fault = counter.ledger.verify().fault or head_key.copies_fault(counter.ledger, [self.second])
            days = unsigned_days(counter)
            return {"fault": fault and fault.id, "told": len(head_key.told(counter.ledger)), "days": days}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("portable") / "desk"


@pytest.fixture(scope="module")
def made() -> list[Portable]:
    """The desk after three days, which the first test makes; its files lie where they lay then."""
    return []


@pytest.fixture
def desk(folder: Path, made: list[Portable]) -> Portable:
    kept = folder.with_name("kept")
    if not made:
        folder.mkdir()
        made.append(Portable(folder))
        for name in (CLERK, CHIEF, CLERK):
            made[0].day(name)
        shutil.copytree(folder, kept)
    shutil.rmtree(folder)
    shutil.copytree(kept, folder)
    return copy(made[0])


def key_of(desk: Portable) -> bytes:
    """The file's key, which every operator's passphrase opens."""
    unlocked = Keys(desk.path).unlock(CLERK, PINS[CLERK])
    assert isinstance(unlocked, Unlocked)
    return unlocked.key


def rewrite(desk: Portable, change: Callable[[list[Act]], list[Act]], *statements: str) -> None:
    """Write the trail anew, chained as the program chains it, the heads with it."""
    key = key_of(desk)
    with closing(connect(desk.path, key, isolation_level=None)) as raw:
        acts = [json.loads(text) for (text,) in raw.execute("SELECT record FROM acts ORDER BY number")]
        with triggers_aside(raw, "acts"):
            raw.execute("DELETE FROM acts")
            previous = GENESIS
            for number, record in enumerate(change(acts), 1):
                text = canonical({**record, "number": number})
                hash_ = linked(previous, digest(text))
                row = [number, *(record[name] for name in ("act", "about", "recorded", "operator"))]
                raw.execute("INSERT INTO acts VALUES (?, ?, ?, ?, ?, ?, ?, ?)", [*row, text, previous, hash_])
                previous = hash_
            raw.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = 'acts'", [number])
        for statement in statements:
            raw.execute(statement)
    heads.drop(desk.path)
    with closing(Ledger(desk.path, key=key, heads=False)) as opened:
        heads.put(desk.path, heads.head_of(opened.connection.db))


def forged(act: str, about: str, operator: str = CHIEF, **detail: Any) -> Act:
    recorded = (MORNING + timedelta(days=2)).isoformat(timespec="milliseconds")
    return {
        "act": act,
        "about": about,
        "operator": operator,
        "recorded": recorded,
        "form": 2,
        "detail": detail,
    }


HERSELF = forged("operator_changed", CLERK, role="administrator", active=None, pin=False)
RAISED = f"UPDATE operators SET role = 'administrator' WHERE name = '{CLERK}'"


def test_days_of_clerks_are_signed_at_the_next_sign_in_with_rights_and_counted_until_then(
    desk: Portable,
) -> None:
    assert desk.verified() == {"fault": None, "told": 0, "days": 1}
    desk.day(CLERK)
    assert desk.verified()["days"] == 2
    with desk.open(CHIEF) as counter:
        assert (counter.signing.said, unsigned_days(counter)) == (None, 0)
        signed = counter.ledger.trail.of_kind(ActKind.DAY_SIGNED)[-1]
        head = heads.head_of(counter.ledger.connection.db)
        assert (signed.detail["entries"], signed.detail["hash"]) == (head.entries, head.entries_hash)
    copies = head_key.copies_of(desk.path, head.ledger, [desk.second])
    assert [file.exists() for file in copies] == [True, False, True]
    assert desk.verified() == {"fault": None, "told": 0, "days": 0}
    desk.day(CHIEF)  # their own day when they leave
    assert desk.verified()["days"] == 0


def test_a_clerk_who_writes_herself_in_as_administrator_is_told_and_has_no_rights(desk: Portable) -> None:
    rewrite(desk, lambda acts: [*acts, HERSELF], RAISED)
    assert desk.verified()["fault"] == "ledger.fault.unsigned"
    with desk.open(CLERK) as counter:
        assert counter.operator is not None
        assert counter.operator.role is Role.ADMINISTRATOR
        assert [fault.message.id for fault in counter.refused(Role.SUPERVISOR)] == ["ledger.fault.operator"]
        assert counter.signing.said is not None
        assert not counter.signing.may_sign
    with desk.open(CHIEF) as counter:
        assert counter.signing.said is not None
        assert counter.signing.said.id == "ledger.fault.unsigned"
        assert all(words(language)(counter.signing.said) for language in languages())


def without_signatures(acts: list[Act]) -> list[Act]:
    kept = [act for act in acts if act["act"] not in ("head_key", "day_signed")]
    return [{**act, "detail": {**act["detail"], "signature": {}}} for act in kept]


def with_her_own_root(acts: list[Act]) -> list[Act]:
    """The trail as if the administrator's key had been hers from the beginning."""
    with_key, previous = [], GENESIS
    ledger = LEDGER[0]
    signer = Signer(CHIEF, ledger, b"\x07" * 32)
    for number, act in enumerate(acts, 1):
        detail = {name: value for name, value in act["detail"].items() if name != "signature"}
        if act["act"] == "head_key":
            detail["key"] = signer.public
        if act["act"] in ("head_key", "day_signed", "operator_added", "region_changed"):
            columns = [act[name] for name in ("act", "about", "recorded", "operator")]
            detail["signature"] = signer.sign(trail.text_to_sign(previous, number, *columns, detail))
        with_key.append({**act, "number": number, "detail": detail})
        previous = linked(previous, digest(canonical(with_key[-1])))
    return with_key


LEDGER = [""]


def test_what_is_rewritten_before_a_signature_breaks_it(desk: Portable) -> None:
    def earlier(acts: list[Act]) -> list[Act]:
        at = [act["act"] for act in acts].index("day_signed")
        return [*acts[:at], HERSELF, *acts[at:]]

    rewrite(desk, earlier, RAISED)
    assert desk.verified()["fault"] == "ledger.fault.unsigned"


def test_entries_that_are_not_those_that_were_signed_are_told(desk: Portable) -> None:
    with closing(Ledger(desk.path, key=key_of(desk))) as opened:
        assert opened.verify().fault is None
        signed = opened.trail.of_kind(ActKind.DAY_SIGNED)[-1]
        fault = signatures.day_fault(
            opened.connection.db, signed._replace(detail={**signed.detail, "hash": "0" * 64})
        )
        assert fault is not None
        assert signatures.day_fault(opened.connection.db, signed) is None


def test_a_trail_without_any_signature_is_told_by_the_other_places(desk: Portable) -> None:
    rewrite(desk, lambda acts: [*without_signatures(acts), HERSELF], RAISED, "DELETE FROM sealed_keys")
    assert desk.verified()["fault"] == "ledger.fault.signed_copy"
    with desk.open(CHIEF) as counter:
        assert counter.signing.said is not None
        assert counter.signing.said.id == "ledger.fault.signed_copy"
    for file in head_key.copies_of(desk.path, heads_id(desk), [desk.second]):
        file.unlink(missing_ok=True)
    with desk.open(CHIEF) as counter:  # she took them away as well: whoever signs is told that it is anew
        assert counter.signing.said is not None
        assert counter.signing.said.id == "ledger.signing.first"


def heads_id(desk: Portable) -> str:
    with closing(Ledger(desk.path, key=key_of(desk), heads=False)) as opened:
        return opened.id


def test_a_key_of_hers_in_the_administrator_s_name_is_told_to_the_administrator(desk: Portable) -> None:
    LEDGER[0] = heads_id(desk)
    for file in head_key.copies_of(desk.path, LEDGER[0], [desk.second]):
        file.unlink(missing_ok=True)
    rewrite(desk, with_her_own_root)
    with closing(Ledger(desk.path, key=key_of(desk))) as opened:
        assert opened.verify().fault is None  # the chain alone cannot know; what she sealed can
    assert desk.day(CHIEF, 0).id == "ledger.signing.rewritten"


@pytest.mark.parametrize(
    ("acts", "statements"),
    [
        (
            [forged("operator_changed", CHIEF, CHIEF, role=None, active=None, pin=True, recovered=True)],
            [],
        ),
        ([forged("restored", "backup.db", CHIEF, entries=4)], []),
    ],
)
def test_what_nobody_can_sign_is_told_for_ever(
    desk: Portable, acts: list[Act], statements: list[str]
) -> None:
    rewrite(desk, lambda before: [*before, *acts], *statements)
    assert desk.verified() == {"fault": None, "told": 1, "days": 1}
    assert desk.day(CHIEF) is not None or desk.verified()["told"] == 1


def test_a_restore_that_nobody_signed_gives_nobody_rights(desk: Portable) -> None:
    noted = forged("operator_noted", CLERK, CHIEF, role="administrator", active=True, wrong=0)
    rewrite(desk, lambda acts: [*acts, forged("restored", "backup.db", CHIEF), noted], RAISED)
    assert desk.verified()["fault"] == "ledger.fault.unsigned"


def test_rules_that_nobody_with_rights_has_signed_are_in_force_nowhere(desk: Portable) -> None:
    rules = {"packs": {"changchun 2026": {"id": "jilin/changchun"}}, "documents": {}, "keys": ["f" * 16]}
    rewrite(desk, lambda acts: [*acts, forged("region_changed", "changchun", CHIEF, rules=rules)])
    with desk.open(CLERK) as counter:
        assert counter.on_record is not None
        assert (dict(counter.on_record.packs), counter.on_record.keys) == ({}, frozenset())
    assert desk.verified()["fault"] == "ledger.fault.unsigned"


def test_whoever_gets_rights_brings_a_key_and_loses_it_with_them(desk: Portable) -> None:
    with desk.open(CHIEF) as counter:
        assert isinstance(counter.add_operator(HEAD, Role.CLERK, PINS[HEAD]), Operator)
        assert isinstance(counter.change_operator(HEAD, role=Role.SUPERVISOR), Operator)
    assert desk.day(HEAD) is None
    assert desk.verified() == {"fault": None, "told": 0, "days": 0}
    with desk.open(HEAD) as counter:
        assert isinstance(counter.change_own_pin(PINS[HEAD], NEW), Operator)
    with desk.open(HEAD, NEW) as counter:
        assert (counter.signing.said, counter.signing.may_sign) == (None, True)
    with desk.open(CHIEF) as counter:
        assert isinstance(counter.change_operator(HEAD, pin=PINS[HEAD]), Operator)
    with desk.open(HEAD) as counter:  # a new key: the one before went with the PIN
        assert (counter.signing.said, counter.signing.may_sign) == (None, True)
    with desk.open(CHIEF) as counter:
        assert isinstance(counter.change_operator(HEAD, role=Role.CLERK), Operator)
        held = counter.ledger.db.execute("SELECT holder FROM sealed_keys WHERE name = 'head'").fetchall()
        assert held == [(CHIEF,)]
    desk.day(HEAD)
    assert desk.verified() == {"fault": None, "told": 0, "days": 1}


def test_a_restore_of_an_administrator_s_is_no_false_alarm(desk: Portable, tmp_path: Path) -> None:
    with desk.open(CHIEF) as counter:
        assert backup(counter.ledger, tmp_path / "copy.db") == 6
    desk.day(CLERK)
    desk.day(CHIEF)
    restored = access.restore_guarded(desk.path, tmp_path / "copy.db", CHIEF, PINS[CHIEF])
    assert isinstance(restored, Restored), restored
    assert desk.verified() == {"fault": None, "told": 0, "days": 0}
    assert desk.day(CHIEF) is None
    assert desk.verified() == {"fault": None, "told": 0, "days": 0}


def restored_by_another_program(desk: Portable, folder: Path) -> None:
    restored = access.restore_guarded(desk.path, folder / "copy.db", CHIEF, PINS[CHIEF])
    assert isinstance(restored, Restored), restored


def without_rights_since(desk: Portable, _: Path) -> None:
    with desk.open(CHIEF) as counter:
        assert isinstance(counter.change_operator(HEAD, role=Role.CLERK), Operator)


@pytest.mark.parametrize("happens", [restored_by_another_program, without_rights_since])
def test_nothing_is_signed_by_a_key_that_counts_no_more(
    desk: Portable, tmp_path: Path, happens: Callable[[Portable, Path], None]
) -> None:
    with desk.open(CHIEF) as counter:
        assert backup(counter.ledger, tmp_path / "copy.db") == 6
        assert isinstance(counter.add_operator(HEAD, Role.SUPERVISOR, PINS[HEAD]), Operator)
    with desk.open(HEAD) as counter:
        happens(desk, tmp_path)
        with pytest.raises(LedgerUnavailable) as told, counter.ledger.transaction():
            counter.ledger.trail.note(ActKind.REGION_CHANGED, "jilin/changchun", HEAD)
        assert told.value.said.id == "ledger.signing.unknown"
        counter.sign_out()
    assert desk.verified()["fault"] is None


def test_a_recovery_is_told_once_and_signing_goes_on(desk: Portable) -> None:
    recovered = access.recover(desk.path, desk.code, CHIEF, NEW)
    assert isinstance(recovered, Operator), recovered
    with desk.open(CHIEF, NEW) as counter:
        assert counter.signing.may_sign
    assert desk.verified() == {"fault": None, "told": 1, "days": 0}


@pytest.fixture
def console(desk: Portable, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> Callable[..., Any]:
    monkeypatch.setenv("MINGZHANG_PIN", PINS[CLERK])

    def run(*more: str) -> Any:
        status = main(["ledger", "--db", str(desk.path), "--portable", "--operator", CLERK, "verify", *more])
        said = capsys.readouterr()
        return status, json.loads(said.out), said.err

    return run


def test_the_console_counts_unsigned_days_and_names_the_place_that_knows_better(
    desk: Portable, console: Callable[..., Any]
) -> None:
    assert console() == (0, {"ok": True, "entries": 6}, "")
    desk.day(CLERK)
    told = ["还没有主管或管理员签名的天数：2"]
    assert console() == (0, {"ok": True, "entries": 8, "told": told}, "")
    rewrite(desk, lambda acts: [*without_signatures(acts), HERSELF], RAISED, "DELETE FROM sealed_keys")
    shutil.rmtree(desk.path.parent / "home")
    status, told, _ = console("--second", str(desk.second))
    assert (status, told["ok"]) == (1, False)
    assert str(desk.second) in told["fault"]
