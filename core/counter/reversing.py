"""Reversing an entry: taken out of the totals by an entry that says so, and later ones settled again."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from datetime import date
from typing import Any

from core.claim import NOTHING_YET, YearToDate
from core.counter import posting
from core.counter.counter import Counter, span_of
from core.counter.paper_claims import claims_gone, claims_left
from core.counter.typed_on import reliance_on
from core.exchange.request import Asked
from core.ledger.day_end import reversals
from core.ledger.entries import Affected, Entry, EntryKind, Patient, Place, Resettled, Reversed
from core.ledger.free_text import take
from core.ledger.journal import Settled
from core.ledger.operators import Role
from core.ledger.record import read_totals
from core.ledger.totals import change, plus
from core.ledger.trail import ActKind
from core.messages import Fault, Message, message
from core.settle import settle_by_year
from core.settlement import Settlement


def would_change(counter: Counter, number: int) -> list[Affected] | list[Fault]:
    """List the entries whose split would differ if an entry were reversed; save nothing."""
    with counter.ledger.snapshot():
        entry = _standing(counter, number)
        return entry if isinstance(entry, list) else _affected(counter, entry)


def reverse(
    counter: Counter, number: int, *, reason: str, operator: str, resettle: bool = False
) -> Reversed | list[Fault]:
    """Take an entry out of the totals by an entry that says so; it is on the disk when this returns.

    Later entries keep the amounts that they were posted with, and those that would now be split otherwise
    are told. ``resettle``: from the first of these on each later entry is reversed too and its request
    settled again, by the pack that it was posted with, on the corrected totals and in the same order: all of
    it at once, or nothing where one of them cannot be settled. Not inside another transaction: what was begun
    is then undone by leaving this one.
    """
    try:
        return _reverse(counter, number, reason, operator, resettle)
    except _NothingDone as refused:
        return refused.faults


def settle_again(
    counter: Counter, number: int, *, reason: str, operator: str
) -> tuple[Resettled, ...] | list[Fault]:
    """Settle an entry again that did not know others, and those after it; on the disk when this returns.

    As `reverse` with ``resettle`` does, with the same rights; begun at the first entry of the person's year
    that would be split otherwise. Not inside another transaction.
    """
    faults: list[Fault] = []
    reason = take("reason", reason, faults)
    operator = take("operator", operator, faults)
    try:
        with nullcontext() if faults else counter.ledger.transaction():
            entry = _supervised(counter, number, operator, faults)
            if isinstance(entry, list):
                return entry
            affected = affected_from(counter, entry.patient, entry.year)
            if not affected:
                return ()
            first = affected[0].entry
            return _resettle(counter, first, _later_opening(counter, first), reason, operator)
    except _NothingDone as stopped:
        return stopped.faults


class _NothingDone(Exception):
    """An addition that cannot be ended: the transaction that it leaves is undone; ``faults`` say why."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__()
        self.faults = faults


def _reverse(
    counter: Counter, number: int, reason: str, operator: str, resettle: bool
) -> Reversed | list[Fault]:
    faults: list[Fault] = []
    reason = take("reason", reason, faults)
    operator = take("operator", operator, faults)
    with nullcontext() if faults else counter.ledger.transaction():
        entry = _supervised(counter, number, operator, faults)
        if isinstance(entry, list):
            return entry
        affected = _affected(counter, entry)
        stands_on = _later_opening(counter, entry)
        reversal = _take_out(counter, entry, reason, operator)
        resettled: tuple[Resettled, ...] = ()
        first = _first_split_otherwise(affected)
        if resettle and first is not None:
            resettled = _resettle(counter, first, stands_on, reason, operator)
        gone = (entry, *(each.before for each in resettled))
        # what is read once it is on the disk might fail
        notes = (*posting.clock_notes(counter, reversal), *claims_gone(counter, gone))
    return Reversed(reversal, affected, stands_on, notes, resettled)


def _take_out(counter: Counter, entry: Entry, reason: str, operator: str) -> Entry:
    """Add the reversal of an entry, with what the account and the audit trail say of it."""
    ledger = counter.ledger
    reversal = ledger.journal.reverse(entry, reason, operator)
    ledger.accounts.take_back(reversal)
    ledger.trail.note(ActKind.REVERSED, str(entry.number), operator, by=reversal.number)
    return reversal


