"""The insurer's results beside ours, row by row, to the fen."""

from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from core.agreement.basic_changes import Neighbour
from core.agreement.codes import Codes
from core.agreement.explain import Explainer, Way, kinds_of, likelier
from core.agreement.meeting import Ambiguous, Group, People, SaidAgain, alike, learned, meet, once_each
from core.agreement.messages_of_platform import TotalsStated
from core.agreement.our_rows import OurRow
from core.agreement.result_row import AMOUNTS, BESIDE, PAYERS, ResultRow
from core.agreement.stated_totals import Attributed, attribute, before_settlement
from core.agreement.theirs import Inconsistent, Theirs, as_one, check, not_funds, same_amounts
from core.agreement.trial import (
    Case,
    amounts_of_case,
    counts_category_b,
    differing,
    target_of,
)
from core.claim import YearToDate
from core.clock import today
from core.ledger.totals import change
from core.tables.watch import Watch

_SUMMED: Final = (*AMOUNTS, *BESIDE)
_MOST: Final = 10**11
"""More than any bill (fen)."""


class RowDifference(NamedTuple):
    """A visit that the two sides settled differently.

    ``row`` is the platform's, ``others`` are its further rows of the visit. ``amounts`` holds what differs:
    ours (None: not known) and theirs (fen). ``certain`` are kinds that the rows show by themselves. ``ways``
    are what would make the amounts equal, the likelier first; empty where nothing does, or nothing has to.
    """

    row: ResultRow
    others: tuple[ResultRow, ...]
    own: OurRow | None
    amounts: Mapping[str, tuple[int | None, int]]
    certain: tuple[str, ...]
    ways: tuple[Way, ...]

    @property
    def kinds(self) -> list[str]:
        """The kinds that the rows show, and those of the likeliest way."""
        before = [kind for kind in self.certain if kind != "month"]
        after = [kind for kind in self.certain if kind == "month"]
        return [*before, *(kinds_of(self.ways[0]) if self.ways else ()), *after]

    @property
    def explained(self) -> bool:
        """True where the kinds account for every amount."""
        return bool(self.ways) or (bool(self.certain) and not self.amounts)

    @property
    def fen(self) -> int:
        """How much money it is about: what funds or patient pay more or less, else the largest difference.

        What one side does not know, or does not state, is no difference.
        """
        if set(self.certain) & {"settled_twice", "refund_one_side"}:
            return self._funds()
        apart = {name: abs(own - stated) for name, (own, stated) in self.amounts.items() if own is not None}
        money = [apart[name] for name in ("fund_pay_sumamt", "psn_part_amt") if name in apart]
        return max(money, default=0) or max(apart.values(), default=0)

    def _funds(self) -> int:
        """Return what all funds paid of the visit (fen): as the row states it, else by our own settlement."""
        own = None if self.own is None else self.own.settlement.amounts.fund_pay_sumamt
        stated = [abs(fen) for fen in (self.row.amounts.get("fund_pay_sumamt"), own) if fen is not None]
        paid = [abs(self.row.amounts[name]) for name in PAYERS if name in self.row.amounts]
        return stated[0] if stated else sum(paid)


class Reconciled(NamedTuple):
    """What came of holding one side against the other.

    ``again`` are rows of theirs that state a settlement again: it counts once. ``twice`` says which of ours
    alone, by their numbers, are a visit that another of ours is too, and which one.
    """

    ours: int
    theirs: int
    equal: int
    differences: list[RowDifference]
    only_ours: list[OurRow]
    only_theirs: list[ResultRow]
    inconsistent: list[Inconsistent]
    ambiguous: list[Ambiguous]
    again: list[SaidAgain]
    twice: Mapping[int, OurRow]
    people: People

    @property
    def unexplained(self) -> int:
        """How many differences nothing explains."""
        return sum(not each.explained for each in self.differences)

    @property
    def agreed(self) -> bool:
        """True where everything is equal and nothing stands on one side alone."""
        return not (
            self.differences or self.only_ours or self.only_theirs or self.inconsistent or self.ambiguous
        )

    def said_again(self) -> list[tuple[str, str, int]]:
        """Return how many rows of a file only say again what a file says: both names, and the rows."""
        rows = Tally((each.row.file, each.known.file) for each in self.again)
        return [(file, of, count) for (file, of), count in rows.items()]

    def by_kind(self) -> list[tuple[str, int, int]]:
        """Return each kind with its rows and the money they are about (fen), the most rows first."""
        rows: Tally[str] = Tally()
        money: Tally[str] = Tally()
        for each in self.differences:
            for kind in each.kinds if each.explained else ["unexplained"]:
                rows[kind] += 1
                money[kind] += each.fen
        found = [(kind, count, money[kind]) for kind, count in rows.items()]
        return sorted(found, key=lambda kind: (-kind[1], -kind[2], kind[0]))


