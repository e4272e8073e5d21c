"""A rule packet in the window: looked at, added by F12 and Y, refused in words."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.policy import packets
from core.policy.shelf import load_documents
from tests.core.test_packets import region
from tests.desktop.conftest import Desk


@pytest.fixture
def packet(tmp_path: Path) -> Path:
    secret, public = packets.new_key()
    made = packets.sign(
        {"regions/a.toml": region()},
        secret,
        issuer="试用局",
        number=1,
        issued=date(2026, 11, 1),
        documents=load_documents(),
    )
    assert isinstance(made, bytes)
    keys = tmp_path / "home" / packets.KEYS
    keys.mkdir(parents=True)
    (keys / "a.pub").write_text(public)
    file = tmp_path / "stick.mzpack"
    file.write_bytes(made)
    return file


def _pages(keys: Any) -> Any:
    assert keys.program.pages is not None
    return keys.program.pages


def test_a_packet_is_looked_at_and_added(desk: Desk, packet: Path, tmp_path: Path) -> None:
    keys = desk()
    _pages(keys).packet(packet)
    rows = _pages(keys).page.state.rows
    assert ("长春市", "common_outpatient.annual_limit", "—", "700.00", "2027-01-01 起") in [
        row.texts for row in rows
    ]
    keys.shot("packet")
    keys.type("F12 N")
    assert not (tmp_path / "home" / "regions").exists(), "No adds nothing"
    keys.type("F12 Y")
    assert "已导入" in keys.notice
    counter = keys.program.counter
    assert [pack.effective.year for pack in counter.reader.regions.versions("jilin/changchun")] == [
        2016,
        2027,
    ]
    assert [(act.act.value, act.about) for act in counter.ledger.acts()] == [("region_changed", "试用局")]
    keys.type("Esc")
    assert _pages(keys).current == ""


def test_an_altered_packet_is_refused_and_f12_does_nothing(desk: Desk, packet: Path, tmp_path: Path) -> None:
    content = packet.read_bytes()
    at = content.index(b"packet.sig") + len("packet.sig") + 5
    packet.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
    keys = desk()
    _pages(keys).packet(packet)
    assert _pages(keys).page.notice.kind == "wrong"
    keys.type("F12 Y")
    assert not (tmp_path / "home" / "regions").exists()


def test_a_stick_that_was_pulled_out_is_said(desk: Desk, tmp_path: Path) -> None:
    keys = desk()
    _pages(keys).packet(tmp_path / "gone.mzpack")
    assert "gone.mzpack" in keys.notice


def test_a_desk_started_with_a_packet_shows_it(desk: Desk, packet: Path) -> None:
    keys = desk()
    keys.program.packet = packet
    keys.program.counter.close()
    keys.program.open()
    assert _pages(keys).current == "packet"
