"""A request of the interface (section 1) as a claim, or every fault by its field."""

import json
from collections.abc import Iterable, Mapping, Set
from datetime import date
from functools import lru_cache
from operator import attrgetter
from typing import Annotated, Any, Final, NamedTuple

from pydantic import Field

from core.claim import (
    BY_DISEASE,
    NO_ENROLMENT,
    NOTHING_YET,
    BasicSettlement,
    ChronicTotals,
    Claim,
    Enrolment,
    YearToDate,
    disagreements,
)
from core.exchange.jsontext import NotAnObject, read_object, within
from core.messages import Fault, message
from core.money import grouped, share
from core.policy.cells import Count, Day, Fen, NumberKey, StrictModel
from core.policy.faults import sound_part
from core.policy.in_force import Documents
from core.policy.regions import FIRST_LOCAL, LAST_LOCAL, RegionPack
from core.policy.select import Policy
from core.policy.shelf import Regions, not_yet_effective
from core.policy.soundness import examine_pack
from core.policy.terms import ElsewhereTerms
from core.settle import hospital_faults, settle
from core.vocabulary import Benefit, Care, Level, Population, Transfer

_ByName: Final = Field(strict=False)
_PACKS_KEPT: Final = 1024


class DiseaseRequest(StrictModel):
    """A disease's totals of a year."""

    in_scope: Fen = 0
    paid: Fen = 0
    deductible: Fen = 0


class YearRequest(StrictModel):
    """A year's totals before the visit."""

    admissions: Count = 0
    in_scope: Fen = 0
    basic_paid: Fen = 0
    critical_burden: Fen = 0
    critical_paid: Fen = 0
    special_outpatient_deductible: Fen = 0
    common_outpatient_paid: Fen = 0
    common_outpatient_deductible: Fen = 0
    assistance_deductible: Fen = 0
    assistance_paid: Fen = 0
    carried_common: Fen = 0
    chronic: dict[NumberKey, DiseaseRequest] = Field(default_factory=dict)
    special: dict[NumberKey, DiseaseRequest] = Field(default_factory=dict)

    def totals(self) -> YearToDate:
        """Return the totals as the core has them."""
        chronic, special = _by_disease(self.chronic), _by_disease(self.special)
        return YearToDate._make((*_SUMS_OF(self), chronic, special, self.carried_common))


_SUMS_OF: Final = attrgetter(*YearToDate._fields[: YearToDate._fields.index(BY_DISEASE[0])])
"""The totals of a request before those by disease, in the core's order."""


def _by_disease(given: Mapping[int, DiseaseRequest]) -> dict[int, ChronicTotals]:
    return {
        number: ChronicTotals(totals.in_scope, totals.paid, totals.deductible)
        for number, totals in given.items()
    }


class TransferRequest(StrictModel):
    """A transfer. The deductible already paid and the chain's stays belong to one up the levels alone."""

    kind: Annotated[Transfer, _ByName]
    deductible_paid: Fen | None = None
    earlier_stays: Count | None = None


class BasicSettlementRequest(StrictModel):
    """A basic-insurance settlement made elsewhere."""

    fund_paid: Fen
    deductible: Fen = 0


class EnrolmentRequest(StrictModel):
    """What is known of the enrolment."""

    consecutive_years: Count = 0
    zero_claim_years: Count = 0
    gap_years: Count = 0
    fraud_amounts: Annotated[tuple[Fen, ...], _ByName] = ()


_NO_TRANSFER: Final = TransferRequest(kind=Transfer.NONE)
_NO_TOTALS: Final = YearRequest()
_NO_ENROLMENT: Final = EnrolmentRequest()


class Request(StrictModel):
    """The cells of a request. None: left out (an explicit null never comes so far)."""

    region: Any = None
    benefit: Annotated[Benefit, _ByName] | None = None
    hospital_level: Annotated[Level, _ByName] | None = None
    admitted: Day | None = None
    discharged: Day | None = None
    settled: Day | None = None
    population: Annotated[Population, _ByName] = Population.ORDINARY
    eligible: Fen | None = None
    total: Fen | None = None
    over_limit: Fen = 0
    category_b_selfpay: Fen | None = None
    category_b_amount: Fen | None = None
    hospital_part: Fen = 0
    care: Annotated[Care, _ByName] = Care.LOCAL
    transfer: TransferRequest = Field(default_factory=lambda: _NO_TRANSFER)
    major_disease: bool = False
    case: Annotated[str, Field(min_length=1)] | None = None
    special_disease: Count | None = None
    specific_item: bool = False
    two_disease_drugs: bool = False
    disease: Count | None = None
    disease_rank: Count = 1
    basic_settlement: BasicSettlementRequest | None = None
    year_to_date: YearRequest = Field(default_factory=lambda: _NO_TOTALS)
    other_years: dict[NumberKey, YearRequest] = Field(default_factory=dict)
    enrolment: EnrolmentRequest = Field(default_factory=lambda: _NO_ENROLMENT)


