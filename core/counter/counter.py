"""A desk: rules on file, a ledger, and who is signed in; what it looks up and who may do what."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from core.claim import NOTHING_YET, Claim, YearToDate
from core.clock import BEIJING
from core.counter import rules_on_record
from core.counter.input_text import identifier_text
from core.counter.rules_on_record import RulesOnRecord
from core.counter.signing import LookUps, Signing
from core.exchange import fingerprints, sheet_code
from core.exchange.request import Asked, RequestReader
from core.ledger import access, signatures
from core.ledger.day_end import DayEnd
from core.ledger.desk_scope import THIS_DESK, DeskScope
from core.ledger.entries import Entry, Patient
from core.ledger.errors import LATER, LedgerUnavailable
from core.ledger.free_text import cleaned, take
from core.ledger.keys import Keys
from core.ledger.ledger import Ledger
from core.ledger.operators import SHORTEST_PASSPHRASE, SHORTEST_PIN, Operator, Operators, Role
from core.ledger.search import Sum
from core.ledger.trail import ActKind, AuditAct
from core.messages import Fault, Message, message
from core.policy.regions import RegionPack
from core.policy.select import Policy
from core.policy.shelf import BadPack
from core.settlement import Settlement


class WorkedOut(NamedTuple):
    """A settlement with what it was made of; nothing is saved."""

    claim: Claim
    policy: Policy
    settlement: Settlement


def read_posted(reader: RequestReader, record: Mapping[str, Any]) -> Asked | list[Fault]:
    """Read a record's request as it was settled, which stays readable whatever a document says since."""
    return reader.read_posted({**record["request"], "region": record["region"]})


