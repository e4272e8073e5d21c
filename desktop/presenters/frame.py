"""The frame around every page: region, hospital, operator and day in the title line; keys in the footer."""

from datetime import date
from typing import TYPE_CHECKING, Final

from core.masking import masked_name
from core.places import MADE_UP_REGION
from desktop.presenters.page import Page
from desktop.presenters.states import FrameState, Key
from desktop.session import Session

if TYPE_CHECKING:
    from core.counter import Counter

SET_UP_KEY: Final = "Ctrl+G"


def frame(session: Session, page: Page, status: tuple[str, str] = ("", "")) -> FrameState:
    """Return the frame of a page.

    ``status`` is the state of the backups and a warning about them (empty: none).
    """
    words, settings, today = session.words, session.settings, session.today()
    name, practice = "", ""
    if session.counter is not None:
        name = region_name(session.counter, settings.region, today) or words.text("window.no_region")
        if settings.region == MADE_UP_REGION:
            practice = words.text("window.practice", name=name)
            if page.name == "counter":
                offer = "window.practice_back" if settings.own else "window.practice_offer"
                practice += words.text(offer, key=SET_UP_KEY)
    right = [today.isoformat()]
    if status[0]:
        right.insert(0, status[0])
    if settings.operator and not session.locked:
        right.insert(0, words.text("window.operator", name=masked_name(settings.operator)))
    if settings.hospital:
        right.insert(0, settings.hospital)
    return FrameState(
        words.text("window.title"),
        name,
        "    ".join(right),
        practice,
        tuple(
            Key(key, words.text(action.words))
            for key, action in page.keys.items()
            if action.words and page.usable(action)
        ),
        words.text("window.menu"),
        status[1],
    )


def region_name(counter: "Counter", region: str, today: date) -> str:
    """Return the name of the pack in force today, else of the latest one; empty where there is none."""
    versions = counter.reader.regions.versions(region)
    effective = [pack for pack in versions if pack.effective <= today]
    packs = effective or list(versions)
    return packs[-1].name if packs else ""
