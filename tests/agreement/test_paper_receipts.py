"""Receipts typed from paper are measured as those of a file are, and nothing is taken over without a name."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.agreement.measured_pack import Proposal
from core.agreement.measuring import (
    RegionMeasured,
    agreement,
    certain_paths,
    measure_region,
    proposals,
    taken_over,
)
from core.agreement.paper_receipts import (
    AMOUNTS,
    PaperReceipt,
    drop_paper,
    faults_of_paper,
    keep_paper,
    kept_papers,
    same_papers,
)
from core.agreement.receipts import Receipt
from core.agreement.trial import Case
from core.counter import Counter
from core.ledger.ledger import Ledger
from core.messages import Message
from core.policy.regions import RegionPack
from core.policy.select import Policy
from core.policy.soundness import read_pack
from core.settlement import Settlement
from core.tables.watch import Cancelled, Watch
from core.vocabulary import Benefit, Level, Population
from core.words import words
from tests.agreement.hidden import Year, year_of
from tests.agreement.planted import READER

REGION = "made/hidden"


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    opened = Counter(READER, Ledger(tmp_path / "ledger.db"))
    yield opened
    opened.close()


def policy_of(year: Year) -> Policy:
    pack = read_pack({name: year.pack[name] for name in ("id", "name", "effective")}, READER.documents)
    assert isinstance(pack, RegionPack)
    return Policy(READER.documents, pack)


def paper_of(receipt: Receipt, person: str) -> PaperReceipt:
    """A receipt as a clerk types it from its sheet."""
    claim, row = receipt.case.claim, receipt.row
    return PaperReceipt(
        claim.level,
        claim.benefit,
        claim.population,
        claim.discharged,
        {name: row.amounts[name] for name in AMOUNTS if name in row.amounts},
        person=person,
    )


def told(each: Proposal) -> tuple[str, object, int, bool]:
    return each.path, each.value, len(each.by), each.certain


def test_typed_receipts_say_what_the_same_receipts_of_a_file_say(counter: Counter, tmp_path: Path) -> None:
    year = year_of(5, 14)
    year.rows = [row for row in year.rows if row["医疗类别"] != "普通门诊"]  # whose drugs no sheet tells
    file = year.write(tmp_path)
    by_file = measure_region(policy_of(year), 2026, [file], [], Watch())
    assert isinstance(by_file, RegionMeasured)
    signs: dict[tuple[str, ...], str] = {}
    for receipt in sorted(by_file.measured.receipts, key=lambda each: each.case.day):
        person = signs.setdefault(receipt.row.people, f"P{len(signs)}")
        assert isinstance(keep_paper(counter, "赵", REGION, paper_of(receipt, person)), int)
    papers = kept_papers(counter, REGION)
    typed = measure_region(policy_of(year), 2026, [], papers, Watch())
    assert isinstance(typed, RegionMeasured)
    assert [told(each) for each in proposals(typed)] == [told(each) for each in proposals(by_file)]
    assert certain_paths(typed) == certain_paths(by_file)
    assert any(each.certain for each in proposals(typed))
    acts = "".join(str(act.detail) for act in counter.ledger.trail.acts())
    assert not any(row["证件号码"] in acts for row in year.rows), "no name and no number is kept"
    assert drop_paper(counter, "赵", papers[0].number) == []
    assert [each.number for each in kept_papers(counter, REGION)] == [each.number for each in papers[1:]]
    assert kept_papers(counter, "another/region") == []
    assert counter.ledger.verify().fault is None


def test_what_is_certain_is_taken_over_with_a_name_and_then_agrees(tmp_path: Path) -> None:
    year = year_of(8, 20)
    found = measure_region(policy_of(year), 2026, [year.write(tmp_path)], [], Watch())
    assert isinstance(found, RegionMeasured)
    before = agreement(found, frozenset(), words(), Watch())
    after = agreement(found, certain_paths(found), words(), Watch())
    assert before.settlements == after.settlements == len(found.measured.receipts)
    assert before.identical < after.identical
    assert sum(after[1:]) == after.settlements
    refused = taken_over(found, certain_paths(found), " ", words())
    assert isinstance(refused, list)
    assert refused[0].field == "checked_by"
    tables = taken_over(found, certain_paths(found), "钱主管", words())
    assert isinstance(tables, dict)
    assert tables["source"]["checked_by"] == "钱主管"
    level = next(path for path in certain_paths(found) if path.startswith("inpatient.deductible."))
    without = taken_over(found, certain_paths(found) - {level}, "钱主管", words())
    assert isinstance(without, dict)
    assert level.rpartition(".")[2] not in without.get("inpatient", {}).get("deductible", {})


def test_measuring_stops_when_somebody_wants_it(tmp_path: Path) -> None:
    year = year_of(8, 6)
    with pytest.raises(Cancelled):
        measure_region(policy_of(year), 2026, [year.write(tmp_path)], [], Watch(None, lambda: True))
    nothing = measure_region(policy_of(year), 2025, [year.write(tmp_path)], [], Watch())
    assert isinstance(nothing, Message)


class _Heeding(Watch):
    """A watch that knows how many settlements were worked out since somebody could stop them."""

    since = most = 0

    def heed(self) -> None:
        self.most, self.since = max(self.most, self.since), 0


def test_measuring_heeds_a_stop_before_every_settlement(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch, year, settled = _Heeding(), year_of(8, 2), Case.settled

    def counted(case: Case) -> Settlement:
        watch.since += 1
        return settled(case)

    monkeypatch.setattr(Case, "settled", counted)
    measure_region(policy_of(year), 2026, [year.write(tmp_path)], [], watch)
    watch.heed()
    assert watch.most == 1


SHEET = PaperReceipt(
    Level.LEVEL_2,
    Benefit.INPATIENT,
    Population.ORDINARY,
    date(2026, 3, 10),
    {"medfee_sumamt": 52_000_00, "inscp_scp_amt": 46_800_00, "hifp_pay": 33_320_00, "act_pay_dedc": 400_00},
)


@pytest.mark.parametrize(
    ("sheet", "fields"),
    [
        (SHEET, []),
        (SHEET._replace(amounts={"medfee_sumamt": 1}), ["inscp_scp_amt", "hifp_pay"]),
        (SHEET._replace(amounts={**SHEET.amounts, "inscp_scp_amt": 52_000_01}), ["inscp_scp_amt"]),
        (SHEET._replace(amounts={**SHEET.amounts, "hifmi_pay": 20_000_00}), ["hifp_pay"]),
        (SHEET._replace(bands=(29_600_00, 16_800_00)), []),
        (SHEET._replace(bands=(29_600_00, 16_800_01)), ["bands"]),
        (SHEET._replace(stay=2), ["before_in_scope", "before_basic_paid"]),
        (SHEET._replace(stay=2, person="A1"), []),
        (SHEET._replace(stay=2, before={"in_scope": 1, "basic_paid": 1}), []),
    ],
)
def test_what_cannot_stand_on_one_sheet_is_named(sheet: PaperReceipt, fields: list[str]) -> None:
    assert [fault.field for fault in faults_of_paper(sheet, frozenset({"A1"}))] == fields
    assert all(words()(fault.message) for fault in faults_of_paper(sheet, frozenset()))


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"person": "220113196004080016"}, "person"),
        ({"person": "张建国"}, "person"),
        ({"person": "WangFang"}, "person"),
        ({"person": "87654321"}, "person"),
        ({"person": "13901"}, "person"),
        ({"benefit": Benefit.CHRONIC_OUTPATIENT}, "disease"),
        ({"benefit": Benefit.CHRONIC_OUTPATIENT, "disease": 99}, "disease"),
        ({"benefit": Benefit.SPECIAL_OUTPATIENT, "disease": 42}, "disease"),
    ],
)
def test_a_sheet_of_nobodys_sign_or_of_no_disease_is_not_kept(
    counter: Counter, changed: dict[str, Any], field: str
) -> None:
    refused = keep_paper(counter, "赵", REGION, SHEET._replace(**changed))
    assert isinstance(refused, list)
    assert [fault.field for fault in refused] == [field]
    assert kept_papers(counter, REGION) == []


@pytest.mark.parametrize("language", ["zh", "en", "ko"])
def test_the_numbers_of_the_diseases_are_those_of_the_lists(
    counter: Counter, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    """The planted fault: 1 to 18, 101 to 105 and 1 to 41 written into the sentence."""
    lists = {"chronic": 19, "local_first": 201, "local_last": 207, "special": 43}
    monkeypatch.setattr("core.diseases.numbers_listed", lambda documents: lists)
    monkeypatch.setattr("core.agreement.paper_receipts.numbers_listed", lambda documents: lists)
    chronic = SHEET._replace(benefit=Benefit.CHRONIC_OUTPATIENT)
    for number in (0, 20, 200, 208):
        refused = keep_paper(counter, "赵", REGION, chronic._replace(disease=number))
        assert isinstance(refused, list)
        said = words(language)(refused[0].message)
        assert re.findall("[0-9]+", said) == ["1", "19", "201", "207", "1", "43"]
    for number in (19, 201, 207):
        assert isinstance(keep_paper(counter, "赵", REGION, chronic._replace(disease=number)), int)


def test_one_sign_is_one_person_however_it_is_typed(counter: Counter) -> None:
    for sign in ("a1", " Ａ１ ", "ab2026"):
        assert isinstance(keep_paper(counter, "赵", REGION, SHEET._replace(person=sign)), int)
    kept = kept_papers(counter, REGION)
    assert [each.receipt.person for each in kept] == ["A1", "A1", "AB2026"]
    assert same_papers(counter, REGION, SHEET) == [each.number for each in kept]


def test_a_sign_that_was_given_when_longer_ones_were_taken_goes_on(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as once:
        once.setattr("core.agreement.paper_receipts._SIGN", re.compile("[0-9A-Z]{0,8}"))
        assert isinstance(keep_paper(counter, "赵", REGION, SHEET._replace(person="PATIENT7")), int)
    later = SHEET._replace(person="patient7", stay=2)
    assert isinstance(keep_paper(counter, "赵", REGION, later), int)
    refused = keep_paper(counter, "赵", REGION, SHEET._replace(person="PATIENT8"))
    assert isinstance(refused, list)


def test_a_row_whose_disease_no_list_has_is_named_and_measures_nothing(tmp_path: Path) -> None:
    year = year_of(5, 4)
    for row in year.rows:
        row |= {"医疗类别": "门诊慢病", "two_disease_drugs": ""}
    heading, *lines = year.write(tmp_path).read_text(encoding="utf-8-sig").splitlines()
    diseases = ("99", "0", "", "x", "3", *("101" for _ in lines[5:]))
    table = [f"{heading},disease", *map(",".join, zip(lines, diseases, strict=True))]
    file = tmp_path / "chronic.csv"
    file.write_text("\n".join(table), encoding="utf-8")
    found = measure_region(policy_of(year), 2026, [file], [], Watch())
    assert isinstance(found, RegionMeasured)
    assert [each.lacks for each in found.unusable] == ["disease"] * 4


def test_a_category_that_says_too_little_is_named_and_measures_no_later_layer(tmp_path: Path) -> None:
    year = year_of(5, 14)
    before = measure_region(policy_of(year), 2026, [year.write(tmp_path)], [], Watch())
    for row in year.rows:
        row["人员类别"] = "特困"
    found = measure_region(policy_of(year), 2026, [year.write(tmp_path)], [], Watch())
    assert isinstance(before, RegionMeasured)
    assert isinstance(found, RegionMeasured)
    later = ("critical_illness", "medical_assistance")
    cells = {each.path for each in proposals(before)}
    assert any(path.startswith(later) for path in cells)
    assert {each.path for each in proposals(found)} == {path for path in cells if not path.startswith(later)}
    pooled = [each for each in found.measured.receipts if each.benefit.pooled]
    assert [each.lacks for each in found.unusable] == ["population"] * len(pooled)


def test_the_totals_that_a_sheet_states_are_those_before_it(counter: Counter) -> None:
    from core.agreement.paper_receipts import rows_of_papers

    later = SHEET._replace(stay=3, before={"in_scope": 60_000_00, "basic_paid": 40_000_00})
    assert isinstance(keep_paper(counter, "赵", REGION, later), int)
    rows, stated = rows_of_papers(kept_papers(counter, REGION))
    assert (rows[0].level, rows[0].amounts["act_pay_dedc"]) == ("level_2", 400_00)
    assert stated[0].stated == {
        "admissions": 2,
        "in_scope": 60_000_00,
        "basic_paid": 40_000_00,
        "critical_burden": 20_000_00,
    }
