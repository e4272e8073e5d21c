"""The office's reports: every cell is the sum of entries that the list shows."""

import csv
import json
from collections import Counter as Counted
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from python_calamine import load_workbook

from core.clock import BEIJING
from core.counter import Counter
from core.exchange.request import RequestReader
from core.ledger.entries import EntryKind, Identifier, PatientGiven
from core.ledger.ledger import Ledger
from core.ledger.operators import Operator, Role
from core.money import grouped, plain
from core.places import RESOURCES
from core.reports.making import ReportAsked, keep_report, make_report
from core.reports.report_files import Report
from core.reports.report_form import KINDS, measure_of
from core.settlement import Amounts
from core.words import languages, words
from tests.ledger.desk import LI, WANG, Desk, chronic, stay
from tests.ledger.test_console_ledger import Console, console, fields  # noqa: F401  a fixture

WEI = PatientGiven((Identifier("01", "220102197003030033"),), "=HYPERLINK(1)")
"""A name that a spreadsheet would run."""
FIRST, LAST = date(2026, 3, 1), date(2026, 8, 31)
SUMMING = tuple(
    kind for kind in KINDS if kind not in ("list", "near-limits", "public-notice", "hand-overs", "claims")
)
PIN = "390517"


class Clock:
    """A clock that shows what it is told."""

    def __init__(self) -> None:
        self.shows = datetime(2026, 1, 15, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.shows

    def at(self, month: int, day: int, hour: int = 1) -> None:
        """Go on to a moment of 2026 (UTC)."""
        self.shows = datetime(2026, month, day, hour, tzinfo=UTC)


@pytest.fixture
def desk(path: Path, reader: RequestReader) -> Iterator[Desk]:
    """Half a year: three operators, kinds of visits, reversals within and across the span, an opening."""
    clock = Clock()
    counter = Counter(reader, Ledger(path, now=clock))
    made = Desk(counter)
    poor = {"population": "low_income", "eligible": "60000.00"}
    made.posted(stay(**poor), LI, operator="孙")  # before the span, of its year
    clock.at(3, 1)
    made.posted(stay(total="21000.00"))
    made.posted(stay(**poor), LI, operator="钱")
    clock.at(4, 30, 16)  # the first of May in China
    made.posted(chronic(eligible="2400.00"), WEI)
    made.posted(stay(hospital_level="level_3", eligible="120000.00", hospital_part="1000.00"), WEI)
    clock.at(5, 9)
    assert made.reverse(1).entry.number == 6  # what stood before the span is taken back in it
    made.open_year(date(2026, 5, 1), {"admissions": 3, "basic_paid": "180000.00"})
    made.posted(stay(eligible="900000.00"))
    assert made.reverse(5).entry.number == 9
    clock.at(7, 2)
    made.posted(stay(**poor | {"hospital_level": "level_1"}), LI, operator="孙")
    clock.at(8, 31, 17)  # the first of September in China
    made.posted(stay(), LI)
    yield made
    counter.close()


def report(desk: Desk, kind: str, first: date = FIRST, last: date = LAST, **more: Any) -> Report:
    made = make_report(desk.counter, ReportAsked(kind, first, last, **more))
    assert isinstance(made, Report), made
    return made


def listed(made: dict[str, Any]) -> list[dict[str, Any]]:
    return [dict(zip(made["columns"], row, strict=True)) for row in made["rows"]]


def fen(text: str | None) -> int:
    return int((text or "0").replace(".", ""))


def in_report(kind: str, entry: dict[str, Any]) -> bool:
    settled = entry["kind"] != "opening"
    return settled and (kind != "assistance-account" or fen(entry["maf_pay"]) != 0)


def group_of(name: str, entry: dict[str, Any], regions: dict[int, str]) -> str:
    if name == "half_year":
        return f"{entry['recorded'][:4]}-H{1 if int(entry['recorded'][5:7]) < 7 else 2}"
    return regions[entry["number"]] if name == "region" else str(entry[name])


def added_up(show: str, days: list[dict[str, Any]], year: list[dict[str, Any]]) -> Any:
    """What a cell has to be, from lines of the list."""
    over_year, side, measure = measure_of(show)
    entries = [
        e for e in (year if over_year else days) if side not in ("posted", "reversed") or e["kind"] == side
    ]
    if measure == "persons":
        return len({entry["id"] for entry in entries})
    if measure == "count":
        return sum(-1 if e["kind"] == "reversed" and side != "reversed" else 1 for e in entries)
    total = sum(fen(entry[measure]) for entry in entries)
    return plain(-total if side == "reversed" else total)


def disagreeing(
    kind: str, made: dict[str, Any], group: tuple[str, ...], days: list[Any], year: list[Any], regions: Any
) -> list[tuple[Any, str]]:
    """The cells of a report that are not the sums of what the list shows."""
    days, year = ([entry for entry in entries if in_report(kind, entry)] for entries in (days, year))
    wrong: list[tuple[Any, str]] = []
    seen: Counted[tuple[str, ...]] = Counted()
    for line in [*listed(made), dict(zip(made["columns"], made["sums"], strict=True))]:
        values = tuple(line[name] for name in group)
        whole = values[0] is None
        seen[values] += not whole

        def mine(entry: dict[str, Any], values: Any = values, whole: bool = whole) -> bool:
            return whole or tuple(group_of(name, entry, regions) for name in group) == values

        for show, cell in line.items():
            if show not in group and cell != added_up(
                show, [e for e in days if mine(e)], [e for e in year if mine(e)]
            ):
                wrong.append((values, show))
    groups = {tuple(group_of(name, entry, regions) for name in group) for entry in days}
    return wrong + [(values, "missing") for values in groups if seen[values] != 1]


def checked(desk: Desk, kind: str, alter: Callable[[dict[str, Any], list[Any]], None]) -> list[Any]:
    """Hold a report against the list, after a fault was planted into either."""
    made = report(desk, kind)
    days = listed(report(desk, "list").as_json())
    year = listed(report(desk, "list", date(2026, 1, 1)).as_json())
    regions = {e["number"]: "jilin/example" for e in year}
    told = deepcopy(made.as_json())
    alter(told, days)
    return disagreeing(kind, told, made.form.group, days, year, regions)


@pytest.mark.parametrize("kind", SUMMING)
def test_every_cell_is_the_sum_of_entries_that_the_list_shows(desk: Desk, kind: str) -> None:
    assert checked(desk, kind, lambda _told, _days: None) == []
    assert report(desk, kind).rows


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("kind", SUMMING)
def test_a_cell_a_line_or_an_entry_that_is_wrong_would_be_found(desk: Desk, kind: str) -> None:
    made = report(desk, kind).as_json()
    for place, show in enumerate(made["columns"]):
        cell = made["rows"][0][place]
        if show in report(desk, kind).form.group:
            continue

        def other(told: dict[str, Any], _days: Any, place: int = place, cell: Any = cell) -> None:
            told["rows"][0][place] = cell + 1 if isinstance(cell, int) else plain(fen(cell) + 1)

        assert checked(desk, kind, other), show
    assert checked(desk, kind, lambda told, _days: told["rows"].pop())
    assert checked(desk, kind, lambda _told, days: days.remove(next(e for e in days if fen(e["maf_pay"]))))


def test_the_list_has_every_entry_with_its_payers_as_they_were_recorded(desk: Desk) -> None:
    lines = listed(report(desk, "list", date(2026, 1, 1), date(2026, 12, 31)).as_json())
    assert [line["number"] for line in lines] == list(range(1, 12))
    for line in lines:
        entry = desk.ledger.journal.entry(line["number"])
        assert entry is not None
        settled = desk.ledger.journal.entry(entry.reverses) if entry.reverses else entry
        assert settled is not None
        assert (line["kind"], line["operator"], line["reverses"]) == (
            entry.kind,
            entry.operator,
            entry.reverses,
        )
        assert line["recorded"][:10] == str(entry.recorded.astimezone(BEIJING).date())
        assert line["reversed_by"] == entry.reversed_by
        sign = -1 if entry.kind is EntryKind.REVERSED else 1
        for name in Amounts._fields:
            if name not in line:
                continue
            if settled.settlement is None:
                assert line[name] is None
            else:
                assert line[name] == plain(sign * (getattr(settled.settlement.amounts, name) or 0))


def test_the_list_shows_what_is_known_of_a_stay_and_people_that_are_one_count_once(desk: Desk) -> None:
    from core.ledger import joins
    from core.ledger.entries import Facts

    near = {row[0] for row in report(desk, "near-limits", share=1).rows}
    assert {WANG.name, LI.name, WEI.name} <= near
    lines = {line["number"]: line for line in listed(report(desk, "list").as_json())}
    of_both = desk.totals().basic_paid + fen(lines[10]["hifp_pay"])  # what came after the opening
    with desk.ledger.transaction():
        desk.ledger.journal.add_facts(3, Facts(mdtrt_id="ZY1", receipt="R1"), "赵")
        keys = [desk.counter.find(each.identifiers[0].id).key for each in (WANG, LI)]
        joins.change(desk.ledger.db, *keys, joined=True)
    line = listed(report(desk, "list").as_json())[1]
    assert (line["number"], line["stay"], line["receipt"], line["name"]) == (3, "ZY1", "R1", WANG.name)
    sums = dict(zip((made := report(desk, "declaration").as_json())["columns"], made["sums"], strict=True))
    assert sums["persons"] == 2
    (pooled,) = (
        each
        for each in listed(report(desk, "near-limits", share=1).as_json())
        if (each["name"], each["limit"]) == (WANG.name, "pooled")
    )
    assert pooled["used"] == plain(of_both)


def test_days_are_chinas_and_an_operators_entries_can_be_had_alone(desk: Desk) -> None:
    def numbers(*days: date, **more: Any) -> list[int]:
        return [line["number"] for line in listed(report(desk, "list", *days, **more).as_json())]

    assert numbers(date(2026, 4, 30), date(2026, 4, 30)) == []
    assert numbers(date(2026, 5, 1), date(2026, 5, 1)) == [4, 5]
    assert numbers(LAST, LAST) == []
    assert numbers(date(2026, 9, 1), date(2026, 9, 1)) == [11]
    assert numbers(operator="孙") == [10]
    (line,) = listed(report(desk, "operators", operator="钱").as_json())
    assert (line["operator"], line["posted_count"], line["reversed_count"]) == ("钱", 1, 0)


def test_posted_and_reversed_stand_apart_and_the_net_is_what_to_hand_over(desk: Desk) -> None:
    lines = {line["operator"]: line for line in listed(report(desk, "operators").as_json())}
    line = lines["赵"]
    assert (line["posted_count"], line["reversed_count"]) == (4, 2)
    net = fen(line["posted_psn_part_amt"]) - fen(line["reversed_psn_part_amt"])
    assert line["net_psn_part_amt"] == plain(net)
    assert fen(line["reversed_medfee_sumamt"]) == 60_000_00 + 120_000_00


def test_a_limit_is_near_whatever_the_last_visit_was_for(path: Path, reader: RequestReader) -> None:
    made = Desk(Counter(reader, Ledger(path, now=Clock())))
    away = {"consecutive_years": 1, "gap_years": 1}
    made.posted(chronic(benefit="common_outpatient", disease=None, hospital_level="level_1", eligible="4000"))
    made.posted(stay(hospital_level="level_3", eligible="800000.00", enrolment=away))
    made.posted(chronic(disease=3, disease_rank=2, discharged="2026-06-01", eligible="2000"))
    near = listed(report(made, "near-limits", date(2026, 1, 1), share=10).as_json())
    allowed = {line["limit"]: line["allowed"] for line in near}
    assert allowed.pop("assistance", None) is None
    assert allowed == {
        "pooled": "200000.00",
        "critical": "396000.00",  # a year out of insurance takes one percent
        "common": "1000.00",
        "combined": "6500.00",
        "disease": "540.00",  # a further disease brings half of its amount
    }
    made.counter.close()


def test_who_is_near_a_limit_is_found_by_the_share_that_is_asked_for(desk: Desk) -> None:
    near = listed(report(desk, "near-limits", share=1).as_json())
    wang = {line["limit"]: line for line in near if line["name"] == WANG.name}
    totals = desk.totals()
    assert wang["pooled"]["used"] == plain(totals.basic_paid)
    assert (wang["pooled"]["allowed"], wang["pooled"]["percent"]) == ("200000.00", 100)
    assert wang["critical"]["used"] == plain(totals.critical_paid)
    assert wang["pooled"]["left"] == "0.00"
    wei = {line["limit"]: line for line in near if line["name"] == WEI.name}
    assert (wei["disease"]["disease"], wei["disease"]["used"]) == (1, plain(desk.totals(WEI).chronic[1].paid))
    assert wei["combined"]["allowed"] == "6500.00"
    assert [line["percent"] for line in near] == sorted((line["percent"] for line in near), reverse=True)
    for share in (50, 80, 100):
        found = listed(report(desk, "near-limits", share=share).as_json())
        assert found == [line for line in near if fen(line["used"]) * 100 >= share * fen(line["allowed"])]
        assert all(line["name"] == WANG.name for line in found if share == 100)
    before = report(desk, "near-limits", date(2026, 1, 1), date(2026, 2, 1), share=1)
    assert {row[0] for row in before.rows} <= {LI.name}  # as it stood on that day


def test_a_public_notice_names_nobody_and_shows_what_stands_of_assistance(desk: Desk) -> None:
    made = report(desk, "public-notice").as_json()
    assert [line["number"] for line in listed(made)] == [3, 10]
    text = json.dumps(made, ensure_ascii=False)
    for person in (WANG, LI, WEI):
        assert person.name not in text
        assert person.identifiers[0].id not in text
    assert listed(made)[0]["masked_name"] == "李*"
    assert desk.reverse(10)
    assert [line["number"] for line in listed(report(desk, "public-notice").as_json())] == [3]


def test_a_name_is_a_supervisors_and_the_trail_keeps_it_sums_are_anybodys(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from argon2 import PasswordHasher

    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr("core.ledger.operators.PasswordHasher", lambda: cheap)
    chief = desk.counter.operators.set_up("孙", PIN)
    assert isinstance(chief, Operator)
    assert isinstance(desk.counter.operators.add(chief, "赵", Role.CLERK, PIN), Operator)
    asked = ReportAsked("operators", FIRST, LAST)
    assert isinstance(make_report(desk.counter, asked), list), "nobody is signed in"
    desk.counter.sign_in("赵", PIN)
    assert isinstance(make_report(desk.counter, asked), Report)
    for kind in ("list", "near-limits", "public-notice"):
        refused = make_report(desk.counter, asked._replace(kind=kind))
        assert isinstance(refused, list)
        assert [words()(fault.message) for fault in refused]
    before = len(desk.ledger.trail.acts())
    desk.counter.sign_in("孙", PIN)
    assert isinstance(make_report(desk.counter, asked._replace(kind="list")), Report)
    acts = [act for act in desk.ledger.trail.acts()[before:] if act.act.value == "exported"]
    assert [(act.about, act.operator) for act in acts] == [("report list 2026-03-01/2026-08-31", "孙")]
    assert desk.sound()


@pytest.mark.some_cases(2)
@pytest.mark.parametrize(
    ("kind", "language"),
    [*((kind, "zh") for kind in KINDS), *(("list", other) for other in languages() if other != "zh")],
)
def test_the_files_say_what_is_printed_and_run_nothing(
    desk: Desk, kind: str, language: str, tmp_path: Path
) -> None:
    made = report(desk, kind, share=1)
    said = words(language)
    for ending in ("xlsx", "csv"):
        assert keep_report(made, tmp_path / f"{kind}.{ending}", said) is None
    with (tmp_path / f"{kind}.csv").open(encoding="utf-8-sig", newline="") as file:
        text = list(csv.reader(file))
    book = load_workbook(tmp_path / f"{kind}.xlsx")
    (name,) = book.sheet_names
    sheet = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    assert text[0] == sheet[0] == made.headings(language)
    printed = made.as_json()["rows"]
    for number, row in enumerate(printed, 1):
        for place, (cell, kept) in enumerate(zip(row, made.rows[number - 1], strict=True)):
            if type(kept).__name__ == "Fen":
                assert text[number][place] == cell
                assert sheet[number][place] == pytest.approx(float(cell))
            elif isinstance(cell, int):
                assert text[number][place] == str(cell)
    cells = [cell for row in text for cell in row]
    assert not [cell for cell in cells if cell[:1] in ("=", "@", "+")]
    assert ("'=HYPERLINK(1)" in cells) == (WEI.name in json.dumps(printed))


@pytest.mark.parametrize("kind", ["declaration", "near-limits"])
def test_a_region_is_shown_by_its_name_and_told_by_its_id(desk: Desk, kind: str) -> None:
    made = report(desk, kind)
    place = [column.show for column in made.form.columns].index("region")
    assert {row[place] for row in made.as_json()["rows"]} == {"jilin/example"}
    assert {row[place] for row in made.table(words("ko"))[: len(made.rows)]} == {"示例统筹区（演示数据）"}


def test_a_hospitals_own_form_is_used_and_a_faulty_one_is_named(desk: Desk, tmp_path: Path) -> None:
    import os

    folder = Path(os.environ["MINGZHANG_HOME"]) / "forms" / "reports"
    folder.mkdir(parents=True)
    shipped = (RESOURCES / "forms" / "reports" / "benefits.toml").read_text(encoding="utf-8")
    own = folder / "benefits.toml"
    own.write_text(
        shipped.replace('"按待遇汇总"', '"我院月报"').replace('["benefit"]', '["benefit", "level"]'), "utf-8"
    )
    made = report(desk, "benefits")
    assert (made.title("zh"), made.form.group) == ("我院月报", ("benefit", "level"))
    assert len(made.rows) > len(report(desk, "levels").rows)
    for faulty in (
        "title = ",
        shipped.replace("posted_count", "posted_cuont"),
        shipped.replace('zh = "待遇", ', ""),
    ):
        own.write_text(faulty, "utf-8")
        refused = make_report(desk.counter, ReportAsked("benefits", FIRST, LAST))
        assert isinstance(refused, list)
        assert str(own) in words()(refused[0].message)


def test_a_report_at_the_console(console: Console, desk: Desk, tmp_path: Path) -> None:  # noqa: F811
    console.path = desk.ledger.path
    span = ("--from", "2026-03-01", "--to", "2026-08-31")
    for kind in KINDS:
        status, (made,) = console("report", kind, *span, "--out", tmp_path / f"{kind}.csv")
        assert status == 0
        assert made == report(desk, kind).as_json()
        assert list(made) == ["kind", "from", "to", "columns", "rows", "sums"]
        assert (tmp_path / f"{kind}.csv").stat().st_size > 100
    assert fields(console("report", "sum", *span, "--share", "0", "--out", "a.doc")) == [
        "out",
        "kind",
        "share",
    ]
    assert fields(console("report", "list", "--from", "2026-8-1", "--to", "x")) == ["from", "to"]
    assert fields(console("report", "list", "--from", "2026-08-02", "--to", "2026-08-01")) == ["to"]
    status, (answer,) = console("report", "list", *span, "--out", tmp_path / "no" / "where.csv")
    assert (status, answer["errors"][0]["field"]) == (3, "out")
    assert grouped(0)  # the console's amounts have no separators
    assert not any("," in str(cell) for row in report(desk, "list").as_json()["rows"] for cell in row)


def test_a_report_that_finds_no_room_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def full(*_given: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("core.reports.making.write_report", full)
    report: Any = None  # it is not written at all
    said = keep_report(report, tmp_path / "list.csv", words("zh"))
    assert said is not None
    assert said.message.id == "paper.fault.disk_full"
