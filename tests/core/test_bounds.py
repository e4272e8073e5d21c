"""Files and texts of strangers: read with a bound of time and memory, whatever they say of their own size."""

import errno
import io
import json
import os
import random
import signal
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.agreement.details import read_details
from core.agreement.messages_of_platform import read_messages
from core.console.lines import arrivals, joined, lines_of
from core.counter.paper_claims import claim_lines
from core.desks import packet
from core.desks.trusting import introduced
from core.exchange.jsontext import LONGEST, NotAnObject, read_object
from core.files import read_bounded, why_failed
from core.messages import Fault, Message
from core.model.assumptions import read_assumptions
from core.policy import packets
from core.policy.in_force import Documents
from core.policy.packets import HEADER, SIGNATURE
from core.policy.regions import RegionPack
from core.policy.shelf import LARGEST, load_regions, read_tables, tables_of
from core.policy.soundness import read_pack
from core.reports.report_form import form_of
from core.tables.names import known_names
from core.tables.reading import process, texts
from core.tables.reading.book import read_book
from core.tables.reading.cells import NoTable
from core.tables.watch import Watch
from core.words import words

SECONDS, BYTES = 2.0, 200_000_000


@contextmanager
def bounded(seconds: float = SECONDS) -> Iterator[None]:
    """Hold what happens inside to a time and to a peak of memory."""
    tracemalloc.start()
    begun = time.process_time()
    try:
        yield
        assert time.process_time() - begun < 3 * seconds, "measuring memory takes two thirds"
        assert tracemalloc.get_traced_memory()[1] < BYTES
    finally:
        tracemalloc.stop()


# ---- files


def test_a_file_is_read_up_to_its_bound_and_no_byte_beyond(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"12345")
    assert read_bounded(file, 5) == b"12345"
    with pytest.raises(OSError, match=os.strerror(errno.EFBIG)):
        read_bounded(file, 4)


def test_what_is_no_ordinary_file_is_told_at_once(tmp_path: Path) -> None:
    pipe, endless = tmp_path / "pipe.toml", tmp_path / "endless.toml"
    os.mkfifo(pipe)
    endless.symlink_to("/dev/zero")
    for each in (pipe, endless, tmp_path):
        with bounded():
            said = tables_of(each)
        assert isinstance(said, Message)
        assert said.id == "fault.file_special"


