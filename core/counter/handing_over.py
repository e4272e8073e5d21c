"""Cash at a change of shift: what an operator owes, what was counted, and who took it over."""

from datetime import date
from typing import Any, Final, NamedTuple

from core.counter.counter import Counter, span_of
from core.ledger import till as tills
from core.ledger.free_text import take
from core.ledger.operators import Role
from core.ledger.till import Till
from core.ledger.trail import ActKind, AuditAct
from core.messages import Fault, message
from core.money import grouped, plain


class HandOver(NamedTuple):
    """What a clerk states at a hand-over.

    ``counted`` is the cash and ``not_cash`` what patients paid by account or phone (fen). ``to`` takes it
    over; ``note`` says why the cash differs, or is empty. ``since`` is the first day that counts where
    nothing was handed over before.
    """

    counted: int
    not_cash: int
    to: str
    note: str
    since: date


def till_of(counter: Counter, operator: str, since: date) -> Till:
    """Return what passed an operator's till since the last hand-over, else since a day of China."""
    with counter.ledger.snapshot():
        last = last_of(counter, operator)
        after = (
            int(last.detail["entry"])
            if last is not None
            else tills.last_before(counter.ledger.db, span_of(since)[0])
        )
        return tills.till(counter.ledger.db, operator, after)


def last_of(counter: Counter, operator: str) -> AuditAct | None:
    """Return an operator's last hand-over, None before the first."""
    acts = (act for act in counter.ledger.trail.of_kind(ActKind.HANDED_OVER) if act.about == operator)
    return max(acts, key=lambda act: act.number, default=None)


def due(till: Till, not_cash: int) -> int:
    """Return the cash that a till owes (fen); below zero where more was given back than taken."""
    return till.taken - till.given_back - not_cash


def hand_over(counter: Counter, operator: str, stated: HandOver, upto: int) -> dict[str, Any] | list[Fault]:
    """Put a hand-over on record; return what the act holds, or why there is none.

    ``upto`` is the last entry that the clerk was shown: something that was posted since is told, not counted
    unseen.
    """
    faults: list[Fault] = []
    to = take("operator", stated.to, faults)
    faults = [Fault("to", fault.message) for fault in faults]
    note = take("reason", stated.note, faults) if stated.note.strip() else ""
    faults = [Fault("note", fault.message) if fault.field == "reason" else fault for fault in faults]
    if to and to == operator:
        faults.append(Fault("to", message("hand_over.fault.oneself")))
    with counter.ledger.transaction():
        refused = counter.refusal(operator, Role.CLERK)
        if refused:
            return refused
        till = till_of(counter, operator, stated.since)
        owed = due(till, stated.not_cash)
        if till.upto != upto:
            faults.append(Fault("counted", message("hand_over.fault.more_since")))
        elif not till.posted and not till.reversed:
            faults.append(Fault("counted", message("hand_over.fault.nothing")))
        elif stated.counted != owed and not note:
            difference = grouped(stated.counted - owed)
            faults.append(Fault("note", message("hand_over.fault.note", difference=difference)))
        if faults:
            return faults
        detail = {
            "after": till.after,
            "entry": till.upto,
            "since": None if till.since is None else till.since.isoformat(),
            "posted": till.posted,
            "reversed": till.reversed,
            **{name: plain(fen) for name, fen in _sums(till, stated, owed).items()},
            "to": to,
            "note": note,
        }
        counter.ledger.trail.note(ActKind.HANDED_OVER, operator, operator, **detail)
        return detail


def _sums(till: Till, stated: HandOver, owed: int) -> dict[str, int]:
    return {
        "taken": till.taken,
        "given_back": till.given_back,
        "not_cash": stated.not_cash,
        "due": owed,
        "counted": stated.counted,
        "difference": stated.counted - owed,
    }


SUMS: Final = ("taken", "given_back", "not_cash", "due", "counted", "difference")
"""The amounts of a hand-over's act (yuan as text)."""
