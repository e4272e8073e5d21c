"""The patient's sheet as plain values: every text ready to print, nothing left to work out."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from core import diseases
from core.claim import BY_DISEASE, Claim, YearToDate
from core.messages import message, term
from core.missing import say
from core.money import capitals, grouped
from core.settlement import Settlement, Source
from core.vocabulary import Benefit, Care, Payer
from desktop.paper.bilingual import Wording, first_line, first_of, in_each, on_a_line
from desktop.paper.sheet_head import Issue, Pair, PayerPart, SheetHead, contact_of, head_of, patient_of

if TYPE_CHECKING:
    from core.counter import WorkedOut

_RARE: Final = frozenset({"elsewhere", "hospital"})
"""Parts of the patient's payment that are printed only where they are not zero."""


class Row(NamedTuple):
    """A line of the sum. ``payer`` and ``source`` may be empty; ``result``: the line closes its group."""

    label: str
    amount: str
    payer: str = ""
    source: str = ""
    result: bool = False


class Group(NamedTuple):
    """The lines of one stage of the sum; ``adds_up``: the last line is the sum of those above it.

    ``continued`` is the title on the next page where the page turns within the group.
    """

    title: str
    continued: str
    rows: tuple[Row, ...]
    adds_up: bool = False


class OtherYear(NamedTuple):
    """The same visit by another year's rules.

    ``remark`` says that the patient pays less by them, or that figures are missing; else it is empty.
    ``missing`` names the missing figures; then there are no amounts.
    """

    title: str
    remark: str
    amounts: tuple[Pair, ...]
    missing: tuple[str, ...]


class Headings(NamedTuple):
    """The words over the blocks; ``code`` says what the code at the end is for."""

    total: str
    funds: str
    steps: str
    columns: tuple[str, str, str, str]
    year: str
    notes: str
    documents: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet(SheetHead):
    """One settlement as it is handed to a patient, in one language or two.

    Where figures are missing, ``missing_title`` and ``missing`` say which; then ``answer``, ``capitals``,
    ``shares``, ``plain`` and ``total_paid_by_funds`` are empty. ``plain`` is the figure in one sentence for
    everybody. ``signatures`` are who signs, ``stamp`` names the place for the hospital's. ``elsewhere`` says
    where the working stands, for a paper too short for it. ``code`` is the text of the QR code, see
    `core.exchange.sheet_code`; empty: none.
    """

    answer_label: str
    answer: str
    capitals: str
    plain: str
    total: str
    total_paid_by_funds: str
    shares: tuple[PayerPart, ...]
    missing_title: str
    missing: tuple[str, ...]
    groups: tuple[Group, ...]
    year: tuple[Pair, ...]
    other_years: tuple[OtherYear, ...]
    notes: tuple[str, ...]
    documents: tuple[str, ...]
    signatures: tuple[str, ...]
    stamp: str
    elsewhere: str
    code: str
    headings: Headings


def sheet_of(worked: "WorkedOut", issue: Issue) -> Sheet:
    """Return the sheet of a settlement.

    An outpatient visit's disease is named as its document has it.
    """
    settlement, words = worked.settlement, issue.words
    cited = _Cited(words)
    groups = _groups(settlement, words, cited)
    notes = _notes(settlement, issue, cited)
    return Sheet(
        **head_of(issue, "paper.title"),
        **_figures(settlement, words),
        disclaimer=words.text("paper.disclaimer"),
        facts=_facts(worked, issue),
        person=issue.person,
        groups=groups,
        year=_year(worked, words),
        other_years=tuple(
            _other_year(other.settlement, other.better, words) for other in settlement.alternatives
        ),
        notes=notes,
        documents=cited.documents(),
        signatures=tuple(words.text(f"paper.sign.{name}") for name in ("clerk", "patient")),
        stamp=words.text("paper.sign.stamp"),
        elsewhere=_elsewhere(issue),
        code=issue.code,
        headings=_headings(settlement, words),
    )


def shortened(sheet: Sheet) -> Sheet:
    """Return the sheet for a short paper, which says only the answer in both languages."""
    first = first_line
    return replace(
        sheet,
        title=first(sheet.title),
        disclaimer=first(sheet.disclaimer),
        facts=tuple(fact._replace(label=first(fact.label), value=first(fact.value)) for fact in sheet.facts),
        missing=tuple(map(first, sheet.missing)),
        signatures=tuple(map(first, sheet.signatures)),
        stamp=first(sheet.stamp),
        elsewhere=first(sheet.elsewhere),
    )