def test_a_file_of_gigabytes_is_refused_without_being_read(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    with file.open("wb") as opened:
        opened.truncate(6_000_000_000)  # takes no room
    with bounded():
        assert tables_of(file) == Message("fault.file_large", {"name": str(file)})


def test_a_disk_that_fails_is_not_taken_for_a_missing_right() -> None:
    ids = [why_failed(OSError(number, ""), "x").id for number in (errno.EIO, errno.EMFILE, errno.EACCES)]
    assert ids == ["fault.file_disk_error", "fault.too_many_files", "fault.file_unreadable"]


class Waited(Exception):
    """Something waits for what never comes."""


@contextmanager
def impatient(seconds: int = 20) -> Iterator[None]:
    """Raise Waited in what happens inside once it takes so long."""

    def end(_number: int, _frame: Any) -> None:
        raise Waited

    before = signal.signal(signal.SIGALRM, end)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def _table(file: Path) -> Message:
    found = read_book(file, Watch())
    assert isinstance(found, Message)
    return found


def _cells_of(file: Path) -> Message:
    """Read a table as its own process does, where the file was exchanged after the first look."""
    with pytest.raises(NoTable) as caught:
        list(process._read(file))
    return caught.value.fault


def _texts_of(file: Path) -> Message:
    with pytest.raises(OSError, match=r"\[Errno") as caught:
        texts.encoding_of(file)
    return why_failed(caught.value, str(file))


LONG_NAME = f'title = "x"\ncolumn = [{{ show = "rever{"9" * 9_000}", heading = "x" }}]'


@pytest.mark.parametrize(
    "text", ["x = " + "[" * 40_000, "x" + ".a" * 40_000 + " = 1", f"x = {'9' * 9_000}", LONG_NAME]
)
def test_a_form_or_assumptions_that_take_their_reader_too_deep_are_told(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINGZHANG_HOME", str(tmp_path))
    form = tmp_path / "forms" / "reports" / "list.toml"
    form.parent.mkdir(parents=True)
    form.write_text(text)
    said = form_of("list")
    assert isinstance(said, Message)
    assert said.id == "report.fault.form"
    assert 0 < len(words("zh")(said)) < 1_000
    fault = read_assumptions(form)
    assert isinstance(fault, Fault)
    assert words("zh")(fault.message)


READERS: dict[str, tuple[str, Any]] = {
    "a hand-over file": ("a.packet", introduced),
    "a table": ("a.csv", _table),
    "a table's cells": ("a.jsonl", _cells_of),
    "a workbook's cells": ("a.xlsx", _cells_of),
    "a table's text": ("a.csv", _texts_of),
    "an office's kinds of claims": ("claims.toml", lambda _: claim_lines()),
    "a hospital's form of a report": ("forms/reports/list.toml", lambda _: form_of("list")),
}


@pytest.mark.parametrize("name", READERS)
def test_a_pipe_or_a_device_where_a_file_belongs_is_told_in_one_sentence(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINGZHANG_HOME", str(tmp_path))
    place, read = READERS[name]
    file = tmp_path / place
    file.parent.mkdir(parents=True, exist_ok=True)
    for make in (os.mkfifo, lambda path: path.symlink_to("/dev/zero")):
        make(file)
        with impatient(), bounded():
            said = read(file)
        assert said == Message("fault.file_special", {"name": str(file)})
        file.unlink()


@pytest.mark.parametrize("name", ["a hand-over file", "an office's kinds of claims"])
def test_a_file_of_gigabytes_is_told_in_one_sentence(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINGZHANG_HOME", str(tmp_path))
    monkeypatch.setattr(packet, "_LARGEST", 1_000_000)
    place, read = READERS[name]
    with (tmp_path / place).open("wb") as opened:
        opened.truncate(6_000_000_000)  # takes no room
    with bounded():
        assert read(tmp_path / place) == Message("fault.file_large", {"name": str(tmp_path / place)})


def test_a_reader_that_waits_for_a_pipe_is_noticed(tmp_path: Path) -> None:
    """The planted fault: a plain opening."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(Waited), impatient(1):
        (tmp_path / "pipe").open("rb")


# ---- TOML


HOSTILE_TOML: dict[str, str] = {
    "a key of twenty thousand parts": ".".join(["a"] * 20_000) + " = 1",
    "tables of a hundred parts": "\n".join(f"[k{n}{'.a' * 100}]" for n in range(900)),
    "keys of ninety parts": "\n".join(f"k{n}{'.a' * 90} = 1" for n in range(1000)),
    "nested lists": "a = " + "[" * 90_000,
    "nested tables": "a = " + "{a = " * 30_000,
    "many keys": "\n".join(f"k{n} = 1" for n in range(15_000)),
    "many empty lists": "a = [" + "[]," * 60_000 + "]",
    "many lists where a number belongs": "[inpatient.deductible]\nlevel_1 = [" + "[1]," * 45_000 + "]",
    "many wrong numbers in a list": "[inpatient.deductible]\nlevel_1 = [" + '"x",' * 9_000 + "]",
    "many wrong rows": "[[case_payment]]\nx = 1\n" * 4_000,
    "many diseases": "[chronic_outpatient.deductible]\n" + "\n".join(f"{n} = -1" for n in range(1, 9_000)),
    "many years": "\n".join(f"[critical_illness.{n}]\ncap = 1" for n in range(1000, 4_000)),
    "a number of digits only": "a = " + "9" * 150_000,
    "a text of backslashes": 'a = "' + "\\\\" * 90_000,
    "more than a file may hold": "#" * (LARGEST + 1),
}


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("name", HOSTILE_TOML)
def test_no_file_of_rules_takes_more_than_its_time(documents: Documents, name: str) -> None:
    assert any(_took(HOSTILE_TOML[name], documents) < SECONDS for _ in range(3)), (
        "three times on a busy machine"
    )


def _took(text: str, documents: Documents) -> float:
    """Read a text as a region's figures; return how long that took (seconds of this process)."""
    begun = time.process_time()
    raw = read_tables(text.encode())
    if isinstance(raw, dict):
        head = {"id": "x/y", "name": "x", "effective": date(2026, 1, 1)}
        assert isinstance(read_pack(head | raw, documents), list), "none of them is a pack"
    return time.process_time() - begun


# ---- packets


def _zip(way: int, **members: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", way) as packed:
        for name, content in members.items():
            packed.writestr(name.replace("_", "."), content)
    return made.getvalue()


def _lying(content: bytes, truth: int, stated: int) -> bytes:
    """A zip whose entries state another length than they unpack to."""
    return content.replace(truth.to_bytes(4, "little"), stated.to_bytes(4, "little"))


def _unfolding(way: int) -> bytes:
    size = 50_000_000
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", way) as packed, packed.open(HEADER, "w") as header:
        for _ in range(size // 1_000_000):
            header.write(bytes(1_000_000))
    with zipfile.ZipFile(made, "a", way) as packed:
        packed.writestr(SIGNATURE, bytes(64))
    return _lying(made.getvalue(), size, 100)


HOSTILE_PACKETS: dict[str, Callable[[], bytes]] = {
    "bz2 that unfolds, with a length that lies": lambda: _unfolding(zipfile.ZIP_BZIP2),
    "lzma that unfolds, with a length that lies": lambda: _unfolding(zipfile.ZIP_LZMA),
    "deflate that unfolds, with a length that lies": lambda: _unfolding(zipfile.ZIP_DEFLATED),
    "a header of nested lists": lambda: _zip(8, packet_json=b"[" * 90_000, packet_sig=bytes(64)),
    "a header that is a list": lambda: _zip(8, packet_json=b"[1]", packet_sig=bytes(64)),
    "a signature of megabytes": lambda: _zip(8, packet_json=b"{}", packet_sig=bytes(3_000_000)),
    "ten thousand files": lambda: _zip(0, packet_json=b"{}", **{f"f{n}": b"" for n in range(10_000)}),
    "a list of files that begins nowhere": lambda: (
        _zip(0, packet_json=b"{}")[:-22] + b"PK\x05\x06" + b"\xff" * 18
    ),
    "nothing": bytes,
    "zeros": lambda: bytes(100_000),
}


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("name", HOSTILE_PACKETS)
def test_a_stranger_s_packet_costs_little_and_is_none(documents: Documents, name: str) -> None:
    content = HOSTILE_PACKETS[name]()
    assert len(content) < packets.LARGEST
    with bounded():
        refused = packets.read(content, {}, documents)
        assert packets.stranger(content) is None
    assert isinstance(refused, list)
    assert [fault.message.id for fault in refused] == ["packs.not_a_packet"]


def test_the_signature_comes_before_any_file(documents: Documents, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    once = zipfile.ZipFile.open

    def told(self: Any, name: Any, *more: Any, **others: Any) -> Any:
        opened.append(getattr(name, "filename", name))
        return once(self, name, *more, **others)

    header = json.dumps({"public": packets.new_key()[1]}).encode()
    content = _zip(8, packet_json=header, packet_sig=bytes(64), evil=bytes(1_000_000))
    monkeypatch.setattr(zipfile.ZipFile, "open", told)
    refused = packets.read(content, {}, documents)
    assert isinstance(refused, list)
    assert refused[0].message.id == "packs.altered"
    assert sorted(opened) == [HEADER, SIGNATURE]


# ---- files of the platform

MANY = 24 * 2**20
HOSTILE_RESULTS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "details of empty lines": ("a.zip", lambda: _zip(8, a_txt=b"\n" * MANY)),
    "details of one line": ("a.zip", lambda: _zip(8, a_txt=b"\t" * MANY)),
    "details of empty columns": ("a.zip", lambda: _zip(8, a_txt=b"\t\n" * MANY)),
    "details that unfold": ("a.zip", lambda: _zip(zipfile.ZIP_BZIP2, a_txt=bytes(50_000_000))),
    "many lists": ("a.json", lambda: b"[" + b"[]," * (8 * 2**20) + b"[]]"),
    "many objects": ("a.json", lambda: b"[" + b"{}," * (8 * 2**20) + b"{}]"),
    "deep objects": ("a.json", lambda: b'{"a":' * 2**20),
}


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("name", HOSTILE_RESULTS)
def test_a_stranger_s_results_cost_little_and_are_none(name: str, tmp_path: Path) -> None:
    place, content = HOSTILE_RESULTS[name]
    file = tmp_path / place
    file.write_bytes(content())
    names = known_names()
    with bounded():
        found = read_details(file, Watch()) if file.suffix == ".zip" else read_messages(file, names, Watch())
    if isinstance(found, Message):
        assert words("zh")(found)
    else:
        assert not found.rows
        assert found.faults


# ---- requests


def test_a_line_without_end_is_cut_and_the_next_one_is_whole() -> None:
    stream = io.BytesIO(b"x" * (3 * LONGEST) + b'\n{"a": 1}\n')
    with bounded():
        long, short = lines_of(stream)
    assert (len(long), short) == (LONGEST + 1, b'{"a": 1}\n')
    with pytest.raises(NotAnObject) as refused:
        read_object(long)
    assert refused.value.said.id == "fault.request_long"


@pytest.mark.parametrize("seed", range(5))
def test_lines_are_the_same_in_whatever_pieces_they_come(seed: int) -> None:
    rng = random.Random(seed)
    text = b"".join(rng.choice((b"\n", b"\r", b"", b"\x85", b"{}", b"x" * 99)) for _ in range(400))
    cut = BytesInPieces(text, rng)
    groups = list(arrivals(io.BufferedReader(cut, 16)))
    lines = [line for group in groups for line in group]
    assert lines == io.BytesIO(text).readlines()
    assert all(group for group in groups)
    assert len(groups) <= cut.pieces


class BytesInPieces(io.RawIOBase):
    """A stream that gives what it has in pieces of any length, as a pipe does."""

    def __init__(self, text: bytes, rng: random.Random) -> None:
        self._rest, self._rng, self.pieces = text, rng, 0

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        piece = self._rest[: self._rng.randint(1, min(150, len(into)))]
        into[: len(piece)] = piece
        self._rest, self.pieces = self._rest[len(piece) :], self.pieces + 1
        return len(piece)


def test_one_object_over_many_lines_is_read_no_further_than_its_bound() -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield b"[" * 1000

    assert LONGEST < len(joined(endless())) <= LONGEST + 1000


# ---- a pack that nobody can attribute


PACK = """id = "{id}"
name = "x"
effective = {day}

[common_outpatient]
annual_limit = 700
"""


def _in_force(folder: Path, documents: Documents, id_: str = "jilin/changchun") -> Any:
    regions, bad = load_regions(documents, (folder,))
    return regions.in_force(id_, date(2026, 6, 1)), bad


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for id_ in ("jilin/changchun", "jilin/siping"):
        text = PACK.format(id=id_, day="2026-01-01")
        (tmp_path / f"{id_.replace('/', '-')}.toml").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "content",
    [
        PACK.format(id="jilin/changchun", day="2026-05-01").encode("utf-16"),
        PACK.format(id="jilin/changchun", day="2026-05-01").encode("utf-16-be"),
        b"",
        bytes(400),
        b'id = "jilin/chang',
        b"i",
        b"\xff\xfe",
        b'name = "x"\n',
        b"id = 7\n",
    ],
)
def test_a_newest_pack_that_says_not_whose_it_is_stops_every_region(
    folder: Path, documents: Documents, content: bytes
) -> None:
    assert isinstance(_in_force(folder, documents)[0], RegionPack)
    (folder / "newest.toml").write_bytes(content)
    for id_ in ("jilin/changchun", "jilin/siping"):
        refused, bad = _in_force(folder, documents, id_)
        assert isinstance(refused, list)
        assert {fault.message.id for fault in refused} == {"fault.pack_unusable"}
        assert [each.file.name for each in bad] == ["newest.toml"]


def test_a_pack_with_faults_that_says_whose_it_is_stops_that_region_alone(
    folder: Path, documents: Documents
) -> None:
    wrong = PACK.format(id="jilin/changchun", day="2026-05-01") + "foo = 1\n"
    (folder / "newest.toml").write_text(wrong, encoding="utf-8")
    assert isinstance(_in_force(folder, documents)[0], list)
    assert isinstance(_in_force(folder, documents, "jilin/siping")[0], RegionPack)


@pytest.mark.parametrize(
    "name", ["a.TOML", "a.toml.txt", "a.Toml", "a.toml ", "a．ｔｏｍｌ", "a.toml (1)", "a.tml", "a.txt", "a"]
)
def test_a_name_that_is_almost_a_pack_s_is_told(folder: Path, documents: Documents, name: str) -> None:
    (folder / name).write_text(PACK.format(id="jilin/changchun", day="2026-05-01"), encoding="utf-8")
    pack, bad = _in_force(folder, documents)
    assert isinstance(pack, RegionPack)
    assert [(each.file.name, each.faults[0].message.id) for each in bad] == [(name, "fault.pack_name")]


@pytest.mark.parametrize("name", ["a.toml.bak", "a.toml~", ".a.toml.part", "notes.txt"])
def test_a_file_that_was_set_aside_is_not_told(folder: Path, documents: Documents, name: str) -> None:
    (folder / name).write_text("x", encoding="utf-8")
    assert _in_force(folder, documents)[1] == ()
