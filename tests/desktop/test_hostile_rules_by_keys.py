"""Rules that somebody lays into a desk's folders: at the window nothing is in force that is nobody's."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from core.places import home
from core.policy import packets
from core.policy.shelf import DOCUMENTS, load_documents
from tests.desktop.conftest import PIN, Desk
from tests.desktop.keys import FIRST_ADMISSION, Keys
from tests.desktop.test_rules_by_keys import confirmed
from tests.desktop.test_sign_in_by_keys import CHANGCHUN, figures, sign_in

SETTLED = "¥ 16,592.00"
"""What the patient pays by the figures that an administrator has confirmed."""


@pytest.fixture
def keys(desk: Desk, tmp_path: Path) -> Keys:
    """A desk in use whose figures are confirmed, with somebody signed in."""
    figures(tmp_path / "home")
    made = desk(CHANGCHUN)
    made.program.navigator.press("rules")
    made.type("F12 Y Esc")
    assert confirmed(made)
    return made


def again(keys: Keys) -> None:
    keys.type("Esc Esc F2 Ctrl+L")
    sign_in(keys, CHANGCHUN.operator, PIN)


def in_force(keys: Keys) -> list[Any]:
    return list(keys.program.session.opened.reader.regions.versions(CHANGCHUN.region))


def own_file(tmp_path: Path) -> Path:
    (file,) = (tmp_path / "home" / "regions").glob("*.toml")
    return file


def newer(tmp_path: Path) -> Path:
    """Lay a later pack of the region beside its own one, as a hand-written file."""
    text = own_file(tmp_path).read_text(encoding="utf-8")
    (stated,) = (line for line in text.splitlines() if line.startswith("effective"))
    file = own_file(tmp_path).with_name("newer.toml")
    file.write_text(text.replace(stated, "effective = 2026-02-01", 1), encoding="utf-8")
    figures(tmp_path / "home", deductible=1)
    return file


def test_what_was_exchanged_after_it_was_shown_is_not_confirmed(desk: Desk, tmp_path: Path) -> None:
    figures(tmp_path / "home")
    keys = desk(CHANGCHUN)
    keys.program.navigator.press("rules")
    figures(tmp_path / "home", deductible=1)
    keys.type("F12 Y")
    assert "改动过" in keys.notice
    assert not confirmed(keys)
    assert any("1" in row[2] and "400" not in row[2] for row in keys.rows() if "起付线" in row[1])
    figures(tmp_path / "home")
    keys.type("Esc")
    keys.program.navigator.press("rules")
    keys.type("F12 Y")
    assert confirmed(keys)


def test_a_key_and_a_document_that_lie_there_are_seen_before_they_are_confirmed(
    desk: Desk, tmp_path: Path
) -> None:
    figures(tmp_path / "home")
    _, public = packets.new_key()
    packets.trust(public, tmp_path / "home")
    law = (DOCUMENTS / "2019-21.toml").read_text(encoding="utf-8").replace("2019-21", "2018-99")
    document = tmp_path / "home" / "documents" / "2018-99.toml"
    document.parent.mkdir()
    document.write_text(law.replace("2019-", "2018-"), encoding="utf-8")
    keys = desk(CHANGCHUN)
    keys.program.navigator.press("rules")
    assert ["签发单位的公钥", "指纹", " ".join(packets.fingerprint(public))] in keys.rows()
    assert any(row[1:] == ["basic.category_b.percent", "10"] for row in keys.rows())


def test_files_that_are_exchanged_under_an_open_window_move_no_fen(keys: Keys, tmp_path: Path) -> None:
    before = in_force(keys)
    newer(tmp_path)
    keys.enter(FIRST_ADMISSION)
    assert keys.figure == SETTLED
    keys.type("F5 F12 Esc")  # the settings saved: the packs are read again
    assert in_force(keys) == before
    again(keys)
    assert "没有采用" in keys.notice
    assert in_force(keys) == before
    keys.enter(FIRST_ADMISSION)
    assert keys.figure == SETTLED


def test_whoever_changes_one_figure_puts_no_other_in_force(keys: Keys, tmp_path: Path) -> None:
    (before,) = in_force(keys)
    newer(tmp_path)
    again(keys)
    keys.type("F5 PgDn PgDn 300 F12")
    assert "已保存" in keys.notice, keys.notice
    (after,) = in_force(keys)
    assert after.inpatient == before.inpatient
    assert after.effective == before.effective
    assert after.special_outpatient != before.special_outpatient
    keys.type("Esc")
    keys.enter(FIRST_ADMISSION)
    assert keys.figure == SETTLED


def test_a_packet_laid_down_with_its_key_is_nobody_s(keys: Keys, tmp_path: Path) -> None:
    before = in_force(keys)
    secret, public = packets.new_key()
    packets.trust(public, home())
    laid = newer(tmp_path)
    files = {"regions/newer.toml": laid.read_bytes()}
    issued = date(2026, 1, 1)
    signed = packets.sign(files, secret, issuer="局", number=1, issued=issued, documents=load_documents())
    assert isinstance(signed, bytes), signed
    looked = packets.read(signed, packets.trusted(home() / packets.KEYS), load_documents())
    assert not isinstance(looked, list)
    packets.install(looked, home())
    again(keys)
    assert "没有采用" in keys.notice
    assert in_force(keys) == before
    keys.enter(FIRST_ADMISSION)
    assert keys.figure == SETTLED


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("trusted", [False, True])
def test_a_key_that_nobody_trusted_by_an_act_is_a_stranger_s(
    keys: Keys, tmp_path: Path, trusted: bool
) -> None:
    secret, public = packets.new_key()
    if trusted:
        counter, own = keys.program.session.opened, packets.fingerprint(public)
        trust = lambda: packets.trust(public, home()) and []  # noqa: E731
        assert counter.change_region("".join(own), CHANGCHUN.operator, trust) == []
    else:
        packets.trust(public, home())
    laid = newer(tmp_path)
    text = laid.read_bytes().replace(b"2026-02-01", b"2027-02-01")
    laid.unlink()
    figures(tmp_path / "home")
    issued = date(2026, 1, 1)
    files = {"regions/newer.toml": text}
    signed = packets.sign(files, secret, issuer="局", number=1, issued=issued, documents=load_documents())
    assert isinstance(signed, bytes), signed
    file = tmp_path / "a.mzpack"
    file.write_bytes(signed)
    again(keys)
    before = in_force(keys)
    keys.program.pages.rules.packet(file)
    keys.type("F12 Y")
    assert (in_force(keys) != before) is trusted


def test_a_clock_put_back_brings_no_other_rules(keys: Keys, tmp_path: Path) -> None:
    before = in_force(keys)
    newer(tmp_path)
    keys.program.session.now = lambda: datetime(2020, 1, 1, 9)  # noqa: DTZ001  as a desk's clock
    again(keys)
    assert in_force(keys) == before
    keys.enter(FIRST_ADMISSION)
    assert keys.figure == SETTLED
