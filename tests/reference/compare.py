"""The program beside the reference: `python -m tests.reference.compare`.

Runs random requests, the grid, requests with a fault and the shared worked cases through both, and prints how
many agree, what differs by kind, and the first few differences in full. Ends with 1 where anything differs.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

from core.exchange.request import RequestReader
from core.policy.shelf import load_documents, load_regions
from tests.core.answers import figures, settled
from tests.reference.refusals import faults_of
from tests.reference.requests import BENEFITS, boundary_requests, faulty_requests, random_request
from tests.reference.settlement import settle

SHARED = Path(__file__).parents[3] / "shared" / "cases" / "settle.jsonl"
Pair = tuple[dict[str, Any], dict[str, Any]]  # a request, and the answer that it must have


def comparable(answer: dict[str, Any]) -> dict[str, Any]:
    """Return an answer with its missing figures in one order: the contract gives them none."""
    copy = dict(answer)
    if "missing" in copy:
        copy["missing"] = sorted(copy["missing"])
    if "alternatives" in copy:
        copy["alternatives"] = [comparable(other) for other in copy["alternatives"]]
    return copy


def differences(ours: Any, theirs: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Yield the paths at which two answers differ, with both values."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in dict.fromkeys((*ours, *theirs)):
            at = f"{path}.{key}" if path else str(key)
            yield from differences(ours.get(key, "(not there)"), theirs.get(key, "(not there)"), at)
    elif (
        isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs) and path != "missing"
    ):
        for place, (one, other) in enumerate(zip(ours, theirs, strict=True)):
            yield from differences(one, other, f"{path}.{place}")
    elif ours != theirs:
        yield path, ours, theirs


def of_the_program(reader: RequestReader, request: dict[str, Any]) -> dict[str, Any]:
    """Return the program's answer; a refusal or an exception is one as well."""
    try:
        return comparable(figures(settled(reader, request)))
    except AssertionError as refusal:
        return {"status": "refused", "why": str(refusal)[:300]}
    except Exception as error:  # whatever happens is a difference and not the end
        return {"status": "crashed", "why": repr(error)[:300]}


class Tally:
    """A count of what agreed, and of what differed by kind."""

    def __init__(self, shown: int) -> None:
        """Begin with nothing compared; so many differences are printed in full."""
        self.equal = 0
        self.kinds: Counter[str] = Counter()
        self.shown = shown

    def add(self, request: dict[str, Any], ours: dict[str, Any], theirs: dict[str, Any]) -> None:
        """Compare the reference's answer with the program's."""
        found = list(differences(ours, theirs))
        if not found:
            self.equal += 1
            return
        kind = f"{request.get('benefit')}: {found[0][0]}"
        if "why" in theirs:
            kind = f"{request.get('benefit')}: {theirs['status']}: {theirs['why'][:100]}"
            found = [("status", ours["status"], theirs["why"])]
        self.kinds[kind] += 1
        if self.kinds[kind] == 1 and len(self.kinds) <= self.shown:
            print(json.dumps(request, ensure_ascii=False, default=str))
            for path, one, other in found:
                print(f"    {path}: reference {one!r}, program {other!r}")

    def print(self) -> bool:
        """Print the counts, and return if anything differs."""
        for kind, count in self.kinds.most_common(40):
            print(f"{count:8} {kind}")
        print(f"{self.equal} equal, {self.kinds.total()} different")
        return bool(self.kinds)


def pairs(args: argparse.Namespace) -> Iterator[Pair]:
    """Yield the requests asked for with the reference's answers, the shared cases with their own."""
    wanted: Callable[[dict[str, Any]], bool] = lambda request: request["benefit"] in args.benefit  # noqa: E731
    rng = Random(args.seed)
    for _ in range(args.random):
        request = random_request(rng, benefits=args.benefit)
        yield request, comparable(settle(request))
    for request in filter(wanted, boundary_requests(args.grid)):
        yield request, comparable(settle(request))
    if SHARED.exists():
        for line in SHARED.read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            yield case["request"], comparable(case["expect"])


def refusals(reader: RequestReader, tally: Tally) -> None:
    """Compare the fields of requests with one fault each."""
    for request, field in faulty_requests():
        answer = reader.read(json.dumps(request))
        fields = [fault.field for fault in answer] if isinstance(answer, list) else []
        expected = [field if fields in ([name] for name in field.split("|")) else fields] if fields else []
        theirs = {"status": "refused" if fields else "accepted", "fields": expected or fields}
        assert faults_of(request) in ([field], []), request
        tally.add(request, {"status": "refused", "fields": [field]}, theirs)


def main() -> int:
    """Compare, print, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.reference.compare", description=__doc__)
    parser.add_argument("--random", type=int, default=2_000, help="how many random requests")
    parser.add_argument("--seed", type=int, default=1, help="the seed of the random requests")
    parser.add_argument("--grid", type=int, default=2_000, help="how many points of the grid")
    parser.add_argument("--benefit", action="append", choices=BENEFITS, help="this benefit alone; repeatable")
    parser.add_argument("--shown", type=int, default=5, help="how many kinds of difference are shown in full")
    args = parser.parse_args()
    args.benefit = args.benefit or list(BENEFITS)
    documents = load_documents()
    regions, _ = load_regions(documents)
    reader = RequestReader(documents, regions)
    tally = Tally(args.shown)
    for request, ours in pairs(args):
        tally.add(request, ours, of_the_program(reader, request))
    refusals(reader, tally)
    return int(tally.print())


if __name__ == "__main__":
    sys.exit(main())
