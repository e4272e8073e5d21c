"""Every kind of sheet on every kind of paper, read back and looked at."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import combinations, pairwise, product
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
import zxingcpp
from PySide6.QtGui import QFont, QRawFont

from core.counter import Counter as Desk
from core.counter import open_counter, posting, reversing
from core.exchange import fingerprints, sheet_code
from core.exchange.request import Asked
from core.ledger.entries import Identifier, PatientGiven
from core.money import grouped
from core.settle import settle
from core.settlement import Settlement
from core.words import Words, languages, words
from desktop.paper.bilingual import Bilingual
from desktop.paper.drawing import TOGETHER, Across, Block, Code, PaperPage, Rule, Text, width_of, wrapped
from desktop.paper.form_layout import form_of, lay_out_form
from desktop.paper.layout import lay_out
from desktop.paper.output import pdf_of
from desktop.paper.paper_sizes import A4, PAPERS, ROLL, Paper
from desktop.paper.ruler import ruler
from desktop.paper.sheet import Sheet
from desktop.paper.sheet_head import Issue, SheetHead
from desktop.paper.slip_layout import SlipComposer
from desktop.paper.slips import Slip, day_end_sheet, opening_sheet, reversal_sheet
from desktop.startup.fonts import load_fonts
from tests.desktop.test_paper import (
    DOCUMENTS,
    ID,
    LONG,
    MISSING,
    ORDINARY,
    PRINTED,
    RARE_NAME,
    READER,
    REQUESTS,
    case_of,
    expected_figures,
    pictures,
    read_back,
    squeezed,
)

pytestmark = pytest.mark.usefixtures("qapp")

HOSPITAL = "延边朝鲜族自治州示例县人民医院（示例县紧密型县域医疗共同体总医院）연변대학부속병원"
REASON = (
    "出院日期录入有误，患者家属于次日持住院收费票据和费用明细清单到医保窗口核对，"
    "经医务科、医保科和财务科三方确认后冲正，重新按实际出院日期入账；原单据已收回并作废。" * 2
)
LONG_NAME = "阿卜杜热依木江·阿布都克热木阿吉·买买提"
SECOND = "ko" if "ko" in languages() else "en"
DAY = date(2026, 11, 22)


class Made(NamedTuple):
    """A sheet, and its figures with the words before them."""

    sheet: SheetHead
    figures: list[tuple[str, str]]
    settlement: Settlement | None = None


def estimate(request: dict[str, Any], said: Any = None, **other: Any) -> Made:
    asked = READER.read(json.dumps(request))
    assert isinstance(asked, Asked)
    found = settle(asked.policy, asked.claim)
    hashes = fingerprints.of_documents(DOCUMENTS)
    code = sheet_code.encode(asked.claim, asked.policy, found, hashes, other.get("entry_number"))
    said = said or words("zh")
    given = {"hospital": HOSPITAL, "patient_name": RARE_NAME, "mask": False, "words": said, "code": code}
    return Made(case_of(request, **(given | other)).sheet, expected_figures(found, said), found)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A ledger with a day's entries: two of one patient, one reversed, and opening totals."""
    made = open_counter(tmp_path_factory.mktemp("sheets") / "ledger.sqlite")
    patient = PatientGiven((Identifier("01", ID),), RARE_NAME)
    for key, operator, request in (
        ("a", "王芳", ORDINARY),
        ("b", "欧阳建国（二号窗口）", REQUESTS["diabetes"]),
        ("c", "王芳", REQUESTS["a village clinic"]),
    ):
        posted = posting.post(made, key=key, patient=patient, operator=operator, request=request)
        assert not isinstance(posted, list), posted
    assert not isinstance(reversing.reverse(made, 1, reason=REASON, operator="王芳"), list)
    totals = {
        "admissions": 3,
        "in_scope": "123456.78",
        "basic_paid": "65432.10",
        "chronic": {"1": {"in_scope": "2400.00", "paid": "1440.00"}},
    }
    opened = posting.open_year(
        made, key="o", patient=patient, operator="王芳", year=2026, as_of=date(2026, 12, 1), totals=totals
    )
    assert not isinstance(opened, list), opened
    yield made
    made.close()


def reversal(desk: Desk) -> Made:
    entry, taken = desk.ledger.journal.entry(4), desk.ledger.journal.entry(1)
    assert entry is not None
    assert taken is not None
    assert taken.settlement is not None
    sheet = reversal_sheet(entry, taken, _of_patient("王芳", 1))
    zh, amounts = words(), taken.settlement.amounts
    names = ("medfee_sumamt", "hifp_pay", "hifmi_pay", "maf_pay", "psn_part_amt")
    return Made(sheet, [(zh.text(f"amount.{name}"), grouped(getattr(amounts, name))) for name in names])


