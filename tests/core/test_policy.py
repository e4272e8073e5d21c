"""Documents and region packs on file: what holds on a day, and what a pack may say."""

import tomllib
from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from core.messages import Fault, Message
from core.missing import say
from core.policy.documents import Document
from core.policy.in_force import Documents
from core.policy.packfile import save_pack
from core.policy.regions import RegionPack
from core.policy.select import Policy
from core.policy.shelf import DOCUMENTS, REGIONS, BadDocument, load_documents, load_regions
from core.policy.soundness import read_pack
from core.settlement import MissingFigure, Source
from core.vocabulary import Benefit, Population
from core.words import languages, words

REAL_REGIONS = {
    "changchun", "jilin", "siping", "liaoyuan", "tonghua", "baishan",
    "songyuan", "baicheng", "yanbian", "changbaishan", "meihekou",
}  # fmt: skip


@pytest.mark.parametrize(
    ("section", "day", "document"),
    [
        ("critical_illness", "2015-12-31", None),
        ("critical_illness", "2016-01-01", "2016-57"),
        ("critical_illness", "2019-12-31", "2016-57"),
        ("critical_illness", "2020-01-01", "2019-26"),
        ("critical_illness", "2020-12-31", "2019-26"),
        ("critical_illness", "2021-01-01", None),
        ("critical_illness", "2025-12-31", None),
        ("critical_illness", "2026-01-01", "2025-12-31"),
        ("critical_illness", "2040-01-01", "2025-12-31"),
        ("pooled", "2019-12-31", None),
        ("pooled", "2020-01-01", "2019-21"),
        ("common_outpatient_waiver", "2020-07-31", None),
        ("common_outpatient_waiver", "2020-08-01", "2020-15"),
    ],
)
def test_the_document_in_force_on_a_day_is_found(
    documents: Documents, section: str, day: str, document: str | None
) -> None:
    found = documents.in_force(section, date.fromisoformat(day))
    assert (found and found.document.id) == document


