"""A desk's work over settlement and ledger: look up, work out, post, open a year, reverse.

The one road that the window and the console take. What somebody entered is answered with faults, all of
them at once; a ledger that cannot be used raises LedgerUnavailable.
"""

import re
import shutil
import tempfile
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from core.claim import NOTHING_YET, Claim, YearToDate, disagreements
from core.clock import BEIJING
from core.enrolment import Account
from core.exchange import fingerprints, sheet_code
from core.exchange.answer import totals as totals_answer
from core.exchange.request import Asked, RequestReader, YearRequest
from core.ledger import accounts, search
from core.ledger.accounts import EnrolmentRow
from core.ledger.connection import TIMEOUT
from core.ledger.day_end import DayEnd
from core.ledger.entries import (
    Affected,
    Entry,
    EntryKind,
    Identifier,
    Patient,
    PatientGiven,
    Posted,
    Resettled,
    Reversed,
)
from core.ledger.errors import ENCRYPTED, LedgerUnavailable, unavailable
from core.ledger.keys import Keys, KeyStore, keys_file
from core.ledger.ledger import Ledger, Opened, Settled
from core.ledger.operators import (
    SHORTEST_PASSPHRASE,
    SHORTEST_PIN,
    Operator,
    Operators,
    Role,
    pin_faults,
    right_needed,
)
from core.ledger.record import Kept, canonical, kept, read_totals
from core.ledger.restore import Held, Restored, copy_to_disk, encrypt, held, restore
from core.ledger.search import Found, Person, Sum, Wanted
from core.ledger.totals import change, plus
from core.ledger.trail import Act, ActKind
from core.messages import Fault, Message, message
from core.missing import say
from core.places import home, user_documents, user_regions
from core.policy.faults import sound_part
from core.policy.regions import RegionPack
from core.policy.select import Policy
from core.policy.shelf import (
    DOCUMENTS,
    REGIONS,
    BadDocument,
    BadPack,
    Documents,
    load_documents,
    load_regions,
)
from core.settle import settle, settle_by_year
from core.settlement import Settlement
from core.vocabulary import Status

UNFINISHED: Final = "ledger.set_up_unfinished"
"""A set-up was cut off after the file was made: the same set-up once more brings it to its end."""

_IN_USE: Final = {"ledger.locked", "ledger.disk_error", "ledger.full", "ledger.no_permission", "ledger.newer"}
"""What says nothing of whether the ledger is sound."""

_TOTALS_OF_THE_LEDGER: Final = ("year_to_date", "other_years")
_FIRST_YEAR, _LAST_YEAR = 2000, 9999
_MOST_MONTHS = 1200
LEAST_MONTHS: Final = 24
"""The shortest retention: this year's totals and those of the year before are still needed."""

