"""What the presenters decide, without Qt."""

import re
from datetime import date
from pathlib import Path

import pytest

from core.diseases import ChronicStanding
from core.messages import Message
from core.policy.regions import RegionPack
from core.policy.shelf import load_documents
from core.settlement import REGION_SECTIONS, Source
from core.words import words
from desktop.presenters import figures, typed
from desktop.presenters.counter import form
from desktop.presenters.counter.disease_rows import chronic_list
from desktop.presenters.counter.presenter import CounterPresenter
from desktop.presenters.counter.reading import read
from desktop.session import Session
from desktop.settings import Settings

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("0301", date(2026, 3, 1)),
        ("20260301", date(2026, 3, 1)),
        ("2026-03-01", date(2026, 3, 1)),
        ("2026/3/1", date(2026, 3, 1)),
        ("3-1", date(2026, 3, 1)),
        ("３月１日", date(2026, 3, 1)),
        ("1122", TODAY),
        ("1123", date(2025, 11, 23)),
        ("1231", date(2025, 12, 31)),
        ("0229", date(2024, 2, 29)),
        ("", None),
    ],
)
def test_a_day_without_a_year_is_the_latest_one_not_after_today(text: str, day: date | None) -> None:
    assert typed.day(text, TODAY) == day


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("0231", "fault.day.unknown"),
        ("3", "window.fault.day"),
        *((text, "fault.day.unknown") for text in ("00010101", "00260301", "99991231")),
    ],
)
def test_a_wrong_day_says_what_is_wrong(text: str, id_: str) -> None:
    found = typed.day(text, TODAY)
    assert isinstance(found, Message)
    assert found.id == id_


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("52,000.00", 5_200_000),
        ("５２０００", 5_200_000),
        ("52 000。5", 5_200_050),
        ("¥1,200元", 120_000),
        (".5", 50),
        ("12.", 1200),
        ("", None),
    ],
)
def test_amounts_are_read_as_people_type_them(text: str, fen: int | None) -> None:
    assert typed.amount(text) == fen


@pytest.mark.parametrize("text", ["-1", "1e3", "1.234", "12345678901", "元1a"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    assert isinstance(typed.amount(text), Message)


@pytest.mark.parametrize(
    ("text", "left", "said"),
    [
        ("220113196004080016", True, ""),
        ("220113196004080013", False, "identity.check_character"),
        ("22011319600408001", True, "identity.form"),
        ("22011319600408001", False, ""),
        ("220113600408001", True, "identity.old_number"),
        ("", True, ""),
    ],
)
def test_what_is_odd_about_an_id_is_said_once_it_is_whole_or_left(text: str, left: bool, said: str) -> None:
    odd = typed.odd_id("01", text, date(2026, 11, 22), left)
    assert (odd.id if odd else "") == said
    assert typed.odd_id("99", text, date(2026, 11, 22), left) is None


def test_the_middle_of_an_identifier_is_hidden_in_lists() -> None:
    assert typed.masked("220113196004080016") == "2201**********0016"
    assert [typed.masked(one) for one in ("E1234567", "12345678", "A12345678", "1234", "123")] == [
        "E1****67",
        "12****78",
        "A1*****78",
        "1**4",
        "***",
    ]


def test_hidden_cells_never_reach_the_request() -> None:
    cells = dict(form.DEFAULTS) | {
        "benefit": "common_outpatient",
        "level": "level_1",
        "discharged": "0310",
        "admitted": "0301",
        "disease": "3",
        "transfer": "up",
        "deductible_paid": "400",
        "eligible": "100",
    }
    found = read(cells, TODAY)
    shown = found.shown
    asked = form.request(found.values, shown, "jilin/example")
    assert asked == {
        "region": "jilin/example",
        "benefit": "common_outpatient",
        "hospital_level": "level_1",
        "discharged": "2026-03-10",
        "eligible": "100.00",
    }


def test_a_transfer_up_and_enrolment_stand_in_the_request_as_the_interface_writes_them() -> None:
    cells = dict(form.DEFAULTS) | {
        "benefit": "inpatient",
        "level": "level_3",
        "discharged": "0310",
        "eligible": "1,000",
        "transfer": "up",
        "deductible_paid": "400",
        "consecutive_years": "6",
        "fraud_amounts": "100 20.5",
        "fund_paid": "10",
    }
    found = read(cells, TODAY)
    asked = form.request(found.values, found.shown, "r")
    assert asked["transfer"] == {"kind": "up", "deductible_paid": "400.00"}
    assert asked["enrolment"] == {"consecutive_years": 6, "fraud_amounts": ["100.00", "20.50"]}
    assert asked["basic_settlement"] == {"fund_paid": "10.00"}


def desk() -> Session:
    return Session(words("zh"), Settings(), Path(), lambda: TODAY)


def test_before_the_counter_is_there_typing_is_kept_and_nothing_is_shown_as_a_figure() -> None:
    shown: list[int] = []
    presenter = CounterPresenter(desk(), lambda: shown.append(1))
    presenter.typed("eligible", "48000")
    state = presenter.state
    assert state.cells["eligible"].text == "48000"
    assert state.figure.amount == ""
    assert state.figure.missing == ("正在打开账本，可以先录入。",)
    assert shown


def test_a_form_keeps_its_key_until_the_next_patient() -> None:
    presenter = CounterPresenter(desk(), lambda: None)
    key = presenter.visit.key
    presenter.typed("id", "1")
    presenter.enter("id")
    assert presenter.visit.key == key
    presenter.new()
    assert presenter.visit.key != key


def test_a_region_s_own_cell_is_named_by_its_words_whatever_document_and_codes_it_has() -> None:
    spoken = words("zh")
    for clause in ("chronic_outpatient.deductible", "case_payment.DRG-甲 1.percent", "carry_over"):
        source = Source("某某医保局关于一件事的很长的通知 局〔2026〕3号", clause)
        assert figures.short_source(source, spoken) == "统筹区设置"
        assert figures.whole_source(source, spoken).endswith("3号 统筹区设置")


def test_a_source_too_long_for_its_column_is_shortened_and_the_others_are_not() -> None:
    long = Source("某某医疗保障局关于调整城乡居民基本医疗保险待遇有关问题的通知", "第三条第二款")
    assert len(figures.short_source(long, words("zh"))) <= 26
    assert figures.whole_source(long, words("zh")).endswith("第三条第二款"), "the tool tip has it whole"
    for document in load_documents().all:
        for clause in re.findall(r"clause='([^']*)'", repr(document)):
            shown = figures.short_source(Source(document.number, clause), words("zh"))
            assert not shown.endswith("…"), shown


def test_the_sections_of_a_region_are_those_of_a_pack() -> None:
    assert set(RegionPack.model_fields) - {"id", "name", "effective", "source"} == REGION_SECTIONS


def test_a_disease_whose_amount_nobody_states_shows_no_zero() -> None:
    unknown = ChronicStanding(101, "痛风", None, 0, None, 0, None)
    whole = chronic_list([unknown], [101], 101, 2026, words("zh"))
    assert whole.title == "门诊慢病 1 种"
    (row,) = whole.rows
    assert row.texts == ("缺数据", "缺数据", "0.00", "缺数据")
    assert not row.faded
