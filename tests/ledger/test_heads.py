"""A ledger that goes back in time is told, in every way of going back; one that only went on never is."""

import gc
import json
import os
import random
import shutil
import weakref
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from core.clock import BEIJING
from core.counter import Counter
from core.exchange.request import RequestReader
from core.ledger import heads
from core.ledger.backup import backup
from core.ledger.backup_schedule import back_up, list_backups
from core.ledger.connection import Connection
from core.ledger.errors import LedgerUnavailable
from core.ledger.ledger import Ledger
from core.ledger.record import GENESIS, digest
from core.ledger.restore import Restored, restore
from core.ledger.sqlite import connect
from core.ledger.trail import ActKind
from tests.ledger.desk import Desk, chronic

FIXTURES = Path(__file__).parent / "fixtures"
SIDES = ("", "-wal", "-shm")


class Copied:
    """A ledger's files as they stood at a moment, its log included."""

    def __init__(self, path: Path, folder: Path) -> None:
        self._path, self._folder = path, folder
        folder.mkdir()
        for side in SIDES:
            file = path.with_name(path.name + side)
            if file.exists():
                shutil.copyfile(file, folder / f"ledger{side}")

    def put_back(self, *sides: str) -> None:
        for side in sides or SIDES:
            file = self._path.with_name(self._path.name + side)
            file.unlink(missing_ok=True)
            if (self._folder / f"ledger{side}").exists():
                shutil.copyfile(self._folder / f"ledger{side}", file)


def post(
    path: Path, reader: RequestReader, times: int, key: str, leave: Callable[[], None] | None = None
) -> None:
    """Post some visits; ``leave`` is done while the ledger is still open, its log beside it."""
    counter = Counter(reader, Ledger(path))
    desk = Desk(counter)
    for number in range(times):
        desk.posted(chronic(), key=f"{key}{number}")
    if leave:
        leave()
    counter.close()


def told(path: Path) -> str | None:
    try:
        Ledger(path).close()
    except LedgerUnavailable as error:
        return error.said.id
    return None


def older_copy(path: Path, reader: RequestReader, folder: Path, chance: random.Random) -> None:
    post(path, reader, chance.randint(1, 3), "a")
    copy = Copied(path, folder / "copy")
    post(path, reader, chance.randint(1, 3), "b")
    copy.put_back()


def older_log(path: Path, reader: RequestReader, folder: Path, chance: random.Random) -> None:
    """The log of an earlier hour beside a ledger that has gone on."""
    kept: list[Copied] = []
    post(path, reader, chance.randint(1, 3), "a", lambda: kept.append(Copied(path, folder / "copy")))
    post(path, reader, chance.randint(1, 3), "b")
    kept[0].put_back("-wal")


def log_of_another(path: Path, reader: RequestReader, folder: Path, chance: random.Random) -> None:
    """The log of another ledger, which SQLite plays back over this one."""
    other, kept = folder / "other.db", list[Copied]()
    post(path, reader, chance.randint(2, 4), "a")
    post(other, reader, chance.randint(1, 3), "o", lambda: kept.append(Copied(other, folder / "copy")))
    shutil.copyfile(folder / "copy" / "ledger-wal", path.with_name(path.name + "-wal"))


def diverged_copy(path: Path, reader: RequestReader, folder: Path, chance: random.Random) -> None:
    """A copy that was taken home and went on there, put in the place of the ledger that went on here."""
    post(path, reader, chance.randint(1, 3), "a")
    elsewhere = folder / "elsewhere" / "ledger.db"
    elsewhere.parent.mkdir()
    shutil.copyfile(path, elsewhere)
    post(path, reader, 2, "b")
    post(elsewhere, reader, chance.randint(1, 4), "c")
    shutil.copyfile(elsewhere, path)


def backup_put_there(path: Path, reader: RequestReader, folder: Path, chance: random.Random) -> None:
    """A backup that somebody copied over the ledger by hand, with its head."""
    post(path, reader, chance.randint(1, 3), "a")
    with closing(Ledger(path)) as ledger:
        backup(ledger, folder / "backup.db")
    post(path, reader, chance.randint(1, 3), "b")
    shutil.copyfile(folder / "backup.db", path)
    shutil.copyfile(folder / "backup.db.manifest", heads.beside(path))


