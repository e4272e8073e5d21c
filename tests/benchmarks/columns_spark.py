"""The same year on Spark: local, and on a cluster of two workers of which one is killed in the middle.

`python -m tests.benchmarks.columns_spark [ROWS]` makes an environment in the user's cache folder, and there
compares both with one machine: the year's sums, and row by row to the fen. `columns.py` has the claims of its
peers settled by Spark as well, with `settle`.
"""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import tomllib
import venv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path

ROOT = Path(__file__).resolve().parents[2]
ROWS = 10_000_000
FILES = 8
PORT = 17077
READY = 300
"""So long a master or a worker may take to start (seconds)."""
EXAMPLE, YEAR = "jilin/example", 2026


def environment() -> Path:
    """The interpreter of Spark's environment, made where there is none for what pyproject.toml asks for."""
    folder = user_cache_path("mingzhang", appauthor=False) / "benchmarks" / "spark"
    python = folder / "bin" / "python"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    packages = [*project["dependencies"], *extras["model"], *extras["spark"]]
    packages = [each for each in packages if not each.startswith("mingzhang")]
    stamp = hashlib.sha256("".join(packages).encode()).hexdigest()
    made = folder / "made"
    if not made.exists() or made.read_text(encoding="utf-8") != stamp:
        venv.create(folder, clear=True, with_pip=True)
        subprocess.run([str(python), "-m", "pip", "-q", "install", *packages], check=True)
        made.write_text(stamp, encoding="utf-8")
    return python


