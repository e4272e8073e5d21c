"""The jobs on a month's account with the insurer: its details written, the insurer's answer looked at."""

from collections.abc import Iterator, Sequence
from typing import Any

from core.agreement import statement
from core.agreement.details import is_details, read_details
from core.agreement.ledger_account import rows_of_ledger
from core.agreement.result_row import ResultFault, ResultRow
from core.agreement.theirs import Theirs, read_theirs
from core.jobs.agreement_values import (
    AccountTold,
    AmountBeside,
    CheckStatement,
    StatementChecked,
    StatementLine,
    StatementWritten,
    WriteStatement,
)
from core.jobs.desk_ledger import opened
from core.jobs.own_names import platform_names
from core.jobs.values import Failed, failed
from core.messages import Fault, Message, message
from core.tables.watch import Watch


def write(job: WriteStatement, watch: Watch) -> StatementWritten | Failed:
    """Write a month's details. Raises OSError, LedgerUnavailable and Cancelled."""
    if not is_details(job.out):
        return failed("out", message("tables.out_ending", endings=".zip .txt"))
    known = platform_names()
    if isinstance(known, Message):
        return failed("files", known)
    faults: Sequence[ResultFault] = ()
    if job.files:
        theirs: Theirs | Fault = read_theirs(job.files, known[0], watch)
        if isinstance(theirs, Fault):
            return failed("files", theirs.message)
        every, faults = theirs.rows, theirs.faults
    else:
        with opened(job.ledger) as counter, counter.ledger.snapshot():
            every = list(rows_of_ledger(counter, watch))
    rows, undated = statement.month_of_rows(every, job.month, watch)
    if not rows:
        return failed("month", message("agreement.no_month", month=job.month))
    lines = [
        *(
            _line(row, message("agreement.lacks", field=Message(f"agreement.head.{name}")))
            for row, name in statement.lacking(rows)
        ),
        *(_line(row, message("agreement.undated")) for row in undated),
        *(StatementLine(each.file, each.row, "", each.message) for each in faults),
    ]
    accounts = [AccountTold(*each) for each in statement.accounts(rows)]
    written = StatementWritten(job.out, len(rows), tuple(accounts), tuple(lines))
    statement.write_details(job.out, rows, watch)  # once it has its name, nothing takes long or fails
    return written


def check(job: CheckStatement, watch: Watch) -> StatementChecked | Failed:
    """Look at the insurer's answer. Raises OSError and Cancelled."""
    known = platform_names()
    if isinstance(known, Message):
        return failed("answer", known)
    names, codes = known
    answer = read_details(job.answer, watch)
    if isinstance(answer, Message):
        return failed("answer", answer)
    sent: Theirs | Fault = read_theirs(job.sent, names, watch)
    if isinstance(sent, Fault):
        return failed("files", sent.message)
    answered = list(zip(answer.rows, answer.answers, strict=True))
    found = statement.to_put_right(sent.rows, answered, codes, watch)
    unread = (*answer.faults, *sent.faults)
    faults = (StatementLine(each.file, each.row, "", each.message) for each in unread)
    settled = sum(row.settles for row in sent.rows)
    return StatementChecked(settled, len(answered), (*_to_put_right(found), *faults))


def _to_put_right(found: Sequence[statement.ToPutRight]) -> Iterator[StatementLine]:
    for each in found:
        row: Any = each.theirs or each.ours
        sums = tuple(AmountBeside(name, own, stated) for name, (own, stated) in each.amounts().items())
        memo = "" if each.answer is None else each.answer.memo
        yield _line(row, Message(f"agreement.right.{each.reason}"))._replace(by=sums, memo=memo)


def _line(row: ResultRow, why: Message) -> StatementLine:
    return StatementLine(row.file, row.number, row.setl_id or row.mdtrt_id, why, called=row.called)
