"""Files that are whole or not there, and files read with a bound, whatever they say of themselves.

A power cut or a full disk leaves either the old one or the new one.
"""

import contextlib
import errno
import os
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from io import FileIO
from pathlib import Path
from typing import IO, ClassVar, Final, Self

from core.messages import Message, message

HELD: Final = ".held.part"
"""The end of the name of what is being written, held while its writer lives: nobody's, once it is free."""

_BEFORE: Final = ".before"
"""The end of the name of what was in a place before, until what replaces it is there."""

_FREE_AFTER: Final = 60
"""Where a file is closed before it takes its name, it is nobody's only after so long (seconds)."""

READING: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
"""A file is opened so to be read: no pipe is awaited."""

_PIECE: Final = 1 << 20
"""How much is read at once (bytes)."""

_SET_DUMPABLE: Final = 4
"""Linux's number of what says whether a process may be looked into."""

_REASONS: Final = {
    errno.ENOSPC: "paper.fault.disk_full",
    errno.EDQUOT: "paper.fault.disk_full",
    errno.EROFS: "fault.file_read_only",
    errno.EFBIG: "fault.file_large",
    errno.ENODEV: "fault.file_special",
    errno.EISDIR: "fault.file_special",
    errno.EIO: "fault.file_disk_error",
    errno.EMFILE: "fault.too_many_files",
    errno.ENFILE: "fault.too_many_files",
}


def read_bounded(file: Path | str, most: int) -> bytes:
    """Return the bytes of a regular file that has at most ``most`` of them.

    Raises OSError; its errno is EFBIG where the file is larger, and ENODEV where it is a pipe, a device or
    anything else that may never end.
    """
    handle = _regular(file)
    pieces, left = [b"."], most + 1
    try:
        while left and pieces[-1]:
            pieces.append(os.read(handle, min(left, _PIECE)))
            left -= len(pieces[-1])
    finally:
        os.close(handle)
    if not left:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(file))
    return b"".join(pieces[1:])


def open_regular(file: Path) -> FileIO:
    """Open a regular file to be read, to be closed by the caller, who bounds what is read of it.

    Raises OSError; its errno is ENODEV where it is a pipe, a device or anything else that may never end.
    """
    handle = _regular(file)
    try:
        return FileIO(handle)
    except BaseException:
        os.close(handle)
        raise


def _regular(file: Path | str) -> int:
    handle = os.open(file, READING)
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.ENODEV, os.strerror(errno.ENODEV), str(file))
    except BaseException:
        os.close(handle)
        raise
    return handle


def why_failed(error: OSError, name: str, otherwise: str = "fault.file_unreadable") -> Message:
    """Return the message why a file of this name could not be read or written.

    ``otherwise`` is the id of the message where the error's number says nothing more.
    """
    return message(_REASONS.get(error.errno or 0, otherwise), name=name)


def failed_in_child(status: int, file: Path) -> OSError:
    """Return the error of a process that wrote no file; its status is the number of its error, if any."""
    number = status if status in _REASONS else errno.EPIPE
    return OSError(number, os.strerror(number), str(file))


def shown_name(file: Path) -> str:
    """Return a file's name as a person reads it: one that is no UTF-8 is taken for GB18030, if it can be."""
    name = os.fsencode(file.name)
    for encoding in ("utf-8", "gb18030"):
        with contextlib.suppress(UnicodeDecodeError):
            return name.decode(encoding)
    return name.decode("utf-8", "replace")


def write_given_out(file: Path, content: bytes) -> None:
    """Write a file for its owner's eyes alone, and the folders that lack. Raises OSError."""
    file.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
    write_whole(file, content)


def write_whole(file: Path, content: bytes) -> None:
    """Write a file beside its place and put it there once it is on the disk. Raises OSError.

    A new file is its owner's alone; one that is there keeps its rights. Where a link stands, what it leads to
    is written, and the link stays.
    """
    file = Path(os.path.realpath(file)) if file.is_symlink() else file
    opened, beside = _held_beside(file)
    try:
        opened.write(content)
        opened.flush()
        _keep_rights(file, beside)
        os.fsync(opened.fileno())
        if os.name == "nt":  # an open file takes no other name there
            opened.close()
        beside.replace(file)
    except BaseException:
        with contextlib.suppress(OSError):
            opened.close()
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise
    finally:
        with contextlib.suppress(OSError):
            opened.close()
    sweep_held(file.parent)
    with contextlib.suppress(OSError):  # the new file is there and whole
        to_disk(file.parent)


