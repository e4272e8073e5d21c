"""A month's settlements and refunds of our own ledger, as rows of an account with the insurer."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from core.agreement.each_person import each_person
from core.agreement.result_row import ResultRow
from core.clock import BEIJING
from core.counter import Counter
from core.ledger.entries import PERSONAL_NUMBER, Entry, EntryKind, Facts, Patient
from core.tables.watch import Watch


def rows_of_ledger(counter: Counter, watch: Watch) -> Iterator[ResultRow]:
    """Yield every settlement of a ledger, and a negative row for each that was taken back.

    A settlement's time is the day that its request states as the day of settlement, else when it was
    recorded; a refund's is when it was taken back. What a patient's account paid is not in the ledger, so it
    is not stated. Raises LedgerUnavailable and Cancelled.
    """
    for patient, entries in each_person(counter, "reading", watch):
        by_number = {entry.number: entry for entry in entries}
        for entry in entries:
            if entry.kind is not EntryKind.POSTED or entry.settlement is None:
                continue
            row = _row(counter, entry, patient)
            yield row
            back = None if entry.reversed_by is None else by_number.get(entry.reversed_by)
            if back is not None:
                amounts = {name: -fen for name, fen in row.amounts.items()}
                yield row._replace(
                    number=back.number,
                    called=counter.ledger.called(back.number),
                    settled=_china(back.recorded),
                    amounts=amounts,
                    refund=True,
                )


def _row(counter: Counter, entry: Entry, patient: Patient) -> ResultRow:
    assert entry.settlement is not None
    facts = counter.ledger.journal.facts(entry.number) or Facts()
    amounts = entry.settlement.amounts
    personal = next((each.id for each in patient.identifiers if each.id_type == PERSONAL_NUMBER), "")
    request: dict[str, Any] = entry.request
    stated = request.get("settled")
    settled = datetime.fromisoformat(stated) if isinstance(stated, str) else _china(entry.recorded)
    return ResultRow(
        file="",
        number=entry.number,
        called=counter.ledger.called(entry.number),
        setl_id=facts.setl_id or "",
        mdtrt_id=facts.mdtrt_id or "",
        psn_no=personal,
        people=tuple(each.id for each in patient.identifiers),
        name=patient.name,
        discharged=entry.day,
        settled=settled,
        amounts={
            name: fen
            for name, fen in (
                ("medfee_sumamt", amounts.medfee_sumamt),
                ("fund_pay_sumamt", amounts.fund_pay_sumamt),
            )
            if fen is not None
        },
        benefit=str(request.get("benefit", "")),
    )


def _china(moment: datetime) -> datetime:
    return moment.astimezone(BEIJING).replace(tzinfo=None)