def test_a_document_that_comes_later_is_one_more_file(tmp_path: Path) -> None:
    for file in DOCUMENTS.glob("*.toml"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    later = (DOCUMENTS / "2025-12-31.toml").read_text(encoding="utf-8")
    later = later.replace('id = "2025-12-31"', 'id = "later"').replace("2026-01-01", "2028-07-01")
    (tmp_path / "later.toml").write_text(later, encoding="utf-8")
    documents = load_documents(tmp_path)
    before = documents.in_force("critical_illness", date(2028, 6, 30))
    after = documents.in_force("critical_illness", date(2028, 7, 1))
    assert before is not None
    assert after is not None
    assert (before.document.id, after.document.id) == ("2025-12-31", "later")


@pytest.mark.parametrize("file", sorted(DOCUMENTS.glob("*.toml")), ids=lambda file: file.stem)
def test_every_table_of_figures_in_a_document_names_its_clause(file: Path) -> None:
    raw = tomllib.loads(file.read_text(encoding="utf-8"))

    def without_clauses(value: object) -> object:
        if isinstance(value, dict):
            return {key: without_clauses(inner) for key, inner in value.items() if key != "clause"}
        return value

    with pytest.raises(ValidationError):
        Document.model_validate(without_clauses(raw))


def test_a_misplaced_key_in_a_document_is_refused() -> None:
    raw = tomllib.loads((DOCUMENTS / "2019-26.toml").read_text(encoding="utf-8"))
    raw["critical_illness"]["cap"]["yaun"] = 3
    with pytest.raises(ValidationError):
        Document.model_validate(raw)


def test_the_chronic_limits_of_annex_1_are_sixty_percent_of_its_amounts(documents: Documents) -> None:
    printed = (
        1440,
        1800,
        1080,
        1080,
        1320,
        1140,
        1200,
        1200,
        1080,
        1140,
        1020,
        960,
        1440,
        1260,
        1500,
        1080,
        960,
        1140,
    )
    section = documents.first("chronic_outpatient").section
    assert tuple(row.yuan * 60 // 100 // 100 for row in section.diseases.rows) == printed
    assert len(documents.first("special_outpatient").section.diseases.names) == 41


def test_the_real_regions_ship_without_a_single_figure(documents: Documents) -> None:
    regions, bad = load_regions(documents)
    assert bad == ()
    assert set(regions.ids) == {f"jilin/{name}" for name in REAL_REGIONS} | {"jilin/example"}
    for name in REAL_REGIONS:
        (pack,) = regions.versions(f"jilin/{name}")
        assert pack.model_fields_set <= {"id", "name", "effective", "source"}


def test_a_broken_pack_file_is_left_out_with_its_faults(documents: Documents, tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("id = ", encoding="utf-8")
    (tmp_path / "b.toml").write_bytes(b"\xff\xfe")
    (tmp_path / "c.toml").write_text(
        'id = "c"\nname = "c"\neffective = 2020-01-01\nx = 1.5\n', encoding="utf-8"
    )
    regions, bad = load_regions(documents, (tmp_path,))
    assert regions.ids == ()
    assert [pack.file.name for pack in bad] == ["a.toml", "b.toml", "c.toml"]
    assert all(
        words(language)(fault.message) for pack in bad for fault in pack.faults for language in languages()
    )


@pytest.mark.parametrize("content", ["x = " + "9" * 5_000, "x = " + "[" * 2_000 + "]" * 2_000, None])
def test_a_pack_file_that_nothing_reads_does_not_keep_the_others_from_being_read(
    documents: Documents, tmp_path: Path, content: str | None
) -> None:
    (tmp_path / "b.toml").write_text('id = "b"\nname = "b"\neffective = 2020-01-01\n', encoding="utf-8")
    if content is None:
        (tmp_path / "a.toml").mkdir()
    else:
        (tmp_path / "a.toml").write_text(content, encoding="utf-8")
    regions, (bad,) = load_regions(documents, (tmp_path,))
    assert regions.ids == ("b",)
    assert bad.file.name == "a.toml"
    assert all(words(language)(fault.message) for fault in bad.faults for language in languages())


@pytest.mark.parametrize("content", ["id = ", 'id = "x"', "x = " + "9" * 5_000])
def test_a_document_that_cannot_be_used_is_named_and_never_left_out(tmp_path: Path, content: str) -> None:
    (tmp_path / "x.toml").write_text(content, encoding="utf-8")
    with pytest.raises(BadDocument) as raised:
        load_documents(DOCUMENTS, tmp_path)
    assert raised.value.file == tmp_path / "x.toml"
    assert all(words("zh")(fault.message) for fault in raised.value.faults)


def test_of_two_packs_of_one_day_the_later_folder_s_holds_and_the_other_is_told(
    documents: Documents, tmp_path: Path
) -> None:
    def folder(name: str, level_2: str) -> Path:
        (tmp_path / name).mkdir()
        shipped = (REGIONS / "jilin-example.toml").read_text(encoding="utf-8")
        assert "level_2 = [400, 300]" in shipped
        (tmp_path / name / "own.toml").write_text(
            shipped.replace("level_2 = [400, 300]", f"level_2 = {level_2}"), encoding="utf-8"
        )
        return tmp_path / name

    first, same, other = folder("a", "[500]"), folder("b", "[500]"), folder("c", "[600]")
    _, bad = load_regions(documents, (REGIONS, first, same))
    assert bad == ()  # a shipped one is there to be replaced, and the second says the same
    regions, bad = load_regions(documents, (REGIONS, first, other))
    assert regions.versions("jilin/example") == load_regions(documents, (other,))[0].versions("jilin/example")
    ((file, (fault,)),) = bad
    assert file == first / "own.toml"
    assert fault.message.params["name"] == str(other / "own.toml")
    assert all(words(language)(fault.message) for language in languages())


def _pack() -> dict[str, object]:
    return tomllib.loads((REGIONS / "jilin-example.toml").read_text(encoding="utf-8"))


def test_a_pack_is_written_as_a_file_that_reads_back(documents: Documents, tmp_path: Path) -> None:
    file = save_pack(tmp_path / "new", _pack(), documents)
    assert isinstance(file, Path)
    assert read_pack(tomllib.loads(file.read_text(encoding="utf-8")), documents) == read_pack(
        _pack(), documents
    )
    regions, bad = load_regions(documents, (file.parent,))
    assert bad == ()
    assert isinstance(regions.in_force("jilin/example", date(2026, 1, 1)), RegionPack)


def test_a_person_s_comments_survive_a_change(documents: Documents, tmp_path: Path) -> None:
    pack = _pack()
    file = save_pack(tmp_path, pack, documents)
    assert isinstance(file, Path)
    text = file.read_text(encoding="utf-8")
    assert "level_2 = [400, 300]" in text
    file.write_text(
        "# 局里 2026 年文件\n" + text.replace("level_2 = [400, 300]", "level_2 = [400, 300]  # 第三页"),
        encoding="utf-8",
    )
    pack["inpatient"]["deductible"]["level_3"] = [900]  # type: ignore[index]
    del pack["medical_assistance"]
    assert save_pack(tmp_path, pack, documents) == file
    again = file.read_text(encoding="utf-8")
    assert "# 局里 2026 年文件" in again
    assert "# 第三页" in again
    assert "level_3 = [900]" in again
    assert "medical_assistance" not in again
    assert list(tmp_path.iterdir()) == [file]


def test_a_pack_with_faults_is_not_written(documents: Documents, tmp_path: Path) -> None:
    found = save_pack(tmp_path, {**_pack(), "nonsense": 1}, documents)
    assert [fault.field for fault in found] == ["region.nonsense"]  # type: ignore[union-attr]
    assert list(tmp_path.iterdir()) == []


def test_a_region_is_unknown_or_not_yet_effective_in_words(documents: Documents) -> None:
    regions, _ = load_regions(documents)
    (unknown,) = regions.in_force("nowhere", date(2026, 1, 1))
    assert "nowhere" in words("zh")(unknown.message)
    (early,) = regions.in_force("jilin/example", date(2015, 12, 31))
    assert "2016-01-01" in words("zh")(early.message)


def _own(day: str, level_2: str) -> str:
    return f'id = "own"\nname = "县"\neffective = {day}\n[inpatient.deductible]\nlevel_2 = {level_2}\n'


@pytest.mark.parametrize(
    ("level_2", "field"), [("[-1]", "region.inpatient.deductible.level_2"), ("[400", "region")]
)
def test_no_earlier_pack_stands_in_for_one_with_faults(
    documents: Documents, tmp_path: Path, level_2: str, field: str
) -> None:
    (tmp_path / "2025.toml").write_text(_own("2025-01-01", "[300]"), encoding="utf-8")
    (tmp_path / "2026.toml").write_text(_own("2026-01-01", level_2), encoding="utf-8-sig")
    (tmp_path / "2027.toml").write_text(_own("2027-01-01", "[500]"), encoding="utf-8")
    regions, _ = load_regions(documents, (tmp_path,))
    for day in (date(2026, 1, 1), date(2026, 12, 31)):
        found = regions.in_force("own", day)
        assert isinstance(found, list)
        assert [fault.field.removesuffix(".0") for fault in found] == [field]
        assert all(
            "2026.toml" in words(language)(fault.message) for fault in found for language in languages()
        )
    for day in (date(2025, 12, 31), date(2027, 1, 1)):
        assert isinstance(regions.in_force("own", day), RegionPack)
    assert regions.unknown("own") == []


def test_a_pack_without_a_day_stops_all_of_its_region_and_one_that_was_replaced_stops_nothing(
    documents: Documents, tmp_path: Path
) -> None:
    for folder, day, level_2 in (("a", "2025-01-01", "[-1]"), ("b", "2025-01-01", "[300]")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "own.toml").write_text(_own(day, level_2), encoding="utf-8")
    regions, bad = load_regions(documents, (tmp_path / "a", tmp_path / "b"))
    assert len(bad) == 1
    assert isinstance(regions.in_force("own", date(2026, 1, 1)), RegionPack)
    (tmp_path / "b" / "2026.toml").write_text('id = "own"\nname = "县"\n', encoding="utf-8")
    regions, _ = load_regions(documents, (tmp_path / "a", tmp_path / "b"))
    for day in (date(2024, 1, 1), date(2026, 1, 1), date(2030, 1, 1)):
        found = regions.in_force("own", day)
        assert isinstance(found, list)
        assert [fault.field for fault in found] == ["region.effective"]


PATHS = [
    "basic.2018",
    "inpatient.deductible.level_3",
    "inpatient.deductible.village_clinic",
    "special_outpatient.deductible",
    "special_outpatient.disease_41",
    "common_outpatient.annual_limit",
    "common_outpatient.deductible",
    "chronic_outpatient.deductible",
    "chronic_outpatient.deductible.5",
    "major_disease",
    "critical_illness.2023",
    *(
        f"critical_illness.2023.{key}"
        for key in (
            "deductible", "bands", "cap", "tilted",
            "tilt_deductible_percent", "tilt_points", "counts_category_b",
        )
    ),
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("language", languages())
def test_every_missing_figure_has_a_sentence_that_names_the_cell(path: str, language: str) -> None:
    alone = words(language)(say(MissingFigure(path)))
    cited = words(language)(say(MissingFigure(path, Source("吉医保联〔2019〕21号", "附件3"))))
    assert alone.strip()
    assert "吉医保联〔2019〕21号" in cited
    assert alone in cited


def test_a_fault_of_a_pack_is_a_value_with_a_path(documents: Documents) -> None:
    assert read_pack([], documents) == [Fault("region", Message("fault.table"))]


@pytest.mark.parametrize(
    ("benefit", "day", "population", "notes"),
    [
        (
            "chronic_outpatient",
            "2026-03-10",
            "ordinary",
            {"local_diseases", "carry_over", "old_entitlements"},
        ),
        (
            "common_outpatient",
            "2020-01-01",
            "ordinary",
            {"carry_over", "old_entitlements", "family_doctor"},
        ),
        ("inpatient", "2016-12-31", "ordinary", set()),
        ("inpatient", "2017-01-01", "ordinary", {"out_of_catalogue_items"}),
        ("inpatient", "2026-03-10", "registered_poor", set()),
        ("inpatient", "2020-12-31", "ordinary", {"bands_of_2019", "outside_province", "papers_of_2020"}),
        (
            "day_surgery",
            "2020-12-31",
            "registered_poor",
            {"bands_of_2019", "outside_province", "papers_of_2020", "safety_net"},
        ),
        ("inpatient", "2021-01-01", "registered_poor", set()),
    ],
)
def test_what_is_named_and_not_on_file_is_told_where_it_bears(
    documents: Documents, benefit: str, day: str, population: str, notes: set[str]
) -> None:
    regions, _ = load_regions(documents)
    policy = Policy(documents, regions.versions("jilin/example")[0])
    found = policy.open_points(date.fromisoformat(day), Benefit(benefit), Population(population))
    assert {note.text.id.removeprefix("note.open.") for note in found} == notes
    assert all(note.source and note.source.clause for note in found)
