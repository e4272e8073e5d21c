"""Whose rules are in force in real use: what ships, what the trail holds, what a trusted packet brought."""

import errno
import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.console import main
from core.counter import Counter, confirming, posting, read_again
from core.counter.adding_rules import enter_pack, trust_key
from core.counter.confirming import confirm, unconfirmed
from core.ledger.entries import Identifier, PatientGiven
from core.ledger.errors import UNSURE, LedgerUnavailable
from core.ledger.operators import Role
from core.ledger.trail import ActKind
from core.messages import Fault, message
from core.policy import packets
from core.policy.packfile import save_pack
from core.policy.shelf import DOCUMENTS, REGIONS, load_documents
from tests.ledger.test_encryption import CHEAP, CHIEF, PIN, ids, made, opened

PACK: dict[str, Any] = {
    "id": "jilin/changchun",
    "name": "长春市",
    "effective": date(2026, 1, 1),
    "source": {"document": "局〔2026〕3号", "entered_by": "王芳", "checked_by": "李明"},
    "inpatient": {"deductible": {"level_2": [400, 300]}},
    "critical_illness": {"2026": {"deductible": 10000}},
}
REQUEST = {
    "region": "jilin/changchun",
    "benefit": "inpatient",
    "hospital_level": "level_2",
    "admitted": "2026-03-01",
    "discharged": "2026-03-10",
    "total": "52000.00",
    "eligible": "48000.00",
    "category_b_selfpay": "1200.00",
}
STRAY = "fault.not_on_record"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    from argon2 import PasswordHasher

    monkeypatch.setattr("core.ledger.keys.COST", CHEAP)
    monkeypatch.setattr("core.ledger.operators.PasswordHasher", lambda: PasswordHasher(**CHEAP))
    monkeypatch.setenv("MINGZHANG_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def pack(effective: date = date(2026, 1, 1), deductible: int = 400) -> dict[str, Any]:
    return {**PACK, "effective": effective, "inpatient": {"deductible": {"level_2": [deductible, 300]}}}


def write(folder: Path, tables: dict[str, Any]) -> Path:
    file = save_pack(folder, tables, load_documents())
    assert isinstance(file, Path)
    return file


def enter(counter: Counter, folder: Path, tables: dict[str, Any]) -> list[Fault]:
    def change() -> list[Fault]:
        write(folder, tables)
        return []

    return counter.change_region(f"{tables['id']}@{tables['effective']}", CHIEF, change)


def settled(counter: Counter) -> str | list[str]:
    worked = posting.work_out(counter, REQUEST)
    if isinstance(worked, list):
        return ids(worked)
    fen = worked.settlement.amounts.act_pay_dedc
    return "incomplete" if fen is None else str(fen // 100)


def strays(counter: Counter) -> list[str]:
    return [each.file.name for each in counter.bad_packs if each.faults[0].message.id == STRAY]


@pytest.fixture
def desk(path: Path, home: Path) -> Iterator[Counter]:
    """A new desk whose supervisor has entered the region's figures."""
    made(path, None)
    counter = opened(path, None)
    assert enter(counter, home / "regions", pack()) == []
    read_again(counter)
    yield counter
    counter.close()


def test_what_is_entered_at_the_desk_is_in_force_and_in_the_trail_with_its_figures(desk: Counter) -> None:
    assert settled(desk) == "400"
    assert desk.bad_packs == ()
    (_stock, entered) = desk.ledger.trail.of_kind(ActKind.REGION_CHANGED)
    figures = {path: (old, new) for path, old, new in entered.detail["figures"]["jilin/changchun@2026-01-01"]}
    assert figures["inpatient.deductible.level_2"] == ("", '["400.00", "300.00"]')


def test_a_file_that_nobody_entered_is_named_and_not_used(desk: Counter, home: Path) -> None:
    stray = write(home / "regions", pack(date(2026, 2, 1), 1))
    shutil.copy(DOCUMENTS / "2019-21.toml", home / "documents.toml")
    (home / "documents").mkdir()
    law = (DOCUMENTS / "2019-21.toml").read_text(encoding="utf-8").replace("2019-21", "2019-99")
    (home / "documents" / "2019-99.toml").write_text(law, encoding="utf-8")
    read_again(desk)
    assert settled(desk) == "400"
    assert strays(desk) == ["2019-99.toml", stray.name]
    assert "2019-99" not in [each.id for each in desk.reader.documents.all]


def test_a_file_that_somebody_altered_is_named_and_what_was_entered_stays_in_force(
    desk: Counter, home: Path
) -> None:
    altered = write(home / "regions", pack(deductible=1))
    read_again(desk)
    assert (settled(desk), strays(desk)) == ("400", [altered.name])
    altered.unlink()
    read_again(desk)
    assert (settled(desk), strays(desk)) == ("400", [])
    confirming.lay_out(desk, home / "regions")
    assert "400" in altered.read_text(encoding="utf-8"), "on another machine the file is written anew"


def test_an_earlier_version_of_a_file_is_not_believed_again(desk: Counter, home: Path) -> None:
    before = (home / "regions" / "jilin-changchun-2026-01-01.toml").read_bytes()
    assert enter(desk, home / "regions", pack(deductible=500)) == []
    (home / "regions" / "jilin-changchun-2026-01-01.toml").write_bytes(before)
    read_again(desk)
    assert (settled(desk), len(strays(desk))) == ("500", 1)


def test_a_pack_that_comes_with_a_request_is_posted_where_it_was_ever_on_record(desk: Counter) -> None:
    patient = PatientGiven((Identifier("01", "22010419600101003X"),), "甲")
    for deductible, expected in ((400, None), (1, [STRAY])):
        tables = {**pack(deductible=deductible), "effective": "2026-01-01"}
        request = {**REQUEST, "region": json.loads(json.dumps(tables))}
        posted = posting.post(desk, key=f"k{deductible}", patient=patient, operator=CHIEF, request=request)
        assert (ids(posted) if isinstance(posted, list) else None) == expected


# ---- a ledger of an earlier version


@pytest.fixture
def before(path: Path, home: Path) -> Iterator[Counter]:
    """A desk as an earlier version left it: figures lie there, and the trail holds none."""
    write(home / "regions", pack())
    made(path, None)
    counter = opened(path, None)
    yield counter
    counter.close()


def test_until_an_administrator_has_seen_them_the_packs_found_settle_and_are_told(before: Counter) -> None:
    found = unconfirmed(before)
    assert found is not None
    assert [each.name for each in found.packs] == ["长春市"]
    assert settled(before) == "400"


def test_once_confirmed_they_are_on_record_and_nothing_else_is_in_force(
    before: Counter, home: Path, path: Path
) -> None:
    assert confirm(before) == []
    assert unconfirmed(before) is None
    write(home / "regions", pack(date(2026, 2, 1), 1))
    read_again(before)
    assert (settled(before), len(strays(before))) == ("400", 1)
    assert confirm(before) == [], "an administrator may take in what lies there"
    read_again(before)
    assert (settled(before), strays(before)) == ("1", [])


def test_only_an_administrator_confirms(before: Counter, path: Path) -> None:
    before.add_operator("赵", Role.SUPERVISOR, PIN)
    other = opened(path, None, "赵")
    assert ids(confirm(other)) == ["right_needed"]
    other.close()


def test_the_console_shows_the_figures_first_and_confirms_what_is_named(
    before: Counter,
    home: Path,
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    before.close()
    monkeypatch.setenv("MINGZHANG_PIN", PIN)
    packets.trust(packets.new_key()[1], home)

    def asked(*names: str) -> tuple[int, dict[str, Any]]:
        status = main(["packs", "confirm", "--db", str(path), "--operator", CHIEF, "--portable", *names])
        answered: dict[str, Any] = json.loads(capsys.readouterr().out)
        return status, answered

    def is_confirmed() -> bool:
        with closing(opened(path, None)) as counter:
            assert counter.on_record is not None
            return counter.on_record.confirmed

    status, shown = asked()
    assert (status, shown["confirmed"], is_confirmed()) == (0, False, False)
    names = list(shown["found"])
    assert [name.partition(":")[0] for name in names] == ["jilin/changchun@2026-01-01", "key"]
    assert shown["found"][names[0]]["figures"]["inpatient.deductible.level_2"] == '["400.00", "300.00"]'
    for some in (names[:1], ["jilin/changchun@2026-01-01", names[1]], [*names, "jilin/other@2026-01-01:0"]):
        status, refused = asked(*some)
        assert (status, refused["errors"][0]["field"], is_confirmed()) == (2, "names", False)
        assert names[0] in refused["errors"][0]["message"]
    write(home / "regions", pack(deductible=1))
    assert asked(*names)[0] == 2, "what was shown is not what lies there now"
    write(home / "regions", pack())
    assert asked(*names) == (0, {"packs": ["jilin/changchun@2026-01-01"], "confirmed": True})
    assert is_confirmed()


def test_practice_believes_every_file(path: Path, home: Path) -> None:
    from core.counter import open_counter

    write(home / "regions", pack(date(2026, 2, 1), 1))
    counter = open_counter(path)
    assert (settled(counter), counter.bad_packs, unconfirmed(counter)) == ("1", (), None)
    counter.close()


# ---- packets


def _packet(home: Path, tables: dict[str, Any], folder: Path) -> packets.Packet:
    secret, public = packets.new_key()
    packets.trust(public, home)
    file = write(folder, tables)
    signed = packets.sign(
        {f"regions/{file.stem}.toml": file.read_bytes()},
        secret,
        issuer="试用局",
        number=1,
        issued=date(2026, 1, 1),
        documents=load_documents(),
    )
    packet = packets.read(signed, packets.trusted(home / packets.KEYS), load_documents())  # type: ignore[arg-type]
    assert isinstance(packet, packets.Packet)
    return packet


def test_a_kept_packet_is_believed_where_the_trail_names_its_key(
    desk: Counter, home: Path, tmp_path: Path
) -> None:
    packets.install(_packet(home, pack(date(2026, 2, 1), 700), tmp_path / "sent"), home)
    read_again(desk)
    assert (settled(desk), len(strays(desk))) == ("400", 1), "a key that somebody put there"
    (key,) = packets.trusted(home / packets.KEYS).values()
    shutil.rmtree(home / packets.KEYS)

    assert trust_key(desk, key, CHIEF, home) == []
    read_again(desk)
    assert (settled(desk), strays(desk)) == ("700", [])


def test_a_key_whose_act_fails_is_not_kept(
    desk: Counter, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_given: object, **_more: object) -> None:
        raise OSError(errno.ENOSPC, "no room")

    _, new = packets.new_key()
    _, old = packets.new_key()
    packets.trust(old, home)
    with monkeypatch.context() as full:
        full.setattr(desk.ledger.trail, "note", fails)
        for key in (new, old):
            with pytest.raises(OSError, match="no room"):
                trust_key(desk, key, CHIEF, home)
    assert set(packets.trusted(home / packets.KEYS).values()) == {old}, "what lay there before stays"
    assert trust_key(desk, new, CHIEF, home) == []
    assert set(packets.trusted(home / packets.KEYS).values()) == {old, new}


def test_every_document_and_pack_reads_back_from_the_trail_as_it_was() -> None:
    from core.counter.rules_on_record import _tables
    from core.exchange.fingerprints import stated_by
    from core.policy.documents import Document
    from core.policy.regions import RegionPack
    from core.policy.shelf import load_regions
    from core.policy.soundness import read_pack

    documents = load_documents()
    for document in documents.all:
        assert Document.model_validate(json.loads(json.dumps(_tables(document)))) == document
    regions, _ = load_regions(documents, (REGIONS,))
    for id_ in regions.ids:
        for each in regions.versions(id_):
            again = read_pack(json.loads(json.dumps(stated_by(each))), documents)
            assert isinstance(again, RegionPack)
            assert again == each


@pytest.mark.parametrize(("said", "stays"), [("ledger.full", False), (UNSURE, True)])
def test_figures_whose_act_fails_are_not_left_in_their_file(
    desk: Counter, home: Path, monkeypatch: pytest.MonkeyPatch, said: str, stays: bool
) -> None:
    def fails(*_given: object, **_more: object) -> None:
        raise LedgerUnavailable(message(said, name="ledger.db"))

    monkeypatch.setattr(desk.ledger.trail, "note", fails)
    regions = home / "regions"
    (before,) = regions.iterdir()
    content = before.read_bytes()
    for tables, others in ((pack(deductible=500), 0), (pack(date(2026, 2, 1)), int(stays))):
        with pytest.raises(LedgerUnavailable):
            enter_pack(desk, f"{tables['id']}@{tables['effective']}", regions, tables, CHIEF)
        assert (before.read_bytes() != content) is stays
        assert len(list(regions.iterdir())) == 1 + others, "nothing else is left beside it"


HEAD, OTHER_PIN = "李主任", "another-passphrase"


def test_figures_wait_for_a_second_person_where_that_is_required(
    desk: Counter, home: Path, path: Path, tmp_path: Path
) -> None:
    assert not isinstance(desk.add_operator(HEAD, Role.SUPERVISOR, OTHER_PIN), list)
    assert confirming.require_check(desk, required=True) == []
    assert enter(desk, home / "regions", pack(deductible=500)) == []
    read_again(desk)
    name = "jilin/changchun@2026-01-01"
    assert settled(desk) == "400"
    assert [each.faults[0].message.id for each in desk.bad_packs] == ["fault.not_checked"]
    waiting = confirming.unchecked(desk)[name]
    assert (waiting.entered_by, len(waiting.figures)) == (CHIEF, 1)
    assert ids(confirming.check(desk, name)) == ["fault.check_by_another"]
    write(tmp_path / "more", pack(date(2026, 2, 1), 1))
    assert confirm(desk, [tmp_path / "more"]) == []  # no way round by another command
    read_again(desk)
    assert settled(desk) == "400"
    desk.close()
    other = opened(path, None, HEAD, OTHER_PIN)
    assert ids(confirming.check(other, "jilin/changchun@2020-01-01")) == ["fault.nothing_to_check"]
    assert confirming.check(other, name) == []
    read_again(other)
    assert settled(other) == "500"
    assert ids(confirming.require_check(other, required=False)) == ["right_needed"]
    assert other.ledger.verify().fault is None
    other.close()


def test_who_entered_may_check_where_no_second_person_is_required_any_more(desk: Counter, home: Path) -> None:
    assert confirming.require_check(desk, required=True) == []
    assert enter(desk, home / "regions", pack(deductible=500)) == []
    assert confirming.require_check(desk, required=False) == []
    read_again(desk)
    assert settled(desk) == "400"
    assert confirming.check(desk, "jilin/changchun@2026-01-01") == []
    read_again(desk)
    assert settled(desk) == "500"
    assert enter(desk, home / "regions", pack(deductible=600)) == []
    read_again(desk)
    assert settled(desk) == "600"
