"""Columns beside everything that could do the same: the same random claims, agreement before a time.

`python -m tests.benchmarks columns` measures everything in one run and writes RESULTS.md;
`python -m tests.benchmarks.columns 160000` tries it with fewer rows and only prints. The peers and Spark live
in environments that this makes in the user's cache folder; gcc compiles the limit.
"""

import csv
import ctypes
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import venv
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from platformdirs import user_cache_path

from core.claim import Claim, Enrolment, YearToDate
from core.clock import today
from core.model.columns import ClaimColumns, TotalsColumns, code_of
from core.model.engine import Settling, settle_columns
from core.money import plain
from core.places import RESOURCES
from core.policy.select import Policy
from core.policy.shelf import load_documents, load_regions
from core.settle import settle
from core.vocabulary import Benefit, Level
from tests.benchmarks import columns_spark

HERE = Path(__file__).parent
ROWS = 1_000_000
SMALL = 20_000
PEERS = ("OpenFisca-Core", "ttsim-backend", "duckdb", "numpy", "pandas")
TOTALS = ("admissions", "in_scope", "basic_paid", "critical_burden", "critical_paid")
WANTED = (
    *("act_pay_dedc", "hifp_pay", "hifmi_pay", "fund_pay_sumamt", "psn_part_amt"),
    *(f"after.{name}" for name in TOTALS),
)
BATCH = ("total", "eligible", "category_b_selfpay", "enrolment", "year_to_date")
REGION = "jilin/measured"
DAY = date(2026, 3, 1)
NUMBER_OF_DAY = (DAY - date(1970, 1, 1)).days


def drawn(rows: int) -> Any:
    """Random admissions at level 2 in 2026 with totals in: nine columns one after the other."""
    rng = np.random.default_rng(2026)
    eligible = np.exp(rng.normal(13.2, 1.2, rows)).astype(np.int64).clip(1, 10**9)
    category_b = eligible * rng.integers(0, 30, rows) // 100
    cost = np.where(rng.random(rows) < 0.5, 0, rng.integers(0, 20_000_000, rows))
    paid = cost * rng.integers(50, 80, rows) // 100
    burden = cost - paid
    critical = np.maximum(0, burden - 1_000_000) * 6 // 10
    years, admissions = rng.integers(0, 30, rows), rng.integers(0, 4, rows)
    total = eligible + rng.integers(0, 1_000_000, rows)
    return np.array([total, eligible, category_b, years, admissions, cost, paid, burden, critical], np.int64)


def example() -> Policy:
    """The rules of the made-up region, in a year where all consecutive years count."""
    documents = load_documents()
    pack = load_regions(documents)[0].in_force("jilin/example", DAY)
    assert not isinstance(pack, list)
    year = pack.critical_illness[DAY.year].model_copy(update={"consecutive_from": None})
    return Policy(documents, pack.model_copy(update={"critical_illness": {DAY.year: year}}))


def columns(table: Any) -> tuple[ClaimColumns, TotalsColumns]:
    """The nine columns as the program has them."""
    total, eligible, category_b, years, *totals = table
    claims = ClaimColumns(
        patient=np.arange(len(total)),
        day=np.full(len(total), NUMBER_OF_DAY),
        benefit=code_of(Benefit.INPATIENT),
        level=code_of(Level.LEVEL_2),
        total=total,
        eligible=eligible,
        category_b=category_b,
        consecutive_years=years,
    )
    return claims, TotalsColumns(**dict(zip(TOTALS, totals, strict=True)))


def single_calls(policy: Policy, table: Any) -> tuple[float, Any]:
    """The counter's own call, one claim after the other: seconds, and its answers as columns."""
    claims = []
    for total, eligible, category_b, years, admissions, cost, paid, burden, critical in table.T.tolist():
        before = YearToDate(admissions, cost, paid, burden, critical)
        day = {"admitted": DAY, "discharged": DAY, "settled": DAY}
        costs = {"total": total, "eligible": eligible, "category_b": category_b}
        kind = {"benefit": Benefit.INPATIENT, "level": Level.LEVEL_2}
        claims.append(Claim(**kind, **day, **costs, year_to_date=before, enrolment=Enrolment(years)))
    start = time.perf_counter()
    found = [settle(policy, claim) for claim in claims]
    seconds = time.perf_counter() - start
    answers = []
    for one in found:
        assert one.year_to_date is not None
        after = [getattr(one.year_to_date, name) for name in TOTALS]
        answers.append([getattr(one.amounts, name) for name in WANTED[:5]] + after)
    return seconds, np.array(answers, np.int64).T


