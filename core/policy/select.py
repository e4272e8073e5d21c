"""The choice of figures: from documents, pack, day, level, category and flags to the terms of each rule.

A figure that is needed and that nobody gives is named, all of them at once. No amount is looked at here.
The figures of each layer are chosen in `select_pooled`, `select_outpatient` and `select_critical`.
"""

from collections.abc import Callable
from datetime import date
from functools import cache, cached_property, partial, update_wrapper
from typing import Any, Concatenate, Final, Generic, ParamSpec, TypeVar, cast

from core.messages import message
from core.policy.documents import ChronicOutpatient, CriticalIllness, Pooled
from core.policy.in_force import Documents, InForce
from core.policy.regions import CarryOverPack, ElsewherePack, RegionPack
from core.policy.select_critical import critical_terms
from core.policy.select_outpatient import chronic_amount, chronic_terms, common_terms
from core.policy.select_pooled import case_row, case_terms, pooled_terms
from core.policy.terms import (
    AssistanceTerms,
    CaseTerms,
    ChronicAmount,
    ChronicTerms,
    CommonTerms,
    CriticalTerms,
    ElsewhereTerms,
    Excluded,
    Missing,
    NotCovered,
    PooledTerms,
)
from core.settlement import MissingFigure, Note, Source
from core.vocabulary import Benefit, Care, Level, Population, Transfer

_Arguments = ParamSpec("_Arguments")
_Chosen = TypeVar("_Chosen")

_SCOPES: Final = {
    Benefit.INPATIENT: ("basic", "scope"),
    Benefit.SPECIAL_OUTPATIENT: ("special_outpatient", "rates"),
    Benefit.DAY_SURGERY: ("special_outpatient", "day_surgery"),
    Benefit.COMMON_OUTPATIENT: ("common_outpatient", "rate"),
    Benefit.CHRONIC_OUTPATIENT: ("chronic_outpatient", "rate"),
}
"""For each benefit the section and the table whose clause says which part of a bill insurance looks at."""


class _kept(Generic[_Arguments, _Chosen]):  # noqa: N801  a decorator
    """A method of a policy whose choice is made once for each set of arguments and kept in the policy.

    The policy's own keeper takes the method's place at the first call. It chooses by a twin that keeps none,
    so that a policy is in no circle: it goes with whoever held it last, and nothing has to look for it.
    """

    def __init__(self, choose: Callable[Concatenate[Any, _Arguments], _Chosen]) -> None:
        self._choose = choose
        update_wrapper(self, choose)  # type: ignore[arg-type]

    def __get__(self, policy: "Policy | None", owner: type) -> Callable[_Arguments, _Chosen]:
        if policy is None:
            return cast("Callable[_Arguments, _Chosen]", self._choose)
        keeper: Callable[..., Any] = partial(self._choose, policy.keepless)
        if policy is not policy.keepless:
            keeper = cache(keeper)
            policy.__dict__[self._choose.__name__] = keeper
        return cast("Callable[_Arguments, _Chosen]", keeper)


