"""The working and the notes of some cases: each line, its amount, its clause and what its label says."""

import copy
import tomllib

import pytest

from core.exchange.request import RequestReader
from core.messages import Message
from core.money import grouped
from core.settlement import Note, Source, Step
from tests import cases
from tests.core.answers import settled

CASES = {case.name: case for case in cases.load()}
WORKINGS = tomllib.loads((cases.HERE / "working.toml").read_text(encoding="utf-8"))["working"]
NOTED = tomllib.loads((cases.HERE / "notes.toml").read_text(encoding="utf-8"))["noted"]
STAY = {"region": "jilin/example", "benefit": "inpatient", "hospital_level": "level_2"}


def line(step: Step) -> list[str]:
    said = sorted((name, value) for name, value in step.label.params.items() if isinstance(value, str | int))
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


def said(note: Note) -> list[str]:
    cells = sorted(note.text.params.items())
    return [
        note.text.id.removeprefix("note."),
        "" if note.source is None else note.source.clause,
        " ".join(f"{name}={value.id if isinstance(value, Message) else value}" for name, value in cells),
    ]


@pytest.mark.parametrize("noted", NOTED, ids=lambda noted: noted["case"])
def test_a_case_has_these_notes_and_no_other(reader: RequestReader, noted: dict[str, object]) -> None:
    settlement = settled(reader, CASES[str(noted["case"])].request)
    assert [said(note) for note in settlement.notes] == noted["notes"]


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


LEFT_OPEN = {
    "inpatient.deductible": ("吉医保联〔2019〕21号", "二、（二）1"),
    "special_outpatient.deductible": ("吉医保联〔2019〕21号", "二、（一）3"),
    "special_outpatient.disease_41": ("吉医保联〔2019〕12号", "二、（一）3"),
    "common_outpatient": ("吉医保联〔2019〕21号", "二、（一）1"),
    "chronic_outpatient": ("吉医保联〔2019〕21号", "二、（一）2"),
    "major_disease": ("吉医保联〔2019〕21号", "二、（二）2"),
    "case_payment": ("吉医保联〔2019〕21号", "二、（二）2"),
    "critical_illness.2016.deductible": ("吉政办发〔2016〕57号", "三、（一）"),
    "critical_illness.2018.deductible": ("吉政办发〔2016〕57号", "三、（一）"),
    "critical_illness.2018.bands": ("吉政办发〔2016〕57号", "三、（三）"),
    "critical_illness.2018.cap": ("吉政办发〔2016〕57号", "三、（三）"),
    "critical_illness.2020.bands": ("吉医保联〔2019〕26号", "二、（四）"),
    "critical_illness.2026.deductible": ("关于完善全省城乡居民大病保险有关政策的通知（2025-12-31）", "二"),
}
"""What a document leaves open, with the clause that does."""


def test_a_missing_figure_names_the_clause_that_leaves_it_open(reader: RequestReader) -> None:
    named, unnamed = set(), set()
    for case in CASES.values():
        for figure in settled(reader, case.request).missing:
            known = [clause for path, clause in LEFT_OPEN.items() if f"{figure.path}.".startswith(f"{path}.")]
            if known:
                assert figure.source == Source(*known[0]), figure
                named |= {path for path in LEFT_OPEN if f"{figure.path}.".startswith(f"{path}.")}
            elif figure.source is None:
                unnamed.add(figure.path.split(".")[0])
    assert named == LEFT_OPEN.keys()
    assert unnamed == {"basic", "critical_illness", "elsewhere"}


TOLD = ("note.deductible_above_income", "note.cap_stands", "note.cap_to_be_adjusted")


@pytest.mark.parametrize(
    ("income", "ids"),
    [
        ("9999.99", {"note.deductible_above_income", "note.cap_stands"}),
        ("10000.00", {"note.cap_stands"}),
        ("66666.66", {"note.cap_stands"}),
        ("66666.67", {"note.cap_to_be_adjusted"}),
    ],
)
def test_an_income_per_head_says_on_which_side_deductible_and_cap_lie(
    reader: RequestReader, income: str, ids: set[str]
) -> None:
    request = copy.deepcopy(
        CASES["2026: a burden of exactly the deductible of 10 000 is paid nothing on"].request
    )
    request["region"]["critical_illness"]["2026"]["income_per_head"] = income
    notes = [note for note in settled(reader, request).notes if note.text.id.startswith(TOLD)]
    assert {note.text.id for note in notes} == ids
    assert all(note.source is not None and note.source.clause == "二" for note in notes)
    yuan = f"{income[:2]},{income[2:]}" if len(income) > 7 else f"{income[:-6]},{income[-6:]}"
    above = [note for note in notes if note.text.id == TOLD[0]]
    assert [note.text.params["income"] for note in above] == [yuan] * len(above)
