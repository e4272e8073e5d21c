"""Forms put aside (up to twenty): the one at the counter goes there, and one of them comes back."""

from typing import TYPE_CHECKING, Protocol

from core.masking import masked_name
from core.messages import message
from desktop.presenters import typed
from desktop.presenters.counter import form
from desktop.presenters.counter.open_visit import DESK, draft_of, waiting_aside
from desktop.presenters.states import Notice

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.ledger.drafts import Drafts
    from core.ledger.entries import Entry
    from core.messages import Message
    from core.words import Words
    from desktop.presenters.counter.arrivals import Arrivals
    from desktop.presenters.counter.history import History
    from desktop.presenters.counter.open_visit import OpenVisit
    from desktop.presenters.states import Question
    from desktop.session import Session


class AsidePlace(Protocol):
    """The part of the counter's page that putting aside works with."""

    visit: "OpenVisit"
    history: "History"
    question: "Question | None"
    words: "Words"

    @property
    def arrivals(self) -> "Arrivals":
        """What puts another form in the place of this one."""

    def say(self, notice: Notice | None) -> None:
        """Say what was done and show the page."""


def put_aside(page: AsidePlace, session: "Session") -> None:
    """Keep the form for later, and begin the next patient's; say why where that cannot be."""
    page.arrivals.claim()
    visit, counter = page.visit, session.opened
    if page.question:
        return
    refused = "posted" if visit.entry else "" if visit.touched else "nothing"
    who = _who(visit.texts)
    if not refused and counter.ledger.drafts.put_aside(DESK, draft_of(visit)) is None:
        refused = "full"
    if refused:
        page.say(Notice(page.words.text(f"window.aside.{refused}"), "wrong"))
        return
    _leave(page)
    visit.begin()
    visit.waiting = waiting_aside(session)
    visit.update()
    page.say(Notice(page.words.text("window.aside.done", name=who, number=visit.waiting), "done"))


def take_back(page: AsidePlace, session: "Session", number: int, posted: "Entry | None") -> None:
    """Bring a form back; the one that stands at the counter is put aside in its place.

    ``posted`` is the entry by which its patient has been posted since, None without one.
    """
    page.arrivals.claim()
    visit, counter = page.visit, session.opened
    if page.question:
        return
    stands = visit.touched and visit.entry is None
    other = _who(visit.texts)
    draft, unsure = _taken(counter.ledger.drafts, number, draft_of(visit) if stands else None)
    if draft is None:
        page.say(Notice(page.words.text("window.aside.gone"), "wrong"))
        return
    _leave(page)
    visit.begin()
    visit.restore(draft)
    visit.waiting = waiting_aside(session)
    own = visit.look_for_entry()
    visit.update()
    at = draft.get("focus", "")
    if own is None and at in form.FIELDS and at in visit.reading.shown:
        visit.focus(at)
    said: Message = message("window.aside.back", name=_who(visit.texts))
    if stands:
        said = message("window.aside.exchanged", name=_who(visit.texts), other=other)
    notice = Notice(page.words(said), "done")
    if posted is not None and own is None:
        told = page.words.text("window.aside.posted_since", number=posted.number, day=posted.day.isoformat())
        notice = Notice(f"{notice.text}{told}", "wrong")
    page.say(own or (notice if unsure is None else Notice(page.words(unsure), "wrong")))


def _taken(
    drafts: "Drafts", number: int, standing: "Mapping[str, str] | None"
) -> "tuple[Mapping[str, str] | None, Message | None]":
    """Return a form that was put aside, None where it is gone; and what is said where it may be there still.

    Where nobody can say whether it left its place, it comes back: rather in two places than in none.
    """
    from core.ledger.errors import UNSURE, LedgerUnavailable  # the window is painted first

    form = drafts.read(DESK, number)
    try:
        return drafts.take_back(DESK, number, standing), None
    except LedgerUnavailable as error:
        if error.said.id != UNSURE or (standing is not None and drafts.read(DESK, number) == form):
            raise
        return form, error.said


def _leave(page: AsidePlace) -> None:
    """Forget what could be undone of the form that leaves the counter: it is kept in another place."""
    page.history.forget(page.visit.key)
    page.history.stop_typing()


def _who(texts: "Mapping[str, str]") -> str:
    """Return whose form it is, masked as on every list."""
    name = texts.get("name", "").strip()
    return masked_name(name) if name else typed.masked(texts.get("id", "").strip()) or "—"
