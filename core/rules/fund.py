"""The fund around the settlements: the insurer's surplus and loss, the early warning, made-up payments."""

from collections.abc import Sequence
from typing import NamedTuple

from core.money import WHOLE, share
from core.policy.funding import AreaSplit, EarlyWarning, Insurer, MakeUp, MakeUpRow


class Shared(NamedTuple):
    """A year's result between insurer and fund (fen). None: it is negotiated, so there is no figure."""

    insurer: int | None
    fund: int | None


def share_surplus(terms: Insurer, premium: int, surplus: int) -> Shared:
    """Share a surplus (2016-57, five, (three)). ``premium`` and ``surplus`` are fen, not negative.

    A surplus within the insurer's own percentage of the premium is the insurer's. Of a higher one the insurer
    keeps its share of the part within the shared percentage, and the rest goes back to the fund.
    """
    if surplus * WHOLE <= premium * terms.own_up_to_percent:
        return Shared(surplus, 0)
    within = min(surplus, share(premium, terms.shared_up_to_percent))
    insurer = share(within, terms.surplus_share_percent)
    return Shared(insurer, surplus - insurer)


def share_loss(terms: Insurer, premium: int, loss: int) -> Shared:
    """Share a loss (fen; 2016-57, five, (three)). A loss above the shared percentage is negotiated."""
    if loss * WHOLE <= premium * terms.own_up_to_percent:
        return Shared(loss, 0)
    if loss * WHOLE <= premium * terms.shared_up_to_percent:
        fund = share(loss, terms.loss_share_percent)
        return Shared(loss - fund, fund)
    return Shared(None, None)


def warning(terms: EarlyWarning, budget: int, spent: int, planned: int) -> str | None:
    """Return the colour for spending ahead of the plan (2025-12-31, six, (three)). None: no warning.

    ``spent`` and ``planned`` are the actual and the planned spending up to the day, ``budget`` the year's
    (fen, above 0). The lead is (spent - planned) / budget in percentage points.
    """
    lead = (spent - planned) * WHOLE
    colours = [colour.name for colour in terms.colours if lead > budget * colour.more_than_points]
    return colours[-1] if colours else None


class Mismatch(NamedTuple):
    """A row of the annex whose parts, or whose people, do not add up to it (fen; a count)."""

    place: str
    yuan: int
    people: int
    expected_yuan: int
    expected_people: int


def mismatches(terms: MakeUp) -> list[Mismatch]:
    """Return every row of a made-up payment that does not add up: by its parts, or by its people."""
    wrong = []
    whole = MakeUpRow.model_construct(place="", yuan=terms.yuan, people=terms.people)
    for row in (whole, *terms.rows):
        parts = parts_of(terms, row.place or None)
        if parts:
            yuan, people = sum(part.yuan for part in parts), sum(part.people for part in parts)
            if (yuan, people) != (row.yuan, row.people):
                wrong.append(Mismatch(row.place, row.yuan, row.people, yuan, people))
        if row.yuan != row.people * terms.yuan_per_head:
            expected = row.people * terms.yuan_per_head
            wrong.append(Mismatch(row.place, row.yuan, row.people, expected, row.people))
    return wrong


def parts_of(terms: MakeUp, place: str | None) -> list[MakeUpRow]:
    """Return the rows that make up a place's row; for None the rows that make up the total."""
    return [row for row in terms.rows if row.within == place]


def path_of(terms: MakeUp, row: MakeUpRow) -> tuple[str, ...]:
    """Return the names on the way to a row of a made-up payment, its own last."""
    above = next((other for other in terms.rows if other.place == row.within), None)
    return (row.place,) if above is None else (*path_of(terms, above), row.place)


def rows_named(terms: MakeUp, place: str) -> list[MakeUpRow]:
    """Return the rows that a name means: all of that name, or those at the end of a path (city/district)."""
    wanted = tuple(part.strip() for part in place.split("/"))
    return [row for row in terms.rows if path_of(terms, row)[-len(wanted) :] == wanted]


def split_for(areas: Sequence[AreaSplit], area: str) -> AreaSplit:
    """Return an area's own split, else the province's."""
    by_name = {row.area: row for row in areas}
    return by_name.get(area, by_name["province"])
