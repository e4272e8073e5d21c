"""The patient's sheet as plain values: every text ready to print, nothing left to work out."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final, NamedTuple

from core.claim import Claim, YearToDate
from core.messages import message, term
from core.missing import say
from core.money import capitals, grouped
from core.settlement import Settlement, Source
from core.vocabulary import Benefit, Payer
from desktop.paper.bilingual import Said, first_of, in_each, on_a_line
from desktop.presenters.typed import masked_id, masked_name

_REGION_CELL: Final = re.compile(r"[a-z0-9_.]+", re.ASCII)


class Pair(NamedTuple):
    """A label and its value; ``key`` names a fact for a form that has a place for it."""

    label: str
    value: str
    key: str = ""


class Share(NamedTuple):
    """What one payer bears of the bill; ``fen`` is only the length on the bar, ``amount`` its text."""

    payer: Payer
    label: str
    amount: str
    fen: int


class Row(NamedTuple):
    """A line of the sum. Empty texts: the line has none; ``result``: it closes its group."""

    label: str
    amount: str
    payer: str = ""
    source: str = ""
    result: bool = False


class Group(NamedTuple):
    """The lines of one stage of the sum; ``adds_up``: the last is the sum of those above it.

    ``continued`` is the title where a page has turned within the group.
    """

    title: str
    continued: str
    rows: tuple[Row, ...]
    adds_up: bool = False


class OtherYear(NamedTuple):
    """The same visit by another year's rules; ``remark`` says that it is better, or incomplete, or is empty.

    ``missing`` names the cells that are not there; then there are no amounts.
    """

    title: str
    remark: str
    amounts: tuple[Pair, ...]
    missing: tuple[str, ...]


class Headings(NamedTuple):
    """The words over the blocks."""

    total: str
    funds: str
    steps: str
    columns: tuple[str, str, str, str]
    year: str
    notes: str
    documents: str
    code: str
    """What the code at the end is for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What stands on every page of a sheet, and who it is about.

    ``reprint`` is empty for the first copy; ``made_up`` (a word) and ``made_up_line`` where the region's
    figures are real. ``page`` has places for ``page`` and ``pages``, filled when the pages are counted.
    """

    title: str
    state: str
    reprint: str = ""
    made_up: str = ""
    made_up_line: str = ""
    facts: tuple[Pair, ...]
    person: str = ""
    disclaimer: str
    operator: str
    printed: str
    page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet(Around):
    """One settlement as it is handed to a patient, in one language or two.

    ``answer`` and ``capitals`` are empty, and ``shares`` and ``total_paid_by_funds`` too, where figures are
    missing: then ``missing_title`` and ``missing`` say which. ``code`` is the text of the QR code, see
    `core.exchange.sheet_code`; empty: none.
    """

    answer_label: str
    answer: str
    capitals: str
    total: str
    total_paid_by_funds: str
    shares: tuple[Share, ...]
    missing_title: str
    missing: tuple[str, ...]
    groups: tuple[Group, ...]
    year: tuple[Pair, ...]
    other_years: tuple[OtherYear, ...]
    notes: tuple[str, ...]
    documents: tuple[str, ...]
    code: str
    headings: Headings


def sheet_of(
    settlement: Settlement,
    *,
    words: Said,
    patient_name: str,
    patient_id: str,
    hospital: str,
    region_name: str,
    made_up: bool,
    claim: Claim,
    operator: str,
    printed_at: datetime,
    entry_number: int | None,
    copy: int | None = None,
    mask: bool = True,
    code: str = "",
    disease: str = "",
) -> Sheet:
    """The sheet of a settlement.

    ``entry_number`` None: an estimate that is not posted. ``copy`` counts what was printed of an entry: 1 is
    the first, any other says that it is a reprint; None: an estimate. ``printed_at`` is shown as it is, to
    the minute: it is the desk's own time. ``mask`` False shows the patient's name and number whole.
    ``disease`` is the name of the one that an outpatient visit is for, as its document has it.
    """
    text = words.text
    name, number = (masked_name(patient_name), masked_id(patient_id)) if mask else (patient_name, patient_id)
    amounts, complete = settlement.amounts, not settlement.missing
    cited = _Cited(words)
    groups = _groups(settlement, words, cited)
    notes = [
        words(note.text) + (f" {cited.mark(note.source)}" if note.source else "") for note in settlement.notes
    ]
    if entry_number is None:
        notes.append(text("paper.validity"))
    owed = amounts.psn_part_amt if complete else None
    funds = amounts.fund_pay_sumamt if complete else None
    return Sheet(
        **around(
            words,
            title="paper.title",
            entry_number=entry_number,
            copy=copy,
            made_up=made_up,
            operator=operator,
            printed_at=printed_at,
        ),
        disclaimer=text("paper.disclaimer"),
        facts=_facts(claim, words, name, number, hospital, region_name, disease),
        person=" ".join(part for part in (name, number) if part),
        answer_label=on_a_line(words).text("amount.psn_part_amt"),
        answer="" if owed is None else grouped(owed),
        capitals="" if owed is None else first_of(words).text("paper.capitals", capitals=capitals(owed)),
        total=grouped(amounts.medfee_sumamt),
        total_paid_by_funds="" if funds is None else grouped(funds),
        shares=_shares(settlement, words) if complete else (),
        missing_title="" if complete else text("paper.missing", count=str(len(settlement.missing))),
        missing=tuple(words(say(figure)) for figure in settlement.missing),
        groups=groups,
        year=_year(settlement.year_to_date, claim, words),
        other_years=tuple(
            _other_year(other.settlement, other.better, words) for other in settlement.alternatives
        ),
        notes=tuple(notes),
        documents=cited.documents(),
        code=code,
        headings=_headings(settlement, words),
    )


def around(
    words: Said,
    *,
    title: str,
    entry_number: int | None,
    copy: int | None,
    made_up: bool,
    operator: str,
    printed_at: datetime,
) -> dict[str, Any]:
    """The cells of `Around` that every kind of sheet fills alike; ``title`` is an id of the catalogue."""
    line, first = on_a_line(words).text, first_of(words).text
    return {
        "title": words.text(title),
        "state": line("paper.unposted")
        if entry_number is None
        else line("paper.posted", number=str(entry_number)),
        "reprint": line("paper.reprint", copy=str(copy)) if copy and copy > 1 else "",
        "made_up": first("paper.made_up") if made_up else "",
        "made_up_line": line("paper.made_up_line") if made_up else "",
        "operator": first("paper.operator", operator=operator) if operator else "",
        "printed": first("paper.printed", time=f"{printed_at:%Y-%m-%d %H:%M}"),
        "page": first("paper.page", page="{page}", pages="{pages}"),
    }


def _headings(settlement: Settlement, words: Said) -> Headings:
    text, line = words.text, on_a_line(words).text
    names = ("item", "amount", "payer", "source")
    item, amount, payer, source = (text(f"paper.column.{name}") for name in names)
    return Headings(
        total=text("amount.medfee_sumamt"),
        funds=text("amount.fund_pay_sumamt"),
        steps=line("paper.steps"),
        columns=(item, amount, payer, source),
        year=line("paper.year", year=str(settlement.year)),
        notes=line("paper.notes"),
        documents=line("paper.documents"),
        code=text("paper.code"),
    )


class _Cited:
    """The documents that the sheet cites, numbered as they come."""

    def __init__(self, words: Said) -> None:
        self._words = words
        self._numbers: dict[str, int] = {}

    def mark(self, source: Source) -> str:
        """The document's number in the list, and the clause; a region's own cell is the region's rule."""
        number = self._numbers.setdefault(source.document, len(self._numbers) + 1)
        clause = source.clause
        if _REGION_CELL.fullmatch(clause) and not clause.isdigit():
            clause = first_of(self._words).text("paper.region_rule")
        return f"[{number}] {clause}".rstrip()

    def documents(self) -> tuple[str, ...]:
        """The list that the marks point into."""
        return tuple(f"[{number}] {document}" for document, number in self._numbers.items())


