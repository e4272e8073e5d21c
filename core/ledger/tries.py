"""Wrong passphrases and the pauses after them, counted in two places.

One count stands in the keys file; a second one in the user's own folder, beside the ledger's head there. The
higher one holds, so that putting the keys file back undoes nothing.
"""

import hashlib
import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

from core.files import read_bounded, write_given_out
from core.messages import Message, message
from core.places import home, path_mark

FREE: Final = 4
"""The number of wrong tries in a row after which nobody has to wait yet."""

_FIRST: Final = timedelta(minutes=1)
_LONGEST: Final = timedelta(hours=1)
_FOLDER: Final = "heads"
_LARGEST: Final = 200_000


class Tries(NamedTuple):
    """Wrong tries in a row, and until when nobody may try again (UTC, ISO; empty: at once)."""

    wrong: int = 0
    until: str = ""

    def one_more(self, now: datetime) -> "Tries":
        """Return the count after one more wrong try; each beyond the free ones doubles the pause."""
        wrong = self.wrong + 1
        pause = pause_after(wrong)
        return Tries(wrong, (now + pause).isoformat(timespec="seconds") if pause else "")

    def left(self, now: datetime) -> timedelta:
        """Return how long to wait still.

        A pause that would last longer than it was meant to was begun by a clock that was wrong: it is over.
        """
        try:
            left = datetime.fromisoformat(self.until) - now
        except (ValueError, TypeError):
            return timedelta()
        return left if timedelta() < left <= pause_after(self.wrong) else timedelta()

    def refusal(self, name: str, now: datetime) -> Message | None:
        """Return what somebody is told who may not try yet, None where they may."""
        left = self.left(now)
        if not left:
            return None
        minutes = -(-left // _FIRST)
        return message("ledger.locked_out", name=name, count=str(self.wrong), minutes=str(minutes))


def pause_after(wrong: int) -> timedelta:
    """Return the pause after so many wrong tries in a row: a minute at first, an hour at the most."""
    if wrong <= FREE:
        return timedelta()
    doubled: int = 2 ** min(wrong - FREE - 1, 10)
    return min(_FIRST * doubled, _LONGEST)


def now() -> datetime:
    """Return the moment that this machine's clock shows (UTC)."""
    return datetime.now(UTC)


def file_of(ledger: Path) -> Path:
    """Return the file that counts a ledger's wrong passphrases in the user's own folder."""
    return home() / _FOLDER / f"tries-{path_mark(ledger)}"


def read_at_home(ledger: Path, name: str) -> Tries:
    """Return what the user's own folder says of somebody."""
    found = _read(file_of(ledger)).get(_mark(name))
    try:
        wrong, until = found  # type: ignore[misc]
        return Tries(max(int(wrong), 0), datetime.fromisoformat(until).isoformat() if until else "")
    except (TypeError, ValueError, OverflowError):
        return Tries()


def write_at_home(ledger: Path, name: str, tries: Tries) -> None:
    """Keep the count of somebody in the user's own folder, as far as it can be written."""
    file = file_of(ledger)
    held = _read(file)
    if tries.wrong:
        held[_mark(name)] = list(tries)
    elif held.pop(_mark(name), None) is None:
        return
    with suppress(OSError):
        write_given_out(file, json.dumps(held).encode())


def higher(one: Tries, other: Tries) -> Tries:
    """Return the stricter of two counts."""
    return Tries(max(one.wrong, other.wrong), max(one.until, other.until))


def _read(file: Path) -> dict[str, Any]:
    try:
        held = json.loads(read_bounded(file, _LARGEST))
    except (OSError, ValueError, RecursionError):
        return {}
    return held if isinstance(held, dict) else {}


def _mark(name: str) -> str:
    """Return what stands for a name, which the folder does not show."""
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:16]