def opening(desk: Desk) -> Made:
    entry = desk.ledger.journal.entry(5)
    assert entry is not None
    assert entry.difference
    zh = words()
    figures = [
        (zh.text("total.admissions"), "3"),
        (zh.text("total.in_scope"), "123,456.78"),
        (zh.text("total.basic_paid"), "65,432.10"),
        (zh.text("paper.chronic.in_scope", disease="1"), "2,400.00"),
        (zh.text("paper.chronic.paid", disease="1"), "1,440.00"),
    ]
    return Made(opening_sheet(entry, _of_patient("王芳", 2)), figures)


def _of_patient(operator: str, copy: int) -> Issue:
    return Issue(
        words(),
        HOSPITAL,
        operator,
        PRINTED,
        made_up=True,
        patient_name=RARE_NAME,
        patient_id=ID,
        copy=copy,
        mask=False,
    )


def day_end(desk: Desk) -> Made:
    start = datetime(2000, 1, 1, tzinfo=UTC)
    found = desk.ledger.day_end(start, datetime(2100, 1, 1, tzinfo=UTC))
    assert len(found.lines) == 3
    sheet = day_end_sheet(found, DAY, Issue(words(), HOSPITAL, "王芳", PRINTED, made_up=True))
    names = ("medfee_sumamt", "hifp_pay", "hifmi_pay", "maf_pay", "psn_part_amt")
    figures = [
        ("", grouped(getattr(amounts, name)))
        for amounts in (*(line.amounts for line in found.lines), found.total)
        for name in names
    ]
    return Made(sheet, [*figures, ("", found.fingerprint)])


SHEETS = {
    "a first admission": lambda _desk: estimate(ORDINARY),
    "figures are missing": lambda _desk: estimate(MISSING),
    "a posted entry": lambda _desk: estimate(ORDINARY, entry_number=128, copy=1, made_up=False),
    "a reprint": lambda _desk: estimate(LONG, entry_number=1280, copy=12, patient_name=LONG_NAME),
    "a transfer up the levels": lambda _desk: estimate(REQUESTS["a stay moved up the levels"]),
    "medical assistance": lambda _desk: estimate(ORDINARY | {"population": "low_income"}),
    "a chronic disease": lambda _desk: estimate(REQUESTS["diabetes"]),
    "common outpatient care": lambda _desk: estimate(REQUESTS["a village clinic"]),
    "two years": lambda _desk: estimate(REQUESTS["two years, both on file"]),
    "two languages": lambda _desk: estimate(LONG, Bilingual(words("zh"), words(SECOND))),
    "a reversal": reversal,
    "opening totals": opening,
    "the end of a day": day_end,
}
WITH_WORKING = {name: paper._replace(short=False) for name, paper in PAPERS.items()}
PRE_PRINTED = {
    f"{name}, pre-printed": paper._replace(labels=False) for name, paper in WITH_WORKING.items() if paper.form
}
SHORT = {name: paper for name, paper in PAPERS.items() if paper.short}
EVERY = {**WITH_WORKING, **PRE_PRINTED, **{f"{name}, short": paper for name, paper in SHORT.items()}}


@pytest.fixture(scope="module")
def made(desk: Desk) -> dict[str, Made]:
    return {kind: make(desk) for kind, make in SHEETS.items()}


def _spaced(label: str) -> str:
    """A label's letters, with white space wherever a line may have turned."""
    return r"\s*".join(re.escape(letter) for letter in squeezed(label)) + r"\s*"


def wanting(text: str, figures: list[tuple[str, str]], labels: bool) -> list[tuple[str, str]]:
    """The figures that do not stand in a text, each as often as it should, after its words."""
    missing = []
    for (label, amount), times in Counter(figures).items():
        first, _, second = label.partition("\n")
        before = _spaced(first) + (rf"(?:{_spaced(second)})?\s*" if second else r"\s*")
        if not labels or not label:
            before = r"(?<![\d,.])"
        # the reader of the PDF puts no space between some lines, and a mark for a hyphen at the end of one
        found = re.findall(rf"{before}{re.escape(amount)}(?![\d,.])", text.replace("\ufffe", "-"))
        if len(found) < times:
            missing.append((label, amount))
    return missing