def _facts(
    claim: Claim, words: Said, name: str, number: str, hospital: str, region: str, called: str
) -> tuple[Pair, ...]:
    stay = claim.benefit in (Benefit.INPATIENT, Benefit.DAY_SURGERY) or claim.admitted != claim.discharged
    rows = [
        ("hospital", hospital),
        ("region", region),
        ("name", name),
        ("id", number),
        ("population", words(term("population", claim.population))),
        ("benefit", words(term("benefit", claim.benefit))),
        ("level", words(term("level", claim.level))),
    ]
    if claim.benefit is Benefit.INPATIENT:
        rows.append(("transfer", words(term("transfer", claim.transfer))))
    if stay:
        days = max(1, (claim.discharged - claim.admitted).days)
        rows += [
            ("admitted", claim.admitted.isoformat()),
            ("discharged", claim.discharged.isoformat()),
            ("days", words.text("paper.days_value", days=str(days))),
        ]
    else:
        rows.append(("visited", claim.discharged.isoformat()))
    if claim.settled != claim.discharged:
        rows.append(("settled", claim.settled.isoformat()))
    disease = claim.disease if claim.benefit is Benefit.CHRONIC_OUTPATIENT else claim.special_disease
    if disease is not None:
        first, *second = words.text("paper.disease_value", disease=str(disease)).split("\n")
        rows.append(("disease", "\n".join((f"{first} {called}".rstrip(), *second))))
    empty = words.text("paper.not_given")
    return tuple(Pair(words.text(f"paper.fact.{key}"), value or empty, key) for key, value in rows)