def in_environment(*arguments: str, **settings: str) -> str:
    """What this program prints in Spark's environment, where it comes to its end well."""
    python = environment()
    variables = {**os.environ, "PYTHONPATH": str(ROOT), "PYSPARK_PYTHON": str(python), **settings}
    program = [str(python), "-m", "tests.benchmarks.columns_spark", *arguments]
    done = subprocess.run(program, env=variables, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout


def main() -> None:
    """Runs the comparison in Spark's own environment; ``settle`` and ``compare`` are there already."""
    match sys.argv[1:]:
        case ["settle", source, target, runs]:
            settle(source, target, int(runs))
        case ["compare", rows]:
            compare(int(rows))
        case more:
            rows = next((each for each in more if each.isdigit()), str(ROWS))
            print(in_environment("compare", rows), end="")


# ---- the peers' claims


def settle(source: str, target: str, runs: int) -> None:
    """Settles the peers' columns, Parquet in and out, and prints the best time."""
    import numpy as np
    import polars as pl

    from core.model.spark import session
    from tests.benchmarks import columns

    table = np.load(source)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        for number, part in enumerate(np.array_split(np.arange(table.shape[1]), 4)):
            frame = pl.DataFrame({f"c{at}": column[part] for at, column in enumerate(table)})
            file = folder / "in" / f"{number}.parquet"
            file.parent.mkdir(exist_ok=True)
            frame.with_columns(place=part).write_parquet(file)
        spark = session("local[2]", spark__driver__memory="2g", spark__ui__enabled="false")
        kinds = ", ".join(f"{name.replace('.', '_')} bigint" for name in (*columns.WANTED, "place"))
        best = float("inf")
        for _ in range(runs + 1):  # the first one compiles
            start = time.perf_counter()
            results = spark.read.parquet(str(folder / "in")).mapInArrow(_settled, kinds)
            results.write.mode("overwrite").parquet(str(folder / "out"))
            best = min(best, time.perf_counter() - start)
        found = pl.read_parquet(folder / "out" / "*.parquet").sort("place")
        np.save(target, found.drop("place").to_numpy().T)
        spark.stop()
    print(best)


def _settled(batches: Iterable[Any]) -> Iterator[Any]:
    """Settles a partition by the program's own loop."""
    import numpy as np
    import pyarrow as pa

    from core.model.engine import settle_columns
    from tests.benchmarks import columns

    whole = pa.Table.from_batches(list(batches))
    table = np.array([whole[f"c{at}"].to_numpy() for at in range(9)])
    claims, totals = columns.columns(table)
    found = settle_columns(claims, [columns.example()], columns.WANTED, totals, free=True)
    named = {name.replace(".", "_"): found[name] for name in columns.WANTED}
    yield from pa.table({**named, "place": whole["place"]}).to_batches()


# ---- a year


def write_claims(folder: Path, rows: int) -> None:
    """Writes a year's admissions of many patients, all levels and categories, in no order."""
    import numpy as np
    import polars as pl

    from core.vocabulary import Benefit, Level, Population

    rng = np.random.default_rng(5)
    folder.mkdir()
    words = {
        "benefit": ([each.value for each in Benefit][:3], rng.integers(0, 3, rows)),
        "hospital_level": ([each.value for each in Level], rng.integers(2, 4, rows)),
        "population": ([each.value for each in Population], rng.integers(0, 7, rows)),
    }
    eligible = np.exp(rng.normal(13.2, 1.2, rows)).astype(np.int64).clip(1, 10**9)
    cents = pl.Decimal(20, 2)
    yuan = {"total": eligible, "eligible": eligible, "category_b_selfpay": eligible // 20}
    frame = pl.DataFrame(
        {
            "psn_no": rng.integers(0, rows // 3, rows),
            "discharged": (rng.integers(0, 365, rows) + 20_454).astype("datetime64[D]"),
            **{name: np.array(texts)[codes] for name, (texts, codes) in words.items()},
            "consecutive_years": rng.integers(0, 30, rows),
        }
    ).with_columns(
        (pl.Series(name, fen).cast(cents) / pl.Series([100]).cast(cents)).cast(cents)
        for name, fen in yuan.items()
    )
    for number in range(FILES):
        frame[rows * number // FILES : rows * (number + 1) // FILES].write_parquet(
            folder / f"{number}.parquet"
        )


def year_of(claims: Path, out: Path, machines: Any) -> Any:
    """The year of some claims, with every row written to a place."""
    from core.exchange.request import RequestReader
    from core.files import FileDrafts
    from core.model.asking import YearTexts, asked_of, modelled
    from core.model.rows_out import write_rows
    from core.policy.shelf import load_documents, load_regions
    from core.tables.names import known_names
    from core.tables.watch import Watch

    documents = load_documents()
    reader = RequestReader(documents, load_regions(documents)[0])
    texts = YearTexts(
        YEAR, (EXAMPLE,), "12000000", (claims,), sets=("critical_illness.2026.deductible=8000",)
    )
    asked = asked_of(texts, Watch())
    assert not isinstance(asked, list)
    found = modelled(texts, asked, reader, known_names(), Watch(), machines=machines)
    assert not isinstance(found, list), found
    with FileDrafts() as drafts:
        write_rows(found.source, drafts.part(out), Watch())
        drafts.keep()
    return found.year


def compare(rows: int) -> None:
    """Works a year out on one machine, by Spark's local mode and by two workers, and compares every row."""
    from core.model.machines import THIS_MACHINE
    from core.model.spark import SparkMachines, session

    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        claims, alone, spread = folder / "claims", folder / "alone.parquet", folder / "results.parquet"
        write_claims(claims, rows)
        with timed("one machine"):
            year = year_of(claims, alone, THIS_MACHINE)
        spark = session("local[2]", spark__driver__memory="3g", spark__ui__enabled="false")
        with timed("Spark, local"):
            assert year_of(claims, spread, SparkMachines(spark)) == year
        agree(alone, spread, rows)
        spark.stop()
        shutil.rmtree(spread)
        with Cluster(folder) as cluster:
            spark = session(cluster.master, spark__executor__memory="2g", spark__ui__enabled="false")
            killer = threading.Thread(target=cluster.kill_one, args=(spread, 6))
            killer.start()
            with timed("Spark, two workers, one killed"):
                assert year_of(claims, spread, SparkMachines(spark, 32)) == year
            killer.join()
            assert cluster.killed, "the job was over before a worker was killed: ask for more rows"
            agree(alone, spread, rows)
            spark.stop()
    print(
        f"{rows:,} rows and the year of two scenarios equal to the fen, a worker killed in the middle",
        flush=True,
    )


class timed:  # noqa: N801  a block
    """Prints how long a block takes."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        self._start = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        print(f"{self._name:34}{time.perf_counter() - self._start:8.1f} s", flush=True)


def agree(alone: Path, spread: Path, rows: int) -> None:
    """Stops where a row of the Parquet files is not what one machine made of it."""
    import polars as pl

    scans = [pl.scan_parquet(alone), pl.scan_parquet(spread / "*.parquet")]
    names = scans[0].collect_schema().names()
    assert scans[1].collect_schema().names() == names
    order = [scan.select(pl.arg_sort_by("file", "row")).collect().to_series() for scan in scans]
    assert all(len(each) == rows for each in order)
    for name in names:
        one, other = (
            scan.select(name).collect().to_series().gather(places)
            for scan, places in zip(scans, order, strict=True)
        )
        assert one.equals(other, null_equal=True), name


def _drafts_of(results: Path, pattern: str) -> Iterator[Path]:
    """The files of a pattern among what is being written of some results."""
    for draft in results.parent.glob(f".*/{results.name}"):
        yield from draft.rglob(pattern)


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
        self._wait("I have been elected leader")
        for place in range(2):
            work = str(self._folder / f"worker{place}")
            self._start(f"{deploy}.worker.Worker", "-c", "1", "-m", "2g", "-d", work, self.master)
            self._wait("Successfully registered with master")
        return self

    def _wait(self, said: str) -> None:
        """Waits until the process that was started last has said that it is ready."""
        log, until = self._folder / f"log{len(self._processes) - 1}", time.monotonic() + READY
        while said not in log.read_text(encoding="utf-8", errors="replace"):
            assert time.monotonic() < until, log.read_text(encoding="utf-8", errors="replace")[-2000:]
            time.sleep(0.2)

    def _start(self, *arguments: str) -> None:
        log = (self._folder / f"log{len(self._processes)}").open("wb")
        process = subprocess.Popen(
            [str(self._program), *arguments], stdout=log, stderr=log, start_new_session=True
        )
        self._processes.append(process)

    def kill_one(self, results: Path, parts: int) -> None:
        """Kills a worker with its executor once so many parts are written, as if its power failed."""
        while sum(1 for _ in _drafts_of(results, "part-*.parquet")) < parts:
            if results.exists():
                return
            time.sleep(0.1)
        os.killpg(self._processes[-1].pid, signal.SIGKILL)
        self.killed = not results.exists() and not any(_drafts_of(results, "_SUCCESS"))

    def __exit__(self, *_: object) -> None:
        for process in self._processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


if __name__ == "__main__":
    main()
