"""A desk's work over settlement and ledger: look up, work out, post, open a year, reverse.

The one road that the window and the console take. What somebody entered is answered with faults, all of
them at once; a ledger that cannot be used raises LedgerUnavailable.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import date, datetime
from enum import Enum
from functools import cached_property
from pathlib import Path
from typing import Any, Final, NamedTuple

from core.claim import NOTHING_YET, Claim, YearToDate, disagreements
from core.enrolment import Account
from core.exchange.answer import totals as totals_answer
from core.exchange.request import Asked, RequestReader, YearRequest
from core.ledger import enrolment
from core.ledger.enrolment import EnrolmentRow
from core.ledger.entries import (
    Affected,
    Entry,
    EntryKind,
    Identifier,
    Patient,
    PatientGiven,
    Posted,
    Reversed,
)
from core.ledger.errors import unavailable
from core.ledger.ledger import Ledger, Opened, Settled
from core.ledger.record import canonical, digest, read_totals
from core.ledger.totals import change, plus
from core.messages import Fault, Message, message
from core.missing import say
from core.places import ledger_file, user_documents, user_regions
from core.policy.faults import sound_part
from core.policy.select import Policy
from core.policy.shelf import DOCUMENTS, REGIONS, BadPack, Documents, load_documents, load_regions
from core.settle import settle, settle_by_year
from core.settlement import Settlement
from core.vocabulary import Status

_TOTALS_OF_THE_LEDGER: Final = ("year_to_date", "other_years")
_FIRST_YEAR, _LAST_YEAR = 2000, 9999
_LONGEST: Final = {"key": 200, "operator": 100, "reason": 500, "patient.name": 100, "patient.id": 64}
_NOT_WRITTEN: Final = ("Cc", "Cf", "Cs")
"""Categories of characters that nobody writes: controls, invisible marks, halves of characters."""


class WorkedOut(NamedTuple):
    """A settlement with what it was made of; nothing is saved."""

    claim: Claim
    policy: Policy
    settlement: Settlement


class Counter:
    """A desk: documents and region packs to read requests by, and a ledger.

    ``bad_packs`` are pack files that could not be used.
    """

    def __init__(self, reader: RequestReader, ledger: Ledger, bad_packs: Sequence[BadPack] = ()) -> None:
        self.reader = reader
        self.ledger = ledger
        self.bad_packs = tuple(bad_packs)

    def close(self) -> None:
        """Closes the ledger."""
        self.ledger.close()

    # ---- looking up

    def find(self, identifier: str) -> Patient | None:
        """The patient with an identifier of any kind."""
        text = identifier_text(identifier)
        return None if isinstance(text, Message) else self.ledger.find(text)

    def search(self, text: str, most: int = 20) -> list[Patient]:
        """Patients an identifier or the name of whom begins with a text; none for an empty one."""
        cleaned = _clean(text, _LONGEST["patient.name"])
        if isinstance(cleaned, Message):
            return []
        found = self.ledger.search(cleaned, most)
        narrow = identifier_text(text)
        if not isinstance(narrow, Message) and narrow != cleaned:
            found += [each for each in self.ledger.search(narrow, most) if each not in found]
        return found[:most]

    def patient(self, key: str) -> Patient | None:
        """The patient with a key of the ledger."""
        return self.ledger.patient(key)

    def totals(self, patient: Patient | None, year: int) -> YearToDate:
        """A patient's totals of a year; zeros for somebody whom the ledger does not know."""
        return NOTHING_YET if patient is None else self.ledger.totals(patient.key, year)

    def entries(self, patient: Patient, year: int | None = None) -> list[Entry]:
        """A patient's entries in order, of one year or of all."""
        return self.ledger.entries(patient.key, year)

    def entry(self, number: int) -> Entry | None:
        """The entry with a number."""
        return self.ledger.entry(number)

    def as_posted(self, number: int) -> WorkedOut | None:
        """A posted entry as it was settled, by the pack that its record keeps; None for any other number.

        Nothing is worked out again: the settlement is the one that was posted.
        """
        entry = self.ledger.entry(number)
        if entry is None or entry.settlement is None:
            return None
        record = self.ledger.record(number)
        asked = self.reader.read_tables({**record["request"], "region": record["region"]}, [])
        return None if isinstance(asked, list) else WorkedOut(asked.claim, asked.policy, entry.settlement)

    def last_visit(self, patient: Patient) -> Entry | None:
        """A patient's latest posted entry that stands."""
        return self.ledger.last_visit(patient.key)

    def enrolment(self, patient: Patient) -> EnrolmentRow | None:
        """A patient's enrolment account as it stands."""
        return enrolment.current(self.ledger, patient.key)

    def enrolment_history(self, patient: Patient) -> list[EnrolmentRow]:
        """Every state of a patient's enrolment account, the earliest first."""
        return enrolment.history(self.ledger, patient.key)

    def policy(self, region: str, day: date) -> Policy | None:
        """The rules of a region on a day, None where it has no pack in force."""
        pack = self.reader.regions.in_force(region, day)
        return None if isinstance(pack, Message) else self.reader.policy(pack)

    def save_draft(self, desk: str, form: dict[str, str]) -> None:
        """Keeps what stands in a desk's form; it outlives the program."""
        self.ledger.save_draft(desk, form)

    def draft(self, desk: str) -> dict[str, str] | None:
        """What stood in a desk's form."""
        return self.ledger.draft(desk)

    def clear_draft(self, desk: str) -> None:
        """Forgets a desk's form."""
        self.ledger.clear_draft(desk)

    # ---- working out

    def work_out(self, request: dict[str, Any], patient: Patient | None = None) -> WorkedOut | list[Fault]:
        """Settles a request on the ledger's totals of a known patient; saves nothing.

        For a known patient the request may not state the totals itself.
        """
        faults = [] if patient is None else _totals_given(request)
        asked = self.reader.read_tables(request if patient is None else _without_totals(request), [])
        if isinstance(asked, list):
            return [*faults, *asked]
        if faults:
            return faults
        claim = asked.claim
        if patient is not None:
            with self.ledger.snapshot():
                claim = self._on_totals(claim, patient)
        return WorkedOut(claim, asked.policy, settle(asked.policy, claim))

    def _on_totals(self, claim: Claim, patient: Patient | None) -> Claim:
        """The claim on the ledger's totals of each year that it touches."""
        others = sorted({claim.admitted.year, claim.settled.year} - {claim.discharged.year})
        return replace(
            claim,
            year_to_date=self.totals(patient, claim.discharged.year),
            other_years={year: self.totals(patient, year) for year in others},
        )

    # ---- adding to the ledger

    def post(
        self,
        *,
        key: str,
        patient: PatientGiven,
        operator: str,
        request: dict[str, Any],
        rule_year: int | None = None,
    ) -> Posted | list[Fault]:
        """Settles a request on the ledger's totals and posts it; on the disk when this returns.

        A key that was posted before with the same content answers the first entry and posts nothing.
        ``rule_year``: by the rules and totals of another year that the stay or the settlement touches.
        """
        given = _sender(key, patient, operator)
        faults = [*given.faults, *_totals_given(request)]
        if faults:
            asked = self.reader.read_tables(_without_totals(request), [])
            return faults + (asked if isinstance(asked, list) else [])
        with self.ledger.transaction():
            known = self.ledger.recognise(given.patient)
            again = self._posted_before(given, known, EntryKind.POSTED, request, rule_year)
            if again is not None:
                return again
            faults = known if isinstance(known, list) else []
            asked = self.reader.read_tables(request, [])
            if isinstance(asked, list):
                return faults + asked
            if faults or isinstance(known, list):
                return faults
            settled = self._settled(request, asked, known, rule_year)
            if isinstance(settled, list):
                return settled
            entry = self.ledger.post(given.key, known, given.patient, given.operator, settled)
            enrolment.carry(self.ledger, entry)
        return Posted(entry, repeated=False)

    def _settled(
        self, request: dict[str, Any], asked: Asked, known: Patient | None, rule_year: int | None
    ) -> Settled | list[Fault]:
        claim = self._on_totals(asked.claim, known)
        before = claim.year_to_date
        if rule_year is None or rule_year == claim.discharged.year:
            settlement = settle(asked.policy, claim)
        elif claim.benefit.pooled and rule_year in claim.other_years:
            before = claim.other_years[rule_year]
            settlement = settle_by_year(asked.policy, claim, rule_year)
        else:
            return [Fault("rule_year", message("ledger.rule_year", year=str(rule_year)))]
        if settlement.status is Status.INCOMPLETE:
            return [Fault(figure.path, say(figure)) for figure in settlement.missing]
        as_settled = {
            **request,
            "region": asked.policy.region.id,
            "year_to_date": totals_answer(claim.year_to_date),
        }
        if claim.other_years:
            as_settled["other_years"] = {
                str(year): totals_answer(found) for year, found in claim.other_years.items()
            }
        return Settled(
            request,
            rule_year,
            as_settled,
            claim.discharged,
            before,
            settlement,
            _pack_tables(asked.policy),
            self._documents,
        )

    def open_year(
        self,
        *,
        key: str,
        patient: PatientGiven,
        operator: str,
        year: int,
        as_of: date,
        totals: dict[str, Any],
    ) -> Posted | list[Fault]:
        """Sets a patient's totals of a year to those that the insurer's platform states on a day."""
        given = _sender(key, patient, operator)
        stated, wrong = self._stated(year, as_of, totals)
        if given.faults or wrong:
            return [*given.faults, *wrong]
        asked = {"year": year, "as_of": as_of.isoformat(), "totals": totals}
        with self.ledger.transaction():
            known = self.ledger.recognise(given.patient)
            again = self._posted_before(given, known, EntryKind.OPENING, asked, None)
            if again is not None:
                return again
            if isinstance(known, list):
                return known
            opened = Opened(asked, year, as_of, stated)
            entry = self.ledger.open_year(given.key, known, given.patient, given.operator, opened)
        return Posted(entry, repeated=False)

    def _stated(self, year: int, as_of: date, totals: dict[str, Any]) -> tuple[YearToDate, list[Fault]]:
        """An opening's totals, and what is wrong with it."""
        found, faults = sound_part(YearRequest, totals, {}, "totals")
        stated = found.totals() if found else NOTHING_YET
        diseases = len(self.reader.documents.first("chronic_outpatient").section.diseases.rows)
        faults += [
            Fault(f"totals.chronic.{number}", message("fault.number_between", first=1, last=diseases))
            for number in stated.chronic
            if number > diseases
        ]
        if not _FIRST_YEAR <= year <= _LAST_YEAR:
            said = message("fault.number_between", first=str(_FIRST_YEAR), last=str(_LAST_YEAR))
            faults.append(Fault("year", said))
        elif as_of.year < year:
            faults.append(Fault("as_of", message("ledger.as_of_before_year", year=str(year))))
        return stated, faults

    def enter_enrolment(
        self, *, patient: PatientGiven, operator: str, day: date, account: Account
    ) -> EnrolmentRow | list[Fault]:
        """Sets a patient's enrolment account as it is stated on a day; on the disk when this returns."""
        given = _sender("enrolment", patient, operator)
        faults = [*given.faults]
        if _FIRST_YEAR <= account.year <= _LAST_YEAR:
            counts = account.enrolment(account.year)
            faults += disagreements(discharged=date(account.year, 12, 31), enrolment=counts)
        else:
            said = message("fault.number_between", first=str(_FIRST_YEAR), last=str(_LAST_YEAR))
            faults.append(Fault("year", said))
        with nullcontext() if faults else self.ledger.transaction():
            known = self.ledger.recognise(given.patient)
            if isinstance(known, list) or faults:
                return [*faults, *(known if isinstance(known, list) else ())]
            key = self.ledger.note_patient(known, given.patient)
            return enrolment.enter(self.ledger, key, account, day, given.operator)

    def _posted_before(
        self,
        given: "_Sender",
        known: Patient | list[Fault] | None,
        kind: EntryKind,
        asked: dict[str, Any],
        rule_year: int | None,
    ) -> Posted | list[Fault] | None:
        """The entry that a key brought before; a fault where the key stands for something else."""
        entry = self.ledger.entry_by_key(given.key)
        if entry is None:
            return None
        record = self.ledger.record(entry.number)
        same = (
            isinstance(known, Patient)
            and (entry.kind, entry.patient, entry.operator) == (kind, known.key, given.operator)
            and canonical(record["asked"]) == canonical(asked)
            and record["rule_year"] == rule_year
        )
        if same:
            return Posted(entry, repeated=True)
        return [Fault("key", message("ledger.key_used", entry=str(entry.number)))]

    # ---- reversing

    def would_change(self, number: int) -> list[Affected] | list[Fault]:
        """The entries whose split would differ if an entry were reversed; saves nothing."""
        with self.ledger.snapshot():
            entry = self._standing(number)
            return entry if isinstance(entry, list) else self._affected(entry)

    def reverse(self, number: int, *, reason: str, operator: str) -> Reversed | list[Fault]:
        """Takes an entry out of the totals by an entry that says so; on the disk when this returns."""
        faults: list[Fault] = []
        reason = _taken("reason", reason, faults)
        operator = _taken("operator", operator, faults)
        with nullcontext() if faults else self.ledger.transaction():
            entry = self._standing(number)
            if isinstance(entry, list) or faults:
                return [*(entry if isinstance(entry, list) else ()), *faults]
            affected = self._affected(entry)
            stands_on = next(
                (
                    later.number
                    for later in reversed(self.ledger.entries(entry.patient, entry.year))
                    if later.number > number and _counts(later) and later.kind is EntryKind.OPENING
                ),
                None,
            )
            made = self.ledger.reverse(entry, reason, operator)
            enrolment.take_back(self.ledger, made)
        return Reversed(made, affected, stands_on)

    def _standing(self, number: int) -> Entry | list[Fault]:
        """An entry that may be reversed, or why it may not."""
        entry = self.ledger.entry(number)
        if entry is None:
            return [Fault("entry", message("ledger.no_entry", entry=str(number)))]
        if entry.kind is EntryKind.REVERSED:
            return [Fault("entry", message("ledger.is_reversal", entry=str(number)))]
        if entry.reversed_by is not None:
            said = message("ledger.reversed_already", entry=str(number), by=str(entry.reversed_by))
            return [Fault("entry", said)]
        return entry

    def _affected(self, entry: Entry) -> list[Affected]:
        """Later entries, up to the next opening, that the totals without this one would split otherwise."""
        running = self.ledger.fold(entry.patient, entry.year, before=entry.number)
        affected = []
        for later in self.ledger.entries(entry.patient, entry.year):
            if later.number <= entry.number or not _counts(later):
                continue
            if later.kind is EntryKind.OPENING:
                break
            assert later.settlement is not None
            record = self.ledger.record(later.number)
            now = self._again(later.settlement, record, running)
            if now.amounts != later.settlement.amounts:
                affected.append(Affected(later, later.settlement.amounts, now))
            running = now.year_to_date or plus(running, change(read_totals(record["before"]), later.after))
        return affected

    def _again(self, posted: Settlement, record: Mapping[str, Any], totals: YearToDate) -> Settlement:
        """What an entry would be on other totals of its year, by the pack that it was posted with."""
        asked = self.reader.read_tables({**record["asked"], "region": record["region"]}, [])
        if isinstance(asked, list):  # a document that came since settles what the pack stated
            amounts = posted.amounts._replace(
                act_pay_dedc=None,
                hifp_pay=None,
                hifmi_pay=None,
                maf_pay=None,
                fund_pay_sumamt=None,
                psn_part_amt=None,
            )
            return replace(posted, amounts=amounts, patient_parts=None, year_to_date=None, steps=())
        claim = replace(asked.claim, year_to_date=totals, other_years={posted.year: totals})
        return settle_by_year(asked.policy, claim, posted.year)

    @cached_property
    def _documents(self) -> dict[str, str]:
        return _fingerprints(self.reader.documents)