def _shares(settlement: Settlement, words: Said) -> tuple[Share, ...]:
    amounts = settlement.amounts
    rows = (
        (Payer.BASIC, amounts.hifp_pay),
        (Payer.CRITICAL_ILLNESS, amounts.hifmi_pay),
        (Payer.ASSISTANCE, amounts.maf_pay),
        (Payer.PATIENT, amounts.psn_part_amt),
    )
    return tuple(
        Share(payer, words(term("payer", payer)), grouped(fen), fen) for payer, fen in rows if fen is not None
    )


def _groups(settlement: Settlement, words: Said, cited: _Cited) -> tuple[Group, ...]:
    """The whole sum: the bill, each stage, and last what the patient's payment is made of."""
    stages: dict[str, list[Row]] = {
        "bill": [Row(words.text("amount.medfee_sumamt"), grouped(settlement.amounts.medfee_sumamt))]
    }
    if settlement.patient_parts is not None:
        parts = settlement.patient_parts._asdict()
        own = [Row(words.text(f"part.{name}"), grouped(fen)) for name, fen in parts.items() if fen]
        nothing = [name for name, fen in parts.items() if not fen]
        if nothing:
            own.append(Row(in_each(words, partial(_nothing, nothing)), grouped(0)))
    else:
        own = []
    for step in settlement.steps:
        if step.stage == "patient":
            stages["patient"] = own
        stages.setdefault(step.stage, []).append(
            Row(
                words(step.label),
                "" if step.amount is None else grouped(step.amount),
                "" if step.payer is None else words(term("payer", step.payer)),
                cited.mark(step.source),
            )
        )
    groups = []
    for stage, rows in stages.items():
        title, line = term("stage", stage), on_a_line(words)
        rows[-1] = rows[-1]._replace(result=True)
        groups.append(
            Group(
                line(title),
                line.text("paper.continued", title=title),
                tuple(rows),
                adds_up=stage == "patient" and len(rows) > 1,
            )
        )
    return tuple(groups)


def _nothing(names: Iterable[str], words: Said) -> str:
    """The parts that came to nothing, in one line."""
    joined = words.text("paper.list_comma").join(words.text(f"part.{name}") for name in names)
    return words.text("paper.nothing", names=joined)


def _year(year: YearToDate | None, claim: Claim, words: Said) -> tuple[Pair, ...]:
    """The totals that are not nothing, and those of the visit's kind in any case."""
    if year is None:
        return ()
    always: Iterable[str] = ()
    if claim.benefit.pooled:
        always = ("admissions", "in_scope", "basic_paid", "critical_burden", "critical_paid")
    elif claim.benefit is Benefit.COMMON_OUTPATIENT:
        always = ("common_outpatient_paid", "common_outpatient_deductible")
    rows = []
    for name in YearToDate._fields:
        value = getattr(year, name)
        if name == "chronic" or (not value and name not in always):
            continue
        shown = str(value) if name == "admissions" else grouped(value)
        rows.append(Pair(words(term("total", name)), shown))
    for disease, totals in sorted(year.chronic.items()):
        for name, fen in totals._asdict().items():
            rows.append(Pair(words.text(f"paper.chronic.{name}", disease=str(disease)), grouped(fen)))
    return tuple(rows)


def _other_year(settlement: Settlement, better: bool, words: Said) -> OtherYear:
    line = on_a_line(words)
    title = line.text("paper.by_year", year=str(settlement.year))
    if settlement.missing:
        missing = tuple(words(say(figure)) for figure in settlement.missing)
        return OtherYear(title, line.text("paper.missing", count=str(len(missing))), (), missing)
    names = ("psn_part_amt", "hifp_pay", "hifmi_pay", "maf_pay")
    amounts = tuple(
        Pair(words(term("amount", name)), grouped(fen))
        for name in names
        if (fen := getattr(settlement.amounts, name)) is not None
    )
    return OtherYear(title, line(message("paper.better")) if better else "", amounts, ())
