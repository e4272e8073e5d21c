"""The jobs on the insurer's results: held against the ledger, written as a workbook, totals taken over."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Final

from core.agreement import report, stated_totals
from core.agreement.codes import Codes
from core.agreement.explain import kinds_of
from core.agreement.judging import KnownDifference, key_of
from core.agreement.our_rows import OurRow, Ours, entries_of
from core.agreement.reconcile import RowDifference, TwoSides, held
from core.agreement.result_row import AMOUNTS, Item, ResultRow
from core.agreement.stated_totals import Attributed
from core.agreement.theirs import Theirs, read_theirs
from core.agreement.trial import amounts_of_case, target_of
from core.agreement.wording import clause, why
from core.bands import Line
from core.jobs.agreement_values import (
    AmountBeside,
    BandBeside,
    DifferenceTold,
    Faulty,
    FileWritten,
    OneSide,
    ReconciledTold,
    ReconcileFiles,
    TakenOverTold,
    TakeOverTotals,
    TotalsTold,
    WriteReconciled,
)
from core.jobs.desk_ledger import opened
from core.jobs.own_names import platform_names
from core.jobs.values import Failed, failed
from core.messages import Fault, Message, message
from core.money import grouped
from core.tables.watch import Watch
from core.tables.writing import Draft
from core.words import words

_BANDS: Final = {"basic": "band", "critical": "critical_band"}


class AgreementJobs:
    """The jobs of one process, which keeps what it reconciled last."""

    def __init__(self) -> None:
        self._held: TwoSides | None = None
        self._theirs: Theirs | None = None

    def reconcile(self, job: ReconcileFiles, watch: Watch) -> ReconciledTold | Failed:
        """Hold the insurer's files against the ledger. Raises Cancelled and LedgerUnavailable."""
        known = platform_names()
        if isinstance(known, Message):
            return failed("files", known)
        names, codes = known
        theirs = read_theirs(job.files, names, watch)
        if isinstance(theirs, Fault):
            return failed("files", theirs.message)
        with opened(job.ledger) as counter:
            with counter.ledger.snapshot():
                ours = Ours(list(entries_of(counter, job.month, watch)), [])
            found = held(ours.rows, theirs, codes, job.month, watch)
            totals = tuple(
                TotalsTold(
                    stated_totals.named(counter, each),
                    stated_totals.beside_ours(counter, each),
                    tuple(
                        counter.ledger.called(entry.number)
                        for entry in stated_totals.later_entries(counter, each)
                    ),
                )
                for each in found.stated
            )
        self._held, self._theirs = found, theirs
        watch.tell("finishing", 0, 0)
        return _told(found, theirs, codes, job.month or "", totals)

    def write(self, job: WriteReconciled, watch: Watch) -> FileWritten | Failed:
        """Write the workbook of what was reconciled last. Raises OSError and Cancelled."""
        if self._held is None or self._theirs is None:
            return failed("files", message("window.reconcile.run_first"))
        speaking = words(job.language)
        refused = report.faults_of((), self._theirs.faults, speaking)
        with Draft(job.out) as draft:
            draft.write_sheets(report.sheets(self._held.reconciled, refused, speaking), watch)
            draft.keep()
        return FileWritten(job.out)

    def take_over(self, job: TakeOverTotals, watch: Watch) -> TakenOverTold | Failed:
        """Write the stated totals as openings, one for each person and year. Raises LedgerUnavailable.

        What was written before the work is stopped stays, and is not written twice.
        """
        stated: Sequence[Attributed] = () if self._held is None else self._held.stated
        taken, repeated = 0, 0
        refused = []
        with opened(job.ledger) as counter:
            for count, each in enumerate(stated):
                watch.tell("posting", count, len(stated))
                result = stated_totals.take_over(counter, each, job.ledger.operator).opened
                if isinstance(result, list):
                    refused.append((each.people[0], tuple(result)))
                elif result.repeated:
                    repeated += 1
                else:
                    taken += 1
        return TakenOverTold(taken, repeated, tuple(refused))