def open_counter(ledger: Path, region_folders: Sequence[Path] = ()) -> Counter:
    """A desk over the documents on file, the packs that ship, the user's own and those of some folders.

    Makes the ledger where there is none. Raises LedgerUnavailable, and OSError where a pack cannot be read.
    """
    documents = load_documents(DOCUMENTS, user_documents())
    regions, bad = load_regions(documents, (REGIONS, user_regions(), *region_folders))
    if ledger == ledger_file():
        try:
            ledger.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise unavailable(error, ledger) from error
    return Counter(RequestReader(documents, regions), Ledger(ledger), bad)


class _Sender(NamedTuple):
    """The key, patient and operator of what is to be added, cleaned, and what is wrong with them."""

    key: str
    patient: PatientGiven
    operator: str
    faults: list[Fault]


def _sender(key: str, patient: PatientGiven, operator: str) -> _Sender:
    faults: list[Fault] = []
    key = _taken("key", key, faults)
    name = _taken("patient.name", patient.name, faults) if patient.name.strip() else ""
    if not patient.identifiers:
        faults.append(Fault("patient.id", message("fault.required")))
    identifiers: dict[str, Identifier] = {}
    for each in patient.identifiers:
        text = identifier_text(each.id)
        if isinstance(text, Message):
            faults.append(Fault("patient.id", text))
        if not (len(each.id_type) == 2 and each.id_type.isascii() and each.id_type.isdigit()):
            faults.append(Fault("patient.id_type", message("ledger.id_type")))
        if isinstance(text, str):
            identifiers.setdefault(text, Identifier(each.id_type, text))
    operator = _taken("operator", operator, faults)
    return _Sender(key, PatientGiven(tuple(identifiers.values()), name), operator, faults)


