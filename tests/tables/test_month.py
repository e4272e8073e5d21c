"""A month of claims in four shapes, as the samples beside the checkout have it, row by row to the fen."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
import tomlkit

from core.policy.regions import RegionPack
from core.policy.shelf import load_documents
from core.policy.soundness import read_pack
from tests.tables.conftest import SAMPLES, Run, read

MONTH = SAMPLES / "month"
pytestmark = pytest.mark.skipif(not MONTH.is_dir(), reason="the samples do not lie beside this checkout")


def _packs(folder: Path) -> Path:
    """A folder with the sample's pack, less what this program's packs do not know."""
    tables: dict[str, Any] = tomllib.loads((MONTH / "region.toml").read_text(encoding="utf-8"))
    pack = read_pack(tables, load_documents())
    for fault in [] if isinstance(pack, RegionPack) else pack:
        _, *keys, last = fault.field.split(".")
        table = tables
        for key in keys:
            table = table[key]
        table.pop(last, None)
    folder.mkdir()
    (folder / "region.toml").write_text(tomlkit.dumps(tables), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    "name",
    ["claims.xlsx", "claims-gb18030.csv", "claims-two-storeys-1904.xlsx", "claims-national-names.csv"],
)
def test_a_month_comes_to_what_is_expected_in_every_shape(batch: Run, tmp_path: Path, name: str) -> None:
    done = batch(MONTH / name, "--regions", _packs(tmp_path / "packs"), region="sample/hidden")
    expected = read(MONTH / "expected.csv")
    assert [row["status"] for row in done.rows] == [row["status"] for row in expected]
    amounts = [key for key in expected[0] if key in done.rows[0] and key.endswith(("amt", "pay", "dedc"))]
    for got, row in zip(done.rows, expected, strict=True):
        if row["status"] == "complete":
            assert {key: got[key] for key in amounts} == {key: row[key] for key in amounts}, row["setl_id"]
    assert (done.status, done.report["refused"]) == (2, 6)
    assert len(done.report["left_out"]) == 3