def the_limit(table: Any, folder: Path, *more: str) -> tuple[Callable[[], None], Any]:
    """The C program on two threads: what runs it, and the columns that it writes."""
    library = folder / f"limit{len(more)}.so"
    flags = ["-O3", "-march=native", "-shared", "-fPIC", *more]
    subprocess.run(["gcc", *flags, str(HERE / "columns_limit.c"), "-o", str(library)], check=True)
    settle_rows = ctypes.CDLL(str(library)).settle
    rows = table.shape[1]
    assert rows % 16 == 0
    source, target = _aligned(table.shape), _aligned((len(WANTED), rows))
    source[:] = table

    def part(low: int, high: int) -> None:
        pointers = (ctypes.c_void_p(one.ctypes.data) for one in (source, target))
        settle_rows(*pointers, *(ctypes.c_int64(number) for number in (low, high, rows)))

    def run() -> None:
        threads = [threading.Thread(target=part, args=(rows * k // 2, rows * (k + 1) // 2)) for k in range(2)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()

    return run, target


def _aligned(shape: tuple[int, int]) -> Any:
    size = math.prod(shape)
    memory = np.zeros(size + 8, np.int64)
    first = -memory.ctypes.data % 64 // 8
    return memory[first : first + size].reshape(shape)


def peers() -> Path:
    """The interpreter of the peers' environment, made where there is none."""
    folder = user_cache_path("mingzhang", appauthor=False) / "benchmarks" / "peers"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        venv.create(folder, with_pip=True)
        subprocess.run([str(python), "-m", "pip", "-q", "install", *PEERS], check=True)
    return python


def by_peer(engine: str, table: Any, folder: Path, runs: int) -> tuple[float, Any]:
    """Seconds and answers of an engine in its own environment."""
    source, target = folder / "in.npy", folder / "out.npy"
    np.save(source, table)
    program = [str(peers()), str(HERE / "columns_peers.py"), engine, str(source), str(target), str(runs)]
    said = subprocess.run(program, check=True, capture_output=True, text=True).stdout
    return float(said.split()[-1]), np.load(target)


def by_spark(table: Any, folder: Path, runs: int) -> tuple[float, Any]:
    """Seconds and answers of Spark's local mode with two processors, Parquet in and out."""
    source, target = folder / "in.npy", folder / "out.npy"
    np.save(source, table)
    said = columns_spark.in_environment("settle", str(source), str(target), str(runs))
    return float(said.split()[-1]), np.load(target)


def by_batch(table: Any, folder: Path) -> tuple[float, Any]:
    """Seconds and answers of `mingzhang-cli batch`, CSV in and out; it tells no totals afterwards."""
    regions = folder / "regions"
    regions.mkdir()
    pack = (RESOURCES / "regions" / "jilin-example.toml").read_text(encoding="utf-8")
    pack = pack.replace('id = "jilin/example"', f'id = "{REGION}"').replace("consecutive_from = 2025\n", "")
    (regions / "measured.toml").write_text(pack, encoding="utf-8")
    source, target = folder / "in.csv", folder / "out.csv"
    with source.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("benefit", "hospital_level", "discharged", *BATCH))
        for total, eligible, category_b, years, admissions, *totals in table.T.tolist():
            yuan = dict(zip(TOTALS[1:], map(plain, totals), strict=True))
            before = json.dumps({"admissions": admissions, **yuan})
            enrolled = json.dumps({"consecutive_years": years})
            amounts = (plain(total), plain(eligible), plain(category_b))
            rows.writerow(("inpatient", "level_2", DAY.isoformat(), *amounts, enrolled, before))
    command = [sys.executable, "-m", "core.console", "batch", str(source), "--out", str(target)]
    start = time.perf_counter()
    subprocess.run(
        [*command, "--region", REGION, "--regions", str(regions)], check=True, stdout=subprocess.DEVNULL
    )
    seconds = time.perf_counter() - start
    with target.open(encoding="utf-8-sig", newline="") as file:
        answers = [[round(float(row[name]) * 100) for name in WANTED[:5]] for row in csv.DictReader(file)]
    return seconds, np.array(answers, np.int64).T


def agree(name: str, right: Any, found: Any) -> None:
    """Stops the benchmark where an engine is a fen off."""
    wrong = int(np.count_nonzero((right != found).any(axis=0)))
    if wrong:
        sys.exit(f"{name}: {wrong} of {right.shape[1]} rows are not the same to the fen")


def in_order(policy: Policy, rows: int) -> float:
    """Rows a second of a year in order within patients, all levels and categories."""
    rng = np.random.default_rng(7)
    eligible = np.exp(rng.normal(13.2, 1.2, rows)).astype(np.int64).clip(1, 10**9)
    claims = ClaimColumns(
        patient=np.sort(rng.integers(0, rows // 2, rows)),
        day=np.full(rows, NUMBER_OF_DAY),
        benefit=code_of(Benefit.INPATIENT),
        level=rng.integers(1, 4, rows),
        population=rng.integers(0, 7, rows),
        total=eligible,
        eligible=eligible,
        consecutive_years=rng.integers(0, 30, rows),
    )
    settling = Settling(claims, [[policy]])
    out = settling.settle([policy], ("hifp_pay", "hifmi_pay", "maf_pay", "psn_part_amt"))
    return rows / best(lambda: settling.settle([policy], tuple(out), out))


def best(run: Callable[[], Any], runs: int = 15) -> float:
    """The least seconds of some runs."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def main(whole: int = ROWS) -> None:
    """Measures all of it in one run and writes the ratios; of fewer rows than all they are only printed."""
    policy, table = example(), drawn(whole)
    small = np.ascontiguousarray(table[:, :SMALL])
    claims, totals = columns(table)
    settling = Settling(claims, [[policy]], totals, free=True)
    found = settling.settle([policy], WANTED)
    right = np.array([found[name] for name in WANTED])
    rates: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        seconds, answers = single_calls(policy, small)
        agree("single call", answers, right[:, :SMALL])
        rates["single call, with every step"] = SMALL / seconds
        seconds, answers = by_batch(small, folder)
        agree("batch", answers, right[:5, :SMALL])
        rates["batch, CSV in and out, every step and note"] = SMALL / seconds
        limits = [the_limit(table, folder), the_limit(table, folder, "-DPAST_THE_CACHES")]
        for run, target in limits:
            run()
            agree("C", right, target)
        runs = [run for run, _ in limits] + [lambda: settling.settle([policy], WANTED, found)]
        times = [[best(run, 3) for run in runs] for _ in range(9)]
        fastest = [whole / min(column) for column in zip(*times, strict=True)]
        rates["C, doubles, four rows at a time, 2 threads"] = fastest[0]
        rates["the same, results past the caches"] = fastest[1]
        rates["columns, rows free of each other"] = fastest[2]
        ratio = statistics.median(min(one[:2]) / one[2] for one in times)
        cold = best(lambda: settle_columns(claims, [policy], WANTED, totals, free=True), 3)
        rates["the same with every check of the rows"] = whole / cold
        rates["columns, in order within patients, all levels and categories"] = in_order(policy, whole)
        for engine, rows, runs in (
            ("duckdb", whole, 5),
            ("ttsim", whole, 5),
            ("openfisca", whole, 5),
            ("decimal", SMALL, 2),
        ):
            seconds, answers = by_peer(engine, table[:, :rows], folder, runs)
            agree(engine, right[:, :rows], answers)
            rates[NAMES[engine]] = rows / seconds
        seconds, answers = by_spark(table, folder, 3)
        agree("Spark", right, answers)
        rates["Spark, local, two processors, Parquet in and out"] = whole / seconds
    write(rates, ratio, whole)


NAMES = {
    "duckdb": "DuckDB, SQL by hand",
    "ttsim": "ttsim, NumPy",
    "openfisca": "OpenFisca-Core, exact whole numbers",
    "decimal": "Decimal, a plain program",
}


def write(rates: dict[str, float], ratio: float, rows: int) -> None:
    """Prints the table, and writes it where all rows were measured."""
    ours = rates["columns, rows free of each other"]
    lines = [
        "# Columns beside everything that could do the same",
        "",
        f"`python -m tests.benchmarks columns`, {today()}, {os.cpu_count()} processors, load"
        f" {os.getloadavg()[0]:.1f} at the end: {rows:,} random admissions",
        "at level 2 in 2026, basic insurance and critical illness, nine columns in and ten out (totals in",
        "and out). Every engine agreed to the fen before its time counted (single call, batch, Decimal:",
        "20 000; batch and Spark read and write files, the others have their columns in memory).",
        "",
        "| engine | M rows/s | columns ÷ it |",
        "| --- | --- | --- |",
    ]
    ordered = sorted(rates.items(), key=lambda one: -one[1])
    lines += [f"| {name} | {rate / 1e6:.3g} | {ours / rate:.3g} |" for name, rate in ordered]
    lines += ["", f"Columns over the limit, median of alternating runs: {ratio:.2f}.", ""]
    if rows == ROWS:
        (HERE / "RESULTS.md").write_text("\n".join(lines), encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