class TwoSides(NamedTuple):
    """What came of it, with the totals of the year that the platform states: with persons, and of nobody."""

    reconciled: Reconciled
    stated: list[Attributed]
    nobody: list[TotalsStated]


def held(
    ours: Sequence[OurRow],
    theirs: Theirs,
    codes: Codes,
    month: str | None,
    watch: Watch,
    patient: str | None = None,
) -> TwoSides:
    """Hold the insurer's files against ours. Raises Cancelled.

    ``patient`` is whom stated totals without a request are of.
    """
    people = learned(theirs.rows, ours)
    stated, nobody = attribute(theirs.totals, theirs.rows, people, codes, patient, today())
    return TwoSides(reconcile(ours, theirs, codes, month, watch, stated), stated, nobody)


def reconcile(
    ours: Sequence[OurRow],
    theirs: Theirs,
    codes: Codes,
    month: str | None,
    watch: Watch,
    stated: Sequence[Attributed] = (),
) -> Reconciled:
    """Hold the insurer's rows against ours. Raises Cancelled.

    ``month`` (``2026-03``) is the month whose settlements are asked for, None: any. ``stated`` are totals of
    persons as the platform states them.
    """
    checked = [(row, check(row, codes)) for row in watch.each("reconciling", theirs.rows)]
    broken = [wrong for _, wrong in checked if wrong is not None]
    people = learned(theirs.rows, ours)
    once = once_each([row for row, _ in checked], people, watch)
    standing = _without_preliminary(once.rows)
    met = meet(standing, ours, people, watch)
    wrong_rows = {(wrong.row.file, wrong.row.number) for wrong in broken}
    run = _Run(ours, people, codes, month, wrong_rows, stated)
    run.only_theirs = [row for group in met.groups if group.ours is None for row in group.rows]
    for count, group in enumerate(met.groups):
        watch.tell("reconciling", count, len(met.groups))
        run.judge(group)
    differences = _ranked(run.differences)
    differences.sort(key=lambda each: (each.row.file, each.row.number))
    return Reconciled(
        ours=len(ours),
        theirs=sum(row.settles for row in theirs.rows),
        equal=run.equal,
        differences=differences,
        only_ours=[own for own in met.alone if not own.reversed],
        only_theirs=[row for row in run.only_theirs if (row.file, row.number) not in wrong_rows],
        inconsistent=broken,
        ambiguous=met.ambiguous,
        again=once.again,
        twice=alike(met.alone, ours, people),
        people=people,
    )


def _without_preliminary(rows: Sequence[ResultRow]) -> list[ResultRow]:
    """Leave out a result from before a settlement where the settlement is there."""
    settled = {row.mdtrt_id for row in rows if not row.preliminary}
    return [row for row in rows if not (row.preliminary and row.mdtrt_id in settled)]


def _ranked(differences: Iterable[RowDifference]) -> list[RowDifference]:
    """Return the differences with their ways in order: what explains other rows too comes first."""
    kept = list(differences)
    shared: Tally[frozenset[object]] = Tally()
    for each in kept:
        shared.update({frozenset(change.key for change in way) for way in each.ways})
    ranked = []
    for each in kept:
        ways = sorted(
            each.ways, key=lambda way: likelier(way, shared[frozenset(change.key for change in way)])
        )
        ranked.append(each._replace(ways=tuple(ways)))
    return ranked


