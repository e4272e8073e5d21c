"""Desks as processes of their own over one PostgreSQL, at once, while everything between them fails."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from core.counter import Counter
from core.desks import affected as affected_entries
from core.desks.server import served_desk
from core.desks.server.served_desk import ServedDesk
from core.ledger.ledger import Ledger
from core.ledger.record import OWN
from tests.ledger.cluster import Cluster, Proxy
from tests.ledger.desk import Desk, triggers_aside
from tests.ledger.hospital_desk import WHO, Plan, drawn, person
from tests.ledger.test_server import dsn, postgres

__all__ = ["dsn", "postgres"]

ROOT = Path(__file__).resolve().parents[2]
PAUSE = 600
"""How long a desk may take for all that it posts between two kills (seconds)."""


class Trial:
    """Desks that have joined one server, each a process that can be killed, behind a proxy of its own."""

    def __init__(self, folder: Path, reader: Any, server: Cluster, dsn: str) -> None:
        self._folder, self._reader, self._server, self.dsn = folder, reader, server, dsn
        self._code = ""
        self.plans: dict[str, Plan] = {}
        self.proxies: dict[str, Proxy] = {}
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._lock = threading.Lock()
        self.kills = self.cuts = self.stops = 0

    def desk(self, name: str, postings: int, people: int, seed: int) -> None:
        """Set a desk up and draw what it posts."""
        proxy = Proxy(self._server.port)
        way = self.dsn.replace(f"port={self._server.port}", f"port={proxy.port}")
        ledger, done = self._folder / f"{name}.db", self._folder / f"{name}.acknowledged"
        counter = Counter(self._reader, Ledger(ledger))
        if self._code:
            assert served_desk.join(counter, self.dsn, self._code, WHO) == []
        else:
            made = served_desk.set_up(counter, self.dsn, WHO)
            assert isinstance(made, str), made
            self._code = made
        counter.close()
        self.plans[name] = Plan(name, str(ledger), way, str(done), postings, people, seed)
        self.proxies[name] = proxy

    def begin(self, name: str) -> None:
        file = self._folder / f"{name}.json"
        file.write_text(json.dumps(self.plans[name]._asdict()))
        command = [sys.executable, "-m", "tests.ledger.hospital_desk", str(file)]
        with (self._folder / f"{name}.err").open("ab") as err:
            self._running[name] = subprocess.Popen(command, cwd=ROOT, stdout=err, stderr=err)

    def all_done(self) -> bool:
        with self._lock:
            ended = {name: process.poll() for name, process in self._running.items()}
        told = {
            name: (self._folder / f"{name}.err").read_text()[-2000:]
            for name, status in ended.items()
            if status not in (None, 0, -signal.SIGKILL)
        }
        assert not told, told
        return all(status == 0 for status in ended.values())

    def kill(self, name: str) -> None:
        """Kill a desk where it stands, and begin it again."""
        with self._lock:
            process = self._running[name]
            if process.poll() is not None:
                return
            process.send_signal(signal.SIGKILL)
            process.wait()
            self.kills += 1
            self.begin(name)

    def run(self, draw: random.Random, pause: float) -> None:
        """Let every desk post everything, while desks are killed, ways cut and the server killed."""
        for name in self.plans:
            self.begin(name)
        ends = time.monotonic() + PAUSE * len(self.plans)
        while not self.all_done():
            assert time.monotonic() < ends
            time.sleep(draw.uniform(pause / 2, pause * 1.5))
            name = draw.choice(list(self.plans))
            what = draw.random()
            if what < 0.5:
                self.proxies[name].cut()
                self.cuts += 1
                time.sleep(draw.uniform(0, pause / 2))
                self.proxies[name].mend()
            elif what < 0.8:
                self.kill(name)
            else:
                self._server.stop(draw.choice(["immediate", "fast"]))
                self.stops += 1
                time.sleep(draw.uniform(0, pause))
                self._server.start()

    def end(self) -> None:
        for process in self._running.values():
            if process.poll() is None:
                process.kill()
                process.wait()
        for proxy in self.proxies.values():
            proxy.close()

    def met(self, stack: ExitStack) -> dict[str, Desk]:
        """Open every desk here and let all meet until nothing is new to any."""
        desks, served = {}, []
        for name, plan in self.plans.items():
            desks[name] = Desk(Counter(self._reader, Ledger(Path(plan.ledger))))
            stack.callback(desks[name].counter.close)
            served.append(ServedDesk(desks[name].counter, self.dsn, WHO))
            stack.callback(served[-1].close)
        for _ in range(3):
            for each in served:
                done = each.exchange()
                assert not done.away, done
                assert not done.told, done
        return desks


@pytest.fixture
def trial(tmp_path: Path, reader: Any, postgres: Cluster, dsn: str) -> Iterator[Trial]:
    made = Trial(tmp_path, reader, postgres, dsn)
    yield made
    made.end()


# ---- what must hold


def own_records(desk: Desk) -> list[dict[str, Any]]:
    """What a desk itself has posted and reversed, from its own records alone, with where each stands."""
    rows = desk.ledger.db.execute("SELECT number, record FROM entries WHERE number < ?", [OWN]).fetchall()
    return [{**json.loads(text), "at": (desk.ledger.id, number)} for number, text in rows]


def standing(desks: dict[str, Desk]) -> list[dict[str, Any]]:
    """The records of all desks that nobody reversed, in the one order."""
    records = [record for desk in desks.values() for record in own_records(desk)]
    gone = {
        tuple(each.get("reverses_of") or (each["at"][0], each["reverses"]))
        for each in records
        if each["kind"] == "reversed"
    }
    posted = [each for each in records if each["kind"] == "posted" and each["at"] not in gone]
    return sorted(posted, key=lambda each: (each["stamp"], *each["at"]))


def sums(record: dict[str, Any], into: dict[str, int]) -> None:
    """Add what a record added to the totals: every plain sum, and those of each disease."""
    for moment, sign in (("after", 1), ("before", -1)):
        for name, value in record[moment].items():
            if isinstance(value, dict):
                for number, parts in value.items():
                    for part, amount in enumerate(parts):
                        at = f"{name} {number} {part}"
                        into[at] = into.get(at, 0) + sign * amount
            elif name != "carried_common":
                into[name] = into.get(name, 0) + sign * value


def totals_of(desk: Desk, number: int) -> dict[str, int]:
    """The totals of a patient at a desk, as `sums` has them."""
    from core.ledger.record import totals_record

    found: dict[str, int] = {}
    sums({"after": totals_record(desk.totals(person(number))), "before": {}}, found)
    return found


class Truth(NamedTuple):
    """What all desks posted: how many stand, each patient's sums, and what one desk splits otherwise."""

    count: int
    people: dict[int, dict[str, int]]
    otherwise: set[tuple[str, int]]


