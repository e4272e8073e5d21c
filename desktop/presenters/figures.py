"""A settlement as the window shows it: the figure, who pays, how it was worked out, what comes next."""

import re
from collections.abc import Iterable
from typing import Final

from core import missing
from core.messages import Message, Parameter
from core.money import capitals, grouped, percent
from core.settlement import Note, Settlement, Source, Step
from core.vocabulary import Payer
from core.words import Words
from desktop.presenters.states import Figure, Share, StepRow

_STRONG: Final = frozenset(
    {"step.patient_pays", "step.basic_paid", "step.critical_paid", "step.assistance_paid", "step.in_scope"}
    | {"step.category_b_sum", "step.cap_follows", "step.deductible_follows"}
)
_BANDS: Final = {
    "step.band": "window.band",
    "step.band_open": "window.band_open",
    "step.band_only": "window.band_only",
    "step.rate": "window.band_only",
    "step.category_b_line": "step.category_b_line",
    "step.cap_follows": "step.cap_follows",
}
_PAID_BY: Final = {
    "step.basic_paid": Payer.BASIC,
    "step.critical_paid": Payer.CRITICAL_ILLNESS,
    "step.assistance_paid": Payer.ASSISTANCE,
    "step.patient_pays": Payer.PATIENT,
}
_BURDENS: Final = frozenset({"step.burden", "step.burden_with_b"})
_REGION_CELL: Final = re.compile(r"[a-z][a-z_0-9.]+")
_MOST_CHARACTERS: Final = 16
_NARROW: Final = str.maketrans({"（": "(", "）": ")", "、": None})


def figure(settlement: Settlement, words: Words) -> Figure:
    """What the patient pays with its capitals, or which figures are missing and where they belong."""
    title = words.text("amount.psn_part_amt")
    fen = settlement.amounts.psn_part_amt
    if settlement.missing or fen is None:
        cells = tuple(words(missing.say(one)) for one in settlement.missing)
        return Figure(title, headline=words.text("window.missing", number=len(cells)), missing=cells)
    return Figure(title, grouped(fen), capitals(fen), spoken=sentence(settlement, words))


def sentence(settlement: Settlement, words: Words) -> str:
    """The split as a person would read it out: the whole, then who pays what of it."""
    paid, _ = shares(settlement, words)
    parts = (words.text("window.split.part", payer=share.text, amount=share.amount) for share in paid)
    return words.text(
        "window.split",
        total=grouped(settlement.amounts.medfee_sumamt),
        parts=words.text("window.split.and").join(parts),
    )


def shares(settlement: Settlement, words: Words) -> tuple[tuple[Share, ...], str]:
    """Who pays this bill, in the order of the layers, and the sentence over the bar.

    While a figure is missing nobody's part of the whole is known, and there is no bar.
    """
    amounts = settlement.amounts
    if settlement.missing:
        return (), ""
    paid = (
        (Payer.BASIC, amounts.hifp_pay),
        (Payer.CRITICAL_ILLNESS, amounts.hifmi_pay),
        (Payer.ASSISTANCE, amounts.maf_pay),
        (Payer.PATIENT, amounts.psn_part_amt),
    )
    found = tuple(Share(payer, words.text(f"payer.{payer}"), grouped(fen), fen) for payer, fen in paid if fen)
    return found, words.text("window.total_cost", amount=grouped(amounts.medfee_sumamt))


def rows(settlement: Settlement, words: Words) -> tuple[tuple[StepRow, ...], str]:
    """The lines of how it was worked out, and one line for those that did not matter.

    A cap that is not reached, and a year's burden that is this visit's alone, say nothing here; the page of
    clauses shows them.
    """
    lines, zero = [], []
    ids = {step.label.id for step in settlement.steps}
    burden = {step.amount for step in settlement.steps if step.label.id in _BURDENS}
    for step in settlement.steps:
        if step.label.id == "step.critical_cap" and "step.over_cap" not in ids:
            continue
        if step.label.id == "step.burden_year" and step.amount in burden:
            continue
        if step.amount == 0 and step.label.id not in _STRONG:
            zero.append(words(step.label))
        else:
            lines.append(row(step, words))
    collapsed = words.text("window.zero_rows", rows=words.text("window.semicolon").join(zero)) if zero else ""
    return tuple(lines), collapsed


def row(step: Step, words: Words) -> StepRow:
    """One line of the table."""
    payer = step.payer or _PAID_BY.get(step.label.id)
    label, worked = words(step.label), ""
    if step.base is not None and step.rate is not None and step.label.id in _BANDS:
        edges = {name: _short(text) for name, text in step.label.params.items()}
        label = words(Message(_BANDS[step.label.id], edges))
        worked = words.text("step.rate", base=grouped(step.base), rate=percent(step.rate))
    return StepRow(
        label=label,
        sum=worked,
        amount="—" if step.amount is None else grouped(step.amount),
        payer=payer or "",
        payer_text=words.text(f"payer.{payer}") if payer else "",
        source=short_source(step.source, words),
        source_whole=whole_source(step.source, words),
        strong=step.label.id in _STRONG,
        stage=step.stage,
    )


def _short(text: Parameter) -> Parameter:
    """An edge of a band without needless decimals."""
    return text.removesuffix(".00") if isinstance(text, str) else text


def whole_source(source: Source, words: Words) -> str:
    """The document's number and the clause, as they are cited; a region's own cell by its words."""
    clause = words.text("window.region_cell") if _REGION_CELL.fullmatch(source.clause) else source.clause
    return f"{source.document} {clause}".strip()


def short_source(source: Source, words: Words) -> str:
    """The same in the width of a column: a notice without a number goes by its day."""
    document = source.document
    dated = re.search(r"（([0-9-]{10})）$", document)
    if dated and len(document) > _MOST_CHARACTERS:
        document = words.text("window.notice_of", day=dated[1])
    numbered = re.search(r"(〔[0-9]{4}〕[0-9]+号)$", document)
    if numbered:
        document = numbered[1]
    elif _REGION_CELL.fullmatch(source.clause):
        return words.text("window.region_cell")
    return f"{document} {source.clause.translate(_NARROW)}".strip()


def noted(note: Note, words: Words) -> str:
    """A note with the document and clause that it stands on, where there is one."""
    said = words(note.text)
    if not note.source:
        return said
    return words.text("window.with_source", said=said, source=whole_source(note.source, words))


def notes(settlement: Settlement, words: Words) -> tuple[str, ...]:
    """What is to be known beside the figures, the other year's split included."""
    said = [words(note.text) for note in settlement.notes]
    for other in settlement.alternatives:
        fen = other.settlement.amounts.psn_part_amt
        if fen is not None:
            id_ = "window.other_year_better" if other.better else "window.other_year"
            said.append(words.text(id_, year=str(other.settlement.year), amount=grouped(fen)))
    return tuple(said)


def spoken(lines: Iterable[StepRow]) -> str:
    """The table in one text, for a reader that cannot see it."""
    return "\n".join(
        " ".join(filter(None, (line.label, line.sum, line.amount, line.payer_text))) for line in lines
    )
