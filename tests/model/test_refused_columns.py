"""What no settlement takes, columns refuse before the rules: by row, field and reason."""

from datetime import date
from typing import Any

import numpy as np
import pytest

from core.model.columns import ClaimColumns, ColumnFault, ColumnsRefused, TotalsColumns, code_of
from core.model.engine import settle_columns
from core.policy.select import Policy
from core.policy.shelf import load_documents, load_regions
from core.vocabulary import Benefit, Level

DAY = (date(2026, 3, 1) - date(1970, 1, 1)).days


@pytest.fixture(scope="module")
def policy() -> Policy:
    documents = load_documents()
    pack = load_regions(documents)[0].in_force("jilin/example", date(2026, 3, 1))
    assert not isinstance(pack, list)
    return Policy(documents, pack)


def claims(**changed: Any) -> ClaimColumns:
    cells: dict[str, Any] = {
        "patient": np.array([1, 1, 2]),
        "day": np.full(3, DAY),
        "benefit": code_of(Benefit.INPATIENT),
        "level": code_of(Level.LEVEL_2),
        "total": np.array([5_000_000, 4_000_000, 10**12 - 1]),
        "eligible": np.array([4_800_000, 4_000_000, 10**12 - 1]),
    }
    return ClaimColumns(**{**cells, **changed})


def refused(rules: Policy, /, **changed: Any) -> list[tuple[int, str, str, int]]:
    with pytest.raises(ColumnsRefused) as found:
        settle_columns(claims(**changed), [rules], ("hifp_pay",))
    return [(fault.row, fault.field, fault.message.id, fault.rows) for fault in found.value.faults]


def test_sound_columns_pass(policy: Policy) -> None:
    found = settle_columns(claims(), [policy], ("hifp_pay", "after.admissions"))
    assert found["after.admissions"].tolist() == [1, 2, 1]
    assert found["hifp_pay"].tolist()[2] == 20_000_000


@pytest.mark.parametrize(
    "line",
    [(3, 0, 1, 0, 0, 0), (-1, 0, 1, 0, 0, 0), (0, 0, 19, 0, 0, 0), (0, 1, 42, 0, 0, 0), (0, 0, 1, -1, 0, 0)],
)
def test_totals_of_no_disease_and_of_no_claim_are_refused(policy: Policy, line: tuple[int, ...]) -> None:
    totals = TotalsColumns(by_disease=np.array([line]))
    with pytest.raises(ColumnsRefused) as found:
        settle_columns(claims(), [policy], ("hifp_pay",), totals)
    assert [(fault.row, fault.field) for fault in found.value.faults] == [(line[0], "by_disease")]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"total": np.array([1.0, np.nan, 1.0])}, (1, "total", "fault.null", 1)),
        ({"total": np.ma.MaskedArray([1, 1, 1], [False, False, True])}, (2, "total", "fault.null", 1)),
        ({"total": np.array([1, None, None], object)}, (1, "total", "fault.null", 2)),
        ({"total": np.array([1.0, 1.5, 1.0])}, (1, "total", "fault.number_fraction", 1)),
        ({"total": np.array(["1", "2", "3"])}, (0, "total", "fault.number_unreal", 3)),
        ({"eligible": np.array([1, -1, 1])}, (1, "eligible", "fault.number_sign", 1)),
        ({"total": np.array([5_000_000, 4_000_000, 10**12])}, (2, "total", "fault.amount.digits", 1)),
        ({"eligible": np.array([1, 4_000_001, 1])}, (1, "total", "fault.total_below_eligible", 1)),
        ({"over_limit": np.array([200_001, 0, 0])}, (0, "over_limit", "fault.over_limit_above_rest", 1)),
        (
            {"category_b": np.array([0, 4_000_001, 0])},
            (1, "category_b_selfpay", "fault.category_b_above_eligible", 1),
        ),
        (
            {"basic_fund_paid": np.array([-1, 4_000_001, -1])},
            (1, "basic_settlement", "fault.basic_above_scope", 1),
        ),
        (
            {"zero_claim_years": np.array([0, 2, 0])},
            (1, "enrolment.zero_claim_years", "fault.years_since_2025", 1),
        ),
        ({"level": np.array([0, 4, 0])}, (1, "level", "fault.number_between", 1)),
        ({"policy": np.array([0, 0, 1])}, (2, "policy", "fault.number_between", 1)),
        ({"patient": np.array([2, 1, 2])}, (2, "patient", "fault.patients_apart", 1)),
        ({"day": np.array([DAY, DAY - 1, DAY])}, (1, "day", "fault.patients_apart", 1)),
        ({"total": np.array([5_000_000])}, (1, "total", "fault.required", 1)),
        (
            {"hospital_part": np.array([0, 4_000_000, 0])},
            (1, "hospital_part", "fault.hospital_above_rest", 1),
        ),
    ],
    ids=lambda value: value[2] if isinstance(value, tuple) else "",
)
def test_a_row_that_cannot_be_settled_is_named(
    policy: Policy, changed: dict[str, Any], expected: tuple[int, str, str, int]
) -> None:
    assert refused(policy, **changed) == [expected]


def test_a_missing_figure_is_named_by_its_path(policy: Policy) -> None:
    days = np.array([DAY, DAY, DAY - 3 * 365])
    found = refused(policy, day=days, care=np.array([0, 1, 0]))
    assert {(row, path) for row, path, _, _ in found} >= {(1, "elsewhere.referred_percent")}


def test_narrow_numbers_are_widened_at_the_door(policy: Policy) -> None:
    narrow = claims(
        total=np.array([5_000_000, 4_000_000, 2_000_000_000], np.int32), eligible=np.full(3, 4_000_000)
    )
    wide = claims(total=np.array([5_000_000, 4_000_000, 2_000_000_000]), eligible=np.full(3, 4_000_000))
    assert narrow.total.dtype == np.int64
    for one in (narrow, wide):
        paid = settle_columns(one, [policy], ("psn_part_amt",))["psn_part_amt"]
        assert paid.tolist()[2] > 1_990_000_000


def test_no_rows_are_no_results(policy: Policy) -> None:
    none = np.array([], np.int64)
    empty = claims(patient=none, day=none, total=none, eligible=none)
    assert settle_columns(empty, [policy], ("hifp_pay",))["hifp_pay"].tolist() == []


def test_a_fault_says_its_reason() -> None:
    fault = ColumnFault(3, "total", claims_message(), 2)
    assert "row 3: total: fault.null" in str(ColumnsRefused((fault,)))


def claims_message() -> Any:
    with pytest.raises(ColumnsRefused) as found:
        claims(total=np.array([np.nan, 1, 1]))
    return found.value.faults[0].message
