"""A rule packet in the window: looked at, added by F12 and Y, refused in words."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.policy import packets
from core.policy.documents import Document
from core.policy.regions import CriticalYear, RegionPack
from core.policy.shelf import load_documents
from core.vocabulary import Level
from core.words import languages, words
from desktop.presenters.rules.packet_words import cell_words, value_words
from tests.core.test_packets import document, region, repacked
from tests.desktop.conftest import Desk


def signed(file: Path, number: int = 1, **files: bytes) -> str:
    """Writes a packet of a new issuer; the public key."""
    secret, public = packets.new_key()
    made = packets.sign(
        {f"{folder}/a.toml": content for folder, content in files.items()},
        secret,
        issuer="试用局",
        number=number,
        issued=date(2026, 11, 1),
        documents=load_documents(),
    )
    assert isinstance(made, bytes)
    file.write_bytes(made)
    return public


@pytest.fixture
def packet(tmp_path: Path) -> Path:
    """A packet of an issuer that the desk trusts."""
    file = tmp_path / "stick.mzpack"
    packets.trust(signed(file, regions=region()), tmp_path / "home")
    return file


def _pages(keys: Any) -> Any:
    assert keys.program.pages is not None
    return keys.program.pages


def test_a_packet_is_looked_at_and_added(desk: Desk, packet: Path, tmp_path: Path) -> None:
    keys = desk()
    _pages(keys).rules.packet(packet)
    rows = keys.program.navigator.page.state.rows
    row = ("长春市", "普通门诊 · 全年最多支付", "—", "700.00", "2027-01-01 起")
    assert row in [each.texts for each in rows]
    keys.app.processEvents()
    keys.shot("packet")
    keys.type("F12 N")
    assert not (tmp_path / "home" / "regions").exists(), "No adds nothing"
    keys.type("F12 Y")
    assert "已导入" in keys.notice
    counter = keys.program.session.counter
    assert [pack.effective.year for pack in counter.reader.regions.versions("jilin/changchun")] == [
        2016,
        2027,
    ]
    assert [(act.act.value, act.about) for act in counter.ledger.trail.acts()] == [
        ("region_changed", "试用局")
    ]
    keys.type("Esc")
    assert keys.program.navigator.at_counter


def test_an_altered_packet_is_refused_and_f12_does_nothing(desk: Desk, packet: Path, tmp_path: Path) -> None:
    content = packet.read_bytes()
    at = content.index(b"packet.sig") + len("packet.sig") + 5
    packet.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
    keys = desk()
    _pages(keys).rules.packet(packet)
    assert keys.program.navigator.page.notice.kind == "wrong"
    keys.type("F12 Y")
    assert not (tmp_path / "home" / "regions").exists()


def test_a_stick_that_was_pulled_out_is_said(desk: Desk, tmp_path: Path) -> None:
    keys = desk()
    _pages(keys).rules.packet(tmp_path / "gone.mzpack")
    assert "gone.mzpack" in keys.notice


def test_a_desk_started_with_a_packet_shows_it(desk: Desk, packet: Path) -> None:
    keys = desk()
    keys.program.packet = packet
    keys.program.session.counter.close()
    keys.program.open()
    assert keys.program.navigator.page.name == "packet"


def test_an_unknown_issuer_is_trusted_by_typing_what_only_the_paper_says(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "stick.mzpack"
    public = signed(file, regions=region())
    groups = packets.fingerprint(public)
    keys = desk()
    _pages(keys).rules.packet(file)
    state = keys.program.navigator.page.state
    assert "试用局" in state.title
    assert " ".join(groups[:4]) in state.about
    assert not any(group in str(state) for group in groups[4:] if group not in groups[:4])
    keys.app.processEvents()
    keys.shot("packet-stranger")
    keys.type("F12")
    assert keys.faults, "nothing typed confirms nothing"
    keys.type("".join(groups[:4]) + " F12")
    assert "纸上" in keys.faults[0]
    assert not (tmp_path / "home" / packets.KEYS).exists()
    for _ in range(20):
        keys.type("Backspace")
    keys.type(" ".join(groups[4:]).upper() + " F12 Return")
    assert keys.program.navigator.page.question is not None, "Enter answers nothing"
    assert not (tmp_path / "home" / packets.KEYS).exists()
    keys.type("N F12 Y")
    assert packets.trusted(tmp_path / "home" / packets.KEYS) == {packets.key_id(public): public}
    assert [
        row.texts[3] for row in keys.program.navigator.page.state.rows if "全年最多支付" in row.texts[1]
    ] == ["700.00"]
    keys.type("F12 Y")
    assert "已导入" in keys.notice


def test_a_key_that_cannot_be_kept_is_said(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "stick.mzpack"
    public = signed(file, regions=region())
    keys = desk()
    (tmp_path / "home" / packets.KEYS).write_text("a file in its place")
    _pages(keys).rules.packet(file)
    keys.type("".join(packets.fingerprint(public)[4:]) + " F12 Y")
    assert "不能写入" in keys.notice


@pytest.mark.parametrize(
    ("why", "said"),
    [("older", "不比已导入的第 1 号新"), ("overlap", "重叠"), ("altered", "改动过"), ("cut", "没有复制完整")],
)
def test_a_packet_that_is_refused_says_why_in_the_page(
    desk: Desk, packet: Path, tmp_path: Path, why: str, said: str
) -> None:
    keys = desk()
    if why == "older":
        _pages(keys).rules.packet(packet)
        keys.type("F12 Y Esc")
    elif why == "overlap":
        packets.trust(signed(packet, regions=region(day="2010-01-01")), tmp_path / "home")
    elif why == "altered":
        packet.write_bytes(repacked(packet.read_bytes(), regions_a=region(limit=1000)))
    else:
        packet.write_bytes(packet.read_bytes()[:-40])
    _pages(keys).rules.packet(packet)
    state = keys.program.navigator.page.state
    assert said in state.empty
    assert "没有变" in state.about
    assert state.rows == ()


def test_a_document_is_shown_by_what_it_settles(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "stick.mzpack"
    packets.trust(signed(file, documents=document()), tmp_path / "home")
    keys = desk()
    _pages(keys).rules.packet(file)
    assert [row.texts[1] for row in keys.program.navigator.page.state.rows] == ["大病保险筹资"]


@pytest.mark.parametrize("language", languages())
def test_every_cell_of_a_pack_and_every_section_of_a_document_has_words(language: str) -> None:
    said = words(language)
    paths = ["name", *(f"critical_illness.2030.{key}" for key in CriticalYear.model_fields)]
    paths += ["chronic_outpatient.deductible.3", "medical_assistance.percent.low_income"]
    for section, field in RegionPack.model_fields.items():
        inner = getattr(field.annotation, "model_fields", {})
        paths += [f"{section}.{key}" for key in inner]
        if "deductible" in inner and section != "chronic_outpatient":
            paths += [f"{section}.deductible.{level}" for level in Level]
    assert len(paths) > 30
    for path in paths:
        text = cell_words(said, path)
        assert "_" not in text
        assert "." not in text
    for section in Document.model_fields.keys() - {"id", "number", "effective", "open_points"}:
        assert said.text(f"window.rule.{section}")


def test_values_are_said_as_the_form_says_them() -> None:
    said = words("zh")
    bands = '[{"up_to": "50000.00", "percent": "60"}, {"percent": "70"}]'
    assert value_words(said, "critical_illness.2020.bands", bands) == "到 50000.00 元 60 %、以上 70 %"
    assert value_words(said, "critical_illness.2023.uncapped", "true") == said.text(
        "window.region.option.uncapped.true"
    )
    assert value_words(said, "inpatient.band_axis", "annual_cost") == said.text(
        "window.region.option.band_axis.annual_cost"
    )
    assert value_words(said, "critical_illness.2023.tilted", '["low_income"]') == "低保对象"
    assert value_words(said, "medical_assistance.percent.low_income", "70") == "70 %"
    assert value_words(said, "name", "[县") == "[县"
    assert value_words(said, "name", "") == "—"
