"""The disk as a power cut may leave it, from what a real process wrote to one folder.

`recorder.c` notes every call beneath SQLite. The disk is a strict one: what was written to a file is on it
only after that file was synced, a name only after its folder was; names come in the order in which they were
made. What was not synced may be there or not, each write by itself, and a write may be torn at 512 bytes.
"""

import hashlib
import os
import random
import shutil
import struct
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from core.places import home

ROOT = Path(__file__).resolve().parents[2]
SECTOR = 512
_HEAD = struct.Struct("<ciqii")
_NOT_KEPT = "-shm"  # memory that processes share: after a power cut SQLite makes it anew

Image = dict[str, bytes]
"""Each file of the folder by its name."""


class Call(NamedTuple):
    """One recorded call; ``call`` is the letter that `recorder.c` notes it by."""

    call: str
    fd: int
    at: int
    name: str
    data: bytes


def compiler() -> str | None:
    """A C compiler, None where there is none or where nothing can be put beneath a process."""
    found = shutil.which("cc") or shutil.which("gcc")
    return found if sys.platform == "linux" and sysconfig.get_config_var("HAVE_DYNAMIC_LOADING") else None


def compiled(folder: Path) -> Path:
    """The recorder, made by the C compiler."""
    made = folder / "recorder.so"
    source = Path(__file__).with_name("recorder.c")
    program = compiler()
    assert program is not None
    subprocess.run(
        [program, "-shared", "-fPIC", "-O1", "-Wall", "-o", made, source, "-ldl", "-lpthread"], check=True
    )
    return made


def recorded(
    recorder: Path,
    folder: Path,
    log: Path,
    script: str,
    arguments: Sequence[str],
    stdin: str = "",
    **more: str,
) -> tuple[Image, list[Call]]:
    """Runs a Python script on a folder: what the folder held before, and every call."""
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    environment = {
        **os.environ,
        "LD_PRELOAD": str(recorder),
        "RECORDER_FOLDER": str(folder),
        "RECORDER_LOG": str(log),
        "PYTHONDONTWRITEBYTECODE": "1",
        **more,
    }
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        input=stdin,
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return before, list(_calls(log.read_bytes()))


def _calls(log: bytes) -> Iterator[Call]:
    place = 0
    while place < len(log):
        call, fd, at, name_length, length = _HEAD.unpack_from(log, place)
        place += _HEAD.size
        name = log[place : place + name_length].decode()
        place += name_length
        yield Call(call.decode(), fd, at, name, log[place : place + length])
        place += length


class _Change(NamedTuple):
    """A write at a place, or with no data a new size."""

    at: int
    data: bytes | None


class _File:
    def __init__(self, content: bytes = b"") -> None:
        self.safe = content
        self.pending: list[_Change] = []

    def after(self, changes: Sequence[_Change]) -> bytes:
        content = bytearray(self.safe)
        for at, data in changes:
            if data is None:
                del content[at:]
                content.extend(bytes(at - len(content)))
            else:
                content.extend(bytes(max(0, at - len(content))))
                content[at : at + len(data)] = data
        return bytes(content)

    def sync(self) -> None:
        self.safe = self.after(self.pending)
        self.pending = []


_Names = dict[str, _File]
_Renaming = Callable[[_Names], None]


