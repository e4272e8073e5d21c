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
        assert found.other_day is None
        if kinds:
            assert kinds in ({*found.kinds}, *map(set, found.or_)), (id_, kinds, found.kinds)
            assert found.why is not None


def _shapes(told: dict[str, Any]) -> dict[str, str]:
    """One message as somebody may copy it out of a log, a browser or another program."""
    plain, info = json.dumps(told), told["output"]["setlinfo"]
    written_out = {**told, "output": json.dumps(told["output"])}
    sent = json.dumps({"infno": "2304", "input": {"data": {"psn_no": "1", "mdtrt_id": "J1"}}})
    return {
        "on many lines": json.dumps(told, indent=2, ensure_ascii=False),
        "lines joined by a cell of the window": json.dumps(told, indent=2).replace("\n", "\u2028"),
        "its output alone": json.dumps(told["output"]),
        "its settlement alone": json.dumps(info),
        "a part, without the outer braces": json.dumps(told["output"])[1:-1],
        "a part, with a comma and braces too many": json.dumps(told["output"])[1:-1] + "}},",
        "within a line of a log": f"[2026-03-10 10:00:01] [INFO] 2304 出参: {plain} 耗时 35ms",
        "lines of a log with its request": f"[INFO] 入参={sent}\n[INFO] 出参={json.dumps(told, indent=1)}",
        "as text within another message": json.dumps(written_out),
        "as text with backslashes": json.dumps(plain)[1:-1],
        "as text with backslashes, on many lines": "resp=" + json.dumps(json.dumps(told, indent=2)),
        "as a text alone": json.dumps(json.dumps(told, indent=2)),
        "with a browser's blanks": json.dumps(told, indent=2).replace("  ", "\u00a0\u3000"),
    }


def test_a_message_is_taken_in_every_shape_that_it_is_copied_in() -> None:
    month = month_of(12, 1, differing=0.0)
    for name, text in _shapes(month.theirs[0]).items():
        row = pasted_row(text)
        assert isinstance(row, ResultRow), name
        assert compared(month.ours[0], row).equal, name
        assert row.amounts["fund_pay_sumamt"], name


def test_a_message_that_is_cut_off_is_not_taken_in_part() -> None:
    whole = json.dumps(month_of(12, 2, differing=0.0).theirs)
    first = whole.index("}}") + 40
    for cut in (whole[:-1], whole[:-2], whole[:first], whole[: len(whole) // 3], whole[1:-20]):
        assert not isinstance(pasted_row(cut), ResultRow), cut[-30:]
    for words in ("[INFO] nothing", "{", "[" * 5000, "[INFO] {a=1} " + whole[1:-1]):
        assert not isinstance(pasted_row(words), ResultRow), words[:20]
