"""A file of ours is the old one or the new one, whatever happens while it is written."""

import errno
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from core import files
from core.files import (
    FileDrafts,
    begun_folder,
    draft_folder,
    sweep_held,
    to_disk,
    why_failed,
    write_given_out,
    write_whole,
)
from core.places import RESOURCES

ROOT = RESOURCES.parent


def test_a_new_file_takes_the_old_one_s_place_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "region.toml"
    for content in (b"old", b"new"):
        write_whole(file, content)
        assert file.read_bytes() == content
    assert [each.name for each in tmp_path.iterdir()] == ["region.toml"]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_fault_at_any_step_leaves_the_old_file_alone(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "region.toml"
    file.write_bytes(b"old")

    def full(*_given: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(*((os, "fsync", full) if step == "fsync" else (Path, "replace", full)))
    with pytest.raises(OSError, match="No space left"):
        write_whole(file, b"new")
    assert file.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["region.toml"]


def test_a_folder_s_names_may_be_unknown_to_a_file_system_and_a_file_s_content_may_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "region.toml"
    file.write_bytes(b"old")

    def unknown(_handle: int) -> None:
        raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(os, "fsync", unknown)
    to_disk(tmp_path)
    with pytest.raises(OSError, match="Invalid argument"):
        to_disk(file)


def test_a_new_file_and_its_folders_are_their_owner_s_alone(tmp_path: Path) -> None:
    file = tmp_path / "given" / "out" / "day.csv"
    write_given_out(file, b"x")
    assert file.stat().st_mode & 0o077 == 0
    assert file.parent.stat().st_mode & 0o077 == 0


def test_a_file_that_is_there_keeps_its_rights_and_a_link_stays_a_link(tmp_path: Path) -> None:
    target, link = tmp_path / "target.csv", tmp_path / "link.csv"
    target.write_bytes(b"old")
    target.chmod(0o640)
    link.symlink_to(target)
    write_whole(link, b"new")
    assert link.is_symlink()
    assert (target.read_bytes(), target.stat().st_mode & 0o777) == (b"new", 0o640)


def test_a_link_that_leads_nowhere_is_written_where_it_leads(tmp_path: Path) -> None:
    link = tmp_path / "link.csv"
    link.symlink_to(tmp_path / "there.csv")
    write_whole(link, b"new")
    assert link.is_symlink()
    assert (tmp_path / "there.csv").read_bytes() == b"new"


def test_a_full_disk_is_told_as_one(tmp_path: Path) -> None:
    told = [why_failed(OSError(number, ""), "x", "paper.fault.file").id for number in (28, 30, 13)]
    assert told == ["paper.fault.disk_full", "fault.file_read_only", "paper.fault.file"]


WRITER = """
import sys, time
from pathlib import Path
from core import files
out = Path(sys.argv[1])
files.to_disk = lambda place: print("held", flush=True) or time.sleep(60)
files.os.fsync = files.to_disk
if sys.argv[2] == "whole":
    files.write_whole(out, b"new")
if sys.argv[2] == "drafts":
    with files.FileDrafts() as drafts:
        for name in (out.name, "other.csv"):
            drafts.part(out.with_name(name)).write_bytes(b"new")
        drafts.keep()
with files.draft_folder(out) as folder:
    (folder / out.name).write_bytes(b"half")
    files.to_disk(folder)
"""


@pytest.mark.parametrize("kind", ["whole", "folder", "drafts"])
def test_what_is_being_written_is_swept_once_its_writer_is_dead_and_not_before(
    tmp_path: Path, kind: str
) -> None:
    out = tmp_path / "表.csv"
    for name in (".theirs.part", ".held.part.txt", "letter.held.part"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / ".link.held.part").symlink_to(tmp_path)
    theirs = set(tmp_path.iterdir())
    command = [sys.executable, "-c", WRITER, str(out), kind]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"held\n"
        (part,) = set(tmp_path.iterdir()) - theirs
        assert sweep_held(tmp_path) == []
        write_whole(tmp_path / "other.csv", b"")
        assert part.exists()
        writer.kill()
        writer.wait()
    with draft_folder(tmp_path / "third.csv"):
        pass
    assert set(tmp_path.iterdir()) == {*theirs, tmp_path / "other.csv"}


def _steps(monkeypatch: pytest.MonkeyPatch, fails: int) -> list[str]:
    """Let one step of the system fail with a full disk, the others do as always; return those that came."""
    came: list[str] = []

    def stepped(owner: object, name: str) -> None:
        does = getattr(owner, name)

        def step(*given: object, **more: object) -> object:
            came.append(name)
            if len(came) == fails + 1:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return does(*given, **more)

        monkeypatch.setattr(owner, name, step)

    for owner, name in ((os, "fsync"), (os, "link"), (Path, "replace"), (Path, "chmod"), (Path, "unlink")):
        stepped(owner, name)
    return came


def _put_three(folder: Path) -> None:
    """Write a new file over an old one, another one, and a folder over an old one, in place of a fourth."""
    with FileDrafts() as drafts:
        for name in ("first", "second"):
            drafts.part(folder / name).write_bytes(b"new")
        part = drafts.part(folder / "third")
        part.mkdir()
        (part / "inside").write_bytes(b"new")
        drafts.keep(instead_of=[folder / "first", folder / "stale"])


def _lying(folder: Path) -> dict[str, bytes]:
    return {str(each.relative_to(folder)): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


@pytest.mark.parametrize("there", [True, False])
@pytest.mark.parametrize("second_names", [True, False])
def test_drafts_take_their_names_together_or_none_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: bool, second_names: bool
) -> None:
    new, failed = dict.fromkeys(("first", "second", "third/inside"), b"new"), 0
    for fails in range(50):
        folder = tmp_path / str(fails)
        folder.mkdir()
        if there:
            (folder / "third").mkdir()
            for name in ("first", "stale", "third/inside", "third/more"):
                (folder / name).write_bytes(b"old")
        before = _lying(folder)
        with monkeypatch.context() as patch:
            if not second_names:
                patch.setattr(os, "link", lambda *_: (_ for _ in ()).throw(OSError(errno.EPERM, "")))
            came = _steps(patch, fails)
            try:
                _put_three(folder)
            except OSError:
                failed += 1
                assert _lying(folder) == before, came
            else:
                after = _lying(folder)
                assert {name: after[name] for name in after if name != "stale"} == new, came
        if len(came) <= fails:
            break
    assert len(came) <= fails
    assert after == new
    assert failed > 5


def test_drafts_that_are_put_in_place_one_by_one_are_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def one_by_one(self: FileDrafts, instead_of: object = ()) -> None:
        del instead_of
        for place, part in self._parts.items():
            part.replace(place)

    monkeypatch.setattr(FileDrafts, "keep", one_by_one)
    with pytest.raises(AssertionError):
        test_drafts_take_their_names_together_or_none_does(tmp_path, monkeypatch, True, True)


def test_a_draft_of_a_file_takes_no_folder_s_place(tmp_path: Path) -> None:
    (tmp_path / "results.xlsx").mkdir()
    (tmp_path / "results.xlsx" / "kept").write_bytes(b"old")
    with FileDrafts() as drafts:
        for name in ("first", "results.xlsx"):
            drafts.part(tmp_path / name).write_bytes(b"new")
        with pytest.raises(IsADirectoryError):
            drafts.keep()
    assert _lying(tmp_path) == {"results.xlsx/kept": b"old"}


def test_a_draft_goes_where_a_link_leads_and_the_link_stays(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    link = tmp_path / "link.csv"
    link.symlink_to(tmp_path / "far" / "there.csv")
    with FileDrafts() as drafts:
        drafts.part(link).write_bytes(b"new")
        drafts.keep()
    assert link.is_symlink()
    assert _lying(tmp_path / "far") == {"there.csv": b"new"}


def test_a_folder_that_was_begun_for_nothing_goes_again(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    with pytest.raises(OSError, match="full"), begun_folder(tmp_path / "mine" / "one" / "two"):
        raise OSError(errno.ENOSPC, "full")
    assert [*tmp_path.iterdir()] == [tmp_path / "mine"]
    assert not any((tmp_path / "mine").iterdir())
    with begun_folder(tmp_path / "mine" / "one" / "two"):
        pass
    assert (tmp_path / "mine" / "one" / "two").is_dir()


def test_a_folder_that_was_cut_off_before_it_was_held_or_half_swept_goes_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, half_swept = tmp_path / ".begun.held.part", tmp_path / ".half.held.part"
    begun.mkdir()
    half_swept.mkdir()
    (half_swept / "表.csv").write_bytes(b"half")
    assert sorted(sweep_held(tmp_path)) == [begun, half_swept]
    made, make = list[str](), files.tempfile.mkdtemp

    def swept_at_once(**given: Any) -> str:
        made.append(make(**given))
        if len(made) == 1:
            assert sweep_held(tmp_path) == [Path(made[0])]
        return made[-1]

    monkeypatch.setattr(files.tempfile, "mkdtemp", swept_at_once)
    with draft_folder(tmp_path / "表.csv") as folder:
        assert [folder] == list(map(Path, made[1:]))
        assert sweep_held(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


CUT_OFF = """
import os, sys
from pathlib import Path
from core import files
out = Path(sys.argv[1])
with files.FileDrafts() as drafts:
    part = drafts.part(out)
    part.mkdir()
    (part / "rows").write_bytes(b"new")
    replace = Path.replace
    Path.replace = lambda self, target: os._exit(9) if self == part else replace(self, target)
    drafts.keep()
"""


def test_a_folder_whose_writer_was_cut_off_between_old_and_new_comes_back(tmp_path: Path) -> None:
    out = tmp_path / "rows"
    out.mkdir()
    (out / "kept").write_bytes(b"old")
    subprocess.run([sys.executable, "-c", CUT_OFF, str(out)], cwd=ROOT, check=False)
    assert not out.exists(), "the moment that is meant"
    assert len(sweep_held(tmp_path)) == 1
    assert _lying(tmp_path) == {"rows/kept": b"old"}
