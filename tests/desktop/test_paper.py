"""The patient's sheet, read back from real PDFs: what the paper says is what was settled."""

import errno
import json
import re
from collections import Counter
from dataclasses import replace
from datetime import datetime
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pypdfium2 as pdfium
import pytest
from PySide6.QtGui import QFont, QRawFont

from core.claim import MONEY_TOTALS
from core.counter import WorkedOut
from core.exchange.request import Asked, RequestReader
from core.masking import masked_id, masked_name
from core.messages import term
from core.missing import say
from core.money import capitals, grouped
from core.policy.shelf import load_documents, load_regions, made_up
from core.settle import settle
from core.settlement import Settlement
from core.vocabulary import Payer
from core.words import Words, languages, words
from desktop.paper.drawing import Block, Text, width_of
from desktop.paper.form_layout import FORMS
from desktop.paper.layout import lay_out
from desktop.paper.output import PaperNotSaved, pdf_of, print_sheet, sheet_pdf
from desktop.paper.paper_sizes import A4, A5, PAPERS, Paper
from desktop.paper.sheet import Sheet, sheet_of
from desktop.paper.sheet_head import Issue, SheetHead
from desktop.startup.fonts import load_fonts

pytestmark = pytest.mark.usefixtures("qapp")

DOCUMENTS = load_documents()
READER = RequestReader(DOCUMENTS, load_regions(DOCUMENTS)[0])
ZH = words("zh")
RARE_NAME = "玥珺祎堃喆垚䶮"
HOSPITAL = "연변대학부속병원 延边大学附属医院"
ID = "220113199001011234"
PRINTED = datetime(2026, 11, 22, 9, 12)  # noqa: DTZ001 (the desk's own time)

ORDINARY: dict[str, Any] = {
    "region": "jilin/example",
    "benefit": "inpatient",
    "hospital_level": "level_2",
    "admitted": "2026-03-01",
    "discharged": "2026-03-10",
    "total": "52000.00",
    "eligible": "48000.00",
    "category_b_selfpay": "1200.00",
}
LONG = ORDINARY | {
    "total": "960000.55",
    "eligible": "900000.00",
    "over_limit": "1234.56",
    "population": "low_income",
    "enrolment": {"consecutive_years": 9, "zero_claim_years": 1, "fraud_amounts": ["100.00", "9000.00"]},
    "year_to_date": {
        "admissions": 2,
        "in_scope": "25000.00",
        "basic_paid": "12000.00",
        "critical_burden": "8000.12",
        "special_outpatient_deductible": "400.00",
        "common_outpatient_paid": "311.11",
        "common_outpatient_deductible": "50.00",
        "chronic": {
            str(number): {"in_scope": "100.00", "paid": "60.00", "deductible": "40.00"}
            for number in range(1, 19)
        },
    },
}
MISSING = ORDINARY | {"region": "jilin/changchun"}
REQUESTS: dict[str, dict[str, Any]] = {
    "an ordinary stay": ORDINARY,
    "a long stay of a poor patient": LONG,
    "a stay moved up the levels": ORDINARY
    | {"hospital_level": "level_3", "transfer": {"kind": "up", "deductible_paid": "400.00"}},
    "dialysis": ORDINARY | {"benefit": "special_outpatient", "special_disease": 21},
    "a village clinic": ORDINARY
    | {"benefit": "common_outpatient", "hospital_level": "village_clinic", "admitted": "2026-03-10"},
    "not covered": ORDINARY
    | {"benefit": "common_outpatient", "hospital_level": "level_3", "admitted": "2026-03-10"},
    "diabetes": ORDINARY | {"benefit": "chronic_outpatient", "disease": 1, "admitted": "2026-03-10"},
    "two years, the other one not on file": ORDINARY | {"admitted": "2025-12-20", "discharged": "2026-01-10"},
    "two years, both on file": ORDINARY | {"discharged": "2026-12-28", "settled": "2027-01-04"},
    "nothing is owed": ORDINARY | {"total": "0.00", "eligible": "0.00", "category_b_selfpay": "0.00"},
    "figures are missing": MISSING,
    "only critical illness is missing": ORDINARY | {"admitted": "2024-03-01", "discharged": "2024-03-10"},
}


class Case(NamedTuple):
    """A settlement and its sheet."""

    settlement: Settlement
    sheet: Sheet


