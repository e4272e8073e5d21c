"""The fast answers that a changed rule has to contradict: every worked case, and a sample of the reference.

Requests are read once, before anything is changed; each run settles them with rules chosen anew.
"""

import json
import random
import re
from functools import cache
from itertools import chain
from typing import Any, Final, NamedTuple

from core.exchange.answer import answer
from core.exchange.request import Asked, RequestReader
from core.money import share
from core.policy import clauses, regions
from core.policy.select import Policy
from core.policy.shelf import load_documents, load_regions
from core.settle import settle
from core.settlement import REGION_SECTIONS, Settlement, Source
from core.vocabulary import Benefit, Level, Payer, Population
from core.words import words
from tests import cases
from tests.core.answers import lines, notes_of, without_words
from tests.desk_calculator.printed import Printed, redone
from tests.reference.compare import comparable
from tests.reference.requests import boundary_requests, random_request
from tests.reference.settlement import settle as reference

STAGES: Final = {*Benefit, "bill", "critical_illness", "assistance", "patient"}
FUNDS: Final = {"critical_illness": Payer.CRITICAL_ILLNESS, "assistance": Payer.ASSISTANCE}
OF_PATIENT: Final = (
    *("annual_limit", "before.", "over_", "beyond_", "category_b", "deductible.", "not_covered"),
    *("out_of_catalogue", "elsewhere_share", "elsewhere_deductible", "assistance_deductible"),
)
"""How the names of the lines begin that the patient pays."""

PAID: Final = frozenset(("band", "band_only", "band_open", "rate", "elsewhere_paid"))
OF_HOSPITAL: Final = frozenset(("case_hospital", "hospital_part"))
NEVER_COVERED: Final = "not_covered"
WITHOUT_AMOUNT: Final = frozenset(
    (
        *("tilt_points", "critical_uncapped", "origin_deductible", "cap_on_cost", "common_rate_from"),
        *("axis_assistance", "axis_cost", "axis_fund", "cap_years", "cap_zero_years", "cap_gap_years"),
        *("cap_most_added", "cap_most_taken", "cap_years_since", "cap_years_counted"),
    )
)
"""Lines that state a fact."""

MULTIPLIED: Final = frozenset(
    (
        *("band", "band_only", "band_open", "rate", "elsewhere_share", "category_b_share"),
        *("further_amount", "critical_deductible_share", "cap_percent"),
    )
)
"""Lines that are a rate of an amount, which window and paper show beside them."""

WITHOUT_CLAUSE: Final = frozenset(("note.no_assistance_rule", "note.other_year"))
"""Notes that no document speaks of."""

DRAWN, ON_EDGES = 300, 300


class Expected(NamedTuple):
    """A request as it was read, with what its answer has to hold. ``name`` is a person's word for it."""

    name: str
    request: dict[str, Any]
    asked: Asked
    answer: dict[str, Any]


@cache
def opened() -> RequestReader:
    """A reader over the documents and the packs that ship."""
    documents = load_documents()
    return RequestReader(documents, load_regions(documents)[0])


@cache
def expected() -> tuple[Expected, ...]:
    """Every request with what is expected of it."""
    rng = random.Random(7)
    worked = [(case.name, case.request, comparable(case.expect)) for case in cases.load()]
    drawn = [random_request(rng) for _ in range(DRAWN)] + list(boundary_requests(ON_EDGES))
    compared = [
        (f"drawn {number}", request, comparable(reference(request))) for number, request in enumerate(drawn)
    ]
    return tuple(
        Expected(name, request, _read(request), made) for name, request, made in (*worked, *compared)
    )


def _read(request: dict[str, Any]) -> Asked:
    found = opened().read_tables(request, [])
    assert isinstance(found, Asked), found
    return found


