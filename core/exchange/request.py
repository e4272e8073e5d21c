"""A request of the interface (section 1), read as a claim, or every fault of it by its field."""

import json
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Annotated, Any, Final, NamedTuple

from pydantic import Field

from core.claim import (
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
from core.money import share
from core.policy.cells import Count, Day, Fen, NumberKey, StrictModel
from core.policy.faults import sound_part
from core.policy.in_force import Documents
from core.policy.regions import RegionPack
from core.policy.select import Policy
from core.policy.shelf import Regions, not_yet_effective
from core.policy.soundness import examine_pack
from core.vocabulary import Benefit, Level, Population, Transfer

_ByName: Final = Field(strict=False)
_PACKS_KEPT: Final = 1024


class ChronicRequest(StrictModel):
    """A chronic disease's totals of a year (fen)."""

    in_scope: Fen = 0
    paid: Fen = 0
    deductible: Fen = 0


class YearRequest(StrictModel):
    """A year's totals before the visit (fen)."""

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
    chronic: dict[NumberKey, ChronicRequest] = {}

    def totals(self) -> YearToDate:
        """Return the totals as the core has them."""
        money = {name: getattr(self, name) for name in YearToDate._fields if name != "chronic"}
        chronic = {
            number: ChronicTotals(disease.in_scope, disease.paid, disease.deductible)
            for number, disease in self.chronic.items()
        }
        return YearToDate(**money, chronic=chronic)


class TransferRequest(StrictModel):
    """A transfer. ``deductible_paid`` (fen) is for a transfer up the levels alone; None: left out."""

    kind: Annotated[Transfer, _ByName]
    deductible_paid: Fen | None = None


class BasicSettlementRequest(StrictModel):
    """A settlement of basic insurance that was made elsewhere (fen)."""

    fund_paid: Fen
    deductible: Fen = 0


class EnrolmentRequest(StrictModel):
    """The enrolment: counts of years, and the amounts (fen) of fraud."""

    consecutive_years: Count = 0
    zero_claim_years: Count = 0
    gap_years: Count = 0
    fraud_amounts: Annotated[tuple[Fen, ...], _ByName] = ()


class Request(StrictModel):
    """The cells of a request, amounts in fen. None: left out; an explicit null never comes so far."""

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
    transfer: TransferRequest = TransferRequest(kind=Transfer.NONE)
    major_disease: bool = False
    special_disease: Count | None = None
    specific_item: bool = False
    two_disease_drugs: bool = False
    disease: Count | None = None
    disease_rank: Count = 1
    basic_settlement: BasicSettlementRequest | None = None
    year_to_date: YearRequest = YearRequest()
    other_years: dict[NumberKey, YearRequest] = {}
    enrolment: EnrolmentRequest = EnrolmentRequest()


class Asked(NamedTuple):
    """A sound request: the claim, and the policy that it is to be settled by."""

    policy: Policy
    claim: Claim


_REQUIRED: Final = ("region", "benefit", "hospital_level", "discharged", "eligible")


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
        """Read one line of JSON as a claim, or return every fault of it by its field."""
        try:
            raw, faults = read_object(line)
        except NotAnObject as refusal:
            return [Fault("request", refusal.said)]
        return self.read_tables(raw, faults)

    def read_tables(self, raw: dict[str, Any], faults: list[Fault]) -> Asked | list[Fault]:
        """Read a request's tables as a claim. ``faults`` are those that reading the text brought already."""
        already = {fault.field for fault in faults}
        sound, formal = sound_part(Request, raw, {})
        request = sound or Request()
        faults = faults + [fault for fault in formal if not within(fault.field, already)]
        known = already | {fault.field for fault in formal}
        faults += [
            Fault(name, message("fault.required"))
            for name in _REQUIRED
            if getattr(request, name) is None and not within(name, known) and not _around(name, known)
        ]
        policy, wrong = self._policy(request, known)
        faults += [fault for fault in wrong if not within(fault.field, already)]
        faults += self._relations(request, policy, known)
        if faults or policy is None:
            return faults
        return Asked(policy, self._claim(request, policy))

    def policy(self, pack: RegionPack) -> Policy:
        """Return the policy of a pack on file. It is kept, with the figures that it has chosen so far."""
        key = (pack.id, pack.effective)
        policy = self._policies.get(key)
        if policy is None or policy.region is not pack:
            policy = self._policies[key] = Policy(self.documents, pack)
        return policy

    def _policy(self, request: Request, known: set[str]) -> tuple[Policy | None, list[Fault]]:
        region, day = request.region, request.discharged
        if region is None:
            return None, []
        if isinstance(region, str):
            if day is None:
                return None, self.regions.unknown(region)
            pack = self.regions.in_force(region, day)
            return (self.policy(pack), []) if isinstance(pack, RegionPack) else (None, pack)
        if not isinstance(region, dict):
            return None, [Fault("region", message("fault.region_form"))]
        given, faults = self._pack_given(json.dumps(region, sort_keys=True))
        if given and day is not None and given.region.effective > day and not within("region", known):
            faults = [*faults, Fault("region", not_yet_effective(given.region))]
        return given, faults

    def _read_pack(self, text: str) -> tuple[Policy | None, list[Fault]]:
        """Return the policy of a pack's sound part, None where too little is sound, and the pack's faults."""
        pack, faults = examine_pack(json.loads(text), self.documents)
        return (Policy(self.documents, pack) if pack else None), faults

    def _relations(self, request: Request, policy: Policy | None, known: set[str]) -> list[Fault]:
        """Return the faults of cells that cannot be true together, and of numbers outside their lists."""
        faults = []
        given = request.transfer.deductible_paid is not None
        up = request.transfer.kind is Transfer.UP
        if up and not given and not within("transfer.deductible_paid", known):
            faults.append(Fault("transfer.deductible_paid", message("fault.transfer_up_needs")))
        if given and not up:
            faults.append(Fault("transfer.deductible_paid", message("fault.transfer_up_only")))
        if request.category_b_selfpay is not None and request.category_b_amount is not None:
            faults.append(Fault("category_b_amount", message("fault.category_b_twice")))
        faults += self._numbers(request, known)
        usable = not known & {"enrolment", "basic_settlement"}
        basic = request.basic_settlement if request.benefit and request.benefit.pooled else None
        faults += disagreements(
            admitted=request.admitted,
            discharged=request.discharged,
            settled=request.settled,
            total=None if "total" in known else request.total,
            eligible=request.eligible,
            over_limit=None if known & {"over_limit", "total"} else request.over_limit,
            category_b=self._category_b(request, policy),
            category_b_field="category_b_selfpay"
            if request.category_b_amount is None
            else "category_b_amount",
            basic_settlement=BasicSettlement(basic.fund_paid, basic.deductible) if basic and usable else None,
            enrolment=_enrolment(request),
        )
        return faults

    def _numbers(self, request: Request, known: set[str]) -> list[Fault]:
        faults = []
        chronic = request.benefit is Benefit.CHRONIC_OUTPATIENT
        if chronic and request.disease is None and not within("disease", known):
            faults.append(Fault("disease", message("fault.required")))
        numbers = [
            ("disease", request.disease, self._diseases),
            ("special_disease", request.special_disease, self._special_diseases),
        ]
        for name, year in [
            ("year_to_date", request.year_to_date),
            *((f"other_years.{key}", year) for key, year in request.other_years.items()),
        ]:
            numbers += [(f"{name}.chronic.{key}", key, self._diseases) for key in year.chronic]
        for field, number, most in numbers:
            if number is not None and not 1 <= number <= most:
                faults.append(Fault(field, message("fault.number_between", first=1, last=most)))
        if request.disease_rank < 1:
            faults.append(Fault("disease_rank", message("fault.number_from", first=1)))
        return faults

    def _category_b(self, request: Request, policy: Policy | None) -> int | None:
        """Return what Category B leaves to the patient first (fen); None while its rate is not known."""
        if request.category_b_amount is None:
            return request.category_b_selfpay or 0
        if policy is None or request.discharged is None:
            return None
        return share(request.category_b_amount, policy.category_b_rate(request.discharged))

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
            other_years={key: other.totals() for key, other in request.other_years.items()},
            enrolment=_enrolment(request),
        )


def _enrolment(request: Request) -> Enrolment:
    given = request.enrolment
    if not given.model_fields_set:
        return NO_ENROLMENT
    return Enrolment(
        given.consecutive_years, given.zero_claim_years, given.gap_years, tuple(given.fraud_amounts)
    )


def _around(field: str, fields: Iterable[str]) -> bool:
    """Return whether one of some other fields lies inside a field."""
    return any(other.startswith(f"{field}.") for other in fields)
