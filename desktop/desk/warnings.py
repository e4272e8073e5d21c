"""Warnings about a desk that has just been opened: its packs, its settings, its recovery code."""

from collections.abc import Iterator

from core.ledger.operators import Role
from core.messages import Message, message
from desktop.session import Session
from desktop.settings import FILE, unreadable


def warnings(session: Session) -> Iterator[Message]:
    """Everything that is wrong with this desk, the gravest last."""
    yield from bad_packs(session)
    if unreadable(session.home):  # a desk in use would pass for one that nobody has set up yet
        yield message("window.settings_lost", file=str(session.home / FILE))
    counter = session.counter
    asked = session.settings.unproved and counter is not None and counter.operator is not None
    if asked and not session.opened.refused(Role.ADMINISTRATOR):
        # the window was gone before anybody had shown to have the code: it will not come again
        yield message("window.code.unproved")


def bad_packs(session: Session) -> Iterator[Message]:
    """A hospital's own packs that cannot be used; nothing is settled by them until they are mended."""
    for pack in session.opened.bad_packs:
        fault = pack.faults[0]
        yield message(
            "window.bad_pack", file=pack.file.name, field=fault.field, why=session.words(fault.message)
        )
