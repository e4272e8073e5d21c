"""The same loop on Spark: local, and on a cluster of two workers of which one is killed in the middle.

`python -m tests.benchmarks.columns_spark [ROWS]` makes an environment in the user's cache folder, and there
compares both with one machine, row by row, to the fen.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import venv
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = (
    "pyspark>=4.0",
    "pandas>=2.2,<3",
    "pyarrow",
    "numba",
    "numpy",
    "polars",
    "pydantic",
    "platformdirs",
    "tomlkit",
)
WANTED = ("hifp_pay", "hifmi_pay", "maf_pay", "psn_part_amt")
ROWS = 10_000_000
PORT = 17077


def environment() -> Path:
    """The interpreter of Spark's environment, made where there is none."""
    folder = user_cache_path("mingzhang", appauthor=False) / "benchmarks" / "spark"
    python = folder / "bin" / "python"
    if not (folder / "made").exists():
        venv.create(folder, with_pip=True)
        subprocess.run([str(python), "-m", "pip", "-q", "install", *PACKAGES], check=True)
        (folder / "made").touch()
    return python


def main() -> None:
    """Runs the comparison in Spark's own environment."""
    more = [argument for argument in sys.argv[1:] if argument.isdigit()]
    python = environment()
    settings = {**os.environ, "PYTHONPATH": str(ROOT), "PYSPARK_PYTHON": str(python)}
    program = "from tests.benchmarks.columns_spark import compare; compare"
    subprocess.run(
        [str(python), "-c", f"{program}({more[0] if more else ROWS})"], env=settings, cwd=ROOT, check=True
    )


def drawn(rows: int) -> Any:
    """A year's admissions of many patients, all levels and categories, in order."""
    import numpy as np

    from core.model.columns import ClaimColumns

    rng = np.random.default_rng(5)
    eligible = np.exp(rng.normal(13.2, 1.2, rows)).astype(np.int64).clip(1, 10**9)
    patient = np.sort(rng.integers(0, rows // 3, rows))
    day = 20_454 + rng.integers(0, 365, rows)
    order = np.lexsort((day, patient))
    return ClaimColumns(
        patient=patient[order],
        day=day[order],
        benefit=rng.integers(0, 3, rows),
        level=rng.integers(2, 4, rows),
        population=rng.integers(0, 7, rows),
        total=eligible,
        eligible=eligible,
        category_b=eligible // 20,
        consecutive_years=rng.integers(0, 30, rows),
    )


def compare(rows: int) -> None:
    """Settles by one machine, by Spark's local mode and by two workers, and compares every row."""
    from datetime import date

    from core.model.engine import settle_columns
    from core.model.spark import session, settle_parquet, write_claims
    from core.policy.select import Policy
    from core.policy.shelf import load_documents, load_regions

    documents = load_documents()
    pack = load_regions(documents)[0].in_force("jilin/example", date(2026, 3, 1))
    assert not isinstance(pack, list)
    claims = drawn(rows)
    start = time.perf_counter()
    alone = settle_columns(claims, [Policy(documents, pack)], WANTED)
    print(f"one machine, without files      {time.perf_counter() - start:8.1f} s", flush=True)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        source = folder / "claims.parquet"
        write_claims(claims, source)
        asked = (str(source), str(folder / "results"), documents, [pack], WANTED, 32)
        spark = session("local[2]", spark__driver__memory="3g", spark__ui__enabled="false")
        start = time.perf_counter()
        settle_parquet(spark, *asked)
        print(f"Spark, local, file to file      {time.perf_counter() - start:8.1f} s", flush=True)
        agree(folder / "results", alone, rows)
        spark.stop()
        shutil.rmtree(folder / "results")
        with Cluster(folder) as cluster:
            spark = session(cluster.master, spark__executor__memory="2g", spark__ui__enabled="false")
            start = time.perf_counter()
            killer = threading.Thread(target=cluster.kill_one, args=(folder / "results",))
            killer.start()
            settle_parquet(spark, *asked)
            print(f"Spark, two workers, one killed  {time.perf_counter() - start:8.1f} s", flush=True)
            killer.join()
            assert cluster.killed, "the job was over before a worker was killed: ask for more rows"
            agree(folder / "results", alone, rows)
            spark.stop()
    print(f"{rows:,} rows equal to the fen, a worker killed in the middle", flush=True)


def agree(folder: Path, alone: Any, rows: int) -> None:
    """Stops where a row of the Parquet files is not what one machine made of it."""
    import numpy as np
    from pyarrow import parquet

    table = parquet.read_table(folder)
    assert len(table) == rows
    place = table["sequence"].to_numpy()
    assert len(np.unique(place)) == rows
    for name in WANTED:
        assert np.array_equal(table[name].to_numpy(), alone[name][place]), name


class Cluster:
    """A master and two workers of Spark on this machine, each a process."""

    def __init__(self, folder: Path) -> None:
        import pyspark

        self.master = f"spark://127.0.0.1:{PORT}"
        self.killed = False
        self._folder = folder
        self._program = Path(pyspark.__file__).parent / "bin" / "spark-class"
        self._processes: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> "Cluster":
        deploy = "org.apache.spark.deploy"
        self._start(f"{deploy}.master.Master", "--host", "127.0.0.1", "--port", str(PORT))
        time.sleep(5)
        for place in range(2):
            work = str(self._folder / f"worker{place}")
            self._start(f"{deploy}.worker.Worker", "-c", "1", "-m", "2g", "-d", work, self.master)
        time.sleep(5)
        return self

    def _start(self, *arguments: str) -> None:
        log = (self._folder / f"log{len(self._processes)}").open("wb")
        process = subprocess.Popen(
            [str(self._program), *arguments], stdout=log, stderr=log, start_new_session=True
        )
        self._processes.append(process)

    def kill_one(self, results: Path) -> None:
        """Kills a worker with its executor once it has written, as a machine that loses its power."""
        while sum(1 for _ in results.rglob("part-*.parquet")) < 6:
            time.sleep(0.2)
        os.killpg(self._processes[-1].pid, signal.SIGKILL)
        self.killed = not (results / "_SUCCESS").exists()

    def __exit__(self, *_: object) -> None:
        for process in self._processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


if __name__ == "__main__":
    main()
