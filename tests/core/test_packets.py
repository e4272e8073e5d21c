"""Rule packets: signed, looked at, added; refused when altered, older, overlapping or from nobody known."""

import io
import json
import random
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.console.rules import on_file
from core.policy import packets
from core.policy.in_force import Documents
from core.policy.packets import HEADER, SIGNATURE, Packet, installation
from core.policy.shelf import REGIONS, load_documents, load_regions
from tests.cli import BUNDLED, main

pytestmark = pytest.mark.console

REGION = """\
id = "jilin/changchun"
name = "长春市"
effective = {day}
source = {{ document = "试用文件", entered_by = "甲", checked_by = "乙" }}

[common_outpatient]
annual_limit = {limit}
"""
DOCUMENT = """\
id = "{id}"
number = "试用〔2030〕{id}号"
effective = {day}

[critical_funding]
per_head = {{ clause = "一", yuan = 70 }}
"""
ISSUED = date(2026, 11, 1)


@pytest.fixture(scope="module")
def documents() -> Documents:
    return load_documents()


@pytest.fixture(scope="module")
def key() -> tuple[bytes, dict[str, str]]:
    secret, public = packets.new_key()
    return secret, {packets.key_id(public): public}


def region(day: str = "2027-01-01", limit: int = 700) -> bytes:
    return REGION.format(day=day, limit=limit).encode()


def document(id_: str = "2030-1", day: str = "2030-01-01") -> bytes:
    return DOCUMENT.format(id=id_, day=day).encode()


def signed(key: Any, documents: Documents, number: int = 1, **files: bytes) -> Any:
    named = {name.replace("__", "/").replace("_", "-") + ".toml": text for name, text in files.items()}
    return packets.sign(named, key[0], issuer="试用局", number=number, issued=ISSUED, documents=documents)


def ids(faults: Any) -> list[str]:
    assert isinstance(faults, list), faults
    return [fault.message.id for fault in faults]