def _figures(settlement: Settlement, words: Wording) -> dict[str, Any]:
    """The fields of `Sheet` that hold the figures, or name those that are missing."""
    amounts, complete = settlement.amounts, not settlement.missing
    owed = amounts.psn_part_amt if complete else None
    funds = amounts.fund_pay_sumamt if complete else None
    return {
        "answer_label": on_a_line(words).text("amount.psn_part_amt"),
        "answer": "" if owed is None else grouped(owed),
        "capitals": "" if owed is None else first_of(words).text("paper.capitals", capitals=capitals(owed)),
        "plain": in_each(words, partial(_plain, settlement)) if complete else "",
        "total": grouped(amounts.medfee_sumamt),
        "total_paid_by_funds": "" if funds is None else grouped(funds),
        "shares": _shares(settlement, words) if complete else (),
        "missing_title": "" if complete else words.text("paper.missing", count=str(len(settlement.missing))),
        "missing": tuple(words(say(figure)) for figure in settlement.missing),
    }


def _plain(settlement: Settlement, words: Wording) -> str:
    """The whole, what insurance pays and what the patient pays, in one sentence; whole yuan without .00."""
    amounts = settlement.amounts
    parts = {
        "total": amounts.medfee_sumamt,
        "funds": amounts.fund_pay_sumamt,
        "hospital": amounts.hosp_part_amt,
        "own": amounts.psn_part_amt,
    }
    yuan = {name: grouped(fen or 0).removesuffix(".00") for name, fen in parts.items()}
    return words.text("paper.plain_hospital" if amounts.hosp_part_amt else "paper.plain", **yuan)


def _elsewhere(issue: Issue) -> str:
    """Where the working stands that a short paper has no room for."""
    number = issue.entry_number
    if number is None:
        return issue.words.text("paper.elsewhere.estimate")
    return issue.words.text("paper.elsewhere.entry", number=str(number))


def _notes(settlement: Settlement, issue: Issue, cited: "_Cited") -> tuple[str, ...]:
    """The settlement's notes; an estimate says how long it holds."""
    words = issue.words
    notes = [
        words(note.text) + (f" {cited.mark(note.source)}" if note.source else "") for note in settlement.notes
    ]
    if issue.entry_number is None:
        notes.append(words.text("paper.validity"))
    return tuple(notes)


def _headings(settlement: Settlement, words: Wording) -> Headings:
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
    """The documents that the sheet cites, numbered in the order of their first mention."""

    def __init__(self, words: Wording) -> None:
        self._words = words
        self._numbers: dict[str, int] = {}

    def mark(self, source: Source) -> str:
        """Return the document's number in the list, and the clause.

        A clause that is the name of a cell in a region's pack is printed as the region's rule.
        """
        number = self._numbers.setdefault(source.document, len(self._numbers) + 1)
        clause = source.clause
        if source.of_region:
            clause = first_of(self._words).text("paper.region_rule")
        return f"[{number}] {clause}".rstrip()

    def documents(self) -> tuple[str, ...]:
        """Return the list that the marks point into."""
        return tuple(f"[{number}] {document}" for document, number in self._numbers.items())


def _facts(worked: "WorkedOut", issue: Issue) -> tuple[Pair, ...]:
    """Return the facts of the visit: patient, hospital, kind of care, days, and what it is filed under.

    The numbers of the stay and of its receipt and the disease are places to write on where nobody knows them.
    """
    words, claim, region = issue.words, worked.claim, worked.policy.region
    rows = [
        ("population", words(term("population", claim.population))),
        ("benefit", words(term("benefit", claim.benefit))),
        ("level", words(term("level", claim.level))),
    ]
    if claim.benefit is Benefit.INPATIENT:
        rows.append(("transfer", words(term("transfer", claim.transfer))))
    if claim.care is not Care.LOCAL:
        rows.append(("care", words.text(f"paper.care.{claim.care}")))
    if claim.by_case:
        rows.append(("case", _case(claim.case or "", worked)))
    rows += _days(claim, words)
    where = [("hospital", issue.hospital), ("region", region.name)]
    written = [("stay", issue.stay), ("receipt", issue.receipt)]
    disease = claim.disease if claim.benefit is Benefit.CHRONIC_OUTPATIENT else claim.special_disease
    if disease is not None:
        first, *second = words.text("paper.disease_value", disease=str(disease)).split("\n")
        name = diseases.name_of(worked.policy, claim)
        written.append(("disease", "\n".join((f"{first} {name}".rstrip(), *second))))
    elif not claim.by_case:
        written.append(("disease", ""))
    for name, value in issue.beside:
        written.append((name, words.text(f"paper.{value}") if value in ("yes", "no") else value))
    empty = words.text("paper.not_given")
    label = {key: words.text(f"paper.fact.{key}") for key, _ in (*where, *rows, *written)}
    return (
        *(Pair(label[key], value or empty, key) for key, value in where),
        *contact_of(issue),
        *patient_of(issue),
        *(Pair(label[key], value or empty, key) for key, value in rows),
        *(Pair(label[key], value, key) for key, value in written),
    )


