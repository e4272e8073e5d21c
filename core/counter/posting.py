"""Working out and adding to the ledger: a visit is settled and posted, a year opened, an account entered."""

from collections.abc import Collection, Mapping
from contextlib import nullcontext
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple

from core.claim import NOTHING_YET, Claim, YearToDate, disagreements
from core.clock import BEIJING
from core.counter.counter import Counter, WorkedOut
from core.counter.input_text import Sender, birth_faults, read_sender, unknown_id, year_faults
from core.counter.same_stay import overlaps
from core.counter.same_stay import refusal as overlap_refusal
from core.counter.visit_facts import Stated, read_facts, with_more
from core.enrolment import Account
from core.exchange import fingerprints
from core.exchange.answer import totals as totals_answer
from core.exchange.request import Asked, YearRequest
from core.ledger.accounts import EnrolmentRow
from core.ledger.entries import (
    UNKNOWN,
    Entry,
    EntryKind,
    Identifier,
    Overlapped,
    Patient,
    PatientGiven,
    Posted,
)
from core.ledger.free_text import take
from core.ledger.journal import Opened, Settled
from core.ledger.operators import Role
from core.ledger.record import JsonText, canonical, json_text
from core.ledger.trail import ActKind
from core.messages import Fault, Message, message
from core.missing import say
from core.policy.faults import sound_part
from core.policy.in_force import Documents
from core.policy.select import Policy
from core.policy.select_outpatient import common_limit
from core.rules.carry_over import limit_with_carried, unused
from core.settle import hospital_faults, settle, settle_by_year
from core.settlement import MissingFigure
from core.vocabulary import Status

_STEP: Final = timedelta(minutes=1)
"""A clock that is set by less has only been put right."""

_TOTALS_OF_THE_LEDGER: Final = ("year_to_date", "other_years")
"""Cells of a request that the ledger fills in for a known patient."""


def work_out(
    counter: Counter, request: dict[str, Any], patient: Patient | None = None, leave_out: Collection[int] = ()
) -> WorkedOut | list[Fault]:
    """Settle a request on the ledger's totals of a known patient; save nothing.

    For a known patient the request may not state the totals itself. ``leave_out``: numbers of entries that
    do not count, because the request is to take their place.
    """
    faults = [] if patient is None else _totals_given(request)
    given = request if patient is None else _without_totals(request)
    asked = counter.reader.read_tables(given, [], totals_follow=patient is not None)
    if isinstance(asked, list):
        return [*faults, *asked]
    if faults:
        return faults
    claim = asked.claim
    if patient is not None:
        with counter.ledger.snapshot():
            claim = _on_totals(counter, asked, patient, leave_out)
    settlement = settle(asked.policy, claim)
    above = [] if patient is None else hospital_faults(claim, settlement)
    return above or WorkedOut(claim, asked.policy, settlement)


def post(
    counter: Counter,
    *,
    key: str,
    patient: PatientGiven,
    operator: str,
    request: dict[str, Any],
    rule_year: int | None = None,
    facts: Stated | None = None,
    reason: str = "",
) -> Posted | list[Fault]:
    """Settle a request on the ledger's totals and post it; it is on the disk when this returns.

    A key that was posted before with the same content returns the first entry and posts nothing.
    ``rule_year``: another year that the stay or the settlement touches, whose rules and totals apply; None
    for the year of discharge. ``facts`` are kept beside the figures, None where nothing was stated.
    ``reason``: why a supervisor posts a stay that overlaps another one; empty where nobody has said so.
    """
    stated, about = read_facts(facts or {})
    sender = read_sender(key, with_more(patient, stated.identifiers), operator)
    faults = [*sender.faults, *about, *_totals_given(request)]
    reason = take("reason", reason, faults) if reason.strip() else ""
    if faults:
        asked = counter.reader.read_tables(_without_totals(request), [], totals_follow=True)
        return faults + (asked if isinstance(asked, list) else [])
    ledger = counter.ledger
    with ledger.transaction():
        admitted = _admit(counter, sender, EntryKind.POSTED, request, rule_year)
        if not isinstance(admitted, _Admitted):
            return admitted
        asked = counter.reader.read_tables(request, [], totals_follow=True)
        if isinstance(asked, list):
            return [*admitted.faults, *asked]
        wrong = [*admitted.faults, *_too_early(sender, request, asked), *_not_on_record(counter, asked)]
        if wrong:
            return wrong
        settled = settle_on_ledger(counter, request, asked, admitted.patient, rule_year)
        if isinstance(settled, list):
            return settled
        standing = overlaps(counter, asked.claim, admitted.patient)
        wrong = overlap_refusal(counter, asked.claim, standing, sender.operator, reason)
        if wrong:
            return wrong
        patient_key = _note_patient(counter, sender, admitted.patient)
        entry = ledger.journal.post(sender.key, patient_key, sender.operator, settled, stated.facts)
        ledger.accounts.carry(entry)
        if standing.numbers and reason:
            allowed = {"entries": standing.numbers, "reason": reason}
            ledger.trail.note(ActKind.OVERLAP_ALLOWED, str(entry.number), sender.operator, **allowed)
        return Posted(entry, False, clock_notes(counter, entry), standing)


