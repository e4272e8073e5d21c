"""Backups by schedule: one a day and at closing, each proved before it counts, thinned as they grow old.

A folder keeps the last backup of each of the last days, weeks and months that have one. What does not bear
such a backup's name is nobody's to remove, but for what restores put aside beside the ledger: it goes once it
is older than every backup, so that who was purged is gone from there too.
"""

import re
import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from core.ledger import heads
from core.ledger.backup import backup
from core.ledger.errors import LedgerUnavailable, unavailable
from core.ledger.keys_file import keys_file
from core.ledger.ledger import Ledger
from core.ledger.record import OWN
from core.messages import Fault, Message

DAYS, WEEKS, MONTHS = 7, 5, 12
"""The number of days, weeks and months of which the last backup is kept."""

_NAME: Final = re.compile(r"mingzhang-([0-9]{8}T[0-9]{6})\.db", re.ASCII)
_PART: Final = re.compile(r"\.mingzhang-[0-9]{8}T[0-9]{6}\.db\..*\.part(-wal|-shm|-journal)?", re.ASCII)
_A_DAY: Final = 24 * 3600
_STAMP: Final = "%Y%m%dT%H%M%S"


class DatedBackup(NamedTuple):
    """A backup in a folder, and the moment in its name, as the desk's clock showed it."""

    file: Path
    moment: datetime


class BackedUp(NamedTuple):
    """A backup that was made: its file and entries, and the files that were removed.

    ``second`` is the copy in the second place, None without one; ``second_fault`` says why that failed.
    """

    file: Path
    entries: int
    removed: list[Path]
    second: Path | None
    second_fault: Message | None


def list_backups(folder: Path) -> list[DatedBackup]:
    """List the backups of a folder, the oldest first. Raises LedgerUnavailable."""
    try:
        matches = [(file, _NAME.fullmatch(file.name)) for file in folder.iterdir()]
    except OSError as error:
        raise unavailable(error, folder) from error
    stamped = [(file, match[1]) for file, match in matches if match is not None]
    return sorted(
        (DatedBackup(file, datetime.strptime(text, _STAMP)) for file, text in stamped if _is_moment(text)),  # noqa: DTZ007
        key=lambda each: each.moment,
    )


def _is_moment(text: str) -> bool:
    try:
        datetime.strptime(text, _STAMP)  # noqa: DTZ007  a name shows the desk's clock and no zone
    except ValueError:
        return False
    return True


def is_due(folder: Path, now: datetime) -> bool:
    """Tell whether the day of ``now``, the desk's time, has no backup yet. Raises LedgerUnavailable."""
    return all(each.moment.date() != now.date() for each in list_backups(folder))


def back_up(
    ledger: Ledger, folder: Path, now: datetime, second: Path | None = None
) -> BackedUp | list[Fault]:
    """Make a proved backup, named by the desk's time, and thin the folder; then the same in a second place.

    Nothing is removed unless the new backup was proved. A second place that fails, a stick that is not in,
    takes nothing from the first. Raises LedgerUnavailable where the first cannot be written.
    """
    file = folder / f"mingzhang-{now:{_STAMP}}.db"
    entries = backup(ledger, file)
    if isinstance(entries, list):
        return entries
    removed = thin(folder, file, ledger) + _remove(put_aside(ledger.path, folder))
    copy, fault = None, None
    if second is not None:
        try:
            outcome = backup(ledger, second / file.name)
            if isinstance(outcome, list):
                fault = outcome[0].message
            else:
                copy = second / file.name
                removed += thin(second, copy, ledger)
        except LedgerUnavailable as error:
            fault = error.said
    return BackedUp(file, entries, removed, copy, fault)


def thin(folder: Path, newest: Path, ledger: Ledger) -> list[Path]:
    """Remove what has grown old, never the backup that was just proved; return the files that went.

    A backup whose head the ledger does not hold is of another course of it and stays. Where the one before
    the newest is such a one, the ledger has gone back since, and nothing goes. Raises LedgerUnavailable.
    """
    there = list_backups(folder)
    apart = {each.file for each in there if not _is_before(each.file, ledger)}
    earlier = [each.file for each in there if each.file != newest]
    if earlier and earlier[-1] in apart:
        return []
    now = [each.moment + timedelta(days=1) for each in there if each.file == newest]
    ahead = {each.file for each in there if now and each.moment > now[0]}
    there = [each for each in there if each.file not in apart | ahead]  # a day to come takes nobody's place
    stays = {newest, *(each.file for each in worth_keeping(there))}
    gone = [each.file for each in there if each.file not in stays]
    return _remove([*gone, *_left_over(folder)])