@contextlib.contextmanager
def draft_folder(out: Path) -> Iterator[Path]:
    """Yield a folder beside a file's place for what is written of it, held until the block ends.

    What did not take its name by then is gone with the folder, and so is what others left. Raises OSError.
    """
    with contextlib.ExitStack() as held:
        while True:
            folder = Path(tempfile.mkdtemp(dir=out.parent, prefix=".", suffix=HELD))
            try:
                handle = os.open(folder / HELD, os.O_RDWR | os.O_CREAT, 0o600)
            except FileNotFoundError:  # somebody swept an empty folder away
                continue
            held.callback(shutil.rmtree, folder, ignore_errors=True)
            held.callback(os.close, handle)
            _lock(handle, wait=True)
            if (folder / HELD).exists():  # else somebody swept before it was held
                break
        held.callback(sweep_held, out.parent)
        yield folder


@contextlib.contextmanager
def kept_beside(file: Path) -> Iterator[Callable[[], object]]:
    """Keep what lies in a file's place until the block ends; yield what puts it back, which needs no room.

    Where nothing lay there, nothing lies there again. Raises OSError.
    """
    with draft_folder(file) as folder:
        old = folder / f"{file.name}{_BEFORE}"
        if _kept_as(file, old, is_file=True):
            yield lambda: old.replace(file)
        else:
            yield lambda: file.unlink(missing_ok=True)


class FileDrafts:
    """Files, or folders, that are written beside their places and take their names together, or none does.

    ``keeping`` is how many of them are taking their names in this process, ``kept`` how often some have.
    """

    keeping: ClassVar[int] = 0
    kept: ClassVar[int] = 0

    def __init__(self) -> None:
        self._parts: dict[Path, Path] = {}
        self._folders: dict[Path, Path] = {}
        self._held = contextlib.ExitStack()

    def __enter__(self) -> Self:
        """Begin without any."""
        return self

    def __exit__(self, *_: object) -> None:
        """Remove what did not take its name."""
        self._held.close()

    def part(self, place: Path) -> Path:
        """Return where to write what is to lie in a place; of a link, where the link leads to.

        Raises OSError where nothing can be written beside it.
        """
        place = Path(os.path.realpath(place)) if place.is_symlink() else place
        if place.parent not in self._folders:
            self._folders[place.parent] = self._held.enter_context(draft_folder(place))
        self._parts[place] = self._folders[place.parent] / place.name
        return self._parts[place]

    def keep(self, instead_of: Iterable[Path] = ()) -> None:
        """Give everything its name, once it is on the disk; a file is its owner's alone.

        ``instead_of`` are files that go then. Raises OSError, and then what was there is there as it was.
        """
        for part in self._parts.values():
            if part.is_file():
                with contextlib.suppress(OSError):  # a stick's file system may know no rights
                    part.chmod(0o600)
            for each in (part, *part.rglob("*")):  # a file has nothing below it
                to_disk(each)
        FileDrafts.keeping += 1
        try:
            self._give_names([place for place in instead_of if place not in self._parts])
            FileDrafts.kept += 1
        finally:
            FileDrafts.keeping -= 1

    def _give_names(self, gone: Iterable[Path]) -> None:
        with contextlib.ExitStack() as undo:
            for place, part in self._parts.items():
                old = part.with_name(f"{part.name}{_BEFORE}")
                if _kept_as(place, old, is_file=part.is_file()):
                    undo.callback(old.replace, place)
                else:
                    undo.callback(_remove, place)
                part.replace(place)
            undo.pop_all()
        self._parts.clear()
        with contextlib.suppress(OSError):  # all of it is there and whole
            for place in gone:
                place.unlink(missing_ok=True)
            for folder in self._folders:
                to_disk(folder)


def _kept_as(place: Path, old: Path, *, is_file: bool) -> bool:
    """Keep what lies in a place under another name as well, until that goes; return whether anything did.

    A file never lacks its name meanwhile, a folder does for a moment. ``is_file``: a file is to lie there,
    for which no folder goes. Raises OSError.
    """
    if place.is_dir():
        if is_file:
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(place))
        place.replace(old)
    elif place.exists():
        old.unlink(missing_ok=True)
        try:
            os.link(place, old)
        except OSError:  # a file system without second names
            shutil.copy2(place, old)
    return old.exists()


