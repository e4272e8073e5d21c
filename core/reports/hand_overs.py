"""The cash that was handed over in a span: a line for each act of the trail."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from core.clock import BEIJING
from core.counter.handing_over import SUMS
from core.ledger.desk_scope import DeskScope
from core.ledger.ledger import Ledger
from core.ledger.trail import ActKind, AuditAct
from core.reports.report_cells import Fen, ReportCell, fen_of
from core.reports.report_form import ReportForm, Span
from core.reports.summing import ReportLines


def hand_overs(
    ledger: Ledger,
    form: ReportForm,
    start: datetime,
    end: datetime,
    operator: str,
    desks: Sequence[DeskScope],
) -> ReportLines:
    """Return the hand-overs from one moment (UTC) to before another, of one operator or of all, in order.

    ``desks`` are those at which the cash was handed over.
    """
    found = [
        (act, desk)
        for desk in desks
        for act in ledger.trail.of_kind(ActKind.HANDED_OVER, row=desk.row or 0)
        if start <= act.recorded < end and operator in ("", act.about)
    ]
    found.sort(key=lambda each: each[0].recorded)
    acts = [act for act, _ in found]
    rows = [[_cell(column.show, act) for column in form.columns] for act in acts]
    behind = [_behind(ledger, act, desk) for act, desk in found]
    whole = Span([entry for one in behind for entry in one.days], [])
    sums: list[ReportCell] = [_sum(column.show, acts) for column in form.columns]
    return ReportLines(rows, sums, [*behind, whole])


def _cell(show: str, act: AuditAct) -> ReportCell:
    if show == "recorded":
        return f"{act.recorded.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"
    if show == "operator":
        return act.about
    value = act.detail.get(show)
    return fen_of(value) if show in SUMS else value if isinstance(value, str | int) else None


def _sum(show: str, acts: Sequence[AuditAct]) -> ReportCell:
    return Fen(sum(fen_of(act.detail[show]).fen for act in acts)) if show in SUMS else None


def _behind(ledger: Ledger, act: AuditAct, desk: DeskScope) -> Span:
    """Return the entries whose cash an act handed over at a desk."""
    since = act.detail.get("since")
    if since is None:
        return Span([], [])
    until = act.recorded + timedelta(seconds=1)
    entries = ledger.booked(datetime.fromisoformat(since), until, act.about, desk=desk)
    first, last = (act.detail[name] + desk.span["first_number"] for name in ("after", "entry"))
    return Span([each for each in entries if first < each.number <= last and each.benefit], [])