@pytest.mark.each_value
@pytest.mark.parametrize("paper", EVERY)
@pytest.mark.parametrize("kind", SHEETS)
def test_every_figure_stands_on_every_paper(made: dict[str, Made], kind: str, paper: str) -> None:
    one, chosen = made[kind], EVERY[paper]
    if chosen.short and isinstance(one.sheet, Sheet):
        return  # a short paper has the figures of the test below
    text = "\n".join(read_back(pdf_of(one.sheet, chosen)))
    labels = chosen.labels or not isinstance(one.sheet, Sheet)
    assert wanting(text, one.figures, labels) == []
    for words_ in (one.sheet.disclaimer, one.sheet.operator, one.sheet.printed, one.sheet.state):
        assert squeezed(words_.partition("\n")[0]) in squeezed(text)


def test_a_changed_figure_is_found_wanting(made: dict[str, Made]) -> None:
    one = made["a first admission"]
    text = "\n".join(read_back(pdf_of(one.sheet, WITH_WORKING["roll80"])))
    for label, amount in one.figures:
        wrong = amount[:-1] + ("1" if amount[-1] != "1" else "2")
        assert wanting(text.replace(amount, wrong), one.figures, True), label


def edges(page: PaperPage, paper: Paper) -> tuple[float, float, float, float]:
    """What a page's marks keep within: left, top, right, bottom."""
    if paper.form:
        return 14, 4, page.width - 14, page.height - 4
    if not paper.height:
        return 4, 4, 76, page.height - 4
    return paper.side, paper.top, page.width - paper.side, page.height - paper.bottom


def boxes_of(page: PaperPage) -> list[tuple[float, float, float, float, str]]:
    """Texts, the code with its white, and the bar, as rectangles."""
    boxes = []
    for mark in page:
        if isinstance(mark, Text):
            em = mark.style.points / 72 * 25.4
            top = mark.baseline - 0.88 * em
            boxes.append((mark.x, top, mark.x + width_of(mark.text, mark.style), top + em, mark.text))
        elif isinstance(mark, Code):
            quiet = 4 * mark.size / len(mark.rows)
            boxes.append(
                (
                    mark.x - quiet,
                    mark.y - quiet,
                    mark.x + mark.size + quiet,
                    mark.y + mark.size + quiet,
                    "code",
                )
            )
        elif isinstance(mark, Block) and mark.payer:
            boxes.append((mark.x, mark.y, mark.x + mark.width, mark.y + mark.height, "bar"))
    return boxes


