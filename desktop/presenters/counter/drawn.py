"""The counter's page as it is drawn: what follows from the visit, from what is said and what is asked."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from core.messages import Message, message
from core.words import Words
from desktop.presenters.counter import form
from desktop.presenters.counter.drawn_cells import DrawnCells, label_id, same_stay
from desktop.presenters.states import CounterState, Figure, Notice, Question

if TYPE_CHECKING:
    from core.counter import Counter, WorkedOut
    from core.ledger.entries import Entry
    from desktop.presenters.counter.open_visit import OpenVisit
    from desktop.presenters.counter.reading import Reading
    from desktop.presenters.result_states import DiseaseList, Share, StepRow, YearBar
    from desktop.session import Session

_HEADINGS: Final = ("patient", "visit", "costs", "year", "steps", "extras")
_GUIDE: Final = (("1", "patient"), ("2", "visit"), ("3", "costs"), ("F9 F12", "done"), ("Alt+M", "menu"))


class DrawnResult(NamedTuple):
    """A settlement in words, as its parts stand in `CounterState`."""

    figure: Figure
    shares: "tuple[Share, ...]"
    shares_text: str
    steps: "tuple[StepRow, ...]"
    steps_spoken: str
    collapsed: str
    notes: tuple[str, ...]
    bars: "tuple[YearBar, ...]"
    next_line: str


class Drawing:
    """Draws the page part by part; a part about which nothing has changed is not drawn again."""

    def __init__(self, session: "Session") -> None:
        self._session = session
        self._cells = DrawnCells()
        self._worked: tuple[WorkedOut | None, str] = None, ""
        self._result: DrawnResult | None = None
        self._language = ""
        self._headings: Mapping[str, str] = {}

    def state(
        self,
        visit: "OpenVisit",
        notice: Notice | None,
        question: Question | None,
        closed: Message | None,
    ) -> CounterState:
        """Return the whole page. ``closed``: why no ledger can be opened, None while one is being opened."""
        session, words, reading = self._session, self._session.words, visit.reading
        result = self._result_of(visit.outcome.worked, words)
        extras = _extras_line(visit, reading, words)
        state = CounterState(
            headings=self._headings_in(words),
            cells=self._cells.draw(visit, reading, words),
            figure=result.figure if result else _waiting(visit, reading, words),
            year_line=_year_line(visit, reading, session),
            extras_open=visit.extras_open,
            extras_line=extras or words.text("window.extras_none"),
            extras_filled=bool(extras),
            extras_wrong=bool(_wrong_extras(visit)),
            extras_about=_extras_about(visit, session),
            notice=notice or _wrong_elsewhere(visit, session),
            question=question,
            posted=words(standing(visit.entry)) if visit.entry else "",
            taken_back=visit.entry is not None and visit.entry.reversed_by is not None,
            locked=visit.entry is not None,
            diseases=None if question else _disease_list(visit, reading, session),
            focus=visit.focused,
            focus_turn=visit.turn,
        )
        if result is not None:
            state = state._replace(**result._asdict())
        elif session.counter is None:
            state = state._replace(figure=_opening(closed, words))
        else:
            state = _guided(state, session.counter, session)
            if visit.waiting and not visit.touched:
                state = state._replace(next_line=words.text("window.aside.waiting", number=visit.waiting))
        return _with_lines(state, visit, reading, session)

    def _result_of(self, worked: "WorkedOut | None", words: Words) -> DrawnResult | None:
        """Return a settlement in words, None where there is none."""
        before, language = self._worked
        if worked is not before or language != words.language:
            self._worked = worked, words.language
            self._result = None if worked is None else _result(worked, words)
        return self._result

    def _headings_in(self, words: Words) -> Mapping[str, str]:
        """Return the headings of the page's parts by name."""
        if self._language != words.language:
            self._language = words.language
            self._headings = {name: words.text(f"window.heading.{name}") for name in _HEADINGS}
        return self._headings


def standing(entry: "Entry") -> Message:
    """Return how the entry at the counter stands: posted, or taken back by another one."""
    if entry.reversed_by is None:
        return message("window.entry_number", number=entry.number)
    return message("window.entry_taken_back", number=entry.number, by=entry.reversed_by)


def _result(worked: "WorkedOut", words: Words) -> DrawnResult:
    """Put a settlement into words."""
    from desktop.presenters import figures, year  # the window is painted first

    claim, policy, settlement = worked
    shares, shares_text = figures.shares(settlement, words)
    steps, collapsed = figures.rows(settlement, words)
    return DrawnResult(
        figures.figure(settlement, words),
        shares,
        shares_text,
        steps,
        figures.spoken(steps),
        collapsed,
        figures.notes(settlement, words),
        year.bars(policy, claim, settlement, words),
        year.next_line(policy, claim, settlement, words),
    )


def _opening(closed: Message | None, words: Words) -> Figure:
    """Return the figure's place while no ledger is open."""
    why = words(closed or message("window.loading"))
    return Figure(words.text("amount.psn_part_amt"), headline="", missing=(why,))


