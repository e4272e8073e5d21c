"""The walk through the form: the cell that follows a cell, and the one before it."""

from typing import TYPE_CHECKING

from desktop.presenters import typed
from desktop.presenters.counter import form, identity_cells

if TYPE_CHECKING:
    from desktop.presenters.counter.open_visit import OpenVisit


def after(visit: "OpenVisit", name: str) -> str:
    """Return the cell that Enter leads to, at the end the cell itself.

    Category B lines are passed over where their sum was typed, a line's percentage without an amount, and
    what is known of a patient on file.
    """
    cells = _order(visit)
    following = cells[cells.index(name) + 1 :] if name in cells else cells
    for cell in following:
        if cell == "category_b_total" and visit.texts.get("category_b"):
            continue
        if cell == "category_b_percent" and not visit.texts.get("category_b_total"):
            continue
        if _is_known(visit, cell):
            continue
        return cell
    return name


def _is_known(visit: "OpenVisit", cell: str) -> bool:
    """Return True for a cell that stands as at the patient's last visit, which the clerk left so."""
    return cell in visit.brought and visit.known.stands(cell, visit.texts.get(cell, ""))


def is_whole(visit: "OpenVisit", name: str) -> bool:
    """Return True where a cell's text is complete, so that the walk goes on without Enter."""
    text = visit.texts.get(name, "")
    if name in form.DAYS:
        return typed.is_whole_day(text)
    if name == "id":
        return typed.is_whole_id(identity_cells.kind_to_check(visit.texts), text, visit.reading.today)
    return False


def takes_today(visit: "OpenVisit", name: str) -> bool:
    """Return True for the empty cell of a day of the visit, in which Enter means today."""
    return name in form.VISIT and name in form.DAYS and not visit.texts.get(name)


def before(visit: "OpenVisit", name: str) -> str:
    """Return the cell that Shift and Enter lead to, at the beginning the cell itself."""
    cells = _order(visit)
    at = cells.index(name) if name in cells else 0
    cell = cells[max(0, at - 1)]
    if cell == "category_b_percent" and not visit.texts.get("category_b_total"):
        return before(visit, cell)
    return cell


def following(visit: "OpenVisit", name: str) -> list[str]:
    """Return a cell and those after it as Enter walks them."""
    cells = _order(visit)
    return cells[cells.index(name) :] if name in cells else []


def _order(visit: "OpenVisit") -> list[str]:
    """Return the shown cells as Enter walks them."""
    shown = visit.reading.shown
    extras = form.EXTRAS if visit.extras_open else ()
    return [name for name in (*form.PATIENT, *form.VISIT, *form.COSTS, *extras) if name in shown]
