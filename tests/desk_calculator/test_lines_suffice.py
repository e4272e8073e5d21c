"""Whoever has the printed lines and the bill can redo every line of a settlement, in any language."""

import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import pytest

from core.exchange.answer import answer
from core.exchange.request import Asked, RequestReader
from core.messages import Message
from core.policy.shelf import load_documents, load_regions
from core.settle import settle
from core.words import languages, words
from tests.desk_calculator.lines import CannotRedo, fen, read
from tests.desk_calculator.printed import Printed, redone
from tests.reference.requests import random_request

CHUNKS = 4
NEVER_BEAR = {"step.common_rate_from", "step.common_limit_with"}
"""Lines that say where another line's rate or limit comes from, which stands in that line as well."""
MAY_BEAR = {
    "step.axis_assistance",
    "step.axis_cost",
    "step.axis_fund",
    "step.cap_on_cost",
    "step.origin_deductible",
}
"""Facts that only bear where a band's edge or the cap is reached."""


def _moved_cap(since: str) -> dict[str, Any]:
    """A stay of 2031 whose cap is moved by the years since one that the region states."""
    rule = {"deductible": 10000, since: 2026}
    return {
        "region": {"id": "x", "name": "县", "effective": "2020-01-01", "critical_illness": {"2031": rule}},
        "benefit": "inpatient",
        "hospital_level": "level_2",
        "discharged": "2031-05-05",
        "eligible": "90000.00",
        "basic_settlement": {"fund_paid": "40000.00"},
        "enrolment": {"consecutive_years": 12, "zero_claim_years": 2, "gap_years": 1},
    }


RARE = (_moved_cap("consecutive_from"), _moved_cap("bonus_from"))


@pytest.fixture(scope="module")
def reader() -> RequestReader:
    documents = load_documents()
    return RequestReader(documents, load_regions(documents)[0])


def _printed(reader: RequestReader, request: dict[str, Any], language: str) -> Iterator[Printed]:
    asked = reader.read_tables(request, [])
    assert isinstance(asked, Asked), asked
    made = json.loads(answer(settle(asked.policy, asked.claim), words(language)))
    yield Printed(request, made, request.get("year_to_date", {}), language)
    for other in made["alternatives"]:
        totals = request.get("other_years", {}).get(str(other["year"]), {})
        yield Printed(request, other, totals, language)


def _redo_random(reader: RequestReader, seed: int, number: int) -> None:
    rng = random.Random(seed)
    for place in range(number):
        language = languages()[place % len(languages())]
        for printed in _printed(reader, random_request(rng), language):
            try:
                redone(printed, printed.answer["steps"])
            except CannotRedo as fault:
                pytest.fail(f"{fault}\n{printed.request}\n{printed.answer['steps']}")


@pytest.mark.parametrize("seed", range(CHUNKS))
def test_every_line_of_random_settlements_is_redone_from_the_words_alone(
    reader: RequestReader, seed: int
) -> None:
    _redo_random(reader, seed, 1_600 // CHUNKS)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 140))
def test_every_line_of_20_000_settlements_is_redone_from_the_words_alone(
    reader: RequestReader, seed: int
) -> None:
    _redo_random(reader, seed, 500)


def test_a_line_that_is_dropped_or_a_fen_off_is_missed(reader: RequestReader) -> None:
    rng, dropped, missed = random.Random(11), Counter[str](), Counter[str]()
    for place in range(400):
        language = languages()[place % len(languages())]
        printed = next(_printed(reader, random_request(rng), language))
        steps = printed.answer["steps"]
        for at, step in enumerate(steps):
            kind = read(step["label"], step["amount"], language).kind
            bears = step["amount"] not in {None, "0.00"}
            off = f"{int(fen(step['amount'])) + 1}" if bears else None
            if off and kind != "step.further_sum":  # a region's sum that this visit may not reach
                wrong = {**step, "amount": f"{off[:-2] or 0}.{off[-2:].rjust(2, '0')}"}
                with pytest.raises(CannotRedo):
                    redone(printed, [*steps[:at], wrong, *steps[at + 1 :]])
            dropped[kind] += 1
            try:
                redone(printed, steps[:at] + steps[at + 1 :])
            except CannotRedo:
                missed[kind] += 1
            else:
                assert kind in MAY_BEAR | NEVER_BEAR or not bears, (kind, printed.request)
    never = {kind for kind in dropped if not missed[kind]}
    assert never <= NEVER_BEAR, never
    assert len(dropped) > 50, "the sample has most kinds of line"


def test_an_operand_that_is_left_out_or_wrong_is_missed(reader: RequestReader) -> None:
    rng, wrong, missed = random.Random(12), Counter[str](), defaultdict[str, set[str]](set)
    drawn = (random_request(rng) for _ in range(400))
    for request in (*RARE, *drawn):
        asked = reader.read_tables(request, [])
        assert isinstance(asked, Asked)
        steps = settle(asked.policy, asked.claim).steps
        printed = next(_printed(reader, request, "zh"))
        for at, step in enumerate(steps):
            for name, value in step.label.params.items():
                if isinstance(value, Message):
                    continue
                label = words("zh")(Message(step.label.id, {**step.label.params, name: ""}))
                if label == printed.answer["steps"][at]["label"]:
                    continue  # the sentence does not say it
                changed = [dict(one) for one in printed.answer["steps"]]
                changed[at]["label"] = label
                with pytest.raises(CannotRedo):
                    redone(printed, changed)
                first, rest = str(value)[0], str(value)[1:]
                other = f"{int(first) % 9 + 1}{rest}"
                changed[at]["label"] = words("zh")(Message(step.label.id, {**step.label.params, name: other}))
                wrong[f"{step.label.id}.{name}"] += 1
                try:
                    redone(printed, changed)
                except CannotRedo:
                    missed[step.label.id].add(name)
    told = {id_ for id_ in wrong if id_.rsplit(".", 1)[1] not in missed[id_.rsplit(".", 1)[0]]}
    assert told <= SAID_ONLY, told - SAID_ONLY


SAID_ONLY = {
    "step.tilt_points.points",
    "step.common_rate_from.points",
    "step.common_rate_from.rate",
    "step.cap_years_since.over",
}
"""Operands that are told and that no amount follows from beyond the lines that hold them themselves."""
