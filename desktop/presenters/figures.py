"""A settlement as the window shows it: the figure, the payers, the lines of the calculation, the notes."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from core import missing
from core.messages import Message
from core.money import capitals, grouped, percent
from core.settlement import Note, Settlement, Source, Step
from core.vocabulary import Payer
from core.words import Words
from core.words import words as words_of
from desktop.presenters.result_states import Share, StepRow
from desktop.presenters.states import Figure

_STRONG: Final = frozenset(
    {"step.patient_pays", "step.basic_paid", "step.critical_paid", "step.assistance_paid", "step.in_scope"}
    | {"step.category_b_sum", "step.cap_follows", "step.cap_percent", "step.deductible_follows"}
)
_MULTIPLIED: Final = {
    "step.band": "window.band",
    "step.band_open": "window.band_open",
    "step.band_only": "window.band_only",
    "step.rate": "window.band_only",
    "step.category_b_line": "step.category_b_line",
    "step.category_b_share": "step.category_b",
    "step.elsewhere_share": "part.elsewhere",
    "step.critical_deductible_share": "step.critical_deductible_tilted",
    "step.cap_follows": "step.cap_follows",
    "step.cap_percent": "step.cap_follows",
}
"""Lines whose base and rate stand in a column of their own, with the label that is left for them."""
_PAID_BY: Final = {
    "step.basic_paid": Payer.BASIC,
    "step.critical_paid": Payer.CRITICAL_ILLNESS,
    "step.assistance_paid": Payer.ASSISTANCE,
    "step.patient_pays": Payer.PATIENT,
}
_OVER_CAP: Final = frozenset({"step.over_cap", "step.over_cap_before"})
_BURDENS: Final = frozenset({"step.burden", "step.burden_case", "step.burden_with_b"})
_NUMBERED: Final = re.compile(r"(〔[0-9]{4}〕[0-9]+号)$")
_LONGEST_SOURCE: Final = 26
_MOST_CHARACTERS: Final = 16
_SOURCES_KEPT: Final = 1024
_NARROW: Final = str.maketrans({"（": "(", "）": ")", "、": None})


def figure(settlement: Settlement, words: Words) -> Figure:
    """Return the patient's share with its capitals, or the missing figures and where they belong."""
    title = words.text("amount.psn_part_amt")
    fen = settlement.amounts.psn_part_amt
    if settlement.missing or fen is None:
        cells = tuple(words(missing.say(one)) for one in settlement.missing)
        return Figure(title, headline=words.text("window.missing", number=len(cells)), missing=cells)
    return Figure(title, grouped(fen), capitals(fen), spoken=sentence(settlement, words))


def sentence(settlement: Settlement, words: Words) -> str:
    """Return the split in one sentence: the whole bill, then each payer's part of it."""
    parts = [
        words.text("window.split.part", payer=share.text, amount=share.amount)
        for share in shares(settlement, words)[0]
    ]
    return words.text(
        "window.split",
        total=grouped(settlement.amounts.medfee_sumamt),
        parts=words.text("window.split.and").join(parts),
    )


def shares(settlement: Settlement, words: Words) -> tuple[tuple[Share, ...], str]:
    """Return the payers' shares in the order of the layers, and the sentence over their bar.

    While a figure is missing nobody's part of the whole is known, and there is no bar.
    """
    amounts = settlement.amounts
    if settlement.missing:
        return (), ""
    paid = (
        (Payer.BASIC, amounts.hifp_pay),
        (Payer.CRITICAL_ILLNESS, amounts.hifmi_pay),
        (Payer.ASSISTANCE, amounts.maf_pay),
        (Payer.HOSPITAL, amounts.hosp_part_amt),
        (Payer.PATIENT, amounts.psn_part_amt),
    )
    parts = [Share(payer, words.text(f"payer.{payer}"), grouped(fen), fen) for payer, fen in paid if fen]
    return tuple(parts), words.text("window.total_cost", amount=grouped(amounts.medfee_sumamt))