_LONGEST: Final = {"key": 200, "operator": 100, "reason": 500, "patient.name": 100, "patient.id": 64}
_ID_TYPE: Final = re.compile(r"[0-9]{2}([0-9]{4})?", re.ASCII)
"""A kind of document as the national platform numbers it; a certificate of birth is 990201."""

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

    def __init__(
        self,
        reader: RequestReader,
        ledger: Ledger,
        bad_packs: Sequence[BadPack] = (),
        keys: Keys | None = None,
    ) -> None:
        self.reader = reader
        self.ledger = ledger
        self.bad_packs = tuple(bad_packs)
        self._keys = keys
        self.operators = Operators(ledger, SHORTEST_PASSPHRASE if keys and keys.sealed() else SHORTEST_PIN)
        self.operator: Operator | None = None

    def close(self) -> None:
        """Closes the ledger."""
        self.ledger.close()

    def read_again(self, region_folders: Sequence[Path] = ()) -> None:
        """Reads documents and region packs anew, over the ledger as it is. Raises BadDocument, OSError."""
        self.reader, bad = _reader(region_folders)
        self.bad_packs = tuple(bad)
        self.__dict__.pop("_documents", None)

    # ---- who is at the desk

    def sign_in(self, name: str, pin: str) -> Operator | list[Fault]:
        """Lets an operator in by name and PIN; whoever was in before is out."""
        self.operator = None
        found = self.operators.sign_in(name, pin)
        if isinstance(found, Operator):
            self.operator = found
        return found

    def add_operator(self, name: str, role: Role, pin: str) -> Operator | list[Fault]:
        """Adds an operator, who may also open the file."""
        faults: list[Fault] = []
        name = _taken("operator", name, faults)
        if faults or self.operator is None:
            return faults or [Fault("operator", message("ledger.sign_in_first"))]
        by = self.operator
        return self._in_both(name, pin, lambda: self.operators.add(by, name, role, pin))

    def change_operator(
        self, name: str, *, role: Role | None = None, active: bool | None = None, pin: str | None = None
    ) -> Operator | list[Fault]:
        """Changes what is given of an operator.

        Whoever was off the list has nothing left that opens the file, and needs a new PIN to be on it.
        """
        if self.operator is None:
            return [Fault("operator", message("ledger.sign_in_first"))]
        if active and pin is None and self._keys is not None and not self._keys.open_for(name):
            return self.refused(Role.ADMINISTRATOR) or [Fault("pin", message("ledger.needs_new_pin"))]
        by = self.operator
        made = self._in_both(
            name, pin, lambda: self.operators.change(by, name, role=role, active=active, pin=pin)
        )
        if isinstance(made, Operator) and not made.active and self._keys is not None:
            self._keys.forget(name)
        return made

    def _in_both(
        self, name: str, pin: str | None, change: Callable[[], Operator | list[Fault]]
    ) -> Operator | list[Fault]:
        if pin is None or self._keys is None:
            return change()
        return _in_both(self.ledger, self._keys, name, pin, change)

    def sign_out(self) -> None:
        """Nobody is at the desk any more."""
        self.operator = None

    def refused(self, needed: Role) -> list[Fault]:
        """Why whoever is signed in may not do what needs a role; without operators nobody is refused."""
        return self._rights(self.operator.name if self.operator else "", needed)

    def change_own_pin(self, old: str, new: str) -> Operator | list[Fault]:
        """A new PIN for whoever is signed in and proves it by the old one; a wrong one is counted."""
        if self.operator is None:
            return [Fault("operator", message("ledger.sign_in_first"))]
        proved = self.operators.sign_in(self.operator.name, old)
        if isinstance(proved, list):
            return [Fault("old_pin", fault.message) for fault in proved]
        return self.change_operator(self.operator.name, pin=new)

    def new_recovery_code(self) -> str | list[Fault]:
        """A new recovery code, for an administrator; the one before it is of no use any more."""
        refused = self.refused(Role.ADMINISTRATOR)
        if refused or self.operator is None or self._keys is None or self.ledger.key is None:
            return refused or [Fault("operator", message("ledger.not_plain"))]
        with self.ledger.transaction():
            name = self.operator.name
            self.ledger.note(ActKind.OPERATOR_CHANGED, name, name, recovery_code=True)
            return self._keys.new_code(self.ledger.key)

    def change_region(self, about: str, operator: str, change: Callable[[], list[Fault]]) -> list[Fault]:
        """Lets a supervisor change a region's figures; the audit trail says which pack, unless it failed."""
        with self.ledger.transaction():
            faults = self._rights(operator, Role.SUPERVISOR) or change()
            if not faults:
                self.ledger.note(ActKind.REGION_CHANGED, about, operator)
            return faults

    def _rights(self, operator: str, needed: Role) -> list[Fault]:
        """Why an act in somebody's name is refused; a ledger without operators refuses nobody."""
        if not self.operators.guarded():
            return []
        if self.operator is None or not self.operators.may(self.operator, Role.CLERK):
            return [Fault("operator", message("ledger.sign_in_first"))]
        if operator != self.operator.name:
            return [Fault("operator", message("ledger.other_operator", name=self.operator.name))]
        return self.operators.refusal(self.operator, needed)

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

    def entry_of(self, key: str) -> Entry | None:
        """The entry that a sender's key was posted with."""
        return self.ledger.entry_by_key(key)

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

    def recorded(self, entry: Entry) -> tuple[WorkedOut, str] | None:
        """Return a posted entry as it was settled, and the text of its sheet's code; None for any other kind.

        Its record is read once. Nothing is worked out again.
        """
        if entry.settlement is None:
            return None
        record = self.ledger.record(entry.number)
        asked = self.reader.read_tables({**record["request"], "region": record["region"]}, [])
        if isinstance(asked, list):
            return None
        worked = WorkedOut(asked.claim, asked.policy, entry.settlement)
        return worked, sheet_code.encode(*worked, record["documents"], entry.number)

    def sheet_code(self, worked: WorkedOut, number: int | None = None) -> str:
        """The text of the code on a sheet; of a posted entry by its number, by the documents of its day."""
        here = fingerprints.of_documents(self.reader.documents)
        documents = here if number is None else self.ledger.record(number)["documents"]
        return sheet_code.encode(*worked, documents, number)

    def look(self, wanted: Wanted, after: Found | None = None, most: int = 100) -> list[Found]:
        """The latest entries that are wanted, in short, or those that come after one of them."""
        return search.look(self.ledger, wanted, after, most)

    def how_many(self, wanted: Wanted, most: int) -> int:
        """How many entries are wanted; it stops counting at ``most``."""
        return search.how_many(self.ledger, wanted, most)

    def day_sums(self, day: date) -> list[Sum]:
        """What was recorded on a day of China, by benefit."""
        return search.sums(self.ledger, *span_of(day))

    def day_with_entries(self, day: date, *, before: bool) -> date | None:
        """The nearest day of China before a day, or after it, on which something was recorded."""
        start, end = span_of(day)
        moment = search.nearest(self.ledger, start if before else end, before=before)
        return None if moment is None else moment.astimezone(BEIJING).date()

    def people(self, after: int, most: int) -> list[Person]:
        """The persons on file whose row comes after a row, in order."""
        return search.people(self.ledger, after, most)

    def latest_of_each(self, after: int) -> list[tuple[str, int]]:
        """The patients who have an entry with a number above one, each with the number of the latest."""
        return search.latest_of_each(self.ledger, after)

    def recent_patients(self, most: int) -> list[Patient]:
        """The patients of the latest entries who are still known, the latest first."""
        found = (self.ledger.patient(key) for key in search.recent(self.ledger, most))
        return [patient for patient in found if patient is not None and patient.identifiers]

    def last_visit(self, patient: Patient) -> Entry | None:
        """A patient's latest posted entry that stands."""
        return self.ledger.last_visit(patient.key)

    def enrolment(self, patient: Patient) -> EnrolmentRow | None:
        """A patient's enrolment account as it stands."""
        return accounts.current(self.ledger, patient.key)

    def enrolment_history(self, patient: Patient) -> list[EnrolmentRow]:
        """Every state of a patient's enrolment account, the earliest first."""
        return accounts.history(self.ledger, patient.key)

    def policy(self, region: str, day: date) -> Policy | None:
        """The rules of a region on a day, None where it has no pack in force."""
        pack = self.reader.regions.in_force(region, day)
        return self.reader.policy(pack) if isinstance(pack, RegionPack) else None

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
            refused = self._rights(given.operator, Role.CLERK)
            if refused:
                return refused
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
            accounts.carry(self.ledger, entry)
            notes = self._notes(entry)
        return Posted(entry, False, notes)

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
            _pack_kept(asked.policy),
            _documents_kept(self.reader.documents),
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
            refused = self._rights(given.operator, Role.CLERK)
            if refused:
                return refused
            known = self.ledger.recognise(given.patient)
            again = self._posted_before(given, known, EntryKind.OPENING, asked, None)
            if again is not None:
                return again
            if isinstance(known, list):
                return known
            opened = Opened(asked, year, as_of, stated)
            entry = self.ledger.open_year(given.key, known, given.patient, given.operator, opened)
            self.ledger.note(ActKind.OPENED, str(entry.number), given.operator)
        return Posted(entry, False, self._notes(entry))

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
            refused = self._rights(given.operator, Role.CLERK)
            if refused:
                return refused
            key = self.ledger.note_patient(known, given.patient, given.operator)
            return accounts.enter(self.ledger, key, account, day, given.operator)

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
            return Posted(entry, True, self._notes(entry))
        return [Fault("key", message("ledger.key_used", entry=str(entry.number)))]

    def _notes(self, entry: Entry) -> tuple[Message, ...]:
        """What is to be told about an entry: the clock had gone backwards when it was made."""
        before = self.ledger.clock_before(entry)
        if before is None:
            return ()
        shown = [moment.astimezone(BEIJING) for moment in (before, entry.recorded)]
        texts = [f"{moment:%Y-%m-%d %H:%M:%S}" for moment in shown]
        return (message("ledger.clock_back", before=texts[0], now=texts[1]),)

    # ---- what was printed, and the end of a day

    def printed(self, number: int, operator: str) -> int | list[Fault]:
        """Counts a printed copy of an entry: 1 is the first, any other is a reprint, marked as copy n."""
        faults: list[Fault] = []
        operator = _taken("operator", operator, faults)
        if faults:
            return faults
        with self.ledger.transaction():
            if not self.ledger.has_entry(number):
                return [Fault("entry", message("ledger.no_entry", entry=str(number)))]
            return self._rights(operator, Role.CLERK) or self.ledger.printed(number, operator)

    def acts(self) -> list[Act] | list[Fault]:
        """The audit trail in order, for a supervisor."""
        return self.refused(Role.SUPERVISOR) or self.ledger.acts()

    def copies(self, number: int) -> int:
        """How many copies of an entry were printed."""
        return self.ledger.copies(number)

    def day_end(self, day: date) -> DayEnd:
        """What was recorded on a day of China, by operator, benefit and payer, with the chain's head then."""
        return self.ledger.day_end(*span_of(day))

    # ---- what is known of a person

    def export(self, identifier: str, operator: str) -> dict[str, Any] | list[Fault]:
        """Everything that is kept of a person, entries whole; the audit trail says that it was given out."""
        found = self._person(identifier, operator)
        if isinstance(found, list):
            return found
        with self.ledger.transaction():
            refused = self._rights(operator, Role.SUPERVISOR)
            if refused:
                return refused
            self.ledger.note(ActKind.EXPORTED, found.key, operator)
            return self.ledger.all_about(found.key)

    def erase(self, identifier: str, operator: str) -> int | list[Fault]:
        """Forgets who a person is; the entries, whose number is answered, stay in the chain without a name.

        The totals do not follow the person any more: whoever comes again begins a year anew.
        """
        found = self._person(identifier, operator)
        if isinstance(found, list):
            return found
        with self.ledger.transaction():
            refused = self._rights(operator, Role.SUPERVISOR)
            if refused:
                return refused
            self.ledger.forget([found.key], operator)
            self.ledger.note(ActKind.ERASED, found.key, operator)
            left = len(self.ledger.entries(found.key))
        self.ledger.tidy_log()
        return left

    def purge(self, months: int, operator: str) -> int | list[Fault]:
        """Forgets everybody without an entry for so many months; how many persons they were.

        The months are counted back from the last entry where the clock shows more: one that has run ahead
        must not make the ledger forget.
        """
        faults: list[Fault] = []
        operator = _taken("operator", operator, faults)
        if not LEAST_MONTHS <= months <= _MOST_MONTHS:
            said = message("ledger.retention", first=LEAST_MONTHS, last=_MOST_MONTHS)
            faults.append(Fault("months", said))
        if faults:
            return faults
        with self.ledger.transaction():
            refused = self._rights(operator, Role.SUPERVISOR)
            if refused:
                return refused
            latest = self.ledger.latest()
            if latest is None:
                return 0
            gone = self.ledger.untouched_since(_months_before(min(self.ledger.now(), latest), months))
            self.ledger.forget(gone, operator)
            self.ledger.note(ActKind.PURGED, "", operator, months=months, persons=len(gone))
        self.ledger.tidy_log()
        return len(gone)

    def _person(self, identifier: str, operator: str) -> Patient | list[Fault]:
        faults: list[Fault] = []
        _taken("operator", operator, faults)
        found = self.find(identifier)
        if found is None:
            faults.append(Fault("patient", message("ledger.no_patient")))
        return faults or found or []

    # ---- reversing

    def would_change(self, number: int) -> list[Affected] | list[Fault]:
        """The entries whose split would differ if an entry were reversed; saves nothing."""
        with self.ledger.snapshot():
            entry = self._standing(number)
            return entry if isinstance(entry, list) else self._affected(entry)

    def reverse(
        self, number: int, *, reason: str, operator: str, resettle: bool = False
    ) -> Reversed | list[Fault]:
        """Takes an entry out of the totals by an entry that says so; on the disk when this returns.

        Later entries keep the amounts that they were posted with, and those that would now be split otherwise
        are told. ``resettle``: from the first of these on each later entry is reversed too and its request
        settled again, by the pack that it was posted with, on the corrected totals and in the same order:
        all of it at once, or nothing where one of them cannot be settled. Not inside another transaction:
        what was begun is then undone by leaving this one.
        """
        try:
            return self._reverse(number, reason, operator, resettle)
        except _NothingDone as refused:
            return refused.faults

    def _reverse(self, number: int, reason: str, operator: str, resettle: bool) -> Reversed | list[Fault]:
        faults: list[Fault] = []
        reason = _taken("reason", reason, faults)
        operator = _taken("operator", operator, faults)
        with nullcontext() if faults else self.ledger.transaction():
            entry = self._standing(number)
            if isinstance(entry, list) or faults:
                return [*(entry if isinstance(entry, list) else ()), *faults]
            refused = self._rights(operator, Role.SUPERVISOR)
            if refused:
                return refused
            affected = self._affected(entry)
            stands_on = next(
                (
                    later.number
                    for later in reversed(self.ledger.entries(entry.patient, entry.year))
                    if later.number > number and _counts(later) and later.kind is EntryKind.OPENING
                ),
                None,
            )
            made = self._take_out(entry, reason, operator)
            again: tuple[Resettled, ...] = ()
            if resettle and affected:
                again = self._resettle(affected[0].entry, stands_on, reason, operator)
        return Reversed(made, affected, stands_on, self._notes(made), again)

    def _take_out(self, entry: Entry, reason: str, operator: str) -> Entry:
        """Adds the reversal of an entry, with what the account and the audit trail say of it."""
        made = self.ledger.reverse(entry, reason, operator)
        accounts.take_back(self.ledger, made)
        self.ledger.note(ActKind.REVERSED, str(entry.number), operator, by=made.number)
        return made

    def _resettle(
        self, first: Entry, stands_on: int | None, reason: str, operator: str
    ) -> tuple[Resettled, ...]:
        """Settles an entry and those after it again, inside the transaction of a reversal before them.

        All of them, not the affected alone: each settlement stands on the totals of those before it.
        """
        if stands_on is not None:  # what is added now would count on top of it
            said = message("ledger.resettle_opening", entry=str(first.number), opening=str(stands_on))
            raise _NothingDone([Fault("entry", said)])
        patient = self.ledger.patient(first.patient)
        later = [
            entry
            for entry in self.ledger.entries(first.patient, first.year)
            if entry.number >= first.number and _counts(entry)
        ]
        gone = [self._take_out(entry, reason, operator) for entry in reversed(later)]
        made = []
        for entry, reversal in zip(later, reversed(gone), strict=True):
            settled = self._settled_again(entry, patient)
            if isinstance(settled, list):
                raise _NothingDone(
                    [
                        Fault(
                            "entry",
                            message("ledger.resettle_refused", entry=str(entry.number), reason=fault.message),
                        )
                        for fault in settled
                    ]
                )
            replacement = self.ledger.replace(entry, operator, settled)
            accounts.carry(self.ledger, replacement)
            made.append(Resettled(entry, reversal, replacement))
        return tuple(made)

    def _settled_again(self, entry: Entry, patient: Patient | None) -> Settled | list[Fault]:
        """An entry's request on the ledger's totals of now, by the pack that it was posted with."""
        record = self.ledger.record(entry.number)
        asked = self.reader.read_tables({**record["asked"], "region": record["region"]}, [])
        if isinstance(asked, list):
            return asked
        return self._settled(record["asked"], asked, patient, record["rule_year"])

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


