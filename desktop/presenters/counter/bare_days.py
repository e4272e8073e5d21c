"""A bare day of the month in the cell of the admission: the latest such day up to the discharge."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from core.messages import Message, message
from desktop.presenters import typed

if TYPE_CHECKING:
    from desktop.presenters.counter.open_visit import OpenVisit

CELLS: Final = ("admitted", "discharged")
_BARE: Final = "bare"
"""Beside the cells of a draft: the day as it was typed, and what it was read as."""


class BareDay(NamedTuple):
    """A day of the month as it was typed alone, and the days that it was read as; empty where none was."""

    typed: str = ""
    read_as: tuple[str, ...] = ()


def settled(visit: "OpenVisit", name: str, text: str) -> BareDay:
    """Read the admission again by the discharge where a bare day was typed for it; return that day.

    ``name`` is the cell of `CELLS` that was settled just now, ``text`` what was typed there. A day that
    somebody typed with its month stays as it is.
    """
    texts, bare = visit.texts, visit.bare
    if name == "admitted" and typed.is_bare_day(text):
        bare = BareDay(text, (texts[name],))
    if not _stands(visit, bare):
        return bare
    discharged = visit.reading.cells["discharged"]
    if not isinstance(discharged, date):
        return bare
    again = typed.recent_day(bare.typed, min(discharged, visit.reading.today))
    if isinstance(again, date):
        texts["admitted"] = again.isoformat()
        bare = bare._replace(read_as=(bare.read_as[0], again.isoformat()))
    return bare


def is_by_discharge(visit: "OpenVisit") -> bool:
    """Return True where the discharge made the admission another day than the latest one up to today."""
    return _stands(visit, visit.bare) and visit.texts.get("admitted") != visit.bare.read_as[0]


def odd(visit: "OpenVisit", admitted: date, discharged: date) -> Message | None:
    """Return what is asked of a stay whose bare day of admission was read as one of another month."""
    if not _stands(visit, visit.bare) or (admitted.year, admitted.month) == (
        discharged.year,
        discharged.month,
    ):
        return None
    days = {"admitted": admitted.isoformat(), "discharged": discharged.isoformat()}
    return message("window.odd.bare_day", typed=visit.bare.typed, days=(discharged - admitted).days, **days)


def draft_of(bare: BareDay) -> dict[str, str]:
    """Return a bare day as a draft keeps it; nothing where none was typed."""
    return {_BARE: " ".join((bare.typed, *bare.read_as))} if bare.read_as else {}


def restored(draft: Mapping[str, str]) -> BareDay:
    """Return the bare day that a draft keeps."""
    typed_alone, *read_as = draft.get(_BARE, "").split() or [""]
    return BareDay(typed_alone, tuple(read_as))


def _stands(visit: "OpenVisit", bare: BareDay) -> bool:
    """Return True while the admission stands as a bare day was read."""
    return visit.texts.get("admitted", "") in bare.read_as