def apart(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    return bool(
        one[2] <= other[0] + 0.01
        or other[2] <= one[0] + 0.01
        or one[3] <= other[1] + 0.01
        or other[3] <= one[1] + 0.01
    )


@pytest.mark.each_value
@pytest.mark.parametrize("paper", EVERY)
@pytest.mark.parametrize("kind", SHEETS)
def test_nothing_leaves_a_page_and_nothing_lies_on_anything(
    made: dict[str, Made], kind: str, paper: str
) -> None:
    for page in lay_out(made[kind].sheet, EVERY[paper]):
        left, top, right, bottom = edges(page, EVERY[paper])
        boxes = boxes_of(page)
        for box in boxes:
            if box[4] != "code":
                assert box[0] >= left - 0.01, box
                assert box[1] >= top - 0.01, box
                assert box[2] <= right + 0.01, box
                assert box[3] <= bottom + 0.01, box
        for one, other in combinations(boxes, 2):
            assert apart(one, other), (one, other)


@pytest.mark.each_value
@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("kind", SHEETS)
def test_no_ink_comes_near_the_edge_of_the_paper(made: dict[str, Made], kind: str, paper: str) -> None:
    dots, chosen = 60, PAPERS[paper]
    for picture in pictures(pdf_of(made[kind].sheet, chosen), dots):
        height, width = picture.shape[:2]
        side = int((12.7 if chosen.form else 4) / 25.4 * dots) - 1
        edge = int(4 / 25.4 * dots) - 1
        for margin in (
            picture[:, :side],
            picture[:, width - side :],
            picture[:edge],
            picture[height - edge :],
        ):
            assert (margin == 255).all()
        assert (picture < 128).any()


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("kind", SHEETS)
def test_every_character_has_a_glyph(made: dict[str, Made], kind: str) -> None:
    font = QRawFont.fromFont(QFont(load_fonts()))
    for paper in PAPERS.values():
        letters = {
            letter
            for page in lay_out(made[kind].sheet, paper)
            for mark in page
            if isinstance(mark, Text)
            for letter in mark.text
        }
        assert [letter for letter in letters if not font.supportsCharacter(ord(letter))] == []


def scanned(content: bytes, dots: int) -> list[str]:
    """What a reader of another make finds on the pages, drawn at so many dots an inch."""
    return [
        code.text
        for picture in pictures(content, dots)
        for code in zxingcpp.read_barcodes(np.ascontiguousarray(picture))
    ]


@pytest.mark.each_value
@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("kind", ["a first admission", "a reprint", "figures are missing", "two years"])
def test_the_code_is_read_by_another_reader_and_worked_out_again(
    made: dict[str, Made], kind: str, paper: str
) -> None:
    one = made[kind]
    assert isinstance(one.sheet, Sheet)
    (text,) = scanned(pdf_of(one.sheet, PAPERS[paper]), 203)  # as coarse as a thermal printer
    assert text == one.sheet.code
    coded = sheet_code.decode(text)
    assert isinstance(coded, sheet_code.Coded)
    checked = sheet_code.check(coded, READER)
    assert checked.agrees
    assert checked.settlement == one.settlement


def test_the_code_of_an_altered_amount_differs(made: dict[str, Made]) -> None:
    one = made["a first admission"]
    assert isinstance(one.sheet, Sheet)
    asked = READER.read(json.dumps(ORDINARY | {"total": "52000.01"}))
    assert isinstance(asked, Asked)
    assert one.settlement is not None
    code = sheet_code.encode(asked.claim, asked.policy, one.settlement, fingerprints.of_documents(DOCUMENTS))
    other = estimate(ORDINARY, code=code).sheet
    (text,) = scanned(pdf_of(other), 203)
    coded = sheet_code.decode(text)
    assert isinstance(coded, sheet_code.Coded)
    assert {each.name for each in sheet_code.check(coded, READER).differences} >= {"psn_part_amt"}


def test_a_code_is_never_smaller_than_a_scanner_reads(made: dict[str, Made]) -> None:
    for one in made.values():
        for paper in PAPERS.values():
            for page in lay_out(one.sheet, paper):
                for mark in page:
                    if isinstance(mark, Code):
                        assert mark.size >= 25
                        assert mark.size / len(mark.rows) >= 0.33


def test_a_roll_is_one_page_as_long_as_its_sheet(made: dict[str, Made]) -> None:
    lengths = []
    for one in made.values():
        (page,) = lay_out(one.sheet, WITH_WORKING["roll80"])
        lowest = max(box[3] for box in boxes_of(page))
        assert 0 < page.height - lowest < 12
        lengths.append(page.height)
    assert max(lengths) > 2 * min(lengths)


def test_lines_stand_closer_where_that_saves_a_page(made: dict[str, Made]) -> None:
    poor = estimate(ORDINARY | {"population": "low_income"}, entry_number=128, copy=1, made_up=False).sheet
    for paper in (A4, PAPERS["form279"]):
        assert len(lay_out(poor, paper)) == 1
    assert isinstance(poor, Sheet)
    longer = replace(poor, notes=("说明" * 20,) * 20)  # one that runs on in any case stays as it is
    lines = sorted({mark.baseline for mark in lay_out(longer, A4)[1] if isinstance(mark, Text)})
    ((usual, _),) = Counter(round(low - high, 2) for high, low in pairwise(lines)).most_common(1)
    assert usual == round(A4.small / 72 * 25.4 * A4.leading, 2)


CONTACT = ("H22240100123", "0433-2660000", "吉林省延边朝鲜族自治州延吉市公园路1327号")
MANY_MISSING = MISSING | {"hospital_level": "level_3", "admitted": "2023-12-01", "discharged": "2024-01-10"}
FILED = {"stay": "ZY20260301001", "receipt": "0012345678"}


def hard(said: Any) -> list[Made]:
    """Sheets that ask much of a short paper: long words, a reversed reprint, many missing figures."""
    with_contact = {"said": said, "contact": CONTACT, "copy": 12}
    return [
        estimate(LONG, entry_number=1280, reversed_by=1311, patient_name=LONG_NAME, **with_contact, **FILED),
        estimate(MANY_MISSING, **with_contact),
        estimate(REQUESTS["diabetes"], entry_number=12, **with_contact),
        estimate(REQUESTS["two years, both on file"], reversed_by=4, entry_number=3, **with_contact),
        estimate(ORDINARY | {"hospital_part": "16000.00"}, **with_contact),
    ]


SAID = {**{name: words(name) for name in languages()}, "two": Bilingual(words("zh"), words(SECOND))}


@pytest.mark.each_value
@pytest.mark.parametrize("said", SAID)
@pytest.mark.parametrize("paper", SHORT)
def test_a_short_paper_is_one_page_says_the_figure_and_names_the_sheet_with_the_working(
    paper: str, said: str
) -> None:
    for one in hard(SAID[said]):
        assert isinstance(one.sheet, Sheet)
        assert one.settlement is not None
        (page,) = lay_out(one.sheet, SHORT[paper])
        assert page.height <= (SHORT[paper].height or 160)
        boxes = boxes_of(page)
        assert [pair for pair in combinations(boxes, 2) if not apart(*pair)] == []
        text = squeezed("".join(read_back(pdf_of(one.sheet, SHORT[paper]))))
        first = (one.sheet.elsewhere, *one.sheet.signatures, one.sheet.stamp, *one.sheet.missing)
        for words_ in (*(each.partition("\n")[0] for each in first), *one.sheet.plain.split("\n")):
            assert squeezed(words_) in text
        columns = squeezed("".join(each.partition("\n")[0] for each in one.sheet.headings.columns))
        assert columns not in text  # the head of the working
        assert all(part in text for part in map(squeezed, CONTACT))
        amounts = one.settlement.amounts
        for fen in (amounts.medfee_sumamt, amounts.fund_pay_sumamt, amounts.psn_part_amt):
            assert one.settlement.missing or grouped(fen or 0) in text


def forms_of_a_reversal(desk: Desk, said: Any, reason: str) -> int:
    """Return how many of the small forms a reversal takes, with the hospital's code and address on it."""
    entry, taken = desk.ledger.journal.entry(4), desk.ledger.journal.entry(1)
    assert entry is not None
    assert taken is not None
    issue = _of_patient("王芳", 12)._replace(words=said, contact=CONTACT)
    return len(lay_out(reversal_sheet(replace(entry, reason=reason), taken, issue), PAPERS["form93"]))


@pytest.mark.parametrize("said", languages())
def test_a_reversal_is_one_form(desk: Desk, said: str) -> None:
    assert forms_of_a_reversal(desk, words(said), REASON[:40]) == 1


def test_a_reversal_that_took_two_forms_would_be_found(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: each amount has a line of its own."""
    monkeypatch.setattr("desktop.paper.slip_layout._SEVERAL", 1_000)
    monkeypatch.setattr("desktop.paper.layout.ShortSlipComposer", SlipComposer)
    assert forms_of_a_reversal(desk, words("zh"), "录错") > 1


def signed(desk: Desk, said: Any) -> list[Slip]:
    """A reversal with a long reason, and opening totals, as a patient signs them."""
    entry, taken, opened = (desk.ledger.journal.entry(number) for number in (4, 1, 5))
    assert entry is not None
    assert taken is not None
    assert opened is not None
    issue = _of_patient("欧阳建国（二号窗口）", 12)._replace(words=said, contact=CONTACT, ledger="DFE8-C372")
    later = reversing.affected_before(desk, entry)
    return [
        reversal_sheet(replace(entry, reason=REASON[: len(REASON) // 2]), taken, issue, later),
        opening_sheet(opened, issue),
    ]


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("said", SAID)
def test_a_slip_that_a_patient_signs_is_one_short_page(desk: Desk, said: str) -> None:
    for slip, (name, paper) in product(signed(desk, SAID[said]), SHORT.items()):
        (page,) = lay_out(slip, paper)
        assert page.height <= (paper.height or 160), name
        boxes = boxes_of(page)
        assert [pair for pair in combinations(boxes, 2) if not apart(*pair)] == []
        text = squeezed("".join(read_back(pdf_of(slip, paper))))
        for words_ in (
            cell.partition("\n")[0] for table in slip.tables for row in table.rows for cell in row
        ):
            assert squeezed(words_) in text, (name, words_)
        assert all(squeezed(note) in text for note in slip.notes)
        assert all(squeezed(each.partition("\n")[0]) in text for each in (*slip.signatures, slip.stamp))
        assert all(part in text for part in map(squeezed, CONTACT))


def test_a_slip_whose_tables_made_a_roll_too_long_would_be_found(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.paper.layout.ShortSlipComposer", SlipComposer)
    assert lay_out(signed(desk, words("zh"))[0], ROLL)[0].height > 160


def test_a_short_paper_that_went_on_would_be_found() -> None:
    made = hard(words("zh"))[0].sheet
    assert isinstance(made, Sheet)
    longer = replace(made, facts=tuple(fact._replace(value=fact.value * 12) for fact in made.facts))
    assert lay_out(longer, ROLL)[0].height > 160
    assert len(lay_out(longer, PAPERS["a5"])) > 1


@pytest.mark.parametrize("said", SAID)
def test_the_figure_stands_in_one_plain_sentence_in_each_language(said: str) -> None:
    sheet = estimate(ORDINARY | {"total": "52000.50"}, SAID[said]).sheet
    assert isinstance(sheet, Sheet)
    for sentence in sheet.plain.split("\n"):
        assert re.findall(r"\d[\d,]*\d(?:\.\d\d)?", sentence) == ["52,000.50", "35,408", "16,592.50"]
    if said == "two":
        assert sheet.plain.split("\n") == [
            "一共 52,000.50 元，医保付 35,408 元，您付 16,592.50 元。",
            "모두 52,000.50원, 의료보험이 35,408원, 본인이 16,592.50원을 냅니다.",
        ]
    borne = estimate(ORDINARY | {"hospital_part": "6000.00"}, SAID[said]).sheet
    assert isinstance(borne, Sheet)
    assert all(
        re.findall(r"\d[\d,]*\d", sentence) == ["52,000", "35,408", "6,000", "10,592"]
        for sentence in borne.plain.split("\n")
    )
    assert "¥" not in (missing := estimate(MISSING, SAID[said]).sheet).title
    assert isinstance(missing, Sheet)
    assert missing.plain == ""


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("paper", WITH_WORKING)
def test_signatures_stamp_and_numbers_stand_on_every_paper_or_leave_a_place(paper: str) -> None:
    chosen = WITH_WORKING[paper]
    known = estimate(ORDINARY, contact=CONTACT, **FILED).sheet
    text = squeezed("".join(read_back(pdf_of(known, chosen))))
    for words_ in ("经办人签字", "患者或家属签字", "医疗机构盖章处", *CONTACT, *FILED.values()):
        assert squeezed(words_) in text
    unknown = estimate(ORDINARY).sheet
    text = squeezed("".join(read_back(pdf_of(unknown, chosen))))
    assert "票据号" in text
    assert "住院（就诊）号" in text
    assert "机构编码" not in text
    lines = [
        sum(isinstance(mark, Rule) for page in lay_out(sheet, chosen) for mark in page)
        for sheet in (known, unknown)
    ]
    assert lines[1] > lines[0]  # a line to write on for each number that nobody knows


def parted(said: str, paper: Paper, **other: Any) -> list[str]:
    """The beginnings of a sheet's numbers, which their lines end with."""
    sheet = estimate(ORDINARY, SAID[said], **FILED, **other).sheet
    ends = [box[4].split()[-1] for page in lay_out(sheet, paper) for box in boxes_of(page)]
    numbers = [number[:most] for number in (ID, *FILED.values()) for most in range(4, len(number))]
    return [end for end in ends if end in numbers]


def test_no_number_is_parted(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clerk copies it: a label gives way to it."""
    for said, (name, paper) in product(SAID, WITH_WORKING.items()):
        assert parted(said, paper) == [], (said, name)
    monkeypatch.setattr("desktop.paper.fact_columns._longest_word", lambda *_: 0.0)
    assert parted("en", A4, copy=2)  # another sheet, which is laid out anew


@pytest.mark.parametrize("digits", [28, 36, 64])
def test_a_number_too_long_for_its_column_is_parted_and_squeezes_no_label(digits: int) -> None:
    number = "2" * digits
    for name in ("a4", "a5", "roll80"):
        paper = WITH_WORKING[name]
        pages = lay_out(estimate(ORDINARY, stay=number, receipt=number, made_up=False).sheet, paper)
        texts = [(mark.x, mark.text, mark.style) for page in pages for mark in page if isinstance(mark, Text)]
        for x, text, style in texts:
            assert paper.side <= x, (name, text)
            assert x + width_of(text, style) <= paper.width, (name, text)
        alone = [text for _, text, _ in texts if len(text) == 1 and not text.isdigit()]
        assert alone in ([], ["号"]), name  # the end of a label in two lines
        assert sum(text.count("2") for _, text, _ in texts if set(text) == {"2"}) == 2 * digits, name


def lines_to_sign(sheet: Sheet, paper: Paper) -> list[float]:
    """How long the lines beside those who sign are (mm); none runs into what stands beside it."""
    lines = []
    for page in lay_out(sheet, paper):
        marks = [mark for mark in page if isinstance(mark, Text)]
        for name in sheet.signatures:
            first = name.split("\n")[0]
            for label in (mark for mark in marks if mark.text == first):
                end = label.x + width_of(first, label.style)
                beside = [
                    mark
                    for mark in page
                    if isinstance(mark, Rule) and mark.x >= end and abs(mark.y - label.baseline) < 3
                ]
                rule = min(beside, key=lambda mark: mark.x)
                right = [mark.x for mark in marks if mark.x > end and abs(mark.baseline - label.baseline) < 1]
                assert rule.x + rule.width < min([*right, paper.width]), (name, rule)
                lines.append(rule.width)
    return lines


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("paper", ["a4", "a5", "roll80"])
def test_lines_to_sign_on_are_alike_and_long_enough_for_a_name(paper: str, language: str) -> None:
    lines = lines_to_sign(estimate(ORDINARY, words(language)).sheet, PAPERS[paper])
    assert len(lines) == 2
    assert min(lines) >= 14
    assert paper == "roll80" or len(set(lines)) == 1


def test_a_mark_and_its_clause_and_a_label_and_its_value_are_not_parted() -> None:
    style = next(mark.style for mark in lay_out(estimate(ORDINARY).sheet)[0] if isinstance(mark, Text))
    text = f"仍按此执行。 [3] 二　电话{TOGETHER}0433-1234567"
    for width in range(14, 80):
        for line in wrapped(text, style, width):
            assert not line.endswith("[3]"), (width, line)
            assert not line.endswith("电话"), (width, line)
            assert TOGETHER not in line


def test_a_sheet_that_was_taken_back_says_so_across_and_in_words() -> None:
    for paper in PAPERS.values():
        for sheet in (
            estimate(ORDINARY, entry_number=1, copy=2, reversed_by=4).sheet,
            estimate(ORDINARY, entry_number=1, copy=2, reversed_by=4, made_up=False).sheet,
        ):
            for page in lay_out(sheet, paper):
                across = [mark.text for mark in page if isinstance(mark, Across)]
                assert "作废　已冲正（第 4 号）" in across
                assert ("演示数据" in across) == bool(sheet.made_up)
            for text in read_back(pdf_of(sheet, paper)):
                assert "入账第1号已冲正（第4号）" in squeezed(text)
        standing = lay_out(estimate(ORDINARY, entry_number=1, made_up=False).sheet, paper)
        assert not [mark for page in standing for mark in page if isinstance(mark, Across)]


def test_the_word_across_is_drawn_and_nothing_is_lost_under_it() -> None:
    standing, void = (
        pictures(pdf_of(estimate(ORDINARY, made_up=False, entry_number=1, **given).sheet), 100)[0]
        for given in ({}, {"reversed_by": 4})
    )
    grey = (void == 0xD6).all(axis=2)
    assert grey.mean() > 0.01
    assert not (standing == 0xD6).all(axis=2).mean() > 0.001


def test_a_reversal_says_in_its_frame_that_it_is_one(made: dict[str, Made]) -> None:
    for paper in PAPERS.values():
        text = squeezed(read_back(pdf_of(made["a reversal"].sheet, paper))[0])
        assert "第4号：冲正入账第1号" in text
        assert "入账第4号" not in text


def test_a_disease_stands_with_its_name(made: dict[str, Made]) -> None:
    name = "糖尿病（饮食控制无效、合并四肢动脉病变、肾病或视网膜病变）"
    for paper in PAPERS.values():
        text = squeezed("".join(read_back(pdf_of(made["a chronic disease"].sheet, paper))))
        assert f"第1号{name}" in text
    both = estimate(REQUESTS["dialysis"], Bilingual(words("zh"), words("ko"))).sheet
    assert next(fact.value for fact in both.facts if fact.key == "disease") == (
        "第 21 号 肾功能不全透析治疗\n21호"
    )


def test_a_form_says_its_other_facts_in_one_language_after_the_other() -> None:
    sheet = estimate(ORDINARY, Bilingual(words("zh"), words("ko"))).sheet
    texts = [mark.text for mark in lay_out(sheet, PAPERS["form140"])[0] if isinstance(mark, Text)]
    assert texts[texts.index("转诊 无转诊　住院天数 9 天") + 1] == "전원 전원 없음　입원일수 9일"


def test_a_product_is_not_torn_at_the_end_of_a_line(made: dict[str, Made]) -> None:
    for one in made.values():
        for paper in PAPERS.values():
            for page in lay_out(one.sheet, paper):
                lines = [mark.text for mark in page if isinstance(mark, Text)]
                assert [line for line in lines if line.startswith("×") or line.endswith("×")] == []


def test_a_form_is_moved_as_a_whole(made: dict[str, Made]) -> None:
    sheet, paper = made["a first admission"].sheet, PAPERS["form140"]
    there = pictures(pdf_of(sheet, paper), 127)[0].mean(axis=2)
    moved = pictures(pdf_of(sheet, paper._replace(shift=(2.0, -1.0))), 127)[0].mean(axis=2)
    right, up = 10, 5  # five dots a millimetre
    assert np.abs(moved[20:-20, 20 + right : -20 + right] - there[20 + up : -20 + up, 20:-20]).mean() < 1
    assert np.abs(moved - there).mean() > 2


def test_pre_printed_paper_gets_the_values_without_their_labels(made: dict[str, Made]) -> None:
    sheet = made["a first admission"].sheet
    assert isinstance(sheet, Sheet)
    labels = {fact.label for fact in sheet.facts if fact.key in {"name", "id", "benefit", "admitted"}}
    for paper in PAPERS.values():
        if paper.form:
            first, pre = (lay_out_form(sheet, paper._replace(labels=each))[0] for each in (True, False))
            whole, bare = ({mark.text for mark in page if isinstance(mark, Text)} for page in (first, pre))
            assert labels <= whole
            assert not labels & bare
            assert RARE_NAME in bare


def test_every_place_of_a_form_is_filled_by_some_sheet_and_lies_on_it(made: dict[str, Made]) -> None:
    for name, paper in WITH_WORKING.items():
        if not paper.form:
            continue
        form = form_of(paper)
        for field in form.fields:
            assert field.x >= 14, (name, field)
            assert field.x + field.width <= paper.width - 14, (name, field)
            assert 4 <= field.y < paper.height - 4, (name, field)
        shown = {
            mark.text
            for one in made.values()
            if isinstance(one.sheet, Sheet)
            for mark in lay_out(one.sheet, paper)[0]
            if isinstance(mark, Text)
        }
        sheet = made["a first admission"].sheet
        assert isinstance(sheet, Sheet)
        for fact in sheet.facts:
            if fact.value and fact.key in {field.show for field in form.fields} - {"hospital"}:
                assert fact.value in shown, (name, fact)


def test_the_test_print_has_a_line_every_five_millimetres_and_numbers_them() -> None:
    for paper in PAPERS.values():
        (page,) = ruler(paper, "测试页")
        numbers = {mark.text: mark for mark in page if isinstance(mark, Text) and mark.text.isdigit()}
        assert {"20", "30", "40"} <= numbers.keys()
        assert "测试页" in {mark.text for mark in page if isinstance(mark, Text)}


def test_both_languages_stand_on_the_sheet_and_what_the_second_lacks_stands_once() -> None:
    zh, second = words("zh"), words(SECOND)
    both = Bilingual(zh, second)
    text = squeezed("".join(read_back(pdf_of(estimate(ORDINARY, both).sheet))))
    for id_ in ("paper.title", "paper.fact.hospital", "stage.inpatient", "paper.disclaimer", "payer.basic"):
        assert squeezed(zh.text(id_)) in text
        assert squeezed(second.text(id_)) in text

    class Lacking(Words):
        def __call__(self, said: Any) -> str:
            raise KeyError(said.id)

        def text(self, id_: str, **_params: Any) -> str:
            raise KeyError(id_)

    alone = Bilingual(zh, Lacking("en"))
    assert estimate(ORDINARY, alone).sheet == estimate(ORDINARY, zh).sheet


def test_the_day_end_says_its_fingerprint_and_signs(made: dict[str, Made]) -> None:
    sheet = made["the end of a day"].sheet
    assert isinstance(sheet, Slip)
    text = squeezed("".join(read_back(pdf_of(sheet))))
    for words_ in (
        "日结",
        "2026-11-22",
        "账本指纹",
        "王芳",
        "欧阳建国（二号窗口）",
        "制单",
        "复核",
        "合计",
    ):
        assert words_ in text


def test_a_reversal_says_its_whole_reason(made: dict[str, Made]) -> None:
    for paper in PAPERS.values():
        text = squeezed("".join(read_back(pdf_of(made["a reversal"].sheet, paper))))
        assert squeezed(REASON[: len(REASON) // 2]) in text or paper.form  # a page may turn within it
        assert "冲正单" in text


def test_a_sheet_is_laid_out_and_drawn_quickly(made: dict[str, Made]) -> None:
    import time

    sheet = made["a first admission"].sheet
    for paper in PAPERS.values():
        pdf_of(sheet, paper)
        took = []
        for _ in range(5):
            start = time.process_time()
            pdf_of(sheet, paper)
            took.append(time.process_time() - start)
        assert min(took) < 0.15


@pytest.mark.long
def test_pictures_are_left_to_look_at(made: dict[str, Made]) -> None:
    folder = Path(__file__).resolve().parent.parent / "output"
    folder.mkdir(exist_ok=True)
    for kind, one in made.items():
        for name, paper in PAPERS.items():
            file = folder / f"{kind.replace(' ', '-')}-{name}.pdf"
            file.write_bytes(pdf_of(one.sheet, paper))
            assert file.stat().st_size > 1000
