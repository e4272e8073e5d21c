"""Posting at the counter: what stands against it, what is asked before it, and the posting itself."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from core.messages import Fault, Message, message
from core.money import grouped
from core.vocabulary import Benefit
from desktop.presenters import typed
from desktop.presenters.counter import bare_days, correction, form, identity_cells
from desktop.presenters.counter.drawn_cells import label_id, other_name, same_stay, twin_of
from desktop.presenters.counter.outcome import posted_already
from desktop.presenters.fact_texts import stated
from desktop.presenters.states import Notice, Question, done

if TYPE_CHECKING:
    from core.counter import WorkedOut
    from core.ledger.entries import Posted
    from core.words import Words
    from desktop.presenters.counter.open_visit import OpenVisit
    from desktop.session import Session


def refusal(visit: "OpenVisit", session: "Session", closed: Message | None) -> Message | None:
    """Return why a visit cannot be posted, None where it can; the focus goes to what is missing or wrong.

    ``closed``: why no ledger can be opened, None while one is being opened.
    """
    if visit.entry:
        return posted_already(visit.entry)
    if session.counter is None:
        return closed or message("window.loading")
    if correction.unchanged(visit):
        return message("window.correction.unchanged")
    for name in identity_cells.missing(visit.texts):
        visit.focus(name)
        return message("window.needed", cell=message(label_id(name, visit.reading)))
    if identity_cells.is_unknown(visit.texts) and visit.texts.get("id") and visit.patient is None:
        visit.focus("id")
        return message("ledger.given_by_nobody")
    other = other_name(visit)
    if other is not None:
        visit.focus("name")
        return message("window.other_name", **other.params)
    if visit.worked is None:
        _show_first_fault(visit)
        return message("window.not_worked_out")
    settlement = visit.worked.settlement
    if settlement.missing and not any(other.better for other in settlement.alternatives):
        return message("window.incomplete_not_posted")
    return None


def _show_first_fault(visit: "OpenVisit") -> None:
    """Mark every cell at fault, and put the focus into the first, wherever it is."""
    wrong = [name for name in form.FIELDS if name in visit.outcome.faults]
    visit.checked.update(wrong)
    if wrong:
        visit.extras_open = visit.extras_open or wrong[0] in form.EXTRAS
        visit.focus(wrong[0])


def question(visit: "OpenVisit", worked: "WorkedOut", session: "Session") -> Question:
    """Return the question before a posting, with the patient's name and share, and what is odd about it.

    By the rules of another year that are better for the patient it can be posted too; where a figure is
    missing, only so.
    """
    words = session.words
    settlement = worked.settlement
    answers = [] if settlement.missing else [("Y", words.text("window.ask.post_yes"), "post")]
    pays = grouped(settlement.amounts.psn_part_amt or 0)
    for other in settlement.alternatives:
        if other.better:
            if settlement.missing:
                pays = grouped(other.settlement.amounts.psn_part_amt or 0)
            text = words.text("window.ask.post_other", year=str(other.settlement.year))
            answers.append(("U", text, f"post {other.settlement.year}"))
    answers.append(("N", words.text("window.ask.no"), "no"))
    if visit.correction is not None:
        asked = correction.question(visit, pays, words)
    else:
        asked = words.text("window.ask.post", name=_who(visit, words), amount=pays)
    odd = [words(each) for each in oddities(visit, worked, session)]
    if _needs_reason(visit, worked, session):
        odd.append(words.text("window.odd.needs_supervisor"))
        answers = [*_reasons(session), answers[-1]]
    return Question("\n".join((*odd, asked)), tuple(answers))


REASONS: Final = ("1", "2", "3")
"""Why a supervisor posts a stay that overlaps another one; each is a key of the question."""


def _needs_reason(visit: "OpenVisit", worked: "WorkedOut", session: "Session") -> bool:
    """Return True where the stay overlaps another one and this desk asks who takes that upon them."""
    from core.ledger.journal import STAYS

    overlaps = visit.correction is None and same_stay(visit, worked, session) is not None
    return overlaps and worked.claim.benefit in STAYS and session.opened.operators.guarded()


def _reasons(session: "Session") -> list[tuple[str, str, str]]:
    """Return the answers with which a supervisor goes on; none for a clerk."""
    from core.ledger.operators import Role

    if session.opened.refused(Role.SUPERVISOR):
        return []
    return [(key, reason_of(key, session.words), f"post because {key}") for key in REASONS]


def reason_of(key: str, words: "Words") -> str:
    """Return the reason of a key in words, as the trail keeps it."""
    return words.text(f"window.overlap_reason.{key}")


LONG_STAY: Final = 60
"""A stay of more days than this is asked about."""

LONG_DAY_SURGERY: Final = 2
"""A day surgery of more days than this, too: it is an ordinary stay, or a day is wrong."""

LARGE_BILL: Final = 100_000_000
"""A total of this much or more (fen) is asked about: it is rather two amounts in one cell."""


def oddities(visit: "OpenVisit", worked: "WorkedOut", session: "Session") -> list[Message]:
    """Return what a clerk should look at once more before a visit is posted."""
    from core.identity import check

    odd: list[Message] = []
    number, today = identity_cells.number_in(visit.texts), visit.reading.today
    if visit.patient is None:
        odd += check(identity_cells.kind_to_check(visit.texts), visit.texts.get("id", ""), today)
        if visit.known.twin is not None:
            odd.append(twin_of(visit.known.twin))
    same = same_stay(visit, worked, session)
    if same is not None:
        odd.append(same)
    read_so = bare_days.odd(visit, worked.claim.admitted, worked.claim.discharged)
    if read_so is not None:
        odd.append(read_so)
    stayed = (worked.claim.discharged - worked.claim.admitted).days
    if worked.claim.benefit is Benefit.DAY_SURGERY and stayed > LONG_DAY_SURGERY:
        odd.append(message("window.odd.long_day_surgery", days=stayed))
    elif stayed > LONG_STAY:
        odd.append(message("window.odd.long_stay", days=stayed))
    if worked.claim.total >= LARGE_BILL:
        odd.append(message("window.odd.large_bill", total=grouped(worked.claim.total)))
    if worked.claim.discharged > today:
        odd.append(message("window.odd.future", day=worked.claim.discharged.isoformat()))
    if visit.moved_from and visit.moved_from != number:
        now = typed.masked(number) or message(f"window.option.id_type.{visit.texts['id_type']}")
        odd.append(message("window.odd.moved", before=typed.masked(visit.moved_from), now=now))
    return odd


def _who(visit: "OpenVisit", words: "Words") -> str:
    """Return the name, with the category where it is not that of the last visit, of a first one not ordinary.

    A figure of the total that was typed one cell too early has chosen it.
    """
    name, now = typed.tidy(visit.texts["name"]), visit.texts.get("population", "")
    last = visit.known.last_cells().get("population") or form.DEFAULTS["population"]
    if "population" not in visit.reading.shown or now == last:
        return name
    return f"{name} · {words.text(f'window.option.population.{now}')}"


def post(visit: "OpenVisit", session: "Session", meaning: str) -> Notice:
    """Post a visit and return what to say of it; a refusal goes to its cells.

    ``meaning`` is the answer's: by the rules of another year (``2025``), or why a stay that overlaps another
    one is posted (``because 1``); empty for neither.
    """
    counter = session.opened
    posted, check = _posted(visit, session, meaning)
    if isinstance(posted, list):
        visit.outcome = visit.outcome.blamed(posted, visit.texts)
        visit.checked |= {form.cell_of(fault.field) for fault in posted}
        if posted[0].message.id == _ELSEWHERE:
            visit.known.look_again()
            visit.update()
        return Notice(session.words(posted[0].message), "wrong")
    visit.entry = posted.entry
    visit.known.patient = counter.ledger.patients.get(posted.entry.patient)
    visit.clear_draft()
    corrected, visit.correction = visit.correction, None
    visit.work_out()
    visit.focus("id")
    if posted.repeated and posted.entry.reversed_by is not None:
        return Notice(session.words(posted_already(posted.entry)), "wrong")
    if corrected is not None:
        numbers = {"before": corrected.entry.number, "number": posted.entry.number}
        if check:
            later = session.words.text("window.comma").join(map(str, check))
            return _done(session, posted, "window.corrected_check", **numbers, entries=later)
        return _done(session, posted, "window.corrected", **numbers)
    if identity_cells.is_unknown(visit.texts) and visit.known.patient is not None:
        first = not visit.texts.get("id")
        visit.texts["id"] = visit.known.patient.document.id
        if first:
            number, given = posted.entry.number, visit.texts["id"]
            return _done(session, posted, "window.posted_unknown", number=number, given=given)
    said = "window.posted_before" if posted.repeated else "window.posted"
    return _done(session, posted, said, number=posted.entry.number)


def _done(session: "Session", posted: "Posted", said: str, **known: Any) -> Notice:
    """Return the notice of an entry, with what is to be told of the clock by which it was made."""
    return done(session.words.text(said, **known), map(session.words, posted.notes))


_ELSEWHERE: Final = "window.posted_elsewhere"


def _changed(visit: "OpenVisit", session: "Session", asked: dict[str, Any]) -> list[Fault]:
    """Say where another desk has changed what a visit comes to since it was asked about."""
    from core.counter import posting as core_posting

    if session.server is None or visit.worked is None:
        return []
    counter, number = session.opened, identity_cells.number_in(visit.texts)
    patient = counter.ledger.patients.find(number) if number else None
    leave_out = () if visit.correction is None else (visit.correction.entry.number,)
    worked = core_posting.work_out(counter, asked, patient, leave_out)
    if isinstance(worked, list):
        return worked
    same = worked.settlement.amounts == visit.worked.settlement.amounts
    return [] if same else [Fault("", message(_ELSEWHERE))]


def _posted(
    visit: "OpenVisit", session: "Session", meaning: str
) -> "tuple[Posted | list[Fault], Sequence[int]]":
    """Post a visit; one that corrects an entry reverses that in the same transaction.

    The numbers are those of later entries that have to be checked after the reversal.
    """
    rule_year = int(meaning) if meaning.isdecimal() else None
    why = meaning.removeprefix("because").strip() if meaning.startswith("because") else ""
    from core.counter import correcting, identifiers
    from core.counter import posting as core_posting

    reading = visit.reading
    asked = form.request(reading.values, reading.shown, session.settings.region, reading.lines_sum)
    patient = identity_cells.given(visit.texts)
    cells: dict[str, Any] = {
        "key": visit.key,
        "patient": patient,
        "operator": session.settings.signer,
        "request": asked,
        "rule_year": rule_year,
        "facts": stated(visit.texts),
    }
    counter, before = session.opened, visit.correction
    known = identifiers.of_patient(counter, patient)
    if before is None:
        reason = reason_of(why, session.words) if why else ""
        posted = session.on_patient(
            known,
            lambda: _changed(visit, session, asked) or core_posting.post(counter, reason=reason, **cells),
        )
        return posted, ()
    number = before.entry.number
    was_known = identifiers.of_entry(counter, number)
    corrected = session.on_patient(
        lambda: [*known(), *was_known()],
        lambda: (
            _changed(visit, session, asked)
            or correcting.correct(counter, number, reason=before.reason, **cells)
        ),
    )
    if isinstance(corrected, list):
        return corrected, ()
    reversal, posted = corrected
    told = (*reversal.notes, *(note for note in posted.notes if note not in reversal.notes))
    return posted._replace(notes=told), [each.entry.number for each in reversal.affected]