def open_counter(
    ledger: Path,
    region_folders: Sequence[Path] = (),
    key: bytes | None = None,
    keys: Keys | None = None,
    timeout: float = TIMEOUT,
) -> Counter:
    """A desk over the documents on file, the packs that ship, the user's own and those of some folders.

    Makes the ledger where there is none. ``timeout`` is how long to wait for another process (seconds).
    Raises LedgerUnavailable, BadDocument, and OSError where a folder of packs cannot be read.
    """
    reader, bad = _reader(region_folders)
    if ledger.parent == home():
        try:
            ledger.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise unavailable(error, ledger) from error
    opened = Ledger(ledger, timeout, key=key, create=key is None)
    return Counter(reader, opened, bad, keys)


def _reader(region_folders: Sequence[Path]) -> tuple[RequestReader, Sequence[BadPack]]:
    """The documents on file, and the packs that ship, the user's own and those of some folders.

    Raises LedgerUnavailable where a document cannot be used: no older one stands in for it.
    """
    try:
        documents = load_documents(DOCUMENTS, user_documents())
    except BadDocument as error:
        raise LedgerUnavailable(message("fault.document_unusable", name=str(error.file))) from error
    regions, bad = load_regions(documents, (REGIONS, user_regions(), *region_folders))
    return RequestReader(documents, regions), bad


