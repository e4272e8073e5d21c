"""The claims on paper that were taken in over some days and stand: the list that the bank is given."""

from collections.abc import Sequence
from datetime import datetime

from core.clock import BEIJING
from core.counter.paper_claims import claim_lines, same_bill
from core.ledger.desk_scope import DeskScope
from core.ledger.ledger import Ledger
from core.ledger.trail import ActKind, AuditAct
from core.messages import Message
from core.reports.report_cells import Fen, ReportCell, Texts, fen_of
from core.reports.report_form import ReportForm


def paper_claims(
    ledger: Ledger,
    form: ReportForm,
    start: datetime,
    end: datetime,
    operator: str,
    desks: Sequence[DeskScope],
) -> tuple[list[list[ReportCell]], list[ReportCell], list[str]]:
    """Return a row for each claim taken in at some desks, the sums below, and the key of each row's person.

    A claim whose entry was reversed since is left out; one whose bill another standing entry has as well
    names that. The cells of the bank and the account are empty: the
    ledger keeps no account, so that whoever pays fills them in from the papers.
    """
    rows, people = [], []
    lines = claim_lines()
    named = (
        {}
        if isinstance(lines, Message)
        else {
            **{("kind", each.line.id): each.line.name for each in lines.bills},
            **{("reason", each.id): each.name for each in lines.reasons},
            **{("source", each.id): each.name for each in lines.sources},
        }
    )
    taken = [
        (act, desk.span["first_number"] + int(act.about))
        for desk in desks
        for act in ledger.trail.of_kind(ActKind.CLAIM_TAKEN, row=desk.row or 0)
        if start <= act.recorded < end and operator in ("", act.operator)
    ]
    for act, number in sorted(taken, key=lambda each: each[0].recorded):
        cells = _cells(ledger, act, number)
        if cells is None:
            continue
        for name in ("kind", "reason", "source"):
            value = act.detail[name]
            cells[name] = Texts(value, named.get((name, value), {"zh": value}))
        people.append(str(cells["patient"]))
        rows.append([cells.get(column.show) for column in form.columns])
    return rows, [_sum(rows, at) for at in range(len(form.columns))], people


def _cells(ledger: Ledger, act: AuditAct, number: int) -> dict[str, ReportCell] | None:
    """Return a claim's cells by their names, None where its entry no longer stands."""
    entry = ledger.journal.entry(number)
    if entry is None or entry.reversed_by is not None or entry.settlement is None:
        return None
    patient, facts = ledger.patients.get(entry.patient), ledger.journal.facts(entry.number)
    amounts, bill = entry.settlement.amounts, (facts.receipt if facts else None) or ""
    return {
        "patient": entry.patient,
        "number": entry.number,
        "recorded": f"{act.recorded.astimezone(BEIJING):%Y-%m-%d}",
        "name": patient.name if patient else "",
        "id": patient.identifiers[0].id if patient and patient.identifiers else "",
        "bill": bill,
        "same_bill": ", ".join(map(ledger.called, same_bill(ledger, bill, entry.number))),
        "medfee_sumamt": Fen(amounts.medfee_sumamt or 0),
        "fund_pay_sumamt": Fen(amounts.fund_pay_sumamt or 0),
        "already": fen_of(act.detail["already"]),
        "payable": fen_of(act.detail["payable"]),
        "bank": "",
        "account": "",
    }


def _sum(rows: list[list[ReportCell]], at: int) -> ReportCell:
    amounts = [row[at] for row in rows if isinstance(row[at], Fen)]
    return Fen(sum(each.fen for each in amounts if isinstance(each, Fen))) if amounts else None
