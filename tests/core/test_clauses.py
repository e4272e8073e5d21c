"""The articles of the documents: all of them, in their order, and nothing said of one that does not hold."""

import re
from collections import defaultdict
from pathlib import Path
from typing import Any, Final, get_args

import pytest
from pydantic import BaseModel

from core.exchange import fund
from core.exchange.request import RequestReader
from core.ledger.year_shares import YearShares
from core.messages import Message
from core.policy import clauses
from core.policy.clauses import Clause, place_of
from core.policy.in_force import Documents
from core.policy.regions import CriticalYear, RegionPack
from core.reports.report_form import KINDS
from core.settlement import Settlement, Source, Step
from core.words import languages, words
from tests import cases
from tests.core.answers import settled
from tests.core.test_catalogue import GLOSSARY

ARTICLES = clauses.load()
BENEFITS: Final = (
    "inpatient",
    "special_outpatient",
    "day_surgery",
    "common_outpatient",
    "chronic_outpatient",
)
NOT_OF_ONE_ARTICLE: Final = {"bill", "patient"}
"""Stages that cite the clause of whatever benefit is settled."""

TEXTS = Path(__file__).parents[3] / "shared" / "documents"
FILES: Final = {
    "2016-57": "jilin-2016-57-critical-illness-system.txt",
    "2019-21": "jilin-2019-21-unified-benefits.txt",
    "2019-26": "jilin-2019-26-critical-illness-2020.txt",
    "2020-15": "jilin-2020-15-benefits-2020.txt",
    "2025-12-31": "jilin-2025-12-31-critical-illness-2026.txt",
}
_HEADING: Final = re.compile(r"^\s*([一二三四五六七八九十])、|^\s*（([一二三四五六七八九十])）", re.MULTILINE)


def headings(text: str) -> list[str]:
    """The articles of a document down to their first bracket, as its own numbering has them."""
    found: list[str] = []
    chapter = ""
    for match in _HEADING.finditer(text):
        if match[1]:
            chapter = match[1]
            found.append(f"{chapter}、")
        else:
            found.append(f"{chapter}、（{match[2]}）")
    return [
        each for each in found if not (each.endswith("、") and any(o.startswith(each + "（") for o in found))
    ]


@pytest.mark.skipif(not TEXTS.exists(), reason="the documents do not lie beside the checkout")
@pytest.mark.parametrize("document", FILES)
def test_every_article_of_a_document_stands_in_the_list_and_in_its_order(document: str) -> None:
    text = (TEXTS / FILES[document]).read_text(encoding="utf-8")
    listed = [each.clause for each in ARTICLES if each.document == document]
    numbered = [re.sub(r"(?<=）).*", "", one) if "、（" in one else f"{one}、" for one in listed]
    kept = [one for one in dict.fromkeys(numbered) if not one.startswith(("附件", "末段"))]
    assert kept == headings(text)


def test_the_headings_are_read_as_a_document_has_them() -> None:
    text = "  一、甲\n  （一）乙。\n  1.丙\n  （二）丁\n二、戊\n  文字（一）不是条\n三、己\n（七）庚"
    assert headings(text) == ["一、（一）", "一、（二）", "二、", "三、（七）"]


def test_the_documents_come_in_the_order_of_their_first_days_and_no_article_twice(
    documents: Documents,
) -> None:
    assert list(dict.fromkeys(each.document for each in ARTICLES)) == [each.id for each in documents.all]
    assert len({each.reference for each in ARTICLES}) == len(ARTICLES)


def test_each_is_said_in_one_line_of_every_language() -> None:
    for article in ARTICLES:
        assert set(article.settles) == set(languages()), article.reference
        for text in article.settles.values():
            assert text.strip() == text, article.reference
            assert text.endswith("。" if text == article.settles["zh"] else "."), article.reference
            assert "\n" not in text
            assert len(text) <= 180, article.reference


def test_korean_has_the_words_of_the_glossary() -> None:
    other = [
        f"{article.reference}: {term}"
        for article in ARTICLES
        for term, word in GLOSSARY.items()
        if term in article.settles["zh"] and word not in article.settles["ko"]
    ]
    assert other == []