class Disk:
    """The folder as the calls leave it: what is safe, and what a power cut may take."""

    def __init__(self, before: Image) -> None:
        self.safe: _Names = {name: _File(content) for name, content in before.items()}
        self.pending: list[_Renaming] = []
        self.now = dict(self.safe)
        self.acknowledged = ""
        self._by_fd: dict[int, _File | None] = {}

    def take(self, call: Call) -> bool:
        """Follows one call; whether the disk or what was acknowledged has changed."""
        if call.call == "a":
            self.acknowledged += call.data.decode()
        elif call.call == "o":
            return self._open(call)
        elif call.call == "r":
            self._rename(lambda names: names.update({call.data.decode(): names.pop(call.name)}))
        elif call.call == "l":
            self._rename(lambda names: names.update({call.data.decode(): names[call.name]}))
        elif call.call == "u":
            self._rename(lambda names: names.pop(call.name))
        else:
            return self._change(self._by_fd[call.fd], call)
        return True

    def _open(self, call: Call) -> bool:
        if not call.name:
            self._by_fd[call.fd] = None
            return False
        new = call.name not in self.now
        if new:
            file = _File()
            self._rename(lambda names: names.update({call.name: file}))
        self._by_fd[call.fd] = opened = self.now[call.name]
        if call.at and not new:
            opened.pending.append(_Change(0, None))
        return new or bool(call.at)

    def _rename(self, renaming: _Renaming) -> None:
        renaming(self.now)
        self.pending.append(renaming)

    def _change(self, file: _File | None, call: Call) -> bool:
        if file is None:
            assert call.call == "s"
            self.safe = dict(self.now)
            self.pending = []
        elif call.call == "s":
            file.sync()
        else:
            file.pending.append(_Change(call.at, call.data if call.call == "w" else None))
        return True

    def image(self, chance: random.Random | None, keep: float) -> Image:
        """What a power cut may leave. Without chance: nothing unsynced (``keep`` 0) or all of it (1)."""
        names = dict(self.safe)
        most = len(self.pending)
        kept = chance.randint(0, most) if chance else round(keep * most)
        for renaming in self.pending[:kept]:
            renaming(names)
        return {
            name: file.after(_survivors(file.pending, chance, keep))
            for name, file in names.items()
            if not name.endswith(_NOT_KEPT)
        }


def _survivors(pending: list[_Change], chance: random.Random | None, keep: float) -> list[_Change]:
    if chance is None:
        return pending if keep else []
    if chance.random() < 0.5:  # the disk wrote in order until it stopped, within a write
        upto = chance.randint(0, len(pending))
        return pending[:upto] + [
            part for change in pending[upto : upto + 1] for part in _torn(change, chance)
        ]
    survivors = []
    for change in pending:
        if chance.random() < keep:
            survivors += [change] if chance.random() < 0.7 else _torn(change, chance)
    return survivors


def _torn(change: _Change, chance: random.Random) -> list[_Change]:
    """A write of which only some sectors reached the disk."""
    if change.data is None:
        return [change]
    edges = [0, *range(SECTOR - change.at % SECTOR, len(change.data), SECTOR), len(change.data)]
    return [
        _Change(change.at + start, change.data[start:end])
        for start, end in pairwise(edges)
        if chance.random() < 0.5
    ]


class Counted(NamedTuple):
    """How many points in time, how many images were made, how many of those differ; what was found."""

    points: int
    made: int
    different: int
    faults: list[str]


def cut_everywhere(
    before: Image,
    calls: Sequence[Call],
    check: Callable[[Image, str], str | None],
    wanted: int,
    seed: int = 1,
) -> Counted:
    """Cuts the power after every call, again and again, until so many different images were checked.

    ``check`` answers what is wrong with an image, given what had been acknowledged; None where nothing is.
    """
    seen: set[bytes] = set()
    faults = []
    made = points = turn = 0
    chance = random.Random(seed)
    while turn < 2 or (len(seen) < wanted and turn < 20 + 20 * wanted // max(points, 1)):
        disk = Disk(before)
        points = 0
        for call in (None, *calls):
            if call is not None and not disk.take(call):
                continue
            points += 1
            image = disk.image(None, turn) if turn < 2 else disk.image(chance, chance.choice((0.2, 0.5, 0.9)))
            made += 1
            mark = _mark(image, disk.acknowledged)
            if mark in seen:
                continue
            seen.add(mark)
            fault = check(image, disk.acknowledged)
            if fault is not None:
                faults.append(fault)
        turn += 1
    return Counted(points, made, len(seen), faults)


def _mark(image: Image, acknowledged: str) -> bytes:
    mark = hashlib.blake2b(acknowledged.encode(), digest_size=16)
    for name in sorted(image):
        mark.update(f"\0{name}\0{len(image[name])}\0".encode())
        mark.update(image[name])
    return mark.digest()


def laid_out(image: Image, folder: Path) -> None:
    """Makes a folder hold an image and nothing else; the heads at home lie on the same disk."""
    shutil.rmtree(home() / "heads", ignore_errors=True)
    shutil.rmtree(folder)
    folder.mkdir()
    for name, content in image.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