def case_of(request: dict[str, Any], language: str = "zh", **other: Any) -> Case:
    asked = READER.read(json.dumps(request))
    assert isinstance(asked, Asked), asked
    found = settle(asked.policy, asked.claim)
    given: dict[str, Any] = {
        "words": words(language),
        "patient_name": "张玥珺",
        "patient_id": ID,
        "hospital": HOSPITAL,
        "made_up": made_up(asked.policy.region),
        "operator": "王*",
        "printed_at": PRINTED,
    }
    return Case(found, sheet_of(WorkedOut(asked.claim, asked.policy, found), Issue(**(given | other))))


def read_back(content: bytes) -> list[str]:
    """The text of each page of a PDF."""
    with pdfium.PdfDocument(content) as document:
        pages = []
        for page in document:
            text = page.get_textpage()
            pages.append(text.get_text_range().replace("\r", ""))
            text.close()
            page.close()
        return pages


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def pictures(content: bytes, dots: int = 100) -> list[np.ndarray]:
    """The pages of a PDF as pixels, red, green and blue."""
    with pdfium.PdfDocument(content) as document:
        made = []
        for page in document:
            bitmap = page.render(scale=dots / 72, rev_byteorder=True)
            made.append(bitmap.to_numpy().copy())
            bitmap.close()
            page.close()
        return made


def expected_figures(found: Settlement, said: Words) -> list[tuple[str, str]]:
    """Every figure of a settlement with the words before it, straight from the settlement."""
    amounts = found.amounts
    figures = [(said.text("amount.medfee_sumamt"), grouped(amounts.medfee_sumamt))]
    figures += [(said(step.label), grouped(step.amount)) for step in found.steps if step.amount is not None]
    if found.patient_parts is not None:
        for name, fen in found.patient_parts._asdict().items():
            if fen:
                figures.append((said.text(f"part.{name}"), grouped(fen)))
    if not found.missing:
        figures.append(figures[0])  # beside the answer, and where the sum begins
        payers = (
            (Payer.BASIC, amounts.hifp_pay),
            (Payer.CRITICAL_ILLNESS, amounts.hifmi_pay),
            (Payer.ASSISTANCE, amounts.maf_pay),
            (Payer.PATIENT, amounts.psn_part_amt),
        )
        figures += [(said(term("payer", payer)), grouped(fen or 0)) for payer, fen in payers]
        figures.append((said.text("amount.fund_pay_sumamt"), grouped(amounts.fund_pay_sumamt or 0)))
        figures.append((f"{said.text('amount.psn_part_amt')}¥", grouped(amounts.psn_part_amt or 0)))
    year = found.year_to_date
    if year is not None:
        figures += [
            (said(term("total", name)), grouped(getattr(year, name)))
            for name in MONEY_TOTALS
            if getattr(year, name)
        ]
        if year.admissions:
            figures.append((said.text("total.admissions"), str(year.admissions)))
        for disease, totals in year.chronic.items():
            for name, fen in totals._asdict().items():
                figures.append((said.text(f"paper.chronic.{name}", disease=str(disease)), grouped(fen)))
    for other in found.alternatives:
        if other.settlement.amounts.psn_part_amt is not None:
            owed = other.settlement.amounts.psn_part_amt
            figures.append((said.text("amount.psn_part_amt"), grouped(owed)))
    return figures


def not_on_paper(content: bytes, found: Settlement, said: Words = ZH) -> list[tuple[str, str]]:
    """The settlement's figures that do not stand on the PDF, each as often as it should, after its words."""
    text = "\n".join(read_back(content))
    wanting = []
    for (label, amount), times in Counter(expected_figures(found, said)).items():
        letters = r"\s*".join(re.escape(letter) for letter in squeezed(label))
        pattern = rf"(?<!\S){letters}\s*{re.escape(amount)}(?!\S)"
        if len(re.findall(pattern, text)) < times:
            wanting.append((label, amount))
    return wanting


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("kind", REQUESTS)
def test_every_figure_of_the_settlement_stands_on_the_paper(kind: str) -> None:
    case = case_of(REQUESTS[kind])
    assert not_on_paper(pdf_of(case.sheet), case.settlement) == []


def test_the_english_sheet_has_the_same_figures() -> None:
    case = case_of(LONG, "en")
    assert not_on_paper(pdf_of(case.sheet), case.settlement, words("en")) == []


