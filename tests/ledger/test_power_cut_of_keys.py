"""Power cuts while the file gets a new key: one that is known opens it, and nobody who was taken off."""

from pathlib import Path

import pytest

from core.ledger import key_renewal
from core.ledger.keys import Keys, Unlocked
from core.ledger.sqlite import opens
from core.messages import Message
from tests.ledger.powercut import Counted, Image, compiler, cut_everywhere, laid_out, recorded
from tests.ledger.test_power_cut import (
    CHIEF,
    PIN,
    Place,
    _place,
    answers,
    batteries,
    desk_of,
    filled,
    held,
    memory,
    recorder,
    sound,
    tried,
)

pytestmark = pytest.mark.skipif(
    compiler() is None, reason="what a process writes is recorded by a C program: there is no compiler here"
)
__all__ = ["memory", "recorder"]  # fixtures

RENEW = f"""
import sys
from pathlib import Path
from core.ledger import key_renewal
from core.ledger.keys import Keys
{{}}
new = key_renewal.renew(Path(sys.argv[1]), bytes.fromhex(sys.argv[2]), Keys(Path(sys.argv[1])), {CHIEF!r})
assert isinstance(new, bytes)
print("{{{{}}}}", flush=True)"""
UNSYNCED = "key_renewal.to_disk = lambda path: None"
HASTY = """
begin, end = Keys.begin_renewal, Keys.end_renewal
def at_once(self, operators, key):
    new = begin(self, operators, key)
    end(self)
    return new
Keys.begin_renewal, Keys.end_renewal = at_once, lambda self: None
"""


@pytest.fixture
def place(tmp_path: Path, memory: Path, reader, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A ledger of three entries from whose operators one was taken off."""
    made = _place(tmp_path, memory, True, monkeypatch)
    filled(made, reader)
    return made


def renewed(recorder: Path, place: Place, fault: str, wanted: int) -> Counted:
    """Cuts the power while the file gets a new key."""
    assert place.key is not None
    log = place.folder.parent / "log"
    before, calls = recorded(
        recorder, place.folder, log, RENEW.format(fault), [str(place.ledger), place.key.hex()]
    )

    def check(image: Image, said: str) -> str | None:
        laid_out(image, place.images)
        ledger = place.images / "ledger.db"

        def work() -> str | None:
            unlocked = Keys(ledger).unlock(CHIEF, PIN)
            if not isinstance(unlocked, Unlocked):
                return "nobody can sign in"
            if held(ledger, unlocked.key) != ["key-1", "key-2", "key-3"]:
                return "lost"
            return "the key of before opens it" if answers(said) and opens(ledger, place.key) else None

        return tried(work)

    return cut_everywhere(before, calls, check, wanted)


@batteries(32)
def test_a_new_key_is_given_whole_or_not_at_all(recorder, place, wanted):
    sound(renewed(recorder, place, "", wanted), wanted)


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("fault", [UNSYNCED, HASTY])
def test_a_new_key_that_is_handed_over_too_early_or_too_late_is_reported(recorder, place, fault):
    """The planted faults: a file that is not on the disk takes the name; the old key is let go before it."""
    assert renewed(recorder, place, fault, 300).faults


def test_after_a_cut_the_next_closing_ends_what_was_begun(recorder, place, reader):
    """A cut leaves the old key in force where the trail says that another one is due."""
    desk = desk_of(place, reader)
    desk.counter.close()
    assert place.key is not None
    new = Keys(place.ledger).begin_renewal([CHIEF], place.key)
    outcome = key_renewal.renew(place.ledger, place.key, Keys(place.ledger), CHIEF)
    assert not isinstance(outcome, Message)
    assert outcome != new
    assert opens(place.ledger, outcome)
