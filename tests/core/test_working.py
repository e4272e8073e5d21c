"""The working and the notes of some cases: each line, its amount, its clause and what its label says."""

import copy

import pytest

from core.exchange.request import RequestReader
from core.settlement import Source
from tests import cases
from tests.core.answers import lines, notes_of, settled

CASES = {case.name: case for case in cases.load()}
WORKINGS, NOTED = cases.workings(), cases.noted()
STAY = {"region": "jilin/example", "benefit": "inpatient", "hospital_level": "level_2"}


@pytest.mark.parametrize("name", WORKINGS)
def test_a_case_is_worked_line_by_line(reader: RequestReader, name: str) -> None:
    assert lines(settled(reader, CASES[name].request)) == WORKINGS[name]


@pytest.mark.parametrize("name", NOTED)
def test_a_case_has_these_notes_and_no_other(reader: RequestReader, name: str) -> None:
    assert notes_of(settled(reader, CASES[name].request)) == NOTED[name]


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