class SetUp(NamedTuple):
    """A ledger that was set up: its administrator, the recovery code, whether the system keeps the key."""

    operator: Operator
    recovery_code: str
    in_store: bool


def set_up(ledger: Path, operator: str, pin: str, store: KeyStore | None) -> SetUp | list[Fault]:
    """Makes an encrypted ledger with its administrator, out of the plain one where there is one.

    Without a key store the PIN is a passphrase that opens the file too. Raises LedgerUnavailable.
    """
    faults: list[Fault] = []
    operator = _taken("operator", operator, faults)
    faults += pin_faults(pin, SHORTEST_PIN if store else SHORTEST_PASSPHRASE)
    if faults:
        return faults
    keys = Keys(ledger, store)
    with keys.alone():  # of two set-ups at once the second finds what the first has made
        return _set_up(ledger, keys, operator, pin)


def _set_up(ledger: Path, keys: Keys, operator: str, pin: str) -> SetUp | list[Fault]:
    is_plain = ledger.exists() and _opens_plain(ledger)
    if ledger.exists() and not is_plain:
        if not keys.exist():
            raise LedgerUnavailable(message("ledger.not_a_ledger", name=str(ledger)))
        return _finish_set_up(ledger, keys, operator, pin)
    if is_plain:
        with closing(Ledger(ledger)) as plain:
            made = Operators(plain).set_up(operator, pin)
            if isinstance(made, list):  # a set-up that was cut off, or somebody else's
                made = Operators(plain).sign_in(operator, pin)
            if isinstance(made, list):
                return made
    new = keys.make(operator, pin)
    if is_plain:
        encrypt(ledger, new.key)
    else:
        with closing(Ledger(ledger, key=new.key)) as fresh:
            made = Operators(fresh).set_up(operator, pin)
            if isinstance(made, list):
                return made
    assert isinstance(made, Operator)
    return SetUp(made, new.recovery_code, new.in_store)


