"""Their rows and ours brought together: by the settlement's id, the visit's, else patient, total and day."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from core.agreement.our_rows import OurRow
from core.agreement.result_row import ResultRow
from core.agreement.theirs import as_one, same_amounts
from core.agreement.trial import differing, target_of
from core.tables.watch import Watch


class People:
    """Which numbers name one person: learned from every row of a run that states several."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def learn(self, numbers: Iterable[str]) -> None:
        """Take the numbers of one row as one person's."""
        each = [self.person(number) for number in numbers if number]
        for other in each[1:]:
            self._above[self.person(other)] = self.person(each[0])

    def person(self, number: str) -> str:
        """Return the number that stands for a person's numbers."""
        while number in self._above and self._above[number] != number:
            number = self._above[number]
        return number

    def of(self, numbers: Sequence[str]) -> str:
        """Return the person of a row, empty where it names nobody."""
        return self.person(numbers[0]) if numbers else ""


class Group(NamedTuple):
    """The platform's rows of one visit with the entry of ours that they meet (None: none)."""

    rows: list[ResultRow]
    ours: OurRow | None


class SaidAgain(NamedTuple):
    """A row that states a settlement again, and the row that stands for both."""

    row: ResultRow
    known: ResultRow


class OnceEach(NamedTuple):
    """One row for each settlement, and the rows that only say one again."""

    rows: list[ResultRow]
    again: list[SaidAgain]


class Ambiguous(NamedTuple):
    """A row that several of the other side could belong to: none is chosen."""

    row: ResultRow
    ours: list[OurRow]


class Met(NamedTuple):
    """The two sides, met. ``alone`` are ours that nothing met."""

    groups: list[Group]
    ambiguous: list[Ambiguous]
    alone: list[OurRow]


def learned(theirs: Iterable[ResultRow], ours: Iterable[OurRow]) -> People:
    """Return what the rows of both sides say of who is who."""
    people = People()
    for row in theirs:
        people.learn(row.people)
    for own in ours:
        people.learn(own.people)
    return people


def once_each(rows: Sequence[ResultRow], people: People, watch: Watch) -> OnceEach:
    """Return one row for each settlement that several files, or one file twice, state alike.

    Rows that name people and no settlement are not among them. Raises Cancelled.
    """
    again: list[SaidAgain] = []
    stated: dict[object, list[ResultRow]] = defaultdict(list)
    for row in watch.each("reconciling", [each for each in rows if each.settles]):
        key = row.setl_id or ("", row.file, row.number)
        for place, known in enumerate(stated[key]):
            if same_amounts(known, row) and known.negative == row.negative:
                again.append(SaidAgain(row, known))
                stated[key][place] = as_one([known, row])
                break
        else:
            stated[key].append(row)
    return _without_said_again([row for each in stated.values() for row in each], people, again)


