"""The arithmetic around the settlement: the make-up by place, the insurer's result, the early warning."""

import pytest

from core.policy.in_force import Documents
from core.rules.fund import (
    Mismatch,
    Shared,
    mismatches,
    parts_of,
    path_of,
    rows_named,
    share_loss,
    share_surplus,
    split_for,
    warning,
)


def test_every_subtotal_of_the_annex_and_its_total_add_up(documents: Documents) -> None:
    section = documents.first("make_up").section
    assert section.yuan == 182_541_735_00
    assert section.people == 12_169_449
    assert mismatches(section) == []
    assert sum(row.yuan for row in parts_of(section, None)) == section.yuan


def test_yanbian_adds_up_only_with_changbaishan_inside(documents: Documents) -> None:
    """The annex numbers Changbaishan on its own; what Yanbian's rows lack is exactly that row."""
    section = documents.first("make_up").section
    rows = {row.place: row for row in section.rows}
    own = [row for row in parts_of(section, "延边州") if row.place != "长白山管委会"]
    assert rows["延边州"].yuan - sum(row.yuan for row in own) == rows["长白山管委会"].yuan


def test_a_row_that_does_not_add_up_is_reported(documents: Documents) -> None:
    section = documents.first("make_up").section
    rows = tuple(
        row.model_copy(update={"yuan": row.yuan + 100}) if row.place == "九台区" else row
        for row in section.rows
    )
    found = mismatches(section.model_copy(update={"rows": rows}))
    assert found == [
        Mismatch("长春市", 1_577_334_000, 1_051_556, 1_577_334_100, 1_051_556),
        Mismatch("九台区", 676_068_100, 450_712, 676_068_000, 450_712),
    ]


def test_a_total_that_does_not_add_up_is_reported_by_its_parts_and_by_its_people(
    documents: Documents,
) -> None:
    section = documents.first("make_up").section
    sums = (18_254_173_500, 12_169_449)
    dearer = section.model_copy(update={"yuan": section.yuan + 1})
    by_people = Mismatch("", sums[0] + 1, sums[1], *sums)
    assert mismatches(dearer) == [by_people, by_people]
    fewer = section.model_copy(update={"people": section.people - 1})
    assert mismatches(fewer)[0] == Mismatch("", sums[0], sums[1] - 1, *sums)


def test_a_place_of_the_annex_is_named_by_itself_or_by_the_way_to_it(documents: Documents) -> None:
    section = documents.first("make_up").section

    def ways(place: str) -> list[str]:
        return ["/".join(path_of(section, row)) for row in rows_named(section, place)]

    changchun, jilin = "市区小计/长春市/经济开发区", "市区小计/吉林市/经济开发区"
    assert ways("经济开发区") == [changchun, jilin]
    assert ways("长春市 / 经济开发区") == ways(changchun) == [changchun]
    assert ways("市区小计") == ["市区小计"]
    assert ways("四平市/经济开发区") == ways("北京") == []


def test_an_area_without_a_split_of_its_own_has_the_province_s(documents: Documents) -> None:
    areas = documents.first("resident_funding").section.split.areas
    assert split_for(areas, "yanbian").provincial == 6_600
    assert split_for(areas, "changchun") == split_for(areas, "province")
    assert split_for(areas, "province").provincial == 13_200


@pytest.mark.parametrize(
    ("surplus", "shared"),
    [
        (0, Shared(0, 0)),
        (3_000, Shared(3_000, 0)),
        (3_001, Shared(900, 2_101)),
        (5_000, Shared(1_500, 3_500)),
        (5_001, Shared(1_500, 3_501)),
        (9_000, Shared(1_500, 7_500)),
    ],
)
def test_a_surplus_is_shared_by_its_share_of_the_premium(
    documents: Documents, surplus: int, shared: Shared
) -> None:
    assert share_surplus(documents.first("insurer").section, 100_000, surplus) == shared


@pytest.mark.parametrize(
    ("loss", "shared"),
    [
        (3_000, Shared(3_000, 0)),
        (3_001, Shared(1_500, 1_501)),
        (5_000, Shared(2_500, 2_500)),
        (5_001, Shared(None, None)),
    ],
)
def test_a_loss_is_shared_and_above_five_percent_negotiated(
    documents: Documents, loss: int, shared: Shared
) -> None:
    assert share_loss(documents.first("insurer").section, 100_000, loss) == shared


@pytest.mark.parametrize(
    ("spent", "colour"),
    [
        (50_000, None),
        (55_000, None),
        (55_001, "blue"),
        (60_000, "blue"),
        (60_001, "yellow"),
        (65_000, "yellow"),
        (65_001, "red"),
        (20_000, None),
    ],
)
def test_the_early_warning_starts_above_its_points(
    documents: Documents, spent: int, colour: str | None
) -> None:
    assert warning(documents.first("early_warning").section, 100_000, spent, 50_000) == colour