@pytest.mark.skipif(not TEXTS.exists(), reason="the documents do not lie beside the checkout")
def test_no_sentence_of_a_document_is_copied() -> None:
    longest = 14
    for article in ARTICLES:
        source = re.sub(r"\s", "", (TEXTS / FILES[article.document]).read_text(encoding="utf-8"))
        text = article.settles["zh"]
        copied = [
            text[at : at + longest] for at in range(len(text) - longest) if text[at : at + longest] in source
        ]
        assert copied == [], article.reference


@pytest.fixture(scope="module")
def worked(reader: RequestReader) -> list[tuple[cases.Case, list[Settlement]]]:
    """Every worked case with its settlements, those of other years among them."""
    return [
        (case, [found, *(other.settlement for other in found.alternatives)])
        for case in cases.load()
        for found in [settled(reader, case.request)]
    ]


def steps(worked: list[tuple[cases.Case, list[Settlement]]]) -> list[Step]:
    return [step for _, made in worked for settlement in made for step in settlement.steps]


def test_every_line_of_every_case_leads_to_an_article_that_says_so(
    worked: list[tuple[cases.Case, list[Settlement]]], documents: Documents
) -> None:
    lost = set()
    for step in steps(worked):
        at = place_of(step, ARTICLES, documents)
        year_without_document = at is None and re.match(r"critical_illness\.201[0-5]", step.source.clause)
        if year_without_document:
            continue
        if at is None or not (
            step.stage in ARTICLES[at].computed or ARTICLES[at].cells or step.stage in NOT_OF_ONE_ARTICLE
        ):
            lost.add((step.stage, *step.source))
    given_before_2020 = {lost_one for lost_one in lost if lost_one[1] == "吉政办发〔2016〕57号"}
    assert lost - given_before_2020 == set()
    assert {(stage, clause) for stage, _, clause in given_before_2020} <= {
        ("inpatient", "三、（三）"),
        ("special_outpatient", "三、（三）"),
    }


def test_what_is_said_to_be_computed_is_a_line_of_a_case_that_rests_on_the_article(
    worked: list[tuple[cases.Case, list[Settlement]]],
) -> None:
    stages: dict[str, set[str]] = defaultdict(set)
    for case, made in worked:
        for reference in case.clauses:
            stages[reference] |= {str(step.stage) for each in made for step in each.steps}
    wrong = {
        article.reference: set(article.computed) - stages[article.reference]
        for article in ARTICLES
        if set(article.computed) - stages[article.reference]
    }
    assert wrong == {}


def test_what_is_said_to_be_a_note_is_one_and_every_note_is_said(
    worked: list[tuple[cases.Case, list[Settlement]]], documents: Documents
) -> None:
    numbers = {document.number: document.id for document in documents.all}
    cited = {
        (numbers[note.source.document], note.source.clause)
        for _, made in worked
        for settlement in made
        for note in settlement.notes
        if note.source is not None and note.source.document in numbers
    }
    noted = [article for article in ARTICLES if "notes" in article.shown]
    for document, clause in sorted(cited):
        parts = [each for each in noted if each.document == document and each.holds(clause)]
        assert parts, (document, clause)
    by_switch = {"2025-12-31 二", "2025-12-31 六、（二）"}  # of an income, of a region's own cell
    assert {
        article.reference
        for article in noted
        if not any(article.document == document and article.holds(clause) for document, clause in cited)
    } <= by_switch


def test_what_is_shown_with_the_fund_is_cited_there_and_the_other_way_round(documents: Documents) -> None:
    answers: list[Any] = [
        *(fund.funding(documents, words(), year, "province", 100_000) for year in (2020, 2026)),
        fund.make_up(documents, words(), "长春市"),
        fund.result(documents, words(), 10_000, 400, 0),
        fund.warning(documents, words(), 100, 50, 90),
        fund.targets(documents, 2026, YearShares(1, 100, 70, 0), 3_000_000),
    ]
    cited: set[tuple[str, str]] = set()

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            if "clause" in value:
                cited.add((value["document"], value["clause"]))
            for inner in value.values():
                walk(inner)

    for answer in answers:
        assert isinstance(answer, dict), answer
        walk(answer)
    numbers = {document.id: document.number for document in documents.all}
    shown = {(numbers[each.document], each.clause) for each in ARTICLES if "fund" in each.shown}
    assert shown == cited