def _without_said_again(rows: list[ResultRow], people: People, said: list[SaidAgain]) -> OnceEach:
    """Return the rows without those that have no id and say again what another file says, one for one.

    They join those that were ``said`` again so far. Each row of a file is a settlement of its own, and
    so each takes up one of those that are known: of two equal rows beside one, the second stands. Which of
    several it is stays open where a file has fewer.
    """
    known: dict[tuple[str, int], list[int]] = defaultdict(list)
    without: dict[tuple[str, tuple[str, int]], list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        bill = _bill(row, people)
        if bill is not None and row.setl_id:
            known[bill].append(place)
        elif bill is not None:
            without[row.file, bill].append(place)
    again = set()
    for (_, bill), places in without.items():
        free = list(known[bill])
        for place in places:
            same = [at for at in free if _says_the_same(rows[at], rows[place])]
            if not same:
                continue
            again.add(place)
            said.append(SaidAgain(rows[place], rows[same[0]]))
            free.remove(same[0])
            if len(same) == 1 or len(places) >= len(known[bill]):
                rows[same[0]] = as_one([rows[same[0]], rows[place]])
        known[bill].extend(place for place in places if place not in again)
    return OnceEach([row for place, row in enumerate(rows) if place not in again], said)


def _bill(row: ResultRow, people: People) -> tuple[str, int] | None:
    """Return whose bill a row is and its total, None where it does not say."""
    total, person = row.amounts.get("medfee_sumamt"), people.of(row.people)
    return None if total is None or not person else (person, total)


def _says_the_same(known: ResultRow, row: ResultRow) -> bool:
    """Return whether a row of another file, without an id, states a settlement that is known again.

    A day counts where both state it; one of them has to be stated by both. Another visit is another one.
    """
    days = [(known.discharged, row.discharged)]
    if known.settled is not None and row.settled is not None:
        days.append((known.settled.date(), row.settled.date()))
    both = [one == other for one, other in days if one is not None and other is not None]
    visits = {row.mdtrt_id, known.mdtrt_id} - {""}
    return (
        len(visits) < 2 and known.file != row.file and bool(both) and all(both) and same_amounts(known, row)
    )


def _visit(row: ResultRow, people: People) -> tuple[str, int, str] | None:
    total = row.amounts.get("medfee_sumamt")
    person = people.of(row.people)
    if total is None or not person or row.discharged is None:
        return None
    return person, total, row.discharged.isoformat()


def meet(theirs: Sequence[ResultRow], ours: Sequence[OurRow], people: People, watch: Watch) -> Met:
    """Bring the rows of both sides together. A row with two candidates is listed, and none is chosen.

    Raises Cancelled.
    """
    by_key: dict[str, list[OurRow]] = defaultdict(list)
    by_bill: dict[tuple[str, int], list[OurRow]] = defaultdict(list)
    for own in ours:
        for key in own.keys:
            by_key[key].append(own)
        if own.people:
            by_bill[people.of(own.people), own.total].append(own)
    taken: set[int] = set()
    met = Met([], [], [])
    waiting: list[list[ResultRow]] = []
    for rows in watch.each("reconciling", _grouped(theirs, people, watch)):
        same = _by_id(rows, by_key)
        if same is None:
            waiting.append(rows)
        else:
            taken.add(same.number)
            met.groups.append(Group(rows, same))
    _meet_by_bill(met, waiting, lambda rows: _by_bill(rows, by_bill, people), taken)
    _settle_contests(met)
    held = {group.ours.number for group in met.groups if group.ours is not None}
    held |= {own.number for each in met.ambiguous for own in each.ours}
    met.alone.extend(own for own in ours if own.number not in held)
    return met


def alike(alone: Iterable[OurRow], ours: Iterable[OurRow], people: People) -> dict[int, OurRow]:
    """Return which of ours alone are the visit of another of ours as well: its number, and the other one.

    Two desks may have entered one visit: it has one id, or one person, total and day. One that was taken
    back is nobody's.
    """
    lonely = {own.number for own in alone}
    by_visit: dict[object, list[OurRow]] = defaultdict(list)
    for own in sorted(ours, key=lambda each: each.number in lonely):
        for key in () if own.reversed else _keys_of(own, people):
            by_visit[key].append(own)
    found = {}
    for own in alone:
        keys = () if own.reversed else _keys_of(own, people)
        others = [other for key in keys for other in by_visit[key] if other.number != own.number]
        if others:
            found[own.number] = others[0]
    return found


def _keys_of(own: OurRow, people: People) -> list[object]:
    bill: list[object] = [(people.of(own.people), own.total, own.day)] if own.people else []
    return [*own.keys, *bill]


def _meet_by_bill(
    met: Met,
    waiting: Iterable[list[ResultRow]],
    reach: Callable[[list[ResultRow]], list[OurRow]],
    taken: set[int],
) -> None:
    """Bring together what no id did. ``reach`` returns the entries with the bill of some rows."""
    together: dict[tuple[int, ...], list[list[ResultRow]]] = defaultdict(list)
    known: dict[int, OurRow] = {}
    for rows in waiting:
        candidates = [own for own in reach(rows) if own.number not in taken]
        known.update((own.number, own) for own in candidates)
        together[tuple(own.number for own in candidates)].append(rows)
    for numbers, groups in together.items():
        candidates = [known[number] for number in numbers]
        pairs = _one_for_one([row for rows in groups for row in rows], candidates)
        met.groups.extend(pairs)
        for rows in groups if not pairs else ():
            if len(candidates) > 1:
                met.ambiguous.append(Ambiguous(rows[0], candidates))
            else:
                met.groups.append(Group(rows, candidates[0] if candidates else None))


def _one_for_one(rows: list[ResultRow], candidates: list[OurRow]) -> list[Group]:
    """Return the groups of several visits that state the same bill and day on either side, as many on both.

    Each row needs an entry that is equal to the fen, so that nothing is chosen; a last one is left for the
    last entry. Empty where that is not so.
    """
    if len(rows) < 2 or len(rows) != len(candidates) or any(row.negative or row.refund for row in rows):
        return []
    left, pairs, unequal = list(candidates), [], []
    for row in rows:
        equal = next(
            (own for own in left if not own.reversed and not differing(own.printed(), target_of(row))), None
        )
        if equal is None:
            unequal.append(row)
        else:
            left.remove(equal)
            pairs.append(Group([row], equal))
    if len(unequal) > 1:
        return []
    return [*pairs, *(Group([row], own) for row, own in zip(unequal, left, strict=True))]


def _settle_contests(met: Met) -> None:
    """List the rows that reach for one entry of ours by their bill alone: none of them is chosen."""
    reaching: dict[int, list[Group]] = defaultdict(list)
    for group in met.groups:
        if group.ours is not None:
            reaching[group.ours.number].append(group)
    for groups in reaching.values():
        own = groups[0].ours
        if len(groups) > 1 and own is not None:
            for group in groups:
                met.groups.remove(group)
                met.ambiguous.append(Ambiguous(group.rows[0], [own]))


def _grouped(rows: Sequence[ResultRow], people: People, watch: Watch) -> list[list[ResultRow]]:
    """Return the rows of each visit, in the order of their first ones.

    Rows of one settlement or one visit belong together; of rows without either, those of one file that state
    the same person, day and total.
    """
    groups: list[list[ResultRow]] = []
    place: dict[object, int] = {}
    for row in watch.each("reconciling", rows):
        keys: list[object] = [("id", each) for each in (row.setl_id, row.mdtrt_id) if each]
        if not keys:
            visit = _visit(row, people)
            keys = [("visit", row.file, visit)] if visit is not None else [("row", row.file, row.number)]
        found = next((place[key] for key in keys if key in place), None)
        if found is None:
            found = len(groups)
            groups.append([])
        groups[found].append(row)
        for key in keys:
            place.setdefault(key, found)
    return _with_refunds(groups, people, watch)


def _with_refunds(groups: list[list[ResultRow]], people: People, watch: Watch) -> list[list[ResultRow]]:
    """Return the groups with each refund that names no visit beside the settlement that it takes back.

    It is the person's only one of that total and day, else the only one of those that is marked as refunded.
    """
    settled: dict[tuple[str, int], list[list[ResultRow]]] = defaultdict(list)
    for rows in groups:
        bill = _bill(rows[0], people)
        if bill is not None and not any(row.negative for row in rows):
            settled[bill].append(rows)
    joined: set[int] = set()
    for rows in watch.each("reconciling", groups):
        bill = _bill(rows[0], people)
        if len(rows) > 1 or bill is None or not rows[0].negative:
            continue
        same = [each for each in settled[bill[0], -bill[1]] if _may_undo(rows[0], each[0])]
        marked = [each for each in same if each[0].refund]
        (found,) = same if len(same) == 1 else marked if len(marked) == 1 else (None,)
        if found is not None:
            found.append(rows[0])
            joined.add(id(rows))
            settled[bill[0], -bill[1]].remove(found)
    return [rows for rows in groups if id(rows) not in joined]


def _may_undo(refund: ResultRow, row: ResultRow) -> bool:
    """Return whether nothing says that a refund is another visit's than a row."""
    pairs = ((refund.mdtrt_id, row.mdtrt_id), (refund.discharged, row.discharged))
    return all(one == other for one, other in pairs if one and other)


def _by_id(rows: list[ResultRow], by_key: dict[str, list[OurRow]]) -> OurRow | None:
    """Return the entry of ours with an id of the rows: one that stands, else one that was taken back."""
    for name in ("setl_id", "mdtrt_id"):
        found = [own for row in rows for own in by_key.get(getattr(row, name), ())]
        if found:
            return min(found, key=lambda own: own.reversed)
    return None


def _by_bill(
    rows: list[ResultRow], by_bill: dict[tuple[str, int], list[OurRow]], people: People
) -> list[OurRow]:
    """Return the entries of ours with the person, the total and, where it is stated, the day of the rows."""
    row = rows[0]
    total, person = row.amounts.get("medfee_sumamt"), people.of(row.people)
    if total is None or not person:
        return []
    found = by_bill.get((person, abs(total)), [])
    if not found and len(rows) > 1:
        totals = [each.amounts.get("medfee_sumamt") for each in rows]
        stated = [each for each in totals if each is not None]
        found = by_bill.get((person, sum(stated)), []) if len(stated) == len(totals) else []
    return [
        own
        for own in found
        if row.discharged is None or row.negative or row.discharged in (own.day, own.settled)
    ]
