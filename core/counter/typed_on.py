"""Entries that were typed on the strength of one that is reversed: what of each has to be typed anew.

What the ledger fills in is settled again by itself. What a clerk typed because an earlier entry stood (the
enrolment, the deductible paid before a transfer, a chronic disease's rank) can only be told.
"""

from collections.abc import Iterable
from datetime import date
from typing import Final, NamedTuple

from core.counter.counter import Counter
from core.ledger.entries import Affected, Entry
from core.messages import Message, message
from core.settlement import CriticalOutcome
from core.vocabulary import Benefit

_COUNTED_FROM: Final = 2025
"""The first year that counts as one without a claim (2025-12-31, five)."""

_TRANSFER_DAYS: Final = 31
"""How many days after the turn of the year a transfer may still be one from a stay before it."""


class Reliance(NamedTuple):
    """What later entries may rely on of an entry that is reversed (``gone``).

    ``only_claim``: without it critical illness paid nothing in its year. ``diseases`` are the chronic
    diseases of the other entries that stand.
    """

    gone: Entry
    only_claim: bool
    diseases: frozenset[int]

    def notes(self, later: Entry) -> tuple[Message, ...]:
        """Return what of a later entry has to be typed anew, with why; empty where nothing has."""
        if self.gone.settlement is None or later.settlement is None:
            return ()
        found = {
            "ledger.retype_fraud": self._fraud(later),
            "ledger.retype_bonus": self._bonus(later),
            "ledger.retype_zero_claim": self._claim(later) and not self._bonus(later),
            "ledger.retype_transfer": self._transfer(later),
            "ledger.retype_rank": self._rank(later),
        }
        return tuple(message(id_) for id_, holds in found.items() if holds)

    def _fraud(self, later: Entry) -> bool:
        cleared = _outcome(self.gone)
        return cleared is not None and cleared.fraud_cleared and _outcome(later) is not None

    def _bonus(self, later: Entry) -> bool:
        used = _outcome(self.gone)
        next_year = later.year > self.gone.year and _outcome(later) is not None
        return next_year and used is not None and used.zero_claim_bonus_used

    def _claim(self, later: Entry) -> bool:
        next_year = later.year > self.gone.year >= _COUNTED_FROM and _outcome(later) is not None
        return next_year and self.only_claim

    def _transfer(self, later: Entry) -> bool:
        """The deductible or the number of stays that a transfer up states may be those of this stay."""
        transfer = later.request.get("transfer") or {}
        paid = transfer.get("deductible_paid") not in (None, 0, "0", "0.00")
        counted = paid and bool(self.gone.settlement and self.gone.settlement.amounts.act_pay_dedc)
        both = self.gone.request.get("benefit") == Benefit.INPATIENT == later.request.get("benefit")
        return both and (counted or "earlier_stays" in transfer) and self._one_chain(later)

    def _one_chain(self, later: Entry) -> bool:
        if later.year == self.gone.year:
            return True
        admitted = later.request.get("admitted") or later.day.isoformat()
        return (date.fromisoformat(admitted) - self.gone.day).days <= _TRANSFER_DAYS

    def _rank(self, later: Entry) -> bool:
        disease = self.gone.request.get("disease")
        chronic = (
            self.gone.request.get("benefit") == Benefit.CHRONIC_OUTPATIENT == later.request.get("benefit")
        )
        if not chronic or disease in self.diseases or later.request.get("disease") == disease:
            return False
        return int(later.request.get("disease_rank", 1)) > 1


def reliance_on(counter: Counter, gone: Entry) -> Reliance:
    """Return what later entries may rely on of an entry that stands or was just reversed."""
    journal = counter.ledger.journal
    paid = gone.settlement is not None and bool(gone.settlement.amounts.hifmi_pay)
    left = journal.fold(gone.patient, gone.year, {gone.number}).critical_paid if paid else 0
    chronic = gone.request.get("benefit") == Benefit.CHRONIC_OUTPATIENT
    others = journal.entries(gone.patient) if chronic else ()
    diseases = frozenset(
        int(each.request["disease"])
        for each in others
        if each.number != gone.number and each.reversed_by is None and "disease" in each.request
    )
    return Reliance(gone, paid and not left, diseases)


def by_note(affected: Iterable[Affected]) -> list[tuple[Message, list[int]]]:
    """Return each note of some affected entries once, with the numbers of the entries that it is about."""
    found: dict[str, tuple[Message, list[int]]] = {}
    for each in affected:
        for note in each.notes:
            found.setdefault(note.id, (note, []))[1].append(each.entry.number)
    return list(found.values())


def _outcome(entry: Entry) -> CriticalOutcome | None:
    return None if entry.settlement is None else entry.settlement.critical