def _too_early(sender: Sender, request: Mapping[str, Any], asked: Asked) -> list[Fault]:
    """Return the fault of a visit that begins before the patient was born."""
    begun = "admitted" if "admitted" in request else "discharged"
    return birth_faults(sender.patient, asked.claim.admitted, begun)


def _note_patient(counter: Counter, sender: Sender, known: Patient | None) -> str:
    """Note the patient of an addition, inside its transaction; return the key.

    Somebody without any number gets one of the program's.
    """
    ledger, given = counter.ledger, sender.patient
    if given.unnumbered and known is None:
        number = unknown_id(ledger.id, ledger.journal.next_number())
        given = given._replace(identifiers=(Identifier(UNKNOWN, number), *given.identifiers))
    return ledger.patients.note(known, given, sender.operator)


def _not_on_record(counter: Counter, asked: Asked) -> list[Fault]:
    """Return the fault that a pack that came with the request is not on record, in real use."""
    record, pack = counter.on_record, asked.policy.region
    if record is None or not record.confirmed or pack in counter.reader.regions.versions(pack.id):
        return []
    return [] if record.holds(pack) else [Fault("region", message("fault.not_on_record"))]


def settle_on_ledger(
    counter: Counter, request: dict[str, Any], asked: Asked, patient: Patient | None, rule_year: int | None
) -> Settled | list[Fault]:
    """Settle a request that was read (``asked``) on the ledger's totals, or return why it cannot be posted.

    ``patient`` is None for somebody whom the ledger does not know; ``rule_year`` is as `post` takes it.
    """
    claim = _on_totals(counter, asked, patient)
    before = claim.year_to_date
    if rule_year is None or rule_year == claim.discharged.year:
        settlement = settle(asked.policy, claim)
    elif claim.benefit.pooled and rule_year in claim.other_years:
        before = claim.other_years[rule_year]
        settlement = settle_by_year(asked.policy, claim, rule_year)
    else:
        return [Fault("rule_year", message("ledger.rule_year", year=str(rule_year)))]
    above = hospital_faults(claim, settlement) if settlement.year == claim.discharged.year else []
    if settlement.status is Status.INCOMPLETE or above:
        return above + [Fault(figure.path, say(figure)) for figure in settlement.missing]
    return Settled(
        request,
        rule_year,
        _as_settled(request, asked.policy, claim),
        claim.discharged,
        before,
        settlement,
        _pack_text(asked.policy),
        _documents_text(counter.reader.documents),
    )


def open_year(
    counter: Counter,
    *,
    key: str,
    patient: PatientGiven,
    operator: str,
    year: int,
    as_of: date,
    totals: dict[str, Any],
) -> Posted | list[Fault]:
    """Set a patient's totals of a year to those that the insurer's platform states on a day."""
    sender = read_sender(key, patient, operator)
    stated, faults = _stated(counter, year, as_of, totals)
    if sender.faults or faults:
        return [*sender.faults, *faults]
    asked = {"year": year, "as_of": as_of.isoformat(), "totals": totals}
    ledger = counter.ledger
    with ledger.transaction():
        admitted = _admit(counter, sender, EntryKind.OPENING, asked, None)
        if not isinstance(admitted, _Admitted):
            return admitted
        if admitted.faults:
            return admitted.faults
        patient_key = _note_patient(counter, sender, admitted.patient)
        opened = Opened(asked, year, as_of, stated)
        entry = ledger.journal.open_year(sender.key, patient_key, sender.operator, opened)
        ledger.trail.note(ActKind.OPENED, str(entry.number), sender.operator)
        return Posted(entry, False, clock_notes(counter, entry))


