"""A report of a kind over some days: who may have it, what it says, and its file."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from core.clock import BEIJING
from core.counter import Counter
from core.files import why_failed
from core.ledger import desk_scope
from core.ledger.desk_scope import EVERY, HERE, DeskScope, desk_scopes, find_scope
from core.ledger.ledger import Ledger
from core.ledger.operators import Role
from core.ledger.record import OWN
from core.ledger.trail import ActKind
from core.messages import Fault, Message, message
from core.places import MADE_UP_REGION
from core.reports.claims_listed import paper_claims
from core.reports.hand_overs import hand_overs
from core.reports.near_limits import near_limits
from core.reports.report_cells import EntryNumber, ReportCell, Texts
from core.reports.report_files import Report, write_report
from core.reports.report_form import (
    CLAIMS,
    ENTRY_NUMBERS,
    HAND_OVERS,
    KINDS,
    NEAR_LIMITS,
    YEAR,
    ReportForm,
    Span,
    form_of,
)
from core.reports.summing import lines_of
from core.tables.watch import Watch
from core.words import Words

_SHARE: Final = 80
"""The percent of a limit from which a person is near it, where nobody says another."""


class ReportAsked(NamedTuple):
    """What is asked for: the kind, the first and the last day (China's), one operator's entries or all.

    ``share`` (percent, 1 to 100) is from where a person counts as near a limit. ``desk`` is what
    `desk_scope.find_scope` reads; empty: this desk of what is handed over or paid out here, else every desk.
    """

    kind: str
    first: date
    last: date
    operator: str = ""
    share: int = _SHARE
    desk: str = ""

    def scope(self, ledger: Ledger) -> DeskScope | Message:
        """Return whose entries are asked for, or why nobody's."""
        usual = HERE if self.kind in (HAND_OVERS, CLAIMS) else EVERY
        return find_scope(ledger.db, self.desk or usual)


def faults_of(asked: ReportAsked) -> list[Fault]:
    """Return what is wrong with what is asked for."""
    faults = []
    if asked.kind not in KINDS:
        faults.append(Fault("kind", message("report.fault.kind", kinds=", ".join(KINDS))))
    if asked.last < asked.first:
        faults.append(Fault("to", message("report.fault.days")))
    if not 1 <= asked.share <= 100:
        faults.append(Fault("share", message("report.fault.share")))
    return faults


def make_report(counter: Counter, asked: ReportAsked, watch: Watch | None = None) -> Report | list[Fault]:
    """Return a report, or why there is none: `allowed` and `filled` in one."""
    form = allowed(counter, asked)
    return form if isinstance(form, list) else filled(counter, counter.ledger, asked, form, watch or Watch())


def allowed(counter: Counter, asked: ReportAsked) -> ReportForm | list[Fault]:
    """Return the form of what is asked for, or why whoever is at the desk does not get it.

    A report that names people is a supervisor's, and the trail notes it; sums are anybody's who has signed
    in.
    """
    faults = faults_of(asked)
    if faults:
        return faults
    form = form_of(asked.kind)
    if isinstance(form, Message):
        return [Fault("kind", form)]
    scope = asked.scope(counter.ledger)
    if isinstance(scope, Message):
        return [Fault("desk", scope)]
    refused = counter.refused(Role.SUPERVISOR if form.personal else Role.CLERK)
    if refused:
        return refused
    if form.personal and counter.operator is not None:
        about = f"report {asked.kind} {asked.first}/{asked.last}"
        with counter.ledger.transaction():
            counter.ledger.trail.note(ActKind.EXPORTED, about, counter.operator.name)
    return form


def filled(counter: Counter, ledger: Ledger, asked: ReportAsked, form: ReportForm, watch: Watch) -> Report:
    """Return the report of a form that was allowed.

    ``ledger`` is the counter's, or the same one opened again for a thread of its own. Raises Cancelled where
    ``watch`` is stopped.
    """

    def heard(read: int) -> None:
        watch.tell("reading", read, 0)

    start, end = _moment(asked.first), _moment(asked.last + timedelta(days=1))
    span = asked.kind, asked.first, asked.last, form
    with ledger.snapshot():
        scope = asked.scope(ledger)
        assert isinstance(scope, DeskScope), "it was allowed"
        said = desk_scope.several(ledger.db, scope)
        desks = [scope] if scope.row is not None else desk_scopes(ledger.db)
        if asked.kind == NEAR_LIMITS:
            years = ledger.years_stood(asked.last.year, end, scope)
            watch.heed()
            rows, people = near_limits(counter, form, years, asked.share)
            _name_regions(counter, form, rows, asked.last)
            made_up = any(each.region == MADE_UP_REGION for each in years)
            return Report(*span, rows, [None] * len(form.columns), made_up, people=people, desk=said)
        if asked.kind == HAND_OVERS:
            lines = hand_overs(ledger, form, start, end, asked.operator, desks)
            made_up = any(entry.region == MADE_UP_REGION for entry in lines.behind[-1].days)
            return Report(*span, lines.rows, lines.sums, made_up, lines.behind, desk=said)
        if asked.kind == CLAIMS:
            rows, sums, people = paper_claims(ledger, form, start, end, asked.operator, desks)
            _name_entries(ledger, form, rows)
            made_up = any(each.region == MADE_UP_REGION for each in ledger.booked(start, end, desk=scope))
            return Report(*span, rows, sums, made_up, people=people, desk=said)
        days = ledger.booked(start, end, asked.operator, heard, scope)
        whole = any(column.show.startswith(YEAR) for column in form.columns)
        since = _moment(asked.last.replace(month=1, day=1))
        year = ledger.booked(since, end, asked.operator, heard, scope) if whole else []
    watch.heed()
    lines = lines_of(form, Span(days, year), watch)
    _name_entries(ledger, form, lines.rows)
    _name_regions(counter, form, lines.rows, asked.last)
    made_up = any(entry.region == MADE_UP_REGION for entry in (*days, *year))
    return Report(*span, lines.rows, lines.sums, made_up, lines.behind, desk=said)


def _name_regions(counter: Counter, form: ReportForm, rows: list[list[ReportCell]], day: date) -> None:
    """Have a region's id show its name to people, as the pack in force on a day has it."""
    named: dict[str, ReportCell] = {}
    for place in (place for place, column in enumerate(form.columns) if column.show == "region"):
        for row in rows:
            id_ = row[place]
            if isinstance(id_, str) and id_ not in named:
                policy = counter.policy(id_, day)
                named[id_] = id_ if policy is None else Texts(id_, {"zh": policy.region.name})
            row[place] = named[id_] if isinstance(id_, str) else id_


def _name_entries(ledger: Ledger, form: ReportForm, rows: list[list[ReportCell]]) -> None:
    """Have the number of another desk's entry show people what they know it by."""
    for place in (place for place, column in enumerate(form.columns) if column.show in ENTRY_NUMBERS):
        for row in rows:
            number = row[place]
            if isinstance(number, int) and number >= OWN:
                row[place] = EntryNumber(number, ledger.called(number))


def _moment(day: date) -> datetime:
    """Return the first moment of a day of China (UTC)."""
    return datetime.combine(day, time(), BEIJING).astimezone(UTC)


def keep_report(report: Report, out: Path, words: Words, watch: Watch | None = None) -> Fault | None:
    """Write a report into a file, whole or not at all; return why it could not be.

    Raises Cancelled where ``watch`` is stopped; then there is no file.
    """
    try:
        write_report(report, out, words, watch or Watch())
    except OSError as error:
        return Fault("out", why_failed(error, str(out), "tables.out_unwritable"))
    return None
