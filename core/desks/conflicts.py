"""What two ledgers say of one thing: shown, and settled by a supervisor. Nothing of it is dropped."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Final, NamedTuple

from core.desks.known_ledgers import Trust
from core.ledger import trail
from core.ledger.ledger import Ledger
from core.ledger.record import OWN, canonical, digest
from core.ledger.trail import ActKind

_ELSEWHERE: Final = f"""SELECT acts.record FROM acts JOIN ledgers ON ledgers.row = acts.number >> 40
    WHERE acts.number > {OWN} AND acts.act = ? AND acts.record <> '' AND ledgers.trusted <> ?
    ORDER BY acts.number"""  # noqa: S608  ours

ID: Final = 12
"""The length of a conflict's id."""


class ConflictKind(StrEnum):
    """The kinds of conflicts.

    One number under two names; one key, one stay or one reversal posted at two desks; a chain that forks.
    """

    NAMES = "names"
    KEY = "key"
    STAY = "stay"
    REVERSAL = "reversal"
    FORK = "fork"


class Conflict(NamedTuple):
    """A conflict: its id, its kind, and what it is about.

    ``persons`` are keys of persons; ``entries`` are (ledger id, number there), in the order of the fold.
    ``settled`` is why a supervisor has closed it, empty while it is open.
    """

    id: str
    kind: ConflictKind
    persons: tuple[str, ...]
    entries: tuple[tuple[str, int], ...]
    settled: str = ""


def of(kind: ConflictKind, persons: Sequence[str], entries: Sequence[tuple[str, int]]) -> Conflict:
    """Make a conflict, whose id follows from what it is about: of entries it is the same at every desk."""
    about = canonical([kind.value, [] if entries else sorted(persons), sorted(map(list, entries))])
    return Conflict(digest(about)[:ID], kind, tuple(sorted(persons)), tuple(sorted(entries)))


def note(ledger: Ledger, found: Sequence[Conflict], operator: str) -> list[Conflict]:
    """Note conflicts in the trail, each once, inside a transaction; return those that are new."""
    new = []
    for each in dict.fromkeys(found):
        if not trail.how_many(ledger.db, ActKind.CONFLICT_FOUND, each.id):
            detail = {"kind": each.kind.value, "persons": each.persons, "entries": each.entries}
            ledger.trail.note(ActKind.CONFLICT_FOUND, each.id, operator, **detail)
            new.append(each)
    return new


def settle(ledger: Ledger, conflict: Conflict, operator: str, reason: str) -> None:
    """Note that a conflict is settled and why, inside a transaction."""
    ledger.trail.note(ActKind.CONFLICT_SETTLED, conflict.id, operator, reason=reason)


def listed(ledger: Ledger) -> list[Conflict]:
    """List every conflict that was found, in the order in which they were. Raises LedgerUnavailable.

    One that was settled at another desk is settled here, too; a village's word settles nothing here.
    """
    found: dict[str, Conflict] = {}
    for act in ledger.trail.of_kind(ActKind.CONFLICT_FOUND, ActKind.CONFLICT_SETTLED):
        if act.act is ActKind.CONFLICT_FOUND:
            found[act.about] = _read(act.about, act.detail)
        elif act.about in found:
            found[act.about] = found[act.about]._replace(settled=act.detail["reason"])
    if any(not each.settled for each in found.values()):
        for id_, reason in _settled_elsewhere(ledger).items():
            if id_ in found and not found[id_].settled:
                found[id_] = found[id_]._replace(settled=reason)
    return list(found.values())


def _settled_elsewhere(ledger: Ledger) -> dict[str, str]:
    """Return the conflicts (ids) that other desks have settled, each with the reason."""
    with ledger.snapshot():
        rows = ledger.db.execute(
            _ELSEWHERE, [ActKind.CONFLICT_SETTLED.value, int(Trust.OWN_PATIENTS)]
        ).fetchall()
    acts = [trail.read_act(record) for (record,) in rows]
    return {act.about: str(act.detail["reason"]) for act in acts}


def open_ones(ledger: Ledger) -> list[Conflict]:
    """List the conflicts that nobody has settled. Raises LedgerUnavailable."""
    return [each for each in listed(ledger) if not each.settled]


def _read(id_: str, detail: dict[str, Any]) -> Conflict:
    entries = tuple((str(ledger), int(number)) for ledger, number in detail["entries"])
    return Conflict(id_, ConflictKind(detail["kind"]), tuple(detail["persons"]), entries)