def _is_before(backup: Path, ledger: Ledger) -> bool:
    """Tell whether a ledger holds what a backup holds; so it is taken to where the backup has no head."""
    head = heads.read(heads.of_backup(backup))
    if head is None:
        return True
    with ledger.snapshot():
        return heads.holds(ledger.connection.db, head)


def _remove(old: list[Path]) -> list[Path]:
    """Remove files and return those that went; what cannot go stays, and the next backup tries again.

    The backup that they make room for is there already, and nothing may say that it is not.
    """
    gone = []
    for file in old:
        with suppress(OSError):
            file.unlink()
            gone.append(file)
            keys_file(file).unlink(missing_ok=True)
            heads.of_backup(file).unlink(missing_ok=True)
    return gone


def put_aside(ledger: Path, folder: Path) -> list[Path]:
    """List what restores replaced, where it is older than every backup of a folder that has all its months.

    The backups count the time, so that a clock that is wrong takes nothing away. Raises LedgerUnavailable.
    """
    there = list_backups(folder)
    if len({_month(each.moment) for each in there}) < MONTHS:
        return []
    oldest = there[0].moment
    name = re.compile(
        rf"{re.escape(ledger.stem)}-([0-9]{{8}}T[0-9]{{6}})Z(-[0-9]+)?{re.escape(ledger.suffix)}(-wal|-shm|-journal)?"
    )
    try:
        matches = [(file, name.fullmatch(file.name)) for file in sorted(ledger.parent.iterdir())]
    except OSError as error:
        raise unavailable(error, ledger.parent) from error
    return [
        file
        for file, match in matches
        if match and _is_moment(match[1]) and datetime.strptime(match[1], _STAMP) < oldest  # noqa: DTZ007
    ]


def _left_over(folder: Path) -> list[Path]:
    """List the leftovers of backups that were cut off more than a day ago, which nobody makes any more."""
    before = time.time() - _A_DAY
    try:
        parts = [file for file in folder.glob(".mingzhang-*.part*") if _PART.fullmatch(file.name)]
        return [file for file in parts if file.stat().st_mtime < before]
    except OSError as error:
        raise unavailable(error, folder) from error


def worth_keeping(there: Iterable[DatedBackup]) -> list[DatedBackup]:
    """List the last backup of each of the last days, weeks and months that have one."""
    keeping: dict[Path, DatedBackup] = {}
    ordered = sorted(there, key=lambda each: each.moment)
    for most, period in ((DAYS, _day), (WEEKS, _week), (MONTHS, _month)):
        last = {period(each.moment): each for each in ordered}
        for each in list(last.values())[-most:]:
            keeping[each.file] = each
    return sorted(keeping.values(), key=lambda each: each.moment)


def _day(moment: datetime) -> tuple[int, ...]:
    return moment.year, moment.month, moment.day


def _week(moment: datetime) -> tuple[int, ...]:
    return tuple(moment.isocalendar()[:2])


def _month(moment: datetime) -> tuple[int, ...]:
    return moment.year, moment.month


def mark(ledger: Ledger) -> tuple[int, ...]:
    """Return a mark that changes with whatever a backup should hold; signing in is no such thing."""
    with ledger.snapshot():
        numbers = ledger.db.execute(
            """SELECT (SELECT coalesce(max(number), 0) FROM entries WHERE number < :own),
                (SELECT coalesce(max(number), 0) FROM enrolments),
                (SELECT coalesce(max(number), 0) FROM acts
                    WHERE act NOT IN ('signed_in', 'wrong_pin') AND number < :own),
                (SELECT coalesce(sum(number), 0) FROM ledgers)""",
            {"own": OWN},
        ).fetchone()
    return tuple(numbers)
