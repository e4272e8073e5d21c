"""Correcting an entry: it is reversed and what is right is posted in its place, in one transaction."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from core.counter import posting, reversing
from core.counter.counter import Counter
from core.counter.visit_facts import Stated
from core.ledger.entries import PatientGiven, Posted, Reversed
from core.messages import Fault


class Corrected(NamedTuple):
    """A reversal and the entry that was posted after it."""

    reversal: Reversed
    posted: Posted


class _NothingDone(Exception):
    """A part that is refused: the transaction that it leaves is undone; ``faults`` say why."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__()
        self.faults = list(faults)


def correct(
    counter: Counter,
    number: int,
    *,
    reason: str,
    key: str,
    patient: PatientGiven,
    operator: str,
    request: dict[str, Any],
    rule_year: int | None = None,
    facts: Stated | None = None,
) -> Corrected | list[Fault]:
    """Reverse an entry and post a request after it: both are on the disk when this returns, or neither.

    ``key``, ``patient``, ``operator``, ``request`` and ``rule_year`` are as `posting.post` takes them,
    ``reason`` is the reversal's. ``facts`` are what is known of the visit beside its figures; None: as it was
    known of the entry. Later entries
    keep their amounts; `Corrected.reversal` names those that the totals without the reversed entry would
    split otherwise.
    """
    try:
        with counter.ledger.transaction():
            reversal = reversing.reverse(counter, number, reason=reason, operator=operator)
            if isinstance(reversal, list):
                raise _NothingDone(reversal)
            if facts is None:
                known = counter.ledger.journal.facts(number)
                facts = None if known is None else known._asdict()
            posted = posting.post(
                counter,
                key=key,
                patient=patient,
                operator=operator,
                request=request,
                rule_year=rule_year,
                facts=facts,
            )
            if isinstance(posted, list):
                raise _NothingDone(posted)
            return Corrected(reversal, posted)
    except _NothingDone as refused:
        return refused.faults