def _case(code: str, worked: "WorkedOut") -> str:
    """The code of the case that is paid by its price, with the name that the region gives it."""
    names = [row.name for row in worked.policy.region.case_payment if row.code == code]
    return f"{code} {next(filter(None, names), '')}".rstrip()


def _days(claim: Claim, words: Wording) -> list[tuple[str, str]]:
    """The days of a stay, or the day of a visit; the day of settling where it is another."""
    if claim.benefit in (Benefit.INPATIENT, Benefit.DAY_SURGERY) or claim.admitted != claim.discharged:
        days = max(1, (claim.discharged - claim.admitted).days)
        rows = [
            ("admitted", claim.admitted.isoformat()),
            ("discharged", claim.discharged.isoformat()),
            ("days", words.text("paper.days_value", days=str(days))),
        ]
    else:
        rows = [("visited", claim.discharged.isoformat())]
    if claim.settled != claim.discharged:
        rows.append(("settled", claim.settled.isoformat()))
    return rows


def _shares(settlement: Settlement, words: Wording) -> tuple[PayerPart, ...]:
    amounts = settlement.amounts
    rows = (
        (Payer.BASIC, amounts.hifp_pay),
        (Payer.CRITICAL_ILLNESS, amounts.hifmi_pay),
        (Payer.ASSISTANCE, amounts.maf_pay),
        (Payer.HOSPITAL, amounts.hosp_part_amt or None),
        (Payer.PATIENT, amounts.psn_part_amt),
    )
    return tuple(
        PayerPart(payer, words(term("payer", payer)), grouped(fen), fen)
        for payer, fen in rows
        if fen is not None
    )


def _groups(settlement: Settlement, words: Wording, cited: _Cited) -> tuple[Group, ...]:
    """The whole sum: the bill, each stage, and last the parts of the patient's payment."""
    stages: dict[str, list[Row]] = {
        "bill": [Row(words.text("amount.medfee_sumamt"), grouped(settlement.amounts.medfee_sumamt))]
    }
    for step in settlement.steps:
        opening = _patient_parts(settlement, words) if step.stage == "patient" else []
        stages.setdefault(step.stage, opening).append(
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


def _patient_parts(settlement: Settlement, words: Wording) -> list[Row]:
    """A row for each part of the patient's payment, and one for the usual parts that came to nothing."""
    if settlement.patient_parts is None:
        return []
    parts = settlement.patient_parts._asdict()
    rows = [Row(words.text(f"part.{name}"), grouped(fen)) for name, fen in parts.items() if fen]
    nothing = [name for name, fen in parts.items() if not fen and name not in _RARE]
    if nothing:
        rows.append(Row(in_each(words, partial(_nothing, nothing)), grouped(0)))
    return rows


def _nothing(names: Iterable[str], words: Wording) -> str:
    """The parts that came to nothing, in one line."""
    joined = words.text("paper.list_comma").join(words.text(f"part.{name}") for name in names)
    return words.text("paper.nothing", names=joined)


def _year(worked: "WorkedOut", words: Wording) -> tuple[Pair, ...]:
    """The year's totals that are not zero, and those of the visit's kind in any case.

    A special outpatient disease has totals of its own where the region has figures of its own for it.
    """
    claim, year = worked.claim, worked.settlement.year_to_date
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
        if name in BY_DISEASE or (not value and name not in always):
            continue
        shown = str(value) if name == "admissions" else grouped(value)
        rows.append(Pair(words(term("total", name)), shown))
    own = worked.policy.region.special_outpatient.disease
    for kind in BY_DISEASE:
        for disease, totals in sorted(getattr(year, kind).items()):
            for name, fen in totals._asdict().items() if kind == "chronic" or disease in own else ():
                rows.append(Pair(words.text(f"paper.{kind}.{name}", disease=str(disease)), grouped(fen)))
    return tuple(rows)


def _other_year(settlement: Settlement, better: bool, words: Wording) -> OtherYear:
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
