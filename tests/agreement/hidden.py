"""Made-up receipts of a year under figures that nobody is told: people with several visits each."""

import csv
import random
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from core.exchange.answer import totals
from core.settle import settle
from tests.agreement.planted import READER, yuan

HEADER = (
    "结算ID", "证件号码", "人员类别", "医院级别", "医疗类别", "入院日期", "出院日期", "结算日期",
    "医疗费总额", "全自费金额", "超限价自费金额", "先行自付金额", "符合政策范围金额", "起付线",
    "统筹基金支付", "大病保险",
    "医疗救助", "基金支付总额", "医院负担金额", "个人负担总金额", "two_disease_drugs",
)  # fmt: skip
LEVELS = {"level_1": "一级", "level_2": "二级", "level_3": "三级"}
BENEFITS = {"inpatient": "普通住院", "special_outpatient": "门诊特病", "common_outpatient": "普通门诊"}
CATEGORIES = {"ordinary": "普通居民", "low_income": "低保对象", "rural_destitute": "农村特困人员"}


def hidden_pack(rng: random.Random) -> dict[str, Any]:
    """A region of which no figure and no setting is told."""

    def falling(top: int) -> list[int]:
        return rng.choice([[top], [top, top - 46], [top, top - 46, top - 101]])

    return {
        "id": "made/hidden",
        "name": "made up",
        "effective": "2025-01-01",
        "inpatient": {
            "band_axis": rng.choice(["annual_cost", "admission_cost", "annual_fund"]),
            "deductible": {
                "level_1": falling(rng.randrange(120, 300)),
                "level_2": falling(rng.randrange(350, 700)),
                "level_3": falling(rng.randrange(800, 1500)),
            },
        },
        "special_outpatient": {
            "deductible_period": rng.choice(["year", "visit"]),
            "deductible": {
                "level_1": rng.randrange(50, 200),
                "level_2": rng.randrange(200, 400),
                "level_3": rng.randrange(400, 900),
            },
        },
        "common_outpatient": {
            "annual_limit": rng.choice([700, 1000]),
            "deductible_period": rng.choice(["year", "visit"]),
            "deductible": {"level_1": rng.randrange(20, 80), "level_2": rng.randrange(90, 150)},
        },
        "critical_illness": {
            "2026": {
                "deductible": rng.randrange(8_000, 20_000, 50),
                "band_origin": rng.choice(["zero", "deductible"]),
            }
        },
        "medical_assistance": {
            "annual_limit": {"low_income": rng.randrange(20_000, 60_000, 1000)},
            "deductible": {"low_income": rng.randrange(500, 3000, 50)},
            "percent": {"low_income": rng.randrange(50, 80), "rural_destitute": 100},
        },
    }


@dataclass
class Year:
    """Receipts of a year, the pack behind them, and the receipts that were made wrong."""

    pack: dict[str, Any]
    rows: list[dict[str, str]] = field(default_factory=list)
    wrong: set[str] = field(default_factory=set)
    stays: dict[tuple[str, int], int] = field(default_factory=dict)

    def write(self, folder: Path) -> Path:
        """The receipts as a table."""
        file = folder / "receipts.csv"
        with file.open("w", encoding="utf-8-sig", newline="") as opened:
            writer = csv.DictWriter(opened, HEADER)
            writer.writeheader()
            writer.writerows(self.rows)
        return file


def year_of(seed: int, people: int, wrong: int = 0, silent: bool = False) -> Year:
    """A year of so many people. ``silent``: no receipt states its deductible."""
    rng = random.Random(seed)
    year = Year(hidden_pack(rng))
    for person in range(people):
        _visits(rng, year, f"98010119800101{person:03d}X")
    if silent:
        for row in year.rows:
            row["起付线"] = ""
    last = {row["证件号码"]: row for row in year.rows}
    stays = [
        row for row in last.values() if row["医疗类别"] == "普通住院" and float(row["统筹基金支付"]) > 9000
    ]
    for row in rng.sample(stays, wrong):
        _spoil(row)
        year.wrong.add(row["结算ID"])
    return year


def _spoil(row: dict[str, str]) -> None:
    """Have a receipt charge another deductible, with all that follows from it but the other layers."""
    by = 777
    row["起付线"] = f"{float(row['起付线']) + by:.2f}"
    paid = max(0.0, float(row["统筹基金支付"]) - 0.61 * by)
    less = float(row["统筹基金支付"]) - paid
    row["统筹基金支付"] = f"{paid:.2f}"
    row["基金支付总额"] = f"{float(row['基金支付总额']) - less:.2f}"
    row["个人负担总金额"] = f"{float(row['个人负担总金额']) + less:.2f}"


def _visits(rng: random.Random, year: Year, certno: str) -> None:
    day = date(2026, 1, rng.randrange(1, 28))
    category = rng.choice(sorted(CATEGORIES))
    state: dict[str, Any] = {}
    stays = 0
    for _ in range(rng.randrange(2, 7)):
        benefit = rng.choices(sorted(BENEFITS), [2, 6, 2])[0]
        level = (
            rng.choice(sorted(LEVELS))
            if benefit != "common_outpatient"
            else rng.choice(["level_1", "level_2"])
        )
        total = (
            rng.randrange(500_000, 12_000_000)
            if benefit != "common_outpatient"
            else rng.randrange(5_000, 60_000)
        )
        own = total * rng.randrange(0, 15) // 100
        first = (total - own) * rng.randrange(0, 8) // 100
        request = {
            "region": year.pack,
            "benefit": benefit,
            "hospital_level": level,
            "admitted": (day - timedelta(days=3 if benefit == "inpatient" else 0)).isoformat(),
            "discharged": day.isoformat(),
            "population": category,
            "total": yuan(total),
            "eligible": yuan(total - own),
            "category_b_selfpay": yuan(first),
            "two_disease_drugs": level == "level_2",
            "year_to_date": state,
        }
        asked = READER.read_tables(deepcopy(request), [])
        assert not isinstance(asked, list), asked
        done = settle(asked.policy, asked.claim)
        assert done.year_to_date is not None
        state = totals(done.year_to_date)
        if benefit == "inpatient":
            stays += 1
            year.stays[level, stays] = year.stays.get((level, stays), 0) + 1
        amounts = done.amounts
        stated = (
            total, own, 0, first, amounts.inscp_scp_amt, amounts.act_pay_dedc, amounts.hifp_pay,
            amounts.hifmi_pay, amounts.maf_pay, amounts.fund_pay_sumamt, 0, amounts.psn_part_amt,
        )  # fmt: skip
        words = (
            f"R{len(year.rows) + 1:06d}", certno, CATEGORIES[category], LEVELS[level], BENEFITS[benefit],
            request["admitted"], request["discharged"], f"{request['discharged']} 10:00:00",
        )  # fmt: skip
        row = dict(
            zip(
                HEADER,
                [*words, *map(yuan, map(int, stated)), "是" if request["two_disease_drugs"] else ""],
                strict=True,
            )
        )
        year.rows.append(row)
        day += timedelta(days=rng.randrange(5, 60))
        if day.year != 2026:
            return
