"""Receipts: the platform's results as cases of ours, each on the totals of the person's earlier ones."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final, NamedTuple

from core.agreement.codes import Codes
from core.agreement.meeting import learned, once_each
from core.agreement.result_row import ResultRow
from core.agreement.stated_totals import Attributed, before_settlement
from core.agreement.theirs import Theirs, check
from core.agreement.trial import Case, counts_category_b
from core.claim import NOTHING_YET, BasicSettlement, ChronicTotals, Claim, YearToDate
from core.diseases import disease_field, is_listed
from core.policy.in_force import Documents
from core.policy.select import Policy
from core.tables.watch import Watch
from core.vocabulary import Benefit, Level, Population

_NEEDED: Final = ("medfee_sumamt", "inscp_scp_amt", "hifp_pay")


class Receipt(NamedTuple):
    """One receipt: the row, and the case that it makes on the totals before it.

    ``assistance_base`` is what earlier receipts left for medical assistance to look at (fen). ``unstated``
    names the year's totals, and ``assistance_base``, of which an earlier receipt says nothing: the totals
    hold too little of them, the base too much.
    """

    row: ResultRow
    case: Case
    assistance_base: int
    unstated: frozenset[str] = frozenset()

    @property
    def id(self) -> str:
        """The settlement's number, or the place of its row."""
        return self.row.setl_id or f"{self.row.file}:{self.row.number}"

    @property
    def benefit(self) -> Benefit:
        """The benefit."""
        return self.case.claim.benefit

    @property
    def level(self) -> Level:
        """The level that a region's tables have a cell for: a village clinic takes level 1's."""
        level = self.case.claim.level
        return Level.LEVEL_1 if level is Level.VILLAGE_CLINIC else level

    @property
    def number(self) -> int:
        """The number of the stay in the year, from 1."""
        return self.case.year.admissions + 1

    @property
    def deductible(self) -> int | None:
        """The deductible that is stated (fen), None where none is."""
        return self.row.amounts.get("act_pay_dedc")

    @property
    def pool(self) -> str:
        """The total of the year that its deductible enters, empty where it enters none."""
        claim = self.case.claim
        if claim.benefit is Benefit.CHRONIC_OUTPATIENT:
            return f"chronic.{claim.disease or 1}"
        if claim.benefit is Benefit.COMMON_OUTPATIENT:
            return "common_outpatient_deductible"
        return "special_outpatient_deductible" if claim.benefit.special else ""

    @property
    def used_known(self) -> bool:
        """Whether every earlier receipt says what was deducted of the same total."""
        return self.pool not in self.unstated

    @property
    def basic_paid(self) -> int:
        """What basic insurance paid (fen); every receipt states it."""
        return self.row.amounts["hifp_pay"]

    def paid(self, name: str) -> int | None:
        """What a payer paid (fen), None where the row does not say."""
        return self.row.paid(name)

    @property
    def burden(self) -> int | None:
        """What basic insurance left for critical illness to count (fen), None where the row does not say.

        Nothing of it can be asked where the row's category is not known either.
        """
        if self.row.unknown_category:
            return None
        left, counts = self.case.claim.in_scope - self.basic_paid, counts_category_b(self.case)
        first = self.row.first_share()
        if counts is False or first == 0:
            return left
        return None if counts is None or first is None else left + first

    def after_basic(self) -> Case:
        """Return the case with its basic payment as it was made, so that only later layers are worked out."""
        given = BasicSettlement(self.basic_paid, min(self.deductible or 0, self._left()))
        return self.case.claimed(basic_settlement=given)

    def _left(self) -> int:
        return self.case.claim.in_scope - self.basic_paid


class Unusable(NamedTuple):
    """A row that says too little to be a receipt, or contradicts itself: what it lacks, or the check."""

    row: ResultRow
    lacks: str


def receipts_of(
    theirs: Theirs, policy: Policy, codes: Codes, year: int, stated: Sequence[Attributed] = ()
) -> tuple[list[Receipt], list[Unusable]]:
    """Return the receipts of a year, each person's in order of discharge, and the rows that are none."""
    people = learned(theirs.rows, ())
    rows = [_with_items(row, codes) for row in once_each(theirs.rows, people, Watch()).rows]
    undone = {-row.amounts["medfee_sumamt"] for row in rows if row.negative}
    by_person: dict[str, list[ResultRow]] = defaultdict(list)
    unusable = []
    for row in rows:
        if row.negative or row.refund or row.preliminary or _is_undone(row, undone, rows):
            continue
        lacks = _lacks(row, codes, policy.documents)
        if lacks:
            unusable.append(Unusable(row, lacks))
        elif _day(row).year == year:
            if row.unknown_category and Benefit(row.benefit or "").pooled:
                unusable.append(Unusable(row, "population"))  # but of basic insurance it says all
            by_person[people.of(row.people) or f"{row.file}:{row.number}"].append(row)
    found = []
    for each in by_person.values():
        totals, base, unstated = NOTHING_YET, 0, frozenset[str]()
        for row in sorted(each, key=lambda row: (_day(row), row.number)):
            known = before_settlement(stated, people, row) if row.people else None
            before = known.totals(totals) if known is not None else totals
            unstated -= known.stated.keys() if known is not None else frozenset()
            receipt = Receipt(row, Case(policy, _claim(row, before), _day(row), before), base, unstated)
            found.append(receipt)
            unstated |= _unstated(receipt)
            totals, base = _after(receipt, before, base)
    return found, unusable