def enter_enrolment(
    counter: Counter, *, patient: PatientGiven, operator: str, day: date, account: Account
) -> EnrolmentRow | list[Fault]:
    """Set a patient's enrolment account as it is stated on a day; it is on the disk when this returns."""
    sender = read_sender("enrolment", patient, operator)
    faults = [*sender.faults]
    outside = year_faults(account.year)
    if outside:
        faults += outside
    else:
        counts = account.enrolment(account.year)
        faults += disagreements(discharged=date(account.year, 12, 31), enrolment=counts)
    ledger = counter.ledger
    with nullcontext() if faults else ledger.transaction():
        known = ledger.patients.recognise(sender.patient)
        if isinstance(known, list) or faults:
            return [*faults, *(known if isinstance(known, list) else ())]
        refused = counter.refusal(sender.operator, Role.CLERK)
        if refused:
            return refused
        patient_key = ledger.patients.note(known, sender.patient, sender.operator)
        return ledger.accounts.enter(patient_key, account, day, sender.operator)


def clock_notes(counter: Counter, entry: Entry) -> tuple[Message, ...]:
    """Return what is to be told about an entry: that the clock had gone backwards when it was made."""
    before = counter.ledger.journal.clock_before(entry)
    return () if before is None else (_clock_back(before, entry.recorded),)


def clock_behind(counter: Counter) -> Message | None:
    """Return what is to be told where the clock shows an earlier moment than that of the last entry."""
    journal, now = counter.ledger.journal, counter.ledger.connection.now()
    with counter.ledger.snapshot():
        number = journal.next_number() - 1
        last = journal.entry(number) if number else None
    if last is None or last.recorded - now < _STEP:
        return None
    return _clock_back(last.recorded, now)


def _clock_back(before: datetime, now: datetime) -> Message:
    """Return the sentence about a clock that had shown a later moment."""
    texts = [f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}" for moment in (before, now)]
    return message("ledger.clock_back", before=texts[0], now=texts[1])


class _Admitted(NamedTuple):
    """The patient of an addition, None where nobody is known yet, and what is wrong with who it is."""

    patient: Patient | None
    faults: list[Fault]


def _admit(
    counter: Counter, sender: Sender, kind: EntryKind, asked: dict[str, Any], rule_year: int | None
) -> _Admitted | Posted | list[Fault]:
    """Begin an addition, inside its transaction: the right to it, the patient, and whether it is a repeat.

    The answer is final unless it is an `_Admitted`: why the addition is refused, or the entry that the key
    brought before.
    """
    refused = counter.refusal(sender.operator, Role.CLERK)
    if refused:
        return refused
    known = counter.ledger.patients.recognise(sender.patient)
    repeated = _posted_before(counter, sender, known, kind, asked, rule_year)
    if repeated is not None:
        return repeated
    if isinstance(known, list):
        return _Admitted(None, known)
    invented = known is None and UNKNOWN in {each.id_type for each in sender.patient.identifiers}
    return _Admitted(known, [Fault("patient.id", message("ledger.given_by_nobody"))] if invented else [])


def _posted_before(
    counter: Counter,
    sender: Sender,
    known: Patient | list[Fault] | None,
    kind: EntryKind,
    asked: dict[str, Any],
    rule_year: int | None,
) -> Posted | list[Fault] | None:
    """Return the entry that a key brought before, or the fault of a key that stands for something else.

    None where the key is new.
    """
    entry = counter.ledger.journal.entry_by_key(sender.key)
    if entry is None:
        return None
    record = counter.ledger.journal.record(entry.number)
    then = counter.ledger.patients.get(entry.patient)
    if then is not None and sender.patient.unnumbered and _is_unknown(then):
        known = then
    same = (
        isinstance(known, Patient)
        and then is not None
        and (entry.kind, then.person, entry.operator) == (kind, known.person, sender.operator)
        and canonical(record["asked"]) == canonical(asked)
        and record["rule_year"] == rule_year
    )
    if same:
        standing = _overlaps_of(counter, entry, record)
        replaced_by = counter.ledger.journal.replaced_by(entry.number)
        return Posted(entry, True, clock_notes(counter, entry), standing, replaced_by)
    return [Fault("key", message("ledger.key_used", entry=counter.ledger.called(entry.number)))]


def _is_unknown(patient: Patient) -> bool:
    return UNKNOWN in {each.id_type for each in patient.identifiers}


