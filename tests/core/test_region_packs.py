"""Region packs as files that people and the form both write, and what a pack can settle already."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.messages import term
from core.missing import name_of
from core.policy.in_force import Documents
from core.policy.left_empty import left_empty
from core.policy.packfile import Origin, origin, origins, save_pack
from core.policy.readiness import Ready, VisitKind, readiness
from core.policy.regions import RegionPack
from core.policy.select import Policy
from core.policy.shelf import REGIONS
from core.policy.soundness import examine_pack, read_pack
from core.settlement import MissingFigure
from core.vocabulary import Benefit, Level
from core.words import languages, words

HAND = """# 医保局 2026 年文件汇总
id = "jilin/changchun"   # 不改
name = "长春市"
effective = 2026-01-01
source = { document = "局〔2026〕3号", entered_by = "王芳", checked_by = "李明" }

[inpatient.deductible]
# 每次住院一个数
level_2 = [ # 二级
    400, # 首次
    300,
]  # 第3页
level_3 = [800]

# 大病按年
[critical_illness.2026]
deductible = 10000  # 第7页

[medical_assistance]
percent = { low_income = 70 }  # 民政局

[critical_illness.2020]
bands = [{ up_to = 50000, percent = 60 }, { percent = 70 }]
"""


def saved(folder: Path, pack: dict[str, Any], documents: Documents, **more: Any) -> str:
    file = save_pack(folder, pack, documents, **more)
    assert isinstance(file, Path), file
    text = file.read_text(encoding="utf-8")
    assert read_pack(tomllib.loads(text), documents) == read_pack(pack, documents)
    return text


def example() -> dict[str, Any]:
    return tomllib.loads((REGIONS / "jilin-example.toml").read_text(encoding="utf-8"))


def test_an_origin_is_a_comment_that_reads_back() -> None:
    whole = Origin("局〔2026〕3号 第二条", "王芳", "2026-11-22")
    assert whole.comment == "局〔2026〕3号 第二条 · 王芳 · 2026-11-22"
    assert origin(whole.comment) == whole
    assert origin("第三页 · 见附件") == Origin("第三页 · 见附件")
    assert origin(Origin("", "王芳", "2026-11-22").comment) == Origin("", "王芳", "2026-11-22")
    assert Origin("甲\n[x]\r\x00乙").comment == "甲[x]乙"


def test_a_file_written_by_hand_is_edited_and_keeps_every_comment(
    documents: Documents, tmp_path: Path
) -> None:
    (tmp_path / "mine.toml").write_text(HAND, encoding="utf-8")
    pack = tomllib.loads(HAND)
    pack["inpatient"]["deductible"]["level_2"] = [500, 300]
    pack["critical_illness"]["2026"]["deductible"] = 12000
    pack["medical_assistance"]["percent"]["orphan"] = 80
    note = Origin("局〔2026〕3号 第9页", "王芳", "2026-11-22")
    text = saved(tmp_path, pack, documents, notes={"medical_assistance.percent.orphan": note})
    for comment in [
        "2026 年文件汇总",
        "不改",
        "每次住院一个数",
        "二级",
        "首次",
        "第3页",
        "大病按年",
        "第7页",
        "民政局",
    ]:
        assert comment in text
    assert origins(text)["medical_assistance.percent.orphan"] == note
    assert origins(text)["critical_illness.2026.deductible"] == Origin("第7页")
    assert [file.name for file in tmp_path.iterdir()] == ["mine.toml"]


def test_what_is_emptied_is_gone_and_the_lines_of_comment_in_it_stay(
    documents: Documents, tmp_path: Path
) -> None:
    (tmp_path / "mine.toml").write_text(HAND, encoding="utf-8")
    pack = tomllib.loads(HAND)
    del pack["inpatient"]
    del pack["critical_illness"]
    text = saved(tmp_path, pack, documents)
    assert "level_2" not in text
    assert "critical_illness" not in text
    assert "每次住院一个数" in text
    assert "大病按年" in text


def test_a_new_day_is_a_new_file_that_starts_from_the_old_one(documents: Documents, tmp_path: Path) -> None:
    old = tmp_path / "mine.toml"
    old.write_text(HAND, encoding="utf-8")
    pack = tomllib.loads(HAND) | {"effective": date(2027, 1, 1)}
    text = saved(tmp_path, pack, documents, base=old)
    assert "第7页" in text
    assert old.read_text(encoding="utf-8") == HAND
    assert len(list(tmp_path.iterdir())) == 2


def test_a_file_that_is_no_toml_is_not_replaced(documents: Documents, tmp_path: Path) -> None:
    broken = tmp_path / "jilin-changchun-2026-01-01.toml"
    broken.write_text("id = ", encoding="utf-8")
    (fault,) = save_pack(tmp_path, tomllib.loads(HAND), documents)  # type: ignore[misc]
    assert fault.message.id == "fault.toml"
    assert broken.read_text(encoding="utf-8") == "id = "


def test_origins_beside_every_cell_of_the_example_read_back(documents: Documents, tmp_path: Path) -> None:
    pack = example()

    def leaves(table: dict[str, Any], at: str = "") -> list[str]:
        found = []
        for key, value in table.items():
            found += leaves(value, f"{at}{key}.") if isinstance(value, dict) else [f"{at}{key}"]
        return found

    notes = {path: Origin(f"文件 {path}", "王芳", "2026-11-22") for path in leaves(pack)}
    text = saved(tmp_path, pack, documents, notes=notes)
    assert origins(text) == notes
    pack["critical_illness"]["2026"]["deductible"] = "12000.50"
    again = saved(tmp_path, pack, documents)
    assert origins(again) == notes
    text = saved(tmp_path, pack, documents, notes={"critical_illness.2026.deductible": Origin()})
    assert "critical_illness.2026.deductible" not in origins(text)


def at(found: list[Ready], benefit: Benefit, level: Level) -> list[str]:
    ordinary = [row for row in found if row.kind is VisitKind.ORDINARY]
    (row,) = [row for row in ordinary if row.benefit is benefit and level in row.levels]
    return [figure.path for figure in row.missing]


def of_diseases(row: Ready) -> bool:
    return bool(row.diseases) and row.kind is VisitKind.ORDINARY


def policy(documents: Documents, raw: dict[str, Any]) -> Policy:
    pack = read_pack({"id": "r", "name": "r", "effective": "2016-01-01", **raw}, documents)
    assert isinstance(pack, RegionPack), pack
    return Policy(documents, pack)


def test_an_empty_pack_settles_only_what_the_documents_settle_alone(documents: Documents) -> None:
    found = readiness(policy(documents, {}), date(2026, 12, 31))
    assert at(found, Benefit.INPATIENT, Level.LEVEL_3) == [
        "inpatient.deductible.level_3",
        "critical_illness.2026.deductible",
    ]
    assert at(found, Benefit.COMMON_OUTPATIENT, Level.VILLAGE_CLINIC) == ["common_outpatient.annual_limit"]
    assert not [
        row for row in found if row.benefit is Benefit.COMMON_OUTPATIENT and Level.LEVEL_3 in row.levels
    ]
    (chronic,) = [row for row in found if of_diseases(row)]
    assert chronic.diseases == tuple(range(1, 19))


def test_a_filled_pack_lacks_only_what_it_left_out(documents: Documents) -> None:
    pack = example()
    del pack["inpatient"]["deductible"]["level_3"]
    pack["chronic_outpatient"]["deductible"] = {"1": 200, "2": 300}
    found = readiness(policy(documents, pack), date(2026, 12, 31))
    assert at(found, Benefit.INPATIENT, Level.LEVEL_3) == ["inpatient.deductible.level_3"]
    assert at(found, Benefit.INPATIENT, Level.VILLAGE_CLINIC) == []
    complete, wanting = [row for row in found if of_diseases(row)]
    assert (complete.diseases, wanting.diseases) == ((1, 2), tuple(range(3, 19)))
    found = readiness(policy(documents, pack), date(2024, 12, 31))
    assert at(found, Benefit.DAY_SURGERY, Level.LEVEL_2) == ["critical_illness.2024"]


def test_diseases_that_a_region_added_are_told_with_what_they_lack(documents: Documents) -> None:
    pack = example()
    pack["chronic_outpatient"]["local"] = [{"number": 102, "amount": 500}, {"number": 101}]
    complete, wanting = [
        row for row in readiness(policy(documents, pack), date(2026, 12, 31)) if of_diseases(row)
    ]
    assert complete.diseases == (*range(1, 19), 102)
    assert wanting.diseases == (101,)
    assert [figure.path for figure in wanting.missing] == ["chronic_outpatient.local.101"]


def test_what_is_wrong_in_a_pack_counts_as_not_there(documents: Documents) -> None:
    raw = example()
    raw["common_outpatient"]["annual_limit"] = 800
    raw["critical_illness"]["2026"]["deductible"] = "x"
    pack, faults = examine_pack(raw, documents)
    assert [fault.field for fault in faults] == [
        "region.critical_illness.2026.deductible",
        "region.common_outpatient.annual_limit",
    ]
    assert pack is not None
    assert pack.common_outpatient.annual_limit is None
    assert pack.critical_illness[2026].deductible is None
    assert pack.common_outpatient.deductible is not None


@pytest.mark.parametrize("language", languages())
def test_every_missing_figure_has_a_short_name(documents: Documents, language: str) -> None:
    for year in (2019, 2020, 2023, 2026):
        for raw in ({}, {"critical_illness": {str(year): {"band_origin": "zero"}}}):
            for row in readiness(policy(documents, raw), date(year, 12, 31)):
                for figure in row.missing:
                    assert words(language)(name_of(figure))
    assert words("zh")(name_of(MissingFigure("inpatient.deductible.level_3"))) == "三级起付线"
    assert words("zh")(name_of(MissingFigure("chronic_outpatient.deductible.5"))) == "起付线"
    assert words("zh")(name_of(MissingFigure("major_disease")))
    assert words("zh")(name_of(MissingFigure("special_outpatient.disease_41")))


def of_kind(found: list[Ready], kind: VisitKind) -> dict[str, list[str]]:
    """What the rows of a kind lack, by case or disease and level."""
    return {
        f"{row.case}{row.diseases[0] if kind is VisitKind.DISEASE else ''}{level}": [
            each.path for each in row.missing
        ]
        for row in found
        if row.kind is kind
        for level in row.levels
    }


def test_cases_and_care_elsewhere_are_told_per_level(documents: Documents) -> None:
    pack = example()
    pack.pop("case_payment", None)
    pack.pop("elsewhere", None)
    found = readiness(policy(documents, pack), date(2026, 12, 31))
    assert set(map(tuple, of_kind(found, VisitKind.CASE).values())) == {("major_disease",)}
    assert of_kind(found, VisitKind.ELSEWHERE_REFERRED)["level_2"] == ["elsewhere.referred_percent"]
    whole = {
        "code": "A.1",
        "price": 9000,
        "fund_percent": 70,
        "counts_for_critical": False,
        "deductible": False,
    }
    bare = {"code": "B", "level": "level_3", "price": 0, "fund_percent": 0, "counts_for_critical": True}
    pack["case_payment"] = [
        {**whole, "level": "level_1"},
        {**bare, "deductible": True},
        {"code": "B", "level": "level_2"},
    ]
    pack["elsewhere"] = {"referred_percent": 0}
    del pack["critical_illness"]["2026"]
    del pack["inpatient"]["deductible"]["level_3"]
    found = readiness(policy(documents, pack), date(2026, 12, 31))
    cells = ("price", "fund_percent", "counts_for_critical", "deductible")
    critical = "critical_illness.2026.deductible"
    assert of_kind(found, VisitKind.CASE) == {
        "A.1village_clinic": [],
        "A.1level_1": [],
        "A.1level_2": ["case_payment.A.1"],
        "A.1level_3": ["case_payment.A.1"],
        "Bvillage_clinic": ["case_payment.B"],
        "Blevel_1": ["case_payment.B"],
        "Blevel_2": [*(f"case_payment.B.{cell}" for cell in cells), critical],
        "Blevel_3": ["inpatient.deductible.level_3", critical],
    }
    assert of_kind(found, VisitKind.ELSEWHERE_REFERRED)["level_2"] == []
    assert of_kind(found, VisitKind.ELSEWHERE_UNREFERRED)["level_2"] == ["elsewhere.unreferred_percent"]


def test_a_further_chronic_disease_is_told_where_its_share_is_not_stated(documents: Documents) -> None:
    pack = example()
    del pack["chronic_outpatient"]["additional_disease_rate"]
    (further,) = [
        row for row in readiness(policy(documents, pack), date(2026, 12, 31)) if row.kind is VisitKind.FURTHER
    ]
    assert [figure.path for figure in further.missing] == ["chronic_outpatient.additional_disease"]
    pack["chronic_outpatient"]["additional_disease_amount"] = 0
    assert not [
        row for row in readiness(policy(documents, pack), date(2026, 12, 31)) if row.kind is VisitKind.FURTHER
    ]


def test_special_diseases_that_need_something_else_are_told(documents: Documents) -> None:
    pack = example()
    pack["special_outpatient"] = {"disease": {"1": {"deductible": 0}}, "deductible": {"level_3": 800}}
    found = readiness(policy(documents, pack), date(2026, 12, 31))
    told = of_kind(found, VisitKind.DISEASE)
    assert told["1level_2"] == []
    assert told["41level_2"] == ["special_outpatient.disease_41"]
    assert at(found, Benefit.SPECIAL_OUTPATIENT, Level.LEVEL_2) == ["special_outpatient.deductible.level_2"]
    pack["special_outpatient"]["disease"]["41"] = {"percent": 70, "deductible": 0}
    assert (
        of_kind(readiness(policy(documents, pack), date(2026, 12, 31)), VisitKind.DISEASE)["41level_2"] == []
    )


def test_a_case_s_short_name_says_the_cell(documents: Documents) -> None:
    said = [words("zh")(name_of(MissingFigure(f"case_payment.{path}"))) for path in ("A.1", "A.1.price")]
    assert said == ["病种 A.1 的付费标准", "病种 A.1：价格"]


def test_what_counted_as_zero_while_it_was_empty_is_named_on_both_sides(documents: Documents) -> None:
    def told(raw: dict[str, Any]) -> list[str]:
        said = left_empty(policy(documents, raw).region)
        return [f"{each.params.get('benefit')}{each.params.get('level')}" for each in said]

    assert told({}) == []
    assert told(example()) == []
    special = {"level_2": 0, "level_3": 0}
    assert told({"special_outpatient": {"deductible": special}}) == []
    for level in special:
        table = {name: 0 for name in special if name != level}
        (one,) = left_empty(policy(documents, {"special_outpatient": {"deductible": table}}).region)
        assert one.params["level"] == term("level", level)
    common = {"common_outpatient": {"deductible": {"village_clinic": 0, "level_2": 5}}}
    (one,) = left_empty(policy(documents, common).region)
    assert one.params["level"] == term("level", "level_1")
    chronic = {"deductible": 200}
    assert len(told({"chronic_outpatient": chronic})) == 1
    for share in ({"additional_disease_rate": "0"}, {"additional_disease_amount": 0}):
        assert told({"chronic_outpatient": {**chronic, **share}}) == []