def truth_of(trial: Trial, desks: dict[str, Desk], reader: Any, folder: Path) -> Truth:
    """Work the truth out from the desks' own records alone."""
    records, first = standing(desks), next(iter(desks.values()))
    numbers: dict[str, int] = {}
    for number in range(max(plan.people for plan in trial.plans.values())):
        known = first.counter.find(person(number).identifiers[0].id)
        if known is not None:
            numbers |= {each.key: number for each in first.ledger.patients.parts(known.key)}
    people: dict[int, dict[str, int]] = {number: {} for number in numbers.values()}
    for record in records:
        sums(record, people[numbers[record["patient"]]])
    return Truth(len(records), people, settled_otherwise(records, numbers, reader, folder))


def wrong(trial: Trial, desks: dict[str, Desk], truth: Truth) -> list[str]:
    """Everything that does not hold at the end of a trial: empty where all does."""
    found = []
    for name, plan in trial.plans.items():
        wanted = sorted(drawn(plan, number).key for number in range(plan.postings))
        there = sorted(each["key"] for each in own_records(desks[name]) if each["kind"] == "posted")
        found += [f"{name} lost or doubled"] * (wanted != there)
    for name, desk in desks.items():
        found += [f"{name} is not sound"] * (not desk.sound())
        count = desk.ledger.db.execute(
            "SELECT count(*) FROM summaries WHERE kind = 'posted' AND reversed_by IS NULL"
        ).fetchone()[0]
        found += [f"{name} holds {count}, not {truth.count}"] * (count != truth.count)
        for number, expected in truth.people.items():
            here = {at: amount for at, amount in totals_of(desk, number).items() if amount}
            if here != {at: amount for at, amount in expected.items() if amount}:
                found.append(f"{name} has other totals of {number}")
        told = {each.entry.place[1:] for each in affected_entries.open_ones(desk.counter)}
        found += [f"{name} misses {each} as affected" for each in sorted(truth.otherwise - told)]
        found += [f"{name} tells {each} as affected" for each in sorted(told - truth.otherwise)]
    return found