def test_what_is_shown_as_a_list_of_diseases_is_one(documents: Documents) -> None:
    document = documents.first("chronic_outpatient").document
    shown = {each.clause for each in ARTICLES if "diseases" in each.shown}
    assert document.chronic_outpatient is not None
    assert document.special_outpatient is not None
    assert {document.chronic_outpatient.diseases.clause, document.special_outpatient.diseases.clause} <= shown
    assert shown <= {"附件1", "附件2", "二、（一）2（1）"}


def test_what_is_shown_as_a_report_is_the_evaluation() -> None:
    assert [each.reference for each in ARTICLES if "reports" in each.shown] == ["2025-12-31 六、（六）"]
    assert "evaluation" in KINDS


def leaves(model: type[BaseModel], path: str = "") -> list[str]:
    """The dotted paths of a pack's cells, without the years, numbers and categories that are keys."""
    found = []
    for name, field in model.model_fields.items():
        inner = _model(field.annotation)
        here = f"{path}{name}"
        found += leaves(inner, f"{here}.") if inner else [here]
    return found


def _model(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model(part))), None)


def test_every_cell_of_a_pack_is_left_open_by_an_article_and_every_cell_that_is_named_is_one() -> None:
    stated = [
        path for path in leaves(RegionPack) if path.split(".")[0] not in {"id", "name", "effective", "source"}
    ]
    assert "critical_illness.deductible" in stated
    assert "inpatient.deductible.level_2" in stated
    named = {cell for article in ARTICLES for cell in article.cells}
    assert [path for path in stated if not any(f"{path}.".startswith(f"{cell}.") for cell in named)] == []
    assert [cell for cell in named if not any(f"{path}.".startswith(f"{cell}.") for path in stated)] == []


@pytest.mark.parametrize("year", range(2016, 2031))
def test_a_year_of_critical_illness_leaves_open_what_the_documents_leave_open(
    year: int, documents: Documents
) -> None:
    open_keys = documents.open_critical_keys(year)
    path = f"critical_illness.{year}"
    said = {
        key
        for key in CriticalYear.model_fields
        if any(each.leaves_open(f"{path}.{key}") for each in ARTICLES)
    }
    if not 2021 <= year <= 2025:
        assert said == open_keys - {"uncapped"}
    assert open_keys - {"uncapped"} <= said


@pytest.mark.parametrize(
    ("stage", "source", "article"),
    [
        ("inpatient", Source("吉医保联〔2019〕21号", "附件3"), "2019-21 附件3"),
        ("common_outpatient", Source("吉医保联〔2019〕21号", "二、（一）1"), "2019-21 二、（一）1（1）"),
        ("inpatient", Source("县", "inpatient.deductible.level_2"), "2019-21 二、（二）1"),
        ("inpatient", Source("县", "case_payment.K35"), "2019-21 二、（二）2"),
        ("critical_illness", Source("县", "critical_illness.2018.cap"), "2016-57 三、（三）"),
        ("critical_illness", Source("县", "critical_illness.2023.deductible"), "2020-15 二、（五）"),
        ("critical_illness", Source("县", "critical_illness.2031.deductible"), "2025-12-31 二"),
        ("critical_illness", Source("县", "critical_illness.2015.deductible"), ""),
        ("inpatient", Source("别的文件", "一、（一）"), ""),
    ],
)
def test_a_line_leads_to_its_article(stage: str, source: Source, article: str, documents: Documents) -> None:
    at = place_of(Step(stage, Message("step.in_scope"), 0, source), ARTICLES, documents)
    assert ("" if at is None else ARTICLES[at].reference) == article


def test_an_article_that_nothing_is_said_of_is_not_arithmetic() -> None:
    bare = [each for each in ARTICLES if not (each.computed or each.shown or each.cells)]
    assert {each.about for each in bare} <= {"organisation", "fund"}
    assert Clause(document="x", clause="一", about="fund", settles={}) not in bare
    assert bare