def _overlaps_of(counter: Counter, entry: Entry, record: Mapping[str, Any]) -> Overlapped:
    """Return the earlier entries that a standing posted entry overlaps now."""
    if entry.kind is not EntryKind.POSTED or entry.reversed_by is not None:
        return Overlapped()
    asked = counter.read_record(record, "asked")
    if isinstance(asked, list):
        return Overlapped()
    return overlaps(counter, asked.claim, counter.ledger.patients.get(entry.patient), entry.place.stamp)


def _on_totals(
    counter: Counter, asked: Asked, patient: Patient | None, leave_out: Collection[int] = ()
) -> Claim:
    """Return the claim on the ledger's totals of each year that it touches."""
    claim = asked.claim
    others = sorted({claim.admitted.year, claim.settled.year} - {claim.discharged.year})
    return claim._replace(
        year_to_date=_totals(counter, asked.policy, patient, claim.discharged.year, leave_out),
        other_years={year: _totals(counter, asked.policy, patient, year, leave_out) for year in others},
    )


def _totals(
    counter: Counter, policy: Policy, patient: Patient | None, year: int, leave_out: Collection[int] = ()
) -> YearToDate:
    """Return the ledger's totals of a year, with last year's common limit that was not used."""
    totals = counter.totals(patient, year)
    if patient is not None and leave_out:
        totals = counter.ledger.journal.fold(patient.key, year, leave_out)
    carried = carried_common(counter, policy, patient, year, leave_out)
    return totals if carried is None else totals._replace(carried_common=carried)


def carried_common(
    counter: Counter, policy: Policy, patient: Patient | None, year: int, leave_out: Collection[int] = ()
) -> int | None:
    """Return last year's common limit that was not used (fen), None where the region carries nothing over.

    ``leave_out``: numbers of entries that do not count. Where the ledger holds nothing of last year, what an
    opening of this year states stands.
    """
    carry_over = policy.region.carry_over
    carries = carry_over.next_year_percent is not None or carry_over.next_year_points is not None
    limit = common_limit(policy.documents, policy.region, date(year, 12, 31))
    if patient is None or isinstance(limit, MissingFigure) or not carries:
        return None
    if not counter.ledger.journal.entries(patient.key, year - 1):
        return _opened(counter, patient, year)
    last = _totals(counter, policy, patient, year - 1, leave_out)
    return unused(limit_with_carried(limit, last.carried_common), last.common_outpatient_paid)


def _opened(counter: Counter, patient: Patient, year: int) -> int:
    """Return what the standing opening of a year states as carried over (fen), 0 without one."""
    for entry in reversed(counter.ledger.journal.entries(patient.key, year)):
        if entry.kind is EntryKind.OPENING and entry.reversed_by is None:
            return entry.after.carried_common
    return 0


def _as_settled(request: dict[str, Any], policy: Policy, claim: Claim) -> dict[str, Any]:
    """Return a request as it was settled: with the region's id and the totals before."""
    as_settled = {
        **request,
        "region": policy.region.id,
        "year_to_date": totals_answer(claim.year_to_date),
    }
    if claim.other_years:
        as_settled["other_years"] = {
            str(year): totals_answer(totals) for year, totals in claim.other_years.items()
        }
    return as_settled


def _stated(
    counter: Counter, year: int, as_of: date, totals: dict[str, Any]
) -> tuple[YearToDate, list[Fault]]:
    """Return an opening's totals, and what is wrong with the opening."""
    cells, faults = sound_part(YearRequest, totals, {}, "totals")
    stated = cells.totals() if cells else NOTHING_YET
    faults += counter.reader.disease_faults("totals", stated)
    outside = year_faults(year)
    if outside:
        faults += outside
    elif as_of.year < year:
        faults.append(Fault("as_of", message("ledger.as_of_before_year", year=str(year))))
    return stated, faults


def _totals_given(request: Mapping[str, Any]) -> list[Fault]:
    return [Fault(name, message("ledger.totals_given")) for name in _TOTALS_OF_THE_LEDGER if name in request]


def _without_totals(request: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in request.items() if name not in _TOTALS_OF_THE_LEDGER}


@lru_cache(maxsize=32)
def _pack_text(policy: Policy) -> JsonText:
    return json_text(fingerprints.pack_tables(policy))


@lru_cache(maxsize=4)
def _documents_text(documents: Documents) -> JsonText:
    return json_text(fingerprints.of_documents(documents))