def _finish_set_up(ledger: Path, keys: Keys, operator: str, pin: str) -> SetUp | list[Fault]:
    """Goes on with a set-up that was cut off before it had an administrator."""
    unlocked = keys.unlock(operator, pin)
    if isinstance(unlocked, list):
        return [Fault("operator", message("ledger.set_up_already"))]
    with closing(Ledger(ledger, key=unlocked.key)) as opened:
        made = Operators(opened).set_up(operator, pin)
    return made if isinstance(made, list) else SetUp(made, keys.new_code(unlocked.key), not keys.sealed())


def _opens_plain(ledger: Path) -> bool:
    try:
        Ledger(ledger).close()
    except LedgerUnavailable as error:
        if error.said.id not in {"ledger.not_a_ledger", ENCRYPTED}:
            raise
        return False
    return True


def needs_set_up(ledger: Path) -> bool:
    """Whether nobody can sign in yet: there is no ledger, or a plain one. Raises LedgerUnavailable."""
    if not ledger.exists():
        return not keys_file(ledger).exists()
    return _opens_plain(ledger)


def open_guarded(
    ledger: Path,
    operator: str,
    pin: str,
    region_folders: Sequence[Path] = (),
    store: KeyStore | None = None,
    timeout: float = TIMEOUT,
) -> Counter | list[Fault]:
    """A desk of an encrypted ledger with an operator signed in, or why not. Raises LedgerUnavailable."""
    keys = Keys(ledger, store)
    unlocked = keys.unlock(operator, pin)
    if isinstance(unlocked, list):
        return unlocked
    counter = open_counter(ledger, region_folders, unlocked.key, keys, timeout)
    try:
        if not counter.operators.guarded():
            counter.close()
            return [Fault("operator", message(UNFINISHED))]
        _note_tries(counter.ledger, operator, unlocked.wrong)
        signed = counter.sign_in(operator, pin)
        if isinstance(signed, Operator):
            keys.end_change(operator, pin, unlocked.key)
    except BaseException:
        counter.close()
        raise
    if isinstance(signed, list):
        counter.close()
        return signed
    return counter


