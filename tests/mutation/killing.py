"""The fast answers that a changed rule has to contradict: every worked case, and a sample of the reference.

Requests are read once, before anything is changed; each run settles them with rules chosen anew.
"""

import random
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from core.exchange.request import Asked, RequestReader
from core.money import share
from core.policy import clauses
from core.policy.select import Policy
from core.policy.shelf import load_documents, load_regions
from core.settle import settle
from core.settlement import Settlement
from core.vocabulary import Benefit, Payer
from core.words import words
from tests import cases
from tests.core.answers import figures
from tests.reference.compare import comparable
from tests.reference.requests import boundary_requests, random_request
from tests.reference.settlement import settle as reference

STAGES: Final = {*Benefit, "bill", "critical_illness", "assistance", "patient"}
FUNDS: Final = {"critical_illness": Payer.CRITICAL_ILLNESS, "assistance": Payer.ASSISTANCE}
OVER: Final = ("step.over_", "step.before.", "step.annual_limit")
"""Lines that take back from the lines above them what a limit leaves to the patient."""

CASE: Final = "step.case_price"
"""In a case that is paid by its price the deductible comes off the fund's share as well."""

NEVER_COVERED: Final = "step.not_covered"
WITHOUT_AMOUNT: Final = frozenset(
    f"step.{name}"
    for name in (
        *("tilt_points", "critical_uncapped", "origin_deductible", "cap_on_cost", "common_rate_from"),
        *("axis_assistance", "axis_cost", "axis_fund", "cap_years", "cap_zero_years", "cap_gap_years"),
        *("cap_most_added", "cap_most_taken", "cap_years_since", "cap_years_counted"),
    )
)
"""Lines that state a fact."""

DRAWN, ON_EDGES = 300, 300


@cache
def opened() -> RequestReader:
    documents = load_documents()
    return RequestReader(documents, load_regions(documents)[0])


@cache
def asked() -> list[tuple[Asked, dict[str, Any]]]:
    """Every request with what is expected of it."""
    rng = random.Random(7)
    worked = [(case.request, comparable(case.expect)) for case in cases.load()]
    drawn = [random_request(rng) for _ in range(DRAWN)] + list(boundary_requests(ON_EDGES))
    compared = [(request, comparable(reference(request))) for request in drawn]
    return [(read(request), expected) for request, expected in (*worked, *compared)]


def read(request: dict[str, Any]) -> Asked:
    found = opened().read_tables(request, [])
    assert isinstance(found, Asked), found
    return found


def settled() -> Iterator[tuple[Settlement, dict[str, Any]]]:
    policies: dict[int, Policy] = {}
    for one, expected in asked():
        region = one.policy.region
        policy = policies.setdefault(id(region), Policy(one.policy.documents, region))
        yield settle(policy, one.claim), expected


def test_every_figure_is_the_expected_one() -> None:
    for settlement, expected in settled():
        made = comparable(figures(settlement))
        assert {key: made.get(key) for key in expected} == expected


def test_every_line_has_its_words_and_its_clause() -> None:
    documents, said = opened().documents, words("zh")
    numbers = {document.number for document in documents.all}
    seen: set[tuple[str, object]] = set()
    for settlement, _ in settled():
        for text in (*(step.label for step in settlement.steps), *(note.text for note in settlement.notes)):
            shown = said(text)
            assert shown
            assert not {"None", "{", "}"} & set(re.split(r"(None|[{}])", shown)), shown
        for source in (note.source for note in settlement.notes):
            assert source is None or (source.document and source.clause)
        for step in settlement.steps:
            assert step.stage in STAGES, step
            if (step.stage, step.source) in seen:
                continue
            seen.add((step.stage, step.source))
            if step.source.document in numbers:
                assert clauses.place_of(step, clauses.load(), documents) is not None, step
            else:
                assert "." in step.source.clause, step


def test_every_line_has_its_amount_and_they_add_up() -> None:
    for settlement, _ in settled():
        paid: Counter[Payer] = Counter()
        off = OVER if all(step.label.id != CASE for step in settlement.steps) else (*OVER, "step.deductible.")
        for step in settlement.steps:
            assert (step.amount is None) == (
                step.label.id in WITHOUT_AMOUNT
            ) or step.label.id == NEVER_COVERED
            if step.base is not None and step.rate is not None:
                assert step.amount == share(step.base, step.rate), step
            if step.payer is not None:
                paid[step.payer] += step.amount or 0
            if step.stage != "bill" and step.label.id.startswith(off):
                paid[FUNDS.get(step.stage, Payer.BASIC)] -= step.amount or 0
        if settlement.missing:
            continue
        amounts = settlement.amounts
        found = (
            paid[Payer.BASIC],
            paid[Payer.CRITICAL_ILLNESS],
            paid[Payer.ASSISTANCE],
            paid[Payer.HOSPITAL],
        )
        assert found == (amounts.hifp_pay, amounts.hifmi_pay, amounts.maf_pay, amounts.hosp_part_amt)
        assert settlement.steps[-1].amount == amounts.psn_part_amt