def settled_otherwise(
    truth: list[dict[str, Any]], numbers: dict[str, int], reader: Any, folder: Path
) -> set[tuple[str, int]]:
    """The entries whose split is another one where one desk posts all of them, in the one order."""
    with ExitStack() as stack:
        one = Desk(Counter(reader, Ledger(folder / f"true-{len(list(folder.iterdir()))}.db")))
        stack.callback(one.counter.close)
        stack.enter_context(one.ledger.transaction())  # so that it is one write on the disk
        found = set()
        for record in truth:
            made = one.post(record["asked"], person(numbers[record["patient"]]))
            there = one.ledger.journal.record(made.entry.number)
            if there["settlement"]["amounts"] != record["settlement"]["amounts"]:
                found.add(record["at"])
        return found


def planted(trial: Trial, desks: dict[str, Desk], truth: Truth) -> None:
    """Each way to be wrong is told: lost, doubled, other totals, an entry that nobody is told of."""
    name, desk = next(iter(desks.items()))
    raw = desk.ledger.connection.db

    def told(table: str, change: str) -> str:
        raw.execute("SAVEPOINT planted")
        with triggers_aside(raw, table):
            raw.execute(change)
        found = wrong(trial, desks, truth)
        raw.execute("ROLLBACK TO planted")
        raw.execute("RELEASE planted")
        return "; ".join(found)

    last = "(SELECT max(number) FROM summaries WHERE kind = 'posted' AND reversed_by IS NULL)"
    assert "holds" in told("summaries", f"DELETE FROM summaries WHERE number = {last}")
    assert "other totals" in told("totals", "UPDATE totals SET totals = replace(totals, '1', '2')")
    assert "misses" in told("sealed_keys", "DELETE FROM sealed_keys WHERE name = 'affected'")
    plan = trial.plans[name]
    for more in (-1, 1):
        trial.plans[name] = plan._replace(postings=plan.postings + more)
        assert "lost or doubled" in "; ".join(wrong(trial, desks, truth))
    trial.plans[name] = plan


def hold(
    trial: Trial, reader: Any, folder: Path, desks: int, postings: int, people: int, pause: float, seed: int
) -> None:
    """Run a trial and hold everything against the one true ledger."""
    for number in range(desks):
        trial.desk(f"desk{number}", postings, people, seed)
    began = time.monotonic()
    trial.run(random.Random(seed), pause)
    print(
        f"{desks * postings} postings, {people} patients, {time.monotonic() - began:.0f} s,"
        f" {trial.kills} desks killed, {trial.cuts} ways cut, {trial.stops} times the server killed,"
        f" load {os.getloadavg()[0]:.1f}"
    )
    with ExitStack() as stack:
        met = trial.met(stack)
        truth = truth_of(trial, met, reader, folder)
        assert wrong(trial, met, truth) == []
        if desks * postings < 1000:
            planted(trial, met, truth)


def test_desks_that_are_killed_and_cut_off_lose_and_double_nothing(
    trial: Trial, reader: Any, tmp_path: Path
) -> None:
    hold(trial, reader, tmp_path, desks=3, postings=16, people=4, pause=0.4, seed=3)


@pytest.mark.long
def test_eight_desks_and_ten_thousand_postings_for_five_hundred_patients(
    trial: Trial, reader: Any, tmp_path: Path
) -> None:
    hold(trial, reader, tmp_path, desks=8, postings=1250, people=500, pause=4, seed=4)