def _in_both(
    ledger: Ledger, keys: Keys, name: str, pin: str, change: Callable[[], Operator | list[Fault]]
) -> Operator | list[Fault]:
    """Changes a PIN in the list and in what opens the file, so that at every moment one of the two PINs does.

    A cut between the two leaves both in the file, and the list says which holds.
    """
    with ledger.transaction():
        made = change()
        if isinstance(made, Operator) and ledger.key is not None:
            keys.prepare(name, pin, ledger.key)
    if isinstance(made, Operator):
        _note_tries(ledger, name, keys.confirm(name))
    return made


def _note_tries(ledger: Ledger, operator: str, tries: int) -> None:
    """Puts into the trail how often a passphrase was wrong while the ledger was closed."""
    if tries:
        with ledger.transaction():
            ledger.note(ActKind.WRONG_PIN, operator, "", tries=tries)


def restore_guarded(
    ledger: Path, source: Path, operator: str, pin: str, store: KeyStore | None = None
) -> Restored | list[Fault]:
    """Restores a backup of an encrypted ledger in the name of an administrator of either.

    The ledger itself is asked who that is; where it cannot be opened any more, or its list of operators is
    not as its trail has it, the backup.
    Raises LedgerUnavailable.
    """
    ledger, source = ledger.absolute(), source.absolute()
    with _administrator(ledger, source, operator, pin, store) as admitted:
        if isinstance(admitted, list):
            return admitted
    made = restore(ledger, source, operator=operator, key=admitted.key)
    if isinstance(made, Restored):
        if not Keys(ledger).exist():
            copy_to_disk(keys_file(source), keys_file(ledger))
        if Keys(ledger).sealed():
            _as_it_opens(ledger, operator, pin, admitted.key)
    return made


