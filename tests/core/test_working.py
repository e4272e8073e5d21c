"""The working of some cases, line by line: each line, its amount, its clause and what its label says."""

import tomllib

import pytest

from core.exchange.request import RequestReader
from core.money import grouped
from core.settlement import Source, Step
from tests import cases
from tests.core.answers import settled

CASES = {case.name: case for case in cases.load()}
WORKINGS = tomllib.loads((cases.HERE / "working.toml").read_text(encoding="utf-8"))["working"]
STAY = {"region": "jilin/example", "benefit": "inpatient", "hospital_level": "level_2"}


def line(step: Step) -> list[str]:
    said = sorted((name, value) for name, value in step.label.params.items() if isinstance(value, str))
    return [
        step.label.id.removeprefix("step."),
        "" if step.amount is None else grouped(step.amount),
        step.source.clause,
        " ".join(f"{name}={value}" for name, value in said),
    ]


@pytest.mark.parametrize("working", WORKINGS, ids=lambda working: working["case"])
def test_a_case_is_worked_line_by_line(reader: RequestReader, working: dict[str, object]) -> None:
    settlement = settled(reader, CASES[str(working["case"])].request)
    assert [line(step) for step in settlement.steps] == working["lines"]


def test_before_2020_category_b_cites_what_counts_as_compliant_cost(reader: RequestReader) -> None:
    request = {**STAY, "discharged": "2018-05-05", "eligible": "700", "category_b_selfpay": "20"}
    steps = settled(reader, {**request, "basic_settlement": {"fund_paid": "500"}}).steps
    of_b = next(step for step in steps if step.label.id == "step.category_b")
    assert of_b.source == Source("吉政办发〔2016〕57号", "三、（二）")


def test_drugs_of_the_two_diseases_are_settled_before_their_notice_is_on_file(reader: RequestReader) -> None:
    visit = {**STAY, "benefit": "common_outpatient", "discharged": "2026-05-05", "eligible": "700"}
    for drugs in (True, False):
        notes = {
            note.text.id: note.source for note in settled(reader, {**visit, "two_disease_drugs": drugs}).notes
        }
        assert ("note.open.two_disease_notice" in notes) == drugs
        if drugs:
            assert notes["note.open.two_disease_notice"] == Source("吉医保联〔2019〕21号", "末段")