def _with_items(row: ResultRow, codes: Codes) -> ResultRow:
    """Return a row with the deductible that its policy items state, where it states none itself."""
    if "act_pay_dedc" in row.amounts:
        return row
    stated = [item.whole for item in row.items if codes.item(item.code) == "deductible"]
    return row._replace(amounts={**row.amounts, "act_pay_dedc": sum(stated)}) if stated else row


def _is_undone(row: ResultRow, totals: set[int], rows: Iterable[ResultRow]) -> bool:
    """Return whether a reversal takes a row back."""
    if row.amounts.get("medfee_sumamt") not in totals or not row.mdtrt_id:
        return False
    return any(other.negative and other.mdtrt_id == row.mdtrt_id for other in rows)


def _lacks(row: ResultRow, codes: Codes, documents: Documents) -> str:
    """Return the first thing that a receipt needs and a row does not say, or the check that it fails."""
    for name in _NEEDED:
        if name not in row.amounts:
            return name
    if row.level is None or row.benefit is None:
        return "level" if row.level is None else "benefit"
    field = disease_field(Benefit(row.benefit))
    if not is_listed(documents, Benefit(row.benefit), row.details.get(field)):
        return field
    if row.discharged is None and row.settled is None:
        return "discharged"
    broken = check(row, codes)
    return "" if broken is None else broken.check


def _day(row: ResultRow) -> date:
    if row.discharged is not None:
        return row.discharged
    assert row.settled is not None
    return row.settled.date()


def _claim(row: ResultRow, before: YearToDate) -> Claim:
    """Return a row as a claim. Its eligible cost is in scope and first share together.

    A first share that nobody states is left out: nothing that stands on it is asked (``Receipt.burden``).
    """
    assert row.benefit is not None
    assert row.level is not None
    scope, first = row.amounts["inscp_scp_amt"], max(0, row.first_share() or 0)
    day, details = _day(row), row.details
    total = max(row.amounts["medfee_sumamt"], scope + first)
    return Claim(
        benefit=Benefit(row.benefit),
        level=Level(row.level),
        admitted=min(row.admitted or day, day),
        discharged=day,
        settled=day,
        total=total,
        eligible=scope + first,
        category_b=first,
        population=Population(row.population or Population.ORDINARY),
        two_disease_drugs=bool(details.get("two_disease_drugs")),
        disease=details.get("disease") if row.benefit == Benefit.CHRONIC_OUTPATIENT else None,
        disease_rank=details.get("disease_rank", 1),
        special_disease=details.get("special_disease") if row.benefit == Benefit.SPECIAL_OUTPATIENT else None,
        year_to_date=before,
    )


def _unstated(receipt: Receipt) -> frozenset[str]:
    """Return which of the totals after a receipt hold too little, because it does not say what it added."""
    unstated = {receipt.pool} if receipt.deductible is None and receipt.pool else set()
    if receipt.benefit.pooled and receipt.paid("hifmi_pay") is None:
        unstated |= {"critical_paid", "assistance_base"}
    if receipt.benefit.pooled and receipt.burden is None:
        unstated.add("critical_burden")
    if receipt.benefit.pooled and receipt.paid("maf_pay") is None:
        unstated.add("assistance_paid")
    return frozenset(unstated)


def _after(receipt: Receipt, before: YearToDate, base: int) -> tuple[YearToDate, int]:
    """Return the totals after a receipt, and what it and those before left for assistance (fen).

    What is not stated adds nothing; ``Receipt.unstated`` tells the later ones.
    """
    claim = receipt.case.claim
    basic, critical = receipt.basic_paid, receipt.paid("hifmi_pay") or 0
    deductible = receipt.deductible or 0
    if claim.benefit.pooled:
        left = claim.in_scope - basic
        after = before._replace(
            admissions=before.admissions + (claim.benefit is Benefit.INPATIENT),
            in_scope=before.in_scope + claim.in_scope,
            basic_paid=before.basic_paid + basic,
            critical_burden=before.critical_burden + (left if receipt.burden is None else receipt.burden),
            critical_paid=before.critical_paid + critical,
            assistance_paid=before.assistance_paid + (receipt.paid("maf_pay") or 0),
            special_outpatient_deductible=before.special_outpatient_deductible
            + (deductible if claim.benefit.special else 0),
        )
        return after, base + max(0, left - critical)
    if claim.benefit is Benefit.COMMON_OUTPATIENT:
        after = before._replace(
            common_outpatient_paid=before.common_outpatient_paid + basic,
            common_outpatient_deductible=before.common_outpatient_deductible + deductible,
        )
        return after, base
    disease = claim.disease or 1
    own = before.chronic.get(disease, ChronicTotals())
    counted = ChronicTotals(own.in_scope + claim.in_scope, own.paid + basic, own.deductible + deductible)
    return before._replace(chronic={**before.chronic, disease: counted}), base
