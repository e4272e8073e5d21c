"""Made-up months of a platform: rows that are equal, and rows with one or two things otherwise.

The platform's side comes from the same rules, asked with the request or the pack as the platform would have
it, so that every kind is planted from outside of what looks for it.
"""

import json
import random
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from core.exchange.request import RequestReader
from core.policy.shelf import Regions, load_documents
from core.settle import settle, settle_by
from core.settlement import Amounts

READER = RequestReader(load_documents(), Regions([]))
Planted = tuple[dict[str, int], set[str]]


def pack_of(rng: random.Random) -> dict[str, Any]:
    """A region whose every figure is another one."""

    def falling(top: int) -> list[int]:
        return [top, top * 87 // 100, top * 71 // 100]

    return {
        "id": "made/up",
        "name": "made up",
        "effective": "2025-01-01",
        "source": {"document": "made up", "entered_by": "made up", "checked_by": "made up"},
        "inpatient": {
            "band_axis": "annual_cost",
            "deductible": {
                "level_1": falling(rng.randrange(150, 320)),
                "level_2": falling(rng.randrange(330, 700)),
                "level_3": falling(rng.randrange(800, 1500)),
            },
        },
        "special_outpatient": {
            "deductible_period": "visit",
            "deductible": {"level_1": 50, "level_2": 365, "level_3": 865},
        },
        "common_outpatient": {"annual_limit": 1000, "deductible": {"level_1": 70, "level_2": 110}},
        "chronic_outpatient": {"deductible": 70, "additional_disease_rate": "0.5"},
        "critical_illness": {
            "2026": {"deductible": rng.randrange(10_000, 20_000, 500), "band_origin": "zero"},
            "2025": {
                "deductible": 7200,
                "bands": [{"up_to": 60000, "percent": 57}, {"percent": 68}],
                "cap": 250000,
                "tilted": ["low_income", "relapse_risk"],
                "tilt_deductible_percent": 50,
                "tilt_points": 5,
                "counts_category_b": False,
            },
        },
        "medical_assistance": {
            "annual_limit": {"low_income": 29000},
            "deductible": {"low_income": 700},
            "percent": {"low_income": 58, "rural_destitute": 100},
        },
        "elsewhere": {"referred_percent": 7, "unreferred_percent": 11},
    }


def yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def request_of(rng: random.Random, pack: dict[str, Any]) -> dict[str, Any]:
    """A visit with its parts and the totals before it."""
    benefit = rng.choices(["inpatient", "special_outpatient", "common_outpatient"], [8, 2, 1])[0]
    level = rng.choice(["level_1", "level_2", "level_3"] if benefit != "common_outpatient" else ["level_1"])
    size = rng.choice([800_000, 4_000_000, 30_000_000]) if benefit != "common_outpatient" else 60_000
    total = rng.randrange(size // 4, size)
    own = total * rng.randrange(0, 20) // 100
    over = total * rng.choice([0, 0, 2]) // 100
    eligible = total - own - over
    end = date(2026, 3, rng.randrange(2, 31))
    stays = rng.randrange(0, 4)
    scope = rng.randrange(500_000, 6_000_000) if stays else 0
    request: dict[str, Any] = {
        "benefit": benefit,
        "hospital_level": level,
        "admitted": (end - timedelta(days=rng.randrange(1, 20) if benefit == "inpatient" else 0)).isoformat(),
        "discharged": end.isoformat(),
        "population": rng.choices(["ordinary", "low_income", "rural_destitute", "orphan"], [6, 2, 1, 1])[0],
        "total": yuan(total),
        "eligible": yuan(eligible),
        "over_limit": yuan(over),
        "year_to_date": {
            "admissions": stays,
            "in_scope": yuan(scope),
            "basic_paid": yuan(scope * 62 // 100),
            "critical_burden": yuan(scope - scope * 62 // 100),
        },
        "region": pack,
    }
    if rng.random() < 0.4:
        request["category_b_selfpay"] = yuan(eligible * rng.randrange(0, 9) // 100)
    return request


def fen(text: str) -> int:
    return round(float(text) * 100)


def settled(request: dict[str, Any]) -> Amounts | None:
    """A request's amounts, None where it is no sound one; the first share with that for care elsewhere."""
    asked = READER.read_tables(deepcopy(request), [])
    if isinstance(asked, list):
        return None
    amounts = settle(asked.policy, asked.claim).amounts
    if amounts.inscp_scp_amt is None or amounts.psn_part_amt is None:
        return None
    return amounts._replace(
        preselfpay_amt=amounts.preselfpay_amt + asked.claim.in_scope - amounts.inscp_scp_amt
    )


Plant = Callable[[random.Random, dict[str, Any]], None]
"""Changes a request (or its pack) as the platform would have had it."""


def _cells(request: dict[str, Any]) -> dict[str, list[int]]:
    return request["region"]["inpatient"]["deductible"]


def _own_pay(rng: random.Random, request: dict[str, Any]) -> None:
    request["eligible"] = yuan(fen(request["eligible"]) - rng.randrange(100, 30_000))


def _over_limit(rng: random.Random, request: dict[str, Any]) -> None:
    by = rng.randrange(100, 9_000)
    request["eligible"] = yuan(fen(request["eligible"]) - by)
    request["over_limit"] = yuan(fen(request["over_limit"]) + by)


def _category_b(rng: random.Random, request: dict[str, Any]) -> None:
    request["category_b_selfpay"] = yuan(
        fen(request.get("category_b_selfpay", "0")) + rng.randrange(50, 20_000)
    )


def _hospital(rng: random.Random, request: dict[str, Any]) -> None:
    request["hospital_part"] = yuan(rng.randrange(100, 20_000))


def _category(rng: random.Random, request: dict[str, Any]) -> None:
    others = {"ordinary", "low_income", "rural_destitute"} - {request["population"]}
    request["population"] = rng.choice(sorted(others))


def _level(rng: random.Random, request: dict[str, Any]) -> None:
    request["hospital_level"] = rng.choice(
        sorted({"level_1", "level_2", "level_3"} - {request["hospital_level"]})
    )


def _number(rng: random.Random, request: dict[str, Any]) -> None:
    level = request["hospital_level"]
    _cells(request)[level] = [rng.choice(_cells(request)[level])]


def _deductible_level(rng: random.Random, request: dict[str, Any]) -> None:
    own = request["hospital_level"]
    other = rng.choice(sorted({"level_1", "level_2", "level_3"} - {own}))
    _cells(request)[own] = _cells(request)[other]


def _waived(_rng: random.Random, request: dict[str, Any]) -> None:
    _cells(request)[request["hospital_level"]] = [0]


def _transfer(rng: random.Random, request: dict[str, Any]) -> None:
    paid = rng.choice(_cells(request)["level_1"])
    request["transfer"] = {"kind": "up", "deductible_paid": paid}


def _axis(rng: random.Random, request: dict[str, Any]) -> None:
    request["region"]["inpatient"]["band_axis"] = rng.choice(["admission_cost", "annual_fund"])


def _band_totals(rng: random.Random, request: dict[str, Any]) -> None:
    totals = request["year_to_date"]
    totals["in_scope"] = yuan(fen(totals["in_scope"]) + rng.randrange(500, 40_000) * 100)


def _critical_deductible(rng: random.Random, request: dict[str, Any]) -> None:
    cells = request["region"]["critical_illness"]["2026"]
    cells["deductible"] += rng.choice([-2500, -1000, 1500, 3000])


def _origin(_rng: random.Random, request: dict[str, Any]) -> None:
    request["region"]["critical_illness"]["2026"]["band_origin"] = "deductible"


def _critical_totals(rng: random.Random, request: dict[str, Any]) -> None:
    totals = request["year_to_date"]
    totals["critical_burden"] = yuan(fen(totals["critical_burden"]) + rng.randrange(500, 20_000) * 100)


def _assistance(_rng: random.Random, request: dict[str, Any]) -> None:
    request["region"]["medical_assistance"]["deductible"] = {}


def _elsewhere(rng: random.Random, request: dict[str, Any]) -> None:
    request["care"] = rng.choice(["elsewhere_referred", "elsewhere_unreferred"])


def _limit(_rng: random.Random, request: dict[str, Any]) -> None:
    request["region"]["common_outpatient"]["annual_limit"] = 700


PLANTS: dict[str, Plant] = {
    "own_pay": _own_pay,
    "over_limit": _over_limit,
    "category_b": _category_b,
    "hospital_part": _hospital,
    "category": _category,
    "level": _level,
    "deductible_number": _number,
    "deductible_level": _deductible_level,
    "deductible_waived": _waived,
    "deductible_transfer": _transfer,
    "band_axis": _axis,
    "band_totals": _band_totals,
    "critical_deductible": _critical_deductible,
    "critical_origin": _origin,
    "critical_totals": _critical_totals,
    "assistance": _assistance,
    "elsewhere": _elsewhere,
    "annual_limit": _limit,
}
VISIBLE = ("own_pay", "over_limit", "hospital_part")
HIDDEN = ("category", "level", "deductible_number", "deductible_waived", "band_axis", "critical_origin")
"""Kinds of which one of the first stands beside one of the second in a pair."""


@dataclass
class Month:
    """Both sides of a month, and what was planted: kinds by settlement; empty sets are equal rows."""

    ours: list[dict[str, Any]] = field(default_factory=list)
    theirs: list[dict[str, Any]] = field(default_factory=list)
    planted: dict[str, set[str]] = field(default_factory=dict)

    def write(self, folder: Path) -> tuple[Path, Path]:
        """Both files: requests as JSON Lines, messages as JSON."""
        ours, theirs = folder / "ours.jsonl", folder / "theirs.json"
        ours.write_text("\n".join(json.dumps(line) for line in self.ours), encoding="utf-8")
        theirs.write_text(json.dumps(self.theirs), encoding="utf-8")
        return ours, theirs


def message_of(id_: str, request: dict[str, Any], amounts: dict[str, int]) -> dict[str, Any]:
    """A settlement as 2304 answers it."""
    info: dict[str, Any] = {
        "setl_id": id_,
        "mdtrt_id": f"J{id_}",
        "certno": f"9801{id_[-6:]}X",
        "setl_time": f"{request['discharged']} 10:00:00",
        "med_type": {"inpatient": "21", "special_outpatient": "140201"}.get(request["benefit"], "11"),
        "act_pay_dedc": 0,
        "oth_pay": 0,
        "acct_pay": 0,
    }
    info |= {name: value / 100 for name, value in amounts.items()}
    info["psn_cash_pay"] = info["psn_part_amt"]
    codes = {"390100": "hifp_pay", "390200": "hifmi_pay", "610100": "maf_pay"}
    rows = [{"fund_pay_type": code, "fund_payamt": info[name]} for code, name in codes.items() if info[name]]
    return {"output": {"setlinfo": info, "setldetail": rows}}


def month_of(seed: int, rows: int, differing: float = 1.0) -> Month:
    """A month of so many rows, of which a share is planted."""
    rng = random.Random(seed)
    pack, month = pack_of(rng), Month()
    while len(month.planted) < rows:
        number = len(month.planted) + 1
        id_ = f"S{number:07d}"
        request = request_of(rng, pack)
        own = settled(request)
        if own is None:
            continue
        kinds: set[str] = set()
        amounts: Amounts | None = own
        if rng.random() < differing:
            planted = _planted(rng, request)
            if planted is None:
                continue
            amounts, kinds = planted
            if amounts is None or amounts == own:
                continue
        assert amounts is not None
        line = {**request, "setl_id": id_, "patient": {"id_type": "01", "id": f"9801{id_[-6:]}X"}}
        month.ours.append(line)
        month.theirs.append(message_of(id_, request, amounts._asdict()))  # type: ignore[arg-type]
        month.planted[id_] = kinds
    return month


def _planted(rng: random.Random, request: dict[str, Any]) -> tuple[Amounts | None, set[str]] | None:
    changed = deepcopy(request)
    pair = rng.random() < 0.25
    kinds = {rng.choice(VISIBLE), rng.choice(HIDDEN)} if pair else {rng.choice(sorted(PLANTS))}
    inpatient = request["benefit"] == "inpatient"
    if not inpatient and any(kind.startswith(("deductible", "band")) for kind in kinds):
        return None
    steps = [settled(request)]
    for kind in sorted(kinds, key=lambda kind: kind in HIDDEN):
        PLANTS[kind](rng, changed)
        steps.append(settled(changed))
    if any(one == other for one, other in pairwise(steps)):
        return None  # one of them changes nothing here
    return steps[-1], kinds


def by_other_year(request: dict[str, Any], year: int) -> Amounts:
    """The amounts of a request by another year's rules, on the totals that it states."""
    asked = READER.read_tables(deepcopy(request), [])
    assert not isinstance(asked, list)
    day = asked.claim.discharged.replace(year=year)
    return settle_by(asked.policy, asked.claim, day, asked.claim.year_to_date).amounts