class _Run:
    """One run over the groups that met."""

    def __init__(
        self,
        ours: Sequence[OurRow],
        people: People,
        codes: Codes,
        month: str | None,
        wrong_rows: set[tuple[str, int]],
        stated: Sequence[Attributed],
    ) -> None:
        self._people = people
        self._stated = stated
        self._codes = codes
        self._month = month
        self._wrong = wrong_rows
        self._explainer = Explainer()
        self._by_person: dict[str, list[OurRow]] = defaultdict(list)
        for own in ours:
            if own.people and not own.reversed:
                self._by_person[people.of(own.people)].append(own)
        self._theirs_alone: dict[str, list[ResultRow]] | None = None
        self.only_theirs: list[ResultRow] = []
        self.equal = 0
        self.differences: list[RowDifference] = []

    def judge(self, group: Group) -> None:
        """Take a group: equal, different, or none of both where its row contradicts itself."""
        if any((row.file, row.number) in self._wrong for row in group.rows):
            return
        own = group.ours
        standing, taken_back = _standing(group.rows)
        if own is None:
            self._one_side(standing, taken_back)
            return
        if own.reversed:
            if standing:
                self._add(standing[0], standing[1:], own, {}, ("refund_one_side",))
            return
        if not standing:
            self._add(taken_back[0], taken_back[1:], own, {}, ("refund_one_side",))
            return
        if len(standing) == 1:
            self._compare(standing[0], (), own, ())
        elif all(same_amounts(standing[0], other) for other in standing[1:]):
            self._compare(standing[0], tuple(standing[1:]), own, ("settled_twice",))
        else:
            self._compare(_summed(standing), tuple(standing[1:]), own, ("several_rows",))

    def _one_side(self, standing: list[ResultRow], taken_back: list[ResultRow]) -> None:
        """Tell a refund whose settlement is on no side; what was settled and taken back needs no entry."""
        negative = [row for row in taken_back if row.negative]
        if not standing and len(negative) == len(taken_back):
            for row in negative:
                self.only_theirs.remove(row)
                self._add(row, (), None, {}, ("refund_one_side",))
            return
        for row in taken_back:
            self.only_theirs.remove(row)

    def _compare(
        self, row: ResultRow, others: tuple[ResultRow, ...], own: OurRow, certain: tuple[str, ...]
    ) -> None:
        target = target_of(row)
        amounts = own.printed()
        apart = differing(amounts, target)
        if self._month is not None and row.month and row.month != self._month:
            certain = (*certain, "month")
        if not apart and not certain:
            self.equal += 1
            return
        ways: list[Way] = []
        if apart and own.case is not None and amounts_of_case(own.case, own.case.settled()) == amounts:
            shifted = _without_no_funds(target, not_funds(row, self._codes))
            ways = self._explainer.ways(
                own.case, target, shifted, row.other_funds(), self._neighbours(own, row)
            )
        self._add(row, others, own, apart, certain, ways)

    def _add(
        self,
        row: ResultRow,
        others: Sequence[ResultRow],
        own: OurRow | None,
        amounts: Mapping[str, tuple[int | None, int]],
        certain: tuple[str, ...],
        ways: Sequence[Way] = (),
    ) -> None:
        self.differences.append(RowDifference(row, tuple(others), own, amounts, certain, tuple(ways)))

    def _neighbours(self, own: OurRow, settled: ResultRow) -> tuple[Neighbour, ...]:
        """Return the person's other settlements of the year on either side, and the stated totals."""
        if not own.people or own.case is None:
            return ()
        person = self._people.of(own.people)
        found = [
            Neighbour(other.day <= own.day, added, other.settlement.amounts.act_pay_dedc)
            for other in self._by_person[person]
            if other is not own and other.settlement.year == own.settlement.year
            if (added := _added(other)) is not None
        ]
        if self._theirs_alone is None:
            self._theirs_alone = defaultdict(list)
            for row in self.only_theirs:
                if row.people and not row.negative:
                    self._theirs_alone[self._people.of(row.people)].append(row)
        for row in self._theirs_alone.get(person, ()):
            added_by = _added_by(row, own.case)
            if added_by is not None:
                least, most = added_by
                found.append(Neighbour(False, least, row.amounts.get("act_pay_dedc"), most=most))
        stated = before_settlement(self._stated, self._people, settled)
        if stated is not None:
            whole = stated.totals(own.case.year)
            found.append(Neighbour(False, change(own.case.year, whole), whole=whole))
        return tuple(found)