def _taken(field: str, text: str, faults: list[Fault]) -> str:
    """A cell of free text, cleaned; what is wrong with it is noted."""
    cleaned = _clean(text, _LONGEST[field])
    if isinstance(cleaned, Message):
        faults.append(Fault(field, cleaned))
        return ""
    return cleaned


def _clean(text: str, longest: int) -> str | Message:
    """Text without needless spaces, or what is wrong with it."""
    cleaned = " ".join(text.split())
    if not cleaned:
        return message("fault.text_empty")
    if any(unicodedata.category(character) in _NOT_WRITTEN for character in cleaned):
        return message("ledger.odd_characters")
    return cleaned if len(cleaned) <= longest else message("ledger.too_long", most=longest)


def identifier_text(text: str) -> str | Message:
    """An identifier as the ledger keeps it: narrow, in capitals, without spaces around; or what is wrong."""
    cleaned = _clean(unicodedata.normalize("NFKC", text), _LONGEST["patient.id"])
    if isinstance(cleaned, str) and " " in cleaned:
        return message("ledger.space_in_id")
    return cleaned if isinstance(cleaned, Message) else cleaned.upper()


def _totals_given(request: Mapping[str, Any]) -> list[Fault]:
    return [Fault(name, message("ledger.totals_given")) for name in _TOTALS_OF_THE_LEDGER if name in request]


def _without_totals(request: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in request.items() if name not in _TOTALS_OF_THE_LEDGER}


def _counts(entry: Entry) -> bool:
    """Whether an entry is part of the totals, an opening after it left aside."""
    return entry.kind is not EntryKind.REVERSED and entry.reversed_by is None


def _pack_tables(policy: Policy) -> dict[str, Any]:
    """A region pack as the interface writes it, whole: what it leaves to be understood is spelled out."""
    tables: dict[str, Any] = policy.region.model_dump(mode="json", exclude_none=True)
    for year in tables["critical_illness"].values():
        if "tilted" in year:
            year["tilted"].sort()
    return tables


def _fingerprints(documents: Documents) -> dict[str, str]:
    """The documents on file by id, each with the SHA-256 of what it says."""
    return {document.id: digest(canonical(_values(document.model_dump()))) for document in documents.all}


def _values(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _values(inner) for key, inner in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(map(str, value))
    if isinstance(value, list | tuple):
        return [_values(inner) for inner in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value