def _as_it_opens(ledger: Path, operator: str, pin: str, key: bytes) -> None:
    """Gives an operator the PIN that opens the file, where a backup's list has another."""
    with closing(Ledger(ledger, key=key)) as restored:
        operators = Operators(restored, SHORTEST_PASSPHRASE)
        known = operators.find(operator)
        if known is not None and not operators.is_pin_of(operator, pin):
            operators.change(known, operator, pin=pin)


def look_guarded(
    ledger: Path, source: Path, operator: str, pin: str, store: KeyStore | None = None
) -> Held | list[Fault]:
    """What a restore of a backup would bring and take, for an administrator as `restore_guarded` asks one.

    Raises LedgerUnavailable.
    """
    ledger, source = ledger.absolute(), source.absolute()
    with _administrator(ledger, source, operator, pin, store) as admitted:
        return admitted if isinstance(admitted, list) else held(ledger, admitted.copy, source, admitted.key)


def restore_by_code(
    ledger: Path, source: Path, code: str, operator: str, pin: str, store: KeyStore | None = None
) -> Restored | list[Fault]:
    """Makes a ledger, where there is none, of a backup of another machine, by its recovery code.

    The administrator has a new PIN then. Nothing is left where it fails. Raises LedgerUnavailable.
    """
    ledger, source = ledger.absolute(), source.absolute()
    if ledger.exists():
        return [Fault("file", message("ledger.is_there", name=str(ledger)))]
    if not source.is_file():
        return [Fault("file", message("ledger.backup_missing", name=str(source)))]
    if not keys_file(source).exists():
        return [Fault("file", message("ledger.no_keys", name=str(keys_file(source))))]
    made: Restored | list[Fault] = []
    before = keys_file(ledger).with_name(f"{keys_file(ledger).name}-before")
    if keys_file(ledger).exists():
        keys_file(ledger).replace(before)
    try:
        copy_to_disk(keys_file(source), keys_file(ledger))
        key = Keys(ledger, store).recover(code)
        made = key if isinstance(key, list) else restore(ledger, source, operator=operator, key=key)
        if isinstance(made, Restored):
            named = recover(ledger, code, operator, pin, store)
            made = named if isinstance(named, list) else made
    except OSError as error:
        raise unavailable(error, ledger) from error
    finally:
        if not isinstance(made, Restored):
            ledger.unlink(missing_ok=True)
            keys_file(ledger).unlink(missing_ok=True)
            if before.exists():
                before.replace(keys_file(ledger))
    return made


