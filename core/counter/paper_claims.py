"""Claims entered from their papers: what was handed in, the bill's number, and what is still to be paid."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from core.clock import BEIJING
from core.counter.counter import Counter
from core.files import read_bounded, why_failed
from core.ledger.entries import Affected, Entry, EntryKind, Facts
from core.ledger.foreign import short
from core.ledger.free_text import take
from core.ledger.ledger import Ledger
from core.ledger.operators import Role
from core.ledger.record import OWN
from core.ledger.search import Wanted
from core.ledger.trail import ActKind, AuditAct
from core.messages import Fault, Message, message, reason_of
from core.money import grouped, parse_yuan, plain
from core.places import RESOURCES, home

_SHIPPED: Final = RESOURCES / "claims" / "claims.toml"
_OWN: Final = "claims.toml"
_MOST: Final = 20
_LARGEST: Final = 100_000
"""The most bytes of the data."""


class ClaimLine(NamedTuple):
    """A line of the data: its id, and its name by language."""

    id: str
    name: Mapping[str, str]

    def text(self, language: str) -> str:
        """Return the name in a language, the Chinese one where it has none."""
        return self.name.get(language, self.name["zh"])


class BillKind(NamedTuple):
    """A kind of bill, and the papers that a claim of it needs."""

    line: ClaimLine
    papers: tuple[ClaimLine, ...]


class ClaimLines(NamedTuple):
    """The kinds of bill, the reasons and the sources of claims on paper."""

    bills: tuple[BillKind, ...]
    reasons: tuple[ClaimLine, ...]
    sources: tuple[ClaimLine, ...]


class PaperClaim(NamedTuple):
    """What a clerk takes in.

    ``bill`` is the bill's own number. ``kind``, ``reason`` and ``source`` are ids of the data, ``papers``
    those of the papers that were handed in. ``already`` (fen) is what the funds paid at the place of care:
    the claim then tops that up to what direct settlement would have paid.
    """

    bill: str
    kind: str
    reason: str
    source: str
    papers: tuple[str, ...]
    already: int = 0


def claim_lines() -> ClaimLines | Message:
    """Return the data: an office's own in its data folder, else what ships; or why it cannot be used."""
    own = home() / _OWN
    file = own if own.exists() else _SHIPPED
    try:
        return _read(file)
    except OSError as error:
        return why_failed(error, str(file))
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        return message("report.fault.form", name=str(file), reason=reason_of(error))


def line_name(group: str, id_: str, language: str) -> str:
    """Return the name of a line of a group (kind, reason or source), its id where the data has it no more."""
    lines = claim_lines()
    if isinstance(lines, Message):
        return id_
    groups = {
        "kind": [each.line for each in lines.bills],
        "reason": lines.reasons,
        "source": lines.sources,
    }
    return next((line.text(language) for line in groups[group] if line.id == id_), id_)


def _read(file: Path) -> ClaimLines:
    """Read the data. Raises OSError, ValueError, LookupError, TypeError or AttributeError for any other."""
    raw: dict[str, Any] = tomllib.loads(read_bounded(file, _LARGEST).decode("utf-8-sig"))
    papers = {line.id: line for line in _lines(raw["paper"])}
    bills = tuple(
        BillKind(line, tuple(papers[id_] for id_ in each["papers"]))
        for line, each in zip(_lines(raw["bill"]), raw["bill"], strict=True)
    )
    return ClaimLines(bills, _lines(raw["reason"]), _lines(raw["source"]))


def _lines(raw: Sequence[Mapping[str, Any]]) -> tuple[ClaimLine, ...]:
    lines = tuple(ClaimLine(str(each["id"]), {k: str(v) for k, v in each["name"].items()}) for each in raw)
    if not 0 < len(lines) <= _MOST or any("zh" not in line.name for line in lines):
        raise ValueError("id, name.zh")
    return lines


def same_bill(ledger: Ledger, bill: str, entry: int) -> list[int]:
    """Return the other standing entries with a bill's number: it may have been claimed before."""
    if not bill.strip():
        return []
    found = ledger.search.entries(Wanted(fact=bill.strip(), standing=True))
    return sorted(each.number for each in found if each.number != entry)


def claim_of(counter: Counter, entry: int) -> AuditAct | None:
    """Return the act by which an entry's claim was taken in, at the desk of the entry; None without one."""
    row, number = divmod(entry, OWN)
    acts = counter.ledger.trail.of_kind(ActKind.CLAIM_TAKEN, row=row)
    found = (act for act in acts if act.about == str(number))
    return max(found, key=lambda act: act.number, default=None)


