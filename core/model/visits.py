"""A kind of visit recorded: `core.layers` gone through once with symbols for its amounts and totals.

The visits of one kind share everything that a rule may ask in plain Python: day of the rules, benefit, level,
category, and so on. What differs between them is a quantity, the figures chosen for them are figures. The
stages of a visit are recorded one by one, because kinds share most of them.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, Final, NamedTuple, cast
from weakref import WeakKeyDictionary

from core.arithmetic import where
from core.claim import BasicSettlement, ChronicTotals, Claim, Enrolment, YearToDate
from core.layers import bill
from core.layers.basic import BasicLayer
from core.layers.basic import basic as work_out_basic
from core.layers.later import AssistanceLayer, CriticalLayer
from core.layers.later import assistance as work_out_assistance
from core.layers.later import critical as work_out_critical
from core.layers.visit import Visit
from core.layers.visit import visit as enter
from core.model.columns import NOT_GIVEN, TOTALS
from core.model.printing import StageOf, print_stage
from core.model.recorder import Graph, Outputs
from core.policy.select import Policy
from core.policy.terms import Deductible
from core.settlement import CriticalOutcome, MissingFigure, Note, Source
from core.vocabulary import Benefit, Care, Level, Population, Transfer

UNNAMED: Final = 1 << 60
"""What stands as paid for a disease that a year's totals do not name: more than any limit (fen)."""

_CHOICES: Final = ("pooled", "case", "common", "chronic", "elsewhere", "critical", "assistance")
_ADMISSIONS_TOLD: Final = 3


class RowKind(NamedTuple):
    """What the visits of one kind share. ``policy`` is a place among policies, ``day`` that of the rules.

    ``basic_given``: basic insurance was settled elsewhere. ``incidents`` is the number of fraud's.
    """

    policy: int
    day: date
    benefit: Benefit
    level: Level
    population: Population
    care: Care
    transfer: Transfer
    major_disease: bool
    case: str | None
    special_disease: int | None
    specific_item: bool
    two_disease_drugs: bool
    disease: int | None
    disease_rank: int
    basic_given: bool
    incidents: int


class Recorded(NamedTuple):
    """A kind's stages in order (`STAGES`); ``missing`` are figures that nobody gives."""

    stages: tuple[StageOf, ...]
    missing: tuple[MissingFigure, ...]


STAGES: Final = ("visit", "basic", "critical", "assistance", "bill")

_kept: WeakKeyDictionary[Policy, dict[RowKind, Recorded]] = WeakKeyDictionary()


def recorded(policy: Policy, kind: RowKind) -> Recorded:
    """Return a kind of visit as a policy settles it, recorded once for each policy."""
    of_policy = _kept.setdefault(policy, {})
    kind = kind._replace(policy=0)
    if kind not in of_policy:
        of_policy[kind] = _record(policy, kind)
    return of_policy[kind]


class _Diseases(Mapping[int, ChronicTotals]):
    """The totals of a year by disease, as quantities: those of the visit's own, and those of all together."""

    def __init__(self, graph: Graph, name: str) -> None:
        self._graph, self._name = graph, name

    def __getitem__(self, number: int) -> ChronicTotals:
        if not number:
            raise KeyError(number)
        return ChronicTotals(*(self._quantity(f"{self._name}.{field}") for field in ChronicTotals._fields))

    def _quantity(self, name: str) -> Any:
        return self._graph.quantity(name)

    def __iter__(self) -> Iterator[int]:
        """Name no disease: what a visit adds is the only one that changes."""
        return iter(())

    def __len__(self) -> int:
        return 0

    def values(self) -> Any:
        """Return one disease that stands for all: only what they were paid together is looked at."""
        return (ChronicTotals(paid=self._quantity(f"{self._name}.paid_together")),)


