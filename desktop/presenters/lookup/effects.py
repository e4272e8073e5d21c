"""What a correction of a person would come to, as the rows of a list: both people, totals, entries."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from core.claim import MONEY_TOTALS
from core.money import grouped
from core.words import Words
from desktop.presenters.page_states import ListRow

if TYPE_CHECKING:
    from core.claim import YearToDate
    from core.counter.persons import WouldBe, YearChange
    from core.ledger.entries import Patient
    from core.settlement import Amounts


class Effect(NamedTuple):
    """A correction of one person or two, and what it would come to.

    Of a new name ``other`` is the person under it, of a new number the person with that alone; None where
    nothing can be done yet. ``would_be`` is None where no totals change. ``apart``: a join is taken back.
    ``done``: it has been done.
    """

    one: "Patient"
    other: "Patient | None"
    would_be: "WouldBe | None"
    apart: bool = False
    done: bool = False

    @property
    def affected(self) -> int:
        """Return how many entries would be split otherwise."""
        return 0 if self.would_be is None else len(self.would_be.affected)


def effect_of(
    effect: Effect,
    words: Words,
    name: "Callable[[str], str]",
    number: "Callable[[Patient], str]",
    called: "Callable[[int], str]",
) -> tuple[ListRow, ...]:
    """Return the rows of an effect. ``name`` and ``number`` hide the middle of what they are given, or not;
    ``called`` says an entry's number as people know it.

    The columns are: of a join one person, the other, both as one; of a join that is taken back the one, and
    the two; of a new name the old one and the new one, which is shown whole: it was typed just now.
    """
    one, other, would_be = effect.one, effect.other, effect.would_be
    assert other is not None
    if would_be is None and other.identifiers == one.identifiers:
        return (ListRow("0", (words.text("window.column.name"), name(one.name), other.name)),)
    rows = [_row(words.text("window.column.name"), *_names(effect, name))]
    ids = [number(one), number(other)]
    both = words.text("window.person.both")
    numbers = (both, *ids) if effect.apart else (*ids, both)
    rows.append(_row(words.text("window.column.id"), *numbers))
    if would_be is not None:
        rows += _affected(effect, words, called)
        for change in would_be.years:
            rows += _of_year(change, words, effect.apart)
    return tuple(ListRow(str(at), row.texts, strong=row.strong) for at, row in enumerate(rows))


def _names(effect: Effect, name: "Callable[[str], str]") -> tuple[str, str, str]:
    """Return the names of the three columns, where a number or a person comes or goes."""
    assert effect.other is not None
    one, other = name(effect.one.name), name(effect.other.name)
    if effect.would_be is None:
        return one, "", one
    led = name(effect.would_be.name)
    return (led, one, other) if effect.apart else (one, other, led)


def _row(what: str, one: str, other: str, after: str, *, strong: bool = False) -> ListRow:
    return ListRow("", (what, one, other, after), strong=strong)


def _of_year(change: "YearChange", words: Words, apart: bool) -> Iterator[ListRow]:
    """Yield a row for each total of a year that is not nothing everywhere."""
    sides = (change.before[0], *change.after) if apart else (*change.before, change.after[0])
    for field in ("admissions", *MONEY_TOTALS):
        values = [getattr(totals, field) for totals in sides]
        if any(values):
            texts = [str(value) if field == "admissions" else grouped(value) for value in values]
            what = f"{change.year}  {words.text(f'total.{field}')}"
            yield _row(what, *texts)
    for kind in ("chronic", "special"):
        yield from _of_diseases(kind, change.year, sides, words)


def _of_diseases(kind: str, year: int, sides: "tuple[YearToDate, ...]", words: Words) -> Iterator[ListRow]:
    """Yield a row of what was paid for each disease of a kind."""
    tables = [getattr(totals, kind) for totals in sides]
    for disease in sorted(set().union(*tables)):
        paid = [table[disease].paid if disease in table else 0 for table in tables]
        if any(paid):
            what = words.text(f"window.opening.{kind}_row", number=disease)
            yield _row(f"{year}  {what} {words.text('window.column.paid')}", *map(grouped, paid))


def _affected(effect: Effect, words: Words, called: "Callable[[int], str]") -> Iterator[ListRow]:
    """Yield a row for each entry that would be split otherwise: what the patient paid and would pay."""
    assert effect.would_be is not None
    for each in effect.would_be.affected:
        entry = each.entry
        what = words.text("window.person.entry", number=called(entry.number), day=entry.day.isoformat())
        before, now = _pays(each.before, words), _pays(each.now.amounts, words)
        if not effect.apart:
            mine = entry.patient == effect.one.key
            yield _row(what, before if mine else "", "" if mine else before, now)
        elif entry.patient == effect.one.key:
            yield _row(what, before, now, "")
        else:
            yield _row(what, before, "", now)


def _pays(amounts: "Amounts", words: Words) -> str:
    fen = amounts.psn_part_amt
    return words.text("window.cannot_tell") if fen is None else grouped(fen)
