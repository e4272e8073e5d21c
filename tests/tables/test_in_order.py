"""Rows of a table come to what single settlements in year order come to; planted faults are seen."""

import json
import random
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from core.exchange.answer import amounts_of, answer
from core.exchange.request import Asked, RequestReader
from core.settle import settle
from core.tables import batch, values
from core.tables.claim_rows import Supplied
from core.tables.layout import Layout, find_layout
from core.tables.names import known_names
from core.tables.reading.book import Sheet
from core.tables.settling import Grounds
from core.tables.watch import Watch
from core.words import words
from tests.tables.files import PARTS

REGION = "jilin/example"
HEADER = (
    "setl_id",
    "证件号码",
    "人员类别",
    "医院级别",
    "医疗类别",
    "入院日期",
    "出院日期",
    "医疗费总额",
    *PARTS,
    "disease",
)
CODES = {
    "inpatient": "21",
    "common_outpatient": "11",
    "chronic_outpatient": "140104",
    "special_outpatient": "140201",
}


def visits(seed: int, count: int = 60) -> list[list[Any]]:
    """Rows of a few people over two years, in no order."""
    chance = random.Random(seed)
    rows: list[list[Any]] = []
    for number in range(count):
        benefit = chance.choice(list(CODES))
        out = date(2025, 1, 1) + timedelta(days=chance.randrange(700))
        into = out - timedelta(days=chance.randrange(15)) if benefit == "inpatient" else out
        total = chance.randrange(1, 9_000_000) if chance.random() < 0.7 else chance.randrange(1, 60_000)
        own, over = total * chance.randrange(10) // 100, total * chance.randrange(4) // 100
        first = (total - own - over) * chance.randrange(9) // 100
        parts = (total, own, over, first, total - own - over - first)
        amounts = [fen / 100 if chance.random() < 0.5 else f"{fen / 100:,.2f}" for fen in parts]
        level = 6 if benefit != "common_outpatient" else 8
        disease = chance.randrange(1, 19) if benefit == "chronic_outpatient" else None
        person = f"98010119800101{chance.randrange(7):03}X"
        kind = chance.choice(("普通居民", "2303", "孤儿"))
        rows.append([f"{number}", person, kind, level, CODES[benefit], into, out, *amounts, disease])
    return rows


def single(rows: Sequence[Sequence[Any]], reader: RequestReader) -> dict[str, dict[str, Any]]:
    """The amounts of each row by its id, each settled alone on the totals of the answer before it."""
    totals: dict[tuple[str, int], dict[str, Any]] = {}
    amounts = {}
    benefits = {code: benefit for benefit, code in CODES.items()}
    kinds = {"普通居民": "ordinary", "2303": "low_income", "孤儿": "orphan"}
    for row in sorted(rows, key=lambda row: row[6]):
        id_, person, kind, level, code, into, out, *parts, disease = row
        total, own, over, first, _ = (round(float(str(part).replace(",", "")) * 100) for part in parts)
        request = {
            "region": REGION,
            "benefit": benefits[code],
            "hospital_level": {6: "level_2", 8: "level_1"}[level],
        }
        request |= {"admitted": into.isoformat(), "discharged": out.isoformat(), "population": kinds[kind]}
        yuan = {
            "total": total,
            "eligible": total - own - over,
            "over_limit": over,
            "category_b_selfpay": first,
        }
        request |= amounts_of(yuan)  # type: ignore[arg-type]
        request |= {"disease": disease} if disease else {}
        request |= {"year_to_date": totals.get((person, out.year), {})}
        if into.year != out.year:
            request |= {"other_years": {str(into.year): totals.get((person, into.year), {})}}
        asked = reader.read_tables(request, [])
        assert isinstance(asked, Asked), asked
        answered = json.loads(answer(settle(asked.policy, asked.claim), words()))
        amounts[id_] = answered["amounts"]
        if answered["year_to_date"] is not None:
            totals[person, out.year] = answered["year_to_date"]
    return amounts


def differences(seed: int, reader: RequestReader) -> list[str]:
    """The ids of rows whose amounts differ from those of single settlements."""
    rows, names = visits(seed), known_names()
    layout = find_layout([Sheet("", [list(HEADER), *rows])], names)
    assert isinstance(layout, Layout), layout
    table = batch.understood(layout, names, Supplied(REGION), Watch())
    answers = batch.settle_table(table, reader, Grounds(), Watch())
    expected = single(rows, reader)
    got = {
        row.keys["setl_id"]: answers[row.number].amounts and amounts_of(answers[row.number].amounts._asdict())
        for row in table.rows
    }
    return [id_ for id_ in expected if got.get(id_) != expected[id_]]


@pytest.mark.parametrize("seed", range(4))
def test_rows_come_to_what_single_settlements_in_year_order_come_to(seed: int, reader: RequestReader) -> None:
    assert differences(seed, reader) == []


def _by_row_alone(original: Callable[..., Any]) -> Callable[..., Any]:
    return lambda rows: [sorted(group, key=lambda row: row.number) for group in original(rows)]


def _everybody_alone(_: Callable[..., Any]) -> Callable[..., Any]:
    return lambda rows: [[row] for row in rows]


def _no_tail(original: Callable[..., Any]) -> Callable[..., Any]:
    def amount(cell: Any) -> Any:
        return int(cell * 100) if isinstance(cell, float) else original(cell)

    return amount


def _a_day_later(original: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *given: original(*given) and original(*given) + timedelta(days=60)


@pytest.mark.parametrize(
    ("module", "name", "plant"),
    [
        (batch, "by_person", _by_row_alone),
        (batch, "by_person", _everybody_alone),
        (values, "amount", _no_tail),
        (values, "day", _a_day_later),
    ],
    ids=["order of the table", "nobody's totals", "a fen cut off", "days moved"],
)
def test_a_planted_fault_is_seen(
    monkeypatch: pytest.MonkeyPatch,
    reader: RequestReader,
    module: Any,
    name: str,
    plant: Callable[[Callable[..., Any]], Callable[..., Any]],
) -> None:
    monkeypatch.setattr(module, name, plant(getattr(module, name)))
    assert any(differences(seed, reader) for seed in range(4))