def test_a_sheet_with_one_figure_changed_does_not_pass_for_the_settlement() -> None:
    case = case_of(ORDINARY)
    for at, group in enumerate(case.sheet.groups):
        for number, row in enumerate(group.rows):
            wrong = row._replace(amount=row.amount.replace("0.00", "0.01"))
            if wrong == row or "其余" in row.label:
                continue
            rows = (*group.rows[:number], wrong, *group.rows[number + 1 :])
            groups = (*case.sheet.groups[:at], group._replace(rows=rows), *case.sheet.groups[at + 1 :])
            faulty = replace(case.sheet, groups=groups)
            assert not_on_paper(pdf_of(faulty), case.settlement) == [(row.label, row.amount)]
    assert not_on_paper(pdf_of(replace(case.sheet, answer="16,592.01")), case.settlement)
    year = (case.sheet.year[0], case.sheet.year[1]._replace(value="46,800.10"), *case.sheet.year[2:])
    assert not_on_paper(pdf_of(replace(case.sheet, year=year)), case.settlement)


def test_each_step_names_its_document_and_clause() -> None:
    case = case_of(ORDINARY)
    text = squeezed("".join(read_back(pdf_of(case.sheet))))
    cited = {step.source.document for step in case.settlement.steps}
    numbers = {
        document: number for number in range(1, 9) for document in cited if f"[{number}]{document}" in text
    }
    assert set(numbers) == cited
    for step in case.settlement.steps:
        clause = step.source.clause if not step.source.clause.isascii() else "统筹区规定"
        assert f"[{numbers[step.source.document]}]{clause}" in text


def test_a_stage_ends_with_what_its_fund_pays_also_where_a_hospital_bears_what_a_case_leaves() -> None:
    row = {"code": "O80", "level": "level_2", "price": 8000, "fund_percent": 70}
    region = {
        "id": "x",
        "name": "县",
        "effective": "2020-01-01",
        "critical_illness": {"2026": {"deductible": 0}},
    }
    by_case = ORDINARY | {
        "region": region | {"case_payment": [row | {"counts_for_critical": True, "deductible": False}]},
        "major_disease": True,
        "case": "O80",
    }
    for request in (ORDINARY, LONG, by_case):
        found, sheet = case_of(request)
        results = {row.label: row.amount for group in sheet.groups for row in group.rows if row.result}
        assert results[ZH.text("step.basic_paid")] == grouped(found.amounts.hifp_pay or 0)
        assert results[ZH.text("step.critical_paid")] == grouped(found.amounts.hifmi_pay or 0)
    assert found.amounts.hosp_part_amt == 4_400_000


def test_the_amount_stands_in_capitals() -> None:
    case = case_of(LONG)
    assert case.settlement.amounts.psn_part_amt is not None
    text = squeezed(read_back(pdf_of(case.sheet))[0])
    assert f"（大写）{capitals(case.settlement.amounts.psn_part_amt)}" in text


@pytest.mark.parametrize(
    ("given", "says", "does_not_say"),
    [
        ({}, ["未入账"], ["入账第", "补打"]),
        ({"entry_number": 128}, ["入账第128号"], ["未入账", "补打"]),
        ({"entry_number": 128, "copy": 2}, ["入账第128号", "补打（第2份）"], ["未入账"]),
    ],
)
def test_every_page_says_whether_it_is_posted(
    given: dict[str, Any], says: list[str], does_not_say: list[str]
) -> None:
    pages = read_back(pdf_of(case_of(LONG, **given).sheet))
    assert len(pages) > 1
    for page in map(squeezed, pages):
        assert all(word in page for word in says)
        assert not any(word in page for word in does_not_say)


def test_every_page_has_its_number_the_operator_the_time_and_the_disclaimer() -> None:
    pages = read_back(pdf_of(case_of(LONG).sheet))
    for number, page in enumerate(pages, start=1):
        assert f"第 {number}/{len(pages)} 页" in page
        assert "操作员 王*" in page
        assert "打印 2026-11-22 09:12" in page
        assert "测算单，非结算凭证，以医保信息平台结算结果为准" in page


