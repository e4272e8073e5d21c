"""The sheet that an estimate, an entry, a day or a recovery code has at this desk, and the desk's paper.

Every function takes the settings by themselves: a preview tries others than those that are kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from core.messages import Message
from core.money import grouped
from core.names import shown
from core.places import MADE_UP_REGION
from core.words import languages, words
from desktop.paper.bilingual import Bilingual, Wording
from desktop.paper.drawing import PaperPage
from desktop.paper.form_layout import FormFaulty, name_of
from desktop.paper.layout import lay_out
from desktop.paper.paper_sizes import A4, PAPERS, Paper
from desktop.paper.ruler import ruler
from desktop.paper.sheet import Sheet, sheet_of
from desktop.paper.sheet_head import Issue, SheetHead
from desktop.paper.slips import (
    Slip,
    Table,
    code_sheet,
    day_end_sheet,
    list_sheet,
    meeting_sheet,
    opening_sheet,
    reversal_sheet,
)
from desktop.presenters.counter.identity_cells import number_in
from desktop.presenters.fact_texts import FLAGS, texts_of
from desktop.presenters.lookup.entry_list import AMOUNTS

if TYPE_CHECKING:
    from core.counter import WorkedOut
    from core.counter.paper_claims import PaperClaim
    from core.ledger.day_end import DayEnd
    from core.ledger.entries import Entry, Patient
    from desktop.presenters.counter.presenter import CounterPresenter
    from desktop.presenters.desk.trail import ActSheet
    from desktop.presenters.lookup.entry_list import EntryList
    from desktop.session import Session
    from desktop.settings import Settings

NO_FACTS: Final[Mapping[str, str]] = MappingProxyType({})
_BESIDE: Final = ("setl_id", *FLAGS)
FARTHEST: Final = 20
"""The most millimetres that a form is moved."""


# ---- sheets


def sheet_at_counter(
    session: "Session", settings: "Settings", presenter: "CounterPresenter"
) -> SheetHead | None:
    """Return the sheet of the entry or the estimate at the counter, None where there is neither.

    An entry's is the copy that would be printed next.
    """
    visit, counter = presenter.visit, session.counter
    entry = visit.entry
    if entry is not None and counter is not None:
        return sheet_of_entry(session, settings, entry, counter.ledger.trail.copies(entry.number) + 1)
    if visit.worked is None:
        return None
    texts = visit.texts
    return estimate_of(session, settings, visit.worked, texts.get("name", ""), number_in(texts), texts)


def estimate_of(
    session: "Session",
    settings: "Settings",
    worked: "WorkedOut",
    name: str,
    id_: str,
    facts: Mapping[str, str] = NO_FACTS,
) -> Sheet:
    """Return the sheet of an estimate, which is not posted; ``name`` and ``id_`` are the patient's.

    ``facts`` are the texts of what is known of the visit beside its figures, and the kind of the number.
    """
    whose = {"patient_name": shown(name), "patient_id": id_, "patient_kind": facts.get("id_type", "")}
    issue = _issue(session, settings, **whose, **_facts_of(facts))
    return _sheet(worked, issue._replace(code=session.opened.sheet_code(worked)))


def sheet_of_entry(session: "Session", settings: "Settings", entry: "Entry", copy: int) -> SheetHead | None:
    """Return the sheet of an entry of any kind, None where there is nothing to print.

    ``copy``: which copy of the entry it is, 1 for the first.
    """
    from core.ledger.foreign import rows_of, short
    from core.ledger.record import OWN

    counter = session.opened
    patient = counter.ledger.patients.get(entry.patient)
    facts = counter.ledger.journal.facts(entry.reverses or entry.number)
    row, number = divmod(entry.number, OWN)
    issue = _issue(
        session,
        settings,
        operator=entry.operator,
        made_up=(entry.region or settings.region) == MADE_UP_REGION,
        **_whose(patient),
        entry_number=number,
        ledger=short(rows_of(counter.ledger.db).ids[row]),
        called=counter.ledger.called,
        copy=copy,
        reversed_by=entry.reversed_by,
        **_facts_of(texts_of(facts._asdict()) if facts else NO_FACTS),
    )
    recorded = counter.recorded(entry)
    if recorded is not None:
        worked, code = recorded
        return _sheet(worked, issue._replace(code=code))
    if entry.reverses is not None:
        reversed_ = counter.ledger.journal.entry(entry.reverses)
        if reversed_ is None:
            return None
        from core.counter.reversing import affected_before

        return reversal_sheet(entry, reversed_, issue, affected_before(counter, entry))
    return opening_sheet(entry, issue) if entry.settlement is None else None


def _whose(patient: "Patient | None") -> dict[str, str]:
    """Return what a sheet says of who the patient of an entry is; nothing of one who was forgotten."""
    if patient is None:
        return {}
    known = {"patient_name": shown(patient.name)}
    if patient.identifiers:
        known |= {"patient_id": patient.document.id, "patient_kind": patient.document.id_type}
    return known


def _facts_of(texts: Mapping[str, str]) -> dict[str, Any]:
    """Return what a sheet says of a visit beside its figures. The personal number is not printed."""
    beside = tuple([(name, texts[name]) for name in filter(texts.get, _BESIDE)])
    return {"stay": texts.get("mdtrt_id", ""), "receipt": texts.get("receipt", ""), "beside": beside}


def sheet_of_day(session: "Session", settings: "Settings", day_end: "DayEnd", day: date) -> Slip:
    """Return the sheet of a day's totals; ``day_end`` is `Counter.day_end(day)`."""
    from core.counter.reversing import to_check

    issue = _issue(session, settings, ledger=day_end.ledger)._replace(called=session.opened.ledger.called)
    return day_end_sheet(day_end, day, issue, to_check(session.opened, day))


