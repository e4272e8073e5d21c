"""The list of diseases beside a cell that chooses one: what each comes to and what is left of it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.diseases import chronic, pooled_left, special
from core.money import grouped
from core.words import Words
from desktop.presenters.counter.disease_choice import read_ahead
from desktop.presenters.result_states import DiseaseList, DiseaseRow

if TYPE_CHECKING:
    from datetime import date

    from core.claim import YearToDate
    from core.diseases import ChronicStanding, SpecialDisease
    from core.policy.select import Policy


def disease_list(
    cell: str,
    policy: "Policy",
    day: "date",
    numbers: Sequence[int],
    chosen: int,
    rank: int,
    year: "YearToDate",
    words: Words,
) -> DiseaseList:
    """Return the list beside a disease's cell, of the diseases with these numbers.

    ``rank``: which of the patient's chronic diseases it is, from 1. ``year``: the patient's totals of the
    year of ``day``.
    """
    read_ahead()
    if cell == "disease":
        return chronic_list(chronic(policy, day, rank, year), numbers, chosen, day.year, words)
    left = pooled_left(policy, day, year)
    own = policy.region.special_outpatient.disease
    here = frozenset(number for number, table in own.items() if table.percent is not None)
    return special_list(special(policy, day), numbers, chosen, left, here, words)


def chronic_list(
    standings: "Sequence[ChronicStanding]", numbers: Sequence[int], chosen: int, year: int, words: Words
) -> DiseaseList:
    """Return the chronic diseases: the amount and the limit of each, what is used this year, what is left."""

    def known(fen: int | None) -> str:
        return words.text("window.cannot_tell") if fen is None else grouped(fen)

    by_number = {one.number: one for one in standings}
    rows = [
        DiseaseRow(
            one.number,
            one.name,
            (known(one.amount), known(one.limit), grouped(one.paid), known(one.left)),
            faded=one.left == 0,
        )
        for one in (by_number[number] for number in numbers)
    ]
    headings = tuple(
        words.text(f"window.diseases.{name}") for name in ("name", "amount", "limit", "paid", "left")
    )
    about = words.text("window.diseases.about_chronic", year=str(year))
    return _list(words, "chronic", about, headings, rows, chosen, len(standings))


def special_list(
    diseases: "Sequence[SpecialDisease]",
    numbers: Sequence[int],
    chosen: int,
    left: tuple[int, int],
    here: frozenset[int],
    words: Words,
) -> DiseaseList:
    """Return the special outpatient diseases; one that another document settles says so.

    ``left``: the annual limit and what is left of it (fen). ``here``: those that the region settles itself.
    """
    rows = []
    for one in (diseases[number - 1] for number in numbers):
        name, elsewhere = one.name, one.elsewhere and one.number not in here
        if elsewhere:
            name = words.text("window.diseases.elsewhere", name=name, document=one.elsewhere)
        rows.append(DiseaseRow(one.number, name, (), faded=bool(elsewhere)))
    about = words.text("window.diseases.about_special", limit=grouped(left[0]), left=grouped(left[1]))
    return _list(words, "special", about, (), rows, chosen, len(diseases))


def _list(
    words: Words,
    kind: str,
    about: str,
    headings: tuple[str, ...],
    rows: Sequence[DiseaseRow],
    chosen: int,
    whole: int,
) -> DiseaseList:
    """Return the list of a kind with its title and the line that says how it is worked."""
    return DiseaseList(
        words.text(f"window.diseases.{kind}", count=str(whole)),
        about,
        words.text("window.diseases.how" if rows else "window.diseases.none"),
        headings,
        tuple(rows),
        chosen,
        whole,
    )
