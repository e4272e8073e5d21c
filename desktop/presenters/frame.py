"""What stands around every page: whose figures these are, who works here, which keys there are."""

from datetime import date
from typing import TYPE_CHECKING, Final

from core.places import MADE_UP_REGION
from core.words import Words
from desktop.presenters.states import FrameState, Key
from desktop.settings import Settings

if TYPE_CHECKING:
    from core.counter import Counter

_KEYS: Final = {
    "counter": ("F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "F10", "F11", "F12"),
    "find": ("F2", "F6", "F9", "F10", "F11", "Esc"),
    "clauses": ("F9", "Esc"),
    "region": ("PgUp", "PgDn", "F6", "F7", "F8", "F10", "F12", "Esc"),
    "packet": ("F12", "Esc"),
    "print": ("PgUp", "PgDn", "F7", "F8", "F9", "F10", "F12", "Esc"),
    "reversal": ("F12", "Esc"),
    "opening": ("F12", "Esc"),
    "outlook": ("F2", "F10", "Esc"),
    "fund": ("Esc",),
    "enrolment": ("F12", "Esc"),
    "samples": ("Esc",),
    "manual": ("PgUp", "PgDn", "Esc"),
    "diagnosis": ("F6", "F8", "F12", "Esc"),
}
_OWN_KEYS: Final = ("region", "manual", "diagnosis", "print")
"""Pages on which every key but F1 and Esc means something of its own."""
_ALWAYS: Final = ("F2", "F4", "Esc")


def frame(words: Words, settings: Settings, counter: "Counter | None", today: date, page: str) -> FrameState:
    """The frame of a page; before the counter is there only typing keys are usable."""
    name, practice = "", ""
    if counter is not None:
        name = region_name(counter, settings.region, today) or words.text("window.no_region")
        if settings.region == MADE_UP_REGION:
            practice = words.text("window.practice", name=name)
    right = [today.isoformat()]
    if settings.operator:
        right.insert(0, words.text("window.operator", name=settings.operator))
    if settings.hospital:
        right.insert(0, settings.hospital)
    return FrameState(
        words.text("window.title"),
        name,
        "    ".join(right),
        practice,
        tuple(
            Key(
                key,
                words.text(key_text(page, key)),
                counter is not None or key in _ALWAYS or page == "diagnosis",
            )
            for key in (() if page == "manual" else ("F1",)) + _KEYS[page]
        ),
        words.text("window.menu"),
    )


def key_text(page: str, key: str) -> str:
    """The id of a key's words; some keys mean something else on a page."""
    own = page != "counter" and (key in ("F10", "F12") or (page in _OWN_KEYS and key not in ("F1", "Esc")))
    return f"window.key.{page}.{key}" if own else f"window.key.{key}"


def region_name(counter: "Counter", region: str, today: date) -> str:
    """The name of the pack in force today, of the latest one otherwise; empty where there is none."""
    versions = counter.reader.regions.versions(region)
    effective = [pack for pack in versions if pack.effective <= today]
    found = effective or list(versions)
    return found[-1].name if found else ""