def sheet_of_acts(session: "Session", settings: "Settings", sheet: "ActSheet") -> Slip:
    """Return the sheet of a list of acts."""
    issue = _issue(session, settings, ledger=session.opened.ledger.short_id)
    table = Table("", sheet.columns, frozenset(), sheet.rows)
    return replace(list_sheet(sheet.about, sheet.counted, table, issue), title=sheet.title)


def sheet_of_list(session: "Session", settings: "Settings", listed: "EntryList") -> Slip:
    """Return the sheet of a list of entries that was searched for."""

    def written(row: "tuple[str | int | None, ...]") -> tuple[str, ...]:
        return tuple(grouped(cell) if isinstance(cell, int) else cell or "" for cell in row)

    table = Table("", listed.columns, AMOUNTS, tuple(map(written, listed.rows)), written(listed.sums))
    return list_sheet(listed.asked, listed.counted, table, _issue(session, settings))


def sheet_of_claim(
    session: "Session", settings: "Settings", entry: "Entry", claim: "PaperClaim"
) -> Slip | None:
    """Return the receipt of a claim's papers, None where the data of claims cannot be used."""
    from core.counter.paper_claims import claim_lines, payable
    from desktop.paper.claim_slip import claim_slip

    lines = claim_lines()
    if isinstance(lines, Message):
        return None
    patient = session.opened.ledger.patients.get(entry.patient)
    issue = _issue(
        session,
        settings,
        entry_number=entry.number,
        **_whose(patient),
    )
    left = payable(entry, claim.already)
    return claim_slip(entry, claim, lines, left, session.words.language, issue)


def sheet_of_code(session: "Session", settings: "Settings", code: str, of: str) -> Slip:
    """Return the sheet of a new recovery code; ``of`` as `slips.code_sheet` takes it."""
    return code_sheet(code, _issue(session, settings, made_up=False), of)


def sheet_of_meeting(session: "Session", settings: "Settings", lines: Sequence[tuple[str, ...]]) -> Slip:
    """Return the receipt of a meeting with other ledgers, a line each."""
    return meeting_sheet(lines, _issue(session, settings))


def _sheet(worked: "WorkedOut", issue: Issue) -> Sheet:
    from core.policy.shelf import made_up

    return sheet_of(worked, issue._replace(made_up=made_up(worked.policy.region)))


def _issue(session: "Session", settings: "Settings", **known: Any) -> Issue:
    """A handing out at this desk, now; ``known`` are the fields of `Issue` that are known besides."""
    at_desk: dict[str, Any] = {
        "words": wording(session, settings),
        "hospital": settings.hospital,
        "operator": settings.signer,
        "printed_at": session.now(),
        "made_up": settings.region == MADE_UP_REGION,
        "mask": not settings.whole,
        "contact": (settings.hospital_code, settings.telephone, settings.address),
    }
    return Issue(**(at_desk | known))


def wording(session: "Session", settings: "Settings") -> Wording:
    """Return the words of the sheets: the window's language, and Korean with it where the desk wants both.

    The second language of a Korean window is Chinese.
    """
    own = session.words
    second = "zh" if own.language == "ko" else "ko"
    if not settings.second or second not in languages():
        return own
    return Bilingual(own, words(second))


# ---- paper


def preview(session: "Session", settings: "Settings", presenter: "CounterPresenter") -> list[PaperPage]:
    """Return the pages that F9 would print by some settings: a test print where nothing is at the counter.

    A test print says what is wrong with a hospital's own file of places.
    """
    sheet = sheet_at_counter(session, settings, presenter)
    paper, title = paper_of(settings, session.home), session.words.text("paper.ruler")
    try:
        return ruler(paper, title) if sheet is None else lay_out(sheet, paper)
    except FormFaulty as error:
        return ruler(paper._replace(places=None), session.words(error.said))


def paper_of(settings: "Settings", home: Path) -> Paper:
    """Return the paper that this desk prints on, moved by as much as its forms need.

    A short paper carries the working too where the desk wants it.
    A hospital's own places on a form stand in its data folder, in ``forms/form140.toml`` and the like.
    """
    paper = PAPERS.get(settings.paper, A4)
    paper = paper._replace(short=paper.short and not settings.steps)
    if not paper.form:
        return paper
    own = home / "forms" / f"{name_of(paper)}.toml"
    if own.exists():
        paper = paper._replace(places=own)
    shift = (millimetres(settings.shift_x) or 0.0, millimetres(settings.shift_y) or 0.0)
    return paper._replace(shift=shift, labels=not settings.preprinted)


def millimetres(text: str) -> float | None:
    """Read a typed distance, at most `FARTHEST` either way; None where it is none."""
    try:
        distance = float(text.strip().replace("−", "-").replace("。", ".") or "0")
    except ValueError:
        return None
    return distance if abs(distance) <= FARTHEST else None
