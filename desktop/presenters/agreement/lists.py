"""The lists of the page of reconciliation."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from core.agreement.judging import DifferenceState, Judged
from core.claim import YearToDate
from core.jobs.agreement_values import DifferenceTold, OneSide, ReconciledTold, TotalsTold
from core.messages import message, term
from core.money import grouped
from core.words import Words
from desktop.presenters import typed
from desktop.presenters.page_states import ListRow

HEADS: Final = {
    "kinds": ("kind_of", "rows", "yuan"),
    "rows": ("setl_id", "day", "name", "kind_of", "yuan", "state"),
    "only_ours": ("entry", "setl_id", "day", "name", "total"),
    "only_theirs": ("file_row", "setl_id", "day", "name", "total"),
    "faulty": ("file_row", "in_column", "reason"),
    "totals": ("name", "id", "day", "what", "theirs", "ours"),
    "earlier": ("month", "setl_id", "kind_of", "yuan", "state", "note"),
}
"""The lists to choose from, each with its headings."""

_MOST_PAIRS: Final = 2
_NUMBERS: Final = frozenset({"rows", "yuan", "total", "theirs", "ours"})
TOTALS: Final = (
    "admissions",
    "in_scope",
    "basic_paid",
    "critical_burden",
    "critical_paid",
    "assistance_paid",
)
"""What of a year is shown beside each other: the number of stays, and sums."""


def numbers(shown: str) -> frozenset[int]:
    """Return which columns of a list hold figures."""
    return frozenset(at for at, name in enumerate(HEADS[shown]) if name in _NUMBERS)


def counts(told: ReconciledTold, words: Words) -> str:
    """Return how many rows there are on either side, and how many are equal."""
    count = told.counts
    return words.text(
        "window.reconcile.counts",
        ours=count["ours"],
        theirs=count["theirs"],
        equal=count["equal"],
        apart=count["explained"] + count["unexplained"],
        unexplained=count["unexplained"],
    )


def again(told: ReconciledTold, words: Words) -> Iterable[str]:
    """Yield how many rows only say again what a file says, a line for each pair of files; few of them."""
    pairs = told.again if len(told.again) <= _MOST_PAIRS else ()
    for file, of, rows in pairs:
        yield words.text("window.reconcile.again", rows=rows, file=file, of=of)
    if told.again and not pairs:
        rows, files = sum(each[2] for each in told.again), len({each[0] for each in told.again})
        yield words.text("window.reconcile.again_in_all", rows=rows, files=files)


def kinds_text(kinds: Iterable[str], words: Words) -> str:
    """Return some kinds by their names."""
    return words.text("window.comma").join(words(term("agreement.kind", kind)) for kind in kinds)


def state_text(judged: Judged | None, words: Words) -> str:
    """Return the state of a difference; one of which nobody has said anything is open."""
    state = DifferenceState.OPEN if judged is None else judged.state
    return words(term("agreement.state", state.value))


def differences(
    listed: Sequence[DifferenceTold], judged: Mapping[str, Judged], words: Words
) -> tuple[ListRow, ...]:
    """Return a row for each difference; a settled one is faded."""
    rows = []
    for each in listed:
        known = judged.get(each.difference.key)
        texts = (
            each.difference.setl_id,
            each.day,
            each.name,
            kinds_text(each.difference.kinds, words),
            grouped(each.difference.fen),
            state_text(known, words),
        )
        settled = known is not None and known.state is DifferenceState.SETTLED
        rows.append(ListRow(each.difference.key, texts, faded=settled))
    return tuple(rows)


def left_from_before(judged: Iterable[Judged], told: ReconciledTold | None) -> list[Judged]:
    """Return the differences that somebody dealt with before, are not settled, and were not found now."""
    now = set() if told is None else {each.difference.key for each in told.differences}
    return [
        each
        for each in judged
        if each.state is not DifferenceState.SETTLED and each.difference.key not in now
    ]


def as_told(judged: Judged) -> DifferenceTold:
    """Return a difference from before, of which no file says anything now."""
    return DifferenceTold(
        difference=judged.difference,
        file="",
        row=0,
        entry=judged.difference.entry,
        name="",
        day="",
        explained=True,
        why=message("agreement.not_found_now"),
        clause=None,
        others=(),
        amounts=(),
        would={},
        bands=(),
    )


def earlier(judged: Iterable[Judged], told: ReconciledTold | None, words: Words) -> tuple[ListRow, ...]:
    """Return a row for each difference that is left from before."""
    return tuple(
        ListRow(
            each.difference.key,
            (
                each.difference.month,
                each.difference.setl_id,
                kinds_text(each.difference.kinds, words),
                grouped(each.difference.fen),
                state_text(each, words),
                each.note,
            ),
        )
        for each in left_from_before(judged, told)
    )


def of(shown: str, told: ReconciledTold, words: Words) -> tuple[ListRow, ...]:
    """Return the rows of a list that needs nothing but what was told."""
    if shown == "kinds":
        return tuple(
            ListRow(kind, (words(term("agreement.kind", kind)), str(rows), grouped(fen)))
            for kind, rows, fen in told.kinds
        )
    if shown == "only_ours":
        return tuple(_one_side(each, _entry(each, words)) for each in told.only_ours)
    if shown == "only_theirs":
        return tuple(_one_side(each, f"{each.file} {each.row}") for each in told.only_theirs)
    if shown == "faulty":
        return tuple(
            ListRow(str(at), (f"{each.file} {each.row}", each.column, words(each.why)))
            for at, each in enumerate(told.faulty)
        )
    return tuple(row for at, each in enumerate(told.totals) for row in _totals(at, each, words))


def _entry(each: OneSide, words: Words) -> str:
    """Return an entry's number, with that of another one of the same visit."""
    if not each.same_visit:
        return each.row
    return words.text("window.reconcile.same_visit", entry=each.row, other=each.same_visit)


def _one_side(each: OneSide, place: str) -> ListRow:
    total = "" if each.total is None else grouped(each.total)
    return ListRow(f"{each.file}:{each.row}", (place, each.setl_id, each.day, each.name, total))


def _total(name: str, year: YearToDate) -> str:
    value: int = getattr(year, name)
    return str(value) if name == "admissions" else grouped(value)


def _totals(at: int, each: TotalsTold, words: Words) -> Iterable[ListRow]:
    stated, theirs = each.stated, each.stated.totals(each.ours)
    for name in TOTALS:
        if name in stated.stated:
            texts = (
                stated.name,
                typed.masked(max(stated.people, key=len)),
                stated.day.isoformat(),
                words.text(f"total.{name}"),
                _total(name, theirs),
                _total(name, each.ours),
            )
            yield ListRow(f"{at}:{name}", texts)