class Asked(NamedTuple):
    """A sound request: what is asked, and the policy it is asked of."""

    policy: Policy
    claim: Claim


_REQUIRED: Final = ("region", "benefit", "hospital_level", "discharged", "eligible")
_REQUIRED_OF: Final = attrgetter(*_REQUIRED)
_NONE: Final[Set[str]] = frozenset()


class RequestReader:
    """Reads requests against the documents and region packs on file."""

    def __init__(self, documents: Documents, regions: Regions) -> None:
        self.documents = documents
        self.regions = regions
        self._policies: dict[tuple[str, date], Policy] = {}
        self._pack_given = lru_cache(_PACKS_KEPT)(self._read_pack)
        chronic, special = documents.first("chronic_outpatient"), documents.first("special_outpatient")
        self._diseases = len(chronic.section.diseases.rows)
        self._special_diseases = len(special.section.diseases.names)

    def read(self, line: bytes | str) -> Asked | list[Fault]:
        """Return one line of JSON as a claim, or every fault of it by its field."""
        return self.read_each([line])[0]

    def read_each(self, lines: Iterable[bytes | str]) -> list[Asked | list[Fault]]:
        """Return each of some lines of JSON as a claim, or every fault of it by its field."""
        texts = [_tables_of(line) for line in lines]
        cells = [None if raw is None else sound_part(Request, raw, {}) for raw, _ in texts]
        return [
            faults if found is None else self._asked(*found, faults)
            for found, (_, faults) in zip(cells, texts, strict=True)
        ]

    def read_tables(
        self, raw: dict[str, Any], faults: list[Fault], *, totals_follow: bool = False
    ) -> Asked | list[Fault]:
        """Return a request's tables as a claim, or every fault of it by its field.

        ``faults`` are those that reading the text already brought. ``totals_follow``: the ledger will supply
        the totals, so that what the funds leave of the bill is not known yet and is not asked.
        """
        return self._asked(*sound_part(Request, raw, {}), faults, totals_follow)

    def _asked(
        self, found: Request | None, formal: list[Fault], faults: list[Fault], totals_follow: bool = False
    ) -> Asked | list[Fault]:
        """Return a request's sound cells as a claim, or every fault.

        ``formal`` are the faults of the others, ``faults`` those of the text.
        """
        already = {fault.field for fault in faults} if faults else _NONE
        request, known = found or Request(), already
        if formal:
            faults = faults + [fault for fault in formal if not within(fault.field, already)]
            known = already | {fault.field for fault in formal}
        if None in _REQUIRED_OF(request):
            faults = faults + [
                Fault(name, message("fault.required"))
                for name in _REQUIRED
                if getattr(request, name) is None and not within(name, known) and not _around(name, known)
            ]
        policy, wrong = self._policy(request, known)
        if wrong:
            faults = faults + [fault for fault in wrong if not within(fault.field, already)]
        faults = faults + self._relations(request, policy, known)
        if faults or policy is None:
            return faults
        claim = self._claim(request, policy)
        if claim.hospital_part and not totals_follow:
            above = hospital_faults(claim, settle(policy, claim))
            if above:
                return above
        return Asked(policy, claim)

    def read_posted(self, raw: dict[str, Any]) -> Asked | list[Fault]:
        """Return a request that was posted as a claim, by the pack that stands in it.

        What was sound on its day stays readable: only its form is looked at, and cells of the pack that a
        document has settled since are left out. Faults are returned where too little is left.
        """
        request, faults = sound_part(Request, raw, {})
        policy, _ = self._policy(request or Request(), _NONE)
        whole = request is not None and all(getattr(request, name) is not None for name in _REQUIRED)
        if faults or policy is None or not whole or request is None:
            return faults or [Fault("request", message("fault.form"))]
        return Asked(policy, self._claim(request, policy))

    def policy(self, pack: RegionPack) -> Policy:
        """The policy of a pack on file; it is kept, with what it has chosen so far."""
        key = (pack.id, pack.effective)
        found = self._policies.get(key)
        if found is None or found.region is not pack:
            found = self._policies[key] = Policy(self.documents, pack)
        return found

    def _policy(self, request: Request, known: Set[str]) -> tuple[Policy | None, list[Fault]]:
        region, day = request.region, request.discharged
        if region is None:
            return None, []
        if isinstance(region, str):
            if day is None:
                return None, self.regions.unknown(region)
            found = self.regions.in_force(region, day)
            return (self.policy(found), []) if isinstance(found, RegionPack) else (None, found)
        if not isinstance(region, dict):
            return None, [Fault("region", message("fault.region_form"))]
        given, faults = self._pack_given(json.dumps(region, sort_keys=True))
        if given and day is not None and given.region.effective > day and not within("region", known):
            faults = [*faults, Fault("region", not_yet_effective(given.region))]
        return given, faults

    def _read_pack(self, text: str) -> tuple[Policy | None, list[Fault]]:
        """The policy of what is sound in a pack, and every fault of the rest."""
        pack, faults = examine_pack(json.loads(text), self.documents)
        return (Policy(self.documents, pack) if pack else None), faults

    def _relations(self, request: Request, policy: Policy | None, known: Set[str]) -> list[Fault]:
        """Return what of the cells cannot be true together, and numbers outside their lists."""
        faults = [*_transfer_faults(request, known), *self._numbers(request, known)]
        usable = known.isdisjoint(("enrolment", "basic_settlement"))
        basic = request.basic_settlement if request.benefit and request.benefit.pooled else None
        by_amount, twice = self._category_b_faults(request, policy)
        faults += by_amount
        faults += disagreements(
            admitted=request.admitted,
            discharged=request.discharged,
            settled=request.settled,
            total=None if "total" in known else request.total,
            eligible=request.eligible,
            over_limit=request.over_limit if known.isdisjoint(("over_limit", "total")) else None,
            category_b=request.category_b_selfpay if twice else self._category_b(request, policy),
            category_b_field="category_b_amount"
            if request.category_b_amount is not None and not twice
            else "category_b_selfpay",
            basic_settlement=BasicSettlement(basic.fund_paid, basic.deductible)
            if basic and usable and not twice
            else None,
            enrolment=_enrolment(request),
            elsewhere_rate=_elsewhere_rate(request, policy),
        )
        return faults

    def _category_b_faults(self, request: Request, policy: Policy | None) -> tuple[list[Fault], bool]:
        """Return the faults of a Category B amount, and whether the self-pay stands beside it."""
        amount, day = request.category_b_amount, request.discharged
        if amount is None:
            return [], False
        twice, field = request.category_b_selfpay is not None, "category_b_amount"
        faults = [Fault(field, message("fault.category_b_twice"))] if twice else []
        rate = None if policy is None or day is None else policy.category_b_rate(day)
        if policy is not None and day is not None and rate is None:
            faults.append(Fault(field, message("fault.category_b_no_rate", year=str(day.year))))
        eligible = request.eligible
        if twice and rate is not None and eligible is not None and share(amount, rate) > eligible:
            above = message("fault.category_b_above_eligible", eligible=grouped(eligible))
            faults.append(Fault(field, above))
        return faults, twice

    def _numbers(self, request: Request, known: Set[str]) -> list[Fault]:
        faults = []
        chronic = request.benefit is Benefit.CHRONIC_OUTPATIENT
        if chronic and request.disease is None and not within("disease", known):
            faults.append(Fault("disease", message("fault.required")))
        if request.disease is not None:
            faults += self._outside("disease", [request.disease], local=True)
        if request.special_disease is not None:
            faults += self._outside("special_disease", [request.special_disease], local=False)
        if request.year_to_date is not _NO_TOTALS:
            faults += self.disease_faults("year_to_date", request.year_to_date)
        for key, year in request.other_years.items():
            faults += self.disease_faults(f"other_years.{key}", year)
        if request.disease_rank < 1:
            faults.append(Fault("disease_rank", message("fault.number_from", first=1)))
        return faults

    def disease_faults(self, field: str, year: YearRequest | YearToDate) -> list[Fault]:
        """Return a fault for each disease of some totals whose number no list has."""
        chronic = self._outside(f"{field}.chronic", year.chronic, local=True, named=True)
        return chronic + self._outside(f"{field}.special", year.special, local=False, named=True)

    def _outside(
        self, field: str, numbers: Iterable[int], *, local: bool, named: bool = False
    ) -> list[Fault]:
        """Return a fault for each number outside its list; ``named``: the number is the field's last key."""
        faults = []
        for number in numbers:
            most = self._diseases if local else self._special_diseases
            if 1 <= number <= most or (local and FIRST_LOCAL <= number <= LAST_LOCAL):
                continue
            if local:
                lists = {"local_first": FIRST_LOCAL, "local_last": LAST_LOCAL}
                said = message("fault.disease_number", first=1, last=most, **lists)
            else:
                said = message("fault.number_between", first=1, last=most)
            faults.append(Fault(f"{field}.{number}" if named else field, said))
        return faults

    def _category_b(self, request: Request, policy: Policy | None) -> int | None:
        """Return B, None where it cannot be told yet."""
        if request.category_b_amount is None:
            return request.category_b_selfpay or 0
        if policy is None or request.discharged is None:
            return None
        rate = policy.category_b_rate(request.discharged)
        return None if rate is None else share(request.category_b_amount, rate)

    def _claim(self, request: Request, policy: Policy) -> Claim:
        assert request.benefit is not None
        assert request.hospital_level is not None
        assert request.discharged is not None
        assert request.eligible is not None
        basic = request.basic_settlement if request.benefit.pooled else None
        year = request.year_to_date
        return Claim(
            benefit=request.benefit,
            level=request.hospital_level,
            admitted=request.admitted or request.discharged,
            discharged=request.discharged,
            settled=request.settled or request.discharged,
            total=request.eligible if request.total is None else request.total,
            eligible=request.eligible,
            over_limit=request.over_limit,
            category_b=self._category_b(request, policy) or 0,
            category_b_amount=request.category_b_amount or None,
            hospital_part=request.hospital_part,
            care=request.care,
            case=request.case,
            chain_stays=request.transfer.earlier_stays or 1,
            population=request.population,
            transfer=request.transfer.kind,
            chain_paid=request.transfer.deductible_paid,
            major_disease=request.major_disease,
            special_disease=request.special_disease,
            specific_item=request.specific_item,
            two_disease_drugs=request.two_disease_drugs,
            disease=request.disease,
            disease_rank=request.disease_rank,
            basic_settlement=BasicSettlement(basic.fund_paid, basic.deductible) if basic else None,
            year_to_date=year.totals() if year.model_fields_set else NOTHING_YET,
            other_years={key: found.totals() for key, found in request.other_years.items()},
            enrolment=_enrolment(request),
        )