def test_a_following_page_repeats_whose_sheet_it_is_and_the_table_goes_on_under_its_head() -> None:
    second = read_back(pdf_of(case_of(LONG | {"hospital_part": "40000.00"}).sheet))[1]
    assert "城乡居民医疗费用测算单" in second
    assert f"张* {masked_id(ID)}" in second
    assert "金额（元）" in second
    assert "（续）" in second


@pytest.mark.each_value
@pytest.mark.parametrize("paper", [A4, A5], ids=["A4", "A5"])
@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("kind", REQUESTS)
def test_nothing_leaves_the_margins_and_no_text_lies_on_another(kind: str, language: str, paper: Any) -> None:
    for page in lay_out(case_of(REQUESTS[kind], language).sheet, paper):
        boxes = []
        for mark in page:
            if isinstance(mark, Text):
                em = mark.style.points / 72 * 25.4
                top = mark.baseline - 0.88 * em
                boxes.append((mark.x, top, mark.x + width_of(mark.text, mark.style), top + em, mark.text))
        for left, top, right, bottom, text in boxes:
            assert left >= paper.side - 0.01, text
            assert right <= paper.width - paper.side + 0.01, text
            assert top >= paper.top - 0.01, text
            assert bottom <= paper.height - paper.bottom + 0.01, text
        for one, other in combinations(boxes, 2):
            apart = (
                one[2] <= other[0] + 0.01
                or other[2] <= one[0] + 0.01
                or one[3] <= other[1] + 0.01
                or other[3] <= one[1] + 0.01
            )
            assert apart, (one, other)


def test_the_margins_stay_white_on_every_page() -> None:
    pages = pictures(pdf_of(case_of(LONG).sheet))
    assert len(pages) > 1
    for page in pages:
        height, width = page.shape[:2]
        assert (width, height) == (827, 1170) or (width, height) == (827, 1169)
        side, top, bottom = (int(mm / 25.4 * 100) - 2 for mm in (A4.side, A4.top, A4.bottom))
        for margin in (page[:, :side], page[:, -side:], page[:top], page[-bottom:]):
            assert (margin == 255).all()
        assert (page < 128).any()


def test_the_ordinary_sheet_is_one_page() -> None:
    assert len(read_back(pdf_of(case_of(ORDINARY).sheet))) == 1


def test_missing_figures_are_named_and_there_is_no_total() -> None:
    case = case_of(MISSING)
    assert len(case.settlement.missing) == 2
    text = read_back(pdf_of(case.sheet))[0]
    assert "缺 2 项，无法算出" in text
    for figure in case.settlement.missing:
        assert squeezed(ZH(say(figure))) in squeezed(text)
    assert "¥" not in text
    assert "大写" not in text
    assert "个人应付" not in text
    assert "基金支付合计" not in text
    assert not re.search(r"(?<![\d,.])0\.00(?!\d)", text)
    assert "总费用 52,000.00" in text
    assert case.sheet.answer == case.sheet.total_paid_by_funds == ""
    assert case.sheet.shares == ()
    assert not any(isinstance(mark, Block) and mark.payer for mark in lay_out(case.sheet)[0])


def test_another_year_without_its_rules_names_them_and_has_no_amounts() -> None:
    case = case_of(REQUESTS["two years, the other one not on file"])
    (other,) = case.sheet.other_years
    assert other.amounts == ()
    text = squeezed("".join(read_back(pdf_of(case.sheet))))
    for figure in case.settlement.alternatives[0].settlement.missing:
        assert squeezed(ZH(say(figure))) in text


def test_the_font_has_every_name_and_korean() -> None:
    font = QRawFont.fromFont(QFont(load_fonts()))
    assert [
        letter for letter in RARE_NAME + "연변대학부속병원×¥·〔〕→" if not font.supportsCharacter(ord(letter))
    ] == []


def test_rare_names_and_korean_are_read_back_whole_and_without_radicals() -> None:
    sheet = case_of(LONG, patient_name=RARE_NAME, patient_id="C0001", mask=False).sheet
    text = "".join(read_back(pdf_of(sheet)))
    assert RARE_NAME in text
    assert HOSPITAL in text
    assert "C0001" in text
    assert not [letter for letter in text if 0x2E80 <= ord(letter) <= 0x2FDF or ord(letter) == 0xFFFD]


