"""Random visits in year order, settled one by one, and the same as columns."""

from collections.abc import Iterator, Sequence
from datetime import date
from random import Random
from typing import Any, NamedTuple

import numpy as np

from core.claim import BY_DISEASE, NOTHING_YET, Claim, YearToDate
from core.exchange.request import Asked, RequestReader
from core.model.columns import (
    AFTER,
    AMOUNTS,
    CRITICAL,
    NOT_GIVEN,
    PARTS,
    RESULTS,
    TOTALS,
    ClaimColumns,
    TotalsColumns,
    code_of,
)
from core.policy.select import Policy
from core.settle import hospital_faults, settle_by
from core.settlement import Settlement
from tests.reference.requests import random_request

EPOCH = date(1970, 1, 1)
MOST_CARRIED = 10**12 - 1
"""The totals (fen) beyond which a patient's further visits are left out: no request may carry more digits."""
YEARS = (2019, 2020, 2026)


class Row(NamedTuple):
    """A visit of a patient, by which policy, on which totals, and what the single call made of it."""

    patient: int
    policy: int
    claim: Claim
    before: YearToDate
    settlement: Settlement


def drawn(rng: Random, reader: RequestReader, packs: Sequence[dict[str, Any]], count: int) -> list[Asked]:
    """Sound requests of the years that are looked at, of all benefits and settings alike."""
    found: list[Asked] = []
    while len(found) < count:
        request = random_request(rng, list(packs))
        if int(request["discharged"][:4]) in YEARS:
            asked = reader.read_tables(request, [])
            assert isinstance(asked, Asked), asked
            found.append(asked)
    return found


def in_order(rng: Random, asked: Sequence[Asked], policies: Sequence[Policy], first: int = 0) -> list[Row]:
    """Deal the visits to patients, each of one region, and settle each patient's in order, totals carried."""
    places = {id(policy.region): place for place, policy in enumerate(policies)}
    rows: list[Row] = []
    dealt: dict[tuple[int, int], list[Asked]] = {}
    for one in asked:
        policy = places[id(one.policy.region)]
        dealt.setdefault((policy, rng.randrange(1 + len(asked) // 12)), []).append(one)
    for patient, ((policy, _), visits) in enumerate(sorted(dealt.items()), first):
        visits.sort(key=lambda one: one.claim.discharged)
        begun, totals = 0, NOTHING_YET
        for visit in visits:
            if max(getattr(totals, name) for name in TOTALS) > MOST_CARRIED:
                continue
            if visit.claim.discharged.year != begun:
                begun, totals = visit.claim.discharged.year, NOTHING_YET
                if rng.random() < 0.3:
                    totals = visit.claim.year_to_date
            row = settled(patient, policy, policies[policy], visit.claim, totals)
            if row is not None:
                rows.append(row)
                assert row.settlement.year_to_date is not None
                totals = row.settlement.year_to_date
    return rows


def settled(patient: int, place: int, policy: Policy, claim: Claim, totals: YearToDate) -> Row | None:
    """A visit settled on totals; None where a figure is missing."""
    claim = claim._replace(year_to_date=totals)
    found = settle_by(policy, claim, claim.discharged, totals)
    if hospital_faults(claim, found):
        claim = claim._replace(hospital_part=0)
        found = settle_by(policy, claim, claim.discharged, totals)
    return None if found.year_to_date is None else Row(patient, place, claim, totals, found)


def columns(rows: Sequence[Row]) -> tuple[ClaimColumns, TotalsColumns]:
    """The visits as columns."""
    cases = sorted({row.claim.case for row in rows if row.claim.case is not None})
    cells = [_cells(row, cases) for row in rows]
    most = max((len(row.claim.enrolment.fraud_amounts) for row in rows), default=0)
    fraud = np.full((len(rows), most), NOT_GIVEN, np.int64)
    for place, row in enumerate(rows):
        fraud[place, : len(row.claim.enrolment.fraud_amounts)] = row.claim.enrolment.fraud_amounts
    values: dict[str, Any] = {name: np.array([cell[name] for cell in cells], np.int64) for name in cells[0]}
    totals: dict[str, Any] = {
        name: np.array([getattr(row.before, name) for row in rows], np.int64) for name in TOTALS
    }
    diseases = [
        (place, group, disease, *each)
        for place, row in enumerate(rows)
        for group, name in enumerate(BY_DISEASE)
        for disease, each in getattr(row.before, name).items()
    ]
    totals["by_disease"] = np.array(diseases, np.int64) if diseases else None
    return ClaimColumns(**values, fraud=fraud if most else None, cases=tuple(cases)), TotalsColumns(**totals)


def _cells(row: Row, cases: Sequence[str]) -> dict[str, int]:
    claim, given = row.claim, row.claim.basic_settlement
    cells = {name: getattr(claim, name) for name in _COPIED}
    cells |= {name: NOT_GIVEN if getattr(claim, name) is None else getattr(claim, name) for name in _OPTIONAL}
    cells |= {name: code_of(getattr(claim, name)) for name in _WORDS}
    years = claim.enrolment._asdict()
    return cells | {
        "patient": row.patient,
        "policy": row.policy,
        "day": (claim.discharged - EPOCH).days,
        "case": NOT_GIVEN if claim.case is None else cases.index(claim.case),
        "basic_fund_paid": NOT_GIVEN if given is None else given.fund_paid,
        "basic_deductible": 0 if given is None else given.deductible,
        **{name: years[name] for name in ("consecutive_years", "zero_claim_years", "gap_years")},
    }


_COPIED = (
    *("total", "eligible", "over_limit", "category_b", "major_disease", "specific_item", "two_disease_drugs"),
    *("disease_rank", "hospital_part", "chain_stays"),
)
_OPTIONAL = ("chain_paid", "special_disease", "disease")
_WORDS = ("benefit", "level", "population", "care", "transfer")


def expected(row: Row) -> dict[str, int]:
    """What the columns have to say of a visit, by the single call."""
    found = row.settlement
    assert found.patient_parts is not None
    assert found.year_to_date is not None
    worked = found.critical._asdict() if found.critical else {}
    values = [
        *found.amounts,
        *found.patient_parts,
        worked.get("deductible"),
        worked.get("cap"),
        *(int(worked.get(name, 0)) for name in CRITICAL[2:]),
        *(getattr(found.year_to_date, name) for name in TOTALS),
    ]
    told = [NOT_GIVEN if value is None else int(value) for value in values]
    return dict(zip((*AMOUNTS, *PARTS, *CRITICAL, *AFTER), told, strict=True))


def differences(
    rows: Sequence[Row], results: Any, names: Sequence[str] = RESULTS
) -> Iterator[tuple[int, str, int, int]]:
    """Every cell in which the columns differ from the single call: row, column, expected, found."""
    table = {name: np.asarray(results[name]) for name in names}
    wanted = [expected(row) for row in rows]
    for name in names:
        right = np.array([one[name] for one in wanted], np.int64)
        for place in np.flatnonzero(right != table[name]):
            yield int(place), name, int(right[place]), int(table[name][place])