def _standing(rows: Sequence[ResultRow]) -> tuple[list[ResultRow], list[ResultRow]]:
    """Return the rows that stand, and those that were taken back with what takes them back."""
    standing = [row for row in rows if not row.negative and not row.refund]
    taken_back = [row for row in rows if row.refund and not row.negative]
    for negative in (row for row in rows if row.negative):
        taken_back.append(negative)
        total = -negative.amounts["medfee_sumamt"]
        undone = next((row for row in standing if row.amounts.get("medfee_sumamt") == total), None)
        if undone is not None:
            standing.remove(undone)
            taken_back.insert(0, undone)
    return standing, taken_back


def _summed(rows: Sequence[ResultRow]) -> ResultRow:
    """Return several rows of one visit as one, their amounts added up."""
    names = [name for name in _SUMMED if all(name in row.amounts for row in rows)]
    whole = as_one(rows)
    sums = {name: sum(row.amounts[name] for row in rows) for name in names}
    return _replaced(whole, sums)


def _replaced(row: ResultRow, amounts: Mapping[str, int]) -> ResultRow:
    return row._replace(amounts=amounts, funds=())


def _without_no_funds(target: Mapping[str, int], beside: Mapping[str, int]) -> Mapping[str, int]:
    """Return a target whose sum of funds holds no hospital's and no account's money."""
    if not beside:
        return target
    shifted = dict(target)
    shifted["fund_pay_sumamt"] -= sum(beside.values())
    if "hospital" in beside and not shifted.get("hosp_part_amt"):
        shifted["hosp_part_amt"] = beside["hospital"]
    if "account" in beside and "psn_part_amt" in shifted:
        shifted["psn_part_amt"] += beside["account"]
    return shifted


def _added(own: OurRow) -> YearToDate | None:
    """Return what a settlement of ours added to the year's totals, None where that cannot be told."""
    after = own.settlement.year_to_date
    return None if own.case is None or after is None else change(own.case.year, after)


def _added_by(row: ResultRow, case: Case) -> tuple[YearToDate, YearToDate | None] | None:
    """Return the least that a settlement of theirs added to the totals of a case's year, and the most.

    None where it added nothing to totals of stays, lies in another year, or does not say what was in scope
    or paid. The most is None where the row states all of it.
    """
    scope, basic = row.amounts.get("inscp_scp_amt"), row.paid("hifp_pay")
    day = row.discharged or (row.settled.date() if row.settled else None)
    outpatient = row.benefit in ("common_outpatient", "chronic_outpatient")
    if outpatient or scope is None or basic is None or (day is not None and day.year != case.day.year):
        return None
    left = scope - basic
    burdens = _burdens(row, left, counts_category_b(case))
    critical, assistance = row.paid("hifmi_pay"), row.paid("maf_pay")
    least = YearToDate(
        admissions=1 if row.benefit in ("inpatient", None) else 0,
        in_scope=scope,
        basic_paid=basic,
        critical_burden=min(burdens),
        critical_paid=critical or 0,
        assistance_paid=assistance or 0,
    )
    most = least._replace(
        critical_burden=max(burdens),
        critical_paid=max(0, *burdens) if critical is None else critical,
        assistance_paid=max(0, left) if assistance is None else assistance,
    )
    return least, None if most == least else most


def _burdens(row: ResultRow, left: int, counts: bool | None) -> tuple[int, int]:
    """Return the least and the most that critical illness counts of what basic insurance left (fen).

    ``counts``: whether the first share counts as well, None where nobody says.
    """
    first = row.first_share()
    if counts is False or first == 0:
        return left, left
    if first is None:
        first = row.amounts.get("medfee_sumamt", _MOST) - row.amounts["inscp_scp_amt"]
        return left, left + max(0, first)
    return (left + first if counts else left), left + first