class Policy:
    """The documents on file together with one region's pack: all that applies to its patients.

    A choice is made once and kept: a county's visits share few combinations of day, level and category.
    """

    def __init__(self, documents: Documents, region: RegionPack) -> None:
        self.documents = documents
        self.region = region
        special = (document.special_outpatient for document in documents.all)
        elsewhere = (section.elsewhere.diseases for section in special if section is not None)
        self._of_their_own = frozenset(region.special_outpatient.disease).union(*elsewhere)

    def __reduce__(self) -> tuple[type["Policy"], tuple[Documents, RegionPack]]:
        """Go to another process without what was kept, which is chosen anew there."""
        return Policy, (self.documents, self.region)

    @cached_property
    def keepless(self) -> "Policy":
        """The policy with the same figures that makes each of its choices anew."""
        twin = _Keepless.__new__(_Keepless)
        twin.documents, twin.region, twin._of_their_own = self.documents, self.region, self._of_their_own
        return twin

    @_kept
    def scope_source(self, day: date, benefit: Benefit) -> Source:
        """Return the clause that says which part of a benefit's bill insurance looks at."""
        section, table = _SCOPES[benefit]
        rule = self.documents.in_force(section, day)
        return rule.source(getattr(rule.section, table).clause) if rule else self.burden_source(day)

    @_kept
    def elsewhere_source(self, day: date, benefit: Benefit, major_disease: bool) -> Source:
        """Return the clause by which basic insurance settles a visit that was settled elsewhere."""
        pooled: InForce[Pooled] | None = self.documents.in_force("pooled", day)
        if pooled and major_disease:
            return pooled.source(pooled.section.by_case.clause)
        return self.scope_source(day, benefit)

    @_kept
    def category_b_source(self, day: date) -> Source:
        """Return the clause by which the patient pays a part of Category B first."""
        basic = self.documents.in_force("basic", day)
        if basic:
            return basic.source(basic.section.category_b.clause)
        rule = self.critical_rule(day)
        if rule and rule.section.scope.compliant:
            return rule.source(rule.section.scope.compliant)
        return self.burden_source(day)

    @_kept
    def price_limit_source(self, day: date, benefit: Benefit) -> Source:
        """Return the clause that leaves out what lies over the price limit, else the benefit's own."""
        rule = self.critical_rule(day) if benefit.pooled else None
        if rule and rule.section.scope.price_limit:
            return rule.source(rule.section.scope.price_limit)
        return self.scope_source(day, benefit)

    def category_b_rate(self, day: date) -> int | None:
        """Return the rate of a Category B amount that is paid first, None where no document has one."""
        basic = self.documents.in_force("basic", day)
        return basic.section.category_b.percent if basic else None

    def burden_source(self, day: date) -> Source:
        """Return the clause that says which cost left by basic insurance critical illness counts."""
        rule = self.critical_rule(day)
        if rule:
            return rule.source(rule.section.scope.clause)
        return self.region.cite("critical_illness", str(day.year))

    @_kept
    def open_points(self, day: date, benefit: Benefit, population: Population) -> tuple[Note, ...]:
        """Return what documents on file name for such a visit and leave to papers that are not on file."""
        return tuple(
            note
            for name, note in self.documents.open_points(day, benefit, population)
            if name not in self._filled
        )

    @cached_property
    def _filled(self) -> frozenset[str]:
        """The open points that the region has filled in."""
        region = self.region
        filled = {
            "local_diseases": bool(region.chronic_outpatient.local),
            "carry_over": region.carry_over != CarryOverPack(),
            "outside_province": region.elsewhere != ElsewherePack(),
        }
        return frozenset(name for name, is_filled in filled.items() if is_filled)

    def critical_rule(self, day: date) -> InForce[CriticalIllness] | None:
        """Return the critical-illness rule in force on a day, None where no document has one."""
        return self.documents.in_force("critical_illness", day)

    # Basic insurance

    def pooled(
        self,
        day: date,
        benefit: Benefit,
        level: Level,
        transfer: Transfer,
        major_disease: bool,
        special_disease: int | None,
    ) -> PooledTerms | Missing:
        """Return the terms of inpatient care, special outpatient care or day surgery, or what is missing."""
        disease = special_disease if special_disease in self._of_their_own else None
        return self._pooled(day, benefit, level, transfer, major_disease, disease)

    @_kept
    def _pooled(
        self,
        day: date,
        benefit: Benefit,
        level: Level,
        transfer: Transfer,
        major_disease: bool,
        special_disease: int | None,
    ) -> PooledTerms | Missing:
        return pooled_terms(
            self.documents, self.region, day, benefit, level, transfer, major_disease, special_disease
        )

    @_kept
    def case(
        self, day: date, benefit: Benefit, level: Level, transfer: Transfer, code: str
    ) -> CaseTerms | Missing:
        """Return the terms of a case that is paid by its price, or what is missing."""
        return case_terms(self.documents, self.region, day, benefit, level, transfer, code)

    def case_price(self, code: str, level: Level) -> int | None:
        """Return the price of a case at a level (fen), None where the region states none."""
        row = case_row(self.region, code, level)
        return row.price if row else None

    def case_may_count(self, code: str, level: Level) -> bool:
        """Return whether critical illness may look at a case: not where the region's row says no."""
        row = case_row(self.region, code, level)
        return row is None or row.counts_for_critical is not False

    @_kept
    def common(self, day: date, level: Level, two_disease_drugs: bool) -> CommonTerms | NotCovered | Missing:
        """Return the terms of common outpatient care, or what is missing."""
        return common_terms(self.documents, self.region, day, level, two_disease_drugs)

    @_kept
    def chronic(self, day: date, disease: int, rank: int) -> ChronicTerms | Missing:
        """Return the terms of chronic outpatient care for a disease and its rank, or what is missing."""
        return chronic_terms(self.documents, self.region, day, disease, rank)

    def chronic_amount(
        self, chronic: InForce[ChronicOutpatient], disease: int, rank: int
    ) -> ChronicAmount | Missing:
        """Return what of a chronic disease's cost counts in a year, or what is missing of it.

        No deductible is needed for it.
        """
        return chronic_amount(self.region, chronic, disease, rank)

    @_kept
    def elsewhere(self, care: Care) -> ElsewhereTerms | MissingFigure:
        """Return the rate that is paid first for care outside the region, or what is missing."""
        key = "referred_percent" if care is Care.ELSEWHERE_REFERRED else "unreferred_percent"
        rate = getattr(self.region.elsewhere, key)
        if rate is None:
            return MissingFigure(f"elsewhere.{key}")
        return ElsewhereTerms(rate, self.region.cite("elsewhere", key))

    # Critical illness

    @_kept
    def critical(
        self, day: date, benefit: Benefit, population: Population, specific_item: bool
    ) -> CriticalTerms | Excluded | Missing:
        """Return the terms of critical illness, or what is missing."""
        rule = self.critical_rule(day)
        return critical_terms(rule, self.region, day.year, benefit, population, specific_item)

    # Medical assistance

    @_kept
    def assistance(self, population: Population, later_stay: bool = False) -> AssistanceTerms | None:
        """Return the terms of medical assistance, None where the region states none for the category.

        ``later_stay``: the second or a later inpatient stay of the year.
        """
        pack = self.region.medical_assistance
        if pack is None or (population not in pack.percent and population not in pack.bands):
            return None
        rows = pack.bands.get(population)
        key, rate = "bands" if rows else "percent", pack.percent.get(population, 0)
        if later_stay and population in pack.later_stays_percent:
            key, rows, rate = "later_stays_percent", None, pack.later_stays_percent[population]
        sources = {
            name: self.region.cite("medical_assistance", name, population)
            for name in (key, "deductible", "annual_limit")
        }
        return AssistanceTerms(
            rate=rate,
            deductible=pack.deductible.get(population, 0),
            annual_limit=pack.annual_limit.get(population),
            rate_source=sources[key],
            deductible_source=sources["deductible"],
            limit_source=sources["annual_limit"],
            bands=tuple(row.band for row in rows) if rows else None,
        )

    @_kept
    def no_assistance(self, population: Population) -> Note:
        """Return the note that no assistance is on file, or that the region's lacks its percentage."""
        pack = self.region.medical_assistance
        others = () if pack is None else (pack.deductible, pack.annual_limit, pack.later_stays_percent)
        if any(population in table for table in others):
            source = self.region.cite("medical_assistance", "percent", population)
            return Note(message("note.assistance_percent_empty"), source)
        return Note(message("note.no_assistance_rule"))


class _Keepless(Policy):
    """A policy that makes each of its choices anew."""

    @property
    def keepless(self) -> Policy:
        """The policy itself."""
        return self
