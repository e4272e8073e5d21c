"""Rules changed at a desk in use while the program is killed: in force with their act, or not at all."""

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.counter import Counter, read_again
from core.counter.adding_rules import add_packet, inspect_packet
from core.ledger.acts import AuditTrail
from core.ledger.errors import UNSURE, LedgerUnavailable
from core.ledger.trail import ActKind
from core.messages import Fault, message
from core.policy import packets
from core.policy.packets import installation
from core.policy.shelf import load_documents
from tests.ledger.test_encryption import CHEAP, CHIEF, ids, made, opened
from tests.ledger.test_rules_on_record import enter, pack, settled, strays, write

NEW = pack(date(2026, 2, 1), 700)
KEPT = {".toml", ".mzpack"}
FULL = message("ledger.full", name="ledger.db")


class Killed(BaseException):
    """The program ends here, and nothing after it is done."""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    from argon2 import PasswordHasher

    monkeypatch.setattr("core.ledger.keys.COST", CHEAP)
    monkeypatch.setattr("core.ledger.operators.PasswordHasher", lambda: PasswordHasher(**CHEAP))
    monkeypatch.setenv("MINGZHANG_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def content(path: Path, home: Path, tmp_path: Path) -> bytes:
    """A packet of an issuer whom the desk trusts; its ledger is closed."""
    secret, public = packets.new_key()
    made(path, None)
    counter = opened(path, None)
    assert enter(counter, home / "regions", pack()) == []

    def trust() -> list[Fault]:
        packets.trust(public, home)
        return []

    assert counter.change_region("".join(packets.fingerprint(public)), CHIEF, trust) == []
    counter.close()
    file = write(tmp_path / "sent", NEW)
    files = {f"regions/{file.stem}.toml": file.read_bytes()}
    given: dict[str, Any] = {"issuer": "试用局", "number": 1, "issued": date(2026, 1, 1)}
    signed = packets.sign(files, secret, documents=load_documents(), **given)
    assert isinstance(signed, bytes)
    return signed


def added(counter: Counter, content: bytes, home: Path) -> list[Fault]:
    """Add the packet as the console and the window do."""
    looked = inspect_packet(counter, content, home)
    return looked if isinstance(looked, list) else add_packet(counter, looked[0], CHIEF)


def noted(counter: Counter) -> int:
    """How many acts of the packet the trail has, each with what it changed."""
    acts = [act for act in counter.ledger.trail.of_kind(ActKind.REGION_CHANGED) if act.about == "试用局"]
    for act in acts:
        (figures,) = act.detail["figures"].values()
        assert ["inpatient.deductible.level_2", '["400.00", "300.00"]', '["700.00", "300.00"]'] in figures
    return len(acts)


def failing_at(monkeypatch: pytest.MonkeyPatch, counter: Counter, step: int, error: BaseException) -> None:
    """Let the n-th step of an import fail: a write, the taking away of a file, the act, or its commit."""
    left = iter(range(step, -1, -1))

    def fails(once: Any) -> Any:
        def done(*given: Any, **named: Any) -> Any:
            if next(left, 1) == 0:
                raise error
            return once(*given, **named)

        return done

    monkeypatch.setattr(installation, "write_whole", fails(installation.write_whole))
    monkeypatch.setattr(Path, "unlink", fails(Path.unlink))
    monkeypatch.setattr(AuditTrail, "note", fails(AuditTrail.note))
    connection = counter.ledger.connection
    monkeypatch.setattr(connection, "after_commit", fails(connection.after_commit))


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("step", range(7))
def test_a_packet_whose_import_is_killed_is_in_force_with_its_act_or_added_again(
    path: Path, home: Path, content: bytes, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    counter = opened(path, None)
    with monkeypatch.context() as patched:
        failing_at(patched, counter, step, Killed())
        try:
            assert added(counter, content, home) == []
        except Killed:
            assert step < 6
        else:
            assert step >= 6, "every step was tried"
    counter.close()
    counter = opened(path, None)
    assert strays(counter) == []
    assert (settled(counter), noted(counter)) == (("400", 0) if step < 2 else ("700", 1))
    if step < 2:
        assert {file.suffix for file in home.rglob("packets/*")} == set(), "nothing is left of it"
        assert added(counter, content, home) == []
        read_again(counter)
    assert ids(added(counter, content, home)) == ["packs.older"]
    assert (settled(counter), noted(counter), strays(counter)) == ("700", 1, [])
    assert {file.suffix for file in home.rglob("packets/*")} == {".mzpack"}
    shutil.rmtree(home / "packets")
    assert ids(added(counter, content, home)) == ["packs.older"], "the trail knows it, too"
    counter.close()


def test_a_packet_whose_act_cannot_be_noted_is_told_and_leaves_nothing(
    path: Path, home: Path, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter = opened(path, None)
    before = {file: file.read_bytes() for file in home.rglob("*.*") if file.suffix in KEPT}
    for step, error in ((0, OSError(28, "No space left on device", "x")), (1, LedgerUnavailable(FULL))):
        with monkeypatch.context() as patched:
            failing_at(patched, counter, step, error)
            with pytest.raises(type(error)):
                added(counter, content, home)
        assert {file: file.read_bytes() for file in home.rglob("*.*") if file.suffix in KEPT} == before
        assert not list(home.rglob("*.asked"))
        assert (settled(counter), noted(counter)) == ("400", 0)
    counter.close()


def test_a_packet_whose_commit_nobody_can_be_sure_of_is_added_where_the_trail_has_it(
    path: Path, home: Path, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter = opened(path, None)
    with monkeypatch.context() as patched:
        failing_at(patched, counter, 2, LedgerUnavailable(message(UNSURE, name="ledger.db")))
        with pytest.raises(LedgerUnavailable):
            added(counter, content, home)
    counter.close()
    counter = opened(path, None)
    assert (settled(counter), noted(counter), strays(counter)) == ("700", 1, [])
    assert [file.suffix for file in home.rglob("packets/*")] == [".mzpack"]
    counter.close()


def test_a_packet_that_nobody_s_act_asked_for_is_not_added(path: Path, home: Path, content: bytes) -> None:
    """The planted fault: somebody lays a packet of a trusted issuer down by hand."""
    (home / "packets").mkdir()
    (home / "packets" / "0123456789abcdef-000001.mzpack.asked").write_bytes(content)
    counter = opened(path, None)
    assert (settled(counter), noted(counter), strays(counter)) == ("400", 0, [])
    assert not list((home / "packets").iterdir())
    counter.close()


def test_figures_whose_saving_was_killed_before_the_act_are_on_record_once_saved_again(
    path: Path, home: Path, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter = opened(path, None)
    other = pack(deductible=500)
    with monkeypatch.context() as patched:
        failing_at(patched, counter, 0, Killed())
        with pytest.raises(Killed):
            enter(counter, home / "regions", other)
    counter.close()
    counter = opened(path, None)
    assert (settled(counter), len(strays(counter))) == ("400", 1), "what nobody's act names is not in force"
    assert enter(counter, home / "regions", other) == []
    read_again(counter)
    assert (settled(counter), strays(counter)) == ("500", [])
    act = counter.ledger.trail.of_kind(ActKind.REGION_CHANGED)[-1]
    assert ["inpatient.deductible.level_2", '["400.00", "300.00"]', '["500.00", "300.00"]'] in next(
        iter(act.detail["figures"].values())
    )
    counter.close()