def repacked(content: bytes, **members: bytes) -> bytes:
    """The zip with some members put in the place of others."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            new.writestr(name, members.get(name.partition(".")[0].replace("/", "_"), old.read(name)))
    return made.getvalue()


def test_a_packet_is_read_as_it_was_signed(key: Any, documents: Documents) -> None:
    made = signed(key, documents, regions__a=region(), documents__b=document())
    packet = packets.read(made, key[1], documents)
    assert isinstance(packet, Packet)
    assert [pack.name for pack in packet.regions] == ["长春市"]
    assert [each.id for each in packet.documents] == ["2030-1"]
    assert made == signed(key, documents, regions__a=region(), documents__b=document()), "the same bytes"


def test_no_change_of_any_byte_is_taken(key: Any, documents: Documents) -> None:
    """What is read from a damaged packet is what was signed, or nothing."""
    made = signed(key, documents, regions__a=region())
    sound = packets.read(made, key[1], documents)
    assert isinstance(sound, Packet)
    chance = random.Random(7)
    refused = 0
    for _ in range(400):
        at = chance.randrange(len(made))
        damaged = made[:at] + bytes([made[at] ^ 1 << chance.randrange(8)]) + made[at + 1 :]
        found = packets.read(damaged, key[1], documents)
        refused += isinstance(found, list)
        if isinstance(found, Packet):  # a byte of the zip's own that says nothing about the files
            assert (found.header, dict(found.files)) == (sound.header, dict(sound.files))
    assert refused > 200
    assert ids(packets.read(made[: len(made) // 2], key[1], documents)) == ["packs.not_a_packet"]


@pytest.mark.parametrize(
    "change",
    [
        {"regions_a": region(limit=1000)},
        {"packet": b'{"public": "KEY", "format": 1}'},
    ],
)
def test_another_content_under_the_old_signature_is_refused(
    key: Any, documents: Documents, change: dict[str, bytes]
) -> None:
    made = signed(key, documents, regions__a=region())
    (name,) = key[1].values()
    change = {place: text.replace(b"KEY", name.encode()) for place, text in change.items()}
    assert ids(packets.read(repacked(made, **change), key[1], documents)) == ["packs.altered"]


def test_a_file_that_nobody_signed_is_refused(key: Any, documents: Documents) -> None:
    made = io.BytesIO(signed(key, documents, regions__a=region()))
    with zipfile.ZipFile(made, "a") as packed:
        packed.writestr("regions/more.toml", region("2028-01-01"))
    assert ids(packets.read(made.getvalue(), key[1], documents)) == ["packs.altered"]


def test_a_stranger_s_packet_is_refused_and_so_is_a_stranger_under_a_known_name(
    key: Any, documents: Documents
) -> None:
    stranger, public = packets.new_key()
    made = signed((stranger, {}), documents, regions__a=region())
    assert ids(signed((stranger, {}), documents, regions__a=b"id = 1")) != []
    assert ids(packets.read(made, key[1], documents)) == ["packs.key_unknown"]
    assert packets.stranger(made) == ("试用局", public)
    (known,) = key[1].values()
    posing = json.loads(zipfile.ZipFile(io.BytesIO(made)).read(HEADER)) | {"public": known}
    forged = repacked(made, packet=json.dumps(posing).encode())
    assert ids(packets.read(forged, key[1], documents)) == ["packs.altered"]
    assert packets.stranger(forged) is None, "nobody's name is shown who did not sign"


def test_a_name_outside_the_two_folders_is_refused_though_it_was_signed(
    key: Any, documents: Documents
) -> None:
    made = packets.sign(
        {"regions/../../evil.toml": region()},
        key[0],
        issuer="试用局",
        number=1,
        issued=ISSUED,
        documents=documents,
    )
    assert isinstance(made, list)


def test_a_zip_that_unpacks_to_too_much_is_no_packet(key: Any, documents: Documents) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(HEADER, b" " * (packets.LARGEST + 1))
        packed.writestr(SIGNATURE, b"")
    assert len(made.getvalue()) < 50_000
    assert ids(packets.read(made.getvalue(), key[1], documents)) == ["packs.not_a_packet"]


@pytest.mark.parametrize(
    ("files", "last", "expected"),
    [
        ({"regions__a": region()}, 1, ["packs.older"]),
        ({"regions__a": region()}, 0, []),
        ({"regions__a": region("2016-01-01")}, 0, ["packs.regions_overlap"]),
        ({"regions__a": region("2015-01-01")}, 0, ["packs.regions_overlap"]),
        ({"regions__a": region(), "regions__b": region(limit=1000)}, 0, ["packs.regions_overlap"]),
        ({"regions__a": region(), "regions__b": region("2028-01-01")}, 0, []),
        ({"documents__a": document()}, 0, []),
        ({"documents__a": document("2019-26")}, 0, ["packs.document_on_file"]),
        ({"documents__a": document(day="2020-06-01")}, 0, ["packs.documents_overlap"] * 2),
        ({"documents__a": document(), "documents__b": document("2030-2")}, 0, ["packs.documents_overlap"]),
    ],
)
def test_a_packet_that_is_older_or_overlaps_what_is_on_file_is_refused(
    key: Any, documents: Documents, files: dict[str, bytes], last: int, expected: list[str]
) -> None:
    packet = packets.read(signed(key, documents, **files), key[1], documents)
    assert isinstance(packet, Packet), packet
    regions, _ = load_regions(documents)
    assert [fault.message.id for fault in packets.against(packet, documents, regions, last)] == expected


def test_the_preview_names_the_figures_and_the_discharges(key: Any, documents: Documents) -> None:
    made = signed(
        key, documents, regions__a=region(), regions__b=region("2028-01-01", 1000), documents__c=document()
    )
    packet = packets.read(made, key[1], documents)
    assert isinstance(packet, Packet)
    regions, _ = load_regions(documents)
    law, first, second = packets.preview(packet, documents, regions)
    assert (law.kind, law.first, law.last) == ("document", date(2030, 1, 1), None)
    before = documents.in_force("critical_funding", date(2030, 1, 1))
    assert before is not None
    assert law.cells == (("critical_funding", before.document.number, "试用〔2030〕2030-1号"),)
    assert (first.first, first.last) == (date(2027, 1, 1), date(2027, 12, 31))
    assert ("common_outpatient.annual_limit", "", "700.00") in first.cells
    assert (second.first, second.last) == (date(2028, 1, 1), None)


# ---- at the console


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*arguments: object) -> tuple[int, dict[str, Any]]:
        status = main(["packs", *map(str, arguments)])
        return status, json.loads(capsys.readouterr().out)

    return run


def _sign(cli: Any, folder: Path, number: int, text: bytes) -> Path:
    source, out = folder / f"{number}.toml", folder / f"{number}.mzpack"
    source.write_bytes(text)
    arguments = ["--issuer", "试用局", "--number", number, "--issued", "2026-11-01", "--out", out]
    assert cli("sign", "--key", folder / "key.pem", *arguments, source)[0] == 0
    return out


def test_a_packet_travels_from_one_desk_to_another(
    cli: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    status, made = cli("key", tmp_path / "key.pem")
    assert status == 0
    assert (tmp_path / "key.pem").stat().st_mode & 0o077 == 0
    first = _sign(cli, tmp_path, 1, region())
    desk = tmp_path / "desk"
    monkeypatch.setenv("MINGZHANG_HOME", str(desk))

    status, refused = cli("show", first)
    assert (status, refused["status"]) == (2, "refused")
    printed = {"key": made["key"], "fingerprint": made["fingerprint"]}
    assert cli("trust", made["public"]) == (0, printed)
    assert made["fingerprint"].replace(" ", "").startswith(made["key"])
    assert made["fingerprint"] in refused["errors"][0]["message"], "as the paper has it"
    status, shown = cli("show", first)
    assert (status, shown["changes"][0]["discharges_from"]) == (0, "2027-01-01")
    assert not (desk / "regions").exists(), "nothing is added by looking"

    assert cli("import", first)[0] == 0
    assert cli("import", first)[0] == 2, "not newer than itself"
    documents = load_documents()
    regions, bad = load_regions(documents, (REGIONS, desk / "regions"))
    assert bad == ()
    old, new = regions.versions("jilin/changchun")
    assert regions.in_force("jilin/changchun", date(2026, 12, 31)) == old, "old discharges keep the old pack"
    assert regions.in_force("jilin/changchun", date(2027, 1, 1)) == new


class Killed(BaseException):
    """The program ends here, and nothing after it is done."""


def _failing_at(monkeypatch: pytest.MonkeyPatch, step: int, error: BaseException) -> None:
    """Let the n-th of the writes and renames of an import fail."""
    left = iter(range(step, -1, -1))

    def fails(once: Any) -> Any:
        def done(*given: Any) -> Any:
            if next(left, 1) == 0:
                raise error
            return once(*given)

        return done

    for name in ("write_whole", "to_disk"):
        monkeypatch.setattr(installation, name, fails(getattr(installation, name)))
    monkeypatch.setattr(Path, "replace", fails(Path.replace))


@pytest.mark.some_cases(1)
@pytest.mark.skipif(bool(BUNDLED), reason="reaches into the console")
@pytest.mark.parametrize(
    "error", [Killed(), OSError(28, "No space left on device", "x")], ids=["kill", "full"]
)
def test_an_import_that_is_cut_off_anywhere_is_whole_or_nothing(
    cli: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    _, made = cli("key", tmp_path / "key.pem")
    _sign(cli, tmp_path, 2, region())
    (tmp_path / "later.toml").write_bytes(region("2028-01-01"))
    (tmp_path / "law.toml").write_bytes(document())
    sources = [tmp_path / "later.toml", tmp_path / "2.toml", tmp_path / "law.toml"]
    arguments = [
        "--issuer",
        "试用局",
        "--number",
        1,
        "--issued",
        "2026-11-01",
        "--out",
        tmp_path / "1.mzpack",
    ]
    cli("sign", "--key", tmp_path / "key.pem", *arguments, *sources)
    whole = 0
    for step in range(20):
        desk = tmp_path / f"desk{step}"
        monkeypatch.setenv("MINGZHANG_HOME", str(desk))
        cli("trust", made["public"])
        with monkeypatch.context() as patched:
            _failing_at(patched, step, error)
            try:
                status = cli("import", tmp_path / "1.mzpack")[0]
            except Killed:
                status = None
        documents, regions, _ = on_file()
        added = len(regions.versions("jilin/changchun")) - 1, "2030-1" in [one.id for one in documents.all]
        assert added in ((0, False), (2, True)), step
        again = cli("import", tmp_path / "1.mzpack")[0]
        assert again == (2 if added[1] else 0), "what is in force is not newer than itself"
        assert not list(desk.rglob("*.coming"))
        whole += added[1]
        if status == 0:
            break
        assert status in (None, 3)
    assert step > 3, "every step of the import was tried"
    assert whole > 1 or isinstance(error, OSError)


@pytest.mark.skipif(bool(BUNDLED), reason="reaches into the console")
def test_a_packet_that_says_it_is_coming_and_is_nobody_s_adds_nothing(
    cli: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli("key", tmp_path / "key.pem")
    packet = _sign(cli, tmp_path, 1, region())
    desk = tmp_path / "desk"
    monkeypatch.setenv("MINGZHANG_HOME", str(desk))
    (desk / "packets").mkdir(parents=True)
    (desk / "packets" / "0123456789abcdef-000001.mzpack.coming").write_bytes(packet.read_bytes())
    on_file()
    assert not (desk / "regions").exists()


def test_a_key_is_never_written_over(cli: Any, tmp_path: Path) -> None:
    cli("key", tmp_path / "key.pem")
    before = (tmp_path / "key.pem").read_bytes()
    status, said = cli("key", tmp_path / "key.pem")
    assert status == 3
    assert said["errors"][0]["message"] == f"文件 {tmp_path / 'key.pem'} 已经在了，不会覆盖，请换一个文件名。"
    assert (tmp_path / "key.pem").read_bytes() == before
    assert cli("key", tmp_path / "key.pub")[0] == 3, "the public one has this name"
    (tmp_path / "key.pem").unlink()
    assert cli("key", tmp_path / "key.pem")[0] == 3
    assert not (tmp_path / "key.pem").exists(), "no half of a pair"


def test_a_day_of_issue_that_does_not_exist_is_refused_in_words(cli: Any, tmp_path: Path) -> None:
    cli("key", tmp_path / "key.pem")
    (tmp_path / "1.toml").write_bytes(document())
    given = [
        "--key",
        tmp_path / "key.pem",
        "--issuer",
        "试用局",
        "--number",
        1,
        "--out",
        tmp_path / "1.mzpack",
    ]
    status, said = cli("sign", *given, "--issued", "2026-13-01", tmp_path / "1.toml")
    assert status == 2
    assert said["errors"] == [{"field": "issued", "message": "日期写成 2026-03-10 的样子。"}]


def test_a_document_that_came_in_a_packet_is_among_the_documents_of_the_desk(
    cli: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.counter import open_counter

    _, made = cli("key", tmp_path / "key.pem")
    packet = _sign(cli, tmp_path, 1, document())
    desk = tmp_path / "desk"
    monkeypatch.setenv("MINGZHANG_HOME", str(desk))
    cli("trust", made["public"])
    assert cli("import", packet)[0] == 0
    counter = open_counter(desk / "ledger.db")
    assert "2030-1" in [each.id for each in counter.reader.documents.all]
    counter.close()
