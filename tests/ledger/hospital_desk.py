"""A desk of the trials as a process of its own: it posts what was drawn for it, and goes on after a kill.

`python -m tests.ledger.hospital_desk PLAN.json`: the plan is a `Plan`. After each posting that the program
acknowledged its number is a line of the plan's ``acknowledged``; begun again, the desk repeats the first that
is not there, under the same key, as a clerk does who saw no paper come. After the number stand how long it
took and how much of the processor (ms).
"""

import json
import random
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

from core.counter import Counter, posting, reversing
from core.desks.server.served_desk import ServedDesk
from core.exchange.request import RequestReader
from core.ledger.entries import Identifier, PatientGiven, Posted, Reversed
from core.ledger.ledger import Ledger
from core.policy.shelf import load_documents, load_regions
from tests.ledger.desk import chronic, stay

WHO = "赵"


class Plan(NamedTuple):
    """What a desk does: its name, its ledger, its way to the server, and how much it posts for how many.

    ``pace``: so many seconds from one posting to the next, 0 for as fast as it goes.
    """

    name: str
    ledger: str
    dsn: str
    acknowledged: str
    postings: int
    people: int
    seed: int
    pace: float = 0


class Drawn(NamedTuple):
    """One posting of a plan; ``undone``: the number of an own earlier one that is reversed then."""

    key: str
    patient: PatientGiven
    request: dict[str, Any]
    undone: int | None


def person(number: int) -> PatientGiven:
    """A patient of the trials."""
    return PatientGiven((Identifier("01", f"22010219500101{number:04d}"),), f"患者{number}")


def drawn(plan: Plan, number: int) -> Drawn:
    """What a plan posts as its so-manieth posting (from 0): the same at every start."""
    draw = random.Random(f"{plan.seed} {plan.name} {number}")
    month, day = draw.randint(1, 12), draw.randint(1, 20)
    admitted, discharged = f"2026-{month:02d}-{day:02d}", f"2026-{month:02d}-{day + 5:02d}"
    eligible = f"{draw.randint(1, 4_000_000) / 100:.2f}"
    if draw.random() < 0.6:
        request = stay(admitted=admitted, discharged=discharged, eligible=eligible)
    else:
        visit = f"{draw.randint(100, 90_000) / 100:.2f}"
        request = chronic(discharged=admitted, disease=draw.randint(1, 3), eligible=visit)
    undone = draw.randrange(number) if number and draw.random() < 0.05 else None
    return Drawn(f"{plan.name}-{number}", person(draw.randrange(plan.people)), request, undone)


def under_lock(served: ServedDesk, counter: Counter, patient: PatientGiven, work: Any) -> Any:
    """Do something for a patient as the counter does it: under the lock of every number that is known."""

    def known() -> list[str]:
        found = counter.find(patient.identifiers[0].id)
        return [each.id for each in (found or patient).identifiers]

    return served.under_lock(known, work)


class Spent(NamedTuple):
    """What a posting took (ms): by the clock, and of the processor."""

    wall: float
    cpu: float


def do(counter: Counter, served: ServedDesk, plan: Plan, number: int) -> Spent:
    """Post one posting of a plan, and reverse what it undoes. Both may be done again.

    Return what the posting took.
    """
    each, began, used = drawn(plan, number), time.perf_counter(), time.process_time()
    done = under_lock(
        served,
        counter,
        each.patient,
        lambda: posting.post(
            counter, patient=each.patient, request=each.request, key=each.key, operator=WHO, reason=""
        ),
    )
    assert isinstance(done, Posted), (each, done)
    spent = Spent((time.perf_counter() - began) * 1000, (time.process_time() - used) * 1000)
    if each.undone is None:
        return spent
    earlier = drawn(plan, each.undone)
    entry = counter.ledger.journal.entry_by_key(earlier.key)
    assert entry is not None, earlier
    gone = under_lock(
        served,
        counter,
        earlier.patient,
        lambda: reversing.reverse(counter, entry.number, reason="录错了", operator=WHO),
    )
    again = not isinstance(gone, Reversed) and [fault.message.id for fault in gone]
    assert again in (False, ["ledger.reversed_already"]), gone
    return spent


def main(plan: Plan) -> None:
    """Post everything of a plan that was not acknowledged yet."""
    documents = load_documents()
    reader = RequestReader(documents, load_regions(documents)[0])
    counter = Counter(reader, Ledger(Path(plan.ledger)))
    served = ServedDesk(counter, plan.dsn, WHO)
    file = Path(plan.acknowledged)
    done = len(file.read_text().splitlines()) if file.exists() else 0
    with file.open("a", buffering=1) as acknowledged:
        first = time.monotonic() + random.Random(plan.name).uniform(0, plan.pace)
        for number in range(done, plan.postings):
            time.sleep(max(0, first + number * plan.pace - time.monotonic()))
            spent = do(counter, served, plan, number)
            acknowledged.write(f"{number} {spent.wall:.2f} {spent.cpu:.2f}\n")
    served.close()
    counter.close()


if __name__ == "__main__":
    main(Plan(**json.loads(Path(sys.argv[1]).read_text())))