def _remove(place: Path) -> None:
    """Remove a file or a folder where there is one. Raises OSError."""
    if place.is_dir():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)


@contextlib.contextmanager
def begun_folder(folder: Path) -> Iterator[None]:
    """Make a folder, and those that it lies in; those that were made go again where the block fails.

    Raises OSError.
    """
    made = [each for each in (folder, *folder.parents) if not each.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException:
        with contextlib.suppress(OSError):
            for each in made:
                each.rmdir()
        raise


def sweep_held(*folders: Path) -> list[Path]:
    """Remove from folders what somebody was writing who lives no more; return what went.

    What cannot be removed stays, without a word: the next start finds it again. Where a file system knows no
    locks, everything stays; where its locks do not reach other machines, what one of those is writing may go:
    its writing fails then and says so, and the file that was there stays.
    """
    found = []
    for folder in folders:
        with contextlib.suppress(OSError), os.scandir(folder) as there:
            found += [each.path for each in there if each.name.startswith(".") and each.name.endswith(HELD)]
    return [part for part in map(Path, found) if _removed(part)]


def _removed(part: Path) -> bool:
    """Remove what nobody holds, and tell whether it went."""
    with contextlib.suppress(OSError):
        is_folder = stat.S_ISDIR(part.lstat().st_mode)
        if is_folder and not any(part.iterdir()):  # its maker had not come further, or makes another one
            part.rmdir()
            return True
        # what makes it free comes first into a folder: without that, somebody was cut off while sweeping it
        is_rest = is_folder and not (part / HELD).exists()
        if not is_rest and not _is_free(part / HELD if is_folder else part):
            return False
        if is_folder:
            _put_back(part)
            shutil.rmtree(part)
        return True
    return False


def _put_back(drafts: Path) -> None:
    """Give a folder its name again whose successor's writer was cut off between the two. Raises OSError."""
    for old in drafts.glob(f"*{_BEFORE}"):
        place = drafts.parent / old.name.removesuffix(_BEFORE)
        if old.is_dir() and not place.exists():
            old.replace(place)


def _is_free(file: Path) -> bool:
    """Remove a file that nobody holds, or return False where somebody does. Raises OSError."""
    with contextlib.ExitStack() as held:
        if sys.platform == "win32":  # what is open cannot be removed; what was closed may get its name now
            if file.stat().st_mtime > time.time() - _FREE_AFTER:
                return False
        else:
            handle = os.open(file, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK)
            held.callback(os.close, handle)
            if not _lock(handle, wait=False):
                return False
        file.unlink()
    return True


def _held_beside(file: Path) -> tuple[IO[bytes], Path]:
    """Return a new file beside another one, open and held, and its path."""
    while True:
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.", suffix=HELD)
        _lock(handle, wait=True)
        if Path(name).exists():  # else somebody swept before it was held
            return os.fdopen(handle, "wb"), Path(name)
        os.close(handle)


def _lock(handle: int, wait: bool) -> bool:
    """Hold an open file until it is closed or its process ends; return False where it cannot be held."""
    if sys.platform != "win32":  # there it is enough that it is open
        import fcntl

        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except OSError:  # another process holds it, or the file system knows no such thing
            return False
    return True


def _keep_rights(file: Path, beside: Path) -> None:
    """Give a new file the rights of the one that it replaces, where there is one."""
    with contextlib.suppress(OSError):
        beside.chmod(stat.S_IMODE(file.stat().st_mode))


def to_disk(path: Path) -> None:
    """Have a file, or a folder's list of names, written to the disk itself. Raises OSError.

    A file system that cannot do so for a folder (some network and user-space ones) is no fault.
    """
    if os.name == "nt" and path.is_dir():
        return  # Windows keeps the list of names itself
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    except OSError as error:
        if not path.is_dir() or error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(handle)


def guard_process() -> None:
    """Let this process write for its owner alone, and leave no image of its memory where it crashes."""
    os.umask(0o077)
    if sys.platform != "win32":
        import resource

        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


@cache
def guard_memory() -> None:
    """Let no other process of this user read this one's memory, nor the system keep an image of it.

    It is asked for once, before the first key comes into memory. So it is on Linux; other systems decide by
    who debugs.
    """
    if sys.platform == "linux":
        import ctypes  # when it is needed: the window is painted first

        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_SET_DUMPABLE, 0, 0, 0, 0)
