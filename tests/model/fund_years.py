"""What the tests of the fund's year share: a small population of the shipped example, settled one by one."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from core.claim import NOTHING_YET, Claim, Enrolment
from core.exchange.request import RequestReader
from core.model.assumptions import Assumptions, shipped
from core.model.blocks import ClaimSource
from core.model.columns import NOT_GIVEN, ClaimColumns
from core.model.drawn import drawn
from core.policy.select import Policy
from core.policy.shelf import load_documents, load_regions
from core.settle import settle
from core.settlement import Amounts
from core.tables.watch import Watch
from core.vocabulary import Benefit, Level, Population

YEAR = 2026
EXAMPLE = "jilin/example"


def example_reader() -> RequestReader:
    documents = load_documents()
    return RequestReader(documents, load_regions(documents)[0])


def small(
    reader: RequestReader, people: int = 250, seed: int = 7, assumed: Assumptions | None = None
) -> ClaimSource:
    source = drawn(assumed or shipped(), people, seed, [EXAMPLE], reader, YEAR)
    assert isinstance(source, ClaimSource)
    return source


class Settled(NamedTuple):
    """A claim settled by itself, as the counter does it."""

    patient: int
    claim: Claim
    amounts: Amounts


def one_by_one(source: ClaimSource, policies: Sequence[Policy]) -> Iterator[Settled]:
    """Settle each claim by `settle`, each on the totals of the one before: no column is involved."""
    for block in source.engine.each(lambda block: block, Watch()):
        patient, year = None, NOTHING_YET
        for row in range(block.claims.rows):
            claim = _claim(block.claims, row)
            if int(block.claims.patient[row]) != patient:
                patient, year = int(block.claims.patient[row]), NOTHING_YET
            policy = policies[int(block.claims.column("policy")[row])]
            settlement = settle(policy, claim._replace(year_to_date=year))
            assert settlement.year_to_date is not None
            year = settlement.year_to_date
            yield Settled(patient or 0, claim, settlement.amounts)


def _claim(claims: ClaimColumns, row: int) -> Claim:
    def cell(name: str) -> int:
        return int(claims.column(name)[row])

    day = date(1970, 1, 1) + timedelta(days=cell("day"))
    return Claim(
        benefit=list(Benefit)[cell("benefit")],
        level=list(Level)[cell("level")],
        admitted=day,
        discharged=day,
        settled=day,
        total=cell("total"),
        eligible=cell("eligible"),
        category_b=cell("category_b"),
        population=list(Population)[cell("population")],
        disease=None if cell("disease") == NOT_GIVEN else cell("disease"),
        special_disease=None if cell("special_disease") == NOT_GIVEN else cell("special_disease"),
        enrolment=Enrolment(cell("consecutive_years"), cell("zero_claim_years"), cell("gap_years")),
    )
