"""Warnings about a desk that has just been opened: its packs, its settings, its recovery code."""

from collections.abc import Iterator
from typing import Final

from core.counter import closing, confirming, posting
from core.counter.counter import unsigned_days
from core.ledger.heads import gone_on_elsewhere
from core.ledger.operators import Role
from core.messages import Message, message
from desktop.session import Session
from desktop.settings import FILE
from desktop.startup.settings_file import unreadable

_MANY_DAYS: Final = 2
"""From so many days on without a signature somebody is asked to sign."""


def warnings(session: Session) -> Iterator[Message]:
    """Yield everything that is wrong with this desk, the gravest last."""
    yield from bad_packs(session)
    counter = session.counter
    if counter is not None:
        other = gone_on_elsewhere(counter.ledger.connection)
        if other is not None:
            yield other
        waits = closing.key_waits(counter)
        if waits is not None:
            yield waits
    found = confirming.unconfirmed(session.counter) if session.counter is not None else None
    if found is not None:
        yield message("window.rules_unconfirmed", count=len(found.packs) + len(found.documents))
    if unreadable(session.home):  # without its settings a desk in use looks like one that nobody has set up
        yield message("window.settings_lost", file=str(session.home / FILE))
    if counter is not None and counter.wrong_tries:
        yield message("ledger.tried_before", count=str(counter.wrong_tries))
    asked = session.settings.unproved and counter is not None and counter.operator is not None
    if asked and not session.opened.refused(Role.ADMINISTRATOR):
        # the window was closed before anybody had confirmed the code, which is never shown again
        yield message("window.code.unproved")
    days = unsigned_days(counter) if counter is not None else 0
    if days >= _MANY_DAYS:
        yield message("window.unsigned_days", count=str(days))
    behind = posting.clock_behind(counter) if counter is not None else None
    if behind is not None:
        yield behind
    if counter is not None and counter.signing.said is not None:
        yield counter.signing.said


def bad_packs(session: Session) -> Iterator[Message]:
    """Yield a hospital's own packs that cannot be used; they settle nothing until they are mended."""
    for pack in session.opened.bad_packs:
        fault = pack.faults[0]
        if fault.message.id == "fault.not_checked":
            yield message("window.pack_waits", file=pack.file.name)
            continue
        yield message(
            "window.bad_pack", file=pack.file.name, field=fault.field, why=session.words(fault.message)
        )