def _resettle(
    counter: Counter, first: Entry, stands_on: int | None, reason: str, operator: str
) -> tuple[Resettled, ...]:
    """Settle an entry and those after it again, inside the transaction of a reversal before them.

    All of them, not the affected alone: each settlement stands on the totals of those before it. Raises
    _NothingDone where a later opening holds the totals or an entry cannot be settled.
    """
    if stands_on is not None:  # what is added now would count on top of it
        called = counter.ledger.called
        held = message("ledger.resettle_opening", entry=called(first.number), opening=called(stands_on))
        raise _NothingDone([Fault("entry", held)])
    ledger = counter.ledger
    patient = ledger.patients.get(first.patient)
    later = _from(counter, first)
    reversals = [_take_out(counter, entry, reason, operator) for entry in reversed(later)]
    resettled = []
    for entry, reversal in zip(later, reversed(reversals), strict=True):
        settled = _settle_again(counter, entry, patient)
        if isinstance(settled, list):
            raise _NothingDone([_refused_again(ledger.called(entry.number), fault) for fault in settled])
        replacement = ledger.journal.replace(entry, operator, settled)
        ledger.accounts.carry(replacement)
        resettled.append(Resettled(entry, reversal, replacement))
    return tuple(resettled)


def _from(counter: Counter, first: Entry) -> list[Entry]:
    """Return an entry and those after it that count in its year, in order."""
    entries = counter.ledger.journal.entries(first.patient, first.year)
    return [entry for entry in entries if entry.place >= first.place and _counts(entry)]


def _first_split_otherwise(affected: Iterable[Affected]) -> Entry | None:
    return next((each.entry for each in affected if each.now.amounts != each.before), None)


def claims_told(
    counter: Counter, entry: Entry, affected: Sequence[Affected], resettle: bool
) -> list[Message]:
    """Return what is to be told, before an entry is reversed, of every claim on paper that it would touch.

    ``affected`` are the entries that `would_change`. ``resettle``: those from the first of them on are
    reversed, too; else they stay, and so do their claims.
    """
    first = _first_split_otherwise(affected) if resettle else None
    gone = (entry, *(() if first is None else _from(counter, first)))
    return [*claims_gone(counter, gone), *(() if resettle else claims_left(counter, affected))]


def _refused_again(called: str, fault: Fault) -> Fault:
    return Fault("entry", message("ledger.resettle_refused", entry=called, reason=fault.message))


def _settle_again(counter: Counter, entry: Entry, patient: Patient | None) -> Settled | list[Fault]:
    """Settle an entry's request on the ledger's totals of now, by the pack that it was posted with."""
    record = counter.ledger.journal.record(entry.number)
    asked = counter.read_record(record, "asked")
    if isinstance(asked, list):
        return asked
    return posting.settle_on_ledger(counter, record["asked"], asked, patient, record["rule_year"])


def _supervised(counter: Counter, number: int, operator: str, faults: list[Fault]) -> Entry | list[Fault]:
    """Return a standing entry that the operator may undo; else the faults, with those known before."""
    entry = _standing(counter, number)
    if isinstance(entry, list) or faults:
        return [*(entry if isinstance(entry, list) else ()), *faults]
    return counter.refusal(operator, Role.SUPERVISOR) or entry


def _standing(counter: Counter, number: int) -> Entry | list[Fault]:
    """Return an entry that may be reversed, or why it may not."""
    entry = counter.ledger.journal.entry(number)
    if entry is None:
        return [Fault("entry", message("ledger.no_entry", entry=str(number)))]
    if entry.kind is EntryKind.REVERSED:
        return [Fault("entry", message("ledger.is_reversal", entry=counter.ledger.called(number)))]
    if entry.reversed_by is not None:
        already = message(
            "ledger.reversed_already",
            entry=counter.ledger.called(number),
            by=counter.ledger.called(entry.reversed_by),
        )
        return [Fault("entry", already)]
    return entry


def _later_opening(counter: Counter, entry: Entry) -> int | None:
    """Return the number of the last opening after an entry, on which the totals stand; None without one."""
    later = reversed(counter.ledger.journal.entries(entry.patient, entry.year))
    return next(
        (
            each.number
            for each in later
            if each.place > entry.place and _counts(each) and each.kind is EntryKind.OPENING
        ),
        None,
    )


def affected_before(counter: Counter, reversal: Entry) -> list[Affected]:
    """List the entries from before a reversal that it affects and that still stand as they were posted."""
    entry = None if reversal.reverses is None else counter.ledger.journal.entry(reversal.reverses)
    with counter.ledger.snapshot():
        return [] if entry is None else _affected(counter, entry, reversal.place)


