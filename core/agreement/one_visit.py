"""One visit at the counter beside what the insurer settled for it: the kind of the difference, and why."""

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from core.agreement import wording
from core.agreement.codes import Codes, known_codes, result_names
from core.agreement.messages_of_platform import read_text
from core.agreement.our_rows import OurRow, entries_of_person
from core.agreement.reconcile import RowDifference, reconcile
from core.agreement.result_row import ResultRow
from core.agreement.theirs import Inconsistent, Theirs, check
from core.agreement.trial import Case, amounts_of_case, target_of
from core.bands import Line
from core.counter import Counter, WorkedOut
from core.ledger.entries import Patient
from core.messages import Message, message
from core.settlement import Source
from core.tables.watch import Watch

SHEET: Final = ("act_pay_dedc", "hifp_pay", "hifmi_pay", "maf_pay", "psn_part_amt")
"""The figures of the insurer's sheet that are typed: deductible, the three payers, the patient's part."""

_KEY: Final = "visit"
"""The number that both sides get, so that they meet whatever the platform calls the visit."""

_BLANKS: Final = {0xFEFF: None, 0xA0: " ", 0x3000: " ", 0x2028: "\n", 0x2029: "\n"}
"""What a browser, or a cell of the window, has put in the place of blanks and ends of lines."""

_RESIDENT: Final = 18
"""The length of a resident's number; a number of the platform's own says nothing about who somebody is."""

_PRINTED: Final = ("medfee_sumamt", "fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")


class Beside(NamedTuple):
    """An amount on both sides (fen): ours None where a figure is missing, theirs where it is not stated."""

    name: str
    ours: int | None
    theirs: int | None


class BesideBand(NamedTuple):
    """A band on both sides: the platform's code and name, what ours pays and what theirs does (fen).

    ``ours`` is None where ours touches no such band.
    """

    code: str
    name: str
    ours: int | None
    theirs: int


class Compared(NamedTuple):
    """A visit on both sides.

    ``kinds`` name the difference, empty where there is none or nothing explains it; ``why`` is what would
    make it equal, ``clause`` what it rests on. ``or_`` are the kinds that would do as well. ``check`` is the
    sum in which the platform's own amounts contradict each other: then nothing is compared. ``stranger``: the
    row names another person than the visit's. ``other_day`` is the row's day of discharge where it is not the
    visit's, None otherwise.
    """

    amounts: tuple[Beside, ...]
    bands: tuple[BesideBand, ...] = ()
    equal: bool = False
    kinds: tuple[str, ...] = ()
    why: Message | None = None
    clause: Source | None = None
    or_: tuple[tuple[str, ...], ...] = ()
    check: Inconsistent | None = None
    stranger: bool = False
    other_day: date | None = None


def typed_row(amounts: dict[str, int]) -> ResultRow:
    """Return the row that figures typed from the insurer's sheet make (fen, by the platform's names)."""
    return ResultRow(file="", number=1, amounts=amounts)


def pasted_row(text: str) -> ResultRow | Message:
    """Return the one settlement of a message that was pasted, its policy items with it, or what is wrong.

    The last settlement of several counts where the others are those before it (preliminary results).
    """
    found = read_text(text.translate(_BLANKS), "", result_names(), Watch())
    if isinstance(found, Message):
        return message("agreement.pasted.unreadable")
    if found.faults:
        return found.faults[0].message
    rows = [row for row in found.rows if not row.preliminary] or found.rows
    if not rows:
        return message("agreement.pasted.no_settlement")
    if len({row.setl_id for row in rows}) > 1:
        return message("agreement.pasted.several", rows=len(rows))
    row = rows[-1]
    if row.negative or row.refund:
        return message("agreement.pasted.refund")
    items = found.items.get(row.setl_id) or next(iter(found.items.values()), [])
    return row._replace(items=tuple(items))


def others_of(counter: Counter, patient: Patient | None, entry: int | None) -> list[OurRow]:
    """Return a person's other entries, in which a sum that a kind needs may lie.

    None: somebody whom the ledger does not know, or a visit that is not posted.
    """
    if patient is None:
        return []
    return [each for each in entries_of_person(counter, patient) if each.number != entry]


def compare_visit(
    worked: WorkedOut, others: Sequence[OurRow], ids: Sequence[str], row: ResultRow, watch: Watch
) -> Compared:
    """Hold a visit that is worked out at the counter against the insurer's row. Raises Cancelled.

    ``ids`` are the person's numbers; a row with another resident's number, or of another day, is told.
    Reads no ledger.
    """
    residents = [number for number in row.people if len(number) == _RESIDENT]
    stranger = bool(residents) and bool(ids) and not set(residents) & set(ids)
    days = (None, worked.claim.discharged, worked.claim.settled)
    other_day = None if row.discharged in days else row.discharged
    found = compare_rows(worked, others, row, known_codes(), watch)
    return found._replace(stranger=stranger, other_day=other_day)


def compare_rows(
    worked: WorkedOut, others: Sequence[OurRow], row: ResultRow, codes: Codes, watch: Watch
) -> Compared:
    """Hold a settlement against a row; ``others`` are the person's other entries. Raises Cancelled."""
    claim, settlement = worked.claim, worked.settlement
    own_year = settlement.year != claim.discharged.year
    year = claim.other_years.get(settlement.year, claim.year_to_date) if own_year else claim.year_to_date
    case = Case(worked.policy, claim, claim.discharged, year)
    people = others[0].people if others else (_KEY,)
    own = OurRow(0, None, (_KEY,), people, "", claim.discharged, claim.settled, case, settlement, "")
    row = row._replace(setl_id=_KEY, mdtrt_id="", people=people, psn_no="", preliminary=False)
    amounts = _beside(amounts_of_case(case, settlement), row)
    bands = (
        *_bands(row, codes, "band", settlement.basic_bands),
        *_bands(row, codes, "critical_band", settlement.critical_bands),
    )
    broken = check(row, codes)
    if broken is not None:
        return Compared(amounts, bands, check=broken)
    found = reconcile([own, *others], Theirs([row], {}, [], [], [], []), codes, None, watch)
    difference = next((each for each in found.differences if each.own is own), None)
    if difference is None:
        return Compared(amounts, bands, equal=True)
    return Compared(
        amounts,
        bands,
        kinds=tuple(difference.kinds) if difference.explained else (),
        why=wording.why(difference),
        clause=wording.clause(difference),
        or_=tuple(_other_ways(difference)),
    )


def _other_ways(difference: RowDifference) -> list[tuple[str, ...]]:
    """Return the kinds of the further ways, each once."""
    first = tuple(difference.kinds)
    ways = [tuple(dict.fromkeys(change.kind for change in way)) for way in difference.ways[1:]]
    return [way for way in dict.fromkeys(ways) if way != first]


def _bands(row: ResultRow, codes: Codes, part: str, lines: Sequence[Line]) -> list[BesideBand]:
    """Return the bands that a row states beside ours, in order; neither side has those it does not touch."""
    stated = [item for item in row.items if codes.item(item.code) == part and item.whole]
    own = [line.paid for line in lines if line.base]
    return [
        BesideBand(item.code, item.name, own[at] if at < len(own) else None, item.fund)
        for at, item in enumerate(stated)
    ]


def _beside(ours: dict[str, int | None], row: ResultRow) -> tuple[Beside, ...]:
    target = target_of(row)
    names = [name for name in ours if name in target or name not in _PRINTED]
    return tuple(Beside(name, ours[name], target.get(name)) for name in names)
