"""The region's form without a window: it has a cell for every key, and writes what was read."""

import errno
import os
import re
import sys
import tomllib
import types
import typing
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, create_model

import core
import desktop
from core.policy.in_force import Documents
from core.policy.packfile import origins, save_pack
from core.policy.regions import InpatientPack, RegionPack
from core.policy.shelf import REGIONS, load_documents
from core.policy.soundness import read_pack
from core.vocabulary import Population
from core.words import languages
from desktop.desk.region_files import versions_in
from desktop.presenters.rules.pack_form import PackForm, Version
from desktop.presenters.rules.pack_layout import groups, specs, specs_of_all
from desktop.presenters.rules.pack_shape import CASE, CATEGORY, DISEASE, KIND, SECTIONS, YEAR
from desktop.presenters.rules.region import Drafts, RegionActs, RegionPage
from tests.desktop.sessions import session

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def documents() -> Documents:
    return load_documents()


def example() -> dict[str, Any]:
    return tomllib.loads((REGIONS / "jilin-example.toml").read_text(encoding="utf-8"))


def version(tables: dict[str, Any]) -> Version:
    return Version(str(tables["id"]), str(tables["name"]), str(tables["effective"]), True, tables, {})


def keys_of(kind: Any, at: str = "") -> set[str]:
    """Every key of a model by its dotted path; ``*`` for a number."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return {
            path
            for name, field in kind.model_fields.items()
            for path in keys_of(field.annotation, f"{at}{name}.")
        }
    origin, inside = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Annotated:
        return keys_of(inside[0], at)
    if origin in (typing.Union, types.UnionType):
        return {path for one in inside if one is not type(None) for path in keys_of(one, at)}
    if origin is dict:
        named = typing.get_args(inside[0])[:1] == (Population,)
        return {
            path for one in (Population if named else ["*"]) for path in keys_of(inside[1], f"{at}{one}.")
        }
    if origin is tuple and isinstance(inside[0], type) and issubclass(inside[0], BaseModel):
        return keys_of(inside[0], f"{at}*.")
    return {at.removesuffix(".")}


def without_cell(model: type[BaseModel], documents: Documents) -> set[str]:
    """The keys of a pack that the form has no cell for."""
    cells = set()
    for year in range(2014, 2030):
        for kind in ("one", "each"):
            form = PackForm(version(example()), documents, str(year), TODAY)
            form.texts[KIND] = kind
            for category in Population:
                form.texts[CATEGORY] = category
                cells |= {re.sub(r"\.\d+(?=\.|$)", ".*", name) for name in specs(form.shape)}
    return keys_of(model) - cells


def test_every_key_of_a_pack_has_a_cell(documents: Documents) -> None:
    assert "critical_illness.*.bands.*.up_to" in keys_of(RegionPack)
    assert "chronic_outpatient.deductible.*" in keys_of(RegionPack)
    assert "medical_assistance.percent.low_income" in keys_of(RegionPack)
    assert without_cell(RegionPack, documents) == set()


def test_a_key_without_a_cell_would_be_found(documents: Documents) -> None:
    inner = create_model("Inner", __base__=InpatientPack, made_up=(int | None, None))
    planted = create_model("Planted", __base__=RegionPack, inpatient=(inner, inner()), other=(str, ""))
    assert without_cell(planted, documents) == {"inpatient.made_up", "other"}


def test_what_was_not_touched_is_written_as_it_was(documents: Documents) -> None:
    form = PackForm(version(example()), documents, "2026", TODAY)
    assert form.tables() == (example(), {})
    assert not form.changed
    assert form.unknown == ()


def test_a_pack_copied_cell_by_cell_reads_back_equal(documents: Documents, tmp_path: Path) -> None:
    shown = PackForm(version(example()), documents, "2026", TODAY)
    empty = {key: example()[key] for key in ("id", "name", "effective", "source")}
    form = PackForm(version(empty), documents, "2026", TODAY)
    form.texts |= {name: text for name, text in shown.texts.items() if name != YEAR}
    tables, faults = form.tables()
    assert faults == {}
    assert read_pack(tables, documents) == read_pack(example(), documents)
    notes = form.notes("王芳")
    file = save_pack(tmp_path, tables, documents, notes)
    assert isinstance(file, Path), file
    text = file.read_text(encoding="utf-8")
    assert read_pack(tomllib.loads(text), documents) == read_pack(example(), documents)
    found = origins(text)
    assert found == notes
    assert {"critical_illness.2023.bands", "medical_assistance.percent.low_income"} <= set(found)


COMMENTED = """# first
id = "jilin/changchun" # beside the id
name = "x"
effective = 2026-01-01
source = { document = "d", entered_by = "e", checked_by = "c" }

