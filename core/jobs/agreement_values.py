"""What the window asks about the insurer's results and accounts, and what it is answered."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from core.agreement.judging import KnownDifference
from core.agreement.stated_totals import Attributed
from core.claim import YearToDate
from core.jobs.values import DeskLedger
from core.messages import Fault, Message
from core.settlement import Source


class ReconcileFiles(NamedTuple):
    """Hold the insurer's files against the ledger; the answer is `ReconciledTold`.

    ``month`` is the month that is asked for, as ``2026-03``; None: any.
    """

    ledger: DeskLedger
    files: tuple[Path, ...]
    month: str | None


class WriteReconciled(NamedTuple):
    """Write a workbook of what was reconciled last. The answer is `FileWritten`."""

    out: Path
    language: str


class TakeOverTotals(NamedTuple):
    """Write the totals that the platform stated as openings. The answer is `TakenOverTold`."""

    ledger: DeskLedger


class WriteStatement(NamedTuple):
    """Write a month's details (3202) from the ledger or from files; the answer is `StatementWritten`.

    ``files`` empty: from the ledger. ``centre`` is the insurer's office.
    """

    ledger: DeskLedger
    files: tuple[Path, ...]
    month: str
    out: Path
    centre: str


class CheckStatement(NamedTuple):
    """Look at the insurer's answer to a month's details. The answer is `StatementChecked`."""

    answer: Path
    sent: tuple[Path, ...]


class FileWritten(NamedTuple):
    """A file that was written."""

    out: Path


class AmountBeside(NamedTuple):
    """An amount of both sides (fen; None: not stated, or not known)."""

    name: str
    ours: int | None
    theirs: int | None


class BandBeside(NamedTuple):
    """A band of both sides.

    ``kind`` is basic or critical, ``number`` counts from 1. ``ours`` is base, rate and what is paid,
    ``theirs`` the policy item's code, sum and the fund's part; None: not stated.
    """

    kind: str
    number: int
    ours: tuple[int, int, int] | None
    theirs: tuple[str, int, int] | None


class DifferenceTold(NamedTuple):
    """A difference, ready to be shown.

    ``entry`` is None where ours is no entry. ``would`` are our amounts with what the likeliest way changes
    (empty: no way). ``others`` are the kinds of the other ways. ``clause`` is None where none speaks of it.
    """

    difference: KnownDifference
    file: str
    row: int
    entry: int | None
    name: str
    day: str
    explained: bool
    why: Message
    clause: Source | None
    others: tuple[tuple[str, ...], ...]
    amounts: tuple[AmountBeside, ...]
    would: Mapping[str, int | None]
    bands: tuple[BandBeside, ...]


class OneSide(NamedTuple):
    """A settlement that only one side has.

    ``row`` is the row's number there, or our entry's as people know it, and then ``file`` is empty.
    ``same_visit`` is another entry of ours of the same visit, empty where there is none.
    """

    file: str
    row: str
    setl_id: str
    name: str
    day: str
    total: int | None
    same_visit: str = ""


class Faulty(NamedTuple):
    """A row that was not compared, and why."""

    file: str
    row: int
    column: str
    why: Message


class TotalsTold(NamedTuple):
    """The totals of a person and year as the platform states them, beside ours.

    ``later`` are our entries from that day on, as people know them: where the totals become an opening, they
    no longer count.
    """

    stated: Attributed
    ours: YearToDate
    later: tuple[str, ...] = ()


class ReconciledTold(NamedTuple):
    """What came of holding one side against the other. ``kinds`` are kind, rows and money (fen).

    ``again`` are rows that only say again what a file says: the two files' names, and how many.
    """

    counts: Mapping[str, int]
    kinds: tuple[tuple[str, int, int], ...]
    differences: tuple[DifferenceTold, ...]
    only_ours: tuple[OneSide, ...]
    only_theirs: tuple[OneSide, ...]
    faulty: tuple[Faulty, ...]
    totals: tuple[TotalsTold, ...]
    again: tuple[tuple[str, str, int], ...] = ()


class TakenOverTold(NamedTuple):
    """How many totals were taken over, and why the others were not: number of a person, and faults."""

    taken: int
    repeated: int
    refused: tuple[tuple[str, tuple[Fault, ...]], ...]


class StatementLine(NamedTuple):
    """A row of an account that has to be put right; ``by`` are sums of both sides that differ (fen).

    ``called`` is what people know an entry of a ledger by, and then ``file`` is empty.
    """

    file: str
    row: int
    setl_id: str
    why: Message
    by: tuple[AmountBeside, ...] = ()
    memo: str = ""
    called: str = ""


class AccountTold(NamedTuple):
    """An account of 3201: a kind of clearing, refunds or not, the number of rows and the sums.

    Sums are fen; None where no row states that amount.
    """

    clr_type: str
    refund: bool
    rows: int
    sums: Mapping[str, int | None]


class StatementWritten(NamedTuple):
    """A month's details that were written, with its accounts and the rows that lack something."""

    out: Path
    rows: int
    accounts: tuple[AccountTold, ...]
    lines: tuple[StatementLine, ...]


class StatementChecked(NamedTuple):
    """What of the insurer's answer has to be put right."""

    sent: int
    answered: int
    lines: tuple[StatementLine, ...]