def to_check(counter: Counter, day: date) -> list[int]:
    """List the entries, in order, that the reversals made on a day of China leave to be checked."""
    ledger = counter.ledger
    with ledger.snapshot():
        made = [ledger.journal.entry(number) for number in reversals(ledger.db, *span_of(day))]
        found = [affected_before(counter, reversal) for reversal in made if reversal is not None]
    return sorted({each.entry.number for affected in found for each in affected})


def _affected(counter: Counter, entry: Entry, until: Place | None = None) -> list[Affected]:
    """List later entries, up to the next opening, that the totals without this one would split otherwise.

    Those that were typed on the strength of this one are listed too. Of later years these two kinds: their
    totals hold nothing of this entry but what was carried over. ``until``: only entries before this place.
    """
    journal = counter.ledger.journal
    later = {each.year for each in journal.entries(entry.patient) if each.place > entry.place}
    affected: list[Affected] = []
    for year in sorted({entry.year} | {year for year in later if year > entry.year}):
        running = journal.fold(entry.patient, year, {entry.number}, before=entry.place)
        affected += affected_from(counter, entry.patient, year, running, entry.place, entry)
    return [each for each in affected if until is None or each.entry.place < until]


def affected_from(
    counter: Counter,
    patient: str,
    year: int,
    running: YearToDate = NOTHING_YET,
    after: Place | None = None,
    gone: Entry | None = None,
) -> list[Affected]:
    """List the entries of a person's year, after a place, that would be split otherwise on other totals.

    ``running`` are the totals before the first of them. ``after`` None: all of the year. ``gone`` is an
    entry that is reversed: what was typed on the strength of it is listed too, and an opening ends the list;
    None where none is.
    """
    journal, affected = counter.ledger.journal, []
    reliance = None if gone is None else reliance_on(counter, gone)
    for later in journal.entries(patient, year):
        if (after is not None and later.place <= after) or not _counts(later):
            continue
        if later.kind is EntryKind.OPENING:
            if gone is not None:
                break
            running = later.after
            continue
        assert later.settlement is not None
        record = journal.record(later.number)
        before = read_totals(record["before"])
        now = _on_other_totals(counter, later, record, before, running, gone)
        notes = () if reliance is None else reliance.notes(later)
        if notes or now.amounts != later.settlement.amounts:
            affected.append(Affected(later, later.settlement.amounts, now, notes))
        running = now.year_to_date or plus(running, change(before, later.after))
    return affected


def _on_other_totals(
    counter: Counter,
    entry: Entry,
    record: Mapping[str, Any],
    before: YearToDate,
    running: YearToDate,
    gone: Entry | None,
) -> Settlement:
    """Settle an entry on other totals of its year, by the pack that it was posted with.

    ``before`` are the totals that it was posted on. Where they are the same nothing is settled again.
    """
    posted = entry.settlement
    assert posted is not None
    asked = counter.read_record(record, "asked")
    if isinstance(asked, list):  # a document that came since settles what the pack stated
        amounts = posted.amounts._replace(
            act_pay_dedc=None,
            hifp_pay=None,
            hifmi_pay=None,
            maf_pay=None,
            fund_pay_sumamt=None,
            psn_part_amt=None,
        )
        return posted._replace(amounts=amounts, patient_parts=None, year_to_date=None, steps=())
    carried = _carried(counter, asked, entry, before.carried_common, running.carried_common, gone)
    totals = running._replace(carried_common=carried)
    if totals == before:
        return posted
    claim = asked.claim._replace(year_to_date=totals, other_years={posted.year: totals})
    return settle_by_year(asked.policy, claim, posted.year)


def _carried(
    counter: Counter, asked: Asked, entry: Entry, before: int, running: int, gone: Entry | None
) -> int:
    """Return what is carried over from last year (fen) for an entry, on corrected entries of last year.

    ``before`` is what the entry was posted on: it stands where a reversed entry makes no difference to it.
    ``running`` stands where the region carries nothing over.
    """
    patient = counter.ledger.patients.get(entry.patient)
    leave_out = () if gone is None else (gone.number,)
    now = posting.carried_common(counter, asked.policy, patient, entry.year, leave_out)
    if now is None:
        return running
    if gone is not None and now == posting.carried_common(counter, asked.policy, patient, entry.year):
        return before
    return now


def _counts(entry: Entry) -> bool:
    """Tell whether an entry is part of the totals, an opening after it left aside."""
    return entry.kind is not EntryKind.REVERSED and entry.reversed_by is None
