"""One visit beside the insurer's result of it, as the counter asks."""

import json
import tomllib
from typing import Any

import pytest

from core.agreement.one_visit import Compared, compare_visit, pasted_row
from core.agreement.result_row import ResultRow
from core.counter import WorkedOut
from core.settle import settle
from core.tables.watch import Watch
from tests.agreement.planted import READER, month_of
from tests.tables.conftest import SAMPLES

MESSAGES = SAMPLES / "messages"


@pytest.mark.skipif(not MESSAGES.is_dir(), reason="the samples do not lie beside this checkout")
def test_the_samples_message_is_compared_band_by_band() -> None:
    behind = json.loads((MESSAGES / "requests-behind.json").read_text(encoding="utf-8"))
    request = next(each for each in behind if each["setl_id"].endswith("02"))
    text = (MESSAGES / "2304.json").read_text(encoding="utf-8")
    items = (MESSAGES / "100001.json").read_text(encoding="utf-8")
    request = {**request, "region": tomllib.loads((MESSAGES / "region.toml").read_text(encoding="utf-8"))}
    request["region"] = json.loads(json.dumps(request["region"], default=str))
    row = pasted_row(f"[{text}, {items}]")
    assert isinstance(row, ResultRow), row
    found = compared(request, row)
    assert found.equal
    assert [(band.code, band.ours, band.theirs) for band in found.bands][:3] == [
        ("C001", 7_039_90, 7_039_90),
        ("C002", 22_500_00, 22_500_00),
        ("C003", 29_040_00, 29_040_00),
    ]
    row = row._replace(items=tuple(item._replace(fund=item.fund + 1) for item in row.items))
    assert [band.theirs - (band.ours or 0) for band in compared(request, row).bands][:3] == [1, 1, 1]


def compared(request: dict[str, Any], row: ResultRow) -> Compared:
    asked = READER.read_tables(
        {name: value for name, value in request.items() if name not in ("setl_id", "patient")}, []
    )
    assert not isinstance(asked, list), asked
    worked = WorkedOut(asked.claim, asked.policy, settle(asked.policy, asked.claim))
    return compare_visit(worked, [], (), row, Watch())


def test_every_kind_of_a_month_is_found_for_one_visit_too() -> None:
    month = month_of(11, 40, differing=0.5)
    for request, theirs in zip(month.ours, month.theirs, strict=True):
        id_, kinds = request["setl_id"], month.planted[request["setl_id"]]
        row = pasted_row(json.dumps(theirs, indent=1))
        assert isinstance(row, ResultRow), row
        found = compared(request, row)
        assert found.equal == (not kinds), id_
        if kinds:
            assert kinds in ({*found.kinds}, *map(set, found.or_)), (id_, kinds, found.kinds)
            assert found.why is not None