def _told(
    found: TwoSides, theirs: Theirs, codes: Codes, month: str, totals: tuple[TotalsTold, ...]
) -> ReconciledTold:
    whole = found.reconciled
    counts = {
        "ours": whole.ours,
        "theirs": whole.theirs,
        "equal": whole.equal,
        "explained": len(whole.differences) - whole.unexplained,
        "unexplained": whole.unexplained,
        "only_ours": len(whole.only_ours),
        "only_theirs": len(whole.only_theirs),
    }
    return ReconciledTold(
        counts,
        tuple(whole.by_kind()),
        tuple(_difference(each, codes, month) for each in whole.differences),
        tuple(_own(own, whole.twice.get(own.number)) for own in whole.only_ours),
        tuple(map(_row, whole.only_theirs)),
        tuple(_faulty(found, theirs)),
        totals,
        tuple(whole.said_again()),
    )


def _difference(each: RowDifference, codes: Codes, month: str) -> DifferenceTold:
    row, own = each.row, each.own
    entry = None if own is None else own.entry
    setl_id = row.setl_id or (own.keys[0] if own is not None and own.keys else "")
    key = key_of(row.setl_id, row.mdtrt_id, entry, f"{row.file}:{row.number}")
    kinds = tuple(each.kinds) if each.explained else ("unexplained",)
    day = row.discharged or (own.day if own is not None else None)
    first = set(kinds_of(each.ways[0])) if each.ways else set()
    others = dict.fromkeys(tuple(kinds_of(way)) for way in each.ways[1:] if set(kinds_of(way)) != first)
    case = each.ways[0][-1].case if each.ways else None
    return DifferenceTold(
        difference=KnownDifference(key, setl_id, kinds, month, each.fen, entry),
        file=row.file,
        row=row.number,
        entry=entry,
        name=row.name or (own.name if own is not None else ""),
        day="" if day is None else day.isoformat(),
        explained=each.explained,
        why=why(each),
        clause=clause(each),
        others=tuple(others),
        amounts=tuple(_amounts(row, own)),
        would={} if case is None else amounts_of_case(case, case.settled()),
        bands=tuple(_bands(row, own, codes)),
    )


def _amounts(row: ResultRow, own: OurRow | None) -> Iterator[AmountBeside]:
    settled = {} if own is None else own.settlement.amounts._asdict()
    stated = target_of(row)
    for name in AMOUNTS:
        if name in settled or name in stated:
            yield AmountBeside(name, settled.get(name), stated.get(name))


def _bands(row: ResultRow, own: OurRow | None, codes: Codes) -> Iterator[BandBeside]:
    """Yield the bands of both sides in order; a band that nothing lies in is on neither side."""
    for kind, part in _BANDS.items():
        lines: Sequence[Line] = ()
        if own is not None:
            lines = own.settlement.basic_bands if kind == "basic" else own.settlement.critical_bands
        ours = [(line.base, line.rate, line.paid) for line in lines if line.base]
        stated: list[Item] = [item for item in row.items if codes.item(item.code) == part and item.whole]
        theirs = [(item.code, item.whole, item.fund) for item in stated]
        for number, (one, other) in enumerate(zip_longest(ours, theirs), 1):
            yield BandBeside(kind, number, one, other)


def _own(own: OurRow, other: OurRow | None) -> OneSide:
    setl_id, called = own.keys[0] if own.keys else "", "" if other is None else other.called
    return OneSide("", own.called, setl_id, own.name, own.day.isoformat(), own.total, called)


def _row(row: ResultRow) -> OneSide:
    day = "" if row.discharged is None else row.discharged.isoformat()
    return OneSide(row.file, str(row.number), row.setl_id, row.name, day, row.amounts.get("medfee_sumamt"))


def _faulty(found: TwoSides, theirs: Theirs) -> Iterator[Faulty]:
    """Yield the rows that were not compared: refused, at odds with themselves, with several candidates;

    then columns of amounts that nobody knows, and lines that are no rows.
    """
    for fault in theirs.faults:
        yield Faulty(fault.file, fault.row, fault.column, fault.message)
    for wrong in found.reconciled.inconsistent:
        said = message(
            "agreement.check_by", check=Message(f"agreement.check.{wrong.check}"), by=grouped(wrong.by)
        )
        yield Faulty(wrong.row.file, wrong.row.number, "", said)
    for each in found.reconciled.ambiguous:
        candidates = ", ".join(own.called for own in each.ours)
        yield Faulty(each.row.file, each.row.number, "", message("agreement.candidates", entries=candidates))
    for nobody in found.nobody:
        yield Faulty(nobody.file, nobody.number, "", message("agreement.nobody"))
    for file, row, heading in theirs.unread:
        yield Faulty(file, row, heading, message("agreement.unread"))
    for file, row, text in theirs.left_out:
        yield Faulty(file, row, "", message("agreement.left_out", text=text))