def another_of_its_name(path: Path, reader: RequestReader, folder: Path, chance: random.Random) -> None:
    """Another ledger of the same name that somebody copied over this one, with its head."""
    other = folder / "other" / path.name
    other.parent.mkdir()
    for ledger, key in ((path, "a"), (other, "o")):
        post(ledger, reader, chance.randint(1, 3), key)
    shutil.copyfile(other, path)
    shutil.copyfile(heads.beside(other), heads.beside(path))


KINDS = {
    each.__name__: each
    for each in (
        older_copy,
        older_log,
        log_of_another,
        diverged_copy,
        backup_put_there,
        another_of_its_name,
    )
}


EACH = 40
"""How often each kind of going back is tried by the battery, which is to tell 200 times."""


def _told_of(kind: str, seed: int, reader: RequestReader, folder: Path) -> str | None:
    folder.mkdir(parents=True)
    path = folder / "ledger.db"
    KINDS[kind](path, reader, folder, random.Random(seed))
    return told(path)


@pytest.mark.parametrize("kind", KINDS)
def test_a_ledger_that_went_back_is_told(kind: str, reader: RequestReader, tmp_path: Path) -> None:
    said = _told_of(kind, 1, reader, tmp_path / kind)
    assert said is not None
    expected = {
        "older_copy": "ledger.head_entries",
        "backup_put_there": "ledger.head_entries",
        "older_log": "ledger.head_log",
        "log_of_another": "ledger.head_log",
        "another_of_its_name": "ledger.head_other",
    }
    assert said == expected.get(kind, said)