class _AllDiseases(_Diseases):
    """The same where each disease's unused limit counts."""

    def __init__(self, graph: Graph, name: str, numbers: tuple[int, ...]) -> None:
        super().__init__(graph, name)
        self._numbers = numbers

    def items(self) -> Any:
        """Return every disease; one that the totals do not name leaves nothing unused."""
        for number in self._numbers:
            named, paid = (self._quantity(f"{self._name}.{one}.{number}") for one in ("named", "paid_of"))
            yield number, ChronicTotals(paid=where(named > 0, paid, UNNAMED))


class _Figures:
    """A policy whose choices hold figures in the place of numbers. Everything else is the policy's own."""

    def __init__(self, policy: Policy, graph: Graph) -> None:
        self._policy, self._graph = policy, graph

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._policy, name)
        return self._choosing(found) if name in _CHOICES else found

    def _choosing(self, choose: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *asked: _figured(choose(*asked), self._graph)


def _figured(terms: Any, graph: Graph) -> Any:
    """Return a choice of figures (`core.policy.terms`) with a figure in the place of each number."""
    if type(terms) is int:
        return graph.figure(terms)
    if isinstance(terms, dict):
        return {key: _figured(value, graph) for key, value in terms.items()}
    if not isinstance(terms, tuple) or isinstance(terms, Source | Note | MissingFigure):
        return terms
    if isinstance(terms, Deductible):  # the last repeats: kinds with few and with more go the same way
        figures = terms.by_admission
        more = 0 if terms.waived or terms.yearly else _ADMISSIONS_TOLD - len(figures)
        terms = terms._replace(by_admission=figures + figures[-1:] * more)
    values = [_figured(value, graph) for value in terms]
    return type(terms)(*values) if hasattr(terms, "_fields") else tuple(values)


def _record(policy: Policy, kind: RowKind) -> Recorded:
    """Go through the layers once for a kind of visit and return its stages."""
    graph = Graph()
    claim, year = _claim(kind, graph), _year(policy, kind, graph)
    visit = enter(cast("Policy", _Figures(policy, graph)), claim, kind.day, year)._replace(told=False)
    entered: Outputs = {name: getattr(visit, name) for name in ("elsewhere", "in_scope", "stays_before")}
    visit = visit._replace(**_cut(entered, graph, "visit"))

    basic = work_out_basic(visit)._replace(lines=())
    paid: Outputs = {name: getattr(basic, name) for name in _BASIC}
    basic = basic._replace(**_cut(paid, graph, "basic"))
    critical = work_out_critical(visit, basic)
    ill = _of_critical(critical)
    cut = _cut(ill, graph, "critical")
    critical = critical._replace(burden=cut["burden"], paid=cut["paid"])
    helped = _assisted(policy, kind, visit, basic, critical)
    assistance = AssistanceLayer(**_cut(helped, graph, "assistance"))
    missing = visit.missing + basic.missing + critical.missing
    final = {} if missing else _billed(visit, basic, critical, assistance, cut)
    return Recorded(tuple(map(print_stage, (entered, paid, ill, helped, final))), missing)


_BASIC: Final = ("deductible", "paid", "not_covered", "over_annual_limit", "countable", "cost", "hospital")


def _cut(outputs: Outputs, graph: Graph, stage: str) -> Outputs:
    """Return what a stage leaves as the next ones see it: quantities, None where there is no such thing."""
    return {
        name: None if value is None else graph.quantity(f"{stage}.{name}") for name, value in outputs.items()
    }


def _claim(kind: RowKind, graph: Graph) -> Claim:
    """Return a claim of a kind whose amounts are quantities."""
    q: Callable[[str], Any] = graph.quantity
    years = (q("consecutive_years"), q("zero_claim_years"), q("gap_years"))
    incidents = tuple(q(f"fraud.{place}") for place in range(kind.incidents))
    given = BasicSettlement(q("basic_fund_paid"), q("basic_deductible")) if kind.basic_given else None
    return Claim(
        benefit=kind.benefit,
        level=kind.level,
        admitted=kind.day,
        discharged=kind.day,
        settled=kind.day,
        total=q("total"),
        eligible=q("eligible"),
        over_limit=q("over_limit"),
        category_b=q("category_b"),
        population=kind.population,
        transfer=kind.transfer,
        chain_paid=q("chain_paid") if kind.transfer is Transfer.UP else None,
        major_disease=kind.major_disease,
        special_disease=kind.special_disease,
        specific_item=kind.specific_item,
        two_disease_drugs=kind.two_disease_drugs,
        disease=kind.disease,
        disease_rank=kind.disease_rank,
        basic_settlement=given,
        enrolment=Enrolment(*years, incidents),
        hospital_part=q("hospital_part"),
        care=kind.care,
        case=kind.case,
        chain_stays=q("chain_stays"),
    )


def _year(policy: Policy, kind: RowKind, graph: Graph) -> YearToDate:
    """Return a year's totals that are quantities."""
    chronic = _Diseases(graph, "chronic")
    if policy.region.carry_over.outpatient_to_pooled and kind.benefit.pooled:
        rule = policy.documents.in_force("chronic_outpatient", kind.day)
        annex = range(1, len(rule.section.diseases.rows) + 1) if rule else ()
        own = (row.number for row in policy.region.chronic_outpatient.local if row.amount is not None)
        chronic = _AllDiseases(graph, "chronic", (*annex, *own))
    totals: dict[str, Any] = {name: graph.quantity(f"year.{name}") for name in TOTALS}
    return YearToDate(**totals, chronic=chronic, special=_Diseases(graph, "special"))


def _of_critical(critical: CriticalLayer) -> Outputs:
    outcome = critical.outcome or CriticalOutcome(NOT_GIVEN, None, False, False)
    return {"burden": critical.burden, "paid": critical.paid, **outcome._asdict()}


def _assisted(
    policy: Policy, kind: RowKind, visit: Visit, basic: BasicLayer, critical: CriticalLayer
) -> Outputs:
    """Return what assistance leaves. The figures of a later stay may be others: then a row takes its own."""

    def by(stays: Any) -> AssistanceLayer:
        return work_out_assistance(visit._replace(stays_before=stays), basic, critical.paid)

    first = by(0)
    outputs: Outputs = {"deductible": first.deductible, "paid": first.paid}
    if kind.benefit is Benefit.INPATIENT and _differ(policy, kind):
        later, is_later = by(1), visit.stays_before >= 1
        for name in outputs:
            outputs[name] = where(is_later, getattr(later, name), outputs[name])
    return outputs


def _differ(policy: Policy, kind: RowKind) -> bool:
    return policy.assistance(kind.population, False) != policy.assistance(kind.population, True)


def _billed(
    visit: Visit, basic: BasicLayer, critical: CriticalLayer, assistance: AssistanceLayer, ill: Outputs
) -> Outputs:
    """Return every column of a result, and the totals of the diseases after the visit."""
    amounts = bill.amounts(visit, basic, critical, assistance)
    hospital = 0 if amounts.hosp_part_amt is None else amounts.hosp_part_amt
    parts = bill.patient_parts(visit, basic, critical, assistance, hospital)
    after = bill.year_after(visit, basic, critical, assistance)
    outputs: Outputs = amounts._asdict()
    outputs |= {f"part.{name}": value for name, value in parts._asdict().items()}
    outputs |= {"critical_deductible": ill["deductible"], "critical_cap": ill["cap"]}
    outputs |= {name: ill[name] for name in ("zero_claim_bonus_used", "fraud_cleared")}
    outputs |= {f"after.{name}": getattr(after, name) for name in TOTALS}
    for name, diseases in (("chronic", after.chronic), ("special", after.special)):
        if isinstance(diseases, dict):
            (totals,) = diseases.values()
            outputs |= {f"after.{name}.{field}": value for field, value in totals._asdict().items()}
    return outputs