# about inpatient care
[inpatient]
deductible = { level_1 = [200], level_2 = [400, 300] } # page 2

[critical_illness.2026]
# about 2026
deductible = 10000 # page 3

[special_outpatient.deductible]
level_2 = 400 # page 4
# after level 2

[[critical_illness.2020.bands]]
up_to = 50000
percent = 60
# between the bands
[[critical_illness.2020.bands]]
percent = 70

[medical_assistance.percent]
low_income = 70
# last
"""
OWN_LINES = (
    "# first",
    "# about inpatient care",
    "# about 2026",
    "# after level 2",
    "# between the bands",
    "# last",
)
TEXTS = {
    "amount": ("", "55", "1200.50"),
    "amounts": ("", "400 300", "0"),
    "percent": ("", "60", "72.5"),
    "count": ("", "2025"),
    "share": ("", "0.5"),
    "many": ("", "none", "low_income orphan"),
    "text": ("x", "y z"),
}
EDITS = sorted(
    (name, text)
    for year in ("2018", "2020", "2023", "2026")
    for name, spec in specs(
        PackForm(version(tomllib.loads(COMMENTED)), load_documents(), year, TODAY).shape
    ).items()
    if spec.kind not in ("fixed", "day")
    and not name.startswith("desk.")
    and name not in (YEAR, DISEASE, CASE)
    for text in (*(spec.options or TEXTS[spec.kind]), "?")
    if text != "?" or len(name) % 7 == 0
)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(edits=st.lists(st.sampled_from(EDITS), min_size=1, max_size=12))
def test_any_edit_is_refused_or_reads_back_and_no_line_of_comment_is_lost(
    documents: Documents, tmp_path_factory: pytest.TempPathFactory, edits: list[tuple[str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("packs")
    file = folder / "mine.toml"
    file.write_text(COMMENTED, encoding="utf-8")
    held = version(tomllib.loads(COMMENTED))._replace(origins=origins(COMMENTED))
    form = PackForm(held, documents, "2026", TODAY)
    form.texts |= dict(edits)
    tables, unread = form.tables()
    found = read_pack(tables, documents)
    if unread or isinstance(found, list):
        cells = specs_of_all(form.shape)
        assert all(form.cell_of(fault.field, cells) for fault in (found if isinstance(found, list) else []))
        return
    notes = form.notes("w")
    assert save_pack(folder, tables, documents, notes) == file
    text = file.read_text(encoding="utf-8")
    assert read_pack(tomllib.loads(text), documents) == found
    assert all(line in text for line in OWN_LINES)
    assert notes.items() <= origins(text).items()


@pytest.mark.parametrize(
    ("year", "keys"),
    [
        (
            "2026",
            {
                "deductible", "band_origin", "cap_on", "covers_special_outpatient",
                "bonus_from", "consecutive_from", "income_per_head",
            },
        ),
        ("2020", {"bands", "band_origin", "cap_on", "uncapped_for"}),
        ("2018", {"deductible", "bands", "cap", "band_origin", "cap_on"}),
        (
            "2024",
            {
                "deductible", "bands", "cap", "uncapped", "band_origin", "cap_on", "tilted",
                "tilt_deductible_percent", "tilt_points", "counts_category_b",
            },
        ),
    ],
)  # fmt: skip
def test_only_what_the_document_of_the_year_leaves_open_is_asked(
    documents: Documents, year: str, keys: set[str]
) -> None:
    empty = {key: example()[key] for key in ("id", "name", "effective")}
    form = PackForm(version(empty), documents, year, TODAY)
    names = {
        spec.name.split(".")[2]
        for group in groups(form.shape, "critical_illness")
        for row in group.rows
        for spec in row.cells
        if spec.name != YEAR
    }
    assert names == keys


def test_what_a_document_has_settled_is_shown_where_a_file_states_it(documents: Documents) -> None:
    tables = example()
    tables["critical_illness"]["2026"]["cap"] = 500000
    form = PackForm(version(tables), documents, "2026", TODAY)
    assert "critical_illness.2026.cap" in specs(form.shape)
    form.texts["critical_illness.2026.cap"] = ""
    assert form.tables()[0] == example()


def _over(documents: Documents) -> Any:
    """A counter of which the page asks nothing but the documents on file."""
    return SimpleNamespace(reader=SimpleNamespace(documents=documents))


@pytest.mark.parametrize("language", languages())
def test_every_section_has_its_words_and_faults_find_their_cells(documents: Documents, language: str) -> None:
    tables = example() | {"id": "jilin/changchun"}
    saved: list[dict[str, Any]] = []
    doing = RegionActs(
        lambda: [version(tables)],
        lambda pack, notes, of: saved.append(pack) or [],
        lambda settings: None,
        lambda: None,
    )
    desk = session(_over(documents), language, region="jilin/changchun")
    page = RegionPage(desk, lambda: None, doing, Drafts({}, {}))
    for section in SECTIONS:
        page.section(section)
        assert page.state.section == section
        assert all(cell.label for cell in page.state.cells.values())
    for name, text in {
        "common_outpatient.annual_limit": "800",
        "critical_illness.2018.bands.0.percent": "54",
        "critical_illness.2020.bands.1.up_to": "40000",
        "chronic_outpatient.additional_disease_rate": "1.5",
        "medical_assistance.percent.low_income": "101",
        "source.checked_by": "",
    }.items():
        page.typed(name, text)
    page.save()
    assert saved == []
    assert set(page.faults) == {
        "common_outpatient.annual_limit",
        "critical_illness.2018.bands.1.up_to",
        "critical_illness.2020.bands.1.up_to",
        "chronic_outpatient.additional_disease_rate",
        "medical_assistance.percent.low_income",
        "source.checked_by",
    }


def test_a_typed_digit_reads_nothing_twice(documents: Documents) -> None:
    """Counted in calls of the project's own functions; 2 785 when each cell was read many times."""
    own = tuple(f"{Path(room.__file__).parent}{os.sep}" for room in (core, desktop))
    calls = 0

    def count(frame: types.FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call" and frame.f_code.co_filename.startswith(own)

    doing = RegionActs(
        lambda: [version(example())],
        lambda pack, notes, of: [],
        lambda settings: None,
        lambda: None,
    )
    page = RegionPage(session(_over(documents)), lambda: page.state and None, doing, Drafts({}, {}))
    page.section("inpatient")
    page.typed("inpatient.deductible.level_2", "4")
    before = sys.getprofile()
    sys.setprofile(count)
    try:
        page.typed("inpatient.deductible.level_2", "40")
    finally:
        sys.setprofile(before)
    assert calls <= 1300


def test_a_pack_that_can_be_read_no_second_time_is_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, opens, open_ = tmp_path / "own.toml", [], os.open
    file.write_text('id = "jilin/x"\neffective = 2026-01-01\n', encoding="utf-8")

    def once(path: Any, *flags: Any) -> int:
        opens.append(path)
        if opens.count(file) > 1:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return open_(path, *flags)

    monkeypatch.setattr(os, "open", once)
    assert [each.id for each in versions_in(tmp_path / "none", tmp_path)] == ["jilin/x"]
    assert versions_in(tmp_path / "none", tmp_path) == [], "a disk that fails ends nothing"