class Judge:
    """Settles requests with rules that are chosen anew, and holds each answer against what is expected."""

    def __init__(self) -> None:
        """Begin with no rule chosen."""
        self._policies: dict[int, Policy] = {}
        self._seen: set[tuple[str, object]] = set()

    def look_at(self, one: Expected) -> None:
        """Raise whatever a request's answer, its words or its lines show to be wrong."""
        region = one.asked.policy.region
        policy = self._policies.setdefault(id(region), Policy(one.asked.policy.documents, region))
        settlement = settle(policy, one.asked.claim)
        made = json.loads(answer(settlement, words("zh")))
        plain = comparable(without_words(made))
        assert {key: plain.get(key) for key in one.answer} == one.answer, one.name
        if one.name in cases.workings():
            assert lines(settlement) == cases.workings()[one.name], one.name
        if one.name in cases.noted():
            assert notes_of(settlement) == cases.noted()[one.name], one.name
        self._every_line_has_its_words_and_its_clause(settlement)
        _every_line_has_its_amount_and_its_payer(settlement)
        _the_lines_suffice(one.request, made)

    def _every_line_has_its_words_and_its_clause(self, settlement: Settlement) -> None:
        documents, said = opened().documents, words("zh")
        for text in (*(step.label for step in settlement.steps), *(note.text for note in settlement.notes)):
            shown = said(text)
            assert shown
            assert not {"None", "{", "}"} & set(re.split(r"(None|[{}])", shown)), shown
        for note in settlement.notes:
            if note.text.id in WITHOUT_CLAUSE:
                assert note.source is None, note
            else:
                assert note.source is not None, note
                assert _stands(note.source), note
        for step in settlement.steps:
            assert step.stage in STAGES, step
            if (step.stage, step.source) in self._seen:
                continue
            self._seen.add((step.stage, step.source))
            if step.source.document in _numbers():
                assert clauses.place_of(step, clauses.load(), documents) is not None, step
            else:
                assert _is_a_cell(step.source.clause), step


@cache
def _numbers() -> frozenset[str]:
    return frozenset(document.number for document in opened().documents.all)


def _stands(source: Source) -> bool:
    """Whether a clause is one of the documents', or a cell of a pack."""
    if source.document in _numbers():
        return bool(source.clause)
    return _is_a_cell(source.clause)


def _is_a_cell(path: str) -> bool:
    """Whether a path names a cell of a pack: each part of it is a key or a number, or it is a case's."""
    section, *parts = path.split(".")
    if section not in REGION_SECTIONS or not parts:
        return False
    return section == "case_payment" or all(part.isdecimal() or part in _keys() for part in parts)


@cache
def _keys() -> frozenset[str]:
    """Every key of a pack's tables: of each model's fields, the levels and the categories among them."""
    models = [model for model in vars(regions).values() if isinstance(model, type)]
    fields = (model.model_fields for model in models if issubclass(model, regions.StrictModel))
    return frozenset((*Level, *Population, "local", *chain.from_iterable(fields)))


def _every_line_has_its_amount_and_its_payer(settlement: Settlement) -> None:
    for step in settlement.steps:
        name = step.label.id.removeprefix("step.")
        assert (step.amount is None) == (name in WITHOUT_AMOUNT) or name == NEVER_COVERED
        assert (step.base is None, step.rate is None) == (name not in MULTIPLIED,) * 2, step
        if step.base is not None and step.rate is not None:
            assert step.amount == share(step.base, step.rate), step
        if name.startswith(OF_PATIENT):
            assert step.payer is Payer.PATIENT, step
        elif name in PAID:
            assert step.payer is FUNDS.get(step.stage, Payer.BASIC), step
        else:
            assert step.payer is (Payer.HOSPITAL if name in OF_HOSPITAL else None), step


def _the_lines_suffice(request: dict[str, Any], made: dict[str, Any]) -> None:
    redone(Printed(request, made, request.get("year_to_date", {}), "zh"), made["steps"])
    for other in made["alternatives"]:
        totals = request.get("other_years", {}).get(str(other["year"]), {})
        redone(Printed(request, other, totals, "zh"), other["steps"])