class _Admitted(NamedTuple):
    """The key of a ledger and its backup, and a copy of the backup to look into."""

    key: bytes
    copy: Path


@contextmanager
def _administrator(
    ledger: Path, source: Path, operator: str, pin: str, store: KeyStore | None
) -> Iterator[_Admitted | list[Fault]]:
    """Lets an administrator at both: one of the ledger, or of the backup where that cannot be believed."""
    if not source.is_file():
        yield [Fault("file", message("ledger.backup_missing", name=str(source)))]
        return
    keys = Keys(ledger if Keys(ledger).exist() else source, store)
    unlocked = keys.unlock(operator, pin)
    if isinstance(unlocked, list):
        yield unlocked
        return
    with tempfile.TemporaryDirectory() as folder:  # looking into a backup must not change it
        copy = Path(folder, "backup.db")
        try:
            shutil.copyfile(source, copy)
        except OSError as error:
            raise unavailable(error, source) from error
        faults: list[Fault] = []
        for asked in (ledger, copy):
            try:
                with closing(Ledger(asked, key=unlocked.key, create=False)) as opened:
                    operators = Operators(opened)
                    if asked is ledger and not operators.lawful():
                        continue  # whoever wrote themselves in is asked by the backup
                    proved = asked is copy and keys.sealed()  # its list may have an earlier PIN
                    faults = _refused_administrator(operators, operator, None if proved else pin)
                break
            except LedgerUnavailable as error:
                if error.said.id in _IN_USE:
                    raise
                faults = [Fault("file", message("ledger.backup_wrong_key", name=str(source)))]
        yield faults or _Admitted(unlocked.key, copy)


def _refused_administrator(operators: Operators, name: str, pin: str | None) -> list[Fault]:
    """Why somebody may not restore; without a PIN, who it is was proved by what opens the file."""
    known = operators.find(name) if pin is None else operators.sign_in(name, pin)
    if isinstance(known, list):
        return known
    if known is None:
        return [Fault("operator", right_needed(Role.ADMINISTRATOR))]
    return operators.refusal(known, Role.ADMINISTRATOR)


def recover(
    ledger: Path, code: str, operator: str, pin: str, store: KeyStore | None = None
) -> Operator | list[Fault]:
    """A new PIN for an administrator by the recovery code, on this machine or another."""
    keys = Keys(ledger, store)
    key = keys.recover(code)
    if isinstance(key, list):
        return key
    with closing(Ledger(ledger, key=key, create=False)) as opened:
        shortest = SHORTEST_PASSPHRASE if keys.sealed() else SHORTEST_PIN
        operators = Operators(opened, shortest)
        return _in_both(opened, keys, operator, pin, lambda: operators.set_pin_after_recovery(operator, pin))


class _NothingDone(Exception):
    """What was begun cannot be ended: the transaction that it leaves is undone; ``faults`` say why."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__()
        self.faults = faults


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
        if not _ID_TYPE.fullmatch(each.id_type):
            faults.append(Fault("patient.id_type", message("ledger.id_type")))
        if isinstance(text, str):
            identifiers.setdefault(text, Identifier(each.id_type, text))
    operator = _taken("operator", operator, faults)
    return _Sender(key, PatientGiven(tuple(identifiers.values()), name), operator, faults)


def span_of(day: date) -> tuple[datetime, datetime]:
    """A day of China from its first moment to before the next day's (UTC)."""
    start = datetime.combine(day, time(), BEIJING).astimezone(UTC)
    return start, start + timedelta(days=1)


def _months_before(moment: datetime, months: int) -> datetime:
    """The first of the month so many months earlier, in China, as UTC."""
    shown = moment.astimezone(BEIJING)
    year, month = divmod(shown.year * 12 + shown.month - 1 - months, 12)
    return datetime(max(year, 1), month + 1, 1, tzinfo=BEIJING).astimezone(UTC)


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


@lru_cache(maxsize=32)
def _pack_kept(policy: Policy) -> Kept:
    return kept(fingerprints.pack_tables(policy))


@lru_cache(maxsize=4)
def _documents_kept(documents: Documents) -> Kept:
    return kept(fingerprints.of_documents(documents))
