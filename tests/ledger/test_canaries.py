"""Whoever holds the server, or finds the stick, learns no name, no number and no amount."""

import base64
import gzip
import re
import shutil
import subprocess
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.desks import stick, trusting
from core.ledger.entries import Identifier, PatientGiven
from tests.ledger import cluster
from tests.ledger.desk import chronic, stay
from tests.ledger.test_server import Hospital, dsn, hospital, postgres
from tests.ledger.test_stick import WHO, desk_of

__all__ = ["desk_of", "dsn", "hospital", "postgres"]

PERSON = PatientGiven((Identifier("01", "220102195001019999"),), "尉迟鸿雁")
FEN = 271_828_183
"""An amount that nothing else comes to by chance."""

TEXTS = (PERSON.name, PERSON.identifiers[0].id, "2718281.83", str(FEN), "M-CANARY-31415", "S-CANARY-92653")


def forms() -> dict[str, bytes]:
    """Every canary in each form in which somebody might find it."""
    found = {}
    for text in TEXTS:
        for coding in ("utf-8", "utf-16-le", "utf-16-be", "gb18030"):
            found[f"{text} in {coding}"] = text.encode(coding)
        found[f"{text} escaped"] = text.encode("unicode_escape")
    for size in (4, 8):
        found[f"fen in {size} bytes"] = FEN.to_bytes(size, "little")
        found[f"fen in {size} bytes, the greatest first"] = FEN.to_bytes(size, "big")
    return {name: form for name, form in found.items() if len(form) >= 4}


def layers(content: bytes, depth: int = 3) -> Iterator[bytes]:
    """What somebody reads, and what it becomes by taking up to three simple codings away."""
    yield content
    if not depth:
        return
    for run in re.findall(rb"[0-9a-fA-F]{16,}", content):
        yield from layers(bytes.fromhex(run[: len(run) // 2 * 2].decode()), depth - 1)
    for run in re.findall(rb"[A-Za-z0-9+/_-]{12,}", content):
        plain = run.replace(b"-", b"+").replace(b"_", b"/")
        for start in range(4):
            part = plain[start:]
            whole = part[: len(part) - (len(part) % 4 == 1)]
            yield from layers(base64.b64decode(whole + b"=" * (-len(whole) % 4)), depth - 1)
    for start in re.finditer(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]", content):
        unpacker = zlib.decompressobj(wbits=47)
        try:
            yield from layers(unpacker.decompress(content[start.start() :]), depth - 1)
        except zlib.error:
            continue


def leaks(content: bytes) -> set[str]:
    """The canaries that are found in something."""
    wanted = forms()
    return {name for layer in layers(content) for name, form in wanted.items() if form in layer}


@pytest.mark.parametrize(
    "plant",
    [
        lambda text: text,
        lambda text: text.decode().encode("gb18030"),
        lambda text: text.decode().encode("utf-16-le"),
        base64.b64encode,
        base64.urlsafe_b64encode,
        lambda text: base64.b64encode(b"x" + text),
        lambda text: text.hex().encode(),
        gzip.compress,
        zlib.compress,
        lambda text: gzip.compress(text).hex().encode(),
        lambda text: base64.b64encode(gzip.compress(text)).hex().encode(),
    ],
)
def test_a_canary_is_found_in_whatever_simple_coding_it_lies(plant: Any) -> None:
    for text in TEXTS:
        assert leaks(b"\x00rows\n\\\\x" + plant(text.encode()) + b"\tmore\n"), text
    assert leaks(b"ab" + FEN.to_bytes(8, "little") + b"cd")
    assert leaks(FEN.to_bytes(4, "big").hex().encode() * 2)


def posted(desk: Any, post: Any) -> None:
    """Post what must not be found: a stay and a visit of one person, with facts and the amount."""
    facts = {"mdtrt_id": "M-CANARY-31415", "setl_id": "S-CANARY-92653"}
    post(stay(total="2718281.83", eligible="2718281.83"), facts)
    post(chronic(), {})
    assert desk.totals(PERSON).in_scope == FEN


def test_a_dump_of_the_server_its_files_and_its_log_hold_no_canary(
    hospital: Hospital, postgres: cluster.Cluster
) -> None:
    desk = hospital.desk("one")

    def post(request: dict[str, Any], facts: dict[str, str]) -> None:
        done = hospital.served["one"].under_lock(
            lambda: [PERSON.identifiers[0].id], lambda: desk.posted(request, PERSON, facts=facts)
        )
        assert done

    posted(desk, post)
    assert hospital.served["one"].exchange().told == ()
    program = shutil.which("pg_dump")
    if program is None:
        pytest.skip("no pg_dump on this machine")
    dump = subprocess.run([program, "-d", hospital.dsn, "--inserts"], capture_output=True, check=True).stdout
    assert desk.ledger.id.encode() in dump, "what is not secret is there"
    assert leaks(dump) == set()
    postgres.checkpoint()
    files = [file for file in postgres.folder.rglob("*") if file.is_file()]
    raw = b"".join(file.read_bytes() for file in files if "base/" in str(file) or file.name == "log")
    assert desk.ledger.id.encode() in raw
    assert not {name for name, form in forms().items() if len(form) > 4 and form in raw}


def test_the_file_of_a_stick_holds_no_canary(desk_of: Any, tmp_path: Path) -> None:
    one, other = desk_of("one"), desk_of("other")
    posted(one, lambda request, facts: one.posted(request, PERSON, facts=facts))
    file = tmp_path / "1"
    public = trusting.own(other.counter).public
    assert not isinstance(stick.hand_over(one.counter, file, receiver=public, operator=WHO), list)
    assert one.ledger.id.encode() in file.read_bytes()
    assert leaks(file.read_bytes()) == set()
    assert leaks(one.ledger.path.read_bytes() + Path(f"{one.ledger.path}-wal").read_bytes()), "as it is here"
    taken = stick.take_in(other.counter, file, operator=WHO)
    assert not isinstance(taken, list)
    assert other.totals(PERSON) == one.totals(PERSON)
    receipt = taken.receipt
    assert receipt is not None
    assert leaks(receipt.read_bytes()) == set()