class Counter:
    """A desk: documents and region packs by which requests are read, a ledger, and an operator.

    ``bad_packs`` are pack files that could not be used. ``on_record`` are the rules that the trail of a desk
    in real use answers for (None: practice, where every file is believed). ``keys`` open the ledger's file,
    None where it is plain. ``operator`` is None while nobody is signed in; ``wrong_tries`` counts the wrong
    PINs in a row before the right one; ``second`` are further folders for what supervisors sign. Faults of
    what somebody entered are returned, all of them at once; a ledger that cannot be used raises
    LedgerUnavailable. Posting, reversing and personal data are functions of a Counter, in files of their own.
    """

    def __init__(
        self,
        reader: RequestReader,
        ledger: Ledger,
        bad_packs: Sequence[BadPack] = (),
        keys: Keys | None = None,
        on_record: RulesOnRecord | None = None,
        second: Sequence[Path] = (),
    ) -> None:
        self.reader = reader
        self.ledger = ledger
        self.bad_packs = tuple(bad_packs)
        self.keys = keys
        self.on_record = on_record
        self.operators = Operators(ledger, SHORTEST_PASSPHRASE if keys and keys.sealed() else SHORTEST_PIN)
        self.operator: Operator | None = None
        self.signing = Signing(ledger, second)
        self.look_ups = LookUps(ledger)
        self.wrong_tries = 0

    def close(self) -> None:
        """Close the ledger."""
        self.look_ups.note(self.operator)
        self.ledger.close()

    # ---- who is at the desk

    def sign_in(self, name: str, pin: str) -> Operator | list[Fault]:
        """Let an operator in by name and PIN; whoever was in before is out."""
        _leave(self)
        before = self.operators.find(name)
        operator = self.operators.sign_in(name, pin)
        if isinstance(operator, Operator):
            self.operator = operator
            self.wrong_tries = before.wrong if before else 0
            self.signing.enter(operator, pin)
        return operator

    def sign_out(self) -> None:
        """Leave nobody at the desk; whoever has the rights for it signs the day before."""
        end_day(self)
        _leave(self)

    def add_operator(self, name: str, role: Role, pin: str) -> Operator | list[Fault]:
        """Add an operator, who may also open the file."""
        faults: list[Fault] = []
        name = take("operator", name, faults)
        if faults or self.operator is None:
            return faults or [Fault("operator", message("ledger.sign_in_first"))]
        by = self.operator
        return access.change_pin(
            self.ledger, self.keys, name, pin, lambda: self.operators.add(by, name, role, pin)
        )

    def change_operator(
        self, name: str, *, role: Role | None = None, active: bool | None = None, pin: str | None = None
    ) -> Operator | list[Fault]:
        """Change of an operator what is not None.

        Whoever was off the list has nothing left that opens the file, and needs a new PIN to be on it again.
        """
        if self.operator is None:
            return [Fault("operator", message("ledger.sign_in_first"))]
        if active and pin is None and self.keys is not None and not self.keys.open_for(name):
            return self.refused(Role.ADMINISTRATOR) or [Fault("pin", message("ledger.needs_new_pin"))]
        by = self.operator

        def change() -> Operator | list[Fault]:
            with self.ledger.transaction():
                changed = self.operators.change(by, name, role=role, active=active, pin=pin)
                if isinstance(changed, Operator):
                    self.signing.follow(changed, pin)
                return changed

        operator = access.change_pin(self.ledger, self.keys, name, pin, change)
        if isinstance(operator, Operator) and not operator.active and self.keys is not None:
            with suppress(*LATER):  # who is off the list is off; the next sign-in tries again
                self.keys.forget(name)
        return operator

    def change_own_pin(self, old: str, new: str) -> Operator | list[Fault]:
        """Give whoever is signed in a new PIN, proved by the old one; a wrong one is counted."""
        if self.operator is None:
            return [Fault("operator", message("ledger.sign_in_first"))]
        proved = self.operators.sign_in(self.operator.name, old)
        if isinstance(proved, list):
            return [Fault("old_pin", fault.message) for fault in proved]
        return self.change_operator(self.operator.name, pin=new)

    def new_recovery_code(self) -> str | list[Fault]:
        """Make an administrator a new recovery code; the one before it is of no use any more."""
        refused = self.refused(Role.ADMINISTRATOR)
        if refused or self.operator is None or self.keys is None or self.ledger.key is None:
            return refused or [Fault("operator", message("ledger.not_plain"))]
        with self.ledger.transaction():
            name = self.operator.name
            self.ledger.trail.note(ActKind.OPERATOR_CHANGED, name, name, recovery_code=True)
        try:
            return self.keys.new_code(self.ledger.key)
        except LedgerUnavailable as error:  # after the commit: the code before holds
            raise LedgerUnavailable(message("ledger.code_kept", why=error.said)) from error

    # ---- who may do what

    def refused(self, needed: Role) -> list[Fault]:
        """Return why whoever is signed in may not do what needs a role, empty where they may.

        A ledger without operators refuses nobody.
        """
        return self.refusal(self.operator.name if self.operator else "", needed)

    def refusal(self, operator: str, needed: Role) -> list[Fault]:
        """Return why an act in somebody's name is refused, empty where it is not.

        A ledger without operators refuses nobody.
        """
        if not self.operators.guarded():
            return []
        if self.operator is None or not self.operators.may(self.operator, Role.CLERK):
            return [Fault("operator", message("ledger.sign_in_first"))]
        if operator != self.operator.name:
            return [Fault("operator", message("ledger.other_operator", name=self.operator.name))]
        return self.operators.refusal(self.operator, needed)

    def change_region(self, about: str, operator: str, change: Callable[[], list[Fault]]) -> list[Fault]:
        """Let a supervisor change the rules on file; the trail keeps what it changed unless it failed.

        ``about``: a pack's name, or the fingerprint of a key that is trusted. Raises LedgerUnavailable and
        OSError as `rules_on_record.found_on_file` does.
        """
        with self.ledger.transaction():
            faults = self.refusal(operator, Role.SUPERVISOR)
            if faults:
                return faults
            before = rules_on_record.before_change(about, self.on_record)
            faults = change()
            if not faults:
                detail = rules_on_record.noted(before, rules_on_record.found_on_file(), self.reader)
                self.ledger.trail.note(ActKind.REGION_CHANGED, about, operator, **detail)
        if not faults:
            self.on_record = rules_on_record.record_after(self.ledger, self.on_record)
        return faults

    def printed(self, number: int, operator: str) -> int | list[Fault]:
        """Count a printed copy of an entry; return which copy it is: 1 is the first, more are reprints."""
        faults: list[Fault] = []
        operator = take("operator", operator, faults)
        if faults:
            return faults
        with self.ledger.transaction():
            if not self.ledger.journal.has_entry(number):
                return [Fault("entry", message("ledger.no_entry", entry=str(number)))]
            return self.refusal(operator, Role.CLERK) or self.ledger.trail.printed(number, operator)

    def acts(self) -> list[AuditAct] | list[Fault]:
        """List the audit trail in order, for a supervisor."""
        return self.refused(Role.SUPERVISOR) or self.ledger.trail.acts()

    # ---- looking up

    def find(self, identifier: str) -> Patient | None:
        """Return the patient with an identifier of any kind as it was typed, None where nobody has it."""
        text = identifier_text(identifier)
        found = None if isinstance(text, Message) else self.ledger.patients.find(text)
        if found is not None:
            self.look_ups.seen(found.key, self.operator)
        return found

    def search(self, text: str, most: int = 20) -> list[Patient]:
        """List patients whose identifier or name begins with a text; nobody for an empty one."""
        clean = cleaned("patient.name", text)
        if isinstance(clean, Message):
            return []
        patients = self.ledger.patients.search(clean, most)
        narrow = identifier_text(text)
        if not isinstance(narrow, Message) and narrow != clean:
            patients += self.ledger.patients.search(narrow, most)
        return each_once(patients)[:most]

    def recent_patients(self, most: int) -> list[Patient]:
        """List the patients of the latest entries who are still known, each once, the latest first."""
        patients = (self.ledger.patients.get(key) for key in self.ledger.search.recent(most))
        return each_once(patient for patient in patients if patient is not None and patient.identifiers)

    def totals(self, patient: Patient | None, year: int) -> YearToDate:
        """Return a patient's totals of a year; zeros for somebody whom the ledger does not know (None)."""
        return NOTHING_YET if patient is None else self.ledger.journal.totals(patient.key, year)

    def as_posted(self, number: int) -> WorkedOut | None:
        """Return a posted entry as it was settled, by the pack that its record keeps; None for any other.

        Nothing is worked out again: the settlement is the one that was posted.
        """
        entry = self.ledger.journal.entry(number)
        if entry is None or entry.settlement is None:
            return None
        asked = read_posted(self.reader, self.ledger.journal.record(number))
        return None if isinstance(asked, list) else WorkedOut(asked.claim, asked.policy, entry.settlement)

    def read_record(self, record: Mapping[str, Any], part: str) -> Asked | list[Fault]:
        """Read a request of a record by the pack that the record keeps, or return its faults.

        ``part``: "asked", the request as it was given, or "request", as it was settled.
        """
        return self.reader.read_tables({**record[part], "region": record["region"]}, [], totals_follow=True)

    def recorded(self, entry: Entry) -> tuple[WorkedOut, str] | None:
        """Return a posted entry as it was settled, and the text of its sheet's code; None for any other kind.

        Its record is read once. Nothing is worked out again.
        """
        if entry.settlement is None:
            return None
        record = self.ledger.journal.record(entry.number)
        asked = read_posted(self.reader, record)
        if isinstance(asked, list):
            return None
        worked = WorkedOut(asked.claim, asked.policy, entry.settlement)
        return worked, sheet_code.encode(*worked, record["documents"], entry.number)

    def sheet_code(self, worked: WorkedOut, number: int | None = None) -> str:
        """Return the text of the code on a sheet; of a posted entry by the documents of its day.

        ``number`` is the posted entry's, None where nothing is posted.
        """
        here = fingerprints.of_documents(self.reader.documents)
        documents = here if number is None else self.ledger.journal.record(number)["documents"]
        return sheet_code.encode(*worked, documents, number)

    def policy(self, region: str, day: date) -> Policy | None:
        """Return the rules of a region on a day, None where it has no pack in force."""
        pack = self.reader.regions.in_force(region, day)
        return self.reader.policy(pack) if isinstance(pack, RegionPack) else None

    # ---- days of China

    def day_sums(self, day: date) -> list[Sum]:
        """Sum up what was recorded on a day of China, by benefit."""
        return self.ledger.search.sums(*span_of(day))

    def day_with_entries(self, day: date, *, before: bool) -> date | None:
        """Return the nearest day of China before a day, or after it, with an entry; None without one."""
        start, end = span_of(day)
        moment = self.ledger.search.nearest(start if before else end, before=before)
        return None if moment is None else moment.astimezone(BEIJING).date()

    def day_end(self, day: date, desk: DeskScope = THIS_DESK) -> DayEnd:
        """Sum up a day of China at a desk by operator, benefit and payer, with the heads of both chains."""
        made = self.ledger.day_end(*span_of(day), desk)
        return made._replace(ledger=self.ledger.short_id, unsigned=unsigned_days(self))


def end_day(counter: Counter) -> None:
    """Note the look-ups and sign the day: whoever is at the desk is about to leave it."""
    counter.look_ups.note(counter.operator)  # before the signature, which covers it
    counter.signing.sign_day()


def _leave(counter: Counter) -> None:
    counter.look_ups.note(counter.operator)
    counter.signing.leave()
    counter.operator = None


def unsigned_days(counter: Counter) -> int:
    """Count the days with entries that nobody with rights has signed yet; 0 where nobody has to."""
    with counter.ledger.snapshot():
        return signatures.unsigned_days(counter.ledger.db) if counter.operators.guarded() else 0


def each_once(patients: Iterable[Patient]) -> list[Patient]:
    """Return patients in order, a person with several keys once, under the first of them."""
    first: dict[str, Patient] = {}
    for patient in patients:
        first.setdefault(patient.person, patient)
    return list(first.values())


def span_of(day: date) -> tuple[datetime, datetime]:
    """Return a day of China from its first moment to before the next day's (UTC)."""
    start = datetime.combine(day, time(), BEIJING).astimezone(UTC)
    return start, start + timedelta(days=1)
