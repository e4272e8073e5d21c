"""Cells that the ledger can fill in: each with the entry that it follows from, to be changed by the clerk."""

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from core.messages import Message, message
from core.money import grouped, parse_yuan
from core.vocabulary import Benefit, Level, Transfer
from desktop.presenters.counter import form

if TYPE_CHECKING:
    from core.counter import Counter
    from core.ledger.entries import Entry
    from desktop.presenters.counter.open_visit import OpenVisit

_BETWEEN: Final = timedelta(days=1)
"""A patient who is transferred is admitted on the day of the discharge or the day after."""


def propose(visit: "OpenVisit", counter: "Counter | None", name: str) -> None:
    """Fill in what follows from a cell that was left, where the clerk has typed nothing.

    The transfer upwards brings the deductible that was paid before it, a chronic disease its rank.
    """
    if counter is None or visit.patient is None or visit.entry is not None or visit.correction is not None:
        return
    if name in ("transfer", "admitted", "level"):
        _fill(visit, "deductible_paid", _paid_before(visit, counter))
    elif name == "disease":
        _fill(visit, "disease_rank", _rank(visit, counter))


def _fill(visit: "OpenVisit", name: str, proposed: tuple[str, Message] | None) -> None:
    """Put a proposal into a cell that the clerk has not touched; one that no longer holds goes."""
    free = name in visit.brought or visit.texts.get(name, "") in ("", form.DEFAULTS.get(name, ""))
    if not free:
        return
    if proposed is None:
        if visit.proposed.pop(name, None) is not None:
            visit.texts[name] = form.DEFAULTS.get(name, "")
        return
    visit.texts[name], visit.proposed[name] = proposed
    visit.brought.add(name)


def _posted(visit: "OpenVisit", counter: "Counter", benefit: Benefit) -> "list[Entry]":
    """Return the patient's standing visits of a benefit, the latest discharge last."""
    assert visit.patient is not None
    entries = counter.ledger.journal.entries(visit.patient.key)
    standing = [
        entry
        for entry in entries
        if entry.settlement is not None
        and entry.reversed_by is None
        and entry.request.get("benefit") == benefit
    ]
    return sorted(standing, key=lambda entry: (entry.day, entry.number))


def _paid_before(visit: "OpenVisit", counter: "Counter") -> tuple[str, Message] | None:
    """Return the deductible of the stay that a transfer upwards goes on from, with what that stay counted."""
    admitted, level = visit.reading.values.get("admitted"), visit.texts.get("level", "")
    if visit.texts.get("transfer") != Transfer.UP or admitted is None or not level:
        return None
    levels = list(Level)
    for entry in reversed(_posted(visit, counter, Benefit.INPATIENT)):
        lower = levels.index(Level(entry.request["hospital_level"])) < levels.index(Level(level))
        if entry.day <= admitted <= entry.day + _BETWEEN and lower and entry.settlement is not None:
            before = parse_yuan(str((entry.request.get("transfer") or {}).get("deductible_paid", "0")))
            paid = (entry.settlement.amounts.act_pay_dedc or 0) + (before if isinstance(before, int) else 0)
            number = counter.ledger.called(entry.number)
            said = message("window.proposed.deductible", number=number, day=entry.day.isoformat())
            return grouped(paid), said
    return None


def _rank(visit: "OpenVisit", counter: "Counter") -> tuple[str, Message] | None:
    """Return the rank of a chronic disease: as it was posted before, else the one after those on file."""
    disease = visit.reading.values.get("disease")
    visits = _posted(visit, counter, Benefit.CHRONIC_OUTPATIENT)
    same = [entry for entry in visits if entry.request.get("disease") == disease]
    if disease is None or not visits:
        return None
    if same:
        rank, shown = int(same[-1].request.get("disease_rank", 1)), same[-1]
    else:
        shown = max(visits, key=lambda entry: int(entry.request.get("disease_rank", 1)))
        rank = int(shown.request.get("disease_rank", 1)) + 1
    said = "window.proposed.rank_same" if same else "window.proposed.rank_next"
    other = message(
        said, number=counter.ledger.called(shown.number), disease=str(shown.request.get("disease"))
    )
    return str(rank), other