def _waiting(visit: "OpenVisit", reading: "Reading", words: Words) -> Figure:
    """Return the figure's place while nothing can be worked out: the cells that are missing, or wrong."""
    title, faults = words.text("amount.psn_part_amt"), visit.outcome.faults
    absent = [words.text(label_id(name, reading)) for name in reading.needed if name not in reading.values]
    searched = {name for name in form.DISEASES if name not in visit.checked}
    if absent and not faults.keys() - searched:
        cells = words.text("window.comma").join(absent)
        return Figure(title, missing=(words.text("window.waiting", cells=cells),))
    wrong = [name for name in form.FIELDS if name in faults]
    told = [name for name in wrong if name in visit.checked or name != visit.focused]
    why = tuple(_fault_of(name, visit, reading, words) for name in told)
    return Figure(title, missing=why or (words.text("window.waiting_fault"),))


def _fault_of(name: str, visit: "OpenVisit", reading: "Reading", words: Words) -> str:
    """Return what is wrong with a cell, after the cell's label."""
    cell = words.text(label_id(name, reading))
    return words.text("window.waiting_wrong", cell=cell, why=words(visit.outcome.faults[name]))


def _wrong_elsewhere(visit: "OpenVisit", session: "Session") -> Notice | None:
    """Return what is wrong with the region, or that the stay stands already; None where nothing is."""
    fault = visit.outcome.region_fault or same_stay(visit, visit.outcome.worked, session)
    return None if fault is None else Notice(session.words(fault), "wrong")


def _year_line(visit: "OpenVisit", reading: "Reading", session: "Session") -> str:
    """Return the patient's totals of the visit's year in a line, empty before the counter is there."""
    if visit.totals is None or session.counter is None:
        return ""
    from desktop.presenters import year  # the window is painted first

    return year.totals_line(reading.day.year, visit.totals, session.words)


def _extras_about(visit: "OpenVisit", session: "Session") -> str:
    """Return who entered the enrolment cells' account and when, empty where there is none."""
    row = visit.known.enrolment
    if row is None or session.counter is None:
        return ""
    return session.words.text("window.enrolment.from", day=row.day.isoformat(), name=row.operator)


def _wrong_extras(visit: "OpenVisit") -> list[str]:
    """Return the rarer cells whose faults are shown."""
    faults = visit.outcome.faults
    return [name for name in form.EXTRAS if name in faults and name in visit.checked] if faults else []


def _extras_line(visit: "OpenVisit", reading: "Reading", words: Words) -> str:
    """Return the rarer cells that are filled in, empty without any; what is wrong with one comes first."""
    wrong = _wrong_extras(visit)
    if wrong:
        return _fault_of(wrong[0], visit, reading, words)
    filled = []
    for name in form.EXTRAS:
        text = reading.texts.get(name, "")
        if name not in reading.shown or text in ("", form.DEFAULTS.get(name, "")):
            continue
        value = words.text(f"window.option.{name}.{text}") if name in form.CHOICES else text
        filled.append(f"{words.text(f'window.cell.{name}')} {value}")
    beside = len(list(filter(reading.texts.get, form.BESIDE)))
    if beside:
        filled.append(words.text("window.facts.count", number=beside))
    return " · ".join(filled)


def _disease_list(visit: "OpenVisit", reading: "Reading", session: "Session") -> "DiseaseList | None":
    """Return the list beside the cell that has the focus, None where it chooses no disease."""
    name, counter = visit.focused, session.counter
    if name not in form.DISEASES or counter is None or visit.entry or name not in reading.shown:
        return None
    policy = counter.policy(session.settings.region, reading.day)
    if policy is None:
        return None
    from desktop.presenters.counter.disease_rows import disease_list  # the window is painted first

    return disease_list(
        name,
        policy,
        reading.day,
        visit.disease_numbers(name),
        visit.chosen_disease,
        reading.value("disease_rank", otherwise=1),
        counter.totals(visit.patient, reading.day.year),
        session.words,
    )


def _guided(state: CounterState, counter: "Counter", session: "Session") -> CounterState:
    """Return the page with where to begin, in the place of the steps; first what a new desk lacks."""
    words = session.words
    guide = [(key, words.text(f"window.guide.{name}")) for key, name in _GUIDE]
    if not session.settings.operator:
        guide.insert(0, ("F5", words.text("window.guide.desk")))
    packs = counter.reader.regions.versions(session.settings.region)
    if packs and all(pack.blank for pack in packs):
        guide.insert(0, ("F5", words.text("window.guide.region", name=packs[-1].name)))
    headings = {**state.headings, "steps": words.text("window.heading.guide")}
    return state._replace(headings=headings, guide=tuple(guide))


def _with_lines(
    state: CounterState, visit: "OpenVisit", reading: "Reading", session: "Session"
) -> CounterState:
    """Return the page with the sum of Category B in the place of the steps, while a line is typed."""
    lines, counter = reading.lines, session.counter
    if visit.focused not in form.CATEGORY_B_LINE or not lines or counter is None or visit.entry:
        return state
    policy = counter.policy(session.settings.region, reading.day)
    if policy is None:
        return state
    from core import category_b  # the window is painted first
    from desktop.presenters import figures

    words = session.words
    rows = tuple(figures.row(step, words) for step in category_b.steps(policy, reading.day, lines))
    return state._replace(
        headings={**state.headings, "steps": words.text("window.heading.category_b")},
        guide=(),
        steps=rows,
        steps_spoken=figures.spoken(rows),
        collapsed="",
        notes=(words.text("window.category_b_how"),),
    )
