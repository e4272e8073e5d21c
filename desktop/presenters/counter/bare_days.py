"""A bare day of the month in the cell of the admission: the latest such day up to the discharge."""

from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from desktop.presenters import typed

if TYPE_CHECKING:
    from desktop.presenters.counter.open_visit import OpenVisit

CELLS: Final = ("admitted", "discharged")


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


def _stands(visit: "OpenVisit", bare: BareDay) -> bool:
    """Return True while the admission stands as a bare day was read."""
    return visit.texts.get("admitted", "") in bare.read_as
