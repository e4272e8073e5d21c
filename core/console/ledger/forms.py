"""Entries that would be split otherwise, conflicts and exchanges with the server, as answers have them."""

import argparse
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from core.counter import Counter
from core.desks import known_ledgers
from core.desks.conflicts import Conflict
from core.exchange.answer import amounts_of
from core.ledger.entries import Affected
from core.ledger.record import OWN
from core.words import Words

if TYPE_CHECKING:
    from core.desks.server.served_desk import Exchanged


def affected_of(affected: Iterable[Affected], words: Words) -> list[dict[str, Any]]:
    """Return entries that would be split otherwise, for other programs, with both amounts."""
    return [
        {
            "entry": each.entry.number,
            "day": each.entry.day.isoformat(),
            "amounts": amounts_of(each.before._asdict()),
            "would_be": amounts_of(each.now.amounts._asdict()),
            **({"notes": list(map(words, each.notes))} if each.notes else {}),
        }
        for each in affected
    ]


def placed(counter: Counter, affected: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return such entries with the ledger that each is of, and its number there."""
    ids = {each.row: each.id for each in known_ledgers.known_ledgers(counter.ledger.db)}
    return [
        {**form, "ledger": ids.get(form["entry"] // OWN, counter.ledger.id), "number": form["entry"] % OWN}
        for form in affected
    ]


def conflict_form(each: Conflict) -> dict[str, Any]:
    """Return a conflict for other programs."""
    entries = [{"ledger": ledger, "number": number} for ledger, number in each.entries]
    return {"id": each.id, "kind": each.kind.value, "entries": entries, "persons": list(each.persons)}


def exchange_form(counter: Counter, done: "Exchanged", words: Words) -> dict[str, Any]:
    """Return an exchange with the server for other programs."""
    return {
        "server": "away" if done.away else "reached",
        "sent": done.sent,
        "new": done.new,
        "people": done.people,
        "conflicts": [conflict_form(each) for each in done.conflicts],
        "affected": placed(counter, affected_of(done.affected, words)),
        "told": list(map(words, done.told)),
    }


def server_form(args: argparse.Namespace, counter: Counter, words: Words) -> dict[str, Any]:
    """Return what an answer says of the server; nothing where there is none."""
    served = getattr(args, "served", None)
    if served is None:
        return {}
    done = exchange_form(counter, served.last, words)
    said = {name: done[name] for name in ("conflicts", "affected", "told") if done[name]}
    return {"server": done["server"], **said}