@pytest.mark.long
def test_two_hundred_times_of_going_back_are_told(
    reader: RequestReader, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    untold = [
        (kind, seed)
        for kind in KINDS
        for seed in range(EACH)
        if _told_of(kind, seed, reader, tmp_path / f"{kind}{seed}") is None
    ]
    with capsys.disabled():
        print(f"\n{EACH * len(KINDS)} times of {len(KINDS)} kinds of going back, {len(untold)} not told")
    assert untold == []


def test_a_head_beside_that_names_another_ledger_hides_nothing(reader: RequestReader, tmp_path: Path) -> None:
    """The head beside an older copy is made to agree with it; the one at home is found by the ledger's id."""
    path = tmp_path / "ledger.db"
    post(path, reader, 1, "a")
    with closing(Connection(path)) as opened:
        older = heads.head_of(opened.db)
    copy = Copied(path, tmp_path / "copy")
    post(path, reader, 1, "b")
    copy.put_back()
    for id_ in ("0" * 32, older.ledger):
        heads._overwrite(heads.beside(path), heads._text(older._replace(ledger=id_)))
        assert told(path) == "ledger.head_entry"


def test_a_ledger_that_only_went_on_is_opened_by_one_look_at_its_heads_and_freed_at_once(
    reader: RequestReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ledger.db"
    post(path, reader, 2, "a")
    with closing(Ledger(path)) as ledger, ledger.transaction():
        ledger.trail.note(ActKind.PRINTED, "1", "赵")
    looked: list[str] = []
    read_head, id_of = heads._text_in, heads.id_of
    monkeypatch.setattr(heads, "_text_in", lambda file: looked.append("file") or read_head(file))
    monkeypatch.setattr(heads, "id_of", lambda raw: looked.append("id") or id_of(raw))
    ledger = Ledger(path)
    left = weakref.ref(ledger.connection)
    ledger.close()
    gc.disable()
    try:
        del ledger
        assert left() is None
    finally:
        gc.enable()
    assert not looked
    for longer in (" ", "x"):  # what is no head as this program writes one is looked at again
        looked.clear()
        for file in heads.places(path, json.loads(heads.beside(path).read_text())["ledger"]):
            file.write_text(f"{file.read_text().rstrip().ljust(heads._LENGTH)}{longer}")
        assert told(path) is None
        assert looked


def test_without_heads_going_back_is_not_told(reader: RequestReader, tmp_path: Path) -> None:
    """The harness sees what it looks for: the planted fault is a program that writes no heads."""
    (tmp_path / "a").mkdir()
    path = tmp_path / "a" / "ledger.db"
    older_copy(path, reader, tmp_path / "a", random.Random(1))
    heads.beside(path).unlink()
    with closing(Ledger(path, heads=False)) as ledger:
        id_ = heads.id_of(ledger.connection.db)
    heads.at_home(path, id_).unlink()
    assert told(path) is None


def test_what_was_newer_is_still_in_the_file_after_an_older_log_was_told(
    reader: RequestReader, tmp_path: Path
) -> None:
    path = tmp_path / "ledger.db"
    older_log(path, reader, tmp_path, random.Random(3))
    whole = path.read_bytes()
    assert told(path) is not None
    assert path.read_bytes() == whole, "the log that does not belong to it was not written into it"
    path.with_name(path.name + "-wal").unlink()
    assert told(path) is None


def test_one_entry_that_is_missing_is_told_as_one(reader: RequestReader, tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    post(path, reader, 1, "a")
    copy = Copied(path, tmp_path / "copy")
    post(path, reader, 1, "b")
    copy.put_back()
    with pytest.raises(LedgerUnavailable) as caught:
        Ledger(path)
    assert (caught.value.said.id, caught.value.said.params["entry"]) == ("ledger.head_entry", "2")


def test_a_head_that_no_ledger_can_have_says_nothing(reader: RequestReader, tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    post(path, reader, 1, "a")
    head = heads.read(heads.beside(path))
    assert head is not None
    at_home = heads.at_home(path, head.ledger)
    wrong = [head._replace(ledger=id_) for id_ in ("\0" * 32, "../" * 10, "", "x" * 32)]
    wrong += [head._replace(entries=number) for number in (-1, 1 << 40, 1 << 63, 1 << 200)]
    wrong += [head._replace(acts=number) for number in (-1, 1 << 40, 1 << 63, 1 << 200)]
    for each in wrong:
        check = digest(" ".join(map(str, each)))[:16]
        text = json.dumps({**each._asdict(), "check": check})
        for file in (heads.beside(path), at_home):
            file.write_text(text.ljust(heads._LENGTH))
        assert heads.read(at_home) is None
        assert told(path) is None, each


@pytest.mark.parametrize("id_", ["../../../other", "\0" * 32])
def test_an_id_that_no_program_gave_leads_to_no_file(
    id_: str, reader: RequestReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ledger.db"
    post(path, reader, 1, "a")
    with closing(connect(path, isolation_level=None)) as raw:
        raw.execute("UPDATE ledgers SET id = ? WHERE row = 0", [id_])
    heads.beside(path).unlink()
    written: list[Path] = []
    monkeypatch.setattr(heads, "_overwrite", lambda file, _text: written.append(file))
    with closing(Ledger(path)) as ledger:
        with ledger.transaction():
            ledger.trail.note(ActKind.OPERATOR_ADDED, "a", "a")
        assert heads.gone_on_elsewhere(ledger.connection) is None
    assert written == []


def test_an_open_program_goes_on_with_the_ledger_that_another_one_restored(
    reader: RequestReader, tmp_path: Path
) -> None:
    path, other = tmp_path / "ledger.db", tmp_path / "other.db"
    post(other, reader, 1, "o")
    with closing(Ledger(other)) as ledger:
        backup(ledger, tmp_path / "backup.db")
        theirs = ledger.id
    with closing(Counter(reader, Ledger(path))) as counter:
        desk = Desk(counter)
        desk.posted(chronic(), key="a")
        assert counter.ledger.id != theirs
        assert isinstance(restore(path, tmp_path / "backup.db"), Restored)
        entry = desk.posted(chronic(), key="b")
        assert counter.ledger.journal.record(entry)["ledger"] == theirs == counter.ledger.id
    assert {head and head.ledger for head in map(heads.read, heads.places(path, theirs))} == {theirs}
    assert told(path) is None


# ---- no false alarm


def _first_start(path: Path) -> None:
    """Make an empty ledger with an act, as a first start does."""
    with closing(Ledger(path)) as ledger, ledger.transaction():
        ledger.trail.note(ActKind.OPERATOR_ADDED, "a", "a")


def _put(path: Path, new: Path, *, with_head: bool = True) -> None:
    shutil.copyfile(path, new)
    if with_head:
        shutil.copyfile(heads.beside(path), heads.beside(new))


def _aside(path: Path, folder: Path) -> None:
    folder.mkdir()
    for file in path.parent.glob(f"{path.name}*"):
        file.rename(folder / file.name)


def _with_its_head(path: Path, new: Path) -> None:
    _put(path, new)


def _without_its_head(path: Path, new: Path) -> None:
    _put(path, new, with_head=False)


def _the_empty_one_moved_away(path: Path, new: Path) -> None:
    _aside(new, new.parent / "aside")
    _put(path, new)


WAYS = (_with_its_head, _without_its_head, _the_empty_one_moved_away)
"""Ways of bringing a ledger to a new machine where a first start has made an empty one."""


def _moves(path: Path, folder: Path, reader: RequestReader, way: Callable[[Path, Path], None]) -> None:
    """Bring a ledger to a new machine, and post there."""
    folder.mkdir()
    with pytest.MonkeyPatch.context() as there:
        there.setenv("MINGZHANG_HOME", str(folder / "home"))
        new = folder / path.name
        _first_start(new)
        way(path, new)
        assert told(new) is None
        post(new, reader, 1, f"moved{folder.name}")
        assert told(new) is None


@pytest.mark.parametrize("way", WAYS, ids=[way.__name__[1:] for way in WAYS])
def test_a_ledger_that_comes_to_a_new_machine_is_not_told(
    reader: RequestReader, tmp_path: Path, way: Callable[[Path, Path], None]
) -> None:
    path = tmp_path / "ledger.db"
    post(path, reader, 1, "a")
    _moves(path, tmp_path / "new", reader, way)


def _of_another_machine(folder: Path, reader: RequestReader, name: str) -> Path:
    folder.mkdir()
    with pytest.MonkeyPatch.context() as there:
        there.setenv("MINGZHANG_HOME", str(folder / "home"))
        post(folder / name, reader, 1, folder.name)
    return folder / name


def test_two_sticks_that_take_turns_at_one_path_are_not_told(reader: RequestReader, tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    post(path, reader, 1, "a")
    away, other = tmp_path / "away", _of_another_machine(tmp_path / "other", reader, path.name)
    elsewhere = tmp_path / "elsewhere" / path.name
    elsewhere.parent.mkdir()
    for turn in range(2):  # the other one was mounted somewhere else, too
        _aside(path, away)
        for place in (elsewhere, path):
            for file in other.parent.glob(f"{path.name}*"):
                file.rename(place.parent / file.name)
            assert told(place) is None, turn
            post(place, reader, 1, f"{place.parent.name}{turn}")
            other = place
        _aside(path, tmp_path / f"other{turn}")
        other = tmp_path / f"other{turn}" / path.name
        for file in away.glob("*"):
            file.rename(path.parent / file.name)
        away.rmdir()
        assert told(path) is None, turn


def test_a_ledger_among_the_backups_of_another_is_told_and_can_be_restored(
    reader: RequestReader, tmp_path: Path
) -> None:
    path, folder = tmp_path / "ledger.db", tmp_path / "backups"
    post(path, reader, 1, "a")
    other = _of_another_machine(tmp_path / "other", reader, path.name)
    _aside(path, tmp_path / "away")
    _put(other, path)
    assert heads.read(heads.beside(path)) is not None
    with closing(Ledger(tmp_path / "away" / path.name)) as ledger:
        folder.mkdir()
        back_up(ledger, folder, datetime(2026, 1, 1, 8, tzinfo=BEIJING).replace(tzinfo=None))
    assert told(path) == "ledger.head_other"
    path.rename(tmp_path / "moved.db")
    assert isinstance(restore(path, tmp_path / "moved.db"), Restored)
    assert told(path) is None


def _goes_on(path: Path, reader: RequestReader, chance: random.Random, step: int) -> None:
    """One thing that a desk does by the documented ways."""
    steps = ["post", "open", "restore", "move", "heads lag", "torn head", "killed", "made anew", "no home"]
    steps.append("new machine")
    what = chance.choice(steps)
    if what == "post":
        post(path, reader, 1, f"p{step}")
    elif what == "restore":
        copy = path.with_name("copy.db")
        with closing(Ledger(path)) as ledger:
            backup(ledger, copy)
        post(path, reader, 1, f"r{step}")
        assert isinstance(restore(path, copy), Restored)
    elif what == "move":
        machine = path.parent / f"machine{step}"
        machine.mkdir()
        shutil.copyfile(path, machine / "backup.db")
        assert isinstance(restore(machine / "ledger.db", machine / "backup.db"), Restored)
        assert told(machine / "ledger.db") is None
    elif what == "new machine":
        _moves(path, path.parent / f"new{step}", reader, chance.choice(WAYS))
    elif what == "heads lag":
        before = heads.beside(path).read_bytes()
        post(path, reader, 1, f"l{step}")
        heads.beside(path).write_bytes(before)
    elif what == "made anew":  # the one before was moved away, as it should be, with what lies beside it
        aside = path.parent / f"aside{step}"
        aside.mkdir()
        for file in path.parent.glob(f"{path.name}*"):
            file.rename(aside / file.name)
        Ledger(path).close()
        assert told(path) is None
        post(path, reader, 1, f"n{step}")
    elif what == "no home":  # as on another machine
        shutil.rmtree(heads.at_home(path, "").parent, ignore_errors=True)
    elif what == "torn head":
        heads.beside(path).write_bytes(heads.beside(path).read_bytes()[:100])
    elif what == "killed":
        copy = path.with_name("killed.db")
        folder = path.parent / f"k{step}"
        post(path, reader, 1, f"k{step}", lambda: Copied(path, folder).put_back())
        copy.unlink(missing_ok=True)


def test_a_ledger_that_only_goes_on_is_never_told(reader: RequestReader, tmp_path: Path) -> None:
    path, chance = tmp_path / "ledger.db", random.Random(5)
    post(path, reader, 1, "first")
    for step in range(40):
        _goes_on(path, reader, chance, step)
        assert told(path) is None, step


@pytest.mark.long
def test_two_thousand_openings_and_no_alarm(
    reader: RequestReader, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    alarms = []
    for seed in range(20):
        folder = tmp_path / str(seed)
        folder.mkdir()
        path, chance = folder / "ledger.db", random.Random(seed)
        post(path, reader, 1, "first")
        for step in range(100):
            _goes_on(path, reader, chance, step)
            if (said := told(path)) is not None:
                alarms.append((seed, step, said))
    with capsys.disabled():
        print(f"\n2000 openings of ledgers that only went on, {len(alarms)} false alarms")
    assert alarms == []


def test_a_head_that_cannot_be_written_stops_no_post(
    reader: RequestReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ledger.db"

    def full(*_given: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(heads, "_overwrite", full)
    post(path, reader, 2, "a")
    monkeypatch.undo()
    assert told(path) is None
    with closing(Ledger(path)) as ledger:
        assert ledger.verify().entries == 2


def test_a_post_writes_each_head_once_and_waits_for_no_disk(
    reader: RequestReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it costs by the clock, the benchmark ``heads`` says."""
    counter = Counter(reader, Ledger(tmp_path / "ledger.db"))
    desk = Desk(counter)
    desk.posted(chronic(), key="first")
    written: list[Path] = []
    overwrite = heads._overwrite

    def noted(file: Path, text: bytes) -> None:
        written.append(file)
        overwrite(file, text)

    def synced(_handle: int) -> None:
        raise AssertionError("a head was synced")

    monkeypatch.setattr(heads, "_overwrite", noted)
    monkeypatch.setattr(os, "fsync", synced)
    for number in range(5):
        desk.posted(chronic(), key=f"k{number}")
    counter.ledger.drafts.save("desk", {"eligible": "1"})  # a commit that adds no entry and no act
    counter.close()
    path = tmp_path / "ledger.db"
    with closing(Connection(path)) as opened:
        both = list(heads.places(path, heads.id_of(opened.db)))
    assert written == both * 5


# ---- ledgers of earlier versions

OLD = sorted(file.name for file in FIXTURES.glob("*-[1-6].db"))


@pytest.mark.parametrize("old", OLD)
def test_a_ledger_that_is_brought_up_keeps_its_id_and_is_never_told(
    old: str, reader: RequestReader, tmp_path: Path
) -> None:
    """Cut off before the last step, it is brought up anew: its heads are then of the same ledger."""
    path = tmp_path / "ledger.db"
    shutil.copyfile(FIXTURES / old, path)
    with closing(connect(path)) as raw:
        (first,) = raw.execute("SELECT hash FROM entries WHERE number = 1").fetchone()
    before = Copied(path, tmp_path / "copy")
    assert told(path) is None
    with closing(Ledger(path)) as ledger:
        assert ledger.id == digest(f"ledger {first}")[:32]
        heads.put(path, heads.head_of(ledger.connection.db)._replace(acts=0, acts_hash=GENESIS))
    before.put_back()
    assert told(path) is None, "a head that lags behind the last step"
    with closing(Ledger(path)) as ledger:
        heads.put(path, heads.head_of(ledger.connection.db))
    assert told(path) is None


def test_another_ledger_of_an_earlier_version_is_told(reader: RequestReader, tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    post(path, reader, 2, "a")
    shutil.copyfile(FIXTURES / "schema-6.db", path)
    assert told(path) == "ledger.head_other"


# ---- backups


def test_backups_of_a_ledger_that_went_another_way_thin_nothing_and_stay(
    reader: RequestReader, tmp_path: Path
) -> None:
    path, folder = tmp_path / "ledger.db", tmp_path / "backups"
    folder.mkdir()
    first = datetime(2026, 1, 1, 8, tzinfo=BEIJING).replace(tzinfo=None)
    post(path, reader, 1, "a")
    copy = Copied(path, tmp_path / "copy")
    for day in range(9):
        post(path, reader, 1, f"d{day}")
        with closing(Ledger(path)) as ledger:
            back_up(ledger, folder, first + timedelta(hours=day))
    good = {each.file for each in list_backups(folder)}
    assert len(good) == 1, "one a day is kept"
    copy.put_back()
    for day in range(3):
        with closing(Ledger(path, heads=False)) as ledger:  # as a program would that does not look
            made = back_up(ledger, folder, first + timedelta(hours=12 + day))
        assert not isinstance(made, list)
        assert not good & set(made.removed)
    assert good <= {each.file for each in list_backups(folder)}


def test_a_head_on_paper_is_held_against_the_chain(reader: RequestReader, tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    post(path, reader, 3, "a")
    with closing(Connection(path)) as opened:
        head = heads.head_of(opened.db)
        assert heads.is_prefix(opened.db, "entries", head.entries, head.entries_hash)
        assert not heads.is_prefix(opened.db, "entries", head.entries - 1, head.entries_hash)
        assert not heads.is_prefix(opened.db, "acts", head.acts + 1, head.acts_hash)


def test_two_copies_that_went_on_by_themselves_are_both_kept_and_named(
    reader: RequestReader, tmp_path: Path
) -> None:
    here, there = tmp_path / "here.db", tmp_path / "there" / "ledger.db"
    there.parent.mkdir()
    post(here, reader, 3, "first")
    shutil.copyfile(here, there)

    def told(path: Path) -> list[str]:
        with closing(Ledger(path)) as ledger:
            said = heads.gone_on_elsewhere(ledger.connection)
            return [] if said is None else [str(said.params["other"]), str(said.params["entries"])]

    post(there, reader, 1, "moved")
    assert (told(here), told(there)) == ([], []), "one of them only stopped earlier"
    post(here, reader, 2, "went on")
    assert told(here) == [str(there), "4"]
    post(there, reader, 3, "went on too")
    assert told(there) == [str(here), "5"]
    for path, entries in ((here, 5), (there, 7)):
        with closing(Ledger(path)) as ledger:
            assert ledger.verify() == (entries, None)


def test_a_copy_whose_path_is_no_unicode_or_very_long_is_named_as_far_as_it_can_be(
    reader: RequestReader, tmp_path: Path
) -> None:
    here = tmp_path / "here.db"
    odd = tmp_path / os.fsdecode("备份".encode("gb18030")) / ("x" * 150) / ("y" * 150) / "l.db"
    odd.parent.mkdir(parents=True)
    post(here, reader, 1, "first")
    shutil.copyfile(here, odd)
    post(odd, reader, 1, "moved")
    post(here, reader, 2, "went on")
    with closing(Ledger(here)) as ledger:
        assert heads.gone_on_elsewhere(ledger.connection) is not None