def rows(settlement: Settlement, words: Words) -> tuple[tuple[StepRow, ...], str]:
    """Return the lines of the calculation, and one line that names those that come to zero.

    A cap that is not reached, and a year's burden that is this visit's alone, are left out here; the page of
    clauses shows them.
    """
    lines, zero = [], []
    ids = {step.label.id for step in settlement.steps}
    burden = {step.amount for step in settlement.steps if step.label.id in _BURDENS}
    for step in settlement.steps:
        if step.label.id == "step.critical_cap" and not ids & _OVER_CAP:
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
    """Return one line of the table."""
    id_ = step.label.id
    payer = step.payer or _PAID_BY.get(id_)
    source, source_whole = _sources(step.source, words.language)
    if step.base is not None and step.rate is not None and id_ in _MULTIPLIED:
        edges = {
            name: edge.removesuffix(".00") if isinstance(edge, str) else edge  # without needless decimals
            for name, edge in step.label.params.items()
        }
        label = words(Message(_MULTIPLIED[id_], edges))
        worked = words.text("step.rate", base=grouped(step.base), rate=percent(step.rate))
    else:
        label, worked = words(step.label), ""
    return StepRow(
        label=label,
        sum=worked,
        amount="—" if step.amount is None else grouped(step.amount),
        payer=payer or "",
        payer_text=words.text(f"payer.{payer}") if payer else "",
        source=source,
        source_whole=source_whole,
        strong=id_ in _STRONG,
        stage=step.stage,
    )


@lru_cache(_SOURCES_KEPT)
def _sources(source: Source, language: str) -> tuple[str, str]:
    """Return a source in the width of a column and as it is cited; most steps stand on the same few."""
    words = words_of(language)
    return short_source(source, words), whole_source(source, words)


def whole_source(source: Source, words: Words) -> str:
    """Return the document's number and the clause, as they are cited; a region's own cell by its words."""
    clause = words.text("window.region_cell") if source.of_region else source.clause
    return f"{source.document} {clause}".strip()


def short_source(source: Source, words: Words) -> str:
    """Return a source in the width of a column: a notice without a number goes by its day.

    What is longer than a column is shortened, so that one line never takes the clauses from the others.
    """
    if source.of_region:
        return words.text("window.region_cell")
    short = f"{short_document(source.document, words)} {source.clause.translate(_NARROW)}".strip()
    return short if len(short) <= _LONGEST_SOURCE else f"{short[: _LONGEST_SOURCE - 1]}…"


def short_document(number: str, words: Words) -> str:
    """Return a document's citation without who issued it: its year and number, or a notice's day."""
    numbered = _NUMBERED.search(number)
    if numbered:
        return numbered[1]
    dated = re.search(r"（([0-9-]{10})）$", number)
    if dated and len(number) > _MOST_CHARACTERS:
        return words.text("window.notice_of", day=dated[1])
    return number


def noted(note: Note, words: Words) -> str:
    """Return a note with the document and clause that it stands on, where there is one."""
    text = words(note.text)
    if not note.source:
        return text
    return words.text("window.with_source", said=text, source=whole_source(note.source, words))


def notes(settlement: Settlement, words: Words) -> tuple[str, ...]:
    """Return the notes beside the figures, the other year's split included."""
    texts = [words(note.text) for note in settlement.notes]
    for other in settlement.alternatives:
        fen, year = other.settlement.amounts.psn_part_amt, str(other.settlement.year)
        if fen is None:
            continue
        if settlement.amounts.psn_part_amt is None:
            texts.append(words.text("window.other_year", year=year, amount=grouped(fen)))
        else:
            id_ = "window.other_year_better" if other.better else "window.other_year"
            texts.append(words.text(id_, year=year, amount=grouped(fen)))
    return tuple(texts)


def spoken(lines: Iterable[StepRow]) -> str:
    """Return the table as one text, for a screen reader."""
    texts = [" ".join(filter(None, (line.label, line.sum, line.amount, line.payer_text))) for line in lines]
    return "\n".join(texts)