def _tables_of(line: bytes | str) -> tuple[dict[str, Any] | None, list[Fault]]:
    """Return the tables of one line of JSON and the faults of its text; None where it is no object."""
    try:
        return read_object(line)
    except NotAnObject as refusal:
        return None, [Fault("request", refusal.said)]


def _transfer_faults(request: Request, known: Set[str]) -> list[Fault]:
    """Return the faults of what belongs to a transfer up the levels alone."""
    transfer = request.transfer
    if transfer is _NO_TRANSFER:
        return []
    faults = []
    up = transfer.kind is Transfer.UP
    if up and transfer.deductible_paid is None and not within("transfer.deductible_paid", known):
        faults.append(Fault("transfer.deductible_paid", message("fault.transfer_up_needs")))
    for name, said in (
        ("deductible_paid", "fault.transfer_up_only"),
        ("earlier_stays", "fault.chain_up_only"),
    ):
        if not up and getattr(transfer, name) is not None:
            faults.append(Fault(f"transfer.{name}", message(said)))
    if up and transfer.earlier_stays == 0:
        faults.append(Fault("transfer.earlier_stays", message("fault.number_from", first=1)))
    return faults


def _elsewhere_rate(request: Request, policy: Policy | None) -> int:
    """Return the rate paid first for care elsewhere, 0 where there is none or it is not known."""
    if request.care is Care.LOCAL or policy is None:
        return 0
    terms = policy.elsewhere(request.care)
    return terms.rate if isinstance(terms, ElsewhereTerms) else 0


def _enrolment(request: Request) -> Enrolment:
    found = request.enrolment
    if not found.model_fields_set:
        return NO_ENROLMENT
    return Enrolment(
        found.consecutive_years, found.zero_claim_years, found.gap_years, tuple(found.fraud_amounts)
    )


def _around(field: str, fields: Iterable[str]) -> bool:
    """Whether one of some other fields lies inside a field."""
    return any(other.startswith(f"{field}.") for other in fields)