def claims_gone(counter: Counter, reversed_: Iterable[Entry]) -> list[Message]:
    """Return what is to be told of entries that are reversed: the claims that leave the bank's list."""
    found = ((entry, claim_of(counter, entry.number)) for entry in reversed_)
    return [_of_claim(counter, "claim.gone", entry, act) for entry, act in found if act is not None]


def claims_left(counter: Counter, affected: Iterable[Affected]) -> list[Message]:
    """Return what is to be told of entries that stay as they are while one before them goes.

    Their claims stay on the bank's list, with what was to be paid of them; where the funds would now pay
    another sum, that is told.
    """
    told = []
    for each in affected:
        act = None if each.now.amounts == each.before else claim_of(counter, each.entry.number)
        if act is None:
            continue
        already, now = parse_yuan(act.detail["already"]), each.now.amounts.fund_pay_sumamt
        if now is None or not isinstance(already, int):
            told.append(_of_claim(counter, "claim.left_unknown", each.entry, act))
        elif plain(now - already) != act.detail["payable"]:
            told.append(_of_claim(counter, "claim.left", each.entry, act, now=plain(now - already)))
    return told


def _of_claim(counter: Counter, said: str, entry: Entry, act: AuditAct, **more: str) -> Message:
    """Return a message about an entry's claim: when it was taken in, and what was to be paid."""
    day = f"{act.recorded.astimezone(BEIJING):%Y-%m-%d}"
    called = counter.ledger.called(entry.number)
    return message(said, entry=called, day=day, payable=act.detail["payable"], **more)


def payable(entry: Entry, already: int) -> int:
    """Return what is still to be paid of an entry (fen): the funds' part less what they paid elsewhere."""
    assert entry.settlement is not None
    return (entry.settlement.amounts.fund_pay_sumamt or 0) - already


def faults_of(entry: Entry, claim: PaperClaim, lines: ClaimLines) -> list[Fault]:
    """Return what is wrong with a claim: its entry is another desk's, or its bill, a line, what was paid."""
    if entry.number >= OWN:  # the bill's number is sealed in the chain of the entry's own ledger
        told = {"entry": str(entry.number % OWN), "ledger": short(entry.place.ledger)}
        return [Fault("bill", message("desks.facts_elsewhere", **told))]
    faults: list[Fault] = []
    take("facts.receipt", claim.bill, faults)
    faults = [Fault("bill", fault.message) for fault in faults]
    known = {"kind": [each.line for each in lines.bills], "reason": lines.reasons, "source": lines.sources}
    for field, each in known.items():
        if getattr(claim, field) not in {line.id for line in each}:
            faults.append(Fault(field, message("fault.number_between", first=1, last=len(each))))
    if payable(entry, claim.already) < 0:
        faults.append(Fault("already", message("claim.fault.already", fund=grouped(payable(entry, 0)))))
    return faults


def take_claim(
    counter: Counter, operator: str, entry: Entry, claim: PaperClaim, lines: ClaimLines
) -> list[Fault]:
    """Put a claim of a posted entry on record; the bill's number becomes a fact of the entry.

    Papers that are missing are told and noted, not refused: the receipt says what has to be brought.
    """
    with counter.ledger.transaction():
        refused = counter.refusal(operator, Role.CLERK)
        if refused:
            return refused
        now = counter.ledger.journal.entry(entry.number)
        if now is None or now.kind is not EntryKind.POSTED or now.reversed_by is not None:
            return [Fault("bill", message("claim.fault.no_entry"))]
        if claim_of(counter, entry.number) is not None:
            return [Fault("bill", message("claim.fault.taken", number=counter.ledger.called(entry.number)))]
        faults = faults_of(now, claim, lines)
        if faults:
            return faults
        bill = take("facts.receipt", claim.bill, faults)
        counter.ledger.journal.add_facts(entry.number, Facts(receipt=bill), operator)
        detail = {
            "kind": claim.kind,
            "reason": claim.reason,
            "source": claim.source,
            "papers": list(claim.papers),
            "already": plain(claim.already),
            "payable": plain(payable(now, claim.already)),
        }
        counter.ledger.trail.note(ActKind.CLAIM_TAKEN, str(entry.number), operator, **detail)
        return []