def test_a_patient_is_named_by_the_first_character_and_the_edges_of_the_number() -> None:
    text = "".join(read_back(pdf_of(case_of(ORDINARY).sheet)))
    assert "张*" in text
    assert "220*************34" in text
    assert "玥珺" not in text
    assert ID not in text
    assert (masked_name(""), masked_id(""), masked_id("12345")) == ("", "", "*****")


def test_made_up_figures_are_marked_across_every_page() -> None:
    case = case_of(LONG)
    content = pdf_of(case.sheet)
    assert all("演示数据：统筹区标准是编造的" in page for page in read_back(content))
    for page in pictures(content):
        colour = page[..., 0].astype(int) - page[..., 1].astype(int) > 20
        height, width = colour.shape
        quarters = [
            colour[
                row * height // 4 : (row + 1) * height // 4, column * width // 3 : (column + 1) * width // 3
            ]
            for row, column in ((1, 2), (2, 0), (1, 1), (2, 1))
        ]
        assert all(quarter.mean() > 0.05 for quarter in quarters)


def test_real_figures_bear_no_mark_and_no_colour() -> None:
    sheet = case_of(LONG, made_up=False).sheet
    facts = tuple(fact._replace(value="某统筹区") if fact.key == "region" else fact for fact in sheet.facts)
    content = pdf_of(replace(sheet, facts=facts))
    assert not any("编造的" in page for page in read_back(content))
    for page in pictures(content):
        assert (page.max(axis=2) - page.min(axis=2)).max() <= 2


def test_payers_are_told_apart_without_colour() -> None:
    sheet = case_of(LONG | {"hospital_part": "40000.00"}, made_up=False).sheet
    grey = pictures(pdf_of(sheet), 200)[0].mean(axis=2)
    shades = {}
    for mark in lay_out(sheet)[0]:
        if isinstance(mark, Block) and mark.payer and mark.height > 4:
            left, top, right, bottom = (
                int(mm / 25.4 * 200)
                for mm in (mark.x + 1, mark.y + 1, mark.x + mark.width - 1, mark.y + mark.height - 1)
            )
            part = grey[top:bottom, left:right]
            shades[mark.payer] = (part.mean(), part.std())
    assert set(shades) == set(Payer)
    for one, other in combinations(shades.values(), 2):
        assert max(abs(one[0] - other[0]), abs(one[1] - other[1])) > 25


def test_the_bar_is_as_long_as_the_paper_and_divided_as_the_bill_is() -> None:
    case = case_of(LONG)
    bar = [
        mark for mark in lay_out(case.sheet)[0] if isinstance(mark, Block) and mark.payer and mark.height > 4
    ]
    assert sum(mark.width for mark in bar) == pytest.approx(A4.inner)
    whole = case.settlement.amounts.medfee_sumamt
    assert {mark.payer: round(mark.width / A4.inner * whole) for mark in bar} == {
        share.payer: share.fen for share in case.sheet.shares
    }


def test_there_are_three_sizes_of_type() -> None:
    sizes = {
        mark.style.points for page in lay_out(case_of(LONG).sheet) for mark in page if isinstance(mark, Text)
    }
    assert sizes == {A4.small, A4.middle, A4.large}


def test_amounts_of_the_sum_align_at_the_point() -> None:
    case = case_of(LONG)
    amounts = {row.amount for group in case.sheet.groups for row in group.rows if row.amount}
    points = [
        round(mark.x + width_of(mark.text.partition(".")[0], mark.style), 2)
        for page in lay_out(case.sheet)
        for mark in page
        if isinstance(mark, Text) and mark.text in amounts and 100 < mark.x < 150
    ]
    ((place, times),) = Counter(points).most_common(1)
    assert times >= sum(bool(row.amount) for group in case.sheet.groups for row in group.rows)
    assert place


def test_a_saved_sheet_is_whole_and_nothing_else_is_left(tmp_path: Path) -> None:
    case = case_of(ORDINARY)
    file = tmp_path / "测算单 1.pdf"
    sheet_pdf(case.sheet, file)
    assert not_on_paper(file.read_bytes(), case.settlement) == []
    assert list(tmp_path.iterdir()) == [file]


def test_a_folder_that_is_not_there_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(PaperNotSaved) as refused:
        sheet_pdf(case_of(ORDINARY).sheet, tmp_path / "none" / "a.pdf")
    assert ZH(refused.value.said) == "写不了文件 a.pdf。请核对文件夹和权限，或换个位置保存。"


