"""What stands around every page: whose figures these are, who works here, which keys there are."""

from datetime import date
from typing import TYPE_CHECKING, Final

from core.places import MADE_UP_REGION
from core.words import Words
from desktop.presenters.states import FrameState, Key
from desktop.presenters.typed import masked_name
from desktop.settings import Settings

if TYPE_CHECKING:
    from core.counter import Counter

_KEYS: Final = {
    "counter": ("F2", "F3", "F4", "Ctrl+E", "F5", "F6", "F7", "F8", "F9", "F10", "F11", "F12"),
    "find": ("F2", "F8", "F10", "F11", "Ctrl+F", "Ctrl+D", "Esc"),
    "patient": ("F2", "PgUp", "PgDn", "F6", "F8", "F9", "F10", "F11", "Esc"),
    "day": ("F2", "PgUp", "PgDn", "F6", "F8", "F9", "Ctrl+F", "Esc"),
    "entries": ("F2", "F6", "F8", "F9", "Ctrl+D", "Esc"),
    "clauses": ("F9", "Esc"),
    "region": ("PgUp", "PgDn", "F6", "F7", "F8", "F10", "F12", "Esc"),
    "packet": ("F12", "Esc"),
    "print": ("PgUp", "PgDn", "F7", "F8", "F9", "F10", "F12", "Esc"),
    "reversal": ("F12", "Esc"),
    "opening": ("F12", "Esc"),
    "outlook": ("F2", "F10", "Esc"),
    "fund": ("Esc",),
    "enrolment": ("F12", "Esc"),
    "sign_in": ("F12", "F5", "F6", "F8"),
    "set_up": ("F12", "F5", "F8", "Esc"),
    "code": ("F9", "F12"),
    "recovery": ("F8", "F12", "Esc"),
    "pin": ("F12", "Esc"),
    "operators": ("F6", "F8", "F12", "Esc"),
    "backups": ("F6", "F8", "F9", "F12", "Esc"),
    "restore": ("F8", "F12", "Esc"),
    "day_end": ("F9", "F10", "Esc"),
    "people": ("F6", "F8", "F9", "Esc"),
    "trail": ("Esc",),
    "samples": ("Esc",),
    "sheet": ("Esc",),
    "manual": ("PgUp", "PgDn", "Esc"),
    "diagnosis": ("F6", "F8", "F12", "Esc"),
}
_OWN_KEYS: Final = frozenset(
    {
        *("region", "manual", "diagnosis", "print"),
        *(
            "sign_in",
            "set_up",
            "code",
            "recovery",
            "pin",
            "operators",
            "backups",
            "restore",
            "day_end",
            "people",
        ),
    }
)
"""Pages on which every key but F1 and Esc means something of its own."""
_LISTS: Final = ("find", "patient", "day", "entries")
"""Pages on which F8 shows names whole."""

SET_UP_KEY: Final = "Ctrl+G"
_ALWAYS: Final = ("F1", "F2", "F4", "Ctrl+E")


def frame(
    words: Words,
    settings: Settings,
    counter: "Counter | None",
    today: date,
    page: str,
    status: tuple[str, str] = ("", ""),
) -> FrameState:
    """The frame of a page; before the counter is there it shows the keys for typing only.

    ``status``: how the backups stand, and a warning about them (empty: none).
    """
    name, practice = "", ""
    if counter is not None:
        name = region_name(counter, settings.region, today) or words.text("window.no_region")
        if settings.region == MADE_UP_REGION:
            practice = words.text("window.practice", name=name)
            if page == "counter":
                practice += words.text("window.practice_offer", key=SET_UP_KEY)
    right = [today.isoformat()]
    if status[0]:
        right.insert(0, status[0])
    if settings.operator and (counter is not None or settings.region == MADE_UP_REGION):
        right.insert(0, words.text("window.operator", name=masked_name(settings.operator)))
    if settings.hospital:
        right.insert(0, settings.hospital)
    return FrameState(
        words.text("window.title"),
        name,
        "    ".join(right),
        practice,
        tuple(
            Key(key, words.text(key_text(page, key)))
            for key in (() if page == "manual" else ("F1",)) + _KEYS[page]
            if counter is not None or page != "counter" or key in _ALWAYS
        ),
        words.text("window.menu"),
        status[1],
    )


def key_text(page: str, key: str) -> str:
    """The id of a key's words; some keys mean something else on a page."""
    if page in _LISTS and key == "F8":
        return "window.key.find.F8"
    own = page != "counter" and (
        key in ("F10", "F12", "PgUp", "PgDn") or (page in _OWN_KEYS and key not in ("F1", "Esc"))
    )
    return f"window.key.{page}.{key}" if own else f"window.key.{key}"


def region_name(counter: "Counter", region: str, today: date) -> str:
    """The name of the pack in force today, of the latest one otherwise; empty where there is none."""
    versions = counter.reader.regions.versions(region)
    effective = [pack for pack in versions if pack.effective <= today]
    found = effective or list(versions)
    return found[-1].name if found else ""