def test_a_full_disk_leaves_the_old_file_and_no_half_of_the_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(b"old")

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(PaperNotSaved) as refused:
        sheet_pdf(case_of(ORDINARY).sheet, file)
    assert refused.value.said.id == "paper.fault.disk_full"
    assert list(tmp_path.iterdir()) == [file]
    assert file.read_bytes() == b"old"


def test_a_printer_gets_the_same_pages_as_the_file(tmp_path: Path) -> None:
    from PySide6.QtPrintSupport import QPrinter

    case = case_of(LONG)
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    assert print_sheet(case.sheet, printer) is None
    printed = (tmp_path / "printed.pdf").read_bytes()
    assert read_back(printed) == read_back(pdf_of(case.sheet))
    for one, other in zip(pictures(printed), pictures(pdf_of(case.sheet)), strict=True):
        assert one.shape == other.shape
        assert np.abs(one.astype(int) - other.astype(int)).mean() < 0.5


def test_a_printer_that_does_not_begin_is_said_in_words(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    from PySide6.QtPrintSupport import QPrinter

    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "none" / "printed.pdf"))
    said = print_sheet(case_of(ORDINARY).sheet, printer)
    assert said is not None
    assert "没有打印完" in ZH(said)


# ---- a newborn without a number


MOTHER = "22011319850512432X"
CHILD = f"{MOTHER}-20261101-2"


def newborn(language: str, **other: Any) -> SheetHead:
    """The sheet of a newborn: by the mother's number, the day of birth and the number of the child."""
    given = {"patient_name": "王某之子", "patient_id": CHILD, "patient_kind": "990201"}
    return case_of(ORDINARY, language, **(given | other)).sheet


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("paper", PAPERS)
def test_a_newborn_s_sheet_says_whose_child_it_is_when_born_and_which(language: str, paper: str) -> None:
    text = squeezed("".join(read_back(pdf_of(newborn(language), PAPERS[paper]))))
    mother, child = words(language).text("paper.mother_value", number=""), words(language)
    assert f"{squeezed(mother)}220*************2X" in text
    assert "2026-11-01" in text
    assert squeezed(child.text("paper.child_value", child="2")) in text
    assert MOTHER not in text, "masked"


def test_a_newborn_s_sheet_on_paper_that_has_its_labels_still_says_that_the_number_is_the_mother_s() -> None:
    for name, paper in PAPERS.items():
        if paper.form:
            assert "母亲220" in squeezed(
                "".join(read_back(pdf_of(newborn("zh"), paper._replace(labels=False))))
            ), name


def test_the_look_catches_a_newborn_that_stands_under_the_bare_identity() -> None:
    """Planted: the kind of the number is forgotten."""
    text = squeezed("".join(read_back(pdf_of(newborn("zh", patient_kind=""), PAPERS["a4"]))))
    assert "母亲" not in text
    assert "第2个" not in text


# ---- type that can be read


LEAST_READ = 7.0
"""Points: smaller type than this is not read across a counter."""


def tiny(language: str, paper: Paper) -> list[str]:
    """The texts of an ordinary sheet that are set in tiny type."""
    contact = ("H22018100123", "0431-8765432", "示例县解放路 12 号")
    given = {"hospital": "示例县人民医院", "operator": "王芳", "contact": contact, "ledger": "649A-D84B"}
    visit = {"entry_number": 128, "copy": 1, "stay": "ZY20260401007", "receipt": "0012345678"}
    sheet = case_of(ORDINARY, language, **given, **visit).sheet
    return [
        mark.text
        for page in lay_out(sheet, paper)
        for mark in page
        if isinstance(mark, Text) and mark.style.points < LEAST_READ
    ]


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("paper", PAPERS)
def test_nothing_on_an_ordinary_sheet_is_tiny(language: str, paper: str) -> None:
    assert tiny(language, PAPERS[paper]) == []


def test_the_look_catches_a_place_that_is_too_narrow_for_its_label(tmp_path: Path) -> None:
    text = (FORMS / "form93.toml").read_text(encoding="utf-8")
    narrow = tmp_path / "form93.toml"
    narrow.write_text(text.replace("label = 23.5", "label = 14"), encoding="utf-8")
    assert tiny("en", PAPERS["form93"]._replace(places=narrow)) == ["Basic insurance", "Medical assistance"]
